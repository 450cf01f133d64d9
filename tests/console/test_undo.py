"""Taking back and doing again in the console: after a restart, step by step, from the list, beside others."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.console.app import Console
from opsconsole.store.database import Database
from tests.console.conftest import NOW
from tests.console.driving import Driver
from tests.console.test_forms import fill_in
from tests.inventory.project import ASSETS, UNITS, Project


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, sqlite_database)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", ASSETS)
    project.apply()
    return project


def make(project: Project, **options: object) -> Console:
    options = {"page": "assets", "person": "an", **options}
    return Console(project.database, project.settings, clock=lambda: NOW, **options)  # type: ignore[arg-type]


def file_of(project: Project) -> Path:
    return project.root / "inventory" / "assets.yaml"


async def change(driver: Driver, name: str, text: str, revision: int) -> None:
    """Change a field of the first asset, and apply it."""
    await driver.until("HB-1")
    await driver.press("E")
    await driver.until("F10 goes on")
    await fill_in(driver, name, text)
    await driver.press("f10")
    await driver.until("Write and apply")
    await driver.press("y")
    await driver.until(f"Applied as revision {revision}")


async def confirm(driver: Driver, title: str, revision: int) -> None:
    await driver.until(title, "Write and apply")
    await driver.press("y")
    await driver.until(f"Applied as revision {revision}")


async def test_after_a_restart_edits_are_walked_back_and_forward(project: Project) -> None:
    before = file_of(project).read_bytes()
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await change(driver, "room", "P1", 2)
        await change(driver, "room", "P2", 3)
    after = file_of(project).read_bytes()
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("ctrl+z")
        await confirm(driver, "Take back: asset HB-1", 4)
        await driver.press("U")
        await confirm(driver, "Take back: asset HB-1", 5)
        assert file_of(project).read_bytes() == before
        await driver.press("ctrl+z")
        await driver.until("Nothing was changed by you that could be taken back.")
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("ctrl+y")
        await confirm(driver, "Do again: asset HB-1", 6)
        assert project.rows("SELECT room FROM asset WHERE key = 'HB-1'") == [("P1",)]
        await driver.press("ctrl+y")
        await confirm(driver, "Do again: asset HB-1", 7)
        await driver.press("ctrl+y")
        await driver.until("There is nothing to do again")
    assert file_of(project).read_bytes() == after
    assert project.plan().empty


async def test_cancel_leaves_the_journal_as_it_was(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await change(driver, "room", "P1", 2)
        for _again in range(2):
            await driver.press("ctrl+z")
            await driver.until("Take back: asset HB-1", "Write and apply")
            await driver.press("enter")  # Cancel
            await driver.until("HB-1", absent="Write and apply")
        await driver.press("ctrl+z")
        await confirm(driver, "Take back: asset HB-1", 3)


async def test_the_list_says_when_who_what_and_where_and_takes_back_any_of_them(project: Project) -> None:
    async with make(project).run_test(size=(150, 34)) as pilot:
        driver = Driver(pilot)
        await change(driver, "room", "P1", 2)
        await change(driver, "price", "7", 3)
        await driver.press("Z")
        await driver.until("Edits  2", "asset HB-1", "inventory/assets.yaml", "2 of yours can be taken back")
        await driver.press("down", "o")
        await driver.until("Room", "– → P1")
        await driver.press("escape", "enter")
        await confirm(driver, "Take back: asset HB-1", 4)
        await driver.until("taken back", "1 of yours can be taken back")
        assert project.rows("SELECT room, price FROM asset WHERE key = 'HB-1'") == [(None, 7)]
        await driver.press("enter")
        await confirm(driver, "Do again: asset HB-1", 5)
        await driver.until("2 of yours can be taken back")
        assert project.rows("SELECT room, price FROM asset WHERE key = 'HB-1'") == [("P1", 7)]
        await driver.press("slash", "z", "z", "enter")
        await driver.until("Nothing holds “zz”")


async def test_somebody_else_has_a_journal_of_their_own_and_may_take_back_mine_from_the_list(
    project: Project,
) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        await change(Driver(pilot), "room", "P1", 2)
    async with make(project, person="binh").run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("ctrl+z")
        await driver.until("Nothing was changed by you that could be taken back.")
        await driver.press("Z")
        await driver.until("Edits  1", "0 of yours can be taken back", "an")
        await driver.press("enter")
        await confirm(driver, "Take back: asset HB-1", 3)


async def test_a_read_only_console_lists_edits_and_turns_none(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        await change(Driver(pilot), "room", "P1", 2)
    async with make(project, read_only=True).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("Z")
        await driver.until("Edits  1", "asset HB-1")
        for key in ("enter", "ctrl+z", "ctrl+y"):
            await driver.press(key)
            await driver.until("This console is read-only.", absent="Write and apply")


async def test_what_others_changed_since_is_shown_in_three_ways(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        await change(Driver(pilot), "room", "P1", 2)
    text = file_of(project).read_text("utf-8")
    project.write("assets.yaml", text.replace("room: P1", "room: P9"))
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("ctrl+z")
        await driver.until("Somebody else changed this meanwhile", "P1", "P9")
        await driver.press("escape")
        await driver.until("HB-1", absent="Somebody else")
        await driver.press("ctrl+z")
        await driver.until("Somebody else changed this meanwhile")
        await driver.press("m", "f10")
        await confirm(driver, "Take back: asset HB-1", 3)
    assert "room" not in file_of(project).read_text("utf-8")


async def test_what_is_in_no_file_any_more_is_refused_in_words(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        await change(Driver(pilot), "room", "P1", 2)
    lines = file_of(project).read_text("utf-8").splitlines(keepends=True)
    project.write("assets.yaml", "".join(line for line in lines if "HB-1" not in line))
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("ctrl+z")
        await driver.until("HB-1: in no file any more; somebody deleted it since. Nothing was changed.")


async def test_a_bundle_is_taken_back_as_one(project: Project) -> None:
    (project.root / "b.yaml").write_text(
        "kind: assets\nunit: 04819\nas_of: 2019-08-06\nitems:\n"
        "  A-1: {class: ups, model: Santak, status: in-use}\n",
        "utf-8",
    )
    async with make(project, page="plan").run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("f")
        await driver.until("b.yaml")
        await driver.type("b")
        await driver.press("enter")
        await driver.until("bundle b.yaml", "A applies all")
        await driver.press("A")
        await driver.until("Write this into the files")
        await driver.press("y")
        await driver.until("Applied as revision 2")
    async with make(project, page="plan").run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("ctrl+z")
        await driver.until("Limits stop this plan")
        await driver.press("L")
        await driver.until("Take back: bundle b.yaml", "entered by mistake")


@pytest.mark.parametrize("hostile", ["[/]x", "\x1b]0;x\x07", "a\u202eb", "[@click=app.bell]x[/]"])
async def test_hostile_titles_people_and_files_are_text(project: Project, hostile: str) -> None:
    async with make(project).run_test(size=(150, 34)) as pilot:
        await change(Driver(pilot), "room", "P1", 2)
    with project.database.write() as writer:
        writer.execute(
            "UPDATE edit_journal SET title = :x, person = :x, place = :x, files = :files",
            {
                "x": hostile,
                "files": '["' + hostile.encode("unicode_escape").decode().replace("\\x", "\\u00") + '"]',
            },
        )
    async with make(project).run_test(size=(150, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("Z")
        text = await driver.until("Edits  1", "done")
        assert "\x1b" not in text
        assert "\u202e" not in text
        await driver.press("enter")
        text = await driver.until("Take back:", "Write and apply")
        assert "\x1b" not in text
        assert "\u202e" not in text
