"""One scheduler of several leads: it notes and claims, the others stand by. That only saves work.

Nothing relies on it. Two leaders at once (a connection pooler that lends one session to two, a
database whose advisory locks are stubs) still do each slot once, by the rows of ``job_run``.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any, Protocol

from opsconsole.store.database import PATIENCE, Database


class Leadership(Protocol):
    """A lock that the death of its holder frees."""

    def held(self) -> bool:
        """Take the lock if it is free; whether it is held by this object now."""

    def release(self) -> None:
        """Give the lock up."""


def leadership(database: Database) -> Leadership:
    """The lock for the schedulers of *database* and its province."""
    if database.path is not None:
        return _FileLock(Path(f"{database.path}.leader"))
    return _AdvisoryLock(database)


class _FileLock:
    """flock on a file of its own: the kernel frees it however the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def held(self) -> bool:
        if self._handle is not None:
            # Somebody may have deleted or replaced the file: then it is another lock by now.
            try:
                mine, there = os.fstat(self._handle), self._path.stat()
                if (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino):
                    return True
            except OSError:
                pass
            self.release()
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class _AdvisoryLock:
    """An advisory lock on a connection that is used for nothing else, asked for again each time."""

    def __init__(self, database: Database) -> None:
        self._url = database.url
        self._key = f"opsconsole:leader:{database.province}"
        self._connection: Any = None

    def held(self) -> bool:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        try:
            if self._connection is None:
                # Either side notices within half a minute that the other's machine is gone.
                words: dict[str, Any] = {**PATIENCE, "connect_timeout": 5, **conninfo_to_dict(self._url)}
                self._connection = psycopg.connect(**words, autocommit=True)
            if self._mine():
                return True
            taken = self._connection.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (self._key,)
            ).fetchone()
            return bool(taken[0]) and self._mine()
        except psycopg.Error:
            self.release()
            return False

    def _mine(self) -> bool:
        """Whether this very session holds the lock: through a pooler, the next may be another."""
        found = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND pid = pg_backend_pid() AND objsubid = 1"
            " AND (classid::bigint << 32 | objid::bigint) = hashtextextended(%s, 0))",
            (self._key,),
        ).fetchone()
        return bool(found[0])

    def release(self) -> None:
        import psycopg

        if self._connection is not None:
            try:
                self._connection.close()
            except psycopg.Error:
                pass
            self._connection = None
