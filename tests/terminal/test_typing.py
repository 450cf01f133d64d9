"""Vietnamese as input methods send it, in a real terminal, in every place where something is typed."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

import opsconsole.console
from opsconsole.store.database import Database
from tests.console.filled import fill
from tests.terminal.pty_console import Terminal

BACKSPACE, LEFT, ESC, CLEAR, F4 = "\x7f", "\x1b[D", "\x1b", "\x15", "\x1bOS"
# letters and backspaces in one read, composed and decomposed
STREAMS = (
    ("nguoi" + BACKSPACE * 3 + "ười", "người"),
    ("Nguye" + BACKSPACE + "ê" + BACKSPACE + "ễn", "Nguyễn"),
    ("abc" + BACKSPACE * 2 + "xy", "axy"),
    ("abc" + LEFT * 2 + "X", "aXbc"),
    (unicodedata.normalize("NFD", "Đà Bắc"), "Đà Bắc"),
    ("\x1b[200~" + unicodedata.normalize("NFD", "Tú Lý") + "\x1b[201~" + BACKSPACE + "ỳ", "Tú Lỳ"),
)
# where → (keys that open it, one after the other; what is there then)
PLACES: dict[str, tuple[tuple[str, ...], str]] = {
    "filter": (("3", "/"), "Filter:"),
    "go to": (("3", ":"), "Go to:"),
    "commands": (("3", "\x10"), "type a part of its name"),
    "date": (("3", "d", "\t"), "dd/mm/yyyy"),
    "export": (("3", "x"), "Write into"),
    "view": (("3", "w"), "None yet"),
    "form": (("3", "n"), "New: asset"),
    "search in a form": (("3", "n", "\x1b[B", F4), "Đà Bắc"),
    "session": (("5", "n"), "Subject"),
}


@pytest.fixture
def terminal(sqlite_database: Database, tmp_path: Path) -> Iterator[Terminal]:
    fill(sqlite_database, assets=10, mailboxes=3)
    found = Terminal(tmp_path, sqlite_database, columns=100, lines=30)
    yield found
    found.close()


@pytest.mark.terminal
@pytest.mark.parametrize("place", PLACES)
def test_what_an_input_method_sends_is_what_stands_there(terminal: Terminal, place: str) -> None:
    terminal.until("Open problems", "revision 1")
    keys, there = PLACES[place]
    for key in keys[:-1]:
        terminal.send(key)
        terminal.rest()
    terminal.send(keys[-1])
    terminal.until(there)
    terminal.rest()
    for stream, text in STREAMS:
        terminal.send(CLEAR)
        terminal.rest()
        before = terminal.text.count(text)
        terminal.send(stream)
        terminal.until(lambda: terminal.text.count(text) > before)  # noqa: B023 - asked at once
        terminal.rest(0.1)
        shown = unicodedata.normalize("NFC", terminal.text)
        assert text in shown
        assert shown == terminal.text  # nothing decomposed stands there
    for _ in range(3):
        terminal.send(ESC)
        terminal.rest()
    assert terminal.child.isalive()


@pytest.mark.terminal
@pytest.mark.parametrize(
    ("burst", "there"),
    [
        ("3/tu ly\r", "filter: tu ly"),
        ("\x10zzz", "No command is called that"),
        (":mail box0001\r", "filter: box0001"),
    ],
)
def test_a_burst_that_opens_something_is_typed_into_it(terminal: Terminal, burst: str, there: str) -> None:
    """Who types fast, or over a slow line, opens a dialog and types into it in one read."""
    terminal.until("Open problems", "revision 1")
    terminal.send(burst)
    terminal.until(there)


@pytest.mark.terminal
def test_a_date_is_typed_into_its_dialog_at_once(terminal: Terminal) -> None:
    terminal.until("Open problems", "revision 1")
    terminal.send("2")
    terminal.until("so-ttt")
    terminal.send("d")
    terminal.until("dd/mm/yyyy")
    terminal.send("31/12/2019\r")
    terminal.until("as of 31/12/2019", absent="dd/mm/yyyy")


def test_there_is_one_class_to_type_into() -> None:
    """Textual's own inputs lose the order of keys: none of them is used beside the class that mends it."""
    theirs = {"Input", "TextArea", "MaskedInput"}
    folder = Path(opsconsole.console.__file__).parent
    users = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
                users |= {(path.name, name.name) for name in node.names if name.name in theirs}
    assert users == {("input.py", "Input")}
