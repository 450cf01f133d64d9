"""mail.activated, never, idle, shared, and use per mailbox, counted by hand."""

from __future__ import annotations

import pytest

from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, COMMUNE_B, DEPARTMENT, MERGED, World

Figures = tuple[float, float | None, float | None, float | None, float | None]


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.use_rule()
    for code in ("mail.activated", "mail.never", "mail.idle"):
        world.indicator(code)
    world.indicator("mail.shared", "count")
    for code in ("mail.logins", "mail.sent", "mail.received"):
        world.indicator(code, "ratio")
    return world


def figures(world: World, indicator: str, unit: str, level: str, period: str) -> Figures:
    """Numerator, denominator, value, low, high."""
    one = world.one(indicator, unit, level, period)
    return one.numerator, one.denominator, one.value, one.low, one.high


def test_a_mailbox_is_activated_from_the_month_of_its_first_use_on(world: World) -> None:
    world.covered("2019-01-01", "2019-12-31")
    for box in ("early", "june", "never", "delivered"):
        world.mailbox(box, COMMUNE_A, opened="2019-01-01")
    world.use("early", "2019-02", [3])
    world.use("june", "2019-06", [30])
    world.use("delivered", "2019-03", [], received_days=7)  # a delivery is no use
    world.measure([1, 2, 6, 7])
    assert figures(world, "mail.activated", COMMUNE_A, "commune", "2019-01") == (0, 4, 0, 0, 0)
    assert figures(world, "mail.activated", COMMUNE_A, "commune", "2019-02") == (1, 4, 25, 25, 25)
    assert figures(world, "mail.activated", COMMUNE_A, "commune", "2019-06") == (2, 4, 50, 50, 50)
    assert figures(world, "mail.activated", MERGED, "commune", "2019-07") == (2, 4, 50, 50, 50)
    assert figures(world, "mail.never", "", "all", "2019-06") == (2, 4, 50, 50, 50)
    assert figures(world, "mail.never", "", "all", "2019") == (2, 4, 50, 50, 50)


def test_use_of_earlier_years_counts_as_ever(world: World) -> None:
    world.covered("2018-01-01", "2019-12-31")
    world.mailbox("old", COMMUNE_A, opened="2018-01-01")
    world.mailbox("new", COMMUNE_A, opened="2018-06-01")
    world.use("old", "2018-05", [7])
    world.use("old", "2018-11", [3], source="mail2")  # 90 days before 31 January
    world.measure([1])
    assert figures(world, "mail.activated", COMMUNE_A, "commune", "2019-01") == (1, 2, 50, 50, 50)
    assert figures(world, "mail.idle", COMMUNE_A, "commune", "2019-01") == (1, 2, 50, 50, 50)  # 'new' only


def somebody(world: World) -> None:
    """Use in another unit: without a single use, no source is known to be one of mail."""
    world.mailbox("somebody", DEPARTMENT)
    world.use("somebody", "2019-01", [1])


def test_who_may_have_used_a_mailbox_on_a_day_without_logs_is_in_the_bounds(world: World) -> None:
    world.covered("2019-01-01", "2019-06-30", without=["2019-03-15"])
    somebody(world)
    world.mailbox("since long", COMMUNE_A)  # opened nobody knows when
    world.mailbox("before the gap", COMMUNE_A, opened="2019-03-01")
    world.mailbox("after the gap", COMMUNE_A, opened="2019-03-16")
    world.measure([6])
    assert figures(world, "mail.activated", COMMUNE_A, "commune", "2019-06") == (0, 3, 0, 0, 200 / 3)
    assert figures(world, "mail.never", COMMUNE_A, "commune", "2019-06") == (3, 3, 100, 100 / 3, 100)


def test_idle_is_no_use_on_the_last_90_days(world: World) -> None:
    world.covered("2019-01-01", "2019-12-31")
    for box, days in (("last of march", [31]), ("second of april", [])):
        world.mailbox(box, COMMUNE_A)
        world.use(box, "2019-03", days)
    world.use("second of april", "2019-04", [2])
    world.mailbox("opened late", COMMUNE_A, opened="2019-04-03")
    world.mailbox("opened in time", COMMUNE_A, opened="2019-04-02")
    world.mailbox("office", COMMUNE_A, type="shared")
    world.measure([6])
    # 90 days end on 30 June: from 2 April on. Used on 31 March: idle; on 2 April: not.
    assert figures(world, "mail.idle", COMMUNE_A, "commune", "2019-06") == (2, 4, 50, 50, 50)


