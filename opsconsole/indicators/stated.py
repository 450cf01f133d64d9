"""What documents state of indicators in a year: the figures that targets of the next year begin at.

Samples are left out: nobody stated them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from opsconsole.dayspans import days_of
from opsconsole.indicators.naming import InUnits, Named
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class Stated(Named, InUnits):
    """A figure that a document states of an indicator: of a unit, or of all units of *level*. *counts* is
    False where another figure replaces it; *until* is the last day that it takes in."""

    key: str
    indicator: str
    name: str
    name_en: str
    short: str
    short_en: str
    unit_of_measure: str
    unit_of_measure_en: str
    level: str
    unit_id: str | None
    period: str
    until: str
    value: float
    inexact: str
    meaning: str
    source: str
    place: str
    note: str
    counts: bool

    @property
    def data(self) -> dict[str, Any]:
        """All fields for JSON."""
        return asdict(self)


def stated(reader: Reader, year: int) -> list[Stated]:
    """What documents state of the indicators for periods that end in *year*, in the order of indicator
    and level; of one value the figure that counts first."""
    found = []
    replaced = set()
    for row in reader.rows(
        "SELECT f.key, f.replaces, f.indicator, i.name, i.name_en, coalesce(i.short, i.name),"
        " coalesce(i.short_en, i.name_en), i.unit_of_measure,"
        " coalesce(i.unit_of_measure_en, i.unit_of_measure), coalesce(f.level, 'all'), f.unit_id, f.period,"
        " f.stated, f.value, coalesce(f.inexact, ''), coalesce(f.meaning, ''), f.source,"
        " coalesce(f.place, ''), coalesce(f.note, ''), i.period_rule FROM figure f"
        " JOIN indicator i ON i.province = f.province AND i.key = f.indicator"
        " WHERE f.province = :province AND f.ended IS NULL AND i.ended IS NULL AND f.sample = 0"
        " ORDER BY f.key"
    ):
        key, replaces, *middle, period, said_on, value = row[:14]
        *rest, rule = row[14:]
        _first, end = days_of(period, mid_month=rule == "15th-to-14th")
        if end.year != year:
            continue
        if replaces:
            replaced.add(replaces)
        until = min(end, dt.date.fromisoformat(said_on)) if said_on else end
        found.append(Stated(*(key, *middle, period, until.isoformat(), float(value), *rest, True)))
    return sorted(
        (_counting(one, replaced) for one in found),
        key=lambda one: (one.indicator, one.level, one.unit_id or "", one.until, not one.counts, one.key),
    )


def _counting(one: Stated, replaced: set[str]) -> Stated:
    return replace(one, counts=False) if one.key in replaced else one


def newest(several: Iterable[Stated]) -> dict[tuple[str, str], list[Stated]]:
    """(indicator, unit or level) → the figure that counts and reaches farthest, and with it those of the
    same period that it replaces."""
    groups: defaultdict[tuple[str, str], list[Stated]] = defaultdict(list)
    for one in several:
        groups[one.indicator, one.unit_id or one.level].append(one)
    found = {}
    for place, figures in groups.items():
        last = max((one for one in figures if one.counts), key=lambda one: (one.until, one.key), default=None)
        if last is not None:
            found[place] = [last, *(o for o in figures if not o.counts and o.period == last.period)]
    return found
