"""What each session came to, kept so that a year is summed without reading its stays again.

A year of 10,000 sessions with 250 sites has 2.5 million stays; its sums are a few thousand rows. A
session is summed again when its evidence changed (``session_stale``) or its announcement did
(``basis``); the sums by site and month and the peaks by day are made of those of the sessions. The rules
are those of the measures (``sessions``, ``measures.attendance``), and a test holds both to each other.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.indicators.measures.attendance import TOLERANCE_SECONDS
from opsconsole.indicators.sessions import announced_of, held_of, seconds_of
from opsconsole.spans import Span, bridged, seconds
from opsconsole.store.database import Database, Reader, Writer

AROUND = dt.timedelta(days=3)  # a session announced on one day may be held on one of these around it
BATCH = 200  # sessions that are summed in one transaction

HELD, UNSEEN, CANCELLED = 1, 0, -1

_COLUMNS = (
    *("province", "session", "day", "kind", "basis", "held", "seconds", "site_seconds", "sites", "peak"),
    *("invited", "came", "expected", "in_time", "rejoins", "failures", "spans", "by_site"),
)
_SITE = (
    *("province", "month", "site", "kind", "sessions", "seconds", "invited", "came"),
    *("expected", "in_time", "rejoins", "failures"),
)
_NAMES = ("sessions", "seconds", "invited", "came", "expected", "in_time", "rejoins", "failures")


@dataclass
class _Use:
    """The sums of one session. *by_site*: the eight numbers of ``_NAMES`` for each site."""

    session: str
    day: str
    kind: str
    held: int
    seconds: int = 0
    spans: list[Span] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)
    peak: int = 0
    by_site: dict[str, list[int]] = field(default_factory=dict)
    present: Mapping[str, list[Span]] = field(default_factory=dict)

    def row(self, province: str, basis: str) -> tuple[Any, ...]:
        """The row of ``session_use``."""
        sums = [sum(numbers[place] for numbers in self.by_site.values()) for place in range(len(_NAMES))]
        told = {"spans": self.spans, "causes": dict(sorted(self.causes.items()))}
        by_site = json.dumps(self.by_site, separators=(",", ":"))
        return (
            *(province, self.session, self.day, self.kind, basis, self.held, self.seconds, sums[1]),
            *(sums[0], self.peak, *sums[2:], json.dumps(told, separators=(",", ":")), by_site),
        )


def refresh(
    database: Database,
    year: int | None,
    zone: ZoneInfo,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Sum what has changed of the sessions of *year* again, of all years where it is None; returns how many
    sessions these were. Each batch stands when it is done, so that *progress* may break off by raising."""
    with database.read() as reader:
        changed = [
            key
            for (key,) in reader.rows(
                f"SELECT s.key {_CHANGED} ORDER BY s.starts_at, s.key",
                _around(year),
            )
        ]
    for start in range(0, len(changed), BATCH):
        with database.write() as writer:
            _sum(writer, changed[start : start + BATCH], zone)
        if progress:
            progress(min(start + BATCH, len(changed)), len(changed))
    return len(changed)


_CHANGED = (
    "FROM session s "
    "LEFT JOIN session_use u ON u.province = s.province AND u.session = s.key "
    "LEFT JOIN session_stale t ON t.province = s.province AND t.session = s.key "
    "WHERE s.province = :province AND s.starts_at >= :first AND s.starts_at < :after "
    "AND (u.session IS NULL OR u.basis <> s.digest OR t.session IS NOT NULL)"
)


def _around(year: int | None) -> dict[str, str]:
    if year is None:
        return {"first": "", "after": "9999-12-31"}
    early, late = (
        f"{dt.date(each, 1, 1) + around}" for each, around in ((year, -AROUND), (year + 1, AROUND))
    )
    return {"first": early, "after": late}


def waiting(reader: Reader, year: int) -> int:
    """How many sessions of *year* changed since they were summed."""
    return int(reader.value(f"SELECT count(*) {_CHANGED}", _around(year)))


def _sum(writer: Writer, keys: list[str], zone: ZoneInfo) -> None:
    """Sum the sessions of *keys*, their days and months."""
    province = writer.province
    uses: dict[str, _Use] = {}
    rows = []
    days: set[str] = set()
    for key in keys:
        use, basis = _use(writer, key, zone)
        before = writer.value(
            "SELECT day FROM session_use WHERE province = :province AND session = :key", {"key": key}
        )
        days |= {use.day, *((before,) if before else ())}
        uses[key] = use
        rows.append(use.row(province, basis))
        writer.execute(
            "DELETE FROM session_stale WHERE province = :province AND session = :key", {"key": key}
        )
    changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[2:])
    writer.insert("session_use", _COLUMNS, rows, f"ON CONFLICT (province, session) DO UPDATE SET {changed}")
    for day in sorted(days):
        _day(writer, day, uses, zone)
    for month in sorted({day[:7] for day in days}):
        _month(writer, month)


