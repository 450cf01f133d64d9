"""A tree drawn as a grid: branches open and close, columns stay in line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import BindingType

from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.rows import HeldRows

INDENT = "  "


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the tree; ``parent`` is the key of the line above it, None at the top."""

    key: str
    parent: str | None
    values: tuple[Any, ...]
    open: bool = False


class TreeGrid(GridView):
    """A grid whose first column carries the branches. Nodes come with parents before children."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("tree")

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:
        super().__init__(columns, id=id)
        self._branches: dict[str, Node] = {}
        self._below: dict[str | None, list[str]] = {}
        self._opened: set[str] = set()
        self._seen: set[str] = set()
        self._matching: set[str] | None = None

    def plant(self, nodes: Iterable[Node], *, keep: bool = True) -> None:
        """Show *nodes*; with *keep* what was open stays open, and the cursor stays."""
        if not keep:
            self._opened, self._seen = set(), set()
        self._branches = {node.key: node for node in nodes}
        self._below = {}
        for node in self._branches.values():
            parent = node.parent if node.parent in self._branches else None
            self._below.setdefault(parent, []).append(node.key)
        new = self._branches.keys() - self._seen
        self._opened |= {key for key in new if self._branches[key].open}
        self._opened &= self._branches.keys()
        self._seen = set(self._branches)
        self._matching = None
        self._replant(keep)

    def match(self, keys: Iterable[str] | None) -> None:
        """Show only *keys* and the branches that lead there; None shows all."""
        if keys is None:
            self._matching = None
        else:
            self._matching = set()
            for key in keys:
                at: str | None = key
                while at is not None and at in self._branches and at not in self._matching:
                    self._matching.add(at)
                    at = self._branches[at].parent
        self._replant(True)

    def _replant(self, keep: bool) -> None:
        rows: list[tuple[str, Sequence[Any]]] = []
        # an own stack: a plan can be deep, and a branch that leads to itself ends here
        stack = [(key, 0) for key in reversed(self._below.get(None, []))]
        seen: set[str] = set()
        while stack:
            key, depth = stack.pop()
            if key in seen or (self._matching is not None and key not in self._matching):
                continue
            seen.add(key)
            children = self._below.get(key, [])
            is_open = self._matching is not None or key in self._opened
            mark = ("▾ " if is_open else "▸ ") if children else "  "
            first, *rest = self._branches[key].values
            rows.append((key, (f"{INDENT * depth}{mark}{first}", *rest)))
            if is_open:
                stack.extend((child, depth + 1) for child in reversed(children))
        self.show(HeldRows(rows), keep=keep)

    def reach(self, key: str) -> bool:
        """Open the branches that lead to *key* and put the cursor on it."""
        if key not in self._branches:
            return False
        parent = self._branches[key].parent
        while parent is not None and parent in self._branches and parent not in self._opened:
            self._opened.add(parent)
            parent = self._branches[parent].parent
        if self._matching is not None and key not in self._matching:
            self._matching = None
        self._replant(True)
        return self.go_to(key)

    def action_branch(self) -> None:
        """Open or close the branch under the cursor."""
        if self.key is not None and self.key in self._below:
            self._opened ^= {self.key}
            self._replant(True)

    def action_branches(self) -> None:
        """Open all branches, or close all but the first ones."""
        branches = {key for key in self._below if key is not None}
        self._opened = (
            {k for k in branches if self._branches[k].open} if branches <= self._opened else branches
        )
        self._replant(True)

    def action_left(self) -> None:
        """Close the branch, or go to the one above."""
        key = self.key
        if key is None:
            return
        if key in self._opened and key in self._below:
            self.action_branch()
        elif (parent := self._branches[key].parent) is not None:
            self.go_to(parent)

    def action_right(self) -> None:
        """Open the branch, or go to its first line."""
        key = self.key
        if key is None or key not in self._below:
            return
        if key not in self._opened:
            self.action_branch()
        else:
            self.action_down()
