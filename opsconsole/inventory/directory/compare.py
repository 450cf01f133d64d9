"""A directory held against what is declared: what differs, and the edits that would make it agree.

Nothing is changed here, and nothing is guessed: a unit or a person that is not named beyond doubt is a
finding without an edit.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opsconsole.catalogue import N_
from opsconsole.inventory.directory.entry import Directory, Entry
from opsconsole.inventory.directory.unitnames import UnitNames
from opsconsole.inventory.lookalike import REASONS, Known, Suspect
from opsconsole.inventory.state import stored_timeline
from opsconsole.inventory.writeback import Add, Change, Edit
from opsconsole.legacy import modern
from opsconsole.store.database import Reader
from opsconsole.text import fold, match_key
from opsconsole.units.era import Era

# The sorts of findings in the order in which they are told: what they are called.
SORTS: dict[str, str] = {
    "suspect": N_("address typed wrong or made to look like another"),
    "twice": N_("stands twice in the directory"),
    "joiner": N_("in the directory, declared nowhere"),
    "leaver": N_("closed in the directory, declared as open"),
    "missing": N_("declared, not in the directory"),
    "reopened": N_("in use in the directory, declared as closed"),
    "locked": N_("locked in the directory"),
    "unlocked": N_("declared as locked, open in the directory"),
    "mover": N_("in another unit"),
    "sort": N_("of another type"),
    "name": N_("under another name"),
    "alias": N_("an alias that is not declared"),
    "forward": N_("forwards to a foreign domain"),
    "forwards": N_("forwards within, not as declared"),
    "quota": N_("another quota"),
    "full": N_("over or near its quota"),
    "never": N_("never used"),
    "idle": N_("not used for long"),
}
_ABOUT_USE = ("never", "idle")  # who does not use a mailbox: personal data that needs a permission


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that differs. *sort* is a key of ``SORTS``; *there* is what the directory says, *here*
    what is declared. *why* says why nothing is proposed, '' where something is or nothing could be."""

    sort: str
    address: str
    place: str
    there: str = ""
    here: str = ""
    why: str = ""

    @property
    def data(self) -> dict[str, str]:
        """The finding for JSON."""
        return {
            "sort": self.sort,
            "address": self.address,
            "place": self.place,
            "there": self.there,
            "here": self.here,
            "why": self.why,
        }

    @property
    def about_use(self) -> bool:
        """Whether it says of a person how a mailbox is used."""
        return self.sort in _ABOUT_USE


@dataclass(frozen=True, slots=True)
class Held:
    """A directory held against the register. *counts* of all findings by sort, in order; *edits* make
    the files agree as far as that is beyond doubt."""

    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]
    entries: int
    agreeing: int

    @property
    def counts(self) -> dict[str, int]:
        """How many findings of each sort there are."""
        counted = Counter(finding.sort for finding in self.findings)
        return {sort: counted[sort] for sort in SORTS if counted[sort]}


@dataclass(slots=True)
class _Account:
    key: str
    unit: str
    holder: str
    sort: str
    name: str
    owner: str | None
    aliases: list[str]
    forwards: list[str]
    quota_mb: int | None
    locked: bool
    ended: str | None
    orphaned: int
    opened: str
    seen: bool = False


@dataclass(slots=True)
class Told:
    """How a directory is to be held against the register.

    *today* (ISO) is the day on which joiners join and leavers leave. *complete* says that the export
    holds all accounts: only then who is not in it has left. *idle_days* without a login are long.

    *used* is account → day of its last use by the logs, which begin on the day *since*; whose last use lies
    before *turn* has gone *idle_days* days with logs without one ('': the logs cannot say so).
    *domains* are those of one's own beside those that accounts are declared in.
    """

    today: str
    complete: bool = False
    reason: str = ""
    idle_days: int = 90
    full_share: float = 0.95
    domains: tuple[str, ...] = ()
    used: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    turn: str = ""


def compare(reader: Reader, directory: Directory, told: Told) -> Held:
    """Hold *directory* against the register as *reader* sees it."""
    return _Comparison(reader, directory, told).result()


