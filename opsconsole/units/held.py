"""How much each unit holds on a day: assets, mailboxes, conference sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsconsole.store.database import Reader

# name, table, the column or expression for the first day on which a thing is there
_THINGS = (
    ("assets", "asset", "COALESCE(a.bought, a.used_from, '')"),
    ("mailboxes", "account", "COALESCE(a.opened, '')"),
    ("sites", "site", "''"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """Numbers of things that a unit, or several together, hold."""

    assets: int = 0
    mailboxes: int = 0
    sites: int = 0

    def __add__(self, other: Held) -> Held:
        return Held(self.assets + other.assets, self.mailboxes + other.mailboxes, self.sites + other.sites)

    @property
    def data(self) -> dict[str, int]:
        """The numbers for JSON."""
        return {"assets": self.assets, "mailboxes": self.mailboxes, "sites": self.sites}


def held_on(reader: Reader, day: str) -> dict[str, Held]:
    """What each unit (by era id) holds on *day*, itself and not the units below it; three queries.

    A thing counts from the day on which it was bought, opened or first used (always, where none is
    known) to the day on which it ended. Units that hold nothing are not in it.
    """
    counts: dict[str, dict[str, int]] = {}
    for name, table, begins in _THINGS:
        sql = (
            f"SELECT h.holder_id, count(*) FROM {table} a JOIN unit_holder h "  # noqa: S608
            "ON h.province = a.province AND h.unit_id = a.unit_id "
            "AND h.valid_from <= :day AND :day < h.valid_to "
            f"WHERE a.province = :province AND {begins} <= :day AND (a.ended IS NULL OR :day < a.ended) "
            "GROUP BY h.holder_id"
        )
        for holder, number in reader.rows(sql, {"day": day}):
            counts.setdefault(holder, {})[name] = int(number)
    return {holder: Held(**each) for holder, each in counts.items()}


def total(held: Mapping[str, Held], unit_ids: Iterable[str]) -> Held:
    """What the units *unit_ids* hold together."""
    return sum((held[each] for each in unit_ids if each in held), Held())
