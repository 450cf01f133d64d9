"""What a driver's error means for the person at the terminal: where, why, and what helps."""

from __future__ import annotations

from typing import Any

from opsconsole.errors import Refused


class StoreError(Refused):
    """The database cannot do what was asked; the text says what, why and what would help."""


# What SQLite says (a part of it) → what it means and what would help.
_SQLITE = (
    ("file is not a database", "is not an SQLite database; name another file in 'database:' or restore a backup"),
    ("malformed", "is damaged; restore the last backup ('opsconsole db doctor' examines the file)"),
    ("disk is full", "cannot grow: the disk is full; free some space, nothing was written"),
    ("readonly database", "may not be written by this user; check the owner and mode of file and folder"),
    ("unable to open", "cannot be opened; check that the folder exists and that this user may read and write it"),
    ("database is locked", "is being written by another program for more than 30 s; end it and try again"),
    ("no such table", "lacks a table; run 'opsconsole db upgrade'"),
    ("no such column", "lacks a column; run 'opsconsole db upgrade'"),
    ("disk i/o error", "cannot be read or written: the disk reports an error"),
)

# The same by SQLSTATE, or its class, for PostgreSQL.
_POSTGRES = (
    ("42P01", "the database lacks a table; run 'opsconsole db upgrade'"),
    ("42703", "the database lacks a column; run 'opsconsole db upgrade'"),
    ("42501", "the database role may not do this; ask for the rights on the tables"),
    ("25006", "the PostgreSQL server takes no writes (it is a standby or set read-only)"),
    ("53100", "the disk of the PostgreSQL server is full; nothing was written"),
    ("57P", "the PostgreSQL server ended the connection; try again when it is up"),
    ("08", "the connection to the PostgreSQL server broke; nothing more was written, try again"),
)


def sqlite_failure(error: BaseException, path: str) -> StoreError | None:
    """The error for the user behind *error* of the SQLite driver; None where it is a mistake of ours."""
    said = str(error)
    for part, meaning in _SQLITE:
        if part in said.lower():
            return StoreError(f"{path}: {meaning} (SQLite: {said})")
    return None


def postgres_failure(error: Any) -> StoreError | None:
    """The error for the user behind *error* of psycopg; None where it is a mistake of ours."""
    said = " ".join(str(error).split())
    for state, meaning in _POSTGRES:
        if (error.sqlstate or "").startswith(state):
            return StoreError(f"{meaning} (PostgreSQL: {said})")
    if error.sqlstate is None and "connection" in said:
        return StoreError(f"the connection to the PostgreSQL server broke; try again (PostgreSQL: {said})")
    return None
