"""What comes above a page: a text to read, a date to choose, a question with Cancel as its answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from opsconsole.catalogue import N_, _
from opsconsole.console.columns import Column
from opsconsole.console.keytext import key_text
from opsconsole.console.pagenames import BESIDES, page_title
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Hung, Line, Plain, PlainButton, content
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.dates import typed_day
from opsconsole.words import day

if TYPE_CHECKING:
    from opsconsole.console.actions import Action


class Dialog(ModalScreen[None]):
    """A box above the page. Esc leaves it. Its upper edge says what it stands above."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+q", "quit_all", show=False),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self.subject = title
        self.box = Vertical(classes="dialog")
        self.head = Plain([[("head", title)]], classes="dialog-head")

    def on_mount(self) -> None:
        """Say where one is."""
        below = (each.subject for each in self.app.screen_stack if isinstance(each, Dialog))
        way = [*self._page(), *below]
        self.box.border_title = content([[("faint", " › ".join(way[:-1]))]])

    def _page(self) -> list[str]:
        name = getattr(self.app, "current", "")
        above = [BESIDES[name][1]] if name in BESIDES else []
        return [_(page_title(each)) for each in (*above, name) if each]

    def action_leave(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)

    def action_quit_all(self) -> None:
        """Leave the console."""
        self.app.exit()


class SearchDialog(Dialog):
    """A line of input above a *grid*, which moves while the focus stays where one types."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"move('{way}')", show=False)
        for key, way in (("down", "down"), ("up", "up"), ("pagedown", "page_down"), ("pageup", "page_up"))
    ]
    grid: GridView

    def action_move(self, way: str) -> None:
        """Move in the list."""
        getattr(self.grid, f"action_{way}")()


class Reading(VerticalScroll, can_focus=True):
    """Text that is scrolled by the keys of a pager."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
        Binding("space,ctrl+d", "page_down", show=False),
        Binding("ctrl+u", "page_up", show=False),
    ]


class TextDialog(Dialog):
    """Lines to read. The keys of *going_on* close it and do what they do on the page below: *run* is given
    which."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q,question_mark,f1", "leave", show=False)]

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        going_on: Sequence[Action] = (),
        run: Callable[[Action], None] | None = None,
    ) -> None:
        super().__init__(title)
        self._going_on, self._run = going_on, run
        self.text = Hung(lines)
        self.reading = Reading()

    def compose(self) -> ComposeResult:
        """Title, text, how to leave."""
        with self.box:
            yield self.head
            with self.reading:
                yield self.text
            yield Plain([[("faint", self.keys())]], classes="dialog-foot")

    def on_mount(self) -> None:
        """Keys scroll."""
        self.set_focus(self.reading)

    def keys(self, *own: str) -> str:
        """The keys that do something here, *own* among them."""
        others = [f"{key_text(each.keys_now[0])} {_(each.short)}" for each in self._going_on if each.short]
        return " · ".join([*own, _("Esc closes"), *others])

    def on_key(self, event: events.Key) -> None:
        """Go on with what is shown."""
        for action in self._going_on:
            if self._run is not None and set(event.aliases) & set(action.keys_now):
                event.stop()
                self.dismiss(None)
                self._run(action)
                return


class ChoiceDialog(Dialog):
    """A few choices in a list, or a text typed above them. *chosen* gets the key of a choice;
    *typed* gets what was typed and answers with an error to show, or None when it was right."""

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[str, str]],
        chosen: Callable[[str], None],
        *,
        placeholder: str = "",
        typed: Callable[[str], str | None] | None = None,
        current: str | None = None,
    ) -> None:
        super().__init__(title)
        self._chosen = chosen
        self._typed = typed
        self._current = current
        self.grid = GridView((Column("choice", N_("Choice"), 20, 60, sort=False),), head=False)
        self._choices = choices
        self.input = ViInput(placeholder=placeholder, submitted=self._submit, left=self.action_leave)
        self.error = Plain(classes="dialog-error")

    def compose(self) -> ComposeResult:
        """Title, list, input."""
        with self.box:
            yield self.head
            yield self.grid
            if self._typed is not None:
                yield self.input
            yield self.error
            keys = _("Enter chooses · Tab to the line for typing · Esc leaves")
            yield Plain([[("faint", keys if self._typed is not None else _("Enter chooses · Esc leaves"))]])

    def on_mount(self) -> None:
        """Keys go to the list."""
        self.grid.styles.height = min(12, len(self._choices))
        self.grid.show(HeldRows([(key, (text,)) for key, text in self._choices]))
        if self._current is not None:
            self.grid.go_to(self._current)
        self.set_focus(self.grid)

    async def typed_key(self, event: events.Key) -> bool:
        """A date that is typed without going to the line first lands in it."""
        if self._typed is None or (event.character or "x") not in "0123456789+-":
            return False
        self.set_focus(self.input)
        return await self.input.take_key(event)

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Take the choice."""
        message.stop()
        self.dismiss(None)
        self._chosen(message.key)

    def _submit(self, value: str) -> None:
        error = self._typed(value) if self._typed is not None else None
        if error is None:
            self.dismiss(None)
        else:
            self.error.show([[("bad", error)]])


