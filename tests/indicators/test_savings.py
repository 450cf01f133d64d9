"""Failed joins, journeys avoided, connections, and assets by class and age."""

from __future__ import annotations

import datetime as dt

import pytest

from opsconsole.indicators.asking import Asking, Figure
from opsconsole.indicators.measures.assets import BANDS
from opsconsole.inventory.kinds.indicators import AGES, MEASURES
from opsconsole.store.database import Database
from tests.indicators.world import (
    COMMON,
    COMMUNE_A,
    COMMUNE_B,
    DEPARTMENT,
    DISTRICT,
    LATER,
    MERGED,
    PROVINCE,
    ZONE,
    World,
)


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    for code, (unit, rule) in MEASURES.items():
        if not rule:
            world.indicator(code, unit)
    return world


def asked(world: World, code: str, period: str = "2019-06", **where: str) -> Figure:
    with world.database.read() as reader:
        return Asking(reader, ZONE, today=LATER).figure(code, period, **where)  # type: ignore[arg-type]


def site(world: World, key: str, unit: str, **distances: float) -> None:
    row = {**COMMON, "key": key, "unit_id": unit, "name": key, "endpoint": "codec"}
    world.put("site", [{**row, "distance_km": None, "district_km": None, "central_km": None, **distances}])


def rate(world: World, name: str, begins: str, value: float) -> None:
    row = {"name": name, "name_en": name, "rate": name, "value": value, "unit_of_measure": "u", "source": "s"}
    world.put("rate", [{**COMMON, "key": f"{name}/{begins}", **row, "valid_from": begins}])


# --- failed joins --------------------------------------------------------------------------------


def test_a_stay_of_less_than_a_minute_is_a_failed_join_of_its_site(world: World) -> None:
    site(world, "a", DISTRICT)
    site(world, "b", DEPARTMENT)
    world.source("conference", 9)
    world.session("s", "2019-06-05T08:00", "2019-06-05T09:00", ["a"], host="b")
    world.stay("s", "a", "2019-06-05 07:10:00", "2019-06-05 07:10:59")
    world.stay("s", "a", "2019-06-05 07:12:00", "2019-06-05 07:12:00")
    world.stay("s", "a", "2019-06-05 07:59:00", "2019-06-05 09:00:00")
    world.stay("s", "b", "2019-06-05 07:50:00", "2019-06-05 07:51:00")
    world.stay("s", "b", "2019-06-05 07:58:00", "2019-06-05 09:00:00")
    found = asked(world, "conference.failed_joins")
    assert found.result.value == 2
    assert [part.facts for part in found.parts] == [("s", "2019-06-05", 59), ("s", "2019-06-05", 0)]
    assert asked(world, "conference.failed_joins", unit="hb-01").result.value == 0
    assert asked(world, "conference.failed_joins", "2019-07").result.value is None


def test_of_a_session_without_a_record_nobody_knows_how_many_joins_failed(world: World) -> None:
    site(world, "a", DISTRICT)
    site(world, "b", DEPARTMENT)
    world.source("conference", 9)
    for key, day in (("s", "05"), ("t", "20")):
        world.session(key, f"2019-06-{day}T08:00", f"2019-06-{day}T09:00", ["a"], host="b")
    for one in ("a", "b"):
        world.stay("s", one, "2019-06-05 08:00", "2019-06-05 09:00")
    world.covered("2019-06-05", "2019-06-05", source="conference")
    result = asked(world, "conference.failed_joins").result
    assert (result.value, result.low, result.high) == (0, 0, None)


# --- cost avoided --------------------------------------------------------------------------------


def held(world: World, kind: str = "province-district", day: str = "2019-06-05") -> None:
    site(world, "p", PROVINCE, distance_km=0, central_km=76)
    site(world, "d", DISTRICT, distance_km=20.5)
    site(world, "c", COMMUNE_A, distance_km=30, district_km=10)
    site(world, "o", DEPARTMENT, distance_km=0)
    world.source("conference", 9)
    world.session("s", f"{day}T08:00", f"{day}T09:00", ["d", "c", "o"], host="p")
    world.run(f"UPDATE session SET kind = '{kind}'")
    for one in ("p", "d", "c", "o"):
        world.stay("s", one, f"{day} 08:00", f"{day} 09:00")


def rates(world: World) -> None:
    for name, value in (("travel-km", 4000), ("travel-day", 200_000), ("travellers", 2)):
        rate(world, name, "2017-07-01", value)


def test_the_way_to_the_chair_there_and_back_and_the_days_of_who_would_travel(world: World) -> None:
    held(world)
    rates(world)
    found = asked(world, "conference.cost_avoided")
    district, commune = 2 * 20.5 * 4000 + 400_000, 2 * 30 * 4000 + 400_000
    assert (found.result.value, found.result.low, found.result.high) == (
        district + commune, district + commune, district + commune,
    )  # fmt: skip
    # who chairs and who sits in the same town send nobody anywhere
    assert [(part.key, part.facts[2:]) for part in found.parts] == [("c", (30.0, 2.0)), ("d", (20.5, 2.0))]
    assert [(one["rate"], one["value"], one["source"]) for one in found.counted.context["assumptions"]] == [
        ("travel-day", 200_000, "s"),
        ("travel-km", 4000, "s"),
        ("travellers", 2, "s"),
    ]
    assert asked(world, "conference.cost_avoided", unit="148").result.value == district


