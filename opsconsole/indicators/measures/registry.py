"""What a measure is, what it yields, and the registry of measures by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from opsconsole.errors import Refused
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule
from opsconsole.indicators.tree import ALL, LEVELS, Tree


class Result(NamedTuple):
    """One measured value, of a unit, of all units of a level (``unit_id`` ''), or of the whole
    province (level ``all``).

    *value* is None where nothing is known; *low* and *high* are its bounds over all that the
    missing evidence could have said. *register* and *evidence* are fingerprints of the rows it was
    measured from; *known* of *asked* days (or sessions) of the period have evidence.
    """

    unit_id: str
    level: str
    numerator: float
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    register: int
    evidence: int
    known: int
    asked: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A built-in measure.

    *unit_of_measure* is what an indicator of it must say. *accumulates* says how the months of a
    year make the year: ``sum`` (sessions), ``state`` (as of the last day), ``rate`` (a share of the
    whole period). *system* names the evidence it reads, '' where the register is enough.
    """

    name: str
    unit_of_measure: str
    accumulates: str
    needs_rule: bool
    system: str
    take: Callable[[Ground, Rule | None, Period], list[Result]]


class Measures:
    """A registry of measures: refuses two of one name, and says what it knows."""

    def __init__(self, measures: Iterable[Measure] = ()) -> None:
        self._measures: dict[str, Measure] = {}
        for measure in measures:
            self.add(measure)

    def add(self, measure: Measure) -> None:
        """Register *measure*."""
        if measure.name in self._measures:
            raise ValueError(f"two measures are called {measure.name!r}")
        self._measures[measure.name] = measure

    def __iter__(self) -> Iterator[Measure]:
        return iter(self._measures.values())

    def __contains__(self, name: str) -> bool:
        return name in self._measures

    def __getitem__(self, name: str) -> Measure:
        if name in self._measures:
            return self._measures[name]
        near = difflib.get_close_matches(name, self._measures, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(sorted(self._measures))}"
        raise Refused(f"there is no measure '{name}'; {hint}")


@dataclass(slots=True)
class Tally:
    """Countable parts of a share or a count, which add up over units."""

    numerator: float = 0
    denominator: float = 0
    low: float = 0
    high: float = 0
    register: int = 0
    evidence: int = 0

    def add(self, other: Tally) -> None:
        """Take in *other*."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.low += other.low
        self.high += other.high
        self.register += other.register
        self.evidence += other.evidence


def levels_of(units: Iterable[str], tree: Tree) -> dict[str, list[str]]:
    """*units* by the level to which each counts, ``all`` last; a level without units is left out."""
    grouped: dict[str, list[str]] = {level: [] for level in (*LEVELS, ALL)}
    for unit in units:
        level = tree.level(unit)
        if level in grouped:
            grouped[level].append(unit)
        grouped[ALL].append(unit)
    return {level: members for level, members in grouped.items() if members}


def totals(tallies: dict[str, Tally], tree: Tree) -> dict[str, Tally]:
    """The sums of the units' *tallies* for each level and for ``all``."""
    summed = {}
    for level, members in levels_of(tallies, tree).items():
        total = summed[level] = Tally()
        for unit in members:
            total.add(tallies[unit])
    summed.setdefault(ALL, Tally())
    return summed


def share(unit_id: str, level: str, tally: Tally, known: int, asked: int) -> Result:
    """*tally* as a percentage; without a value where nothing was counted or nothing is known."""
    below = tally.denominator
    if not below or not known:
        prints = tally.register, tally.evidence
        return Result(unit_id, level, 0.0, None, None, None, None, *prints, known, asked)
    return Result(
        unit_id,
        level,
        float(tally.numerator),
        float(below),
        100 * tally.numerator / below,
        100 * tally.low / below,
        100 * tally.high / below,
        tally.register,
        tally.evidence,
        known,
        asked,
    )


def count(unit_id: str, level: str, tally: Tally, known: int, asked: int) -> Result:
    """*tally* as a number of its own, without a denominator; without a value where nothing is known."""
    there = bool(known)
    return Result(
        unit_id,
        level,
        float(tally.numerator) if there else 0.0,
        None,
        float(tally.numerator) if there else None,
        float(tally.low) if there else None,
        float(tally.high) if there else None,
        tally.register,
        tally.evidence,
        known,
        asked,
    )
