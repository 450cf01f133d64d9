"""Hostile values in every field of every screen, in a real terminal: none of their bytes arrives there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from opsconsole.console.actions import ACTIONS
from opsconsole.console.pagenames import KIND_LISTS, PAGES
from opsconsole.store import changes
from opsconsole.store.database import Database, Writer, sqlite_module
from tests.console.filled import fill
from tests.terminal.pty_console import Terminal
from tests.terminal.test_terminal import PAYLOADS, leaks

pytestmark = pytest.mark.terminal

ESC = "\x1b"
WIDE = 120  # columns from which on what is under the cursor stands beside the list
EVERYTHING = " ".join(PAYLOADS)
# What joins rows, names days or is looked up by: another value there is another register.
STRUCTURE = re.compile(
    r"province|key|id|code|unit_id|.*_id|level|parent|valid_.*|day|month|period|slot.*|.*_at|at|state|kind|"
    r"owner|custodian|host|indicator|account|session|site|measure|rule|direction|effective|hash|digest|fold|"
    r"sort_key|change|share|begun_by|ended_by|ended|reorganisation|first_day|last_day"
)
HISTORY = {"change", "revision", "register"}  # which are only ever added to
LISTS = {
    "aliases",
    "sites",
    "equipment",
    "candidates",
    "agenda",
    "levels",
    "numerator",
    "denominator",
    "files",
}
OBJECTS = {"counts", "inputs", "detail", "before", "after"}


def poison_everything(database: Database) -> set[str]:
    """Put every payload into every text of the register that is no structure; the columns that took it."""
    fill(database, assets=40, mailboxes=40, name_of=lambda number: PAYLOADS[number % len(PAYLOADS)])
    taken: set[str] = set()
    with database.read() as reader:
        tables = [
            str(row[0])
            for row in reader.rows(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        ]
        columns = {
            table: [(row[1], row[2]) for row in reader.rows(f"PRAGMA table_info({table})")]
            for table in tables
        }
    for table, found in columns.items():
        names = {name for name, _type in found}
        for name, sort in found:
            if sort != "TEXT" or "province" not in names or STRUCTURE.fullmatch(name) or table in HISTORY:
                continue
            text = EVERYTHING
            if name in LISTS:
                text = json.dumps([EVERYTHING])
            elif name in OBJECTS:
                text = json.dumps({"revision": 1, "lines": 1, EVERYTHING: EVERYTHING})
            with database.write() as writer, suppress(sqlite_module().IntegrityError):  # a CHECK keeps it out
                if writer.execute(f"UPDATE {table} SET {name} = :text", {"text": text}):
                    taken.add(f"{table}.{name}")
    with database.write() as writer:
        _keys(writer)
        changes.record(
            writer,
            actor=EVERYTHING,
            reason=EVERYTHING,
            plan=EVERYTHING,
            effective="2019-10-01",
            changes=[
                (
                    "assets",
                    EVERYTHING,
                    "update",
                    None,
                    None,
                    json.dumps({EVERYTHING: EVERYTHING}),
                    EVERYTHING,
                    3,
                )
            ],
        )
    return taken


def _keys(writer: Writer) -> None:
    """Keys that no file could declare."""
    for table in ("asset", "account", "session"):
        for number, (key,) in enumerate(writer.rows(f"SELECT key FROM {table} WHERE province = :province")):
            writer.execute(
                f"UPDATE {table} SET key = :new WHERE province = :province AND key = :key",
                {"key": key, "new": f"{key}{PAYLOADS[number % len(PAYLOADS)]}"},
            )
    writer.execute("UPDATE job_run SET job = job || :text", {"text": EVERYTHING})


@pytest.fixture(params=["80x24", "150x45"])
def terminal(request: pytest.FixtureRequest, sqlite_database: Database, tmp_path: Path) -> Iterator[Terminal]:
    """A console over a register of payloads."""
    taken = poison_everything(sqlite_database)
    assert len(taken) > 40, sorted(taken)
    assert {"asset.model", "account.name", "session.title", "unit_era.name", "target.source"} <= taken
    columns, lines = (int(part) for part in request.param.split("x"))
    found = Terminal(tmp_path, sqlite_database, columns=columns, lines=lines)
    yield found
    found.close()


def leave(terminal: Terminal) -> None:
    """Close whatever is open above the page."""
    for _ in range(2):
        terminal.send(ESC)
        terminal.rest(0.06)


@pytest.mark.parametrize("first", range(0, len(PAGES), 3))
def test_no_byte_of_the_data_arrives_from_any_page(terminal: Terminal, first: int) -> None:
    terminal.until("revision")
    for number, page in list(enumerate(PAGES, 1))[first : first + 3]:
        own = [
            key
            for action in ACTIONS
            if action.scope in (page, "list", "grid", "tree") and action.id != "quit"
            for key in action.keys[:1]
            if len(key) == 1
        ]
        # On a wide terminal more stands beside the lists; what the keys open is the same.
        keys = ["\r", "j\r", *(("k", "l", "G", "g", *own) if terminal.columns < WIDE else ())]
        _visit(terminal, page, str(number % 10), keys)
    _ends_well(terminal)


def test_no_byte_of_the_data_arrives_from_any_list(terminal: Terminal) -> None:
    terminal.until("revision")
    for page in (*KIND_LISTS, "edits", "alerts"):
        keys = ("\r", "E", "n", "o", "/", "c", "y") if terminal.columns < WIDE else ("\r", "E")
        _visit(terminal, page, f":{page}\r", keys)
    _ends_well(terminal)


def _visit(terminal: Terminal, page: str, way: str, keys: Iterable[str]) -> None:
    terminal.send(way)
    terminal.rest()
    for key in keys:
        terminal.send(key)
        terminal.rest(0.12)
        leave(terminal)
    assert terminal.child.isalive(), page
    assert leaks(terminal.output) == [], page


def _ends_well(terminal: Terminal) -> None:
    terminal.send("1")
    terminal.until("revision")
    terminal.send("q")
    assert terminal.wait() == 0
    assert leaks(terminal.output) == []
    assert "<U+001B>" in terminal.output.decode("utf-8", "replace")


def test_no_byte_that_is_typed_or_pasted_arrives(terminal: Terminal) -> None:
    terminal.until("revision")
    paste = "\x1b[200~" + EVERYTHING.replace("\x1b", "\u241b") + "\u202e\u200b\x9b31m" + "\x1b[201~"
    for opening in ("3/", "3:", "3\x10", "3x", "3d", "3w", "3n", "4n", "5n", "3E"):
        terminal.send(opening[0])
        terminal.rest()
        terminal.send(opening[1])
        terminal.rest()
        terminal.send(paste)
        terminal.rest()
        terminal.send("\r")
        terminal.rest()
        leave(terminal)
        leave(terminal)
        assert terminal.child.isalive(), opening
        assert leaks(terminal.output) == [], opening
    terminal.send("q")
    assert terminal.wait() == 0
