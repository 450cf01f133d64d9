"""Targets and their standing: value so far, what the pace asks for, where it leads, status in words.

The only place that compares a measured value with a target; overview, command line and reports
show what it says.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from opsconsole.catalogue import language
from opsconsole.indicators import pace as paces
from opsconsole.indicators.measures import standard
from opsconsole.indicators.tree import ALL, LEVELS, Tree
from opsconsole.indicators.workdays import Workdays
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class Standing:
    """How one target stands on a day.

    *target*, *value*, *low*, *high*, *expected* and *projected* are in *unit_of_measure* (``percent``
    as 80). *period* names the observations that the value comes from, *until* the last day
    that they take in; *expected* is what the pace asks for by then, or by the day asked about where
    the evidence is more than a month behind. *status* is one of ``pace.STATUSES``.
    """

    key: str
    year: int
    indicator: str
    name: str
    name_en: str
    short: str
    short_en: str
    unit_of_measure: str
    level: str
    unit_id: str | None
    target: float
    direction: str
    pace: str
    baseline: float | None
    value: float | None
    numerator: float | None
    denominator: float | None
    low: float | None
    high: float | None
    period: str
    until: str
    rule: str
    expected: float
    projected: float | None
    status: str
    source: str
    page: str | None

    @property
    def title(self) -> str:
        """The name of the indicator in the language in use."""
        return self.name if language() == "vi" else self.name_en

    @property
    def short_title(self) -> str:
        """The name of the indicator for narrow places, in the language in use."""
        return self.short if language() == "vi" else self.short_en

    @property
    def status_text(self) -> str:
        """The status in the language in use."""
        return paces.status_words(self.status)

    @property
    def data(self) -> dict[str, Any]:
        """All fields for JSON; ``status`` stays the English word."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class _Seen(NamedTuple):
    """An observation as a standing needs it."""

    period: str
    cut_off: str
    value: float | None
    numerator: float
    denominator: float | None
    low: float | None
    high: float | None
    rule: str


_NONE = _Seen("", "", None, 0.0, None, None, None, "")


def standings(
    reader: Reader, year: int, as_of: dt.date, *, workdays: Workdays | None = None
) -> list[Standing]:
    """How the targets of *year* stand on *as_of*, in the order of indicator, level and key.

    Only observations that take in nothing after *as_of* count. A sum is that of the months so far; a
    state is that of the latest month; a rate is that of the year to date where it takes in no
    later day, else that of the latest month. A day outside the year means its nearest day in it.
    """
    day = min(max(as_of, dt.date(year, 1, 1)), dt.date(year, 12, 31))
    targets = reader.rows(
        "SELECT t.key, t.indicator, i.name, i.name_en, i.unit_of_measure, i.measure, t.level, t.unit_id,"
        " t.value, t.direction, t.pace, t.baseline, t.source, t.page,"
        " coalesce(i.short, i.name), coalesce(i.short_en, i.name_en) FROM target t"
        " JOIN indicator i ON i.province = t.province AND i.key = t.indicator"
        " WHERE t.province = :province AND t.year = :year AND t.ended IS NULL AND i.ended IS NULL",
        {"year": year},
    )
    units = sorted({row[7] for row in targets if row[7]})
    tree = Tree(reader) if units else None
    holders = {unit: tree.holders(day).get(unit, unit) for unit in units} if tree else {}
    indicators = sorted({row[1] for row in targets})
    seen = _observed(reader, year, day, indicators, sorted(set(holders.values())))
    found = []
    for row in targets:
        indicator, level, unit = row[1], row[6], row[7]
        place = (indicator, holders[unit], "") if unit else (indicator, "", level)
        found.append(_standing(row, seen.get(place, []), day, workdays or Workdays()))
    order = {level: place for place, level in enumerate((ALL, *LEVELS))}
    return sorted(found, key=lambda s: (s.indicator, s.unit_id or "", order.get(s.level, 9), s.key))


