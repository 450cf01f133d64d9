"""The slots of cron schedules, in every zone, held against looking at every minute of every day."""

from __future__ import annotations

import datetime as dt
import time
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st

from opsconsole.cron import LAST_DAY, Cron, parse
from opsconsole.jobs.cronslots import numbering
from opsconsole.jobs.schedule import latest_slot, missed, next_due
from opsconsole.settings.jobs import JobSchedule
from tests.jobs.test_schedule import BERLIN, HANOI, LORD_HOWE, SAMOA, instants, utc, zones

DAY = dt.timedelta(days=1)
TICK = dt.timedelta(microseconds=1)


def job(text: str, zone: ZoneInfo | None = None) -> JobSchedule:
    return JobSchedule("job", None, None, 30, cron=parse(text), timezone=zone)


def field(numbers: st.SearchStrategy[int], most: int) -> st.SearchStrategy[str]:
    lists = st.lists(numbers, min_size=1, max_size=4).map(lambda found: ",".join(map(str, found)))
    spans = st.tuples(numbers, numbers).map(lambda ends: "{}-{}".format(*sorted(ends)))
    steps = st.builds(lambda span, step: f"{span}/{step}", spans | st.just("*"), st.integers(1, most))
    return lists | spans | steps | st.just("*")


hours = field(st.integers(0, 23), 23)
minute = field(st.integers(0, 59), 59)
months = st.just("*") | field(st.integers(1, 12), 12)
days = (
    st.just("* {} *")
    | st.lists(st.integers(1, 28).map(str) | st.just("last"), min_size=1, max_size=3).map(
        lambda found: ",".join(found) + " {} *"
    )
    | field(st.integers(0, 7), 7).map(lambda weekday: "* {} " + weekday)
)
crons = st.builds(
    lambda minute, hour, day, month: f"{minute} {hour} {day.format(month)}", minute, hours, days, months
)


def due_on(cron: Cron, day: dt.date) -> bool:
    """Said once more, from the words of the manual."""
    if day.month not in cron.months:
        return False
    if cron.weekdays is not None:
        return day.weekday() in cron.weekdays
    is_last = (day + DAY).day == 1
    return cron.days is None or day.day in cron.days or (is_last and LAST_DAY in cron.days)


