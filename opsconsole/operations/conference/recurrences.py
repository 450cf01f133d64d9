"""What a rule of recurrence (RFC 5545) comes to between two moments, in bounded time whatever it says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from opsconsole.catalogue import _
from opsconsole.text import safe


class Unusable(Exception):
    """Why an event cannot be taken, in words that show what to mend."""


def starts(rule: Any, start: dt.date, first: dt.datetime, after: dt.datetime, most: int) -> list[dt.date]:
    """The starts that the RRULE *rule* of an event at *start* gives between the local moments *first* and
    *after* (a day more on either side), at most *most* and one. Raises Unusable.

    The rule is run as many times 400 years later as there is room for in the calendar, where
    weekdays, months and leap years fall alike: dateutil looks for the next day of a rule that
    has none up to the year 9999, which takes seconds from here.
    """
    from dateutil.rrule import rrulestr
    from icalendar import vRecur

    recur: Any = vRecur
    text = rule.to_ical().decode()
    often = str((rule.get("FREQ") or [""])[0]).upper()
    if often not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise Unusable(
            _("recurs {often}; sessions recur daily, weekly, monthly or yearly").format(often=often or "?")
        )
    if any(name in rule for name in ("BYSECOND", "BYMINUTE", "BYHOUR")):
        raise Unusable(_("recurs within the day ({rule})").format(rule=safe(text)[:100]))
    for name in ("INTERVAL", "COUNT"):
        value = (rule.get(name) or [1])[0]
        if not isinstance(value, int) or value < 1:
            raise Unusable(_("{name} must be 1 or more ({rule})").format(name=name, rule=safe(text)[:100]))
    timed = isinstance(start, dt.datetime)
    begins = start.replace(tzinfo=None) if isinstance(start, dt.datetime) else _midnight(start)
    # a day beyond the window covers every zone
    ends = after + dt.timedelta(days=1)
    until = (rule.get("UNTIL") or [None])[0]
    if until is not None:
        zone = start.tzinfo if isinstance(start, dt.datetime) else None
        ends = min(ends, _last(until, zone))
    count = (rule.get("COUNT") or [None])[0]
    plain = {name: value for name, value in rule.items() if name not in ("COUNT", "UNTIL")}
    later = (9998 - max(begins.year, ends.year)) // 400 * 400
    found: list[dt.datetime] = []
    matched = False
    try:
        steps = rrulestr(recur(plain).to_ical().decode(), dtstart=_years_on(begins, later))
        for number, step in enumerate(steps):
            matched = True
            at = _years_on(step, -later)
            if at > ends or (count is not None and number >= count):
                break
            if at >= first - dt.timedelta(days=1):
                found.append(at)
                if len(found) > most:
                    break
    except (ValueError, TypeError, OverflowError) as error:
        raise Unusable(
            _("RRULE cannot be read: {reason} ({rule})").format(
                reason=safe(error)[:100], rule=safe(text)[:100]
            )
        ) from None
    if not matched:
        raise Unusable(_("recurs on no day at all ({rule})").format(rule=safe(text)[:100]))
    if not timed:
        return [at.date() for at in found]
    return [at.replace(tzinfo=start.tzinfo) for at in found]  # type: ignore[attr-defined]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local by its event


def _last(until: dt.date, zone: dt.tzinfo | None) -> dt.datetime:
    """The last moment that UNTIL allows, in the time of the start, without its zone."""
    if not isinstance(until, dt.datetime):
        return _midnight(until) + dt.timedelta(days=1, seconds=-1)
    if until.tzinfo is not None and zone is not None:
        until = until.astimezone(zone)
    return until.replace(tzinfo=None)


def _years_on(at: dt.datetime, years: int) -> dt.datetime:
    return at.replace(year=at.year + years)
