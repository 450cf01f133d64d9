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
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from itertools import count, islice
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from opsconsole.catalogue import _
from opsconsole.oserrors import said
from opsconsole.store.failures import StoreError, postgres_failure, sqlite_failure

__all__ = ["Database", "Reader", "Row", "StoreError", "Value", "Writer", "sqlite_module"]

Value: TypeAlias = "int | float | str | bytes | None"
Row: TypeAlias = "tuple[Any, ...]"
Parameters: TypeAlias = "Mapping[str, Value]"

CHUNK = 10_000

PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""How long PostgreSQL is waited for where its address does not say otherwise: seconds until it answers at
all, and (milliseconds at last) until a connection whose other end is gone counts as broken. Keep-alives
are sent only while nothing else is under way: without the last, a statement waits a quarter of an hour."""


def sqlite_module() -> Any:
    """The SQLite in use: the wheel's where it is installed, since versions before 3.51.3 can
    corrupt a database in WAL mode that several processes write; else the standard library's."""
    try:
        import pysqlite3.dbapi2 as module
    except ImportError:
        import sqlite3 as module
    return module


class Reader:
    """One short read transaction: what it reads is the state of one moment. Rows are tuples."""

    def __init__(self, connection: Any, postgres: bool, province: str) -> None:
        self._connection = connection
        self.postgres = postgres
        self._cursors = count(1)
        self.province = province

    def _execute(self, sql: str, parameters: Parameters | None) -> Any:
        values = {"province": self.province, **(parameters or {})}
        if self.postgres:
            return self._connection.execute(_with_nulls(sql, values), values)
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
        """The rows of *sql* in lists of up to *size*, so that a thread can stop between them.

        A million rows are never in memory at once (on PostgreSQL the server keeps the cursor).
        """
        if self.postgres:
            cursor = self._connection.cursor(name=f"chunks_{next(self._cursors)}")
            values = {"province": self.province, **(parameters or {})}
            cursor.execute(_with_nulls(sql, values), values)
        else:
            cursor = self._execute(sql, parameters)
        with closing(cursor):
            while chunk := cursor.fetchmany(size):
                yield list(chunk)

    def interrupt(self) -> None:
        """Break off the running statement, from another thread."""
        if self.postgres:
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
        if self.postgres:
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

        *conflict* is an ``ON CONFLICT …`` clause, in which ``excluded`` is the new row and the
        table's name the old one. No two rows of one call may then have the same key: PostgreSQL
        refuses to touch a row twice in one statement. On PostgreSQL rows travel by COPY.
        """
        names = ", ".join(f'"{name}"' for name in columns)
        iterator = iter(rows)
        if not self.postgres:
            marks = ", ".join("?" * len(columns))
            sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks}) {conflict}'  # noqa: S608
            while chunk := list(islice(iterator, CHUNK)):
                self._connection.executemany(sql, chunk)
            return
        with self._connection.cursor() as cursor:
            target = table
            if conflict:
                target = f"incoming_{next(self._cursors)}"
                cursor.execute(
                    f"CREATE TEMP TABLE {target} ON COMMIT DROP AS "  # noqa: S608
                    f'SELECT {names} FROM "{table}" WITH NO DATA'
                )
            while chunk := list(islice(iterator, CHUNK)):
                with cursor.copy(f'COPY "{target}" ({names}) FROM STDIN') as copy:
                    for row in chunk:
                        copy.write_row(row)
                if conflict:
                    cursor.execute(
                        f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {target} {conflict}'  # noqa: S608
                    )
                    cursor.execute(f"TRUNCATE {target}")
            if conflict:
                cursor.execute(f"DROP TABLE {target}")

    def ensure_month(self, table: str, month: str) -> None:
        """Make sure *table*, partitioned by month on PostgreSQL, takes rows of *month* (YYYY-MM)."""
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
            raise ValueError(f"not a month: {month!r}")
        if not self.postgres:
            return
        part = f"{table}_{month.replace('-', '_')}"
        if self.value("SELECT to_regclass(:part) IS NOT NULL", {"part": part}):
            return
        # Writers of two provinces may want the same month at once; the queue is one a province.
        self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('opsconsole partitions', 0))")
        year, number = int(month[:4]), int(month[5:])
        after = f"{year + number // 12:04d}-{number % 12 + 1:02d}"
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS {part} PARTITION OF {table} "
            f"FOR VALUES FROM ('{month}') TO ('{after}')"
        )


@lru_cache(maxsize=1024)
def _for_psycopg(sql: str, nulls: frozenset[str] = frozenset()) -> str:
    """``:name`` → ``%(name)s``, outside of text literals, names, comments and casts; ``%`` doubled.

    The names in *nulls* become NULL itself.
    """

    def replace(found: re.Match[str]) -> str:
        kept, name, sign = found.groups()
        if name:
            return "NULL" if name in nulls else f"%({name})s"
        return "%%" if sign else str(kept).replace("%", "%%")

    return re.sub(
        r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|::\s*\w+)|:([A-Za-z_]\w*)|(%)""",
        replace,
        sql,
        flags=re.DOTALL,
    )


def _with_nulls(sql: str, values: Parameters) -> str:
    # A parameter that is None has no type: "could not determine data type of parameter" for
    # ``:unit IS NULL OR unit_id = :unit``, which SQLite takes.
    return _for_psycopg(sql, frozenset(name for name, value in values.items() if value is None))


