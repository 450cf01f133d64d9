"""The declared indicators, each with its measure and, where it counts by one, its rule."""

from __future__ import annotations

from dataclasses import dataclass

from opsconsole.catalogue import _, language
from opsconsole.errors import Refused
from opsconsole.indicators.measures import standard
from opsconsole.indicators.measures.registry import Measure, Measures
from opsconsole.indicators.rule import Rule, rules
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class Indicator:
    """A declared indicator with its measure and, where it has one, its rule."""

    code: str
    version: int
    measure: Measure
    rule: Rule | None
    name: str = ""
    name_en: str = ""
    formula: str = ""

    @property
    def title(self) -> str:
        """The name in the language in use."""
        return self.name if language() == "vi" else self.name_en


def declared(reader: Reader, measures: Measures | None = None) -> list[Indicator]:
    """The declared indicators that have not ended, in the order of their codes.

    Refuses one whose measure is unknown, gives another unit of measure, lacks its rule, or counts by a
    rule that does not say what the measure asks.
    """
    known = measures or standard()
    rule_of = rules(reader)
    found = []
    for code, version, name, rule, unit, *texts in reader.rows(
        "SELECT key, version, measure, rule, unit_of_measure, name, name_en, COALESCE(formula, '')"
        " FROM indicator WHERE province = :province AND ended IS NULL ORDER BY key"
    ):
        chosen = known[name]
        if chosen.unit_of_measure != unit:
            raise Refused(
                _(
                    "indicator '{code}': the measure '{name}' gives {given}, not {unit}; "
                    "write 'unit-of-measure: {given}'"
                ).format(code=code, name=name, given=chosen.unit_of_measure, unit=unit)
            )
        if chosen.needs_rule:
            _fits(code, chosen, rule, rule_of)
        found.append(Indicator(code, version, chosen, rule_of[rule] if chosen.needs_rule else None, *texts))
    return found


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
