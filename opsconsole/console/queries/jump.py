"""Where a typed word leads: a unit by its code, or a declared thing by its key."""

from __future__ import annotations

from dataclasses import dataclass

from opsconsole.console.queries.units import era_of_code
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class Place:
    """A thing that was found. ``kind`` is a kind's name; for units the key is an era's id, ``day`` its
    first day and ``stands`` whether it stands on the day asked about."""

    kind: str
    key: str
    ended: bool = False
    day: str = ""
    stands: bool = True


def find(reader: Reader, word: str, day: str) -> Place | None:
    """The thing with the key *word*: a unit code, a tag, an address, the id of a session or site."""
    from opsconsole.inventory.kinds import standard

    unit = era_of_code(reader, word, day)
    if unit is not None:
        return Place("units", unit[0], day=unit[1], stands=unit[2])
    for kind in sorted(standard(), key=lambda kind: kind.name not in ("assets", "accounts")):
        key = word.lower() if kind.name == "accounts" else word
        row = reader.row(
            f"SELECT key, ended FROM {kind.table} WHERE province = :province AND key = :key",  # noqa: S608
            {"key": key},
        )
        if row is None and kind.name == "accounts":  # an alias delivers there
            row = reader.row(
                "SELECT key, ended FROM account WHERE province = :province "
                "AND aliases LIKE :alias ESCAPE '!'",
                {"alias": '%"' + key.replace("!", "!!").replace("%", "!%").replace("_", "!_") + '"%'},
            )
        if row is not None and kind.name != "units":
            return Place(kind.name, row[0], row[1] is not None and row[1] <= day)
    return None
