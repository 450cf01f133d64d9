"""Examining a database: what it is, whether it is sound, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.store import schema
from opsconsole.store.chain import START
from opsconsole.store.database import Database, StoreError, sqlite_module
from opsconsole.words import figure

if TYPE_CHECKING:
    from sqlalchemy import MetaData

# The WAL-reset bug (sqlite.org/wal.html): fixed in 3.51.3 and in these older branches.
_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))

# A log of this size means that a reader keeps it from being reset (bytes).
_LARGE_LOG = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. *state* is ``ok``, ``warning`` or ``error``; *value* says what it is,
    *advice* what would mend it."""

    subject: str
    value: str
    state: str = "ok"
    advice: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """The check for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def has_wal_fix(version: tuple[int, ...]) -> bool:
    """Whether an SQLite of *version* is free of the bug by which several writers in WAL mode can
    corrupt a database."""
    if version >= _FIXED[0]:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in _FIXED[1:])


def examine(database: Database, metadata: MetaData) -> list[Check]:
    """Look at *database*, whose tables should be those of *metadata*. Never raises for what is
    wrong with the database: that is what the checks say."""
    checks: list[Check] = []
    steps = ((_engine_postgres(database),) if database.postgres else (_engine_sqlite(), _file(database))) + (
        _register(database, metadata),
    )
    for step in steps:
        try:
            checks.extend(step)
        except StoreError as error:
            checks.append(Check(_("database"), str(error), "error"))
            break
    return checks


def _engine_sqlite() -> Iterator[Check]:
    module = sqlite_module()
    version = module.sqlite_version
    fixed = has_wal_fix(tuple(map(int, version.split("."))))
    yield Check(
        _("engine"),
        f"SQLite {version} ({module.__name__.split('.')[0]})",
        "ok" if fixed else "warning",
        ""
        if fixed
        else _(
            "versions before 3.51.3 can corrupt a database that several processes write: "
            "install the package pysqlite3"
        ),
    )


def _file(database: Database) -> Iterator[Check]:
    path = database.path
    if path is None:
        return
    with database.read() as reader:
        yield Check(
            _("database"), _("{path}, {size} bytes").format(path=path, size=figure(path.stat().st_size))
        )
        mode = str(reader.value("PRAGMA journal_mode"))
        right = mode == "wal"
        advice = (
            "" if right else _("no write has set it yet, or the file system does not allow it (network?)")
        )
        yield Check(_("journal mode"), mode, "ok" if right else "warning", advice)
        log = path.with_name(path.name + "-wal")
        size = log.stat().st_size if log.exists() else 0
        large = size > _LARGE_LOG
        advice = _("a program keeps an old state open; end it, and the log shrinks with the next write")
        yield Check(
            _("write-ahead log"),
            _("{size} bytes").format(size=figure(size)),
            "warning" if large else "ok",
            advice if large else "",
        )
        private = path.stat().st_mode & 0o007 == 0
        advice = "" if private else _("the file names people: chmod o-rwx")
        yield Check(
            _("file mode"), f"{path.stat().st_mode & 0o777:o}", "ok" if private else "warning", advice
        )
        found = [str(row[0]) for row in reader.rows("PRAGMA quick_check(5)")]
        sound = found == ["ok"]
        yield Check(
            _("integrity"),
            _("sound") if sound else "; ".join(found),
            "ok" if sound else "error",
            "" if sound else _("restore the last backup"),
        )


def _engine_postgres(database: Database) -> Iterator[Check]:
    with database.read() as reader:
        version, name = reader.row("SELECT current_setting('server_version'), current_database()") or ("", "")
        yield Check(_("engine"), f"PostgreSQL {version}")
        size = reader.value("SELECT pg_database_size(current_database())")
        yield Check(_("database"), _("{path}, {size} bytes").format(path=name, size=figure(int(size))))
        encoding = reader.value("SELECT current_setting('server_encoding')")
        right = encoding == "UTF8"
        advice = "" if right else _("make the database with ENCODING 'UTF8'")
        yield Check(_("encoding"), str(encoding), "ok" if right else "error", advice)
        durable = reader.value("SELECT current_setting('fsync')") == "on"
        advice = "" if durable else _("fsync is off: a power cut can destroy the database")
        yield Check(
            _("durability"), "fsync " + ("on" if durable else "off"), "ok" if durable else "warning", advice
        )


def _register(database: Database, metadata: MetaData) -> Iterator[Check]:
    version = schema.version(database)
    if version is None:
        yield Check(_("schema"), _("none"), "error", _("run 'opsconsole db upgrade'"))
        return
    drift = schema.drift(database, metadata)
    yield Check(
        _("schema"),
        version if not drift else f"{version}: " + "; ".join(drift[:5]),
        "error" if drift else "ok",
        _("somebody changed the tables by hand, or the program is of another version") if drift else "",
    )
    if version != schema.HEAD:
        return
    with database.read() as reader:
        revision, sequence, head = reader.row(
            "SELECT revision, sequence, head FROM register WHERE province = :province"
        ) or (0, 0, START)
        last = reader.value(
            "SELECT hash FROM change WHERE province = :province AND sequence = :sequence",
            {"sequence": sequence},
        )
    yield Check(
        _("register"),
        _("province {province}, revision {revision}, {changes} changes").format(
            province=database.province, revision=figure(revision), changes=figure(sequence)
        ),
    )
    # A last revision without changes ends the chain itself; 'audit verify' checks all of it.
    with database.read() as reader:
        closing = reader.value(
            "SELECT hash FROM revision WHERE province = :province AND number = :number"
            " AND first_sequence > last_sequence",
            {"number": revision},
        )
    fits = head in (last, closing) or (revision == 0 and head == START)
    advice = "" if fits else _("the chain does not end there: run 'opsconsole audit verify'")
    yield Check(_("chain head"), head, "ok" if fits else "error", advice)
