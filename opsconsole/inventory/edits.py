"""Edits of one YAML text in place: items added, fields set, changed and taken away.

What is not asked for stays as it is, byte for byte: comments, order, quotes, blank lines. Each
result is read again and held against what was asked; a text that is written so that this cannot be
done is refused, never written wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from opsconsole import strictyaml
from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory import spans
from opsconsole.inventory.emit import scalar
from opsconsole.text import squeeze

# A value as a document writes it. ``yes`` and ``no`` may be given as True and False.
Written: TypeAlias = "str | int | float | bool | Sequence[Any] | Mapping[str, Any]"
Plain: TypeAlias = "str | list[Any] | dict[str, Any]"

WIDTH = 150  # a flow mapping that would be wider goes on in the next line

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class ItemEdit:
    """What becomes of one item: *fields* by name, None where a field is taken away. With *new* the
    item is not there yet, with *gone* it leaves this file. *key* is as the text writes it."""

    key: str
    fields: Mapping[str, Written | None]
    new: bool = False
    gone: bool = False


def edited(data: bytes, name: str, edits: Sequence[ItemEdit]) -> bytes:
    """*data*, the YAML file called *name*, with *edits* (each of another item).

    Raises ProblemsFound where the file, or what would come of it, is no such document, and Refused
    where it cannot be edited in place.
    """
    before = strictyaml.parse(data, name)
    text = data.decode("utf-8")
    bom, text = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    top = spans.top(text)
    items = top.entry("items")
    if items is None:
        raise Refused(_("{file}: lacks 'items:', the mapping from key to thing").format(file=name))
    patches = _Patches(text, name)
    for edit in edits:
        if not edit.new and not edit.gone:
            patches.item(items.value, edit)
    patches.remove(items, {edit.key for edit in edits if edit.gone}, [edit for edit in edits if edit.new])
    after = (bom + patches.applied()).encode()
    try:
        found = strictyaml.parse(after, name)
    except strictyaml.ProblemsFound:
        strictyaml.decoded(after, name)  # a value that no file may hold is told as that
        # Else it is the manner of the text: places in one that nobody sees would say nothing.
        known = (each.key for each in edits if not each.new)
        raise Refused(_unfit(_place_of(before, next(known, None), name))) from None
    _verify(before, found, edits, name)
    return after


def plain(value: Written) -> Plain:
    """*value* as the strict loader reads it back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    return squeeze(value) if isinstance(value, str) else scalar(value)


