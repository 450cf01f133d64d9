"""Runs of the scheduled jobs, newest first, and how each job stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.gridpage import GridPage
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.clock import instant
from opsconsole.store.database import Reader
from opsconsole.text import fold
from opsconsole.words import figure, word

if TYPE_CHECKING:
    from opsconsole.jobs.history import JobStatus, Run

MOST_RUNS = 500


def state_tone(value: str) -> str:
    """How the state of a run is drawn."""
    return {
        "failed": "bad",
        "interrupted": "warn",
        "running": "good",
        "skipped": "faint",
        "due": "faint",
    }.get(value, "")


class Jobs(GridPage):
    """The runs of jobs."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("jobs")

    def __init__(self, name: str) -> None:
        grid = GridView(
            (
                Column("job", N_("Job"), 8, 14, sort=False),
                Column("slot", N_("For"), 16, 16, show=self._local, sort=False),
                Column("state", N_("State"), 8, 12, show=word, tone=state_tone, sort=False),
                Column("seconds", N_("Seconds"), 7, 9, right=True, show=_seconds, sort=False),
                Column("attempt", N_("Tries"), 5, 6, right=True, sort=False),
                Column("remark", N_("Result"), 12, 60, sort=False),
            )
        )
        super().__init__(name, grid)
        self.standing = Plain(classes="standing")
        self._runs: list[Run] = []
        self._statuses: list[JobStatus] = []

    def _local(self, value: str | None) -> str:
        if not value:
            return ""
        return f"{instant(value).astimezone(self.console.settings.timezone):%d/%m/%Y %H:%M}"

    def _short(self, value: str) -> str:
        return f"{instant(value).astimezone(self.console.settings.timezone):%d/%m %H:%M}"

    def compose(self) -> ComposeResult:
        """How the jobs stand, then the runs."""
        yield self.head
        yield self.standing
        yield self.grid

    def load(self) -> None:
        """Read the runs."""
        settings, now = self.console.settings, self.console.now()

        def work(reader: Reader, question: Question) -> Any:
            from opsconsole.jobs.history import recent, status

            return recent(reader, limit=MOST_RUNS), status(reader, settings.jobs, now, settings.timezone)

        if not self._runs:
            self.grid.empty_text = _("Reading …")
        self.console.feeds.ask("jobs", work, self._show)

    def _show(self, found: tuple[list[Run], list[JobStatus]]) -> None:
        self._runs, self._statuses = found
        self.draw()
        self.standing.show(self.standing_lines())

    def standing_lines(self) -> Sequence[Line]:
        """A line for each job of config.yaml."""
        from opsconsole.jobs.history import standing

        if not self._statuses:
            return [[("faint", _("No job is declared in config.yaml (jobs:)."))]]
        lines: list[Line] = []
        for status in self._statuses:
            failed = status.last is not None and status.last.state == "failed"
            tone = "bad" if status.late or failed else "good"
            done = (
                _("last done for {at}").format(at=self._short(status.last_ok.slot))
                if status.last_ok
                else _("never done")
            )
            lines.append(
                [
                    ("bold", f"{status.job:16}"),
                    (tone, f" {standing(status):20}"),
                    ("faint", f" {done} · " + _("next {at}").format(at=self._short(_text(status.next_due)))),
                ]
            )
        return lines

    def draw(self) -> None:
        """Draw the runs that hold the words of the filter."""
        words = words_of(self._filter)
        rows = []
        for run in self._runs:
            values = (run.job, run.slot, run.state, run.seconds, run.attempt, run.remark)
            text = fold(f"{run.job} {run.state} {word(run.state)} {self._local(run.slot)} {run.remark}")
            if all(each in text for each in words):
                rows.append((f"{run.job} {run.slot}", values))
        nothing = _("No run yet. 'opsconsole scheduler' runs the jobs at their times.")
        self.grid.empty_text = self.nothing(nothing)
        self.grid.show(HeldRows(rows))
        self.head.show([self.head_line(_("Runs of jobs"), len(rows), len(self._runs))])

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Show everything about a run."""
        run = next((r for r in self._runs if f"{r.job} {r.slot}" == message.key), None)
        if run is None:
            return
        pairs = [
            (_("State"), word(run.state)),
            (_("For"), f"{self._local(run.slot)} – {self._local(run.slot_end)}"),
            (_("Started"), self._local(run.started_at)),
            (_("Finished"), self._local(run.finished_at)),
            (_("Tries"), str(run.attempt)),
            (_("By"), run.owner or ""),
            *((name, str(value)) for name, value in sorted(run.counts.items())),
            (_("Error"), run.error or ""),
        ]
        width = max(len(name) for name, _text_ in pairs) + 2
        self.console.open_text(
            f"{run.job} {self._local(run.slot)}",
            [[("faint", name.ljust(width)), ("", text)] for name, text in pairs if text],
        )

    def retranslate(self) -> None:
        """Draw anew in the language in use."""
        super().retranslate()
        if self._statuses or self._runs:
            self.standing.show(self.standing_lines())


def _seconds(value: float | None) -> str:
    return "" if value is None else figure(value, 1)


def _text(at: Any) -> str:
    from opsconsole.store.clock import instant_text

    return instant_text(at)
