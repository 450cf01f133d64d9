"""conference.sessions and conference.hours, counted by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.indicators.measures.conference import bridged, seconds, together
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, DEPARTMENT, DISTRICT, MERGED, World

SESSIONS, HOURS = "conference.sessions", "conference.hours"


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.indicator(SESSIONS, "count")
    world.indicator(HOURS, "hours")
    for site, unit in (("ubnd", DEPARTMENT), ("cntt", DEPARTMENT), ("da-bac", DISTRICT), ("xa-a", COMMUNE_A)):
        world.site(site, unit)
    world.source("conference", 9)
    return world


def value(world: World, indicator: str, period: str, unit: str = "", level: str = "all") -> float | None:
    return world.one(indicator, unit, level, period).value


def test_a_session_lasts_while_two_sites_are_connected(world: World) -> None:
    world.stay("s1", "ubnd", "2019-03-05 07:30", "2019-03-05 11:00")
    world.stay("s1", "da-bac", "2019-03-05 08:00", "2019-03-05 10:00")
    world.stay("s1", "xa-a", "2019-03-05 09:00", "2019-03-05 10:30")
    world.measure([3])
    assert value(world, SESSIONS, "2019-03") == 1
    assert value(world, HOURS, "2019-03") == 2.5  # from 8:00, when the second joins, to 10:30
    assert value(world, HOURS, "2019-03", DISTRICT, "district") == 2
    assert value(world, HOURS, "2019-03", COMMUNE_A, "commune") == 1.5
    assert value(world, HOURS, "2019-03", "", "department") == 2.5
    assert value(world, SESSIONS, "2019") == 1


def test_one_site_alone_is_no_session_and_neither_are_two_that_never_met(world: World) -> None:
    world.stay("alone", "ubnd", "2019-03-05 08:00", "2019-03-05 10:00")
    world.stay("missed", "ubnd", "2019-03-06 08:00", "2019-03-06 09:00")
    world.stay("missed", "da-bac", "2019-03-06 09:00", "2019-03-06 10:00")
    world.stay("twice", "ubnd", "2019-03-07 08:00", "2019-03-07 09:00")
    world.stay("twice", "ubnd", "2019-03-07 08:30", "2019-03-07 09:30")
    world.covered("2019-03-05", "2019-03-07", source="conference")
    world.measure([3])
    assert value(world, SESSIONS, "2019-03") == 0
    assert value(world, HOURS, "2019-03") == 0


@pytest.mark.parametrize(("back", "hours"), [("09:15", 2.0), ("09:16", 1 + 44 / 60)])
def test_a_site_that_is_back_within_15_minutes_never_left(world: World, back: str, hours: float) -> None:
    world.stay("s1", "ubnd", "2019-03-05 08:00", "2019-03-05 10:00")
    world.stay("s1", "da-bac", "2019-03-05 08:00", "2019-03-05 09:00")
    world.stay("s1", "da-bac", f"2019-03-05 {back}", "2019-03-05 10:00")
    world.measure([3])
    assert value(world, SESSIONS, "2019-03") == 1
    assert value(world, HOURS, "2019-03") == pytest.approx(hours)


def test_a_session_counts_in_the_month_of_its_local_day(world: World) -> None:
    """5:00 on 1 March here is still February in UTC; New Year's Eve belongs to the old year."""
    for site in ("ubnd", "da-bac"):
        world.stay("early", site, "2019-03-01 05:00", "2019-03-01 06:00")
        world.stay("eve", site, "2019-12-31 23:30", "2020-01-01 00:30")
    world.covered("2019-01-01", "2019-12-31", source="conference")
    world.measure()
    assert [value(world, SESSIONS, period) for period in ("2019-02", "2019-03", "2019-12", "2019")] == [
        0,
        1,
        1,
        2,
    ]
    assert value(world, HOURS, "2019-12") == 1


def test_units_and_levels_count_the_sessions_in_which_they_took_part(world: World) -> None:
    for day, sites in (
        ("05", ("ubnd", "cntt", "da-bac")),
        ("06", ("ubnd", "cntt")),
        ("07", ("da-bac", "xa-a")),
    ):
        for site in sites:
            world.stay(f"s{day}", site, f"2019-07-{day} 08:00", f"2019-07-{day} 09:00")
    world.measure([7])
    found = {key: one.value for key, one in world.seen(indicator=SESSIONS, period="2019-07").items()}
    assert found["", "all"] == 3
    assert found["", "department"] == 2  # two sites of one level in one session count once
    assert found["", "district"] == 2
    assert found[DEPARTMENT, "department"] == 2
    assert found[MERGED, "commune"] == 1  # the site was declared in a commune that has merged


