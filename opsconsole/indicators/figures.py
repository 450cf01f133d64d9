"""Reported figures as their indicators read them, and which of them make the value of a period.

The only place that says for which periods a figure speaks:

* a figure of a **named** period (``2019-07``) is the value of that period;
* one of **days** (``2019-01-01/2019-07-30``) is the value of the period that it ends in, if that begins
  on the same day: of the year so far, of ``2019-07+``. What there is on a day (a state) is the state of
  every period in which that day lies;
* **sums** add up: figures that follow each other without a gap, from the first day of a period on, make
  its value up to where they reach; of several ways the one that reaches farthest, of equal ones
  that of the fewest figures;
* of **states** the latest within the period counts;
* **rates** neither add up nor stand for a longer period.

How far the figures reach is the cut-off of the value.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from opsconsole.dayspans import days_of, is_period
from opsconsole.indicators.ground import Ground, mark
from opsconsole.periods import Span, span

_DAY = dt.timedelta(days=1)


class Figure(NamedTuple):
    """A figure that names an indicator: what it states of *unit* (an era) or, where that is '', of all
    units of *level*. It is about the days from *first* to *end*, and was known up to *until*; *named*
    says that its period was given by name. *replaced* are the figures in whose place it stands."""

    key: str
    indicator: str
    unit: str
    level: str
    period: str
    first: dt.date
    end: dt.date
    until: dt.date
    named: bool
    value: Fraction
    unit_of_measure: str
    unit_of_measure_en: str
    inexact: str
    meaning: str
    source: str
    place: str
    page: str
    quote: str
    note: str
    file: str
    line: int
    revision: int
    sample: int
    replaced: tuple[Figure, ...] = ()

    @property
    def mark(self) -> int:
        """The fingerprint of what it states: not of its notes."""
        replaced = [(one.key, one.value) for one in self.replaced]
        stated = (self.period, self.until, self.value, self.inexact, self.meaning, self.sample)
        return mark(self.key, *stated, *replaced)


# The unit of measure of a figure f in English: its own word, else that of its indicator i.
SPOKEN_IN_ENGLISH = (
    "coalesce(f.unit_of_measure_en, CASE WHEN i.unit_of_measure = f.unit_of_measure"
    " THEN i.unit_of_measure_en END, f.unit_of_measure)"
)


def figures(ground: Ground) -> Mapping[str, list[Figure]]:
    """Indicator → the figures that hold for it; those that another one replaces stand in that one."""
    return ground.once(_figures)


def _figures(ground: Ground) -> dict[str, list[Figure]]:
    every: dict[str, Figure] = {}
    replaces: dict[str, str] = {}
    for row in ground.reader.rows(
        "SELECT f.key, f.indicator, coalesce(f.unit_id, ''), coalesce(f.level, 'all'), f.period, f.stated,"  # noqa: S608 - names of columns
        f" f.value, f.unit_of_measure, {SPOKEN_IN_ENGLISH},"
        " coalesce(f.inexact, ''), coalesce(f.meaning, ''), f.source,"
        " coalesce(f.place, ''), coalesce(f.page, ''), coalesce(f.quote, ''), coalesce(f.note, ''), f.file,"
        " f.line, f.revision, f.sample, f.replaces, coalesce(i.period_rule, '') FROM figure f"
        " JOIN indicator i ON i.province = f.province AND i.key = f.indicator"
        " WHERE f.province = :province AND f.ended IS NULL ORDER BY f.key"
    ):
        key, indicator, unit, level, period, stated, value, *rest, replaced, rule = row
        first, end = days_of(period, mid_month=rule == "15th-to-14th")
        until = min(end, dt.date.fromisoformat(stated)) if stated else end
        every[key] = Figure(
            key,
            indicator,
            unit,
            "" if unit else level,
            period,
            first,
            end,
            until,
            is_period(period),
            # A figure has 15 digits at most, so that its shortest form is what was declared.
            Fraction(repr(float(value))),
            *rest,
        )
        if replaced:
            replaces[key] = replaced
    found: defaultdict[str, list[Figure]] = defaultdict(list)
    gone = set(replaces.values())
    for key, figure in every.items():
        if key not in gone:
            found[figure.indicator].append(figure._replace(replaced=_replaced(key, replaces, every)))
    return dict(found)


def _replaced(key: str, replaces: Mapping[str, str], every: Mapping[str, Figure]) -> tuple[Figure, ...]:
    """The figures that *key* stands for in the end, the one before it first."""
    found: list[Figure] = []
    seen = {key}
    at = replaces.get(key)
    while at is not None and at not in seen and at in every:
        seen.add(at)
        found.append(every[at])
        at = replaces.get(at)
    return tuple(found)


def making(
    chosen: Sequence[Figure], name: str, accumulates: str, last: dt.date, *, mid_month: bool = False
) -> list[Figure]:
    """Which of *chosen* (figures of one indicator and one place) make its value of the period called
    *name*, in their order; none where they say nothing of it.

    *accumulates* is ``sum``, ``state`` or ``rate`` (see the head of this module). A figure that reaches
    beyond *last* was not known then. With *mid_month* all months of the indicator go from the 15th to the
    14th, whether the name says so or not: its July is that of 15/06 to 14/07.
    """
    asked = replace(span(name), mid_month=True) if mid_month else span(name)
    ending = replace(asked, cumulative=False).first
    known = [one for one in chosen if one.until <= last and one.first <= asked.end]
    if accumulates == "sum":
        return _chain(known, asked, ending)
    if accumulates == "state":
        fitting = [one for one in known if _state_of(one, asked, ending)]
    else:
        fitting = [one for one in known if _rate_of(one, asked, ending)]
    if not fitting:
        return []
    # The latest; of those of one day the shortest period, which says most exactly when.
    return [max(fitting, key=lambda one: (one.until, one.first, one.key))]


def _state_of(one: Figure, asked: Span, ending: dt.date) -> bool:
    if one.named and one.first == asked.first and one.end == asked.end:
        return True
    if one.until > asked.end or one.until < ending:
        return False
    # A period that was not over when it was stated has no last day yet that it could speak for.
    cut = one.named and one.until < one.end
    if cut:
        return asked.first <= one.first and one.end <= asked.end
    return one.until >= asked.first


def _rate_of(one: Figure, asked: Span, ending: dt.date) -> bool:
    if one.first != asked.first:
        return False
    return one.end == asked.end if one.named else ending <= one.until <= asked.end


def _chain(known: Iterable[Figure], asked: Span, ending: dt.date) -> list[Figure]:
    """The figures that follow each other from the first day of *asked* and reach farthest in it, but not
    into it where they end before *ending*."""
    reached: dict[dt.date, list[Figure]] = {asked.first: []}
    for one in sorted(known, key=lambda one: (one.first, one.until, one.key)):
        if one.first not in reached or one.end > asked.end:
            continue
        way = [*reached[one.first], one]
        after = one.until + _DAY
        if after not in reached or len(way) < len(reached[after]):
            reached[after] = way
    farthest = max(reached)
    return reached[farthest] if farthest > ending else []
