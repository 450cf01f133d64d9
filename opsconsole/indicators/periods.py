"""Periods that are measured: a month of a year, and the year to date."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.text import date


@dataclass(frozen=True, slots=True)
class Period:
    """A month (``2019-07``) or a year (``2019``), as far as it has gone.

    *first* and *end* are its first and last day; *last* is *end*, or the day of measuring while
    the period still runs: the register is asked as of it. *over* is the last day that is
    complete, the last from which evidence counts; it lies before *first* on the first day of a
    period.
    """

    name: str
    first: dt.date
    end: dt.date
    last: dt.date
    over: dt.date

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the period that have begun, ``YYYY-MM``."""
        return tuple(f"{self.first.year:04d}-{m:02d}" for m in range(self.first.month, self.last.month + 1))


def periods_of(year: int, months: Iterable[int] | None, today: dt.date) -> list[Period]:
    """*months* (1 to 12; None: all) of *year* that have begun by *today*, then the year to date.

    Refuses a month that does not exist and a year that has not begun.
    """
    chosen = sorted(set(range(1, 13) if months is None else months))
    for month in chosen:
        if not 1 <= month <= 12:
            raise Refused(_("there is no month {month}; give months from 1 to 12").format(month=month))
    if dt.date(year, 1, 1) > today:
        raise Refused(
            _("the year {year} has not begun on {day}; measure a year up to {last}").format(
                year=year, day=date(today), last=today.year
            )
        )
    spans = [
        (f"{year:04d}-{m:02d}", dt.date(year, m, 1), dt.date(year, m, calendar.monthrange(year, m)[1]))
        for m in chosen
    ]
    spans.append((f"{year:04d}", dt.date(year, 1, 1), dt.date(year, 12, 31)))
    yesterday = today - dt.timedelta(days=1)
    return [
        Period(name, first, end, min(end, today), min(end, yesterday))
        for name, first, end in spans
        if first <= today
    ]
