"""Files or folders chosen by going through folders, or by typing a path."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import N_, _, ngettext
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.screens.dialogs import SearchDialog
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Plain
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.oserrors import said
from opsconsole.text import fold, safe
from opsconsole.words import amount

if TYPE_CHECKING:
    from opsconsole.console.app import Console

ENDINGS = (".yaml", ".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
MOST = 2000  # entries of a folder that are listed
MOST_NAMED = 4  # marked ones that are named


class FilePicker(SearchDialog):
    """The entries of a folder that a bundle or an inventory file can be; *chosen* gets the paths: of the
    marked ones, else of the one that was opened or typed.

    What is shown of a path is text; the path itself is kept beside it, since a name may hold what no
    screen shows as it is (control characters, bytes that are no UTF-8, letters put together otherwise).
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("f10,ctrl+s", "take", show=False),
        Binding("ctrl+a", "mark_all", show=False),
        Binding("ctrl+backslash", "unmark", show=False),
    ]

    def __init__(self, host: Console, folder: Path, chosen: Callable[[tuple[Path, ...]], None]) -> None:
        super().__init__(_("Files, a folder or a bundle"))
        self._host = host
        self._chosen = chosen
        self._listed: Path | None = None
        self._entries: list[tuple[str, bool, int]] = []  # name, whether a folder, bytes
        self._marked: dict[Path, None] = {}
        self._real: dict[str, Path] = {}  # what is shown of a path → the path
        self.input = PathInput(
            self._text(folder, True),
            submitted=lambda text: self._enter(),
            left=self.action_leave,
            changed=lambda text: self._typed(),
        )
        self.input.marked = self.action_mark
        self.input.all_marked = self.action_mark_all
        self.grid = GridView(
            (
                Column("mark", N_("Marked"), 1, 1, sort=False),
                Column("name", N_("Name"), 30, 80, sort=False),
                Column("size", N_("Bytes"), 10, 16, right=True, show=lambda v: amount(v), sort=False),
            ),
            head=False,
        )
        self.grid.empty_text = _("Nothing here that could be taken.")
        self.marks = Plain()
        self.error = Plain(classes="dialog-error")

    def compose(self) -> ComposeResult:
        """Path, entries, what is marked, keys."""
        with self.box:
            yield self.head
            yield self.input
            yield self.grid
            yield self.marks
            yield self.error
            keys = (
                _("Space marks · ^a all · ^\\ none · F10 takes the marked ones, or what is typed"),
                _("Enter opens a folder, takes a file · Tab completes · Esc leaves"),
            )
            yield Plain([[("faint", line)] for line in keys])

    def on_mount(self) -> None:
        """Keys go to the path."""
        self.set_focus(self.input)
        self.input.cursor_position = len(self.input.value)
        self._typed()

    # --- paths and what is shown of them -----------------------------------------------------------

    def _text(self, path: Path, is_folder: bool) -> str:
        """What is shown of *path*."""
        text = safe(f"{str(path).rstrip('/')}/" if is_folder else str(path))
        self._real[text.rstrip("/") or "/"] = path
        return text

    def _path(self, text: str) -> Path:
        """The path of which *text* is shown, or that somebody typed."""
        text = text.strip()
        known = self._real.get(text.rstrip("/") or "/")
        return known if known is not None else Path(text or "/").expanduser()

    def _split(self) -> tuple[Path, str]:
        """The folder that is typed, and the words of a name in it."""
        folder, _slash, name = self.input.value.rpartition("/")
        return self._path(folder or "/"), name

    # --- entries -----------------------------------------------------------------------------------

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

    def _draw(self, *, keep: bool = False) -> None:
        folder, name = self._split()
        wanted = matching(name)
        rows: list[tuple[str, tuple[Any, ...]]] = [("..", ("", "../", None))] if not name else []
        rows += [
            (
                each,
                (
                    "*" if folder / each in self._marked else "",
                    f"{each}/" if is_folder else each,
                    None if is_folder else size,
                ),
            )
            for each, is_folder, size in self._entries
            if wanted(each)
        ]
        self.grid.show(HeldRows(rows), keep=keep)
        self._draw_marks()

    def _draw_marks(self) -> None:
        if not self._marked:
            self.marks.show([])
            return
        names = ", ".join(path.name for path in list(self._marked)[:MOST_NAMED])
        more = " …" if len(self._marked) > MOST_NAMED else ""
        text = ngettext("{n} marked: {names}", "{n} marked: {names}", len(self._marked))
        self.marks.show([[("head", text.format(n=amount(len(self._marked)), names=names) + more)]])

    def action_mark(self) -> None:
        """Mark the entry under the cursor, or take its mark away, and go to the next."""
        key = self.grid.key
        if key is None or key == "..":
            return
        path = self._split()[0] / key
        if path in self._marked:
            del self._marked[path]
        else:
            self._marked[path] = None
        self._draw(keep=True)
        self.grid.action_down()

    def action_mark_all(self) -> None:
        """Mark all entries that are shown and are no folders."""
        folder, name = self._split()
        wanted = matching(name)
        for each, is_folder, _size in self._entries:
            if not is_folder and wanted(each):
                self._marked[folder / each] = None
        self._draw(keep=True)

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._marked.clear()
        self._draw(keep=True)

    def _put(self, text: str) -> None:
        self.input.value = text
        self.input.cursor_position = len(text)

    def action_complete(self) -> None:
        """Put the entry under the cursor into the line."""
        key = self.grid.key
        if key is not None:
            folder, _name = self._split()
            is_folder = key == ".." or any(name == key and is_dir for name, is_dir, _size in self._entries)
            self._put(self._text(folder.parent if key == ".." else folder / key, is_folder))

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """A click on a row."""
        message.stop()
        self._enter()

    def _enter(self) -> None:
        key = self.grid.key
        is_folder = key == ".." or any(name == key and is_dir for name, is_dir, _size in self._entries)
        if key is None or (self._marked and not is_folder):
            self.action_take()
            return
        self.action_complete()
        if not is_folder:
            self.action_take()

    def action_take(self) -> None:
        """Take the marked ones, else what is typed."""
        paths = tuple(self._marked) or (self._path(self.input.value),)
        if not self._marked and not self.input.value.strip():
            paths = ()
        missing = [path for path in paths if not os.path.lexists(path)]
        if missing and self._marked:
            text = _("is there no more: {name}").format(name=missing[0].name)
            self.error.show([[("bad", text)]])
            return
        if missing or not paths:
            self.error.show([[("bad", _("there is no such file or folder"))]])
            return
        self.dismiss(None)
        self._chosen(tuple(Path(os.path.normpath(path)) for path in paths))


