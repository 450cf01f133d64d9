"""The units that stand on one day, as a tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from opsconsole.units.era import Era


class Tree:
    """The units that stand on one day."""

    def __init__(self, day: str, eras: Iterable[Era]) -> None:
        self.day = day
        self.units: Mapping[str, Era] = MappingProxyType({era.code: era for era in eras})
        self._below: dict[str | None, list[Era]] = defaultdict(list)
        for era in sorted(self.units.values(), key=lambda each: each.order):
            self._below[era.parent if era.parent in self.units else None].append(era)

    @property
    def roots(self) -> tuple[Era, ...]:
        """The units without one above: a province."""
        return self.children(None)

    def children(self, code: str | None) -> tuple[Era, ...]:
        """The units directly below *code*, by level and code."""
        return tuple(self._below.get(code, ()))

    def walk(self, code: str | None = None) -> Iterator[tuple[int, Era]]:
        """(depth, unit) of all units below *code* (None: of all), each before those below it."""
        stack = [(0, era) for era in reversed(self._below.get(code, ()))]
        while stack:
            depth, era = stack.pop()
            yield depth, era
            stack.extend((depth + 1, each) for each in reversed(self._below.get(era.code, ())))

    def ancestors(self, code: str) -> tuple[Era, ...]:
        """The units above *code*: its parent first, the root last."""
        found: dict[str, Era] = {}
        era = self.units.get(code)
        while era is not None and era.parent is not None and era.parent not in found:
            era = self.units.get(era.parent)
            if era is not None:
                found[era.code] = era
        return tuple(found.values())
