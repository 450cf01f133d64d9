"""The schema of a database: which version it has, how it gets to the newest, whether it drifted.

Importing this module costs nothing: SQLAlchemy and Alembic are imported only where a migration
has to run or a comparison is asked for.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.oserrors import said
from opsconsole.store import guards
from opsconsole.store.backup import back_up
from opsconsole.store.copies import Backup
from opsconsole.store.database import Database, Reader, StoreError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, MetaData, Table

# The newest migration. Kept here so that a start-up at the newest version imports no Alembic; a
# test holds it against the migrations themselves.
HEAD = "0001_register"

MIGRATIONS = Path(__file__).parent / "migrations"
GOLDEN = MIGRATIONS / "golden"


@dataclass(frozen=True, slots=True)
class UpgradeResult:
    """What an upgrade did. *before* is None for a new database; *backup* is the copy made before
    the migration, None where there was nothing to lose or the engine is PostgreSQL, where backups
    are the operator's (pg_dump)."""

    before: str | None
    after: str
    backup: Backup | None = None
    operators_backup: bool = False

    @property
    def changed(self) -> bool:
        """Whether any migration ran."""
        return self.before != self.after


def version(database: Database) -> str | None:
    """The migration that *database* is at; None where there is no database or it is empty.

    Raises StoreError for a database that holds tables which no migration of ours made.
    """
    if database.path is not None and not database.path.exists():
        return None
    with database.read() as reader:
        return _version(reader)


def _version(reader: Reader) -> str | None:
    if reader.postgres:
        known = reader.value("SELECT to_regclass('alembic_version') IS NOT NULL")
        foreign = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
    else:
        known = reader.value("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'")
        foreign = "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
    if known:
        found = reader.value("SELECT version_num FROM alembic_version")
        if not found and reader.value(foreign) > 1:
            raise StoreError(_("the database has tables and does not say of which version; restore a backup"))
        return str(found) if found else None
    if reader.value(foreign):
        raise StoreError(
            _("the database holds tables that opsconsole did not make; name an empty one in 'database:'")
        )
    return None


def upgrade(database: Database, metadata: MetaData | None = None) -> UpgradeResult:
    """Bring *database* to the newest version; makes it where there is none.

    Safe when several processes start at once: one migrates, the others wait and find it done.
    All migrations are one transaction. Before one runs on an existing SQLite database a backup is
    made and verified; PostgreSQL is backed up by its operator (pg_dump), and the result says so.
    At the newest version this is one query. *metadata* is only handed to the migrations.

    Raises StoreError for a database of a newer opsconsole, of somebody else, or one that cannot
    be written.
    """
    before = version(database)
    if before == HEAD:
        return UpgradeResult(before, HEAD)
    if database.path is not None:
        _make_folder(database.path.parent)
    with database.explained(), database.queue(), closing(database.connect(write=True, create=True)) as raw:
        before = _version_outside(raw, database)
        if before == HEAD:
            return UpgradeResult(before, HEAD)
        known = _known_versions()
        if before is not None and before not in known:
            raise StoreError(
                _(
                    "the database is at version {version}, which this opsconsole does not know "
                    "(it knows up to {head}); use the newer opsconsole that migrated it"
                ).format(version=before, head=HEAD)
            )
        copy = None
        if database.path is not None and before is not None:
            stamp = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
            copy = back_up(database, raw, _free_name(database.path, f"{before}-{stamp}"))
        before = _migrate(database, raw, metadata)
        return UpgradeResult(before, HEAD, copy, database.postgres and before is not None)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            _("{path}: cannot be written: {reason}").format(path=folder, reason=said(error))
        ) from None


def _free_name(path: Path, label: str) -> Path:
    """A file beside the database, in the folder ``backups``, that does not exist yet."""
    return path.parent / "backups" / f"{path.stem}-{label}.db"


def _version_outside(raw: Any, database: Database) -> str | None:
    return _version(Reader(raw, database.postgres, database.province))


def _known_versions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s")
    return config


