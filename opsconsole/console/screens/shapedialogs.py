"""The dialogs in which a list is shaped: its columns, and its saved views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.columns import Column
from opsconsole.console.screens.dialogs import Dialog
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Plain
from opsconsole.console.widgets.rows import HeldRows

NAME_MOST = 60


class ColumnsDialog(Dialog):
    """The columns of a grid; the marked ones are shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("K,shift+up", "shift(-1)", show=False),
        Binding("J,shift+down", "shift(1)", show=False),
    ]

    def __init__(self, grid: GridView, chosen: Callable[[list[str]], None]) -> None:
        super().__init__(_("Columns"))
        self._chosen = chosen
        shown = [column.id for column in grid.columns]
        rest = [column.id for column in grid.every_column if column.id not in shown]
        titles = {column.id: column.title for column in grid.every_column}
        self._rows: list[tuple[str, tuple[str]]] = [(each, (_(titles[each]),)) for each in (*shown, *rest)]
        self.grid = GridView((Column("column", N_("Column"), 20, 60, sort=False),), head=False)
        self.grid.marks.add(shown)

    def compose(self) -> ComposeResult:
        """The columns, and what the keys do."""
        with self.box:
            yield self.head
            yield self.grid
            keys = _("Space shows or hides · Shift+↑ ↓ moves · Enter takes it · Esc leaves")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Keys go to the list."""
        self.grid.styles.height = min(14, len(self._rows))
        self.grid.show(HeldRows(self._rows))
        self.set_focus(self.grid)

    def action_shift(self, by: int) -> None:
        """Move the column under the cursor."""
        here, there = self.grid.cursor, self.grid.cursor + by
        if 0 <= there < len(self._rows):
            rows = list(self._rows)  # the grid still holds the old ones
            rows[here], rows[there] = rows[there], rows[here]
            self._rows = rows
            self.grid.show(HeldRows(self._rows))

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Take the marked ones."""
        message.stop()
        ids = list(self.grid.marks.of(key for key, _title in self._rows))
        self.dismiss(None)
        self._chosen(ids)


class ViewsDialog(Dialog):
    """Saved views, and a line in which to name the present one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,D", "delete", show=False),
        Binding("tab", "to_line", show=False),
    ]

    def __init__(
        self,
        names: Sequence[str],
        opened: Callable[[str], None],
        saved: Callable[[str], None],
        deleted: Callable[[str], None],
    ) -> None:
        super().__init__(_("Saved views"))
        self._names = list(names)
        self._opened, self._saved, self._deleted = opened, saved, deleted
        self.grid = GridView((Column("view", N_("View"), 20, 60, sort=False),), head=False)
        self.grid.empty_text = _("None yet. Type a name below to save this filter, order and columns.")
        self.input = ViInput(
            placeholder=_("name, to save what is shown now"),
            submitted=self._save,
            left=self.action_leave,
        )

    def compose(self) -> ComposeResult:
        """The views, a line for a name, and what the keys do."""
        with self.box:
            yield self.head
            yield self.grid
            yield self.input
            keys = _("Enter opens · Tab to the line for a new name · Del deletes · Esc leaves")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Keys go to the list, or to the line where there is no view yet."""
        self._show()
        self.set_focus(self.grid if self._names else self.input)

    def _show(self) -> None:
        self.grid.styles.height = min(10, max(2, len(self._names)))
        self.grid.show(HeldRows([(name, (name,)) for name in self._names]))

    def action_to_line(self) -> None:
        """To the line for a name."""
        self.set_focus(self.input)

    def action_delete(self) -> None:
        """Forget the view under the cursor."""
        key = self.grid.key
        if key is not None and self.focused is self.grid:
            self._names.remove(key)
            self._deleted(key)
            self._show()

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Show the view."""
        message.stop()
        self.dismiss(None)
        self._opened(message.key)

    def _save(self, text: str) -> None:
        name = " ".join(text.split())[:NAME_MOST]
        self.dismiss(None)
        if name:
            self._saved(name)