def _observed(
    reader: Reader, year: int, day: dt.date, indicators: list[str], units: list[str]
) -> dict[tuple[str, str, str], list[_Seen]]:
    """(indicator, unit or '', level or '') → observations of *indicators* in *year* that end by *day*,
    by period."""
    names = {f"unit_{number}": unit for number, unit in enumerate(units)}
    chosen = "".join(f", :{name}" for name in names)
    codes = {f"indicator_{number}": code for number, code in enumerate(indicators)}
    wanted = ", ".join(f":{name}" for name in codes) or "''"
    found: dict[tuple[str, str, str], list[_Seen]] = {}
    for indicator, unit, level, *seen in reader.rows(
        "SELECT indicator, unit_id, level, period, cut_off, value, numerator, denominator, low, high, rule"  # noqa: S608 - names of parameters
        f" FROM observation WHERE province = :province AND indicator IN ({wanted}) AND current = 1"
        f" AND period >= :first AND period <= :last AND cut_off <= :day AND unit_id IN (''{chosen})"
        " ORDER BY period",
        {"first": f"{year:04d}", "last": f"{year:04d}-12", "day": day.isoformat(), **names, **codes},
    ):
        found.setdefault((indicator, unit, "" if unit else level), []).append(_Seen(*seen))
    return found


def _standing(row: tuple[Any, ...], seen: list[_Seen], day: dt.date, workdays: Workdays) -> Standing:
    key, indicator, name, name_en, unit, measure, level, unit_id, target, direction, *rest = row
    pace, baseline, source, page, short, short_en = rest
    accumulates = standard()[measure].accumulates
    months = [one for one in seen if len(one.period) == 7 and one.value is not None]
    now = _so_far(seen, months, accumulates)
    until = dt.date.fromisoformat(now.cut_off) if now.cut_off else day
    over = (until.month, until.day) == (12, 31)
    # A nightly measure lags by a day and a monthly one by a month: that is no reason to be behind.
    month_before = day.replace(day=1) - dt.timedelta(days=1)
    due_day = until if until >= month_before else day
    start = 0.0 if accumulates == "sum" else (baseline or 0.0)
    due = paces.expected(target, start, paces.elapsed(pace, due_day, workdays))
    trend = [(int(one.period[5:]), one.value) for one in months if one.value is not None and _whole(one)]
    leads_to = now.value if over else paces.projected(trend, accumulates, unit == "percent")
    return Standing(
        key=key,
        year=day.year,
        indicator=indicator,
        name=name,
        name_en=name_en,
        short=short,
        short_en=short_en,
        unit_of_measure=unit,
        level=level,
        unit_id=unit_id,
        target=target,
        direction=direction,
        pace=pace,
        baseline=baseline,
        value=now.value,
        numerator=None if now.value is None else now.numerator,
        denominator=now.denominator,
        low=now.low,
        high=now.high,
        period=now.period,
        until=now.cut_off,
        rule=now.rule,
        expected=due,
        projected=leads_to,
        status=paces.status(
            now.value,
            target,
            due,
            direction=direction,
            pace=pace,
            accumulates=accumulates,
            over=over and now.value is not None,
        ),
        source=source,
        page=page,
    )


def _whole(seen: _Seen) -> bool:
    """Whether the month was over when it was measured: half a month says nothing about a trend."""
    year, month = int(seen.period[:4]), int(seen.period[5:])
    return seen.cut_off == f"{seen.period}-{calendar.monthrange(year, month)[1]:02d}"


def _so_far(seen: list[_Seen], months: list[_Seen], accumulates: str) -> _Seen:
    """What of the observations *seen* is the value so far; *months* are those with a value."""
    if accumulates == "sum":
        if not months:
            return _NONE
        first, last = months[0], months[-1]
        return _Seen(
            first.period if first is last else f"{first.period}…{last.period}",
            last.cut_off,
            sum(one.value or 0.0 for one in months),
            sum(one.numerator for one in months),
            None,
            sum(one.low or 0.0 for one in months),
            sum(one.high or 0.0 for one in months),
            last.rule,
        )
    years = [one for one in seen if len(one.period) == 4 and one.value is not None]
    if years and (not months or years[-1].cut_off >= months[-1].cut_off):
        return years[-1]
    return months[-1] if months else _NONE
