"""Working days of Viet Nam and their masks."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.indicators.workdays import Workdays, days, declared_workdays, masks
from opsconsole.store.database import Database

DAY = st.dates(dt.date(2010, 1, 1), dt.date(2027, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2019-06-01", "2019-06-30", 20),  # no holiday
        ("2019-02-01", "2019-02-28", 15),  # Tết takes five
        ("2019-07-01", "2019-07-31", 23),
        ("2019-09-01", "2019-09-30", 20),  # National Day is a Monday
    ],
)
def test_a_month_has_the_working_days_of_the_calendar(first: str, last: str, count: int) -> None:
    assert Workdays().count(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == count


def test_a_saturday_worked_in_exchange_for_a_day_off_is_a_working_day() -> None:
    workdays = Workdays()
    assert not workdays.works(dt.date(2019, 4, 29))
    assert workdays.works(dt.date(2019, 5, 4))
    assert not workdays.works(dt.date(2019, 5, 11))


def test_a_holiday_that_falls_on_a_sunday_moves_to_monday() -> None:
    assert not Workdays().works(dt.date(2019, 4, 15))


def test_declared_overrides_have_the_last_word() -> None:
    storm, sunday = dt.date(2019, 7, 3), dt.date(2019, 7, 7)
    workdays = Workdays({storm: False, sunday: True})
    assert not workdays.works(storm)
    assert workdays.works(sunday)
    assert workdays.count(dt.date(2019, 7, 1), dt.date(2019, 7, 31)) == 23


@given(DAY, st.integers(0, 500))
def test_the_masks_of_a_span_hold_exactly_its_working_days(first: dt.date, length: int) -> None:
    workdays = Workdays()
    last = min(first + dt.timedelta(days=length), dt.date(2027, 12, 31))
    found = workdays.masks(first, last)
    assert sum(mask.bit_count() for mask in found.values()) == workdays.count(first, last)
    for day in days(first, last):
        bit = found.get(f"{day:%Y-%m}", 0) >> (day.day - 1) & 1
        assert bool(bit) == workdays.works(day)


@given(st.sets(DAY, max_size=40), DAY)
def test_working_days_of_use_are_the_common_bits(used: set[dt.date], month: dt.date) -> None:
    workdays = Workdays()
    first = month.replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    name = f"{first:%Y-%m}"
    common = workdays.masks(first, last).get(name, 0) & masks(sorted(used)).get(name, 0)
    assert common.bit_count() == sum(workdays.works(day) for day in used if first <= day <= last)


@given(DAY)
def test_most_weekdays_are_worked_and_no_sunday(day: dt.date) -> None:
    if day.weekday() == 6:
        assert not Workdays().works(day)


def test_the_calendar_is_not_imported_before_a_day_is_counted() -> None:
    code = (
        "import sys, opsconsole.indicators.measure, opsconsole.indicators.targets\n"
        "from opsconsole.indicators.measures import standard; standard()\n"
        "bad = {'holidays', 'sqlalchemy', 'sqlmodel', 'textual'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(bad)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_days_that_the_province_declares_have_the_last_word(database: Database) -> None:
    from tests.indicators.world import COMMON, World

    world = World(database)
    storm, saturday, taken_back = "2019-08-01", "2019-08-03", "2019-08-05"
    for day, works, ended in ((storm, 0, None), (saturday, 1, None), (taken_back, 0, "2019-09-01")):
        world.put("workday", [{**COMMON, "key": day, "works": works, "reason": "bão", "ended": ended}])
    with database.read() as reader:
        workdays = declared_workdays(reader)
    first, last = dt.date(2019, 8, 1), dt.date(2019, 8, 5)
    assert [day.isoformat() for day in days(first, last) if workdays.works(day)] == [
        "2019-08-02",
        "2019-08-03",
        "2019-08-05",
    ]


def test_a_declared_day_changes_the_figures_that_count_working_days(database: Database) -> None:
    from tests.indicators.world import COMMON, DISTRICT, World, weekdays

    world = World(database)
    world.hoa_binh()
    world.rule()
    world.indicator("mail.regular.pooled")
    world.covered("2019-06-01", "2019-06-30")
    world.mailbox("m", DISTRICT)
    world.use("m", "2019-06", weekdays("2019-06", 9))
    world.measure([6])
    key = ("mail.regular.pooled", "", "all", "2019-06")
    assert world.one(*key).value == 0  # 9 of 20 days
    for day in ("2019-06-27", "2019-06-28"):
        world.put("workday", [{**COMMON, "key": day, "works": 0, "reason": "bão"}])
    world.measure([6])
    one = world.one(*key)
    assert one.value == 100  # 9 of 18 days
    assert one.reason
