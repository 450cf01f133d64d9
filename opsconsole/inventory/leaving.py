"""What somebody holds, and what becomes of it when they leave: a list, and the edits that say so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from opsconsole.catalogue import N_, _
from opsconsole.errors import Refused
from opsconsole.inventory.writeback import Change, Edit
from opsconsole.store.database import Reader

# How things are held: what is said of each in a list.
HOLDS = {
    "person": N_("is on the staff list"),
    "owner": N_("owns the mailbox"),
    "keeper": N_("answers for the mailbox"),
    "alias": N_("gets mail for the address"),
    "forward": N_("has mail forwarded to"),
    "forwarded": N_("is forwarded the mail of"),
    "custodian": N_("keeps the asset"),
    "contact": N_("is the contact of the site"),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that somebody holds: *how* is a key of ``HOLDS``; *ended* is the day on which that was
    over, '' where it goes on."""

    how: str
    kind: str
    key: str
    name: str
    file: str
    line: int
    ended: str = ""
    orphaned: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """The holding for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody and all they hold. *person* is a staff id, '' for a mailbox that nobody owns."""

    person: str
    name: str
    holdings: tuple[Holding, ...]

    @property
    def data(self) -> dict[str, Any]:
        """The leaver for JSON."""
        return {"person": self.person, "name": self.name, "holdings": [each.data for each in self.holdings]}


def leaver(reader: Reader, who: str) -> Leaver:
    """Somebody by staff id, or by an address (also an alias, or a former one). Raises Refused."""
    person, account = _person(reader, who)
    holdings: list[Holding] = []
    name = ""
    if person:
        row = reader.row(
            "SELECT name, file, line, ended, orphaned FROM person WHERE province = :province AND key = :key",
            {"key": person},
        )
        if row is not None:
            name, file, line, ended, orphaned = row
            holdings.append(Holding("person", "people", person, name, file, line, ended or "", orphaned > 0))
    holdings += _accounts(reader, person, account)
    if person:
        holdings += _of(reader, "custodian", "assets", "asset", "model", "custodian = :who", person)
        holdings += _of(reader, "contact", "sites", "site", "name", "contact = :who", person)
    return Leaver(person, name, tuple(holdings))


def _person(reader: Reader, who: str) -> tuple[str, str]:
    """(staff id, account) that *who* names."""
    if "@" not in who:
        if reader.row("SELECT 1 FROM person WHERE province = :province AND key = :key", {"key": who}):
            return who, ""
        raise Refused(_("there is neither a person nor a mailbox '{who}'").format(who=who))
    address = who.lower()
    for key, owner, aliases, former in reader.rows(
        "SELECT key, owner, aliases, former FROM account WHERE province = :province"
        " ORDER BY CASE WHEN key = :key THEN 0 ELSE 1 END, key",
        {"key": address},
    ):
        if key == address or address in json.loads(aliases or "[]") or address in json.loads(former or "{}"):
            return owner or "", key
    raise Refused(_("there is neither a person nor a mailbox '{who}'").format(who=who))


def _accounts(reader: Reader, person: str, account: str) -> Iterator[Holding]:
    every = reader.rows(
        "SELECT key, type, owner, COALESCE(name, ''), file, line, COALESCE(ended, ''), orphaned, aliases,"
        " forwards FROM account WHERE province = :province ORDER BY key"
    )
    mine, addresses = set(), set()
    for key, sort, owner, name, file, line, ended, orphaned, aliases, forwards in every:
        if key != account and not (person and owner == person):
            continue
        how = "owner" if sort == "personal" else "keeper"
        yield Holding(how, "accounts", key, name, file, line, ended, orphaned > 0)
        mine.add(key)
        addresses |= {key, *json.loads(aliases or "[]")}
        for said, text in (("alias", aliases), ("forward", forwards)):
            for address in json.loads(text or "[]"):
                yield Holding(said, "accounts", key, address, file, line, ended, orphaned > 0)
    for key, _sort, _owner, name, file, line, ended, orphaned, _aliases, forwards in every:
        if key not in mine and addresses & set(json.loads(forwards or "[]")):
            yield Holding("forwarded", "accounts", key, name, file, line, ended, orphaned > 0)


def _of(
    reader: Reader, how: str, kind: str, table: str, name: str, where: str, who: str
) -> Iterator[Holding]:
    for key, label, file, line, ended, orphaned in reader.rows(
        f"SELECT key, COALESCE({name}, ''), file, line, ended, orphaned FROM {table}"  # noqa: S608 - constants
        f" WHERE province = :province AND {where} ORDER BY key",
        {"who": who},
    ):
        yield Holding(how, kind, key, label, file, line, ended or "", orphaned > 0)


def edits(found: Leaver, date: str, reason: str, decision: str = "", to: str = "") -> list[Edit]:
    """What the files must say when somebody leaves on *date*: their own mailboxes closed, the person
    gone, what they keep handed *to* another (a staff id) or taken from them and put in store. What ended
    already, or stands in no file, is left as it is."""
    stone = {"date": date, "reason": reason, **({"decision": decision} if decision else {})}
    said: list[Edit] = []
    for each in found.holdings:
        if each.ended or each.orphaned:
            continue
        fields: dict[str, Any] = {}
        if each.how == "person":
            fields = {"left": stone}
        elif each.how == "owner":
            fields = {"closed": stone}
        elif each.how == "keeper":
            fields = {"owner": to or None}
        elif each.how == "custodian":
            fields = {"custodian": to} if to else {"custodian": None, "status": "in-store"}
        elif each.how == "contact":
            fields = {"contact": to or None}
        if fields:
            said.append(Change(each.kind, each.key, fields))
    return said


def account_called(reader: Reader, address: str) -> str:
    """The key of the mailbox that *address* (its own, an alias, a former one) names. Raises Refused."""
    return _person(reader, address if "@" in address else f"{address}@")[1]
