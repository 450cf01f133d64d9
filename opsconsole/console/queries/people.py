"""What somebody holds, for the line below the list of people: asked at every move of the cursor."""

from __future__ import annotations

from opsconsole.store.database import Reader

# kind, its table, the column that names a person
_HELD = (
    ("accounts", "account", "owner"),
    ("assets", "asset", "custodian"),
    ("sites", "site", "contact"),
)


def held_by(reader: Reader, person: str, day: str, most: int = 200) -> list[tuple[str, str]]:
    """(kind, key) of what *person* (a staff id) owns, keeps or is the contact of on *day*, at most *most*
    of a kind."""
    return [
        (kind, key)
        for kind, table, column in _HELD
        for (key,) in reader.rows(
            f"SELECT key FROM {table} WHERE province = :province AND {column} = :person"  # noqa: S608 - constants
            " AND (ended IS NULL OR ended > :day) ORDER BY key LIMIT :most",
            {"person": person, "day": day, "most": most},
        )
    ]
