"""Measured values as text: numbers of things, values with their unit of measure, bounds."""

from __future__ import annotations

from opsconsole.catalogue import _, language
from opsconsole.text import number


def count(number_of: float | None) -> str:
    """A number of things."""
    return number(number_of, language())


def value(measured: float | None, unit_of_measure: str) -> str:
    """A measured value with its unit of measure."""
    if measured is None:
        return _("no data")
    if unit_of_measure == "percent":
        return number(measured, language(), 1) + " %"
    return number(measured, language(), {"hours": 1, "ratio": 2}.get(unit_of_measure))


def bounds(measured: float | None, low: float | None, high: float | None) -> str:
    """The bounds, where they differ from the value itself."""
    if low is None or (low == measured == high):
        return ""
    if high is None:
        return _("{low} or more").format(low=number(low, language(), 1))
    return f"{number(low, language(), 1)} – {number(high, language(), 1)}"
