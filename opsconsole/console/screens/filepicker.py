"""A file or folder chosen by going through folders, or by typing its path."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.screens.dialogs import SearchDialog
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Plain
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.oserrors import said
from opsconsole.text import fold
from opsconsole.words import amount

if TYPE_CHECKING:
    from opsconsole.console.app import Console

ENDINGS = (".yaml", ".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
MOST = 2000  # entries of a folder that are listed


class FilePicker(SearchDialog):
    """The entries of a folder that a bundle or an inventory file can be; *chosen* gets the path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("f10,ctrl+s", "take", show=False),
    ]

    def __init__(self, host: Console, folder: Path, chosen: Callable[[Path], None]) -> None:
        super().__init__(_("A file, a folder or a bundle"))
        self._host = host
        self._chosen = chosen
        self._listed: Path | None = None
        self._entries: list[tuple[str, bool, int]] = []  # name, whether a folder, bytes
        self.input = ViInput(
            f"{folder}/",
            submitted=lambda text: self._enter(),
            left=self.action_leave,
            changed=lambda text: self._typed(),
        )
        self.grid = GridView(
            (
                Column("name", N_("Name"), 30, 80, sort=False),
                Column("size", N_("Bytes"), 10, 16, right=True, show=lambda v: amount(v), sort=False),
            ),
            head=False,
        )
        self.grid.empty_text = _("Nothing here that could be taken.")
        self.error = Plain(classes="dialog-error")

    def compose(self) -> ComposeResult:
        """Path, entries, keys."""
        with self.box:
            yield self.head
            yield self.input
            yield self.grid
            yield self.error
            keys = _(
                "Enter opens a folder, takes a file · F10 takes the folder typed · Tab completes · Esc leaves"
            )
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Keys go to the path."""
        self.set_focus(self.input)
        self.input.cursor_position = len(self.input.value)
        self._typed()

    def _split(self) -> tuple[Path, str]:
        """The folder that is typed, and the beginning of a name in it."""
        folder, _slash, name = self.input.value.rpartition("/")
        return Path(folder or "/").expanduser(), name

    def _typed(self) -> None:
        folder, _name = self._split()
        if folder == self._listed:
            self._draw()
            return

        def work(question: Question) -> list[tuple[str, bool, int]]:
            return listed(folder)

        def show(entries: list[tuple[str, bool, int]]) -> None:
            if self.is_attached:
                self._listed, self._entries = folder, entries
                self.error.show([])
                self._draw()

        def failed(error: Exception) -> None:
            if self.is_attached:
                self._listed, self._entries = None, []
                reason = said(error)
                self.error.show([[("warn", _("cannot be read: {reason}").format(reason=reason))]])
                self._draw()

        self._host.feeds.run("files", work, show, failed)

    def _draw(self) -> None:
        _folder, name = self._split()
        wanted = fold(name)
        rows: list[tuple[str, tuple[Any, ...]]] = [("..", ("../", None))] if not name else []
        rows += [
            (each, (f"{each}/" if is_folder else each, None if is_folder else size))
            for each, is_folder, size in self._entries
            if wanted in fold(each)
        ]
        self.grid.show(HeldRows(rows), keep=False)

    def _put(self, text: str) -> None:
        self.input.value = text
        self.input.cursor_position = len(text)

    def action_complete(self) -> None:
        """Put the entry under the cursor into the line."""
        key = self.grid.key
        if key is not None:
            folder, _name = self._split()
            is_folder = key == ".." or any(name == key and is_dir for name, is_dir, _size in self._entries)
            path = folder.parent if key == ".." else folder / key
            self._put(f"{str(path).rstrip('/')}/" if is_folder else str(path))

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """A click on a row."""
        message.stop()
        self._enter()

    def _enter(self) -> None:
        key = self.grid.key
        if key is None:
            self.action_take()
            return
        self.action_complete()
        if not self.input.value.endswith("/"):
            self.action_take()

    def action_take(self) -> None:
        """Take what is typed."""
        path = Path(self.input.value.strip()).expanduser()
        if not self.input.value.strip() or not os.path.lexists(path):
            self.error.show([[("bad", _("there is no such file or folder"))]])
            return
        self.dismiss(None)
        self._chosen(Path(os.path.normpath(path)))


def listed(folder: Path) -> list[tuple[str, bool, int]]:
    """(name, whether a folder, bytes) of what can be taken in *folder*: folders first, by name. Raises
    OSError."""
    found: list[tuple[str, bool, int]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or len(found) >= MOST:
                continue
            if entry.is_dir():
                found.append((entry.name, True, 0))
            elif entry.name.lower().endswith(ENDINGS):
                found.append((entry.name, False, entry.stat().st_size))
    return sorted(found, key=lambda each: (not each[1], fold(each[0])))