def rendered(value: Plain) -> str:
    """*value* in flow style, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {rendered(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(rendered, value)) + "]"
    return scalar(value)


def of_node(node: strictyaml.Node) -> Plain:
    """A node of the strict loader as plain values."""
    if isinstance(node, strictyaml.Map):
        return {key: of_node(each) for key, each in node.items.items()}
    if isinstance(node, strictyaml.Seq):
        return [of_node(each) for each in node.items]
    return node


class _Patches:
    """Replacements of parts of a text, collected and then carried out from the end on."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.found: list[tuple[int, int, str]] = []

    def replace(self, start: int, end: int, new: str) -> None:
        self.found.append((start, end, new))

    def applied(self) -> str:
        """The text with all that was collected."""
        parts: list[str] = []
        at = 0
        for start, end, new in sorted(self.found, key=lambda patch: patch[:2]):
            if start < at:
                self.refuse(start)
            parts += (self.text[at:start], new)
            at = end
        return "".join([*parts, self.text[at:]])

    def refuse(self, at: int) -> None:
        """Raise Refused for the place *at*."""
        raise Refused(_unfit(self.place(at)))

    def place(self, at: int) -> str:
        """File and line of the offset *at*."""
        return f"{self.name}:{self.text.count(chr(10), 0, at) + 1}"

    # --- items -------------------------------------------------------------------------------

    def item(self, items: spans.Node, edit: ItemEdit) -> None:
        """Change the fields of an item that is there."""
        entry = items.entry(edit.key) if isinstance(items, spans.Mapping) else None
        if entry is None:
            raise Refused(_("{file}: declares no '{key}'").format(file=self.name, key=edit.key))
        wanted = {key: None if value is None else plain(value) for key, value in edit.fields.items()}
        if isinstance(entry.value, spans.Mapping):
            self.fields(entry, entry.value, wanted)
        else:  # nothing, or something that is no item
            self.refuse(entry.start)

    def remove(self, items: spans.Entry, keys: set[str], new: Sequence[ItemEdit]) -> None:
        """Take the items *keys* out, with what is written in their own lines, and add *new* ones."""
        node = items.value
        if keys and isinstance(node, spans.Mapping):
            for part in node.parts:
                if part.key.value in keys and spans.comments(self.text, part.start, part.end, part):
                    raise Refused(
                        _("{place}: '{key}' holds comments, which would be lost; move it by hand").format(
                            place=self.place(part.start), key=part.key.value
                        )
                    )
            gone = [place for place, part in enumerate(node.parts) if part.key.value in keys]
            if node.flow:
                added = [f"{scalar(each.key)}: {rendered(_given(each.fields))}" for each in new]
                self._flow(node.parts, node, gone, added)
                return
            self._block_gone(items, node.parts, gone, more=bool(new))
        self._add(items, new)

    def _add(self, items: spans.Entry, edits: Sequence[ItemEdit]) -> None:
        """Add items behind the last one, in the manner of the text."""
        if not edits:
            return
        node, text = items.value, self.text
        new = [(edit.key, _given(edit.fields)) for edit in edits]
        if isinstance(node, spans.Mapping) and node.flow and node.parts:
            added = "".join(f", {scalar(key)}: {rendered(fields)}" for key, fields in new)
            self.replace(node.parts[-1].end, node.parts[-1].end, added)
            return
        if isinstance(node, spans.Mapping) and node.parts:
            last = node.parts[-1]
            indent = spans.column(text, last.start)
            flow = isinstance(last.value, spans.Mapping) and last.value.flow
            deeper = indent + 2
            if isinstance(last.value, spans.Mapping) and not flow and last.value.parts:
                deeper = spans.column(text, last.value.parts[0].start)
            at = spans.line_end(text, last.end)
        else:
            if isinstance(node, spans.Mapping):  # items: {}
                if spans.comments(text, node.start, node.end):
                    self.refuse(node.start)
                before = node.start - 1 if text[node.start - 1] == " " else node.start
                self.replace(before, node.end, "")
            elif not isinstance(node, spans.Scalar) or node.value:
                self.refuse(node.start)
            indent = spans.column(text, items.start) + 2
            deeper, flow = indent + 2, False
            at = spans.line_end(text, items.end)
        lines: list[str] = []
        for key, fields in new:
            lines += _item_lines(key, fields, indent, deeper, flow=flow)
        self._insert_lines(at, lines)

    def _insert_lines(self, at: int, lines: Sequence[str]) -> None:
        text = self.newline.join(lines)
        if at and self.text[at - 1] != "\n":  # the last line of the file is not ended
            self.replace(at, at, self.newline + text)
        else:
            self.replace(at, at, text + self.newline)

    # --- fields ------------------------------------------------------------------------------

    def fields(self, owner: spans.Entry, node: spans.Mapping, wanted: Mapping[str, Plain | None]) -> None:
        """Bring the fields of *node* to *wanted*, those not named there staying."""
        there = {part.key.value: part for part in node.parts}
        gone = [place for place, part in enumerate(node.parts) if wanted.get(part.key.value, "") is None]
        for key, value in wanted.items():
            if key in there and value is not None:
                self.value(there[key], value)
        new = {key: value for key, value in wanted.items() if value is not None and key not in there}
        if node.flow:
            self._flow(node.parts, node, gone, [f"{scalar(key)}: {rendered(new[key])}" for key in new])
        else:
            self._block_fields(owner, node, gone, new)

    def _block_fields(
        self, owner: spans.Entry, node: spans.Mapping, gone: Sequence[int], new: Mapping[str, Plain]
    ) -> None:
        text = self.text
        self._block_gone(owner, node.parts, gone, more=bool(new))
        if new:
            indent = spans.column(text, node.parts[0].start)
            lines = [line for key, value in new.items() for line in _field_lines(key, value, indent)]
            self._insert_lines(spans.line_end(text, node.end), lines)

    def _block_gone(
        self, owner: spans.Entry, parts: Sequence[spans.Entry], gone: Sequence[int], *, more: bool
    ) -> None:
        """Take the lines of *parts* at the places *gone* out of the block mapping of *owner*; with
        *more* others come in their stead."""
        text = self.text
        for place in gone:
            part = parts[place]
            if text[spans.line_start(text, part.start) : part.start].strip():
                self.refuse(part.start)
            self.replace(spans.line_start(text, part.start), spans.line_end(text, part.end), "")
        if len(gone) == len(parts) and not more:
            at = text.index(":", owner.key.end) + 1
            self.replace(at, at, " {}")

    def value(self, entry: spans.Entry, wanted: Plain) -> None:
        """Give the field *entry* the value *wanted*, by as small a change as there is."""
        node = entry.value
        if _of_span(node) == wanted:
            return
        if isinstance(node, spans.Mapping) and isinstance(wanted, dict) and node.parts:
            gone = {part.key.value: None for part in node.parts if part.key.value not in wanted}
            self.fields(entry, node, {**wanted, **gone})
            return
        if isinstance(node, spans.Listing) and isinstance(wanted, list) and self._list(node, wanted):
            return
        start, end = entry.key.end, node.end
        if isinstance(node, spans.Scalar) or node.flow:
            start = node.start
        kept = (node,) if isinstance(node, spans.Scalar) else ()
        if spans.comments(self.text, start, end, *kept):
            self.refuse(node.start)
        colon = ": " if start == entry.key.end else "" if self.text[start - 1 : start].isspace() else " "
        self.replace(start, max(start, end), colon + rendered(wanted))

    def _list(self, node: spans.Listing, wanted: list[Any]) -> bool:
        """Bring a list to *wanted* by taking elements away and adding some behind; False where that
        does not lead there."""
        before = [_of_span(part) for part in node.parts]
        kept = [each for each in before if each in wanted]
        new = wanted[len(kept) :]
        if kept + new != wanted or not kept:
            return False
        gone = [place for place, each in enumerate(before) if each not in wanted]
        if node.flow:
            self._flow(node.parts, node, gone, [rendered(each) for each in new])
            return True
        text = self.text
        starts = [text.rindex("-", 0, part.start) for part in node.parts]
        for place in gone:
            if text[spans.line_start(text, starts[place]) : starts[place]].strip():
                return False
            self.replace(
                spans.line_start(text, starts[place]), spans.line_end(text, node.parts[place].end), ""
            )
        if new:
            indent = " " * spans.column(text, starts[0])
            lines = [f"{indent}- {rendered(each)}" for each in new]
            self._insert_lines(spans.line_end(text, node.end), lines)
        return True

    def _flow(
        self,
        parts: Sequence[spans.Entry | spans.Node],
        node: spans.Mapping | spans.Listing,
        gone: Sequence[int],
        new: Sequence[str],
    ) -> None:
        """Take the *parts* at the places *gone* out of a flow collection and put *new* behind."""
        text, leading, at = self.text, 0, parts[-1].end if parts else node.start + 1
        while leading in gone:
            leading += 1
        if leading:
            end = parts[leading].start if leading < len(parts) else parts[-1].end
            if leading == len(parts):
                at = end = end + len(re.match(r"(\s*,)?", text[end : node.end])[0])  # type: ignore[index]
            if self._remarks(parts, 0, leading, end):
                self.refuse(parts[0].start)
            self.replace(parts[0].start, end, "")
        for place in gone:
            if place >= leading:
                start, end = parts[place - 1].end, parts[place].end
                # What begins a line goes with what is between it and the next, so that lines stay.
                begins = not text[spans.line_start(text, parts[place].start) : parts[place].start].strip()
                if begins and place + 1 < len(parts) and not {place - 1, place + 1} & {*gone}:
                    start, end = parts[place].start, parts[place + 1].start
                    if "\n" in text[parts[place].end : end]:
                        start, end = parts[place - 1].end, parts[place].end
                if self._remarks(parts, place - 1, place + 1, max(end, parts[place].end)):
                    self.refuse(parts[place].start)
                self.replace(start, end, "")
        if not new:
            return
        first = leading == len(parts)
        added = ", ".join(new)
        width = at - spans.line_start(text, at) + len(added)
        if not first and width > WIDTH and spans.column(text, parts[0].start) < WIDTH // 2:
            wrapped = f",{self.newline}{' ' * spans.column(text, parts[0].start)}"
            self.replace(at, at, wrapped + added)
        else:
            self.replace(at, at, added if first else ", " + added)

    def _remarks(self, parts: Sequence[spans.Entry | spans.Node], first: int, over: int, end: int) -> bool:
        """Whether a comment stands between the parts from *first* on, up to *end*: it may belong to
        what stays."""
        return spans.comments(self.text, parts[first].start, end, *parts[first:over])


