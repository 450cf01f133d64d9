"""Two reports beside each other: issued ones by what they quote, a draft by what it would say now."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.console.feeds import Question
from opsconsole.console.screens.issuing import Issuing, Wanted, drawn_up
from opsconsole.console.widgets.plain import Line
from opsconsole.words import amount

if TYPE_CHECKING:
    from opsconsole.reports.compare import Difference, Side


def compare(maker: Issuing, one: Wanted, other: Wanted) -> None:
    """Show which figures of *one* and *other* differ."""
    console = maker.console
    speak = console.language

    def side(wanted: Wanted, question: Question) -> Side:
        from opsconsole.reports.compare import Side, side

        if wanted.number:
            with console.feeds.database.read() as reader:
                return side(reader, wanted.key)
        opened = drawn_up(replace(wanted, people=False), console, speak, question)
        figures = {each.name: asdict(each) for each in opened.figures}
        return Side(_("draft of now"), opened.outline, opened.period, figures)

    def work(question: Question) -> Any:
        from opsconsole.reports.compare import compare

        first, second = side(one, question), side(other, question)
        return first, second, compare(first, second)

    def show(value: Any) -> None:
        if isinstance(value, str):
            console.say(value)
            return
        console.state_line.hush()
        console.open_text(_("Two reports beside each other"), compare_lines(*value))

    console.say(_("Comparing …"))
    console.feeds.run("compare", work, show, maker.refused)


def compare_lines(first: Side, second: Side, found: list[Difference]) -> list[Line]:
    """What differs between two reports."""
    from opsconsole.reports.telling import signed

    differing = [each for each in found if not each.same]
    heads = f"{first.called} {first.period} → {second.called} {second.period}"
    lines: list[Line] = [[("bold", heads)]]
    if not differing:
        return [
            *lines,
            "",
            [("good", _("all {count} figures are the same").format(count=amount(len(found))))],
        ]
    lines.append(
        _("{count} of {all} figures differ").format(count=amount(len(differing)), all=amount(len(found)))
    )
    lines.append("")
    for each in differing:
        lines.append(each.label)
        lines.append(
            [
                ("faint", f"    {each.first or '–'} → "),
                ("warn", each.second or "–"),
                ("faint", f"  ({signed(each.difference)})"),
            ]
        )
    return lines
