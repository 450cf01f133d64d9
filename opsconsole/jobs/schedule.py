"""The slots of a schedule: at which instants a job is due. Pure arithmetic, no clock, no store.

A slot is the half-open stretch from the instant at which a job is due to the next one. Slots are
numbered, so that counting missed ones costs the same after an hour and after ten years, and
walking goes backward from the newest: what a clock that jumped ahead asks for stays bounded.
(APScheduler's triggers only walk forward from a start, one object a slot, and its
CalendarIntervalTrigger leaves out the day on which the local time does not exist.)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from opsconsole.cron import LAST_DAY
from opsconsole.jobs.cronslots import numbering
from opsconsole.settings.jobs import JobSchedule

# Slots of "every N minutes" are counted from this local midnight, so that N = 60 is the full hour
# in zones with half-hour offsets too and N = 1440 is midnight.
_ANCHOR_DAY = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """From the instant at which a job is due (UTC) to the next such instant, half-open."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Missed:
    """What came due in a stretch of time: the slots to run, oldest first, and before them the
    older ones that are only recorded, as one stretch with their number."""

    kept: tuple[Slot, ...] = ()
    skipped: Slot | None = None
    skipped_count: int = 0


def zone_of(schedule: JobSchedule, zone: ZoneInfo) -> ZoneInfo:
    """The zone whose clocks *schedule* goes by: its own, else *zone*, the province's."""
    return schedule.timezone or zone


def latest_slot(schedule: JobSchedule, at: dt.datetime, zone: ZoneInfo) -> Slot:
    """The slot in which the instant *at* (aware) lies: the newest that is due by then."""
    zone = zone_of(schedule, zone)
    index = _index(schedule, at, zone)
    return _slots(schedule, index, index, zone)[0]


def next_due(schedule: JobSchedule, at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first instant after *at* (aware) at which the job is due, in UTC."""
    return latest_slot(schedule, at, zone).end


def missed(
    schedule: JobSchedule, after: dt.datetime, until: dt.datetime, zone: ZoneInfo, keep: int
) -> Missed:
    """The slots that start in (*after*, *until*]: the newest *keep*, and the count of the rest.

    No more than *keep* slots are ever made, however long the stretch. *keep* may be 0.
    """
    zone = zone_of(schedule, zone)
    first, last = _index(schedule, after, zone) + 1, _index(schedule, until, zone)
    if first > last:
        return Missed()
    kept_from = max(first, last - keep + 1)
    kept = _slots(schedule, kept_from, last, zone)
    if kept_from == first:
        return Missed(kept)
    skipped = Slot(_instant(schedule, first, zone), _instant(schedule, kept_from, zone))
    return Missed(kept, skipped, kept_from - first)


# --- numbered slots --------------------------------------------------------------------------


def _slots(schedule: JobSchedule, first: int, last: int, zone: ZoneInfo) -> tuple[Slot, ...]:
    """The slots from number *first* to *last*."""
    if schedule.cron is not None:
        starts = list(numbering(schedule.cron, zone).instants(first, last + 1))
    else:
        starts = [_instant(schedule, index, zone) for index in range(first, last + 2)]
    return tuple(map(Slot, starts[:-1], starts[1:]))


def _instant(schedule: JobSchedule, index: int, zone: ZoneInfo) -> dt.datetime:
    """The start of slot *index* in UTC; strictly increasing in *index*."""
    if schedule.cron is not None:
        return next(numbering(schedule.cron, zone).instants(index, index))
    if schedule.every_minutes is not None:
        return _anchor(zone) + dt.timedelta(minutes=schedule.every_minutes * index)
    return _at_local(_day(schedule, index), _time(schedule), zone)


def _index(schedule: JobSchedule, at: dt.datetime, zone: ZoneInfo) -> int:
    """The number of the newest slot that starts at or before *at*."""
    if schedule.cron is not None:
        return numbering(schedule.cron, zone).index(at)
    if schedule.every_minutes is not None:
        return (at - _anchor(zone)) // dt.timedelta(minutes=schedule.every_minutes)
    # The instant of a local day lies within the day but for the few in which a zone crossed the
    # date line or had its gap at midnight: start a day ahead and step back.
    index = _number(schedule, at.astimezone(zone).date() + dt.timedelta(days=1))
    while _instant(schedule, index, zone) > at:
        index -= 1
    return index


def _day(schedule: JobSchedule, index: int) -> dt.date:
    """The local day on which slot *index* begins: the number of a day, a week or a month."""
    if schedule.weekday is not None:
        # The first day of the calendar, 1 January of the year 1, is a Monday.
        return dt.date.fromordinal(7 * index + 1 + schedule.weekday)
    if schedule.monthday is None:
        return dt.date.fromordinal(index)
    if schedule.monthday == LAST_DAY:
        return dt.date((index + 1) // 12, (index + 1) % 12 + 1, 1) - dt.timedelta(days=1)
    return dt.date(index // 12, index % 12 + 1, schedule.monthday)


def _number(schedule: JobSchedule, day: dt.date) -> int:
    """The number of the slot of *day*, or of the week or month in which it lies, which may then
    begin later."""
    if schedule.weekday is not None:
        return (day.toordinal() - 1) // 7
    if schedule.monthday is not None:
        return 12 * day.year + day.month - 1
    return day.toordinal()


def _time(schedule: JobSchedule) -> dt.time:
    if schedule.at is None:
        raise ValueError(f"job {schedule.name!r} has neither a time of day nor an interval")
    return schedule.at


def _at_local(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """*day* at *time* in *zone* as an instant: a time that comes twice means the first; one that
    is left out means as much later as the clocks were put forward, so that no day is lost."""
    meant = _plain(day, time, zone)
    # A day that the zone left out altogether (Samoa, 30 December 2011) would fall on the next
    # day's instant: it is put half way, so that numbers and instants keep one order.
    following = _plain(day + dt.timedelta(days=1), time, zone)
    if meant >= following:
        before = _plain(day - dt.timedelta(days=1), time, zone)
        return before + (following - before) / 2
    return meant


def _plain(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, time.replace(fold=0), zone).astimezone(dt.UTC)


def _anchor(zone: ZoneInfo) -> dt.datetime:
    return _plain(_ANCHOR_DAY, dt.time(), zone)
