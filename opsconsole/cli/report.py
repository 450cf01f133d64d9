"""``opsconsole report``: list, draft, issue, verify and compare reports."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _, language
from opsconsole.cli.days import DAY
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json, table
from opsconsole.cli.speech import Group
from opsconsole.settings.reports import FORMATS
from opsconsole.text import date, number

if TYPE_CHECKING:
    from opsconsole.reports.issue import Written


@click.group(cls=Group, help="Reports: draft, issue, verify, compare.")
def report() -> None:
    """Reports."""


@report.command("list", help="The reports that can be made, and those issued.")
@click.option("--issued", "only_issued", is_flag=True, help="Only those issued.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def list_(frame: Frame, only_issued: bool, as_json: bool) -> None:
    from opsconsole.reports.issued import issued
    from opsconsole.reports.order import known_outlines
    from opsconsole.reports.outline import SPAN_WORDS
    from opsconsole.reports.telling import corrections

    settings = frame.settings
    known = known_outlines(settings)
    with frame.database.read() as reader:
        found = issued(reader)
    if as_json:
        outlines = [
            {
                "report": each.name,
                "title": each.title.in_(language()),
                "periods": list(each.spans),
                "unit": each.unit,
                "file": each.file,
            }
            for each in known.values()
        ]
        say_json({"outlines": outlines, "issued": [each.data for each in found]})
        return
    if not only_issued:
        rows = [
            [
                each.name,
                each.title.in_(language()),
                ", ".join(_(SPAN_WORDS[span]) for span in each.spans),
                each.file,
            ]
            for each in known.values()
        ]
        table([_("report"), _("title"), _("of"), _("outline")], rows, right=set())
        if found:
            say()
    if found:
        rows = [
            [
                each.name,
                each.sign,
                date(each.issued_on),
                each.title,
                each.period,
                each.issued_by,
                corrections(each.corrects, each.corrected_by),
            ]
            for each in found
        ]
        table(
            [_("issued"), _("no."), _("day"), _("title"), _("period"), _("by"), _("correction")],
            rows,
            right=set(),
        )
    elif only_issued:
        narrate(_("No report was issued."))


_LANGUAGE = click.option(
    "--language",
    type=click.Choice(["vi", "en"]),
    help="Language of the report (default: that of config.yaml).",
)
_UNIT = click.option("--unit", default="", help="Code of the unit that the report is about.")
_FORMATS = click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    help="A format; repeatable (default: config.yaml).",
)
_PEOPLE = click.option(
    "--people", is_flag=True, help="Name mailboxes and people: personal data, only for who may."
)


@report.command(help="Write a draft, which carries a mark and no number.")
@click.argument("name")
@click.argument("period")
@_UNIT
@_LANGUAGE
@_FORMATS
@_PEOPLE
@click.option("--out", type=click.Path(file_okay=False), help="Folder (default: drafts among the reports).")
@click.option("--text", "as_text", is_flag=True, help="Print it as text and write no file.")
@click.option("--json", "as_json", is_flag=True, help="What was written, as JSON.")
@click.pass_obj
def draft(
    frame: Frame,
    name: str,
    period: str,
    unit: str,
    language: str | None,
    formats: tuple[str, ...],
    people: bool,
    out: str | None,
    as_text: bool,
    as_json: bool,
) -> None:
    from opsconsole.actor import actor
    from opsconsole.reports import issue as reports
    from opsconsole.reports.order import Order

    order = Order(name, period, unit, language or "", people)
    if as_text:
        from opsconsole.reports.opened import preview

        width = min(120, shutil.get_terminal_size((100, 24)).columns)
        for line in preview(frame.database, frame.settings, order, actor=actor(), width=width):
            say(line)
        return
    with bar(_("Writing the report")) as progress:
        written = reports.draft(
            frame.database,
            frame.settings,
            order,
            actor=actor(),
            formats=formats,
            folder=Path(out) if out else None,
            progress=progress,
        )
    _written(written, as_json)


@report.command(help="Issue a report: it gets its number and is frozen.")
@click.argument("name")
@click.argument("period")
@_UNIT
@_LANGUAGE
@_FORMATS
@_PEOPLE
@click.option("--reason", default="", help="Why it is issued though checks contradict figures of it.")
@click.option("--corrects", default="", help="YEAR/NUMBER of the report that it corrects.")
@click.option("--why", default="", help="What the correction corrects.")
@click.option("--date", "on", type=DAY, help="Day of issue (default: today).")
@click.option("--json", "as_json", is_flag=True, help="What was written, as JSON.")
@click.pass_obj
def issue(
    frame: Frame,
    name: str,
    period: str,
    unit: str,
    language: str | None,
    formats: tuple[str, ...],
    people: bool,
    reason: str,
    corrects: str,
    why: str,
    on: dt.date | None,
    as_json: bool,
) -> None:
    from opsconsole.actor import actor
    from opsconsole.reports import issue as reports
    from opsconsole.reports.issued import named
    from opsconsole.reports.order import Order

    with bar(_("Issuing the report")) as progress:
        written = reports.issue(
            frame.database,
            frame.settings,
            Order(name, period, unit, language or "", people),
            actor=actor(),
            formats=formats,
            conflict_reason=reason,
            corrects=named(corrects) if corrects else None,
            corrects_reason=why,
            on=on,
            progress=progress,
        )
    _written(written, as_json)


def _written(written: Written, as_json: bool) -> None:
    if as_json:
        say_json(written.data)
        return
    if written.number:
        say(
            _("Issued: No. {sign} ({name}), {title}, {period}").format(
                sign=written.sign,
                name=f"{written.year}/{written.number}",
                title=written.title,
                period=written.period,
            )
        )
    else:
        say(_("Draft: {title}, {period}").format(title=written.title, period=written.period))
    for path in written.files:
        say(f"  {path}")
    for words, sentence in written.conflicts:
        narrate(f"{words}: {sentence}")


@report.command(help="Whether a file is the one issued, and whether its figures still recompute.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--quick", is_flag=True, help="Only the file, not its figures.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def verify(frame: Frame, file: str, quick: bool, as_json: bool) -> int:
    """0: issued, and all figures recompute; 1: not the file that was issued; 2: figures have changed."""
    from opsconsole.reports.telling import verified
    from opsconsole.reports.verify import verify as run

    with bar(_("Recomputing the figures")) as progress, frame.database.read() as reader:
        found = run(
            reader, Path(file), timezone=frame.settings.timezone, recompute=not quick, progress=progress
        )
    if as_json:
        say_json(found.data)
    else:
        for line in verified(found):
            say(line)
    return 0 if found.holds else 2 if found.state == "issued" and found.chain else 1


@report.command(help="Two reports beside each other: which figures differ.")
@click.argument("first")
@click.argument("second")
@click.option("--all", "everything", is_flag=True, help="Also the figures that are the same.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def compare(frame: Frame, first: str, second: str, everything: bool, as_json: bool) -> None:
    from opsconsole.reports.compare import compare as run
    from opsconsole.reports.compare import side
    from opsconsole.reports.telling import compared

    with frame.database.read() as reader:
        one, other = side(reader, first), side(reader, second)
    found = run(one, other)
    shown = [each for each in found if everything or not each.same]
    if as_json:
        say_json({"first": one.called, "second": other.called, "figures": [each.data for each in shown]})
        return
    if not shown:
        say(_("all {count} figures are the same").format(count=number(len(found), language())))
        return
    for line in compared(one, other, shown):
        say(line)


@report.command(help="One figure of an issued report, with its origin.")
@click.argument("issued_report", metavar="YEAR/NUMBER")
@click.argument("figure")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def figure(frame: Frame, issued_report: str, figure: str, as_json: bool) -> None:
    from dataclasses import asdict

    from opsconsole.reports.issued import named
    from opsconsole.reports.opened import figure_named, opened_issued
    from opsconsole.reports.render.common import origin

    with frame.database.read() as reader:
        found = figure_named(opened_issued(reader, frame.settings, *named(issued_report)), figure)
    if as_json:
        say_json(asdict(found))
        return
    say(f"{found.number}. {found.label}")
    for label, text in origin(found):
        say(f"{label + ':':<24} {text}")
