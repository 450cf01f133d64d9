"""What a reorganisation moves: the things of units that end, and the successors they follow.

Nothing that is declared is edited. The tree of units decides from which day who holds what, so
the totals before and after are equal; a plan shows both.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.inventory.change import PlannedChange
from opsconsole.inventory.kind import Kinds
from opsconsole.text import date
from opsconsole.words import figure, things, unit_changes, word

if TYPE_CHECKING:
    from opsconsole.inventory.state import Desired
    from opsconsole.store.database import Reader

FOLLOWING = ("assets", "accounts", "sites")


@dataclass(frozen=True, slots=True)
class Passage:
    """The things of one unit that another holds from the day on; ``counts`` by kind."""

    source: str
    target: str
    change: str
    share: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Move:
    """A reorganisation in a plan: what ends, what begins, what follows to whom.

    ``before`` and ``after`` are the totals by kind over all units, the day before and on the day.
    """

    key: str
    day: str
    ends: tuple[str, ...]
    begins: tuple[str, ...]
    passages: tuple[Passage, ...]
    before: Mapping[str, int]
    after: Mapping[str, int]

    @property
    def data(self) -> dict[str, Any]:
        """The move for JSON."""
        return {
            "reorganisation": self.key,
            "day": self.day,
            "ends": list(self.ends),
            "begins": list(self.begins),
            "passages": [
                {
                    "from": each.source,
                    "to": each.target,
                    "change": each.change,
                    "share": each.share,
                    "counts": dict(each.counts),
                }
                for each in self.passages
            ],
            "before": dict(self.before),
            "after": dict(self.after),
        }

    def lines(self) -> Iterator[str]:
        """The move for people."""
        yield _("reorganisation {key}, from {day}: {ends} eras end, {begins} begin").format(
            key=self.key, day=date(self.day), ends=figure(len(self.ends)), begins=figure(len(self.begins))
        )
        for each in self.passages:
            held = [f"{figure(count)} {things(kind)}" for kind, count in each.counts.items() if count]
            share = "" if each.share == "whole" else f" ({word(each.share)})"
            what = unit_changes(each.change)
            yield f"  {each.source} → {each.target}{share} [{what}]: {', '.join(held) or '–'}"
        for kind, total in self.before.items():
            yield _("  {kind} in all: {before} before, {after} after").format(
                kind=things(kind), before=figure(total), after=figure(self.after[kind])
            )


def moves_of(
    reader: Reader, desired: Desired, kinds: Kinds, changes: Sequence[PlannedChange]
) -> tuple[Move, ...]:
    """The moves of every reorganisation that *changes* declares or alters, by day."""
    keys = [change.key for change in changes if change.kind == "reorganisations" and change.action != "end"]
    if not keys:
        return ()
    timeline = desired.timeline
    held = {kind: _living(reader, desired, kinds, kind, changes) for kind in FOLLOWING if kind in kinds}
    moves = []
    for key in keys:
        effects = timeline.effects(key)
        record = desired.of("reorganisations")[key]
        day = str(record.content["effective"])
        eve = (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()
        passing = {kind: _passing(desired, counts, eve, day) for kind, counts in held.items()}
        before = {kind: _by_holder(desired, counts, eve) for kind, counts in held.items()}
        after = {kind: _by_holder(desired, counts, day) for kind, counts in held.items()}
        passages = [
            Passage(
                _label(desired, link.from_id),
                _label(desired, link.to_id),
                link.change,
                link.share,
                {kind: counts[link.from_id, link.to_id] for kind, counts in passing.items()},
            )
            for link in effects.links
        ]
        moves.append(
            Move(
                key,
                day,
                tuple(_label(desired, era.id) for era in effects.ends),
                tuple(_label(desired, era.id) for era in effects.begins),
                tuple(passages),
                {kind: counts.total() for kind, counts in before.items()},
                {kind: counts.total() for kind, counts in after.items()},
            )
        )
    return tuple(sorted(moves, key=lambda move: (move.day, move.key)))


def _label(desired: Desired, unit_id: str) -> str:
    era = desired.timeline.eras[unit_id]
    return f"{era.name} ({era.code})"


def _living(
    reader: Reader, desired: Desired, kinds: Kinds, name: str, changes: Sequence[PlannedChange]
) -> Counter[str]:
    """How many things of a kind are declared in each era once the plan is applied."""
    records = desired.of(name)
    declared_in = (record.unit_id for record in records.values() if not record.ended)
    counts = Counter(unit for unit in declared_in if unit is not None)
    sql = (
        f"SELECT key, unit_id FROM {kinds[name].table} "  # noqa: S608
        "WHERE province = :province AND ended IS NULL"
    )
    planned = {change.key: change.unit_id for change in changes if change.kind == name}
    counts.update(planned.get(key) or unit for key, unit in reader.rows(sql) if key not in records)
    return counts


def _passing(desired: Desired, counts: Mapping[str, int], eve: str, day: str) -> Counter[tuple[str, str]]:
    """How many things each pair of eras hands over between *eve* and *day*.

    Asked of the holders, not of the links: where a reorganisation is taken back, what came from
    a unit goes back into it, which is not where the link that follows leads.
    """
    passing: Counter[tuple[str, str]] = Counter()
    for unit, count in counts.items():
        passing[desired.timeline.holder(unit, eve).id, desired.timeline.holder(unit, day).id] += count
    return passing


def _by_holder(desired: Desired, counts: Mapping[str, int], day: str) -> Counter[str]:
    held: dict[str, int] = defaultdict(int)
    for unit, count in counts.items():
        held[desired.timeline.holder(unit, day).id] += count
    return Counter(held)
