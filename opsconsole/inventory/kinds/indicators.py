"""Indicators: what is measured, by which built-in measure, under which rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsconsole.inventory.fields import Code, Field, Ref, Text, Whole
from opsconsole.inventory.kind import Declared, Kind, choice

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

# Measure → (the unit of measure it gives, whether it counts by a rule). What measures do is in
# opsconsole.indicators; here is what a declaration may say of them.
MEASURES = {
    "mail.issued": ("percent", False),
    "mail.regular.pooled": ("percent", True),
    "mail.regular.mean": ("percent", True),
    "conference.sessions": ("count", False),
    "conference.hours": ("hours", False),
    "assets.count": ("count", False),
}


def check(declared: Declared) -> list[Problem]:
    """Every indicator has the unit of measure of its measure, and a rule exactly where it counts by one."""
    problems = []
    for key, record in declared.of("indicators").items():
        measure = record.content["measure"]
        unit, by_rule = MEASURES[measure]
        if record.content["unit-of-measure"] != unit:
            message = f"the measure '{measure}' gives {unit}; write 'unit-of-measure: {unit}'"
            problems.append(declared.problem(record, "unit-of-measure", message))
        if by_rule and "rule" not in record.content:
            message = f"indicator '{key}' lacks 'rule:'; the measure '{measure}' counts by one"
            problems.append(declared.problem(record, "measure", message))
        elif not by_rule and "rule" in record.content:
            message = f"the measure '{measure}' counts by no rule; delete 'rule:'"
            problems.append(declared.problem(record, "rule", message))
    return problems


KIND = Kind(
    name="indicators",
    singular="indicator",
    table="indicator",
    title="Indicators",
    key=Code(r"[a-z][a-z0-9_.-]{1,63}", "lower-case letters, digits, dots"),
    order=55,
    name_fields=("name", "name-en"),
    check=check,
    fields=(
        Field("name", Text(200), "name, Vietnamese", required=True),
        Field("name-en", Text(200), "name, English", required=True),
        Field("short", Text(40), "short name for narrow places, Vietnamese"),
        Field("short-en", Text(40), "short name for narrow places, English"),
        Field("measure", choice(*MEASURES), "how it is measured", required=True),
        Field("rule", Ref("rules"), "the rule of counting"),
        Field("unit-of-measure", choice("percent", "count", "hours"), "unit of measure", required=True),
        Field("direction", choice("up", "down"), "which way is better", required=True),
        Field("version", Whole(1, 9999), "raised with every change of meaning", required=True),
        Field("formula", Text(500), "the formula in words"),
    ),
)
