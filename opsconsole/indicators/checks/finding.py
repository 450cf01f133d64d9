"""What a check found: an immutable value that says in words what was expected, stated, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from opsconsole.catalogue import N_, _, language
from opsconsole.indicators.amounts import unit_words
from opsconsole.indicators.naming import Titled
from opsconsole.text import number

# In the order in which they are listed: what has to be mended first.
VERDICTS = {
    "conflict": N_("in conflict"),
    "undefined": N_("undefined"),
    "not checkable": N_("not checkable"),
    "ok": N_("in order"),
}


def verdict_words(verdict: str) -> str:
    """A verdict in the language in use."""
    return _(VERDICTS[verdict])


@dataclass(frozen=True, slots=True)
class Term:
    """One operand of a check, with the role that it has there: the field of the declaration that
    names it (``parts``, ``whole``, …).

    ``operand`` is what the declaration wrote, ``sort`` what that is: figure, observed or number.
    ``value`` is None where there is none, and ``missing`` then says why: absent, withdrawn,
    unmeasured, several. ``meaning`` and ``inexact`` are what the figure says of itself, '' where nothing.
    ``file`` and ``line`` are where the figure is declared ('' and 0 for anything else).
    """

    role: str
    operand: str
    value: Decimal | None
    sort: str = "figure"
    name: str = ""
    unit_of_measure: str = ""
    period: str = ""
    source: str = ""
    place: str = ""
    file: str = ""
    line: int = 0
    meaning: str = ""
    inexact: str = ""
    note: str = ""
    missing: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the declaration wrote a number: it is stated in no other place."""
        return self.sort == "number"

    @property
    def shown(self) -> str:
        """The value with its unit of measure, in the language in use."""
        words = {"about": _("about {value}"), "nearly": _("nearly {value}"), "over": _("over {value}")}
        return words.get(self.inexact, "{value}").format(value=amount(self.value, self.unit_of_measure))

    @property
    def data(self) -> dict[str, Any]:
        """All fields for JSON."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Finding(Titled):
    """What one check found.

    *verdict* is one of VERDICTS; *reason* is the word for why it is neither ok nor a conflict, ''
    else. *expected*, *stated* and *difference* (stated - expected) are in *unit_of_measure* and
    None where there is nothing to compare; of several figures they are those that differ most.
    *expected* of a ratio has a decimal more than the rule asks for, or as many as show to which
    side it rounds. *implied* is the opening balance that a balance without one asks for.
    """

    check: str
    name: str
    name_en: str
    year: int
    sort: str
    verdict: str
    reason: str
    expected: Decimal | None
    stated: Decimal | None
    difference: Decimal | None
    implied: Decimal | None
    decimals: int | None
    unit_of_measure: str
    terms: tuple[Term, ...]
    file: str
    line: int
    note: str

    @property
    def order(self) -> tuple[int, str]:
        """Conflicts first, then by key."""
        return list(VERDICTS).index(self.verdict), self.check

    def __lt__(self, other: Finding) -> bool:
        return self.order < other.order

    @property
    def where(self) -> tuple[Term, ...]:
        """The figures and measured values that were held together; numbers of the declaration left
        out."""
        return tuple(term for term in self.terms if not term.is_number)

    @property
    def data(self) -> dict[str, Any]:
        """All fields for JSON, with ``where``; *verdict* stays the English word."""
        found = {field.name: plain(getattr(self, field.name)) for field in fields(self)}
        del found["terms"]
        return found | {"where": [term.data for term in self.where]}

    def of(self, role: str) -> tuple[Term, ...]:
        """The terms of one role."""
        return tuple(term for term in self.terms if term.role == role)


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many of *findings* have which verdict; every verdict is there."""
    found = dict.fromkeys(VERDICTS, 0)
    for finding in findings:
        found[finding.verdict] += 1
    return found


def plain(value: Any) -> Any:
    """*value* for JSON: a whole decimal as an integer, another as the float that prints alike."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def amount(value: Decimal | None, unit_of_measure: str = "") -> str:
    """*value* with all its decimals and its unit of measure, in the language in use; None: a dash."""
    if value is None:
        return number(None)
    exponent = value.normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    text = number(value, language(), decimals).replace("-", "−")
    words = unit_words(unit_of_measure)
    return f"{text} {words}" if words else text


def listed(terms: Sequence[Term], sign: str = " + ") -> str:
    """The values of *terms* with *sign* between them."""
    return sign.join(amount(term.value) for term in terms)
