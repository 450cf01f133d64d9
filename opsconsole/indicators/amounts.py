"""Measured values as text: numbers of things, values with their unit of measure, bounds."""

from __future__ import annotations

from opsconsole.catalogue import _, language
from opsconsole.text import number, safe


def count(number_of: float | None) -> str:
    """A number of things."""
    return number(number_of, language())


def value(measured: float | None, unit_of_measure: str, words: str = "") -> str:
    """A measured value with its unit of measure; *words* are those of a unit of the user's own."""
    if measured is None:
        return _("no data")
    if unit_of_measure == "percent":
        return number(measured, language(), 1) + " %"
    shown = number(measured, language(), {"hours": 1, "ratio": 2}.get(unit_of_measure))
    own = unit_of_measure not in ("count", "hours", "ratio")
    return f"{shown} {safe(words or unit_of_measure)}" if own else shown


def bounds(measured: float | None, low: float | None, high: float | None) -> str:
    """The bounds, where they differ from the value itself."""
    if measured is None or low == measured == high:
        return ""
    if low is None:
        return "" if high is None else _("{high} or less").format(high=_bound(high))
    if high is None:
        return _("{low} or more").format(low=_bound(low))
    return f"{_bound(low)} – {_bound(high)}"


def _bound(limit: float) -> str:
    # A large whole number is a count, to which a decimal says nothing.
    return number(limit, language(), None if limit == int(limit) and abs(limit) >= 1000 else 1)
