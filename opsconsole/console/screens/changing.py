"""What can be changed from a list: a new thing, the one under the cursor, the marked ones, an end."""

from __future__ import annotations

from opsconsole.catalogue import _
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.grid import GridView


class Changing(Page):
    """A page with a list of declared things of one kind."""

    grid: GridView
    kind: str
    _unit: tuple[str, str] | None  # (era, its name) to which the list is narrowed
    _came_from: str

    def action_new(self) -> None:
        """A new thing; in the unit to which the list is narrowed."""
        from opsconsole.console.screens.declaring import declare

        unit = self._unit[0].partition("@")[0] if self._unit else ""
        declare(self.console, self.kind, unit=unit, done=self._declared)

    def _declared(self, key: str) -> None:
        self._came_from = key  # the cursor goes there
        self.changed()

    def action_edit(self) -> None:
        """Change the thing under the cursor; with marks, the touched fields of all marked ones."""
        from opsconsole.console.screens.declaring import change

        keys = self.grid.chosen_keys()
        if not keys:
            self.console.say(_("There is nothing here to change."), "warn")
            return
        change(self.console, self.kind, keys, self.changed)

    def action_finish(self) -> None:
        """State the end (disposal, closing) of the thing under the cursor or of the marked ones."""
        from opsconsole.console.screens.declaring import end

        keys = self.grid.chosen_keys()
        if not keys:
            self.console.say(_("There is nothing here to end."), "warn")
            return
        end(self.console, self.kind, keys, self.changed)

    def action_leaves(self) -> None:
        """Whoever is under the cursor, or owns the mailbox there, leaves."""
        from opsconsole.console.screens.declaring import leaves

        if self.grid.key is not None:
            leaves(self.console, self.grid.key, self.changed)

    def changed(self) -> None:
        """What was asked for is done: the list shows what came of it."""
        self.grid.marks.clear()
        self.outdated()
