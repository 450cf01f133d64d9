"""The command palette: every action by its name, found by what is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import Action
from opsconsole.console.columns import Column
from opsconsole.console.keytext import key_text
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.dialogs import SearchDialog
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.text import fold


class Palette(SearchDialog):
    """A list of *actions*; *run* gets the one that is chosen."""

    def __init__(self, actions: Sequence[Action], run: Callable[[Action], None]) -> None:
        super().__init__(_("Commands"))
        self._actions = {f"{action.scope}.{action.call}": action for action in actions}
        self._run = run
        self.input = ViInput(
            placeholder=_("type a part of its name"),
            submitted=lambda text: self._choose(),
            left=self.action_leave,
            changed=lambda text: self._match(text),
        )
        self.grid = GridView(
            (
                Column("label", N_("Command"), 30, 60, sort=False),
                Column("keys", N_("Key"), 6, 12, sort=False),
            ),
            head=False,
        )

    def compose(self) -> ComposeResult:
        """Input and list."""
        with self.box:
            yield self.head
            yield self.input
            yield self.grid

    def on_mount(self) -> None:
        """All actions."""
        self._match("")
        self.set_focus(self.input)

    def _match(self, text: str) -> None:
        words = words_of(text)
        rows = [
            (key, (_(action.label), key_text(action.keys_now[0]) if action.keys_now else ""))
            for key, action in self._actions.items()
            if all(word in fold(f"{_(action.label)} {action.label}") for word in words)
        ]
        self.grid.empty_text = _("No command is called that.")
        self.grid.show(HeldRows(rows), keep=False)

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """A row was chosen with the mouse, or with Enter in the list."""
        message.stop()
        self._choose()

    def _choose(self) -> None:
        action = self._actions.get(self.grid.key or "")
        if action is not None:
            self.dismiss(None)
            self._run(action)
