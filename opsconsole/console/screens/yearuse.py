"""The year's use of the videoconference system: by kind and by unit, down to sessions and their evidence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.screens.dialogs import Dialog
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.database import Reader
from opsconsole.words import day, figure, word

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.indicators.usage import SessionLine, Usage


def open_year(console: Console, year: int) -> None:
    """Show the use of *year*."""

    def work(reader: Reader, question: Question) -> Usage:
        from opsconsole.indicators.usage import usage

        return usage(reader, year)

    def show(found: Usage) -> None:
        console.push_screen(YearDialog(console, found))

    console.feeds.ask("yearuse", work, show)


class YearDialog(Dialog):
    """Kinds, all of them together, and units; below what else is said of the year."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "step(-1)", show=False),
        Binding("right_square_bracket", "step(1)", show=False),
    ]

    def __init__(self, console: Console, found: Usage) -> None:
        from opsconsole.indicators.usagewords import heads

        super().__init__(_("Use of the videoconference system in {year}").format(year=found.year))
        self.add_class("large")
        self._host, self.found = console, found
        numbers = (
            Column(f"n{place}", head, 5, 12, right=True, sort=False) for place, head in enumerate(heads())
        )
        self.grid = GridView((Column("of", N_("Kind or unit"), 14, 30, sort=False), *numbers))

    def compose(self) -> ComposeResult:
        """Sums, remarks, keys."""
        from opsconsole.indicators.usagewords import remarks

        with self.box:
            yield self.head
            yield self.grid
            yield Plain([[("", text)] for text in remarks(self.found)])
            keys = _("Enter lists the sessions · [ ] year before and after · Esc leaves")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Keys go to the sums."""
        from opsconsole.indicators.usagewords import cells

        super().on_mount()
        found = self.found
        rows = [
            *(
                (f"kind {kind}", word(kind) if kind else "–", cells(sums))
                for kind, sums in found.kinds.items()
            ),
            ("all", _("all"), cells(found.total)),
            *(
                (f"unit {unit}", found.names.get(unit) or unit, cells(sums, unit=True))
                for unit, sums in found.units.items()
            ),
        ]
        self.grid.show(HeldRows([(key, (name, *texts)) for key, name, texts in rows]))
        self.set_focus(self.grid)

    def action_step(self, years: int) -> None:
        """The year before or after."""
        self.dismiss(None)
        open_year(self._host, self.found.year + years)

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """List the sessions behind a row."""
        message.stop()
        what, _blank, name = message.key.partition(" ")
        kind, unit = (name if what == each else "" for each in ("kind", "unit"))
        year = self.found.year

        def work(reader: Reader, question: Question) -> list[SessionLine]:
            from opsconsole.indicators.usage import lines

            return lines(reader, year, kind=kind, unit=unit)

        self._host.feeds.ask("yearuse.sessions", work, partial(_list, self._host, year))


def _list(console: Console, year: int, found: list[SessionLine]) -> None:
    """Show *found*, a line each."""
    states = {1: "", 0: _("not seen"), -1: _("cancelled")}
    lines: list[Line] = []
    for one in found:
        came = f"{figure(one.came)}/{figure(one.invited)}"
        minutes = _("{minutes} min").format(minutes=figure(one.seconds // 60))
        tone = "" if one.held == 1 else "faint"
        lines.append(
            [
                ("faint", f"{day(one.day)}  {one.session}  "),
                (tone, one.title),
                ("faint", f"  {came}  {minutes}  {states[one.held]}".rstrip()),
            ]
        )
    lines.append([("faint", _("opsconsole conference evidence SESSION shows every record of one of them"))])
    console.open_text(_("Sessions of {year}: {count}").format(year=year, count=figure(len(found))), lines)
