"""The year as offices live it: working days, holidays, and the quiet days around the new year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from opsconsole.sample.frame import Chance


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year. Days are counted from 0, the first of January.

    ``working`` says for each day whether offices work; ``busy`` how busy a day is beside a common
    working day (1.0); ``lost`` are the days of which the mail server's log was lost.
    """

    number: int
    working: tuple[bool, ...]
    busy: tuple[float, ...]
    lost: frozenset[int]

    def date(self, day: int) -> dt.date:
        """The date of *day*."""
        return dt.date(self.number, 1, 1) + dt.timedelta(days=day)

    def day(self, date: dt.date) -> int:
        """The number of *date*; before the year 0, after it its length."""
        return min(max((date - dt.date(self.number, 1, 1)).days, 0), len(self.working))

    def working_days(self) -> list[int]:
        """All working days."""
        return [day for day, works in enumerate(self.working) if works]


def year_of(number: int, seed: int) -> Year:
    """The year *number* in Vietnam, with its public holidays.

    Three working days of October, drawn by *seed*, are lost.
    """
    import holidays

    first = dt.date(number, 1, 1)
    dates = [first + dt.timedelta(days=i) for i in range((dt.date(number + 1, 1, 1) - first).days)]
    off = holidays.country_holidays("VN", years=number)
    working = tuple(date.weekday() < 5 and date not in off for date in dates)
    busy = [1.0 if works else 0.07 for works in working]
    start, end = _longest_rest(working)
    for day in range(start, end):
        busy[day] = 0.02
    for day in (*range(max(0, start - 4), start), *range(end, end + 4)):
        if working[day]:
            busy[day] = 0.72
    october = (dt.date(number, 10, 7) - first).days
    runs = [d for d in range(october, october + 18) if all(working[d : d + 3])]
    lost = Chance(seed, "lost", number).pick(runs)
    return Year(number, working, tuple(busy), frozenset(range(lost, lost + 3)))


def _longest_rest(working: tuple[bool, ...]) -> tuple[int, int]:
    """[start, end) of the longest run of free days before April: the lunar new year."""
    best, start = (0, 0), 0
    for day in range(92):
        if working[day]:
            start = day + 1
        elif day + 1 - start > best[1] - best[0]:
            best = (start, day + 1)
    return best
