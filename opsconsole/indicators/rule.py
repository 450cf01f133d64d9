"""Rules of counting, as the register declares them: what is use, of whom, on how many days."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from fractions import Fraction

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in one version. *share* and *least_days* are the least share and number of working
    days of a period on which a mailbox must have been used; where both are given, both hold. After
    *idle_days* days without use a mailbox is idle."""

    key: str
    version: int
    events: tuple[str, ...]
    accounts: tuple[str, ...]
    share: float | None
    least_days: int | None
    idle_days: int | None = None
    name: str = ""
    name_en: str = ""

    @property
    def serves(self) -> frozenset[str]:
        """What a measure may ask of this rule (see ``Measure.rule``)."""
        regular = self.share is not None or self.least_days is not None
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
        # The share was written in decimals; in binary, 0.1 of 30 days would be more than 3.
        by_share = math.ceil(Fraction(repr(self.share)) * working_days) if self.share is not None else 0
        return max(1, by_share, self.least_days or 0)


def rules(reader: Reader) -> dict[str, Rule]:
    """The rules in force, by key. Refuses one that says neither how much use is regular nor how
    little is none."""
    found = {}
    for key, version, events, accounts, share, least, idle, name, name_en in reader.rows(
        "SELECT key, version, events, accounts, least_share_of_days, least_days, idle_days, name,"
        " COALESCE(name_en, name) FROM rule WHERE province = :province AND ended IS NULL ORDER BY key"
    ):
        if share is None and least is None and idle is None:
            raise Refused(
                _(
                    "rule '{key}' does not say on how many days a mailbox must be used; "
                    "give it 'least-share-of-days:', 'least-days:' or 'idle-days:'"
                ).format(key=key)
            )
        use = tuple(json.loads(events)), tuple(json.loads(accounts))
        found[key] = Rule(key, version, *use, share, least, idle, name, name_en)
    return found
