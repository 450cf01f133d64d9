"""Pace: what a target asks for by a day, where a value is heading, and the status in words.

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

import datetime as dt
from collections.abc import Sequence

from opsconsole.catalogue import _
from opsconsole.indicators.workdays import Workdays

NO_DATA, MET, ON_TRACK, AT_RISK, BEHIND = "no data", "met", "on track", "at risk", "behind"
STATUSES = (BEHIND, AT_RISK, ON_TRACK, MET, NO_DATA)

RISK_SHARE = 0.10
EXACTLY_SHARE = 0.005


def status_words(status: str) -> str:
    """A status in the language in use."""
    return {
        NO_DATA: _("no data"),
        MET: _("met"),
        ON_TRACK: _("on track"),
        AT_RISK: _("at risk"),
        BEHIND: _("behind"),
    }[status]


def elapsed(pace: str, day: dt.date, workdays: Workdays) -> float:
    """The share of the year of *day* that is over at the end of that day, 0 to 1.

    ``linear`` goes by days, ``working-days`` by working days; for ``level`` it is always 1.
    """
    first, last = dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)
    if pace == "level":
        return 1.0
    if pace == "linear":
        return ((day - first).days + 1) / ((last - first).days + 1)
    if pace == "working-days":
        return workdays.count(first, day) / workdays.count(first, last)
    raise ValueError(f"unknown pace {pace!r}")


def expected(target: float, start: float, share: float) -> float:
    """What the pace asks for when *share* of the way from *start* to *target* is due."""
    return start + (target - start) * share


def projected(values: Sequence[tuple[int, float]], accumulates: str, percent: bool) -> float | None:
    """Where the months so far lead by the end of the year; None without any month.

    *values* are (month 1 to 12, value of that month). A sum goes on at the mean of the months seen;
    a state or a rate follows the straight line through them (least squares) to December. A
    percentage stays between 0 and 100, anything else does not fall below 0.
    """
    if not values:
        return None
    mean = sum(value for _month, value in values) / len(values)
    if accumulates == "sum":
        return max(0.0, mean * 12)
    middle = sum(month for month, _value in values) / len(values)
    spread = sum((month - middle) ** 2 for month, _value in values)
    slope = sum((month - middle) * (value - mean) for month, value in values) / spread if spread else 0.0
    end = mean + slope * (12 - middle)
    return max(0.0, min(100.0, end) if percent else end)


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
