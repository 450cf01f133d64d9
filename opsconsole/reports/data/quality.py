"""How good the data is: days with and without logs, what matched nothing, what could not be read, and what
the checks of figures find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsconsole.catalogue import _
from opsconsole.evidence.covered import coverage as covered
from opsconsole.evidence.overview import gaps, unreadable
from opsconsole.indicators.checks import findings, sentence
from opsconsole.indicators.checks.finding import amount, verdict_words
from opsconsole.reports.data import Context, Made, listing, table
from opsconsole.reports.model import Column, Paragraph, Row, Table
from opsconsole.text import date
from opsconsole.words import word


@table("coverage", "days with evidence, by source and month")
def coverage(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row a source and month of the year up to the end of the period."""
    if dry:
        return []
    first, last = f"{context.span.year:04d}-01", f"{context.span.end:%Y-%m}"
    rows: list[Row] = [
        [
            each.source,
            f"{each.month[5:]}/{each.month[:4]}",
            len(each.days),
            len(each.missing),
            ", ".join(date(day) for day in each.missing) or "–",
            each.lines,
            each.lost,
        ]
        for each in covered(context.reader, context.documents)
        if first <= each.month <= last
    ]
    columns = (
        Column(_("Source"), "text", 1.2),
        Column(_("Month"), "text", 0.9),
        Column(_("Days with lines"), "whole", 0.9),
        Column(_("Days without"), "whole", 0.9),
        Column(_("Which"), "text", 3.0),
        Column(_("Lines"), "whole", 1.0),
        Column(_("Messages lost"), "whole", 0.9),
    )
    note = Paragraph(
        (
            _(
                "A day without lines is unknown, not idle; a source of documents, such as attendance "
                "lists, has lines on the days of its sessions only."
            ),
        ),
        "note",
    )
    return [
        Table(
            "coverage",
            title or _("Days with evidence"),
            columns,
            lambda: iter(rows),
            origin=_("the table of coverage"),
        ),
        note,
    ]


@table(
    "not-counted", "evidence that was not counted: names that match nothing, lines that cannot be read, gaps"
)
def not_counted(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """By source and reason; addresses and names themselves are not printed."""
    if dry:
        return []
    words = {
        "address": _("addresses of no mailbox"),
        "closed": _("mailboxes after their end"),
        "failed": _("failed logins to unknown addresses"),
        "site": _("names of no site"),
        "session": _("names of no session"),
    }
    rows: list[Row] = [
        [source, words.get(sort, sort), different, total, date(first), date(last)]
        for source, sort, different, total, first, last in context.reader.rows(
            'SELECT source, sort, count(*), sum("count"), min(first_day), max(last_day) FROM unmatched'
            " WHERE province = :province GROUP BY source, sort ORDER BY source, sort"
        )
    ]
    rows += [
        [each.source, _("unreadable: {reason}").format(reason=_reason(each.reason)), 1, each.count, "–", "–"]
        for each in unreadable(context.reader)
    ]
    rows += [
        [
            each.source,
            _("a file was cut: {reason}").format(reason=_reason(each.reason)),
            1,
            None,
            date(each.noted_at),
            "–",
        ]
        for each in gaps(context.reader)
    ]
    columns = (
        Column(_("Source"), "text", 1.2),
        Column(_("What"), "text", 3.4),
        Column(_("Different ones"), "whole", 0.9),
        Column(_("Lines"), "whole", 0.9),
        Column(_("First day"), "text", 1.1),
        Column(_("Last day"), "text", 1.1),
    )
    return listing(
        "not-counted",
        title or _("Evidence that was not counted"),
        columns,
        rows,
        origin=_("all evidence read so far, whatever its day"),
        nothing=_("All evidence was counted."),
    )


def _reason(reason: str) -> str:
    return _(reason) if reason else ""


@table("checks", "what the checks of figures find")
def checks(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """All checks of the year, contradictions first."""
    if dry:
        return []
    rows: list[Row] = [
        [
            place,
            one.title,
            verdict_words(one.verdict),
            amount(one.expected, one.unit_of_measure),
            amount(one.stated, one.unit_of_measure),
            sentence(one),
        ]
        for place, one in enumerate(findings(context.reader, context.span.year), 1)
    ]
    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("What must hold"), "text", 2.8),
        Column(_("Verdict"), "text", 1.1),
        Column(_("Expected"), "text", 1.0),
        Column(_("Stated"), "text", 1.0),
        Column(_("Finding"), "text", 4.0),
    )
    return listing(
        "checks",
        title or _("Checks of figures, {year}").format(year=context.span.year),
        columns,
        rows,
        origin=_("checks of the register"),
        nothing=_("No check is declared for {year}.").format(year=context.span.year),
    )


@table("doubtful", "indicators whose value has bounds: evidence is missing", "levels")
def doubtful(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """Values of the whole province that the missing evidence could move, or that have no value."""
    if dry:
        return []
    rows: list[Row] = []
    for code, name, value, low, high, unit in context.reader.rows(
        "SELECT o.indicator, CASE WHEN :vi = 1 THEN i.name ELSE i.name_en END, o.value, o.low, o.high,"
        " CASE WHEN :vi = 1 THEN i.unit_of_measure ELSE COALESCE(i.unit_of_measure_en, i.unit_of_measure) END"
        " FROM observation o JOIN indicator i ON i.province = o.province AND i.key = "
        "o.indicator"
        " WHERE o.province = :province AND o.current = 1 AND o.unit_id = '' AND o.level = 'all'"
        " AND o.period = :period AND (o.value IS NULL OR o.low <> o.value OR o.high IS NULL OR o.high <> "
        "o.value)"
        " ORDER BY o.indicator",
        {"period": context.span.name, "vi": int(context.language == "vi")},
    ):
        rows.append([code, name, value, low, high, word(unit)])
    columns = (
        Column(_("Code"), "text", 1.4),
        Column(_("Indicator"), "text", 3.2),
        Column(_("Value"), "real", 0.9),
        Column(_("at least"), "real", 0.9, _("Bounds")),
        Column(_("at most"), "real", 0.9, _("Bounds")),
        Column(_("Unit"), "text", 0.9),
    )
    return listing(
        "doubtful",
        title or _("Values with bounds"),
        columns,
        rows,
        origin=_("observations of {period}").format(period=context.span.name),
        nothing=_("No missing evidence could move a value of the province."),
    )
