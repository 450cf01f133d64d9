"""The column types as migrations write them; released migrations depend on these four."""

from __future__ import annotations

from typing import Any, Literal

from opsconsole.store.tables.columns import BYTES, REAL, TEXT, WHOLE

__all__ = ["BYTES", "REAL", "TEXT", "WHOLE", "rendered"]

_NAMES = {id(BYTES): "BYTES", id(REAL): "REAL", id(TEXT): "TEXT", id(WHOLE): "WHOLE"}


def rendered(subject: str, thing: Any, _context: Any) -> str | Literal[False]:
    """What Alembic writes for *thing* in a new migration: a type by its name, else as it likes."""
    if subject != "type":
        return False
    if id(thing) not in _NAMES:
        raise TypeError(f"a column has a type that store.tables does not declare: {thing!r}")
    return _NAMES[id(thing)]
