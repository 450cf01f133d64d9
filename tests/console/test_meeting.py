"""Somebody else changes the file while a form is open, or while the plan is shown: three ways side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.store.database import Database
from tests.console.driving import Driver
from tests.console.test_forms import fill_in, make
from tests.inventory.project import ASSETS, UNITS, Project


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, sqlite_database)
    project.limits(transfer_share=1.0)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", ASSETS)
    project.apply()
    return project


async def edit(driver: Driver) -> None:
    await driver.until("HB-1")
    await driver.press("E")
    await driver.until("F10 goes on", "Dell OptiPlex 3060")


def row(project: Project, key: str = "HB-1") -> tuple[object, ...]:
    return project.rows(f"SELECT status, room, price, note FROM asset WHERE key = '{key}'")[0]


def theirs(project: Project, old: str, new: str) -> None:
    text = (project.root / "inventory" / "assets.yaml").read_text(encoding="utf-8")
    assert old in text
    project.write("assets.yaml", text.replace(old, new, 1))


async def test_fields_that_nobody_here_touched_stay_as_the_others_wrote_them(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await edit(driver)
        await fill_in(driver, "status", "broken")
        theirs(project, "price: 11500000", "price: 9000000, room: P9")
        await driver.press("f10")
        await driver.until("Write and apply", "by somebody else", "11,500,000 → 9,000,000", "– → P9")
        await driver.press("y")
        await driver.until("Applied as revision 2")
    assert row(project) == ("broken", "P9", 9000000, None)


@pytest.mark.parametrize(("key", "status"), [("m", "broken"), ("t", "in-repair")])
async def test_a_field_that_both_changed_is_chosen(project: Project, key: str, status: str) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await edit(driver)
        await fill_in(driver, "status", "broken")
        await fill_in(driver, "room", "P2")
        theirs(project, "status: in-use", "status: in-repair")
        await driver.press("f10")
        text = await driver.until("Somebody else changed this meanwhile", "1 to choose", "In the file now")
        assert "in use" in text
        assert "in repair" in text
        assert "broken" in text
        await driver.press("f10")
        await driver.until("Choose mine or theirs for each field marked with ? first.")
        await driver.press(key)
        await driver.until("All is chosen")
        await driver.press("f10")
        await driver.until("Write and apply", absent="All is chosen")
        await driver.press("y")
        await driver.until("Applied as revision 2")
    assert row(project)[:2] == (status, "P2")


async def test_going_back_to_the_form_keeps_all_that_was_typed(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await edit(driver)
        await fill_in(driver, "status", "broken")
        theirs(project, "status: in-use", "status: in-repair")
        await driver.press("f10")
        await driver.until("Somebody else changed this meanwhile")
        await driver.press("escape")
        await driver.until("F10 goes on", "broken", absent="Somebody else")
        await driver.press("f10")
        await driver.until("Somebody else changed this meanwhile", "1 to choose")
        await driver.press("T", "f10")
        await driver.until("Theirs stays everywhere")
    assert project.rows("SELECT count(*) FROM revision") == [(1,)]


async def test_a_file_that_changes_while_the_plan_is_shown_is_looked_at_again(project: Project) -> None:
    path = project.root / "inventory" / "assets.yaml"
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await edit(driver)
        await fill_in(driver, "status", "broken")
        await driver.press("f10")
        await driver.until("Write and apply")
        theirs(project, "HB-4:", "HB-5: {class: ups, model: Santak, status: in-use}\n  HB-4:")
        await driver.press("y")
        await driver.until("Write and apply", "1 new")
        await driver.press("y")
        await driver.until("Applied as revision 2")
        assert b"HB-5" in path.read_bytes()
        await edit(driver)
        await fill_in(driver, "room", "P3")
        await driver.press("f10")
        await driver.until("Write and apply")
        theirs(project, "status: broken", "status: broken, room: P4")
        await driver.press("y")
        await driver.until("Somebody else changed this meanwhile", "P3", "P4")
        await driver.press("m", "f10")
        await driver.until("Write and apply")
        await driver.press("y")
        await driver.until("Applied as revision 3")
    assert row(project)[:2] == ("broken", "P3")


async def test_a_thing_that_was_deleted_meanwhile_is_told_and_what_was_typed_is_kept(
    project: Project,
) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await edit(driver)
        await fill_in(driver, "note", "để dành")
        theirs(
            project,
            "HB-1: {class: desktop, model: Dell OptiPlex 3060, price: 11500000, status: in-use}\n  ",
            "",
        )
        await driver.press("f10")
        await driver.until("HB-1: in no file any more", "để dành", absent="Write and apply")


async def test_a_form_shows_what_the_file_says_where_that_was_not_applied_yet(project: Project) -> None:
    theirs(project, "price: 11500000", "price: 8000000")
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await edit(driver)
        await driver.until("8000000", absent="11500000")


async def test_taking_back_does_not_overwrite_what_others_wrote_since(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await edit(driver)
        await fill_in(driver, "status", "broken")
        await driver.press("f10")
        await driver.until("Write and apply")
        await driver.press("y")
        await driver.until("Applied as revision 2")
        theirs(project, "status: broken", "status: in-store")
        project.apply()
        await driver.press("ctrl+z")
        await driver.until("Somebody else changed this meanwhile", "in store", "in use")
        await driver.press("t", "f10")
        await driver.until("Theirs stays everywhere")
    assert row(project)[0] == "in-store"


async def test_a_move_to_another_unit_that_both_made_is_chosen(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await edit(driver)
        await fill_in(driver, "unit", "04819")
        theirs(project, "HB-1: {class", "HB-1: {unit: 04828, class")
        await driver.press("f10")
        await driver.until("Somebody else changed this meanwhile", "Xã Thống Nhất", "Xã Dân Chủ")
        await driver.press("m", "f10")
        await driver.until("Write and apply")
        await driver.press("y")
        await driver.until("Applied as revision 2")
    assert project.rows("SELECT unit_id FROM asset WHERE key = 'HB-1'") == [("04819@2017-10-15",)]


async def test_of_several_things_each_has_its_own_fields(project: Project) -> None:
    async with make(project).run_test(size=(120, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("space", "space", "E")
        await driver.until("F10 goes on", "2 assets")
        await fill_in(driver, "status", "broken")
        theirs(project, "Canon LBP 2900, status: in-use", "Canon LBP 2900, status: in-repair")
        theirs(project, "price: 11500000, status: in-use", "price: 11500000, status: in-store")
        await driver.press("f10")
        await driver.until("2 to choose", "HB-1", "HB-2")
        await driver.press("t", "m", "f10")
        await driver.until("Write and apply")
        await driver.press("y")
        await driver.until("Applied as revision 2")
    assert (row(project)[0], row(project, "HB-2")[0]) == ("in-store", "broken")
