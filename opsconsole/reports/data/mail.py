"""E-mail: how the use of mailboxes is distributed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators.explain import explain
from opsconsole.reports import charts
from opsconsole.reports.data import Context, Made, chart, listed
from opsconsole.reports.data.indicators import names_of
from opsconsole.reports.model import Chart, Column, Paragraph

_BINS = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90)


@chart("distribution", "mailboxes by the share of working days on which they were used", "indicator")
def distribution(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A column for each tenth of the working days with logs; the first is for never."""
    code = listed(options, "indicator", ["mail.regular"])[0]
    names_of(context, [code])
    if dry:
        return []
    try:
        found = explain(
            context.reader, code, context.span.name, timezone=context.timezone, unit=context.unit or None
        )
    except Refused as error:
        return [Paragraph((str(error),), "note")]
    days = [row.facts.get("active_days") for row in found.rows if row.sort == "account"]
    known = found.known
    if not days or not known or any(each is None for each in days):
        return [Paragraph((_("No log tells on which days mailboxes were used."),), "note")]
    counts = [0] * 11
    for each in days:
        share = 100 * min(int(each or 0), known) / known
        counts[0 if not each else min(10, int(share // 10) + 1)] += 1
    labels = [_("never"), *(f"{low}–{low + 10}" for low in _BINS)]
    title = title or _("Mailboxes by the share of working days on which they were used")
    rows = list(zip(labels, counts, strict=True))
    below = _("% of the {known} working days with logs").format(known=known)
    said = "; ".join(
        f"{label} %: {count}" if label[0].isdigit() else f"{label}: {count}" for label, count in rows
    )
    columns = (Column(_("% of working days")), Column(_("Mailboxes"), "whole"))
    return [
        Chart(
            "distribution", title, *charts.columns(title, rows, below), said, columns, tuple(rows), "column"
        )
    ]
