"""Five fields of cron: what they mean, and what is refused because two programs read it in two ways."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.cron import LAST_DAY, CronRefused, parse


def test_numbers_ranges_steps_and_lists_mean_what_they_mean_in_cron() -> None:
    found = parse("*/20,5 8-9 1-10/3,last 1,jul-sep *")
    assert found.minutes == (480, 485, 500, 520, 540, 545, 560, 580)
    assert found.months == (1, 7, 8, 9)
    assert found.days == (1, 4, 7, 10, LAST_DAY)
    assert found.weekdays is None


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("1", (0,)),  # Monday as in cron; APScheduler reads it as Tuesday
        ("0", (6,)),
        ("7", (6,)),
        ("sun", (6,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("sat-sun", (5, 6)),
        ("5-7", (4, 5, 6)),
        ("sun-tue", (0, 1, 6)),
        ("MON,Thu", (0, 3)),
        ("*/2", (1, 3, 5, 6)),  # 0, 2, 4, 6
    ],
)
def test_weekdays_are_those_of_cron(field: str, meant: tuple[int, ...]) -> None:
    assert parse(f"0 6 * * {field}").weekdays == meant


def test_every_day_is_neither_days_nor_weekdays() -> None:
    found = parse("0 0 * * *")
    assert (found.days, found.weekdays, found.minutes) == (None, None, (0,))
    assert parse("0 0 last * *").days == (LAST_DAY,)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0 6 1 * mon", "are both given: cron runs on either"),
        ("0 6 */2 * 1", "are both given"),
        ("0 6 31 * *", "means day 31, which not every month has"),
        ("0 6 */2 * *", "such as 1-28/2"),
        ("0 6 1-31 * *", "'last' for the last day"),
        ("0 6 * * fri-mon", "goes backward"),
        ("50-10 * * * *", "goes backward"),
        ("5/15 * * * *", "write '5-59/15'"),
        ("0 6 * *", "not 4"),
        ("@daily", "not 1"),
        ("0 6 L * *", "'L' is not a number from 1 to 31"),
        ("0 6 ? * 1", "are both given"),
        ("0 6 * * 1#2", "'1#2' is not a number from 0 to 7 or one of sun, mon"),
        ("60 * * * *", "minute '60'"),
        ("* 24 * * *", "hour '24'"),
        ("* * * 13 *", "month '13'"),
        ("* * * * 8", "weekday '8'"),
        ("*/0 * * * *", "is no step"),
        ("1,,2 * * * *", "'' is not a number"),
        ("-1 * * * *", "'' is not a number"),
        ("١ * * * *", "is not a number"),
        ("0 0 last/2 * *", "'last' is not a number"),
        ("", "not 0"),
    ],
)
def test_what_is_read_in_two_ways_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(CronRefused, match=re.escape(why)):
        parse(text)


@given(st.text(alphabet="0123456789*/-,lastmonju ?#", max_size=24) | st.text(max_size=20))
def test_whatever_is_written_is_a_schedule_or_an_error_with_a_reason(text: str) -> None:
    try:
        found = parse(text)
    except CronRefused:
        return
    assert found.minutes == tuple(sorted(set(found.minutes)))
    assert set(found.minutes) <= set(range(1440))
    assert found.minutes
    assert found.months
    assert found.days is None or found.weekdays is None
    assert found.days is None or (found.days and set(found.days) <= {*range(1, 29), LAST_DAY})
    assert found.weekdays is None or (found.weekdays and set(found.weekdays) <= set(range(7)))
