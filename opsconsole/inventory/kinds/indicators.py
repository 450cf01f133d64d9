"""Indicators: measured by a built-in measure under a rule, or reported by people as figures.

A reported indicator names one of the measures ``reported.…``; its values come from the figures that
name it. How the figures of months make a quarter or a year, the measure says:

============== ==========================================================================
reported.sum   things that happen (cases received): months add up, and so do units
reported.state what there is on the last day (sites, services): the latest counts; units add up
reported.rate  a share of what is in the period: nothing adds up. With ``numerator:`` and
               ``denominator:`` it is made of the figures of other indicators
============== ==========================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.inventory.classes import CLASSES
from opsconsole.inventory.fields import Code, Field, ListOf, Ref, Text, Whole
from opsconsole.inventory.kind import Declared, Kind, choice

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

AGES = ("under-3", "from-3", "from-5", "from-7", "unknown")  # years that an asset has served
LEVELS = ("all", "province", "department", "district", "commune")

# Measure → (the unit of measure it gives, '' for any; what it asks of a rule). What measures do is in
# opsconsole.indicators; here is what a declaration may say of them. A rule is asked for nothing ('',
# the measure counts by none), for what use is (use), also for how much of it is regular (regular), or
# for the days after which a mailbox is idle (idle).
MEASURES = {
    "reported.sum": ("", ""),
    "reported.state": ("", ""),
    "reported.rate": ("", ""),
    "mail.mailboxes": ("count", ""),
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
    "conference.failed_joins": ("count", ""),
    "conference.cost_avoided": ("VND", ""),
    "assets.count": ("count", ""),
    **{f"assets.class.{name}": ("count", "") for name in CLASSES},
    **{f"assets.age.{band}": ("count", "") for band in AGES},
    "assets.in_use": ("count", ""),
    "assets.in_store": ("count", ""),
    "assets.in_repair": ("count", ""),
    "assets.broken": ("count", ""),
    "assets.ended": ("count", ""),
    "assets.past_life": ("percent", ""),
    "assets.warranty_ending": ("count", ""),
    "assets.per_official": ("ratio", ""),
    "units.without_pc": ("count", ""),
    "units.without_lan": ("count", ""),
    "units.without_internet": ("count", ""),
}
_SAID_BY = {"regular": ("least-share-of-days", "least-days"), "idle": ("idle-days",)}


def reported(record: Any) -> bool:
    """Whether the values of an indicator come from figures that name it."""
    return str(record.content["measure"]).startswith("reported.")


def check(declared: Declared) -> list[Problem]:
    """Every indicator says what its measure needs and nothing that it has no use for."""
    return [
        declared.problem(record, name, message)
        for key, record in declared.of("indicators").items()
        for name, message in (
            _of_reported(key, record, declared) if reported(record) else _of_measured(key, record, declared)
        )
    ]


def _of_measured(key: str, record: Any, declared: Declared) -> Iterator[tuple[str, str]]:
    """The unit of measure is that of the measure, and there is a rule exactly where it counts by one."""
    content = record.content
    measure = content["measure"]
    unit, asked = MEASURES[measure]
    if content["unit-of-measure"] != unit:
        yield (
            "unit-of-measure",
            _("the measure '{measure}' gives {unit}; write 'unit-of-measure: {unit}'").format(
                measure=measure, unit=unit
            ),
        )
    for name in ("numerator", "denominator", "period-rule"):
        if name in content:
            yield (
                name,
                _("'{name}' is for reported indicators; the measure '{measure}' has none").format(
                    measure=measure, name=name
                ),
            )
    if asked and "rule" not in content:
        yield (
            "measure",
            _("indicator '{key}' lacks 'rule:'; the measure '{measure}' counts by one").format(
                key=key, measure=measure
            ),
        )
    elif not asked and "rule" in content:
        yield "rule", _("the measure '{measure}' counts by no rule; delete 'rule:'").format(measure=measure)
    elif asked in _SAID_BY:
        rule = declared.of("rules").get(str(content["rule"]))
        if rule is not None and not rule.content.keys() & set(_SAID_BY[asked]):
            yield (
                "rule",
                _("the measure '{measure}' counts by a rule that says {fields}").format(
                    measure=measure, fields=" / ".join(f"'{name}:'" for name in _SAID_BY[asked])
                ),
            )


def _of_reported(key: str, record: Any, declared: Declared) -> Iterator[tuple[str, str]]:
    """A share is made of figures of reported indicators that are no shares themselves."""
    content = record.content
    if "rule" in content:
        yield (
            "rule",
            _("the measure '{measure}' counts by no rule; delete 'rule:'").format(measure=content["measure"]),
        )
    parts = [name for name in ("numerator", "denominator") if name in content]
    if not parts:
        return
    if len(parts) == 1:
        yield (
            parts[0],
            _("indicator '{key}' has '{one}:' and lacks the other of numerator and denominator").format(
                key=key, one=parts[0]
            ),
        )
    if content["measure"] != "reported.rate" or content["unit-of-measure"] not in ("percent", "ratio"):
        yield (
            parts[0],
            _(
                "indicator '{key}' divides figures; write 'measure: reported.rate' and "
                "'unit-of-measure: percent' (or ratio)"
            ).format(key=key),
        )
    known = declared.every("indicators")
    for name in parts:
        for code in content[name]:
            other = known.get(code)
            if other is None:
                continue  # said where references are checked
            if not reported(other) or other.content.keys() & {"numerator", "denominator"}:
                yield (
                    name,
                    _(
                        "'{name}' of indicator '{key}' names '{other}', which is not made of figures alone; "
                        "name a reported indicator without numerator and denominator"
                    ).format(name=name, key=key, other=code),
                )


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
        Field("measure", choice(*MEASURES), "how it is measured; reported.…: by figures", required=True),
        Field("rule", Ref("rules"), "the rule of counting"),
        Field(
            "numerator",
            ListOf(Ref("indicators")),
            "reported shares: the indicators whose figures are what is counted",
        ),
        Field(
            "denominator",
            ListOf(Ref("indicators")),
            "reported shares: the indicators whose figures are what it is a share of",
        ),
        Field(
            "unit-of-measure",
            Text(40),
            "unit of measure: percent, count, hours, ratio (so many to one), VND; of reported ones any word",
            required=True,
        ),
        Field("unit-of-measure-en", Text(40), "the same word in English"),
        Field("levels", ListOf(choice(*LEVELS)), "the levels of which it has values; without it, all"),
        Field(
            "period-rule",
            choice("calendar", "15th-to-14th"),
            "what its months are: by the calendar (the default), or from the 15th to the 14th",
        ),
        Field("direction", choice("up", "down"), "which way is better", required=True),
        Field("version", Whole(1, 9999), "raised with every change of meaning", required=True),
        Field("formula", Text(500), "the formula in words, Vietnamese"),
        Field("formula-en", Text(500), "the formula in words, English"),
    ),
)
