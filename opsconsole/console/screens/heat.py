"""One indicator over all units and months: where it is short, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from opsconsole.catalogue import N_, _
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.targets import UnitMonths, heat, of_single_units
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

    def work(reader: Reader, question: Question) -> tuple[str, list[UnitMonths]]:
        found = heat(reader, standing.indicator, year, level)
        if not found and (rates := of_single_units(reader, standing.indicator)):
            return rates, heat(reader, rates, year, level)  # a mean: the units' own rates are behind it
        return standing.indicator, found

    def show(found: tuple[str, list[UnitMonths]]) -> None:
        indicator, units = found
        if not units:
            console.say(_("No single unit has a value of this indicator."), "warn")
            return
        console.push_screen(HeatDialog(console, standing, year, units, indicator))

    console.feeds.ask("heat", work, show)


class HeatDialog(Dialog):
    """Units × months; a value that misses the target is marked by a sign as well as by colour."""

    def __init__(
        self, console: Console, standing: Standing, year: int, found: list[UnitMonths], indicator: str
    ) -> None:
        super().__init__(f"{standing.title} · {year}")
        self.add_class("large")
        self._host = console
        self._standing = standing
        self._indicator = indicator
        self._year = year
        self.units = found
        months = tuple(
            Column(f"m{month}", f"{month:02d}", 5, 8, right=True, show=self._cell, tone=self._tone)
            for month in range(1, 13)
        )
        self.grid = GridView((Column("unit", N_("Unit"), 16, 30), *months))

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
            keys = _("▼ misses the target · s S sort by one column · Enter explains · Esc leaves")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """Keys go to the units."""
        self._show(self.units)
        self.set_focus(self.grid)

    def _show(self, units: list[UnitMonths]) -> None:
        self.grid.show(HeldRows([(one.unit, (one.name, *one.months)) for one in units]))

    def on_grid_view_sorted(self, message: GridView.Sorted) -> None:
        """In the order of a month, what is not known last; by units as they come: level, then name."""
        message.stop()
        place = self.grid.places[self.grid.column]
        if place == 0:
            self._show(self.units[::-1] if message.descending else self.units)
        else:
            known = [one for one in self.units if one.months[place - 1] is not None]
            known.sort(key=lambda one: one.months[place - 1] or 0.0, reverse=message.descending)
            self._show(known + [one for one in self.units if one.months[place - 1] is None])
        self.grid.move(0)

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Explain the newest month of the unit that is known."""
        message.stop()
        unit = next(one for one in self.units if one.unit == message.key)
        month = max((n for n, value in enumerate(unit.months, 1) if value is not None), default=12)
        if self.grid.column and unit.months[self.grid.column - 1] is not None:
            month = self.grid.column
        self._host.explain(self._indicator, f"{self._year:04d}-{month:02d}", unit.unit, None)
