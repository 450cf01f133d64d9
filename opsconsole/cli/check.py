"""``opsconsole check``: figures held together, and what does not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _, language
from opsconsole.cli.frame import Frame, narrate, say, say_json
from opsconsole.cli.speech import Command
from opsconsole.text import number

if TYPE_CHECKING:
    from opsconsole.indicators.checks import Finding
    from opsconsole.indicators.checks.finding import Term


@click.command(cls=Command, help="Hold figures together and say what does not agree.")
@click.option("--year", type=click.IntRange(1990, 2100), help="The year (default: the year in config.yaml).")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def check(frame: Frame, year: int | None, as_json: bool) -> int:
    from opsconsole.indicators.checks import findings, sentence
    from opsconsole.indicators.checks.finding import VERDICTS, counts, verdict_words

    chosen = year or frame.settings.year
    with frame.database.read() as reader:
        found = findings(reader, chosen)
    number_of = counts(found)
    code = 1 if number_of["conflict"] else 0
    if as_json:
        say_json([one.data | {"text": sentence(one)} for one in found])
        return code
    if not found:
        narrate(_("No check of {year} is declared.").format(year=chosen))
        return code
    for finding in found:
        _show(finding, verdict_words(finding.verdict))
    total = ", ".join(
        f"{number(number_of[verdict], language())} {verdict_words(verdict)}" for verdict in VERDICTS
    )
    say(_("{year}, {count} checks: {total}").format(year=chosen, count=len(found), total=total))
    return code


def _show(finding: Finding, verdict: str) -> None:
    from opsconsole.indicators.checks import sentence
    from opsconsole.indicators.checks.finding import amount

    say(f"{verdict}: {finding.title} ({finding.check})")
    say(f"  {sentence(finding)}")
    if finding.expected is not None or finding.stated is not None:
        unit = finding.unit_of_measure
        say(
            "  "
            + _("expected {expected}, stated {stated}, difference {difference}").format(
                expected=amount(finding.expected, unit),
                stated=amount(finding.stated, unit),
                difference=amount(finding.difference),
            )
        )
    if finding.implied:
        say("  " + _("implied opening balance: {implied}").format(implied=amount(finding.implied)))
    for term in finding.where:
        say(f"    {_where(term)}")
    if finding.note:
        say(f"  {finding.note}")
    say()


def _where(term: Term) -> str:
    """Where a figure is written, in its source and in the declared files."""
    parts = [f"{term.operand}: {term.shown}", *(each for each in (term.source, term.place) if each)]
    return ", ".join(parts) + (f" ({term.file}:{term.line})" if term.file else "")
