"""Export: the register back as YAML, one document a file as last declared, the same bytes each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.emit import lines, scalar
from opsconsole.inventory.fields import FieldType, Flag, Group, ListOf, Moment
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.inventory.records import Content, Record, RowForm
from opsconsole.oserrors import said
from opsconsole.store.database import Reader
from opsconsole.units.timeline import Timeline


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of an export: its name from the root, and its text."""

    name: str
    text: str


def export(reader: Reader, kinds: Kinds, timeline: Timeline) -> Iterator[ExportedFile]:
    """Every declared thing, those without a file any more too, file by file in order of names.

    Declared again, these files make an empty plan. Things keep their order in the file; defaults
    are written out.
    """
    taken = {
        name
        for kind in kinds
        for (name,) in reader.rows(f"SELECT DISTINCT file FROM {kind.table} WHERE province = :province")  # noqa: S608
    }
    used: set[str] = set()
    for kind in kinds:
        by_file: dict[str, list[Record]] = defaultdict(list)
        form = RowForm(kind, reader.province)
        for row in reader.rows(form.select("true ORDER BY file, line, key")):
            record = form.record(row)
            by_file[record.file].append(record)
        for name in sorted(by_file):
            for part in _parts(by_file[name], timeline):
                free = name if name not in used else _free_name(PurePosixPath(name), taken | used)
                used.add(free)
                yield ExportedFile(free, document(kind, part, timeline))


def _free_name(path: PurePosixPath, taken: set[str]) -> str:
    """*path* with the first number behind its stem that gives none of the names *taken*."""
    names = (str(path.with_stem(f"{path.stem}-{number}")) for number in count(2))
    return next(name for name in names if name not in taken)


def write_files(files: Iterable[ExportedFile], out: Path) -> int:
    """Write *files* below the folder *out*; returns how many.

    A file is complete or not there. Raises Refused for a name that leads out of the folder, or
    where the disk does not take it.
    """
    count = 0
    for each in files:
        name = PurePosixPath(each.name)
        relative = PurePosixPath(*name.parts[1:]) if name.is_absolute() else name
        if ".." in relative.parts:
            raise Refused(_("{name}: leads out of the folder; it is not written").format(name=each.name))
        target = out / relative
        partial = target.with_name(target.name + ".partial")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(each.text, encoding="utf-8")
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise Refused(
                _("{target}: cannot be written: {strerror}").format(target=target, strerror=said(error))
            ) from None
        count += 1
    return count


def _parts(records: list[Record], timeline: Timeline) -> list[list[Record]]:
    """*records* in groups that one head can serve: a day on which all their units stand."""
    parts: list[tuple[int, str, list[Record]]] = []  # sample, day, records
    for record in records:
        day = _start(record, timeline)
        for number, (sample, head_day, members) in enumerate(parts):
            later = max(day, head_day)
            if sample == record.sample and all(
                _stands(each, later, timeline) for each in (record, *members[:1])
            ):
                if later != head_day and not all(_stands(each, later, timeline) for each in members):
                    continue
                members.append(record)
                parts[number] = (sample, later, members)
                break
        else:
            parts.append((record.sample, day, [record]))
    return [members for _sample, _day, members in parts]


def _start(record: Record, timeline: Timeline) -> str:
    return timeline.eras[record.unit_id].start if record.unit_id else ""


def _stands(record: Record, day: str, timeline: Timeline) -> bool:
    if not record.unit_id:
        return True
    era = timeline.eras[record.unit_id]
    return era.start <= day and (era.end is None or day < era.end)


def document(kind: Kind, records: list[Record], timeline: Timeline) -> str:
    """The document that declares *records* of *kind*."""
    units = {record.unit_id for record in records if record.unit_id}
    head: dict[str, Any] = {"kind": kind.name}
    one_unit = len(units) == 1 and all(record.unit_id for record in records)
    if one_unit:
        head["unit"] = timeline.eras[next(iter(units))].code
    if units:
        head["as_of"] = max(_start(record, timeline) for record in records)
    if records and records[0].sample:
        head["sample"] = "generated"
    out = list(lines(head))
    out.append("items:")
    for record in records:
        content = _written(kind, record.content, timeline, with_unit=not one_unit)
        if content:
            out.append(f"  {scalar(record.key)}:")
            out += lines(content, 2)
        else:
            out.append(f"  {scalar(record.key)}: {{}}")
    return "\n".join(out) + "\n"


def _written(kind: Kind, content: Content, timeline: Timeline, *, with_unit: bool) -> Content:
    """*content* as a document writes it, in the order of the kind's fields."""
    written: Content = {}
    if with_unit and content.get("unit"):
        written["unit"] = timeline.eras[content["unit"]].code
    for field in kind.fields:
        value = content.get(field.name)
        if value is not None:
            written[field.name] = as_written(field.type, value)
    if kind.ends_by in content:
        written[kind.ends_by] = content[kind.ends_by]
    return written


def as_written(kind_of: FieldType, value: Any) -> Any:
    """A stored value as a document writes it; groups and lists hold such values in turn."""
    if isinstance(kind_of, Flag):
        return "yes" if value else "no"
    if isinstance(kind_of, Moment):
        return value.replace("T", " ")
    if isinstance(kind_of, ListOf):
        return [as_written(kind_of.item, each) for each in value]
    if isinstance(kind_of, Group):
        types = {field.name: field.type for field in kind_of.fields}
        members = value if kind_of.keyed else {"": value}
        written = {
            key: {name: as_written(types[name], each) for name, each in member.items()}
            for key, member in members.items()
        }
        return written if kind_of.keyed else written[""]
    return value
