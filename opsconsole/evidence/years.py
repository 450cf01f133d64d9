"""The year of a time stamp that has none (RFC 3164 syslog): from what is known of its file, by order."""

from __future__ import annotations

import datetime as dt
import re

from opsconsole.evidence.reader import Origin

_NAMES = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_BSD = re.compile(rb"(" + b"|".join(_NAMES) + rb") ([ 0-3]\d) ")

_LATE = dt.timedelta(days=2)  # clocks and zones of servers differ
_DISORDER = 31  # days by which a line may stand too late in its file


class Years:
    """The years of stamps that have none.

    The first line takes the newest year in which it is not after *origin.reference* (so a December
    line in a file written in January is of the year before); a file that turns the year more than
    once is counted back from its end. From there on by order: when the date falls back, the year
    has turned, except for lines that stand up to a month too late.
    """

    def __init__(self, origin: Origin, last: str | None) -> None:
        self._newest = origin.reference.astimezone(origin.timezone).replace(tzinfo=None) + _LATE
        self._origin = origin
        self.last = dt.date.fromisoformat(last) if last else None

    def of(self, month: int, day: int) -> int | None:
        """The year of the next line, which is of *month* and *day*; None where no year has it."""
        if self.last and (self.last.month, self.last.day) == (month, day):
            return self.last.year
        if self.last is None:
            date = _in_year(self._first_year(month, day), month, day)
        else:
            date = self._next(self.last, month, day)
        if date is None:
            return None
        self.last = date
        return date.year

    def _next(self, last: dt.date, month: int, day: int) -> dt.date | None:
        same = _in_year(last.year, month, day)
        after = _in_year(last.year + 1, month, day)
        before = _in_year(last.year - 1, month, day)
        if before and (last - before).days <= _DISORDER:
            return before
        turned = same is None or (last - same).days > _DISORDER
        return after if turned and after and after <= self._newest.date() else same

    def _first_year(self, month: int, day: int) -> int:
        turns = 0
        end = (month, day)
        place: dt.date | None = None
        for line in self._origin.outline():
            found = _BSD.match(line)
            date = _in_year(2000, MONTHS[found.group(1)], int(found.group(2))) if found else None
            if date is None:
                continue
            back = (place - date).days if place else 0
            if back > _DISORDER:
                turns += 1
            elif -back >= 366 - _DISORDER:  # a late line of December behind one of January
                turns -= 1
            place = date
            end = (date.month, date.day)
        newest = self._newest.date()
        for year in range(newest.year, newest.year - 9, -1):  # February 29th may be 8 years back
            date = _in_year(year, *end)
            if date and date <= newest:
                return year - turns
        return newest.year - turns


def _in_year(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
