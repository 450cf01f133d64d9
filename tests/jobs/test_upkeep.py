"""Backup, check of the chain and drift of the files, as jobs."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest

from opsconsole.settings import Settings
from opsconsole.settings.jobs import Backups
from opsconsole.store.backup import examine
from opsconsole.store.database import Database
from tests.inventory.project import UNITS, Project
from tests.jobs.runs_help import run, settings, told


def configured(folder: Path, keep: int = 3) -> Settings:
    return settings(backups=Backups(folder / "copies", keep))


def copies(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "copies").iterdir() if path.suffix == ".db")


def test_a_backup_is_a_sound_copy_with_its_checksum(sqlite_database: Database, tmp_path: Path) -> None:
    done = run(sqlite_database, "backup", configured(tmp_path))
    assert (done.state, done.error) == ("ok", None)
    copy = tmp_path / "copies" / done.counts["file"]
    assert sum(examine(copy).values()) == done.counts["rows"]
    digest, name = (copy.with_name(copy.name + ".sha256")).read_text().split()
    assert (digest, name) == (hashlib.sha256(copy.read_bytes()).hexdigest(), copy.name)
    assert digest in told(sqlite_database, done)[0]


def test_only_the_newest_copies_of_the_job_stay_and_those_of_others_all(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    foreign = ["opsconsole-20200101T000000.000000Z.db", "opsconsole-job-notes.db", "other-job-x.db"]
    for name in foreign:
        (folder / name).write_bytes(b"x")
    broken_off = folder / "opsconsole-job-20200101T000000.000000Z.db.partial"
    broken_off.write_bytes(b"x")
    made = [run(sqlite_database, "backup", configured(tmp_path)).counts["file"] for _ in range(5)]
    assert copies(tmp_path) == sorted([*foreign, *made[2:]])
    assert not broken_off.exists()
    assert not (folder / f"{made[0]}.sha256").exists()
    assert (folder / f"{made[4]}.sha256").exists()


def test_a_backup_that_fails_takes_no_older_one_away(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsconsole.store import backup

    kept = [run(sqlite_database, "backup", configured(tmp_path, 1)).counts["file"]]

    def damaged(path: Path) -> dict[str, int]:
        raise backup.StoreError(f"{path}: is damaged")

    monkeypatch.setattr(backup, "examine", damaged)
    failed = run(sqlite_database, "backup", configured(tmp_path, 1))
    assert failed.state == "failed"
    assert "is damaged" in (failed.error or "")
    assert copies(tmp_path) == kept


def test_postgresql_is_told_to_use_its_own_tools(postgres_database: Database, tmp_path: Path) -> None:
    failed = run(postgres_database, "backup", configured(tmp_path))
    assert failed.state == "failed"
    assert "pg_dump" in (failed.error or "")


@pytest.fixture
def project(database: Database, tmp_path: Path) -> Project:
    (tmp_path / "copy").mkdir()
    made = Project(tmp_path / "copy", database)
    made.write("units.yaml", UNITS)
    made.apply()
    return made


ASSETS = (
    "kind: assets\nunit: 04810\nas_of: 2019-08-06\nitems:\n  A-1: {class: ups, model: M, status: in-use}\n"
)


def test_a_chain_that_holds_is_counted_and_one_that_does_not_fails_with_what_was_found(
    project: Project, database: Database
) -> None:
    good = run(database, "audit-verify", settings())
    assert (good.state, good.error) == ("ok", None)
    assert good.counts["changes"] > 0
    with database.write() as writer:
        writer.execute("UPDATE register SET head = 'f' WHERE province = :province")
    bad = run(database, "audit-verify", settings())
    assert bad.state == "failed"
    assert "the chain of changes does not hold: register 0" in (bad.error or "")
    assert any(line.startswith("register 0") for line in told(database, bad))


def test_anchors_that_are_gone_are_a_failure_once_there_is_something_to_anchor(
    project: Project, database: Database, tmp_path: Path
) -> None:
    failed = run(database, "audit-verify", settings(anchors=tmp_path / "none.txt"))
    assert failed.state == "failed"
    assert "none.txt" in (failed.error or "")


def test_drift_is_counted_and_nothing_is_applied(project: Project, database: Database) -> None:
    here = dataclasses.replace(project.settings, province="test")
    assert run(database, "inventory-drift", here).counts["changes"] == 0
    project.write("assets.yaml", ASSETS)
    drifted = run(database, "inventory-drift", here)
    assert (drifted.state, drifted.counts["changes"], drifted.counts["create"]) == ("ok", 1, 1)
    assert project.rows("SELECT count(*) FROM asset") == [(0,)]
    project.apply()
    (project.root / "inventory" / "assets.yaml").unlink()
    project.write("other.yaml", ASSETS.replace("A-1", "A-2"))
    project.apply()
    assert run(database, "inventory-drift", here).counts["orphans"] == 1


def test_files_with_errors_fail_with_the_first_and_tell_all(project: Project, database: Database) -> None:
    project.write("assets.yaml", ASSETS.replace("ups", "toaster").replace("in-use", "lost"))
    failed = run(database, "inventory-drift", project.settings)
    assert failed.state == "failed"
    assert "the declared files hold 2 errors, first" in (failed.error or "")
    assert len(told(database, failed)) == 2