def test_nobody_is_idle_before_ninety_days_are_known(world: World) -> None:
    world.covered("2019-01-01", "2019-12-31")
    somebody(world)
    world.mailbox("never", COMMUNE_A)
    world.measure([3, 4])
    march, april = (world.one("mail.idle", COMMUNE_A, "commune", f"2019-{month}") for month in ("03", "04"))
    assert (march.value, march.inputs["known"], march.inputs["asked"]) == (100, 90, 90)  # the 90th day
    assert april.value == 100
    world.run("DELETE FROM coverage WHERE day = '2019-01-01'")
    world.run("UPDATE account SET locked = 1")
    world.measure([3])
    march = world.one("mail.idle", COMMUNE_A, "commune", "2019-03")
    assert (march.value, march.inputs["known"]) == (None, 89)


def test_an_idle_mailbox_with_a_gap_in_its_days_is_idle_at_most(world: World) -> None:
    world.covered("2019-01-01", "2019-06-30", without=["2019-05-10"])
    somebody(world)
    world.mailbox("long", COMMUNE_A)  # 179 known days without use
    world.mailbox("short", COMMUNE_A, opened="2019-04-02")  # 89 known days of 90
    world.measure([6])
    assert figures(world, "mail.idle", COMMUNE_A, "commune", "2019-06") == (1, 2, 50, 0, 100)


def test_shared_mailboxes_are_counted_in_the_unit_that_holds_them(world: World) -> None:
    world.mailbox("office", COMMUNE_A, type="shared")
    world.mailbox("second", COMMUNE_B, type="shared")
    world.mailbox("closed", COMMUNE_B, type="shared", ended="2019-06-30")
    world.mailbox("somebody", COMMUNE_A)
    world.measure([6, 7])
    assert world.one("mail.shared", COMMUNE_A, "commune", "2019-06").value == 1
    assert world.one("mail.shared", MERGED, "commune", "2019-07").value == 2
    assert world.one("mail.shared", DEPARTMENT, "department", "2019-07").value == 0


def test_use_per_mailbox_needs_a_log_that_tells_of_it(world: World) -> None:
    world.covered("2019-06-01", "2019-06-30")
    world.mailbox("a", COMMUNE_A)
    world.mailbox("b", COMMUNE_A)
    world.mailbox("closed", COMMUNE_A, ended="2019-06-15")
    world.use("a", "2019-06", [3], logins=7, received=10)
    world.use("a", "2019-06", [4], source="mail2", logins=2)
    world.use("closed", "2019-06", [4], logins=100)
    world.measure([6])
    assert figures(world, "mail.logins", COMMUNE_A, "commune", "2019-06") == (9, 2, 4.5, 4.5, 4.5)
    assert figures(world, "mail.received", COMMUNE_A, "commune", "2019-06")[2] == 5
    assert figures(world, "mail.sent", "", "all", "2019-06") == (0, None, None, None, None)


def test_use_per_mailbox_has_no_upper_bound_while_days_are_missing(world: World) -> None:
    world.covered("2019-06-01", "2019-06-20")
    world.mailbox("a", COMMUNE_A)
    world.use("a", "2019-06", [3], logins=3)
    world.measure([6])
    assert figures(world, "mail.logins", COMMUNE_A, "commune", "2019-06") == (3, 1, 3, 3, None)


def test_without_logs_of_the_period_nothing_is_said(world: World) -> None:
    world.covered("2019-01-01", "2019-05-31")
    world.mailbox("a", COMMUNE_A)
    world.use("a", "2019-05", [3], logins=3)
    world.measure([6])
    for code in ("mail.activated", "mail.never", "mail.logins"):
        assert figures(world, code, "", "all", "2019-06")[2] is None