class _Comparison:
    def __init__(self, reader: Reader, directory: Directory, told: Told) -> None:
        self.directory, self.told = directory, told
        self.timeline = stored_timeline(reader)
        standing = [era for era in self.timeline.eras.values() if era.stands(told.today)]
        self.units = UnitNames(standing)
        self.standing = {era.id: era for era in standing}
        self.gone = UnitNames(era for era in self.timeline.eras.values() if not era.stands(told.today))
        holders: dict[Any, Any] = dict(
            reader.rows(
                "SELECT unit_id, holder_id FROM unit_holder WHERE province = :province"
                " AND valid_from <= :day AND :day < valid_to",
                {"day": told.today},
            )
        )
        self.holders = holders
        self.accounts: dict[str, _Account] = {}
        for key, unit, sort, name, owner, aliases, forwards, quota, locked, *life in reader.rows(
            "SELECT key, unit_id, type, name, owner, aliases, forwards, quota_mb, locked, ended, orphaned,"
            " COALESCE(opened, '') FROM account WHERE province = :province"
        ):
            lists = (json.loads(aliases or "[]"), json.loads(forwards or "[]"))
            holder = str(holders.get(unit, unit))
            self.accounts[key] = _Account(
                key, unit, holder, sort, name or "", owner, *lists, quota, bool(locked), *life
            )
        self.of_alias = {
            alias: account.key
            for account in self.accounts.values()
            if not account.ended
            for alias in account.aliases
        }
        self.people = _People(reader, holders)
        own = Counter(key.rpartition("@")[2] for key in self.accounts)
        self.domains = {
            *told.domains,
            *(domain for domain, count in own.items() if count > 1 or len(own) == 1),
        }
        self.known = Known(self.accounts, self.domains)
        self.findings: list[Finding] = []
        self.edits: list[Edit] = []
        self.agreeing = 0

    def result(self) -> Held:
        """All of it."""
        seen: dict[str, Entry] = {}
        for entry in self.directory.entries:
            first = seen.setdefault(entry.address, entry)
            if first is not entry:
                self._find("twice", entry, there=first.place)
                continue
            before = len(self.findings)
            self._entry(entry)
            self.agreeing += len(self.findings) == before
        for account in self.accounts.values():
            if not account.seen and not account.ended:
                self._missing(account)
        order = list(SORTS)
        self.findings.sort(key=lambda finding: (order.index(finding.sort), finding.address))
        return Held(tuple(self.findings), tuple(self.edits), len(self.directory.entries), self.agreeing)

    def _find(self, sort: str, entry: Entry, there: str = "", here: str = "", why: str = "") -> None:
        self.findings.append(Finding(sort, entry.address, entry.place, there, here, why))

    # --- one account ---------------------------------------------------------------------------

    def _entry(self, entry: Entry) -> None:
        account = self.accounts.get(entry.address) or self.accounts.get(self.of_alias.get(entry.address, ""))
        if account is None:
            suspect = self.known.suspect(entry.address)
            if suspect is not None:
                self._suspect(entry, suspect)
            self._joiner(entry, suspect)
            self._use(entry)
            return
        account.seen = True
        if account.ended:
            if entry.state == "open":
                why = N_("take 'closed:' out of the file by hand, if the mailbox is to live again")
                self._find("reopened", entry, here=account.ended, why=why)
            return
        if entry.state == "closed":
            self._find("leaver", entry)
            self._close(account.key)
            return
        self._fields(entry, account)
        self._use(entry, account)

    def _suspect(self, entry: Entry, suspect: Suspect) -> None:
        self._find("suspect", entry, there=", ".join(suspect.meant), why=REASONS[suspect.why])

    def _joiner(self, entry: Entry, suspect: Suspect | None) -> None:
        if entry.state == "closed":
            return  # it was never declared, and is no more
        found = self.units.find(entry.unit)
        written = " / ".join(entry.unit)
        if suspect is not None and suspect.why in ("form", "script"):
            self._find("joiner", entry, written, why=N_("no such address can be declared"))
            return
        person = self.people.meant(entry, found[0] if len(found) == 1 else None)
        unit = found[0] if len(found) == 1 else self.standing.get(self.people.holder.get(person, ""))
        if unit is None:
            why = N_("several units are called so") if found else N_("no unit is called so")
            self._find("joiner", entry, written, why=why if written else N_("the directory names no unit"))
            return
        fields: dict[str, Any] = {"type": entry.sort}
        if name := _name(entry):
            fields["name"] = name
        if person and entry.sort == "personal":
            fields["owner"] = person
        if aliases := self._free(entry.aliases):
            fields["aliases"] = aliases
        if entry.forwards:
            fields["forwards"] = list(entry.forwards)
        fields["opened"] = entry.opened or self.told.today
        if entry.quota_mb:
            fields["quota-mb"] = entry.quota_mb
        if entry.state == "locked":
            fields["locked"] = True
        self._find("joiner", entry, f"{unit.name} ({unit.code})")
        self.edits.append(Add("accounts", entry.address, fields, unit=unit.code, as_of=self.told.today))
        self._foreign(entry)

    def _fields(self, entry: Entry, account: _Account) -> None:
        fields: dict[str, Any] = {}
        if (entry.state == "locked") != account.locked:
            self._find("unlocked" if account.locked else "locked", entry)
            fields["locked"] = None if account.locked else True
        if entry.quota_mb is not None and entry.quota_mb != account.quota_mb:
            self._find("quota", entry, str(entry.quota_mb), str(account.quota_mb or ""))
            fields["quota-mb"] = entry.quota_mb
        if entry.sort != account.sort and entry.sort != "personal":
            self._find(
                "sort",
                entry,
                entry.sort,
                account.sort,
                N_("who is counted changes with it: declare it by hand"),
            )
        if new := [
            each for each in self._free(entry.aliases) if each not in account.aliases and each != account.key
        ]:
            self._find("alias", entry, ", ".join(new))
            fields["aliases"] = [*account.aliases, *new]
        name = _name(entry)
        if name and account.name and not _same_name(name, account.name):
            self._find("name", entry, name, account.name, N_("a name is changed by hand"))
        if entry.forwards and set(entry.forwards) != set(account.forwards):
            fields["forwards"] = list(entry.forwards)
        self._foreign(entry, account)
        moved = self._mover(entry, account)
        unit = (moved.code, self.told.today) if moved else (None, None)
        if fields or moved:
            self.edits.append(Change("accounts", account.key, fields, *unit))
        if moved and account.owner and self.people.holder.get(account.owner) == account.holder:
            self.edits.append(Change("people", account.owner, {}, *unit))

    def _free(self, addresses: Sequence[str]) -> list[str]:
        """Those of *addresses* that can be declared as an alias and belong to no other account."""
        return [
            each
            for each in addresses
            if each not in self.accounts
            and each not in self.of_alias
            and each.rpartition("@")[2] in self.domains
            and each.isascii()
            and self.known.suspect(each) is None
        ]

    def _mover(self, entry: Entry, account: _Account) -> Era | None:
        found = self.units.find(entry.unit)
        if any(self.holders.get(era.id) == account.holder for era in self.gone.find(entry.unit)):
            return None  # by a name of before a reorganisation
        if not found or any(era.id == account.holder for era in found):
            return None
        here = self.standing.get(account.holder)
        shown = f"{here.name} ({here.code})" if here else account.holder
        if len(found) > 1:
            self._find("mover", entry, " / ".join(entry.unit), shown, N_("several units are called so"))
            return None
        if here is not None and self._inside(here, found[0]):
            return None  # the directory names what the unit lies in, not the unit
        self._find("mover", entry, f"{found[0].name} ({found[0].code})", shown)
        return found[0]

    def _inside(self, era: Era, larger: Era) -> bool:
        codes = {each.code: each for each in self.standing.values()}
        parent, passed = era.parent, set()
        while parent and parent not in passed:
            if parent == larger.code:
                return True
            passed.add(parent)
            parent = codes[parent].parent if parent in codes else None
        return False

    def _foreign(self, entry: Entry, account: _Account | None = None) -> None:
        foreign = [each for each in entry.forwards if each.rpartition("@")[2] not in self.domains]
        if foreign:
            self._find("forward", entry, ", ".join(foreign), ", ".join(account.forwards) if account else "")
        elif account is not None and entry.forwards and set(entry.forwards) != set(account.forwards):
            self._find("forwards", entry, ", ".join(entry.forwards), ", ".join(account.forwards))

    def _use(self, entry: Entry, account: _Account | None = None) -> None:
        if (
            entry.used_mb is not None
            and entry.quota_mb
            and entry.used_mb >= self.told.full_share * entry.quota_mb
        ):
            self._find("full", entry, f"{entry.used_mb:.0f} / {entry.quota_mb} MB")
        if entry.state != "open" or entry.sort != "personal":
            return
        opened = entry.opened or (account.opened if account else "")
        by_log = self.told.used.get(account.key, "") if account else ""
        if entry.last_login is not None:
            last = max(entry.last_login, by_log)
            if not last:
                self._find("never", entry, opened)
            elif _days(last, self.told.today) >= self.told.idle_days:
                self._find("idle", entry, last)
        elif account and by_log < self.told.turn and opened <= self.told.turn:
            # The directory tells no last login; the logs of so many days show none. Of what is not declared
            # they keep no uses.
            if by_log:
                self._find("idle", entry, by_log, why=N_("by the logs"))
            elif opened and opened >= self.told.since:
                self._find("never", entry, opened, why=N_("by the logs"))
            else:
                self._find("idle", entry, why=N_("no use since the logs begin"))

    def _missing(self, account: _Account) -> None:
        # An orphan stands in no file: there is nothing to write an end into.
        why = (
            ""
            if self.told.complete
            else N_("the export need not hold all accounts (--complete says that it does)")
        )
        if account.orphaned:
            why = N_("no file declares it any more")
        self.findings.append(Finding("missing", account.key, "", why=why))
        if not why:
            self._close(account.key)

    def _close(self, key: str) -> None:
        stone = {"date": self.told.today, "reason": self.told.reason}
        self.edits.append(Change("accounts", key, {"closed": stone}))


