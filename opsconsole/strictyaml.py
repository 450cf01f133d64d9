"""Strict YAML: one file to a tree of mappings, lists and text in which everything has a place.

A small builder over the *events* of libyaml (PyYAML's pure parser as fallback), without
recursion. Every scalar stays the text that was written; whoever knows the field decides its
type. Anchors, aliases, tags, merge keys, duplicate keys and control or bidirectional
characters are refused; depth, size and number of documents are bounded. All that is wrong is
listed, each with file:line:column.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from opsconsole.catalogue import _
from opsconsole.oserrors import said

MAX_BYTES = 5_000_000  # below 2**24, so that line and column of a place fit one number
MAX_DEPTH = 12

Node: TypeAlias = "str | Map | Seq"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong at a place; ``line`` and ``column`` start at 1, 0 means the whole file."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


class ProblemsFound(Exception):
    """Input was refused. ``problems`` holds all that was found, sorted by place."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class Map:
    """A mapping in its written order. ``items`` holds the nodes by key."""

    __slots__ = ("items", "mark", "marks")

    def __init__(self, mark: int) -> None:
        self.items: dict[str, Node] = {}
        self.mark = mark
        self.marks: dict[str, tuple[int, int]] = {}

    def value_place(self, key: str) -> tuple[int, int]:
        """(line, column) of the value of *key*."""
        return place(self.marks[key][1])

    def key_place(self, key: str) -> tuple[int, int]:
        """(line, column) of *key* itself."""
        return place(self.marks[key][0])


class Seq:
    """A list. ``marks[i]`` is the place of ``items[i]``."""

    __slots__ = ("items", "mark", "marks")

    def __init__(self, mark: int) -> None:
        self.items: list[Node] = []
        self.mark = mark
        self.marks: list[int] = []


def place(mark: int) -> tuple[int, int]:
    """(line, column), both from 1, of a mark as the nodes keep it."""
    return (mark >> 24) + 1, (mark & 0xFFFFFF) + 1


# Tab and line ends are the only control characters that a text file may hold.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufffe\uffff\ufeff\ud800-\udfff]"
)


