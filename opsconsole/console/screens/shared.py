"""The shared systems of the plan: each with its figures, beside their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.gridpage import GridPage
from opsconsole.console.screens.targets import GLYPHS, status_tone
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.database import Reader
from opsconsole.text import fold
from opsconsole.words import day

if TYPE_CHECKING:
    from opsconsole.indicators.systems import System, SystemRow


def _status_text(value: tuple[str, str]) -> str:
    return f"{GLYPHS.get(value[0], ' ')} {value[1]}" if value[1] else ""


def _status_tone(value: tuple[str, str]) -> str:
    return status_tone(value[0])


def _name_tone(value: str) -> str:
    return "" if value.startswith(" ") else "mark"


class SharedSystems(GridPage):
    """Systems and their indicators."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("shared")
    with_panel = True

    def __init__(self, name: str) -> None:
        grid = GridView(
            (
                Column("name", N_("System, indicator"), 24, 42, tone=_name_tone, sort=False),
                Column("value", N_("Value"), 8, 14, right=True, sort=False),
                Column("status", N_("Standing"), 10, 18, show=_status_text, tone=_status_tone, sort=False),
                Column("target", N_("Target"), 7, 22, right=True, sort=False),
                Column("until", N_("Until"), 10, 10, sort=False),
                Column("remark", N_("Remark"), 8, 60, sort=False),
            )
        )
        super().__init__(name, grid)
        self._systems: tuple[System, ...] = ()
        self._rows: dict[str, tuple[System, SystemRow | None]] = {}

    def load(self) -> None:
        """Read the systems of the year."""
        year, on = self.console.settings.year, self.console.day

        def work(reader: Reader, question: Question) -> tuple[System, ...]:
            from opsconsole.indicators.systems import systems

            return systems(reader, year, on)

        if not self._systems:
            self.grid.empty_text = _("Reading …")
        self.console.feeds.ask("shared", work, self._show)

    def _show(self, found: tuple[System, ...]) -> None:
        self._systems = found
        self.draw()

    def draw(self) -> None:
        """Draw the systems and figures that hold the words of the filter."""
        from opsconsole.indicators.systemstext import cells

        words = words_of(self._filter)
        rows: list[tuple[str, tuple[object, ...]]] = []
        self._rows = {}
        every = 0
        for system in self._systems:
            held: list[tuple[str, tuple[object, ...]]] = []
            for row in system.rows:
                every += 1
                text = fold(f"{system.title} {row.title} {row.indicator}")
                if not all(word in text for word in words):
                    continue
                for place, line in enumerate(cells(row)):
                    status = row.standings[place].status if row.standings else ""
                    key = f"{system.key}/{row.indicator}/{place}"
                    self._rows[key] = (system, row)
                    name = f"  {line.name}" if not place else ""
                    value, until = (line.value, line.until) if not place else ("", "")
                    stands = (status, line.status if row.standings else "")
                    values = (name or "  ", value, stands, line.target, until, line.remark)
                    held.append((key, values))
            if held:
                key = f"{system.key}/"
                self._rows[key] = (system, None)
                rows += [(key, (system.title, "", ("", ""), "", "", system.section)), *held]
        self.grid.empty_text = self.nothing(_("No system is declared; 'kind: systems' declares them."))
        self.grid.show(HeldRows(rows))
        shown = len({(system.key, row.indicator) for system, row in self._rows.values() if row is not None})
        title = _("Shared systems {year}").format(year=self.console.settings.year)
        head = self.head_line(title, shown, every)
        head.append(("faint", "  " + _("as of {day}").format(day=day(self.console.day.isoformat()))))
        self.head.show([head])
        self._draw_panel()

    def on_grid_view_moved(self) -> None:
        """Another row is under the cursor."""
        self._draw_panel()

    def _draw_panel(self) -> None:
        system, row = self._rows.get(self.grid.key or "", (None, None))
        lines: list[Line] = []
        if system is not None:
            about = ", ".join(each for each in (system.section, system.unit_name) if each)
            lines = [[("head", system.title), ("faint", f"  {about}")]]
            if system.note:
                lines.append([("faint", system.note)])
        if row is not None:
            lines.append(row.title)
            lines.append([("faint", f"{row.indicator} · {row.period}")])
            for one in row.standings:
                lines.append([("faint", _("source: {source}").format(source=one.source))])
            if row.assumptions:
                from opsconsole.indicators.statedtext import assumption

                lines.append(f"{_('assumption')}: {row.formula_text}")
                lines += [[("faint", assumption(rate))] for rate in row.assumptions]
        self.panel.show(lines)

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Explain the value down to its rows."""
        _system, row = self._rows.get(message.key, (None, None))
        if row is None:
            return
        if not row.period:
            self.console.say(_("It has no value this year."))
            return
        self.console.explain(row.indicator, row.period, None, row.level)