class PathInput(ViInput):
    """A line for a path. The space bar marks the entry under the cursor; a name with blanks is found by a
    part of it, or with * between two, and what is pasted keeps its blanks."""

    marked: Callable[[], None] | None = None
    all_marked: Callable[[], None] | None = None

    async def take_key(self, event: events.Key) -> bool:
        """Marks before letters."""
        if event.key == "space" and self.marked is not None:
            self.marked()
            return True
        if event.key == "ctrl+a" and self.all_marked is not None:
            self.all_marked()
            return True
        return await super().take_key(event)


def matching(name: str) -> Callable[[str], bool]:
    """Whether an entry holds the parts of *name*, which blanks or * divide, one behind the other; diacritics
    do not matter."""
    parts = [part for part in fold(name).replace("*", " ").split() if part]

    def matches(entry: str) -> bool:
        at, text = 0, fold(entry)
        for part in parts:
            found = text.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return True

    return matches


def listed(folder: Path) -> list[tuple[str, bool, int]]:
    """(name, whether a folder, bytes) of what can be taken in *folder*: folders first, by name. Raises
    OSError."""
    found: list[tuple[str, bool, int]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or len(found) >= MOST:
                continue
            try:
                if entry.is_dir():
                    found.append((entry.name, True, 0))
                elif entry.name.lower().endswith(ENDINGS) and entry.is_file():
                    found.append((entry.name, False, entry.stat().st_size))
            except OSError:  # gone meanwhile, or a link that leads nowhere: no reason to show nothing
                continue
    return sorted(found, key=lambda each: (not each[1], fold(each[0]), each[0]))
