"""What verifying and comparing found, in words: what the command line prints and the console shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from opsconsole.catalogue import _, language
from opsconsole.reports.compare import Difference, Side
from opsconsole.reports.issued import Issued
from opsconsole.reports.verify import FigureCheck, Standing, Verified
from opsconsole.text import date, number, tabulated


def corrections(corrects: tuple[int, int] | None, corrected_by: Iterable[tuple[int, int]]) -> str:
    """What a report corrects and what corrects it; '' for neither."""
    parts = []
    if corrects:
        parts.append(_("corrects {name}").format(name=f"{corrects[0]}/{corrects[1]}"))
    if names := named(corrected_by):
        parts.append(_("corrected by {names}").format(names=names))
    return "; ".join(parts)


def named(reports: Iterable[tuple[int, int]]) -> str:
    """``2020/3, 2020/7``."""
    return ", ".join(f"{year}/{each}" for year, each in reports)


def verified(found: Verified) -> list[str]:
    """What is known of a file, a line each."""
    if found.state == "unknown":
        lines = [_("{file}: not a report of this register").format(file=found.file)]
        if found.claims:
            lines.append(_("it says of itself that it is {claim}").format(claim=found.claims))
        return lines
    if found.state == "draft":
        return [_("{file}: {claim}; a draft was never issued").format(file=found.file, claim=found.claims)]
    report = found.report
    if report is None:
        return []
    if found.state == "altered":
        return [
            _(
                "{file}: ALTERED. It says that it is {claim}, and is none of the files that were issued"
            ).format(file=found.file, claim=found.claims)
        ]
    return [
        _("{file}: the file that was issued ({format})").format(file=found.file, format=found.format),
        *_of_report(report, found.chain, found.figures),
    ]


def stands(found: Standing) -> list[str]:
    """How an issued report stands, a line each."""
    lines = _of_report(found.report, found.chain, found.figures)
    whole = sum(each.state == "same" for each in found.files)
    lines.append(
        _("{same} of {all} files are as they were issued: {folder}").format(
            same=whole, all=len(found.files), folder=found.folder
        )
    )
    words = {"altered": _("ALTERED"), "missing": _("not there any more")}
    lines += [f"  {each.name}: {words[each.state]}" for each in found.files if each.state != "same"]
    return lines


def _of_report(report: Issued, chain: bool, figures: Sequence[FigureCheck]) -> list[str]:
    lines = [
        _("No. {sign}, {title}, {period}; issued on {day} by {who}").format(
            sign=report.sign,
            title=report.title,
            period=report.period,
            day=date(report.issued_on),
            who=report.issued_by,
        )
    ]
    if not chain:
        lines.append(
            _("the history does not have this issue as it was: 'opsconsole audit verify' says what is wrong")
        )
    if report.corrected_by:
        lines.append(_("it was corrected by {names}").format(names=named(report.corrected_by)))
    if figures:
        same = sum(each.state == "same" for each in figures)
        lines.append(
            _("{same} of {all} figures recompute to the same value").format(
                same=number(same, language()), all=number(len(figures), language())
            )
        )
    words = {"changed": _("changed since"), "altered": _("ALTERED"), "gone": _("gone")}
    rows = [
        [str(each.number), each.label, each.text, each.now or "–", words[each.state], each.why]
        for each in figures
        if each.state != "same"
    ]
    if rows:
        heads = [_("no."), _("figure"), _("as issued"), _("now"), _("state"), _("why")]
        lines += tabulated(heads, rows, {0})
    return lines


def compared(one: Side, other: Side, shown: Iterable[Difference]) -> list[str]:
    """Two reports beside each other: the figures *shown*, a line each, under their heads."""
    rows = [[each.label, each.first or "–", each.second or "–", signed(each.difference)] for each in shown]
    heads = [_("figure"), f"{one.called} {one.period}", f"{other.called} {other.period}", _("difference")]
    return tabulated(heads, rows, {1, 2, 3})


def signed(difference: float | None) -> str:
    """A difference with its sign; a dash where there is none to say."""
    if difference is None:
        return "–"
    text = number(round(abs(difference), 9), language())
    return text if difference == 0 else f"{'−' if difference < 0 else '+'}{text}"
