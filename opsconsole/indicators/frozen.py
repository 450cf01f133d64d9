"""Figures that issued reports quote: kept as they were quoted, and recomputed when somebody asks.

An observation is never overwritten, and what is frozen is copied beside it into a table of its own,
so that a figure that was computed on demand (as of a day, through another tree) can be quoted, too.
Recomputing gives the same value, or says which input has changed since.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators.asking import Asking, Figure, Key, as_measured
from opsconsole.indicators.measures.registry import Result
from opsconsole.indicators.observations import Observation, observations
from opsconsole.indicators.provenance import what_changed, with_files
from opsconsole.indicators.tree import ALL
from opsconsole.indicators.workdays import Workdays
from opsconsole.periods import Period, span
from opsconsole.store import clock
from opsconsole.store.database import Reader, Value, Writer
from opsconsole.text import safe

_KEY = ("indicator", "unit_id", "level", "period", "as_of", "units_as_of", "below")
_REST = (
    *("sequence", "files_sequence", "last_day", "over", "version", "rule", "numerator", "denominator"),
    *("value", "low", "high", "inputs", "frozen_at"),
)
_FIGURES = slice(4, 11)  # of _REST: what makes two quotations one


@dataclass(frozen=True, slots=True)
class Frozen:
    """A figure as *quoted_by* quotes it; the fields are those of the table."""

    quoted_by: str
    key: Key
    sequence: int
    files_sequence: int
    last_day: dt.date
    over: dt.date
    version: int
    rule: str
    numerator: float
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    inputs: dict[str, Any]
    frozen_at: str

    @property
    def period(self) -> Period:
        """Its period as far as it had gone when it was measured."""
        named = span(self.key.period)
        units = dt.date.fromisoformat(self.key.units_as_of) if self.key.units_as_of else None
        return Period(named.name, named.first, named.end, self.last_day, self.over, units)

    @property
    def data(self) -> dict[str, Any]:
        """All fields for JSON, those of the key beside the others."""
        every = {name: value for name, value in asdict(self).items() if name != "key"}
        days = {"last_day": self.last_day.isoformat(), "over": self.over.isoformat()}
        return {**every, **days, **self.key._asdict()}


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a frozen figure is *now*; None where it has no value any more, which *changed* explains.

    *same* says that all its figures are what was quoted; *changed* names the inputs that are not
    ('' where all are): definition, rule, register with its revisions, evidence with its files and
    positions, coverage. Inputs can change without the value."""

    frozen: Frozen
    now: Result | None
    same: bool
    changed: str

    @property
    def data(self) -> dict[str, Any]:
        """Everything for JSON."""
        names = ("numerator", "denominator", "value", "low", "high")
        now = {name: getattr(self.now, name) for name in names} if self.now else None
        return {**self.frozen.data, "now": now, "same": self.same, "changed": self.changed}


def freeze(writer: Writer, quoted_by: str, quoted: Iterable[Key | Figure]) -> int:
    """Keep what the report *quoted_by* quotes, in the transaction of *writer*: observations that are
    current by their keys, and figures that were computed on demand. Gives their number.

    Quoting the same again changes nothing. Refuses a key that was not measured, and another value
    for what the report quotes already: what is issued is not changed.
    """
    at = clock.instant_text(clock.now())
    asking = _Declared(writer)
    made = [
        _computed(one, quoted_by, at) if isinstance(one, Figure) else asking.quoted(one, quoted_by, at)
        for one in quoted
    ]
    rows = {one.key: _row(one) for one in made}
    had = {each.key: _row(each) for each in frozen(writer, quoted_by)}
    for key in rows.keys() & had.keys():
        if rows.pop(key)[_FIGURES] != had[key][_FIGURES]:
            raise Refused(
                _(
                    "{report} quotes {indicator} of {period} already, with another value; issue a new report"
                ).format(report=safe(quoted_by), indicator=safe(key.indicator), period=safe(key.period))
            )
    writer.insert(
        "frozen_observation",
        ("province", "quoted_by", *_KEY, *_REST),
        [
            (writer.province, quoted_by, *key[:6], int(key.below), *row)
            for key, row in sorted(rows.items(), key=lambda pair: pair[0])
        ],
    )
    return len(rows)


def frozen(reader: Reader, quoted_by: str | None = None) -> list[Frozen]:
    """What the report *quoted_by* (None: any) quotes, in the order of report and key."""
    where = "" if quoted_by is None else " AND quoted_by = :quoted_by"
    values: dict[str, Value] = {} if quoted_by is None else {"quoted_by": quoted_by}
    names = ("quoted_by", *_KEY, *_REST)
    found = []
    for report, *row in reader.rows(
        f"SELECT {', '.join(names)} FROM frozen_observation WHERE province = :province{where}"  # noqa: S608 - names from here
        f" ORDER BY {', '.join(('quoted_by', *_KEY))}",
        values,
    ):
        names_of_it, rest = [*row[:6], bool(row[6])], row[7:]
        days = [dt.date.fromisoformat(day) for day in rest[2:4]]
        values_of_it = [*rest[:2], *days, *rest[4:11], json.loads(rest[11]), rest[12]]
        found.append(Frozen(report, Key._make(names_of_it), *values_of_it))
    return found


