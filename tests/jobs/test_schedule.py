"""The arithmetic of slots, in every zone that there is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger
from hypothesis import assume, example, given
from hypothesis import strategies as st

from opsconsole.cron import LAST_DAY
from opsconsole.jobs.schedule import latest_slot, missed, next_due
from opsconsole.settings.jobs import JobSchedule

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
SAMOA = ZoneInfo("Pacific/Apia")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SECOND = dt.timedelta(seconds=1)

zones = st.sampled_from([HANOI, BERLIN, SAMOA, LORD_HOWE]) | st.sampled_from(
    sorted(available_timezones() - {"localtime"})
).map(ZoneInfo)
times = st.times().map(lambda time: time.replace(second=0, microsecond=0))
schedules = st.builds(
    lambda at, minutes: JobSchedule("job", at, minutes, 30),
    times,
    st.none(),
) | st.builds(lambda minutes: JobSchedule("job", None, minutes, 30), st.integers(1, 10_000))
weekly = st.builds(lambda at, day: JobSchedule("job", at, None, 30, weekday=day), times, st.integers(0, 6))
monthly = st.builds(
    lambda at, day: JobSchedule("job", at, None, 30, monthday=day),
    times,
    st.integers(1, 28) | st.just(LAST_DAY),
)
schedules |= weekly | monthly
instants = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2098, 1, 1), timezones=st.just(dt.UTC))


def daily(time: str) -> JobSchedule:
    return JobSchedule("job", dt.time.fromisoformat(time), None, 30)


def every(minutes: int) -> JobSchedule:
    return JobSchedule("job", None, minutes, 30)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def starts(schedule: JobSchedule, after: str, until: str, zone: ZoneInfo) -> list[str]:
    found = missed(schedule, utc(after), utc(until), zone, 1000)
    assert found.skipped is None
    return [slot.start.astimezone(zone).isoformat(timespec="minutes") for slot in found.kept]


@given(schedules, instants, zones)
@example(daily("02:00"), utc("2011-12-30T12:00"), SAMOA)  # a day that was left out
@example(daily("00:00"), utc("1867-10-18T09:00"), ZoneInfo("America/Juneau"))  # one that came twice
def test_an_instant_lies_in_the_slot_that_is_the_newest_by_then(
    schedule: JobSchedule, at: dt.datetime, zone: ZoneInfo
) -> None:
    slot = latest_slot(schedule, at, zone)
    assert slot.start <= at < slot.end
    assert latest_slot(schedule, slot.start, zone) == slot
    assert latest_slot(schedule, slot.end - dt.timedelta(microseconds=1), zone) == slot
    assert latest_slot(schedule, slot.end, zone).start == slot.end == next_due(schedule, at, zone)


@given(schedules, instants, st.integers(0, 400_000), st.integers(0, 12), zones)
def test_the_newest_slots_are_kept_and_none_is_lost_or_counted_twice(
    schedule: JobSchedule, after: dt.datetime, seconds: int, keep: int, zone: ZoneInfo
) -> None:
    until = after + dt.timedelta(seconds=seconds)
    expected = []
    while (due := next_due(schedule, expected[-1] if expected else after, zone)) <= until:
        expected.append(due)
        assume(len(expected) < 500)
    found = missed(schedule, after, until, zone, keep)
    assert [slot.start for slot in found.kept] == (expected[-keep:] if keep else [])
    assert found.skipped_count == len(expected) - len(found.kept)
    if found.skipped:
        assert found.skipped.start == expected[0]
        assert found.skipped.end == (found.kept[0].start if found.kept else next_due(schedule, until, zone))


@given(times, instants, zones)
def test_a_day_has_its_slot_at_the_local_time_and_never_two(
    time: dt.time, at: dt.datetime, zone: ZoneInfo
) -> None:
    slot = latest_slot(JobSchedule("job", time, None, 1), at, zone)
    local = slot.start.astimezone(zone)
    meant = dt.datetime.combine(local.date(), time, zone)
    exists = meant.astimezone(dt.UTC).astimezone(zone).time() == time
    assert local.time() == time or not exists or local.date() != meant.date()
    if exists and local.time() == time:
        assert local.fold == 0
    # Shortest: clocks were put forward after the first and its time left out on the second day.
    assert dt.timedelta(hours=20) < slot.end - slot.start < dt.timedelta(hours=28) or zone_jumped(slot, zone)


def zone_jumped(slot: object, zone: ZoneInfo) -> bool:
    """Whether the zone went over the date line within the slot or next to it."""
    start, end = slot.start - dt.timedelta(days=1), slot.end + dt.timedelta(days=1)  # type: ignore[attr-defined]
    shift = end.astimezone(zone).utcoffset() - start.astimezone(zone).utcoffset()  # type: ignore[operator]
    return abs(shift) >= dt.timedelta(hours=12)


@given(times, instants)
def test_in_viet_nam_it_agrees_with_the_calendar_trigger_of_apscheduler(
    time: dt.time, at: dt.datetime
) -> None:
    assume(at.year >= 1976)
    day = at.astimezone(HANOI).date()
    trigger = CalendarIntervalTrigger(
        days=1, hour=time.hour, minute=time.minute, start_date=day, timezone=HANOI
    )
    first = trigger.get_next_fire_time(None, at)
    assert latest_slot(JobSchedule("job", time, None, 1), first, HANOI).start == first
    assert next_due(JobSchedule("job", time, None, 1), first, HANOI) == trigger.get_next_fire_time(first, at)


@given(st.integers(1, 10_000), instants, zones)
def test_slots_of_an_interval_are_that_long_in_every_zone(
    minutes: int, at: dt.datetime, zone: ZoneInfo
) -> None:
    slot = latest_slot(every(minutes), at, zone)
    assert slot.end - slot.start == dt.timedelta(minutes=minutes)


def test_a_night_in_which_the_time_is_left_out_still_has_its_run() -> None:
    # APScheduler's CalendarIntervalTrigger passes over 29 March altogether.
    assert starts(daily("02:30"), "2026-03-28T00:00", "2026-03-30T12:00", BERLIN) == [
        "2026-03-28T02:30+01:00",
        "2026-03-29T03:30+02:00",
        "2026-03-30T02:30+02:00",
    ]


def test_a_time_that_comes_twice_is_one_slot() -> None:
    # APScheduler's CronTrigger runs twice in 61 zones.
    assert starts(daily("02:30"), "2026-10-24T12:00", "2026-10-26T00:00", BERLIN) == [
        "2026-10-25T02:30+02:00"
    ]


def test_midnight_comes_every_day_of_the_year() -> None:
    # CronTrigger at midnight loses 30 March in Berlin, and a day in 183 other zones.
    for name in ("Europe/Berlin", "America/Santiago", "Africa/Cairo", "Asia/Ho_Chi_Minh"):
        found = starts(daily("00:00"), "2025-12-31T12:00", "2026-12-31T12:00", ZoneInfo(name))
        assert len({each[:10] for each in found}) == len(found) == 365


def test_the_end_of_a_year_and_a_leap_day_are_days_like_others() -> None:
    assert starts(daily("02:00"), "2027-12-30T19:00", "2028-01-01T19:00", HANOI) == [
        "2028-01-01T02:00+07:00",
        "2028-01-02T02:00+07:00",
    ]
    assert starts(daily("23:59"), "2028-02-28T17:00", "2028-03-01T17:00", HANOI) == [
        "2028-02-29T23:59+07:00",
        "2028-03-01T23:59+07:00",
    ]


def test_an_interval_is_counted_from_local_midnight() -> None:
    assert starts(every(60), "2026-01-01T00:00", "2026-01-01T01:59", ZoneInfo("Asia/Kolkata")) == [
        "2026-01-01T06:00+05:30",
        "2026-01-01T07:00+05:30",
    ]
    assert starts(every(1440), "2026-01-01T00:00", "2026-01-02T00:00", HANOI) == ["2026-01-02T00:00+07:00"]


def test_a_clock_ten_years_ahead_makes_no_more_slots_than_are_kept() -> None:
    # APScheduler builds 31 million run times for a year of a job that runs every second.
    found = missed(every(1), utc("2026-01-01T00:00"), utc("2036-01-01T00:00"), HANOI, 3)
    assert len(found.kept) == 3
    assert found.skipped_count == 3652 * 1440 - 3


def test_a_clock_that_was_set_back_asks_for_nothing() -> None:
    assert missed(every(5), utc("2026-01-01T00:00"), utc("2025-01-01T00:00"), HANOI, 3).kept == ()
    assert missed(daily("02:00"), utc("2026-01-01T00:00"), utc("2025-12-31T23:00"), HANOI, 3).kept == ()


# --- by week and by month ------------------------------------------------------------------------


@given(weekly, instants)
def test_a_week_has_its_slot_on_the_day_that_was_named(schedule: JobSchedule, at: dt.datetime) -> None:
    # In a crontab read by APScheduler "0 6 * * 1" is a Tuesday.
    assume(at.year >= 1976)
    slot = latest_slot(schedule, at, HANOI)
    local = slot.start.astimezone(HANOI)
    assert (local.weekday(), local.time()) == (schedule.weekday, schedule.at)
    assert slot.end - slot.start == dt.timedelta(days=7)


@given(monthly, instants)
def test_a_month_has_its_slot_on_the_day_that_was_named(schedule: JobSchedule, at: dt.datetime) -> None:
    assume(at.year >= 1976)
    slot = latest_slot(schedule, at, HANOI)
    begin, end = slot.start.astimezone(HANOI), slot.end.astimezone(HANOI)
    assert (end.year - begin.year) * 12 + end.month - begin.month == 1
    for day in (begin, end):
        if schedule.monthday == LAST_DAY:
            assert (day + dt.timedelta(days=1)).month != day.month
        else:
            assert day.day == schedule.monthday
        assert day.time() == schedule.at


def test_the_last_day_of_february_is_the_last_day() -> None:
    last = JobSchedule("job", dt.time(23, 30), None, 30, monthday=LAST_DAY)
    assert starts(last, "2027-12-31T23:59", "2028-04-01T00:00", HANOI) == [
        "2028-01-31T23:30+07:00",
        "2028-02-29T23:30+07:00",
        "2028-03-31T23:30+07:00",
    ]


def test_a_week_whose_time_is_left_out_still_has_its_run() -> None:
    sunday = JobSchedule("job", dt.time(2, 30), None, 30, weekday=6)
    assert starts(sunday, "2026-03-22T12:00", "2026-04-06T00:00", BERLIN) == [
        "2026-03-29T03:30+02:00",
        "2026-04-05T02:30+02:00",
    ]
