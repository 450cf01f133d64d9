"""The page of the plan: files and bundles by their path, units chosen, cancelling; states on a date."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import pytest

from opsconsole.console.app import Console
from opsconsole.store.database import Database
from tests.console.conftest import NOW
from tests.console.driving import Driver
from tests.inventory.project import ASSETS, UNITS, Project

MIXED = """\
kind: assets
as_of: 2019-08-06
items:
  A-1: {unit: 04810, class: ups, model: Santak, status: in-use}
  A-2: {unit: 04819, class: ups, model: Santak, status: in-use}
  A-3: {unit: 04828, class: ups, model: Santak, status: in-use}
"""


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, sqlite_database)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", ASSETS)
    project.apply()
    with zipfile.ZipFile(tmp_path / "gói huyện.zip", "w") as archive:
        archive.writestr("xã/a.yaml", MIXED)
        archive.writestr("ảnh.jpg", b"x")
    return project


def make(project: Project, **options: object) -> Console:
    return Console(project.database, project.settings, page="plan", clock=lambda: NOW, **options)  # type: ignore[arg-type]


def keys(project: Project) -> list[str]:
    return [key for (key,) in project.rows("SELECT key FROM asset WHERE key LIKE 'A-%' ORDER BY key")]


async def pick(driver: Driver, words: str) -> None:
    """Choose an entry of the folder that is shown first."""
    await driver.press("f")
    await driver.until("Files, a folder or a bundle")
    await driver.type(words)
    await driver.until("gói huyện.zip")
    await driver.press("enter")


async def test_a_bundle_is_picked_read_and_taken_in(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await pick(driver, "goi")
        await driver.until(
            "bundle gói huyện.zip", "3 new", "1 file read", "not read, as no .yaml: ảnh.jpg", "A-2"
        )
        assert project.plan().empty
        await driver.press("A")
        await driver.until("Write this into the files and the register?", "new file")
        await driver.press("y")
        await driver.until("Applied as revision 2: 3 new")
    assert keys(project) == ["A-1", "A-2", "A-3"]
    assert project.plan().empty


async def test_only_chosen_units_are_written_and_applied(project: Project) -> None:
    async with make(project).run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await pick(driver, "goi")
        await driver.until("Xã Dân Chủ", "A-2")
        await driver.press("slash")
        await driver.type("dan chu")
        await driver.press("enter")
        await driver.until("A-2", absent="A-1")
        await driver.press("G", "u")  # from the thing itself
        await driver.until("1 of 3 units chosen", "✓ Xã Dân Chủ")
        await driver.press("escape")
        await driver.until("Xã Dân Chủ", absent="units chosen")
        await driver.press("G", "u", "escape", "G", "u")
        await driver.until("1 of 3 units chosen")
        await driver.press("A")
        await driver.until("Only: Xã Dân Chủ (04819)", "1 new")
        await driver.press("y")
        await driver.until("Applied as revision 2: 1 new")
    assert keys(project) == ["A-2"]
    assert project.plan().empty


async def test_units_of_the_inventory_are_chosen_and_the_rest_stays(project: Project) -> None:
    project.write("mixed.yaml", MIXED)
    async with make(project).run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("3 new", "A-1", "A-3")
        await driver.press("g", "u", "G", "u")
        text = await driver.until("2 of 3 units chosen", "✓ Phường Chăm Mát", "✓ Xã Thống Nhất")
        assert "· Xã Dân Chủ" in text
        await driver.press("A")
        await driver.until("Only: Phường Chăm Mát (04810), Xã Thống Nhất (04828)")
        await driver.press("y")
        await driver.until("Applied as revision 2: 2 new")
        await driver.press("p")
        await driver.until("1 new", "A-2")
    assert keys(project) == ["A-1", "A-3"]


async def test_some_files_of_the_inventory_are_compared_alone(project: Project) -> None:
    project.write("mixed.yaml", MIXED)
    project.write("other.yaml", MIXED.replace("A-", "B-"))
    async with make(project).run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("f")
        await driver.until("Files, a folder or a bundle", "inventory/")
        await driver.type("inv")
        await driver.until(absent="gói huyện.zip")
        await driver.press("enter")
        await driver.until("mixed.yaml", "other.yaml")
        await driver.type("mix")
        await driver.until("mixed.yaml", absent="other.yaml")
        await driver.press("enter")
        await driver.until("3 new", "A-1", absent="B-1")
        await driver.press("A", "y")
        await driver.until("Applied as revision 2: 3 new")
    assert project.rows("SELECT count(*) FROM asset WHERE key LIKE 'B-%'") == [(0,)]


async def test_what_is_wrong_in_a_bundle_is_told_at_its_place(project: Project) -> None:
    with zipfile.ZipFile(project.root / "gói huyện.zip", "w") as archive:
        archive.writestr("xã/a.yaml", MIXED.replace("class: ups", "class: typewriter", 1))
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await pick(driver, "goi")
        await driver.until("1 problem; nothing was changed", "gói huyện.zip:xã/a.yaml:4:")
        await driver.press("escape")
        await driver.press("f")
        await driver.clear()
        await driver.type("/no/such")
        await driver.press("f10")
        await driver.until("there is no such file or folder")


async def test_a_bundle_that_leads_elsewhere_is_refused(project: Project) -> None:
    with zipfile.ZipFile(project.root / "gói huyện.zip", "w") as archive:
        archive.writestr("../../b.yaml", MIXED)
        archive.writestr("[red]\x1b]0;x\x07.yaml", MIXED)
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await pick(driver, "goi")
        text = await driver.until("2 problems", "leads out of the bundle", "too long or holds control")
        assert "\x1b" not in text


async def test_cancelling_while_it_is_read_or_written_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("mixed.yaml", MIXED)
    from opsconsole.inventory import apply, planning

    going, go_on = threading.Event(), threading.Event()
    read, rows = planning.plan_in, apply._write

    def slow(*arguments: object, **options: object) -> object:
        made = read(*arguments, **options)  # type: ignore[arg-type]
        going.set()
        go_on.wait(10)
        progress = options.get("progress")
        assert callable(progress)
        progress("read", 1, 1)
        return made

    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        with monkeypatch.context() as patched:
            patched.setattr(planning, "plan_in", slow)
            await driver.press("p")
            await driver.until(going.is_set)
            await driver.press("escape")
            await driver.until("Cancelling")
            go_on.set()
            await driver.until("Cancelled; nothing was changed.")
        await driver.press("p")
        await driver.until("3 new")
        going.clear()
        go_on.clear()

        def slow_write(*arguments: object) -> object:
            going.set()
            go_on.wait(10)
            return rows(*arguments)  # type: ignore[arg-type]

        with monkeypatch.context() as patched:
            patched.setattr(apply, "_write", slow_write)
            await driver.press("A", "y")
            await driver.until(going.is_set)
            await driver.press("escape")
            await driver.until("Cancelling")
            go_on.set()
            await driver.until("Cancelled; nothing was changed.")
        assert keys(project) == []
        assert project.rows("SELECT count(*) FROM revision") == [(1,)]
        await driver.press("A", "y")
        await driver.until("Applied as revision 2: 3 new")


async def test_a_part_that_names_what_the_rest_declares_is_stopped(project: Project) -> None:
    project.write("people.yaml", "kind: people\nunit: 04819\nas_of: 2019-08-06\nitems:\n  CB-1: {name: An}\n")
    project.write("mixed.yaml", MIXED.replace("status: in-use}", "status: in-use, custodian: CB-1}", 1))
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("4 new")
        await driver.press("g", "u", "A")
        await driver.until("Limits stop this plan", "CB-1", "take that unit too", "nothing lets this pass")
        await driver.press("L", "escape")
        await driver.settle()
    assert keys(project) == []


async def test_a_thing_is_seen_as_it_stood_on_any_day(project: Project) -> None:
    changed = ASSETS.replace("in-use}\n      HB-2", "broken}\n      HB-2")
    project.apply(effective="2019-12-31")
    project.write("assets.yaml", changed)
    project.apply(effective="2020-03-01", reason="hỏng nguồn")
    console = Console(project.database, project.settings, page="assets", clock=lambda: NOW)
    async with console.run_test(size=(100, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("enter")
        await driver.until("[ ] states before and after", "broken")
        days = [
            day
            for (day,) in project.rows("SELECT effective FROM change WHERE key = 'HB-1' ORDER BY sequence")
        ]
        assert days[-1] == "2020-03-01"
        await driver.press("left_square_bracket")
        await driver.until("as of ", "The change that made it so")
        await driver.press("d")
        await driver.until("As it stood on")
        await driver.type("2020-02-29")
        await driver.press("enter")
        await driver.settle()
        await driver.press("d")
        await driver.type("2020-03-02")
        await driver.press("enter")
        await driver.until("as of 02/03/2020", "hỏng nguồn")
        await driver.press("d")
        await driver.type("01/01/1999")
        await driver.press("enter")
        await driver.until("did not hold asset 'HB-1'")
        await driver.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        await driver.until("as it stands", "Declared in")
