"""What a measure is, what it yields, and the registry of measures by name.

A measure gives *parts*, the rows that it counts. ``take`` sums them into values and ``one`` lists
them beside the sum of the very same parts: there is no second way to a figure.
"""

from __future__ import annotations

import datetime as dt
import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule
from opsconsole.indicators.tree import ALL, LEVELS, Tree
from opsconsole.store.database import Reader

# Sums must not depend on the order of rows, so nothing is added up in floating point.
Exact: TypeAlias = "int | Fraction"


class Result(NamedTuple):
    """One measured value, of a unit, of all units of a level (``unit_id`` ''), or of the whole
    province (level ``all``).

    *value* is None where nothing is known; *low* and *high* are its bounds over all that the
    missing evidence could have said. *register* and *evidence* are fingerprints of the rows it was
    measured from; *known* of *asked* days (or sessions, or units that report) of the period have
    evidence. *cut_off* is the last day that it takes in, where that is not the end of the period, and
    *stated* what the sources of reported figures say of them.
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
    cut_off: str = ""
    stated: Mapping[str, Any] | None = None


class Part(NamedTuple):
    """One row that a measure counts: a mailbox, a person, an asset, a session, a site in a session.

    *sort* says which, *key* names it, *facts* are what decided (``Measure.facts`` has their names).
    It adds *numerator* and *denominator* to those of *unit*; *low* and *high* are the numerators
    that the missing evidence could have given, *unknown* how much more the denominator then is.
    """

    unit: str
    sort: str
    key: str
    facts: tuple[Any, ...] = ()
    numerator: Exact = 0
    denominator: Exact = 0
    low: Exact = 0
    high: Exact = 0
    unknown: int = 0
    register: int = 0
    evidence: int = 0


# The fields of a part in their order. A year of a province has a million parts, and to make objects of
# them would take longer than to sum them: a measure of many may give its parts so.
Fields: TypeAlias = "tuple[str, str, str, tuple[Any, ...], Exact, Exact, Exact, Exact, int, int, int]"


@dataclass(slots=True)
class Tally:
    """Countable parts of a share or a count, which add up over units."""

    numerator: Exact = 0
    denominator: Exact = 0
    low: Exact = 0
    high: Exact = 0
    unknown: int = 0
    register: int = 0
    evidence: int = 0

    def add(self, other: Tally | Part) -> None:
        """Take in *other*."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.low += other.low
        self.high += other.high
        self.unknown += other.unknown
        self.register += other.register
        self.evidence += other.evidence

    @property
    def rest(self) -> Tally:
        """What a measure counts that counts of the same rows what this one does not."""
        every = self.denominator
        counted = every - self.numerator, every, every - self.high, every - self.low
        return Tally(*counted, self.unknown, self.register, self.evidence)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a measure counted in a period.

    *known* of *asked* days or sessions have evidence; without *there* nobody can know the value.
    *units* have a value even where they have no part. *register* and *evidence* are fingerprints of
    rows that are no part and still decide. *context* is what held for all parts (required days, a
    tolerance), for whoever explains the value.
    """

    parts: Iterable[Fields]
    known: int = 1
    asked: int = 1
    there: bool = True
    units: Collection[str] = ()
    register: int = 0
    evidence: int = 0
    context: Mapping[str, Any] = field(default_factory=dict)


Finish: TypeAlias = "Callable[[str, str, Tally, Counted], Result]"
Parts: TypeAlias = "Callable[[Ground, Rule | None, Period], Counted]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(ABC):
    """A built-in measure.

    *unit_of_measure* is what an indicator of it must say ('' where it may say anything). *accumulates*
    says how the months of a year make the year: ``sum`` (sessions), ``state`` (as of the last day: its
    parts are the same for every period that ends on it), ``rate`` (a share of the whole period). *rule* is
    what it asks of a rule: '' (it counts by none), ``use`` (what use is, of which mailboxes), ``regular``
    (on how many days, too) or ``idle`` (after how many days without use, too). *system* names the evidence
    it reads, '' where the register is enough; *reads* are the kinds of declared things it reads beside the
    units. *looks_back* says that evidence of
    before the period decides too. *facts* names the facts of each sort of part. *finish* makes a value of
    a sum. *assumes* gives what its values rest on beside register and evidence in the days from one to
    another: declared rates, which are printed beside them.
    """

    name: str
    unit_of_measure: str
    accumulates: str
    reads: tuple[str, ...]
    finish: Finish
    rule: str = ""
    system: str = ""
    looks_back: bool = False
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assumes: Callable[[Reader, dt.date, dt.date], list[dict[str, Any]]] | None = None

    @abstractmethod
    def take(self, ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
        """All values of *period*: of units, levels and the province."""

    @abstractmethod
    def one(
        self, ground: Ground, rule: Rule | None, period: Period, unit: str, level: str
    ) -> tuple[Result, list[Part], Counted]:
        """One value of *period* (as in Result: *unit* '' for a level or the province) with the parts
        that it is the sum of."""

    def among(
        self, ground: Ground, rule: Rule | None, period: Period, units: Collection[str], unit: str, level: str
    ) -> tuple[Result, list[Part], Counted]:
        """The value of *units* together, called that of *unit*, with its parts. Refuses where the values
        of several units make none."""
        raise Refused(_("'{measure}' has no value of several units together").format(measure=self.name))

    @property
    def meaning(self) -> str:
        """What its values depend on beside rule and rows: another meaning makes other values."""
        return self.name

    @property
    def needs_rule(self) -> bool:
        """Whether it counts by a rule."""
        return bool(self.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Additive(Measure):
    """A measure whose levels are the sums of their units. *of_units*: single units have a value.
    *kept*: another measure stands on the sums of this one. *rest_of* are the parts of a measure of a state
    of which this one counts the very rest: what that does not count, it counts, of the same rows."""

    parts: Parts
    of_units: bool = True
    kept: bool = False
    rest_of: Parts | None = None

    def take(self, ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
        tree = ground.tree
        counted, tallies = self._sums(ground, rule, period)
        results = [self.finish("", level, total, counted) for level, total in totals(tallies, tree).items()]
        if self.of_units:
            results += [
                self.finish(unit, tree.level(unit), tally, counted)
                for unit, tally in tallies.items()
                if tree.level(unit)
            ]
        return results

    def _sums(self, ground: Ground, rule: Rule | None, period: Period) -> tuple[Counted, dict[str, Tally]]:
        if self.kept:
            return sums(ground, self.parts, rule, period)
        if self.accumulates != "state":
            return _sums(ground, self.parts, rule, period)
        # The parts of a state are those of its last day, whatever period ends on it.
        counted = self.parts(ground, rule, period)
        chosen = self.rest_of or self.parts
        made = counted if chosen is self.parts else chosen(ground, rule, period)
        as_of = (period.last, period.over, period.units_on)
        tallies = ground.once(lambda _ground: tallied(made), ("state", chosen, rule, *as_of))
        return counted, tallies if made is counted else {unit: one.rest for unit, one in tallies.items()}

    def one(
        self, ground: Ground, rule: Rule | None, period: Period, unit: str, level: str
    ) -> tuple[Result, list[Part], Counted]:
        counted, level_of = self.parts(ground, rule, period), ground.tree.level
        parts = map(Part._make, counted.parts)
        if unit:
            chosen = [part for part in parts if part.unit == unit]
        elif level == ALL:
            chosen = list(parts)
        else:
            chosen = [part for part in parts if level_of(part.unit) == level]
        return self.finish(unit, level, summed(chosen), counted), chosen, counted

    def among(
        self, ground: Ground, rule: Rule | None, period: Period, units: Collection[str], unit: str, level: str
    ) -> tuple[Result, list[Part], Counted]:
        counted = self.parts(ground, rule, period)
        chosen = [part for part in map(Part._make, counted.parts) if part.unit in units]
        return self.finish(unit, level, summed(chosen), counted), chosen, counted


def sums(ground: Ground, parts: Parts, rule: Rule | None, period: Period) -> tuple[Counted, dict[str, Tally]]:
    """What *parts* counted (its parts are used up) and their sums of each unit; made once."""
    return ground.once(lambda ground: _sums(ground, parts, rule, period), ("sums", parts, rule, period))


def _sums(
    ground: Ground, parts: Parts, rule: Rule | None, period: Period
) -> tuple[Counted, dict[str, Tally]]:
    counted = parts(ground, rule, period)
    return counted, tallied(counted)


def tallied(counted: Counted) -> dict[str, Tally]:
    """The sums of the parts of each unit."""
    rows: dict[str, list[Any]] = {unit: [0] * 7 for unit in counted.units}
    # Hundreds of thousands of parts a run: the fields by their place, not by their names.
    for unit, _sort, _key, _facts, above, below, low, high, unknown, register, evidence in counted.parts:
        row = rows.get(unit)
        if row is None:
            rows[unit] = [above, below, low, high, unknown, register, evidence]
            continue
        row[0] += above
        row[1] += below
        row[2] += low
        row[3] += high
        row[4] += unknown
        row[5] += register
        row[6] += evidence
    return {unit: Tally(*row) for unit, row in rows.items()}


def summed(parts: Iterable[Part]) -> Tally:
    """The sum of *parts*."""
    tally = Tally()
    for part in parts:
        tally.add(part)
    return tally


def plain(number: Exact) -> float:
    """*number* as an int where it is whole, else as a float."""
    return int(number) if number == int(number) else float(number)


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
        hint = (
            _("did you mean '{near}'?").format(near=near[0])
            if near
            else _("known: {names}").format(names=", ".join(sorted(self._measures)))
        )
        raise Refused(_("there is no measure '{name}'; {hint}").format(name=name, hint=hint))


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
    added = {}
    for level, members in levels_of(tallies, tree).items():
        total = added[level] = Tally()
        for unit in members:
            total.add(tallies[unit])
    added.setdefault(ALL, Tally())
    return added


# --- from a sum to a value ---------------------------------------------------------------------


def _result(
    unit_id: str,
    level: str,
    tally: Tally,
    counted: Counted,
    figures: tuple[float, float | None, float | None, float | None, float | None],
) -> Result:
    prints = tally.register + counted.register, tally.evidence + counted.evidence
    return Result(unit_id, level, *figures, *prints, counted.known, counted.asked)


_NOTHING = (0.0, None, None, None, None)


def share(unit_id: str, level: str, tally: Tally, counted: Counted) -> Result:
    """*tally* as a percentage; without a value where nothing was counted or nothing is known."""
    below = float(tally.denominator)
    if not below or not counted.there:
        return _result(unit_id, level, tally, counted, _NOTHING)
    above, most = float(tally.numerator), below + tally.unknown
    bounds = 100 * float(tally.low) / most, 100 * float(tally.high) / most
    return _result(unit_id, level, tally, counted, (above, below, 100 * above / below, *bounds))


def count(unit_id: str, level: str, tally: Tally, counted: Counted) -> Result:
    """*tally* as a number of its own, without a denominator; without a value where nothing is known."""
    if not counted.there:
        return _result(unit_id, level, tally, counted, _NOTHING)
    number = float(tally.numerator)
    figures = (number, None, number, float(tally.low), float(tally.high))
    return _result(unit_id, level, tally, counted, figures)


def at_least(unit_id: str, level: str, tally: Tally, counted: Counted) -> Result:
    """*tally* as a number of its own; without an upper bound where a session or a part is not known."""
    found = count(unit_id, level, tally, counted)
    return found._replace(high=None) if tally.unknown or counted.known < counted.asked else found


def hours(unit_id: str, level: str, tally: Tally, counted: Counted) -> Result:
    """*tally*, counted in seconds, as hours; without a value where nothing is known."""
    if not counted.there:
        return _result(unit_id, level, tally, counted, _NOTHING)
    number = float(tally.numerator) / SECONDS_OF_AN_HOUR
    bounds = float(tally.low) / SECONDS_OF_AN_HOUR, float(tally.high) / SECONDS_OF_AN_HOUR
    return _result(unit_id, level, tally, counted, (number, None, number, *bounds))


def ratio(unit_id: str, level: str, tally: Tally, counted: Counted) -> Result:
    """*tally* as so many to one; without an upper bound where evidence is missing, since nobody
    can say how much more there was."""
    below = float(tally.denominator)
    if not below or not counted.there:
        return _result(unit_id, level, tally, counted, _NOTHING)
    above = float(tally.numerator)
    high = float(tally.high) / below if counted.known >= counted.asked else None
    figures = (above, below, above / below, float(tally.low) / below, high)
    return _result(unit_id, level, tally, counted, figures)


SECONDS_OF_AN_HOUR = 3600
