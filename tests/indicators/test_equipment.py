"""State, age, warranty and number of assets, and units without a computer, counted by hand."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from opsconsole.indicators.equipment import lives_on
from opsconsole.indicators.measures import standard
from opsconsole.inventory.classes import CLASSES
from opsconsole.store.database import Database
from tests.indicators.world import CHANGE, COMMUNE_A, COMMUNE_B, DEPARTMENT, DISTRICT, MERGED, World

COUNTS = ("in_use", "in_store", "in_repair", "broken", "ended", "warranty_ending")


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    for name in COUNTS:
        world.indicator(f"assets.{name}", "count")
    world.indicator("assets.past_life")
    world.indicator("assets.per_official", "ratio")
    world.indicator("units.without_pc", "count")
    return world


def value(world: World, indicator: str, period: str, unit: str = "", level: str = "all") -> float | None:
    return world.one(indicator, unit, level, period).value


def recorded(world: World, key: str, effective: str, status: str, action: str = "update") -> None:
    """A change of an asset as an apply records it."""
    with world.database.write() as writer:
        sequence = int(writer.value("SELECT COALESCE(MAX(sequence), 0) FROM change")) + 1
        row = (writer.province, sequence, 1, effective, "assets", key, action, "", 0, "")
        writer.insert("change", (*CHANGE, "after"), [(*row, json.dumps({"status": status}))])


def test_assets_are_counted_by_their_state(world: World) -> None:
    for number, status in enumerate(("in-use", "in-use", "in-store", "in-repair", "broken")):
        world.asset(f"a{number}", COMMUNE_A, status=status)
    world.asset("gone", COMMUNE_A, status="broken", ended="2019-06-01", ended_reason="hỏng")
    world.measure([6])
    found = [value(world, f"assets.{name}", "2019-06", COMMUNE_A, "commune") for name in COUNTS[:4]]
    assert found == [2, 1, 1, 1]
    assert value(world, "assets.broken", "2019-06", DISTRICT, "district") == 0


def test_the_state_of_a_past_day_is_the_one_that_the_register_knew_for_it(world: World) -> None:
    """Broken from April on, back in use from August on; nothing says so of the other."""
    world.asset("a", COMMUNE_A, status="in-use")
    world.asset("b", COMMUNE_A, status="in-use")
    recorded(world, "a", "2019-03-01", "in-use", "create")
    recorded(world, "a", "2019-04-10", "broken")
    recorded(world, "a", "2019-08-02", "in-use")
    world.measure([1, 3, 4, 7, 8])
    months = ("01", "03", "04", "07", "08")
    assert [value(world, "assets.broken", f"2019-{month}") for month in months] == [0, 0, 1, 1, 0]
    assert [value(world, "assets.in_use", f"2019-{month}") for month in months] == [2, 2, 1, 1, 2]


def test_what_ended_in_the_period_counts_with_the_unit_that_holds_on_its_last_day(world: World) -> None:
    for key, day in (
        ("may", "2019-05-31"),
        ("first", "2019-06-01"),
        ("last", "2019-06-30"),
        ("july", "2019-07-01"),
    ):
        world.asset(key, COMMUNE_A, ended=day, ended_reason="hỏng")
    world.measure([6, 7])
    assert value(world, "assets.ended", "2019-06", COMMUNE_A, "commune") == 2
    assert value(world, "assets.ended", "2019-07", MERGED, "commune") == 1
    assert value(world, "assets.ended", "2019") == 4
    assert standard()["assets.ended"].accumulates == "sum"


def test_an_asset_is_past_its_life_on_the_day_when_its_years_are_over(world: World) -> None:
    world.asset("due", COMMUNE_A, bought="2014-01-01", used_from="2014-06-30")
    world.asset("next day", COMMUNE_A, used_from="2014-07-01")
    world.asset("eight years", COMMUNE_A, **{"class": "air-conditioner"}, used_from="2012-01-01")
    world.asset("no life", COMMUNE_A, **{"class": "phone"}, used_from="2001-01-01")
    world.measure([6])
    one = world.one("assets.past_life", COMMUNE_A, "commune", "2019-06")
    assert (one.numerator, one.denominator, one.value) == (1, 3, pytest.approx(100 / 3))
    world.asset("undated", COMMUNE_A)
    world.measure([6])
    one = world.one("assets.past_life", COMMUNE_A, "commune", "2019-06")
    assert (one.value, one.low, one.high) == (pytest.approx(100 / 3), 25, 50)


def test_useful_lives_are_those_of_the_circular_in_force() -> None:
    assert lives_on(dt.date(2017, 12, 31)) == ("", {})
    assert lives_on(dt.date(2019, 7, 31))[1]["desktop"] == 5
    assert lives_on(dt.date(2023, 1, 1))[0] == "23/2023/TT-BTC"
    circular, lives = lives_on(dt.date(2026, 1, 1))
    assert (circular, lives["desktop"], lives["photocopier"], lives["air-conditioner"]) == (
        "141/2025/TT-BTC",
        7,
        7,
        8,
    )
    assert "software" not in lives
    assert set(lives_on(dt.date(2019, 1, 1))[1]) <= set(CLASSES)


def test_a_warranty_that_ends_in_the_ninety_days_after_the_period_is_ending(world: World) -> None:
    for key, day in (
        ("over", "2019-06-30"),
        ("first", "2019-07-01"),
        ("last", "2019-09-28"),
        ("later", "2019-09-29"),
    ):
        world.asset(key, COMMUNE_A, warranty_until=day)
    world.asset("without", COMMUNE_A)
    world.measure([6])
    assert value(world, "assets.warranty_ending", "2019-06", COMMUNE_A, "commune") == 2


def test_computers_in_use_to_people_on_the_staff_list(world: World) -> None:
    world.asset("pc", COMMUNE_A)
    world.asset("laptop", COMMUNE_A, **{"class": "laptop"})
    world.asset("printer", COMMUNE_A, **{"class": "printer"})
    world.asset("stored", COMMUNE_A, status="in-store")
    for person in ("p1", "p2", "p3", "p4"):
        world.person(person, COMMUNE_A)
    world.person("gone", COMMUNE_A, ended="2019-06-30")
    world.asset("lonely", DEPARTMENT)
    world.measure([6])
    one = world.one("assets.per_official", COMMUNE_A, "commune", "2019-06")
    assert (one.numerator, one.denominator, one.value) == (2, 4, 0.5)
    assert value(world, "assets.per_official", "2019-06", DEPARTMENT, "department") is None


def test_a_unit_with_staff_and_no_computer_that_works_is_without_one(world: World) -> None:
    for unit in (COMMUNE_A, COMMUNE_B, DEPARTMENT):
        world.person(f"person {unit}", unit)
    world.asset("broken", COMMUNE_A, status="broken")
    world.asset("printer", COMMUNE_A, **{"class": "printer"})
    world.asset("stored", COMMUNE_B, status="in-store")
    world.asset("laptop", DEPARTMENT, **{"class": "laptop"})
    world.measure([6, 7])
    assert value(world, "units.without_pc", "2019-06") == 1
    assert value(world, "units.without_pc", "2019-06", COMMUNE_A, "commune") == 1
    assert value(world, "units.without_pc", "2019-06", COMMUNE_B, "commune") == 0
    assert (DISTRICT, "district") not in world.seen(indicator="units.without_pc", period="2019-06")
    assert value(world, "units.without_pc", "2019-07") == 0  # merged, they have one
