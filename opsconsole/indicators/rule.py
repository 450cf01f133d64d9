"""Rules of counting, as the register declares them: what is use, of whom, on how many days."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators.naming import Titled
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class Rule(Titled):
    """A rule in one version.

    *events* are use, of mailboxes of the types *accounts* without those of *leave_out* (locked,
    forwarding). Of the *days* that count (working, every), *share* and *least_days* are the least share
    and number on which a mailbox must have been used, *each_week* the least number in each whole week;
    where several are given, all hold. With *window* the days are the last so many up to the end of the
    period, whether it began before or after. *by* is what counts once: an account, or a person with
    whatever mailboxes they own. After *idle_days* days without use a mailbox is idle.
    """

    key: str
    version: int
    events: tuple[str, ...]
    accounts: tuple[str, ...]
    share: float | None
    least_days: int | None
    idle_days: int | None = None
    name: str = ""
    name_en: str = ""
    leave_out: tuple[str, ...] = ()
    by: str = "account"
    days: str = "working"
    window: int | None = None
    each_week: int | None = None

    @property
    def serves(self) -> frozenset[str]:
        """What a measure may ask of this rule (see ``Measure.rule``)."""
        regular = any(each is not None for each in (self.share, self.least_days, self.each_week))
        return frozenset(
            ("use", *(("regular",) if regular else ()), *(("idle",) if self.idle_days is not None else ()))
        )

    @property
    def label(self) -> str:
        """Key and version, as an observation keeps it: ``mail-regular/1``."""
        return f"{self.key}/{self.version}"

    def required(self, working_days: int) -> int:
        """On how many of *working_days* a mailbox must have been used to count; never below 1,
        since a mailbox without use is not used regularly under any rule."""
        by_share = 0 if self.share is None else _share_of(self.share, working_days)
        return max(1, by_share, self.least_days or 0)


@lru_cache(maxsize=1024)
def _share_of(share: float, working_days: int) -> int:
    """*share* of the days, rounded up; asked for each mailbox."""
    # The share was written in decimals; in binary, 0.1 of 30 days would be more than 3.
    return math.ceil(Fraction(repr(share)) * working_days)


def rules(reader: Reader) -> dict[str, Rule]:
    """The rules in force, by key. Refuses one that says neither how much use is regular nor how
    little is none."""
    found = {}
    for row in reader.rows(
        f"SELECT {', '.join(_COLUMNS)} FROM rule WHERE province = :province AND ended IS NULL ORDER BY key"  # noqa: S608 - names of columns
    ):
        fields = dict(zip(_COLUMNS, row, strict=True))
        for name in ("events", "accounts", "leave_out"):
            fields[name] = json.loads(fields[name] or "[]")
        rule = _rule(fields.pop("key"), fields)
        if rule.serves == {"use"}:
            raise Refused(
                _(
                    "rule '{key}' does not say on how many days a mailbox must be used; give it "
                    "'least-share-of-days:', 'least-days:', 'least-days-each-week:' or 'idle-days:'"
                ).format(key=rule.key)
            )
        found[rule.key] = rule
    return found


_COLUMNS = (
    *(
        "key",
        "version",
        "events",
        "accounts",
        "least_share_of_days",
        "least_days",
        "idle_days",
        "name",
        "name_en",
    ),
    *("leave_out", "by", "days", "window_days", "least_days_each_week"),
)


def _rule(key: str, fields: Mapping[str, Any]) -> Rule:
    """The rule *key* of *fields* by column, lists as lists; what is left out has its default."""
    get = fields.get
    return Rule(
        key,
        fields["version"],
        tuple(fields["events"]),
        tuple(fields["accounts"]),
        get("least_share_of_days"),
        get("least_days"),
        get("idle_days"),
        fields["name"],
        get("name_en") or fields["name"],
        tuple(get("leave_out") or ()),
        get("by") or "account",
        get("days") or "working",
        get("window_days"),
        get("least_days_each_week"),
    )


def rule_called(reader: Reader, name: str) -> Rule:
    """The rule *name*: ``KEY`` as it is in force, ``KEY/VERSION`` as it was in that version. Refuses one
    that there is or was not."""
    key, _slash, version = name.rpartition("/") if "/" in name else (name, "", "")
    current = rules(reader)
    if not version:
        if key in current:
            return current[key]
        raise Refused(
            _("there is no rule '{name}'; known: {names}").format(name=name, names=", ".join(current) or "–")
        )
    versions = {rule.label: rule for rule in versions_of(reader, key)}
    if key in current:
        versions[current[key].label] = current[key]
    if name in versions:
        return versions[name]
    raise Refused(
        _("there is no rule '{name}'; known: {names}").format(
            name=name, names=", ".join(versions or current) or "–"
        )
    )


def versions_of(reader: Reader, key: str) -> list[Rule]:
    """The rule *key* in all versions that the history knows, as each was last, oldest first."""
    found = {}
    for (after,) in reader.rows(
        "SELECT after FROM change WHERE province = :province AND kind = 'rules' AND key = :key"
        " AND after IS NOT NULL ORDER BY sequence",
        {"key": key},
    ):
        fields = {name.replace("-", "_"): value for name, value in json.loads(after).items()}
        if "version" in fields:  # a protection has none
            found[fields["version"]] = _rule(key, fields)
    return [found[version] for version in sorted(found)]
