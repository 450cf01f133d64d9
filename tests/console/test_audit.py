"""The page of changes: filter, one change in full, the chain verified and found broken."""

from __future__ import annotations

from opsconsole.store.database import Database
from tests.console.conftest import MakeConsole
from tests.console.driving import Driver


async def test_changes_are_listed_filtered_and_opened(console: MakeConsole) -> None:
    async with console(page="audit").run_test(size=(120, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("Audit  1", "HB-000000", "kiểm kê")
        await driver.press("slash")
        await driver.type("kiem ke")
        await driver.press("enter")
        await driver.until("filter: kiem ke", "kiểm kê")
        await driver.press("enter")
        text = await driver.until("Esc closes", "→")
        assert "Reason: kiểm kê" in text


async def test_the_chain_is_verified_and_what_was_altered_is_named(
    console: MakeConsole, filled: Database
) -> None:
    async with console(page="audit").run_test(size=(120, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("V verifies the chain")
        await driver.press("V")
        await driver.until("checked")
        await driver.press("escape")
        # rows that were filled in behind the register are no changes: each is told
        await driver.until("findings in the chain")
