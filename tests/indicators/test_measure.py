"""Observations: written once, superseded with a reason, never overwritten; a few queries for all."""

from __future__ import annotations

import datetime as dt

import pytest

from opsconsole.errors import Refused
from opsconsole.indicators.measure import measure
from opsconsole.indicators.measures import standard
from opsconsole.indicators.measures.registry import Measures
from opsconsole.indicators.observations import observations
from opsconsole.inventory.kinds.indicators import MEASURES
from opsconsole.store.database import Database
from tests.indicators.world import (
    COMMUNE_A,
    COMMUNE_B,
    DEPARTMENT,
    MERGED,
    ZONE,
    World,
    weekdays,
    writer_queries,
)

POOLED, MEAN = "mail.regular.pooled", "mail.regular.mean"
UNITS = {code: unit for code, (unit, _rule) in MEASURES.items()}


@pytest.fixture
def world(database: Database) -> World:
    """All six measures over two communes and a department in June 2019."""
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.use_rule()
    for code, unit in UNITS.items():
        world.indicator(code, unit)
    world.covered("2019-06-01", "2019-06-30")
    for box, unit in (("a1", COMMUNE_A), ("b1", COMMUNE_B), ("d1", DEPARTMENT)):
        world.person(f"person {box}", unit)
        world.mailbox(box, unit, owner=f"person {box}")
        world.asset(f"pc {box}", unit)
        world.use(box, "2019-06", weekdays("2019-06", 12))
    return world


def history(
    world: World, indicator: str, unit: str, level: str, period: str
) -> list[tuple[int, float | None, bool, str]]:
    with world.database.read() as reader:
        found = observations(
            reader, indicator=indicator, unit=unit, level=level, period=period, superseded=True
        )
    return [(one.sequence, one.value, one.current, one.reason) for one in found]


def test_what_a_declaration_may_say_of_measures_is_what_measures_do() -> None:
    assert {each.name: (each.unit_of_measure, each.rule) for each in standard()} == MEASURES


def test_a_registry_refuses_two_measures_of_one_name_and_says_what_it_knows() -> None:
    one = standard()["assets.count"]
    with pytest.raises(ValueError, match="two measures"):
        Measures([one, one])
    with pytest.raises(Refused, match=r"did you mean 'assets\.count'"):
        standard()["assets.counts"]
    with pytest.raises(Refused, match=r"known: assets\.count"):
        Measures([one])["zzz"]


def test_measuring_again_writes_nothing(world: World) -> None:
    first = world.measure([6])
    assert first.periods == ("2019-06", "2019")
    assert first.new > 0
    again = world.measure([6])
    assert (again.new, again.superseded, again.unchanged) == (0, 0, first.new)
    assert again.data == {
        "year": 2019,
        "periods": ["2019-06", "2019"],
        "new": 0,
        "superseded": 0,
        "unchanged": first.new,
        "stale": 0,
        "of": first.of,
    }


def test_a_change_that_no_measure_reads_writes_nothing(world: World) -> None:
    world.measure([6])
    world.run("UPDATE person SET phone = '0218 1'")
    world.run("UPDATE register SET revision = 7")
    assert world.measure([6]).superseded == 0


def test_changed_use_supersedes_its_unit_and_what_adds_up_from_it_and_nothing_else(world: World) -> None:
    world.measure([6])
    world.run("UPDATE mail_activity SET login_days = 0 WHERE account = 'a1'")
    measured = world.measure([6], reason="nhật ký gửi bù")
    # the unit, its level and the province, pooled; the level and the province of the mean: in the
    # month. In the year the unit is the merged one. The same of who ever, never and lately used it.
    assert (measured.new, measured.superseded) == (0, 2 * (3 + 2 + 3 * 3))
    assert history(world, POOLED, COMMUNE_A, "commune", "2019-06") == [
        (1, 100, False, ""),
        (2, 0, True, "nhật ký gửi bù: the evidence changed"),
    ]
    assert [row[0] for row in history(world, POOLED, COMMUNE_B, "commune", "2019-06")] == [1]
    assert [row[0] for row in history(world, "assets.count", COMMUNE_A, "commune", "2019-06")] == [1]


def test_equal_figures_from_other_people_are_another_observation(world: World) -> None:
    """One becomes idle and another active: the share is the same, the rows behind it are not."""
    world.mailbox("a2", COMMUNE_A)
    world.measure([6])
    world.run("UPDATE mail_activity SET account = 'a2' WHERE account = 'a1'")
    world.measure([6])
    found = history(world, POOLED, COMMUNE_A, "commune", "2019-06")
    assert [(row[0], row[1], row[2]) for row in found] == [(1, 50, False), (2, 50, True)]