def test_without_any_record_there_is_no_value(world: World) -> None:
    world.session("planned", "2019-04-02T08:00", "2019-04-02T10:00", ["ubnd", "da-bac"])
    world.measure([4])
    one = world.one(SESSIONS, "", "all", "2019-04")
    assert (one.value, one.low, one.high) == (None, None, None)


def test_an_announced_session_of_a_day_without_records_widens_the_upper_bound(world: World) -> None:
    for site in ("ubnd", "da-bac"):
        world.stay("s1", site, "2019-04-02 08:00", "2019-04-02 10:00")
    world.covered("2019-04-02", "2019-04-02", source="conference")
    world.session("s1", "2019-04-02T08:00", "2019-04-02T10:00", ["ubnd", "da-bac"])
    world.session("not held", "2019-04-02T14:00", "2019-04-02T16:00", ["ubnd", "da-bac"])
    world.session("unknown", "2019-04-10T08:00", "2019-04-10T11:00", ["da-bac"], host="ubnd")
    world.measure([4])
    sessions, hours = world.one(SESSIONS, "", "all", "2019-04"), world.one(HOURS, "", "all", "2019-04")
    assert (sessions.value, sessions.low, sessions.high) == (1, 1, 2)
    assert (hours.value, hours.low, hours.high) == (2, 2, 5)
    assert world.one(SESSIONS, DISTRICT, "district", "2019-04").high == 2
    assert world.one(SESSIONS, DEPARTMENT, "department", "2019-04").high == 2
    assert world.one(SESSIONS, COMMUNE_A, "commune", "2019-04").high == 0


# --- spans -------------------------------------------------------------------------------------

SPAN = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda p: (min(p), max(p)))


@given(st.lists(st.lists(SPAN, max_size=4), max_size=5), st.integers(1, 3))
def test_together_is_where_enough_sites_are_connected(stays: list[list[tuple[int, int]]], least: int) -> None:
    sites = []
    for spans in stays:
        marked = sorted({second for start, end in spans for second in range(start, end)})
        merged: list[tuple[int, int]] = []
        for second in marked:
            if merged and merged[-1][1] == second:
                merged[-1] = (merged[-1][0], second + 1)
            else:
                merged.append((second, second + 1))
        sites.append(merged)
    counted = [sum(start <= second < end for spans in sites for start, end in spans) for second in range(300)]
    found = together(sites, least)
    assert seconds(found) == sum(count >= least for count in counted)
    assert all(counted[second] >= least for start, end in found for second in range(start, end))
    assert found == sorted(found)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 3000)).map(lambda p: (p[0], p[0] + p[1]))))
def test_bridged_spans_keep_every_second_and_lie_more_than_15_minutes_apart(
    stays: list[tuple[int, int]],
) -> None:
    found = bridged(stays)
    for start, end in stays:
        assert start == end or any(a <= start and end <= b for a, b in found)
    assert all(right[0] - left[1] > 900 for left, right in pairwise(found))
    assert bridged(found) == found
    assert bridged(reversed(stays)) == found


def test_a_roll_call_counts_where_no_server_recorded_the_site(world: World) -> None:
    def called(session: str, site: str, joined: str, left: str) -> None:
        row = {"session": session, "site": site, "month": "2019-03"}
        world.put(
            "roll_stay", [{**row, "joined_at": f"{joined}:00.000000Z", "left_at": f"{left}:00.000000Z"}]
        )

    world.stay("s1", "ubnd", "2019-03-05 08:00", "2019-03-05 10:00")
    called("s1", "ubnd", "2019-03-05T00:00", "2019-03-05T09:00")  # 7:00 to 16:00: the server knows better
    called("s1", "da-bac", "2019-03-05T02:00", "2019-03-05T04:00")  # 9:00 to 11:00: only the roll call saw it
    called("s2", "ubnd", "2019-03-06T01:00", "2019-03-06T02:00")
    called("s2", "xa-a", "2019-03-06T01:30", "2019-03-06T03:00")
    world.measure([3])
    assert value(world, SESSIONS, "2019-03") == 2
    assert value(world, HOURS, "2019-03") == 1.5
    world.stay("s2", "xa-a", "2019-03-06 08:00", "2019-03-06 08:10")  # a record that came later goes before
    world.measure([3])
    assert value(world, HOURS, "2019-03") == pytest.approx(1 + 10 / 60)
