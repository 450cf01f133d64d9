"""Documents: one YAML file → its head (kind, unit, day, defaults) and the records of its items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Day, Text
from opsconsole.inventory.files import Content
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.inventory.records import Reading, Record, unknown
from opsconsole.strictyaml import Map, Node, Problem, ProblemsFound, Seq, parse

HEAD = ("kind", "unit", "as_of", "sample", "note", "defaults", "items")

# (unit code, day, file, place) → era id; raises LookupError with the words for the user
Resolve = Callable[[str, str], str]


@dataclass(slots=True)
class Document:
    """A file whose YAML is right and whose head is known; its items are not read yet."""

    name: str
    kind: Kind
    top: Map
    unit: str | None
    as_of: str | None
    sample: int


def open_document(content: Content, kinds: Kinds, problems: list[Problem]) -> Document | None:
    """The document in *content*; None where its YAML or head is wrong, with the problems noted."""
    name = content.found.name
    try:
        top = parse(content.data, name)
    except ProblemsFound as error:
        problems.extend(error.problems)
        return None
    count = len(problems)
    for key in top.items:
        if key not in HEAD:
            problems.append(
                Problem(name, *top.key_place(key), unknown(key, HEAD, _("entry at the head of a file")))
            )
    kind = _kind(top, name, kinds, problems)
    unit = _text(top, "unit", name, problems)
    as_of = _text(top, "as_of", name, problems)
    _text(top, "note", name, problems)
    sample = _text(top, "sample", name, problems)
    if as_of is not None:
        try:
            Day().convert(as_of)
        except ValueError as error:
            problems.append(
                Problem(
                    name,
                    *top.value_place("as_of"),
                    _("'as_of' {error} (it says '{as_of}')").format(error=error, as_of=as_of),
                )
            )
    if kind is not None and unit is not None and not kind.unit:
        problems.append(
            Problem(
                name,
                *top.key_place("unit"),
                _("{name} belong to no unit; delete 'unit:'").format(name=kind.name),
            )
        )
    for part in ("items", "defaults"):
        node = top.items.get(part)
        if isinstance(node, Seq) or (isinstance(node, str) and node):
            problems.append(
                Problem(name, *top.value_place(part), _("'{part}' must be a mapping").format(part=part))
            )
    if "items" not in top.items:
        problems.append(Problem(name, 1, 1, _("lacks 'items:', the mapping from key to thing")))
    if len(problems) > count or kind is None:
        return None
    return Document(name, kind, top, unit, as_of, 0 if sample in (None, "no", "false") else 1)


def _kind(top: Map, name: str, kinds: Kinds, problems: list[Problem]) -> Kind | None:
    node = top.items.get("kind")
    if node is None:
        problems.append(
            Problem(
                name, 1, 1, _("lacks 'kind:' (one of {names})").format(names=", ".join(k.name for k in kinds))
            )
        )
    elif not isinstance(node, str) or node not in kinds:
        written = node if isinstance(node, str) else "…"
        problems.append(
            Problem(
                name,
                *top.value_place("kind"),
                _("there is no kind '{written}'; {hint}").format(written=written, hint=kinds.hint(written)),
            )
        )
    else:
        return kinds[node]
    return None


def _text(top: Map, key: str, name: str, problems: list[Problem]) -> str | None:
    node = top.items.get(key)
    if node is None:
        return None
    if not isinstance(node, str) or not node:
        problems.append(
            Problem(name, *top.value_place(key), _("'{key}' must be a single value").format(key=key))
        )
        return None
    try:
        return Text(300).convert(node)
    except ValueError as error:
        problems.append(Problem(name, *top.value_place(key), f"'{key}' {error}"))
        return None


def read_items(
    document: Document,
    into: dict[str, Record],
    resolve: Resolve,
    problems: list[Problem],
) -> None:
    """Read the items of *document* into *into* (key → record), noting what is wrong.

    *resolve* gives the era of a unit code on a day. A key that *into* holds already stands in
    two files and is a problem of the second.
    """
    kind, name, items = document.kind, document.name, document.top.items["items"]
    if not isinstance(items, Map):
        return
    reading = Reading(kind, name, problems)
    whole, defaults = _defaults(document, reading)
    eras: dict[str, str | None] = {}
    for written, node in items.items.items():
        key = reading.key(items, written)
        at = items.key_place(written)
        if key is None:
            continue
        if not isinstance(node, Map):
            problems.append(
                Problem(
                    name,
                    *at,
                    _("{singular} '{key}' must be a mapping of fields").format(singular=kind.called, key=key),
                )
            )
            continue
        content = reading.content(node, defaults, at, f"{kind.called} '{key}'")
        written_unit = node.items.get("unit", defaults.get("unit", document.unit))
        if kind.unit and not _place_in_unit(
            document, node, written_unit, content, at, eras, resolve, problems, key
        ):
            content = None
        if key in into:
            first = into[key]
            problems.append(
                Problem(
                    name,
                    *at,
                    _(
                        "{singular} '{key}' is declared twice; first at {file}:{line}. Delete one of them"
                    ).format(singular=kind.called, key=key, file=first.file, line=first.line),
                )
            )
        elif content is not None and whole:
            into[key] = Record(kind, key, content, name, at[0], document.sample)


def _defaults(document: Document, reading: Reading) -> tuple[bool, dict[str, object]]:
    """Whether the defaults of *document* are right, and what they are."""
    node = document.top.items.get("defaults")
    if not isinstance(node, Map):
        return True, {}
    required, reading.required = reading.required, []
    content = reading.content(node, {}, document.top.key_place("defaults"), "'defaults'")
    # What is wrong in the defaults is one problem, and not one more of every item that lacks it.
    reading.required = [name for name in required if content is not None or name not in node.items]
    return content is not None, content or {}


def _place_in_unit(
    document: Document,
    node: Map,
    written: object,
    content: dict[str, object] | None,
    at: tuple[int, int],
    eras: dict[str, str | None],
    resolve: Resolve,
    problems: list[Problem],
    key: str,
) -> bool:
    """Put the era of the unit's code *written* into *content*; False where that cannot be done."""
    kind = document.kind
    if not isinstance(written, str):
        if kind.unit == "required":
            problems.append(
                Problem(
                    document.name,
                    *at,
                    _("{singular} '{key}' has no unit: write 'unit: CODE' here or at the head").format(
                        singular=kind.called, key=key
                    ),
                )
            )
            return False
        return True
    if document.as_of is None:
        if "" not in eras:
            eras[""] = None
            problems.append(
                Problem(
                    document.name,
                    1,
                    1,
                    _(
                        "names units and lacks 'as_of: YYYY-MM-DD', the day of the list that the "
                        "unit codes are from"
                    ),
                )
            )
        return False
    if written not in eras:
        try:
            eras[written] = resolve(written, document.as_of)
        except LookupError as error:
            eras[written] = None
            own = "unit" in node.items
            place_ = (
                node.value_place("unit") if own else document.top.value_place("unit") if document.unit else at
            )
            problems.append(Problem(document.name, *place_, str(error.args[0])))
    era = eras[written]
    if era is None or content is None:
        return False
    content["unit"] = era
    return True


def find_place(data: bytes, name: str, key: str, *path: str) -> tuple[int, int]:
    """Where the field at *path* of the item *key* stands in the document *data*, as far as the
    path leads: for errors found late."""
    node, written = _items(data, name)
    at = (1, 1)
    if isinstance(node, Map):
        steps = [key if key in node.items else written.get(key, key), *path]
        for number, step in enumerate(steps):
            if not isinstance(node, Map) or step not in node.items:
                break
            at = node.value_place(step) if number else node.key_place(step)
            node = node.items[step]
    return at


@lru_cache(maxsize=1)  # errors come file by file, and a file may hold thousands
def _items(data: bytes, name: str) -> tuple[Node | None, dict[str, str]]:
    """The items of the document *data*, and their keys as written by those in lower case."""
    node = parse(data, name).items.get("items")
    return node, {each.lower(): each for each in node.items} if isinstance(node, Map) else {}
