"""Connections to the one database of a working copy: short reads, and one writer at a time.

SQL is written once for SQLite and PostgreSQL, with ``:name`` parameters and the common subset
of both (``ON CONFLICT``, ``IS NOT DISTINCT FROM``, window functions). Values are int, float,
str, bytes and None: a day is its ISO text, an instant is UTC text (see ``store.clock``), so a row
is the same on both engines. SQLAlchemy is not imported here: lists, plans and ingestion cost
what the database costs (docs/decisions/0002).
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from opsconsole.errors import Refused

Value: TypeAlias = "int | float | str | bytes | None"
Row: TypeAlias = "tuple[Any, ...]"
Parameters: TypeAlias = "Mapping[str, Value]"

CHUNK = 10_000


class StoreError(Refused):
    """The database cannot do what was asked; the text says what, why and what would help."""


def sqlite_module() -> Any:
    """The SQLite in use: the wheel's where it is installed, since versions before 3.51.3 can
    corrupt a database in WAL mode that several processes write; else the standard library's."""
    try:
        import pysqlite3.dbapi2 as module
    except ImportError:
        import sqlite3 as module
    return module


class Reader:
    """One short read transaction. Rows are tuples."""

    def __init__(self, connection: Any, postgres: bool, province: str) -> None:
        self._connection = connection
        self._postgres = postgres
        self.province = province

    def _execute(self, sql: str, parameters: Parameters | None) -> Any:
        values = {"province": self.province, **(parameters or {})}
        if self._postgres:
            return self._connection.execute(_for_psycopg(sql), values)
        return self._connection.execute(sql, values)

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """All rows of *sql*. The parameter ``:province`` is always there."""
        return list(self._execute(sql, parameters).fetchall())

    def row(self, sql: str, parameters: Parameters | None = None) -> Row | None:
        """The first row of *sql*, None where there is none."""
        found: Row | None = self._execute(sql, parameters).fetchone()
        return found

    def value(self, sql: str, parameters: Parameters | None = None) -> Any:
        """The first column of the first row, None where there is none."""
        row = self.row(sql, parameters)
        return row[0] if row else None

    def chunks(self, sql: str, parameters: Parameters | None = None, size: int = 1000) -> Iterator[list[Row]]:
        """The rows of *sql* in lists of up to *size*, so that a thread can stop between them."""
        cursor = self._execute(sql, parameters)
        while chunk := cursor.fetchmany(size):
            yield list(chunk)

    def interrupt(self) -> None:
        """Break off the running statement, from another thread."""
        if self._postgres:
            self._connection.cancel()
        else:
            self._connection.interrupt()


class Writer(Reader):
    """One write transaction: all of it is committed when the block ends, or none."""

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run one statement; returns the number of rows it touched."""
        return int(self._execute(sql, parameters).rowcount)

    def execute_many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement for each set of parameters."""
        province = self.province
        values = ({"province": province, **each} for each in parameters)
        if self._postgres:
            with self._connection.cursor() as cursor:
                cursor.executemany(_for_psycopg(sql), list(values))
        else:
            self._connection.executemany(sql, values)

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[Value]],
        conflict: str = "",
    ) -> None:
        """Insert *rows* (values in the order of *columns*) in chunks of 10,000.

        *conflict* is an ``ON CONFLICT …`` clause, in which ``excluded`` is the new row.
        On PostgreSQL rows travel by COPY.
        """
        names = ", ".join(columns)
        iterator = iter(rows)
        if not self._postgres:
            marks = ", ".join("?" * len(columns))
            sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}"  # noqa: S608
            while chunk := list(islice(iterator, CHUNK)):
                self._connection.executemany(sql, chunk)
            return
        with self._connection.cursor() as cursor:
            while chunk := list(islice(iterator, CHUNK)):
                target = table
                if conflict:
                    target = f"incoming_{table}"
                    cursor.execute(
                        f"CREATE TEMP TABLE IF NOT EXISTS {target} ON COMMIT DROP AS "  # noqa: S608
                        f"SELECT {names} FROM {table} WITH NO DATA"
                    )
                    cursor.execute(f"TRUNCATE {target}")
                with cursor.copy(f"COPY {target} ({names}) FROM STDIN") as copy:
                    for row in chunk:
                        copy.write_row(row)
                if conflict:
                    cursor.execute(
                        f"INSERT INTO {table} ({names}) SELECT {names} FROM {target} {conflict}"  # noqa: S608
                    )

    def ensure_month(self, table: str, month: str) -> None:
        """Make sure *table*, partitioned by month on PostgreSQL, takes rows of *month* (YYYY-MM)."""
        if self._postgres:
            if not re.fullmatch(r"\d{4}-\d{2}", month):
                raise ValueError(f"not a month: {month!r}")
            year, number = int(month[:4]), int(month[5:])
            after = f"{year + number // 12:04d}-{number % 12 + 1:02d}"
            self._connection.execute(
                f"CREATE TABLE IF NOT EXISTS {table}_{month.replace('-', '_')} "
                f"PARTITION OF {table} FOR VALUES FROM ('{month}') TO ('{after}')"
            )


