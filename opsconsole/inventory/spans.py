"""Where each key and value of a YAML text stands: what an edit in place needs to know.

Offsets count characters of the text. The strict loader has read the text before: here is no
problem to report, only places.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from opsconsole.strictyaml import events

Node: TypeAlias = "Scalar | Mapping | Listing"


@dataclass(slots=True)
class Scalar:
    """A single value; ``end`` is behind its last visible character."""

    start: int
    end: int
    value: str


@dataclass(slots=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: Node

    @property
    def start(self) -> int:
        return self.key.start

    @property
    def end(self) -> int:
        return max(self.key.end, self.value.end)


@dataclass(slots=True)
class Mapping:
    """A mapping; a flow one (``{…}``) begins and ends with its braces."""

    start: int
    end: int
    flow: bool
    parts: list[Entry] = field(default_factory=list)

    def entry(self, key: str) -> Entry | None:
        """The entry with *key* as it is written."""
        return next((each for each in self.parts if each.key.value == key), None)


@dataclass(slots=True)
class Listing:
    """A list; a block one begins at its first dash."""

    start: int
    end: int
    flow: bool
    parts: list[Node] = field(default_factory=list)


def top(text: str) -> Mapping:
    """The places of the top mapping of *text*, which ``strictyaml.parse`` accepts."""
    import yaml

    stack: list[Mapping | Listing] = []
    keys: list[Scalar | None] = []
    node: Node
    found: Mapping | None = None
    for event in events(text):
        kind = type(event)
        if kind is yaml.ScalarEvent:
            node = _scalar(event, text)
            if stack and isinstance(stack[-1], Mapping) and keys[-1] is None:
                keys[-1] = node
                continue
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            start, flow = event.start_mark.index, bool(event.flow_style)
            made = Mapping if kind is yaml.MappingStartEvent else Listing
            stack.append(made(start, start, flow))
            keys.append(None)
            continue
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            node = stack.pop()
            keys.pop()
            if node.flow:
                node.end = event.end_mark.index
            elif node.parts:
                node.end = node.parts[-1].end
        else:
            continue
        if not stack:
            found = node if isinstance(node, Mapping) else found
            continue
        parent = stack[-1]
        if isinstance(parent, Listing):
            parent.parts.append(node)
        else:
            key = keys[-1]
            assert key is not None  # noqa: S101 - a value follows its key
            parent.parts.append(Entry(key, node))
            keys[-1] = None
    assert found is not None  # noqa: S101 - the strict loader accepts mappings only
    return found


def _scalar(event: Any, text: str) -> Scalar:
    start, end = event.start_mark.index, event.end_mark.index
    if event.style in ("|", ">"):  # whose end is where the next thing begins
        end = start + len(text[start:end].rstrip())
    return Scalar(start, end, event.value)


def line_start(text: str, at: int) -> int:
    """Where the line of *at* begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line after that of *at* begins, or the end of *text*."""
    return text.find("\n", at) + 1 or len(text)


def column(text: str, at: int) -> int:
    """How many characters stand before *at* in its line."""
    return at - line_start(text, at)


def comments(text: str, start: int, end: int, *kept: Node | Entry) -> bool:
    """Whether ``text[start:end]`` holds a comment outside of the nodes *kept* and their scalars."""
    at = start
    for scalar in _scalars(kept):
        if scalar.start >= end:
            break
        if "#" in text[at : scalar.start]:
            return True
        at = max(at, scalar.end)
    return "#" in text[at:end]


def _scalars(nodes: Any) -> list[Scalar]:
    found: list[Scalar] = []
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            found.append(node)
        elif isinstance(node, Entry):
            waiting += (node.value, node.key)
        else:
            waiting += reversed(node.parts)
    return found
