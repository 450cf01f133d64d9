"""The year's use of the videoconference system on the page of sessions: sums, remarks, sessions behind them."""

from __future__ import annotations

from opsconsole.indicators.sessionuse import refresh
from opsconsole.store.database import Database
from tests.console.conftest import MakeConsole
from tests.console.driving import Driver
from tests.evidence.lines import ZONE


async def test_the_year_opens_to_its_sessions(console: MakeConsole, filled: Database) -> None:
    refresh(filled, 2019, ZONE)
    async with console(page="sessions").run_test(size=(120, 32)) as pilot:
        driver = Driver(pilot)
        await driver.until("Subject")
        await driver.press("u")
        await driver.until(
            "Use of the videoconference system in 2019", "site hours", "Enter lists the sessions"
        )
        await driver.press("enter")
        await driver.until("Sessions of 2019:", "opsconsole conference evidence SESSION")
        await driver.press("escape")
        await driver.press("left_square_bracket")
        await driver.until("Use of the videoconference system in 2018")
