"""Which periods are measured by default: the months of a year, and the year to date.

What names of periods mean stands in ``opsconsole.periods``, for all layers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.periods import Period, Span, asked, span
from opsconsole.text import date

__all__ = ["Period", "Span", "asked", "periods_of", "span"]


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
    spans = [*(Span(year, "month", month) for month in chosen), Span(year, "year", 12)]
    return [asked(one, today) for one in spans if one.first <= today]
