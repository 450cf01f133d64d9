"""Names of periods: the only parser of them, and the days that each takes in.

========== ====================================================================================
2019-07    a month
2019-Q3    a quarter: July to September
2019-H2    a half-year: July to December
2019       a year
…+         cumulative: from the beginning of the year to the end of the period (``2019-07+``)
…@15       made of months that begin on the 15th of the month before (``2019-07@15`` is 15/06 to
           14/07, ``2019@15`` 15/12/2018 to 14/12/2019): the rule of reports under Decree 09/2019
========== ====================================================================================

Both marks together are ``2019-07+@15``. Without ``+`` a name means what is in the period.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.text import date, safe

Sort: TypeAlias = Literal["month", "quarter", "half", "year"]

LENGTH: dict[Sort, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
PATTERN = r"[12][0-9]{3}(?:-(?:0[1-9]|1[0-2]|Q[1-4]|H[12]))?\+?(?:@15)?"
_PARTS = re.compile(r"([12][0-9]{3})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?(\+?)(@15)?")
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A period by the calendar: months *first_month* to *last_month* (1 to 12) of *year*.

    *sort* says what it is called by, *cumulative* that it begins with the year, *mid_month* that its
    months go from the 15th to the 14th.
    """

    year: int
    sort: Sort
    last_month: int
    mid_month: bool = False
    cumulative: bool = False

    @property
    def first_month(self) -> int:
        """The number of its first month."""
        return 1 if self.cumulative else self.last_month - LENGTH[self.sort] + 1

    @property
    def name(self) -> str:
        """Its name; of the names of one span (a cumulative year is the year) always the same."""
        place = self.last_month // LENGTH[self.sort]
        part = {"month": f"-{place:02d}", "quarter": f"-Q{place}", "half": f"-H{place}", "year": ""}[
            self.sort
        ]
        return f"{self.year:04d}{part}{'+' if self.cumulative else ''}{'@15' if self.mid_month else ''}"

    @property
    def first(self) -> dt.date:
        """Its first day."""
        if not self.mid_month:
            return dt.date(self.year, self.first_month, 1)
        if self.first_month == 1:
            return dt.date(self.year - 1, 12, 15)
        return dt.date(self.year, self.first_month - 1, 15)

    @property
    def end(self) -> dt.date:
        """Its last day."""
        if self.mid_month:
            return dt.date(self.year, self.last_month, 14)
        return dt.date(self.year, self.last_month, calendar.monthrange(self.year, self.last_month)[1])

    @property
    def months(self) -> list[Span]:
        """The months that it is made of."""
        return [
            Span(self.year, "month", month, self.mid_month)
            for month in range(self.first_month, self.last_month + 1)
        ]

    @property
    def year_before(self) -> Span:
        """The same period of the year before."""
        return replace(self, year=self.year - 1)

    @property
    def previous(self) -> Span:
        """The period of its sort before it; a cumulative one begins with its year, so the one before
        the first of a year is the whole year before."""
        month = self.last_month - LENGTH[self.sort]
        if month == 0:
            return replace(self, year=self.year - 1, last_month=12)
        return replace(self, last_month=month)

    @property
    def words(self) -> str:
        """What people call it, in the language in use, with its days where they are not the calendar's."""
        place = self.last_month // LENGTH[self.sort]
        number = _ROMAN[place - 1] if self.sort == "quarter" else place
        half = _("first half of {year}") if place == 1 else _("second half of {year}")
        text = {
            "month": _("month {number}/{year}"),
            "quarter": _("quarter {number} of {year}"),
            "half": half,
            "year": _("year {year}"),
        }[self.sort].format(number=number, year=self.year)
        if self.cumulative:
            text = _("{year} up to {period}").format(year=self.year, period=text)
        return f"{text} ({date(self.first)} – {date(self.end)})" if self.mid_month else text


def span(name: str) -> Span:
    """The period called *name*. Refuses any other text, and says how it is written."""
    found = parsed(name)
    if found is None:
        raise Refused(_refusal(name))
    return found


