"""Measuring: every declared indicator, for each month of a year, the year to date and what else was asked
for, into observations.

The only writer of ``observation``. Nothing is overwritten: a value whose inputs changed is
superseded by the next sequence of its key with the reason; one whose inputs did not change is left
as it is, so that measuring again writes nothing. What cannot have changed since it was measured (see
``freshness``) is not even measured again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.indicators.declared import Indicator, declared
from opsconsole.indicators.freshness import Freshness
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.measures.registry import Result
from opsconsole.indicators.periods import Period, asked, periods_of, span
from opsconsole.indicators.provenance import inputs, provenance, what_changed
from opsconsole.indicators.tree import ALL
from opsconsole.indicators.workdays import Workdays
from opsconsole.store import clock
from opsconsole.store.database import Reader, Value, Writer

COLUMNS = (
    "province",
    "indicator",
    "unit_id",
    "level",
    "period",
    "sequence",
    "version",
    "rule",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "inputs",
    "cut_off",
    "measured_at",
    "reason",
    "current",
)

# One for all: ``json.dumps`` would make an encoder for each value.
_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of ``measure`` did: observations made for the first time, superseded, left as they
    are; and of how many pairs of indicator and period (``of``) it had to measure how many (``stale``)."""

    year: int
    periods: tuple[str, ...]
    new: int
    superseded: int
    unchanged: int
    stale: int
    of: int

    @property
    def data(self) -> dict[str, Any]:
        """The counts for JSON."""
        return {**asdict(self), "periods": list(self.periods)}


def measure(
    writer: Writer,
    year: int,
    months: Iterable[int] | None = None,
    *,
    timezone: ZoneInfo,
    reason: str = "",
    today: dt.date | None = None,
    workdays: Workdays | None = None,
    progress: Progress | None = None,
    everything: bool = False,
    periods: Iterable[str] | None = None,
) -> Measured:
    """Measure every declared indicator for *months* of *year* (1 to 12; None: all that have begun)
    and for the year to date, inside the write transaction of *writer*; or for *periods* by name, and
    for nothing else. A period of *year* that was asked for by its name once is measured with all
    months from then on.

    *timezone* is the local time of the province, *today* the local day on which this is asked (a
    period that still runs is measured as of it). *reason* goes before the reason that is found for
    each superseded value. *progress* is told (done, of, what). *everything* measures what cannot have
    changed, too. Refuses an indicator that cannot be measured: nothing is written then.
    """
    now = clock.now()
    day = today or now.astimezone(timezone).date()
    chosen = _chosen_periods(writer, year, months, periods, day)
    indicators = declared(writer)
    ground = Ground(writer, timezone, workdays, keep=True, anew=everything)
    freshness = Freshness(ground, indicators)
    steps = [(indicator, period) for indicator in indicators for period in chosen]
    bases = {(one.code, period.name): freshness.basis(one, period) for one, period in steps}
    stale = bases.keys() if everything else freshness.stale(bases)
    before = _current(writer, *map(sorted, _sides(stale)))
    had = _count(writer, [one.code for one in indicators], [period.name for period in chosen])
    context = _Context(writer, ground, clock.instant_text(now), reason)
    rows: list[tuple[Value, ...]] = []
    new = 0
    for done, (indicator, period) in enumerate(steps):
        if progress:
            progress(done, len(steps), f"{indicator.code} {period.name}")
        if (indicator.code, period.name) not in stale:
            continue
        old = before.pop((indicator.code, period.name), {})
        for result in indicator.measure.take(ground, indicator.rule, period):
            previous = old.pop((result.unit_id, result.level), None)
            row = context.row(indicator, period, result, previous)
            if row is not None:
                new += previous is None
                rows.append(row)
        for (unit_id, level), previous in old.items():
            # It had a value once and has nothing to count any more.
            nothing = Result(unit_id, level, 0.0, None, None, None, None, 0, 0, 0, 0)
            row = context.row(indicator, period, nothing, previous)
            if row is not None:
                rows.append(row)
    writer.insert("observation", COLUMNS, rows)
    if len(rows) > new:
        _retire(writer, *map(sorted, _sides(stale)))
    freshness.keep({pair: bases[pair] for pair in stale})
    if progress:
        progress(len(steps), len(steps), str(year))
    superseded = len(rows) - new
    names = tuple(period.name for period in chosen)
    return Measured(year, names, new, superseded, had - superseded, len(stale), len(steps))


def _chosen_periods(
    reader: Reader, year: int, months: Iterable[int] | None, names: Iterable[str] | None, today: dt.date
) -> list[Period]:
    """What is measured: *names*, in their order; without them *months* of *year* and the year to date, and
    with all months what else of the year was asked for by name before."""
    if names is not None:
        return [asked(one, today) for one in dict.fromkeys(map(span, names))]
    found = periods_of(year, months, today)
    if months is None:
        usual = {period.name for period in found}
        kept = reader.rows("SELECT DISTINCT period FROM measured_from WHERE province = :province")
        more = [span(name) for (name,) in kept if name not in usual]
        found += [asked(one, today) for one in sorted(more) if one.year == year and one.first <= today]
    return found


