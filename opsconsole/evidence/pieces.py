"""The evidence of one session, piece by piece, and what the pieces disagree on.

A piece is what one file says of one meeting (or, for logs and lists, the stays that one file has of
the session). Two sources of one session are one session with two pieces: their times are joined, and
where they differ that is shown rather than averaged.
"""

from __future__ import annotations

import calendar
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.spans import Span, bridged, seconds, together
from opsconsole.store.clock import instant
from opsconsole.store.database import Reader

ALIKE_SECONDS = 60  # starts and ends of two sources that differ by no more are the same
ALIKE_SHARE = 120  # so many seconds of a site's time may differ
CLOCK_SITES = 3  # of so many sites the joins must be apart by the same time, before a clock is suspected


@dataclass(frozen=True, slots=True)
class Presence:
    """One site in one piece: *spans* are (from, to) in seconds since 1970, gaps and all; *gaps* how often
    it came back after more than 15 minutes, *joins* how often it joined, *ending* as in the table."""

    site: str
    spans: tuple[Span, ...]
    joins: int
    ending: str
    position: int

    @property
    def seconds(self) -> int:
        """For how long it was connected, short gaps bridged."""
        return seconds(bridged(self.spans))

    @property
    def gaps(self) -> int:
        """How often it was away for more than 15 minutes."""
        return max(0, len(bridged(self.spans)) - 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one file says. *position* is a byte of a log, a line of a table, an entry of a document."""

    source: str
    path: str
    file: int
    position: int
    whole: bool
    meeting: str = ""
    number: str = ""
    title: str = ""
    state: str = ""
    planned_at: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    peak: int | None = None
    unknown: int = 0
    superseded_by: str = ""
    presences: tuple[Presence, ...] = ()
    failures: tuple[tuple[str, str, str], ...] = ()  # site ('' unknown), instant, cause

    @property
    def sites(self) -> frozenset[str]:
        """The declared sites that it lists."""
        return frozenset(one.site for one in self.presences)

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **asdict(self),
            "presences": [
                {**asdict(one), "seconds": one.seconds, "gaps": one.gaps} for one in self.presences
            ],
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Something on which two sources disagree: *what* is start, end, site, time or clock; *values* are
    (source, value) with seconds since 1970, a length in seconds, or whether the site was there."""

    what: str
    values: tuple[tuple[str, int], ...]
    site: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {"what": self.what, "site": self.site, "values": dict(self.values)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """All pieces of a session. *spans* are those in which it was held by all of them together."""

    session: str
    pieces: tuple[Piece, ...]
    differences: tuple[Difference, ...] = ()
    spans: tuple[Span, ...] = ()
    sites: dict[str, tuple[Span, ...]] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "session": self.session,
            "spans": [list(span) for span in self.spans],
            "seconds": seconds(self.spans),
            "sites": {site: [list(span) for span in spans] for site, spans in self.sites.items()},
            "pieces": [piece.data for piece in self.pieces],
            "differences": [one.data for one in self.differences],
        }


def evidence_of(reader: Reader, session: str) -> Evidence:
    """Everything that was recorded of *session*. Refused where no such session is declared or recorded."""
    pieces = _pieces(reader, session)
    known = reader.value(
        "SELECT count(*) FROM session WHERE province = :province AND key = :key", {"key": session}
    )
    if not pieces and not known:
        raise Refused(
            _("there is no session '{key}'; 'opsconsole show' lists what there is").format(key=session)
        )
    standing = [piece for piece in pieces if not piece.superseded_by]
    joined: defaultdict[str, list[Span]] = defaultdict(list)
    for piece in standing:
        for one in piece.presences:
            joined[one.site] += one.spans
    sites = {site: tuple(bridged(spans)) for site, spans in sorted(joined.items())}
    spans = tuple(together(map(list, sites.values())))
    return Evidence(session, tuple(pieces), tuple(_differences(standing)), spans, sites)


def _pieces(reader: Reader, session: str) -> list[Piece]:
    values = {"session": session}
    stays: defaultdict[tuple[int, int], list[tuple[Any, ...]]] = defaultdict(list)
    for file, record, *rest in reader.rows(
        "SELECT source_file, record, site, joined_at, left_at, ending, position FROM attendance "
        "WHERE province = :province AND session = :session ORDER BY joined_at, position",
        values,
    ):
        stays[file, record].append(tuple(rest))
    failures: defaultdict[tuple[int, int], list[tuple[str, str, str]]] = defaultdict(list)
    for file, record, site, at, cause in reader.rows(
        "SELECT source_file, record, site, at, cause FROM join_failure "
        "WHERE province = :province AND session = :session ORDER BY at, position",
        values,
    ):
        failures[file, record].append((site, at, cause))
    records = {
        (row[0], row[1]): row[2:]
        for row in reader.rows(
            "SELECT source_file, position, meeting, number, title, state, planned_at, started_at, ended_at, "
            "peak, unknown, superseded_by FROM meeting_record "
            "WHERE province = :province AND session = :session",
            values,
        )
    }
    keys = sorted({*stays, *failures, *records})
    files = {file for file, _record in keys} | {row[-1] for row in records.values()}
    named = {id_: (source, path, not tail) for id_, source, path, tail in _files(reader, files - {0})}
    pieces = []
    for file, record in keys:
        source, path, whole = named.get(file, ("", "", False))
        row = records.get((file, record))
        told: dict[str, Any] = {}
        if row:
            names = (
                "meeting",
                "number",
                "title",
                "state",
                "planned_at",
                "started_at",
                "ended_at",
                "peak",
                "unknown",
            )
            told = dict(zip(names, row, strict=False))
            told["superseded_by"] = named.get(row[-1], ("", "", False))[1]
        mine = stays[file, record]
        position = record if record >= 0 else min((stay[4] for stay in mine), default=0)
        pieces.append(
            Piece(
                source,
                path,
                file,
                position,
                whole,
                presences=_presences(mine),
                failures=tuple(failures[file, record]),
                **told,
            )
        )
    return pieces


def _files(reader: Reader, ids: Iterable[int]) -> list[tuple[Any, ...]]:
    found = []
    for id_ in sorted(ids):
        found += reader.rows(
            "SELECT id, source, path, tail FROM source_file WHERE province = :province AND id = :id",
            {"id": id_},
        )
    return found


def _presences(stays: list[tuple[Any, ...]]) -> tuple[Presence, ...]:
    by_site: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for stay in stays:
        by_site[stay[0]].append(stay)
    return tuple(
        Presence(
            site,
            tuple((_seconds(joined), _seconds(left)) for _site, joined, left, _ending, _position in mine),
            len(mine),
            mine[-1][3],
            mine[0][4],
        )
        for site, mine in sorted(by_site.items())
    )


def _seconds(text: str) -> int:
    return calendar.timegm(instant(text).timetuple())


def _differences(pieces: list[Piece]) -> list[Difference]:
    """What the sources of *pieces* disagree on; the pieces of one source count together."""
    sources: defaultdict[str, defaultdict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for piece in pieces:
        for one in piece.presences:
            sources[piece.source][one.site] += one.spans
    if len(sources) < 2:
        return []
    merged = {
        source: {site: spans for site, own in by_site.items() if (spans := bridged(own))}
        for source, by_site in sorted(sources.items())
    }
    found: list[Difference] = []
    ahead = _clocks(merged)
    found += ahead
    for what, edge, pick in (("start", 0, min), ("end", 1, max)):
        values = []
        for source, by_site in merged.items():
            held = together(by_site.values())
            edges = [span[edge] for span in held]
            if edges:
                values.append((source, pick(edges)))
        if values and max(at for _s, at in values) - min(at for _s, at in values) > ALIKE_SECONDS:
            found.append(Difference(what, tuple(values)))
    every = sorted(set().union(*merged.values()))
    for site in every:
        there = tuple((source, int(site in by_site)) for source, by_site in merged.items())
        if len({here for _source, here in there}) > 1:
            found.append(Difference("site", there, site))
    for site in every:
        lengths = tuple(
            (source, seconds(by_site[site])) for source, by_site in merged.items() if site in by_site
        )
        if lengths and max(n for _s, n in lengths) - min(n for _s, n in lengths) > ALIKE_SHARE:
            found.append(Difference("time", lengths, site))
    return found


def _clocks(merged: dict[str, dict[str, list[Span]]]) -> list[Difference]:
    """Sources whose clocks seem to differ: the first joins of the sites that both saw are apart by the
    same time. The value is by how many seconds a source is ahead of the first one."""
    names = list(merged)
    apart: list[tuple[str, int]] = []
    first = merged[names[0]]
    for source in names[1:]:
        deltas = [spans[0][0] - first[site][0][0] for site, spans in merged[source].items() if site in first]
        if len(deltas) < CLOCK_SITES:
            continue
        middle = int(median(deltas))
        spread = median(abs(delta - middle) for delta in deltas)
        if abs(middle) > ALIKE_SECONDS and spread <= ALIKE_SECONDS / 2:
            apart.append((source, middle))
    return [Difference("clock", ((names[0], 0), *apart))] if apart else []


def unannounced(reader: Reader, first: str, last: str) -> list[dict[str, Any]]:
    """The meetings of the months *first* to *last* (YYYY-MM) that are of no announced session, though a
    declared site or several participants were there; the newest first."""
    return [
        {
            "source": source,
            "path": path,
            "position": position,
            "title": title,
            "number": number,
            "at": at,
            "participants": participants,
            "candidates": json.loads(candidates or "[]"),
        }
        for source, path, position, title, number, at, participants, candidates in reader.rows(
            "SELECT r.source, f.path, r.position, r.title, r.number, r.first_at, r.participants, "
            "r.candidates "
            "FROM meeting_record r JOIN source_file f ON f.province = r.province AND f.id = r.source_file "
            "WHERE r.province = :province AND r.month >= :first AND r.month <= :last AND r.session = '' "
            "AND r.superseded_by = 0 AND r.participants > 1 ORDER BY r.first_at DESC, r.position",
            {"first": first, "last": last},
        )
    ]
