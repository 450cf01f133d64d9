"""Explaining a value: numerator and denominator down to the rows behind them, and what they rest on.

The rows come from the measure itself, by the same function that measured (``Measure.one``), as of
the cut-off of the value that is kept. Where register or evidence have changed since, both values are
given and what changed is named.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _, language
from opsconsole.errors import Refused
from opsconsole.indicators.declared import Indicator, declared
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.measures.registry import Counted, Part, Result, summed
from opsconsole.indicators.observations import Observation, observations
from opsconsole.indicators.periods import Period, periods_of
from opsconsole.indicators.provenance import provenance, what_changed
from opsconsole.indicators.tree import ALL, LEVELS, Tree
from opsconsole.indicators.workdays import Workdays
from opsconsole.store import clock
from opsconsole.store.database import Reader
from opsconsole.text import date

PEOPLE = ("account", "person")  # sorts of rows that tell of a person
SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Row:
    """A row that counts: *numerator* and *denominator* are what it adds to those of the value, *low*
    and *high* what it could have added. *key* is a number by order where it would tell of a person."""

    sort: str
    key: str
    unit_id: str
    numerator: float
    denominator: int
    low: float
    high: float
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UnitShare:
    """A unit that counts, with what its rows add up to."""

    unit_id: str
    name: str
    rows: int
    numerator: float
    denominator: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A value with its parts; the parts of None are 0 and None."""

    numerator: float
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Version:
    """One observation of the value, current or superseded, with the revision of the register that it
    was measured at and who applied that."""

    sequence: int
    figures: Figures
    version: int
    rule: str
    cut_off: str
    measured_at: str
    reason: str
    current: bool
    revision: int
    revision_at: str
    revision_by: str
    revision_reason: str


@dataclass(frozen=True)
class Explanation:
    """Everything that one value rests on.

    *now* is recomputed from *rows*, *stored* the current observation (None: not measured yet);
    *changed* says what has changed between them, '' where nothing has. *agrees* says whether the
    figures are the same. *units* are those that count, as of the day *as_of*. *known* of *asked* days
    (or sessions) have evidence, *missing* are days without. *files* are the evidence files of the
    value that is kept, as [number, path, position].
    """

    indicator: str
    name: str
    name_en: str
    version: int
    formula: str
    measure: str
    unit_of_measure: str
    unit_id: str
    unit_name: str
    level: str
    period: str
    first_day: str
    as_of: str
    cut_off: str
    revision: int
    rule: dict[str, Any] | None
    context: dict[str, Any]
    now: Figures
    stored: Figures | None
    agrees: bool
    changed: str
    known: int
    asked: int
    missing: list[str]
    lost: int
    files: list[list[Any]]
    units: list[UnitShare]
    rows: list[Row]
    versions: list[Version]

    @property
    def title(self) -> str:
        """The name of the indicator in the language in use."""
        return self.name if language() == "vi" else self.name_en

    def data(self, rows: int | None = None) -> dict[str, Any]:
        """Everything for JSON, with the first *rows* rows (None: all); ``row_count`` has their number."""
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in ("rows", "units", "versions"):
            chosen = every[name][:rows] if name == "rows" else every[name]
            every[name] = [asdict(one) for one in chosen]
        for name in ("now", "stored"):
            every[name] = asdict(every[name]) if every[name] else None
        return {**every, "row_count": len(self.rows)}