class Database:
    """A database by its URL: ``sqlite:///PATH`` or ``postgresql://…``, seen by one province."""

    def __init__(self, url: str, province: str) -> None:
        self.url = url
        self.province = province
        self.postgres = url.startswith("postgresql://")
        if not self.postgres and not url.removeprefix("sqlite:///"):
            raise StoreError(_("no database is named; set 'database: sqlite:///PATH' in config.yaml"))
        self.path = None if self.postgres else Path(url.removeprefix("sqlite:///"))

    def shown(self) -> Database:
        """The same database for who may only look: every write is refused, whatever asks for it."""
        return _Shown(self.url, self.province)

    def exists(self) -> bool:
        """Whether the database is there and holds the tables. A damaged one raises StoreError."""
        if self.path is not None and not self.path.exists():
            return False
        sql = (
            "SELECT to_regclass('register') IS NOT NULL"
            if self.postgres
            else "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'register'"
        )
        with self.read() as reader:
            return bool(reader.value(sql))

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A read transaction on a connection of its own. Keep it short: a long one keeps the
        write-ahead log of SQLite from being reset."""
        with self.explained(), closing(self.connect(write=False)) as connection:
            # Without REPEATABLE READ two queries of one block could see two states on PostgreSQL.
            connection.execute(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if self.postgres else "BEGIN"
            )
            yield Reader(connection, self.postgres, self.province)

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """The write transaction: committed when the block ends, rolled back on any exception.

        Writers queue, one at a time and in the order they came, through a file lock (SQLite) or
        an advisory lock (PostgreSQL): what is read inside is still true at the commit. A write
        inside a write of the same thread would wait for itself, and raises RuntimeError.
        """
        with self.explained(), self.queue(), closing(self.connect(write=True)) as connection:
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
                # Closing rolls back too; an error here must not hide the one that led here.
                with suppress(Exception):
                    if self.postgres or connection.in_transaction:
                        connection.execute("ROLLBACK")
                raise

    @contextmanager
    def queue(self) -> Iterator[None]:
        """Hold the turn to write. On PostgreSQL the advisory lock of the transaction does it."""
        held = _held.__dict__.setdefault("databases", set())
        if self.url in held:
            raise RuntimeError("a write inside a write of the same thread would wait for itself")
        held.add(self.url)
        try:
            if self.path is None:
                yield
            else:
                # The busy handler of SQLite polls and is unfair; a blocking flock is neither.
                with _locked(self.path):
                    yield
        finally:
            held.discard(self.url)

    def connect(self, *, write: bool, create: bool = False) -> Any:
        """A connection of the driver, outside any transaction; the caller closes it.

        For ``store.schema`` and ``store.backup``; everything else reads and writes by ``read`` and
        ``write``. Only *create* makes a missing SQLite file, for its owner alone.
        """
        if self.postgres:
            return _connect_postgres(self.url)
        return _connect_sqlite(str(self.path), write=write, create=create)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn the errors of the driver that a user can mend into StoreError."""
        try:
            yield
        except sqlite_module().Error as error:
            failure = sqlite_failure(error, str(self.path))
            if failure is None:
                raise
            raise failure from error
        except Exception as error:
            failure = postgres_failure(error) if self.postgres and hasattr(error, "sqlstate") else None
            if failure is None:
                raise
            raise failure from error


class _Shown(Database):
    """A database that is read and not written."""

    def write(self) -> NoReturn:
        """Refused."""
        raise StoreError(_("nothing is written: this is read-only"))

    def connect(self, *, write: bool, create: bool = False) -> Any:
        """A connection to read."""
        if write or create:
            raise StoreError(_("nothing is written: this is read-only"))
        return super().connect(write=False)


_held = threading.local()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        raise StoreError(f"{path}: {_no_database()}") from None
    except OSError as error:
        raise StoreError(
            _("{path}: cannot be written: {reason}").format(path=path, reason=said(error))
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _no_database() -> str:
    return _("there is no database yet; run 'opsconsole db upgrade'")


def _connect_sqlite(path: str, *, write: bool, create: bool = False) -> Any:
    module = sqlite_module()
    there = Path(path).exists()
    if create and not there:
        # The register names people: nobody else on the machine gets to read it.
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreError(
                _("{path}: cannot be written: {reason}").format(path=path, reason=said(error))
            ) from None
    elif not there:
        raise StoreError(f"{path}: {_no_database()}")
    connection = None
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
        if connection is not None:
            connection.close()
        raise (
            sqlite_failure(error, path)
            or StoreError(_("{path}: cannot be opened: {reason}").format(path=path, reason=error))
        ) from None
    return connection


def _connect_postgres(url: str) -> Any:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.types.string import StrDumper

    try:
        words: dict[str, Any] = {**PATIENCE, **conninfo_to_dict(url)}
    except psycopg.ProgrammingError:
        # What the driver says of it may hold the password.
        raise StoreError(
            _(
                "the address of the PostgreSQL database cannot be understood; write"
                " postgresql://USER@HOST:PORT/NAME, and in it the signs % / @ : [ ] ? of a name or password"
                " as %25 %2F %40 %3A %5B %5D %3F"
            )
        ) from None
    try:
        connection = psycopg.connect(**words, autocommit=True)
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise StoreError(
            _("the PostgreSQL server cannot be reached: {reason}").format(reason=reason)
        ) from None
    # A str is text, not "unknown": so ``:unit IS NULL OR unit_id = :unit`` is as clear as on SQLite.
    connection.adapters.register_dumper(str, StrDumper)
    return connection
