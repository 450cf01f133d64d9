"""New sessions: their keys, their clashes, and what a form or a calendar says as fields of declared ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from opsconsole.errors import Refused
from opsconsole.operations.conference.calendars import Announcement
from opsconsole.operations.conference.clashes import Clash, clashes
from opsconsole.operations.conference.sessions import Session, local, next_key, sessions, sites
from opsconsole.operations.conference.typed import KINDS, Names
from opsconsole.store.clock import instant
from opsconsole.store.database import Reader


def clashes_of(reader: Reader, new: Sequence[Session], zone: ZoneInfo) -> tuple[Clash, ...]:
    """The clashes of the sessions *new* with each other and with what the register holds at their times."""
    if not new:
        return ()
    first = min(one.start for one in new)
    after = max(one.end for one in new)
    standing = sessions(reader, zone, f"{first:%Y-%m-%dT%H:%M}", f"{after:%Y-%m-%dT%H:%M}")
    return clashes(new, standing, sites(reader, f"{first:%Y-%m-%d}", closed=True))


def stamps(reader: Reader, keys: Iterable[str]) -> dict[str, tuple[dt.datetime, int]]:
    """When each session was changed last, and how many changes came after its first."""
    found = {}
    for key in dict.fromkeys(keys):
        row = reader.row(
            "SELECT max(r.at), count(*) FROM change c JOIN revision r"
            " ON r.province = c.province AND r.number = c.revision"
            " WHERE c.province = :province AND c.kind = 'sessions' AND c.key = :key",
            {"key": key},
        )
        if row is not None and row[0]:
            found[key] = instant(row[0]), int(row[1]) - 1
    return found


def fields_of(one: Session) -> dict[str, str | list[str]]:
    """The fields of *one* as the inventory writes them; what is empty is left out."""
    written: dict[str, str | list[str]] = {
        "title": one.title,
        "kind": one.kind,
        "start": f"{one.start:%Y-%m-%d %H:%M}",
        "end": f"{one.end:%Y-%m-%d %H:%M}",
        "host": one.host,
        "sites": list(one.invited),
        "operator": one.operator,
        "rate-mbps": f"{one.rate:.10g}" if one.rate else "",
        "agenda": list(one.agenda),
        "uid": one.uid,
        "recurrence": one.recurrence.replace("T", " "),
        "note": one.note,
    }
    return {name: value for name, value in written.items() if value}


# --- keys -------------------------------------------------------------------------------------------------


def with_keys(reader: Reader, drafts: Sequence[Session], zone: ZoneInfo) -> list[tuple[Session, bool]]:
    """*drafts* with their keys, and whether each stands in the register already: by its key, else by the
    calendar entry that it is; a new one gets the next free key of its year."""
    known = {
        (uid, recurrence or ""): key
        for key, uid, recurrence in reader.rows(
            "SELECT key, uid, recurrence FROM session WHERE province = :province AND uid IS NOT NULL"
        )
    }
    keys = {key for (key,) in reader.rows("SELECT key FROM session WHERE province = :province")}
    given: set[str] = set()
    found = []
    for draft in drafts:
        key = draft.key
        if key not in keys:
            key = known.get((draft.uid, draft.recurrence), "") if draft.uid else ""
        there = bool(key)
        if not key:
            key = draft.key or next_key(keys, draft.start.year, given)
        given.add(key)
        found.append((replace(draft, key=key), there))
    return found


def from_calendar(
    announced: Sequence[Announcement], names: Names, base: Session, zone: ZoneInfo
) -> tuple[list[Session], list[str]]:
    """Sessions of what a calendar announces. What it does not say (kind, host, sites, operator) is that of
    *base*; names of those invited and of the place that are sites' names are sites. Also: the names that
    are not."""
    found, unknown = [], dict[str, None]()
    for one in announced:
        sites_, host = list(one.sites), one.host
        for name in () if one.sites else one.people:
            try:
                sites_.append(names.one(name))
            except Refused:
                unknown[name] = None
        if not host and one.location:
            try:
                host = names.one(one.location)
            except Refused:
                unknown[one.location] = None
        host = host or base.host
        invited = tuple(dict.fromkeys(each for each in (sites_ or base.invited) if each != host))
        found.append(
            Session(
                one.key,
                one.title,
                one.kind if one.kind in KINDS else names.kind_between(host, invited, base.kind),
                local(f"{one.start:%Y-%m-%dT%H:%M}", zone),
                local(f"{one.end:%Y-%m-%dT%H:%M}", zone),
                host,
                invited,
                one.operator or base.operator,
                "",
                one.rate or base.rate,
                one.agenda or base.agenda,
                "" if one.key and one.uid.startswith(f"{one.key}@") else one.uid,
                one.recurrence,
                base.note,
                "cancelled" if one.cancelled else "",
            )
        )
    return found, list(unknown)
