"""Tables and charts of indicators: chosen figures, targets, units beside each other, units by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opsconsole.catalogue import N_, _, language
from opsconsole.errors import Refused
from opsconsole.indicators.targets import Standing, standings
from opsconsole.indicators.telling import SORTS
from opsconsole.indicators.tree import ALL, level_words
from opsconsole.reports.data import Context, Made, levels_of, listed, listing, table, whole
from opsconsole.reports.figures import stated_text, value_text
from opsconsole.reports.model import Cell, Column, Row, Table
from opsconsole.reports.spans import beside
from opsconsole.reports.spans import months as months_of
from opsconsole.text import date
from opsconsole.words import word

KINDS = {"percent": ("percent", 1), "hours": ("real", 1), "ratio": ("real", 2), "count": ("whole", 0)}
EVERY_LEVEL = ["province", "department", "district", "commune"]


def standings_of(context: Context) -> list[Standing]:
    """How the targets of the year stood at the end of the period."""
    found: list[Standing] = context.once(
        "standings", lambda: standings(context.reader, context.span.year, context.span.end)
    )
    return found


def names_of(context: Context, codes: list[str]) -> dict[str, tuple[str, str, str]]:
    """Indicator → (name, short name, unit of measure). Refuses one that is not declared."""
    rows = {
        code: (name, short, unit)
        for code, name, short, unit in context.reader.rows(
            "SELECT key, CASE WHEN :vi = 1 THEN name ELSE name_en END,"
            " CASE WHEN :vi = 1 THEN COALESCE(short, name) ELSE COALESCE(short_en, name_en) END, "
            "CASE WHEN :vi = 1 THEN unit_of_measure ELSE COALESCE(unit_of_measure_en, unit_of_measure) END"
            " FROM indicator WHERE province = :province AND ended IS NULL",
            {"vi": int(language() == "vi")},
        )
    }
    import difflib

    for code in codes:
        if code not in rows:
            near = difflib.get_close_matches(code, rows, 1)
            hint = _("; did you mean '{near}'?").format(near=near[0]) if near else ""
            raise Refused(_("there is no indicator '{key}'").format(key=code) + hint)
    return rows


@table("figures", "chosen figures, each beside its target and last year", "figures")
def figures(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """The figures of the outline named in ``figures``."""
    names = listed(options, "figures")
    known = context.figures.outline.figures
    rows: list[Row] = []
    for place, name in enumerate(names, 1):
        spec, figure = known[name], context.figures.of(name)
        target, before, words = _beside(context, figure.key, figure.sort)
        unit = word(figure.unit_of_measure) if figure.sort != "reported" else figure.unit_of_measure
        label = (
            figure.label
            if not figure.of or (spec.level == ALL and not spec.unit)
            else f"{figure.label} ({figure.of})"
        )
        rows.append(
            (
                place,
                label,
                "%" if unit == word("percent") else unit,
                Cell(figure.value, figure.number, figure.marks, text=figure.text),
                target,
                before,
                words,
            )
        )
    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Indicator"), "text", 4.2),
        Column(_("Unit"), "text", 1.1),
        Column(_("This period"), "text", 1.4),
        Column(_("Target"), "text", 1.1),
        Column(_("Last year"), "text", 1.1),
        Column(_("Standing"), "text", 1.2),
    )
    return [
        Table("figures", title or _("Figures of the period"), columns, lambda: iter(rows), sortable=False)
    ]


def _beside(context: Context, key: str, sort: str) -> tuple[str, str, str]:
    """What stands beside an observation: its target, last year's value and its standing in words."""
    if sort != "observed":
        return "–", "–", "–"
    indicator, place, period = key.split("/")
    unit, level = (place, "") if "@" in place else ("", place)
    last = context.figures.observation(
        indicator,
        unit,
        context.figures.tree.level(unit) if unit else level,
        beside(context.span, "last-year"),
    )
    before = "–" if last is None or last.value is None else value_text(last.value, last.unit_of_measure)
    for one in standings_of(context):
        if one.indicator == indicator and (one.unit_id or "") == unit and (unit or one.level == level):
            # A standing is that of the year: beside a month it would say something else.
            whole_year = period == str(one.year)
            return (
                stated_text(one.target, one.unit_of_measure),
                before,
                one.status_text if whole_year else "–",
            )
    return "–", before, "–"


@table("targets", "the targets of the year with pace and standing")
def targets(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """All targets of the year of the report."""
    rows: list[Row] = []
    for place, one in enumerate(standings_of(context), 1):
        of = context.unit_name(one.unit_id) if one.unit_id else level_words(one.level)
        if not one.unit_id and one.period and "…" not in one.period:
            context.figures.note(f"{one.indicator}/{one.level}/{one.period}")
        rows.append(
            (
                place,
                one.title,
                of,
                stated_text(one.target, one.unit_of_measure),
                Cell(
                    one.value,
                    text=value_text(one.value, one.unit_of_measure),
                    origin=(one.numerator, one.denominator, one.low, one.high, one.until, 0),
                ),
                value_text(one.expected, one.unit_of_measure),
                one.status_text,
                one.source,
            )
        )
    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Indicator"), "text", 3.0),
        Column(_("Level"), "text", 1.2),
        Column(_("Target"), "text", 1.0),
        Column(_("Reached"), "text", 1.0),
        Column(_("Expected"), "text", 1.0),
        Column(_("Standing"), "text", 1.1),
        Column(_("Document that sets it"), "text", 3.0),
    )
    return listing(
        "targets",
        title or _("Targets of {year}").format(year=context.span.year),
        columns,
        rows,
        nothing=_("No target of {year} is declared.").format(year=context.span.year),
    )


