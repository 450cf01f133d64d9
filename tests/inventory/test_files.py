"""Which files a plan reads: none that changed is overlooked, none that stands elsewhere is taken as gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from opsconsole.strictyaml import ProblemsFound
from tests.inventory.project import ASSETS, REFORM, Project, actions

ONE = "kind: assets\nunit: 04810\nas_of: 2019-08-06\nitems:\n  X-1: {class: ups, model: M, status: in-use}\n"


def test_a_file_whose_time_stamp_is_the_epoch_is_compared_by_content(sqlite_project: Project) -> None:
    for status in ("in-use", "broken"):
        path = sqlite_project.write("epoch.yaml", ONE.replace("in-use", status.ljust(6)))
        os.utime(path, (0, 0))
        sqlite_project.apply()
    assert sqlite_project.rows("SELECT status FROM asset WHERE key = 'X-1'") == [("broken",)]


def test_a_change_that_keeps_size_and_time_stamp_is_seen(sqlite_project: Project) -> None:
    path = sqlite_project.write("x.yaml", ONE)
    stamp = path.stat().st_mtime_ns
    sqlite_project.apply()
    path.write_text(ONE.replace("model: M", "model: N"))
    os.utime(path, ns=(stamp, stamp))
    assert actions(sqlite_project.plan()) == {"X-1": "update"}


def test_a_file_that_was_young_when_it_was_looked_at_is_not_trusted_however_long_the_apply_takes(
    sqlite_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sqlite_project.root / "inventory" / "x.yaml"
    path.write_text(ONE)
    changed = path.stat().st_mtime_ns
    clock = iter([changed + 1_000_000])
    monkeypatch.setattr(
        "opsconsole.inventory.files.time.time_ns", lambda: next(clock, changed + 3600 * 10**9)
    )
    sqlite_project.apply()
    assert sqlite_project.rows("SELECT modified FROM declared_file WHERE path = 'inventory/x.yaml'") == [(0,)]


def test_a_file_from_elsewhere_is_not_gone_when_the_root_itself_is_planned(
    sqlite_project: Project, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text(ONE)
    sqlite_project.apply(elsewhere)
    plan = sqlite_project.plan(sqlite_project.root)
    assert (plan.changes, plan.orphans) == ((), ())


def test_a_file_that_vanished_is_gone_when_a_folder_above_the_root_is_planned(
    sqlite_project: Project,
) -> None:
    sqlite_project.remove("assets.yaml")
    plan = sqlite_project.plan(sqlite_project.root.parent)
    assert [orphan.key for orphan in plan.orphans] == ["HB-1", "HB-2", "HB-3", "HB-4"]


def test_overlapping_paths_read_a_file_once(sqlite_project: Project) -> None:
    sqlite_project.write("x.yaml", ONE)
    inventory = sqlite_project.root / "inventory"
    plan = sqlite_project.plan(inventory, inventory / "x.yaml", inventory / ".." / "inventory")
    assert actions(plan) == {"X-1": "create"}


def test_a_linked_folder_in_the_inventory_is_named_and_not_passed_over(
    sqlite_project: Project, tmp_path: Path
) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "x.yaml").write_text(ONE)
    (sqlite_project.root / "inventory" / "far").symlink_to(tmp_path / "far")
    with pytest.raises(ProblemsFound, match="inventory/far: is a symbolic link"):
        sqlite_project.plan()


@pytest.mark.parametrize("name", ["x.YAML", "x.Yml", "x.yml"])
def test_a_file_with_nearly_the_right_ending_is_named_and_not_passed_over(
    name: str, sqlite_project: Project
) -> None:
    sqlite_project.write(name, ONE)
    with pytest.raises(ProblemsFound, match=rf"inventory/{name}: must be named .yaml"):
        sqlite_project.plan()


def test_a_named_file_that_is_no_yaml_file_is_refused(sqlite_project: Project) -> None:
    path = sqlite_project.write("x.txt", ONE)
    with pytest.raises(ProblemsFound, match=r"inventory/x.txt: must be named .yaml"):
        sqlite_project.plan(path)


def test_a_file_that_vanishes_while_the_folder_is_listed_is_gone_and_no_traceback(
    sqlite_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    class Listing:
        def __init__(self, path: str) -> None:
            self.entries = list(real(path))

        def __enter__(self) -> list[os.DirEntry[str]]:
            (sqlite_project.root / "inventory" / "assets.yaml").unlink(missing_ok=True)
            return self.entries

        def __exit__(self, *_error: object) -> None:
            pass

    monkeypatch.setattr("opsconsole.inventory.files.os.scandir", Listing)
    assert len(sqlite_project.plan().orphans) == 4


def test_a_folder_that_cannot_be_listed_is_a_problem_and_its_files_are_not_gone(
    sqlite_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_path: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("opsconsole.inventory.files.os.scandir", denied)
    with pytest.raises(ProblemsFound, match="inventory: cannot be read: Permission denied"):
        sqlite_project.plan()


def test_what_was_not_read_when_the_units_changed_is_read_by_the_next_plan(project: Project) -> None:
    """A plan of one file says what a plan of all says, once all are planned again."""
    project.write("dated.yaml", ONE.replace("04810", "04819").replace("2019-08-06", "2020-03-01"))
    project.apply()
    reform = project.write("reform.yaml", REFORM)
    project.apply(reform)
    assert actions(project.plan()) == {"X-1": "transfer"}
    assert project.plan().changes[0].unit_id == "04819@2020-01-01"


def test_an_inventory_of_one_kind_that_becomes_another_leaves_orphans(project: Project) -> None:
    project.write("assets.yaml", "kind: people\nunit: 04810\nas_of: 2019-08-06\nitems:\n  P-1: {name: A}\n")
    plan = project.plan()
    assert [orphan.key for orphan in plan.orphans] == ["HB-1", "HB-2", "HB-3", "HB-4"]
    project.apply()
    project.write("assets.yaml", ASSETS)
    plan = project.plan()
    assert plan.changes == ()
    assert [orphan.key for orphan in plan.orphans] == ["P-1"]


def test_what_a_file_from_elsewhere_declared_is_orphaned_once_the_file_is_gone(
    sqlite_project: Project, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text(ONE)
    sqlite_project.apply(elsewhere)
    assert sqlite_project.plan().orphans == ()
    elsewhere.unlink()
    (orphan,) = sqlite_project.plan().orphans
    assert (orphan.key, orphan.file) == ("X-1", str(elsewhere))
    sqlite_project.apply()
    sqlite_project.write("taken-in.yaml", ONE)
    assert sqlite_project.plan().orphans == ()


def test_outlines_of_reports_declare_nothing_and_a_folder_of_that_name_elsewhere_does(
    sqlite_project: Project,
) -> None:
    sqlite_project.write("reports/own.yaml", "report: own\ntitle: Của tôi\nbody: [{text: Xin chào}]\n")
    before = sqlite_project.plan().changes
    assert all(change.kind in ("units", "assets") for change in before)
    sqlite_project.write("district/reports/assets.yaml", ASSETS)
    with pytest.raises(ProblemsFound, match="asset 'HB-1' is declared twice"):
        sqlite_project.plan()