def _given(fields: Mapping[str, Written | None]) -> dict[str, Plain]:
    return {key: plain(value) for key, value in fields.items() if value is not None}


def _item_lines(key: str, fields: dict[str, Plain], indent: int, deeper: int, *, flow: bool) -> list[str]:
    """The lines of a new item, in flow style where the others are and it fits."""
    begin = f"{' ' * indent}{scalar(key)}:"
    one = f"{begin} {rendered(fields)}"
    if not fields or (flow and len(one) <= WIDTH):
        return [one]
    return [begin, *(line for name, value in fields.items() for line in _field_lines(name, value, deeper))]


def _field_lines(name: str, value: Plain, indent: int) -> list[str]:
    """The lines of a new field: one, or for a mapping that is too wide for it one for each of its entries."""
    begin = f"{' ' * indent}{scalar(name)}:"
    one = f"{begin} {rendered(value)}"
    if not isinstance(value, dict) or not value or len(one) <= WIDTH:
        return [one]
    return [begin, *(line for key, each in value.items() for line in _field_lines(key, each, indent + 2))]


def _of_span(node: spans.Node) -> Plain:
    if isinstance(node, spans.Mapping):
        return {part.key.value: _of_span(part.value) for part in node.parts}
    if isinstance(node, spans.Listing):
        return [_of_span(part) for part in node.parts]
    return node.value