def _sides(pairs: Iterable[tuple[str, str]]) -> tuple[set[str], set[str]]:
    """The indicators and the periods of *pairs*."""
    chosen = list(pairs)
    return {indicator for indicator, _period in chosen}, {period for _indicator, period in chosen}


class _Previous(NamedTuple):
    sequence: int
    version: int
    rule: str
    numerator: float
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    cut_off: str
    inputs: dict[str, Any]


def _chosen(indicators: Iterable[str], periods: Iterable[str]) -> tuple[str, dict[str, Value]]:
    """A condition for the current observations of *indicators* and *periods*, and its parameters."""
    codes = {f"i{place}": code for place, code in enumerate(indicators)}
    names = {f"p{place}": name for place, name in enumerate(periods)}
    lists = (", ".join(f":{name}" for name in each) or "''" for each in (codes, names))
    indicator, period = lists
    where = f"province = :province AND current = 1 AND indicator IN ({indicator}) AND period IN ({period})"
    return where, {**codes, **names}


def _count(reader: Reader, indicators: Iterable[str], periods: Iterable[str]) -> int:
    """The number of current observations of *indicators* in *periods*."""
    where, values = _chosen(indicators, periods)
    return int(reader.value(f"SELECT COUNT(*) FROM observation WHERE {where}", values))  # noqa: S608 - names of parameters


def _current(
    reader: Reader, indicators: Iterable[str], periods: Iterable[str]
) -> dict[tuple[str, str], dict[tuple[str, str], _Previous]]:
    """The current observations of *indicators* in *periods*: (indicator, period) → (unit, level) →
    observation."""
    found: dict[tuple[str, str], dict[tuple[str, str], _Previous]] = {}
    where, values = _chosen(indicators, periods)
    rows = reader.rows(
        "SELECT indicator, period, unit_id, level, sequence, version, rule, numerator, denominator, value,"  # noqa: S608 - names of parameters
        f" low, high, cut_off, inputs FROM observation WHERE {where}",
        values,
    )
    # Read as one text: a call for each of a hundred thousand values would cost more than they do.
    every = json.loads(f"[{','.join(row[-1] for row in rows)}]")
    for (indicator, period, unit, level, *rest, _text), made_from in zip(rows, every, strict=True):
        found.setdefault((indicator, period), {})[unit, level] = _Previous(*(*rest, made_from))
    return found


def _retire(writer: Writer, indicators: Iterable[str], periods: Iterable[str]) -> None:
    """Take ``current`` from every observation of *indicators* in *periods* that has a later one of its
    key."""
    where, values = _chosen(indicators, periods)
    writer.execute(
        f"UPDATE observation SET current = 0 WHERE {where} AND EXISTS"  # noqa: S608 - names of parameters
        " (SELECT 1 FROM observation n WHERE n.province = observation.province"
        " AND n.indicator = observation.indicator AND n.unit_id = observation.unit_id"
        " AND n.level = observation.level AND n.period = observation.period"
        " AND n.sequence > observation.sequence)",
        values,
    )


class _Context:
    """Makes the rows of one run: what is the same for all, and the comparison with what was."""

    def __init__(self, reader: Reader, ground: Ground, at: str, reason: str) -> None:
        self._ground = ground
        self._province = reader.province
        self._at = at
        self._reason = reason
        self._revision = reader.value("SELECT revision FROM register WHERE province = :province") or 0

    def row(
        self, indicator: Indicator, period: Period, result: Result, previous: _Previous | None
    ) -> tuple[Value, ...] | None:
        """The row of *result*; None where *previous* was measured from the same inputs."""
        rule = indicator.rule.label if indicator.rule else ""
        takes_in = period.over if indicator.measure.system else period.last
        cut_off = result.cut_off or max(takes_in, period.first).isoformat()
        kept = inputs(result, self._revision)
        why = "" if previous is None else what_changed(indicator, result, previous, kept)
        if previous is not None and not why and previous.cut_off < cut_off == period.end.isoformat():
            why = _("the period is over")
        if previous is not None and not why:
            return None
        if result.level == ALL:
            kept |= provenance(self._ground, indicator.measure.system, period)
        return (
            self._province,
            indicator.code,
            result.unit_id,
            result.level,
            period.name,
            previous.sequence + 1 if previous else 1,
            indicator.version,
            rule,
            result.numerator,
            result.denominator,
            result.value,
            result.low,
            result.high,
            _written(kept),
            cut_off,
            self._at,
            ": ".join(filter(None, (self._reason, why))),
            1,
        )
