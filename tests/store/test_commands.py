"""The commands ``db`` and ``audit``, and the examination of a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opsconsole.cli import cli
from opsconsole.errors import Refused
from opsconsole.inventory.kinds import standard
from opsconsole.inventory.tables import all_tables
from opsconsole.store import changes, doctor, guards
from opsconsole.store.database import Database
from opsconsole.store.doctor import Check, examine, has_wal_fix

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Runs ``opsconsole`` with a working copy of its own."""
    config = tmp_path / "config.yaml"
    config.write_text("province: test\nlanguage: en\nanchors: anchors.txt\n")

    def run(*arguments: str) -> Result:
        # As the shell does: what a command returns is the exit code.
        return CliRunner().invoke(cli, ["--config", str(config), *arguments], standalone_mode=False)

    return run


def working_copy(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/var/opsconsole.db", "test")


def record(database: Database, count: int = 3) -> changes.Recorded:
    rows: list[changes.NewChange] = [
        ("assets", f"PC-{n}", "create", "u", None, json.dumps({"unit": "u"}), "a.yaml", n)
        for n in range(count)
    ]
    with database.write() as writer:
        return changes.record(
            writer, actor="ltt", reason="thử", plan="r0-x", effective="2019-08-06", changes=rows
        )


def test_upgrade_makes_the_database_and_says_so_and_then_has_nothing_to_do(
    command: Command, tmp_path: Path
) -> None:
    first = command("db", "upgrade")
    assert "was made" in first.output
    assert working_copy(tmp_path).exists()
    assert "newest version" in command("db", "upgrade").output


def test_commands_before_the_first_upgrade_name_the_command_that_helps(command: Command) -> None:
    for arguments in (("audit", "verify"), ("audit", "log"), ("db", "backup")):
        done = command(*arguments)
        assert isinstance(done.exception, Refused)
        assert "opsconsole db upgrade" in str(done.exception)


def test_backup_writes_beside_the_database_or_where_asked(command: Command, tmp_path: Path) -> None:
    command("db", "upgrade")
    assert "verified" in command("db", "backup").output
    assert len(list((tmp_path / "var" / "backups").glob("*.db"))) == 1
    target = tmp_path / "elsewhere.db"
    assert str(target) in command("db", "backup", "--to", str(target)).output
    assert target.exists()


def test_check_migrations_passes(command: Command) -> None:
    done = command("db", "check-migrations")
    assert (done.return_value, done.exception) == (0, None)


def test_verify_is_0_for_a_sound_chain_and_1_with_the_findings_named(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # These changes have no rows; rows against changes: tests/inventory/test_audit.py.
    monkeypatch.setattr("opsconsole.inventory.audit.differences", lambda reader, kinds: ())
    command("db", "upgrade")
    assert command("audit", "verify").return_value == 0
    database = working_copy(tmp_path)
    changes.write_anchor(tmp_path / "anchors.txt", "test", record(database))
    sound = command("audit", "verify")
    assert sound.return_value == 0
    assert "3 changes in 1 revisions checked, 1 anchors" in sound.output
    with database.write() as writer:
        for statement in guards.remove(postgres=False):
            writer.execute(statement)
        writer.execute("UPDATE change SET key = :key WHERE sequence = 2", {"key": "\x1b[2J"})
    altered = command("audit", "verify")
    assert altered.return_value == 1
    assert "change 2 (asset <U+001B>[2J): was altered" in altered.output
    assert "head" not in altered.output
    data = json.loads(command("audit", "verify", "--json").output)
    assert [finding["number"] for finding in data["findings"]] == [2]


def test_verify_with_the_configured_anchors_deleted_is_an_error(command: Command, tmp_path: Path) -> None:
    command("db", "upgrade")
    record(working_copy(tmp_path))
    done = command("audit", "verify")
    assert "anchors cannot be read" in str(done.exception)


def test_the_log_lists_newest_first_filters_and_is_json_on_request(command: Command, tmp_path: Path) -> None:
    command("db", "upgrade")
    record(working_copy(tmp_path))
    lines = command("audit", "log").output.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert "ltt new: asset PC-2 a.yaml:2 (thử)" in lines[0]
    assert len(command("audit", "log", "--limit", "1").output.splitlines()) == 1
    for arguments in (("--kind", "accounts"), ("--since", "9999-01-01")):
        assert command("audit", "log", *arguments).output == "No change answers to this.\n"
    # What is no kind has no changes either: that must not pass for an answer.
    assert "did you mean 'assets'" in str(command("audit", "log", "--kind", "asset").exception)
    (data,) = json.loads(command("audit", "log", "--key", "PC-1", "--json").output)
    assert (data["key"], data["after"]) == ("PC-1", {"unit": "u"})


# --- doctor ------------------------------------------------------------------------------------------


def by_subject(database: Database) -> dict[str, Check]:
    return {check.subject: check for check in examine(database, all_tables(standard()))}


def test_a_sound_database_has_no_errors_and_shows_register_and_head(database: Database) -> None:
    recorded = record(database)
    checks = by_subject(database)
    assert [check for check in checks.values() if check.state == "error"] == []
    assert checks["chain head"].value == recorded.head
    assert "revision 1, 3 changes" in checks["register"].value


def test_a_register_without_revisions_and_one_that_ends_with_an_empty_one_are_sound(
    database: Database,
) -> None:
    assert by_subject(database)["chain head"].state == "ok"
    record(database)
    record(database, 0)
    assert by_subject(database)["chain head"].state == "ok"


def test_a_head_that_is_not_the_end_of_the_chain_is_an_error(database: Database) -> None:
    record(database)
    with database.write() as writer:
        writer.execute("UPDATE register SET head = :head", {"head": "f" * 64})
    assert by_subject(database)["chain head"].state == "error"


def test_drift_is_an_error_that_names_it(database: Database) -> None:
    with closing(database.connect(write=True)) as raw:
        raw.execute("DROP INDEX asset_unit")
    check = by_subject(database)["schema"]
    assert check.state == "error"
    assert "asset_unit" in check.value


def test_what_is_no_database_is_one_error_and_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("a shopping list" * 1000)
    checks = examine(Database(f"sqlite:///{path}", "test"), all_tables(standard()))
    assert [check.state for check in checks][-1] == "error"
    assert "is not an SQLite database" in checks[-1].value


def test_a_file_that_others_may_read_is_a_warning(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    sqlite_database.path.chmod(0o644)
    assert by_subject(sqlite_database)["file mode"].state == "warning"
    sqlite_database.path.chmod(0o640)
    assert by_subject(sqlite_database)["file mode"].state == "ok"


def test_a_log_that_a_reader_keeps_from_shrinking_is_a_warning(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_LARGE_LOG", 100_000)
    with sqlite_database.read() as reader:
        reader.value("SELECT count(*) FROM change")
        record(sqlite_database, 2000)
        assert by_subject(sqlite_database)["write-ahead log"].state == "warning"


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
        ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True),
    ],
)  # fmt: skip
def test_versions_with_the_wal_bug_are_known(version: tuple[int, ...], fixed: bool) -> None:
    assert has_wal_fix(version) is fixed


def test_doctor_prints_a_line_a_check_and_is_1_for_an_error(command: Command, tmp_path: Path) -> None:
    none = command("db", "doctor")
    assert none.return_value == 1
    assert "opsconsole db upgrade" in none.output
    command("db", "upgrade")
    sound = command("db", "doctor")
    assert sound.return_value == 0
    assert "Asia/Ho_Chi_Minh (UTC+07:00)" in sound.output
    assert {check["state"] for check in json.loads(command("db", "doctor", "--json").output)} <= {
        "ok",
        "warning",
    }
