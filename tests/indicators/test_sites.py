"""Sessions by kind, hours and presence of sites, punctuality and the peak, counted by hand."""

from __future__ import annotations

import pytest

from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, DEPARTMENT, DISTRICT, World

KINDS = ("central-province", "province-district", "district-commune")
ALL_SITES = ("ubnd", "cntt", "da-bac", "xa-a")


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.indicator("conference.sessions", "count")
    for kind in KINDS:
        world.indicator(f"conference.sessions.{kind}", "count")
    world.indicator("conference.site_hours", "hours")
    world.indicator("conference.attendance")
    world.indicator("conference.punctuality")
    world.indicator("conference.peak_sites", "count")
    for site, unit in zip(ALL_SITES, (DEPARTMENT, DEPARTMENT, DISTRICT, COMMUNE_A), strict=True):
        world.site(site, unit)
    world.source("conference", 9)
    return world


def march(world: World, indicator: str, unit: str = "", level: str = "all") -> tuple[float | None, ...]:
    """Numerator, value, low, high."""
    one = world.one(f"conference.{indicator}", unit, level, "2019-03")
    return one.numerator, one.value, one.low, one.high


def one_session(world: World) -> None:
    """Invited: cntt, da-bac, xa-a; the last does not come, da-bac comes 10 minutes late and drops out."""
    world.session("s", "2019-03-05T08:00", "2019-03-05T10:00", ["cntt", "da-bac", "xa-a"], host="ubnd")
    world.stay("s", "ubnd", "2019-03-05 07:45", "2019-03-05 10:00")
    world.stay("s", "cntt", "2019-03-05 08:05", "2019-03-05 10:00")
    world.stay("s", "da-bac", "2019-03-05 08:10", "2019-03-05 09:00")
    world.covered("2019-03-05", "2019-03-05", source="conference")


def test_site_hours_are_what_each_site_was_there_while_the_session_was_held(world: World) -> None:
    one_session(world)
    world.measure([3])
    # held from 8:05 to 10:00; ubnd and cntt all of it, da-bac 50 minutes
    hours = (2 * 115 + 50) / 60
    assert march(world, "site_hours") == pytest.approx((hours, hours, hours, hours))
    assert march(world, "site_hours", DISTRICT, "district")[1] == pytest.approx(50 / 60)
    assert march(world, "site_hours", COMMUNE_A, "commune")[1] == 0


def test_attendance_is_those_invited_that_came(world: World) -> None:
    one_session(world)
    world.measure([3])
    third = pytest.approx(100 * 2 / 3)
    assert march(world, "attendance") == (2, third, third, third)
    assert march(world, "attendance", DEPARTMENT, "department")[:2] == (1, 100)  # who chairs is not invited
    assert march(world, "attendance", COMMUNE_A, "commune")[:2] == (0, 0)


def test_in_time_is_connected_five_minutes_after_the_announced_start(world: World) -> None:
    one_session(world)
    world.measure([3])
    assert march(world, "punctuality")[:2] == (2, pytest.approx(100 * 2 / 3))  # ubnd, cntt at 8:05:00
    assert march(world, "punctuality", DISTRICT, "district")[:2] == (0, 0)
    assert (COMMUNE_A, "commune") not in world.seen(indicator="conference.punctuality", period="2019-03")


@pytest.mark.parametrize(("joined", "left", "late"), [("08:05", "10:00", 0), ("08:06", "10:00", 1)])
def test_the_sixth_minute_is_late(world: World, joined: str, left: str, late: int) -> None:
    world.session("s", "2019-03-05T08:00", "2019-03-05T10:00", ["da-bac"], host="ubnd")
    world.stay("s", "ubnd", "2019-03-05 08:00", "2019-03-05 10:00")
    world.stay("s", "da-bac", f"2019-03-05 {joined}", f"2019-03-05 {left}")
    world.measure([3])
    assert march(world, "punctuality")[0] == 2 - late


def test_a_site_that_was_gone_before_the_start_is_not_in_time(world: World) -> None:
    world.session("s", "2019-03-05T08:00", "2019-03-05T10:00", ["da-bac"], host="ubnd")
    world.stay("s", "ubnd", "2019-03-05 07:00", "2019-03-05 10:00")
    world.stay("s", "da-bac", "2019-03-05 07:10", "2019-03-05 07:40")  # a test of the line
    world.stay("s", "da-bac", "2019-03-05 08:20", "2019-03-05 10:00")
    world.measure([3])
    assert march(world, "punctuality")[:2] == (1, 50)


def test_a_session_of_which_nothing_is_known_widens_the_bounds(world: World) -> None:
    one_session(world)
    world.session("unknown", "2019-03-20T08:00", "2019-03-20T10:00", ["cntt", "da-bac", "xa-a"], host="ubnd")
    world.measure([3])
    assert march(world, "attendance") == (
        2,
        pytest.approx(200 / 3),
        pytest.approx(200 / 6),
        pytest.approx(500 / 6),
    )
    assert march(world, "site_hours")[3] == pytest.approx((2 * 115 + 50) / 60 + 4 * 2)
    assert march(world, "peak_sites") == (3, 3, 3, 4)


def test_sessions_count_by_the_kind_that_was_announced(world: World) -> None:
    for number, kind in enumerate((*KINDS, "central-province", "other")):
        key = f"s{number}"
        world.session(key, f"2019-03-0{number + 4}T08:00", f"2019-03-0{number + 4}T10:00", ["da-bac"])
        world.run("UPDATE session SET kind = :kind WHERE key = :key", kind=kind, key=key)
        for site in ("ubnd", "da-bac"):
            world.stay(key, site, f"2019-03-0{number + 4} 08:00", f"2019-03-0{number + 4} 09:00")
    for site in ("ubnd", "xa-a"):
        world.stay("never announced", site, "2019-03-12 08:00", "2019-03-12 09:00")
    world.measure([3])
    assert [march(world, f"sessions.{kind}")[1] for kind in KINDS] == [2, 1, 1]
    assert march(world, "sessions")[1] == 6
    assert march(world, "sessions.central-province", DISTRICT, "district")[1] == 2
    assert march(world, "sessions.central-province", COMMUNE_A, "commune")[1] == 0


def test_the_peak_is_over_all_sessions_at_once_and_who_leaves_makes_room(world: World) -> None:
    for site in ("ubnd", "cntt"):
        world.stay("one", site, "2019-03-05 08:00", "2019-03-05 09:00")
    world.stay("two", "da-bac", "2019-03-05 08:30", "2019-03-05 10:00")
    world.stay("two", "xa-a", "2019-03-05 08:59", "2019-03-05 10:00")
    for site in ("ubnd", "cntt"):
        world.stay("three", site, "2019-03-05 09:00", "2019-03-05 10:00")
    world.measure([3])
    assert march(world, "peak_sites")[1] == 4
    assert march(world, "peak_sites", DEPARTMENT, "department")[1] == 2
    assert march(world, "peak_sites", DISTRICT, "district")[1] == 1


def test_a_cancelled_session_that_was_held_invited_nobody(world: World) -> None:
    one_session(world)
    world.run("UPDATE session SET ended = '2019-03-04'")
    world.measure([3])
    assert march(world, "attendance")[1] is None
    assert march(world, "sessions.province-district")[1] == 1
