"""A plan: what the declared files would change in the register. A value, made and never altered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsconsole.inventory.change import Orphan, PlannedChange
from opsconsole.inventory.fields import canonical
from opsconsole.inventory.files import Comparison
from opsconsole.inventory.limits import Stop
from opsconsole.inventory.moves import Move
from opsconsole.inventory.records import Record

if TYPE_CHECKING:
    from opsconsole.inventory.state import Desired


@dataclass(frozen=True)
class Plan:
    """What would change, sorted by unit, kind and key, and what stands in its way.

    ``orphans`` are listed, never deleted. ``stops`` are the limits and protections that it
    passes: each says what would let it pass. ``digest`` names province, content and revision: an apply
    that is given it does this and nothing else.
    """

    revision: int
    changes: tuple[PlannedChange, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    moves: tuple[Move, ...] = ()
    stops: tuple[Stop, ...] = ()
    files: Comparison = field(default=Comparison((), (), (), ()), repr=False)
    writes: Mapping[str, tuple[Record, ...]] = field(default_factory=dict, repr=False)
    relocated: Mapping[str, tuple[Record, ...]] = field(default_factory=dict, repr=False)
    new_orphans: tuple[Orphan, ...] = ()
    desired: Desired | None = field(default=None, repr=False)
    province: str = ""

    @property
    def empty(self) -> bool:
        """Whether the register says already what the files say."""
        return not self.changes

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many changes of each action, and how many orphans."""
        counts = Counter(change.action for change in self.changes)
        return {**{action: counts[action] for action in sorted(counts)}, "orphans": len(self.orphans)}

    @cached_property
    def digest(self) -> str:
        """``r<revision>-<hash>``: the same for the same changes to the same register."""
        total = hashlib.blake2b(f"{self.province}\x1e".encode(), digest_size=16)
        by_key = {(r.kind.name, r.key): r for records in self.writes.values() for r in records}
        for change in self.changes:
            record = by_key.get((change.kind, change.key))
            after = record.digest if record else canonical(change.after)
            total.update(f"{change.kind}\x1f{change.key}\x1f{change.action}\x1f{after}\x1e".encode())
        for orphan in self.new_orphans:
            total.update(f"{orphan.kind}\x1f{orphan.key}\x1forphan\x1e".encode())
        return f"r{self.revision}-{total.hexdigest()}"

    @property
    def data(self) -> dict[str, Any]:
        """The plan for JSON."""
        return {
            "digest": self.digest,
            "revision": self.revision,
            "counts": dict(self.counts),
            "changes": [change.data for change in self.changes],
            "orphans": [orphan.data for orphan in self.orphans],
            "moves": [move.data for move in self.moves],
            "stops": [stop.data for stop in self.stops],
        }
