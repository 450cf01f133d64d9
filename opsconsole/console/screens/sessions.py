"""Videoconference sessions, with who was invited and who came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.queries.sessions import LISTING, Attended, attendance_of
from opsconsole.console.screens.listpage import ListPage
from opsconsole.console.widgets.plain import Line
from opsconsole.store.clock import instant
from opsconsole.store.database import Reader
from opsconsole.words import day, figure, moment, word

if TYPE_CHECKING:
    from opsconsole.console.screens.newsession import Planner
    from opsconsole.operations.conference.rollcall import Roll


def attendance_text(value: tuple[int | None, int, int]) -> str:
    """Sites that came of those invited; ``?`` when no list is there; +n that were not invited."""
    came, invited, others = value
    text = f"{'?' if came is None else came}/{invited}"
    return f"{text} +{others}" if others else text


def attendance_tone(value: tuple[int | None, int, int]) -> str:
    """Absences stand out."""
    came, invited, _others = value
    return "faint" if came is None else "warn" if came < invited else ""


def hours_text(value: float) -> str:
    """Hours with one decimal."""
    return figure(value, 1)


class Sessions(ListPage):
    """The list of sessions."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("sessions")
    kind = "sessions"
    listing = LISTING
    columns = (
        Column("start", N_("Start"), 16, 16, show=moment),
        Column("title", N_("Subject"), 16, 34),
        Column("kind", N_("Kind"), 8, 18, show=word),
        Column("came", N_("Came"), 6, 10, right=True, show=attendance_text, tone=attendance_tone, sort=False),
        Column("hours", N_("Hours"), 5, 7, right=True, show=hours_text, sort=False),
        Column("host", N_("Host"), 8, 26),
        Column("key", N_("Id"), 8, 24),
        Column("ended", N_("Cancelled"), 10, 10, show=day, tone=lambda value: "faint"),
    )

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._planner: Planner | None = None

    def planner(self) -> Planner | None:
        """What plans sessions here; None where this console may not write, which it says."""
        if not self.console.may_write():
            return None
        if self._planner is None:
            from opsconsole.console.screens.newsession import Planner

            self._planner = Planner(self.console)
        return self._planner

    def action_new_session(self) -> None:
        """A form for a session."""
        if planner := self.planner():
            planner.new()

    def action_take_calendar(self) -> None:
        """Sessions of a calendar file."""
        if planner := self.planner():
            planner.calendar()

    def action_year_use(self) -> None:
        """The use of the year, down to sessions."""
        from opsconsole.console.screens.yearuse import open_year

        open_year(self.console, self.console.settings.year)

    def action_board(self) -> None:
        """The live board of the session under the cursor."""
        from opsconsole.console.screens.board import BoardPage

        page = self.console.page_of("board")
        if self.grid.key is not None and isinstance(page, BoardPage):
            page.open_session(self.grid.key)
            self.console.open_page("board")

    def more(self, reader: Reader, key: str) -> Any:
        """Who came: by the servers' records, and by the roll call."""
        from opsconsole.operations.conference.rollcall import marks, roll

        return attendance_of(reader, key), roll(marks(reader, key))

    def short_lines(self, more: tuple[Attended, Roll]) -> Sequence[Line]:
        """The absent ones."""
        attended, called = more
        if all(minutes is None for *_rest, minutes in attended):
            if not called.sites:
                return [[("warn", _("No attendance list was read for this session."))]]
            absent = [name for site, name, *_rest in attended if not called.of(site).came]
        else:
            absent = [name for _site, name, _joined, minutes in attended if minutes is None]
        if not absent:
            return [_("All sites came.")]
        return [[("warn", _("Absent: ") + ", ".join(absent))]]

    def more_lines(self, more: tuple[Attended, Roll]) -> Sequence[Line]:
        """A line a site; without any record nothing is said of who came."""
        from opsconsole.console.boardtext import SIGNS, state_tone

        attended, called = more
        zone = self.console.settings.timezone
        lines: list[Line] = [[("head", _("Sites"))]]
        recorded = any(minutes is not None for *_rest, minutes in attended)
        if not recorded and called.sites:
            lines.append([("faint", _("by the roll call; no attendance list was read"))])
        elif not recorded:
            lines.append([("warn", _("No attendance list was read for this session."))])
        for site, name, joined, minutes in attended:
            if minutes is not None:
                at: dt.datetime = instant(joined).astimezone(zone)
                text = _("from {time}, {minutes} minutes").format(
                    time=f"{at:%H:%M}", minutes=figure(round(minutes))
                )
                lines.append([("", name + "  "), ("faint", text)])
            elif recorded:
                lines.append([("", name + "  "), ("warn", _("absent"))])
            elif called.sites:
                stands = called.of(site)
                since = f" {stands.since.astimezone(zone):%H:%M}" if stands.since else ""
                text = f"{SIGNS.get(stands.state, '·')} {word(stands.state)}{since}"
                lines.append([("", name + "  "), (state_tone(text), text)])
            else:
                lines.append([("", name)])
        return lines
