"""A date chosen from a calendar: arrows go by day and week, PgUp and PgDn by month; or it is typed."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import _
from opsconsole.console.screens.dialogs import Dialog
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.dates import typed_day
from opsconsole.words import day as day_text

_MOVES = {"left": -1, "right": 1, "up": -7, "down": 7}
_TYPED = frozenset("0123456789+-")


class DayPicker(Dialog):
    """The month of *day*; *chosen* gets the date as people write it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"move({by})", show=False) for key, by in _MOVES.items()),
        Binding("pageup", "month(-1)", show=False),
        Binding("pagedown", "month(1)", show=False),
        Binding("home", "today", show=False),
        Binding("enter", "choose", show=False),
    ]

    def __init__(self, day: dt.date, today: dt.date, chosen: Callable[[str], None]) -> None:
        super().__init__(_("A date"))
        self.day = day
        self._today = today
        self._chosen = chosen
        self.month = Plain(classes="form-notes")
        self.error = Plain(classes="dialog-error")
        self.input = ViInput(
            placeholder=_("or type it: 31/12/2019, +7, -1"),
            submitted=lambda text: self.action_choose(),
            left=self.action_leave,
            changed=self._typing,
        )

    def compose(self) -> ComposeResult:
        """Month, line for typing, keys."""
        with self.box:
            yield self.head
            yield self.month
            yield self.input
            yield self.error
            keys = _("← → ↑ ↓ day, week · PgUp PgDn month · Home today · Enter takes it · Esc leaves")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Arrows move in the month; the first digit goes to the line for typing."""
        self.set_focus(None)
        self._draw()

    def _draw(self) -> None:
        names = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
        lines: list[Line] = [
            [("head", f"{self.day:%m/%Y}"), ("faint", f"   {day_text(self.day.isoformat())}")],
            [("faint", " ".join(f"{name:>4}" for name in names))],
        ]
        for week in calendar.Calendar().monthdatescalendar(self.day.year, self.day.month):
            runs: list[tuple[str, str]] = []
            for each in week:
                if each.month != self.day.month:
                    runs.append(("", "     "))
                elif each == self.day:
                    runs.append(("here", f"[{each.day:>2}] "))
                else:
                    tone = "good" if each == self._today else "faint" if each.weekday() > 4 else ""
                    runs.append((tone, f" {each.day:>2}  "))
            lines.append(runs)
        self.month.show(lines)

    def _go(self, day: dt.date) -> None:
        self.day = day
        self.input.value = ""
        self.set_focus(None)
        self.error.show([])
        self._draw()

    def action_move(self, by: int) -> None:
        """So many days on."""
        try:
            self._go(self.day + dt.timedelta(days=by))
        except OverflowError:
            self.app.bell()

    def action_month(self, by: int) -> None:
        """The same day of the next month or the one before; its last day where it is shorter."""
        months = self.day.year * 12 + self.day.month - 1 + by
        year, month = divmod(months, 12)
        if dt.MINYEAR <= year <= dt.MAXYEAR:
            last = calendar.monthrange(year, month + 1)[1]
            self._go(dt.date(year, month + 1, min(self.day.day, last)))

    def action_today(self) -> None:
        """Today."""
        self._go(self._today)

    def _typing(self, text: str) -> None:
        """The month follows what is typed."""
        found = typed_day(text, self._today) if text.strip() else None
        self.error.show([])
        if found is not None:
            self.day = found
            self._draw()

    def action_choose(self) -> None:
        """Take the date."""
        text = self.input.value
        if text.strip() and typed_day(text, self._today) is None:
            error = _("“{text}” is no date; write 01/02/2021 or 2021-02-01").format(text=text)
            self.error.show([[("bad", error)]])
            return
        self.dismiss(None)
        self._chosen(day_text(self.day.isoformat()))

    async def typed_key(self, event: events.Key) -> bool:
        """A date that is typed lands in its line."""
        if self.focused is not None or (event.character or "x") not in _TYPED:
            return False
        self.set_focus(self.input)
        return await self.input.take_key(event)