def _verify(before: strictyaml.Map, after: strictyaml.Map, edits: Sequence[ItemEdit], name: str) -> None:
    """Hold what came of the edits against what was asked."""
    wanted, found = of_node(before), of_node(after)
    assert isinstance(wanted, dict) and isinstance(found, dict)  # noqa: S101, PT018
    items = wanted["items"] = dict(wanted["items"]) if wanted["items"] else {}
    for edit in edits:
        if edit.gone:
            del items[edit.key]
            continue
        fields = {} if edit.new else dict(items[edit.key])
        for field, value in edit.fields.items():
            if value is None:
                fields.pop(field, None)
            else:
                fields[field] = plain(value)
        items[edit.key] = fields
    if (items or None) != (found["items"] or None) or list(items) != list(found["items"]):
        pass
    elif {**wanted, "items": 0} == {**found, "items": 0}:
        return
    written = found["items"] if isinstance(found["items"], dict) else {}
    wrong = (edit.key for edit in edits if not edit.new and items.get(edit.key) != written.get(edit.key))
    raise Refused(_unfit(_place_of(before, next(wrong, None), name)))


def _place_of(document: strictyaml.Map, key: str | None, name: str) -> str:
    """File and line of the item *key*; the file where it is not there."""
    items = document.items["items"]
    if key is None or not isinstance(items, strictyaml.Map) or key not in items.items:
        return name
    return f"{name}:{items.key_place(key)[0]}"


def _unfit(place: str) -> str:
    return _("{place}: is written so that it cannot be edited in place; edit the file by hand").format(
        place=place
    )
