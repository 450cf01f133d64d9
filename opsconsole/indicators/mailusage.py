"""Use of mail under several rules side by side: the same period and evidence, each rule's own answer.

The figures come from the measure that makes the observations (mail.regular.pooled), so that a rule that
an indicator counts by gives here what was measured. A list of people is for whoever may see it: who
calls ``people`` has asked ``store.access`` before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.measures import standard
from opsconsole.indicators.measures.registry import Part, Result
from opsconsole.indicators.periods import Period
from opsconsole.indicators.provenance import provenance
from opsconsole.indicators.rule import Rule, rules
from opsconsole.indicators.tree import ALL
from opsconsole.store.database import Reader

MEASURE = "mail.regular.pooled"
DEFAULT = "mail-regular"


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one unit, level or the whole province (*unit_id* '') under a rule; None where nothing
    is known. *low* and *high* are its bounds over what missing logs could have told."""

    unit_id: str
    level: str
    name: str
    numerator: int
    denominator: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What *rule* says of a period: *shares*, the province first; *known* of *asked* days that count have
    logs, *first* to *last*; *missing* are those without, *lost* the messages that the logging dropped."""

    rule: Rule
    first: str
    last: str
    known: int
    asked: int
    lost: int
    missing: tuple[str, ...]
    shares: tuple[Share, ...]

    @property
    def data(self) -> dict[str, Any]:
        """The usage for JSON."""
        from dataclasses import asdict

        return {**asdict(self), "rule": {**asdict(self.rule), "label": self.rule.label}}


@dataclass(frozen=True, slots=True)
class User:
    """A mailbox or person under a rule: *days* of use that count, and whether that is regular; *certain*
    says that no missing log could change it."""

    sort: str
    key: str
    name: str
    unit_id: str
    unit: str
    days: int
    regular: bool
    certain: bool


def usage(
    ground: Ground, period: Period, chosen: Sequence[Rule], by: str = "level", unit: str = ""
) -> list[Usage]:
    """What each of the rules *chosen* says of *period*: by ``level`` or ``unit``; of one *unit* alone (its
    id) where that is named."""
    return [_usage(ground, period, rule, by, unit) for rule in chosen]


def regular_rules(reader: Reader) -> list[Rule]:
    """The rules in force that say on how many days is regular, the default first."""
    found = [rule for rule in rules(reader).values() if "regular" in rule.serves]
    return sorted(found, key=lambda rule: (rule.key != DEFAULT, rule.key))


def _usage(ground: Ground, period: Period, rule: Rule, by: str, unit: str) -> Usage:
    from opsconsole.indicators.asked import asked_of

    if "regular" not in rule.serves:
        raise Refused(_("rule '{rule}' does not say how much use is regular").format(rule=rule.label))
    days = asked_of(ground, rule, period)
    names = unit_names(ground.reader)
    results = standard()[MEASURE].take(ground, rule, period)
    if unit:
        wanted = [one for one in results if one.unit_id == unit]
    elif by == "unit":
        wanted = [one for one in results if one.unit_id or one.level == ALL]
    else:
        wanted = [one for one in results if not one.unit_id]
    wanted.sort(
        key=lambda one: (
            bool(one.unit_id),
            one.level != ALL,
            names.get(one.unit_id, ("", ""))[1],
            one.unit_id,
        )
    )
    span = replace(period, first=days.first)
    told = provenance(ground, "mail", span)
    return Usage(
        rule,
        days.first.isoformat(),
        days.last.isoformat(),
        days.known_days,
        days.base_days,
        int(told["lost"]),
        tuple(told["missing"]),
        tuple(_share(one, names) for one in wanted),
    )


def _share(one: Result, names: dict[str, tuple[str, str]]) -> Share:
    name = names.get(one.unit_id, ("", ""))[0]
    below = int(one.denominator or 0)
    return Share(one.unit_id, one.level, name, int(one.numerator), below, one.value, one.low, one.high)


def unit_names(reader: Reader) -> dict[str, tuple[str, str]]:
    """Unit id → (name, what orders it)."""
    return {
        key: (name, order)
        for key, name, order in reader.rows(
            "SELECT id, name, sort_key FROM unit_era WHERE province = :province"
        )
    }


def people(ground: Ground, period: Period, rule: Rule, unit: str = "") -> list[User]:
    """Everybody (or every mailbox) that *rule* counts in *period*, of one *unit* (its id) where that is
    named; by unit, then name."""
    parts = standard()[MEASURE].one(ground, rule, period, unit, ground.tree.level(unit) if unit else ALL)[1]
    units = unit_names(ground.reader)
    names = _names(ground.reader)
    found = [
        (units.get(part.unit, ("", ""))[1], names.get((part.sort, part.key), ("", "")), part)
        for part in parts
    ]
    found.sort(key=lambda each: (each[0], each[1][1], each[2].key))
    return [_user(part, name[0], units) for _order, name, part in found]


def _user(part: Part, name: str, units: dict[str, tuple[str, str]]) -> User:
    regular = bool(part.numerator)
    certain = bool(part.low) == bool(part.high)
    unit = units.get(part.unit, ("", ""))[0]
    return User(part.sort, part.key, name, part.unit, unit, int(part.facts[0]), regular, certain)


def _names(reader: Reader) -> dict[tuple[str, str], tuple[str, str]]:
    found = {}
    for sort, table in (("account", "account"), ("person", "person")):
        for key, name, order in reader.rows(
            f"SELECT key, name, sort_key FROM {table} WHERE province = :province"  # noqa: S608 - constants
        ):
            found[sort, key] = (name or "", order)
    return found
