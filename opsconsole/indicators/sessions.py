"""Sessions of the videoconference system as the measures of it read them: who was there, and when.

A session was held when two sites or more were connected at once; that time is its length. A
site that drops out and is back within 15 minutes never left.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.periods import Period
from opsconsole.spans import BRIDGED_SECONDS, Span, bridged, seconds, together
from opsconsole.store.database import Reader

__all__ = [
    "BRIDGED_SECONDS",
    "Announced",
    "Session",
    "Span",
    "announced_of",
    "bridged",
    "held_of",
    "seconds",
    "seconds_of",
    "sessions_in",
    "together",
    "year",
]


class Announced(NamedTuple):
    """What was declared of a session: *invited* without the *host*, *start* and *end* in seconds
    since 1970, *day* the local day of the start."""

    kind: str
    day: dt.date
    start: int
    end: int
    host: str
    invited: tuple[str, ...]
    cancelled: bool
    trace: int

    @property
    def expected(self) -> frozenset[str]:
        """All sites that were to come, with the one that chairs."""
        return frozenset((*self.invited, *((self.host,) if self.host else ())))


@dataclass(frozen=True, slots=True)
class Session:
    """A session that was held, or one that was announced and of which nothing was seen (no *spans*).

    *day* is the local day on which it began. *stays* has the bridged spans of each site that
    connected, *sites* what of them lies within the *spans* in which the session was held.
    *trace* is the fingerprint of the rows behind it.
    """

    key: str
    day: dt.date
    announced: Announced | None
    trace: int
    spans: list[Span] = field(default_factory=list)
    stays: Mapping[str, list[Span]] = field(default_factory=dict)
    sites: Mapping[str, list[Span]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Between which levels it was announced; '' where it was not."""
        return self.announced.kind if self.announced else ""

    @property
    def expected(self) -> frozenset[str]:
        """All sites that were to come; none where it was not announced."""
        return self.announced.expected if self.announced else frozenset()

    @property
    def length(self) -> int:
        """Its announced length in seconds."""
        return max(0, self.announced.end - self.announced.start) if self.announced else 0


class Year(NamedTuple):
    """The sessions of a year: the unit of each site as it was declared, sessions that were held, and
    those announced, not cancelled, of which nothing was seen."""

    units: dict[str, str]
    held: list[Session]
    unseen: list[Session]


def year(ground: Ground, number: int) -> Year:
    """The sessions of the year *number*, each list in the order of keys; read once."""
    return ground.once(lambda ground: _year(ground, number), ("sessions of", number))


