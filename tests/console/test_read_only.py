"""A read-only console writes nothing, whichever way it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.console.actions import ACTIONS, Action
from opsconsole.console.pagenames import BESIDES, PAGES
from opsconsole.console.screens.saving import save
from opsconsole.inventory.writeback import Change
from opsconsole.store.database import Database, StoreError
from tests.console.conftest import MakeConsole
from tests.console.driving import Driver

WRITING = [action for action in ACTIONS if action.writes]


@pytest.mark.parametrize("action", WRITING, ids=lambda action: action.name)
async def test_every_action_that_writes_is_refused_in_words(console: MakeConsole, action: Action) -> None:
    page = action.scope if action.scope in PAGES or action.scope in BESIDES else "assets"
    async with console(page=page, read_only=True).run_test(size=(100, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("revision 1", "read-only")
        before = len(driver.app.screen_stack)
        owner = driver.app if action.scope == "app" else driver.app.pages[page]
        driver.app.state_line.hush()
        await driver.app.run_action(action.call, owner)
        await driver.until("This console is read-only.")
        if action.keys_now:
            driver.app.state_line.hush()
            await driver.press(action.keys_now[0])
            await driver.until("This console is read-only.")
        assert len(driver.app.screen_stack) == before


async def test_an_edit_that_came_so_far_is_refused(console: MakeConsole) -> None:
    async with console(page="assets", read_only=True).run_test(size=(100, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        edit = Change("assets", "HB-000000", {"room": "x"})
        save(driver.app, "x", [edit], refused=lambda text: None, done=lambda: None)
        await driver.until("This console is read-only.")
        assert len(driver.app.screen_stack) == 1
        with pytest.raises(StoreError, match="read-only"):
            driver.app.feeds.database.write()
        with pytest.raises(StoreError, match="read-only"):
            driver.app.feeds.database.connect(write=True)


def test_a_database_that_is_shown_is_read_and_not_written(database: Database, tmp_path: Path) -> None:
    shown = database.shown()
    with shown.read() as reader:
        assert reader.value("SELECT count(*) FROM asset WHERE province = :province") == 0
    with pytest.raises(StoreError, match="read-only"), shown.write():
        raise AssertionError("it was opened")
    assert shown.shown().url == database.url


def test_nobody_by_a_browser_reads_another_ones_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsconsole.console.remembered import file_for

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    url = "postgresql://ops:secret@db/register"
    files = [file_for(url), file_for(url, "an"), file_for(url, "binh"), file_for(url + "2", "an")]
    assert len(set(files)) == 4
    assert file_for(url, "token") is None
    assert file_for(url, "an") == file_for("postgresql://ops:other@db/register", "an")
