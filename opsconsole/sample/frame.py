"""What the whole sample rests on: the units, how large each is, and repeatable chance.

Chance comes from named streams, each derived from the seed and its name, so that one part does
not move when another changes. Only ``Random.random`` is used: it alone is promised to give the
same numbers on every version of Python.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.strictyaml import Map, parse, read_text
from opsconsole.text import fold, safe

T = TypeVar("T")

LEVELS = ("province", "department", "district", "commune")
MOST_SCALE = 1000.0
DOMAIN = "hoabinh.example"


class Chance:
    """A stream of repeatable chance, named by *parts*."""

    __slots__ = ("next",)

    def __init__(self, seed: int, *parts: object) -> None:
        self.next = random.Random(":".join(map(str, (seed, *parts)))).random  # noqa: S311 - made-up data

    def below(self, count: int) -> int:
        """A whole number from 0 to *count* - 1."""
        return int(self.next() * count)

    def between(self, least: int, most: int) -> int:
        """A whole number from *least* to *most*."""
        return least + int(self.next() * (most - least + 1))

    def pick(self, among: Sequence[T]) -> T:
        """One of *among*."""
        return among[int(self.next() * len(among))]

    def weighted(self, among: Sequence[tuple[T, int]]) -> T:
        """One of *among* by its weight."""
        at = self.next() * sum(weight for _value, weight in among)
        for value, weight in among:
            at -= weight
            if at < 0:
                return value
        return among[-1][0]

    def chosen(self, among: Sequence[T], count: int) -> list[T]:
        """*count* different ones of *among* (all, where there are fewer), in their order."""
        order = sorted(range(len(among)), key=lambda _index: self.next())
        return [among[index] for index in sorted(order[:count])]


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """A unit for which a sample is made, as the official list has it."""

    code: str
    name: str
    type: str
    level: str
    parent: str | None

    @property
    def short_name(self) -> str:
        """The name without its type: "Lạc Sỹ" of "Xã Lạc Sỹ"."""
        if fold(self.name).startswith(fold(self.type) + " "):
            return self.name[len(self.type) :].strip()
        return self.name

    @property
    def spoken_name(self) -> str:
        """The name inside a sentence: "xã Lạc Sỹ"; an office's name as it is."""
        if self.level == "department" or self.short_name == self.name:
            return self.name
        return f"{self.type.lower()} {self.short_name}"

    @property
    def slug(self) -> str:
        """The short name for file names: lower case, no diacritics, hyphens."""
        words = "".join(char if char.isalnum() else " " for char in fold(self.short_name))
        return "-".join(words.split())

    @property
    def tag(self) -> str:
        """The unit's part of an asset's tag: the code; S17 for the department hb-17, since 17 is
        the province."""
        head, dash, number = self.code.rpartition("-")
        return f"S{number}" if dash and head else self.code


def read_units(paths: Iterable[Path], day: str) -> list[SampleUnit]:
    """The units declared in the documents below *paths* that were known on *day* (YYYY-MM-DD).

    Only documents in a folder called ``units`` are looked at. Province first, then departments,
    districts and communes by code. Raises ProblemsFound for files that cannot be read, Refused
    where no units or no province are declared.
    """
    searched = list(paths)
    found: dict[str, SampleUnit] = {}
    for path in searched:
        for file in sorted(path.rglob("*.yaml")):
            if "units" not in (path.name, *file.relative_to(path).parts[:-1]):
                continue
            top = parse(read_text(file, str(file)), str(file))
            if top.items.get("kind") == "units":
                found.update((unit.code, unit) for unit in _units(top, day, str(file)))
    units = ordered(found.values())
    if not units or units[0].level != "province":
        raise Refused(
            _(
                "no units known on {day} are declared below {paths}: a sample needs a province with its "
                "districts and communes. Run this beside config.yaml, or name the folder with --units."
            ).format(day=day, paths=safe(", ".join(map(str, searched)) or "-"))
        )
    return units


def ordered(units: Iterable[SampleUnit]) -> list[SampleUnit]:
    """*units* in the order in which a sample is made: by level, then by code."""
    return sorted(units, key=lambda unit: (LEVELS.index(unit.level), unit.code))


def _units(top: Map, day: str, file: str) -> Iterable[SampleUnit]:
    defaults, items = top.items.get("defaults"), top.items.get("items")
    for code, item in items.items.items() if isinstance(items, Map) else ():
        given = defaults.items if isinstance(defaults, Map) else {}
        fields = {**given, **item.items} if isinstance(item, Map) else {}
        text = {name: value for name, value in fields.items() if isinstance(value, str)}
        level = text.get("level", "")
        if level not in LEVELS or not text.get("name"):
            raise Refused(
                _("{file}: unit {code} needs a name and a level ({levels})").format(
                    file=safe(file), code=safe(code), levels=", ".join(LEVELS)
                )
            )
        if text.get("from", "") <= day:
            yield SampleUnit(code, text["name"], text.get("type", ""), level, text.get("parent"))


def apportion(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """*total* divided by *weights* into whole numbers that add up to it, by largest remainder.

    Each share is at least *least* where *total* allows that.
    """
    if not weights:
        return []
    floor = least if total >= least * len(weights) else 0
    rest = total - floor * len(weights)
    whole = sum(weights) or 1.0
    exact = [rest * weight / whole for weight in weights]
    shares = [int(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in order[: rest - sum(shares)]:
        shares[i] += 1
    return [floor + share for share in shares]


def sizes(
    units: Sequence[SampleUnit], means: dict[str, float], seed: int, scale: float, what: str
) -> dict[str, int]:
    """How many of *what* each unit has: *means* a unit of each level × *scale*, with spread.

    The total of a level is exactly its mean × scale × units (rounded); every unit has one at least.
    """
    found: dict[str, int] = {}
    for level in LEVELS:
        those = [unit for unit in units if unit.level == level]
        weights = [0.7 + 0.6 * Chance(seed, "size", unit.code).next() for unit in those]
        total = max(round(means[level] * scale * len(those)), len(those))
        found.update(zip((u.code for u in those), apportion(total, weights, 1), strict=True))
    return found


class Allocator:
    """Hands out names once each: a name that is taken gets a number."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """*wanted*, or *wanted* with the next free number from 2."""
        if wanted not in self._taken:
            self._taken[wanted] = 1
            return wanted
        while True:
            self._taken[wanted] += 1
            numbered = f"{wanted}{self._taken[wanted]}"
            if numbered not in self._taken:
                self._taken[numbered] = 1
                return numbered
