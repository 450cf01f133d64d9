"""The overview: how far along targets and systems are, what waits for somebody, use of mail and sessions.

What waits has a key on its line, which leads to where it is solved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll

from opsconsole.catalogue import _
from opsconsole.console.actions import bindings
from opsconsole.console.bars import bar, sparkline
from opsconsole.console.columns import cells, fit
from opsconsole.console.feeds import Question
from opsconsole.console.queries.targets import MONTHS
from opsconsole.console.screens import needs
from opsconsole.console.screens.page import Page
from opsconsole.console.solving import solve
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.store.clock import instant
from opsconsole.store.database import Reader
from opsconsole.text import percent, safe
from opsconsole.words import amount, day, figure, word

if TYPE_CHECKING:
    from opsconsole.console.queries.overview import Overview as Found
    from opsconsole.console.queries.targets import Course

_TONES = {"met": "good", "on track": "good", "at risk": "warn", "behind": "bad", "no data": "faint"}
_WITH_MONTHS = 100  # columns from which the months of each target have room
_GLYPHS = {"met": "✓", "on track": "▲", "at risk": "◆", "behind": "▼", "no data": "○"}


class Body(VerticalScroll, can_focus=True):
    """The scrolled part; the keys of lists scroll it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
        Binding("ctrl+d", "page_down", show=False),
        Binding("ctrl+u", "page_up", show=False),
    ]


