"""What a form shows of a declared thing, and what its pickers find."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from opsconsole.console.queries.filtering import like
from opsconsole.store.database import Reader
from opsconsole.text import fold

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
    unit = ""
    if record.unit_id:
        holder = reader.value(
            "SELECT holder_id FROM unit_holder WHERE province = :province AND unit_id = :unit"
            " AND valid_from <= :day AND :day < valid_to",
            {"unit": record.unit_id, "day": day},
        )
        unit = str(holder or record.unit_id).split("@")[0]
    return Filled(kind_name, key, fields, unit, record.file, record.line)


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
