"""Alerts: what was found wrong and stands, and what is over; each opens where it is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.gridpage import GridPage
from opsconsole.console.solving import WAY_OF_EVENT, solve
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.clock import local
from opsconsole.store.database import Reader
from opsconsole.text import fold
from opsconsole.words import amount

if TYPE_CHECKING:
    from opsconsole.jobs.alerts import Alert

MOST_ALERTS = 500


def _state_text(value: bool) -> str:
    return _("STANDS") if value else _("is over")


def _state_tone(value: bool) -> str:
    return "bad" if value else "faint"


class Alerts(GridPage):
    """The alerts, those that stand first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("alerts")
    with_panel = True

    def __init__(self, name: str) -> None:
        grid = GridView(
            (
                Column("state", N_("State"), 5, 8, show=_state_text, tone=_state_tone, sort=False),
                Column("event", N_("Alert"), 12, 26, sort=False),
                Column("subject", N_("About"), 10, 30, sort=False),
                Column("since", N_("Since"), 16, 16, sort=False),
                Column("detail", N_("Detail"), 16, 120, sort=False),
            )
        )
        super().__init__(name, grid)
        self._alerts: list[Alert] = []

    def load(self) -> None:
        """Read the alerts."""

        def work(reader: Reader, question: Question) -> list[Alert]:
            from opsconsole.jobs.alerts import listed

            return listed(reader, limit=MOST_ALERTS)

        if not self._alerts:
            self.grid.empty_text = _("Reading …")
        self.console.feeds.ask("alerts", work, self._show)

    def _show(self, found: list[Alert]) -> None:
        self._alerts = found
        self.draw()

    def draw(self) -> None:
        """Draw the alerts that hold the words of the filter."""
        from opsconsole.settings.alerts import event_words

        zone, words = self.console.settings.timezone, words_of(self._filter)
        rows = []
        for one in self._alerts:
            values = (
                one.closed_at is None,
                event_words(one.event),
                one.subject,
                local(one.opened_at, zone)[:16],
                one.detail,
            )
            if all(word in fold(" ".join(map(str, values[1:]))) for word in words):
                rows.append((str(one.id), values))
        self.grid.empty_text = self.nothing(_("No alert."))
        self.grid.show(HeldRows(rows))
        standing = sum(one.closed_at is None for one in self._alerts)
        line = self.head_line(_("Alerts"), len(rows), len(self._alerts))
        line.append(("bad" if standing else "good", "  " + _("{count} stand").format(count=amount(standing))))
        self.head.show([line])
        self._draw_panel()

    @property
    def alert(self) -> Alert | None:
        """The alert under the cursor."""
        return next((one for one in self._alerts if str(one.id) == self.grid.key), None)

    def on_grid_view_moved(self) -> None:
        """Another alert is under the cursor."""
        self._draw_panel()

    def _draw_panel(self) -> None:
        one = self.alert
        self.panel.show([] if one is None else self.lines_of(one))

    def lines_of(self, one: Alert) -> list[Line]:
        """An alert in full: what it says, since when, who was told."""
        from opsconsole.jobs.alertstext import told

        zone = self.console.settings.timezone
        span = local(one.opened_at, zone)
        if one.closed_at:
            span += f" – {local(one.closed_at, zone)}"
        lines: list[Line] = [[("head", one.title)], one.detail, [("faint", span)]]
        lines += [[("faint", told(each, zone))] for each in one.tellings]
        if not one.tellings and not self.console.settings.alerts.channels:
            text = _("Nobody is told: 'alerts:' in config.yaml names no mail server and no webhook.")
            lines.append([("faint", text)])
        if one.event in WAY_OF_EVENT:
            lines.append([("faint", _("Enter goes to where it is solved."))])
        return lines

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Go to where it is solved; what has no page of its own is shown in full."""
        one = self.alert
        if one is None:
            return
        way = WAY_OF_EVENT.get(one.event)
        if way is None or not solve(self.console, way, one.subject):
            self.console.open_text(one.title, self.lines_of(one))

    def action_about(self) -> None:
        """Everything about this alert."""
        one = self.alert
        if one is not None:
            self.console.open_text(one.title, self.lines_of(one))
