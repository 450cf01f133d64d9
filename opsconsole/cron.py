"""The five fields of cron, read strictly: what two programs would read in two ways is refused.

``minute hour day-of-month month weekday``, each ``*``, a number, a range ``a-b``, a step ``*/n`` or
``a-b/n``, or several with commas between. Months and weekdays have names (jan, mon); a weekday is
also 0 to 7, where 0 and 7 are Sunday as in cron itself. Refused, with what to write instead:

* a day of the month together with a weekday: cron means one *or* the other, readers mean both;
* a day above 28: a 31st leaves out five months without a word. ``last`` is the last day;
* a range that goes backward, a step from a single number, ``@daily``, ``?``, ``L``, ``W`` and ``#``:
  one program takes them, the next does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsconsole.catalogue import _
from opsconsole.errors import Refused

LAST = "last"
LAST_DAY = -1
"""Among the days of a month: its last."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_NUMBERS = {name: number for number, name in enumerate(("sun", *WEEKDAYS[:-1]))}
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)}


class CronRefused(Refused):
    """The text is no cron line, or one that is read in several ways; says which part and why."""


@dataclass(frozen=True, slots=True)
class Cron:
    """At which local times a job is due. ``minutes`` of the day (0 to 1439) and ``months`` ascend;
    ``days`` (1 to 28, ``LAST_DAY``) and ``weekdays`` (0 is Monday) are None where every day is meant,
    and never both there."""

    minutes: tuple[int, ...]
    months: tuple[int, ...]
    days: tuple[int, ...] | None
    weekdays: tuple[int, ...] | None


def parse(text: str) -> Cron:
    """The schedule that *text* means. Raises CronRefused."""
    fields = text.split()
    if len(fields) != 5:
        raise CronRefused(
            _("a cron line has five fields (minute, hour, day of the month, month, weekday), not {n}").format(
                n=len(fields)
            )
        )
    minute, hour, day, month, weekday = fields
    if day != "*" and weekday != "*":
        raise CronRefused(
            _(
                "day of the month '{day}' and weekday '{weekday}' are both given: cron runs on either, which"
                " is seldom meant; write '*' for one of them"
            ).format(day=day, weekday=weekday)
        )
    hours = _numbers(hour, _("hour"), 0, 23)
    minutes = _numbers(minute, _("minute"), 0, 59)
    return Cron(
        minutes=tuple(60 * each + other for each in hours for other in minutes),
        months=_numbers(month, _("month"), 1, 12, _MONTH_NUMBERS),
        days=None if day == "*" else _days(day),
        weekdays=None if weekday == "*" else _weekdays(weekday),
    )


def _days(field: str) -> tuple[int, ...]:
    parts = field.split(",")
    plain = ",".join(part for part in parts if part != LAST)
    found = _numbers(plain, _("day of the month"), 1, 31) if plain else ()
    if found and found[-1] > 28:
        raise CronRefused(
            _(
                "day of the month '{field}' means day {day}, which not every month has: name days from 1 to"
                " 28 (such as 1-28/2), or '{last}' for the last day"
            ).format(field=field, day=found[-1], last=LAST)
        )
    return (*found, LAST_DAY) if LAST in parts else found


def _weekdays(field: str) -> tuple[int, ...]:
    # In cron Sunday begins the week as 0 and ends it as 7: a range may end with it by name too.
    ends = re.sub(r"(?<=-)sun(?=[,/]|$)", "7", field.lower())
    found = _numbers(ends, _("weekday"), 0, 7, _DAY_NUMBERS, field)
    return tuple(sorted({(number - 1) % 7 for number in found}))


def _numbers(
    field: str,
    name: str,
    least: int,
    most: int,
    names: Mapping[str, int] | None = None,
    shown: str | None = None,
) -> tuple[int, ...]:
    """The numbers that *field* means, ascending. *shown* is the field as it was written."""

    def refuse(reason: str) -> CronRefused:
        return CronRefused(f"{name} '{field if shown is None else shown}': {reason}")

    def number(text: str) -> int:
        value = (names or {}).get(text.lower())
        if value is None and re.fullmatch(r"[0-9]{1,2}", text):
            value = int(text)
        if value is None or not least <= value <= most:
            known = _("a number from {least} to {most}").format(least=least, most=most)
            if names:
                known += _(" or one of {names}").format(names=", ".join(names))
            raise refuse(_("'{part}' is not {form}").format(part=text, form=known))
        return value

    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if slash and not re.fullmatch(r"[1-9][0-9]?", step):
            raise refuse(_("'{part}' is no step").format(part=part))
        # 7 is Sunday once more: '*' of the weekdays means 0 to 6.
        top = 6 if (least, most) == (0, 7) else most
        if span == "*":
            first, last = least, top
        elif "-" in span:
            first, last = (number(end) for end in span.split("-", 1))
            if first > last:
                raise refuse(
                    _("the range '{part}' goes backward; write two with a comma between").format(part=part)
                )
        else:
            first = last = number(span)
            if slash:
                raise refuse(
                    _("a step needs a range: write '{first}-{last}/{step}'").format(
                        first=span, last=top, step=step
                    )
                )
        found.update(range(first, last + 1, int(step) if slash else 1))
    return tuple(sorted(found))
