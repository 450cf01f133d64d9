"""The year's use of the videoconference system in words: what the command line and the console both show."""

from __future__ import annotations

import datetime as dt

from opsconsole.catalogue import _, language
from opsconsole.indicators.usage import Sums, Usage
from opsconsole.text import date, number
from opsconsole.words import amount, figure, word


def heads() -> tuple[str, ...]:
    """What stands above the columns of ``cells``."""
    return (
        _("sessions"),
        _("hours"),
        _("site hours"),
        _("invited"),
        _("came"),
        _("attendance"),
        _("in time"),
        _("came back"),
        _("failures"),
    )


def cells(sums: Sums, *, unit: bool = False) -> tuple[str, ...]:
    """*sums* as text, a cell a head. Hours of sessions are nobody's: of a *unit* only those of its sites."""
    return (
        figure(sums.sessions),
        "" if unit else number(sums.seconds / 3600, language(), 1),
        number(sums.site_seconds / 3600, language(), 1),
        figure(sums.invited),
        figure(sums.came),
        _percent(sums.attendance),
        _percent(sums.punctuality),
        figure(sums.rejoins),
        figure(sums.failures),
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else number(value, language(), 1) + " %"


def remarks(found: Usage) -> list[str]:
    """What is said of the year beside its sums, a line each."""
    said = []
    for name, (most, at) in (found.peaks or {}).items():
        text = (
            _("most sessions at once: {most}, {when}")
            if name == "sessions"
            else _("most sites at once: {most}, {when}")
        )
        when = f"{dt.datetime.fromisoformat(at):%d/%m/%Y %H:%M}"
        said.append(text.format(most=figure(most), when=when))
    if found.causes:
        causes = ", ".join(f"{word(f'cause.{one}')} {figure(count)}" for one, count in found.causes.items())
        said.append(_("could not join or dropped out: {causes}").format(causes=causes))
    if found.equipment:
        used = ", ".join(f"{word(one)} {figure(count)}" for one, count in found.equipment.items())
        said.append(_("equipment of the sites that took part: {used}").format(used=used))
    if found.saved is not None:
        value, day, rates = found.saved
        named = "name" if language() == "vi" else "name_en"
        told = "; ".join(f"{one[named] or one['name']} {number(one['value'], language())}" for one in rates)
        said.append(
            _("cost avoided: {value} đồng, as measured on {day}, by these rates: {rates}").format(
                value=amount(round(value)), day=date(dt.date.fromisoformat(day)), rates=told or "–"
            )
        )
    if found.unseen:
        said.append(
            _("{count} announced sessions are in no record: unknown, not unheld").format(
                count=figure(found.unseen)
            )
        )
    if found.cancelled:
        said.append(_("{count} sessions were cancelled").format(count=figure(found.cancelled)))
    if found.unannounced:
        said.append(
            _("{count} recorded meetings belong to no announced session (--sessions lists them)").format(
                count=figure(found.unannounced)
            )
        )
    if found.waiting:
        said.append(
            _("{count} sessions changed since they were summed; the next collect sums them").format(
                count=figure(found.waiting)
            )
        )
    return said
