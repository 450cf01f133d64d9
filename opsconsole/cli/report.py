"""``opsconsole report``: list, draft, issue, verify and compare reports."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _, language
from opsconsole.cli.days import DAY
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json, table
from opsconsole.cli.speech import Group
from opsconsole.reportsettings import FORMATS
from opsconsole.text import date, number

if TYPE_CHECKING:
    from opsconsole.reports.issue import Written
    from opsconsole.reports.verify import Verified


@click.group(cls=Group, help="Reports: draft, issue, verify, compare.")
def report() -> None:
    """Reports."""


@report.command("list", help="The reports that can be made, and those issued.")
@click.option("--issued", "only_issued", is_flag=True, help="Only those issued.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def list_(frame: Frame, only_issued: bool, as_json: bool) -> None:
    from opsconsole.reports.issue import known_outlines
    from opsconsole.reports.issued import issued
    from opsconsole.reports.outline import SPAN_WORDS

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
                _corrections(each.corrects, each.corrected_by),
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


def _corrections(corrects: tuple[int, int] | None, corrected_by: tuple[tuple[int, int], ...]) -> str:
    parts = []
    if corrects:
        parts.append(_("corrects {name}").format(name=f"{corrects[0]}/{corrects[1]}"))
    if corrected_by:
        parts.append(
            _("corrected by {names}").format(names=", ".join(f"{year}/{each}" for year, each in corrected_by))
        )
    return "; ".join(parts)


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

    if as_text:
        from opsconsole.reports.preview import preview

        for line in preview(frame.database, frame.settings, name, period, language=language or "", unit=unit):
            say(line)
        return
    with bar(_("Writing the report")) as progress:
        written = reports.draft(
            frame.database,
            frame.settings,
            name,
            period,
            actor=actor(),
            language=language or "",
            unit=unit,
            people=people,
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

    with bar(_("Issuing the report")) as progress:
        written = reports.issue(
            frame.database,
            frame.settings,
            name,
            period,
            actor=actor(),
            language=language or "",
            unit=unit,
            people=people,
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
    from opsconsole.reports.verify import verify as run

    with bar(_("Recomputing the figures")) as progress, frame.database.read() as reader:
        found = run(
            reader, Path(file), timezone=frame.settings.timezone, recompute=not quick, progress=progress
        )
    if as_json:
        say_json(found.data)
    else:
        _verified(found)
    return 0 if found.holds else 2 if found.state == "issued" and found.chain else 1


def _verified(found: Verified) -> None:
    if found.state == "unknown":
        say(_("{file}: not a report of this register").format(file=found.file))
        if found.claims:
            say(_("it says of itself that it is {claim}").format(claim=found.claims))
        return
    if found.state == "draft":
        say(_("{file}: {claim}; a draft was never issued").format(file=found.file, claim=found.claims))
        return
    report = found.report
    if report is None:
        return
    if found.state == "altered":
        say(
            _(
                "{file}: ALTERED. It says that it is {claim}, and is none of the files that were issued"
            ).format(file=found.file, claim=found.claims)
        )
        return
    say(_("{file}: the file that was issued ({format})").format(file=found.file, format=found.format))
    say(
        _("No. {sign}, {title}, {period}; issued on {day} by {who}").format(
            sign=report.sign,
            title=report.title,
            period=report.period,
            day=date(report.issued_on),
            who=report.issued_by,
        )
    )
    if not found.chain:
        say(_("the history does not have this issue as it was: 'opsconsole audit verify' says what is wrong"))
    if report.corrected_by:
        names = ", ".join(f"{year}/{each}" for year, each in report.corrected_by)
        say(_("it was corrected by {names}").format(names=names))
    same = [each for each in found.figures if each.state == "same"]
    if found.figures:
        say(
            _("{same} of {all} figures recompute to the same value").format(
                same=number(len(same), language()), all=number(len(found.figures), language())
            )
        )
    words = {"changed": _("changed since"), "altered": _("ALTERED"), "gone": _("gone")}
    rows = [
        [str(each.number), each.label, each.text, each.now or "–", words[each.state], each.why]
        for each in found.figures
        if each.state != "same"
    ]
    if rows:
        table([_("no."), _("figure"), _("as issued"), _("now"), _("state"), _("why")], rows, right={0})


@report.command(help="Two reports beside each other: which figures differ.")
@click.argument("first")
@click.argument("second")
@click.option("--all", "everything", is_flag=True, help="Also the figures that are the same.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def compare(frame: Frame, first: str, second: str, everything: bool, as_json: bool) -> None:
    from opsconsole.reports.compare import compare as run
    from opsconsole.reports.compare import side

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
    rows = [[each.label, each.first or "–", each.second or "–", _signed(each.difference)] for each in shown]
    table(
        [_("figure"), f"{one.called} {one.period}", f"{other.called} {other.period}", _("difference")],
        rows,
        right={1, 2, 3},
    )


def _signed(difference: float | None) -> str:
    if difference is None:
        return "–"
    text = number(round(abs(difference), 9), language())
    return text if difference == 0 else f"{'−' if difference < 0 else '+'}{text}"


@report.command(help="One figure of an issued report, with its origin.")
@click.argument("issued_report", metavar="YEAR/NUMBER")
@click.argument("figure")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def figure(frame: Frame, issued_report: str, figure: str, as_json: bool) -> None:
    from opsconsole.errors import Refused
    from opsconsole.reports.issued import named, quoted
    from opsconsole.reports.model import Figure
    from opsconsole.reports.render.common import origin

    with frame.database.read() as reader:
        found = quoted(reader, *named(issued_report))
    for each in found:
        if figure in (str(each["number"]), each["name"], each["key"]):
            if as_json:
                say_json(each)
                return
            made = Figure(
                **{**each, "evidence": tuple(each["evidence"]), "conflicts": tuple(each["conflicts"])}
            )
            say(f"{made.number}. {made.label}")
            for label, text in origin(made):
                say(f"{label + ':':<24} {text}")
            return
    raise Refused(
        _("report {name} quotes no figure '{figure}'; it has numbers 1 to {count}").format(
            name=issued_report, figure=figure, count=len(found)
        )
    )
