"""The start, and long lists while they are read: a screenful first, keys that are pressed meanwhile kept."""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsconsole.console import lists, starting
from opsconsole.console.queries import assets, mailboxes, sessions
from opsconsole.console.queries.filtering import terms_of
from opsconsole.console.queries.listing import INDEXED, Listing, Query
from opsconsole.console.remembered import Remembered
from opsconsole.console.screens import listpage
from opsconsole.console.screens.listpage import ListPage
from opsconsole.store.database import Database
from tests.console.conftest import MakeConsole
from tests.console.driving import Driver
from tests.console.filled import fill

LISTINGS: dict[str, Listing] = {
    "assets": assets.LISTING,
    "mailboxes": mailboxes.LISTING,
    "sessions": sessions.LISTING,
}


def page(driver: Driver, name: str = "assets") -> ListPage:
    found = driver.app.pages[name]
    assert isinstance(found, ListPage)
    return found


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screenful is 32 rows, so that 299 are many."""
    monkeypatch.setattr(lists, "BLOCK", 32)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Whole lists are read only when this is set."""
    gate, whole = threading.Event(), lists.read_list

    def held(*given: object, **named: object) -> object:
        work = whole(*given, **named)  # type: ignore[arg-type]

        def wait(reader: object, question: object) -> object:
            assert gate.wait(20)
            return work(reader, question)  # type: ignore[arg-type]

        return wait

    monkeypatch.setattr(listpage, "read_list", held)
    yield gate
    gate.set()


# --- a part of a list -----------------------------------------------------------------------------


@pytest.mark.parametrize("listing", list(LISTINGS))
@pytest.mark.parametrize("typed", ["", "ha", "!ha"])
def test_a_part_of_a_list_is_what_stands_there_in_the_whole(
    database: Database, listing: str, typed: str
) -> None:
    fill(database, assets=60, mailboxes=40)
    found, chance = LISTINGS[listing], random.Random(7)
    with database.read() as reader:
        for order in found.order:
            for descending in (False, True):
                query = Query("2020-02-02", 2019, terms_of(typed), order, descending, ended=True)
                whole = [key for chunk in found.keys(reader, query) for key in chunk]
                every = [
                    key
                    for chunk in found.keys(
                        reader, Query("2020-02-02", 2019, (), order, descending, ended=True)
                    )
                    for key in chunk
                ]
                first = found.keys_around(reader, query, None, 8)
                if found.order[order] not in INDEXED or order in found.nullable:
                    assert first is None
                    continue
                assert first == (whole[:8], 0)
                for cursor in chance.sample(every, min(6, len(every))):
                    around = found.keys_around(reader, query, cursor, 8)
                    assert around is not None
                    keys, here = around
                    # the next one that the filter leaves, counted from the place of the cursor
                    place = sum(1 for key in every[: every.index(cursor)] if key in set(whole))
                    assert keys == whole[max(0, place - 4) : max(0, place - 4) + len(keys)]
                    assert here == min(place, 4)
                    assert len(keys) == here + min(8 - here, len(whole) - place)
                assert found.keys_around(reader, query, "gone", 8) == (whole[:8], 0)


# --- keys before the rows --------------------------------------------------------------------------


