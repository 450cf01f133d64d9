"""Targets of units that were merged, of a unit held against its level, and paces of the year before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.indicators.goals import Goal, _joined
from opsconsole.indicators.targets import Standing, standings
from opsconsole.indicators.tree import Tree
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, COMMUNE_B, DISTRICT, MERGED, World, writer_queries

JUNE, DECEMBER = dt.date(2019, 6, 30), dt.date(2019, 12, 31)


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.rule()
    for code, unit in (
        ("mail.issued", "percent"),
        ("mail.regular.mean", "percent"),
        ("conference.sessions", "count"),
        ("assets.count", "count"),
    ):
        world.indicator(code, unit)
    return world


def stand(world: World, day: dt.date, unit: str | None = None, year: int = 2019) -> list[Standing]:
    with world.database.read() as reader:
        return standings(reader, year, day, unit=unit)


def both(world: World, indicator: str, one: float, other: float, **fields: object) -> None:
    for key, unit, value in (("a", COMMUNE_A, one), ("b", COMMUNE_B, other)):
        world.target(key, indicator, value, level="commune", unit_id=unit, **fields)


def test_counts_of_merged_units_add_up_and_say_from_what(world: World) -> None:
    both(world, "assets.count", 3.0, 2.0, baseline=1.0)
    for number in range(5):
        world.asset(f"pc-{number}", COMMUNE_A if number % 2 else COMMUNE_B)
    world.measure()
    before = stand(world, JUNE)
    assert [(one.unit_id, one.target, one.value, one.key) for one in before] == [
        (COMMUNE_A, 3, 2, "a"),
        (COMMUNE_B, 2, 3, "b"),
    ]
    (after,) = stand(world, DECEMBER)
    assert (after.unit_id, after.target, after.value, after.baseline) == (MERGED, 5, 5, 2)
    assert (after.keys, after.key, after.status) == (("a", "b"), "a+b", "met")
    assert after.unit_name == f"Đơn vị [red]{MERGED}"


@pytest.mark.parametrize(
    ("rule", "direction", "said"),
    [
        (None, "at-least", [90]),
        (None, "at-most", [70]),
        ("strictest", "exactly", [70, 90]),
        ("mean", "at-least", [80]),
        ("add", "at-least", [160]),
        ("lapse", "at-least", []),
    ],
)
def test_the_declared_rule_says_what_shares_become(
    world: World, rule: str | None, direction: str, said: list[float]
) -> None:
    both(world, "mail.issued", 70.0, 90.0, direction=direction, when_merged=rule)
    assert [one.target for one in stand(world, JUNE)] == [70, 90]
    assert sorted(one.target for one in stand(world, DECEMBER)) == said


def test_the_only_target_of_a_merged_unit_goes_on_unless_it_lapses(world: World) -> None:
    world.target("a", "mail.issued", 70.0, level="commune", unit_id=COMMUNE_A)
    assert [(one.unit_id, one.target) for one in stand(world, DECEMBER)] == [(MERGED, 70)]
    world.run("UPDATE target SET when_merged = 'lapse'")
    assert stand(world, DECEMBER) == []
    assert len(stand(world, JUNE)) == 1


def test_rules_that_contradict_each_other_are_taken_strictly(world: World) -> None:
    both(world, "assets.count", 3.0, 2.0)
    world.run("UPDATE target SET when_merged = 'mean' WHERE key = 'a'")
    world.run("UPDATE target SET when_merged = 'add' WHERE key = 'b'")
    assert [one.target for one in stand(world, DECEMBER)] == [3]


def test_what_merged_units_had_before_counts_for_the_unit_that_they_became(world: World) -> None:
    both(world, "conference.sessions", 3.0, 3.0, pace="linear")
    world.source("conference", 9)
    for site, unit in (("ubnd", DISTRICT), ("xa-a", COMMUNE_A), ("xa-b", COMMUNE_B)):
        world.site(site, unit)
    for key, month, sites in (("s1", 2, "xa-a"), ("s2", 3, "xa-b"), ("s3", 9, "xa-a")):
        for site in ("ubnd", sites):
            world.stay(key, site, f"2019-{month:02d}-15 08:00", f"2019-{month:02d}-15 09:00")
    world.covered("2019-01-01", "2019-12-31", source="conference")
    world.measure()
    (after,) = stand(world, DECEMBER)
    assert (after.value, after.low, after.high) == (3, 3, 3)
    assert after.period == "2019-01…2019-12"


def test_a_session_of_two_units_that_merged_later_is_one_or_two_and_the_bounds_say_so(world: World) -> None:
    both(world, "conference.sessions", 3.0, 3.0, pace="linear")
    world.source("conference", 9)
    for site, unit in (("xa-a", COMMUNE_A), ("xa-b", COMMUNE_B)):
        world.site(site, unit)
        world.stay("s1", site, "2019-02-15 08:00", "2019-02-15 09:00")
    world.covered("2019-01-01", "2019-12-31", source="conference")
    world.measure()
    (after,) = stand(world, DECEMBER)
    assert (after.low, after.high) == (1, 2)


def test_shares_of_merged_units_are_pooled_in_the_months_before(world: World) -> None:
    both(world, "mail.issued", 70.0, 70.0)
    for number, (unit, has) in enumerate(((COMMUNE_A, True), (COMMUNE_B, True), (COMMUNE_B, False))):
        world.person(f"p{number}", unit)
        if has:
            world.mailbox(f"m{number}", unit, owner=f"p{number}")
    world.measure([6])
    world.run("DELETE FROM observation WHERE period = '2019'")
    (after,) = stand(world, DECEMBER)
    assert (after.numerator, after.denominator) == (2, 3)
    assert after.value == pytest.approx(200 / 3)


def test_a_unit_is_held_against_its_own_target_else_against_that_of_its_level(world: World) -> None:
    world.target("all", "mail.issued", 60.0)
    world.target("communes", "mail.issued", 80.0, level="commune")
    world.target("own", "assets.count", 2.0, level="commune", unit_id=COMMUNE_A)
    world.target("sessions", "conference.sessions", 90.0)
    world.target("mean", "mail.regular.mean", 50.0)
    world.person("p", COMMUNE_A)
    world.mailbox("m", COMMUNE_A, owner="p")
    world.measure([5])
    found = {one.indicator: one for one in stand(world, JUNE, "04900")}
    # a count of the whole province and a mean of units' rates are nothing of a single unit
    assert set(found) == {"mail.issued", "assets.count"}
    issued = found["mail.issued"]
    assert (issued.target, issued.of_level, issued.value, issued.unit_id) == (80, "commune", 100, COMMUNE_A)
    assert (found["assets.count"].of_level, found["assets.count"].target) == ("", 2)
    district = {one.indicator: one for one in stand(world, JUNE, DISTRICT)}
    assert (district["mail.issued"].of_level, district["mail.issued"].target) == ("all", 60)
    assert district["mail.issued"].status == "no data"


def test_a_code_that_no_unit_has_on_the_day_is_refused(world: World) -> None:
    with pytest.raises(Refused, match=r"no unit has the code '04900' on 31/12/2019.*units trace 04900"):
        stand(world, DECEMBER, "04900")


def test_a_target_can_follow_the_course_of_the_year_before(world: World) -> None:
    world.source("conference", 9)
    for site, unit in (("ubnd", DISTRICT), ("xa-a", COMMUNE_A)):
        world.site(site, unit)
    number = 0
    for year, months in ((2018, [1, 1, 1, *range(2, 13)]), (2019, [1, 1, 2, 3])):
        for month in months:
            number += 1
            for site in ("ubnd", "xa-a"):
                day = f"{year}-{month:02d}-{number % 20 + 1:02d}"
                world.stay(f"s{number}", site, f"{day} 08:00", f"{day} 09:00")
        world.covered(f"{year}-01-01", f"{year}-12-31", source="conference")
    world.target("s", "conference.sessions", 28.0, pace="last-year")
    world.measure(year=2018)
    world.measure(today=dt.date(2019, 4, 1))
    (one,) = stand(world, dt.date(2019, 3, 31))
    assert one.pace_used == "last-year"
    assert one.expected == pytest.approx(28 * 5 / 14)  # 3 + 1 + 1 of last year's 14
    assert one.value == 4
    assert one.projected == pytest.approx(4 / 5 * 14)
    assert one.projected_low is not None
    assert one.projected_high is not None
    assert one.projected_low <= one.projected <= one.projected_high
    world.run("DELETE FROM observation WHERE period = '2018-05'")
    (without,) = stand(world, dt.date(2019, 3, 31))
    assert (without.pace, without.pace_used) == ("last-year", "linear")
    assert without.expected == pytest.approx(28 * 90 / 365)


def test_the_number_of_queries_does_not_grow_with_the_targets(world: World) -> None:
    counts = []
    for number in (1, 50):
        for each in range(number):
            world.target(f"t{number}-{each}", "assets.count", 1.0, level="commune", unit_id=COMMUNE_A)
        with world.database.write() as writer:
            statements = writer_queries(writer)
            standings(writer, 2019, JUNE)
            counts.append(len(statements))
    assert counts[0] == counts[1]


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=6),
    st.sampled_from([None, "add", "strictest", "mean"]),
    st.sampled_from(["at-least", "at-most"]),
)
def test_merging_targets_does_not_depend_on_their_order(
    values: list[float], rule: str | None, direction: str
) -> None:
    class Flat(Tree):
        def __init__(self) -> None:
            pass

        def level(self, unit_id: str) -> str:
            return "commune"

    base = Goal(
        ("k",), "i", "n", "n", "n", "n", "percent", "percent", "m", "commune", "u", ("u",), 0.0, direction, "level",
        None, rule or "", "s", None,
    )  # fmt: skip
    given_ = [replace(base, keys=(f"k{n}",), value=value) for n, value in enumerate(values)]
    one, other = (_joined(list(each), "u", ("u",), Flat()) for each in (given_, given_[::-1]))
    assert [goal.value for goal in one] == pytest.approx([goal.value for goal in other])
    assert len(one) == 1
