"""Measures of what people report: the figures that name an indicator make its values.

A value of a level or of the province is the one that is stated of it; where none is, the figures of the
units add up. Shares never add up: they are stated, or made of the figures of other indicators (numerator
and denominator), which must reach equally far.

What is real and what a sample made up never come together in one value, and where a real figure speaks,
the sample is silent.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from opsconsole.indicators.figures import Figure, figures, making
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.measures.registry import Counted, Measure, Part, Result, Tally, count, summed
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule
from opsconsole.indicators.tree import ALL, LEVELS

FACTS = (
    "role",
    "value",
    "unit_of_measure",
    "unit_of_measure_en",
    "figure_from",
    "figure_until",
    "source",
    "place",
    "page",
    "quote",
    "note",
    "inexact",
    "meaning",
    "is_sample",
    "file",
    "line",
    "revision",
    "applied_at",
    "applied_by",
    "applied_reason",
)


class Chosen(NamedTuple):
    """What makes one figure of one indicator: *figures*, of *known* of the *asked* units that report; they
    reach up to *until* at least."""

    figures: tuple[Figure, ...]
    until: dt.date
    known: int = 1
    asked: int = 1

    @property
    def value(self) -> Fraction:
        """Their sum."""
        return sum((one.value for one in self.figures), Fraction())


class Value(NamedTuple):
    """A value with its parts: *over* None where it is not a share; *beside* are figures that state it too
    and do not count."""

    above: Chosen
    over: Chosen | None
    beside: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported(Measure):
    """The values of the indicator *code* by the figures that name it; bound to it by ``declared``.

    *numerators* and *denominators* are the indicators that a share is made of, *percent* says that
    a value is a percentage, *levels* are those of the units that report (none given: any).
    *mid_month*: its months go from the 15th to the 14th.
    """

    code: str = ""
    numerators: tuple[str, ...] = ()
    denominators: tuple[str, ...] = ()
    percent: bool = False
    levels: tuple[str, ...] = ()
    mid_month: bool = False
    of_units: bool = field(default=True, init=False)

    @property
    def meaning(self) -> str:
        parts = (*self.numerators, "/", *self.denominators)
        return f"{self.name} {self.unit_of_measure} {parts} {self.levels} {self.mid_month}"

    @property
    def adds_up(self) -> bool:
        """Whether what units report makes that of their level."""
        return not self.percent and self.accumulates != "rate"

    def take(self, ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
        asked = _Asked(self, ground, period)
        found = [(asked.value(*place), *place) for place in asked.places()]
        return [asked.result(*one) for one in found if one[0] or one[1:] == ("", ALL)]

    def one(
        self, ground: Ground, rule: Rule | None, period: Period, unit: str, level: str
    ) -> tuple[Result, list[Part], Counted]:
        asked = _Asked(self, ground, period)
        return asked.with_rows(asked.value(unit, level), unit, level)

    def among(
        self, ground: Ground, rule: Rule | None, period: Period, units: Collection[str], unit: str, level: str
    ) -> tuple[Result, list[Part], Counted]:
        if not (self.adds_up or self.numerators):
            return Measure.among(self, ground, rule, period, units, unit, level)
        asked = _Asked(self, ground, period)
        return asked.with_rows(asked.together(units), unit, level)


class _Asked:
    """One indicator in one period."""

    def __init__(self, measure: Reported, ground: Ground, period: Period) -> None:
        self.measure, self.ground, self.period = measure, ground, period
        self.holders = ground.tree.holders(period.units_on)
        self._made: dict[tuple[str, bool], dict[tuple[str, str], Chosen]] = {}

    def places(self) -> list[tuple[str, str]]:
        """(unit, level) of all values that there are; that of the province always."""
        found = {("", ALL)}
        for code in (self.measure.code, *self.measure.numerators):
            for sample in (False, True):
                found |= self._of(code, sample).keys()
        order = {level: number for number, level in enumerate((ALL, *LEVELS))}
        return sorted(found, key=lambda place: (bool(place[0]), order.get(place[1], 9), place))

    def value(self, unit: str, level: str) -> Value | None:
        """The value of a unit or, with *unit* '', a level; None where nothing says it."""
        place = (unit, level)
        for sample in (False, True):
            stated = self._of(self.measure.code, sample).get(place)
            if not self.measure.numerators:
                if stated:
                    return Value(stated, None, ())
                continue
            above = self._together(self.measure.numerators, place, sample)
            over = self._together(self.measure.denominators, place, sample)
            if above and over and above.until == over.until:
                return Value(above, over, stated.figures if stated else ())
            if stated:
                return Value(stated, None, ())
        return None

    def together(self, units: Collection[str]) -> Value | None:
        """The value of *units* together; None where nothing says it."""
        for sample in (False, True):
            if not self.measure.numerators:
                if found := self._sum((self.measure.code,), units, sample):
                    return Value(found, None, ())
                continue
            above = self._sum(self.measure.numerators, units, sample)
            over = self._sum(self.measure.denominators, units, sample)
            if above and over and above.until == over.until:
                return Value(above, over, ())
        return None

    def _sum(self, codes: Sequence[str], units: Collection[str], sample: bool) -> Chosen | None:
        """What *units* report of the indicators *codes*, all of them."""
        level_of = self.ground.tree.level
        every: list[Chosen] = []
        for code in codes:
            found = self._of(code, sample)
            several = [found[unit, level_of(unit)] for unit in units if (unit, level_of(unit)) in found]
            if not several:
                return None
            asked = sum(level_of(unit) in self.measure.levels for unit in units)
            every.append(_added(several)._replace(known=len(several), asked=max(len(several), asked)))
        known, asked = min(one.known for one in every), max(one.asked for one in every)
        return _added(every)._replace(known=known, asked=asked)

    def _together(self, codes: Sequence[str], place: tuple[str, str], sample: bool) -> Chosen | None:
        """The sum of several indicators; None unless all of them are there and reach equally far."""
        found = [self._of(code, sample).get(place) for code in codes]
        known = [one for one in found if one is not None]
        if len(known) < len(found) or len({one.until for one in known}) != 1:
            return None
        every = tuple(each for one in known for each in one.figures)
        return Chosen(every, known[0].until, min(o.known for o in known), max(o.asked for o in known))

    def _of(self, code: str, sample: bool) -> dict[tuple[str, str], Chosen]:
        """(unit, level) → what the figures of the indicator *code* make of it, all real or all *sample*."""
        if (code, sample) not in self._made:
            self._made[code, sample] = self._make(code, sample)
        return self._made[code, sample]

    def _make(self, code: str, sample: bool) -> dict[tuple[str, str], Chosen]:
        by_place: defaultdict[tuple[str, str], list[Figure]] = defaultdict(list)
        for one in figures(self.ground).get(code, []):
            if one.sample == sample:
                by_place[one.unit, one.level].append(one)
        of_units: defaultdict[str, list[Chosen]] = defaultdict(list)
        found: dict[tuple[str, str], Chosen] = {}
        for (unit, level), several in by_place.items():
            chosen = self._making(code, several)
            if chosen is None:
                continue
            if unit:
                of_units[self.holders.get(unit, unit)].append(chosen)
            else:
                found["", level] = chosen
        adds_up = self._adds_up(code)
        level_of = self.ground.tree.level
        units = {
            unit: _added(several)
            for unit, several in of_units.items()
            # A share of a unit that two became is neither of theirs.
            if level_of(unit) and (adds_up or len(several) == 1)
        }
        if adds_up:
            for level in (ALL, *LEVELS):
                members = [one for unit, one in units.items() if level in (ALL, level_of(unit))]
                if members and ("", level) not in found:
                    found["", level] = _added(members)._replace(
                        known=len(members), asked=max(len(members), self._reporting(level))
                    )
        return found | {(unit, level_of(unit)): one for unit, one in units.items()}

    def _making(self, code: str, several: list[Figure]) -> Chosen | None:
        accumulates = (
            self.measure.accumulates if code == self.measure.code else _accumulates(self.ground, code)
        )
        made = making(
            several, self.period.name, accumulates, self.period.last, mid_month=self.measure.mid_month
        )
        return Chosen(tuple(made), made[-1].until) if made else None

    def _adds_up(self, code: str) -> bool:
        # What a share is made of adds up: the check of indicators sees to it that it is no share itself.
        return (
            self.measure.adds_up if code == self.measure.code else _accumulates(self.ground, code) != "rate"
        )

    def _reporting(self, level: str) -> int:
        """How many units of *level* are to report; 0 where the indicator does not say which do."""
        levels = {each for each in self.measure.levels if each in LEVELS and level in (ALL, each)}
        tree = self.ground.tree
        return sum(tree.level(unit) in levels for unit in tree.in_force(self.period.units_on))

    def with_rows(self, value: Value | None, unit: str, level: str) -> tuple[Result, list[Part], Counted]:
        """*value*, called that of a unit or level, with its rows."""
        parts = self.parts(value, _revisions(self.ground)) if value else []
        return self.result(value, unit, level), parts, Counted(parts)

    def result(self, value: Value | None, unit: str, level: str) -> Result:
        """*value* as an observation of a unit or level has it."""
        if value is None:
            return count(unit, level, Tally(), Counted((), there=False))
        parts = self.parts(value, {})
        tally = summed(parts)
        above, over = value.above, value.over
        first, below = float(tally.numerator), None if over is None else float(tally.denominator)
        number: float | None = first
        if below is not None:
            number = (100 if self.measure.percent else 1) * first / below if below else None
        said = _said(value)
        low, high = _bounds(number, said["inexact"], above.known < above.asked)
        register = sum(part.register for part in parts)
        return Result(
            unit,
            level,
            first,
            below,
            number,
            low,
            high,
            register,
            0,
            above.known,
            above.asked,
            cut_off=min(above.until, self.period.last).isoformat(),
            stated=said,
        )

    def parts(self, value: Value, revisions: Mapping[int, tuple[str, str, str]]) -> list[Part]:
        """The figures of *value* as rows, and beside them those that do not count."""
        return [
            *self._rows(value.above.figures, "numerator" if value.over else "value", revisions),
            *self._rows(value.over.figures if value.over else (), "denominator", revisions),
            *self._rows(value.beside, "stated", revisions),
        ]

    def _rows(
        self, chosen: Iterable[Figure], role: str, revisions: Mapping[int, tuple[str, str, str]]
    ) -> Iterator[Part]:
        for one in chosen:
            unit = self.holders.get(one.unit, one.unit)
            above: Fraction = Fraction() if role in ("denominator", "stated") else one.value
            below: Fraction | int = one.value if role == "denominator" else 0
            facts = _facts(one, role, revisions)
            yield Part(unit, "figure", one.key, facts, above, below, above, above, register=one.mark)
            for each in one.replaced:
                yield Part(unit, "figure", each.key, _facts(each, "replaced", revisions))


def _added(several: Sequence[Chosen]) -> Chosen:
    """Together what units report; it reaches as far as all of them do."""
    if len(several) == 1:
        return several[0]
    every = tuple(sorted((each for one in several for each in one.figures), key=lambda one: one.key))
    return Chosen(every, min(one.until for one in several))


def _bounds(value: float | None, inexact: str, partial: bool) -> tuple[float | None, float | None]:
    """Between what the true value lies: what somebody stated roughly has no other bound."""
    if value is None or inexact == "about":
        return None, None
    if inexact == "nearly":
        return (None, None) if partial else (None, value)
    return value, None if partial or inexact == "over" else value


def _said(value: Value) -> dict[str, Any]:
    """What the sources say of a value beside its number, as an observation keeps it: how roughly it was
    given, whether it is clear what was counted, and whether a sample made it up."""
    chosen = (*value.above.figures, *(value.over.figures if value.over else ()))
    inexact = {one.inexact for one in chosen} - {""}
    meaning = {one.meaning for one in chosen} - {""}
    return {
        "figures": sorted(one.key for one in chosen) if len(chosen) <= _KEPT else len(chosen),
        # Of a quotient, or of a sum of several, nobody can say to which side it is rough.
        "inexact": "" if not inexact else inexact.pop() if len(chosen) == 1 else "about",
        "meaning": "undefined" if "undefined" in meaning else "ambiguous" if meaning else "",
        "sample": chosen[0].sample,
    }


_KEPT = 12  # keys of figures that an observation names; of more, how many there are


def _facts(one: Figure, role: str, revisions: Mapping[int, tuple[str, str, str]]) -> tuple[Any, ...]:
    number = int(one.value) if one.value.denominator == 1 else float(one.value)
    return (
        role,
        number,
        one.unit_of_measure,
        one.unit_of_measure_en,
        one.first.isoformat(),
        one.until.isoformat(),
        one.source,
        one.place,
        one.page,
        one.quote,
        one.note,
        one.inexact,
        one.meaning,
        one.sample,
        one.file,
        one.line,
        one.revision,
        *revisions.get(one.revision, ("", "", "")),
    )


def _accumulates(ground: Ground, code: str) -> str:
    """How the reported indicator *code* accumulates; ``rate``, which nothing adds up to, where there is
    none."""
    measure = str(ground.once(_measures).get(code, ""))
    return measure.removeprefix("reported.") if measure.startswith("reported.") else "rate"


def _measures(ground: Ground) -> dict[str, str]:
    return dict(ground.reader.rows("SELECT key, measure FROM indicator WHERE province = :province"))


def _revisions(ground: Ground) -> Mapping[int, tuple[str, str, str]]:
    """Revision → (when, by whom, why) it was applied."""
    return ground.once(
        lambda ground: {
            number: (at, actor, reason)
            for number, at, actor, reason in ground.reader.rows(
                "SELECT number, at, actor, reason FROM revision WHERE province = :province"
            )
        },
        "revisions",
    )


MEASURES = tuple(
    Reported(
        name=f"reported.{accumulates}",
        unit_of_measure="",
        accumulates=accumulates,
        reads=("figures",),
        finish=count,
        facts={"figure": FACTS},
    )
    for accumulates in ("sum", "state", "rate")
)
