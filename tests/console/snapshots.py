"""Pictures of screens as text: every character and the style of every cell, readable in a diff.

``python -m tests.console.snapshots`` renews all of them (after looking at the difference: ``git diff``);
``--pictures FOLDER`` draws them as SVG as well, for the eye.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import shutil
import string
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.style import Style

from opsconsole import catalogue
from opsconsole.catalogue import LANGUAGES
from opsconsole.console.app import Console
from opsconsole.console.pagenames import BESIDES, PAGES
from opsconsole.console.widgets.input import ViInput
from opsconsole.store.database import Database
from tests.console.conftest import settings_of
from tests.console.driving import Driver, screen_lines
from tests.console.filled import PROVINCE, fill

FOLDER = Path(__file__).parent / "snapshots"
NOW = dt.datetime(2019, 12, 31, 5, 0, tzinfo=dt.UTC)
SIZES = ((80, 24), (160, 45))
RENEW = "python -m tests.console.snapshots"
STILL = 12  # pauses of 10 ms in which nothing changed

# What is shown beside the pages: name → (page, keys).
SCENES: dict[str, tuple[str, tuple[str, ...]]] = {
    "help": ("assets", ("question_mark",)),
    "palette": ("assets", ("ctrl+p",)),
    "detail": ("assets", ("down", "enter")),
    "filtered": ("assets", ("slash", "t", "u", "space", "l", "y", "enter")),
    "columns": ("assets", ("c",)),
    "date": ("units", ("d",)),
    "form": ("assets", ("n",)),
    "tree": ("units", ("asterisk", "down", "down")),
    "tour": ("overview", ()),
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


async def shoot(scene: Scene, database: Database, root: Path) -> tuple[str, str]:
    """The picture of *scene* as text, and as SVG."""
    page, keys = SCENES.get(scene.name, (scene.name, ()))
    catalogue.use_language(scene.language)
    app = Console(database, settings_of(database, root), page=page, clock=lambda: NOW)
    async with app.run_test(size=scene.size) as pilot:
        driver = Driver(pilot)
        await driver.until(lambda: app._pulse is not None)
        await _still(driver)
        if scene.name == "tour":
            await pilot.app.run_action("tour")
        if scene.name == "board":
            app.page_of("board").given("hop-012")
        for key in keys:
            await driver.press(key)
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
        if still >= STILL and "…\n" not in driver.lines[1].rstrip() + "\n":
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


def _make_database(folder: Path) -> Database:
    from opsconsole.store import schema

    database = Database(f"sqlite:///{folder}/opsconsole.db", PROVINCE)
    schema.upgrade(database)
    fill(database)
    return database


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
        database = _make_database(folder)
        for scene in wanted:
            text, picture = asyncio.run(shoot(scene, database, folder))
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
