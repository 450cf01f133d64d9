"""The entries of a group: the units of a reorganisation, the former addresses of a mailbox. Each entry is a
form of its own, with the same checks; groups in it open in the same way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import N_, _, ngettext
from opsconsole.console.columns import Column
from opsconsole.console.fieldtext import shown
from opsconsole.console.queries.forms import Filled
from opsconsole.console.screens.declaring import close
from opsconsole.console.screens.dialogs import Dialog
from opsconsole.console.screens.form import FieldLine, Form
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Plain
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.inventory.fields import Field, Group
from opsconsole.words import amount

if TYPE_CHECKING:
    from opsconsole.inventory.kind import Kind

Entries = Mapping[str, Any]


class Summary(ViInput):
    """The entries in one line, read and not typed: Enter and F4 open them, Delete takes them away."""

    cleared: Callable[[], None] | None = None

    async def take_key(self, event: events.Key) -> bool:
        """Move in the line; no letter is typed into it."""
        if event.key in ("delete", "backspace"):
            if self.cleared is not None:
                self.cleared()
            return True
        if event.is_printable:
            return True
        if event.key in ("escape", "enter", "left", "right", "home", "end"):
            return await super().take_key(event)
        return event.key in {key for key in self._bindings.key_to_bindings if key.startswith("ctrl+")}

    def take_paste(self, text: str) -> None:
        """Nothing is pasted into it."""


class GroupLine(FieldLine):
    """A field whose entries are typed in a list of their own; ``entries`` None: the field is not there."""

    def __init__(
        self, field: Field, group: Group, entries: Entries | None, went: Callable[[FieldLine], None]
    ) -> None:
        super().__init__(field, "", went)
        self.group = group
        self.entries: Entries | None = entries
        self._began = entries
        self.input = Summary(
            self._text(), submitted=lambda value: self._form().action_pick(), left=self._leave
        )
        self.input.cleared = lambda: self.put(None)

    @property
    def called(self) -> str:
        """What the field is called; ``from`` is a day elsewhere, and here the units that it comes from."""
        return _("Comes from") if self.field.name == "from" else super().called

    def _text(self) -> str:
        if self.entries is None:
            return ""
        if not self.entries:
            return _("none")
        count = ngettext("{n} entry", "{n} entries", len(self.entries)).format(n=amount(len(self.entries)))
        return f"{count}: {shown(self.group, self.entries)}"

    @property
    def touched(self) -> bool:
        """Whether other entries stand there than at the beginning."""
        return self.entries != self._began

    @property
    def empty(self) -> bool:
        """Whether the field is not there."""
        return self.entries is None

    def meant(self, today: dt.date) -> Any:
        """The entries as a document writes them."""
        if self.field.required and not self.entries:
            raise ValueError(_("is needed"))
        return self.entries

    def put(self, entries: Entries | None) -> None:
        """Other entries from now on."""
        self.entries = entries
        self.input.value = self._text()
        self.input.cursor_position = 0
        self.check()


def open_entries(form: Form, line: FieldLine) -> None:
    """The entries of the field of *line*, above *form*."""
    line = cast("GroupLine", line)
    form.app.push_screen(EntriesDialog(form, line.called, line, form.day))


class EntriesDialog(Dialog):
    """The entries of a group, by their keys. What is typed goes into the field once it is taken."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,insert", "new", show=False),
        Binding("D,delete", "remove", show=False),
        Binding("f10,ctrl+s", "take", show=False),
    ]

    def __init__(self, form: Form, title: str, line: GroupLine, day: str) -> None:
        super().__init__(title)
        self.add_class("large")
        self._form = form
        self._title = title
        self._line = line
        self._day = day
        self._entries: dict[str, Any] = dict(line.entries or {})
        self._leaving = False
        self.grid = GridView(
            (
                Column("key", N_("Id"), 8, 40, sort=False),
                Column("text", N_("Entry"), 20, 200, sort=False),
            )
        )
        self.note = Plain(classes="dialog-error")

    def compose(self) -> ComposeResult:
        """Entries, what is to be said, keys."""
        with self.box:
            yield self.head
            yield self.grid
            yield self.note
            keys = _("n new · Enter changes · D takes away · F10 takes them into the form · Esc leaves")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Keys go to the list."""
        self.grid.empty_text = _("No entry yet; n makes one.")
        self._draw()
        self.set_focus(self.grid)

    def _draw(self, key: str = "") -> None:
        group = Group(self._line.group.fields)
        rows = [(each, (each, shown(group, value))) for each, value in self._entries.items()]
        self.grid.show(HeldRows(rows))
        if key:
            self.grid.go_to(key)
        help_text = self._line.field.help
        self.note.show([[("faint", _(help_text))]] if help_text else [])
        self._leaving = False

    def _kind(self) -> Kind:
        """The form of an entry: a kind without a name, which is no thing of the register."""
        group = self._line.group
        assert group.keyed is not None  # noqa: S101 - only such groups have a line
        return replace(self._form.kind, name="", key=group.keyed, fields=group.fields, unit=None)

    def action_new(self) -> None:
        """A new entry."""

        def taken(fields: dict[str, Any], unit: str, key: str) -> None:
            key = str(self._kind().key.convert(key))
            self._entries[key] = {name: value for name, value in fields.items() if value is not None}
            close(form)
            self._draw(key)

        title = _("New: {what}").format(what=self._title)
        form = Form(
            self._form.host, self._kind(), None, title, taken, others=self._entries, day=self._day, part=True
        )
        self.app.push_screen(form)

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Change the entry."""
        message.stop()
        key = message.key

        def taken(fields: dict[str, Any], unit: str, _key: str) -> None:
            changed = {**self._entries[key], **fields}
            self._entries[key] = {name: value for name, value in changed.items() if value is not None}
            close(form)
            self._draw(key)

        thing = Filled("", key, dict(self._entries[key]))
        title = f"{self._title}: {key}"
        form = Form(self._form.host, self._kind(), thing, title, taken, day=self._day, part=True)
        self.app.push_screen(form)

    def action_remove(self) -> None:
        """Take the entry under the cursor away."""
        if self.grid.key is not None:
            del self._entries[self.grid.key]
            self._draw()

    def action_take(self) -> None:
        """Into the form with them."""
        self.dismiss(None)
        self._line.put(self._entries)
        self._form.set_focus(self._line.input)

    def action_leave(self) -> None:
        """Leave; what was changed is only thrown away when that is said twice."""
        if self._entries != dict(self._line.entries or {}) and not self._leaving:
            self._leaving = True
            self.note.show([[("warn", _("Esc again throws away what you typed; F10 keeps it."))]])
            return
        self.dismiss(None)