class OverviewPage(Page):
    """The overview."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("overview")

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.body = Body(id="overview-body")
        self.targets = Plain(classes="section")
        self.troubles = Plain(classes="section")
        self.systems = Plain(classes="section")
        self.mail = Plain(classes="section")
        self.sessions = Plain(classes="section")
        self.jobs = Plain(classes="section")
        self._found: Found | None = None

    def compose(self) -> ComposeResult:
        """The sections, the most important first."""
        with self.body:
            yield self.targets
            with Container(id="overview-rest"):
                yield self.troubles
                yield self.systems
                yield self.mail
                yield self.sessions
                yield self.jobs

    def load(self) -> None:
        """Read everything."""
        console = self.console
        settings, today, now = console.settings, console.day, console.now()

        def work(reader: Reader, question: Question) -> Found:
            from opsconsole.console.queries.overview import overview

            return overview(reader, settings, settings.year, today, now)

        if self._found is None:
            self.targets.show([[("faint", _("Reading …"))]])
        console.feeds.ask("overview", work, self._show)

    def _show(self, found: Found) -> None:
        self._found = found
        self.targets.set_class(False, "notice")
        self.targets.show(self.target_lines(found))
        self._draw_needs(found)
        self.mail.show(self.mail_lines(found))
        self.sessions.show(self.session_lines(found))
        self.jobs.show(self.job_lines(found))

    def show_nothing(self, lines: Sequence[Line]) -> None:
        """Say why there is nothing to show."""
        self._found = None
        self.targets.set_class(True, "notice")
        self.targets.show(lines)
        for section in (self.troubles, self.systems, self.mail, self.sessions, self.jobs):
            section.show([])

    # --- sections --------------------------------------------------------------------------------

    def target_lines(self, found: Found) -> list[Line]:
        """A line for each target: name, bar with the mark of what is expected, months, figures, status."""
        title = _("Targets {year}").format(year=found.year)
        lines: list[Line] = [
            [("head", title), ("faint", "  " + _("as of {day}").format(day=day(found.day.isoformat())))]
        ]
        if not found.standings:
            lines.append([("faint", _("No target is declared for {year}.").format(year=found.year))])
        room = self.app.size.width
        bar_width = 8 if room < self.console.WIDE else 16
        months = room >= _WITH_MONTHS
        width = max(16, room - bar_width - 39 - (MONTHS + 1 if months else 0))
        times = Counter(one.indicator for one in found.standings)
        # what tells two of one indicator apart comes first, where it is not cut off
        whose = [f"{word(one.level)}: " if times[one.indicator] > 1 else "" for one in found.standings]
        names = [safe(which + one.title) for which, one in zip(whose, found.standings, strict=True)]
        if max(map(cells, names), default=0) > width:
            names = [safe(which + one.short_title) for which, one in zip(whose, found.standings, strict=True)]
        width = min(width, max(map(cells, names), default=0))
        for name, course in zip(names, found.courses, strict=True):
            lines.append(_target_line(course, fit(name, width), bar_width, months=months))
        return lines

    def _draw_needs(self, found: Found) -> None:
        """What follows the width of the screen."""
        wide = self.app.size.width >= self.console.WIDE
        width = self.app.size.width // 2 - 4 if wide else self.app.size.width - 4
        self.troubles.show(needs.trouble_lines(found, width))
        self.systems.show(needs.system_lines(found, width))

    def mail_lines(self, found: Found) -> list[Line]:
        """Mailboxes in use by month: bars, and the newest month in words."""
        title = _("Mail {year}").format(year=found.year)
        begun = [month for month in found.mail if month.month <= found.day.isoformat()]
        values = [None if month.known == 0 and not month.used else float(month.used) for month in begun]
        known = [month for month in found.mail if month.used]
        lines: list[Line] = [
            [("head", title), ("", f"  {sparkline(values)}"), ("faint", "  " + _("mailboxes used, by month"))]
        ]
        if not known:
            lines.append([("faint", _("No mail log of {year} was read yet.").format(year=found.year))])
            return lines
        last = known[-1]
        text = _("{month}: {used} of {all} mailboxes used ({share})").format(
            month=f"{last.month[5:]}/{last.month[:4]}",
            used=amount(last.used),
            all=amount(found.mailboxes),
            share=percent(last.used / found.mailboxes if found.mailboxes else None, self.console.language),
        )
        if any(month.sent for month in found.mail):  # not every log tells of messages sent
            text += _(", {sent} messages sent").format(sent=amount(last.sent))
        lines.append(text)
        if last.known < last.days:
            lines.append(
                [("warn", _("logs for {known} of {days} days").format(known=last.known, days=last.days))]
            )
        return lines

    def session_lines(self, found: Found) -> list[Line]:
        """Sessions of the year by month and in all."""
        counts: list[float | None] = [float(month.sessions) for month in found.sessions]
        total = sum(month.sessions for month in found.sessions)
        hours = sum(month.hours for month in found.sessions)
        attended = sum(month.attended for month in found.sessions)
        return [
            [
                ("head", _("Sessions {year}").format(year=found.year)),
                ("", f"  {sparkline(counts)}"),
                ("faint", "  " + _("by month")),
                ("", "  " + needs.week_text(found)),
            ],
            *needs.session_lines(found),
            _("{count} sessions, {hours} hours; attendance known for {attended}").format(
                count=amount(total), hours=figure(hours, 1), attended=amount(attended)
            ),
        ]

    def job_lines(self, found: Found) -> list[Line]:
        """The last run of each job."""
        from opsconsole.jobs.history import standing

        lines: list[Line] = [[("head", _("Jobs"))]]
        zone = self.console.settings.timezone
        if not found.jobs:
            lines.append([("faint", _("No job is declared in config.yaml (jobs:)."))])
        for status in found.jobs:
            last = status.last
            at = (
                f"{instant(last.started_at or last.slot).astimezone(zone):%d/%m %H:%M}"
                if last
                else _("never")
            )
            tone = "bad" if status.late or (last is not None and last.state == "failed") else "good"
            lines.append(
                [
                    ("", f"{status.job:16}"),
                    (tone, f"{standing(status):18} "),
                    ("faint", _("last {at}").format(at=at)),
                    ("faint", f"  {last.remark}" if last else ""),
                ]
            )
        return lines

    # --- actions -----------------------------------------------------------------------------------

    def action_problems(self) -> None:
        """Show every open problem with examples."""
        if self._found is not None:
            self.console.open_text(_("Open problems"), needs.in_full(self._found))

    def action_solve(self, way: str) -> None:
        """Go to where what waits is solved."""
        if self._found is not None and not solve(self.console, way):
            needs.choose(self.console, self._found, way)

    def action_systems(self) -> None:
        """The shared systems with their figures."""
        self.console.open_page("shared")

    def action_week(self) -> None:
        """The sessions, at the next one of this week."""
        page = self.console.page_of("sessions")
        week = self._found.week if self._found is not None else ()
        now = self.console.now()
        coming = [one for one in week if one.end >= now] or list(week)
        if coming:
            page.reach(coming[0].key)
        self.console.open_page("sessions")

    def take_focus(self) -> None:
        """Keys scroll."""
        self.screen.set_focus(self.body)

    def on_resize(self) -> None:
        """Names have another width."""
        if self._found is not None:
            self.targets.show(self.target_lines(self._found))
            self._draw_needs(self._found)

    def retranslate(self) -> None:
        """Draw anew in the language in use."""
        if self._found is not None:
            self._show(self._found)


def _target_line(course: Course, name: str, bar_width: int, *, months: bool) -> Line:
    standing = course.standing
    most = max(standing.target, standing.value or 0, standing.expected) or 1
    if standing.unit_of_measure == "percent":
        most = max(100.0, most)
    share = None if standing.value is None else standing.value / most
    unit = " %" if standing.unit_of_measure == "percent" else ""
    tone = _TONES.get(standing.status, "")
    return [
        ("", name + " "),
        (tone, bar(share, standing.expected / most, bar_width)),
        ("", f" {course.line}" if months else ""),
        ("bold", f" {figure(standing.value, 1 if unit and standing.value is not None else None):>6}"),
        ("", f" / {figure(standing.target)}{unit}"),
        ("faint", f" ({figure(standing.expected, 0 if standing.expected >= 10 else None)}) "),
        (tone, f"{_GLYPHS.get(standing.status, '')} {standing.status_text}"),
    ]