def _year(ground: Ground, number: int) -> Year:
    reader = ground.reader
    units: dict[str, str] = dict(reader.rows("SELECT key, unit_id FROM site WHERE province = :province"))
    announced = _announced(ground, number)
    stays: defaultdict[str, defaultdict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    # A month beyond each end, for sessions that run over New Year.
    for session, site, joined, left in reader.rows(
        # A roll call holds where no server recorded the site (docs/decisions: the roll call is evidence).
        "SELECT session, site, joined_at, left_at FROM attendance"
        " WHERE province = :province AND month >= :first AND month <= :last"
        " UNION ALL SELECT session, site, joined_at, left_at FROM roll_stay r"
        " WHERE province = :province AND month >= :first AND month <= :last AND NOT EXISTS ("
        "SELECT 1 FROM attendance a WHERE a.province = r.province AND a.session = r.session"
        " AND a.site = r.site)",
        {"first": f"{number - 1:04d}-12", "last": f"{number + 1:04d}-01"},
    ):
        stays[session][site].append((seconds_of(joined), seconds_of(left)))
    held = [
        one
        for session, by_site in stays.items()
        if (one := held_of(session, by_site, announced.get(session), ground.timezone))
        and one.day.year == number
    ]
    unseen = [
        Session(key, one.day, one, one.trace)
        for key, one in announced.items()
        if key not in stays and not one.cancelled and one.day.year == number
    ]
    return Year(units, sorted(held, key=lambda s: s.key), sorted(unseen, key=lambda s: s.key))


def held_of(
    key: str, stays: Mapping[str, list[Span]], announced: Announced | None, zone: dt.tzinfo
) -> Session | None:
    """The session *key* with these *stays* of its sites, None where never two were connected at once."""
    spans_of = {site: spans for site in sorted(stays) if (spans := bridged(stays[site]))}
    spans = together(spans_of.values())
    if not spans:
        return None
    day = dt.datetime.fromtimestamp(spans[0][0], zone).date()
    present = {site: common for site, own in spans_of.items() if (common := together([own, spans]))}
    return Session(key, day, announced, mark(key, sorted(spans_of.items())), spans, spans_of, present)


_FIELDS = "key, kind, starts_at, ends_at, host, sites, ended"


def _announced(ground: Ground, year: int) -> dict[str, Announced]:
    """The announcements of *year* and of a month beyond each end."""
    return {
        row[0]: _announcement(row, ground.timezone)
        for row in ground.reader.rows(
            f"SELECT {_FIELDS} FROM session"  # noqa: S608 - constant names
            " WHERE province = :province AND starts_at >= :first AND starts_at < :after",
            {"first": f"{year - 1:04d}-12-01", "after": f"{year + 1:04d}-02-01"},
        )
    }


def announced_of(reader: Reader, key: str, zone: dt.tzinfo) -> tuple[Announced, str]:
    """The announcement of the declared session *key*, and the digest of it."""
    *row, digest = reader.rows(
        f"SELECT {_FIELDS}, digest FROM session"  # noqa: S608 - constant names
        " WHERE province = :province AND key = :key",
        {"key": key},
    )[0]
    return _announcement(row, zone), digest


def _announcement(row: Sequence[Any], zone: dt.tzinfo) -> Announced:
    key, kind, starts, ends, host, invited, ended = row
    start, end = (dt.datetime.fromisoformat(text).replace(tzinfo=zone) for text in (starts, ends))
    sites = tuple(sorted(set(json.loads(invited or "[]")) - {host}))
    trace = mark(key, kind, starts, ends, host, ended is not None, *sites)
    times = int(start.timestamp()), int(end.timestamp())
    return Announced(kind, start.date(), *times, host or "", sites, ended is not None, trace)


def seconds_of(text: str) -> int:
    """The whole seconds since 1970 of an instant as the store writes it."""
    return int(dt.datetime.fromisoformat(text).timestamp())


class Seen(NamedTuple):
    """The sessions of one period: *held*; *unknown*, announced for a day without any record (they may
    have been held); the unit that holds each site on the day whose units count; how many of the sessions
    *asked* about are *known*, and whether anything is known at all."""

    held: list[Session]
    unknown: list[Session]
    unit_of: dict[str, str]
    known: int
    asked: int
    there: bool


def sessions_in(ground: Ground, period: Period, kind: str | None = None) -> Seen:
    """The sessions of *period*, of one *kind* or all; made once for each."""
    return ground.once(lambda ground: _sessions_in(ground, period, kind), ("sessions", period, kind))


def _sessions_in(ground: Ground, period: Period, kind: str | None) -> Seen:
    years = [year(ground, number) for number in range(period.first.year, period.last.year + 1)]
    holders = ground.tree.holders(period.units_on)
    covered = ground.coverage.days("conference", period.first, period.over)
    held = [one for each in years for one in each.held if period.first <= one.day <= period.over]
    # Without a single record in the period nobody knows: that is no data, not zero sessions.
    there = bool(held or covered)
    announced = [one for each in years for one in each.unseen if period.first <= one.day <= period.over]
    if kind is not None:
        held = [one for one in held if one.kind == kind]
        announced = [one for one in announced if one.kind == kind]
    unknown = [one for one in announced if one.day not in covered]
    asked = len(held) + len(announced)
    known = max(1, asked - len(unknown)) if there else 0
    unit_of = {site: holders.get(unit, unit) for site, unit in years[0].units.items()}
    return Seen(held, unknown, unit_of, known, max(known, asked), there)
