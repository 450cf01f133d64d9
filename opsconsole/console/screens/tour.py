"""A first look around in five short cards, for somebody who has never used a terminal program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.keytext import keys_in
from opsconsole.console.screens.dialogs import Dialog
from opsconsole.console.widgets.plain import Line, Plain

# (title, paragraphs); {name} stands for the key of the action of that name.
CARDS: Sequence[tuple[str, tuple[str, ...]]] = (
    (
        N_("Welcome"),
        (
            N_("This is the console of the province's ICT: equipment, mailboxes, conferences, targets."),
            N_("Everything is done with keys; a mouse works too. Nothing you look at is changed by looking."),
            N_("Esc always leads back. {app.quit} leaves the console."),
        ),
    ),
    (
        N_("Pages"),
        (
            N_("The line at the top names the pages. The digit before a name opens it."),
            N_("The overview says which targets are behind and what waits for somebody."),
            N_("{app.place_back} goes back to the place before, {app.place_forward} forward again."),
        ),
    ),
    (
        N_("Finding things"),
        (
            N_("{app.filter} filters a list while you type; marks over letters do not matter."),
            N_("Fields can be named: unit:148 kind:printer price:>10m"),
            N_("{app.jump} goes straight to a code, a tag or an address."),
        ),
    ),
    (
        N_("Looking closer"),
        (
            N_("Arrows move. Enter opens the row under the cursor, down to the figures behind it."),
            N_("{app.day} shows everything as of another date."),
            N_("{app.help} lists the keys of the place where you are, {app.palette} all commands by name."),
        ),
    ),
    (
        N_("Changing things"),
        (
            N_("What should exist stands in files; the page Plan shows what would change, and applies it."),
            N_("Cancel is always the answer at hand, and every change is kept with who, when and why."),
            N_("{app.language} switches between Vietnamese and English, {app.theme} the colours."),
        ),
    ),
)


class Tour(Dialog):
    """The cards, one after another; *ended* is called when they are left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,space,l", "next", show=False),
        Binding("left,backspace,h", "before", show=False),
        Binding("q", "leave", show=False),
    ]

    def __init__(self, ended: Callable[[], None]) -> None:
        super().__init__("")
        self._ended = ended
        self._card = 0
        self.text = Plain()
        self.foot = Plain(classes="dialog-foot")

    def compose(self) -> ComposeResult:
        """Title, card, how to go on."""
        with self.box:
            yield self.head
            yield self.text
            yield Plain([""])
            yield self.foot

    def on_mount(self) -> None:
        """The first card."""
        self._draw()

    def _draw(self) -> None:
        title, paragraphs = CARDS[self._card]
        self.head.show([[("head", _(title)), ("faint", f"  {self._card + 1}/{len(CARDS)}")]])
        lines: list[Line] = []
        for paragraph in paragraphs:
            lines += [keys_in(_(paragraph)), ""]
        self.text.show(lines[:-1])
        last = self._card == len(CARDS) - 1
        words = _("Enter ends · ← back") if last else _("Enter goes on · ← back · Esc leaves")
        self.foot.show([[("faint", words)]])

    def action_next(self) -> None:
        """The next card; behind the last the console."""
        if self._card + 1 < len(CARDS):
            self._card += 1
            self._draw()
        else:
            self.action_leave()

    def action_before(self) -> None:
        """The card before."""
        self._card = max(0, self._card - 1)
        self._draw()

    def action_leave(self) -> None:
        """To the console; the tour does not come by itself again."""
        self._ended()
        super().action_leave()
