"""Desired state: the records of all changed files, with units resolved and references checked."""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from opsconsole.catalogue import _
from opsconsole.inventory.documents import Document, Resolve, find_place, open_document, read_items
from opsconsole.inventory.fields import ListOf, Ref, Refers
from opsconsole.inventory.files import Comparison, Content
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.inventory.records import Record, RowForm
from opsconsole.store.database import Reader
from opsconsole.strictyaml import Problem, ProblemsFound
from opsconsole.units.building import timeline_of
from opsconsole.units.timeline import Timeline

UNIT_KINDS = ("units", "reorganisations")
_UNIT_FILE = re.compile(rb"""kind["']?\s*:\s*["']?(units|reorganisations)\b""")

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Desired:
    """What the changed files say. ``records`` are by kind name and key; ``timeline`` is the tree
    of units as it will be, ``units_changed`` whether that differs from what the store holds."""

    files: Comparison
    records: dict[str, dict[str, Record]]
    timeline: Timeline
    units_changed: bool
    contents: dict[str, Content] = field(default_factory=dict)
    stored: Callable[[str], Mapping[str, Record]] = field(default=lambda _kind: {}, repr=False)

    def of(self, kind: str) -> Mapping[str, Record]:
        """The records of the kind called *kind*."""
        return self.records.get(kind, {})

    def every(self, kind: str) -> Mapping[str, Record]:
        """The records of the kind called *kind*, and of those that the register holds the ones that no
        changed file names: what is in no file any more still stands."""
        return {**self.stored(kind), **self.of(kind)}

    def problem(self, record: Record, field_name: str, message: str) -> Problem:
        """A problem of *record* at the place of its field."""
        return _problem_at(self.contents, record, (field_name,), message)


def _problem_at(
    contents: Mapping[str, Content], record: Record, path: Iterable[str], message: str
) -> Problem:
    content = contents.get(record.file)
    if content is None:
        return Problem(record.file, record.line, 1, message)
    return Problem(record.file, *find_place(content.data, record.file, record.key, *path), message)


def touches_units(files: Comparison, kind_of_file: Mapping[str, str]) -> bool:
    """Whether the changed or vanished files declare units or reorganisations: then the meaning of
    every unit code may have changed, and every file has to be read."""
    return any(_UNIT_FILE.search(content.data) for content in files.changed) or any(
        kind_of_file.get(name) in UNIT_KINDS for name in files.gone
    )


