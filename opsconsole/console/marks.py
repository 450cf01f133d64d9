"""Which rows of a list are marked: some, or all but some, so that marking a million costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Marks:
    """Marked rows by key. After ``mark_all`` it holds the exceptions instead."""

    def __init__(self) -> None:
        self.all = False
        self._keys: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return (key in self._keys) is not self.all

    def __bool__(self) -> bool:
        return self.all or bool(self._keys)

    def toggle(self, key: str) -> None:
        """Mark *key*, or take its mark away."""
        self._keys ^= {key}

    def add(self, keys: Iterable[str]) -> None:
        """Mark *keys*."""
        if self.all:
            self._keys.difference_update(keys)
        else:
            self._keys.update(keys)

    def mark_all(self) -> None:
        """Mark every row."""
        self.all, self._keys = True, set()

    def clear(self) -> None:
        """Mark no row."""
        self.all, self._keys = False, set()

    def count(self, rows: int) -> int:
        """How many of a list of *rows* are marked."""
        return max(0, rows - len(self._keys)) if self.all else len(self._keys)

    def copy(self) -> Marks:
        """The same marks, for a thread that reads while somebody goes on marking."""
        other = Marks()
        other.all, other._keys = self.all, set(self._keys)
        return other

    def of(self, keys: Iterable[str]) -> Iterator[str]:
        """Those of *keys* that are marked, in their order."""
        return (key for key in keys if key in self)
