"""mail.issued and mail.regular, counted by hand. June 2019 has 20 working days, July 23."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.indicators.ground import Ground
from opsconsole.indicators.mailboxes import Mailbox, Use, mailboxes
from opsconsole.indicators.measures import standard
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule
from opsconsole.indicators.tree import Tree
from opsconsole.indicators.workdays import Workdays
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, COMMUNE_B, DEPARTMENT, MERGED, ZONE, World, weekdays

POOLED, MEAN, ISSUED = "mail.regular.pooled", "mail.regular.mean", "mail.issued"


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.rule()
    for code in (POOLED, MEAN, ISSUED):
        world.indicator(code)
    return world


def june(world: World) -> None:
    """A: 1 regular of 1; B: 0 of 3; the department: 1 of 2."""
    world.covered("2019-06-01", "2019-06-30")
    world.mailbox("a1", COMMUNE_A)
    for box in ("b1", "b2", "b3"):
        world.mailbox(box, COMMUNE_B)
    world.mailbox("d1", DEPARTMENT)
    world.mailbox("d2", DEPARTMENT)
    world.use("a1", "2019-06", weekdays("2019-06", 10))
    world.use("b1", "2019-06", weekdays("2019-06", 9))
    world.use("d1", "2019-06", weekdays("2019-06", 20))


def figures(
    world: World, indicator: str, unit: str, level: str, period: str
) -> tuple[float, float | None, float | None]:
    one = world.one(indicator, unit, level, period)
    return one.numerator, one.denominator, one.value


def test_a_mailbox_used_on_half_of_the_working_days_counts_and_one_day_less_does_not(world: World) -> None:
    june(world)
    world.measure([6])
    assert figures(world, POOLED, COMMUNE_A, "commune", "2019-06") == (1, 1, 100)
    assert figures(world, POOLED, COMMUNE_B, "commune", "2019-06") == (0, 3, 0)
    assert figures(world, POOLED, DEPARTMENT, "department", "2019-06") == (1, 2, 50)
    assert figures(world, POOLED, "", "commune", "2019-06") == (1, 4, 25)
    assert figures(world, POOLED, "", "all", "2019-06") == (2, 6, pytest.approx(100 / 3))


def test_the_mean_of_the_units_rates_is_another_number_than_the_pooled_rate(world: World) -> None:
    june(world)
    world.measure([6])
    assert figures(world, MEAN, "", "commune", "2019-06") == (1, 2, 50)
    assert figures(world, MEAN, "", "all", "2019-06") == (1.5, 3, 50)
    assert not [unit for unit, _level in world.seen(indicator=MEAN, period="2019-06") if unit]


def test_only_the_declared_types_and_events_count(world: World) -> None:
    june(world)
    world.mailbox("office", COMMUNE_A, type="shared")
    world.mailbox("robot", COMMUNE_A, type="system")
    world.use("office", "2019-06", weekdays("2019-06", 20))
    world.mailbox("a2", COMMUNE_A)
    world.use("a2", "2019-06", [], received_days=2**30 - 1)  # deliveries alone are no use
    world.mailbox("a3", COMMUNE_A)
    world.use("a3", "2019-06", weekdays("2019-06", 5), sent_days=sum(1 << d - 1 for d in range(11, 18)))
    world.measure([6])
    # a3: logins on 3 to 7 June, sent on 11 to 17, five of them working days: ten in all
    assert figures(world, POOLED, COMMUNE_A, "commune", "2019-06") == (2, 3, pytest.approx(200 / 3))


def test_use_on_weekends_does_not_count(world: World) -> None:
    world.covered("2019-06-01", "2019-06-30")
    world.mailbox("a1", COMMUNE_A)
    world.use("a1", "2019-06", [*weekdays("2019-06", 9), 1, 2, 8, 9, 15, 16])
    world.measure([6])
    assert figures(world, POOLED, COMMUNE_A, "commune", "2019-06") == (0, 1, 0)


def test_a_mailbox_counts_while_it_is_open_on_the_last_day(world: World) -> None:
    world.covered("2019-06-01", "2019-07-31")
    world.mailbox("early", COMMUNE_A, opened="2018-01-01")
    world.mailbox("late", COMMUNE_A, opened="2019-07-01")
    world.mailbox("closed", COMMUNE_A, ended="2019-06-30")
    world.mailbox("closing", COMMUNE_A, ended="2019-07-01")
    for box in ("early", "closed", "closing"):
        world.use(box, "2019-06", weekdays("2019-06", 20))
    world.measure([6, 7])
    assert figures(world, POOLED, COMMUNE_A, "commune", "2019-06") == (2, 2, 100)
    assert figures(world, POOLED, MERGED, "commune", "2019-07") == (0, 2, 0)


def test_after_a_merger_mailboxes_count_with_the_successor_and_totals_agree(world: World) -> None:
    june(world)
    world.covered("2019-07-01", "2019-07-31")
    world.use("a1", "2019-07", weekdays("2019-07", 12))
    world.measure([6, 7])
    assert figures(world, POOLED, MERGED, "commune", "2019-07") == (1, 4, 25)
    assert (COMMUNE_A, "commune") not in world.seen(indicator=POOLED, period="2019-07")
    for period in ("2019-06", "2019-07"):
        assert world.one(POOLED, "", "commune", period).denominator == 4


def test_the_year_counts_the_working_days_of_all_its_months(world: World) -> None:
    world.covered("2019-01-01", "2019-12-31")
    world.mailbox("a1", COMMUNE_A)
    for month in range(1, 13):
        world.use("a1", f"2019-{month:02d}", range(1, 29) if month <= 7 else [])
    world.measure()
    year = world.one(POOLED, MERGED, "commune", "2019")
    assert (year.value, year.inputs["known"]) == (100, year.inputs["asked"])
    assert world.one(POOLED, MERGED, "commune", "2019-08").value == 0


# --- coverage ----------------------------------------------------------------------------------


def test_without_any_log_there_is_no_value_and_never_zero(world: World) -> None:
    world.mailbox("a1", COMMUNE_A)
    world.measure([6])
    for unit, level in ((COMMUNE_A, "commune"), ("", "commune"), ("", "all")):
        one = world.one(POOLED, unit, level, "2019-06")
        assert (one.value, one.denominator, one.low, one.high) == (None, None, None, None)


def test_unknown_days_are_left_out_of_the_value_and_widen_the_bounds(world: World) -> None:
    """The first ten working days have logs: five days of use are half of what is known."""
    world.covered("2019-06-01", "2019-06-14")
    for box, days in (("five", 5), ("four", 4), ("ten", 10)):
        world.mailbox(box, COMMUNE_A)
        world.use(box, "2019-06", weekdays("2019-06", days))
    world.mailbox("none", COMMUNE_A)
    world.measure([6])
    one = world.one(POOLED, COMMUNE_A, "commune", "2019-06")
    assert (one.numerator, one.denominator, one.value) == (2, 4, 50)
    # All unknown days idle: only 'ten' reaches 10 of 20. All used: 0 + 10 is enough for everybody.
    assert (one.low, one.high) == (25, 100)
    assert (one.inputs["known"], one.inputs["asked"]) == (10, 20)
    province = world.one(POOLED, "", "all", "2019-06")
    assert province.inputs["missing"][0] == "2019-06-17"
    assert len(province.inputs["missing"]) == 10


def test_a_silent_second_server_makes_its_days_unknown(world: World) -> None:
    world.covered("2019-06-01", "2019-06-30")
    world.covered("2019-06-01", "2019-06-30", source="mail2", without=["2019-06-12", "2019-06-13"])
    world.mailbox("a1", COMMUNE_A)
    world.use("a1", "2019-06", [3, 4, 5])
    world.use("a1", "2019-06", [5, 6, 7], source="mail2")
    world.measure([6])
    one = world.one(POOLED, COMMUNE_A, "commune", "2019-06")
    assert (one.inputs["known"], one.inputs["asked"]) == (18, 20)


def test_a_server_that_was_retired_is_not_expected_any_more(world: World) -> None:
    world.covered("2019-06-01", "2019-06-30")
    world.covered("2019-05-01", "2019-06-07", source="old")
    world.mailbox("a1", COMMUNE_A)
    world.use("a1", "2019-06", weekdays("2019-06", 5), source="old")
    world.use("a1", "2019-06", weekdays("2019-06", 10)[5:])
    world.measure([6])
    one = world.one(POOLED, COMMUNE_A, "commune", "2019-06")
    assert (one.inputs["known"], one.value) == (20, 100)  # the days of both servers are OR-ed


def test_the_provinces_row_says_from_which_files_and_how_many_messages_were_lost(world: World) -> None:
    june(world)
    world.source("mail", 3)
    world.run("UPDATE coverage SET lost = 2 WHERE day = '2019-06-05'")
    world.measure([6])
    inputs = world.one(POOLED, "", "all", "2019-06").inputs
    assert inputs["files"] == [[3, "mail.log", 4711]]
    assert inputs["lost"] == 2
    assert inputs["revision"] == 1
    assert world.one(POOLED, "", "all", "2019-06").rule == "mail-regular/1"


class _Known:
    def __init__(self, mask: int) -> None:
        self.mask = mask

    def known(self, system: str, first: dt.date, last: dt.date) -> dict[str, int]:
        return {"2019-06": self.mask}


@given(
    used=st.lists(st.integers(0, 2**30 - 1), min_size=1, max_size=8),
    covered=st.integers(0, 2**30 - 1),
    share=st.one_of(st.none(), st.integers(0, 100).map(lambda n: n / 100)),
    least=st.integers(1, 20),
    each_week=st.one_of(st.none(), st.integers(1, 7)),
    days=st.sampled_from(["working", "every"]),
    window=st.one_of(st.none(), st.integers(1, 40)),
)
def test_the_value_lies_within_its_bounds(
    used: list[int],
    covered: int,
    share: float | None,
    least: int,
    each_week: int | None,
    days: str,
    window: int | None,
) -> None:
    ground = Ground(None, ZONE, Workdays())  # type: ignore[arg-type]
    ground.__dict__["tree"] = tree = object.__new__(Tree)
    tree._eras, tree._levels, tree._holders, tree._asked = [], {"u": "commune"}, [], {}
    ground.__dict__["coverage"] = _Known(covered)
    boxes = [
        Mailbox(str(n), "u", "personal", None, "", "9999-12-31", False, False, n) for n in range(len(used))
    ]
    ground._kept[mailboxes, None] = boxes
    ground._kept[None, ("told of", ("login",))] = True
    rows = {str(n): Use((mask, 0, 0, 0, 0), (0,) * 5, (0,) * 5) for n, mask in enumerate(used)}
    ground._kept[None, ("mail", "2019-06")] = rows
    ground._kept[None, ("mail", "2019-05")] = {}
    first, last = dt.date(2019, 6, 1), dt.date(2019, 6, 30)
    period = Period("2019-06", first, last, last, last)
    rule = Rule(
        *("r", 1, ("login",), ("personal",), share, None if share is not None else least),
        each_week=each_week,
        days=days,
        window=window,
    )
    measures = standard()
    for result in [*measures[POOLED].take(ground, rule, period), *measures[MEAN].take(ground, rule, period)]:
        if result.value is not None:
            assert result.low is not None
            assert result.high is not None
            assert result.low <= result.value <= result.high
            if result.known == result.asked:
                assert result.low == result.value == result.high
        else:
            assert not result.known


# --- mail.issued -------------------------------------------------------------------------------


def test_issued_is_people_with_a_mailbox_over_people_on_the_staff_list(world: World) -> None:
    for person in ("p1", "p2", "p3"):
        world.person(person, COMMUNE_A)
    world.person("gone", COMMUNE_A, ended="2019-06-10")
    world.person("q1", DEPARTMENT)
    world.mailbox("p1@x.example", COMMUNE_A, owner="p1")
    world.mailbox("p1b@x.example", COMMUNE_A, owner="p1")  # a second one does not count twice
    world.mailbox("p2@x.example", COMMUNE_A, owner="p2", ended="2019-06-01")
    world.mailbox("gone@x.example", COMMUNE_A, owner="gone")
    world.mailbox("office@x.example", COMMUNE_A, type="shared", owner="p3")
    world.mailbox("q1@x.example", DEPARTMENT, owner="q1")
    world.measure([5, 6])
    assert figures(world, ISSUED, COMMUNE_A, "commune", "2019-05") == (3, 4, 75)
    assert figures(world, ISSUED, COMMUNE_A, "commune", "2019-06") == (1, 3, pytest.approx(100 / 3))
    assert figures(world, ISSUED, "", "all", "2019-06") == (2, 4, 50)


def test_a_personal_mailbox_without_an_owner_counts_in_its_own_unit(world: World) -> None:
    world.person("p1", COMMUNE_A)
    world.person("p2", COMMUNE_A)
    world.mailbox("x@x.example", COMMUNE_A)
    world.measure([6])
    assert figures(world, ISSUED, COMMUNE_A, "commune", "2019-06") == (1, 2, 50)


def test_a_unit_without_staff_list_has_no_share(world: World) -> None:
    world.mailbox("x@x.example", COMMUNE_A)
    world.measure([6])
    assert figures(world, ISSUED, COMMUNE_A, "commune", "2019-06") == (0, None, None)