def test_a_changed_rule_or_indicator_supersedes_with_its_versions(world: World) -> None:
    world.measure([6])
    world.run("UPDATE rule SET version = 2, least_share_of_days = 0.9")
    world.run("UPDATE indicator SET version = 3 WHERE key = 'assets.count'")
    world.measure([6])
    assert history(world, POOLED, COMMUNE_A, "commune", "2019-06")[-1] == (
        2,
        0,
        True,
        "rule mail-regular/1 is now mail-regular/2",
    )
    assert history(world, "assets.count", "", "all", "2019-06")[-1][3] == "indicator version 1 is now 3"
    assert world.one(POOLED, COMMUNE_A, "commune", "2019-06").rule == "mail-regular/2"


def test_logs_that_arrive_later_supersede_and_say_so(world: World) -> None:
    world.run("DELETE FROM coverage WHERE day > '2019-06-14'")
    world.measure([6])
    world.covered("2019-06-15", "2019-06-30")
    world.measure([6])
    assert "evidence for 20 of 20, before for 10 of 20" in history(world, POOLED, "", "all", "2019-06")[-1][3]


def test_a_unit_with_nothing_to_count_any_more_loses_its_value_once(world: World) -> None:
    world.measure([6])
    world.run("UPDATE account SET unit_id = :to WHERE key = 'a1'", to=COMMUNE_B)
    world.measure([6])
    world.measure([6])
    found = history(world, POOLED, COMMUNE_A, "commune", "2019-06")
    assert [row[:3] for row in found] == [(1, 100, False), (2, None, True)]
    assert world.one(POOLED, COMMUNE_B, "commune", "2019-06").denominator == 2


def test_exactly_one_observation_of_a_key_is_current(world: World) -> None:
    for month in (6, 7):
        world.measure([month])
        world.run("UPDATE mail_activity SET login_days = login_days - 1 WHERE login_days > 0")
        world.measure()
    with world.database.read() as reader:
        wrong = reader.rows(
            "SELECT indicator, unit_id, level, period FROM observation WHERE province = :province"
            " GROUP BY indicator, unit_id, level, period HAVING SUM(current) <> 1"
            " OR MAX(CASE WHEN current = 1 THEN sequence END) <> MAX(sequence)"
        )
        superseded = reader.value("SELECT COUNT(*) FROM observation WHERE current = 0")
    assert wrong == []
    assert superseded > 0


def test_a_share_recomputes_from_its_numerator_and_denominator(world: World) -> None:
    world.measure()
    with world.database.read() as reader:
        shares = [
            one for one in observations(reader) if one.unit_of_measure == "percent" and one.value is not None
        ]
    assert len(shares) > 20
    for one in shares:
        assert one.denominator
        assert one.value == 100 * one.numerator / one.denominator


# --- time ----------------------------------------------------------------------------------------


def test_a_month_that_has_not_begun_is_not_measured(world: World) -> None:
    assert world.measure(today=dt.date(2019, 6, 20)).periods[-2:] == ("2019-06", "2019")
    with pytest.raises(Refused, match="2022 has not begun"):
        world.measure(year=2022)
    with pytest.raises(Refused, match="no month 13"):
        world.measure([13])


def test_a_running_month_counts_the_days_that_are_over(world: World) -> None:
    """On 18 June, 11 working days are over; six days of use are half of them."""
    world.mailbox("a2", COMMUNE_A)
    world.use("a2", "2019-06", weekdays("2019-06", 6))
    world.measure([6], today=dt.date(2019, 6, 18))
    one = world.one(POOLED, COMMUNE_A, "commune", "2019-06")
    assert (one.value, one.inputs["known"], one.inputs["asked"], one.cut_off) == (100, 11, 11, "2019-06-17")
    world.measure([6])
    one = world.one(POOLED, COMMUNE_A, "commune", "2019-06")
    assert (one.value, one.cut_off) == (50, "2019-06-30")


def test_a_value_that_did_not_change_is_confirmed_once_when_its_period_is_over(world: World) -> None:
    def cut_offs() -> list[tuple[int, float | None, bool, str]]:
        return history(world, "assets.count", "", "all", "2019-06")

    world.measure([6], today=dt.date(2019, 6, 10))
    world.measure([6], today=dt.date(2019, 6, 20))
    assert [row[0] for row in cut_offs()] == [1]
    world.measure([6], today=dt.date(2019, 7, 2))
    world.measure([6], today=dt.date(2019, 7, 3))
    assert [(row[0], row[3]) for row in cut_offs()] == [(1, ""), (2, "the period is over")]


