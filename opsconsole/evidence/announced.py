"""Which announced session a record of a meeting is of: by key, number, title, invited sites and time.

Time alone is a guess where several sessions are announced for one morning, so it decides only among
those that nothing else tells apart, and never against the sites: a meeting of other sites at the same
hour is not the session.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from opsconsole.evidence.unknown import Unknown
from opsconsole.store.database import Reader
from opsconsole.text import fold

NEAREST = dt.timedelta(hours=3)
LONGEST = dt.timedelta(hours=48)  # no session is announced for longer
SOON = dt.timedelta(minutes=30)  # who comes so near to a start has come for it
AFTER = dt.timedelta(minutes=15)  # it goes on for a while after its announced end


class Invited(NamedTuple):
    """The sites that were to come to a session, with the one that chairs."""

    sites: frozenset[str]


class _Session(NamedTuple):
    key: str
    start: dt.datetime
    end: dt.datetime
    title: str
    cancelled: bool

    def distance(self, at: dt.datetime) -> tuple[int, dt.timedelta]:
        """How far from *at* it is: least where it starts about then, then where it is on."""
        apart = abs(self.start - at)
        return (0 if apart <= SOON else 1 if self.start <= at <= self.end + AFTER else 2), apart


def number_key(value: str) -> str:
    """The form in which two writings of one meeting number are equal: "852 1848 6288"."""
    return re.sub(r"[\s-]+", "", value).casefold()


def invited(reader: Reader, keys: Sequence[str]) -> dict[str, Invited]:
    """The sites that were to come to the sessions of *keys*."""
    found = {}
    for key in keys:
        row = reader.row(
            "SELECT host, sites FROM session WHERE province = :province AND key = :key", {"key": key}
        )
        if row:
            host, sites = row
            found[key] = Invited(frozenset((*json.loads(sites or "[]"), *((host,) if host else ()))))
    return found


def _nothing(keys: Sequence[str]) -> dict[str, Invited]:
    return {}


class Announcements:
    """The announced sessions of a province."""

    def __init__(self) -> None:
        self._by_key: dict[str, _Session] = {}
        self._by_number: dict[str, list[_Session]] = defaultdict(list)
        self._starts: list[tuple[dt.datetime, str]] = []
        self._invited: dict[str, Invited] = {}
        self.lookup: Callable[[Sequence[str]], dict[str, Invited]] = _nothing

    def add(
        self, key: str, start: str, end: str, title: str | None, meeting: str | None, ended: str | None
    ) -> None:
        """A session; *start* and *end* local, *meeting* its number on the server, *ended* the day on which
        it was cancelled."""
        begin, until = dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end)
        session = _Session(key, begin, until, fold(title or ""), ended is not None)
        self._by_key[key.casefold()] = session
        if meeting:
            self._by_number[number_key(meeting)].append(session)
        if self._starts and (begin, key.casefold()) < self._starts[-1]:
            insort(self._starts, (begin, key.casefold()))
        else:
            self._starts.append((begin, key.casefold()))

    def find(
        self,
        at: dt.datetime | None,
        key: str,
        number: str,
        title: str,
        sites: Collection[str],
        *,
        strict: bool,
    ) -> str | Unknown:
        """The session with *key*, or the one that was on at *at*.

        Of those announced for about then (from three hours before the start to 15 minutes after the end):
        those with the same *number*, else the same *title*; of these the ones that invite most of the
        *sites* that were there; of these the nearest. With *strict* nothing is taken that invites
        none of them, or of which only the time is known. Several that are equal are candidates.
        """
        if key:
            known = self._by_key.get(key.casefold())
            return known.key if known else Unknown("session", key)
        if at is None:
            return Unknown("session", title or number)
        around = self._around(at)
        told = False
        if number and number_key(number) in self._by_number:
            same = {one.key for one in self._by_number[number_key(number)]}
            around, told = [one for one in around if one.key in same], True
        elif title and (named := [one for one in around if one.title == fold(title)]):
            around, told = named, True
        value = f"{at:%Y-%m-%d %H:%M}" + (f" {title}" if title else "")
        if len(around) > 1 or strict:
            around, fits = self._inviting(around, sites)
            if strict and not told and not fits:
                return Unknown("session", value, _keys(around))
        if len(around) > 1 and not all(one.cancelled for one in around):
            around = [one for one in around if not one.cancelled]
        nearest = min((one.distance(at) for one in around), default=None)
        found = [one for one in around if one.distance(at) == nearest]
        return found[0].key if len(found) == 1 else Unknown("session", value, _keys(found))

    def _inviting(self, sessions: list[_Session], sites: Collection[str]) -> tuple[list[_Session], bool]:
        """(those of *sessions* that invite most of *sites*, whether they invite any). Without a fit all."""
        if not sites:
            return sessions, False
        missing = [one.key for one in sessions if one.key not in self._invited]
        if missing:
            if len(self._invited) > 20_000:
                self._invited.clear()
                missing = [one.key for one in sessions]
            found = self.lookup(missing)
            self._invited.update((key, found.get(key, Invited(frozenset()))) for key in missing)
        scores = {one.key: len(self._invited[one.key].sites.intersection(sites)) for one in sessions}
        most = max(scores.values(), default=0)
        return ([one for one in sessions if scores[one.key] == most], True) if most else (sessions, False)

    def _around(self, at: dt.datetime) -> list[_Session]:
        first = bisect_left(self._starts, (at - LONGEST, ""))
        last = bisect_left(self._starts, (at + NEAREST, "\U0010ffff"))
        found = (self._by_key[key] for _start, key in self._starts[first:last])
        return [one for one in found if at - NEAREST <= one.start or at <= one.end + AFTER]


def _keys(sessions: Sequence[_Session]) -> tuple[str, ...]:
    return tuple(sorted(one.key for one in sessions)[:20])
