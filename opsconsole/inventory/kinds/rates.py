"""Rates: what a journey costs and how many travel. A saving is worked out with them, so each has its
source and the day from which it holds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Day, Field, Number, Text
from opsconsole.inventory.kind import KEY_TEXT, Declared, Kind, choice

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

# What a rate is of; the unit of measure of its value is part of it.
RATES = {
    "travel-km": "VND/km",
    "travel-day": "VND/person",
    "travellers": "persons/site",
}


def check(declared: Declared) -> list[Problem]:
    """Of every rate one holds on a day, in its unit of measure."""
    changed = declared.of("rates")
    groups: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    problems = []
    for record in declared.every("rates").values():
        if record.ended is None:
            groups[record.content["rate"], record.content["from"]].append(record)
    for key, record in changed.items():
        wanted = RATES[record.content["rate"]]
        if record.content["unit-of-measure"] != wanted:
            message = _("the rate '{rate}' is in {unit}; write 'unit-of-measure: {unit}'").format(
                rate=record.content["rate"], unit=wanted
            )
            problems.append(declared.problem(record, "unit-of-measure", message))
        same = groups[record.content["rate"], record.content["from"]]
        other = next((each for each in same if each.key != key), None)
        if other is not None and record.ended is None:
            message = _("rate '{key}' begins on the same day as '{other}' ({place}); withdraw one").format(
                key=key, other=other.key, place=f"{other.file}:{other.line}"
            )
            problems.append(declared.problem(record, "from", message))
    return problems


KIND = Kind(
    name="rates",
    singular="rate",
    table="rate",
    title="Rates",
    key=KEY_TEXT,
    order=52,
    name_fields=("name", "source"),
    check=check,
    fields=(
        Field("name", Text(200), "what it is, Vietnamese", required=True),
        Field("name-en", Text(200), "what it is, English", required=True),
        Field("rate", choice(*RATES), "of what", required=True),
        Field("value", Number(0, 1e12, most_digits=15), "value", required=True),
        Field("unit-of-measure", choice(*RATES.values()), "unit of measure", required=True),
        Field("from", Day(), "the first day on which it holds", required=True, column="valid_from"),
        Field("source", Text(300), "the document that sets it, or whose assumption it is", required=True),
        Field("page", Text(40), "where in the document"),
        Field("note", Text(500), "note"),
    ),
)
