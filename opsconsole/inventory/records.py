"""Records: what one item of a document says, validated; and its way to a row and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Field, FieldType, Group, ListOf, canonical
from opsconsole.inventory.kind import Kind
from opsconsole.strictyaml import Map, Node, Problem, Seq, place
from opsconsole.text import fold, person_sort_key, sort_key

Content = dict[str, Any]


@dataclass(slots=True)
class Record:
    """A declared thing. ``content`` holds its values by field name, lists and mappings as such,
    the unit's era under ``unit`` and the tombstone under the kind's ``ends_by``."""

    kind: Kind
    key: str
    content: Content
    file: str
    line: int
    sample: int
    _text: str = ""
    _digest: str = ""

    @property
    def text(self) -> str:
        """The content as canonical JSON: what the history keeps."""
        if not self._text:
            self._text = canonical(self.content)
        return self._text

    @property
    def digest(self) -> str:
        """The hash of the content: two records of one digest say the same."""
        if not self._digest:
            self._digest = blake2b(self.text.encode(), digest_size=12).hexdigest()
        return self._digest

    @property
    def unit_id(self) -> str | None:
        """The era of the unit it is declared in."""
        return self.content.get("unit")

    @property
    def ended(self) -> str | None:
        """The day of its tombstone."""
        tombstone = self.content.get(self.kind.ends_by)
        return tombstone["date"] if tombstone else None


class Reading:
    """Turns the items of one kind into contents, noting every problem at its place."""

    def __init__(self, kind: Kind, file: str, problems: list[Problem]) -> None:
        self.kind, self.file, self.problems = kind, file, problems
        self._plain: dict[str, Callable[[str], Any]] = {f.name: f.type.convert for f in kind.fields}
        self.required = [f.name for f in kind.fields if f.required]

    def _problem(self, at: tuple[int, int], message: str) -> None:
        self.problems.append(Problem(self.file, *at, message))

    def key(self, node: Map, written: str) -> str | None:
        """The key written as *written* in *node*, None when it is not one."""
        try:
            key: str = self.kind.key.convert(written)
        except ValueError as error:
            self._problem(
                node.key_place(written), _("key '{written}' {error}").format(written=written, error=error)
            )
            return None
        return key

    def content(self, node: Map, start: Content, at: tuple[int, int], what: str) -> Content | None:
        """The values of the item *node* over the defaults *start*; None when any is wrong."""
        content = dict(start)
        before = len(self.problems)
        plain = self._plain
        for name, value in node.items.items():
            convert = plain.get(name)
            if convert is None:
                self._other(node, name, value, content, what)
            elif type(value) is str:
                if value == "":
                    self._problem(
                        node.value_place(name),
                        _("'{name}' of {what} is empty; give a value or delete the line").format(
                            name=name, what=what
                        ),
                    )
                    continue
                try:
                    content[name] = convert(value)
                except ValueError as error:
                    self._problem(
                        node.value_place(name),
                        _("'{name}' of {what} {error} (it says '{value}')").format(
                            name=name, what=what, error=error, value=_shortened(value)
                        ),
                    )
            else:
                field = self.kind.field(name)
                content[name] = self._nested(field.type, value, _field_of(name, what), node.value_place(name))
        for name in self.required:
            if name not in content and name not in node.items:
                self._problem(
                    at,
                    _("{what} lacks '{name}:' ({help})").format(
                        what=what, name=name, help=_(self.kind.field(name).help)
                    ),
                )
        return content if len(self.problems) == before else None

    def _other(self, node: Map, name: str, value: Node, content: Content, what: str) -> None:
        kind = self.kind
        if name == kind.ends_by:
            from opsconsole.inventory.kind import TOMBSTONE

            content[name] = self._nested(TOMBSTONE, value, _field_of(name, what), node.value_place(name))
        elif name == "unit" and kind.unit:
            if isinstance(value, str) and value:
                content["unit"] = value
            else:
                self._problem(
                    node.value_place(name), _("'unit' of {what} must be the code of a unit").format(what=what)
                )
        else:
            self._problem(
                node.key_place(name), unknown(name, kind.allowed, _("field of {name}").format(name=kind.name))
            )

    def _nested(self, type_: FieldType, node: Node, what: str, at: tuple[int, int]) -> Any:
        if isinstance(type_, ListOf):
            return self._list(type_, node, what, at)
        if isinstance(type_, Group):
            return self._group(type_, node, what, at)
        if isinstance(node, str):
            if node == "":
                self._problem(at, _("{what} is empty; give a value or delete the line").format(what=what))
                return None
            try:
                return type_.convert(node)
            except ValueError as error:
                self._problem(
                    at,
                    _("{what} {error} (it says '{node}')").format(
                        what=what, error=error, node=_shortened(node)
                    ),
                )
                return None
        self._problem(
            at,
            _("{what} must be a single value, not a {sort}").format(
                what=what, sort=_("list") if isinstance(node, Seq) else _("mapping")
            ),
        )
        return None

    def _list(self, type_: ListOf, node: Node, what: str, at: tuple[int, int]) -> list[Any]:
        if not isinstance(node, Seq):
            self._problem(at, _("{what} must be a list: [first, second]").format(what=what))
            return []
        values: dict[Any, None] = {}
        for item, mark in zip(node.items, node.marks, strict=True):
            value = self._nested(type_.item, item, _("an entry of {what}").format(what=what), place(mark))
            if value is not None and value in values:
                self._problem(place(mark), _("{what} holds '{value}' twice").format(what=what, value=value))
            values[value] = None
        return list(values)

    def _group(self, type_: Group, node: Node, what: str, at: tuple[int, int]) -> Content:
        if isinstance(node, str) and node == "" and not any(f.required for f in type_.fields):
            return {}
        if not isinstance(node, Map):
            self._problem(at, _("{what} must be a mapping").format(what=what))
            return {}
        if type_.keyed is None:
            return self._fields(type_.fields, node, what, at)
        content = {}
        for key, value in node.items.items():
            try:
                code = type_.keyed.convert(key)
            except ValueError as error:
                self._problem(
                    node.key_place(key),
                    _("key '{key}' in {what} {error}").format(key=key, what=what, error=error),
                )
                continue
            inner = Group(type_.fields)
            content[code] = self._group(inner, value, _part_of(key, what), node.value_place(key))
        return content

    def _fields(self, fields: tuple[Field, ...], node: Map, what: str, at: tuple[int, int]) -> Content:
        content: Content = {}
        by_name = {f.name: f for f in fields}
        for name, value in node.items.items():
            if name not in by_name:
                self._problem(
                    node.key_place(name), unknown(name, by_name, _("field in {what}").format(what=what))
                )
                continue
            content[name] = self._nested(
                by_name[name].type, value, _part_of(name, what), node.value_place(name)
            )
        for field in fields:
            if field.required and field.name not in node.items:
                self._problem(
                    at,
                    _("{what} lacks '{name}:' ({help})").format(
                        what=what, name=field.name, help=_(field.help)
                    ),
                )
        return content


def _field_of(name: str, what: str) -> str:
    return _("'{name}' of {what}").format(name=name, what=what)


def _part_of(key: str, what: str) -> str:
    return _("'{key}' in {what}").format(key=key, what=what)


def _shortened(value: str) -> str:
    return value if len(value) <= 80 else value[:80] + "…"


def unknown(name: str, known: Any, what: str) -> str:
    """The words for an unknown name: the nearest known one, or all of them."""
    import difflib

    near = difflib.get_close_matches(name, list(known), 1)
    hint = (
        _("did you mean '{near}'?").format(near=near[0])
        if near
        else _("known: {names}").format(names=", ".join(sorted(known)))
    )
    return _("unknown {what}: '{name}'; {hint}").format(what=what, name=name, hint=hint)


# --- rows ------------------------------------------------------------------------------------


_LIVING = (None, None, None)


class RowForm:
    """How records of one kind stand in its table."""

    def __init__(self, kind: Kind, province: str) -> None:
        self.kind = kind
        self.province = province
        self.columns = tuple(name for name, _type in kind.columns)
        self._fields = [(f.name, isinstance(f.type, ListOf | Group)) for f in kind.fields]
        self._names = kind.name_fields
        self._plain_names = [name for name, _nested in self._fields]
        self._nested = [(at, name) for at, (name, nested) in enumerate(self._fields) if nested]
        self._content_at = len(self.columns) - len(kind.fields)
        self._order = person_sort_key if kind.people else sort_key
        self._folded: dict[str, str] = {}

    def row(self, record: Record, revision: int) -> tuple[Any, ...]:
        """The row of *record*, written in *revision*."""
        content = record.content
        get = content.get
        names = [str(value) for name in self._names if (value := get(name))]
        head = (
            self.province,
            record.key,
            record.file,
            record.line,
            record.digest,
            revision,
            record.sample,
            0,
            " ".join([self._fold(each) for each in (record.key, *names)]),
            self._order(names[0] if names else record.key),
        )
        unit = (get("unit"),) if self.kind.unit else ()
        tombstone = get(self.kind.ends_by)
        end = (tombstone["date"], tombstone["reason"], tombstone.get("decision")) if tombstone else _LIVING
        values = [get(name) for name in self._plain_names]
        for at, name in self._nested:
            if (value := get(name)) is not None:
                values[at] = canonical(value)
        return (*head, *unit, *end, *values)

    def _fold(self, value: str) -> str:
        folded = self._folded.get(value)
        if folded is None:
            folded = self._folded[value] = fold(value)
        return folded

    def content(self, row: tuple[Any, ...]) -> Content:
        """The content that *row* (all columns, in order) says."""
        values = dict(zip(self.columns, row, strict=True))
        content: Content = {}
        for (name, nested), value in zip(self._fields, row[self._content_at :], strict=True):
            if value is not None:
                content[name] = json.loads(value) if nested else value
        if self.kind.unit and values["unit_id"] is not None:
            content["unit"] = values["unit_id"]
        if values["ended"] is not None:
            tombstone = {"date": values["ended"], "reason": values["ended_reason"]}
            if values["ended_decision"] is not None:
                tombstone["decision"] = values["ended_decision"]
            content[self.kind.ends_by] = tombstone
        return content

    def record(self, row: tuple[Any, ...]) -> Record:
        """The record that *row* (all columns, in order) says."""
        values = dict(zip(self.columns[:7], row[:7], strict=True))
        return Record(
            self.kind, values["key"], self.content(row), values["file"], values["line"], values["sample"]
        )

    def select(self, where: str) -> str:
        """The SELECT of all columns of the rows of this province for which *where* holds."""
        return (
            f"SELECT {', '.join(self.columns)} FROM {self.kind.table} WHERE province = :province AND {where}"  # noqa: S608
        )
