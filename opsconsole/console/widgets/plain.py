"""Text on the screen, and only text: the boundary where data may not steer the terminal.

Textual interprets markup in most of its widgets and passes escape sequences of all of them on to
the terminal. So nothing else in the console makes a Static, a Label or a notification: a line
is a text, or runs of (tone, text), and each goes through ``text.safe`` here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

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
