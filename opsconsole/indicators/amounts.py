"""Measured values as text: numbers of things, values with their unit of measure, bounds."""

from __future__ import annotations

from opsconsole.catalogue import _, language
from opsconsole.text import number, safe


def count(number_of: float | None) -> str:
    """A number of things."""
    return number(number_of, language())


def unit_words(unit_of_measure: str) -> str:
    """What stands behind a number in *unit_of_measure*: of those built in the sign or word, '' where the
    number says enough; a unit of the user's own as it is, which is ``unit_text`` of what is counted in it.
    The only place that says how a unit of measure is written."""
    built_in = {"percent": "%", "count": "", "ratio": "", "hours": _("hours"), "VND": _("VND")}
    return built_in.get(unit_of_measure, safe(unit_of_measure))


def value(measured: float | None, unit_of_measure: str) -> str:
    """A measured value with its unit of measure, as ``unit_text`` gives it."""
    if measured is None:
        return _("no data")
    if unit_of_measure == "percent":
        return number(measured, language(), 1) + " %"
    shown = number(measured, language(), {"hours": 1, "ratio": 2}.get(unit_of_measure))
    words = "" if unit_of_measure == "hours" else unit_words(unit_of_measure)
    return f"{shown} {words}" if words else shown


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
