"""The units of all times, and the questions that are asked of them."""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.text import date, safe
from opsconsole.units import succession
from opsconsole.units.era import Era, Link
from opsconsole.units.tree import Tree


class NoSuchUnit(Refused, LookupError):
    """A code that no unit carries on the day; the text says when it did and what became of it."""


@dataclass(frozen=True, slots=True)
class Family:
    """Where the units that ever carried a code come from, and what became of them: eras by start
    and code, and the links among them by day. Links name eras outside the family where a
    relative took in others."""

    code: str
    eras: tuple[Era, ...]
    links: tuple[Link, ...]


class Timeline:
    """All eras and links. An immutable value: equal timelines have equal eras and links.

    ``eras`` maps ids to eras, in the order of ids; ``links`` are sorted by day.
    """

    def __init__(self, eras: Iterable[Era] = (), links: Iterable[Link] = ()) -> None:
        self.eras: Mapping[str, Era] = MappingProxyType({era.id: era for era in sorted(eras)})
        by_day = sorted(links, key=lambda link: (link.at, link.to_id, link.from_id))
        self.links: tuple[Link, ...] = tuple(by_day)
        self._of_code: dict[str, list[Era]] = defaultdict(list)
        for era in sorted(self.eras.values(), key=lambda each: each.start):
            self._of_code[era.code].append(era)
        self._out: dict[str, list[Link]] = defaultdict(list)
        self._in: dict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            self._out[link.from_id].append(link)
            self._in[link.to_id].append(link)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Timeline):
            return NotImplemented
        return self.links == other.links and dict(self.eras) == dict(other.eras)

    def __hash__(self) -> int:
        return hash((tuple(self.eras), self.links))

    def __repr__(self) -> str:
        return f"<Timeline of {len(self.eras)} eras, {len(self.links)} links>"

    # --- one day --------------------------------------------------------------------------

    @cached_property
    def days(self) -> tuple[str, ...]:
        """The days on which something begins or ends, sorted."""
        edges = {era.start for era in self.eras.values()} | {era.end for era in self.eras.values() if era.end}
        return tuple(sorted(edges))

    def tree(self, day: str) -> Tree:
        """The units that stand on *day*."""
        return Tree(day, (era for era in self.eras.values() if era.stands(day)))

    def unit(self, code: str, day: str) -> Era | None:
        """The unit that carries *code* on *day*, None where no unit does."""
        eras = self._of_code.get(code)
        if not eras:
            return None
        at = bisect_right(eras, day, key=lambda era: era.start) - 1
        return eras[at] if at >= 0 and eras[at].stands(day) else None

    def resolve(self, code: str, day: str) -> Era:
        """The unit that carries *code* on *day*. Raises NoSuchUnit, which says when the code was
        in force and what the unit became."""
        found = self.unit(code, day)
        if found is None:
            raise NoSuchUnit(self._why_not(code, day))
        return found

    def history(self, code: str) -> tuple[Era, ...]:
        """All eras that carry *code*, by start."""
        return tuple(self._of_code.get(code, ()))

    def _why_not(self, code: str, day: str) -> str:
        eras = self._of_code.get(code)
        if not eras:
            near = difflib.get_close_matches(code, self._of_code, 3)
            text = _("there is no unit '{code}'").format(code=safe(code))
            return f"{text}; " + _("near: {codes}").format(codes=", ".join(map(safe, near))) if near else text
        text = _("unit '{code}' does not stand on {day}").format(code=safe(code), day=date(day))
        after = [era for era in eras if era.start > day]
        before = [era for era in eras if era.end is not None and era.end <= day]
        parts = []
        if before:
            era = before[-1]
            was = _("it was {name} until {day}").format(name=safe(era.name), day=date(era.last_day))
            became = [self.eras[link.to_id] for link in self._out[era.id]]
            if became:
                was += " " + _("and became {units}").format(
                    units=", ".join(f"{safe(each.code)} {safe(each.name)}" for each in became)
                )
            parts.append(was)
        if after:
            parts.append(
                _("it is {name} from {day}").format(name=safe(after[0].name), day=date(after[0].start))
            )
        return f"{text}: {'; '.join(parts)}"

    def children(self, code: str, day: str) -> tuple[Era, ...]:
        """The units directly below *code* on *day*."""
        return self.tree(day).children(self.resolve(code, day).code)

    def descendants(self, code: str, day: str) -> tuple[Era, ...]:
        """All units below *code* on *day*, each before those below it."""
        return tuple(era for _depth, era in self.tree(day).walk(self.resolve(code, day).code))

    def ancestors(self, code: str, day: str) -> tuple[Era, ...]:
        """The units above *code* on *day*: its parent first, the root last."""
        return self.tree(day).ancestors(self.resolve(code, day).code)

    # --- through time ---------------------------------------------------------------------

    def successors(self, unit_id: str) -> tuple[Link, ...]:
        """What became of the era *unit_id*: its links to later eras, by code."""
        return tuple(self._out.get(unit_id, ()))

    def predecessors(self, unit_id: str) -> tuple[Link, ...]:
        """Where the era *unit_id* comes from: its links from earlier eras, by code."""
        return tuple(self._in.get(unit_id, ()))

    def original(self, unit_id: str) -> str:
        """The id of the era that stands again in *unit_id*; itself where nothing was reverted."""
        while (restored := self.eras[unit_id].restores) is not None:
            unit_id = restored
        return unit_id

    @cached_property
    def _holders(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        return succession.all_holders(self)

    def holders(self) -> Iterator[tuple[str, str, str, str]]:
        """(unit id, from day, to day, holder id) of every era for all time, without gaps.

        Half-open; '' is the beginning of time, 9999-12-31 its end. On each day an era has
        exactly one holder: the unit in which what was declared in it is found on that day.
        """
        for unit_id, steps in self._holders.items():
            yield from succession.as_rows(unit_id, steps)

    def holder(self, unit_id: str, day: str) -> Era:
        """The unit that holds on *day* what was declared in the era *unit_id*."""
        steps = self._holders[unit_id]
        return self.eras[steps[bisect_right(steps, day, key=lambda step: step[0]) - 1][1]]

    def map_units(self, codes: Collection[str], day_a: str, day_b: str) -> succession.Mapping:
        """The units that *codes* name on *day_a*, as they are on *day_b* (later or earlier), with
        splits marked. Raises NoSuchUnit for a code that no unit carries on *day_a*."""
        return succession.map_units(self, [self.resolve(code, day_a) for code in codes], day_a, day_b)

    def trace(self, code: str) -> Family:
        """The family of all units that ever carried *code*: all that they come from and all that
        became of them. Raises NoSuchUnit for a code that no unit ever carried."""
        start = self._of_code.get(code)
        if not start:
            raise NoSuchUnit(self._why_not(code, ""))
        own = [era.id for era in start]
        ids = self._closure(own, self._out, "to_id") | self._closure(own, self._in, "from_id")
        links = {link for each in ids for link in (*self._in[each], *self._out[each]) if link.to_id in ids}
        eras = sorted((self.eras[each] for each in ids), key=lambda era: (era.start, era.code))
        return Family(code, tuple(eras), tuple(link for link in self.links if link in links))

    def _closure(self, ids: Iterable[str], links: Mapping[str, list[Link]], end: str) -> set[str]:
        found, stack = set[str](), list(ids)
        while stack:
            each = stack.pop()
            if each not in found:
                found.add(each)
                stack.extend(getattr(link, end) for link in links.get(each, ()))
        return found

    # --- one reorganisation ----------------------------------------------------------------

    def effects(self, reorganisation: str) -> Effects:
        """What *reorganisation* (its key) ends, begins and links."""
        return Effects(
            tuple(era for era in self.eras.values() if era.ended_by == reorganisation),
            tuple(era for era in self.eras.values() if era.begun_by == reorganisation),
            tuple(link for link in self.links if link.reorganisation == reorganisation),
        )


@dataclass(frozen=True, slots=True)
class Effects:
    """What one reorganisation does: eras that end, eras that begin, links between them."""

    ends: tuple[Era, ...]
    begins: tuple[Era, ...]
    links: tuple[Link, ...]

    @property
    def follows(self) -> tuple[tuple[str, str], ...]:
        """(ending era, beginning era) of each link that assets, mailboxes and sites take."""
        return tuple((link.from_id, link.to_id) for link in self.links if link.follows)
