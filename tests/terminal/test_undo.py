"""Undo in a real terminal after the console was killed: nothing that was confirmed is lost."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opsconsole.store.database import Database
from tests.inventory.project import ASSETS, UNITS, Project
from tests.terminal.pty_console import Terminal

pytestmark = pytest.mark.terminal

DOWN, F10, UNDO, REDO = "\x1b[B", "\x1b[21~", "\x1a", "\x19"
END_AND_CLEAR = "\x1b[F\x15"

Open = Callable[..., Terminal]


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, sqlite_database)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", ASSETS)
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


def kill(terminal: Terminal) -> None:
    terminal.child.kill(signal.SIGKILL)
    terminal.child.wait()


def test_after_a_kill_undo_offers_what_was_done_and_redo_what_was_undone(
    opened: Open, project: Project
) -> None:
    path = project.root / "inventory" / "assets.yaml"
    before = path.read_bytes()
    terminal = opened("console", "--screen", "assets", columns=80, lines=24)
    terminal.until("HB-1", "revision 1")
    for revision, model in ((2, "Dell Vostro 3681"), (3, "HP 280")):
        terminal.send("E")
        terminal.until("F10 goes on")
        terminal.send(DOWN * 2 + END_AND_CLEAR + model + F10)
        terminal.until("Write and apply")
        terminal.send("y")
        terminal.until(f"Applied as revision {revision}")
    after = path.read_bytes()
    kill(terminal)

    terminal = opened("console", "--screen", "assets", columns=80, lines=24)
    terminal.until("HB-1", "revision 3")
    terminal.send(UNDO)
    terminal.until("Take back: asset HB-1", "Write and apply", "Vostro")
    kill(terminal)  # shown, not confirmed: nothing happened
    assert path.read_bytes() == after

    terminal = opened("console", "--screen", "assets", columns=80, lines=24)
    terminal.until("HB-1", "revision 3")
    for revision in (4, 5):
        terminal.send(UNDO)
        terminal.until("Take back: asset HB-1", "Write and apply")
        terminal.send("y")
        terminal.until(f"Applied as revision {revision}")
    assert path.read_bytes() == before
    kill(terminal)

    terminal = opened("console", "--screen", "edits", columns=80, lines=24)
    terminal.until("Edits  2", "taken back")
    for revision in (6, 7):
        terminal.send(REDO)
        terminal.until("Do again: asset HB-1", "Write and apply")
        terminal.send("y")
        terminal.until(f"Applied as revision {revision}")
    assert path.read_bytes() == after
    assert project.plan().empty


def test_killed_at_the_moment_of_the_key_it_is_whole_on_one_side(opened: Open, project: Project) -> None:
    path = project.root / "inventory" / "assets.yaml"
    before = path.read_bytes()
    terminal = opened("console", "--screen", "assets", columns=80, lines=24)
    terminal.until("HB-1", "revision 1")
    terminal.send("E")
    terminal.until("F10 goes on")
    terminal.send(DOWN * 2 + END_AND_CLEAR + "HP 280" + F10)
    terminal.until("Write and apply")
    terminal.send("y")
    terminal.until(lambda: path.read_bytes() != before)
    kill(terminal)  # the files are written; nobody knows whether the register was
    terminal = opened("console", "--screen", "assets", columns=80, lines=24)
    terminal.until("HB-1", "as of ")
    terminal.send(UNDO)
    terminal.until("Take back: asset HB-1", "Write and apply")
    terminal.send("y")
    terminal.until("Applied as revision")
    assert path.read_bytes() == before
    assert project.plan().empty
