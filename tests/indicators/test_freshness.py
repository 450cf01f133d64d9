"""What is measured again: what could have changed, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest

from opsconsole.indicators.measures import standard
from opsconsole.inventory.kinds.indicators import MEASURES
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, DISTRICT, World, weekdays

USE = [one.name for one in standard() if one.system == "mail"]
BACK = [one.name for one in standard() if one.looks_back]
ASSETS = [one.name for one in standard() if "assets" in one.reads]
SESSIONS = [one.name for one in standard() if one.system == "conference"]


@pytest.fixture
def world(database: Database) -> World:
    """All measures; a year of logs, two sessions, one asset."""
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.use_rule()
    for code, (unit, _rule) in MEASURES.items():
        world.indicator(code, unit)
    world.covered("2019-01-01", "2019-12-31")
    world.person("p", COMMUNE_A)
    world.mailbox("a", COMMUNE_A, owner="p")
    world.use("a", "2019-03", weekdays("2019-03", 12))
    world.asset("pc", COMMUNE_A)
    world.source("conference", 9)
    world.site("xa-a", COMMUNE_A)
    world.site("da-bac", DISTRICT)
    for site in ("xa-a", "da-bac"):
        world.stay("s", site, "2019-03-05 08:00", "2019-03-05 09:00")
        world.stay("t", site, "2019-09-05 08:00", "2019-09-05 09:00")
    world.measure()
    return world


def test_what_did_not_change_is_not_measured_again(world: World) -> None:
    again = world.measure()
    assert (again.stale, again.of) == (0, 13 * len(MEASURES))
    assert (again.new, again.superseded) == (0, 0)
    with world.database.read() as reader:
        assert again.unchanged == reader.value("SELECT COUNT(*) FROM observation")


def test_a_late_line_makes_just_its_month_and_the_year_stale_and_later_what_looks_back(world: World) -> None:
    world.run("UPDATE coverage SET lines = lines + 1 WHERE day = '2019-05-14'")
    measured = world.measure()
    assert measured.stale == 2 * len(USE) + 7 * len(BACK)
    assert measured.superseded == 0  # it told of nobody


def test_a_line_of_the_last_month_makes_two_periods_of_mail_stale(world: World) -> None:
    world.use("a", "2019-12", [30])
    world.run("UPDATE coverage SET lines = lines + 1 WHERE day = '2019-12-30'")
    measured = world.measure()
    assert measured.stale == 2 * len(USE)
    assert world.one("mail.regular.pooled", "", "all", "2019-12").value == 0
    assert world.one("mail.idle", "", "all", "2019-12").value == 0


def test_a_change_of_one_kind_makes_stale_what_reads_it(world: World) -> None:
    world.run("UPDATE asset SET status = 'broken'")
    measured = world.measure()
    assert measured.stale == 13 * len(ASSETS)
    assert world.one("assets.broken", "", "all", "2019-03").value == 1
    world.run("UPDATE site SET name = 'x'")
    assert world.measure().stale == 13 * len(SESSIONS)


def test_a_stay_makes_its_month_and_the_year_of_the_sessions_stale(world: World) -> None:
    world.stay("t", "xa-a", "2019-09-05 09:00", "2019-09-05 09:30")
    world.stay("t", "da-bac", "2019-09-05 09:00", "2019-09-05 09:30")
    assert world.measure().stale == 2 * len(SESSIONS)
    assert world.one("conference.hours", "", "all", "2019-09").value == 1.5


def test_a_new_version_of_an_indicator_or_rule_makes_it_stale(world: World) -> None:
    world.run("UPDATE indicator SET version = 2 WHERE key = 'assets.count'")
    assert world.measure().stale == 13
    world.run("UPDATE rule SET version = 2 WHERE key = 'mail-use'")
    assert world.measure().stale == 13 * sum(need in ("use", "idle") for _unit, need in MEASURES.values())


def test_a_period_that_runs_is_measured_again_each_day_and_one_that_is_over_once(world: World) -> None:
    world.run("DELETE FROM observation")
    world.run("DELETE FROM measured_from")
    first = world.measure(today=dt.date(2019, 6, 10))
    next_day = world.measure(today=dt.date(2019, 6, 11))
    assert (first.stale, next_day.stale) == (7 * len(MEASURES), 2 * len(MEASURES))
    assert world.measure(today=dt.date(2019, 6, 11)).stale == 0


def test_everything_can_be_asked_for(world: World) -> None:
    with world.database.write() as writer:  # behind the register's back: no change is recorded
        writer.execute("UPDATE person SET ended = '2019-01-01'")
    assert world.measure().stale == 0
    everything = world.measure(everything=True)
    assert everything.stale == everything.of
    assert world.one("mail.issued", "", "all", "2019").denominator is None
    assert world.measure().stale == 0


def test_values_that_are_gone_are_measured_again(world: World) -> None:
    world.run("DELETE FROM observation WHERE indicator = 'mail.issued'")
    measured = world.measure()
    assert (measured.stale, measured.superseded) == (13, 0)
    assert world.one("mail.issued", "", "all", "2019").value == 100


def test_work_that_is_rolled_back_stays_to_be_done(world: World) -> None:
    world.run("UPDATE asset SET status = 'broken'")
    with pytest.raises(RuntimeError), world.database.write() as writer:
        from opsconsole.indicators.measure import measure
        from tests.indicators.world import LATER, ZONE

        assert measure(writer, 2019, timezone=ZONE, today=LATER).stale
        raise RuntimeError("the job lost its claim")
    assert world.measure().stale == 13 * len(ASSETS)