def read_text(path: Path, name: str, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of the regular file *path*, called *name* in errors.

    Raises ProblemsFound for a link, a device, a file over *max_bytes* or one that cannot be
    read; nothing is read from a file that is too large.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        reason = _("is a symbolic link; links are not followed") if path.is_symlink() else said(error)
        raise ProblemsFound(
            [Problem(name, 0, 0, _("cannot be read: {reason}").format(reason=reason))]
        ) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise ProblemsFound([Problem(name, 0, 0, _("is not a regular file"))])
        if status.st_size > max_bytes:
            raise ProblemsFound(
                [
                    Problem(
                        name,
                        0,
                        0,
                        _("has {size} bytes; a file may have {most}: split it, one file per unit").format(
                            size=f"{status.st_size:,}", most=f"{max_bytes:,}"
                        ),
                    )
                ]
            )
        data = bytearray()
        while chunk := os.read(handle, 1 << 20):
            data += chunk
            if len(data) > max_bytes:  # it grows, or its size said nothing
                message = _("has more than {most} bytes; split it, one file per unit")
                raise ProblemsFound([Problem(name, 0, 0, message.format(most=f"{max_bytes:,}"))])
        return bytes(data)
    except OSError as error:
        raise ProblemsFound(
            [Problem(name, 0, 0, _("cannot be read: {reason}").format(reason=said(error)))]
        ) from None
    finally:
        os.close(handle)


def parse(data: bytes, name: str) -> Map:
    """The top mapping of the YAML text *data*, called *name* in errors.

    Raises ProblemsFound with everything that is wrong in the file (after an error of syntax
    nothing more can be read, so that is the last one).
    """
    return _Builder(name).build(decoded(data, name))


def decoded(data: bytes, name: str) -> str:
    """The text of *data*, called *name* in errors. Raises ProblemsFound where it is no UTF-8, or holds
    what no file may hold."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ProblemsFound([Problem(name, 1, 1, _("is UTF-16; save it as UTF-8"))])
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise ProblemsFound(
            [
                Problem(
                    name,
                    line,
                    column,
                    _("is not UTF-8 (byte {byte}); save the file as UTF-8").format(
                        byte=f"0x{data[error.start]:02x}"
                    ),
                )
            ]
        ) from None
    problems = []
    if not text.isascii() or not text.isprintable():
        for found in _FORBIDDEN.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            problems.append(Problem(name, line, column, _forbidden(found.group())))
            if len(problems) == 20:
                break
    if problems:
        raise ProblemsFound(problems)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _forbidden(char: str) -> str:
    label = unicodedata.name(char, "control character")
    return _("holds U+{code} ({name}), which is not allowed; delete it").format(
        code=f"{ord(char):04X}", name=label.lower()
    )


def _event_source(text: str) -> Callable[[], Any]:
    """What gives the next event of *text* at each call, None at the end."""
    parser: Any
    if hasattr(yaml, "CSafeLoader"):
        from yaml.cyaml import CParser  # type: ignore[attr-defined]

        parser = CParser(text)
    else:
        parser = yaml.SafeLoader(text)
    get_event: Callable[[], Any] = parser.get_event
    return get_event


def events(text: str) -> Iterator[Any]:
    """The events of *text*, which ``parse`` accepts, with their marks: for edits in place."""
    next_event = _event_source(text)
    while (event := next_event()) is not None:
        yield event


class _GiveUp(Exception):
    """The file is so far off that what follows would only be errors of the same mistake."""


class _Builder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def problem(self, mark: int, message: str) -> None:
        self.problems.append(Problem(self.name, *place(mark), message))

    def build(self, text: str) -> Map:
        top: Node | None = None
        try:
            top = self._tree(text)
        except yaml.YAMLError as error:
            self._syntax(error, text)
        except _GiveUp:
            pass
        if self.problems:
            raise ProblemsFound(self.problems)
        if top is None:
            raise ProblemsFound(
                [Problem(self.name, 0, 0, _("is empty; it needs at least 'kind:' and 'items:'"))]
            )
        if not isinstance(top, Map):
            raise ProblemsFound([Problem(self.name, 1, 1, _("must begin with a mapping (key: value)"))])
        return top

    def _tree(self, text: str) -> Node | None:
        scalar_event, alias_event = yaml.ScalarEvent, yaml.AliasEvent
        map_start, map_end = yaml.MappingStartEvent, yaml.MappingEndEvent
        seq_start, seq_end = yaml.SequenceStartEvent, yaml.SequenceEndEvent
        forbidden = _FORBIDDEN.search
        top: Node | None = None
        documents = 0
        stack: list[tuple[Map | Seq | None, str | None, int]] = []
        parent: Map | Seq | None = None
        key: str | None = None
        key_mark = 0
        node: Node
        next_event = _event_source(text)
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is scalar_event:
                start = event.start_mark
                mark = start.line << 24 | start.column
                node = text_of = event.value
                if event.anchor is not None or event.tag is not None:
                    self._decoration(event, mark)
                if event.style == '"' and (found := forbidden(text_of)):
                    self.problem(mark, _forbidden(found.group()))
                if type(parent) is Map and key is None:
                    key, key_mark = text_of, mark
                    if key in parent.items or key in ("", "<<"):
                        self._bad_key(parent, key, mark, plain=not event.style)
                    continue
            elif kind is map_start or kind is seq_start:
                start = event.start_mark
                mark = start.line << 24 | start.column
                if event.anchor is not None or event.tag is not None:
                    self._decoration(event, mark)
                if type(parent) is Map and key is None:
                    self.problem(mark, _("a key must be plain text, not a list or mapping"))
                    raise _GiveUp
                node = Map(mark) if kind is map_start else Seq(mark)
                if len(stack) >= MAX_DEPTH:
                    self.problem(mark, _("is nested more than {max_depth} deep").format(max_depth=MAX_DEPTH))
                    raise _GiveUp
                stack.append((parent, key, key_mark))
                parent, key = node, None
                continue
            elif kind is map_end or kind is seq_end:
                assert parent is not None  # noqa: S101 - an end follows its start
                node, mark = parent, parent.mark
                parent, key, key_mark = stack.pop()
            elif kind is alias_event:
                start = event.start_mark
                mark = start.line << 24 | start.column
                self.problem(
                    mark,
                    _("alias '*{anchor}' is not allowed; write the value out").format(anchor=event.anchor),
                )
                node = ""
                if type(parent) is Map and key is None:
                    raise _GiveUp
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.problem(event.start_mark.line << 24, _("a file may hold one document only"))
                    raise _GiveUp
                continue
            else:
                continue
            if parent is None:
                top = node
            elif isinstance(parent, Map):
                assert key is not None  # noqa: S101 - a value follows its key
                parent.items[key] = node
                parent.marks[key] = (key_mark, mark)
                key = None
            else:
                parent.items.append(node)
                parent.marks.append(mark)
        if isinstance(top, str) and top == "":
            return None
        return top

    def _bad_key(self, parent: Map, key: str, mark: int, *, plain: bool) -> None:
        if key in parent.items:
            first = parent.key_place(key)
            self.problem(
                mark,
                _("key '{key}' stands twice here; first at line {line}. Delete or rename one of them").format(
                    key=key, line=first[0]
                ),
            )
        elif key == "":
            self.problem(mark, _("a key is empty"))
        elif plain:
            self.problem(mark, _("merge key '<<' is not allowed; write the fields out"))

    def _decoration(self, event: Any, mark: int) -> None:
        if event.anchor is not None:
            self.problem(
                mark,
                _("anchor '&{anchor}' is not allowed; use 'defaults:' instead").format(anchor=event.anchor),
            )
        if event.tag is not None:
            self.problem(
                mark, _("tag '{tag}' is not allowed; the field decides the type").format(tag=event.tag)
            )

    def _syntax(self, error: yaml.YAMLError, text: str) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        context = getattr(error, "context", None)
        at = text.splitlines()[mark.line : mark.line + 1] if mark else []
        if mark and at and at[0][: mark.column + 1].strip(" ").startswith("\t"):
            what = _("a tab is used for indentation; use blanks")
        elif context:
            what = f"{what} ({context})"
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        self.problems.append(
            Problem(self.name, line, column, _("is not valid YAML: {what}").format(what=what))
        )
