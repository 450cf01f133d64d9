"""Reported figures: numbers that people state, with the document and place they come from."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Field, Number, Text
from opsconsole.inventory.kind import KEY_TEXT, Declared, Kind, choice

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

# A check takes a text of this form for a number, so no figure may be called like one.
NUMBER = r"-?\d{1,15}(\.\d{1,9})?"


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a figure is about: a year, a month, or two days joined by a slash."""

    column: str = field(default="text", init=False)
    _pattern = r"\d{4}(-\d{2})?|\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2}"

    def convert(self, text: str) -> str:
        try:
            if re.fullmatch(self._pattern, text) and text.isascii():
                days = [dt.date.fromisoformat(f"{part}-01-01"[:10]) for part in text.split("/")]
                if days == sorted(days):
                    return text
        except ValueError:
            pass
        raise ValueError(
            _("must be a year, a month (2019-07) or two days in their order (2019-01-01/2019-07-30)")
        )

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number"], "pattern": f"^(?:{self._pattern})$"}


def check(declared: Declared) -> list[Problem]:
    """No figure is called like a number, and one whose meaning is in doubt says why."""
    problems = []
    for key, record in declared.of("figures").items():
        if re.fullmatch(NUMBER, key):
            message = _("a check would take the key '{key}' for a number; give the figure a name").format(
                key=key
            )
            problems.append(declared.problem(record, "", message))
        if "meaning" in record.content and "note" not in record.content:
            message = _("figure '{key}' does not say what is {meaning} in it; write 'note:'").format(
                key=key, meaning=record.content["meaning"]
            )
            problems.append(declared.problem(record, "meaning", message))
    return problems


KIND = Kind(
    name="figures",
    singular="figure",
    table="figure",
    title="Reported figures",
    key=KEY_TEXT,
    unit="optional",
    order=65,
    name_fields=("name", "source"),
    check=check,
    fields=(
        Field("name", Text(300), "what the figure states", required=True),
        Field("period", Span(), "period", required=True),
        Field("value", Number(most_digits=15), "value", required=True),
        Field("unit-of-measure", Text(60), "unit of measure", required=True),
        Field(
            "inexact",
            choice("about", "nearly", "over"),
            "the source gives the value roughly: about, nearly, over",
        ),
        Field(
            "meaning",
            choice("undefined", "ambiguous"),
            "the source does not say, or not clearly, what was counted; the note says why",
        ),
        Field("source", Text(300), "source document", required=True),
        Field("place", Text(120), "section or page"),
        Field("quote", Text(300), "the words of the source"),
        Field("note", Text(500), "note"),
    ),
)