# --- the transaction, the queries, the refusals ---------------------------------------------------


def test_what_fails_after_the_measuring_takes_the_observations_with_it(world: World) -> None:
    def job() -> None:
        with world.database.write() as writer:
            assert measure(writer, 2019, timezone=ZONE, today=dt.date(2020, 5, 1)).new
            raise RuntimeError("the job lost its claim")

    with pytest.raises(RuntimeError):
        job()
    assert world.seen() == {}


def test_the_number_of_queries_does_not_grow_with_units_mailboxes_or_months(world: World) -> None:
    def ran(months: list[int] | None) -> int:
        with world.database.write() as writer:
            statements = writer_queries(writer)
            measure(writer, 2019, months, timezone=ZONE, today=dt.date(2020, 5, 1))
            return len(statements)

    few = ran([6])
    units = {f"9{n:04d}@2017-10-15": ("commune", "2017-10-15", None) for n in range(200)}
    world.units(units, [(unit, "", "9999-12-31", unit) for unit in units])
    base = {"file": "f", "line": 1, "digest": "", "revision": 1, "sample": 1, "orphaned": 0}
    base |= {"fold": "", "sort_key": "", "type": "personal"}
    world.put("account", [{**base, "key": f"m{n}", "unit_id": list(units)[n % 200]} for n in range(1000)])
    many = ran(None)
    # The one that retires what is superseded, and the one that asks for what else of the year is kept.
    assert many <= few + 2
    assert many < 55  # about thirty-five, and one for each month of mail


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "UPDATE indicator SET unit_of_measure = 'count' WHERE key = 'mail.issued'",
            "'mail.issued' gives percent",
        ),
        ("UPDATE indicator SET rule = NULL WHERE key = 'mail.regular.mean'", "names no rule"),
        (
            "UPDATE rule SET ended = '2019-01-01' WHERE key = 'mail-regular'",
            "'mail-regular' is not in force; write 'rule:' with one of: none is declared",
        ),
        (
            "UPDATE indicator SET rule = 'mail-regular' WHERE key = 'mail.idle'",
            "'mail-regular' does not say how much use that is; write 'rule:' with one of: mail-use",
        ),
        (
            "UPDATE indicator SET measure = 'mail.issue' WHERE key = 'mail.issued'",
            "did you mean 'mail.issued'",
        ),
    ],
)
def test_an_indicator_that_cannot_be_measured_is_refused_and_nothing_is_written(
    world: World, change: str, words: str
) -> None:
    world.run(change)
    with pytest.raises(Refused, match=words):
        world.measure([6])
    assert world.seen() == {}


def test_an_indicator_that_was_withdrawn_keeps_its_observations(world: World) -> None:
    world.measure([6])
    world.run("UPDATE indicator SET ended = '2019-07-01' WHERE key = 'assets.count'")
    world.run("DELETE FROM asset")
    world.measure([6])
    assert world.one("assets.count", "", "all", "2019-06").value == 3


def test_a_register_without_anything_has_no_data(database: Database) -> None:
    world = World(database)
    world.rule()
    world.use_rule()
    for code, unit in UNITS.items():
        world.indicator(code, unit)
    world.measure([6])
    for code in UNITS:
        one = world.one(code, "", "all", "2019-06")
        counts_register = standard()[code].system == "" and UNITS[code] == "count"
        # Of what a unit is connected to nothing is known before somebody declares it.
        counts_register &= not code.startswith("units.without_") or code == "units.without_pc"
        assert one.value == (0 if counts_register else None), code


def test_progress_names_each_step_and_ends_full(world: World) -> None:
    steps: list[tuple[int, int, str]] = []
    world.measure([6], progress=lambda done, of, what: steps.append((done, of, what)))
    of = 2 * len(UNITS)
    assert steps[0] == (0, of, "assets.age.from-3 2019-06")
    assert steps[-1][:2] == (of, of)


def test_observations_are_found_by_code_of_the_unit_in_all_its_eras(world: World) -> None:
    world.measure([6, 7])
    with world.database.read() as reader:
        found = observations(reader, indicator=POOLED, unit="04906")
        none = observations(reader, indicator=POOLED, unit="0490")
    assert {(one.unit_id, one.period) for one in found} == {(MERGED, "2019-07"), (MERGED, "2019")}
    assert none == []
