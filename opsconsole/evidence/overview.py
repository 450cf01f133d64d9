"""What the evidence in the database is: sources and their files, days covered, what matched nothing.

Reads only; the console, the command line and jobs ask here.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from opsconsole.evidence.reader import Readers
from opsconsole.settings import Source
from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as far as it was read; *position* in its plain bytes, *read_at* an instant."""

    source: str
    path: str
    position: int
    lines: int
    events: int
    read_at: str

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Missed:
    """A name or address that nothing declared answers to; see the table ``unmatched``."""

    source: str
    sort: str
    value: str
    candidates: tuple[str, ...]
    count: int
    first_day: str
    last_day: str

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Unread:
    """Lines that could not be read, by reason, with where the first one stood."""

    source: str
    reason: str
    count: int
    sample: str
    path: str
    position: int

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Gap:
    """A file that was cut or replaced before its last lines were certainly read."""

    source: str
    path: str
    position: int
    reason: str
    noted_at: str

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def source_files(reader: Reader, source: str | None = None) -> list[SourceFile]:
    """The files read, by source and path."""
    return [
        SourceFile(*row)
        for row in reader.rows(
            "SELECT source, path, position, lines, events, read_at FROM source_file "
            "WHERE province = :province AND (CAST(:source AS text) IS NULL OR source = :source) "
            "ORDER BY source, path, id",
            {"source": source},
        )
    ]


def unmatched(
    reader: Reader, limit: int | None = None, source: str | None = None, *, mail: bool = False
) -> list[Missed]:
    """What nothing declared answers to, the most frequent first; with *mail* addresses alone."""
    rows = reader.rows(
        _MISSED + " AND (CAST(:source AS text) IS NULL OR source = :source) "
        "AND (CAST(:mail AS integer) = 0 OR sort IN ('address', 'closed', 'failed')) "
        "ORDER BY count DESC, source, sort, value LIMIT :limit",
        {"source": source, "mail": int(mail), "limit": limit if limit is not None else 1 << 40},
    )
    return [_missed(row) for row in rows]


_MISSED = (
    "SELECT source, sort, value, candidates, count, first_day, last_day FROM unmatched "
    "WHERE province = :province"
)


def _missed(row: Sequence[Any]) -> Missed:
    name, sort, value, candidates, *rest = row
    return Missed(name, sort, value, tuple(json.loads(candidates)), *rest)


def perhaps(reader: Reader, day: str, sites: Collection[str]) -> list[Missed]:
    """The names that no site answers to, seen before and after *day* or on it (YYYY-MM-DD), which may be
    one of *sites* by how they are written."""
    rows = reader.rows(
        _MISSED + " AND sort = 'site' AND first_day <= :day AND last_day >= :day ORDER BY value, source",
        {"day": day},
    )
    return [each for each in map(_missed, rows) if set(each.candidates) & set(sites)]


def unreadable(reader: Reader, source: str | None = None) -> list[Unread]:
    """What could not be read, the most frequent first."""
    return [
        Unread(*row)
        for row in reader.rows(
            "SELECT u.source, u.reason, u.count, u.sample, coalesce(f.path, ''), u.position "
            "FROM unreadable u "
            "LEFT JOIN source_file f ON f.province = u.province AND f.id = u.source_file "
            "WHERE u.province = :province AND (CAST(:source AS text) IS NULL OR u.source = :source) "
            "ORDER BY u.count DESC, u.source, u.reason",
            {"source": source},
        )
    ]


def gaps(reader: Reader, source: str | None = None) -> list[Gap]:
    """Where lines may be missing or counted twice, the newest first."""
    return [
        Gap(*row)
        for row in reader.rows(
            "SELECT source, path, position, reason, noted_at FROM evidence_gap "
            "WHERE province = :province AND (CAST(:source AS text) IS NULL OR source = :source) "
            "ORDER BY noted_at DESC, path",
            {"source": source},
        )
    ]


def sources_of(system: str, sources: Iterable[Source], readers: Readers) -> list[str]:
    """The names of those *sources* that are evidence of *system* (mail or conference)."""
    known = set(readers.names())
    return [
        source.name
        for source in sources
        if source.reader in known and getattr(readers[source.reader], "system", "mail") == system
    ]


def document_sources(sources: Iterable[Source], readers: Readers) -> set[str]:
    """The names of those *sources* that hold documents, not logs."""
    known = set(readers.names())
    return {source.name for source in sources if source.reader in known and readers[source.reader].documents}


def spans(days: Iterable[str]) -> list[tuple[str, str]]:
    """*days* (ISO text, sorted) as runs (first, last) of consecutive days."""
    runs: list[tuple[str, str]] = []
    for day in days:
        before = (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()
        if runs and runs[-1][1] == before:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def days_between(first: str, last: str) -> list[str]:
    """All days (ISO text) from *first* to *last*."""
    start = dt.date.fromisoformat(first)
    count = (dt.date.fromisoformat(last) - start).days + 1
    return [(start + dt.timedelta(days=n)).isoformat() for n in range(count)]