def explain(
    reader: Reader,
    indicator: str,
    period: str,
    *,
    timezone: ZoneInfo,
    unit: str | None = None,
    level: str | None = None,
    people: bool = False,
    today: dt.date | None = None,
    workdays: Workdays | None = None,
) -> Explanation:
    """What the value of *indicator* in *period* (``2019`` or ``2019-07``) rests on.

    *unit* is the code or id of a unit, *level* a level; without either it is the whole province. Rows
    that tell of a person carry a number by order unless *people*. *today* is the local day on which
    this is asked. Refuses an indicator, period or unit that does not exist, and a single unit
    where the indicator has none.
    """
    if unit is not None and level is not None:
        raise Refused(_("a unit and a level were named; name one of them"))
    chosen = _indicator(reader, indicator)
    year, month = _period(period)
    asked_on = today or clock.now().astimezone(timezone).date()
    spans = {one.name: one for one in periods_of(year, [month] if month else [], asked_on)}
    if period not in spans:
        raise Refused(_("{period} has not begun on {day}").format(period=period, day=date(asked_on)))
    ground = Ground(reader, year, timezone, workdays)
    place = _place(ground.tree, unit, level, spans[period])
    versions = observations(
        reader, indicator=indicator, unit=place[0], level=place[1], period=period, superseded=True
    )
    kept = next((one for one in versions if one.current), None)
    span = spans[period] if kept is None else _as_measured(spans[period], kept, chosen)
    if kept is not None and span != spans[period]:
        place = _place(ground.tree, unit, level, span)
    if place[0] and not getattr(chosen.measure, "of_units", True):
        raise Refused(
            _("'{indicator}' has no value of a single unit; ask for a level or the province").format(
                indicator=indicator
            )
        )
    result, parts, counted = chosen.measure.one(ground, chosen.rule, span, *place)
    return _explanation(ground, chosen, span, result, parts, counted, versions, people)


def _indicator(reader: Reader, code: str) -> Indicator:
    every = {one.code: one for one in declared(reader)}
    if code in every:
        return every[code]
    import difflib

    near = difflib.get_close_matches(code, every, 1)
    hint = (
        _("did you mean '{near}'?").format(near=near[0])
        if near
        else _("known: {names}").format(names=", ".join(every) or "–")
    )
    raise Refused(_("no indicator '{code}' is declared; {hint}").format(code=code, hint=hint))


def _period(name: str) -> tuple[int, int | None]:
    if not re.fullmatch(r"[12]\d{3}(-(0[1-9]|1[0-2]))?", name):
        raise Refused(
            _("'{period}' is no period; write a month (2019-07) or a year (2019)").format(period=name)
        )
    return int(name[:4]), int(name[5:]) if len(name) > 4 else None


def _place(tree: Tree, unit: str | None, level: str | None, period: Period) -> tuple[str, str]:
    """(unit id or '', level) as an observation has it; units of the last day of *period* count."""
    if unit is None:
        if level is not None and level not in (ALL, *LEVELS):
            raise Refused(
                _("there is no level '{level}'; known: {names}").format(
                    level=level, names=", ".join((ALL, *LEVELS))
                )
            )
        return "", level or ALL
    for era in tree.in_force(period.last):
        if era == unit or era.split("@")[0] == unit:
            return era, tree.level(era)
    raise Refused(
        _(
            "no unit has the code '{unit}' on {day}, the day as of which {period} is counted; "
            "'opsconsole units trace {unit}' says when it had and what became of it"
        ).format(unit=unit, day=date(period.last), period=period.name)
    )


def _as_measured(period: Period, kept: Observation, indicator: Indicator) -> Period:
    """*period* as far as it had gone when *kept* was measured, so that the same days count."""
    cut_off = dt.date.fromisoformat(kept.cut_off)
    if cut_off >= period.end:
        return period
    one_day = dt.timedelta(days=1)
    if not indicator.measure.system:
        return Period(period.name, period.first, period.end, cut_off, cut_off - one_day)
    # On the first day of a period the cut-off is that day, though it is not over: nothing is asked for.
    over = cut_off if kept.inputs.get("asked") or cut_off > period.first else cut_off - one_day
    return Period(period.name, period.first, period.end, min(over + one_day, period.end), over)


def _explanation(
    ground: Ground,
    indicator: Indicator,
    period: Period,
    result: Result,
    parts: list[Part],
    counted: Counted,
    versions: list[Observation],
    people: bool,
) -> Explanation:
    kept = next((one for one in versions if one.current), None)
    now, stored = _figures(result), None if kept is None else _figures(kept)
    measure, rule = indicator.measure, indicator.rule
    scale = SECONDS if measure.unit_of_measure == "hours" else 1
    names = _names(ground.reader, {part.unit for part in parts} | {result.unit_id})
    from_files = _provenance(ground, indicator, period)
    province = kept if kept is None or "files" in kept.inputs else _province(ground.reader, kept)
    then = province.inputs if province is not None and "files" in province.inputs else from_files
    return Explanation(
        indicator=indicator.code,
        name=indicator.name,
        name_en=indicator.name_en,
        version=indicator.version,
        formula=indicator.formula,
        measure=measure.name,
        unit_of_measure=measure.unit_of_measure,
        unit_id=result.unit_id,
        unit_name=names.get(result.unit_id, ""),
        level=result.level,
        period=period.name,
        first_day=period.first.isoformat(),
        as_of=period.last.isoformat(),
        cut_off=kept.cut_off if kept else (period.over if measure.system else period.last).isoformat(),
        revision=int(kept.inputs["revision"]) if kept else _revision(ground.reader),
        rule=None if rule is None else {**asdict(rule), "label": rule.label},
        context=dict(counted.context),
        now=now,
        stored=stored,
        agrees=stored is None or now == stored,
        changed="" if kept is None else _changed(indicator, result, kept, then, from_files),
        known=result.known,
        asked=result.asked,
        missing=list(then.get("missing", [])),
        lost=int(then.get("lost", 0)),
        files=list(then.get("files", [])),
        units=_units(parts, names, scale),
        rows=_rows(parts, measure.facts, scale, people),
        versions=_versions(ground.reader, versions),
    )


