"""assets.count, by hand."""

from __future__ import annotations

import pytest

from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, COMMUNE_B, DEPARTMENT, DISTRICT, MERGED, World

COUNT = "assets.count"


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.indicator(COUNT, "count")
    return world


def test_an_asset_counts_from_its_purchase_until_the_day_it_is_disposed_of(world: World) -> None:
    world.asset("old", COMMUNE_A, bought="2015-01-01")
    world.asset("undated", COMMUNE_A)
    world.asset("new", COMMUNE_A, bought="2019-06-30")
    world.asset("newer", COMMUNE_A, bought="2019-07-01")
    world.asset("stored", COMMUNE_A, bought="2019-05-01", used_from="2019-09-01")
    world.asset("only used", COMMUNE_A, used_from="2019-07-02")
    world.asset("gone", COMMUNE_A, ended="2019-06-30", ended_reason="hỏng")
    world.asset("going", COMMUNE_A, ended="2019-07-01", ended_reason="hỏng")
    world.asset("orphan", COMMUNE_A, orphaned=3)  # found in no file any more: absent is not deleted
    world.measure([6, 7])
    assert world.one(COUNT, COMMUNE_A, "commune", "2019-06").value == 6
    assert world.one(COUNT, MERGED, "commune", "2019-07").value == 7


def test_totals_are_equal_before_and_after_a_merger(world: World) -> None:
    for number in range(3):
        world.asset(f"a{number}", COMMUNE_A)
    world.asset("b", COMMUNE_B)
    world.asset("d", DEPARTMENT)
    world.measure([6, 7])
    june, july = world.seen(indicator=COUNT, period="2019-06"), world.seen(indicator=COUNT, period="2019-07")
    assert (june[COMMUNE_A, "commune"].value, june[COMMUNE_B, "commune"].value) == (3, 1)
    assert july[MERGED, "commune"].value == 4
    for level, total in (("commune", 4), ("department", 1), ("all", 5)):
        assert june["", level].value == july["", level].value == total


def test_a_unit_without_assets_has_zero_since_that_is_known(world: World) -> None:
    world.asset("a", COMMUNE_A)
    world.measure([6])
    one = world.one(COUNT, DISTRICT, "district", "2019-06")
    assert (one.value, one.low, one.high, one.denominator) == (0, 0, 0, None)
