"""A monkey at the keyboard: random keys, pastes, clicks and sizes, from a seed.

What it holds against the console: no fault, no screen that stops answering, and nothing written into
register or inventory that was not confirmed. ``python -m tests.console.monkey CONFIG --keys 20000`` runs
it on a working copy, which it changes.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import hashlib
import random
import sys
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from opsconsole.console.actions import ACTIONS
from opsconsole.console.app import Console
from opsconsole.console.remembered import Remembered
from opsconsole.console.screens.dialogs import ConfirmDialog
from opsconsole.console.screens.issuing import IssueDialog
from opsconsole.errors import Refused
from opsconsole.settings import Settings
from opsconsole.store.database import Database
from tests.console.driving import screen_text

PATIENCE = 60.0  # a bound for what never comes, not a measure
TEXT = "abcdehiknotuxyz0123456789đêưạọẫ:/.-_[]<>\"'=@"
PASTES = (
    "Nguyễn Văn An",
    "Nguye\u0302\u0303n",
    "HB-000001\nHB-000002\tx",
    "[/][red]\x1b[2J\x1b]52;c;QQ==\x07",
    "\u202e\u200b" * 20,
    "x" * 10_000,
    "",
)
COMMON = (
    "enter",
    "escape",
    "tab",
    "shift+tab",
    "down",
    "up",
    "left",
    "right",
    "backspace",
    "delete",
    "space",
)
RARE = (
    "home",
    "end",
    "pagedown",
    "pageup",
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "f9",
    "f10",
    "ctrl+a",
    "ctrl+c",
    "ctrl+e",
)
RARE += (
    "ctrl+k",
    "ctrl+w",
    "ctrl+x",
    "ctrl+v",
    "ctrl+left",
    "shift+down",
    "ctrl+r",
    "ctrl+y",
    "insert",
    "ctrl+o",
)
LEAVING = ("q", "ctrl+q")
_NAMES = {
    "/": "slash",
    ":": "colon",
    ".": "full_stop",
    "-": "minus",
    "_": "underscore",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    '"': "quotation_mark",
    "'": "apostrophe",
    "=": "equals_sign",
    "@": "at",
}


@dataclass
class Monkey:
    """What it did and saw. ``faults`` are errors that are no refusal, told by the console and survived."""

    seed: int
    pressed: int = 0
    starts: int = 0
    confirmed: int = 0
    faults: list[str] = field(default_factory=list)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=60))
    seen: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return f"seed {self.seed}, key {self.pressed}; the last were {' '.join(self.last)}"


class Watched(Console):
    """A console whose faults are noted."""

    monkey: Monkey

    def failed(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            self.monkey.faults.append(f"{type(error).__name__}: {error} ({self.monkey})")
        super().failed(error)


def state_of(database: Database, settings: Settings) -> tuple[Any, ...]:
    """What may not change without a confirmation: the register's revision, and every declared file."""
    with database.read() as reader:
        revision = reader.value("SELECT count(*) FROM revision WHERE province = :province")
    digests = tuple(
        (str(path), hashlib.blake2b(path.read_bytes()).hexdigest())
        for folder in settings.inventory
        for path in sorted(folder.rglob("*.yaml"))
    )
    return revision, digests


