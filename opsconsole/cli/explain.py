"""``opsconsole explain``: one figure down to the rows behind it, on the command line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from opsconsole.catalogue import N_, _, language
from opsconsole.cli.figures import assumption, figure_rows
from opsconsole.cli.frame import Frame, narrate, say, say_json
from opsconsole.cli.indicators import DAY, bounds, count, table, value
from opsconsole.cli.speech import Command
from opsconsole.periods import span
from opsconsole.text import date, number
from opsconsole.words import word

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from opsconsole.indicators.explain import Explanation, Figures

# What decided about a row, and what held for all: the names that measures give them, in words.
_FACTS = {
    "active_days": N_("days of use"),
    "came": N_("came"),
    "class": N_("class"),
    "computers": N_("computers"),
    "connected": N_("connected"),
    "day": N_("day"),
    "ended": N_("disposed of"),
    "has_mailbox": N_("has a mailbox"),
    "kilometres": N_("km"),
    "last_use": N_("last use"),
    "logins": N_("logins"),
    "mailboxes": N_("mailboxes"),
    "officials": N_("officials"),
    "received": N_("received"),
    "regular": N_("used regularly"),
    "seconds": N_("time"),
    "seconds_late": N_("late by"),
    "sent": N_("sent"),
    "session": N_("session"),
    "sites": N_("sites"),
    "state_now": N_("state now"),
    "travellers": N_("travellers"),
    "type": N_("type"),
    "used_since": N_("used since"),
    "useful_years": N_("years of use"),
    "warranty_until": N_("warranty until"),
}
_CONTEXT = {
    "circular": N_("useful lives: circular {value}"),
    "failed_seconds": N_("failed: over within {value} seconds"),
    "idle_days": N_("idle: {value} days without use or more"),
    "idle_since": N_("idle: last used before {value}"),
    "last_day_without_logs": N_("last day without logs: {value}"),
    "logs_since": N_("logs since {value}"),
    "needed": N_("days of use that are needed: {value}"),
    "needed_of_all": N_("days of use that are needed, were all days known: {value}"),
    "needed_each_week": N_("days of use that are needed in each whole week: {value}"),
    "tolerance_minutes": N_("in time: {value} minutes after the announced start at the latest"),
    "weeks": N_("whole weeks: {value}"),
    "window_from": N_("days since {value}"),
}
_SORTS = {
    "account": N_("mailbox"),
    "asset": N_("asset"),
    "person": N_("person"),
    "session": N_("session"),
    "site": N_("site"),
    "unit": N_("unit"),
}
_SHOWN_FILES, _SHOWN_DAYS = 10, 12


@click.command(cls=Command, help="One figure, down to the rows behind it.")
@click.argument("indicator")
@click.option("--period", required=True, help="2019-07, 2019-Q3, 2019-H2 or 2019, with + and @15.")
@click.option("--unit", help="Code or id of a unit; without it, the whole province.")
@click.option("--below", is_flag=True, help="The unit with all units below it.")
@click.option("--level", type=click.Choice(["all", "province", "department", "district", "commune"]))
@click.option("--as-of", type=DAY, help="Only what had happened by the end of that day.")
@click.option("--units-as-of", type=DAY, help="Through the tree of that day (default: as they were).")
@click.option("--rows", type=click.IntRange(0), help="How many rows are shown (default 20; 0: all).")
@click.option("--people", is_flag=True, help="Name mailboxes and people: personal data.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, all rows by default.")
@click.pass_obj
def explain(
    frame: Frame,
    indicator: str,
    period: str,
    unit: str | None,
    below: bool,
    level: str | None,
    as_of: dt.datetime | None,
    units_as_of: dt.datetime | None,
    rows: int | None,
    people: bool,
    as_json: bool,
) -> None:
    from opsconsole.indicators.explain import PEOPLE
    from opsconsole.indicators.explain import explain as run

    with frame.database.read() as reader:
        found = run(
            reader,
            indicator,
            period,
            timezone=frame.settings.timezone,
            unit=unit,
            level=level,
            people=people,
            as_of=as_of.date() if as_of else None,
            units_as_of=units_as_of.date() if units_as_of else None,
            below=below,
        )
    if people and any(row.sort in PEOPLE for row in found.rows):
        narrate(
            _("This names mailboxes or people of {unit}: personal data, for those who need it.").format(
                unit=found.unit_name or _place(found)
            )
        )
    if as_json:
        say_json(found.data(rows or None))
        return
    _figure(found)
    _ground(found)
    _evidence(found)
    _units(found)
    most = 20 if rows is None else rows
    if found.rows and all(row.sort == "figure" for row in found.rows):
        figure_rows(found, most, frame.settings.timezone)
    else:
        _rows(found, most)
    _history(found, frame.settings.timezone)


def _line(label: str, text: str) -> None:
    if text:
        say(f"{label + ':' if label else '':<16} {text}")


def _place(found: Explanation) -> str:
    from opsconsole.indicators.tree import level_words

    place = level_words(found.level)
    if found.below:
        place = _("{level}, with the units below it").format(level=place)
    return f"{found.unit_name} ({found.unit_id}), {place}" if found.unit_id else place


def _parts(figures: Figures, unit_of_measure: str) -> str:
    """``66.7 % = 2 / 3, between 0.0 and 100.0``."""
    text = value(figures.value, unit_of_measure)
    if figures.value is not None and figures.denominator is not None:
        text += f" = {count(figures.numerator)} / {count(figures.denominator)}"
    limits = bounds(figures.value, figures.low, figures.high)
    return f"{text}; {_('bounds')} {limits}" if limits else text


def _figure(found: Explanation) -> None:
    say(f"{found.indicator}  {found.title}")
    _line(_("of"), _place(found))
    _line(_("period"), f"{span(found.period).words}: {date(found.first_day)} – {date(found.last_day)}")
    if found.stored is None:
        _line(_("value"), _parts(found.now, found.unit_of_measure))
        if found.as_of or found.below or found.units_on != found.last_day:
            _line(_("kept"), _("nothing: a figure that was asked for like this is computed each time"))
        else:
            _line(
                _("kept"),
                _("nothing: this has not been measured; 'opsconsole measure --period {period}' does").format(
                    period=found.period
                ),
            )
        return
    _line(_("value"), _parts(found.stored, found.unit_of_measure))
    if not found.agrees:
        _line(_("now"), _parts(found.now, found.unit_of_measure))
    if found.changed:
        _line(_("changed since"), found.changed)
    elif found.agrees:
        _line(_("recomputed"), _("the same, from the rows below"))


def _ground(found: Explanation) -> None:
    _line(_("formula"), found.formula)
    _line(
        _("definition"),
        _("version {version}, measure {measure}").format(version=found.version, measure=found.measure),
    )
    if found.rule:
        words = found.rule["name"] if language() == "vi" else found.rule["name_en"]
        _line(_("rule"), f"{found.rule['label']}: {words}")
    for name, what in found.context.items():
        if name == "assumptions":
            for place, rate in enumerate(what):
                _line(_("assumption") if not place else "", assumption(rate))
        elif what != "" and name in _CONTEXT:
            shown = date(what) if isinstance(what, str) and _is_day(what) else str(what)
            _line("", _(_CONTEXT[name]).format(value=shown))
    _line(_("as of"), _("what there was on {day}").format(day=date(found.last_day)))
    _line(_("units"), _("as they were on {day}").format(day=date(found.units_on)))
    for place, each in enumerate(found.parted):
        _line(_("not comparable") if not place else "", each)
    _line(_("cut-off"), date(found.cut_off))
    _line(_("register"), _("revision {number}").format(number=count(found.revision)))


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-"


def _evidence(found: Explanation) -> None:
    if not found.files and not found.missing and found.known == found.asked:
        return
    words = {
        "conference": _("{known} of {asked} sessions are known"),
        "reported": _("{known} of {asked} units have reported"),
        "units": _("of {known} of {asked} units it is declared"),
    }.get(found.measure.split(".")[0], _("{known} of {asked} days have logs"))
    _line(_("evidence"), words.format(known=count(found.known), asked=count(found.asked)))
    if found.missing:
        shown = ", ".join(date(day) for day in found.missing[:_SHOWN_DAYS])
        rest = len(found.missing) - _SHOWN_DAYS
        more = " " + _("and {count} more days").format(count=count(rest)) if rest > 0 else ""
        _line(_("days missing"), shown + more)
    if found.lost:
        _line(_("lost"), _("{count} messages, as the logs say themselves").format(count=count(found.lost)))
    for place, (number_, path, position) in enumerate(found.files[:_SHOWN_FILES]):
        text = _("{path} (file {number}) up to byte {position}").format(
            path=path, number=number_, position=count(position)
        )
        _line(_("files") if not place else "", text)
    if len(found.files) > _SHOWN_FILES:
        rest = len(found.files) - _SHOWN_FILES
        _line("", _("and {count} more files; '--json' has all").format(count=count(rest)))


def _units(found: Explanation) -> None:
    if len(found.units) < 2 or all(row.sort == "unit" for row in found.rows):
        return
    say()
    heads = [_("unit"), _("rows"), _("numerator"), _("denominator")]
    lines = [
        [f"{one.name} ({one.unit_id})", count(one.rows), count(one.numerator), count(one.denominator)]
        for one in found.units
    ]
    table(heads, lines, right={1, 2, 3})


def _rows(found: Explanation, most: int) -> None:
    if not found.rows:
        return
    shown = found.rows[: most or None]
    names = list(dict.fromkeys(name for row in found.rows for name in row.facts))
    heads = [_("row"), *(_(_FACTS.get(name, name)) for name in names), _("numerator"), _("denominator")]
    lines = [
        [
            f"{_(_SORTS.get(row.sort, row.sort))} {row.key}",
            *(_fact(name, row.facts.get(name)) for name in names),
            count(row.numerator),
            count(row.denominator),
        ]
        for row in shown
    ]
    say()
    numeric = {
        place
        for place, name in enumerate(names, 1)
        if all(isinstance(row.facts.get(name, 0), int | None) for row in shown)
    }
    table(heads, lines, right={*numeric, len(heads) - 2, len(heads) - 1})
    if len(found.rows) > len(shown):
        rest = count(len(found.rows) - len(shown))
        say(_("… and {count} more rows; '--rows 0' shows all").format(count=rest))


def _fact(name: str, what: Any) -> str:
    if what is None:
        return "?"
    if isinstance(what, bool):
        return _("yes") if what else _("no")
    if name.startswith("seconds"):
        minutes, rest = divmod(abs(int(what)), 60)
        return f"{'-' if what < 0 else ''}{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
    if isinstance(what, str):
        return date(what) if _is_day(what) else word(what) if what else "–"
    return number(what, language())


def _history(found: Explanation, zone: ZoneInfo) -> None:
    from opsconsole.store.clock import local

    if len(found.versions) < 2:
        return
    say()
    heads = [_("measured"), _("value"), _("cut-off"), _("revision"), _("applied by"), _("reason")]
    lines = [
        [
            local(one.measured_at, zone),
            value(one.figures.value, found.unit_of_measure),
            date(one.cut_off),
            count(one.revision),
            one.revision_by,
            one.reason,
        ]
        for one in found.versions
    ]
    table(heads, lines, right={1, 3})
