"""What a form shows of a declared thing, and what its pickers find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from opsconsole.console.queries.filtering import like
from opsconsole.store.database import Reader
from opsconsole.text import fold

if TYPE_CHECKING:
    from opsconsole.inventory.meanwhile import Said
    from opsconsole.settings import Settings

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Filled:
    """A declared thing as its document writes it: *fields* by their names in YAML, the code of its unit
    (of the day on which it is asked for), and where it stands."""

    kind: str
    key: str
    fields: dict[str, Any] = field(default_factory=dict)
    unit: str = ""
    file: str = ""
    line: int = 0
    unit_id: str = ""


def read(
    reader: Reader, settings: Settings, kind_name: str, keys: Sequence[str], day: str
) -> tuple[list[Filled], dict[tuple[str, str], Said]]:
    """The things *keys* as a form shows them, and what their files say: where a file says something that
    was not applied yet, the form shows that. A key that is not there is passed over."""
    from opsconsole.inventory.meanwhile import said
    from opsconsole.strictyaml import ProblemsFound

    found = [row for key in keys if (row := filled(reader, kind_name, key, day)) is not None]
    try:
        opened = said(reader, settings, [(kind_name, row.key, row.file) for row in found])
    except ProblemsFound:
        opened = {}  # who saves is told what is wrong with the files
    return [_as_said(reader, row, opened.get((kind_name, row.key)), day) for row in found], opened


def _as_said(reader: Reader, row: Filled, there: Said | None, day: str) -> Filled:
    from opsconsole.inventory.export import as_written
    from opsconsole.inventory.kinds import standard
    from opsconsole.inventory.meanwhile import value_of

    if there is None:
        return row
    types = {each.name: each.type for each in standard()[row.kind].fields}
    fields = {}
    for name, written in there.fields.items():
        if name in types:
            value = value_of(types[name], written)
            try:
                fields[name] = as_written(types[name], value)
            except (TypeError, AttributeError, KeyError):  # not of its type: the form shows what is written
                fields[name] = written
    unit = code_on(reader, there.unit, day) if there.unit and there.unit != row.unit_id else row.unit
    return replace(row, fields=fields, unit=unit, file=there.file, line=there.line)


def code_on(reader: Reader, era: str, day: str) -> str:
    """The code of the unit that holds on *day* what is declared in *era*."""
    holder = reader.value(
        "SELECT holder_id FROM unit_holder WHERE province = :province AND unit_id = :unit"
        " AND valid_from <= :day AND :day < valid_to",
        {"unit": era, "day": day},
    )
    return str(holder or era).split("@")[0]


def names_of(reader: Reader, kind_name: str, keys: Sequence[str], day: str) -> dict[str, str]:
    """What the things *keys* of a kind are called; those that there are not are missing."""
    found = {}
    for key in keys:
        if kind_name == "units":
            name = reader.value(
                "SELECT name FROM unit_era WHERE province = :province AND code = :key"
                " AND valid_from <= :day AND (valid_to IS NULL OR :day < valid_to)",
                {"key": key, "day": day},
            )
        else:
            from opsconsole.inventory.kinds import standard

            kind = standard()[kind_name]
            column = next((each.column for each in kind.fields if each.name == kind.name_fields[0]), "key")
            name = reader.value(
                f"SELECT coalesce({column}, key) FROM {kind.table} WHERE province = :province AND key = :key",  # noqa: S608
                {"key": key},
            )
        if name is not None:
            found[key] = str(name)
    return found


def filled(reader: Reader, kind_name: str, key: str, day: str) -> Filled | None:
    """The thing *key* as it is declared; None where it is not there."""
    from opsconsole.inventory.export import as_written
    from opsconsole.inventory.kinds import standard
    from opsconsole.inventory.records import RowForm

    kind = standard()[kind_name]
    form = RowForm(kind, reader.province)
    row = reader.row(form.select("key = :key"), {"key": key})
    if row is None:
        return None
    record = form.record(row)
    types = {each.name: each.type for each in kind.fields}
    fields = {name: as_written(types[name], value) for name, value in record.content.items() if name in types}
    unit = code_on(reader, record.unit_id, day) if record.unit_id else ""
    return Filled(kind_name, key, fields, unit, record.file, record.line, record.unit_id or "")


def found(reader: Reader, kind_name: str, words: str, day: str) -> list[tuple[str, str]]:
    """(key, words for people) of living things of a kind that hold all of *words*, in their order; units
    by the codes that they have on *day*."""
    parameters: dict[str, Any] = {"day": day, "most": MOST_FOUND}
    conditions = []
    for number, each in enumerate(fold(words).split()):
        conditions.append(f"t.fold LIKE :w{number} ESCAPE '!'")
        parameters[f"w{number}"] = like(each)
    matching = " AND ".join(("1 = 1", *conditions))
    if kind_name == "units":
        return [
            (code, f"{code}  {name}")
            for code, name in reader.rows(
                "SELECT t.code, t.name FROM unit_era t WHERE t.province = :province"  # noqa: S608 - from here
                " AND t.valid_from <= :day AND (t.valid_to IS NULL OR :day < t.valid_to)"
                f" AND {matching} ORDER BY t.sort_key, t.code LIMIT :most",
                parameters,
            )
        ]
    from opsconsole.inventory.kinds import standard

    kind = standard()[kind_name]
    column = next((each.column for each in kind.fields if each.name == kind.name_fields[0]), "key")
    return [
        (key, key if not name or name == key else f"{key}  {name}")
        for key, name in reader.rows(
            f"SELECT t.key, t.{column} FROM {kind.table} t WHERE t.province = :province"  # noqa: S608 - from here
            " AND (t.ended IS NULL OR t.ended > :day)"
            f" AND {matching} ORDER BY t.sort_key, t.key LIMIT :most",
            parameters,
        )
    ]
