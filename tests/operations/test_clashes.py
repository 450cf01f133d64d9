"""Clashes are found before anything is saved: room, site, operator, bandwidth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from opsconsole.operations.conference.clashes import Clash, clashes, demand
from opsconsole.operations.conference.sessions import Session, Site
from tests.operations.world import ZONE, session, site

SITES = {key: site(key) for key in "ABCDE"}


def sorts(found: Sequence[Clash]) -> list[tuple[str, str, str]]:
    return [(clash.session, clash.sort, clash.other) for clash in found]


def test_one_site_in_two_sessions_at_once() -> None:
    new = session("N", "08:00", "09:00", host="A", invited=("B",))
    old = session("O", "08:30", "10:00", host="C", invited=("B",))
    (clash,) = clashes([new], [old], SITES)
    assert (clash.sort, clash.what, clash.other, clash.start) == ("site", "B", "O", "2019-09-05T08:30")
    assert clash.text == "Site B is in O “Họp O” (08:30–10:00) as well"


def test_sessions_that_touch_do_not_clash() -> None:
    new = session("N", "08:00", "09:00", host="A", invited=("B",), operator="P1")
    old = session("O", "09:00", "10:00", host="A", invited=("B",), operator="P1")
    assert clashes([new], [old], SITES) == ()


def test_two_endpoints_in_one_room() -> None:
    sites = {
        "A": site("A", unit_id="u", room="Phòng họp Hoà Bình"),
        "B": site("B", unit_id="u", room="phòng họp Hòa  Bình"),
        "C": site("C", unit_id="v", room="Phòng họp Hoà Bình"),
    }
    new = session("N", "08:00", "09:00", host="A")
    assert sorts(clashes([new], [session("O", "08:00", "09:00", host="B")], sites)) == [("N", "room", "O")]
    assert clashes([new], [session("O", "08:00", "09:00", host="C")], sites) == ()


def test_one_operator_in_two_sessions() -> None:
    new = session("N", "08:00", "09:00", host="A", operator="P1", operator_name="Bùi Văn Trực")
    old = session("O", "08:59", "09:30", host="B", operator="P1")
    (clash,) = clashes([new], [old], SITES)
    assert clash.sort == "operator"
    assert clash.text.startswith("Bùi Văn Trực runs O")


def test_an_mcu_needs_as_much_as_all_that_it_mixes() -> None:
    sites = {**SITES, "M": site("M", endpoint="mcu", bandwidth=10)}
    one = session("N", "08:00", "09:00", host="M", invited=tuple("ABC"), rate=2.0)
    assert demand(one, sites) == {"M": 6.0, "A": 2.0, "B": 2.0, "C": 2.0}
    assert clashes([one], [], sites) == ()
    more = session("N", "08:00", "09:00", host="M", invited=tuple("ABCDE"), rate=2.5)
    (clash,) = clashes([more], [], sites)
    assert (clash.sort, clash.other) == ("bandwidth", "")
    assert clash.text == "the line of Site M carries 10 Mb/s; 12.50 are needed" or "12.5" in clash.text


def test_a_line_that_two_sites_share_carries_both_sessions_or_not() -> None:
    sites = {
        "A": site("A", unit_id="u", line="FTTH 1", bandwidth=4),
        "B": site("B", unit_id="u", line="ftth 1", bandwidth=4),
        "C": site("C", unit_id="w", line="FTTH 1", bandwidth=4),
    }
    new = session("N", "08:00", "09:00", host="A", rate=3.0)
    (clash,) = clashes([new], [session("O", "08:30", "10:00", host="B", rate=2.0)], sites)
    assert (clash.sort, clash.other, clash.start) == ("bandwidth", "O", "2019-09-05T08:30")
    assert clashes([new], [session("O", "08:30", "10:00", host="C", rate=2.0)], sites) == ()
    assert clashes([new], [session("O", "09:00", "10:00", host="B", rate=2.0)], sites) == ()


def test_a_cancelled_session_and_the_one_that_is_replaced_are_in_nobodys_way() -> None:
    new = session("N", "08:00", "09:00", host="A")
    assert clashes([new], [session("O", "08:00", "09:00", host="A", cancelled="2019-09-01")], SITES) == ()
    assert clashes([new], [session("N", "08:30", "09:00", host="A")], SITES) == ()


def test_what_stands_already_is_not_held_against_itself() -> None:
    standing = [session("O", "08:00", "09:00", host="A"), session("P", "08:00", "09:00", host="A")]
    assert clashes([session("N", "08:00", "09:00", host="B")], standing, SITES) == ()


sessions = st.builds(
    lambda key, start, length, host, invited, operator: Session(
        key,
        key,
        "other",
        dt.datetime(2019, 9, 5, 6, tzinfo=ZONE) + dt.timedelta(minutes=15 * start),
        dt.datetime(2019, 9, 5, 6, tzinfo=ZONE) + dt.timedelta(minutes=15 * (start + length)),
        host,
        tuple(sorted(invited - {host})),
        operator,
        operator,
    ),
    st.text("abcdefgh", min_size=1, max_size=3),
    st.integers(0, 20),
    st.integers(1, 8),
    st.sampled_from("ABCDE"),
    st.sets(st.sampled_from("ABCDE"), max_size=3),
    st.sampled_from(["", "P1", "P2"]),
)


@given(st.lists(sessions, max_size=8, unique_by=lambda one: one.key), st.integers(0, 8))
def test_every_pair_that_shares_a_site_or_an_operator_is_found_and_no_other(
    everything: list[Session], split: int
) -> None:
    """Held against the plain definition: all pairs, each looked at."""
    new, old = everything[:split], everything[split:]
    expected: set[tuple[str, frozenset[str], str]] = set()
    for place, one in enumerate(everything):
        for other in everything[:place]:
            if one in old and other in old:
                continue
            if one.start < other.end and other.start < one.end:
                pair = frozenset((one.key, other.key))
                expected |= {("site", pair, key) for key in set(one.expected) & set(other.expected)}
                if one.operator and one.operator == other.operator:
                    expected.add(("operator", pair, one.operator))
    found = clashes(new, old, SITES)
    assert {(clash.sort, frozenset((clash.session, clash.other)), clash.what) for clash in found} == expected
    assert len(found) == len(expected)
    assert clashes(new, list(reversed(old)), SITES) == found


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6), st.integers(1, 5)), min_size=1, max_size=7),
    st.integers(1, 12),
)
def test_bandwidth_is_told_exactly_when_the_sum_at_some_minute_is_too_much(
    spans: list[tuple[int, int, int]], capacity: int
) -> None:
    sites: dict[str, Site] = {
        f"S{number}": site(f"S{number}", unit_id="u", line="one", bandwidth=capacity)
        for number in range(len(spans))
    }
    base = dt.datetime(2019, 9, 5, 6, tzinfo=ZONE)
    new = [
        Session(
            f"K{number}",
            "x",
            "other",
            base + dt.timedelta(minutes=start),
            base + dt.timedelta(minutes=start + length),
            f"S{number}",
            rate=float(rate),
        )
        for number, (start, length, rate) in enumerate(spans)
    ]
    too_much = any(
        sum(rate for start, length, rate in spans if start <= minute < start + length) > capacity
        for minute in range(30)
    )
    found = clashes(new, [], sites)
    assert bool(found) == too_much
    assert {clash.sort for clash in found} <= {"bandwidth"}