def parsed(name: str) -> Span | None:
    """The period called *name*; None where no period is called so."""
    found = _PARTS.fullmatch(name)
    if not found:
        return None
    year, month, quarter, half, cumulative, mid_month = found.groups()
    if month:
        sort, last = _sorted("month", month)
    elif quarter:
        sort, last = _sorted("quarter", quarter)
    elif half:
        sort, last = _sorted("half", half)
    else:
        sort, last = "year", 12
    return Span(int(year), sort, last, bool(mid_month), bool(cumulative) and sort != "year")


def _sorted(sort: Sort, place: str) -> tuple[Sort, int]:
    return sort, int(place) * LENGTH[sort]


def _refusal(name: str) -> str:
    text = _(
        "'{period}' is no period; write a month (2019-07), a quarter (2019-Q3), a half-year (2019-H2) or a "
        "year (2019), with '+' for all of the year up to its end and '@15' for months from the 15th to "
        "the 14th (2019-07+@15)"
    ).format(period=safe(name))
    meant = name.strip().upper().replace("/", "-").replace("@15+", "+@15")
    meant = re.sub(r"^([12]\d{3})-?([1-9])(?=\D|$)", r"\1-0\2", meant)
    meant = re.sub(r"^([12]\d{3})([QH])", r"\1-\2", meant)
    if meant != name and _PARTS.fullmatch(meant):
        return f"{text}; " + _("did you mean '{near}'?").format(near=meant)
    return text


def holding(day: dt.date, sort: Sort, *, mid_month: bool = False) -> Span:
    """The period of *sort* that takes in *day*: under one rule exactly one does."""
    year, month = day.year, day.month
    if mid_month and day.day >= 15:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    length = LENGTH[sort]
    return Span(year, sort, -(-month // length) * length, mid_month)


def of_year(year: int, sort: Sort, *, mid_month: bool = False) -> Iterator[Span]:
    """The periods of *sort* in *year*, in order."""
    for last in range(LENGTH[sort], 13, LENGTH[sort]):
        yield Span(year, sort, last, mid_month)


# --- as it is asked about on a day ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """A period as far as it had gone on a day.

    *first* and *end* are its first and last day; *last* is *end*, or the day as of which it is asked
    about while the period runs: the register is asked as of it. *over* is the last day that was
    complete, the last from which evidence counts; it lies before *first* on the first day of a
    period. *units* is the day through whose tree values roll up; None: as the units were on *last*.
    """

    name: str
    first: dt.date
    end: dt.date
    last: dt.date
    over: dt.date
    units: dt.date | None = None

    @property
    def months(self) -> tuple[str, ...]:
        """The calendar months that it touches and that have begun, ``YYYY-MM``."""
        found, day = [], self.first.replace(day=1)
        while day <= self.last:
            found.append(f"{day.year:04d}-{day.month:02d}")
            day = (day + dt.timedelta(days=31)).replace(day=1)
        return tuple(found)

    @property
    def units_on(self) -> dt.date:
        """The day whose units count."""
        return self.units or self.last


def asked(
    name: str | Span, today: dt.date, *, as_of: dt.date | None = None, units: dt.date | None = None
) -> Period:
    """The period called *name* as it is asked about on *today*.

    *as_of* is an earlier day: only what had happened by its end counts. *units* is the day through
    whose tree values roll up. Refuses a period that had not begun and a day that has not come.
    """
    chosen = span(name) if isinstance(name, str) else name
    if as_of is not None and as_of > today:
        raise Refused(
            _("{day} has not come yet; ask as of {today} or an earlier day").format(
                day=date(as_of), today=date(today)
            )
        )
    day = today if as_of is None else as_of
    if chosen.first > day:
        raise Refused(
            _("{period} has not begun on {day}; its first day is {first}").format(
                period=chosen.name, day=date(day), first=date(chosen.first)
            )
        )
    over = min(chosen.end, day, today - dt.timedelta(days=1))
    return Period(chosen.name, chosen.first, chosen.end, min(chosen.end, day), over, units)
