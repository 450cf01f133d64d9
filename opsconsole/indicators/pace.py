"""Pace: what a target asks for by a day, and the status in words. Where a value is heading is in
``projection``.

The thresholds, in full:

* **no data**: nothing was measured so far.
* **met**: the year is over and the value reaches the target; or, before that, a sum (sessions)
  has reached what it should at least be, or a value that grows towards its target by a pace
  has reached it. A target that must hold all year (pace ``level``) is met only when the year is
  over, and so is one that may not be exceeded.
* **on track**: the value is at what the pace asks for, or better.
* **at risk**: it falls short of that by at most 10 % of the target.
* **behind**: it falls short by more, or the year is over without the target being met, or a sum
  that should at most reach the target has passed it.

``exactly`` is reached within 0.5 % of the target on either side.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias

from opsconsole.catalogue import _
from opsconsole.indicators.workdays import Workdays

NO_DATA, MET, ON_TRACK, AT_RISK, BEHIND = "no data", "met", "on track", "at risk", "behind"
STATUSES = (BEHIND, AT_RISK, ON_TRACK, MET, NO_DATA)

RISK_SHARE = 0.10
EXACTLY_SHARE = 0.005

# The share of the year's way that was gone at the end of each of its twelve months.
Shape: TypeAlias = "tuple[float, ...]"


def status_words(status: str) -> str:
    """A status in the language in use."""
    return {
        NO_DATA: _("no data"),
        MET: _("met"),
        ON_TRACK: _("on track"),
        AT_RISK: _("at risk"),
        BEHIND: _("behind"),
    }[status]


def elapsed(pace: str, day: dt.date, workdays: Workdays, shape: Shape | None = None) -> float:
    """The share of the year of *day* that is over at the end of that day, 0 to 1.

    ``linear`` goes by days, ``working-days`` by working days; for ``level`` it is always 1.
    ``last-year`` goes by the *shape* of the year before, within a month by working days.
    """
    first, last = dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)
    if pace == "level":
        return 1.0
    if pace == "linear":
        return ((day - first).days + 1) / ((last - first).days + 1)
    if pace == "working-days":
        return workdays.count(first, day) / workdays.count(first, last)
    if pace == "last-year" and shape is not None:
        before = shape[day.month - 2] if day.month > 1 else 0.0
        begin, end = day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
        gone = workdays.count(begin, day) / (workdays.count(begin, end) or 1)
        return before + (shape[day.month - 1] - before) * gone
    raise ValueError(f"unknown pace {pace!r}, or no shape for it")


def shape_of_sum(months: Mapping[int, float]) -> Shape | None:
    """The shape of a year whose *months* (1 to 12) add up; None unless all twelve are known and more
    than nothing came together."""
    total = sum(months.values())
    if len(months) < 12 or total <= 0:
        return None
    gone, found = 0.0, []
    for month in range(1, 13):
        gone += max(0.0, months[month])
        found.append(min(1.0, gone / total))
    return tuple(found)


def shape_of_course(months: Mapping[int, float], before: float | None) -> Shape | None:
    """The shape of a year of values: how much of its way, from *before* (the December before; else its
    own January) to December, each month had gone. None unless all twelve *months* (1 to 12) are known
    and December lies elsewhere than the beginning. A way never goes back: what a month had reached stays
    reached.
    """
    if len(months) < 12:
        return None
    start = months[1] if before is None else before
    way = months[12] - start
    if abs(way) <= 1e-9 * max(1.0, abs(start)):
        return None
    gone, found = 0.0, []
    for month in range(1, 13):
        gone = max(gone, min(1.0, (months[month] - start) / way))
        found.append(gone)
    return tuple(found)


def expected(target: float, start: float, share: float) -> float:
    """What the pace asks for when *share* of the way from *start* to *target* is due."""
    return start + (target - start) * share


def status(
    value: float | None,
    target: float,
    due: float,
    *,
    direction: str,
    pace: str,
    accumulates: str,
    over: bool,
) -> str:
    """The status in words (one of ``STATUSES``) of *value* against *target*.

    *due* is what the pace asks for by now (see ``expected``), *over* whether the year is over for
    the value. The thresholds stand at the head of this module.
    """
    if value is None:
        return NO_DATA
    scale = abs(target) or 1.0
    tolerance = EXACTLY_SHARE * scale if direction == "exactly" else 1e-9 * scale
    reached = _short(value, target, direction) <= tolerance
    if over:
        return MET if reached else BEHIND
    if direction == "at-least" and reached and (accumulates == "sum" or pace != "level"):
        return MET
    if direction != "at-least" and accumulates == "sum" and value - target > tolerance:
        return BEHIND  # a sum does not fall again
    short = _short(value, due, direction)
    if short <= tolerance:
        return ON_TRACK
    return AT_RISK if short <= RISK_SHARE * scale + 1e-9 * scale else BEHIND


def _short(value: float, wanted: float, direction: str) -> float:
    """By how much *value* misses *wanted*; 0 or less where it does not."""
    if direction == "at-least":
        return wanted - value
    if direction == "at-most":
        return value - wanted
    return abs(value - wanted)
