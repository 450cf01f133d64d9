"""What is declared, as evidence names it: mailboxes by address, sites by name, sessions by time.

Only what is declared counts. The rest is kept with its count and, where a name fits several things,
with those, so that somebody can declare it or write an alias.
"""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from opsconsole.evidence.reader import Stay
from opsconsole.store.database import Reader
from opsconsole.text import fold, match_key

NEAREST = dt.timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing declared answers: *sort* is address, closed, site or session."""

    sort: str
    value: str
    candidates: tuple[str, ...] = ()


@dataclass
class Directory:
    """Mailboxes, sites and sessions of one province, as they stand when it is loaded."""

    # address → (account, last day or '')
    _accounts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    # address → account, where there is one and it never ended: the common case
    always: dict[str, str] = field(default_factory=dict)
    _sites: dict[str, dict[str, set[str]]] = field(
        default_factory=lambda: {"key": {}, "name": {}, "fold": {}}
    )
    _sessions: dict[str, str] = field(default_factory=dict)
    _starts: list[tuple[dt.datetime, str]] = field(default_factory=list)

    @classmethod
    def load(cls, reader: Reader) -> Directory:
        """Everything that evidence may name, in one go."""
        directory = cls()
        for key, aliases, ended in reader.rows(
            "SELECT key, aliases, ended FROM account WHERE province = :province"
        ):
            directory.add_account(key, json.loads(aliases or "[]"), ended)
        for key, name, aliases in reader.rows(
            "SELECT key, name, aliases FROM site WHERE province = :province"
        ):
            directory.add_site(key, name, json.loads(aliases or "[]"))
        for key, start in reader.rows("SELECT key, starts_at FROM session WHERE province = :province"):
            directory.add_session(key, start)
        return directory

    def add_account(self, key: str, aliases: Iterable[str] = (), ended: str | None = None) -> None:
        """A mailbox; *ended* is the day on which it was closed."""
        for address in {key.lower(), *(alias.lower() for alias in aliases)}:
            known = self._accounts.setdefault(address, [])
            known.append((key, ended or ""))
            if ended or len(known) > 1:
                self.always.pop(address, None)
            else:
                self.always[address] = key

    def add_site(self, key: str, name: str, aliases: Iterable[str] = ()) -> None:
        """A conference site."""
        self._sites["key"].setdefault(key.casefold(), set()).add(key)
        for text in (name, *aliases):
            self._sites["name"].setdefault(match_key(text), set()).add(key)
            self._sites["fold"].setdefault(fold(text), set()).add(key)

    def add_session(self, key: str, start: str) -> None:
        """A session and its announced start, local time."""
        at = dt.datetime.fromisoformat(start)
        self._sessions[key.casefold()] = key
        insort(self._starts, (at, key))

    def account(self, address: str, day: str) -> str | Unknown:
        """The mailbox that answered to *address* on *day*."""
        known = self._accounts.get(address)
        if known is None:
            return Unknown("address", address)
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

    def site(self, name: str) -> str | Unknown:
        """The site called *name*: by key, else by name with tones, else without them."""
        several: tuple[str, ...] = ()
        for form, text in (("key", name.casefold()), ("name", match_key(name)), ("fold", fold(name))):
            keys = self._sites[form].get(text, set())
            if len(keys) == 1:
                return next(iter(keys))
            if keys:
                several = several or tuple(sorted(keys))
        return Unknown("site", name, several)

    def session(self, stay: Stay) -> str | Unknown:
        """The session that *stay* is of: by key, or announced nearest to its start within 3 hours."""
        if stay.session:
            return self._sessions.get(stay.session.casefold()) or Unknown("session", stay.session)
        near = sorted((abs(at - stay.start), key) for at, key in self._around(stay.start))
        nearest = tuple(key for distance, key in near if distance == near[0][0])
        if len(nearest) == 1:
            return nearest[0]
        return Unknown("session", f"{stay.start:%Y-%m-%d %H:%M}", nearest)

    def _around(self, at: dt.datetime) -> list[tuple[dt.datetime, str]]:
        first = bisect_left(self._starts, (at - NEAREST, ""))
        last = bisect_left(self._starts, (at + NEAREST, "\U0010ffff"))
        return self._starts[first:last]