def day_dialog(
    days: Sequence[str], current: dt.date, today: dt.date, chosen: Callable[[dt.date], None]
) -> ChoiceDialog:
    """The choice of the date as of which everything is shown: *days* of change, today, or typed."""
    choices = [(each, _("{day}  the tree changed").format(day=day(each))) for each in days]
    if days:
        choices[0] = (days[0], _("{day}  the first that is known").format(day=day(days[0])))
    choices.append((today.isoformat(), _("{day}  today").format(day=day(today.isoformat()))))

    def typed(text: str) -> str | None:
        found = typed_day(text, today)
        if found is None:
            return _("“{text}” is no date; write 01/02/2021 or 2021-02-01").format(text=text)
        chosen(found)
        return None

    return ChoiceDialog(
        _("Show everything as of"),
        choices,
        lambda key: chosen(dt.date.fromisoformat(key)),
        placeholder=_("dd/mm/yyyy, or +7, -1 days from today"),
        typed=typed,
        current=current.isoformat(),
    )


class ConfirmDialog(Dialog):
    """A question before something is written. The answer at hand is Cancel: Enter, Esc and the key
    that opened the dialog all change nothing; only ``y`` or the other button does.

    With *number*, that number has to be typed as well (bulk changes that take away); with
    *reason_needed* a reason too. *reason* is one that was typed before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "confirm", show=False),
        Binding("left,shift+tab", "app.focus_previous", show=False),
        Binding("right,tab", "app.focus_next", show=False),
        Binding("pagedown", "scroll_text(1)", show=False),
        Binding("pageup", "scroll_text(-1)", show=False),
    ]

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        verb: str,
        confirmed: Callable[[str], None],
        number: int | None = None,
        *,
        reason: str = "",
        reason_needed: bool = False,
    ) -> None:
        super().__init__(title)
        self._lines = lines
        self._confirmed = confirmed
        self._number = number
        self._reason_needed = reason_needed
        self.reason = ViInput(
            reason,
            placeholder=_("why (kept with every change)"),
            submitted=lambda text: self._on(),
            left=self.action_leave,
        )
        self.count = ViInput(submitted=lambda text: self._on(), left=self.action_leave)
        self.cancel = PlainButton(_("Cancel"), self.action_leave, id="cancel")
        self.confirm = PlainButton(f"{verb} (y)", self.action_confirm, id="confirm")
        self.error = Plain(classes="dialog-error")

    def compose(self) -> ComposeResult:
        """Title, text, reason, buttons."""
        with self.box:
            yield self.head
            # a long text is reached by Tab and scrolled by the keys of a pager
            with Reading(classes="dialog-text", can_focus=len(self._lines) > 10):
                yield Hung(self._lines)
            yield from self.questions()
            yield self.error
            with Horizontal(classes="dialog-buttons"):
                yield self.cancel
                yield self.confirm

    def questions(self) -> ComposeResult:
        """What is to be typed."""
        with Horizontal(classes="dialog-input"):
            yield Plain([_("Reason:") + " "])
            yield self.reason
        if self._number is not None:
            with Horizontal(classes="dialog-input"):
                yield Plain([_("Type {number} to go on:").format(number=self._number) + " "])
                yield self.count

    def on_mount(self) -> None:
        """Cancel is at hand."""
        self.set_focus(self.first)

    @property
    def first(self) -> Widget:
        """What has the focus at the beginning: never what does it."""
        return self.cancel

    def _on(self) -> None:
        self.set_focus(self.cancel)

    def action_scroll_text(self, by: int) -> None:
        """A longer text, a screen on or back, while Cancel stays at hand."""
        reading = self.query_one(Reading)
        reading.scroll_page_down(animate=False) if by > 0 else reading.scroll_page_up(animate=False)

    def action_confirm(self) -> None:
        """Do it."""
        if self._number is not None and self.count.value.strip() != str(self._number):
            self.error.show([[("bad", _("Type {number} first.").format(number=self._number))]])
            self.set_focus(self.count)
            return
        if self._reason_needed and not self.reason.value.strip():
            self.error.show([[("bad", _("Say why first: it is kept with every change."))]])
            self.set_focus(self.reason)
            return
        self.dismiss(None)
        self._confirmed(self.reason.value.strip())
