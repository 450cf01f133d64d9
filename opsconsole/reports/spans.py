"""The periods that stand beside the period of a report, by the words that outlines use for them."""

from __future__ import annotations

from dataclasses import replace

from opsconsole.periods import Span


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
