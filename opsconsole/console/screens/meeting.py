"""Three ways of a field: what it was when the form was opened, what the file says now, what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.columns import Column
from opsconsole.console.screens.dialogs import Dialog
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Plain
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.words import label

if TYPE_CHECKING:
    from opsconsole.inventory.meanwhile import Clash, Meeting

MINE, THEIRS, OPEN, KEPT = "mine", "theirs", "?", "kept"
_WORDS = {MINE: N_("mine"), THEIRS: N_("theirs"), OPEN: "?", KEPT: N_("theirs, kept")}
_TONES = {MINE: "good", THEIRS: "warn", OPEN: "bad", KEPT: "faint"}


class MeetingDialog(Dialog):
    """The fields that others changed meanwhile. One value of each has to be chosen before it goes on;
    *chosen* gets those (kind, key, field) that stay as the others wrote them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", f"take('{MINE}')", show=False),
        Binding("t", f"take('{THEIRS}')", show=False),
        Binding("M", f"take_all('{MINE}')", show=False),
        Binding("T", f"take_all('{THEIRS}')", show=False),
        Binding("f10,ctrl+s", "go_on", show=False),
    ]

    def __init__(
        self,
        meeting: Meeting,
        unit_names: Mapping[str, str],
        chosen: Callable[[list[tuple[str, str, str]]], None],
    ) -> None:
        super().__init__(_("Somebody else changed this meanwhile"))
        self.add_class("large")
        self._chosen = chosen
        self._names = unit_names
        self._clashes: dict[str, Clash] = {}
        self._choice: dict[str, str] = {}
        several = len({(each.kind, each.key) for each in (*meeting.clashes, *meeting.theirs)}) > 1
        for choice, group in ((OPEN, meeting.clashes), (KEPT, meeting.theirs)):
            for each in group:
                name = "\x1f".join((each.kind, each.key, each.field))
                self._clashes[name] = each
                self._choice[name] = choice
        key = (Column("key", N_("Id"), 6, 18, sort=False),) if several else ()
        self._several = several
        self.grid = GridView(
            (
                Column(
                    "choice",
                    N_("Take"),
                    6,
                    12,
                    show=lambda v: _(_WORDS[v]),
                    tone=_TONES.__getitem__,
                    sort=False,
                ),
                *key,
                Column("field", N_("Field"), 8, 20, sort=False),
                Column("was", N_("When opened"), 8, 40, sort=False),
                Column("now", N_("In the file now"), 8, 40, sort=False),
                Column("mine", N_("You typed"), 8, 40, sort=False),
            )
        )
        self.whole = Plain(classes="dialog-error")
        self.note = Plain(classes="dialog-error")

    def compose(self) -> ComposeResult:
        """The fields, the one under the cursor in full, keys."""
        with self.box:
            yield self.head
            yield self.grid
            yield self.whole
            yield self.note
            keys = _("m mine · t theirs · M T all of them · F10 goes on · Esc back to the form")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Keys go to the fields."""
        self._draw()
        self.set_focus(self.grid)

    def _draw(self) -> None:
        from opsconsole.console.screens.saving import side

        rows = []
        for name, each in self._clashes.items():
            mine = "" if self._choice[name] == KEPT else side(each, each.mine, self._names)
            values = (
                side(each, each.was, self._names),
                side(each, each.now, self._names),
                mine,
            )
            key = (each.key,) if self._several else ()
            rows.append((name, (self._choice[name], *key, label(each.field), *values)))
        self.grid.show(HeldRows(rows))
        open_ = sum(choice == OPEN for choice in self._choice.values())
        text = _("{count} to choose; nothing is lost until then.").format(count=open_)
        self.note.show(
            [[("warn", text)]] if open_ else [[("good", _("All is chosen: F10 shows what will be written."))]]
        )

    def on_grid_view_moved(self) -> None:
        """The three values in full."""
        from opsconsole.console.screens.saving import side

        each = self._clashes.get(self.grid.key or "")
        if each is None:
            return
        self.whole.show(
            [
                [("faint", _("When opened") + ": "), ("", side(each, each.was, self._names))],
                [("faint", _("In the file now") + ": "), ("", side(each, each.now, self._names))],
                [("faint", _("You typed") + ": "), ("", side(each, each.mine, self._names))],
            ]
        )

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Enter goes from one answer to the other."""
        message.stop()
        self.action_take(THEIRS if self._choice.get(message.key) == MINE else MINE)

    def action_take(self, choice: str) -> None:
        """Choose for the field under the cursor, and go to the next that is open."""
        key = self.grid.key
        if key is None or self._choice[key] == KEPT:
            return
        self._choice[key] = choice
        self._draw()
        following = next((name for name, each in self._choice.items() if each == OPEN), None)
        if following is not None:
            self.grid.go_to(following)

    def action_take_all(self, choice: str) -> None:
        """Choose for all fields."""
        self._choice = {name: each if each == KEPT else choice for name, each in self._choice.items()}
        self._draw()

    def action_go_on(self) -> None:
        """On to what will be written, once all is chosen."""
        if OPEN in self._choice.values():
            self.note.show([[("bad", _("Choose mine or theirs for each field marked with ? first."))]])
            return
        theirs = [
            (each.kind, each.key, each.field)
            for name, each in self._clashes.items()
            if self._choice[name] == THEIRS
        ]
        self.dismiss(None)
        self._chosen(theirs)
