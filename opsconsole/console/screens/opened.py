"""One report opened: its figures, its text, and each figure down to what it rests on.

An auditor's "where does 50 % come from?" is answered here: Enter on a figure, or on the sentence that
quotes it, shows numerator, denominator, rule, evidence and cut-off as the report has them, and below it
what the register says of it now, down to the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column, cells
from opsconsole.console.feeds import Question
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.dialogs import ChoiceDialog
from opsconsole.console.screens.issuing import Wanted, drawn_up
from opsconsole.console.screens.origins import facts, finding_lines, lines_of, row_lines, show_origin
from opsconsole.console.screens.reportpage import ReportPage
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.text import fold
from opsconsole.words import amount, day

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.reports.issued import Issued
    from opsconsole.reports.opened import Opened
    from opsconsole.reports.textlines import TextLine

_LINE_TONES = {"head": "mark", "bold": "mark", "faint": "faint"}


class TextGrid(GridView):
    """The text of a report, a row a line; its one column is as wide as the screen."""

    def _measure(self) -> None:
        self._sampled = True
        self._widths = [max(20, self.app.size.width)]


def _line_text(line: TextLine) -> str:
    return line.text


def _line_tone(line: TextLine) -> str:
    return _LINE_TONES.get(line.tone, "")


def _whole(line: TextLine) -> str:
    """What a filter looks through: of a row of a table all of it, of which the line may be a part."""
    return line.text if line.row is None else " ".join(line.row.cells)


def _mark_tone(value: str) -> str:
    return "bad" if value else ""


class OpenedReport(ReportPage):
    """A draft or an issued report."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("opened")

    def __init__(self, name: str) -> None:
        grid = GridView(
            (
                Column("number", N_("No."), 3, 5, right=True, sort=False),
                Column("value", N_("Value"), 7, 22, right=True, sort=False),
                Column("marks", N_("Check"), 4, 12, tone=_mark_tone, sort=False),
                Column("of", N_("Of"), 4, 20, sort=False),
                Column("figure", N_("Figure"), 24, 64, sort=False),
                Column("period", N_("Period"), 7, 23, sort=False),
            )
        )
        self.text = TextGrid(
            (Column("line", N_("Text"), 20, 400, show=_line_text, tone=_line_tone, sort=False),), head=False
        )
        super().__init__(name, grid)
        self.wanted: Wanted | None = None
        self._opened: Opened | None = None
        self._lines: list[TextLine] = []
        self._reading = False  # the text is shown, not the figures
        self._sought = 0  # the figure whose line is gone to as soon as the text is there
        self._old = False
        self._working = ""

    def compose(self) -> ComposeResult:
        """Head, figures or text, the figure under the cursor."""
        yield self.head
        with Container(classes="with-detail"):
            yield self.grid
            yield self.text
            yield self.panel

    def on_mount(self) -> None:
        """The figures first."""
        self.text.display = self._reading
        self.grid.display = not self._reading
        self.draw()

    # --- reading -----------------------------------------------------------------------------------

    def open_report(self, wanted: Wanted) -> None:
        """Show *wanted* from now on."""
        if wanted != self.wanted:
            self.wanted, self._opened, self._lines = wanted, None, []
            self._filter = ""
            self.stale = True
            if self.is_mounted:
                self.draw()
                if self.showing:
                    self.outdated()

    def outdated(self) -> None:
        """A report that is being read does not change under the eyes; that the data did is said."""
        if self._opened is None:
            super().outdated()
        else:
            self._old = True
            if self.is_mounted:
                self._draw_head()

    def load(self) -> None:
        """Draw the draft up, or read what was issued."""
        wanted, console = self.wanted, self.console
        self._old = False
        if wanted is None:
            self.draw()
            return
        speak, measuring = console.language, not console.read_only

        def work(question: Question) -> Opened:
            if wanted.number:
                return _issued(wanted, console)
            return drawn_up(wanted, console, speak, question, measuring=measuring)

        def answered(value: Any) -> None:
            if isinstance(value, str):
                self._working = value
                self._draw_head()
            else:
                self._show(value)

        self._working = _("Reading …")
        self.draw()
        self.console.feeds.run("opened", work, answered, self._failed)

    def _failed(self, error: Exception) -> None:
        self._working = ""
        self.stale = True  # whoever comes back looks again
        self.grid.empty_text = _("The report could not be drawn up. Esc goes back.")
        self._draw_head()
        self.maker.refused(error)

    def _show(self, opened: Opened) -> None:
        self._opened, self._working = opened, ""
        self._lay_out()
        self.draw()

    def _lay_out(self) -> None:
        """Lines of the text for the width of the screen."""
        from opsconsole.reports.textlines import TextLine, lines

        opened = self._opened
        if opened is None:
            return
        beside = 50 if self.app.size.width >= self.console.WIDE else 2
        width = self.app.size.width - beside - 2
        if not opened.passages:
            self._lines = [TextLine(text_missing(opened), "bold")]
            return

        def work(question: Question) -> list[TextLine]:
            return list(lines(opened.passages, width, cells))

        def answered(found: list[TextLine]) -> None:
            self._lines = found
            self._draw_text()
            if self._sought:
                self._to_line_of(self._sought)

        self.console.feeds.run("opened.text", work, answered)

    # --- drawing -----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw everything: head, figures, text, what is under the cursor."""
        self._draw_head()
        self._draw_figures()
        self._draw_text()
        self._draw_panel()

    def _draw_head(self) -> None:
        opened, wanted = self._opened, self.wanted
        if wanted is None or opened is None:
            said = self._working if wanted is not None else _("Choose a report on the page Reports.")
            self.head.show([[("head", _("Report")), ("faint", "  " + said)]])
            return
        issued = opened.issued
        name = _("No. {sign}").format(sign=issued.sign) if issued else _("DRAFT")
        line = [
            ("warn" if issued is None else "head", name),
            ("bold", f"  {opened.period}" + (f" · {opened.unit}" if opened.unit else "")),
        ]
        if self._working:
            line.append(("faint", "  " + self._working))
        if self._filter:
            line.append(("warn", "  " + _("filter: {words}").format(words=self._filter)))
        if self._old:
            text = _("the register changed since; r draws it up again")
            line.append(("warn", "  " + (text if issued is None else _("the register changed since"))))
        if wanted.people:
            line.append(("warn", "  " + _("people are named")))
        if opened.contradicted:
            text = _("{count} in conflict").format(count=amount(len(opened.contradicted)))
            line.append(("bad", f"  {text} (o)"))
        line.append(("faint", "  " + (_("t: the text") if not self._reading else _("t: the figures"))))
        line.append(("bold", f"  {opened.title}"))
        if issued is not None:
            line.append(("faint", " · " + _("issued on {day}").format(day=day(issued.issued_on))))
        self.head.show([line])

    def _draw_figures(self) -> None:
        opened = self._opened
        if opened is None:
            self.grid.empty_text = self._working or _("Choose a report on the page Reports.")
            self.grid.show(HeldRows())
            return
        words = words_of(self._filter)
        from opsconsole.reports.render.common import period_words

        rows = []
        for one in opened.figures:
            values = (
                str(one.number),
                one.text,
                one.marks.strip(),
                one.of,
                one.label,
                period_words(one.period),
            )
            if not words or all(word in fold(" ".join((*values, one.key, one.name))) for word in words):
                rows.append((str(one.number), values))
        self.grid.empty_text = self.nothing(
            _("This report quotes no single figure; t shows its text and tables.")
        )
        self.grid.show(HeldRows(rows))

    def _draw_text(self) -> None:
        words = words_of(self._filter)
        rows = [
            (str(place), (line,))
            for place, line in enumerate(self._lines)
            if not words or all(word in fold(_whole(line)) for word in words)
        ]
        self.text.empty_text = self.nothing(self._working)
        self.text.show(HeldRows(rows))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The figures under the cursor: one of the list, or those of a line of the text."""
        if self._reading:
            line = self._line(self.text.cursor)
            return tuple(dict.fromkeys(line.figures)) if line is not None else ()
        return (int(self.grid.key),) if self.grid.key is not None else ()

    def _line(self, row: int) -> TextLine | None:
        rows = self.text.rows
        return self._lines[int(rows.key(row))] if 0 <= row < len(rows) else None

    def _draw_panel(self) -> None:
        opened, wide = self._opened, self.app.size.width >= self.console.WIDE
        lines: list[Line] = []
        for number in self.numbers[:6] if opened is not None else ():
            figure = opened.figure(number) if opened is not None else None
            if figure is None or opened is None:
                continue
            lines.append([("head", f"{number}. {figure.label}: "), ("bold", figure.text + figure.marks)])
            if self._reading:
                continue
            said: Line = [("faint", opened.quoting(number))]
            lines += [said, "", *lines_of(figure)[1:]] if wide else [facts(figure), said]
        if opened is not None and not lines and self._reading:
            lines = [[("faint", _("n: the next line with a figure · Enter shows where it comes from"))]]
        self.panel.show(lines)

    def on_grid_view_moved(self) -> None:
        """Another figure or line is under the cursor."""
        self._draw_panel()

    # --- one figure --------------------------------------------------------------------------------

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Where the figure comes from."""
        message.stop()
        numbers, opened = self.numbers, self._opened
        if opened is None:
            return
        line = self._line(self.text.cursor) if self._reading else None
        if not numbers and line is not None and line.row is not None and line.row.origins:
            self.console.open_text(" · ".join(line.row.cells[:3]), row_lines(line.row))
        elif not numbers:
            self.console.say(_("This line quotes no figure; n goes to the next that does."))
        elif len(numbers) == 1:
            self.open_figure(numbers[0])
        else:
            found = [each for number in numbers if (each := opened.figure(number)) is not None]
            self.console.push_screen(
                ChoiceDialog(
                    _("Which figure?"),
                    [(str(each.number), f"{each.number}. {each.text}  {each.label}") for each in found],
                    lambda key: self.open_figure(int(key)),
                )
            )

    def open_figure(self, number: int) -> None:
        """Numerator, denominator, rule, evidence, cut-off; then what the register says now."""
        if self._opened is not None:
            show_origin(self.console, self._opened, number)

    # --- actions -----------------------------------------------------------------------------------

    def action_show_text(self) -> None:
        """The text in place of the figures, and back, at the same figure."""
        numbers = self.numbers
        self._reading = not self._reading
        self.text.display, self.grid.display = self._reading, not self._reading
        if self._reading:
            if numbers:
                self._to_line_of(numbers[0])
        elif numbers:
            self.grid.go_to(str(numbers[0]))
        self.take_focus()
        self._draw_head()
        self._draw_panel()

    def _to_line_of(self, number: int) -> None:
        """Go to the first line that quotes figure *number*; where there is no text yet, when it comes."""
        self._sought = 0 if self._lines else number
        wanted = (
            place
            for place in range(len(self.text.rows))
            if (line := self._line(place)) is not None and number in line.figures
        )
        self.text.move(next(wanted, self.text.cursor))

    def action_next_figure(self) -> None:
        """The next line that quotes a figure."""
        self._to_figure(1)

    def action_figure_before(self) -> None:
        """The line before that quotes one."""
        self._to_figure(-1)

    def _to_figure(self, by: int) -> None:
        if not self._reading:
            self.grid.move(self.grid.cursor + by)
            return
        row = self.text.cursor
        here = self._line(row)
        row += by
        # A sentence may take several lines: the next one is meant.
        while (line := self._line(row)) is not None:
            if line.figures and (here is None or line.figures != here.figures):
                self.text.move(row)
                return
            row += by
        self.console.say(_("No further figure this way."))

    def action_findings(self) -> None:
        """What checks say about the figures, in full."""
        if self._opened is None:
            return
        lines: list[Line] = []
        for each in self._opened.conflicts:
            lines += [*finding_lines(each), ""]
        issued = self._opened.issued
        if issued is not None and issued.conflict_reason:
            lines.append(_("Issued all the same, because: {reason}").format(reason=issued.conflict_reason))
        self.console.open_text(
            _("What checks say about its figures"), lines or [[("good", _("Nothing contradicts them."))]]
        )

    def action_again(self) -> None:
        """Draw it up again."""
        self.load()

    def at_hand(self) -> Wanted | None:
        """The report that is open; of an issued one, once it was read."""
        if self.wanted is None or (self.wanted.number and self._opened is None):
            return None
        return self.wanted

    def issued_here(self) -> Issued | None:
        """The same, once it was read, where it was issued."""
        return self._opened.issued if self._opened is not None else None

    def personal(self, wanted: Wanted) -> bool:
        """Whether what is open is a list of people."""
        page = self.console.page_of("reports")
        return isinstance(page, ReportPage) and page.personal(wanted)

    def choose(self, wanted: Wanted) -> None:
        """Draw it up for another period, with people named or as numbers."""
        self.open_report(wanted)

    # --- frame -------------------------------------------------------------------------------------

    def go_back(self) -> bool:
        """Stop drawing up, then clear the filter."""
        if self._working:
            self.console.feeds.drop("opened")
            self._working = ""
            self.stale = True
            self._draw_head()
            return False
        return super().go_back()

    def memory(self) -> dict[str, Any]:
        """Which report is open, and how it is read."""
        found = super().memory()
        if self.wanted is not None:
            one = self.wanted
            found["report"] = [one.outline, one.period, one.unit, one.year, one.number]
        if self._reading:
            found["text"] = True
        return found

    def recall(self, memory: dict[str, Any]) -> None:
        """Open the report that was open."""
        known = memory.get("report")
        if isinstance(known, list) and list(map(type, known)) == [str, str, str, int, int]:
            self.open_report(Wanted(*known))
        super().recall(memory)
        if (memory.get("text") is True) is not self._reading:
            if self.is_mounted:
                self.action_show_text()
            else:
                self._reading = memory.get("text") is True

    def take_focus(self) -> None:
        """Keys go to the figures, or the text."""
        self.screen.set_focus(self.text if self._reading else self.grid)

    def on_resize(self) -> None:
        """The text has another width."""
        if self._opened is not None:
            self._lay_out()

    def retranslate(self) -> None:
        """Draw anew in the language in use: a draft is drawn up in it."""
        self.grid.retitle()
        if self._opened is not None and self._opened.issued is None:
            self._opened = None
            self.outdated()
        self.draw()


def _issued(wanted: Wanted, console: Console) -> Opened:
    """The issued report *wanted*; the text of one that names people where that may be read, and noted."""
    from opsconsole.actor import actor
    from opsconsole.reports.opened import may_read, opened_issued

    database, settings = console.feeds.database, console.settings
    with database.read() as reader:
        found = opened_issued(reader, settings, wanted.year, wanted.number)
    issued = found.issued
    if found.state != "people" or issued is None or console.read_only:
        return found
    if not may_read(database, settings, issued, actor()):
        return found
    with database.read() as reader:
        return opened_issued(reader, settings, wanted.year, wanted.number, people=True)


def text_missing(opened: Opened) -> str:
    """Why the text of an issued report cannot be shown."""
    return {
        "missing": _("The file of this report is not in its folder any more; its figures are kept here."),
        "altered": _("The file of this report was ALTERED and is not shown; its figures are kept here."),
        "people": _(
            "This report names people. Its text is for who may see them, in a console that may write: each "
            "request is noted."
        ),
        "large": _("The file of this report is too large to be shown; its figures are kept here."),
    }.get(opened.state, _("This report has no text."))
