"""Text on the screen, and only text: the boundary where data may not steer the terminal.

Textual interprets markup in most of its widgets and passes escape sequences of all of them on to
the terminal. So nothing else in the console makes a Static, a Label or a notification: a line
is a text, or runs of (tone, text), and each goes through ``text.safe`` here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from opsconsole.console.columns import cells
from opsconsole.text import safe

Run: TypeAlias = "tuple[str, str]"  # (tone, text)
Line: TypeAlias = "str | Sequence[Run]"

TONES = {
    "": "",
    "head": "bold $text-accent",
    "bold": "bold",
    "faint": "$foreground 65%",
    "good": "$text-success",
    "warn": "$text-warning",
    "bad": "bold $text-error",
    "key": "bold $text-primary",
    "here": "bold reverse",
}


def content(lines: Iterable[Line]) -> Content:
    """*lines* as what Textual draws: every character shown, none obeyed."""
    parts: list[str | tuple[str, str]] = []
    for number, line in enumerate(lines):
        if number:
            parts.append("\n")
        for tone, text in [("", line)] if isinstance(line, str) else line:
            parts.append((safe(text), TONES[tone]))
    return Content.assemble(*parts)


class Plain(Widget):
    """Lines of text. ``show`` replaces them."""

    DEFAULT_CSS = """
    Plain { height: auto; width: 1fr; }
    """
    ALLOW_SELECT = False

    def __init__(
        self, lines: Iterable[Line] = (), *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.lines: list[Line] = list(lines)

    def show(self, lines: Iterable[Line]) -> None:
        """Draw *lines* from now on."""
        new = list(lines)
        if new != self.lines:
            self.lines = new
            height = self.styles.height
            self.refresh(layout=height is None or height.is_auto)

    def render(self) -> Content:
        """What is drawn."""
        return content(self.lines)


class Hung(Plain):
    """Lines of text; what of one does not fit goes on below its beginning, not below its label."""

    _folded: tuple[int, list[Line], list[Line]] = (0, [], [])

    def folded(self, width: int) -> list[Line]:
        """The lines as they stand in *width* cells."""
        known, lines, found = self._folded
        if known != width or lines is not self.lines:
            found = [part for line in self.lines for part in hung(line, width)]
            self._folded = (width, self.lines, found)
        return found

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are in *width* cells."""
        return len(self.folded(width))

    def render(self) -> Content:
        """What is drawn."""
        return content(self.folded(self.content_size.width or self.size.width))


_LABEL = re.compile(r"\s*\S(?:.*?\S)??(?:  +)|\s*")  # a label and the blanks behind it, or an indent
_WIDEST_LABEL = 26


def hung(line: Line, width: int) -> list[Line]:
    """*line* in pieces of at most *width* cells, those after the first below the text of the first: behind
    its label where that is short, else behind its indent."""
    runs = [("", line)] if isinstance(line, str) else line
    text, tones = "", ""
    names: list[str] = []
    for tone, part in runs:
        shown = safe(part)
        text += shown
        tones += chr(len(names)) * len(shown)
        names.append(tone)
    if width < 1 or cells(text) <= width:
        return [line]
    found = _LABEL.match(text)
    indent = found.end() if found else 0
    if indent > min(_WIDEST_LABEL, width // 2):
        indent = min(len(text) - len(text.lstrip()), width // 2)
    pieces: list[Line] = []
    start, room, lead = 0, width, ""
    while start < len(text):
        stop = _stop(text, start, room, indent if not pieces else 0)
        piece: list[Run] = [("", lead)] if lead else []
        for at in range(start, stop):
            tone = names[ord(tones[at])]
            if at > start and tones[at] == tones[at - 1]:
                piece[-1] = (tone, piece[-1][1] + text[at])
            else:
                piece.append((tone, text[at]))
        pieces.append(piece)
        start = stop
        while start < len(text) and text[start] == " ":
            start += 1
        lead = " " * cells(text[:indent])
        room = max(1, width - len(lead))
    return pieces


def _stop(text: str, start: int, room: int, least: int) -> int:
    """Where a piece of *text* from *start* ends that fills at most *room* cells: at a blank behind *least*
    where there is one."""
    used, blank = 0, 0
    for at in range(start, len(text)):
        if text[at] == " " and at > start + least:
            blank = at
        used += cells(text[at])
        if used > room:
            return blank or max(at, start + 1)
    return len(text)


class PlainButton(Widget, can_focus=True):
    """A choice in a dialog: pressed with Enter, the space bar or the mouse."""

    DEFAULT_CSS = """
    PlainButton { width: auto; height: 1; padding: 0 2; margin: 0 1; background: $panel; }
    PlainButton:focus { background: $primary; color: $background; text-style: bold; }
    """
    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", show=False)]

    def __init__(self, label: str, pressed: Callable[[], None], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.label = label
        self.pressed = pressed

    def render(self) -> Content:
        """The label."""
        return content([self.label])

    def action_press(self) -> None:
        """Press."""
        self.pressed()

    def on_click(self, event: events.Click) -> None:
        """Press."""
        event.stop()
        self.pressed()
