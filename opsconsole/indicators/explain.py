"""Explaining a value: numerator and denominator down to the rows behind them, and what they rest on.

The rows come from the measure itself, by the same function that measured (``Measure.one``), as of
the cut-off of the value that is kept. Where register or evidence have changed since, both values are
given and what changed is named.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import asdict, dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.indicators.asking import Asking, Figure, as_measured, key_of, parted_words
from opsconsole.indicators.measures.registry import Part, Result, plain, summed
from opsconsole.indicators.naming import InUnits, Titled
from opsconsole.indicators.observations import Observation, observations
from opsconsole.indicators.provenance import what_changed, with_files
from opsconsole.indicators.tree import ALL
from opsconsole.indicators.workdays import Workdays
from opsconsole.store.database import Reader

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
    denominator: float
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
    denominator: float


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
class Explanation(Titled, InUnits):
    """Everything that one value rests on.

    *now* is recomputed from *rows*, *stored* the current observation (None: not measured yet);
    *changed* says what has changed between them, '' where nothing has. *agrees* says whether the
    figures are the same. *last_day* is the last day of the period that counts, *as_of* the day that was
    named for that ('' where none was); *units* are those that count, through the tree of the day
    *units_on*; *parted* says where a split came between, so that the figure does not compare. *known*
    of *asked* days (or sessions) have evidence, *missing* are days without. *files* are the evidence
    files of the value that is kept, as [number, path, position].
    """

    indicator: str
    name: str
    name_en: str
    version: int
    formula: str
    measure: str
    unit_of_measure: str
    unit_of_measure_en: str
    unit_id: str
    unit_name: str
    level: str
    period: str
    first_day: str
    last_day: str
    as_of: str
    units_on: str
    below: bool
    parted: list[str]
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
    as_of: dt.date | None = None,
    units_as_of: dt.date | None = None,
    below: bool = False,
) -> Explanation:
    """What the value of *indicator* in *period* (any name of ``opsconsole.periods``) rests on.

    *unit* is the code or id of a unit, *level* a level; without either it is the whole province. Rows
    that tell of a person carry a number by order unless *people*. *today* is the local day on which
    this is asked; *as_of*, *units_as_of* and *below* are those of ``Asking.figure``. Refuses an
    indicator, period or unit that does not exist, and a single unit where the indicator has none.
    """
    asking = Asking(reader, timezone, today=today, workdays=workdays)
    chosen = asking.indicator(indicator)
    span = asking.period(period, as_of=as_of, units_as_of=units_as_of)
    place = asking.place(unit, level, span)
    versions: list[Observation] = []
    if as_of is None and units_as_of is None and not below:
        versions = observations(
            reader, indicator=indicator, unit=place[0], level=place[1], period=span.name, superseded=True
        )
    kept = next((one for one in versions if one.current), None)
    if kept is not None and (then := as_measured(span, kept, chosen)) != span:
        span, place = then, asking.place(unit, level, then)
    figure = asking.of(key_of(chosen.code, place, span.name, as_of, units_as_of, below), span)
    return _explanation(asking, figure, versions, people)


def _explanation(asking: Asking, figure: Figure, versions: list[Observation], people: bool) -> Explanation:
    indicator, period, result, parts = figure.indicator, figure.period, figure.result, figure.parts
    kept = next((one for one in versions if one.current), None)
    now, stored = _figures(result), None if kept is None else _figures(kept)
    measure, rule = indicator.measure, indicator.rule
    scale = SECONDS if measure.unit_of_measure == "hours" else 1
    names = asking.ground.tree.names
    province = kept if kept is None or "files" in kept.inputs else _province(asking.ground.reader, kept)
    then = province.inputs if province is not None and "files" in province.inputs else figure.inputs
    return Explanation(
        indicator=indicator.code,
        name=indicator.name,
        name_en=indicator.name_en,
        version=indicator.version,
        formula=indicator.formula,
        measure=measure.name,
        unit_of_measure=indicator.unit_of_measure,
        unit_of_measure_en=indicator.unit_of_measure_en,
        unit_id=result.unit_id,
        unit_name=names.get(result.unit_id, ""),
        level=result.level,
        period=period.name,
        first_day=period.first.isoformat(),
        last_day=period.last.isoformat(),
        as_of=figure.key.as_of,
        units_on=period.units_on.isoformat(),
        below=figure.key.below,
        parted=[parted_words(one, names) for one in figure.parted],
        cut_off=kept.cut_off if kept else figure.cut_off.isoformat(),
        revision=int(kept.inputs["revision"]) if kept else asking.revision,
        rule=None if rule is None else {**asdict(rule), "label": rule.label},
        context=dict(figure.counted.context),
        now=now,
        stored=stored,
        agrees=stored is None or now == stored,
        changed=""
        if kept is None
        else with_files(what_changed(indicator, result, kept), then, figure.inputs),
        known=result.known,
        asked=result.asked,
        missing=list(then.get("missing", [])),
        lost=int(then.get("lost", 0)),
        files=list(then.get("files", [])),
        units=_units(parts, names, scale),
        rows=_rows(parts, measure.facts, scale, people),
        versions=_versions(asking.ground.reader, versions),
    )


def _figures(one: Result | Observation) -> Figures:
    return Figures(one.numerator, one.denominator, one.value, one.low, one.high)


def _province(reader: Reader, kept: Observation) -> Observation | None:
    """The value of the province that was measured with *kept* or after it: it has the files."""
    found = observations(reader, indicator=kept.indicator, unit="", level=ALL, period=kept.period)
    return found[0] if found else None


def _units(parts: list[Part], names: dict[str, str], scale: int) -> list[UnitShare]:
    by_unit: dict[str, list[Part]] = {}
    for part in parts:
        if part.unit:
            by_unit.setdefault(part.unit, []).append(part)
    found = []
    for unit in sorted(by_unit):
        tally = summed(by_unit[unit])
        above = float(tally.numerator) / scale
        found.append(
            UnitShare(unit, names.get(unit, ""), len(by_unit[unit]), above, plain(tally.denominator))
        )
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
        found.append(Row(part.sort, key, part.unit, above, plain(part.denominator), low, high, named))
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
