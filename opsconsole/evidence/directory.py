"""What is declared, as evidence names it: mailboxes by address, sites by name, sessions by time.

Only what is declared counts. The rest is kept with its count and, where a name fits several things,
with those, so that somebody can declare it or write an alias.
"""

from __future__ import annotations

import datetime as dt
import json
from bisect import insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.evidence.announced import Announcements, Invited
from opsconsole.evidence.names import SiteNames
from opsconsole.evidence.unknown import Unknown
from opsconsole.store.database import Reader

__all__ = ["Directory", "Unknown"]

# most accounts have no aliases, and most of those no former address
_EMPTY: dict[str, Any] = {"[]": (), "{}": MappingProxyType({})}

Lookup = Callable[[Sequence[str]], "dict[str, Invited]"]


def _known(text: str | None, empty: str) -> Any:
    """What the JSON *text* says; *empty* stands for none."""
    return _EMPTY[empty] if text is None or text in ("", empty) else json.loads(text)


@dataclass
class Directory:
    """Mailboxes, sites and sessions of one province, as they stand when it is loaded."""

    # address → (account, last day or '')
    _accounts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    # address → (last day, account) of accounts that had it before, the first to give it up first
    _former: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    # address → account, where there is one and it never ended: the common case
    always: dict[str, str] = field(default_factory=dict)
    _sites: SiteNames = field(default_factory=SiteNames)
    _sessions: Announcements = field(default_factory=Announcements)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))

    @classmethod
    def load(
        cls, reader: Reader, timezone: ZoneInfo | None = None, lookup: Lookup | None = None
    ) -> Directory:
        """Everything that evidence may name, in one go. Local days and times are those of *timezone*;
        *lookup* gives the sites invited to sessions when they are asked for (a register of ten years is
        not held in memory for them)."""
        directory = cls()
        directory.timezone = timezone or directory.timezone
        for key, aliases, ended, former in reader.rows(
            "SELECT key, aliases, ended, former FROM account WHERE province = :province"
        ):
            until = {address: each["until"] for address, each in _known(former, "{}").items()}
            directory.add_account(key, _known(aliases, "[]"), ended, until)
        for key, name, aliases, address in reader.rows(
            "SELECT key, name, aliases, address FROM site WHERE province = :province"
        ):
            directory.add_site(key, name, json.loads(aliases or "[]"), address or "")
        for row in reader.rows(
            "SELECT key, starts_at, ends_at, title, meeting, ended FROM session WHERE province = :province"
        ):
            directory._sessions.add(*row)
        directory._sessions.lookup = lookup or directory._sessions.lookup
        return directory

    def add_account(
        self,
        key: str,
        aliases: Iterable[str] = (),
        ended: str | None = None,
        former: Mapping[str, str] | None = None,
    ) -> None:
        """A mailbox; *ended* is the day on which it was closed, *former* addresses that it had before,
        each with its last day."""
        for address, until in (former or {}).items():
            insort(self._former.setdefault(address.lower(), []), (until, key))
            self.always.pop(address.lower(), None)
        for address in {key.lower(), *(alias.lower() for alias in aliases)}:
            known = self._accounts.setdefault(address, [])
            known.append((key, ended or ""))
            if ended or len(known) > 1 or address in self._former:
                self.always.pop(address, None)
            else:
                self.always[address] = key

    def add_site(self, key: str, name: str, aliases: Iterable[str] = (), address: str = "") -> None:
        """A conference site."""
        self._sites.add(key, (name, *aliases), address)

    def add_session(self, key: str, start: str, end: str = "", title: str = "", meeting: str = "") -> None:
        """A session with its announced times (local), its subject and its number on the server."""
        self._sessions.add(key, start, end or start, title, meeting, None)

    def local(self, at: dt.datetime) -> dt.datetime:
        """The instant *at* as local time without zone."""
        return at.astimezone(self.timezone).replace(tzinfo=None)

    def account(self, address: str, day: str) -> str | Unknown:
        """The mailbox that answered to *address* on *day*: one that had it until then or later, else
        the one that has it now."""
        given_up = self._former.get(address, ())
        for until, key in given_up:
            if day <= until:
                return key
        known = self._accounts.get(address)
        if known is None:
            keys = tuple(sorted({key for _until, key in given_up}))
            return Unknown("closed" if keys else "address", address, keys)
        if len(known) == 1:
            key, ended = known[0]
            return key if not ended or day <= ended else Unknown("closed", address, (key,))
        living = sorted({key for key, ended in known if not ended or day <= ended})
        if len(living) == 1:
            return living[0]
        if address in living:
            return address
        everyone = tuple(sorted({key for key, _ended in known}))
        return Unknown("address" if living else "closed", address, tuple(living) or everyone)

    def site(self, name: str, also: Sequence[str] = ()) -> str | Unknown:
        """The site called *name*, else one of *also*: by key, else by name with tones, else without them,
        else by its address."""
        return self._sites.find(name, also)

    def session(
        self,
        at: dt.datetime | None,
        *,
        key: str = "",
        number: str = "",
        title: str = "",
        sites: Collection[str] = (),
        strict: bool = False,
    ) -> str | Unknown:
        """The session that was on at *at* (local time); see Announcements.find."""
        return self._sessions.find(at, key, number, title, sites, strict=strict)
