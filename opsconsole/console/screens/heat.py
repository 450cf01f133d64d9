"""One indicator over all units and months: where it is short, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.targets import UnitMonths, heat
from opsconsole.console.screens.dialogs import Dialog
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Plain
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.database import Reader
from opsconsole.words import figure

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.indicators.targets import Standing


def open_heat(console: Console, standing: Standing, year: int) -> None:
    """Show the indicator of *standing* in every unit (of its level, unless it is the whole province)."""
    level = None if standing.level == "all" and not standing.unit_id else standing.level

    def work(reader: Reader, question: Question) -> list[UnitMonths]:
        return heat(reader, standing.indicator, year, level)

    def show(found: list[UnitMonths]) -> None:
        if not found:
            console.say(_("No single unit has a value of this indicator."), "warn")
            return
        console.push_screen(HeatDialog(console, standing, year, found))

    console.feeds.ask("heat", work, show)


class HeatDialog(Dialog):
    """Units × months; a value that misses the target is marked by a sign as well as by colour."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "by_value", show=False),
        Binding("n", "by_name", show=False),
    ]

    def __init__(self, console: Console, standing: Standing, year: int, found: list[UnitMonths]) -> None:
        super().__init__(f"{standing.title} · {year}")
        self.add_class("large")
        self._host = console
        self._standing = standing
        self._year = year
        self._units = found
        months = tuple(
            Column(
                f"m{month}", f"{month:02d}", 5, 8, right=True, sort=False, show=self._cell, tone=self._tone
            )
            for month in range(1, 13)
        )
        self.grid = GridView((Column("unit", N_("Unit"), 16, 30, sort=False), *months))

    def _misses(self, value: float) -> bool:
        one = self._standing
        if one.unit_of_measure in ("count", "hours"):
            return False  # what all units together are to reach is no bound of a single one
        if one.direction == "at-most":
            return value > one.target
        return (
            value < one.target
            if one.direction == "at-least"
            else abs(value - one.target) > 0.005 * one.target
        )

    def _cell(self, value: float | None) -> str:
        if value is None:
            return "?"
        text = figure(value, 0 if self._standing.unit_of_measure == "percent" else None)
        return f"{text}▼" if self._misses(value) else f"{text} "

    def _tone(self, value: float | None) -> str:
        if value is None:
            return "faint"
        return "warn" if self._misses(value) else "good"

    def compose(self) -> ComposeResult:
        """The units, and what the keys do."""
        with self.box:
            yield self.head
            yield self.grid
            keys = _("▼ misses the target · s least first · n by name · Enter explains · Esc leaves")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Keys go to the units."""
        self._show(self._units)
        self.set_focus(self.grid)

    def _show(self, units: list[UnitMonths]) -> None:
        self.grid.show(HeldRows([(one.unit, (one.name, *one.months)) for one in units]))

    def action_by_value(self) -> None:
        """The least newest value first; for what should be low, the greatest."""
        sign = -1 if self._standing.direction == "at-most" else 1

        def rank(one: UnitMonths) -> tuple[bool, float]:
            return (one.last is None, sign * (one.last or 0.0))

        self._show(sorted(self._units, key=rank))
        self.grid.move(0)

    def action_by_name(self) -> None:
        """By level and name."""
        self._show(self._units)

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Explain the newest month of the unit that is known."""
        message.stop()
        unit = next(one for one in self._units if one.unit == message.key)
        month = max((n for n, value in enumerate(unit.months, 1) if value is not None), default=12)
        if self.grid.column and unit.months[self.grid.column - 1] is not None:
            month = self.grid.column
        self._host.explain(self._standing.indicator, f"{self._year:04d}-{month:02d}", unit.unit, None)
