"""Pages with a head and a list that can be filtered, some with what is under the cursor beside it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from opsconsole.catalogue import _
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Plain
from opsconsole.words import amount


class GridPage(Page):
    """A page of one list, *grid*. Subclasses draw its rows, by the filter in use, in ``draw``."""

    with_panel: ClassVar[bool] = False  # whether what is under the cursor stands beside the list

    def __init__(self, name: str, grid: GridView) -> None:
        super().__init__(name)
        self.grid = grid
        self.head = Plain(classes="page-head")
        self.panel = Plain(classes="detail")
        self._filter = ""

    def compose(self) -> ComposeResult:
        """Head, list, and what is under the cursor."""
        yield self.head
        if self.with_panel:
            with Container(classes="with-detail"):
                yield self.grid
                yield self.panel
        else:
            yield self.grid

    def draw(self) -> None:
        """Draw what was read: head and rows, by the filter and in the language in use."""

    def head_line(self, title: str, shown: int, every: int) -> list[tuple[str, str]]:
        """The line above the list: what it is, how many rows of how many, the filter that narrows it."""
        count = amount(every) if shown == every else f"{amount(shown)} / {amount(every)}"
        line = [("head", title), ("bold", f"  {count}")]
        if self._filter:
            line.append(("warn", "  " + _("filter: {words}").format(words=self._filter)))
        return line

    def nothing(self, text: str) -> str:
        """What stands in an empty list: that the filter holds everything back, else *text*."""
        if not self._filter:
            return text
        return _("Nothing holds “{words}”. Esc clears the filter.").format(words=self._filter)

    def filter_text(self) -> str | None:
        """The filter in use."""
        return self._filter

    def set_filter(self, text: str) -> None:
        """Show only what holds all words of *text*."""
        self._filter = text
        if self.is_mounted:
            self.draw()

    def take_focus(self) -> None:
        """Keys go to the list."""
        self.screen.set_focus(self.grid)

    def retranslate(self) -> None:
        """Draw anew in the language in use."""
        self.grid.retitle()
        self.draw()
