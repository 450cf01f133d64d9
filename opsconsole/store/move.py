"""A whole database from one engine to the other: SQLite → PostgreSQL, and back.

One pass, one transaction on the target: killed at any moment, the target is as empty as before and the
move is started again. Nobody writes to the source meanwhile. Then each table is read back from the
target, and its rows are counted and digested on both sides before anything is committed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from opsconsole.catalogue import _
from opsconsole.store import schema
from opsconsole.store.clock import instant_text, now
from opsconsole.store.database import CHUNK, Database, Reader, Row, StoreError, Writer

_MODULUS = 1 << 128

_STALE_SECONDS = 30
"""A run without a heartbeat for so long is nobody's any more (``jobs.runs.STALE``)."""

Progress = Callable[[str, int, int], None]
"""Told (table, rows done, rows in all); every row counts twice: written, and read back."""


@dataclass(frozen=True, slots=True)
class TableMoved:
    """A table as it is on both sides: how many rows, and the digest of them, whatever their order."""

    name: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, or would be: tables by name (digests are '' for a dry run), and the months for
    which partitions were made."""

    tables: tuple[TableMoved, ...]
    months: tuple[str, ...]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables)


def shown(url: str) -> str:
    """*url* without the password in it."""
    return re.sub(r"//[^/@]*@", "//…@", url)


def move(
    source: Database, target: Database, *, dry_run: bool = False, progress: Progress | None = None
) -> Moved:
    """Copy all tables of *source* into *target*, which is made if it is not there, and compare.

    Raises StoreError, and leaves nothing behind but empty tables: for a source that is not at the
    newest version or whose jobs are running, for a target that holds rows or other tables, for text
    that PostgreSQL cannot keep, and for tables that differ afterwards.
    """
    if source.url == target.url:
        raise StoreError(_("source and target are one database"))
    at = schema.version(source)
    if at is None:
        text = _("{database}: there is no database of this program")
        raise StoreError(text.format(database=shown(source.url)))
    if at != schema.HEAD:
        raise StoreError(
            _("{database}: is at version {version}, not at {head}; run 'opsconsole db upgrade'").format(
                database=shown(source.url), version=at, head=schema.HEAD
            )
        )
    there = schema.version(target)
    if there not in (None, schema.HEAD):
        raise StoreError(
            _("{database}: is at version {version}; a database is moved into an empty one").format(
                database=shown(target.url), version=there
            )
        )
    if there is not None:
        with target.read() as reader:
            _refuse_rows(reader, target)
    if there is None and not dry_run:
        schema.upgrade(target)
    with _frozen(source) as reader:
        _refuse_running(reader)
        names = tables(reader)
        months = _months(reader, names)
        total = 2 * sum(_count(reader, name) for name in names)
        if dry_run:
            return Moved(tuple(TableMoved(name, _count(reader, name), "") for name in names), months)
        with target.write() as writer:
            moved = _copy(reader, writer, target, names, months, _Counter(progress, total))
    if target.postgres:
        # Without statistics the first queries would be planned for empty tables.
        with target.explained(), closing(target.connect(write=True)) as raw:
            raw.execute("ANALYZE")
    return Moved(moved, months)


@contextmanager
def _frozen(database: Database) -> Iterator[Reader]:
    """One state of *database*, which nobody changes while the block runs."""
    if database.path is not None:
        with database.queue(), database.read() as reader:
            yield reader
        return
    with database.read() as reader:
        names = ", ".join(f'"{name}"' for name in tables(reader))
    with database.explained(), closing(database.connect(write=False)) as raw:
        raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        raw.execute(f"LOCK TABLE {names} IN SHARE MODE")
        yield Reader(raw, True, database.province)


def _refuse_running(reader: Reader) -> None:
    running = reader.row(
        "SELECT job, heartbeat_at FROM job_run WHERE state = 'running' ORDER BY heartbeat_at DESC LIMIT 1"
    )
    if running is None:
        return
    from datetime import timedelta

    if running[1] >= instant_text(now() - timedelta(seconds=_STALE_SECONDS)):
        raise StoreError(
            _("{job} is running on the source, what it writes would be lost; stop the scheduler").format(
                job=running[0]
            )
        )


def _refuse_rows(reader: Reader, target: Database) -> None:
    for name in tables(reader):
        if reader.row(f'SELECT 1 FROM "{name}" LIMIT 1'):  # noqa: S608
            raise StoreError(
                _(
                    "{database}: holds rows already (in {table}); a database is moved into an empty one"
                ).format(database=shown(target.url), table=name)
            )


# --- tables --------------------------------------------------------------------------------------


def tables(reader: Reader) -> list[str]:
    """The tables of the product, by name; partitions are part of their table."""
    if reader.postgres:
        sql = (
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = current_schema()::regnamespace"
        )
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return sorted(name for (name,) in reader.rows(sql) if name != "alembic_version")


def columns(reader: Reader, table: str) -> list[str]:
    """The columns of *table*, by name: two databases need not have them in one order."""
    if reader.postgres:
        sql = (
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0"
            " AND NOT attisdropped"
        )
    else:
        sql = "SELECT name FROM pragma_table_info(:table)"
    return sorted(name for (name,) in reader.rows(sql, {"table": table}))


def _count(reader: Reader, table: str) -> int:
    return int(reader.value(f'SELECT count(*) FROM "{table}"'))  # noqa: S608


def _months(reader: Reader, names: Sequence[str]) -> tuple[str, ...]:
    """The months of the tables that PostgreSQL partitions by month."""
    found: set[str] = set()
    for name in names:
        if name in schema.partitioned():
            found.update(row[0] for row in reader.rows(f'SELECT DISTINCT month FROM "{name}"'))  # noqa: S608
    return tuple(sorted(found))


# --- copying and comparing -------------------------------------------------------------------------


class Digest:
    """Of the rows of a table, whatever their order: their number, and the sum of their hashes (a sum
    and not an exclusive or, so that two equal rows do not cancel each other)."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, row: Row) -> None:
        """Take in one row of int, float, str, bytes and None: what Python prints of it is the same
        from both drivers, and tells 1 from 1.0 and '1'."""
        printed = repr(row).encode("utf-8", "surrogatepass")
        self._sum += int.from_bytes(blake2b(printed, digest_size=16).digest())
        self.rows += 1

    @property
    def text(self) -> str:
        """The digest, in hexadecimal."""
        return f"{self._sum % _MODULUS:032x}"


