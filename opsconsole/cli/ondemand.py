"""Figures that ``opsconsole observations`` computes when they are asked for: as of a day, through the tree of
another, and those that issued reports quote."""

from __future__ import annotations

import datetime as dt

from opsconsole.catalogue import _, spoken
from opsconsole.cli.frame import Frame, bar, narrate, say_json, table
from opsconsole.indicators.amounts import bounds, count, value
from opsconsole.text import date, safe

_FIGURES = ("unit_id", "level", "numerator", "denominator", "value", "low", "high", "known", "asked")


def computed(
    frame: Frame,
    indicator: str | None,
    unit: str | None,
    level: str | None,
    period: str,
    days: tuple[dt.date | None, dt.date | None],
    as_json: bool,
) -> None:
    """Print figures that are computed now and not kept: as of the first of *days*, through the tree of
    the second."""
    from opsconsole.indicators.asking import Asking, parted_words
    from opsconsole.indicators.tree import level_words

    as_of, units_as_of = days
    with frame.database.read() as reader:
        asking = Asking(reader, frame.settings.timezone)
        chosen = [asking.indicator(indicator)] if indicator else list(asking.indicators.values())
        span = asking.period(period, as_of=as_of, units_as_of=units_as_of)
        place = asking.place(unit, None, span)[0] if unit else ""
        names = asking.ground.tree.names
        rows = []
        for one in chosen:
            for result in asking.every(one.code, period, as_of=as_of, units_as_of=units_as_of):
                # A level asked for by name means its total and each of its units; without one, the totals.
                wanted = result.level == level if level and not unit else result.unit_id == place
                if wanted and (not unit or not level or result.level == level):
                    rows.append((one, result))
        parted = [parted_words(each, names) for each in asking.parted(span)]
    if as_json:
        asked = {"as_of": as_of, "units_as_of": units_as_of}
        said = {name: day.isoformat() if day else None for name, day in asked.items()}
        say_json(
            [
                {"indicator": one.code, "period": span.name, **said, "not_comparable": parted}
                | {name: getattr(result, name) for name in _FIGURES}
                for one, result in rows
            ]
        )
        return
    says = _("Computed now and not kept: {period}, what there was on {day}, units as they were on {units}.")
    narrate(says.format(period=span.name, day=date(span.last), units=date(span.units_on)))
    heads = [_("indicator"), _("level"), _("unit"), _("value"), _("numerator"), _("denominator"), _("bounds")]
    lines = [
        [
            one.code,
            level_words(result.level),
            f"{names.get(result.unit_id, '')} ({result.unit_id})" if result.unit_id else "",
            value(result.value, one.unit_text),
            count(result.numerator) if result.value is not None else "",
            count(result.denominator) if result.denominator is not None else "",
            bounds(result.value, result.low, result.high),
        ]
        for one, result in rows
    ]
    table(heads, lines, right={3, 4, 5})
    for each in parted:
        narrate(f"{_('not comparable')}: {each}")


def quotations(frame: Frame, quoted_by: str | None, as_json: bool) -> None:
    """Print what issued reports quote, and whether it recomputes."""
    from opsconsole.indicators.frozen import recompute
    from opsconsole.indicators.tree import level_words

    with bar(_("Recomputing")) as progress, frame.database.read() as reader:
        found = recompute(
            reader,
            quoted_by,
            timezone=frame.settings.timezone,
            progress=(lambda done, of: progress(quoted_by or "", done, of)) if progress else None,
        )
        units = {
            key: spoken(unit, unit_en)
            for key, unit, unit_en in reader.rows(
                "SELECT key, unit_of_measure, coalesce(unit_of_measure_en, unit_of_measure) FROM indicator"
                " WHERE province = :province"
            )
        }
    if as_json:
        say_json([one.data for one in found])
        return
    if not found:
        narrate(_("No issued report quotes a figure that answers to this."))
        return
    heads = [_("report"), _("indicator"), _("period"), _("of"), _("quoted"), _("now"), _("changed since")]
    lines = []
    for one in found:
        key = one.frozen.key
        unit = units.get(key.indicator, "")
        days = [date(day) for day in (key.as_of, key.units_as_of) if day]
        lines.append(
            [
                safe(one.frozen.quoted_by),
                key.indicator,
                " ".join((key.period, *days)),
                (key.unit_id or level_words(key.level)) + (" +" if key.below else ""),
                value(one.frozen.value, unit),
                _("the same value") if one.same else value(one.now.value if one.now else None, unit),
                one.changed,
            ]
        )
    table(heads, lines, right={4})