def _migrate(database: Database, raw: Any, metadata: MetaData | None) -> str | None:
    """Run what is missing, in one transaction on *raw*; the version before is returned."""
    from alembic import command

    with _sqlalchemy(database, raw) as connection:
        raw.execute("BEGIN" if database.postgres else "BEGIN IMMEDIATE")
        try:
            if database.postgres:
                # Another process may have migrated while this one waited.
                raw.execute("SELECT pg_advisory_xact_lock(hashtextextended('opsconsole schema', 0))")
            before = _version_outside(raw, database)
            if before != HEAD:
                for statement in guards.remove(database.postgres) if before else ():
                    raw.execute(statement)
                config = _config()
                config.attributes["connection"] = connection
                config.attributes["metadata"] = metadata
                command.upgrade(config, "head")
                for statement in guards.create(database.postgres):
                    raw.execute(statement)
            raw.execute("COMMIT")
        except BaseException:
            with suppress(Exception):
                raw.execute("ROLLBACK")
            raise
    return before


@contextmanager
def _sqlalchemy(database: Database, raw: Any) -> Iterator[Connection]:
    """The driver's connection *raw* as one of SQLAlchemy, which neither begins nor commits."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    from opsconsole.store.database import sqlite_module

    if database.postgres:
        engine = create_engine("postgresql+psycopg://", creator=lambda: raw, poolclass=StaticPool)
    else:
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, module=sqlite_module())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


# --- drift -----------------------------------------------------------------------------------


def drift(database: Database, metadata: MetaData) -> list[str]:
    """How the schema of *database* differs from what it should be, a line each; empty: not at all.

    Alembic compares tables, columns, types and indexes with *metadata*. What it does not see
    (CHECKs, triggers, partial indexes, collations, partitions) is compared with the golden dump of
    its engine, made from the migrations.
    """
    at = version(database)
    if at != HEAD:
        return [
            _(
                "the database is at version {version}, the newest is {head}; run 'opsconsole db upgrade'"
            ).format(version=at or "–", head=HEAD)
        ]
    found = _compared(database, metadata)
    golden = GOLDEN / ("postgres.sql" if database.postgres else "sqlite.sql")
    expected = set(golden.read_text("utf-8").splitlines())
    actual = set(dump(database))
    found += [f"missing: {line}" for line in sorted(expected - actual)]
    # A table that another kind brought stands in the metadata and in no golden dump.
    brought = {name for name in metadata.tables if not any(_owner(line) == name for line in expected)}
    found += [f"unexpected: {line}" for line in sorted(actual - expected) if _owner(line) not in brought]
    return found


def _owner(line: str) -> str:
    return line.split(" ", 2)[1].split(".")[0]


def _compared(database: Database, metadata: MetaData) -> list[str]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with closing(database.connect(write=False)) as raw, _sqlalchemy(database, raw) as connection:
        partitions = set()
        if database.postgres:
            sql = "SELECT relname FROM pg_class WHERE relispartition"
            partitions = {row[0] for row in connection.exec_driver_sql(sql)}

        def ours(_object: Any, name: str | None, kind: str, reflected: bool, _against: Any) -> bool:
            return not (kind == "table" and reflected and name in partitions)

        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "include_object": ours},
        )
        return sorted(_told(difference) for difference in compare_metadata(context, metadata))


def _told(difference: Any) -> str:
    if isinstance(difference, list):
        return "; ".join(map(_told, difference))
    action, *rest = difference
    return f"{action.replace('_', ' ')}: " + " ".join(str(part) for part in rest if part is not None)


def dump(database: Database) -> list[str]:
    """The schema of *database* as sorted lines ``subject table[.part] definition``.

    The same for two databases with the same schema, however they came to it (order of columns,
    blanks and quotes do not count). Partitions, which come with the data, are left out.
    """
    with database.read() as reader:
        return sorted(_dump_postgres(reader) if database.postgres else _dump_sqlite(reader))


def _dump_sqlite(reader: Reader) -> Iterator[str]:
    rows = reader.rows(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
    )
    for kind, name, table, sql in rows:
        if kind != "table":
            yield f"{kind} {table}.{name} {_squeezed(sql)}"
            continue
        body, options = sql[sql.index("(") + 1 :].rsplit(")", 1)
        yield f"table {name} {','.join(sorted(map(_squeezed, options.split(','))))}"
        for part in _parts(body):
            yield f"part {name}.{_squeezed(part)}"


def _squeezed(sql: str) -> str:
    return " ".join(re.sub(r'"(\w+)"', r"\1", sql).split()).replace("( ", "(").replace(" )", ")")


def _parts(body: str) -> Iterator[str]:
    """The items of a CREATE TABLE's body: split at the commas outside brackets and literals."""
    depth, start, quoted = 0, 0, False
    for place, char in enumerate(body):
        if char == "'":
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if char == "," and depth == 0:
                yield body[start:place]
                start = place + 1
    yield body[start:]