def digest(reader: Reader, table: str) -> TableMoved:
    """The rows and the digest of *table*."""
    found = Digest()
    for row in _rows(reader, table, columns(reader, table)):
        found.add(row)
    return TableMoved(table, found.rows, found.text)


def _rows(reader: Reader, table: str, names: Sequence[str]) -> Iterator[Row]:
    listed = ", ".join(f'"{name}"' for name in names)
    for chunk in reader.chunks(f'SELECT {listed} FROM "{table}"', size=CHUNK):  # noqa: S608
        yield from chunk


class _Counter:
    """Reports progress, a row at a time."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def step(self, table: str) -> None:
        self.done += 1
        if self.progress and self.done % 1000 == 0:
            self.progress(table, self.done, self.total)


def _copy(
    reader: Reader,
    writer: Writer,
    target: Database,
    names: Sequence[str],
    months: Sequence[str],
    counter: _Counter,
) -> tuple[TableMoved, ...]:
    """Copy, read back and compare, all in the transaction of *writer*."""
    if writer.postgres:
        # The queue of writers is one a province: this holds off those of others too.
        writer.execute(
            "LOCK TABLE " + ", ".join(f'"{name}"' for name in tables(writer)) + " IN EXCLUSIVE MODE"
        )
    _refuse_rows(writer, target)
    if tables(writer) != list(names):
        strange = ", ".join(sorted(set(tables(writer)) ^ set(names)))
        raise StoreError(_("source and target do not have the same tables: {tables}").format(tables=strange))
    sent: list[TableMoved] = []
    for name in names:
        if name in schema.partitioned():
            for month in months:
                writer.ensure_month(name, month)
        sent.append(_copy_table(reader, writer, name, counter))
    for before in sent:
        after = Digest()
        for row in _rows(writer, before.name, columns(writer, before.name)):
            after.add(row)
            counter.step(before.name)
        if (after.rows, after.text) != (before.rows, before.digest):
            raise StoreError(
                _(
                    "table {table} differs after the move: {before} rows with digest {a}, then {after}"
                    " with {b}; nothing was kept"
                ).format(
                    table=before.name, before=before.rows, a=before.digest, after=after.rows, b=after.text
                )
            )
    return tuple(sent)


def _copy_table(reader: Reader, writer: Writer, table: str, counter: _Counter) -> TableMoved:
    names = columns(reader, table)
    if names != columns(writer, table):
        raise StoreError(
            _("table {table} has other columns in the target; run 'opsconsole db doctor' on both").format(
                table=table
            )
        )
    found = Digest()

    def passing() -> Iterator[Row]:
        for row in _rows(reader, table, names):
            if writer.postgres:
                _refuse_nul(table, names, row)
            found.add(row)
            counter.step(table)
            yield row

    writer.insert(table, names, passing())
    return TableMoved(table, found.rows, found.text)


def _refuse_nul(table: str, names: Sequence[str], row: Sequence[Any]) -> None:
    for name, value in zip(names, row, strict=True):
        if isinstance(value, str) and "\0" in value:
            raise StoreError(
                _(
                    "table {table}, column {column}: a text holds the character U+0000, which PostgreSQL"
                    " cannot keep: {value}"
                ).format(table=table, column=name, value=repr(value[:60]))
            )
