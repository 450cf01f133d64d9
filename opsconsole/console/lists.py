"""Long lists between the database and the grid: a screenful at once, then all keys in order; rows are read
a block at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from opsconsole.console.feeds import Question
from opsconsole.console.keys import PackedKeys, give_back
from opsconsole.console.queries.listing import BLOCK, Listing, Query, Row
from opsconsole.store.database import Reader

Fetch: TypeAlias = (
    "Callable[[list[str], Callable[[dict[str, Row]], None], float | None], dict[str, Row] | None]"
)

_KEPT_BLOCKS = 64


@dataclass(frozen=True)
class Found:
    """What a list holds: its keys, how many there are without the filter (-1: not known yet), and blocks
    read already. ``complete`` is False for a part that the rest will follow; ``here`` is where in it one
    was, or where the next row stands when that one is not in it."""

    keys: PackedKeys
    total: int
    complete: bool
    blocks: dict[int, dict[str, Row]] = field(default_factory=dict)
    here: int = 0


def read_part(
    listing: Listing, query: Query, cursor: str | None
) -> Callable[[Reader, Question], Found | None]:
    """The work of reading a screenful in a thread: the rows around *cursor*, the first ones without it.
    None where an order has no index: to find its first row takes as long as to find all."""

    def work(reader: Reader, question: Question) -> Found | None:
        around = listing.keys_around(reader, query, cursor, BLOCK)
        question.check()
        if around is None:
            return None
        found, here = around
        # fewer than were asked for without a row to begin at: that is all there is
        complete = cursor is None and len(found) < BLOCK and not query.terms
        keys, blocks = PackedKeys(found), {0: listing.page(reader, query, found)}
        return Found(keys, len(keys) if complete else -1, complete, blocks, here)

    return work


def read_list(
    listing: Listing, query: Query, cursor: str | None, every: int | None = None, *, hasty: bool = False
) -> Callable[[Reader, Question], Found]:
    """The work of reading a list in a thread: all keys, and the rows around *cursor*, so that nothing
    flickers when they take the place of the old. *every* is how many rows there are without the filter,
    where that is known; who is *hasty* otherwise gets the list first, without their number."""

    def work(reader: Reader, question: Question) -> Found:
        give_back()
        keys = PackedKeys()
        for chunk in listing.keys(reader, query):
            question.check()
            keys.extend(chunk)
        here = (keys.index(cursor) or 0) // BLOCK if cursor is not None else 0
        blocks = {}
        for number in {max(0, here - 1), here, here + 1}:
            question.check()
            if wanted := keys.slice(number * BLOCK, (number + 1) * BLOCK):
                blocks[number] = listing.page(reader, query, wanted)
        if not query.terms:
            return Found(keys, len(keys), True, blocks)
        if every is None and hasty:
            question.say(Found(keys, -1, True, dict(blocks)))
        total = every if every is not None else listing.total(reader, query)
        return Found(keys, total, True, blocks)

    return work


class StoredRows:
    """Rows of a long list, by position. What is not at hand is fetched; until it comes it is None."""

    def __init__(self, found: Found, fetch: Fetch, arrived: Callable[[], None]) -> None:
        self.keys = found.keys
        self._blocks: OrderedDict[int, dict[str, Row]] = OrderedDict(found.blocks)
        self._fetch = fetch
        self._arrived = arrived
        self._asked: set[int] = set()
        self._last = 0

    def __len__(self) -> int:
        return len(self.keys)

    def key(self, index: int) -> str:
        """The key of the row at *index*."""
        return self.keys[index]

    def index(self, key: str) -> int | None:
        """Where *key* is."""
        return self.keys.index(key)

    def sample(self, count: int) -> Sequence[Sequence[Any]]:
        """Rows that were read already."""
        return [row for block in self._blocks.values() for row in block.values()][:count]

    def row(self, index: int) -> Row | None:
        """The values at *index*; None while they are read, and for a row that is gone."""
        number = index // BLOCK
        block = self._blocks.get(number)
        if block is None:
            block = self._read(number, None)
            if block is None:
                return None
            ahead = number + (1 if number >= self._last else -1)  # the way somebody scrolls
            if 0 <= ahead * BLOCK < len(self.keys) and ahead not in self._blocks:
                self._read(ahead, 0.0)
        self._last = number
        return block.get(self.keys[index])

    def _read(self, number: int, wait: float | None) -> dict[str, Row] | None:
        if number in self._asked:
            return None
        self._asked.add(number)

        def arrived(rows: dict[str, Row]) -> None:
            self._keep(number, rows)
            self._arrived()

        wanted = self.keys.slice(number * BLOCK, (number + 1) * BLOCK)
        rows = self._fetch(wanted, arrived, wait)
        if rows is not None:
            self._keep(number, rows)
        return rows

    def _keep(self, number: int, rows: dict[str, Row]) -> None:
        self._asked.discard(number)
        self._blocks[number] = rows
        while len(self._blocks) > _KEPT_BLOCKS:
            self._blocks.popitem(last=False)
