"""Migrations, backups before them, and drift."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData

from opsconsole.inventory.kinds import standard
from opsconsole.inventory.tables import all_tables
from opsconsole.store import accesschain, changes, copies, guards, schema
from opsconsole.store import backup as backups
from opsconsole.store.backup import backup, examine
from opsconsole.store.database import Database, StoreError
from tests.servers import PostgresServer
from tests.store.renew import FIRST, first_migration


@pytest.fixture
def metadata() -> MetaData:
    return all_tables(standard())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A database without anything in it."""
    if request.param == "sqlite":
        yield Database(f"sqlite:///{tmp_path}/var/new.db", "test")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
    yield Database(server.url(name), "test")
    server.drop(name)


def unmigrate(database: Database, version: str = "0000_before") -> None:
    """Make *database* look like one of an older version, which the next upgrade must migrate."""
    with database.write() as writer:
        writer.execute("UPDATE alembic_version SET version_num = :version", {"version": version})


# --- upgrade ---------------------------------------------------------------------------------------


def test_head_is_the_newest_migration() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(schema._config()).get_current_head() == schema.HEAD


def test_an_upgrade_makes_the_database_and_a_second_one_does_nothing(empty: Database) -> None:
    assert schema.version(empty) is None
    first = schema.upgrade(empty)
    assert (first.before, first.after, first.changed, first.backup) == (None, schema.HEAD, True, None)
    assert empty.exists()
    second = schema.upgrade(empty)
    assert (second.before, second.changed) == (schema.HEAD, False)


def test_an_upgraded_database_has_not_drifted(empty: Database, metadata: MetaData) -> None:
    schema.upgrade(empty)
    assert schema.drift(empty, metadata) == []


def test_migrations_make_what_is_declared(metadata: MetaData) -> None:
    assert schema.check_migrations(metadata) == []


def test_migrations_make_the_same_as_the_declared_tables_on_postgres(
    postgres: PostgresServer, postgres_database: Database, metadata: MetaData
) -> None:
    name = postgres.create()
    declared = Database(postgres.url(name), "test")
    with closing(declared.connect(write=True)) as raw, schema._sqlalchemy(declared, raw) as connection:
        metadata.create_all(connection)
        for statement in guards.create(postgres=True):
            raw.execute(statement)
    made, wanted = schema.dump(postgres_database), schema.dump(declared)
    postgres.drop(name)
    assert made == wanted