def by_looking(cron: Cron, after: dt.datetime, until: dt.datetime, zone: ZoneInfo) -> list[dt.datetime]:
    """The starts in (after, until]: each matching local time, the first where it comes twice, as much
    later as the clocks were put forward where it is left out; at one instant once."""
    found = set()
    day = after.date() - 3 * DAY
    while day <= until.date() + 3 * DAY:
        if due_on(cron, day):
            for number in cron.minutes:
                local = dt.datetime.combine(day, dt.time(number // 60, number % 60), zone)
                found.add(local.astimezone(dt.UTC))
        day += DAY
    return sorted(at for at in found if after < at <= until)


@given(crons, instants, st.floats(0, 40), st.integers(0, 12), zones)
@example("*/15 * * * *", utc("2026-03-28T12:00"), 2.0, 12, BERLIN)  # an hour left out
@example("*/15 * * * *", utc("2026-10-24T12:00"), 2.0, 12, BERLIN)  # an hour twice
@example("*/7 * * * *", utc("2026-04-04T00:00"), 2.0, 12, LORD_HOWE)  # half an hour twice
@example("0 2 30 12 *".replace("30", "28"), utc("2011-12-20T12:00"), 20.0, 5, SAMOA)
@example("30 2 * * fri", utc("2011-12-28T12:00"), 10.0, 5, SAMOA)  # that Friday was left out
@example("30 23 * * *", utc("1996-10-24T00:00"), 9.0, 9, ZoneInfo("America/Godthab"))
@example("0,30 0,23 * * *", utc("2023-04-25T00:00"), 9.0, 9, ZoneInfo("Africa/Cairo"))
@example("45 23 * * *", utc("1979-09-30T00:00"), 9.0, 9, ZoneInfo("America/Toronto"))
def test_slots_are_what_looking_at_every_minute_finds(
    text: str, after: dt.datetime, length: float, keep: int, zone: ZoneInfo
) -> None:
    schedule, until = job(text), after + dt.timedelta(days=length)
    assert schedule.cron is not None
    expected = by_looking(schedule.cron, after, until, zone)
    assume(len(expected) < 5000)
    found = missed(schedule, after, until, zone, 10_000)
    assert [slot.start for slot in found.kept] == expected
    assert all(a.end == b.start for a, b in zip(found.kept, found.kept[1:], strict=False))
    some = missed(schedule, after, until, zone, keep)
    assert [slot.start for slot in some.kept] == (expected[-keep:] if keep else [])
    assert some.skipped_count == len(expected) - len(some.kept)
    assert (some.skipped is None) == (some.skipped_count == 0)
    if some.skipped:
        assert some.skipped.start == expected[0]


@given(crons, instants, zones)
@example("0 0 28 2 *", utc("2000-01-01T00:00"), HANOI)
def test_numbers_and_instants_are_one_to_one(text: str, at: dt.datetime, zone: ZoneInfo) -> None:
    schedule = job(text)
    assert schedule.cron is not None
    numbers = numbering(schedule.cron, zone)
    number = numbers.index(at)
    before, here, after = numbers.instants(number - 1, number + 1)
    assert before < here <= at < after
    assert [numbers.index(each) for each in (before, here, after)] == [number - 1, number, number + 1]
    assert numbers.index(here - TICK) == number - 1
    slot = latest_slot(schedule, at, zone)
    assert (slot.start, slot.end) == (here, after)
    assert next_due(schedule, at, zone) == after


@given(instants, zones, st.times())
def test_a_day_of_cron_is_a_day_of_at(at: dt.datetime, zone: ZoneInfo, time: dt.time) -> None:
    assume(zone not in (SAMOA, ZoneInfo("Pacific/Kwajalein"), ZoneInfo("Kwajalein")))
    time = time.replace(second=0, microsecond=0)
    written = JobSchedule("job", time, None, 30)
    same = latest_slot(job(f"{time.minute} {time.hour} * * *"), at, zone) == latest_slot(written, at, zone)
    # Over a day that a zone leaves out, "at" has a run of its own and cron has none.
    offsets = {(at + n * DAY).astimezone(zone).utcoffset() for n in range(-2, 3)}
    assert same or max(offsets) - min(offsets) > dt.timedelta(hours=12)


def test_a_job_goes_by_the_clock_of_its_own_zone() -> None:
    in_berlin = job("0 9 * * mon-fri", BERLIN)
    slot = latest_slot(in_berlin, utc("2026-11-24T12:00"), HANOI)
    assert slot.start == utc("2026-11-24T08:00")
    daily = JobSchedule("job", dt.time(9), None, 30, timezone=BERLIN)
    assert latest_slot(daily, utc("2026-11-24T12:00"), HANOI).start == utc("2026-11-24T08:00")
    assert len(missed(daily, utc("2026-03-27T12:00"), utc("2026-03-30T12:00"), HANOI, 10).kept) == 3


def test_ten_years_of_every_minute_are_counted_and_not_made() -> None:
    # APScheduler builds each of them; here the days on which clocks change are looked at.
    for zone in (HANOI, BERLIN, ZoneInfo("Africa/Casablanca")):
        begun = time.process_time()
        found = missed(job("* * * * *"), utc("2016-01-01T00:00"), utc("2026-01-01T00:00"), zone, 3)
        assert len(found.kept) == 3
        assert time.process_time() - begun < 3.0
        every = (utc("2026-01-01T00:00") - utc("2016-01-01T00:00")) // dt.timedelta(minutes=1)
        # Of an hour that comes twice the second is no slot of its own.
        assert 0 <= every - found.skipped_count - 3 <= 60 * 20


def test_an_hour_that_comes_twice_is_run_once_and_one_left_out_adds_nothing() -> None:
    quarters = job("*/15 * * * *")
    autumn = missed(quarters, utc("2026-10-24T22:00"), utc("2026-10-25T23:00"), BERLIN, 1000)
    assert len(autumn.kept) == 4 * 24
    spring = missed(quarters, utc("2026-03-28T23:00") - TICK, utc("2026-03-29T22:00") - TICK, BERLIN, 1000)
    assert len(spring.kept) == 4 * 23
