"""The page of the plan, over a real inventory: compare, read, ask, write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from opsconsole.console.app import Console
from opsconsole.store.database import Database
from tests.console.conftest import NOW, settings_of
from tests.console.driving import Driver

UNITS = """\
kind: units
items:
  17: {name: Tỉnh Hoà Bình, type: tỉnh, level: province, from: 2017-10-15}
  148: {name: Thành phố Hòa Bình, type: thành phố, level: district, parent: 17, from: 2017-10-15}
  04810: {name: Phường Chăm Mát, type: phường, level: commune, parent: 148, from: 2017-10-15}
"""
ASSETS = """\
kind: assets
unit: 04810
as_of: 2019-08-06
items:
  HB-1: {class: desktop, model: Dell OptiPlex 3060, price: 11500000, status: in-use}
  HB-2: {class: printer, model: Canon LBP 2900, status: in-use}
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """The folder of a small inventory."""
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "units.yaml").write_text(UNITS, encoding="utf-8")
    (folder / "assets.yaml").write_text(ASSETS, encoding="utf-8")
    return folder


@pytest.fixture
def app(inventory: Path, sqlite_database: Database, tmp_path: Path) -> Console:
    """A console on the page of the plan, over an empty register."""
    return Console(sqlite_database, settings_of(sqlite_database, tmp_path), page="plan", clock=lambda: NOW)


def revision(database: Database) -> int:
    with database.read() as reader:
        return reader.value("SELECT revision FROM register WHERE province = :province") or 0


async def test_a_plan_is_a_tree_by_unit_and_kind(app: Console) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        text = await driver.until("5 new", "HB-1", "HB-2")
        assert "Phường Chăm Mát" in text
        assert "Assets" in text
        await driver.press("G", "enter")
        text = await driver.until("inventory/assets.yaml:6", "Canon LBP 2900")
        await driver.press("escape")
        await driver.until("5 new")


async def test_cancel_is_at_hand_and_changes_nothing(app: Console, sqlite_database: Database) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("HB-1")
        for keys in (("enter",), ("escape",), ("A", "enter"), ("space",)):
            await driver.press("A")
            await driver.until("Write this plan into the register?", "Cancel")
            assert driver.app.focused is not None
            assert driver.app.focused.id == "cancel"
            await driver.press(*keys)
            await driver.until("HB-1", absent="Write this plan")
            assert revision(sqlite_database) == 0


async def test_apply_writes_with_the_reason_and_the_lists_follow(
    app: Console, sqlite_database: Database
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("HB-1")
        await driver.press("A")
        await driver.until("Reason:")
        await driver.press("shift+tab")  # from Cancel to the line above it
        await driver.type("kiem ke yy")  # y is a letter here, not the answer
        assert revision(sqlite_database) == 0
        await driver.press("tab")
        await driver.press("y")
        await driver.until("Applied as revision 1: 5 new", "revision 1")
        await driver.press("3")
        await driver.until("[3", "HB-1", "Dell OptiPlex 3060")
    with sqlite_database.read() as reader:
        assert reader.value("SELECT reason FROM revision WHERE province = :province") == "kiem ke yy"


async def test_before_and_after_are_shown(app: Console, inventory: Path) -> None:
    async with app.run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("HB-1")
        await driver.press("A", "y")
        await driver.until("Applied as revision 1")
        text = ASSETS.replace("in-use}\n  HB-2", "in-repair}\n  HB-2")
        (inventory / "assets.yaml").write_text(text, encoding="utf-8")
        await driver.press("p")
        await driver.until("1 changed", "State: in use → in repair")


async def test_a_plan_that_went_stale_is_refused_in_words(app: Console, inventory: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("HB-1")
        (inventory / "assets.yaml").write_text(ASSETS.replace("3060", "7090"), encoding="utf-8")
        await driver.press("A", "y")
        await driver.until("Refused; nothing was changed")
        await driver.press("escape")
        await driver.until("HB-1")


async def test_all_problems_of_the_files_are_listed_with_their_places(app: Console, inventory: Path) -> None:
    (inventory / "assets.yaml").write_text(
        ASSETS.replace("class: printer", "class: typewriter").replace("11500000", "much"), encoding="utf-8"
    )
    async with app.run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        text = await driver.until("2 problems; nothing was changed")
        assert re.search(r"assets\.yaml:5:\d+", text)
        assert re.search(r"assets\.yaml:6:\d+", text)


async def test_a_bulk_that_takes_away_asks_for_its_number(
    app: Console, inventory: Path, sqlite_database: Database
) -> None:
    many = "".join(f"  HB-{n}: {{class: ups, model: Santak, status: broken}}\n" for n in range(100, 200))
    (inventory / "assets.yaml").write_text(ASSETS + many, encoding="utf-8")
    async with app.run_test(size=(100, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("105 new")
        await driver.press("A", "y")
        await driver.until("Applied as revision 1")
        ended = re.sub(
            r"HB-(1[0-2]\d): \{class: ups, model: Santak, status: broken\}",
            r"HB-\1: {class: ups, model: Santak, status: broken, disposed: {date: 2019-09-01, reason: hỏng}}",
            ASSETS + many,
        )
        (inventory / "assets.yaml").write_text(ended, encoding="utf-8")
        await driver.press("p")
        await driver.until("30 ended")
        await driver.press("A")
        await driver.until("Type 30 to go on:")
        await driver.press("y")
        await driver.until("Type 30 first.")
        assert revision(sqlite_database) == 1
        await driver.type("30")
        await driver.press("enter", "y")
        await driver.until("Applied as revision 2: 30 ended")


async def test_limits_stop_and_say_what_would_let_it_pass(
    app: Console, inventory: Path, sqlite_database: Database
) -> None:
    async with app.run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("HB-1")
        await driver.press("A", "y")
        await driver.until("Applied as revision 1")
        ended = ASSETS.replace(
            "status: in-use}", "status: in-use, disposed: {date: 2019-09-01, reason: hỏng}}"
        )
        (inventory / "assets.yaml").write_text(ended, encoding="utf-8")
        await driver.press("p")
        await driver.until("2 ended", "stops: ")
        await driver.press("A")
        await driver.until("Limits stop this plan")
        await driver.press("escape", "y")
        await driver.settle()
    assert revision(sqlite_database) == 1


async def test_a_read_only_console_cannot_apply(
    inventory: Path, sqlite_database: Database, tmp_path: Path
) -> None:
    settings = settings_of(sqlite_database, tmp_path)
    app = Console(sqlite_database, settings, page="plan", clock=lambda: NOW, read_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("HB-1", "this console cannot apply it")
        await driver.press("A")
        await driver.until("This console is read-only.")
        await driver.press("ctrl+p")
        await driver.type("register")
        text = await driver.until("Compare the inventory")
        assert "Write the plan" not in text
    assert revision(sqlite_database) == 0


async def test_a_second_plan_with_nothing_to_do_says_so(app: Console) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("p")
        await driver.until("HB-1")
        await driver.press("A", "y")
        await driver.until("Applied as revision 1")
        await driver.press("p")
        await driver.until("no changes", "the register says what the files say")
