"""Triggers that keep the history append-only, made anew from here after each migration.

A batch migration of SQLite drops triggers without a word, so no migration holds them: what
stands here is what the database has. They stop a slip and a stray statement; whoever may write
the file can drop them, which is why the hash chain and its anchors exist.
"""

from __future__ import annotations

from collections.abc import Sequence

GUARDED = (
    "change",
    "revision",
    "frozen_observation",
    "conference_mark",
    "report",
    "report_file",
    "report_figure",
    "report_table",
)

_SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON "{table}"
BEGIN SELECT RAISE(ABORT, 'the history ({table}) is only ever added to'); END"""

_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the history (%) is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$"""

_POSTGRES = """CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept()"""


def remove(postgres: bool, tables: Sequence[str] = GUARDED) -> list[str]:
    """The statements that take the guards of *tables* away, so that a migration may rework them, or
    retention purge one in the transaction that puts its guard back."""
    if postgres:
        return [f'DROP TRIGGER IF EXISTS {table}_kept ON "{table}"' for table in tables]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for table in tables for verb in ("update", "delete")]


def create(postgres: bool, tables: Sequence[str] = GUARDED) -> list[str]:
    """The statements that make the guards of *tables*."""
    if postgres:
        return [_POSTGRES_FUNCTION, *(_POSTGRES.format(table=table) for table in tables)]
    return [_SQLITE.format(table=table, verb=verb) for table in tables for verb in ("update", "delete")]
