"""A copy of an SQLite database that was verified before it counts as a backup.

Made by ``VACUUM INTO`` under the writer's queue, so that the copy can be held against the
original row by row; checked by SQLite, by its foreign keys and by the number of rows of every
table; a SHA-256 lies beside it (``sha256sum -c``). A PostgreSQL database is copied by ``pgbackup``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from opsconsole.catalogue import _
from opsconsole.store.copies import Backup, put_in_place
from opsconsole.store.database import Database, StoreError, sqlite_module
from opsconsole.store.failures import sqlite_failure


def backup(
    database: Database,
    target: Path,
    programs: Path | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Backup:
    """Copy *database* to the new file *target* and verify the copy; PostgreSQL by its pg_dump, found in
    the folder *programs* or where programs are looked for.

    Raises StoreError for PostgreSQL without its programs, a target that exists, a disk without room,
    or a copy that is not right, which is then deleted.
    """
    if database.postgres:
        from opsconsole.store.pgbackup import back_up as dump

        return dump(database, target, programs, stopped)
    with database.explained(), database.queue(), closing(database.connect(write=True)) as raw:
        return back_up(database, raw, target)


def back_up(database: Database, raw: Any, target: Path) -> Backup:
    """The same on the connection *raw* of somebody who holds the writer's queue."""
    if database.path is None:
        raise ValueError("only an SQLite database is copied")

    def fill(partial: Path) -> tuple[dict[str, int], dict[str, int]]:
        # What waits in the write-ahead log is in the copy, and not yet in the size of the file.
        pages, size = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        needed, room = pages * size, shutil.disk_usage(target.parent).free
        if room < needed:
            raise StoreError(
                _("{path}: has {room} bytes free; the backup needs up to {needed}").format(
                    path=target.parent, room=room, needed=needed
                )
            )
        try:
            raw.execute("VACUUM INTO ?", (str(partial),))
        except sqlite_module().Error as error:
            # SQLite does not say which of the two files it means; these are of the one that is written.
            if any(said in str(error).lower() for said in ("full", "i/o", "unable to open")):
                raise sqlite_failure(error, str(target)) or error from error
            raise
        return _rows(raw), examine(partial)

    return put_in_place(target, fill)


def examine(path: Path) -> dict[str, int]:
    """The rows of each table of the SQLite file *path*, after checking that the file is sound.

    Raises StoreError naming what is wrong with it.
    """
    module = sqlite_module()
    try:
        with closing(module.connect(f"file:{_quoted(path)}?mode=ro", uri=True, isolation_level=None)) as raw:
            wrong = [str(row[0]) for row in raw.execute("PRAGMA integrity_check") if row[0] != "ok"]
            for table, row, parent, _key in raw.execute("PRAGMA foreign_key_check"):
                wrong.append(
                    _("row {row} of {table} refers to nothing in {parent}").format(
                        row=row, table=table, parent=parent
                    )
                )
            if wrong:
                raise StoreError(
                    _("{path}: is damaged: {reason}").format(path=path, reason="; ".join(wrong[:5]))
                )
            return _rows(raw)
    except module.Error as error:
        raise StoreError(
            _("{path}: is not a sound SQLite database: {reason}").format(path=path, reason=error)
        ) from None


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _rows(raw: Any) -> dict[str, int]:
    names = [
        row[0]
        for row in raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    ]
    return {name: raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
