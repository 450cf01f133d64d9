"""The declared indicators, each with its measure and, where it counts by one, its rule.

An indicator that people report has a measure too: the one that reads the figures that name it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from opsconsole.catalogue import _, spoken
from opsconsole.errors import Refused
from opsconsole.indicators.measures import standard
from opsconsole.indicators.measures.registry import Measure, Measures
from opsconsole.indicators.measures.reported import Reported
from opsconsole.indicators.naming import InUnits, Titled
from opsconsole.indicators.rule import Rule, rules
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class Indicator(Titled, InUnits):
    """A declared indicator with its measure and, where it has one, its rule."""

    code: str
    version: int
    measure: Measure
    rule: Rule | None
    name: str = ""
    name_en: str = ""
    formula_vi: str = ""
    formula_en: str = ""
    unit_of_measure: str = ""
    unit_of_measure_en: str = ""

    @property
    def formula(self) -> str:
        """The formula in the language in use; in the other where it is not given in this one."""
        first, second = self.formula_vi, self.formula_en
        return spoken(first or second, second or first)

    @property
    def reported(self) -> bool:
        """Whether its values come from figures that people report."""
        return isinstance(self.measure, Reported)


def declared(reader: Reader, measures: Measures | None = None) -> list[Indicator]:
    """The declared indicators that have not ended, in the order of their codes.

    Refuses one whose measure is unknown, gives another unit of measure, lacks its rule, or counts by a
    rule that does not say what the measure asks.
    """
    known = measures or standard()
    rule_of = rules(reader)
    found = []
    for code, version, name, rule, unit, above, below, levels, period_rule, *texts in reader.rows(
        "SELECT key, version, measure, rule, unit_of_measure, numerator, denominator, levels, period_rule,"
        " name, name_en, coalesce(formula, ''), coalesce(formula_en, ''),"
        " coalesce(unit_of_measure_en, unit_of_measure)"
        " FROM indicator WHERE province = :province AND ended IS NULL ORDER BY key"
    ):
        chosen = known[name]
        if isinstance(chosen, Reported):
            chosen = replace(
                chosen,
                code=code,
                unit_of_measure=unit,
                percent=unit == "percent",
                numerators=_listed(above),
                denominators=_listed(below),
                levels=_listed(levels),
                mid_month=period_rule == "15th-to-14th",
            )
        elif chosen.unit_of_measure != unit:
            raise Refused(
                _(
                    "indicator '{code}': the measure '{name}' gives {given}, not {unit}; "
                    "write 'unit-of-measure: {given}'"
                ).format(code=code, name=name, given=chosen.unit_of_measure, unit=unit)
            )
        if chosen.needs_rule:
            _fits(code, chosen, rule, rule_of)
        its_rule = rule_of[rule] if chosen.needs_rule else None
        found.append(Indicator(code, version, chosen, its_rule, *(*texts[:4], unit, texts[4])))
    return found


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text or "[]"))


def _fits(code: str, measure: Measure, rule: str | None, rule_of: dict[str, Rule]) -> None:
    """Refuse the indicator *code* unless its *rule* is in force and says what *measure* asks of it."""
    if rule is None:
        what = _("it names no rule")
    elif rule not in rule_of:
        what = _("its rule '{rule}' is not in force").format(rule=rule)
    elif measure.rule not in rule_of[rule].serves:
        what = _("its rule '{rule}' does not say how much use that is").format(rule=rule)
    else:
        return
    fitting = [key for key, each in rule_of.items() if measure.rule in each.serves]
    raise Refused(
        _(
            "indicator '{code}': the measure '{name}' counts by a rule, and {what}; "
            "write 'rule:' with one of: {rules}"
        ).format(code=code, name=measure.name, what=what, rules=", ".join(fitting) or _("none is declared"))
    )