def test_the_first_migration_is_in_step_with_the_declared_tables(tmp_path: Path) -> None:
    fresh = tmp_path / "0001.py"
    fresh.write_text(first_migration(), "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(fresh)], check=True)
    assert "".join(fresh.read_text().split()).replace(",)", ")") == "".join(
        FIRST.read_text().split()
    ).replace(",)", ")"), "run: python tests/store/renew.py --first"


def _upgrade(url: str) -> None:
    schema.upgrade(Database(url, "test"))


def test_processes_that_start_at_once_all_find_the_newest_version(
    empty: Database, metadata: MetaData
) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_upgrade, args=(empty.url,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert schema.drift(empty, metadata) == []


def test_a_start_at_the_newest_version_imports_no_alembic_and_no_sqlalchemy(
    sqlite_database: Database,
) -> None:
    code = (
        "import sys; from opsconsole.store import schema; from opsconsole.store.database import Database;"
        f"schema.upgrade(Database({sqlite_database.url!r}, 'test'));"
        "sys.exit(', '.join(m for m in ('alembic', 'sqlalchemy', 'sqlmodel') if m in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "create", lambda postgres: ["SELECT nonsense FROM nowhere"])
    with pytest.raises(StoreError, match="lacks a table"):
        schema.upgrade(empty)
    assert schema.version(empty) is None
    assert not empty.exists()
    monkeypatch.undo()
    assert schema.upgrade(empty).changed


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    unmigrate(database, "0099_future")
    with pytest.raises(StoreError, match=r"0099_future.*newer opsconsole"):
        schema.upgrade(database)
    assert schema.version(database) == "0099_future"


def test_a_database_of_somebody_else_is_left_alone(empty: Database) -> None:
    if empty.path is not None:
        empty.path.parent.mkdir()
    with closing(empty.connect(write=True, create=True)) as raw:
        raw.execute("CREATE TABLE recipes (name text)")
    with pytest.raises(StoreError, match="did not make"):
        schema.upgrade(empty)


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="file: cannot be written"):
        schema.upgrade(Database(f"sqlite:///{tmp_path}/file/x.db", "test"))


def test_before_a_migration_the_old_state_is_backed_up(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_database.write() as writer:
        writer.insert(
            "register", ("province", "id", "revision", "sequence", "head"), [("test", "1", 0, 0, "0" * 64)]
        )
    unmigrate(sqlite_database)
    monkeypatch.setattr(schema, "_known_versions", lambda: {"0000_before", schema.HEAD})

    def stands_in(database: Database, raw: Any, metadata: object) -> str:
        raw.execute("DROP TABLE coverage")
        return "0000_before"

    monkeypatch.setattr(schema, "_migrate", stands_in)
    done = schema.upgrade(sqlite_database)
    assert done.before == "0000_before"
    assert done.backup is not None
    rows = examine(done.backup.path)
    assert rows["register"] == 1
    assert "coverage" in rows


SECOND = """
import sqlalchemy as sa
from alembic import op

from opsconsole.store.migrations.types import TEXT

revision = "0002_colour"
down_revision = "0001_register"


def upgrade():
    for table in ("change", "register"):
        with op.batch_alter_table(table, recreate="always" if op.get_bind().dialect.name == "sqlite" else "auto") as t:
            t.add_column(sa.Column("colour", TEXT, nullable=True))
"""


def test_a_second_migration_keeps_rows_guards_and_chain_and_backs_up_before(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ("assets", "PC-1", "create", "u", None, "{}", "a.yaml", 1)
    with database.write() as writer:
        changes.record(writer, actor="a", reason="", plan="", effective="2019-08-06", changes=[row])
    before = {line for line in schema.dump(database) if line.startswith(("trigger", "constraint", "table"))}
    shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "migrations" / "versions" / "0002_colour.py").write_text(SECOND)
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path / "migrations")
    monkeypatch.setattr(schema, "HEAD", "0002_colour")
    done = schema.upgrade(database)
    assert (done.before, done.after) == ("0001_register", "0002_colour")
    if database.postgres:
        assert (done.backup, done.operators_backup) == (None, True)
    else:
        assert done.backup is not None
        assert examine(done.backup.path)["change"] == 1
    after = schema.dump(database)
    assert before <= set(after)
    assert any("change.colour" in line for line in after)
    with database.read() as reader:
        assert changes.verify(reader).findings == ()
    with pytest.raises(Exception, match="only ever added to"), database.write() as writer:
        writer.execute("DELETE FROM change")


# --- drift -----------------------------------------------------------------------------------------


def alter(database: Database, *statements: str) -> None:
    with closing(database.connect(write=True)) as raw:
        for statement in statements:
            raw.execute(statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("CREATE TABLE recipes (name text)", "recipes"),
        ("DROP TABLE coverage", "coverage"),
        ("ALTER TABLE coverage ADD COLUMN colour text", "colour"),
        ("ALTER TABLE coverage DROP COLUMN lines", "lines"),
        ("DROP INDEX asset_unit", "asset_unit"),
        ("CREATE INDEX secret ON asset (province, note) WHERE note IS NOT NULL", "secret"),
    ],
)
def test_drift_names_what_was_changed(
    database: Database, metadata: MetaData, statement: str, said: str
) -> None:
    alter(database, statement)
    assert any(said in line for line in schema.drift(database, metadata))


def test_drift_sees_a_dropped_trigger(database: Database, metadata: MetaData) -> None:
    alter(database, guards.remove(database.postgres)[0])
    (line,) = schema.drift(database, metadata)
    assert line.startswith("missing: trigger change.")


def test_drift_sees_a_dropped_check_and_collation(postgres_database: Database, metadata: MetaData) -> None:
    alter(
        postgres_database,
        "ALTER TABLE change DROP CONSTRAINT change_action",
        'ALTER TABLE coverage ALTER COLUMN source TYPE text COLLATE "default"',
    )
    found = schema.drift(postgres_database, metadata)
    assert any("missing: constraint change.change_action" in line for line in found)
    assert any("missing: column coverage.source text COLLATE C" in line for line in found)


def test_partitions_that_came_with_the_data_are_no_drift(
    postgres_database: Database, metadata: MetaData
) -> None:
    with postgres_database.write() as writer:
        writer.ensure_month("mail_activity", "2019-05")
    assert schema.drift(postgres_database, metadata) == []


def test_drift_of_an_old_database_says_to_upgrade(database: Database, metadata: MetaData) -> None:
    unmigrate(database)
    (line,) = schema.drift(database, metadata)
    assert "db upgrade" in line


def test_check_migrations_names_a_check_that_no_migration_makes(metadata: MetaData) -> None:
    from sqlalchemy import CheckConstraint

    table = metadata.tables["coverage"]
    check = CheckConstraint("lines >= 0", name="coverage_lines", table=table)
    try:
        found = schema.check_migrations(metadata)
    finally:
        table.constraints.remove(check)
    assert any("declared and not migrated" in line and "coverage_lines" in line for line in found)


def test_a_dump_does_not_depend_on_the_order_of_columns(tmp_path: Path) -> None:
    dumps = []
    for number, columns in enumerate(
        ("a TEXT, b INTEGER DEFAULT (1 + 1)", 'b INTEGER DEFAULT (1 + 1),\n "a"  TEXT')
    ):
        database = Database(f"sqlite:///{tmp_path}/{number}.db", "test")
        with closing(database.connect(write=True, create=True)) as raw:
            raw.execute(f"CREATE TABLE t ({columns}, CHECK (a <> 'x,y(' AND b IN (1, 2)))")
        dumps.append(schema.dump(database))
    assert dumps[0] == dumps[1]
    assert len(dumps[0]) == 4


# --- backup ----------------------------------------------------------------------------------------


def test_a_backup_has_all_rows_a_checksum_and_no_reader_but_the_owner(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.write() as writer:
        writer.insert(
            "register", ("province", "id", "revision", "sequence", "head"), [("test", "1", 4, 0, "0" * 64)]
        )
    before = os.umask(0)
    try:
        made = backup(sqlite_database, tmp_path / "copies" / "one.db")
    finally:
        os.umask(before)
    assert made.checksum_path.stat().st_mode & 0o022 == 0
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert made.checksum_path.read_text() == f"{made.sha256}  one.db\n"
    assert made.path.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in made.path.parent.iterdir()) == ["one.db", "one.db.sha256"]
    restored = Database(f"sqlite:///{made.path}", "test")
    with restored.read() as reader:
        assert reader.value("SELECT revision FROM register") == 4
    assert schema.drift(restored, all_tables(standard())) == []


def test_tables_without_a_version_are_told_and_not_made_once_more(database: Database) -> None:
    with database.write() as writer:
        writer.execute("DELETE FROM alembic_version")
    with pytest.raises(StoreError, match="does not say of which version; restore a backup"):
        schema.upgrade(database)


def test_a_backup_never_overwrites_a_file(sqlite_database: Database, tmp_path: Path) -> None:
    target = tmp_path / "precious.db"
    target.write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        backup(sqlite_database, target)
    assert target.read_text() == "precious"


def test_a_backup_without_room_is_refused_before_it_begins(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10}))
    with pytest.raises(StoreError, match="10 bytes free"):
        backup(sqlite_database, tmp_path / "one.db")
    assert not (tmp_path / "one.db").exists()


