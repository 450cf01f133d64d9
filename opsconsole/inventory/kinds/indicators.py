"""Indicators: what is measured, by which built-in measure, under which rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Code, Field, Ref, Text, Whole
from opsconsole.inventory.kind import Declared, Kind, choice

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

# Measure → (the unit of measure it gives, what it asks of a rule). What measures do is in
# opsconsole.indicators; here is what a declaration may say of them. A rule is asked for nothing ('',
# the measure counts by none), for what use is (use), also for how much of it is regular (regular), or
# for the days after which a mailbox is idle (idle).
MEASURES = {
    "mail.issued": ("percent", ""),
    "mail.shared": ("count", ""),
    "mail.regular.pooled": ("percent", "regular"),
    "mail.regular.mean": ("percent", "regular"),
    "mail.activated": ("percent", "use"),
    "mail.never": ("percent", "use"),
    "mail.idle": ("percent", "idle"),
    "mail.logins": ("ratio", "use"),
    "mail.sent": ("ratio", "use"),
    "mail.received": ("ratio", "use"),
    "conference.sessions": ("count", ""),
    "conference.sessions.central-province": ("count", ""),
    "conference.sessions.province-district": ("count", ""),
    "conference.sessions.district-commune": ("count", ""),
    "conference.hours": ("hours", ""),
    "conference.site_hours": ("hours", ""),
    "conference.attendance": ("percent", ""),
    "conference.punctuality": ("percent", ""),
    "conference.peak_sites": ("count", ""),
    "assets.count": ("count", ""),
    "assets.in_use": ("count", ""),
    "assets.in_store": ("count", ""),
    "assets.in_repair": ("count", ""),
    "assets.broken": ("count", ""),
    "assets.ended": ("count", ""),
    "assets.past_life": ("percent", ""),
    "assets.warranty_ending": ("count", ""),
    "assets.per_official": ("ratio", ""),
    "units.without_pc": ("count", ""),
}
_SAID_BY = {"regular": ("least-share-of-days", "least-days"), "idle": ("idle-days",)}


def check(declared: Declared) -> list[Problem]:
    """Every indicator has the unit of measure of its measure, and a rule exactly where it counts by one."""
    problems = []
    for key, record in declared.of("indicators").items():
        measure = record.content["measure"]
        unit, asked = MEASURES[measure]
        if record.content["unit-of-measure"] != unit:
            message = _("the measure '{measure}' gives {unit}; write 'unit-of-measure: {unit}'").format(
                measure=measure, unit=unit
            )
            problems.append(declared.problem(record, "unit-of-measure", message))
        if asked and "rule" not in record.content:
            message = _("indicator '{key}' lacks 'rule:'; the measure '{measure}' counts by one").format(
                key=key, measure=measure
            )
            problems.append(declared.problem(record, "measure", message))
        elif not asked and "rule" in record.content:
            message = _("the measure '{measure}' counts by no rule; delete 'rule:'").format(measure=measure)
            problems.append(declared.problem(record, "rule", message))
        elif asked in _SAID_BY:
            rule = declared.of("rules").get(str(record.content["rule"]))
            if rule is not None and not rule.content.keys() & set(_SAID_BY[asked]):
                message = _("the measure '{measure}' counts by a rule that says {fields}").format(
                    measure=measure, fields=" / ".join(f"'{name}:'" for name in _SAID_BY[asked])
                )
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
        Field(
            "unit-of-measure",
            choice("percent", "count", "hours", "ratio"),
            "unit of measure; ratio: so many to one",
            required=True,
        ),
        Field("direction", choice("up", "down"), "which way is better", required=True),
        Field("version", Whole(1, 9999), "raised with every change of meaning", required=True),
        Field("formula", Text(500), "the formula in words"),
    ),
)
