"""What only a real terminal shows: the order of keys, bytes that leak, how it is left behind."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from opsconsole.store import changes
from opsconsole.store.database import Database
from tests.console import reported
from tests.console.filled import fill
from tests.terminal.pty_console import Terminal

pytestmark = pytest.mark.terminal

BACKSPACE = "\x7f"
LEFT = "\x1b[D"
ESC = "\x1b"

Open = Callable[..., Terminal]


@pytest.fixture
def opened(sqlite_database: Database, tmp_path: Path) -> Iterator[Open]:
    """Opens consoles and ends them."""
    terminals: list[Terminal] = []

    def make(*arguments: str, database: Database = sqlite_database, **options: object) -> Terminal:
        terminals.append(Terminal(tmp_path, database, *arguments, **options))  # type: ignore[arg-type]
        return terminals[-1]

    yield make
    for terminal in terminals:
        terminal.close()


@pytest.mark.parametrize(
    ("stream", "text"),
    [
        ("nguoi" + BACKSPACE * 3 + "ười", "người"),
        ("Nguye" + BACKSPACE + "ê" + BACKSPACE + "ễn", "Nguyễn"),
        ("abc" + BACKSPACE * 2 + "xy", "axy"),
        ("abc" + LEFT * 2 + "X", "aXbc"),
        (unicodedata.normalize("NFD", "Đà Bắc"), "Đà Bắc"),
    ],
)
def test_a_burst_of_an_input_method_keeps_its_order(
    opened: Open, sqlite_database: Database, stream: str, text: str
) -> None:
    fill(sqlite_database, assets=30, mailboxes=5)
    terminal = opened("console", "--screen", "assets")
    terminal.until("HB-000000")
    terminal.send("/" + stream)  # the key that opens the line is in the burst as well
    found = terminal.until("Filter: " + text)
    line = next(line for line in found.splitlines() if "Filter: " in line)
    assert line.strip() == f"Filter: {text}"
    terminal.send("\r")
    terminal.until(f"filter: {text}")


def test_a_paste_comes_before_the_key_that_follows_it(opened: Open, sqlite_database: Database) -> None:
    fill(sqlite_database, assets=30, mailboxes=5)
    terminal = opened("console", "--screen", "assets")
    terminal.until("HB-000000")
    terminal.send("/")
    terminal.until("Filter:")
    terminal.send("\x1b[200~HB-0000\n12\x1b[201~" + BACKSPACE + "\r")
    terminal.until("filter: HB-0000 1")


@pytest.mark.parametrize(
    "page", ["overview", "units", "assets", "mailboxes", "sessions", "jobs", "plan", "reports"]
)
def test_every_page_fits_80_by_24_and_speaks_without_colour(
    opened: Open, sqlite_database: Database, page: str
) -> None:
    fill(sqlite_database, assets=30, mailboxes=5)
    wanted = {
        "overview": "Open problems",
        "units": "Huyện Đà Bắc",
        "assets": "HB-000000",
        "mailboxes": "box0000@",
        "sessions": "Giao ban",
        "jobs": "the disk is full",
        "plan": "p compares",
        "reports": "can be drawn up",
    }
    terminal = opened("console", "--screen", page, NO_COLOR="1")
    text = terminal.until(wanted[page], "Help", "Quit", "revision 1")
    lines = text.splitlines()
    assert len(lines) == 24
    assert re.search(r"\[\d ?\w+\]", lines[0])


def test_where_a_figure_of_a_report_comes_from_is_three_keys_away_and_obeys_nothing(
    opened: Open, sqlite_database: Database
) -> None:
    fill(sqlite_database, assets=30, mailboxes=60)
    hostile = f"[red]x[/] [/ {ESC}]52;c;QUFB\x07{ESC}[31m"
    figure = replace(reported.OBSERVED, label=f"Regular use {hostile}", evidence=(f"mail.log {hostile}",))
    reported.issue(sqlite_database, title=f"Use {hostile}", figures=(figure,))
    terminal = opened("console", "--screen", "overview")
    terminal.until("Open problems")
    terminal.send("9")
    terminal.until("01/BC-STTTT")
    terminal.send("\r")
    terminal.until("50 %", "[red]x[/]")
    terminal.send("\r")
    terminal.until("numerator / denominator", "30 / 60", "regular/1", "28/02/2019")
    assert b"]52;c" not in terminal.output.replace(b"<U+001B>]52;c", b"")
    assert f"{ESC}]52".encode() not in terminal.output


def test_leaving_restores_the_terminal(opened: Open, sqlite_database: Database) -> None:
    fill(sqlite_database, assets=3, mailboxes=3)
    terminal = opened()
    terminal.until("Open problems")
    assert b"\x1b[?1049h" in terminal.output
    terminal.send("q")
    assert terminal.wait() == 0
    tail = terminal.output[terminal.output.rindex(b"\x1b[?1049l") - 200 :]
    assert b"\x1b[?1049l" in tail  # the other screen
    assert b"\x1b[?25h" in tail  # the cursor
    assert b"\x1b[?1000l" in terminal.output  # the mouse
    assert b"\x1b[?2004l" in terminal.output  # bracketed paste


def test_ctrl_c_does_not_end_it_and_says_what_does(opened: Open, sqlite_database: Database) -> None:
    fill(sqlite_database, assets=3, mailboxes=3)
    terminal = opened()
    terminal.until("Open problems")
    terminal.send("\x03")
    terminal.until("q leaves the console")
    assert terminal.child.isalive()


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_draw_gets_the_overview_as_text(
    opened: Open, sqlite_database: Database, term: str
) -> None:
    fill(sqlite_database, assets=3, mailboxes=3)
    terminal = opened("console", TERM=term)
    assert terminal.wait() == 0
    text = terminal.output.decode()
    assert "cannot be drawn on" in text
    assert "Targets 2019" in text
    assert "Open problems" in text
    assert "\x1b" not in text


def test_plain_signs_on_a_terminal_with_few_of_them(opened: Open, sqlite_database: Database) -> None:
    fill(sqlite_database, assets=3, mailboxes=3)
    terminal = opened("console", "--screen", "assets", TERM="linux")
    terminal.until("HB-000000", "Nguyễn")
    terminal.send("c")
    terminal.until("+", "Space shows")
    drawn = {char for char in terminal.output.decode("utf-8", "replace") if 0x2190 <= ord(char) < 0x2900}
    assert drawn == set()


def test_the_first_start_shows_around_and_the_second_does_not(
    opened: Open, sqlite_database: Database
) -> None:
    fill(sqlite_database, assets=3, mailboxes=3)
    terminal = opened(tour=True)
    terminal.until("Welcome  1/5", "q leaves the console")
    terminal.send("\r\r")
    terminal.until("Finding things  3/5", "/ filters a list")
    terminal.send("\r\r\r")
    terminal.until("Open problems", absent="5/5")
    terminal.send("q")
    assert terminal.wait() == 0
    again = opened(tour=True)
    again.until("Open problems")
    again.send("3")
    again.until("HB-000000", absent="Welcome")


def test_keys_that_a_user_chose_hold_and_stand_in_the_footer(
    opened: Open, sqlite_database: Database, tmp_path: Path
) -> None:
    fill(sqlite_database, assets=3, mailboxes=3)
    folder = tmp_path / "config" / "opsconsole"
    folder.mkdir(parents=True)
    (folder / "keys.yaml").write_text("app.filter: [f]\ngrid.down: [n]\n")
    terminal = opened("console", "--screen", "assets")
    terminal.until("HB-000000", " f Filter")
    terminal.send("n")
    terminal.until("HB-000001  ")
    terminal.send("fHB-000002\r")
    terminal.until("1 / 3")
    terminal.send("q")
    assert terminal.wait() == 0


def test_a_wrong_file_of_keys_is_told_with_its_lines(opened: Open, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "opsconsole"
    folder.mkdir(parents=True)
    (folder / "keys.yaml").write_text('app.filtr: [f]\napp.help: ["!!"]\napp.quit: [d]\n')
    terminal = opened("console")
    assert terminal.wait() == 1
    text = " ".join(terminal.output.decode().split())
    assert "keys.yaml:1:1: there is no action 'app.filtr'; did you mean 'app.filter'?" in text
    assert "'!!' is no key" in text
    assert "the key 'd' is given to" in text


def test_what_was_left_is_there_after_a_restart(opened: Open, sqlite_database: Database) -> None:
    fill(sqlite_database, assets=30, mailboxes=3)
    terminal = opened("console", "--screen", "assets")
    terminal.until("HB-000000")
    terminal.send("/tu ly\r")
    terminal.until("10 / 29")
    terminal.send("q")
    assert terminal.wait() == 0
    again = opened("console")
    again.until("10 / 29", "filter: tu ly")
    again.send("q")
    assert again.wait() == 0
    afresh = opened("console", "--forget")
    afresh.until("Open problems")


def test_without_a_database_it_opens_and_says_what_to_do(opened: Open, tmp_path: Path) -> None:
    terminal = opened(database=Database(f"sqlite:///{tmp_path}/none.db", "test"))
    terminal.until("run: opsconsole setup")
    terminal.send("q")
    assert terminal.wait() == 0


# --- hostile data ---------------------------------------------------------------------------------

PAYLOADS = (
    "[red]markup[/red]",
    "[/]",
    "[@click=app.bell]click[/]",
    "[bold",
    ":warning:",
    "\x1b[31mESC",
    "\x1b]0;TITLE\x07",
    "\x1b]52;c;Q0xJUA==\x07",
    "\x1b[2J\x1b[H",
    "\x9b31mC1",
    "\x07\x08\x0b\x0c\r\x7f",
    "\u202eRTL\u2066",
    "zero\u200bwidth\ufeff",
    "line\nbreak\ttab",
)


def leaks(output: bytes) -> list[str]:
    """Bytes that only the data could have written."""
    # Textual's own: the shape of the mouse pointer
    text = re.sub(r"\x1b\]22;[a-z]+\x07", "", output.decode("utf-8", "replace"))
    found = []
    for name, sign in {
        "OSC 52": "\x1b]52",
        "title": "TITLE\x07",
        "red SGR": "\x1b[31mESC",
        "clear": "\x1b[2J\x1b[H<",
        "C1": "\x9b",
        "BEL": "\x07",
        "bidi": "\u202e",
        "isolate": "\u2066",
        "zero width": "\u200b",
        "BOM": "\ufeff",
        "DEL": "\x7f",
    }.items():
        if sign in text:
            found.append(name)
    return found


def poison(database: Database) -> None:
    """Put every payload into every text that a screen shows."""
    fill(database, assets=28, mailboxes=28, name_of=lambda number: PAYLOADS[number % len(PAYLOADS)])
    columns = {
        "asset": ("model", "serial", "room", "note", "file"),
        "account": ("name", "file", "aliases"),
        "session": ("title", "note", "file"),
        "site": ("name", "file"),
        "person": ("name", "position"),
        "unit_era": ("name", "type"),
        "job_run": ("error",),
        "unmatched": ("value",),
        "unreadable": ("reason", "sample"),
        "reorganisation": ("title", "decision"),
        "indicator": ("name", "name_en"),
        "target": ("source",),
    }
    everything = " ".join(PAYLOADS)
    with database.write() as writer:
        after = json.dumps({"room": everything, everything: 1})
        changes.record(
            writer,
            actor=everything,
            reason=everything,
            plan="r1-x",
            effective="2019-10-01",
            changes=[
                ("assets", f"HB-{n:06}", "update", None, '{"room":"x"}', after, everything, 3)
                for n in range(9)
            ],
        )
        for table, names in columns.items():
            for name in names:
                text = everything
                if name == "aliases":
                    text = json.dumps([everything])
                writer.execute(
                    f"UPDATE {table} SET {name} = :text WHERE province = :province", {"text": text}
                )


def test_nothing_in_the_data_reaches_the_terminal_or_ends_the_console(
    opened: Open, sqlite_database: Database
) -> None:
    poison(sqlite_database)
    terminal = opened(columns=120, lines=40)
    terminal.until("Open problems")
    terminal.send("o")
    terminal.until("Esc closes")
    terminal.send(ESC)  # with a key behind it this would be Alt and that key
    terminal.until(absent="Esc closes")
    for page, wanted in {
        "2": "so-ttt",
        "3": "HB-000000",
        "4": "box0000@",
        "5": "05/01/2019",
        "6": "Targets 2019",
        "7": "failed",
        "0": "chain",
        "8": "p compares",
    }.items():
        terminal.send(page)
        terminal.until(wanted)
        if page == "2":
            terminal.send("*")
        if page != "8":
            terminal.send("jjkl\r")
            terminal.until("Esc closes")
            terminal.send(ESC)
            terminal.until(absent="Esc closes")
    terminal.send("3")
    terminal.until("HB-000000")
    terminal.send("/[/][red]\r")
    terminal.until("[/][red]")
    terminal.send(":[/] [bold\r")
    terminal.until("Nothing has the key")
    assert terminal.child.isalive()
    terminal.send("q")
    assert terminal.wait() == 0
    assert leaks(terminal.output) == []
    assert "<U+001B>" in terminal.output.decode()
    assert "[/]" in terminal.output.decode()


def test_a_fault_of_the_console_prints_no_local_variables(sqlite_database: Database, tmp_path: Path) -> None:
    """Textual's crash screen prints the locals of every frame: names, passwords in a URL."""
    import subprocess
    import sys

    code = f"""
import datetime as dt
from pathlib import Path
from opsconsole.console.app import Console
from opsconsole.settings import Settings
from opsconsole.store import changes
from opsconsole.store.database import Database

class Faulty(Console):
    def action_theme(self):
        password = "secret-of-" + "somebody"
        raise ValueError("broken \\x1b]52;c;QQ==\\x07 [/]")

app = Faulty(Database({sqlite_database.url!r}, "test"), Settings(root=Path({str(tmp_path)!r})))
async def auto(pilot):
    await pilot.press("ctrl+t")
app.run(headless=True, auto_pilot=auto)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert "ValueError" in said
    assert "fault of its own" in said
    assert "secret-of-somebody" not in said
    assert "\x1b]52" not in said


def test_two_operators_on_one_session_see_each_others_marks(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """Two consoles in two terminals: a mark and a note of one, typed by an input method, are on the
    other's screen within two seconds."""
    import time

    from tests.operations.world import add_session
    from tests.operations.world import fill as fill_sessions

    fill_sessions(sqlite_database)
    with sqlite_database.write() as writer:
        add_session(writer, "HN-2019-009", title="Hai người trực")
    terminals = []
    try:
        for columns, lines in ((80, 24), (120, 40)):
            folder = tmp_path / str(columns)
            folder.mkdir()
            terminal = Terminal(
                folder,
                sqlite_database,
                "conference",
                "board",
                "HN-2019-009",
                columns=columns,
                lines=lines,
                NO_COLOR="1",
            )
            terminals.append(terminal)
        first, second = terminals
        for terminal in terminals:
            terminal.until("HN-2019-009", "Điểm cầu huyện Đà Bắc", "5 expected")
        first.send("a")
        first.until("1 absent")
        begun = time.monotonic()
        second.until("1 absent")
        assert time.monotonic() - begun < 2
        second.send("n")
        second.until("Note on")
        second.send("mat d" + BACKSPACE * 4 + "ất đi" + BACKSPACE + "iện" + "\r")
        begun = time.monotonic()
        first.until("mất điện")
        assert time.monotonic() - begun < 2.5
        first.send("jjc")  # past the line of the district
        second.until("1/3")
        second.send("o")
        second.until("Hand over; what is open:")
        second.send("xã Tu Lý chưa vào\r")
        first.until("hands over: xã Tu Lý")
        first.send("O")
        second.until("taken over")
        for terminal in terminals:
            terminal.send("q")
            assert terminal.wait() == 0
    finally:
        for terminal in terminals:
            terminal.close()
