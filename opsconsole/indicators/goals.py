"""The declared targets of a year as they stand on a day: whose they are after units were merged.

A target of a unit goes with the unit. When several units with targets for one indicator have become
one, theirs become one target by the rule that they declare (``when-merged:``):

* **add**: the values add up, and so do the baselines where all have one;
* **strictest**: the greatest value holds of targets to reach at least, the least of those to stay
  below; of ``exactly`` there is no stricter one, so the targets stay side by side;
* **mean**: the mean of the values holds;
* **lapse**: a target ends with its unit, also where only one of the merged units had one.

Without a declared rule counts and hours add up, and of shares and ratios the strictest holds.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from opsconsole.indicators.tree import ALL, Tree
from opsconsole.store.database import Reader

SHARES = ("percent", "ratio")  # units of measure whose targets do not add up unless they say so


@dataclass(frozen=True, slots=True)
class Goal:
    """A target on a day. *keys* are the declared targets that it comes from, *unit* who holds it now
    (None: a level), *declared* the units that they were declared for. *of_level* is the level or ``all``
    whose target it is where a single unit is held against it, else ''."""

    keys: tuple[str, ...]
    indicator: str
    name: str
    name_en: str
    short: str
    short_en: str
    unit_of_measure: str
    unit_of_measure_en: str
    measure: str
    level: str
    unit: str | None
    declared: tuple[str, ...]
    value: float
    direction: str
    pace: str
    baseline: float | None
    when_merged: str
    source: str
    page: str | None
    basis: str = ""
    of_level: str = ""


def goals(reader: Reader, year: int, day: dt.date, tree: Tree) -> list[Goal]:
    """The targets of *year* that stand, as of *day*: those of levels, and those of units by the unit that
    holds them on that day."""
    found: list[Goal] = []
    of_units: defaultdict[tuple[str, str], list[Goal]] = defaultdict(list)
    for key, unit, *values in reader.rows(
        "SELECT t.key, t.unit_id, t.indicator, i.name, i.name_en, coalesce(i.short, i.name),"
        " coalesce(i.short_en, i.name_en), i.unit_of_measure,"
        " coalesce(i.unit_of_measure_en, i.unit_of_measure), i.measure, t.level, t.value,"
        " t.direction, t.pace, t.baseline, coalesce(t.when_merged, ''), t.source, t.page,"
        " coalesce(t.basis, '') FROM target t"
        " JOIN indicator i ON i.province = t.province AND i.key = t.indicator"
        " WHERE t.province = :province AND t.year = :year AND t.ended IS NULL AND i.ended IS NULL"
        " ORDER BY t.key",
        {"year": year},
    ):
        goal = Goal(*((key,), *values[:9], unit, (unit,) if unit else (), *values[9:]))
        if goal.unit is None:
            found.append(goal)
        else:
            of_units[goal.indicator, tree.holders(day).get(goal.unit, goal.unit)].append(goal)
    if of_units:
        members = _members(tree, day)
        for (_indicator, holder), several in of_units.items():
            found += _joined(several, holder, members.get(holder, (holder,)), tree)
    return found


def members_of(tree: Tree, unit: str, day: dt.date) -> tuple[str, ...]:
    """The units whose things *unit* holds on *day*, itself among them, sorted."""
    return _members(tree, day).get(unit, (unit,))


def _members(tree: Tree, day: dt.date) -> Mapping[str, tuple[str, ...]]:
    begun = tree.begun(day)  # what is yet to come is held by somebody, too
    found: defaultdict[str, set[str]] = defaultdict(set)
    for unit, holder in tree.holders(day).items():
        found[holder] |= {unit, holder} & begun
    return {holder: tuple(sorted(units)) for holder, units in found.items()}


def _joined(several: list[Goal], holder: str, members: tuple[str, ...], tree: Tree) -> list[Goal]:
    """What the targets *several*, whose units are now *holder*, have become."""
    level = tree.level(holder) or several[0].level
    rules = {goal.when_merged for goal in several} - {""}
    by_default = "strictest" if several[0].unit_of_measure in SHARES else "add"
    # Declared ones agree (the check of targets sees to it); what was applied apart is taken strictly.
    rule = rules.pop() if len(rules) == 1 else by_default if not rules else "strictest"
    declared = tuple(sorted(unit for goal in several for unit in goal.declared))
    # An era that begins anew when a neighbour is taken in is the same unit by its code.
    codes = {unit.split("@")[0] for unit in members}
    if rule == "lapse" and len(codes) > 1:
        return []
    if len(several) == 1:
        return [replace(several[0], unit=holder, level=level)]
    direction = several[0].direction
    same = {(goal.direction, goal.value) for goal in several}
    apart = len({goal.direction for goal in several}) > 1 or (rule == "strictest" and direction == "exactly")
    if apart and len(same) > 1:
        return [replace(goal, unit=holder, level=level) for goal in several]
    first = several[0]
    if rule == "add":
        known = [goal.baseline for goal in several if goal.baseline is not None]
        value = sum(goal.value for goal in several)
        baseline = sum(known) if len(known) == len(several) else None
    elif rule == "mean":
        known = [goal.baseline for goal in several if goal.baseline is not None]
        value = sum(goal.value for goal in several) / len(several)
        baseline = sum(known) / len(known) if len(known) == len(several) else None
    else:
        pick = min if direction == "at-most" else max
        first = pick(several, key=lambda goal: goal.value)
        value, baseline = first.value, first.baseline
    keys = tuple(key for goal in several for key in goal.keys)
    return [
        replace(first, keys=keys, unit=holder, level=level, declared=declared, value=value, baseline=baseline)
    ]


def asked_of(found: list[Goal], unit: str, level: str, single: frozenset[str]) -> list[Goal]:
    """What *found* asks of one *unit* of *level*: its own targets, and for indicators of which it has
    none the target of its level (else of the whole province), as far as that can be asked of a unit: a
    share or a ratio of an indicator in *single*, which has values of single units. A count of a whole
    level is nobody's."""
    chosen = [goal for goal in found if goal.unit == unit]
    own = {goal.indicator for goal in chosen}
    for wanted in (level, ALL):
        fitting = [
            goal
            for goal in found
            if goal.unit is None
            and goal.level == wanted
            and goal.indicator not in own
            and goal.indicator in single
            and goal.unit_of_measure in SHARES
        ]
        chosen += [
            replace(goal, unit=unit, level=level, of_level=wanted, declared=(unit,)) for goal in fitting
        ]
        own |= {goal.indicator for goal in fitting}
    return chosen
