"""Set-up does what is not done yet, once, and goes on where it was broken off."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from opsconsole.store.database import Database
from opsconsole.store.verify import verify
from tests.cli.test_command_line import run

ROOT = Path(__file__).parents[2]

CONFIG = """\
province: test
database: sqlite:///var/x.db
inventory: [inventory, var/sample/inventory]
language: en
year: 2019
sources:
  mail: {reader: dovecot, path: var/sample/evidence/mail/*}
  conference: {reader: attendance, path: var/sample/evidence/conference/*.csv}
"""


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A working copy of the province and its districts, with nothing made yet."""
    inventory = tmp_path / "inventory"
    for name in ("units/17/province.yaml",):
        (inventory / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "inventory" / name, inventory / name)
    for name in ("indicators", "rules", "targets"):
        shutil.copytree(ROOT / "inventory" / name, inventory / name)
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path


def test_set_up_brings_everything_up_and_a_second_call_does_nothing(fresh: Path) -> None:
    first = run("setup", cwd=fresh)
    assert first.returncode == 0, first.stderr
    assert "Register: " in first.stderr
    database = Database(f"sqlite:///{fresh}/var/x.db", "test")
    with database.read() as reader:
        counts = {
            table: reader.value(f"SELECT count(*) FROM {table}")
            for table in (
                "asset",
                "account",
                "session",
                "mail_activity",
                "attendance",
                "observation",
                "revision",
            )
        }
        effective = reader.value("SELECT effective FROM revision")
        assert verify(reader).findings == ()
    assert all(counts.values()), counts
    assert counts["revision"] == 1
    assert effective == "2019-01-01"
    stamps = {path: path.stat().st_mtime_ns for path in fresh.rglob("*") if path.is_file()}
    second = run("setup", cwd=fresh)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert {path: path.stat().st_mtime_ns for path in fresh.rglob("*") if path.is_file()} == stamps
    assert run("plan", cwd=fresh).returncode == 0

    # Broken off before the figures: only they are made.
    with database.write() as writer:
        writer.execute("DELETE FROM observation")
    again = run("setup", cwd=fresh)
    assert again.returncode == 0
    assert "Register: " not in again.stderr
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM observation") == counts["observation"]
        assert reader.value("SELECT sum(logins) FROM mail_activity") > 0
        assert reader.value("SELECT count(*) FROM revision") == 1


def test_the_export_of_the_sample_makes_an_empty_plan(fresh: Path) -> None:
    assert run("setup", cwd=fresh).returncode == 0
    for out in ("one", "two"):
        assert run("export", "--out", out, cwd=fresh).returncode == 0
    one = {path.relative_to(fresh / "one"): path.read_bytes() for path in (fresh / "one").rglob("*.yaml")}
    two = {path.relative_to(fresh / "two"): path.read_bytes() for path in (fresh / "two").rglob("*.yaml")}
    assert one == two
    shutil.rmtree(fresh / "inventory")
    shutil.rmtree(fresh / "var" / "sample" / "inventory")
    shutil.copytree(fresh / "one", fresh, dirs_exist_ok=True)
    done = run("plan", cwd=fresh)
    assert (done.returncode, done.stderr) == (0, "")
    assert "No changes." in done.stdout
