"""The slots of a cron schedule, numbered: at which instants its local times are, and the way back.

A matching local time is one slot. One that a zone leaves out in spring is as much later as clocks
were put forward, and where another is due at that very instant the two are one; one that comes
twice in autumn is the first. (cron itself runs a time that comes twice once or twice, and one that
is left out not at all or at once, by program and by field.)

Days are counted by a table of the 400 years after which the calendar repeats itself; where a zone
changes its clocks, the day is looked at itself. So counting ten years costs what those few days cost.
"""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from opsconsole.cron import LAST_DAY, Cron

_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
_DAY = dt.timedelta(days=1)

_ANCHOR_YEAR = 2000
"""Slots are numbered from its first day: years between it and the day asked about are looked through
for changes of the clock."""


@lru_cache(maxsize=64)
def numbering(cron: Cron, zone: ZoneInfo) -> Numbering:
    """The numbers of the slots of *cron* in *zone*, made once."""
    return Numbering(cron, zone)


class Numbering:
    """The slots of one schedule in one zone, numbered in the order of time; 0 is the first whose local
    day is in the anchor year or later."""

    def __init__(self, cron: Cron, zone: ZoneInfo) -> None:
        self.cron, self.zone = cron, zone
        self._days = _Days(cron)
        self._times = tuple(dt.time(minute // 60, minute % 60) for minute in cron.minutes)
        self._base = self._days.before(dt.date(_ANCHOR_YEAR, 1, 1))
        self._extra: dict[int, int] = {_ANCHOR_YEAR: 0}

    def index(self, at: dt.datetime) -> int:
        """The number of the newest slot that starts at or before *at* (aware)."""
        # An instant may have been given a second time by a clock set back over midnight: what starts
        # on the days beside it is held against it too.
        first = at.astimezone(self.zone).date() - _DAY
        near = (first + n * _DAY for n in range(4))
        return self._before(first) + sum(bisect_right(self._starts(day), at) for day in near) - 1

    def instants(self, first: int, last: int) -> Iterator[dt.datetime]:
        """The starts, in UTC, of the slots from number *first* to *last*."""
        day = self._day_of(first)
        number = self._before(day)
        while number <= last:
            for start in self._starts(day):
                if first <= number <= last:
                    yield start
                number += 1
            day = self._next(day)

    # --- one day -------------------------------------------------------------------------------

    def _starts(self, day: dt.date) -> tuple[dt.datetime, ...]:
        """The starts on the local *day*, in UTC, ascending."""
        if day.toordinal() not in _irregular(self.zone, day.year):
            return self._plain(day) if self._days.matches(day) else ()
        found: set[dt.datetime] = set()
        # What the day before left out at its end comes on this one.
        for each in (day - _DAY, day):
            if self._days.matches(each):
                found.update(at for at in self._plain(each) if at.astimezone(self.zone).date() == day)
        return tuple(sorted(found))

    def _plain(self, day: dt.date) -> tuple[dt.datetime, ...]:
        return tuple(dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC) for time in self._times)

    # --- counting ------------------------------------------------------------------------------

    def _before(self, day: dt.date) -> int:
        """How many slots start before the local *day*, counted from the anchor."""
        count = (self._days.before(day) - self._base) * len(self._times) + self._extra_before(day.year)
        return count + sum(
            self._too_many(number) for number in _irregular(self.zone, day.year) if number < day.toordinal()
        )

    def _extra_before(self, year: int) -> int:
        """By how many the slots of the years from the anchor to *year* are more than the table says."""
        if year not in self._extra:
            # By hand and not by recursion: a wrong clock may ask about the year 9999.
            step = 1 if year > _ANCHOR_YEAR else -1
            known = max(self._extra) if step > 0 else min(self._extra)
            while known != year:
                looked_at = known if step > 0 else known - 1
                change = sum(map(self._too_many, _irregular(self.zone, looked_at)))
                self._extra[known + step] = self._extra[known] + step * change
                known += step
        return self._extra[year]

    def _too_many(self, number: int) -> int:
        """By how many the starts of an irregular day are more than the table says (mostly negative)."""
        day = dt.date.fromordinal(number)
        return len(self._starts(day)) - len(self._times) * self._days.matches(day)

    def _day_of(self, number: int) -> dt.date:
        """The local day on which slot *number* starts."""
        guess, least, most = self._days.day(self._base + number // len(self._times)).toordinal(), 1, 1
        while self._before(dt.date.fromordinal(guess - least)) > number:
            least *= 2
        while self._before(dt.date.fromordinal(guess + most)) <= number:
            most *= 2
        return dt.date.fromordinal(
            bisect_right(
                range(guess - least, guess + most),
                number,
                key=lambda ordinal: self._before(dt.date.fromordinal(ordinal)),
            )
            + guess
            - least
            - 1
        )

    def _next(self, day: dt.date) -> dt.date:
        """The first day after *day* on which a slot may start."""
        following = day + _DAY
        # What an irregular day left out may come on a day that does not match.
        upcoming = self._days.day(self._days.before(following))
        for year in range(following.year, upcoming.year + 1):
            irregular = _irregular(self.zone, year)
            place = bisect_left(irregular, following.toordinal())
            if place < len(irregular):
                return min(upcoming, dt.date.fromordinal(irregular[place]))
        return upcoming


@lru_cache(maxsize=4096)
def _irregular(zone: ZoneInfo, year: int) -> tuple[int, ...]:
    """The numbers of the local days of *year* on which the clocks of *zone* were changed, and of the
    days beside them: what is left out may lie on both sides of midnight."""
    first, last = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
    days = range(max(first - 1, 1), min(last + 3, dt.date.max.toordinal()))
    midnights = [
        dt.datetime.combine(dt.date.fromordinal(day), dt.time(), zone).astimezone(dt.UTC) for day in days
    ]
    found = set()
    for number, begin, end in zip(days, midnights, midnights[1:], strict=False):
        if end - begin != _DAY:
            found |= {number - 1, number, number + 1}
    return tuple(sorted(number for number in found if first <= number <= last))


class _Days:
    """The days on which a schedule is due, numbered from 1 January of the year 1."""

    def __init__(self, cron: Cron) -> None:
        self._cron = cron
        counts = [
            len(_of_month(cron, *calendar.monthrange(year, month))) if month in cron.months else 0
            for year in range(1, _CYCLE_YEARS + 1)
            for month in range(1, 13)
        ]
        self._before_month = [0, *accumulate(counts)]
        self._in_cycle = self._before_month[-1]

    def matches(self, day: dt.date) -> bool:
        """Whether the schedule is due on *day*."""
        return day.month in self._cron.months and day.day in self._of(day.year, day.month)

    def before(self, day: dt.date) -> int:
        """How many days before *day* it is due on."""
        cycle, year = divmod(day.year - 1, _CYCLE_YEARS)
        count = cycle * self._in_cycle + self._before_month[12 * year + day.month - 1]
        if day.month in self._cron.months:
            count += bisect_left(self._of(day.year, day.month), day.day)
        return count

    def day(self, number: int) -> dt.date:
        """The day with *number*: the one before which there are so many."""
        cycle, within = divmod(number, self._in_cycle)
        place = bisect_right(self._before_month, within) - 1
        year, month = 1 + cycle * _CYCLE_YEARS + place // 12, place % 12 + 1
        return dt.date(year, month, self._of(year, month)[within - self._before_month[place]])

    def _of(self, year: int, month: int) -> tuple[int, ...]:
        return _of_month(self._cron, *calendar.monthrange(year, month))


@lru_cache(maxsize=4096)
def _of_month(cron: Cron, first_weekday: int, length: int) -> tuple[int, ...]:
    """The days of a month that begins on *first_weekday* and has *length* days."""
    if cron.weekdays is not None:
        return tuple(day for day in range(1, length + 1) if (first_weekday + day - 1) % 7 in cron.weekdays)
    if cron.days is None:
        return tuple(range(1, length + 1))
    return tuple(sorted({length if day == LAST_DAY else day for day in cron.days}))
