"""Standings: value so far, what is due, where it leads, in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from opsconsole.indicators.targets import Standing, standings
from opsconsole.indicators.workdays import Workdays
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, DISTRICT, MERGED, World, weekdays

NEW_YEARS_EVE = dt.date(2019, 12, 31)


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.rule()
    for code, unit in (
        ("mail.regular.pooled", "percent"),
        ("mail.issued", "percent"),
        ("conference.sessions", "count"),
        ("assets.count", "count"),
    ):
        world.indicator(code, unit)
    return world


def sessions(world: World, *months: int) -> None:
    """One session of an hour on the 15th of each of *months*; the same month may come again."""
    world.source("conference", 9)
    for site, unit in (("ubnd", DISTRICT), ("xa-a", COMMUNE_A)):
        world.site(site, unit)
    for number, month in enumerate(months):
        for site in ("ubnd", "xa-a"):
            world.stay(
                f"s{number}",
                site,
                f"2019-{month:02d}-15 {8 + number % 9:02d}:00",
                f"2019-{month:02d}-15 {8 + number % 9:02d}:40",
            )
    world.covered("2019-01-01", "2019-12-31", source="conference")


def stand(world: World, as_of: dt.date = NEW_YEARS_EVE, year: int = 2019) -> dict[str, Standing]:
    with world.database.read() as reader:
        return {one.key: one for one in standings(reader, year, as_of)}


def test_sessions_add_up_month_by_month_and_are_held_against_the_working_days(world: World) -> None:
    sessions(world, 1, 2, 2, 3, 4, 4, 5, 6, 10)
    world.target("s", "conference.sessions", 12.0, pace="working-days", baseline=500.0)
    world.measure()
    one = stand(world, dt.date(2019, 6, 30))["s"]
    assert (one.value, one.numerator, one.denominator) == (8, 8, None)
    assert (one.period, one.until) == ("2019-01…2019-06", "2019-06-30")
    # a sum starts at nothing, whatever last year's was
    workdays = Workdays()
    first = dt.date(2019, 1, 1)
    due = 12 * workdays.count(first, dt.date(2019, 6, 30)) / workdays.count(first, NEW_YEARS_EVE)
    assert one.expected == pytest.approx(due)
    assert one.projected == 16
    assert one.status == "on track"
    end = stand(world)["s"]
    assert (end.value, end.projected, end.status) == (9, 9, "behind")


def test_a_sum_that_has_reached_its_target_is_met_before_the_year_is_over(world: World) -> None:
    sessions(world, 1, 1, 1, 2)
    world.target("s", "conference.sessions", 4.0, pace="linear")
    world.measure()
    assert stand(world, dt.date(2019, 2, 28))["s"].status == "met"
    assert stand(world, dt.date(2019, 1, 31))["s"].status == "on track"


def test_what_was_measured_after_the_day_asked_about_does_not_count(world: World) -> None:
    sessions(world, 1, 7)
    world.target("s", "conference.sessions", 10.0, pace="linear")
    world.measure()
    assert stand(world, dt.date(2019, 7, 20))["s"].value == 1  # July was measured to its 31st
    assert stand(world, dt.date(2019, 7, 31))["s"].value == 2


def test_evidence_a_month_old_is_held_against_its_own_day_and_older_against_the_day_asked(
    world: World,
) -> None:
    sessions(world, 1)
    world.target("s", "conference.sessions", 11.0, pace="linear")
    world.measure([1])
    world.run("DELETE FROM observation WHERE period = '2019'")
    assert stand(world, dt.date(2019, 2, 20))["s"].expected == pytest.approx(11 * 31 / 365)
    assert stand(world, dt.date(2019, 2, 20))["s"].status == "on track"
    assert stand(world, dt.date(2019, 3, 20))["s"].expected == pytest.approx(11 * 79 / 365)
    assert stand(world, dt.date(2019, 3, 20))["s"].status == "behind"


def test_a_rate_takes_the_year_to_date_when_it_is_there_else_the_latest_month(world: World) -> None:
    world.covered("2019-01-01", "2019-12-31")
    for box in ("x", "y"):
        world.mailbox(box, DISTRICT)
    for month in range(1, 13):
        world.use("x", f"2019-{month:02d}", range(1, 29))
        world.use("y", f"2019-{month:02d}", range(1, 29) if month < 4 else [])
    world.target("r", "mail.regular.pooled", 50.0)
    world.target("d", "mail.regular.pooled", 90.0, level="district", pace="linear", baseline=40.0)
    world.measure()
    march = stand(world, dt.date(2019, 3, 31))
    assert (march["r"].value, march["r"].period, march["r"].status) == (100, "2019-03", "on track")
    assert march["d"].expected == pytest.approx(40 + 50 * 90 / 365)
    end = stand(world)
    assert (end["r"].value, end["r"].numerator, end["r"].denominator) == (50, 1, 2)
    assert (end["r"].period, end["r"].status, end["r"].rule) == ("2019", "met", "mail-regular/1")
    assert (end["d"].value, end["d"].status, end["d"].level) == (50, "behind", "district")


def test_a_running_month_says_nothing_about_the_trend(world: World) -> None:
    sessions(world, 1, 1, 2, 2, 3)
    world.target("s", "conference.sessions", 24.0, pace="linear")
    world.measure(today=dt.date(2019, 3, 20))
    one = stand(world, dt.date(2019, 3, 20))["s"]
    assert (one.value, one.projected) == (5, 24)


def test_no_data_is_a_status_of_its_own_and_never_zero(world: World) -> None:
    world.mailbox("x", DISTRICT)
    world.target("r", "mail.regular.pooled", 50.0)
    before = stand(world)["r"]
    world.measure()
    after = stand(world)["r"]
    for one in (before, after):
        assert (one.value, one.numerator, one.denominator, one.projected) == (None, None, None, None)
        assert (one.status, one.status_text, one.expected) == ("no data", "no data", 50)


def test_the_bounds_of_missing_evidence_are_carried_along(world: World) -> None:
    world.covered("2019-06-01", "2019-06-14")
    world.mailbox("x", DISTRICT)
    world.use("x", "2019-06", weekdays("2019-06", 5))
    world.target("r", "mail.regular.pooled", 50.0)
    world.measure([6])
    one = stand(world, dt.date(2019, 6, 30))["r"]
    assert (one.value, one.low, one.high) == (100, 0, 100)


def test_a_target_of_a_unit_follows_it_through_a_reorganisation(world: World) -> None:
    world.asset("pc", COMMUNE_A)
    world.target("u", "assets.count", 1.0, level="commune", unit_id=COMMUNE_A)
    world.measure()
    june, december = stand(world, dt.date(2019, 6, 30))["u"], stand(world)["u"]
    assert (june.value, june.unit_id) == (1, COMMUNE_A)
    assert (december.value, december.status) == (1, "met")
    assert world.one("assets.count", MERGED, "commune", "2019").value == 1


def test_standings_are_in_the_order_of_indicator_level_and_key(world: World) -> None:
    for key, indicator, level in (
        ("z", "mail.issued", "all"),
        ("b", "mail.issued", "commune"),
        ("a", "mail.issued", "commune"),
        ("c", "mail.issued", "department"),
        ("y", "assets.count", "all"),
    ):
        world.target(key, indicator, 1.0, level=level)
    assert list(stand(world)) == ["y", "z", "c", "a", "b"]


def test_only_targets_of_the_year_that_stand_are_told(world: World) -> None:
    world.target("old", "mail.issued", 1.0, ended="2019-02-01")
    world.target("next", "mail.issued", 1.0, year=2020)
    world.target("now", "mail.issued", 1.0)
    assert list(stand(world)) == ["now"]
    assert list(stand(world, year=2020)) == ["next"]
    assert stand(world, dt.date(2030, 1, 1))["now"].expected == 1


def test_a_standing_is_data_and_cannot_be_changed(world: World) -> None:
    world.target("now", "mail.issued", 80.0, page="mục I.4")
    one = stand(world)["now"]
    data = json.loads(json.dumps(one.data))
    assert (data["target"], data["status"], data["page"]) == (80, "no data", "mục I.4")
    assert set(data) == {field.name for field in dataclasses.fields(Standing)}
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.value = 1.0  # type: ignore[misc]


def test_the_name_is_that_of_the_language_in_use(world: World) -> None:
    from opsconsole.catalogue import use_language

    world.target("now", "mail.issued", 80.0)
    one = stand(world)["now"]
    assert one.title == "indicator mail.issued"
    use_language("vi")
    assert one.title == "chỉ tiêu mail.issued"
