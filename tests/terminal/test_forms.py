"""Forms in a real terminal, with the keyboard alone: what staff do every day, as bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opsconsole.store.database import Database
from tests.inventory.project import ACCOUNTS_OF_TOWN, ASSETS, PEOPLE_OF_TOWN, UNITS, Project
from tests.terminal.pty_console import Terminal
from tests.terminal.test_terminal import leaks, poison

pytestmark = pytest.mark.terminal

DOWN, F4, F10, ESC, UNDO = "\x1b[B", "\x1bOS", "\x1b[21~", "\x1b", "\x1a"
END_AND_CLEAR = "\x1b[F\x15"
BACKSPACE = "\x7f"

Open = Callable[..., Terminal]


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, sqlite_database)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", ASSETS)
    project.write("people.yaml", PEOPLE_OF_TOWN)
    project.write("accounts.yaml", ACCOUNTS_OF_TOWN)
    project.apply()
    return project


@pytest.fixture
def opened(project: Project) -> Iterator[Open]:
    terminals: list[Terminal] = []

    def make(*arguments: str, **options: object) -> Terminal:
        terminals.append(Terminal(project.root, project.database, *arguments, **options))  # type: ignore[arg-type]
        return terminals[-1]

    yield make
    for terminal in terminals:
        terminal.close()


def test_a_pc_of_a_commune_is_found_and_moved_to_another_and_back(opened: Open, project: Project) -> None:
    terminal = opened("console", "--screen", "assets", columns=80, lines=24)
    terminal.until("HB-1", "revision 1")
    terminal.send("/unit:04810 kind:desktop\r")
    terminal.until("1 / 4", "HB-1", absent="HB-2")
    terminal.send("E")
    terminal.until("F10 goes on", "04810 Phường Chăm Mát")
    terminal.send(F4)
    terminal.until("type a part")
    terminal.send("thong nhat")
    terminal.until("04828  Xã Thống Nhất", absent="04819")
    terminal.send("\r")
    terminal.until("04828 Xã Thống Nhất", absent="type a part")
    terminal.send(F10)
    terminal.until("Write and apply", "1 moved")
    terminal.send("y")
    terminal.until("Applied as revision 2")
    assert project.rows("SELECT unit_id FROM asset WHERE key = 'HB-1'") == [("04828@2017-10-15",)]
    terminal.send(ESC)
    terminal.until("Assets  4", "Xã Thống Nhất")
    terminal.send("U")
    terminal.until("would have no assets left", "L goes on")  # it is the only one there
    terminal.send("L")
    terminal.until("Take back", "Write and apply", "Type 1 to go on:")
    terminal.send("y")
    terminal.until("Type 1 first.")
    terminal.send("1\ry")
    terminal.until("Say why first")
    terminal.send("chuyển nhầm\ry")
    terminal.until("Applied as revision 3")
    assert project.plan().empty
    assert (project.root / "inventory" / "assets.yaml").read_text(encoding="utf-8").count("unit:") == 1


def test_a_leavers_mailbox_is_closed_past_a_limit(opened: Open, project: Project) -> None:
    terminal = opened("console", columns=80, lines=24)
    terminal.until("Open problems")
    terminal.send(":mail binh\r")
    terminal.until("binh@x.example", "1 / 3")
    terminal.send("L")
    terminal.until("Trần Thị Bình leaves", "closed: binh@x.example")
    terminal.send("hn" + DOWN + "nghi hu" + BACKSPACE * 2 + "hưu" + F10)
    terminal.until("Limits stop this plan", "1 of 3")
    terminal.send("L")
    terminal.until("Write and apply", "past a limit", "Type 2 to go on:")
    terminal.send("y")
    terminal.until("Type 2 first.")
    terminal.send("2\ry")
    terminal.until("Say why first")
    terminal.send("quyết định 12\ry")
    terminal.until("Applied as revision 2")
    assert project.rows("SELECT ended_reason FROM account WHERE key = 'binh@x.example'") == [("nghi hưu",)]
    assert project.rows("SELECT reason FROM revision WHERE number = 2") == [("quyết định 12",)]


def test_both_sides_of_a_field_are_shown_and_one_is_chosen(opened: Open, project: Project) -> None:
    path = project.root / "inventory" / "assets.yaml"
    terminal = opened("console", "--screen", "assets", columns=80, lines=24)
    terminal.until("HB-1", "revision 1")
    terminal.send("E")
    terminal.until("F10 goes on")
    terminal.send(DOWN * 2 + END_AND_CLEAR + "Dell Vostro 3681")
    terminal.until("Dell Vostro 3681")
    project.write("assets.yaml", path.read_text(encoding="utf-8").replace("OptiPlex 3060", "OptiPlex 7090"))
    terminal.send(F10)
    terminal.until("Somebody else changed this meanwhile", "OptiPlex 3060", "OptiPlex 7090", "Vostro")
    terminal.send("m" + F10)
    terminal.until("Write and apply")
    terminal.send("y")
    terminal.until("Applied as revision 2")
    assert project.rows("SELECT model FROM asset WHERE key = 'HB-1'") == [("Dell Vostro 3681",)]


def test_a_list_of_people_is_there_again_after_a_restart(opened: Open) -> None:
    terminal = opened("console", columns=80, lines=24)
    terminal.until("Open problems")
    terminal.send(":people\r")
    terminal.until("CB-3")
    terminal.send("/tam\r")
    terminal.until("2 / 4", absent="CB-1")
    terminal.send("q")
    assert terminal.wait() == 0
    opened("console", columns=80, lines=24).until("People", "filter: tam", "2 / 4", "CB-3")


@pytest.mark.parametrize("payload", ["\x1b]52;c;QUFBQQ==\x07", "\x1b[2J", "\x9b31m", "[/]", "\u202e"])
def test_what_is_pasted_into_a_form_reaches_no_terminal(opened: Open, payload: str) -> None:
    terminal = opened("console", "--screen", "assets", columns=80, lines=24)
    terminal.until("HB-1", "revision 1")
    terminal.send("E")
    terminal.until("F10 goes on")
    before = len(terminal.output)
    for _field in range(6):
        terminal.send(END_AND_CLEAR + f"\x1b[200~a{payload}b\x1b[201~" + DOWN)
    terminal.send(F10)
    terminal.until("F10 goes on", "!")
    if len(payload) > 3 or payload == "\u202e":
        assert payload.encode() not in terminal.output[before:]


def test_nothing_in_the_data_leaks_from_lists_forms_and_pickers(
    sqlite_database: Database, tmp_path: Path
) -> None:
    poison(sqlite_database)
    terminal = Terminal(tmp_path, sqlite_database, "console", columns=120, lines=40)
    try:
        _look_around(terminal)
        assert leaks(terminal.output) == []
        assert "<U+001B>" in terminal.output.decode()
    finally:
        terminal.close()


def _look_around(terminal: Terminal) -> None:
    terminal.until("Open problems")
    for name, wanted in {
        "people": "P0010",
        "sites": "Conference sites",
        "goals": "t-2019-mail",
        "indicators": "Indicators",
    }.items():
        terminal.send(f":{name}\r")
        terminal.until(wanted, "as of ")
        terminal.send("j\r")
        terminal.until("Esc closes")
        terminal.send("[")  # as it stood before, where it has a history
        terminal.until("Esc closes")
        terminal.send(ESC)
        terminal.until(absent="Esc closes")
        terminal.send("E")
        terminal.until("F10 goes on")
        if name != "indicators":  # whose first field is a name
            terminal.send(F4)
            terminal.until("Enter chooses")
            terminal.send(ESC)  # with a key behind it this would be Alt and that key
            terminal.until("F10 goes on", absent="Enter chooses")
        terminal.send(ESC)
        terminal.until(absent="F10 goes on")
    terminal.send(":people\r")
    terminal.until("P0010")
    terminal.send("o")
    terminal.until("Held by")
    terminal.send(ESC)
    terminal.until(absent="Held by")
    terminal.send("L")
    terminal.until("leaves", "F10 goes on")
    terminal.send(DOWN * 3 + F4)
    terminal.until("type a part")
    terminal.send(ESC)
    terminal.until(absent="type a part")
