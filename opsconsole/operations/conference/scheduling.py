"""New sessions: what a form, the command line or a calendar says, as fields of declared sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from opsconsole.operations.conference.clashes import Clash, clashes
from opsconsole.operations.conference.sessions import Session, sessions, sites
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


def fields_of(one: Session) -> Mapping[str, object]:
    """The fields of *one* as the inventory writes them; what is empty is left out."""
    written: dict[str, object] = {
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
