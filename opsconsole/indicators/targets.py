"""Targets and their standing: value so far, what the pace asks for, where it leads, status in words.

The only place that compares a measured value with a target; overview, command line and reports
show what it says.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, TypeAlias

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators import pace as paces
from opsconsole.indicators import projection
from opsconsole.indicators.goals import Goal, asked_of, goals, members_of
from opsconsole.indicators.measures import standard
from opsconsole.indicators.measures.registry import Additive
from opsconsole.indicators.naming import InUnits, Named
from opsconsole.indicators.tree import ALL, LEVELS, Tree
from opsconsole.indicators.workdays import Workdays, declared_workdays
from opsconsole.store.database import Reader
from opsconsole.text import date


@dataclass(frozen=True, slots=True)
class Standing(Named, InUnits):
    """How one target stands on a day.

    *target*, *value*, *low*, *high*, *expected* and *projected* are in *unit_of_measure* (``percent``
    as 80); *projected_low* and *projected_high* hold the end of the year four times of five (None:
    too few months). *period* names the observations that the value comes from, *until* the last day
    that they take in; *expected* is what the pace asks for by then, or by the day asked about where
    the evidence is more than a month behind; *pace_used* is ``linear`` where the shape of the last year
    was asked for and is not known. *status* is one of ``pace.STATUSES``.

    *unit_id* is the unit that holds the target on the day, *keys* are the declared targets that it
    comes from (several where units were merged), and *of_level* is the level whose target a
    single unit is held against, '' where the target is its own.
    """

    key: str
    keys: tuple[str, ...]
    year: int
    indicator: str
    name: str
    name_en: str
    short: str
    short_en: str
    unit_of_measure: str
    unit_of_measure_en: str
    level: str
    unit_id: str | None
    unit_name: str
    of_level: str
    target: float
    direction: str
    pace: str
    pace_used: str
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
    projected_low: float | None
    projected_high: float | None
    status: str
    source: str
    page: str | None
    basis: str

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

# (indicator, unit or '', level or '') → its observations by period
_Observed: TypeAlias = "dict[tuple[str, str, str], list[_Seen]]"


def standings(
    reader: Reader, year: int, as_of: dt.date, *, unit: str | None = None, workdays: Workdays | None = None
) -> list[Standing]:
    """How the targets of *year* stand on *as_of*, in the order of indicator, level and key.

    Only observations that take in nothing after *as_of* count. A sum is that of the months so far; a
    state is that of the latest month; a rate is that of the year to date where it takes in no
    later day, else that of the latest month. A day outside the year means its nearest day in it.

    With *unit* (a code or the id of an era) how that unit stands: against its own targets, and against
    those of its level or the province where it has none of its own. Refuses a unit that is none on
    the day.
    """
    day = min(max(as_of, dt.date(year, 1, 1)), dt.date(year, 12, 31))
    tree = Tree(reader)
    chosen = goals(reader, year, day, tree)
    if unit is not None:
        holder = _unit(tree, unit, day)
        single = frozenset(goal.indicator for goal in chosen if _has_units(goal))
        chosen = asked_of(chosen, holder, tree.level(holder), single)
    members = {unit: members_of(tree, unit, day) for unit in {goal.unit for goal in chosen if goal.unit}}
    units = sorted({each for several in members.values() for each in several})
    seen = _observed(reader, year, day, {goal.indicator for goal in chosen}, units)
    shaped = {goal.indicator for goal in chosen if goal.pace == "last-year"}
    last_year = (
        _observed(reader, year - 1, dt.date(year - 1, 12, 31), shaped, units, before=True) if shaped else {}
    )
    names = _names(reader, {goal.unit for goal in chosen if goal.unit})
    days = workdays or declared_workdays(reader)
    found = [
        _standing(
            goal,
            day,
            _of(goal, seen, members),
            _of(goal, last_year, members) if goal.indicator in shaped else [],
            names.get(goal.unit or "", ""),
            days,
        )
        for goal in chosen
    ]
    order = {level: place for place, level in enumerate((ALL, *LEVELS))}
    return sorted(found, key=lambda s: (s.indicator, s.unit_id or "", order.get(s.level, 9), s.key))


def _unit(tree: Tree, unit: str, day: dt.date) -> str:
    for era in tree.in_force(day):
        if unit in (era, era.split("@")[0]):
            return era
    raise Refused(
        _(
            "no unit has the code '{unit}' on {day}; "
            "'opsconsole units trace {unit}' says when it had and what became of it"
        ).format(unit=unit, day=date(day))
    )


def _has_units(goal: Goal) -> bool:
    return bool(getattr(standard()[goal.measure], "of_units", True))


def _names(reader: Reader, units: set[str]) -> dict[str, str]:
    if not units:
        return {}
    rows = reader.rows("SELECT id, name FROM unit_era WHERE province = :province")
    return {era: name for era, name in rows if era in units}


# --- the observations behind a target ------------------------------------------------------------


def _observed(
    reader: Reader,
    year: int,
    day: dt.date,
    indicators: Iterable[str],
    units: list[str],
    *,
    before: bool = False,
) -> _Observed:
    """(indicator, unit or '', level or '') → observations of *indicators* in the months and the year
    *year* that end by *day*, by period; *before*: those of the December before, too."""
    periods = [f"{year:04d}", *(f"{year:04d}-{month:02d}" for month in projection.MONTHS)]
    periods += [f"{year - 1:04d}-12"] if before else []
    lists, values = [], dict[str, Any]()
    for name, chosen in (("indicator", sorted(indicators)), ("period", periods), ("unit", ["", *units])):
        given = {f"{name}_{number}": each for number, each in enumerate(chosen)}
        lists.append(", ".join(f":{each}" for each in given) or "''")
        values |= given
    found: _Observed = {}
    for indicator, unit, level, *seen in reader.rows(
        "SELECT indicator, unit_id, level, period, cut_off, value, numerator, denominator, low, high, rule"  # noqa: S608 - names of parameters
        f" FROM observation WHERE province = :province AND current = 1 AND indicator IN ({lists[0]})"
        f" AND period IN ({lists[1]}) AND cut_off <= :day AND unit_id IN ({lists[2]})"
        " ORDER BY period, unit_id",
        {"day": day.isoformat(), **values},
    ):
        found.setdefault((indicator, unit, "" if unit else level), []).append(_Seen(*seen))
    return found


def _of(goal: Goal, seen: _Observed, members: Mapping[str, tuple[str, ...]]) -> list[_Seen]:
    """What is *seen* of *goal*; of a unit that took others in, together with what they had before."""
    if not goal.unit:
        return seen.get((goal.indicator, "", goal.level), [])
    every = [seen.get((goal.indicator, unit, ""), []) for unit in members[goal.unit]]
    with_values = [one for one in every if one]
    if len(with_values) < 2:
        return with_values[0] if with_values else []
    by_period: defaultdict[str, list[_Seen]] = defaultdict(list)
    for one in with_values:
        for each in one:
            by_period[each.period].append(each)
    measure = standard()[goal.measure]
    shares = goal.unit_of_measure == "percent"
    additive = isinstance(measure, Additive)
    return [_together(several, shares, additive) for _period, several in sorted(by_period.items())]


def _together(several: list[_Seen], shares: bool, additive: bool) -> _Seen:
    """The observations of one period of units that are one now: shares are pooled, the rest is added.
    What does not add up (a session with sites of both) lies between the greatest and the sum."""
    known = [one for one in several if one.value is not None]
    if len(known) < 2:
        return known[0] if known else several[-1]
    above = sum(one.numerator for one in known)
    first = known[-1]
    if all(one.denominator is not None for one in known):
        below = sum(one.denominator or 0.0 for one in known)
        scale = 100 if shares else 1
        weigh = [(one, (one.denominator or 0.0) / below) for one in known] if below else []
        low, high = (
            None
            if any(getattr(one, name) is None for one in known)
            else sum(getattr(one, name) * weight for one, weight in weigh)
            for name in ("low", "high")
        )
        return first._replace(
            value=scale * above / below if below else None,
            numerator=above,
            denominator=below,
            low=low,
            high=high,
        )
    values = [one.value or 0.0 for one in known]
    lows, highs = [one.low or 0.0 for one in known], [one.high for one in known]
    return first._replace(
        value=sum(values),
        numerator=above,
        low=sum(lows) if additive else max(lows),
        high=None if None in highs else sum(high or 0.0 for high in highs),
    )


# --- the standing --------------------------------------------------------------------------------


def _standing(
    goal: Goal, day: dt.date, seen: list[_Seen], last_year: list[_Seen], unit_name: str, workdays: Workdays
) -> Standing:
    accumulates = standard()[goal.measure].accumulates
    months = [one for one in seen if len(one.period) == 7 and one.value is not None]
    now = _so_far(seen, months, accumulates)
    until = dt.date.fromisoformat(now.cut_off) if now.cut_off else day
    over = (until.month, until.day) == (12, 31)
    # A nightly measure lags by a day and a monthly one by a month: that is no reason to be behind.
    month_before = day.replace(day=1) - dt.timedelta(days=1)
    due_day = until if until >= month_before else day
    start = 0.0 if accumulates == "sum" else (goal.baseline or 0.0)
    before, course = _course(last_year, day.year - 1)
    shape = paces.shape_of_sum(course) if accumulates == "sum" else paces.shape_of_course(course, before)
    pace = "linear" if goal.pace == "last-year" and shape is None else goal.pace
    due = paces.expected(goal.value, start, paces.elapsed(pace, due_day, workdays, shape))
    leads_to = _leads_to(goal, accumulates, months, now, course if pace == "last-year" else {}, over)
    return Standing(
        key="+".join(goal.keys),
        keys=goal.keys,
        year=day.year,
        indicator=goal.indicator,
        name=goal.name,
        name_en=goal.name_en,
        short=goal.short,
        short_en=goal.short_en,
        unit_of_measure=goal.unit_of_measure,
        unit_of_measure_en=goal.unit_of_measure_en,
        level=goal.level,
        unit_id=goal.unit,
        unit_name=unit_name,
        of_level=goal.of_level,
        target=goal.value,
        direction=goal.direction,
        pace=goal.pace,
        pace_used=pace,
        baseline=goal.baseline,
        value=now.value,
        numerator=None if now.value is None else now.numerator,
        denominator=now.denominator,
        low=now.low,
        high=now.high,
        period=now.period,
        until=now.cut_off,
        rule=now.rule,
        expected=due,
        projected=leads_to.value if leads_to else None,
        projected_low=leads_to.low if leads_to else None,
        projected_high=leads_to.high if leads_to else None,
        status=paces.status(
            now.value,
            goal.value,
            due,
            direction=goal.direction,
            pace=goal.pace,
            accumulates=accumulates,
            over=over and now.value is not None,
        ),
        source=goal.source,
        page=goal.page,
        basis=goal.basis,
    )


def _course(last_year: list[_Seen], year: int) -> tuple[float | None, dict[int, float]]:
    """(value of the December before, month → value) of the observations of *year*."""
    months = {
        int(one.period[5:]): one.value
        for one in last_year
        if one.value is not None and len(one.period) == 7 and one.period[:4] == f"{year:04d}"
    }
    december = [one.value for one in last_year if one.period == f"{year - 1:04d}-12"]
    return (december[0] if december else None), months


def _leads_to(
    goal: Goal,
    accumulates: str,
    months: list[_Seen],
    now: _Seen,
    course: Mapping[int, float],
    over: bool,
) -> projection.Projection | None:
    """Where the whole months lead; when the year is over, there is nothing left to be seen."""
    if over:
        return None if now.value is None else projection.Projection(now.value, now.value, now.value)
    trend = {int(one.period[5:]): one.value for one in months if one.value is not None and _whole(one)}
    if accumulates == "sum":
        weights = [max(0.0, course[month]) for month in projection.MONTHS] if course else None
        return projection.of_sum(trend, weights)
    return projection.of_course(trend, goal.unit_of_measure == "percent")


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
        highs = [one.high for one in months]
        return _Seen(
            first.period if first is last else f"{first.period}…{last.period}",
            last.cut_off,
            sum(one.value or 0.0 for one in months),
            sum(one.numerator for one in months),
            None,
            sum(one.low or 0.0 for one in months),
            None if None in highs else sum(high or 0.0 for high in highs),
            last.rule,
        )
    years = [one for one in seen if len(one.period) == 4 and one.value is not None]
    if years and (not months or years[-1].cut_off >= months[-1].cut_off):
        return years[-1]
    return months[-1] if months else _NONE
