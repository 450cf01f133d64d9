"""Files picked for a plan: several at once, by the keyboard alone, whatever they are called."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from opsconsole.console.app import Console
from opsconsole.console.screens.filepicker import FilePicker, listed, matching
from opsconsole.inventory.bundles import read_bundles
from opsconsole.store.database import Database
from opsconsole.strictyaml import ProblemsFound
from tests.console.conftest import NOW
from tests.console.driving import Driver
from tests.inventory.project import UNITS, Project

THING = """\
kind: assets
unit: 04810
as_of: 2019-08-06
items:
  {key}: {{class: ups, model: Santak, status: in-use}}
"""


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    (tmp_path / "copy").mkdir()
    project = Project(tmp_path / "copy", sqlite_database)
    project.write("units.yaml", UNITS)
    project.apply()
    return project


def make(project: Project, **options: object) -> Console:
    return Console(project.database, project.settings, page="plan", clock=lambda: NOW, **options)  # type: ignore[arg-type]


def thing(key: str) -> str:
    return THING.format(key=key)


async def picker(driver: Driver) -> FilePicker:
    await driver.until("p compares")
    await driver.press("f")
    await driver.until("Files, a folder or a bundle", "inventory/")
    assert isinstance(driver.app.screen, FilePicker)
    return driver.app.screen


async def test_several_files_of_the_inventory_are_marked_and_compared(project: Project) -> None:
    for name in ("a", "b", "c", "d"):
        project.write(f"xã {name}.yaml", thing(f"{name.upper()}-1"))
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await picker(driver)
        await driver.type("inv")
        await driver.press("enter")
        await driver.until("xã a.yaml", "xã d.yaml")
        await driver.type("xa*b")  # a name with blanks is found by its parts
        await driver.until("xã b.yaml", absent="xã a.yaml")
        await driver.press("space")
        await driver.until("1 marked: xã b.yaml")
        await driver.press("ctrl+u")
        await driver.until(lambda: driver.app.screen.input.value == "")  # type: ignore[attr-defined]
        await driver.press("escape")
        await driver.until("p compares", absent="Files, a folder")
        await picker(driver)
        await driver.type("inv")
        await driver.press("enter")
        await driver.until("xã a.yaml")
        await driver.press("down", "down", "space", "space", "down", "space")
        await driver.until("3 marked: xã a.yaml, xã b.yaml, xã d.yaml")
        await driver.press("up", "space")
        await driver.until("4 marked")
        await driver.press("up", "space")
        await driver.until("3 marked: xã a.yaml, xã b.yaml, xã d.yaml")
        await driver.press("f10")
        await driver.until("3 new", "A-1", "B-1", "D-1", absent="C-1")
        await driver.press("A")
        await driver.until("Write this plan")
        await driver.press("y")
        await driver.until("Applied as revision 2: 3 new")
    assert [key for (key,) in project.rows("SELECT key FROM asset ORDER BY key")] == ["A-1", "B-1", "D-1"]


async def test_files_of_several_folders_are_handed_in_as_one_bundle(project: Project) -> None:
    outside = project.root.parent / "usb"
    for folder in ("huyện 1", "huyện 2"):
        (outside / folder).mkdir(parents=True)
        (outside / folder / "a.yaml").write_text(thing(f"K-{folder[-1]}"), "utf-8")
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        page = await picker(driver)
        page.input.take_paste("x")
        page.input.value = f"{outside}/"
        page.input.cursor_position = len(page.input.value)
        await driver.until("huyện 1/", "huyện 2/")
        await driver.press("down", "enter")
        await driver.until("huyện 1/", "a.yaml", absent="huyện 2")
        await driver.press("ctrl+a")
        await driver.until("1 marked: a.yaml")
        await driver.press("tab")
        page._put(page._text(outside / "huyện 2", True))
        await driver.until("huyện 2/", "a.yaml", absent="huyện 1")
        await driver.press("ctrl+a")
        await driver.until("2 marked: a.yaml, a.yaml")
        await driver.press("f10")
        await driver.until("bundle a.yaml + 1", "2 new", "K-1", "K-2", "2 files read")
        await driver.press("A")
        await driver.until("Write this into the files")
        await driver.press("y")
        await driver.until("Applied as revision 2: 2 new")
    assert project.plan().empty


async def test_marks_are_taken_away_and_a_file_that_is_gone_is_said(project: Project) -> None:
    path = project.write("a.yaml", thing("A-1"))
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await picker(driver)
        await driver.type("inv")
        await driver.press("enter")
        await driver.until("a.yaml")
        await driver.press("ctrl+a")
        await driver.until("2 marked")
        await driver.press("ctrl+backslash")
        await driver.until("a.yaml", absent="marked:")
        await driver.press("down", "space")
        await driver.until("1 marked: a.yaml")
        path.unlink()
        await driver.press("f10")
        await driver.until("is there no more: a.yaml")


async def test_files_of_the_inventory_and_others_are_not_taken_together(project: Project) -> None:
    (project.root / "b.yaml").write_text(thing("B-1"), "utf-8")
    project.write("a.yaml", thing("A-1"))
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await picker(driver)
        await driver.press("ctrl+a")
        await driver.until("1 marked: b.yaml")
        await driver.type("inv")
        await driver.press("enter")
        await driver.until("a.yaml", "1 marked: b.yaml")
        await driver.press("down", "space", "f10")
        await driver.until("a.yaml is of the inventory, others are handed in")


HOSTILE = (
    b"[x]y[red].yaml",
    b"\x1b]0;x\x07.yaml",
    b"[@click=app.bell]y.yaml",
    "a\u202eb.yaml".encode(),
    b"\xff\xfe.yaml",
    b"a\nb.yaml",
    unicodedata.normalize("NFD", "xã Hoà Bình.yaml").encode(),
    b"  two  blanks .yaml",
)


def write(path: bytes) -> None:
    Path(os.fsdecode(path)).write_text(thing("A-1"), "utf-8")


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_file_is_taken_whatever_it_is_called(project: Project, name: bytes) -> None:
    (project.root / "in").mkdir()
    path = os.path.join(os.fsencode(project.root / "in"), name)
    write(path)
    taken: list[tuple[Path, ...]] = []
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        for way in (("enter",), ("space", "f10"), ("tab", "f10")):
            page = await picker(driver)
            page._chosen = taken.append
            await driver.type("in")
            await driver.until("in/")
            page._put(page._text(project.root / "in", True))
            await driver.until(".yaml", "../", absent="inventory")
            await driver.press("down", *way)
            await driver.until("p compares", absent="Files, a folder")
            text = driver.text
            assert "\x1b" not in text
    assert [[os.fsencode(each) for each in paths] for paths in taken] == [[path]] * 3


async def test_a_folder_with_a_hostile_name_is_gone_through(project: Project) -> None:
    folder = project.root / "[x]\x1b[2J \u202ex"
    folder.mkdir()
    (folder / "a.yaml").write_text(thing("A-1"), "utf-8")
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await picker(driver)
        await driver.press("down", "enter")
        text = await driver.until("a.yaml")
        assert "\x1b" not in text
        await driver.press("down", "enter")
        await driver.until("bundle a.yaml", "1 new")


def test_links_that_lead_nowhere_and_pipes_hide_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "gone.yaml").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe.yaml")
    (folder / "a.yaml").write_text("x", "utf-8")
    assert listed(folder) == [("a.yaml", False, 1)]


@pytest.mark.parametrize(
    ("words", "name", "there"),
    [
        ("", "a.yaml", True),
        ("hoa binh", "Xã Hoà Bình.yaml", True),
        ("xa*binh", "Xã Hoà Bình.yaml", True),
        ("binh*xa", "Xã Hoà Bình.yaml", False),
        ("*", "a", True),
        ("[/]", "[/]x.yaml", True),
    ],
)
def test_a_name_is_found_by_its_parts_in_their_order(words: str, name: str, there: bool) -> None:
    assert matching(words)(name) is there


def test_bundles_of_one_name_are_told_apart_and_their_problems_are_all_told(tmp_path: Path) -> None:
    for folder in ("x", "y", "z"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text(folder, "utf-8")
    paths = [tmp_path / folder / "a.yaml" for folder in ("x", "y", "z")]
    found = read_bundles([*paths, tmp_path / "x"])
    assert found.name == "a.yaml + 3"
    assert found.files == {"a.yaml": b"x", "a.yaml (2)": b"y", "a.yaml (3)": b"z", "x/a.yaml": b"x"}
    assert read_bundles(paths[:1]).name == "a.yaml"
    for each in paths[:2]:
        each.write_bytes(b"\xff")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProblemsFound) as refused:
        read_bundles([tmp_path / "empty", tmp_path / "nowhere.yaml"])
    assert len(refused.value.problems) == 2
