"""A search among units, people or things of a kind: type a part, choose one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from opsconsole.catalogue import _
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.forms import found
from opsconsole.console.screens.dialogs import SearchDialog
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Plain
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.database import Reader
from opsconsole.words import label

if TYPE_CHECKING:
    from opsconsole.console.app import Console

UNITS = "units"


class Picker(SearchDialog):
    """A search among the things of a kind: type a part, choose one. Units have the codes of *day* (ISO; by
    default the day as of which everything is shown)."""

    def __init__(
        self, host: Console, kind: str, text: str, chosen: Callable[[str], None], day: str = ""
    ) -> None:
        super().__init__(label(kind))
        self._day = day or host.day.isoformat()
        self._host = host
        self._kind = kind
        self._chosen = chosen
        self.grid = GridView((Column("thing", label(kind), 30, 80, sort=False),), head=False)
        self.grid.empty_text = _("Reading …")
        self.input = ViInput(
            text,
            placeholder=_("type a part of its name or key"),
            submitted=lambda value: self._choose(),
            left=self.action_leave,
            changed=lambda value: self._search(),
        )

    def compose(self) -> ComposeResult:
        """Input and list."""
        with self.box:
            yield self.head
            yield self.input
            yield self.grid
            yield Plain([[("faint", _("↑ ↓ move · Enter chooses · Esc leaves"))]])

    def on_mount(self) -> None:
        """Keys go to the line for typing."""
        self.set_focus(self.input)
        self._search()

    def _search(self) -> None:
        words, day, kind = self.input.value, self._day, self._kind

        def work(reader: Reader, question: Question) -> list[tuple[str, str]]:
            return found(reader, kind, words, day)

        self._host.feeds.ask("picker", work, self._show)

    def _show(self, rows: list[tuple[str, str]]) -> None:
        if not self.is_mounted:
            return
        self.grid.empty_text = _("Nothing holds “{words}”.").format(words=self.input.value)
        self.grid.show(HeldRows([(key, (text,)) for key, text in rows]), keep=False)

    def on_grid_view_opened(self, message: Any) -> None:
        """A click on a row."""
        message.stop()
        self._choose()

    def _choose(self) -> None:
        key = self.grid.key
        if key is not None:
            self.dismiss(None)
            self._chosen(key)
