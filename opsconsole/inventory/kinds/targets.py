"""Yearly targets: the value that an indicator is to reach, for a level, a unit or the whole province."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Field, Number, Ref, Text, Whole
from opsconsole.inventory.kind import KEY_TEXT, Declared, Kind, choice

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

BASES = ("own-plan", "national", "other-province", "results-elsewhere", "own-result")
WHEN_MERGED = ("add", "strictest", "mean", "lapse")


def check(declared: Declared) -> list[Problem]:
    """Targets of units for one year and indicator go together in one way when units become one, and ask
    for the same direction: else nobody could say what the unit that they become is to reach."""
    groups: defaultdict[tuple[Any, Any], list[Any]] = defaultdict(list)
    for record in declared.of("targets").values():
        if record.content.get("unit"):
            groups[record.content["year"], record.content["indicator"]].append(record)
    problems = []
    for (year, indicator), records in groups.items():
        for name in ("when-merged", "direction"):
            first = records[0].content.get(name)
            for record in records[1:]:
                if record.content.get(name) == first:
                    continue
                message = _(
                    "the targets of units for {indicator} in {year} have different '{name}:' ({one} and "
                    "{other}); when units are merged theirs become one, so write the same in all of them"
                ).format(indicator=indicator, year=year, name=name, one=first, other=record.content.get(name))
                problems.append(declared.problem(record, name, message))
    return problems


KIND = Kind(
    name="targets",
    singular="target",
    table="target",
    title="Targets",
    key=KEY_TEXT,
    unit="optional",
    order=60,
    name_fields=("indicator", "source"),
    check=check,
    fields=(
        Field("year", Whole(1990, 2100), "year", required=True),
        Field("indicator", Ref("indicators"), "indicator", required=True),
        Field(
            "level", choice("all", "province", "department", "district", "commune"), "level", required=True
        ),
        Field("value", Number(), "the value to reach; percent as 80, not 0.8", required=True),
        Field("direction", choice("at-least", "at-most", "exactly"), "how it is met", required=True),
        Field("baseline", Number(), "value at the end of the year before"),
        Field(
            "pace",
            choice("level", "linear", "working-days", "last-year"),
            "expected course over the year; last-year: as the year before went",
            required=True,
        ),
        Field(
            "when-merged",
            choice(*WHEN_MERGED),
            "what becomes of the targets of units that are merged: they add up, the strictest holds, "
            "their mean holds, or they lapse; without it counts and hours add up, of shares the "
            "strictest holds",
        ),
        Field("source", Text(300), "the document that sets it", required=True),
        Field(
            "basis",
            choice(*BASES),
            "what the source is to this target: a plan of the province, a national document, a plan or the "
            "results of another province, or the province's own result of before",
        ),
        Field("page", Text(40), "where in the document"),
    ),
)
