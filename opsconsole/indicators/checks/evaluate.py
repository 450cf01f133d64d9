"""Evaluating a check over the values of its operands: decimal arithmetic, nothing read or shown.

The only place that decides whether figures agree. Every operation is exact: stored values have at
most 15 digits, so that no sum, difference or rounded quotient of them needs the digits of CONTEXT.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import NamedTuple

from opsconsole.indicators.checks.arithmetic import CONTEXT, rounded, span
from opsconsole.indicators.checks.finding import Finding, Term

_SHARES = ("%", "percent")


@dataclass(frozen=True, slots=True)
class Check:
    """A declared check; *operands* are (role, what the declaration wrote) in their order."""

    key: str
    name: str
    name_en: str
    year: int
    sort: str
    decimals: int | None
    operands: tuple[tuple[str, str], ...]
    file: str = ""
    line: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Compared:
    """What comparing gave. *holds* is None where it cannot be said, for *reason*."""

    holds: bool | None
    expected: Decimal | None = None
    stated: Decimal | None = None
    reason: str = ""
    implied: Decimal | None = None

    @property
    def difference(self) -> Decimal | None:
        return None if self.stated is None or self.expected is None else self.stated - self.expected


class _Terms:
    """The terms of a check by role."""

    def __init__(self, check: Check, terms: Sequence[Term]) -> None:
        self.check = check
        self.all = terms

    def of(self, role: str) -> list[Term]:
        """The terms of *role*."""
        return [term for term in self.all if term.role == role]

    def values(self, role: str) -> list[Decimal]:
        """The values of *role*."""
        return [term.value for term in self.of(role) if term.value is not None]

    def one(self, role: str) -> Decimal | None:
        """The value of the only term of *role*, None where it has none."""
        return next(iter(self.values(role)), None)

    def total(self, role: str) -> Decimal:
        """The sum of the values of *role*."""
        return sum(self.values(role), Decimal(0))


def evaluate(check: Check, terms: Sequence[Term]) -> Finding:
    """What *check* finds over *terms*, one for each of its operands in their order.

    A value that is missing or stated roughly, shares beside counts, or a base of 0 make the verdict
    ``not checkable``. A figure whose meaning is in doubt makes it ``undefined``, whether the
    numbers agree or not: they would agree, or not, by chance.
    """
    sort = check.sort
    with localcontext(CONTEXT):
        if any(term.missing for term in terms):
            compared = _Compared(None, reason="missing")
        elif sort != "defined" and _mixed(check, terms):
            compared = _Compared(None, reason="mixed")
        else:
            compared = _SORTS[sort](_Terms(check, terms))
            if compared.holds is not None and sort != "defined" and any(term.inexact for term in terms):
                compared = replace(compared, holds=None, reason="inexact")
        difference = compared.difference
    doubtful = any(term.meaning for term in terms) and compared.reason != "missing"
    verdict, reason = "not checkable", compared.reason
    if doubtful:
        verdict, reason = "undefined", "meaning"
    elif compared.holds is not None:
        verdict = "ok" if compared.holds else "conflict"
    elif compared.reason == "opening":
        verdict = "undefined"
    return Finding(
        check=check.key,
        name=check.name,
        name_en=check.name_en,
        year=check.year,
        sort=sort,
        verdict=verdict,
        reason=reason,
        expected=compared.expected,
        stated=compared.stated,
        difference=difference,
        implied=compared.implied,
        decimals=check.decimals,
        unit_of_measure=_unit(sort, terms),
        terms=tuple(terms),
        file=check.file,
        line=check.line,
        note=check.note,
    )


def _mixed(check: Check, terms: Sequence[Term]) -> bool:
    """Whether shares stand where counts do, or the other way round."""

    def kinds(chosen: Sequence[Term]) -> set[bool]:
        return {term.unit_of_measure in _SHARES for term in chosen if not term.is_number}

    if check.sort != "ratio":
        return len(kinds(terms)) > 1
    share = [term for term in terms if term.role == "share"]
    rest = [term for term in terms if term.role != "share"]
    return kinds(share) == {False} or len(kinds(rest)) > 1


def _unit(sort: str, terms: Sequence[Term]) -> str:
    """The unit of measure of what is compared."""
    if sort == "ratio":
        return "%"
    return next((term.unit_of_measure for term in terms if term.unit_of_measure), "")


# --- one function a sort -----------------------------------------------------------------------


def _sum(terms: _Terms) -> _Compared:
    """The parts make the whole; with decimals, up to what rounding each of them can add up to."""
    expected, stated = terms.total("parts"), terms.total("whole")
    slack = Decimal(0)
    if terms.check.decimals is not None:
        # A number of the declaration (100 %) is exact; every stated value is off by half a unit
        # of its last decimal at most.
        stated_values = sum(not term.is_number for term in terms.all)
        slack = stated_values * Decimal("0.5").scaleb(-terms.check.decimals)
    return _Compared(abs(stated - expected) <= slack, expected, stated)


def _ratio(terms: _Terms) -> _Compared:
    """share = 100 × part / whole, rounded half up to the decimals of the check."""
    part, whole, stated = terms.total("part"), terms.total("whole"), terms.total("share")
    decimals = terms.check.decimals or 0
    if whole == 0:
        return _Compared(None, None, stated, "zero")
    # Two values of 15 digits: a quotient that is not a tie is further from one than 100 digits
    # can lose, so rounding it twice gives the same.
    exact = 100 * part / whole
    due = rounded(exact, decimals)
    shown = next(
        candidate
        for extra in range(1, 100)
        if rounded(candidate := rounded(exact, decimals + extra), decimals) == due
    )
    return _Compared(stated == due, shown, stated)


def _bounds(terms: _Terms) -> _Compared:
    """Every figure lies from least to most, both allowed; expected is the nearest allowed value."""
    least, most = terms.one("least"), terms.one("most")
    if least is not None and most is not None and least > most:
        return _Compared(None, reason="empty")
    found = []
    for value in terms.values("figures"):
        allowed = value if most is None else min(value, most)
        allowed = allowed if least is None else max(allowed, least)
        found.append((abs(value - allowed), allowed, value))
    off, allowed, value = max(found, key=lambda each: each[0])
    return _Compared(not off, allowed, value)


def _equal(terms: _Terms) -> _Compared:
    """All figures have one value; stated is the one furthest from the first."""
    first, *others = terms.values("figures")
    stated = max(others, key=lambda value: abs(value - first))
    return _Compared(stated == first, first, stated)


def _balance(terms: _Terms) -> _Compared:
    """opening + received - resolved = closing. Without an opening the one that would make it true is
    implied; one below zero cannot be, as fewer cases are accounted for than came in."""
    moved = terms.total("received") - terms.total("resolved")
    closing, opening = terms.total("closing"), terms.one("opening")
    if opening is not None:
        return _Compared(opening + moved == closing, opening + moved, closing)
    implied = closing - moved
    if implied < 0:
        return _Compared(False, moved, closing, implied=implied)
    if implied == 0:
        return _Compared(True, moved, closing, implied=implied)
    return _Compared(None, moved, closing, "opening", implied)


class _Course(NamedTuple):
    """A figure with the first and last day that it takes in."""

    first: dt.date
    last: dt.date
    value: Decimal


def _monotone(terms: _Terms) -> _Compared:
    """Figures counted from one day on do not fall as time goes by; expected is the earlier one."""
    spans = [_Course(*span(term.period), term.value or Decimal(0)) for term in terms.of("figures")]
    spans.sort(key=lambda each: each.last)
    if len({each.first for each in spans}) > 1 or any(
        earlier.last == later.last for earlier, later in pairwise(spans)
    ):
        return _Compared(None, reason="course")
    worst = _Compared(True, spans[-1].value, spans[-1].value)
    for earlier, later in pairwise(spans):
        if later.value - earlier.value < (worst.difference or 0):
            worst = _Compared(False, earlier.value, later.value)
    return worst


def _defined(terms: _Terms) -> _Compared:
    """It is known what each figure counts; ``evaluate`` looks at the meanings."""
    return _Compared(True)


_SORTS: dict[str, Callable[[_Terms], _Compared]] = {
    "sum": _sum,
    "ratio": _ratio,
    "bounds": _bounds,
    "equal": _equal,
    "balance": _balance,
    "monotone": _monotone,
    "defined": _defined,
}