def load(
    reader: Reader, files: Comparison, kinds: Kinds, *, units_changed: bool, progress: Progress | None = None
) -> Desired:
    """Read and check the changed files of *files*.

    With *units_changed* the tree of units is built anew from what is declared and what the store
    still holds of it; else the store's tree is used. Raises ProblemsFound with all that is wrong.
    """
    problems: list[Problem] = []
    records: dict[str, dict[str, Record]] = defaultdict(dict)
    contents = {content.found.name: content for content in files.changed}
    with collection_paused():
        first, rest = _split(files.changed)
        done = 0
        for document in _open(first, kinds, problems):
            if document.kind.name in UNIT_KINDS:
                read_items(document, records[document.kind.name], _no_units, problems)
            else:
                rest.append(contents[document.name])
        if units_changed:
            timeline = _timeline(reader, records, contents, kinds, problems)
        else:
            timeline = stored_timeline(reader)
        resolve = _resolver(timeline, bool(problems))
        for content in sorted(rest, key=lambda each: each.found.name):
            for document in _open([content], kinds, problems):
                if document.kind.name in UNIT_KINDS:
                    problems.append(
                        Problem(
                            document.name,
                            1,
                            1,
                            _("write 'kind: {name}' on a line of its own").format(name=document.kind.name),
                        )
                    )
                    continue
                read_items(document, records[document.kind.name], resolve, problems)
            done += 1
            if progress is not None:
                progress("read", done, len(rest))
        desired = Desired(files, dict(records), timeline, units_changed, contents, _stored(reader, kinds))
        problems.extend(_references(reader, desired, kinds))
        for kind in kinds:
            if kind.check is not None and kind.name in desired.records:
                problems.extend(kind.check(desired))
    if problems:
        raise ProblemsFound(problems)
    return desired


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep the garbage collector from running, for work that makes much and no garbage."""
    # A load makes hundreds of thousands of containers and no garbage: the collector only costs.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _split(contents: Iterable[Content]) -> tuple[list[Content], list[Content]]:
    first: list[Content] = []
    rest: list[Content] = []
    for content in contents:
        (first if _UNIT_FILE.search(content.data) else rest).append(content)
    return first, rest


def _open(contents: Iterable[Content], kinds: Kinds, problems: list[Problem]) -> Iterator[Document]:
    for content in contents:
        document = open_document(content, kinds, problems)
        if document is not None:
            yield document


def _no_units(code: str, day: str) -> str:
    raise LookupError(_("units belong to no unit"))


def _resolver(timeline: Timeline, units_wrong: bool) -> Resolve:
    if units_wrong:
        # The tree is wrong already, and said so: a wrong code below it would be a second
        # error for the same mistake.
        return lambda code, day: f"{code}@{day}"

    def resolve(code: str, day: str) -> str:
        return timeline.resolve(code, day).id

    return resolve


# --- units ---------------------------------------------------------------------------------


def stored_timeline(reader: Reader) -> Timeline:
    """The tree of units as the store holds it."""
    from opsconsole.units.registry import load as load_units

    return load_units(reader)


def _timeline(
    reader: Reader,
    records: dict[str, dict[str, Record]],
    contents: Mapping[str, Content],
    kinds: Kinds,
    problems: list[Problem],
) -> Timeline:
    declared: dict[str, dict[str, Record]] = {}
    for name in UNIT_KINDS:
        # What is in no file any more still stands in the register, and so in the tree.
        stored = {record.key: record for record in stored_records(reader, kinds[name])}
        declared[name] = {
            key: record for key, record in {**stored, **records.get(name, {})}.items() if record.ended is None
        }
    timeline, found = timeline_of(
        {key: record.content for key, record in declared["units"].items()},
        {key: record.content for key, record in declared["reorganisations"].items()},
    )
    for each in found:
        problems.append(_problem_at(contents, declared[each.kind][each.key], each.path, each.message))
    return timeline


def stored_records(reader: Reader, kind: Kind) -> list[Record]:
    """All records of *kind* that the register holds."""
    form = RowForm(kind, reader.province)
    return [form.record(row) for row in reader.rows(form.select("true"))]


def _stored(reader: Reader, kinds: Kinds) -> Callable[[str], Mapping[str, Record]]:
    @cache
    def stored(name: str) -> Mapping[str, Record]:
        return {record.key: record for record in stored_records(reader, kinds[name])}

    return stored


# --- references ------------------------------------------------------------------------------


def _references(reader: Reader, desired: Desired, kinds: Kinds) -> list[Problem]:
    wanted: dict[str, list[tuple[Record, str, str]]] = defaultdict(list)
    for name, records in desired.records.items():
        for each in kinds[name].fields:
            item = each.type.item if isinstance(each.type, ListOf) else each.type
            one = item is each.type
            if isinstance(item, Ref):
                target = item.kind
                there = desired.of(target)
                for record in records.values():
                    value = record.content.get(each.name)
                    if value is None:
                        continue
                    for key in (value,) if one else value:
                        if key not in there:
                            wanted[target].append((record, each.name, key))
            elif isinstance(item, Refers):
                for record in records.values():
                    value = record.content.get(each.name)
                    for written in () if value is None else (value,) if one else value:
                        found = item.refers(written)
                        if found is not None and found[1] not in desired.of(found[0]):
                            wanted[found[0]].append((record, each.name, found[1]))
    problems = []
    for target, uses in wanted.items():
        stored = _stored_keys(reader, kinds[target], {key for _record, _name, key in uses})
        for record, name, key in uses:
            if key not in stored:
                problems.append(
                    desired.problem(
                        record,
                        name,
                        _(
                            "'{name}' of {singular} '{key}' names {target} '{wanted}', which is not "
                            "declared; declare it or correct the key"
                        ).format(
                            name=name,
                            singular=record.kind.called,
                            key=record.key,
                            target=kinds[target].called,
                            wanted=key,
                        ),
                    )
                )
    return problems


def _stored_keys(reader: Reader, kind: Kind, keys: set[str]) -> set[str]:
    if len(keys) > 500:
        sql = f"SELECT key FROM {kind.table} WHERE province = :province"  # noqa: S608
        return keys & {key for (key,) in reader.rows(sql)}
    return {
        key
        for key in keys
        if reader.row(f"SELECT 1 FROM {kind.table} WHERE province = :province AND key = :key", {"key": key})  # noqa: S608
    }
