"""Everything about a thing as it stands, and as it stood on any day that the register knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import _
from opsconsole.console.feeds import Question
from opsconsole.console.screens.dialogs import ChoiceDialog, TextDialog
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.dates import typed_day
from opsconsole.errors import Refused
from opsconsole.store.database import Reader
from opsconsole.words import day as day_text
from opsconsole.words import label, value_text, word

if TYPE_CHECKING:
    from opsconsole.console.actions import Action
    from opsconsole.console.app import Console
    from opsconsole.inventory.things import State


class Story(TextDialog):
    """A thing with its states. *days* are those from which its changes hold, oldest first; ``[`` and ``]``
    go from one to the next, ``d`` asks for any day."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "step(-1)", show=False),
        Binding("right_square_bracket", "step(1)", show=False),
        Binding("d", "ask_day", show=False),
    ]

    def __init__(
        self,
        host: Console,
        kind: str,
        key: str,
        lines: Sequence[Line],
        days: Sequence[str],
        going_on: Sequence[Action] = (),
    ) -> None:
        super().__init__(f"{label(kind)}: {key}", lines, going_on, host.run_chosen())
        self._host, self._kind, self._key = host, kind, key
        self._now = lines
        self._days = list(days)
        self._at = len(self._days)  # as it stands
        self.foot = Plain(classes="dialog-foot")

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        with self.box:
            yield self.head
            with self.reading:
                yield self.text
            yield self.foot

    def on_mount(self) -> None:
        """Keys scroll."""
        super().on_mount()
        own = (_("[ ] states before and after"), _("d on a date")) if self._days else ()
        self.foot.show([[("faint", self.keys(*own))]])

    def action_step(self, by: int) -> None:
        """The state before, or after."""
        at = self._at + by
        if not 0 <= at <= len(self._days):
            return
        if at == len(self._days):
            self._at = at
            self._draw(_("as it stands"), self._now)
        else:
            self._show_day(self._days[at], at)

    def action_ask_day(self) -> None:
        """Ask for a day."""
        if not self._days:
            return
        today = self._host.today()
        choices = [(each, day_text(each)) for each in dict.fromkeys(reversed(self._days))]

        def typed(text: str) -> str | None:
            found = typed_day(text, today)
            if found is None:
                return _("“{text}” is no date; write 01/02/2021 or 2021-02-01").format(text=text)
            self._to(found.isoformat())
            return None

        self.app.push_screen(
            ChoiceDialog(
                _("As it stood on"),
                choices,
                self._to,
                placeholder=_("dd/mm/yyyy, or +7, -1 days from today"),
                typed=typed,
                current=self._host.day.isoformat(),
            )
        )

    def _to(self, day: str) -> None:
        before = sum(each <= day for each in self._days)
        self._show_day(day, max(0, before - 1))

    def _show_day(self, day: str, at: int) -> None:
        kind, key, zone = self._kind, self._key, self._host.settings.timezone
        today = self._host.today().isoformat()

        def work(reader: Reader, question: Question) -> list[Line]:
            from opsconsole.inventory.things import find, state

            thing = find(reader, key, kind)
            try:
                then = state(reader, thing, day, today)
            except Refused as refused:
                return [[("warn", str(refused))]]
            return state_lines(then, state(reader, thing, None, today), zone)

        def show(lines: list[Line]) -> None:
            if self.is_attached:
                self._at = at
                self._draw(_("as of {day}").format(day=day_text(day)), lines)

        self._host.feeds.ask("state", work, show, self._host.failed)

    def _draw(self, when: str, lines: Sequence[Line]) -> None:
        self.head.show([[("head", f"{label(self._kind)}: {self._key}"), ("warn", f"  {when}")]])
        self.text.show(lines)
        self.reading.scroll_home(animate=False)


def state_lines(then: State, now: State, zone: dt.tzinfo) -> list[Line]:
    """What the register says of a thing on a day; where it says something else now, that stands beside."""
    from opsconsole.store.clock import instant

    pairs: list[tuple[str, str, str]] = []
    said = {*then.content, *now.content} - {"unit"}
    known = [field.name for field in then.thing.kind.fields if field.name in said]
    for name in (*known, *sorted(said.difference(known))):
        pairs.append((label(name), _text(name, then.content.get(name)), _text(name, now.content.get(name))))
    if then.unit or now.unit:
        pairs.insert(0, (label("unit"), _held(then), _held(now)))
    width = max((len(name) for name, _was, _is in pairs), default=0) + 2
    lines: list[Line] = []
    for name, was, is_ in pairs:
        runs = [("faint", name.ljust(width)), ("", was or "–")]
        if was != is_:
            runs.append(("warn", "   " + _("now: {value}").format(value=is_ or "–")))
        lines.append(runs)
    change = then.change
    at: dt.datetime = instant(change.at).astimezone(zone)
    lines += ["", [("head", _("The change that made it so"))]]
    lines.append(
        _("{action}, holds from {day}, recorded {at} by {actor}").format(
            action=word(change.action),
            day=day_text(change.effective),
            at=f"{at:%d/%m/%Y %H:%M}",
            actor=change.actor,
        )
    )
    if change.reason:
        lines.append([("faint", change.reason)])
    return lines


def _text(name: str, value: Any) -> str:
    return value_text(name, value)


def _held(state: State) -> str:
    here = state.holder or state.unit
    return f"{state.names.get(here, here)} ({here.partition('@')[0]})" if here else ""
