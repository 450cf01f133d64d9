"""The shared systems of the plan, each with its indicators: their newest values, targets and status.

The only place that puts a system's row together; command line, overview and reports show what it says.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from opsconsole.catalogue import spoken
from opsconsole.indicators.measures import standard
from opsconsole.indicators.naming import InUnits, Named, Titled
from opsconsole.indicators.targets import Standing, standings
from opsconsole.indicators.tree import ALL, LEVELS
from opsconsole.periods import span
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class SystemRow(Named, InUnits):
    """An indicator of a system: its newest *value* in the year (None: no data), of the whole province or,
    where there is none, of *level*; taken from the observation of *period*, which takes in the days up to
    *until*.

    *inexact*, *meaning* and *sample* are what the sources of a reported figure say of it. *standings* are
    those of its targets, the whole province's first, *assumptions* the declared rates that the value was
    worked out with (see ``Measure.assumes``).
    """

    indicator: str
    name: str
    name_en: str
    short: str
    short_en: str
    unit_of_measure: str
    unit_of_measure_en: str
    reported: bool
    level: str
    value: float | None
    low: float | None
    high: float | None
    period: str
    until: str
    inexact: str
    meaning: str
    sample: bool
    standings: tuple[Standing, ...]
    formula: str
    formula_en: str
    assumptions: tuple[dict[str, Any], ...]

    @property
    def formula_text(self) -> str:
        """The formula in the language in use; in the other where it is not given in this one."""
        return spoken(self.formula or self.formula_en, self.formula_en or self.formula)

    @property
    def data(self) -> dict[str, Any]:
        """All fields for JSON."""
        return {
            **{field.name: getattr(self, field.name) for field in fields(self) if field.name != "standings"},
            "standings": [one.data for one in self.standings],
        }


@dataclass(frozen=True, slots=True)
class System(Titled):
    """A shared system: where the plan treats of it, the office that runs it, its indicators in order."""

    key: str
    name: str
    name_en: str
    section: str
    unit_id: str
    unit_name: str
    note: str
    rows: tuple[SystemRow, ...]

    @property
    def data(self) -> dict[str, Any]:
        """Everything for JSON."""
        return {
            **{name: getattr(self, name) for name in self.__slots__ if name != "rows"},
            "rows": [row.data for row in self.rows],
        }


class _Newest(NamedTuple):
    """The newest observation of an indicator."""

    level: str = ALL
    value: float | None = None
    low: float | None = None
    high: float | None = None
    period: str = ""
    until: str = ""
    inexact: str = ""
    meaning: str = ""
    sample: bool = False


_NOTHING = _Newest()


def systems(
    reader: Reader, year: int, as_of: dt.date, known: Iterable[Standing] | None = None
) -> tuple[System, ...]:
    """The declared systems in their order, with what is known of *year* on *as_of*. *known* are the
    standings of that day, where they are at hand.

    The value of an indicator is that of the year to date; where there is none, that of its latest month.
    Of an indicator that is known of some level only, the uppermost such level is shown, and what is
    real before what a sample made up.
    """
    day = min(max(as_of, dt.date(year, 1, 1)), dt.date(year, 12, 31))
    declared = reader.rows(
        "SELECT s.key, s.name, s.name_en, coalesce(s.section, ''), coalesce(s.unit_id, ''),"
        " coalesce(e.name, ''), coalesce(s.note, ''), s.indicators FROM shared_system s"
        " LEFT JOIN unit_era e ON e.province = s.province AND e.id = s.unit_id"
        " WHERE s.province = :province AND s.ended IS NULL ORDER BY s.place, s.key"
    )
    if not declared:
        return ()
    held: defaultdict[str, list[Standing]] = defaultdict(list)
    for standing in standings(reader, year, day) if known is None else known:
        held[standing.indicator].append(standing)
    values = _newest(reader, year, day)
    rows = {}
    for code, measure, formula, formula_en, *texts in reader.rows(
        "SELECT key, measure, coalesce(formula, ''), coalesce(formula_en, ''), name, name_en,"
        " coalesce(short, name), coalesce(short_en, name_en), unit_of_measure,"
        " coalesce(unit_of_measure_en, unit_of_measure) FROM indicator"
        " WHERE province = :province AND ended IS NULL"
    ):
        newest = values.get(code, _NOTHING)
        targets = tuple(sorted(held[code], key=lambda one: one.level != ALL or bool(one.unit_id)))
        reported = str(measure).startswith("reported.")
        rests_on = formula, formula_en, _assumptions(reader, str(measure), newest)
        rows[code] = SystemRow(*(code, *texts, reported, *newest, targets, *rests_on))
    return tuple(
        System(*(*texts, tuple(rows[code] for code in json.loads(codes) if code in rows)))
        for *texts, codes in declared
    )


def _assumptions(reader: Reader, measure: str, newest: _Newest) -> tuple[dict[str, Any], ...]:
    """What the *newest* value of *measure* rests on beside register and evidence; nothing where none is
    known."""
    known = standard()
    assumes = known[measure].assumes if measure in known else None
    if assumes is None or not newest.period:
        return ()
    return tuple(assumes(reader, span(newest.period).first, dt.date.fromisoformat(newest.until)))


def _newest(reader: Reader, year: int, day: dt.date) -> dict[str, _Newest]:
    periods = {f"p{month}": f"{year:04d}-{month:02d}" for month in range(1, 13)} | {"p0": f"{year:04d}"}
    found: dict[str, _Newest] = {}
    ranks: dict[str, tuple[bool, int, bool, str]] = {}
    order = {level: place for place, level in enumerate((ALL, *LEVELS))}
    for code, level, period, value, low, high, until, inputs in reader.rows(
        "SELECT indicator, level, period, value, low, high, cut_off, inputs FROM observation"  # noqa: S608 - names of parameters
        " WHERE province = :province AND unit_id = '' AND current = 1"
        f" AND value IS NOT NULL AND cut_off <= :day AND period IN ({', '.join(f':{p}' for p in periods)})",
        {"day": day.isoformat(), **periods},
    ):
        said = json.loads(inputs).get("stated") or {}
        rank = (not said.get("sample"), -order.get(level, len(order)), len(period) == 4, period)
        if code in found and ranks[code] >= rank:
            continue
        # What is real before a sample, the province before its levels, the year to date before a month.
        ranks[code] = rank
        found[code] = _Newest(
            level,
            value,
            low,
            high,
            period,
            until,
            said.get("inexact", ""),
            said.get("meaning", ""),
            bool(said.get("sample", False)),
        )
    return found