def recompute(
    reader: Reader,
    quoted_by: str | None = None,
    *,
    timezone: ZoneInfo,
    today: dt.date | None = None,
    workdays: Workdays | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Recomputed]:
    """Each figure that the report *quoted_by* (None: any) quotes, recomputed from register and evidence
    as they are now, over the same days. *progress* is told (done, of)."""
    asking = Asking(reader, timezone, today=today, workdays=workdays)
    every = frozen(reader, quoted_by)
    found = []
    for done, one in enumerate(every):
        if progress:
            progress(done, len(every))
        found.append(_recomputed(asking, one))
    if progress:
        progress(len(every), len(every))
    return found


def _recomputed(asking: Asking, one: Frozen) -> Recomputed:
    if one.key.indicator not in asking.indicators:
        return Recomputed(one, None, False, _("the indicator is not declared any more"))
    try:
        figure = asking.of(one.key, one.period)
    except Refused as refused:
        return Recomputed(one, None, False, str(refused))
    result = figure.result
    same = _amounts(result) == _amounts(one)
    why = what_changed(figure.indicator, result, one)
    had, has = one.inputs.get("revision"), figure.inputs["revision"]
    if one.inputs.get("register") != figure.inputs["register"]:
        why += "; " + _("register of revision {old}, now {new}").format(old=had, new=has)
    return Recomputed(one, result, same, with_files(why, _files(asking.ground.reader, one), figure.inputs))


def _files(reader: Reader, one: Frozen) -> dict[str, Any]:
    """The evidence files that *one* was measured from: its own, or those of the province's value."""
    if "files" in one.inputs or not one.files_sequence:
        return one.inputs
    text = reader.value(
        "SELECT inputs FROM observation WHERE province = :province AND indicator = :indicator"
        " AND unit_id = '' AND level = 'all' AND period = :period AND sequence = :sequence",
        {"indicator": one.key.indicator, "period": one.key.period, "sequence": one.files_sequence},
    )
    return dict(json.loads(text)) if text else one.inputs


# --- rows ------------------------------------------------------------------------------------------


def _row(one: Frozen) -> tuple[Value, ...]:
    return (
        one.sequence,
        one.files_sequence,
        one.last_day.isoformat(),
        one.over.isoformat(),
        one.version,
        one.rule,
        *_amounts(one),
        _json(one.inputs),
        one.frozen_at,
    )


def _json(inputs: dict[str, Any]) -> str:
    return json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _computed(figure: Figure, quoted_by: str, at: str) -> Frozen:
    indicator, period, rule = figure.indicator, figure.period, figure.indicator.rule
    return Frozen(
        quoted_by,
        figure.key,
        0,
        0,
        period.last,
        period.over,
        indicator.version,
        rule.label if rule else "",
        *_amounts(figure.result),
        figure.inputs,
        at,
    )


_Amounts: TypeAlias = "tuple[float, float | None, float | None, float | None, float | None]"


def _amounts(one: Result | Observation | Frozen) -> _Amounts:
    return one.numerator, one.denominator, one.value, one.low, one.high


class _Declared:
    """Finds current observations by their keys; those of one indicator and period with one query."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._asking = Asking(reader, ZoneInfo("UTC"), today=dt.date.max)
        self._found: dict[tuple[str, str], dict[tuple[str, str], Observation]] = {}

    def quoted(self, key: Key, quoted_by: str, at: str) -> Frozen:
        """The current observation of *key* as it is quoted; refuses where there is none."""
        name = span(key.period).name
        if (key.indicator, name) not in self._found:
            self._found[key.indicator, name] = {
                (one.unit_id, one.level): one
                for one in observations(self._reader, indicator=key.indicator, period=name)
            }
        kept = self._found[key.indicator, name]
        one = kept.get((key.unit_id, key.level))
        if one is None or key.as_of or key.units_as_of or key.below:
            raise Refused(
                _("'{indicator}' of {period} was not measured for {place}, so nothing can be quoted").format(
                    indicator=safe(key.indicator),
                    period=safe(key.period),
                    place=safe(key.unit_id or key.level),
                )
            )
        declared = self._asking.indicator(key.indicator)
        period = as_measured(self._asking.period(name), one, declared)
        province = kept.get(("", ALL))
        return Frozen(
            quoted_by,
            key,
            one.sequence,
            province.sequence if province else 0,
            period.last,
            period.over,
            one.version,
            one.rule,
            *_amounts(one),
            one.inputs,
            at,
        )
