"""Driving a console without a terminal: press keys, wait for what must appear, read the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from opsconsole.console.app import Console

KEY_NAMES = {
    " ": "space",
    "-": "minus",
    "@": "at",
    ".": "full_stop",
    "/": "slash",
    "+": "plus",
    "~": "tilde",
    '"': "quotation_mark",
}
PAUSES = 1000  # of 10 ms: a bound for what never comes, not a measure


def screen_lines(app: Console) -> list[str]:
    """The lines of the screen as characters."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def screen_text(app: Console) -> str:
    """The screen as characters."""
    return "\n".join(screen_lines(app))


class Driver:
    """A console that is running."""

    def __init__(self, pilot: Pilot[Any]) -> None:
        self.pilot = pilot
        assert isinstance(pilot.app, Console)
        self.app = pilot.app

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.app)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*(KEY_NAMES.get(char, char) for char in text))

    async def clear(self) -> None:
        """Empty the line for typing, as a user does."""
        await self.pilot.press("end", "ctrl+u")

    async def until(self, *wanted: str | Callable[[], bool], absent: str = "") -> str:
        """Wait until every text of *wanted* is on the screen (or a condition holds) and *absent* is not."""
        for _ in range(PAUSES):
            text = self.text
            if all(w in text if isinstance(w, str) else w() for w in wanted) and (
                not absent or absent not in text
            ):
                return text
            await self.pilot.pause(0.01)
        raise AssertionError(f"{wanted!r} (without {absent!r}) never came; the screen is\n{self.text}")

    async def settle(self) -> None:
        """Wait until nothing is read any more."""
        for _ in range(3):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
