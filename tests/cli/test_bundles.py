"""Bundles and parts of plans on the command line."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.test_command_line import run
from tests.inventory.project import Project

THEIRS = """\
kind: assets
as_of: 2019-08-06
items:
  HB-8: {unit: 04810, class: ups, model: Santak, status: in-use}
  HB-9: {unit: 04819, class: ups, model: Santak, status: in-use}
"""


@pytest.fixture
def copy(sqlite_project: Project) -> Project:
    """A working copy in English with an applied register, and a bundle beside it."""
    (sqlite_project.root / "config.yaml").write_text(
        f"province: test\ndatabase: {sqlite_project.database.url}\nlanguage: en\n"
    )
    with zipfile.ZipFile(sqlite_project.root / "gói.zip", "w") as archive:
        archive.writestr("xã/a.yaml", THEIRS)
        archive.writestr("đọc tôi.txt", "x")
    return sqlite_project


def test_a_bundle_is_planned_and_taken_in_unit_by_unit(copy: Project) -> None:
    planned = run("plan", "--bundle", "gói.zip", cwd=copy.root)
    assert planned.returncode == 2
    assert "Plan: 2 to create." in planned.stdout
    assert "not read, as no .yaml: đọc tôi.txt" in planned.stderr
    assert copy.plan().empty
    applied = run(
        "apply", "--bundle", "gói.zip", "--unit", "04819", "--yes", "--reason", "huyện gửi", cwd=copy.root
    )
    assert (applied.returncode, applied.stderr) == (0, "")
    assert copy.rows("SELECT key FROM asset WHERE key IN ('HB-8', 'HB-9')") == [("HB-9",)]
    assert copy.rows("SELECT reason FROM revision WHERE number = 2") == [("huyện gửi",)]
    assert copy.plan().empty
    again = run("plan", "--bundle", "gói.zip", "--unit", "148", "--json", cwd=copy.root)
    assert [change["key"] for change in json.loads(again.stdout)["changes"]] == ["HB-8"]


def test_a_saved_plan_of_a_bundle_is_carried_out_or_refused(copy: Project) -> None:
    run("plan", "--bundle", "gói.zip", "--out", "plan.json", cwd=copy.root)
    with zipfile.ZipFile(copy.root / "gói.zip", "a") as archive:
        archive.writestr("b.yaml", THEIRS.replace("HB-8", "HB-10").replace("HB-9", "HB-11"))
    late = run("apply", "--bundle", "gói.zip", "--plan", "plan.json", "--yes", cwd=copy.root)
    assert late.returncode == 1
    assert "not that of the bundle any more" in late.stderr
    assert copy.rows("SELECT count(*) FROM asset") == [(4,)]


def test_no_answer_changes_neither_files_nor_register(copy: Project) -> None:
    before = sorted((copy.root / "inventory").rglob("*"))
    asked = run("apply", "--bundle", "gói.zip", cwd=copy.root)
    assert asked.returncode != 0
    assert sorted((copy.root / "inventory").rglob("*")) == before
    assert copy.plan().empty


def test_a_plan_of_some_units_leaves_the_others(copy: Project) -> None:
    copy.write("more.yaml", THEIRS)
    applied = run("apply", "--unit", "04810", "--yes", cwd=copy.root)
    assert applied.returncode == 0
    assert [change.key for change in copy.plan().changes] == ["HB-9"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["plan", "--unit", "99999"], "there is no unit with the code '99999'"),
        (["plan", "inventory", "--bundle", "gói.zip"], "a bundle is taken by itself"),
        (["plan", "--bundle", "config.yaml"], "config.yaml"),
        (["plan", "--bundle", "/dev/null"], "is not a regular file"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(copy: Project, arguments: list[str], says: str) -> None:
    found = run(*arguments, cwd=copy.root)
    assert found.returncode == 1
    assert says in found.stderr
    assert "Traceback" not in found.stderr


def test_the_bundle_leaves_nothing_behind(copy: Project) -> None:
    run("plan", "--bundle", "gói.zip", cwd=copy.root)
    assert not list(Path(copy.root).rglob("a.yaml"))
