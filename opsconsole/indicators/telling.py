"""An explanation in words: the lines that command line and console show of a value and its rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from opsconsole.catalogue import N_, _, language, spoken
from opsconsole.indicators.amounts import bounds, count, value
from opsconsole.indicators.statedtext import assumption, figure_rows
from opsconsole.periods import span
from opsconsole.text import date, number, tabulated
from opsconsole.words import word

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from opsconsole.indicators.explain import Explanation, Figures

Say: TypeAlias = "Callable[[str], None]"

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
SORTS = {  # what a row is
    "account": N_("mailbox"),
    "asset": N_("asset"),
    "person": N_("person"),
    "session": N_("session"),
    "site": N_("site"),
    "unit": N_("unit"),
}
_SHOWN_FILES, _SHOWN_DAYS = 10, 12


def _line(say: Say, label: str, text: str) -> None:
    if text:
        say(f"{label + ':' if label else '':<16} {text}")


def told(found: Explanation, *, most_rows: int, timezone: ZoneInfo) -> list[str]:
    """*found* in lines: the value, what it stands on, its units, its first *most_rows* rows (0: all), and
    what it was before. Instants are told in *timezone*."""
    lines: list[str] = []
    _figure(lines.append, found)
    _ground(lines.append, found)
    _evidence(lines.append, found)
    _units(lines.append, found)
    if found.rows and all(row.sort == "figure" for row in found.rows):
        figure_rows(lines.append, found, most_rows, timezone)
    else:
        _rows(lines.append, found, most_rows)
    _history(lines.append, found, timezone)
    return lines


def place_of(found: Explanation) -> str:
    """Of whom the value is, in words."""
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


def _figure(say: Say, found: Explanation) -> None:
    say(f"{found.indicator}  {found.title}")
    _line(say, _("of"), place_of(found))
    _line(say, _("period"), f"{span(found.period).words}: {date(found.first_day)} – {date(found.last_day)}")
    if found.stored is None:
        _line(say, _("value"), _parts(found.now, found.unit_text))
        if found.as_of or found.below or found.units_on != found.last_day:
            _line(say, _("kept"), _("nothing: a figure that was asked for like this is computed each time"))
        else:
            _line(
                say,
                _("kept"),
                _("nothing: this has not been measured; 'opsconsole measure --period {period}' does").format(
                    period=found.period
                ),
            )
        return
    _line(say, _("value"), _parts(found.stored, found.unit_text))
    if not found.agrees:
        _line(say, _("now"), _parts(found.now, found.unit_text))
    if found.changed:
        _line(say, _("changed since"), found.changed)
    elif found.agrees:
        _line(say, _("recomputed"), _("the same, from the rows below"))


def _ground(say: Say, found: Explanation) -> None:
    _line(say, _("formula"), found.formula)
    _line(
        say,
        _("definition"),
        _("version {version}, measure {measure}").format(version=found.version, measure=found.measure),
    )
    if found.rule:
        words = spoken(found.rule["name"], found.rule["name_en"])
        _line(say, _("rule"), f"{found.rule['label']}: {words}")
    for name, what in found.context.items():
        if name == "assumptions":
            for place, rate in enumerate(what):
                _line(say, _("assumption") if not place else "", assumption(rate))
        elif what != "" and name in _CONTEXT:
            shown = date(what) if isinstance(what, str) and _is_day(what) else str(what)
            _line(say, "", _(_CONTEXT[name]).format(value=shown))
    _line(say, _("as of"), _("what there was on {day}").format(day=date(found.last_day)))
    _line(say, _("units"), _("as they were on {day}").format(day=date(found.units_on)))
    for place, each in enumerate(found.parted):
        _line(say, _("not comparable") if not place else "", each)
    _line(say, _("cut-off"), date(found.cut_off))
    _line(say, _("register"), _("revision {number}").format(number=count(found.revision)))


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-"


def _evidence(say: Say, found: Explanation) -> None:
    if not found.files and not found.missing and found.known == found.asked:
        return
    words = {
        "conference": _("{known} of {asked} sessions are known"),
        "reported": _("{known} of {asked} units have reported"),
        "units": _("of {known} of {asked} units it is declared"),
    }.get(found.measure.split(".")[0], _("{known} of {asked} days have logs"))
    _line(say, _("evidence"), words.format(known=count(found.known), asked=count(found.asked)))
    if found.missing:
        shown = ", ".join(date(day) for day in found.missing[:_SHOWN_DAYS])
        rest = len(found.missing) - _SHOWN_DAYS
        more = " " + _("and {count} more days").format(count=count(rest)) if rest > 0 else ""
        _line(say, _("days missing"), shown + more)
    if found.lost:
        _line(
            say, _("lost"), _("{count} messages, as the logs say themselves").format(count=count(found.lost))
        )
    folders = {PurePath(path).parent for _number, path, _position in found.files}
    folder = folders.pop() if len(folders) == 1 and len(found.files) > 1 else None
    if folder is not None:
        _line(say, _("files"), _("in {folder}").format(folder=folder))
    for place, (number_, path, position) in enumerate(found.files[:_SHOWN_FILES]):
        text = _("{path} (file {number}) up to byte {position}").format(
            path=PurePath(path).name if folder is not None else path, number=number_, position=count(position)
        )
        _line(say, _("files") if not place and folder is None else "", text)
    if len(found.files) > _SHOWN_FILES:
        rest = len(found.files) - _SHOWN_FILES
        _line(say, "", _("and {count} more files; '--json' has all").format(count=count(rest)))


def _units(say: Say, found: Explanation) -> None:
    if len(found.units) < 2 or all(row.sort == "unit" for row in found.rows):
        return
    say("")
    heads = [_("unit"), _("rows"), _("numerator"), _("denominator")]
    lines = [
        [f"{one.name} ({one.unit_id})", count(one.rows), count(one.numerator), count(one.denominator)]
        for one in found.units
    ]
    for line in tabulated(heads, lines, {1, 2, 3}):
        say(line)


def _rows(say: Say, found: Explanation, most: int) -> None:
    if not found.rows:
        return
    shown = found.rows[: most or None]
    names = list(dict.fromkeys(name for row in found.rows for name in row.facts))
    sorts = {row.sort for row in shown}
    first = _(SORTS.get(shown[0].sort, shown[0].sort)) if len(sorts) == 1 else _("row")
    heads = [first, *(_(_FACTS.get(name, name)) for name in names), _("numerator"), _("denominator")]
    names_of = {one.unit_id: f"{one.name} ({one.unit_id.partition('@')[0]})" for one in found.units}
    lines = [
        [
            ("" if len(sorts) == 1 else f"{_(SORTS.get(row.sort, row.sort))} ")
            + names_of.get(row.key, row.key),
            *(_fact(name, row.facts.get(name)) for name in names),
            count(row.numerator),
            count(row.denominator),
        ]
        for row in shown
    ]
    say("")
    numeric = {
        place
        for place, name in enumerate(names, 1)
        if all(isinstance(row.facts.get(name, 0), int | None) for row in shown)
    }
    for line in tabulated(heads, lines, {*numeric, len(heads) - 2, len(heads) - 1}):
        say(line)
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


def _history(say: Say, found: Explanation, zone: ZoneInfo) -> None:
    from opsconsole.store.clock import local

    if len(found.versions) < 2:
        return
    say("")
    heads = [_("measured"), _("value"), _("cut-off"), _("revision"), _("applied by"), _("reason")]
    lines = [
        [
            local(one.measured_at, zone),
            value(one.figures.value, found.unit_text),
            date(one.cut_off),
            count(one.revision),
            one.revision_by,
            one.reason,
        ]
        for one in found.versions
    ]
    for line in tabulated(heads, lines, {1, 3}):
        say(line)
