"""The videoconference year: sessions as they were held, sites and how they came, the calendar."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from opsconsole.catalogue import _, language
from opsconsole.indicators.explain import Explanation, explain
from opsconsole.reports import charts
from opsconsole.reports.data import Context, Made, chart, table
from opsconsole.reports.data.indicators import names_of
from opsconsole.reports.model import Chart, Column, Paragraph, Row, Table
from opsconsole.text import date
from opsconsole.words import word

HELD, CAME, TIME, HOURS = (
    "conference.sessions",
    "conference.attendance",
    "conference.punctuality",
    "conference.site_hours",
)


def _explained(context: Context, code: str) -> Explanation:
    names_of(context, [code])
    found: Explanation = context.once(
        f"explained {code}",
        lambda: explain(context.reader, code, context.span.name, timezone=context.timezone),
    )
    return found


@table("sessions", "the sessions held: day, kind, title, sites, time")
def sessions(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """The rows behind the number of sessions held."""
    names_of(context, [HELD])
    if dry:
        return []
    found = _explained(context, HELD)
    known = {
        key: (name, kind)
        for key, name, kind in context.reader.rows(
            "SELECT key, title, kind FROM session WHERE province = :province"
        )
    }

    def rows() -> Iterator[Row]:
        ordered = sorted(found.rows, key=lambda row: (str(row.facts.get("day")), row.key))
        for place, row in enumerate(ordered, 1):
            name, kind = known.get(row.key, (_("not announced"), ""))
            seconds = int(row.facts.get("seconds") or 0)
            yield [
                place,
                row.facts.get("day"),
                row.key,
                name,
                word(kind) or "–",
                row.facts.get("sites"),
                seconds / 3600,
            ]

    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Day"), "date", 1.0),
        Column(_("Session"), "text", 1.2),
        Column(_("Title"), "text", 3.6),
        Column(_("Kind"), "text", 1.4),
        Column(_("Sites"), "whole", 0.7),
        Column(_("Hours"), "real", 0.7),
    )
    totals = (
        [
            None,
            "",
            "",
            _("Sessions: {count}").format(count=len(found.rows)),
            "",
            None,
            sum(int(row.facts.get("seconds") or 0) for row in found.rows) / 3600,
        ],
    )
    return [Table("sessions", title or _("Sessions held"), columns, rows, totals, _origin(found))]


def _origin(found: Explanation) -> str:
    return _("the rows behind {code} in {period}, cut-off {day}").format(
        code=found.indicator, period=found.period, day=date(found.cut_off)
    )


@table("sites", "the sites: invited, came, in time, hours")
def sites(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row a site, from the rows behind attendance, punctuality and hours."""
    names_of(context, [CAME, TIME, HOURS])
    if dry:
        return []
    tally: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
    for code, above, below in ((CAME, 1, 0), (TIME, 2, 3)):
        for row in _explained(context, code).rows:
            tally[row.key][above] += row.numerator
            tally[row.key][below] += row.denominator
    for row in _explained(context, HOURS).rows:
        tally[row.key][4] += row.numerator
    names: dict[str, str] = dict(
        context.reader.rows("SELECT key, name FROM site WHERE province = :province ORDER BY sort_key")
    )

    def rows() -> Iterator[Row]:
        ordered = [key for key in names if key in tally] + sorted(set(tally) - set(names))
        for place, key in enumerate(ordered, 1):
            invited, came, in_time, connected, hours = tally[key]
            yield [
                place,
                names.get(key, key),
                invited,
                came,
                100 * came / invited if invited else None,
                100 * in_time / connected if connected else None,
                hours,
            ]

    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Site"), "text", 3.6),
        Column(_("Invited"), "whole", 0.8),
        Column(_("Came"), "whole", 0.8),
        Column(_("Came, %"), "percent", 0.9),
        Column(_("In time, %"), "percent", 0.9),
        Column(_("Hours"), "real", 0.9),
    )
    return [
        Table(
            "sites", title or _("Conference sites"), columns, rows, origin=_origin(_explained(context, CAME))
        )
    ]


@chart("calendar", "the sessions of the year by day")
def calendar(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A week a column, the number of sessions in its day."""
    names_of(context, [HELD])
    if dry:
        return []
    found = _explained(context, HELD)
    counts = Counter(str(row.facts.get("day")) for row in found.rows)
    if not counts:
        return [Paragraph((_("No session was held."),), "note")]
    title = title or _("Sessions of {year}, by day").format(year=context.span.year)
    weekdays = (
        ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
        if language() == "vi"
        else ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    )
    months = [_("M{month}").format(month=month) for month in range(1, 13)]
    by_month = Counter(day[:7] for day in counts.elements())
    said = "; ".join(
        f"{_('M{month}').format(month=int(month[5:]))}: {count}" for month, count in sorted(by_month.items())
    )
    columns = (Column(_("Month")), Column(_("Sessions"), "whole"))
    return [
        Chart(
            "calendar",
            title,
            *charts.year(title, context.span.year, dict(counts), weekdays, months),
            said,
            columns,
            tuple(sorted(by_month.items())),
            "column",
        )
    ]
