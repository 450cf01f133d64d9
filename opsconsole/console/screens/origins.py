"""Where a figure of a report comes from: as the report has it, and what the register says of it now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.console.feeds import Question
from opsconsole.console.screens.dialogs import TextDialog
from opsconsole.console.widgets.plain import Line, Run
from opsconsole.store.database import Reader

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.reports.model import Conflict, Figure
    from opsconsole.reports.opened import Opened
    from opsconsole.reports.passages import TableRow

MOST_ROWS = 100  # rows behind a figure that are shown


def show_origin(console: Console, opened: Opened, number: int) -> None:
    """Open figure *number*: the sentence that quotes it, its facts at once, then what is read."""
    figure = opened.figure(number)
    if figure is None:
        return
    lines: list[Line] = []
    if said := opened.quoting(number):
        lines += [[("faint", said)], ""]
    lines += lines_of(figure)
    for each in opened.conflicts:
        if number in each.figures:
            lines += ["", *finding_lines(each)]
    dialog = TextDialog(f"{figure.number}. {figure.label}", [*lines, "", [("faint", _("Reading …"))]])
    console.push_screen(dialog)

    def show(more: list[Line]) -> None:
        dialog.text.show([*lines, "", *more])

    def failed(error: Exception) -> None:
        show([[("warn", str(error))]])

    behind = _observed(console, figure) if figure.sort == "observed" else _stated(console, figure)
    console.feeds.ask("opened.figure", behind, show, failed)


def _observed(console: Console, figure: Figure) -> Callable[[Reader, Question], list[Line]]:
    """The value explained down to its rows; people and mailboxes are numbers."""
    timezone, today = console.settings.timezone, console.today()

    def work(reader: Reader, question: Question) -> list[Line]:
        from opsconsole.indicators.explain import explain
        from opsconsole.indicators.telling import told

        indicator, place, period = figure.key.split("/", 2)
        unit = place if "@" in place else None
        level = figure.level if unit else place
        found = explain(reader, indicator, period, timezone=timezone, unit=unit, level=level, today=today)
        question.check()
        said = told(found, most_rows=MOST_ROWS, timezone=timezone)
        return [[("head", _("What the register says now"))], *said]

    return work


def _stated(console: Console, figure: Figure) -> Callable[[Reader, Question], list[Line]]:
    """The reported figure, or the target, as it is declared, with its changes."""
    on = console.day.isoformat()

    def work(reader: Reader, question: Question) -> list[Line]:
        from opsconsole.console import detail
        from opsconsole.console.queries.things import thing

        kind = "figures" if figure.sort == "reported" else "targets"
        found = thing(reader, kind, figure.key, on, most_changes=50)
        title: Line = [("head", _("What the register says now"))]
        if found is None:
            return [title, _("{key} is not there any more.").format(key=figure.key)]
        return [title, *detail.full(found)]

    return work


def lines_of(figure: Figure) -> list[Line]:
    """Where a figure comes from by the report, a line each."""
    from opsconsole.reports.render.common import origin

    pairs = origin(figure)
    width = min(26, max(len(label) for label, _text in pairs) + 2)
    return [[("faint", label.ljust(width)), ("", text)] for label, text in pairs]


def facts(figure: Figure) -> Line:
    """The same but the value, one after another, where there is little room."""
    from opsconsole.reports.render.common import origin

    runs: list[Run] = []
    for label, text in origin(figure)[1:]:
        runs += [("faint", f"{label}: "), ("", f"{text}   ")]
    return runs


def finding_lines(one: Conflict) -> list[Line]:
    """What a check found."""
    tone = "bad" if one.verdict == "conflict" else "warn"
    return [[(tone, f"M{one.number}. {one.words}: "), ("bold", one.title)], one.sentence]


def row_lines(row: TableRow) -> list[Line]:
    """The values of a row of a table that are no figures of their own, each with its origin."""
    lines: list[Line] = [[("bold", " · ".join(cell for cell in row.cells if cell))]]
    for title, value, origin in row.origins:
        lines += ["", [("faint", f"{title}: "), ("bold", value)], f"  {origin}"]
    return lines
