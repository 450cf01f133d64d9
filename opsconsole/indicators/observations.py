"""Reading observations: measured values with numerator, denominator, bounds and where they came from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from opsconsole.indicators.naming import InUnits
from opsconsole.indicators.tree import ALL, LEVELS
from opsconsole.periods import span
from opsconsole.store.database import Reader, Value


@dataclass(frozen=True, slots=True)
class Observation(InUnits):
    """A measured value. ``unit_id`` is '' for a level or, with the level ``all``, the province.

    ``value`` is None where there is no data; ``low`` and ``high`` are its bounds over what the
    missing evidence could say. ``rule`` is the rule with its version, ``inputs`` what it was
    measured from, ``cut_off`` the last day that it takes in.
    """

    indicator: str
    unit_id: str
    unit_name: str
    level: str
    period: str
    sequence: int
    version: int
    rule: str
    unit_of_measure: str
    unit_of_measure_en: str
    numerator: float
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    cut_off: str
    measured_at: str
    reason: str
    current: bool
    inputs: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """All fields for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class RuleChange:
    """A value by another rule than the one before: both rules with their versions, both values."""

    indicator: str
    level: str
    period: str
    rule_before: str
    rule: str
    before: float | None
    value: float | None
    unit_of_measure: str


def rule_changes(reader: Reader, since: str, periods: Sequence[str]) -> list[RuleChange]:
    """What was measured from the instant *since* on by another rule than before: the totals of *periods*."""
    rows = reader.rows(
        "SELECT o.indicator, o.level, o.period, p.rule, o.rule, p.value, o.value, "
        "COALESCE(i.unit_of_measure, '') FROM observation o "
        "JOIN observation p ON p.province = o.province AND p.indicator = o.indicator "
        "AND p.unit_id = o.unit_id AND p.level = o.level AND p.period = o.period "
        "AND p.sequence = o.sequence - 1 "
        "LEFT JOIN indicator i ON i.province = o.province AND i.key = o.indicator "
        "WHERE o.province = :province AND o.current = 1 AND o.measured_at >= :since AND o.unit_id = '' "
        "AND o.rule <> p.rule AND p.rule <> '' ORDER BY o.indicator, o.period, o.level",
        {"since": since},
    )
    order = {level: place for place, level in enumerate((ALL, *LEVELS))}
    found = [RuleChange(*row) for row in rows if row[2] in periods]
    return sorted(found, key=lambda one: (one.indicator, one.period, order.get(one.level, len(order))))


def observations(
    reader: Reader,
    *,
    indicator: str | None = None,
    unit: str | None = None,
    level: str | None = None,
    period: str | None = None,
    superseded: bool = False,
) -> list[Observation]:
    """Observations in the order of indicator, period, level (the whole province first) and unit.

    *unit* is a unit id (``05128@2017-10-15``), a code (all its eras) or '' (no unit: totals only).
    *period* is the name of a period, a year without its months. Superseded ones only when asked.
    """
    if period is not None:
        period = span(period).name
    where, values = ["o.province = :province"], dict[str, Value]()
    for column, value in (("indicator", indicator), ("level", level), ("period", period)):
        if value is not None:
            where.append(f"o.{column} = :{column}")
            values[column] = value
    if unit is not None:
        if unit and "@" not in unit:
            where.append("substr(o.unit_id, 1, :width) = :unit")
            values |= {"unit": f"{unit}@", "width": len(unit) + 1}
        else:
            where.append("o.unit_id = :unit")
            values["unit"] = unit
    if not superseded:
        where.append("o.current = 1")
    rows = reader.rows(
        "SELECT o.indicator, o.unit_id, COALESCE(e.name, ''), o.level, o.period, o.sequence, o.version,"  # noqa: S608 - column names from here
        " o.rule, COALESCE(i.unit_of_measure, ''),"
        " COALESCE(i.unit_of_measure_en, i.unit_of_measure, ''), o.numerator, o.denominator, o.value,"
        " o.low, o.high, o.cut_off, o.measured_at, o.reason, o.current, o.inputs FROM observation o"
        " LEFT JOIN unit_era e ON e.province = o.province AND e.id = o.unit_id"
        " LEFT JOIN indicator i ON i.province = o.province AND i.key = o.indicator"
        f" WHERE {' AND '.join(where)}"
        " ORDER BY o.indicator, o.period, o.level, o.unit_id, o.sequence",
        values,
    )
    order = {level: place for place, level in enumerate((ALL, *LEVELS))}
    found = [Observation(*(*row[:18], bool(row[18]), json.loads(row[19]))) for row in rows]
    # Stable: within a level the order of the query stays.
    return sorted(found, key=lambda one: (one.indicator, one.period, order.get(one.level, len(order))))
