"""What a driver's error means for the person at the terminal: where, why, and what helps."""

from __future__ import annotations

from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused


class StoreError(Refused):
    """The database cannot do what was asked; the text says what, why and what would help."""


def _sqlite_meanings() -> tuple[tuple[str, str], ...]:
    """What SQLite says (a part of it) and what it means and would help."""
    return (
        ("file is not a database", _("is not an SQLite database; correct 'database:' or restore a backup")),
        ("malformed", _("is damaged; restore the last backup ('opsconsole db doctor' examines the file)")),
        ("disk is full", _("cannot grow: the disk is full; free some space, nothing was written")),
        ("readonly database", _("may not be written by this user; check owner and mode of file and folder")),
        (
            "unable to open",
            _("cannot be opened; check that this user may read and write the file and its folder"),
        ),
        ("database is locked", _("has been written by another program for 30 s; end it and try again")),
        (
            "no such table",
            _("lacks a table; run 'opsconsole db upgrade', or restore a backup if that changes nothing"),
        ),
        (
            "no such column",
            _("lacks a column; run 'opsconsole db upgrade', or restore a backup if that changes nothing"),
        ),
        ("disk i/o error", _("cannot be read or written: the disk reports an error")),
    )


def _postgres_meanings() -> tuple[tuple[str, str], ...]:
    """The same by SQLSTATE, or the class of it, for PostgreSQL."""
    return (
        ("42P01", _("the database lacks a table; run 'opsconsole db upgrade'")),
        ("42703", _("the database lacks a column; run 'opsconsole db upgrade'")),
        ("42501", _("the database role may not do this; ask for the rights on the tables")),
        ("25006", _("the PostgreSQL server takes no writes (it is a standby or set read-only)")),
        ("53100", _("the disk of the PostgreSQL server is full; nothing was written")),
        ("57P", _("the PostgreSQL server ended the connection; try again when it is up")),
        ("08", _("the connection to the PostgreSQL server broke; try again")),
    )


def sqlite_failure(error: BaseException, path: str) -> StoreError | None:
    """The error for the user behind *error* of the SQLite driver; None where it is a mistake of ours."""
    said = str(error)
    for part, meaning in _sqlite_meanings():
        if part in said.lower():
            return StoreError(f"{path}: {meaning} (SQLite: {said})")
    return None


def postgres_failure(error: Any) -> StoreError | None:
    """The error for the user behind *error* of psycopg; None where it is a mistake of ours."""
    said = " ".join(str(error).split())
    for state, meaning in _postgres_meanings():
        if (error.sqlstate or "").startswith(state):
            return StoreError(f"{meaning} (PostgreSQL: {said})")
    if error.sqlstate is None and "connection" in said:
        return StoreError(
            f"{_('the connection to the PostgreSQL server broke; try again')} (PostgreSQL: {said})"
        )
    return None
