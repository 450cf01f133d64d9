"""The live board by its keys: one a site, corrections beside, two operators, both engines, hostile names."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from opsconsole.console import boardtext
from opsconsole.console.app import Console
from opsconsole.console.screens.board import BoardPage
from opsconsole.operations.conference.rollcall import Entry, Mark, add, marks
from opsconsole.settings import Settings
from opsconsole.store.database import Database
from tests.console.driving import Driver
from tests.operations.test_rollcall import attended
from tests.operations.world import ZONE, add_session, add_site, at, fill

KEY = "HN-2019-001"


class Clock:
    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now.astimezone(dt.UTC)


def settings_of(database: Database, root: Path) -> Settings:
    return Settings(root=root, province="test", database=database.url, language="en")


@asynccontextmanager
async def opened(
    database: Database,
    root: Path,
    clock: Callable[[], dt.datetime],
    key: str = KEY,
    size: tuple[int, int] = (80, 24),
    read_only: bool = False,
) -> AsyncIterator[Driver]:
    app = Console(database, settings_of(database, root), clock=clock, page="board", read_only=read_only)
    page = app.page_of("board")
    assert isinstance(page, BoardPage)
    page.open_session(key)
    async with app.run_test(size=size) as pilot:
        driver = Driver(pilot)
        await driver.until(key, "Điểm cầu")
        yield driver


def written(database: Database) -> list[Mark]:
    with database.read() as reader:
        return marks(reader, KEY)


@pytest.fixture
def world(database: Database) -> Database:
    fill(database)
    return database


async def test_a_roll_call_by_keys(world: Database, tmp_path: Path) -> None:
    clock = Clock(at("07:50"))
    async with opened(world, tmp_path, clock) as driver:
        await driver.until("07:50:00", "· 5 expected", "begins in 10 min", "08:00 Khai mạc", "Huyện Đà Bắc")
        await driver.press("space")  # the province, first in the roll
        await driver.until("● connected", "● 1 connected")
        await driver.press("j", "space")  # the line of the district is no site
        await driver.until("This line is no site")
        await driver.press("j", "c")
        await driver.until("● 2 connected")
        await driver.press("b")
        await driver.until("begun 07:50")
        clock.now = at("08:20")
        await driver.press("j", "space")
        await driver.until("◐ 1 late", "08:15 Báo cáo")
        await driver.press("x")
        await driver.until("✗ 1 lost")
        await driver.press("j", "p")
        await driver.until("□ 1 excused")
        await driver.press("u")
        await driver.until("taken back", "· 2 expected")
        await driver.press("b")
        await driver.until("ended 08:20", "– 2 absent")
    assert [(m.sort, m.site, m.state) for m in written(world)] == [
        ("state", "DC-17", "connected"),
        ("state", "DC-150", "connected"),
        ("begun", "", ""),
        ("state", "DC-04835", "late"),
        ("state", "DC-04835", "lost"),
        ("state", "DC-04832", "excused"),
        ("retract", "DC-04832", ""),
        ("ended", "", ""),
    ]


async def test_keys_pressed_faster_than_they_are_written_keep_their_order(
    world: Database, tmp_path: Path
) -> None:
    async with opened(world, tmp_path, Clock(at("08:00"))) as driver:
        await driver.press(*"ctxap", "space")
        await driver.until(lambda: len(written(world)) == 6)
    assert [m.state for m in written(world)] == [
        "connected",
        "late",
        "lost",
        "absent",
        "excused",
        "connected",
    ]


async def test_notes_are_typed_with_their_time_and_a_time_is_corrected(
    world: Database, tmp_path: Path
) -> None:
    async with opened(world, tmp_path, Clock(at("08:30"))) as driver:
        await driver.press("n")
        await driver.until("Note on Điểm cầu tỉnh Hoà Bình:")
        await driver.pilot.press(*"mat dien")
        await driver.press("enter")
        await driver.until("08:30 Điểm cầu tỉnh Hoà Bình  mat dien")
        await driver.press("N")
        await driver.until("Note on the session:")
        driver.app.prompt.input.value = "8:10 Âm thanh rè"
        await driver.press("enter")
        await driver.until("08:10 Âm thanh rè")
        await driver.press("T")
        await driver.until("There is no mark of Điểm cầu tỉnh Hoà Bình to correct.")
        await driver.press("t")
        await driver.until("◐ late")
        await driver.press("T")
        await driver.until("late since:")
        driver.app.prompt.input.value = "25:00"
        await driver.press("enter")
        await driver.until("is no time of day")
        await driver.press("T")
        driver.app.prompt.input.value = "8h07"
        await driver.press("enter")
        await driver.until("08:07")
        await driver.press("n", "escape")
        await driver.until("revision")
    found = written(world)
    assert [(m.sort, m.said, m.about) for m in found[:2]] == [
        ("note", "mat dien", at("08:30")), ("note", "Âm thanh rè", at("08:10")),
    ]  # fmt: skip
    assert (found[3].state, found[3].about, found[3].corrects) == ("late", at("08:07"), found[2].number)


async def test_another_operators_marks_appear_by_themselves(world: Database, tmp_path: Path) -> None:
    """On both engines: what another process wrote is there within two seconds."""
    async with opened(world, tmp_path, Clock(at("08:00"))) as driver:
        with world.write() as writer:
            add(
                writer,
                KEY,
                [Entry("state", "DC-150", "absent"), Entry("handover", said="xã Tu Lý")],
                "lan",
                at("08:00"),
                ZONE,
            )
        begun = dt.datetime.now()
        await driver.until("– absent", "lan hands over: xã Tu Lý")
        assert (dt.datetime.now() - begun).total_seconds() < 2.5
        await driver.press("O")
        await driver.until("on duty:", absent="hands over")


async def test_marks_come_from_the_servers_list(world: Database, tmp_path: Path) -> None:
    attended(world, ("DC-150", "07:58", "08:04"), ("DC-04832", "08:02", "08:04"))
    async with opened(world, tmp_path, Clock(at("08:05"))) as driver:
        await driver.press("f")
        await driver.until("2 marks from the server's list", "● 2 connected")
        await driver.until(lambda: len(written(world)) == 2)
        await driver.press("f")
        await driver.until("say nothing that the roll call does not")
    assert {m.origin for m in written(world)} == {"server"}


async def test_minutes_are_one_key_away(world: Database, tmp_path: Path) -> None:
    async with opened(world, tmp_path, Clock(at("09:40"))) as driver:
        await driver.press("c")
        await driver.until("◐ 1 late")
        await driver.press("m")
        await driver.until("written to var/minutes/HN-2019-001.docx", "MINUTES OF A VIDEOCONFERENCE")
    assert (tmp_path / "var/minutes/HN-2019-001.docx").read_bytes()[:2] == b"PK"
    assert "## Attendance" in (tmp_path / "var/minutes/HN-2019-001.md").read_text(encoding="utf-8")


async def test_a_read_only_board_shows_and_writes_nothing(world: Database, tmp_path: Path) -> None:
    async with opened(world, tmp_path, Clock(at("08:00")), read_only=True) as driver:
        for key in ("space", "a", "n", "b", "f", "P", "u", "T", "o"):
            await driver.press(key)
            await driver.until("This console is read-only.")
        await driver.press("m")
        await driver.until("MINUTES OF")
    assert written(world) == []
    assert not (tmp_path / "var").exists()


async def test_from_the_list_of_sessions_to_its_board_and_back(world: Database, tmp_path: Path) -> None:
    with world.write() as writer:
        add_session(
            writer, "HN-2019-002", title="Cùng tuần", starts_at="2019-09-06T08:00", ends_at="2019-09-06T09:00"
        )
    app = Console(world, settings_of(world, tmp_path), clock=Clock(at("08:00")), page="sessions")
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HN-2019-001", "Giao ban")
        await driver.press("b")
        await driver.until("08:00:00", "Điểm cầu huyện Đà Bắc", "Present")
        await driver.press("right_square_bracket")
        await driver.until("HN-2019-002", "begins on 06/09/2019")
        await driver.press("right_square_bracket")
        await driver.until("There is no further session.")
        await driver.press("left_square_bracket")
        await driver.until("HN-2019-001  05/09/2019")
        await driver.press("minus")
        await driver.until("with", "Subject") if "with" in driver.text else await driver.until("Subject")
        await driver.press("colon")
        await driver.type("board HN-2019-002")
        await driver.press("enter")
        await driver.until("HN-2019-002  06/09/2019")
        await driver.press("question_mark")
        await driver.until("Live board", "The site is there")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 15), (160, 50)])
async def test_the_board_is_usable_at_every_size(
    sqlite_database: Database, tmp_path: Path, size: tuple[int, int]
) -> None:
    fill(sqlite_database)
    async with opened(sqlite_database, tmp_path, Clock(at("08:00")), size=size) as driver:
        await driver.press("space")
        await driver.until("● connected")
        await driver.press("enter")
        await driver.until("Bùi Văn Trực 0218 1", "Esc closes")
        await driver.press("escape")
        await driver.press("slash")
        await driver.type("tu ly")
        await driver.press("enter")
        await driver.until("filter: tu ly", "Điểm cầu xã Tu Lý", absent="Điểm cầu xã Hào Lý")


async def test_names_that_are_markup_or_steer_a_terminal_are_text(
    sqlite_database: Database, tmp_path: Path
) -> None:
    fill(sqlite_database)
    hostile = "[/]\x1b]52;c;eA==\x07[@click=app.bell]x"
    with sqlite_database.write() as writer:
        add_site(writer, "DC-X", "148@2019-08-06", hostile)
        add_session(writer, "HN-2019-002", title=hostile, sites=["DC-X"], agenda=f'["{"[/]x"}"]')
        add(writer, "HN-2019-002", [Entry("note", "DC-X", said=hostile)], "an", at("08:00"), ZONE)
    async with opened(sqlite_database, tmp_path, Clock(at("08:00")), key="HN-2019-002") as driver:
        await driver.press("end", "a")
        await driver.until("absent", "[/]<U+001B>")
        await driver.press("enter")
        await driver.until("Marks")
        assert "\x1b" not in driver.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8:05", "08:05"),
        ("08h05", "08:05"),
        ("0805", "08:05"),
        ("8g05", "08:05"),
        ("24:00", None),
        ("x", None),
        ("8:60", None),
    ],
)
def test_times_as_people_type_them(text: str, expected: str | None) -> None:
    found = boardtext.typed_time(text, at("10:00"), ZONE)
    assert found == (at(expected) if expected else None)


def test_the_agenda_follows_the_clock() -> None:
    agenda = ("08:00 Khai mạc", "8h30 Báo cáo", "09:00 Kết luận")
    assert boardtext.agenda_now(agenda, at("07:00")) == "08:00 Khai mạc"
    assert boardtext.agenda_now(agenda, at("08:45")) == "8h30 Báo cáo"
    assert boardtext.agenda_now((), at("08:45")) == ""
