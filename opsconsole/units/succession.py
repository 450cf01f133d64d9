"""Following units through reorganisations: who holds what on a day, what a unit is on another day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsconsole.units.era import FOREVER, Era, Link

if TYPE_CHECKING:
    from opsconsole.units.timeline import Timeline

Steps = tuple[tuple[str, str], ...]  # (from day, holder id), the first from ''


def main_predecessor(code: str, name: str, origins: Iterable[tuple[Era, str]]) -> Era | None:
    """Which of *origins* (era, share) a unit *code* called *name* continues: its past is the unit's.

    The one of the same code; else a whole one of the same name; else the whole one, and at
    last any, of the lowest code. None for a unit that comes from nowhere.
    """
    candidates = sorted(
        origins,
        key=lambda each: (
            each[0].code != code,
            each[1] != "whole",
            each[0].name != name,
            each[0].code,
        ),
    )
    return candidates[0][0] if candidates else None


# --- holders -----------------------------------------------------------------------------------


def all_holders(timeline: Timeline) -> dict[str, Steps]:
    """For every era, who holds what was declared in it: steps (from day, holder), the first from ''.

    Forward along the link that ``follows``; back again where a reorganisation on that way is
    reverted. Before its start an era is held by its main predecessor, or, where it has none, by
    what stood above it; before the first of all days by itself. So a thing is in exactly one unit
    on every day.
    """
    found: dict[str, Steps] = {}
    for era in sorted(timeline.eras.values(), key=lambda each: each.start):
        _holders(timeline, era, found, set())
    return {unit_id: found[unit_id] for unit_id in timeline.eras}


def _holders(timeline: Timeline, era: Era, found: dict[str, Steps], open_: set[str]) -> Steps:
    if era.id in found:
        return found[era.id]
    open_.add(era.id)
    if era.restores is not None:
        # What is declared in the restored unit is where the things of the unit itself are.
        steps = _holders(timeline, timeline.eras[era.restores], found, open_)
    else:
        steps = (*_before(timeline, era, found, open_), *_after(timeline, era))
        # The first step is from the beginning of time, whoever it is.
        steps = (("", steps[0][1]), *steps[1:])
    merged: list[tuple[str, str]] = []
    for day, holder in steps:
        if not merged or merged[-1][1] != holder:
            merged.append((day, holder))
    found[era.id] = tuple(merged)
    return found[era.id]


def _before(
    timeline: Timeline, era: Era, found: dict[str, Steps], open_: set[str]
) -> Iterator[tuple[str, str]]:
    origins = [(timeline.eras[link.from_id], link.share) for link in timeline.predecessors(era.id)]
    earlier = main_predecessor(era.code, era.name, origins)
    if earlier is None and era.parent is not None:
        earlier = timeline.unit(era.parent, era.start)
    if earlier is None or (earlier.id in open_ and earlier.id not in found):
        return
    steps = [step for step in _holders(timeline, earlier, found, open_) if step[0] < era.start]
    # Where nothing above stood before either, the beginning of the register is reached.
    if timeline.eras[steps[-1][1]].start < era.start:
        yield from steps


def _after(timeline: Timeline, era: Era) -> Iterator[tuple[str, str]]:
    way: list[str] = []  # the eras that the things left, as they were first: a revert leads back
    while True:
        yield era.start, era.id
        links = timeline.successors(era.id)
        if not links:
            return
        back = _way_back(timeline, links, way)
        if back is not None:
            era, left = back
            del way[left:]
        else:
            way.append(timeline.original(era.id))
            era = timeline.eras[next((link for link in links if link.follows), links[0]).to_id]


def _way_back(timeline: Timeline, links: Iterable[Link], way: Sequence[str]) -> tuple[Era, int] | None:
    """The era among the ends of *links* in which one stands again that was left on the *way*, and
    its place there: what came from it goes back into it."""
    for link in links:
        era = timeline.eras[link.to_id]
        if era.restores is not None and (original := timeline.original(era.id)) in way:
            return era, way.index(original)
    return None


def as_rows(unit_id: str, steps: Steps) -> Iterator[tuple[str, str, str, str]]:
    """*steps* as rows (unit id, from day, to day, holder id), half-open."""
    ends = [day for day, _holder in steps[1:]] + [FOREVER]
    for (start, holder), end in zip(steps, ends, strict=True):
        yield unit_id, start, end, holder


# --- mapping units from one day to another --------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Mapped:
    """One unit of the one day and one of the other that share ground. ``share`` is ``part`` where
    the earlier of the two was split; ``follows`` where what the earlier one held is in the later."""

    source: Era
    target: Era
    share: str
    follows: bool

    @property
    def data(self) -> dict[str, Any]:
        """The row for JSON."""
        return {
            "from": self.source.data,
            "to": self.target.data,
            "share": self.share,
            "follows": self.follows,
        }


@dataclass(frozen=True, slots=True)
class Mapping:
    """Units of one day as they are on another day.

    ``rows`` are about the units asked for; ``others`` about further units of the first day that
    share a target with them, so that the target's figures are more than theirs.
    """

    day_a: str
    day_b: str
    rows: tuple[Mapped, ...]
    others: tuple[Mapped, ...]

    @property
    def targets(self) -> tuple[Era, ...]:
        """The units of the other day, by code."""
        return tuple(sorted({row.target for row in self.rows}, key=lambda era: era.code))

    @property
    def splits(self) -> tuple[Era, ...]:
        """The earlier units of which only a part is in a later one: figures do not compare."""
        forward = self.day_a <= self.day_b
        return tuple(
            sorted({row.source if forward else row.target for row in self.rows if row.share == "part"})
        )

    def comparable(self, target: Era) -> bool:
        """Whether the figures of *target* are those of the units asked for: nothing of it comes
        from elsewhere and nothing was split."""
        return all(row.share == "whole" for row in self.rows if row.target == target) and not any(
            row.target == target for row in self.others
        )

    @property
    def data(self) -> dict[str, Any]:
        """The mapping for JSON."""
        return {
            "from": self.day_a,
            "to": self.day_b,
            "rows": [row.data for row in self.rows],
            "others": [row.data for row in self.others],
            "splits": [era.id for era in self.splits],
            "comparable": {era.code: self.comparable(era) for era in self.targets},
        }


def map_units(timeline: Timeline, eras: Collection[Era], day_a: str, day_b: str) -> Mapping:
    """*eras*, which stand on *day_a*, as they are on *day_b*."""
    early, late = min(day_a, day_b), max(day_a, day_b)
    pairs = [
        Mapped(source, target, share, follows)
        for before in timeline.tree(early).units.values()
        for after, share, follows in _reached(timeline, before, late)
        for source, target in [(before, after) if day_a <= day_b else (after, before)]
    ]
    by_source: dict[str, list[Mapped]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda each: (each.source.code, each.target.code)):
        by_source[pair.source.id].append(pair)
    asked = {era.id: era for era in sorted(eras, key=lambda era: era.code)}
    rows = [pair for unit_id in asked for pair in by_source.get(unit_id, ())]
    targets = {row.target.id for row in rows}
    others = [
        pair
        for unit_id, each in by_source.items()
        if unit_id not in asked
        for pair in each
        if pair.target.id in targets
    ]
    return Mapping(day_a, day_b, tuple(rows), tuple(others))


def _reached(timeline: Timeline, era: Era, day: str) -> list[tuple[Era, str, bool]]:
    """The units in which *era* is on the later *day*: (unit, share, whether its things are there)."""
    found: dict[str, Era] = {}
    stack: list[tuple[Era, tuple[str, ...]]] = [(era, ())]
    while stack:
        here, way = stack.pop()
        if here.stands(day):
            found[here.id] = here
            continue
        links = timeline.successors(here.id)
        back = _way_back(timeline, links, way)
        if back is not None:
            stack.append((back[0], way[: back[1]]))
            continue
        on = (*way, timeline.original(here.id))
        stack.extend((timeline.eras[link.to_id], on) for link in links)
    # Parts that met again later are whole again.
    share = "whole" if len(found) == 1 else "part"
    holder = _followed(timeline, era, day)
    return [(found[each], share, each == holder) for each in sorted(found)]


def _followed(timeline: Timeline, era: Era, day: str) -> str:
    last = era.id
    for start, holder in _after(timeline, era):
        if start > day:
            break
        last = holder
    return last
