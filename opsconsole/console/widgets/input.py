"""A line of input into which Vietnamese can be typed.

Input methods of the "backspace and retype" kind (Unikey, EVKey, OpenKey, ibus-bamboo) send
letters and backspaces in one burst. Textual inserts letters when the widget sees them, but runs
backspace only after the key has bubbled up to the application, so a burst loses its order and
``nguoi⌫⌫⌫ười`` stays ``nguoi`` (textual#6605). Here every key acts when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.widgets import Input

from opsconsole.text import safe


class ViInput(Input, inherit_bindings=False):
    """One line of text in NFC. Enter calls *submitted*, Esc *left*, each change *changed*.

    It has the keys of a line of input alone: ↑ and ↓, which Textual would have it scroll by, belong to
    what stands around it.
    """

    BINDINGS: ClassVar[list[BindingType]] = Input.BINDINGS

    DEFAULT_CSS = """
    ViInput { height: 1; border: none; padding: 0; background: transparent; }
    ViInput:focus { border: none; background: transparent; background-tint: transparent 0%; }
    """

    _changed: Callable[[str], None] | None = None  # a value given at the start is set before the rest is

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        submitted: Callable[[str], None] | None = None,
        left: Callable[[], None] | None = None,
        changed: Callable[[str], None] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id, select_on_focus=False, compact=True)
        self.cursor_blink = False
        self._submitted = submitted
        self._left = left
        self._changed = changed

    def validate_value(self, value: str) -> str:
        """The text in NFC: an accent typed or pasted on its own joins its letter; and what of stored
        data would steer the terminal, visible (Textual draws the text of an input as it is)."""
        return safe(value)

    def _watch_value(self, value: str) -> None:
        super()._watch_value(value)
        # Composition shortens the text: what stood behind its end must come back into it.
        if self.cursor_position > len(value):
            self.cursor_position = len(value)
        if self._changed is not None and self.is_mounted:
            self._changed(value)

    async def take_key(self, event: events.Key) -> bool:
        """Do what *event* means here and now; False for a key that means nothing to a line of input."""
        if event.key == "escape":
            if self._left is None:
                return False
            self._left()
            return True
        if event.is_printable and event.character is not None:
            self.replace_selection(event.character)
            return True
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            await self.run_action(binding.action)
            return True
        return False

    def replace_selection(self, text: str) -> None:
        """Put *text* at the cursor, over what is selected; a combining mark joins the letter before."""
        start, end = sorted(self.selection)
        before, after = self.value[:start], self.value[end:]
        typed = safe(before + text)
        self.value = typed + after
        self.cursor_position = min(len(typed), len(self.value))

    async def _on_key(self, event: events.Key) -> None:
        if await self.take_key(event):
            event.stop()
            event.prevent_default()

    def take_paste(self, text: str) -> None:
        """Insert pasted *text*: its lines joined with blanks, nothing in it that steers a terminal."""
        self.replace_selection(" ".join(safe(line) for line in text.splitlines()))

    def _on_paste(self, event: events.Paste) -> None:
        self.take_paste(event.text)
        event.stop()
        event.prevent_default()

    async def action_submit(self) -> None:
        """Enter."""
        if self._submitted is not None:
            self._submitted(self.value)