def test_the_room_for_a_backup_takes_in_what_waits_in_the_log(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_database.path is not None
    with sqlite_database.read() as reader:  # keeps the log from being taken into the file
        reader.value("SELECT count(*) FROM register")
        with sqlite_database.write() as writer:
            for number in range(3000):
                accesschain.append(writer, ("2026", "x", "mail who-not", "d" * 300, number % 2))
        free = sqlite_database.path.stat().st_size + 1000
        monkeypatch.setattr(backups.shutil, "disk_usage", lambda path: type("Usage", (), {"free": free}))
        with pytest.raises(StoreError, match="bytes free; the backup needs"):
            backup(sqlite_database, tmp_path / "one.db")


def test_a_disk_that_is_full_is_that_of_the_backup(sqlite_database: Database, tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from opsconsole.store.backup import backup; from opsconsole.store.database import Database\n"
        "database = Database(sys.argv[1], 'test'); database.exists()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, -1))\n"
        "backup(database, Path(sys.argv[2]))\n"
    )
    target = tmp_path / "copies" / "one.db"
    done = subprocess.run(
        [sys.executable, "-c", script, sqlite_database.url, str(target)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert f"StoreError: {target}: cannot be read or written" in done.stderr
    assert list(target.parent.iterdir()) == []


def test_a_copy_that_lacks_rows_is_deleted(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backups.examine
    monkeypatch.setattr(backups, "examine", lambda path: real(path) | {"coverage": 7})
    with pytest.raises(StoreError, match="rows of coverage"):
        backup(sqlite_database, tmp_path / "copies" / "one.db")
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_disk_that_fails_while_a_backup_is_sealed_leaves_none(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copies, "_sync", full)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        backup(sqlite_database, tmp_path / "x.db")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("x.db")] == []


def test_a_damaged_file_is_no_backup(sqlite_database: Database, tmp_path: Path) -> None:
    made = backup(sqlite_database, tmp_path / "one.db")
    data = bytearray(made.path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    made.path.write_bytes(data)
    with pytest.raises(StoreError, match=r"one\.db: is"):
        examine(made.path)


def test_postgres_is_backed_up_with_its_own_tools(postgres_database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        backup(postgres_database, tmp_path / "one.db")