@pytest.mark.parametrize(
    ("kind", "kilometres"),
    [
        ("central-province", {"p": 76.0, "d": 20.5, "c": 30.0}),
        ("province-district", {"d": 20.5, "c": 30.0}),
        ("other", {"d": 20.5, "c": 30.0}),
    ],
)
def test_the_distance_is_that_to_where_the_session_is_chaired(
    world: World, kind: str, kilometres: dict[str, float]
) -> None:
    held(world, kind)
    rates(world)
    parts = asked(world, "conference.cost_avoided").parts
    assert {part.key: part.facts[2] for part in parts} == kilometres


def test_a_site_without_a_declared_distance_leaves_the_upper_bound_open(world: World) -> None:
    held(world, "district-commune")
    rates(world)
    result = asked(world, "conference.cost_avoided").result
    assert (result.value, result.low, result.high) == (2 * 10 * 4000 + 400_000, 480_000, None)


def test_each_session_is_worked_out_with_the_rates_of_its_day(world: World) -> None:
    held(world, day="2019-06-20")
    rates(world)
    rate(world, "travel-km", "2019-06-20", 5000)
    world.session("t", "2019-06-19T08:00", "2019-06-19T09:00", ["d"], host="p")
    for one in ("p", "d"):
        world.stay("t", one, "2019-06-19 08:00", "2019-06-19 09:00")
    found = asked(world, "conference.cost_avoided", unit="148")
    assert sorted(part.numerator for part in found.parts) == [564_000, 605_000]
    assert len(asked(world, "conference.cost_avoided").counted.context["assumptions"]) == 4


def test_without_rates_there_is_no_value(world: World) -> None:
    held(world)
    assert asked(world, "conference.cost_avoided").result.value is None


def test_a_changed_rate_makes_its_value_stale_and_nothing_else(world: World) -> None:
    held(world)
    rates(world)
    world.measure([6])
    world.run("UPDATE rate SET value = 5000 WHERE rate = 'travel-km'")
    again = world.measure([6])
    assert again.stale == 2
    assert again.superseded > 0


# --- connections ---------------------------------------------------------------------------------


def connection(world: World, unit: str, sort: str, there: bool, **fields: str) -> None:
    row = {**COMMON, "key": f"{unit}-{sort}-{there}", "unit_id": unit, "sort": sort, "there": int(there)}
    world.put("connection", [{**row, **fields}])


def test_units_that_are_known_to_have_none_count_and_those_of_which_nobody_knows_are_in_the_bounds(
    world: World,
) -> None:
    connection(world, DISTRICT, "lan", True, since="2019-06-15")
    connection(world, COMMUNE_A, "lan", False)
    connection(world, COMMUNE_B, "lan", True)
    june, may = (asked(world, "units.without_lan", f"2019-0{month}").result for month in (6, 5))
    # of the province's office and the department nothing is declared
    assert (june.value, june.low, june.high, june.known, june.asked) == (1, 1, 3, 3, 5)
    assert (may.value, may.high, may.known) == (1, 4, 2)
    assert asked(world, "units.without_lan", unit="04900").result.value == 1
    assert asked(world, "units.without_internet").result.value is None
    # from July on the two communes are one, which has what one of them had
    assert asked(world, "units.without_lan", "2019-07", unit=MERGED).result.value == 0


def test_a_connection_that_was_closed_is_not_known_any_more(world: World) -> None:
    connection(world, DISTRICT, "internet", True, ended="2019-06-10", ended_reason="hết hạn")
    assert asked(world, "units.without_internet", "2019-05").result.known == 1
    assert asked(world, "units.without_internet", "2019-06").result.value is None


# --- assets by class and age ---------------------------------------------------------------------


def test_classes_and_ages_each_make_all_assets_together(world: World) -> None:
    for number, (kind, start) in enumerate(
        [("desktop", "2016-06-30"), ("desktop", "2016-07-01"), ("laptop", "2014-06-30"), ("printer", None),
         ("server", "2012-01-01"), ("server", "2019-06-30")]
    ):  # fmt: skip
        world.asset(f"a{number}", DISTRICT, **{"class": kind, "used_from": start})
    total = asked(world, "assets.count").result.value
    by_class = {
        code: asked(world, code).result.value for code in MEASURES if code.startswith("assets.class.")
    }
    by_age = {band: asked(world, f"assets.age.{band}").result.value for band in AGES}
    assert (
        sum(value or 0 for value in by_class.values())
        == sum(value or 0 for value in by_age.values())
        == total
    )
    assert (by_class["assets.class.desktop"], by_class["assets.class.server"]) == (2, 2)
    # three full years on the last day of June, and a day less
    assert by_age == {"under-3": 2, "from-3": 1, "from-5": 1, "from-7": 1, "unknown": 1}


def test_the_bands_of_the_declaration_are_those_that_are_measured() -> None:
    assert AGES == BANDS


def test_a_unit_that_has_none_of_a_class_any_more_has_0_and_one_that_never_had_one_no_value(
    world: World,
) -> None:
    world.asset("gone", DISTRICT, ended="2019-06-03", ended_reason="hỏng", **{"class": "scanner"})
    world.measure([6])
    seen = world.seen(indicator="assets.class.scanner", period="2019-06")
    assert {place: one.value for place, one in seen.items() if place[0]} == {(DISTRICT, "district"): 0}
    assert seen["", "all"].value == 0


def test_the_age_of_an_asset_is_that_on_the_day_asked_about(world: World) -> None:
    world.asset("a", DISTRICT, used_from="2016-02-29")
    assert asked(world, "assets.age.under-3", "2019-02").result.value == 1
    assert asked(world, "assets.age.from-3", "2019-03").result.value == 1
    with world.database.read() as reader:
        asking = Asking(reader, ZONE, today=LATER)
        assert asking.figure("assets.age.from-3", "2020-02", as_of=dt.date(2020, 2, 29)).result.value == 1
