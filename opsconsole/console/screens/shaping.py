"""How a list is shown: which columns, in which order, and views saved under a name."""

from __future__ import annotations

from typing import Any

from opsconsole.catalogue import _
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.grid import GridView


class Shaping(Page):
    """A page with a list whose columns can be chosen and whose views can be saved."""

    grid: GridView

    def action_columns(self) -> None:
        """Choose the columns and their order."""
        from opsconsole.console.screens.shapedialogs import ColumnsDialog

        def chosen(ids: list[str]) -> None:
            self.grid.choose_columns(ids)
            self.console.keep_page(self)

        self.app.push_screen(ColumnsDialog(self.grid, chosen))

    def action_views(self) -> None:
        """Open, save or delete a view: filter, order and columns under a name."""
        from opsconsole.console.screens.shapedialogs import ViewsDialog

        remembered = self.console.remembered
        views = remembered.views(self.page_name)

        def opened(name: str) -> None:
            self.recall(views[name])
            self.console.say(_("View “{name}”.").format(name=name))

        def saved(name: str) -> None:
            views[name] = {k: v for k, v in self.memory().items() if k != "key"}
            remembered.keep_views(self.page_name, views)
            remembered.save()
            self.console.say(_("View “{name}” saved.").format(name=name), "good")

        def deleted(name: str) -> None:
            views.pop(name, None)
            remembered.keep_views(self.page_name, views)
            remembered.save()

        self.app.push_screen(ViewsDialog(sorted(views), opened, saved, deleted))


def known_text(memory: dict[str, Any], name: str) -> str:
    """The text remembered under *name*; '' for anything else."""
    found = memory.get(name)
    return found if isinstance(found, str) else ""
