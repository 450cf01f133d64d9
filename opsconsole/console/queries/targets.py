"""Targets with the months behind them, and one indicator over all units and months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.console.bars import sparkline
from opsconsole.store.database import Reader, Value

if TYPE_CHECKING:
    from opsconsole.indicators.targets import Standing

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Course:
    """A target as it stands, and the value of each month of the year; None: not known. *ended* of the
    months are over by the day that is asked for."""

    standing: Standing
    months: tuple[float | None, ...]
    ended: int = MONTHS

    @property
    def line(self) -> str:
        """The months as a row of bars, as wide as a year: blank where they are not over."""
        most = 100.0 if self.standing.unit_of_measure == "percent" else None
        return sparkline(list(self.months[: self.ended]), most).ljust(MONTHS)


@dataclass(frozen=True, slots=True)
class UnitMonths:
    """A unit with the value of an indicator in each month of a year; *level* is that of the unit."""

    unit: str
    name: str
    level: str
    months: tuple[float | None, ...]

    @property
    def last(self) -> float | None:
        """The newest value that is known."""
        return next((value for value in reversed(self.months) if value is not None), None)


def courses(reader: Reader, year: int, day: dt.date, unit: str | None = None) -> list[Course]:
    """The targets of *year* as they stand on *day* (of one *unit*, see ``standings``), with their months."""
    from opsconsole.indicators.targets import standings

    found = standings(reader, year, day, unit=unit)
    months = _months(reader, year, day, found)
    nothing: tuple[float | None, ...] = (None,) * MONTHS
    ended = 0 if day.year < year else MONTHS
    if day.year == year:
        ended = (day + dt.timedelta(days=1)).month - 1 if day < dt.date(year, 12, 31) else MONTHS
    return [Course(one, months.get(_place(one), nothing), ended) for one in found]


def _place(one: Standing) -> tuple[str, str, str]:
    return (one.indicator, one.unit_id, "") if one.unit_id else (one.indicator, "", one.level)


def _months(
    reader: Reader, year: int, day: dt.date, found: Iterable[Standing]
) -> dict[tuple[str, str, str], tuple[float | None, ...]]:
    """(indicator, unit or '', level or '') → the values of the months that end by *day*."""
    chosen = list(found)
    indicators = _named("i", sorted({one.indicator for one in chosen}))
    units = _named("u", sorted({one.unit_id or "" for one in chosen}))
    periods = _named("p", [f"{year:04d}-{month:02d}" for month in range(1, MONTHS + 1)])
    if not chosen:
        return {}
    values: dict[tuple[str, str, str], list[float | None]] = {}
    for indicator, unit, level, period, value in reader.rows(
        "SELECT indicator, unit_id, level, period, value FROM observation"  # noqa: S608 - names of parameters
        f" WHERE province = :province AND current = 1 AND indicator IN ({_list(indicators)})"
        f" AND period IN ({_list(periods)}) AND unit_id IN ({_list(units)}) AND cut_off <= :day",
        {**indicators, **units, **periods, "day": day.isoformat()},
    ):
        row = values.setdefault((indicator, unit, "" if unit else level), [None] * MONTHS)
        row[int(period[5:7]) - 1] = value
    return {place: tuple(row) for place, row in values.items()}


def heat(reader: Reader, indicator: str, year: int, level: str | None = None) -> list[UnitMonths]:
    """*indicator* in each month of *year* of every unit that has a value (of one *level*, or all), in
    the order of levels and names."""
    periods = _named("p", [f"{year:04d}-{month:02d}" for month in range(1, MONTHS + 1)])
    values: dict[str, list[float | None]] = {}
    facts: dict[str, tuple[str, str, str]] = {}
    for unit, name, key, its_level, period, value in reader.rows(
        "SELECT o.unit_id, COALESCE(e.name, o.unit_id), COALESCE(e.sort_key, ''), o.level, o.period, o.value"  # noqa: S608 - names of parameters
        " FROM observation o LEFT JOIN unit_era e ON e.province = o.province AND e.id = o.unit_id"
        " WHERE o.province = :province AND o.current = 1 AND o.indicator = :indicator"
        f" AND o.period IN ({_list(periods)}) AND o.unit_id <> ''",
        {**periods, "indicator": indicator},
    ):
        if level is not None and its_level != level:
            continue
        facts[unit] = (name, key, its_level)
        values.setdefault(unit, [None] * MONTHS)[int(period[5:7]) - 1] = value
    order = {each: place for place, each in enumerate(("province", "department", "district", "commune"))}
    known = [unit for unit, row in values.items() if any(value is not None for value in row)]
    known.sort(key=lambda unit: (order.get(facts[unit][2], 9), facts[unit][1], unit))
    return [UnitMonths(unit, facts[unit][0], facts[unit][2], tuple(values[unit])) for unit in known]


def of_single_units(reader: Reader, indicator: str) -> str | None:
    """The indicator whose values of single units *indicator* is the mean of; None where there is none."""
    found = reader.value(
        "SELECT p.key FROM indicator m JOIN indicator p ON p.province = m.province AND p.ended IS NULL"
        " AND p.measure = replace(m.measure, '.mean', '.pooled')"
        " AND COALESCE(p.rule, '') = COALESCE(m.rule, '')"
        " WHERE m.province = :province AND m.key = :indicator AND m.measure LIKE '%.mean'"
        " ORDER BY p.key LIMIT 1",
        {"indicator": indicator},
    )
    return None if found is None else str(found)


def years_with_targets(reader: Reader) -> list[int]:
    """The years for which targets are declared, in order."""
    rows = reader.rows(
        "SELECT DISTINCT year FROM target WHERE province = :province AND ended IS NULL ORDER BY year"
    )
    return [int(year) for (year,) in rows]


def _named(prefix: str, values: Iterable[Value]) -> dict[str, Value]:
    return {f"{prefix}{number}": value for number, value in enumerate(values)}


def _list(names: Iterable[str]) -> str:
    return ", ".join(f":{name}" for name in names) or "''"
