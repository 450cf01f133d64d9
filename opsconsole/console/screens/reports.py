"""Reports: those that were issued, and those that can be drawn up; each opens down to its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.comparing import compare
from opsconsole.console.screens.issuing import Wanted, wanted_of
from opsconsole.console.screens.reportpage import ReportPage
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.database import Reader
from opsconsole.text import fold
from opsconsole.words import amount, day

if TYPE_CHECKING:
    from opsconsole.reports.issued import Issued
    from opsconsole.reports.outline import Outline
    from opsconsole.reports.verify import Standing

BUILT_IN = "outlines/"  # how the files of the product's own outlines are named
TO_DRAW_UP = "+"
"""What stands in place of a number before a report that can be drawn up."""


@dataclass(frozen=True)
class Known:
    """What the page shows: the issued reports, the outlines, and the problems of outlines."""

    issued: tuple[Issued, ...]
    outlines: dict[str, Outline]
    problems: tuple[str, ...]


def _number_tone(value: str) -> str:
    return "faint" if value == TO_DRAW_UP else ""


def _remark_tone(value: tuple[str, str]) -> str:
    return value[0]


def _remark_text(value: tuple[str, str]) -> str:
    return value[1]


class Reports(ReportPage):
    """The list of reports."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("reports")

    def __init__(self, name: str) -> None:
        grid = GridView(
            (
                Column("number", N_("No."), 3, 16, tone=_number_tone, sort=False),
                Column("title", N_("Report"), 20, 38, sort=False),
                Column("period", N_("Period"), 8, 22, sort=False),
                Column("remark", N_("Remark"), 8, 40, show=_remark_text, tone=_remark_tone, sort=False),
                Column("day", N_("Issued"), 6, 10, sort=False),
                Column("by", N_("Issued by"), 4, 14, sort=False),
            )
        )
        super().__init__(name, grid)
        self._known: Known | None = None
        self._chosen: dict[str, Wanted] = {}
        self._verified: dict[str, Standing] = {}

    # --- reading -----------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the outlines and the issued reports."""
        settings = self.console.settings

        def work(reader: Reader, question: Question) -> Known:
            from opsconsole.reports.issued import issued
            from opsconsole.reports.order import known_outlines
            from opsconsole.strictyaml import ProblemsFound

            found = tuple(issued(reader))
            try:
                return Known(found, known_outlines(settings), ())
            except ProblemsFound as error:
                return Known(found, {}, tuple(map(str, error.problems)))

        if self._known is None:
            self.grid.empty_text = _("Reading …")
        self.console.feeds.ask("reports", work, self._show)

    def _show(self, known: Known) -> None:
        grown = self._known is None or len(known.issued) != len(self._known.issued)
        self._known = known
        self.draw()
        if grown:
            self.grid.retitle()  # numbers are wider than the sign that stands in their place

    def choice(self, outline: Outline) -> Wanted:
        """The period and unit for which *outline* is drawn up here."""
        from opsconsole.reports.spans import usual

        if outline.name not in self._chosen:
            span = usual(outline.spans, self.console.settings.year, self.console.day)
            self._chosen[outline.name] = Wanted(outline.name, span.name)
        return self._chosen[outline.name]

    def draw(self) -> None:
        """Draw the reports that hold the words of the filter."""
        known = self._known
        if known is None:
            return
        words = words_of(self._filter)
        rows = []
        for key, values in (*self._issued_rows(known), *self._outline_rows(known)):
            text = fold(" ".join((key, *(each if isinstance(each, str) else each[1] for each in values))))
            if all(each in text for each in words):
                rows.append((key, values))
        self.grid.empty_text = self.nothing(_("There is no outline of a report."))
        self.grid.show(HeldRows(rows))
        self._draw_head(len(rows))
        self._draw_detail()

    def _issued_rows(self, known: Known) -> list[tuple[str, Any]]:
        return [
            (
                one.name,
                (one.sign, one.title, period_text(wanted_of(one)), self._remark(one),
                 day(one.issued_on), one.issued_by),
            )
            for one in known.issued
        ]  # fmt: skip

    def _outline_rows(self, known: Known) -> list[tuple[str, Any]]:
        speak = self.console.language
        # The office's own first, then reports before forms of accounting.
        order = sorted(
            known.outlines.values(),
            key=lambda one: (one.file.startswith(BUILT_IN), one.layout != "decree", one.name),
        )
        return [
            (
                one.name,
                (TO_DRAW_UP, one.title.in_(speak), period_text(self.choice(one)),
                 self._people_remark(one), "", ""),
            )
            for one in order
        ]  # fmt: skip

    def _people_remark(self, outline: Outline) -> tuple[str, str]:
        if self.choice(outline).people:
            return "warn", _("people are named")
        return "", _("people as numbers") if outline.lists_people else ""

    def personal(self, wanted: Wanted) -> bool:
        """Whether the outline of *wanted* is one of people."""
        outline = self._known.outlines.get(wanted.outline) if self._known else None
        return outline is not None and outline.lists_people

    def _remark(self, one: Issued) -> tuple[str, str]:
        from opsconsole.reports.telling import corrections

        parts, tone = [], ""
        checked = self._verified.get(one.name)
        if checked is not None:
            same = sum(each.state == "same" for each in checked.figures)
            tone = "good" if checked.holds else "bad"
            sign = "✓" if checked.holds else "✗"
            parts.append(f"{sign} " + _("{same} of {all}").format(same=same, all=len(checked.figures)))
        if said := corrections(one.corrects, one.corrected_by):
            parts.append(said)
            tone = tone or ("warn" if one.corrected_by else "")
        if one.conflicts:
            parts.append(_("{count} findings").format(count=amount(len(one.conflicts))))
            tone = tone or "warn"
        return tone, " · ".join(parts)

    def _draw_head(self, shown: int) -> None:
        known = self._known
        if known is None:
            return
        line = [
            ("head", _("Reports")),
            ("bold", "  " + _("{count} issued").format(count=amount(len(known.issued)))),
            ("", " · " + _("{count} can be drawn up").format(count=amount(len(known.outlines)))),
        ]
        if self._filter:
            text = _("filter: {words}").format(words=self._filter) + f" ({amount(shown)})"
            line.append(("warn", "  " + text))
        if marked := self.grid.marks.count(len(self.grid.rows)):
            line.append(("warn", "  " + _("{count} marked").format(count=amount(marked))))
        if known.problems:
            text = _("{count} problems in outlines; Enter shows them").format(
                count=amount(len(known.problems))
            )
            line.append(("bad", "  " + text))
        self.head.show([line])

    # --- the report under the cursor -----------------------------------------------------------------

    @property
    def report(self) -> Issued | None:
        """The issued report under the cursor."""
        key = self.grid.key
        return next((one for one in self._known.issued if one.name == key), None) if self._known else None

    @property
    def outline(self) -> Outline | None:
        """The outline under the cursor."""
        return self._known.outlines.get(self.grid.key or "") if self._known else None

    def wanted(self, key: str | None) -> Wanted | None:
        """What the row *key* stands for."""
        if self._known is None or key is None:
            return None
        if key in self._known.outlines:
            return self.choice(self._known.outlines[key])
        return next((wanted_of(one) for one in self._known.issued if one.name == key), None)

    def on_grid_view_moved(self) -> None:
        """Another report is under the cursor."""
        self._draw_detail()

    def on_grid_view_marked(self) -> None:
        """Say how many are marked."""
        self._draw_head(len(self.grid.rows))

    def _draw_detail(self) -> None:
        report, outline = self.report, self.outline
        lines: Sequence[Line] = ()
        if report is not None:
            lines = _issued_lines(report)
        elif outline is not None:
            lines = self._outline_lines(outline)
        elif self._known is not None and self._known.problems:
            lines = [[("bad", each)] for each in self._known.problems]
        self.panel.show(lines)

    def _outline_lines(self, outline: Outline) -> list[Line]:
        from opsconsole.reports.outline import SPAN_WORDS

        speak = self.console.language
        spans = ", ".join(_(SPAN_WORDS[each]) for each in outline.spans)
        lines: list[Line] = [
            [("head", outline.title.in_(speak)), ("faint", f"  {outline.name}")],
            _("Enter draws it up for {period}, down to every figure.").format(
                period=period_text(self.choice(outline))
            ),
            [("faint", _("of: {spans} · [ ] another period, p types one").format(spans=spans))],
        ]
        if outline.unit != "none":
            needed = outline.unit == "required" and not self.choice(outline).unit
            text = _("It is about one unit: u chooses it.") if needed else _("u chooses one unit.")
            lines.append([("warn" if needed else "faint", text)])
        if outline.lists_people:
            text = (
                _("People are named in it; P numbers them again.")
                if self.choice(outline).people
                else _("People are numbers in it; P names them, for who may. That is recorded.")
            )
            lines.append([("warn" if self.choice(outline).people else "faint", text)])
        lines.append([("faint", _("outline: {file}").format(file=outline.file))])
        return lines

    # --- actions -----------------------------------------------------------------------------------

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Open the report: its figures, its text."""
        if self._known is not None and self._known.problems and not self._known.outlines:
            self.console.open_text(_("The outline has problems"), list(self._known.problems))
            return
        wanted = self.wanted(message.key)
        if wanted is not None and self._has_unit(wanted):
            self.open_report(wanted)

    def _has_unit(self, wanted: Wanted) -> bool:
        """Whether the unit that the report is about is known; else it is asked for."""
        outline = self._known.outlines.get(wanted.outline) if self._known else None
        if wanted.number or wanted.unit or outline is None or outline.unit != "required":
            return True
        self.console.say(_("This report is about one unit; choose it, then draw it up."), "warn")
        self.action_choose_unit()
        return False

    def open_report(self, wanted: Wanted) -> None:
        """Show the report on its page."""
        from opsconsole.console.screens.opened import OpenedReport

        page = self.console.page_of("opened")
        if isinstance(page, OpenedReport):
            page.open_report(wanted)
            self.console.open_page("opened")

    def at_hand(self) -> Wanted | None:
        """The report under the cursor; where it lacks its unit, that is asked for."""
        wanted = self.wanted(self.grid.key)
        return wanted if wanted is not None and self._has_unit(wanted) else None

    def issued_here(self) -> Issued | None:
        """The issued report under the cursor."""
        return self.report

    def choose(self, wanted: Wanted) -> None:
        """Draw its outline up for the period and unit of *wanted* from now on."""
        self._chosen[wanted.outline] = wanted
        self.draw()

    def step(self, by: int) -> None:
        """Another period; a unit may be chosen later."""
        from opsconsole.periods import span
        from opsconsole.reports.spans import stepped

        if self.outline is None:
            super().step(by)
        else:
            here = self.choice(self.outline)
            self.choose(replace(here, period=stepped(span(here.period), by).name))

    def action_choose_period(self) -> None:
        """Type the period."""
        outline = self.outline
        if outline is None:
            super().step(0)
            return
        here = self.choice(outline)

        def submitted(text: str) -> None:
            from opsconsole.errors import Refused
            from opsconsole.periods import span

            self.console.prompt_closed()
            try:
                found = span(text.strip().upper())
            except Refused as error:
                self.console.say(str(error), "bad")
                return
            if found.sort not in outline.spans:
                self.console.say(
                    _("this report is made of: {spans}").format(spans=", ".join(outline.spans)), "bad"
                )
                return
            self.choose(replace(here, period=found.name))

        self.console.prompt.open(
            "period",
            _("Period (2019-07, 2019-Q3, 2019-H2, 2019):"),
            here.period,
            submitted=submitted,
            left=self.console.prompt_closed,
        )

    def action_choose_unit(self) -> None:
        """Choose the unit that the report is about."""
        from opsconsole.console.screens.picker import UNITS, Picker

        outline = self.outline
        if outline is None or outline.unit == "none":
            self.console.say(_("This report is about the whole province."))
            return
        here = self.choice(outline)
        self.console.push_screen(
            Picker(self.console, UNITS, here.unit, lambda code: self.choose(replace(here, unit=code)))
        )

    def note_verified(self, found: Standing) -> None:
        """Show in the list what verifying found."""
        self._verified[found.report.name] = found
        if self.is_mounted:
            self.draw()
            self.grid.retitle()

    def action_compare(self) -> None:
        """Two marked reports beside each other; without marks the issued one and what a draft says now."""
        rows = self.grid.rows
        marked = [key for place in range(len(rows)) if (key := rows.key(place)) in self.grid.marks]
        here = self.grid.key
        if len(marked) == 1 and here is not None and here not in marked:
            marked.append(here)
        pair = [each for each in map(self.wanted, marked) if each is not None]
        if len(pair) != 2:
            if marked or self.report is None:
                self.console.say(_("Mark two reports with the space bar; then c compares them."), "warn")
                return
            one = wanted_of(self.report)
            pair = [one, replace(one, year=0, number=0)]
        compare(self.maker, pair[0], pair[1])


def period_text(wanted: Wanted) -> str:
    """A period in words, with the unit where the report is about one."""
    from opsconsole.periods import parsed

    found = parsed(wanted.period)
    text = wanted.period if found is None else found.words
    return f"{text} · {wanted.unit}" if wanted.unit else text


def _issued_lines(one: Issued) -> list[Line]:
    lines: list[Line] = [
        [("head", _("No. {sign}").format(sign=one.sign)), ("faint", f"  {one.name} · {one.outline}")],
        one.subject,
        _("issued on {day} by {who}; figures up to {until}").format(
            day=day(one.issued_on), who=one.issued_by, until=day(one.cut_off)
        ),
    ]
    if one.corrects_reason:
        lines.append([("warn", _("corrects: {reason}").format(reason=one.corrects_reason))])
    if one.conflict_reason:
        lines.append([("warn", _("issued all the same: {reason}").format(reason=one.conflict_reason))])
    lines.append([("faint", _("Enter opens its figures and its text; V verifies it."))])
    return lines
