"""A session as its operator sees it: every site with its state, what servers saw, what was checked.

The only place that puts roll call and servers' records together: board, minutes and the command
line ask here. Where a server kept a record of a site its times hold; where none did, the roll
call's. Both came: they are held against each other, and what they disagree on is said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from opsconsole.operations.conference.preflights import Tried, last_run
from opsconsole.operations.conference.rollcall import (
    LATE_AFTER,
    PRESENT,
    STATES,
    Entry,
    Mark,
    Presence,
    Roll,
    marks,
    present_word,
    roll,
)
from opsconsole.operations.conference.sessions import Session, Site, session, sites_of
from opsconsole.spans import bridged as in_seconds
from opsconsole.store.clock import instant
from opsconsole.store.database import Reader

Span: TypeAlias = "tuple[dt.datetime, dt.datetime]"

LIVE = dt.timedelta(minutes=5)  # a server's last sign of a site so young means that it is there
DIFFERENCE = dt.timedelta(minutes=10)  # by which two words of one arrival may differ


@dataclass(frozen=True, slots=True)
class Row:
    """One site of a session. *server* are its stays by servers' records, in order."""

    site: Site
    presence: Presence
    invited: bool
    host: bool
    server: tuple[Span, ...] = ()
    tried: Tried | None = None

    @property
    def spans(self) -> tuple[tuple[dt.datetime, dt.datetime | None], ...]:
        """When it was there: by the server where that has a record, else by the roll call."""
        return self.server or self.presence.spans

    @property
    def source(self) -> str:
        """Whose word *spans* are: server, roll or ''."""
        return "server" if self.server else "roll" if self.presence.came else ""

    @property
    def came(self) -> bool:
        """Whether it took part."""
        return bool(self.spans)

    def seconds(self, over: dt.datetime) -> float:
        """How long it was there; a stay that is open lasts until *over*."""
        return sum(max(0.0, ((left or over) - joined).total_seconds()) for joined, left in self.spans)

    @property
    def drops(self) -> int:
        """How often it was gone and came back."""
        return max(self.presence.drops, len(bridged(self.server)) - 1 if self.server else 0)


@dataclass(frozen=True, slots=True)
class Board:
    """A session with its sites in the order of the roll call."""

    session: Session
    rows: tuple[Row, ...]
    roll: Roll
    marks: tuple[Mark, ...]

    def row(self, site: str) -> Row | None:
        """The row of *site*."""
        return next((row for row in self.rows if row.site.key == site), None)

    def counts(self, now: dt.datetime) -> dict[str, int]:
        """How many sites are in each state, those with none left out."""
        found = dict.fromkeys(STATES, 0)
        for row in self.rows:
            found[self.state(row, now)] += 1
        return {state: count for state, count in found.items() if count}

    def over(self, now: dt.datetime) -> bool:
        """Whether the session has ended."""
        return (
            self.roll.ended is not None
            or (self.roll.begun is None and now > self.session.end)
            or (now > self.session.end + dt.timedelta(hours=6))
        )

    def state(self, row: Row, now: dt.datetime) -> str:
        """The state of *row* in a word. What nobody marked follows from a server's record; when the session
        is over, a site of which nobody saw anything was absent."""
        marked = row.presence.state
        if row.presence.mark and marked not in ("expected", "invited"):
            return marked
        if row.server:
            if not self.over(now) and row.server[-1][1] < now - LIVE:
                return "lost"
            return "late" if row.server[0][0] > self.session.start + LATE_AFTER else "connected"
        if row.invited and self.over(now) and self.known:
            return "absent"
        return marked

    @property
    def known(self) -> bool:
        """Whether anything at all was seen of the session, by whom ever."""
        return any(row.came for row in self.rows)

    @property
    def begun(self) -> dt.datetime | None:
        """When it began: as marked, else when the second site was there, None where that is not known."""
        if self.roll.begun is not None:
            return self.roll.begun
        firsts = sorted(row.spans[0][0] for row in self.rows if row.came)
        return firsts[1] if len(firsts) > 1 else None

    @property
    def ended(self) -> dt.datetime | None:
        """When it ended: as marked, else when the last but one site had left."""
        if self.roll.ended is not None:
            return self.roll.ended
        lasts = sorted((row.server[-1][1] for row in self.rows if row.server), reverse=True)
        return lasts[1] if len(lasts) > 1 else None

    @property
    def disagreements(self) -> tuple[tuple[Row, str], ...]:
        """Where server and roll call do not say the same: (row, came, absent or time)."""
        found = []
        recorded = any(row.server for row in self.rows)
        for row in self.rows:
            presence = row.presence
            if row.server and presence.mark and presence.state in ("absent", "excused"):
                found.append((row, "came"))
            elif recorded and presence.came and not row.server:
                found.append((row, "absent"))
            elif row.server and presence.first and abs(presence.first - row.server[0][0]) > DIFFERENCE:
                found.append((row, "time"))
        return tuple(found)

    def data(self, now: dt.datetime) -> dict[str, Any]:
        """As JSON."""
        return {
            "session": self.session.data,
            "begun": self.begun and self.begun.isoformat(),
            "ended": self.ended and self.ended.isoformat(),
            "on_duty": self.roll.duty[0] if self.roll.duty else None,
            "counts": self.counts(now),
            "sites": [
                {
                    "site": row.site.key,
                    "name": row.site.name,
                    "unit": row.site.unit,
                    "district": row.site.district_name,
                    "state": self.state(row, now),
                    "invited": row.invited,
                    "source": row.source,
                    "spans": [
                        [joined.isoformat(), left.isoformat() if left else None] for joined, left in row.spans
                    ],
                    "drops": row.drops,
                    "preflight": row.tried.result.state if row.tried else None,
                }
                for row in self.rows
            ],
            "notes": [mark.data for mark in self.roll.notes],
        }


