"""Measures of what units are connected to: those of which it is declared that they have none.

A unit of which nothing is declared may have it or not, which is in the bounds. A connection counts from
the day since which it holds (always, where none is given) until it is closed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.measures.registry import Additive, Counted, Part, Parts, count
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule


class Connection(NamedTuple):
    """What was declared of a unit from *since* until *ended*: that it has a connection, or none."""

    key: str
    unit: str
    sort: str
    there: bool
    since: str
    ended: str


def connections(ground: Ground) -> list[Connection]:
    """All connections that were ever declared."""
    return [
        Connection(key, unit, sort, bool(there), since, ended)
        for key, unit, sort, there, since, ended in ground.reader.rows(
            "SELECT key, unit_id, sort, there, coalesce(since, ''), coalesce(ended, '9999-12-31')"
            " FROM connection WHERE province = :province"
        )
    ]


def without(sort: str) -> Parts:
    """units.without_lan and units.without_internet: the units that stand on the last day and have no
    connection of *sort* on it."""

    def measure(ground: Ground, rule: Rule | None, period: Period) -> Counted:
        day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)
        said: defaultdict[str, list[bool]] = defaultdict(list)
        for one in ground.once(connections):
            if one.sort == sort and one.since <= day < one.ended:
                said[holders.get(one.unit, one.unit)].append(one.there)
        parts, known = [], 0
        units = ground.tree.in_force(period.units_on)
        for unit in units:
            # Of units that have become one, one connection is enough.
            has = any(said[unit]) if unit in said else None
            known += has is not None
            none = has is False
            parts.append(
                Part(
                    unit, "unit", unit, (has,), none, 0, none, has is not True, register=mark(unit, sort, has)
                )
            )
        return Counted(parts, known, len(units), known > 0)

    return measure


MEASURES = tuple(
    Additive(
        name=f"units.without_{sort}",
        unit_of_measure="count",
        accumulates="state",
        reads=("connections",),
        finish=count,
        parts=without(sort),
        facts={"unit": ("connected",)},
    )
    for sort in ("lan", "internet")
)
