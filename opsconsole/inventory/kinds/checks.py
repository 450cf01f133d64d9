"""Checks: identities that figures must satisfy. How they are evaluated is in opsconsole.indicators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from opsconsole import periods
from opsconsole.catalogue import _
from opsconsole.inventory.fields import Field, ListOf, Text, Whole
from opsconsole.inventory.kind import KEY_TEXT, Declared, Kind, choice
from opsconsole.inventory.kinds.figures import NUMBER

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

_OBSERVED = rf"observed:([a-z][a-z0-9_.-]{{1,63}})/([0-9A-Za-z][0-9A-Za-z._@-]{{0,63}})/({periods.PATTERN})"


@dataclass(frozen=True, slots=True)
class Operand:
    """What a check computes with, kept as the text that was written: the key of a figure, a measured
    value ``observed:INDICATOR/LEVEL-OR-UNIT/PERIOD``, or (with *numbers*) a number.

    The level is ``province``, ``department``, ``district``, ``commune`` or ``all``; a unit is its
    code or, for one of its eras, its id.
    """

    numbers: bool = False
    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        if text.isascii() and re.fullmatch(NUMBER, text):
            if self.numbers:
                return text
        elif re.fullmatch(KEY_TEXT.pattern, text) or re.fullmatch(_OBSERVED, text):
            return text
        if self.numbers:
            raise ValueError(_("must be the key of a figure, observed:INDICATOR/LEVEL/PERIOD or a number"))
        raise ValueError(_("must be the key of a figure or observed:INDICATOR/LEVEL/PERIOD"))

    def refers(self, value: str) -> tuple[str, str] | None:
        """(kind, key) of what must be declared for *value*; None for a number."""
        if found := re.fullmatch(_OBSERVED, value):
            return "indicators", found[1]
        return None if re.fullmatch(NUMBER, value) else ("figures", value)

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["string", "number"],
            "description": _("the key of a figure, or observed:INDICATOR/LEVEL/PERIOD"),
        }


class Sort(NamedTuple):
    """What a check of one sort must and may say, and of which field it needs how many entries."""

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    least: int = 1


SORTS = {
    "sum": Sort(("parts", "whole"), ("decimals",), 2),
    "ratio": Sort(("part", "whole", "share", "decimals")),
    "bounds": Sort(("figures",), ("least", "most")),
    "equal": Sort(("figures",), (), 2),
    "balance": Sort(("received", "resolved", "closing"), ("opening",)),
    "monotone": Sort(("figures",), (), 2),
    "defined": Sort(("figures",)),
}
LISTS = ("parts", "figures", "received", "resolved", "closing")
SINGLE = ("whole", "part", "share", "least", "most", "opening")


def check(declared: Declared) -> list[Problem]:
    """Every check says what its sort needs and nothing else, names no figure twice, and can come out
    either way."""
    problems = []
    for key, record in declared.of("checks").items():
        for field_name, message in _wrong(key, record.content, declared):
            problems.append(declared.problem(record, field_name, message))
    return problems


def _wrong(key: str, content: dict[str, Any], declared: Declared) -> Iterator[tuple[str, str]]:
    sort = SORTS[content["sort"]]
    for name in sort.needs:
        if name not in content:
            yield (
                "sort",
                _("check '{key}' of sort '{sort}' lacks '{name}:'").format(
                    key=key, sort=content["sort"], name=name
                ),
            )
    for name in (*LISTS, *SINGLE, "decimals"):
        if name in content and name not in (*sort.needs, *sort.may):
            yield (
                name,
                _("a check of sort '{sort}' has no '{name}'; it has {known}").format(
                    sort=content["sort"], name=name, known=", ".join((*sort.needs, *sort.may))
                ),
            )
    for name in LISTS:
        if name in content and name in sort.needs and len(content[name]) < sort.least:
            yield (
                name,
                _("'{name}' of check '{key}' names {count}; sort '{sort}' needs {least} at least").format(
                    name=name, key=key, count=len(content[name]), sort=content["sort"], least=sort.least
                ),
            )
    yield from _twice(key, content)
    if content["sort"] == "bounds":
        yield from _bounds(key, content)
    if content["sort"] == "ratio" and "whole" in content and _value(content["whole"], declared) == 0:
        yield (
            "whole",
            _("'whole' of check '{key}' is 0, and nothing is a share of it; name another figure").format(
                key=key
            ),
        )


def _twice(key: str, content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A figure in two roles is compared with itself: such a check says nothing."""
    seen: dict[str, str] = {}
    for name in (*LISTS, *SINGLE):
        written = content.get(name)
        for operand in () if written is None else written if name in LISTS else (written,):
            if re.fullmatch(NUMBER, operand):
                continue
            if seen.setdefault(operand, name) != name:
                yield (
                    name,
                    _(
                        "check '{key}' compares '{operand}' with itself (in '{first}' and '{name}'); "
                        "name another figure in one of them"
                    ).format(key=key, operand=operand, first=seen[operand], name=name),
                )


def _bounds(key: str, content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    bounds = [content[name] for name in ("least", "most") if name in content]
    if not bounds:
        yield "sort", _("check '{key}' bounds nothing; give it 'least:' or 'most:'").format(key=key)
    elif len(bounds) == 2 and all(re.fullmatch(NUMBER, each) for each in bounds):
        least, most = map(Decimal, bounds)
        if least > most:
            yield (
                "most",
                _("'most' of check '{key}' is below 'least': nothing would ever pass").format(key=key),
            )


def _value(operand: str, declared: Declared) -> Decimal | None:
    """What *operand* is, where it is a number or a figure declared in the same run."""
    if re.fullmatch(NUMBER, operand):
        return Decimal(operand)
    figure = declared.of("figures").get(operand)
    return None if figure is None else Decimal(repr(figure.content["value"]))


_FIGURES = ListOf(Operand())
_NUMBER = Operand(numbers=True)

KIND = Kind(
    name="checks",
    singular="check",
    table="check_rule",  # CHECK is a word of SQL
    title="Checks of figures",
    key=KEY_TEXT,
    order=66,
    name_fields=("name", "name-en"),
    check=check,
    fields=(
        Field("name", Text(200), "what must hold, Vietnamese", required=True),
        Field("name-en", Text(200), "what must hold, English", required=True),
        Field("year", Whole(1990, 2100), "the year that it belongs to", required=True),
        Field("sort", choice(*SORTS), "what is compared", required=True),
        Field("figures", _FIGURES, "bounds, equal, monotone, defined: the figures"),
        Field("parts", _FIGURES, "sum: what is added up"),
        Field("part", Operand(), "ratio: the part"),
        Field("whole", _NUMBER, "sum: what the parts make; ratio: what the part is a share of"),
        Field("share", _NUMBER, "ratio: the stated percentage"),
        Field("least", _NUMBER, "bounds: the least that is allowed"),
        Field("most", _NUMBER, "bounds: the most that is allowed"),
        Field("opening", _NUMBER, "balance: carried over; without it, what is implied is reported"),
        Field("received", _FIGURES, "balance: what came in"),
        Field("resolved", _FIGURES, "balance: what was done"),
        Field("closing", _FIGURES, "balance: what is left"),
        Field(
            "decimals",
            Whole(0, 6),
            "the decimals to which stated values are rounded, half up; without it a sum is exact",
        ),
        Field("note", Text(500), "note"),
    ),
)
