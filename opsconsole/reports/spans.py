"""The periods that stand beside the period of a report, by the words that outlines use for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from opsconsole.periods import LENGTH, Sort, Span, holding


def beside(span: Span, word: str) -> str:
    """The name of the period that an outline calls *word* (of ``outline.PERIODS``), or *word* itself: a
    period by name. ``before`` is the one of its sort before it, ``to-date`` all of its year up to its
    end, ``year`` its whole year."""
    year = Span(span.year, "year", 12, span.mid_month)
    return {
        "this": span.name,
        "last-year": span.year_before.name,
        "before": span.previous.name,
        "year": year.name,
        "year-before": year.year_before.name,
        "to-date": replace(span, cumulative=span.sort != "year").name,
    }.get(word, word)


def months(span: Span) -> list[str]:
    """The months of the year of *span* from its first on to the end of *span*, by their names."""
    return [Span(span.year, "month", month, span.mid_month).name for month in range(1, span.last_month + 1)]


def usual(sorts: Sequence[str], year: int, day: dt.date) -> Span:
    """The period that is usually reported on *day* where the console shows *year*: the running year, or the
    month (quarter, half-year) that ended last; of a past year its last. *sorts* are those of the outline,
    the first counts."""
    sort = cast("Sort", sorts[0])
    if day.year != year:
        return holding(dt.date(year, 12, 31) if day.year > year else dt.date(year, 1, 1), sort)
    running = holding(day, sort)
    return running if sort == "year" else running.previous


def stepped(span: Span, by: int) -> Span:
    """The period of the same sort *by* steps (1 or -1) from *span*."""
    if by < 0:
        return span.previous
    month = span.last_month + LENGTH[span.sort]
    if month > 12:
        return replace(span, year=span.year + 1, last_month=LENGTH[span.sort])
    return replace(span, last_month=month)