async def test_keys_before_the_first_rows_move_the_cursor_when_they_are_there(
    console: MakeConsole, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, part = threading.Event(), lists.read_part

    def held(*given: object) -> object:
        work = part(*given)  # type: ignore[arg-type]

        def wait(reader: object, question: object) -> object:
            assert gate.wait(20)
            return work(reader, question)  # type: ignore[arg-type]

        return wait

    monkeypatch.setattr(listpage, "read_part", held)
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Reading …")
        await driver.press("down", "down", "j", "up")
        gate.set()
        await driver.until("Assets  299")
        assert page(driver).grid.key == "HB-000002"


async def test_the_end_of_a_list_is_its_end_though_only_a_part_was_there(
    console: MakeConsole, short: None, gate: threading.Event
) -> None:
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000", "Assets  32 …")
        await driver.press("end")
        grid = page(driver).grid
        assert (grid.cursor, len(grid.rows)) == (31, 32)
        gate.set()
        await driver.until("Assets  299")
        assert grid.cursor == 298
        await driver.press("up")  # and nothing of it is left over
        assert grid.cursor == 297


async def test_rows_beyond_the_part_are_counted(
    console: MakeConsole, short: None, gate: threading.Event
) -> None:
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000", "Assets  32 …")
        await driver.press(*["down"] * 40, "up", "up")
        gate.set()
        await driver.until("Assets  299")
        assert page(driver).grid.cursor == 38


# --- where it was left -------------------------------------------------------------------------------


async def test_a_list_begins_where_it_was_left_before_all_of_it_is_read(
    console: MakeConsole, short: None, gate: threading.Event, tmp_path: Path
) -> None:
    remembered = Remembered(tmp_path / "state.json")
    remembered.keep_text("toured", "yes")
    remembered.keep_page("assets", {"key": "HB-000150", "sort": "tag", "descending": True})
    async with console(page="assets", remembered=remembered).run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000150", "32 …")
        assert page(driver).grid.key == "HB-000150"
        await driver.press("down")
        gate.set()
        await driver.until("Assets  299")
        assert page(driver).grid.key == "HB-000149"  # where one has gone meanwhile


async def test_a_place_that_is_gone_is_the_beginning(
    console: MakeConsole, short: None, tmp_path: Path
) -> None:
    remembered = Remembered(tmp_path / "state.json")
    remembered.keep_text("toured", "yes")
    remembered.keep_page("assets", {"key": "gone"})
    async with console(page="assets", remembered=remembered).run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000", "Assets  299")
        assert page(driver).grid.key == "HB-000000"


# --- filters -----------------------------------------------------------------------------------------


async def test_rows_of_a_filter_come_before_their_number_and_never_with_a_wrong_one(
    console: MakeConsole, short: None, gate: threading.Event
) -> None:
    gate.set()
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Assets  299")
        gate.clear()
        await driver.press("slash", *"cisco", "enter")
        text = await driver.until("32 …", "filter: cisco")
        assert "299" not in text
        shown = [page(driver).grid.rows.key(each) for each in range(32)]
        gate.set()
        await driver.until("74 / 299")
        assert [page(driver).grid.rows.key(each) for each in range(32)] == shown


async def test_a_filter_at_the_start_says_how_many_it_left_before_the_others_are_counted(
    console: MakeConsole, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    counting, total = threading.Event(), Listing.total

    def slow(*given: object) -> int:
        assert counting.wait(20)
        return total(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Listing, "total", slow)
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Assets  299")
        page(driver)._every.clear()
        await driver.press("slash", *"cisco", "enter")
        await driver.until("74 / …")
        counting.set()
        await driver.until("74 / 299")


async def test_what_was_counted_is_counted_anew_when_the_data_changed(
    console: MakeConsole, filled: Database
) -> None:
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Assets  299")
        await driver.press("slash", *"cisco", "enter")
        await driver.until("74 / 299")
        with filled.write() as writer:
            writer.execute("DELETE FROM asset WHERE province = :province AND key = 'HB-000298'")
            writer.execute("UPDATE register SET revision = revision + 1")
        driver.app.data_changed()
        await driver.until("/ 298")


# --- garbage -----------------------------------------------------------------------------------------


def test_nothing_is_collected_until_the_rows_stand_and_then_everything_new_is() -> None:
    try:
        starting.begin()
        assert not gc.isenabled()
        starting.settled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
        frozen = gc.get_freeze_count()
        starting.settled()  # a console that was not begun so, as in a test, freezes nothing
        assert gc.get_freeze_count() == frozen
    finally:
        gc.enable()
        gc.unfreeze()
