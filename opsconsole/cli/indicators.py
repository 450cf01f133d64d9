"""``opsconsole measure``, ``observations`` and ``targets``: indicators on the command line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _
from opsconsole.cli.days import DAY, today
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json, table
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused
from opsconsole.indicators.amounts import bounds, count, value
from opsconsole.text import date, safe

if TYPE_CHECKING:
    from opsconsole.indicators.targets import Standing
    from opsconsole.store.database import Reader


@click.command(cls=Command, help="Measure the indicators from register and evidence.")
@click.option("--year", type=click.IntRange(1990, 2100), help="The year (default: that of config.yaml).")
@click.option("--month", "months", type=click.IntRange(1, 12), multiple=True, help="A month; repeatable.")
@click.option("--period", "periods", multiple=True, help="Only 2019-Q3, 2019-07+@15 …; repeatable.")
@click.option("--reason", default="", help="Why it is measured again; kept with what is superseded.")
@click.option("--all", "everything", is_flag=True, help="Also what cannot have changed since.")
@click.option("--json", "as_json", is_flag=True, help="Counts as JSON.")
@click.pass_obj
def measure(
    frame: Frame,
    year: int | None,
    months: tuple[int, ...],
    periods: tuple[str, ...],
    reason: str,
    everything: bool,
    as_json: bool,
) -> None:
    from opsconsole.indicators.measure import measure as run
    from opsconsole.indicators.observations import rule_changes
    from opsconsole.indicators.tree import level_words
    from opsconsole.store.clock import instant_text, now

    if periods and (year or months):
        raise click.UsageError(_("a period says its year and month: name either '--period' or these"))
    settings = frame.settings
    chosen = year or settings.year
    since = instant_text(now())
    with bar(_("Measuring")) as progress, frame.database.write() as writer:
        measured = run(
            writer,
            chosen,
            months or None,
            timezone=settings.timezone,
            reason=reason,
            progress=(lambda done, of, what: progress(what, done, of)) if progress else None,
            everything=everything,
            periods=periods or None,
        )
    if as_json:
        say_json(measured.data)
        return
    narrate(
        _("measured {stale} of {of} indicators and periods; the others cannot have changed").format(
            stale=count(measured.stale), of=count(measured.of)
        )
    )
    say(
        _("{year}: {new} new, {superseded} superseded, {unchanged} unchanged").format(
            year=", ".join(measured.periods) if periods else measured.year,
            new=count(measured.new),
            superseded=count(measured.superseded),
            unchanged=count(measured.unchanged),
        )
    )
    with frame.database.read() as reader:
        changes = rule_changes(reader, since, measured.periods if periods else (str(measured.year),))
    if changes:
        narrate(_("what another rule makes of it:"))
        heads = (_("indicator"), _("period"), _("level"), _("rule"), _("before"), _("value"))
        rows = [
            (
                one.indicator,
                one.period,
                level_words(one.level),
                f"{one.rule_before} → {one.rule}",
                value(one.before, one.unit_of_measure),
                value(one.value, one.unit_of_measure),
            )
            for one in changes
        ]
        table(heads, rows, right={4, 5})


def _refuse_unknown(reader: Reader, frame: Frame, indicator: str | None, unit: str | None) -> None:
    """Raise Refused for an *indicator* that is not declared and a *unit* that never was: of them nothing
    will ever be measured."""
    from opsconsole.indicators.asking import Asking

    if indicator is not None:
        Asking(reader, frame.settings.timezone).indicator(indicator)
    known = unit is None or reader.row(
        "SELECT 1 FROM unit_era WHERE province = :province AND (id = :unit OR code = :unit) LIMIT 1",
        {"unit": unit},
    )
    if not known:
        raise Refused(_("there is no unit with the code '{code}'").format(code=safe(unit or "")))


@click.command(cls=Command, help="Measured values.")
@click.option("--indicator", help="Code of an indicator.")
@click.option("--unit", help="Code or id of a unit; without it, totals of levels and the province.")
@click.option("--level", type=click.Choice(["all", "province", "department", "district", "commune"]))
@click.option("--period", help="2019-07, 2019-Q3, 2019-H2 or 2019, with + and @15 (default: the year).")
@click.option("--as-of", type=DAY, help="Computed now: only what had happened by the end of that day.")
@click.option("--units-as-of", type=DAY, help="Computed now, through the tree of that day.")
@click.option("--frozen", "quoted", is_flag=True, help="What issued reports quote, recomputed.")
@click.option("--quoted-by", help="What that report quotes, recomputed.")
@click.option("--superseded", is_flag=True, help="Also what was superseded, with the reason.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def observations(
    frame: Frame,
    indicator: str | None,
    unit: str | None,
    level: str | None,
    period: str | None,
    as_of: dt.date | None,
    units_as_of: dt.date | None,
    quoted: bool,
    quoted_by: str | None,
    superseded: bool,
    as_json: bool,
) -> None:
    from opsconsole.indicators.observations import observations as read
    from opsconsole.indicators.statedtext import remarks_of
    from opsconsole.indicators.tree import level_words

    settings = frame.settings
    if quoted or quoted_by:
        from opsconsole.cli.ondemand import quotations

        quotations(frame, quoted_by, as_json)
        return
    if as_of or units_as_of:
        from opsconsole.cli.ondemand import computed

        computed(frame, indicator, unit, level, period or str(settings.year), (as_of, units_as_of), as_json)
        return
    # A level asked for by name means each of its units; without one, the totals are what is meant.
    chosen = unit if unit is not None else None if level else ""
    with frame.database.read() as reader:
        found = read(
            reader,
            indicator=indicator,
            unit=chosen,
            level=level,
            period=period or str(settings.year),
            superseded=superseded,
        )
        if not found:
            _refuse_unknown(reader, frame, indicator, unit)
    if as_json:
        say_json([one.data for one in found])
        return
    if not found:
        says = _(
            "Nothing was measured that answers to this; 'opsconsole measure --period {period}' measures it."
        )
        narrate(says.format(period=safe(period or str(settings.year))))
        return
    heads = [
        _("indicator"),
        _("period"),
        _("level"),
        _("unit"),
        _("value"),
        _("numerator"),
        _("denominator"),
        _("bounds"),
        _("rule"),
    ]
    # Only reported figures have any.
    said = [remarks_of(one.inputs) for one in found]
    rows = [
        [
            one.indicator,
            one.period,
            level_words(one.level),
            f"{one.unit_name} ({one.unit_id})" if one.unit_id else "",
            value(one.value, one.unit_text),
            count(one.numerator) if one.value is not None else "",
            count(one.denominator) if one.denominator is not None else "",
            bounds(one.value, one.low, one.high),
            one.rule,
        ]
        + ([remark] if any(said) else [])
        + ([f"{one.sequence}. {one.reason}"] if superseded else [])
        for one, remark in zip(found, said, strict=True)
    ]
    heads += [_("remark")] if any(said) else []
    table(heads + ([_("reason")] if superseded else []), rows, right={4, 5, 6})


@click.command(cls=Command, help="Yearly targets with pace and status.")
@click.option("--year", type=click.IntRange(1990, 2100), help="The year (default: the year in config.yaml).")
@click.option("--as-of", type=DAY, help="The day asked about (default: today).")
@click.option("--unit", help="Code or id of a unit: how it stands against its own targets and its level's.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
@click.pass_obj
def targets(frame: Frame, year: int | None, as_of: dt.date | None, unit: str | None, as_json: bool) -> None:
    from opsconsole.indicators.stated import newest, stated
    from opsconsole.indicators.statedtext import beside, stated_text, with_stated, without_target
    from opsconsole.indicators.targets import standings
    from opsconsole.indicators.tree import level_words

    settings = frame.settings
    day = as_of or today(frame)
    with frame.database.read() as reader:
        found = standings(reader, year or settings.year, day, unit=unit)
        figures = newest(stated(reader, (year or settings.year) - 1)) if unit is None else {}
    if as_json:
        say_json(with_stated(found, figures))
        return
    if not found and not figures:
        narrate(
            _("No target of {year} is declared.").format(year=year or settings.year)
            if unit is None
            else _("No target of {year} asks anything of unit {unit}.").format(
                year=year or settings.year, unit=unit
            )
        )
        return
    rows = [
        [
            one.title,
            _whose(one),
            before,
            value(one.target, one.unit_text),
            value(one.value, one.unit_text),
            value(one.expected, one.unit_text),
            _projected(one),
            date(one.until),
            one.status_text,
        ]
        for one, before in zip(found, beside(found, figures), strict=True)
    ]
    rows += [
        [one.title, level_words(one.level), stated_text(several), *[""] * 5, _("no target declared")]
        for several in without_target(found, figures)
        for one in several[:1]
    ]
    heads = [
        _("indicator"),
        _("level"),
        _("stated for {year}").format(year=(year or settings.year) - 1),
        _("target"),
        _("so far"),
        _("expected"),
        _("projected"),
        _("until"),
        _("status"),
    ]
    if not figures:
        heads, rows = [*heads[:2], *heads[3:]], [[*row[:2], *row[3:]] for row in rows]
    table(heads, rows, right={2, 3, 4, 5, 6} if figures else {2, 3, 4, 5})


def _whose(standing: Standing) -> str:
    """Whose target it is, and whose value is held against it."""
    from opsconsole.indicators.tree import level_words

    if not standing.unit_id:
        return level_words(standing.level)
    unit = f"{safe(standing.unit_name)} ({standing.unit_id.split('@')[0]})"
    if not standing.of_level:
        return unit
    return _("{unit}, target of: {level}").format(unit=unit, level=level_words(standing.of_level))


def _projected(standing: Standing) -> str:
    """Where it leads, with the interval that holds four times of five."""
    if standing.projected is None:
        return "–"
    leads_to = value(standing.projected, standing.unit_text)
    between = bounds(standing.projected, standing.projected_low, standing.projected_high)
    return f"{leads_to} ({between})" if between else leads_to
