"""Parts of a plan: some units are applied, the rest stays, and nothing is taken for applied that was not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.inventory.part import Only, units_below
from opsconsole.inventory.planning import make_plan
from opsconsole.store.database import Database
from opsconsole.units.registry import load
from tests.inventory.project import ASSETS, REFORM, UNITS, Project, actions

MAT, DAN, THONG = (f"{code}@2017-10-15" for code in ("04810", "04819", "04828"))
MIXED = """\
    kind: assets
    as_of: 2019-08-06
    items:
      A-1: {unit: 04810, class: ups, model: Santak, status: in-use}
      A-2: {unit: 04819, class: ups, model: Santak, status: in-use}
      A-3: {unit: 04828, class: ups, model: Santak, status: in-use}
"""


@pytest.fixture
def project(database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, database)
    project.write("units.yaml", UNITS)
    project.apply()
    return project


def part(project: Project, *units: str) -> Only:
    return Only(units=frozenset(units))


def keys(project: Project) -> list[str]:
    return [key for (key,) in project.rows("SELECT key FROM asset ORDER BY key")]


def test_only_the_changes_of_chosen_units_are_applied_and_the_rest_is_planned_again(project: Project) -> None:
    project.write("mixed.yaml", MIXED)
    applied = project.apply(only=part(project, MAT, THONG))
    assert keys(project) == ["A-1", "A-3"]
    assert actions(applied.plan) == {"A-1": "create", "A-3": "create"}
    rest = project.plan()
    assert actions(rest) == {"A-2": "create"}
    project.apply()
    assert project.plan().empty
    assert keys(project) == ["A-1", "A-2", "A-3"]


def test_the_digest_is_that_of_the_part(project: Project) -> None:
    project.write("mixed.yaml", MIXED)
    only = part(project, MAT)
    shown = make_plan(project.database, project.settings, only=only)
    assert shown.digest != project.plan().digest
    with pytest.raises(Refused, match="stale"):
        project.apply(digest=shown.digest)
    project.apply(digest=shown.digest, only=only)
    assert keys(project) == ["A-1"]


def test_a_move_belongs_to_the_unit_to_which_it_goes(project: Project) -> None:
    project.write("mixed.yaml", MIXED)
    project.apply()
    project.write("mixed.yaml", MIXED.replace("{unit: 04810", "{unit: 04819"))
    assert make_plan(project.database, project.settings, only=part(project, MAT)).empty
    moved = make_plan(project.database, project.settings, only=part(project, DAN))
    assert actions(moved) == {"A-1": "transfer"}


def test_a_thing_that_moved_to_another_file_and_unit_is_not_called_twice(project: Project) -> None:
    """Another unit of the file that it left is applied; the thing itself waits."""
    project.write("a.yaml", MIXED)
    project.apply()
    project.write(
        "a.yaml", MIXED.replace("      A-1: {unit: 04810, class: ups, model: Santak, status: in-use}\n", "")
        .replace("A-3: {unit: 04828, class: ups, model: Santak", "A-3: {unit: 04828, class: ups, model: APC")
    )  # fmt: skip
    project.write("b.yaml", MIXED.split("      A-2")[0].replace("04810", "04819"))
    project.apply(only=part(project, THONG))
    assert project.rows("SELECT key, model, unit_id FROM asset WHERE key <> 'A-2' ORDER BY key") == [
        ("A-1", "Santak", MAT),
        ("A-3", "APC", THONG),
    ]
    assert actions(project.plan()) == {"A-1": "transfer"}
    project.apply(allow=[stop.allow for stop in project.plan().stops])
    assert project.plan().empty
    assert project.plan().orphans == ()


def test_what_is_in_no_file_any_more_waits_for_its_unit(project: Project) -> None:
    project.write("mixed.yaml", MIXED)
    project.apply()
    project.write("mixed.yaml", MIXED.split("      A-2")[0])
    chosen = make_plan(project.database, project.settings, only=part(project, DAN))
    assert [orphan.key for orphan in chosen.new_orphans] == ["A-2"]
    project.apply(only=part(project, DAN))
    assert sorted(o.key for o in project.plan().new_orphans) == ["A-3"]


def test_what_names_something_that_only_the_rest_declares_is_stopped(project: Project) -> None:
    project.write(
        "people.yaml",
        "kind: people\nunit: 04819\nas_of: 2019-08-06\nitems:\n  CB-1: {name: Nguyễn Văn Hoà}\n",
    )
    project.write("mixed.yaml", MIXED.replace("status: in-use}\n", "status: in-use, custodian: CB-1}\n", 1))
    chosen = make_plan(project.database, project.settings, only=part(project, MAT))
    assert [stop.allow for stop in chosen.stops] == [""]
    assert "CB-1" in chosen.stops[0].message
    assert "Xã Dân Chủ (04819)" in chosen.stops[0].message
    with pytest.raises(Refused, match="CB-1"):
        project.apply(only=part(project, MAT))
    project.apply(only=part(project, MAT, DAN))
    assert keys(project) == ["A-1", "A-2"]


def test_limits_hold_for_the_part(project: Project) -> None:
    project.write("assets.yaml", ASSETS)
    project.write("mixed.yaml", MIXED)
    project.apply()
    ended = MIXED.replace(
        "04819, class: ups, model: Santak, status: in-use}",
        "04819, class: ups, model: Santak, status: in-use, disposed: {date: 2019-09-01, reason: hỏng}}",
    )
    project.write(
        "mixed.yaml", ended.replace("A-1: {unit: 04810, class: ups", "A-1: {unit: 04810, class: phone")
    )
    assert not make_plan(project.database, project.settings, only=part(project, MAT)).stops
    assert make_plan(project.database, project.settings, only=part(project, DAN)).stops


def test_a_plan_that_changes_units_is_applied_as_a_whole(project: Project) -> None:
    project.write("mixed.yaml", MIXED)
    project.write("reform.yaml", REFORM)
    with pytest.raises(Refused, match="as a whole"):
        make_plan(project.database, project.settings, only=part(project, MAT))


def test_things_can_be_taken_one_by_one(project: Project) -> None:
    project.write("mixed.yaml", MIXED)
    project.apply(only=Only(things=frozenset({("assets", "A-2")})))
    assert keys(project) == ["A-2"]


def test_a_district_takes_in_what_ever_stood_below_it(project: Project) -> None:
    with project.database.read() as reader:
        timeline = load(reader)
    assert {MAT, DAN, THONG} < units_below(timeline, ["148"])
    assert units_below(timeline, ["04819"]) == {DAN}
    with pytest.raises(Refused, match="no unit with the code '99'"):
        units_below(timeline, ["99"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.sampled_from([MAT, DAN, THONG])), min_size=1, max_size=4))
def test_parts_in_any_order_come_to_the_whole(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[set[str]]
) -> None:
    """However a plan is cut up: what is taken at last is what one apply would have taken."""
    root = tmp_path_factory.mktemp("parts")
    shutil.copyfile(sqlite_template, root / "opsconsole.db")
    project = Project(root, Database(f"sqlite:///{root / 'opsconsole.db'}", "test"))
    project.write("units.yaml", UNITS)
    project.apply()
    project.write("mixed.yaml", MIXED)
    project.apply()
    project.write("mixed.yaml", MIXED.replace("Santak", "APC"))
    for units in steps:
        project.apply(only=Only(units=frozenset(units)))
        taken = {model for (model,) in project.rows("SELECT DISTINCT model FROM asset")}
        assert taken <= {"APC", "Santak"}
    project.apply()
    assert project.rows("SELECT DISTINCT model FROM asset") == [("APC",)]
    assert project.plan().empty
