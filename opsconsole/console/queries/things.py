"""Everything about one declared thing: its fields, where it is written, its last changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from opsconsole.inventory.fields import ListOf, Ref
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the thing: when recorded (UTC), from when it holds, and (field, before, after)."""

    at: str
    effective: str
    action: str
    actor: str
    reason: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A declared thing. ``fields`` are (name in YAML, value, words for it or ''); ``unit`` is the name
    of the unit that holds it on the day, ``declared_unit`` the era in which it is declared."""

    kind: str
    key: str
    fields: tuple[tuple[str, Any, str], ...]
    unit: str
    declared_unit: str
    file: str
    line: int
    revision: int
    sample: bool
    orphaned: int
    ended: str | None
    ended_reason: str | None
    ended_decision: str | None
    changes: tuple[Change, ...]


def thing(reader: Reader, kind_name: str, key: str, day: str, most_changes: int = 10) -> Thing | None:
    """The thing *key* of a kind with its unit as of *day*; None where it is not there."""
    from opsconsole.inventory.kinds import standard

    kind = standard()[kind_name]
    names = [name for name, _type in kind.columns]
    row = reader.row(
        f"SELECT {', '.join(names)} FROM {kind.table} WHERE province = :province AND key = :key",  # noqa: S608
        {"key": key},
    )
    if row is None:
        return None
    values = dict(zip(names, row, strict=True))
    fields = []
    for field in kind.fields:
        value = values[field.column]
        words = ""
        if value is not None and isinstance(field.type, Ref):
            words = _name(reader, field.type.kind, value)
        elif value and isinstance(field.type, ListOf):
            value = ", ".join(json.loads(value))
        fields.append((field.name, value, words))
    declared = values.get("unit_id") or ""
    return Thing(
        kind=kind_name,
        key=key,
        fields=tuple(fields),
        unit=_holder(reader, declared, day) if declared else "",
        declared_unit=declared,
        file=values["file"],
        line=values["line"],
        revision=values["revision"],
        sample=bool(values["sample"]),
        orphaned=values["orphaned"],
        ended=values["ended"],
        ended_reason=values["ended_reason"],
        ended_decision=values["ended_decision"],
        changes=changes(reader, kind_name, key, most_changes),
    )


def _name(reader: Reader, kind_name: str, key: str) -> str:
    from opsconsole.inventory.kinds import standard

    kind = standard()[kind_name]
    column = kind.field(kind.name_fields[0]).column
    found = reader.value(
        f"SELECT {column} FROM {kind.table} WHERE province = :province AND key = :key",  # noqa: S608
        {"key": key},
    )
    return str(found) if found else ""


def _holder(reader: Reader, unit: str, day: str) -> str:
    name = reader.value(
        "SELECT u.name FROM unit_holder h JOIN unit_era u ON u.province = h.province AND u.id = h.holder_id "
        "WHERE h.province = :province AND h.unit_id = :unit AND h.valid_from <= :day AND :day < h.valid_to",
        {"unit": unit, "day": day},
    )
    return str(name or unit)


def changes(reader: Reader, kind: str, key: str, most: int = 10) -> tuple[Change, ...]:
    """The last changes of a thing, newest first."""
    rows = reader.rows(
        "SELECT r.at, c.effective, c.action, r.actor, r.reason, c.before, c.after FROM change c "
        "JOIN revision r ON r.province = c.province AND r.number = c.revision "
        "WHERE c.province = :province AND c.kind = :kind AND c.key = :key "
        "ORDER BY c.sequence DESC LIMIT :most",
        {"kind": kind, "key": key, "most": most},
    )
    return tuple(
        Change(at, effective, action, actor, reason, differences(before, after))
        for at, effective, action, actor, reason, before, after in rows
    )


def differences(before: str | None, after: str | None) -> tuple[tuple[str, Any, Any], ...]:
    """(field, before, after) of the fields that differ between two contents in JSON."""
    old: dict[str, Any] = json.loads(before) if before else {}
    new: dict[str, Any] = json.loads(after) if after else {}
    if not old:
        return ()
    return tuple(
        (name, old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)
    )


def days_of_change(reader: Reader, kind: str, key: str) -> list[str]:
    """The days from which the changes of a thing hold, oldest first."""
    return [
        str(day)
        for (day,) in reader.rows(
            "SELECT DISTINCT effective FROM change WHERE province = :province AND kind = :kind "
            "AND key = :key ORDER BY effective",
            {"kind": kind, "key": key},
        )
    ]