def of_units(context: Context, indicator: str, period: str) -> dict[str, tuple[Any, ...]]:
    """Unit → (value, numerator, denominator, low, high, cut-off, sequence) of its observation in force."""
    return {
        row[0]: row[1:]
        for chunk in context.reader.chunks(
            "SELECT unit_id, value, numerator, denominator, low, high, cut_off, sequence FROM observation"
            " WHERE province = :province AND current = 1 AND indicator = :indicator AND period = :period"
            " AND unit_id <> ''",
            {"indicator": indicator, "period": period},
        )
        for row in chunk
    }


@table("units", "units beside each other, by one indicator or several", "indicators", "levels", "period")
def units(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """Numerator, denominator and value of the first of ``indicators``, the values of the others."""
    codes = listed(options, "indicators")
    levels = levels_of(options, EVERY_LEVEL)
    known = names_of(context, codes)
    period = beside(context.span, str(options.get("period", "this")))
    if dry:
        for level in (ALL, *levels):
            context.figures.note(f"{codes[0]}/{level}/{period}")
        return []
    first = known[codes[0]]
    columns = [
        Column(_("No."), "place", 0.6),
        Column(_("Unit"), "text", 3.2),
        Column(_("Code"), "text", 0.8),
        Column(_("Level"), "text", 1.2),
    ]
    shares = first[2] == "percent"
    if shares:
        columns += [
            Column(_("Numerator"), "whole", 0.9, first[1]),
            Column(_("Denominator"), "whole", 0.9, first[1]),
        ]
    for code in codes:
        kind, decimals = KINDS.get(known[code][2], ("real", 2))
        group = first[1] if shares and code == codes[0] else ""
        columns.append(Column(_("Value") if group else known[code][1], kind, 1.0, group, decimals))

    def rows() -> Iterator[Row]:
        seen = [of_units(context, code, period) for code in codes]
        for place, (unit, name, level) in enumerate(context.units(levels), 1):
            cells: list[Any] = [place, name, unit.split("@")[0], level_words(level)]
            for number_of, found in enumerate(seen):
                row = found.get(unit)
                if shares and number_of == 0:
                    there = row is not None and row[0] is not None
                    cells += [row[1], row[2]] if there and row else [None, None]
                cells.append(Cell(row[0], origin=row[1:]) if row else None)
            yield cells

    total: list[Any] = [None, _("Whole province"), "", ""]
    for number_of, code in enumerate(codes):
        seen = context.figures.observation(code, "", ALL, period)
        if shares and number_of == 0:
            total += [seen.numerator, seen.denominator] if seen and seen.value is not None else [None, None]
        total.append(None if seen is None else Cell(seen.value, origin=_facts(seen)))
    totals = (total,) if set(levels) == set(EVERY_LEVEL) else ()
    heading = title or first[0]
    return [
        Table(f"units-{codes[0]}", heading, tuple(columns), rows, totals, _origin(context, codes, period))
    ]


def _facts(seen: Any) -> tuple[Any, ...]:
    return (seen.numerator, seen.denominator, seen.low, seen.high, seen.cut_off, seen.sequence)


def _origin(context: Context, codes: list[str], period: str) -> str:
    """A line that says where the values of a table come from."""
    parts = []
    for code in codes:
        row = context.reader.row(
            "SELECT o.rule, o.cut_off FROM observation o"
            " WHERE o.province = :province AND o.current = 1 AND o.indicator = :indicator AND o.period = "
            ":period"
            " AND o.unit_id = '' AND o.level = 'all'",
            {"indicator": code, "period": period},
        )
        if row:
            rule = _(", rule {rule}").format(rule=row[0]) if row[0] else ""
            parts.append(f"{code}{rule}, {_('cut-off')} {date(row[1])}")
    if not parts:
        return _("Observations of {period}: none was measured.").format(period=period)
    return _("Observations of {period}: {indicators}. 'opsconsole explain' opens each.").format(
        period=period, indicators="; ".join(parts)
    )


@table("lowest", "the units with the lowest values, named", "indicator", "levels", "most", "below")
def lowest(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """The ``most`` (10) lowest units, of those ``below`` a value where that is given."""
    code = listed(options, "indicator")[0]
    known = names_of(context, [code])
    levels, most = levels_of(options, EVERY_LEVEL), whole(options, "most", 10)
    if dry:
        return []
    seen = of_units(context, code, context.span.name)
    below = float(options["below"]) if "below" in options else None
    ranked = sorted(
        (
            (row[0], name, unit, level, row)
            for unit, name, level in context.units(levels)
            if (row := seen.get(unit)) and row[0] is not None and (below is None or row[0] < below)
        ),
        key=lambda each: each[0],
    )[:most]
    kind, decimals = KINDS.get(known[code][2], ("real", 2))
    rows: list[Row] = [
        (place, name, unit.split("@")[0], level_words(level), row[1], row[2], Cell(row[0], origin=row[1:]))
        for place, (_value, name, unit, level, row) in enumerate(ranked, 1)
    ]
    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Unit"), "text", 3.2),
        Column(_("Code"), "text", 0.8),
        Column(_("Level"), "text", 1.2),
        Column(_("Numerator"), "whole", 0.9),
        Column(_("Denominator"), "whole", 0.9),
        Column(known[code][1], kind, 1.1, "", decimals),
    )
    return listing(
        f"lowest-{code}",
        title or _("Lowest: {name}").format(name=known[code][0]),
        columns,
        rows,
        origin=_origin(context, [code], context.span.name),
        nothing=_("No unit."),
    )


def by_month(context: Context, code: str, months: list[str]) -> dict[str, dict[str, tuple[Any, ...]]]:
    """Month → unit → the facts of its observation."""
    found: dict[str, dict[str, tuple[Any, ...]]] = context.once(
        f"months {code} {months[0]} {months[-1]}",
        lambda: {month: of_units(context, code, month) for month in months},
    )
    return found


@table("months", "units by month, one indicator", "indicator", "levels")
def months(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row a unit, a column a month from January to the end of the period."""
    code = listed(options, "indicator")[0]
    name, _short, unit_of_measure = names_of(context, [code])[code]
    levels, chosen = levels_of(options, EVERY_LEVEL), months_of(context.span)
    if dry:
        for month in chosen:
            context.figures.note(f"{code}/all/{month}")
        return []
    kind, decimals = KINDS.get(unit_of_measure, ("real", 2))
    decimals = 0 if kind == "percent" else decimals

    def rows() -> Iterator[Row]:
        seen = by_month(context, code, chosen)
        for place, (unit, unit_name, _level) in enumerate(context.units(levels), 1):
            cells: list[Any] = [place, unit_name]
            for month in chosen:
                row = seen[month].get(unit)
                cells.append(Cell(row[0], origin=row[1:]) if row else None)
            yield cells

    total: list[Any] = [None, _("Whole province")]
    for month in chosen:
        one = context.figures.observation(code, "", ALL, month)
        total.append(None if one is None else Cell(one.value, origin=_facts(one)))
    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Unit"), "text", 3.4),
        *(Column(_("M{month}").format(month=int(month[5:7])), kind, 0.75, "", decimals) for month in chosen),
    )
    totals = (total,) if set(levels) == set(EVERY_LEVEL) else ()
    return [
        Table(
            f"months-{code}",
            title or _("{name}, by month").format(name=name),
            columns,
            rows,
            totals,
            _origin(context, [code], chosen[-1]),
        )
    ]


@table("rows", "the rows behind a value: mailboxes and people as numbers by order", "indicator", "most")
def rows(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """What ``opsconsole explain`` lists. People are named only in a report that may name them."""
    from opsconsole.indicators.explain import PEOPLE, explain

    code = listed(options, "indicator")[0]
    names_of(context, [code])
    if dry:
        return []
    found = explain(
        context.reader,
        code,
        context.span.name,
        timezone=context.timezone,
        unit=context.unit or None,
        people=context.people,
    )
    context.people_named = context.people_named or (
        context.people and any(row.sort in PEOPLE for row in found.rows)
    )
    facts = list(dict.fromkeys(name for row in found.rows for name in row.facts))
    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Row"), "text", 2.4),
        Column(_("Unit"), "text", 2.6),
        *(Column(_(_FACTS[name]) if name in _FACTS else name, "text", 1.0) for name in facts),
        Column(_("Numerator"), "real", 0.9, "", 0),
        Column(_("Denominator"), "whole", 0.9),
    )

    def each() -> Iterator[Row]:
        for place, row in enumerate(found.rows, 1):
            yield [
                place,
                _(SORTS.get(row.sort, row.sort)) + f" {row.key}",
                context.unit_name(row.unit_id),
                *(_fact(row.facts.get(name)) for name in facts),
                row.numerator,
                row.denominator,
            ]

    return [
        Table(
            f"rows-{code}",
            title or found.title,
            columns,
            each,
            origin=_("the rows that opsconsole explain {code} lists").format(code=code),
            personal=context.people,
        )
    ]


# The facts of rows that this table meets, as the measures call them.
_FACTS = {
    "active_days": N_("days of use"),
    "regular": N_("used regularly"),
    "mailboxes": N_("mailboxes"),
    "last_use": N_("last use"),
    "has_mailbox": N_("has a mailbox"),
}


def _fact(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, int | float | str) or value is None else str(value)