def _use(reader: Reader, key: str, zone: ZoneInfo) -> tuple[_Use, str]:
    """The sums of the session *key*, and the digest of its announcement."""
    announced, basis = announced_of(reader, key, zone)
    stays = _stays(reader, key)
    by_site: defaultdict[str, list[Span]] = defaultdict(list)
    for site, joined, left, _ending in stays:
        by_site[site].append((seconds_of(joined), seconds_of(left)))
    session = held_of(key, by_site, announced, zone)
    failed = reader.rows(
        "SELECT site, cause FROM join_failure WHERE province = :province AND session = :key", {"key": key}
    )
    causes = Counter(cause for _site, cause in failed)
    causes.update(ending for *_stay, ending in stays if ending not in ("", "unknown"))
    kind, day = announced.kind, announced.day.isoformat()
    if session is None:
        held = CANCELLED if announced.cancelled else UNSEEN
        return _Use(key, day, kind, held, causes=causes, by_site=_failures({}, failed)), basis
    numbers = {site: [0] * len(_NAMES) for site in session.sites}
    for site, spans in session.sites.items():
        numbers[site][0], numbers[site][1] = 1, seconds(spans)
        numbers[site][6] = max(0, len(_apart(by_site[site])) - 1)
    if not announced.cancelled:
        for site in announced.invited:
            one = numbers.setdefault(site, [0] * len(_NAMES))
            one[2], one[3] = 1, int(site in session.sites)
        for site in announced.expected & session.sites.keys():
            numbers[site][4] = 1
            numbers[site][5] = int(in_time(session.stays[site], announced.start))
    use = _Use(
        key,
        session.day.isoformat(),
        kind,
        HELD,
        seconds(session.spans),
        session.spans,
        causes,
        most(session.sites.values())[0],
        _failures(numbers, failed),
        session.sites,
    )
    return use, basis


def in_time(spans: Iterable[Span], start: int) -> bool:
    """Whether a site was connected at some time from the announced *start* to five minutes after it."""
    return any(begin <= start + TOLERANCE_SECONDS and start < end for begin, end in spans)


def _failures(numbers: dict[str, list[int]], failed: Iterable[tuple[Any, ...]]) -> dict[str, list[int]]:
    for site, _cause in failed:
        if site:
            numbers.setdefault(site, [0] * len(_NAMES))[7] += 1
    return dict(sorted(numbers.items()))


def _apart(spans: Iterable[Span]) -> list[Span]:
    """*spans* joined where they meet: what is left are the times that it came back."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _stays(reader: Reader, key: str) -> list[tuple[Any, ...]]:
    """(site, joined, left, ending) of the session *key*: by servers, and of a site that no server
    recorded, by the roll call."""
    return reader.rows(
        "SELECT site, joined_at, left_at, ending FROM attendance "
        "WHERE province = :province AND session = :key "
        "UNION ALL SELECT site, joined_at, left_at, '' FROM roll_stay r "
        "WHERE province = :province AND session = :key AND NOT EXISTS (SELECT 1 FROM attendance a "
        "WHERE a.province = r.province AND a.session = r.session AND a.site = r.site)",
        {"key": key},
    )


def most(each: Iterable[Iterable[Span]]) -> tuple[int, int]:
    """(how many were on at once at most, since when): who leaves at a second makes room."""
    steps: defaultdict[int, int] = defaultdict(int)
    for spans in each:
        for start, end in spans:
            steps[start] += 1
            steps[end] -= 1
    count = best = since = 0
    for at in sorted(steps):
        count += steps[at]
        if count > best:
            best, since = count, at
    return best, since


def _day(writer: Writer, day: str, uses: Mapping[str, _Use], zone: ZoneInfo) -> None:
    """Sum what was on at once on *day*."""
    sessions: list[list[Span]] = []
    sites: defaultdict[str, list[Span]] = defaultdict(list)
    for key, told in writer.rows(
        "SELECT session, spans FROM session_use WHERE province = :province AND day = :day AND held = 1",
        {"day": day},
    ):
        sessions.append([(start, end) for start, end in json.loads(told)["spans"]])
        use = uses.get(key) or _use(writer, key, zone)[0]
        for site, spans in use.present.items():
            sites[site] += spans
    (most_sessions, since), (most_sites, when) = most(sessions), most(map(bridged, sites.values()))
    writer.execute("DELETE FROM conference_day WHERE province = :province AND day = :day", {"day": day})
    if sessions:
        columns = ("province", "day", "sessions", "sessions_at", "sites", "sites_at")
        times = (_local(since, zone), _local(when, zone))
        writer.insert(
            "conference_day",
            columns,
            [(writer.province, day, most_sessions, times[0], most_sites, times[1])],
        )


def _local(at: int, zone: ZoneInfo) -> str:
    return f"{dt.datetime.fromtimestamp(at, zone):%Y-%m-%dT%H:%M:%S}"


def _month(writer: Writer, month: str) -> None:
    """Sum the sessions of *month* by site and kind."""
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(_NAMES))
    for kind, by_site in writer.rows(
        "SELECT kind, by_site FROM session_use WHERE province = :province AND day >= :first AND day < :after",
        {"first": f"{month}-01", "after": f"{month}-32"},
    ):
        for site, numbers in json.loads(by_site).items():
            row = sums[site, kind]
            for place, number in enumerate(numbers):
                row[place] += number
    writer.execute("DELETE FROM site_use WHERE province = :province AND month = :month", {"month": month})
    writer.insert(
        "site_use",
        _SITE,
        [(writer.province, month, site, kind, *row) for (site, kind), row in sorted(sums.items())],
    )