def bridged(spans: Sequence[Span]) -> list[Span]:
    """*spans* in order, a gap of up to 15 minutes bridged, as the indicators bridge it."""
    seconds = [(int(joined.timestamp()), int(left.timestamp())) for joined, left in spans]
    return [
        (dt.datetime.fromtimestamp(joined, dt.UTC), dt.datetime.fromtimestamp(left, dt.UTC))
        for joined, left in in_seconds(seconds)
    ]


def board(reader: Reader, key: str, zone: ZoneInfo) -> Board:
    """The board of session *key*. Raises Refused where there is none."""
    one = session(reader, key, zone)
    all_marks = marks(reader, key)
    server = server_stays(reader, key)
    known = roll(all_marks)
    tried = {each.result.site: each for each in last_run(reader, key)}
    expected = set(one.expected)
    sites = sites_of(reader, one, (*server, *known.sites))
    rows = tuple(
        Row(site, known.of(each), each in expected, each == one.host, server.get(each, ()), tried.get(each))
        for each, site in sites.items()
    )
    return Board(one, rows, known, tuple(all_marks))


def server_stays(reader: Reader, key: str) -> dict[str, tuple[Span, ...]]:
    """The stays of each site in session *key* by the servers' records."""
    found: dict[str, list[Span]] = {}
    for site, joined, left in reader.rows(
        "SELECT site, joined_at, left_at FROM attendance WHERE province = :province AND session = :session"
        " ORDER BY site, joined_at, left_at",
        {"session": key},
    ):
        found.setdefault(site, []).append((instant(joined), instant(left)))
    return {site: tuple(spans) for site, spans in found.items()}


def from_server(seen: Board, now: dt.datetime) -> list[Entry]:
    """The marks that the servers' records add to the roll call as it stands: who is there by now, and who
    has gone. Sites that somebody excused or that agree already are left alone."""
    entries = []
    for row in seen.rows:
        if not row.server:
            continue
        current = bridged(row.server)[-1]
        there = current[1] >= now - LIVE and current[0] <= now
        marked = row.presence.state in PRESENT
        if there and not marked:
            since = (
                max(current[0], row.presence.since)
                if row.presence.came and row.presence.since
                else current[0]
            )
            word = present_word(seen.session, row.presence, since)
            entries.append(Entry("state", row.site.key, word, about=since, origin="server"))
        elif not there and marked and not seen.over(now) and current[1] < seen.session.end - LATE_AFTER:
            since = max(current[1], row.presence.since or current[1])
            entries.append(Entry("state", row.site.key, "lost", about=since, origin="server"))
    return entries


def by_district(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    """*rows* by the name of their district ('' for the province), in their order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.site.district_name, []).append(row)
    return found