async def play(
    database: Database,
    settings: Settings,
    *,
    keys: int,
    seed: int,
    now: dt.datetime,
    folder: Path,
    monkey: Monkey | None = None,
) -> Monkey:
    """Press *keys* keys. Raises what the console raises, with the keys that led there."""
    chance = random.Random(seed)
    monkey = monkey or Monkey(seed)
    own = [(key, action.scope) for action in ACTIONS for key in action.keys if key not in LEAVING]
    asked = {each: each.action_confirm for each in (ConfirmDialog, IssueDialog)}

    def counted(confirm: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(dialog: Any) -> None:
            monkey.confirmed += 1
            confirm(dialog)

        return run

    for each, confirm in asked.items():
        each.action_confirm = counted(confirm)  # type: ignore[method-assign]
    memory = folder / "memory.json"
    before, allowed = state_of(database, settings), monkey.confirmed
    try:
        while monkey.pressed < keys:
            remembered = Remembered(memory)
            remembered.keep_text("toured", "yes")
            app = Watched(database, settings, clock=lambda: now, remembered=remembered)
            app.monkey = monkey
            monkey.starts += 1
            async with app.run_test(size=(100, 30)) as pilot:
                while monkey.pressed < keys and app.is_running and app._exit is False:
                    await _burst(chance, pilot, own, monkey)
                    if monkey.pressed % 500 < 8 and app._exit is False:
                        await _answers(pilot, app)
                        after = state_of(database, settings)
                        if after != before and monkey.confirmed == allowed:
                            raise AssertionError("something was written that nobody confirmed")
                        before, allowed = after, monkey.confirmed
    except Exception as error:
        error.add_note(str(monkey))
        raise
    finally:
        for each, confirm in asked.items():
            each.action_confirm = confirm  # type: ignore[method-assign]
    return monkey


async def _burst(
    chance: random.Random, pilot: Pilot[Any], own: list[tuple[str, str]], monkey: Monkey
) -> None:
    """A few keys at once, or a paste, a click, another size."""
    app = pilot.app
    assert isinstance(app, Console)
    monkey.seen[app.current if len(app.screen_stack) == 1 else type(app.screen).__name__] += 1
    roll = chance.random()
    async with asyncio.timeout(PATIENCE):
        if roll < 0.01:
            size = chance.choice([(80, 24), (60, 15), (40, 10), (160, 45), (300, 80), (100, 30), (20, 5)])
            monkey.last.append(f"size{size}")
            await pilot.resize_terminal(*size)
        elif roll < 0.03:
            text = chance.choice(PASTES)
            monkey.last.append(f"paste({text[:12]!r})")
            app.post_message(events.Paste(text))
            await pilot.pause()
        elif roll < 0.06:
            width, height = app.size
            spot = (chance.randrange(width), chance.randrange(height))
            monkey.last.append(f"click{spot}")
            await pilot.click(offset=spot, times=chance.choice([1, 1, 2]))
        elif roll < 0.10:  # else it would sit in forms, which ask before they are left
            monkey.last.extend(["escape"] * 3)
            await pilot.press("escape", "escape", "escape")
        elif roll < 0.101:
            key = chance.choice(LEAVING)
            monkey.last.append(key)
            monkey.pressed += 1
            await pilot.press(key)
        else:
            count = chance.choice([1, 1, 1, 2, 3, 7])
            chosen = [_key(chance, own) for _ in range(count)]
            monkey.last.extend(chosen)
            monkey.pressed += count
            await pilot.press(*chosen)


def _key(chance: random.Random, own: list[tuple[str, str]]) -> str:
    roll = chance.random()
    if roll < 0.4:
        return chance.choice(own)[0]
    if roll < 0.7:
        return chance.choice(COMMON)
    if roll < 0.78:
        return chance.choice(RARE)
    char = chance.choice(TEXT)
    return _NAMES.get(char, char)


async def _answers(pilot: Pilot[Any], app: Console) -> None:
    """The screen still answers: everything can be left, help opens, pages change."""
    async with asyncio.timeout(PATIENCE):
        for _ in range(12):
            if len(app.screen_stack) == 1 and not app.prompt.display:
                break
            await pilot.press("escape")
        assert len(app.screen_stack) == 1, f"Escape does not leave {app.screen}"
        await pilot.resize_terminal(100, 30)
        await pilot.press("1")
        assert app.current == "overview"
        await pilot.press("f1")
        for _ in range(200):
            if len(app.screen_stack) == 2 and "Ctrl" in screen_text(app).replace("^", "Ctrl"):
                break
            await pilot.pause(0.01)
        assert len(app.screen_stack) == 2, "help does not open"
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


def main() -> None:
    """Run it on a working copy."""
    from opsconsole.settings import load

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--keys", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    settings = load(chosen.config)
    database = Database(settings.database, settings.province)
    now = dt.datetime(2019, 12, 31, 5, tzinfo=dt.UTC)
    monkey = Monkey(chosen.seed)
    try:
        asyncio.run(
            play(
                database,
                settings,
                keys=chosen.keys,
                seed=chosen.seed,
                now=now,
                folder=chosen.config.parent,
                monkey=monkey,
            )
        )
    finally:
        sys.stdout.write(
            f"{monkey.pressed} keys, {monkey.starts} starts, {monkey.confirmed} confirmed; "
            f"{dict(monkey.seen.most_common())}\n"
        )
        sys.stdout.write("".join(f"FAULT {fault}\n" for fault in monkey.faults))
    sys.exit(bool(monkey.faults))


if __name__ == "__main__":
    main()
