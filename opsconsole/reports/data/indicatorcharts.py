"""Indicators as charts: targets on their way, units by month as a heat table, units in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opsconsole.catalogue import _
from opsconsole.indicators.tree import ALL, level_words
from opsconsole.reports import charts
from opsconsole.reports.data import Context, Made, chart, levels_of, listed, whole
from opsconsole.reports.data.indicators import (
    KINDS,
    by_month,
    names_of,
    of_units,
    standings_of,
)
from opsconsole.reports.figures import stated_text, value_text
from opsconsole.reports.model import Chart, Column, Paragraph
from opsconsole.reports.spans import beside
from opsconsole.reports.spans import months as months_of


@chart("pace", "how far each target of the year is")
def pace(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A bar a target."""
    found = standings_of(context)
    if dry or not found:
        return []
    title = title or _("Targets of {year}: how far they are").format(year=context.span.year)
    rows = []
    for one in found:
        of = context.unit_name(one.unit_id) if one.unit_id else level_words(one.level)
        rows.append(
            charts.Pace(
                f"{one.short_title} – {of}",
                one.target,
                one.value,
                one.expected,
                one.status_text,
                value_text(one.value, one.unit_of_measure).replace(" %", ""),
                stated_text(one.target, one.unit_of_measure),
            )
        )
    said = "; ".join(f"{row.label}: {row.value_text} / {row.target_text}, {row.words}" for row in rows)
    columns = (
        Column(_("Indicator")),
        Column(_("Reached"), "real"),
        Column(_("Target"), "real"),
        Column(_("Standing")),
    )
    data = tuple((row.label, row.value, row.target, row.words) for row in rows)
    return [Chart("pace", title, *charts.pace(title, rows), said, columns, data, "bar")]


# --- units -----------------------------------------------------------------------------------------


_ROWS_A_CHART = 26  # what a landscape page holds below a title


@chart("heat", "units by month as a heat table", "indicator", "levels")
def heat(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A cell a unit and month, the darker the higher; charts of up to 26 units each."""
    code = listed(options, "indicator")[0]
    name, _short, unit_of_measure = names_of(context, [code])[code]
    levels, chosen = levels_of(options, ["province", "department", "district"]), months_of(context.span)
    if dry:
        return []
    seen = by_month(context, code, chosen)
    rows: list[tuple[str, list[float | None]]] = [
        (unit_name, [seen[month].get(unit, (None,))[0] for month in chosen])
        for unit, unit_name, _level in context.units(levels)
    ]
    values = [value for _name, each in rows for value in each if value is not None]
    if not values:
        return [Paragraph((_("Nothing was measured of '{name}'.").format(name=name),), "note")]
    most = 100.0 if unit_of_measure == "percent" else max(values)
    heads = [_("M{month}").format(month=int(month[5:7])) for month in chosen]
    made: Made = []
    parts = range(0, len(rows), _ROWS_A_CHART)
    for start in parts:
        some = rows[start : start + _ROWS_A_CHART]
        called = title or _("{name}, by month").format(name=name)
        if len(parts) > 1:
            called += f" ({start // _ROWS_A_CHART + 1}/{len(parts)})"
        kind, decimals = KINDS.get(unit_of_measure, ("real", 2))
        columns = (Column(_("Unit")), *(Column(head, kind, 1, "", decimals) for head in heads))
        data = tuple((label, *cells) for label, cells in some)
        said = _("Units by month, {count} units; lowest {least}, highest {most}.").format(
            count=len(some),
            least=value_text(min(values), unit_of_measure),
            most=value_text(max(values), unit_of_measure),
        )
        made.append(
            Chart(
                f"heat-{code}-{start}", called, *charts.heat(called, heads, some, most), said, columns, data
            )
        )
    return made


@chart("ranking", "units in the order of their values", "indicator", "levels", "most", "period")
def ranking(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """The units of ``levels`` (districts), the highest first, with the value of the province as a line."""
    code = listed(options, "indicator")[0]
    name, _short, unit_of_measure = names_of(context, [code])[code]
    if dry:
        return []
    period = beside(context.span, str(options.get("period", "this")))
    seen = of_units(context, code, period)
    rows: list[tuple[str, float | None, str]] = sorted(
        (
            (unit_name, seen.get(unit, (None,))[0], value_text(seen.get(unit, (None,))[0], unit_of_measure))
            for unit, unit_name, _level in context.units(levels_of(options, ["district"]))
        ),
        key=lambda row: (row[1] is None, -(row[1] or 0.0)),
    )[: whole(options, "most", 40)]
    if not any(value is not None for _name, value, _text in rows):
        return [Paragraph((_("Nothing was measured of '{name}'.").format(name=name),), "note")]
    mean = context.figures.observation(code, "", ALL, period)
    line = (
        (_("province {value}").format(value=value_text(mean.value, unit_of_measure)), mean.value)
        if mean and mean.value is not None and unit_of_measure != "count"
        else None
    )
    title = title or _("{name}, units in order").format(name=name)
    said = "; ".join(
        f"{place}. {unit_name} {text}" for place, (unit_name, _value, text) in enumerate(rows, 1)
    )
    kind, decimals = KINDS.get(unit_of_measure, ("real", 2))
    columns = (Column(_("Unit")), Column(name, kind, 1, "", decimals))
    return [
        Chart(
            f"ranking-{code}",
            title,
            *charts.ranking(title, rows, line),
            said,
            columns,
            tuple((unit_name, value) for unit_name, value, _text in rows),
            "bar",
        )
    ]