@lru_cache(maxsize=1024)
def _for_psycopg(sql: str) -> str:
    """``:name`` → ``%(name)s``, outside of text literals and casts; ``%`` doubled."""

    def replace(found: re.Match[str]) -> str:
        literal, cast, name, sign = found.groups()
        if name:
            return f"%({name})s"
        if sign:
            return "%%"
        return str(literal or cast).replace("%", "%%")

    return re.sub(r"('(?:[^']|'')*')|(::\w+)|:([a-z_][a-z_0-9]*)|(%)", replace, sql)


class Database:
    """A database by its URL: ``sqlite:///PATH`` or ``postgresql://…``, seen by one province."""

    def __init__(self, url: str, province: str) -> None:
        self.url = url
        self.province = province
        self.postgres = url.startswith("postgresql://")
        self.path = None if self.postgres else Path(url.removeprefix("sqlite:///"))

    def exists(self) -> bool:
        """Whether the database is there and holds the tables."""
        if self.path is not None and not self.path.exists():
            return False
        with self.read() as reader:
            try:
                reader.row("SELECT 1 FROM register WHERE province = :province")
            except Exception:
                return False
        return True

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A read transaction on a connection of its own. Keep it short: a long one keeps the
        write-ahead log of SQLite from being reset."""
        connection = self._connect(write=False)
        try:
            connection.execute("BEGIN")
            yield Reader(connection, self.postgres, self.province)
        finally:
            connection.close()

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """The write transaction: committed when the block ends, rolled back on any exception.

        Writers queue, one at a time and in the order they came, through a file lock (SQLite) or
        an advisory lock (PostgreSQL): what is read inside is still true at the commit.
        """
        with self._queue():
            connection = self._connect(write=True)
            try:
                connection.execute("BEGIN" if self.postgres else "BEGIN IMMEDIATE")
                if self.postgres:
                    connection.execute(
                        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                        (f"opsconsole:{self.province}",),
                    )
                yield Writer(connection, self.postgres, self.province)
                connection.execute("COMMIT")
            except BaseException:
                if self.postgres or connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                connection.close()

    @contextmanager
    def _queue(self) -> Iterator[None]:
        # The busy handler of SQLite polls and is unfair; a blocking flock is neither.
        if self.path is None:
            yield
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _connect(self, *, write: bool) -> Any:
        if self.postgres:
            return _connect_postgres(self.url, read_only=not write)
        return _connect_sqlite(str(self.path), write=write)


def _connect_sqlite(path: str, *, write: bool) -> Any:
    module = sqlite_module()
    if not write and not os.path.exists(path):
        raise StoreError(f"{path}: there is no database yet; run 'opsconsole db upgrade'")
    try:
        connection = module.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        if write:
            # WAL is a property of the file: only the writer sets it.
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("PRAGMA synchronous = full")
            connection.execute("PRAGMA foreign_keys = on")
            connection.execute("PRAGMA cache_size = -65536")
        else:
            connection.execute("PRAGMA query_only = on")
        connection.execute("PRAGMA trusted_schema = off")
    except module.Error as error:
        raise StoreError(f"{path}: cannot be opened: {error}") from None
    return connection


def _connect_postgres(url: str, *, read_only: bool) -> Any:
    import psycopg

    try:
        connection = psycopg.connect(
            url,
            autocommit=True,
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
        )
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise StoreError(f"the PostgreSQL server cannot be reached: {reason}") from None
    if read_only:
        connection.execute("SET default_transaction_read_only = on")
    return connection


