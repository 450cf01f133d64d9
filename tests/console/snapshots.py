"""Pictures of screens as text: every character and the style of every cell, readable in a diff.

``python -m tests.console.snapshots`` renews all of them (after looking at the difference: ``git diff``);
``--pictures FOLDER`` draws them as SVG as well, for the eye.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import string
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from rich.style import Style

from opsconsole import catalogue
from opsconsole.catalogue import LANGUAGES
from opsconsole.console.app import Console
from opsconsole.console.pagenames import BESIDES, PAGES
from opsconsole.console.widgets.input import ViInput
from tests.console.driving import KEY_NAMES, Driver, screen_lines
from tests.console.worlds import Copies

FOLDER = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (160, 45))
RENEW = "python -m tests.console.snapshots"
STILL = 12  # pauses of 10 ms in which nothing changed
LONG_STILL = 60
WAITED = frozenset(("E", "L", "p", "f", "enter", "f4", "f10"))

Step: TypeAlias = "str | Callable[[Path], None]"  # a key, or what somebody else does to the files meanwhile


@dataclass(frozen=True)
class Shown:
    """What is to be seen: a page of a working copy, after some steps."""

    page: str
    steps: tuple[Step, ...] = ()
    world: str = "register"


def typed(text: str) -> tuple[str, ...]:
    """*text* as keys."""
    return tuple(KEY_NAMES.get(char, char) for char in text)


def _meanwhile(root: Path) -> None:
    """Somebody else changes the model of HB-1."""
    path = root / "inventory" / "assets.yaml"
    path.write_text(path.read_text("utf-8").replace("OptiPlex 3060", "OptiPlex 7090"), "utf-8")


MODEL = ("E", "down", "down", "end", "ctrl+u", *typed("Dell Vostro 3681"))

# What is shown beside the pages.
SCENES: dict[str, Shown] = {
    "help": Shown("assets", ("question_mark",)),
    "work": Shown("overview", ("question_mark",)),
    "palette": Shown("assets", ("ctrl+p",)),
    "detail": Shown("assets", ("down", "enter")),
    "filtered": Shown("assets", ("slash", *typed("tu ly"), "enter")),
    "columns": Shown("assets", ("c",)),
    "views": Shown("assets", ("slash", *typed("tu ly"), "enter", "w", *typed("Tu Lý"), "enter", "w")),
    "date": Shown("units", ("d",)),
    "form": Shown("assets", ("n",)),
    "day": Shown("assets", ("E", *("down",) * 6, "f4"), "applied"),
    "picker": Shown("assets", ("E", "f4"), "applied"),
    "files": Shown("plan", ("f", "end", "ctrl+u", *typed("~/inventory/")), "edited"),
    "saving": Shown("assets", (*MODEL, "f10"), "applied"),
    "meanwhile": Shown("assets", (*MODEL, _meanwhile, "f10"), "applied"),
    "leaving": Shown("people", ("down", "L"), "applied"),
    "planned": Shown("plan", ("p",), "edited"),
    "change": Shown("plan", ("p", *("down",) * 2, "enter"), "edited"),
    "limits": Shown("plan", ("p", "A"), "edited"),
    "confirm": Shown("plan", ("p", *("end", "u"), "A"), "edited"),
    "many": Shown("plan", ("p", "A"), "many"),
    "tree": Shown("units", ("asterisk", "down", "down")),
    "tour": Shown("overview"),
    "tour5": Shown("overview", ("enter",) * 4),
    "report": Shown("reports", ("enter",), "reported"),
    "origin": Shown("reports", ("enter", "enter"), "reported"),
    "explain": Shown("targets", ("enter",), "reported"),
    "heat": Shown("targets", ("u",), "reported"),
    "used": Shown("mailboxes", ("u",)),
    "session": Shown("sessions", ("enter",), "conference"),
    "running": Shown("board", ("down", "down"), "conference"),
    "minutes": Shown("board", ("m",), "conference"),
}


@dataclass(frozen=True)
class Scene:
    """One picture."""

    name: str
    language: str
    size: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.name}-{self.language}-{self.size[0]}x{self.size[1]}"

    @property
    def file(self) -> Path:
        return FOLDER / f"{self}.txt"


def scenes() -> Iterator[Scene]:
    """Every page and what is shown beside them, in every language and size."""
    for name in [*PAGES, *BESIDES, *SCENES]:
        for language in LANGUAGES:
            for size in SIZES:
                yield Scene(name, language, size)


async def shoot(scene: Scene, copies: Copies, root: Path) -> tuple[str, str]:
    """The picture of *scene* as text, and as SVG; *root* is a folder to be made for it."""
    shown = SCENES.get(scene.name) or Shown(scene.name)
    database, settings, now = copies.copy(shown.world, root)
    catalogue.use_language(scene.language)
    app = Console(database, settings, page=shown.page, clock=lambda: now)
    async with app.run_test(size=scene.size) as pilot:
        driver = Driver(pilot)
        await driver.until(lambda: app._pulse is not None)
        await _still(driver)
        if scene.name.startswith("tour"):
            await pilot.app.run_action("tour")
        if shown.page == "board":
            app.page_of("board").given("HN-2019-001" if shown.world == "conference" else "hop-012")
            await _still(driver)
        for step in shown.steps:
            if callable(step):
                step(root)
                continue
            await driver.press(step)
            if step in WAITED:  # what it opens is read first
                await _still(driver)
        await _still(driver)
        return drawn(app), app.export_screenshot(title=str(scene))


async def _still(driver: Driver) -> None:
    """Wait until nothing is read and nothing changes any more."""
    before, still = "", 0
    for _ in range(2000):
        await driver.app.workers.wait_for_complete()
        await driver.pilot.pause(0.01)
        now = drawn(driver.app)
        still = still + 1 if now == before else 0
        reading = driver.lines[1].rstrip().endswith("…")  # or its head is cut there
        if still >= (LONG_STILL if reading else STILL):
            return
        before = now
    raise AssertionError(f"the screen does not come to rest:\n{before}")


def drawn(app: Console) -> str:
    """Characters, then the styles: each line as runs of a letter, and what the letters mean."""
    letters: dict[str, str] = {}
    runs: list[str] = []
    for strip in app.screen._compositor.render_strips():
        line: list[tuple[str, int]] = []
        for segment in strip:
            letter = letters.setdefault(_told(segment.style), _letter(len(letters)))
            if line and line[-1][0] == letter:
                line[-1] = (letter, line[-1][1] + segment.cell_length)
            elif segment.cell_length:
                line.append((letter, segment.cell_length))
        runs.append(" ".join(f"{letter}{length}" for letter, length in line))
    legend = [f"{letter} {told}" for told, letter in letters.items()]
    lines = [line.rstrip() for line in screen_lines(app)]
    return "\n".join([*lines, "", "--- styles", *runs, "", "--- meaning", *legend, ""])


def _letter(number: int) -> str:
    first, second = divmod(number, 26)
    return (string.ascii_uppercase[first - 1] if first else "") + string.ascii_lowercase[second]


def _told(style: Style | None) -> str:
    if style is None:
        return "plain"
    parts = [
        name for name in ("bold", "dim", "italic", "underline", "reverse", "strike") if getattr(style, name)
    ]
    for what, color in (("", style.color), ("on ", style.bgcolor)):
        if color is not None:
            triplet = color.get_truecolor()
            parts.append(f"{what}{triplet.hex}")
    return " ".join(parts) or "plain"


def steady(patch: Any) -> None:
    """Nothing blinks or waits for a pause in typing. *patch* sets an attribute."""
    from opsconsole.console import navigation
    from opsconsole.console.screens import listpage

    patch(listpage, "REST", 0.001)
    patch(navigation, "FILTER_REST", 0.001)
    patch(ViInput, "cursor_blink", False)


def main() -> None:
    """Renew every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="draw them as SVG into this folder too")
    parser.add_argument("--only", default="", help="names that begin so")
    chosen = parser.parse_args()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    steady(setattr)
    FOLDER.mkdir(exist_ok=True)
    wanted = [scene for scene in scenes() if str(scene).startswith(chosen.only)]
    for file in set(FOLDER.glob("*.txt")) - {scene.file for scene in scenes()}:
        file.unlink()
    folder = Path(tempfile.mkdtemp(prefix="opsconsole-snapshots-"))
    try:
        copies = Copies(folder / "worlds")
        for scene in wanted:
            root = folder / "copy"
            os.environ["HOME"] = str(root)
            text, picture = asyncio.run(shoot(scene, copies, root))
            shutil.rmtree(root)
            before = scene.file.read_text("utf-8") if scene.file.exists() else ""
            if text != before:
                scene.file.write_text(text, encoding="utf-8")
                sys.stdout.write(f"{scene}: {'new' if not before else 'changed'}\n")
            if chosen.pictures:
                chosen.pictures.mkdir(parents=True, exist_ok=True)
                (chosen.pictures / f"{scene}.svg").write_text(picture, encoding="utf-8")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
