"""No database, no tables, no rows, and what else can be missing: the console opens and says what to do."""

from __future__ import annotations

from pathlib import Path

from opsconsole.console.app import Console
from opsconsole.console.pagenames import PAGES
from opsconsole.store import schema
from opsconsole.store.database import Database, sqlite_module
from tests.console.conftest import NOW, settings_of
from tests.console.driving import Driver


def console_over(path: Path) -> Console:
    database = Database(f"sqlite:///{path}", "test")
    return Console(database, settings_of(database, path.parent), clock=lambda: NOW)


async def test_without_a_database_every_key_leads_back_to_what_to_do(tmp_path: Path) -> None:
    async with console_over(tmp_path / "none.db").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("opsconsole setup")
        for number in range(1, len(PAGES) + 1):
            await driver.press(str(number))
            await driver.settle()
        await driver.press("1")
        await driver.until("opsconsole setup")
    assert not (tmp_path / "none.db").exists()


async def test_a_database_without_tables_is_no_database(tmp_path: Path) -> None:
    sqlite_module().connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    async with console_over(tmp_path / "empty.db").run_test(size=(80, 24)) as pilot:
        await Driver(pilot).until("opsconsole setup")


async def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text(
        "this is a letter, not a database, and long enough to be read as one " * 30
    )
    async with console_over(tmp_path / "text.db").run_test(size=(80, 24)) as pilot:
        await Driver(pilot).until("opsconsole setup", "not a database")


async def test_a_database_that_appears_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "later.db"
    async with console_over(path).run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("opsconsole setup")
        schema.upgrade(Database(f"sqlite:///{path}", "test"))
        await driver.until("No target is declared for", absent="opsconsole setup")


async def test_an_empty_register_leads_to_the_plan(sqlite_database: Database, tmp_path: Path) -> None:
    app = Console(sqlite_database, settings_of(sqlite_database, tmp_path), clock=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("No target is declared for", "No mail log of")
        for number in ("2", "3", "4", "5"):
            await driver.press(number)
            await driver.until("The page Plan takes in")
        await driver.press("7")
        await driver.until("No run yet")


async def test_a_table_that_is_lost_is_said_and_does_not_end_the_console(
    sqlite_database: Database, tmp_path: Path
) -> None:
    app = Console(sqlite_database, settings_of(sqlite_database, tmp_path), clock=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("No target is declared for")
        with sqlite_database.write() as writer:
            writer.execute("DROP TABLE asset")
        await driver.press("3")
        await driver.until("no such table")
        await driver.press("2")
        await driver.until("[2Units]")