class _People:
    """The staff list, and whom a directory means."""

    def __init__(self, reader: Reader, holders: Mapping[str, str]) -> None:
        self.holder: dict[str, str] = {}
        self._by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
        owned = {
            owner
            for (owner,) in reader.rows(
                "SELECT owner FROM account WHERE province = :province AND owner IS NOT NULL"
                " AND ended IS NULL AND type = 'personal'"
            )
        }
        self._without = set()
        for key, name, unit in reader.rows(
            "SELECT key, name, unit_id FROM person WHERE province = :province AND ended IS NULL ORDER BY key"
        ):
            self.holder[key] = holders.get(unit, unit)
            if key not in owned:
                self._without.add(key)
            for form in (match_key, fold):
                self._by_name[form.__name__, form(name)].append(key)

    def meant(self, entry: Entry, unit: Era | None) -> str:
        """The person of *entry*: by staff id, else the one of that name in its unit who has no mailbox
        yet; '' where that is not beyond doubt."""
        if entry.person in self.holder:
            return entry.person
        if unit is None or not entry.name:
            return ""
        name = _name(entry)
        for form in (match_key, fold) if name.isascii() else (match_key,):
            found = [
                key
                for key in self._by_name.get((form.__name__, form(name)), ())
                if self.holder[key] == unit.id and key in self._without
            ]
            if found:
                return found[0] if len(found) == 1 else ""
        return ""


def _same_name(one: str, other: str) -> bool:
    """Whether two spellings are of one name: tone placement is nothing, and diacritics are nothing where
    one of them has none at all."""
    if match_key(one) == match_key(other):
        return True
    return (one.isascii() or other.isascii()) and fold(one) == fold(other)


def _name(entry: Entry) -> str:
    return modern(entry.name)[:120]


def _days(first: str, last: str) -> int:
    import datetime as dt

    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days