_POSTGRES_DUMP = """
SELECT 'table ' || c.relname || ' ' || coalesce(pg_get_partkeydef(c.oid), '-') FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND {ours}
UNION ALL
SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
   || coalesce(' COLLATE ' || l.collname, '') || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
   || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND {ours}
UNION ALL
SELECT 'constraint ' || c.relname || '.' || o.conname || ' ' || pg_get_constraintdef(o.oid)
  FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid WHERE o.contype <> 'n' AND {ours}
UNION ALL
SELECT 'index ' || c.relname || '.' || i.relname || ' ' || pg_get_indexdef(x.indexrelid)
  FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid WHERE {ours}
UNION ALL
SELECT 'trigger ' || c.relname || '.' || t.tgname || ' ' || pg_get_triggerdef(t.oid) || ' ' || f.prosrc
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid
 WHERE NOT t.tgisinternal AND {ours}
""".replace(
    "{ours}",
    "c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition"
    " AND c.relname <> 'alembic_version'",
)


def _dump_postgres(reader: Reader) -> Iterator[str]:
    prefix = f"{reader.value('SELECT current_schema()')}."
    for (line,) in reader.rows(_POSTGRES_DUMP):
        yield " ".join(str(line).replace(prefix, "").split())


def check_migrations(metadata: MetaData) -> list[str]:
    """Whether the migrations make the tables of *metadata*, tried on a new SQLite database.

    The differences, a line each. Compared are the golden dump and what ``create_all`` makes.
    """
    with tempfile.TemporaryDirectory() as folder:
        migrated = Database(f"sqlite:///{folder}/migrated.db", "check")
        upgrade(migrated, metadata)
        declared = Database(f"sqlite:///{folder}/declared.db", "check")
        with closing(declared.connect(write=True, create=True)) as raw:
            with _sqlalchemy(declared, raw) as connection:
                metadata.create_all(connection)
            for statement in guards.create(postgres=False):
                raw.execute(statement)
        made, wanted = set(dump(migrated)), set(dump(declared))
        return sorted(
            {
                *drift(migrated, metadata),
                *(f"declared and not migrated: {line}" for line in wanted - made),
                *(f"migrated and not declared: {line}" for line in made - wanted),
            }
        )


def table_ddl(table: Table, postgres: bool) -> list[str]:
    """The statements that make *table* and its indexes: for the table of a kind that no migration
    of ours knows (another package's, or one made up in a test)."""
    from sqlalchemy.dialects import postgresql, sqlite
    from sqlalchemy.schema import CreateIndex, CreateTable

    dialect: Any = postgresql.dialect() if postgres else sqlite.dialect()  # type: ignore[no-untyped-call]
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    made: list[Any] = [CreateTable(table), *map(CreateIndex, indexes)]
    return [str(element.compile(dialect=dialect)) for element in made]


@cache
def partitioned() -> frozenset[str]:
    """The tables that PostgreSQL partitions by their column ``month``."""
    golden = (GOLDEN / "postgres.sql").read_text("utf-8")
    return frozenset(re.findall(r"^table (\w+) RANGE \(month\)$", golden, re.MULTILINE))


def renew_golden(database: Database) -> Path:
    """Write the golden dump of the engine of *database*, which was made by the migrations."""
    path = GOLDEN / ("postgres.sql" if database.postgres else "sqlite.sql")
    path.write_text("\n".join(dump(database)) + os.linesep, "utf-8")
    return path
