"""Measures of equipment: how much of it the units hold.

An asset counts on a day that is not before its purchase (or, where no purchase date is declared,
the day it was put to use) and before the day on which its disposal is dated. It counts with the
unit that holds it on that day. Nothing but the register is asked, so the value has no bounds.
"""

from __future__ import annotations

from collections import defaultdict

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.measures.registry import Measure, Result, Tally, count, totals
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule

# (unit, first day or '', day of the end or '9999-12-31', fingerprint)
_Asset = tuple[str, str, str, int]


def _assets(ground: Ground) -> list[_Asset]:
    return [
        (unit, begins, ended, mark(key, unit))
        for chunk in ground.reader.chunks(
            "SELECT key, unit_id, COALESCE(bought, used_from, ''), COALESCE(ended, '9999-12-31') FROM asset"
            " WHERE province = :province",
            size=5000,
        )
        for key, unit, begins, ended in chunk
    ]


def held(ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
    """assets.count: the assets that each unit holds on the last day of *period*.

    Every unit that stands on that day has a value, 0 where it holds nothing.
    """
    tree, day = ground.tree, period.last.isoformat()
    holders = tree.holders(period.last)
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for unit in tree.in_force(period.last):
        tallies[unit] = Tally()
    for unit, begins, ended, fingerprint in ground.once(_assets):
        if begins <= day < ended:
            tally = tallies[holders.get(unit, unit)]
            tally.numerator += 1
            tally.register += fingerprint
    for tally in tallies.values():
        tally.low = tally.high = tally.numerator
    results = [count("", level, total, 1, 1) for level, total in totals(tallies, tree).items()]
    results += [
        count(unit, tree.level(unit), tally, 1, 1) for unit, tally in tallies.items() if tree.level(unit)
    ]
    return results


MEASURES = (Measure("assets.count", "count", "state", False, "", held),)
