"""What a grid shows: rows by position, each with a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Rows(Protocol):
    """What a grid shows: rows by position, each with a key that stays when the order changes."""

    def __len__(self) -> int: ...

    def key(self, index: int) -> str:
        """The key of the row at *index*."""

    def index(self, key: str) -> int | None:
        """Where the row with *key* is, None where it is not."""

    def row(self, index: int) -> Sequence[Any] | None:
        """The values of the row at *index*, None while they are being read."""

    def sample(self, count: int) -> Sequence[Sequence[Any]]:
        """Up to *count* rows that are at hand, for the widths of columns."""


class HeldRows:
    """Rows held in memory: (key, values) pairs."""

    def __init__(self, rows: Sequence[tuple[str, Sequence[Any]]] = ()) -> None:
        self._rows = rows
        self._index = {key: index for index, (key, _values) in enumerate(rows)}

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, index: int) -> str:
        """The key of the row at *index*."""
        return self._rows[index][0]

    def index(self, key: str) -> int | None:
        """Where *key* is."""
        return self._index.get(key)

    def row(self, index: int) -> Sequence[Any] | None:
        """The values at *index*."""
        return self._rows[index][1]

    def sample(self, count: int) -> Sequence[Sequence[Any]]:
        """The first *count* rows."""
        return [values for _key, values in self._rows[:count]]
