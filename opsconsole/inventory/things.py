"""One thing by its key: where it is, what the register says of it, and how it came to that."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.inventory.records import Content, RowForm
from opsconsole.store import changes
from opsconsole.store.database import Reader
from opsconsole.text import date


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that the register holds."""

    kind: Kind
    key: str


@dataclass(frozen=True, slots=True)
class State:
    """A thing as the register has it, now (``day`` None) or as of a day.

    ``holder`` is the unit that holds it then, ``unit`` the one it is declared in; both are None
    for a thing of no unit. ``names`` has their names. ``change`` is the change that made this state.
    """

    thing: Thing
    day: str | None
    content: Content
    unit: str | None
    holder: str | None
    change: changes.Change
    file: str
    line: int
    orphaned: bool
    sample: bool
    names: Mapping[str, str]

    @property
    def data(self) -> dict[str, Any]:
        """The state for JSON."""
        return {
            "kind": self.thing.kind.name,
            "key": self.thing.key,
            "as_of": self.day,
            "content": self.content,
            "unit": self.unit,
            "holder": self.holder,
            "file": self.file,
            "line": self.line,
            "orphaned": self.orphaned,
            "sample": self.sample,
            "change": self.change.data,
        }


def find(reader: Reader, key: str, kind: str | None = None, kinds: Kinds | None = None) -> Thing:
    """The thing with *key*, of *kind* where several kinds have it. Raises Refused."""
    from opsconsole.inventory.kinds import standard

    kinds = kinds or standard()
    key = key.encode(errors="replace").decode()  # bytes of a command line that are no text
    searched = [kinds[kind]] if kind else list(kinds)
    found = []
    for each in searched:
        written = key.lower() if each.name == "accounts" else key
        sql = f"SELECT key FROM {each.table} WHERE province = :province AND key = :key"  # noqa: S608
        if reader.row(sql, {"key": written}):
            found.append(Thing(each, written))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"--kind {thing.kind.name}" for thing in found)
        raise Refused(
            _("'{key}' is the key of several things; say which: {names}").format(key=key, names=names)
        )
    near = _near(reader, key, searched)
    hint = _("; similar keys: {names}").format(names=", ".join(near)) if near else ""
    raise Refused(_("the register holds nothing with the key '{key}'{hint}").format(key=key, hint=hint))


def _near(reader: Reader, key: str, kinds: Sequence[Kind]) -> list[str]:
    start = key[: max(3, len(key) - 2)]
    near: list[str] = []
    for kind in kinds:
        sql = (
            f"SELECT key FROM {kind.table} WHERE province = :province "  # noqa: S608
            "AND key >= :start AND key < :stop ORDER BY key LIMIT 3"
        )
        near += [found for (found,) in reader.rows(sql, {"start": start, "stop": start + "\U0010ffff"})]
    return near[:5]


def contents(change: changes.Change) -> tuple[Content, Content]:
    """What a change found and what it left, by field name; empty where there was nothing."""
    return (
        json.loads(change.before) if change.before else {},
        json.loads(change.after) if change.after else {},
    )


def changes_of(reader: Reader, thing: Thing) -> list[changes.Change]:
    """All changes of *thing*, oldest first."""
    return changes.history(reader, thing.kind.name, thing.key)


def state(reader: Reader, thing: Thing, day: str | None, today: str) -> State:
    """What the register says of *thing*, now (*today* in local time) or as of *day* (both ISO text).

    Raises Refused for a day before the first change: what was before is not known.
    """
    form = RowForm(thing.kind, reader.province)
    row = reader.rows(form.select("key = :key"), {"key": thing.key})[0]
    record = form.record(row)
    last = changes_of(reader, thing)
    change = changes.as_of(reader, thing.kind.name, thing.key, day) if day else last[-1]
    if change is None:
        raise Refused(
            _("on {day} the register did not hold {singular} '{key}'; it begins on {first}").format(
                day=date(day),
                singular=thing.kind.called,
                key=thing.key,
                first=date(min(each.effective for each in last)),
            )
        )
    content = contents(change)[1] if day else record.content
    unit = content.get("unit")
    holder = _holder(reader, unit, day or today) if unit else None
    orphaned = dict(zip(form.columns, row, strict=True))["orphaned"] > 0
    return State(
        thing,
        day,
        content,
        unit,
        holder,
        change,
        record.file,
        record.line,
        orphaned,
        bool(record.sample),
        _names(reader, unit, holder),
    )


def _holder(reader: Reader, unit: str, day: str) -> str | None:
    """The era that holds on *day* what was declared in the era *unit*; where a correction of the
    units did away with that era, the one that carries its code on the day."""
    held: str | None = reader.value(
        "SELECT holder_id FROM unit_holder WHERE province = :province AND unit_id = :unit "
        "AND valid_from <= :day AND :day < valid_to",
        {"unit": unit, "day": day},
    )
    return held or reader.value(
        "SELECT id FROM unit_era WHERE province = :province AND code = :code "
        "AND valid_from <= :day AND (valid_to IS NULL OR :day < valid_to)",
        {"code": unit.partition("@")[0], "day": day},
    )


def _names(reader: Reader, *units: str | None) -> dict[str, str]:
    sql = (
        "SELECT name FROM unit_era WHERE province = :province AND (id = :id OR code = :code) "
        "ORDER BY CASE WHEN id = :id THEN 0 ELSE 1 END, valid_from LIMIT 1"
    )
    return {
        unit: str(reader.value(sql, {"id": unit, "code": unit.partition("@")[0]}) or unit)
        for unit in units
        if unit is not None
    }