def _figures(one: Result | Observation) -> Figures:
    return Figures(one.numerator, one.denominator, one.value, one.low, one.high)


def _provenance(ground: Ground, indicator: Indicator, period: Period) -> dict[str, Any]:
    return provenance(ground, indicator.measure.system, period)


def _province(reader: Reader, kept: Observation) -> Observation | None:
    """The value of the province that was measured with *kept* or after it: it has the files."""
    found = observations(reader, indicator=kept.indicator, unit="", level=ALL, period=kept.period)
    return found[0] if found else None


def _revision(reader: Reader) -> int:
    return int(reader.value("SELECT revision FROM register WHERE province = :province") or 0)


def _changed(
    indicator: Indicator, result: Result, kept: Observation, then: dict[str, Any], today: dict[str, Any]
) -> str:
    """What has changed since *kept* was measured, in words; files that were read further are named."""
    why = what_changed(indicator, result, kept)
    if not why or then.get("files") == today.get("files"):
        return why
    before = {number: position for number, _path, position in then.get("files", [])}
    grown = [
        f"{path} {before.get(number, 0)} → {position}"
        for number, path, position in today.get("files", [])
        if before.get(number) != position
    ]
    return "; ".join(filter(None, (why, _("files read since: {files}").format(files=", ".join(grown)))))


def _names(reader: Reader, units: Iterable[str]) -> dict[str, str]:
    wanted = set(units)
    rows = reader.rows("SELECT id, name FROM unit_era WHERE province = :province")
    return {unit: name for unit, name in rows if unit in wanted}


def _units(parts: list[Part], names: dict[str, str], scale: int) -> list[UnitShare]:
    by_unit: dict[str, list[Part]] = {}
    for part in parts:
        if part.unit:
            by_unit.setdefault(part.unit, []).append(part)
    found = []
    for unit in sorted(by_unit):
        tally = summed(by_unit[unit])
        above = float(tally.numerator) / scale
        found.append(UnitShare(unit, names.get(unit, ""), len(by_unit[unit]), above, tally.denominator))
    return found


def _rows(parts: list[Part], facts: Any, scale: int, people: bool) -> list[Row]:
    ordered = sorted(parts, key=lambda part: (part.unit, part.sort, part.key))
    numbers: Counter[str] = Counter()
    found = []
    for part in ordered:
        key = part.key
        if part.sort in PEOPLE and not people:
            numbers[part.sort] += 1
            key = str(numbers[part.sort])
        exact = (part.numerator, part.low, part.high)
        above, low, high = (float(each) / scale for each in exact)
        named = dict(zip(facts.get(part.sort, ()), part.facts, strict=False))
        found.append(Row(part.sort, key, part.unit, above, part.denominator, low, high, named))
    return found


def _versions(reader: Reader, versions: list[Observation]) -> list[Version]:
    revisions = {
        number: (at, actor, reason)
        for number, at, actor, reason in reader.rows(
            "SELECT number, at, actor, reason FROM revision WHERE province = :province"
        )
    }
    found = []
    for one in versions:
        revision = int(one.inputs.get("revision", 0))
        said = revisions.get(revision, ("", "", ""))
        found.append(
            Version(
                one.sequence,
                _figures(one),
                one.version,
                one.rule,
                one.cut_off,
                one.measured_at,
                one.reason,
                one.current,
                revision,
                *said,
            )
        )
    return found
