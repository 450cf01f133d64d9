"""The year's use of the videoconference system, from what is kept of each session (``sessionuse``).

Every figure opens: to the sessions it counts, and a session to its evidence.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators.journeys import assumed
from opsconsole.indicators.sessionuse import CANCELLED, HELD, UNSEEN, waiting
from opsconsole.indicators.tree import Tree
from opsconsole.store.database import Reader


@dataclass
class Sums:
    """Sessions held, hours, and how many sites of those that were to come came, and in time.

    *site_seconds* is the time of all sites, *joined* how often a site took part, *rejoins* how often one
    came back after it was away. Shares are None where nobody was to come."""

    sessions: int = 0
    seconds: int = 0
    site_seconds: int = 0
    joined: int = 0
    invited: int = 0
    came: int = 0
    expected: int = 0
    in_time: int = 0
    rejoins: int = 0
    failures: int = 0

    @property
    def attendance(self) -> float | None:
        """Percent of the invited sites that came."""
        return 100 * self.came / self.invited if self.invited else None

    @property
    def punctuality(self) -> float | None:
        """Percent of the sites that came and were in time."""
        return 100 * self.in_time / self.expected if self.expected else None

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "attendance": self.attendance, "punctuality": self.punctuality}


@dataclass
class Usage:
    """A year. *kinds* and *units* (id of the era) → sums; *unseen* sessions were announced and nothing was
    seen of them, *cancelled* ones were not to be. *peaks*: (most at once, local time) of sessions and of
    sites, None where only a part of the sessions is asked about. *unannounced* meetings are in the
    records and of no announced session; *states* says what became of meetings by the servers' word.
    *equipment*: class of asset → how many the sites that took part have. *saved*: the cost avoided (VND)
    as it was measured last, the day of that, and the rates it assumes. *waiting* sessions changed since
    they were summed."""

    year: int
    total: Sums
    kinds: dict[str, Sums]
    units: dict[str, Sums]
    names: dict[str, str]
    unseen: int
    cancelled: int
    causes: dict[str, int] = field(default_factory=dict)
    peaks: dict[str, tuple[int, str]] | None = None
    unannounced: int = 0
    states: dict[str, int] = field(default_factory=dict)
    equipment: dict[str, int] = field(default_factory=dict)
    saved: tuple[float, str, list[dict[str, Any]]] | None = None
    waiting: int = 0

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "year": self.year,
            **self.total.data,
            "kinds": {kind: sums.data for kind, sums in self.kinds.items()},
            "units": {
                unit: {"name": self.names.get(unit, ""), **sums.data} for unit, sums in self.units.items()
            },
            "unseen": self.unseen,
            "cancelled": self.cancelled,
            "causes": self.causes,
            "peaks": {name: {"most": most, "at": at} for name, (most, at) in (self.peaks or {}).items()},
            "unannounced": self.unannounced,
            "states": self.states,
            "equipment": self.equipment,
            "cost_avoided": self.saved
            and {"value": self.saved[0], "measured": self.saved[1], "rates": self.saved[2]},
            "waiting": self.waiting,
        }


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session of a year; *held* as in the table."""

    session: str
    title: str
    day: str
    kind: str
    held: int
    seconds: int
    sites: int
    invited: int
    came: int
    in_time: int
    expected: int
    rejoins: int
    failures: int

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def sites_of(reader: Reader, tree: Tree, year: int, unit: str) -> tuple[str, frozenset[str]]:
    """(id, sites) of *unit*, a code or id, as of the end of *year*. Refused where there is no such unit."""
    holders = tree.holders(dt.date(year, 12, 31))
    units: dict[str, str] = dict(reader.rows("SELECT key, unit_id FROM site WHERE province = :province"))
    held = {site: holders.get(own, own) for site, own in units.items()}
    ids = sorted({one for one in held.values() if unit in (one, one.partition("@")[0])})
    if not ids:
        raise Refused(
            _("no conference site is held by a unit '{unit}' at the end of {year}").format(
                unit=unit, year=year
            )
        )
    return ids[-1], frozenset(site for site, one in held.items() if one == ids[-1])


def usage(reader: Reader, year: int, *, unit: str = "", kind: str = "") -> Usage:
    """The use of *year*, of one *kind* of session and of the sites of one *unit* where they are named.

    ``sessionuse.refresh`` is to be called before. Refused for a unit without sites."""
    tree = Tree(reader)
    sites: frozenset[str] | None = None
    if unit:
        _id, sites = sites_of(reader, tree, year, unit)
    holders = tree.holders(dt.date(year, 12, 31))
    declared: dict[str, str] = dict(reader.rows("SELECT key, unit_id FROM site WHERE province = :province"))
    unit_of = {site: holders.get(unit_id, unit_id) for site, unit_id in declared.items()}
    span = {"first": f"{year:04d}-01-01", "after": f"{year + 1:04d}-01-01"}
    kinds: defaultdict[str, Sums] = defaultdict(Sums)
    total = Sums()
    units: defaultdict[str, Sums] = defaultdict(Sums)
    for site, own, *numbers in reader.rows(
        "SELECT site, kind, sum(sessions), sum(seconds), sum(invited), sum(came), sum(expected), "
        "sum(in_time), sum(rejoins), sum(failures) FROM site_use "
        "WHERE province = :province AND month >= :first AND month < :after GROUP BY site, kind",
        {"first": f"{year:04d}-01", "after": f"{year + 1:04d}-01"},
    ):
        if (kind and own != kind) or (sites is not None and site not in sites):
            continue
        for sums in (total, kinds[own], units[unit_of.get(site, "")]):
            sums.joined += int(numbers[0])
            for name, number in zip(_SITE_SUMS, numbers[1:], strict=True):
                setattr(sums, name, getattr(sums, name) + int(number))
    mine = _sessions_of(reader, year, sites) if sites is not None else None
    counted: Counter[int] = Counter()
    causes: Counter[str] = Counter()
    for session, own, held, seconds, told in reader.rows(
        "SELECT session, kind, held, seconds, spans FROM session_use "
        "WHERE province = :province AND day >= :first AND day < :after",
        span,
    ):
        if (kind and own != kind) or (mine is not None and session not in mine):
            continue
        counted[held] += 1
        if '"causes":{}' not in told:
            causes.update(json.loads(told)["causes"])
        if held == HELD:
            for sums in (total, kinds[own]):
                sums.sessions += 1
                sums.seconds += seconds
    for one, sums in units.items():
        of_unit = frozenset(site for site, own in unit_of.items() if own == one)
        if len(of_unit) == 1:
            sums.sessions = sums.joined
        elif of_unit:
            sums.sessions = len(_sessions_of(reader, year, of_unit, kind))
    named: dict[str, str] = dict(reader.rows("SELECT id, name FROM unit_era WHERE province = :province"))
    names = {one: named.get(one, "") for one in units if one}
    found = Usage(
        year,
        total,
        dict(sorted(kinds.items())),
        dict(sorted(units.items())),
        names,
        counted[UNSEEN],
        counted[CANCELLED],
        dict(sorted(causes.items(), key=lambda pair: (-pair[1], pair[0]))),
    )
    found.equipment = _equipment(reader, year, kind, sites)
    found.waiting = waiting(reader, year)
    if not unit and not kind:
        _whole(reader, found, span)
        found.saved = _saved(reader, year)
    return found


def _equipment(reader: Reader, year: int, kind: str, sites: frozenset[str] | None) -> dict[str, int]:
    """Class of asset → how many there are at the sites that took part in sessions of *year*."""
    there = {
        site
        for (site,) in reader.rows(
            "SELECT DISTINCT site FROM site_use WHERE province = :province AND month >= :first "
            "AND month < :after AND sessions > 0 AND (:kind = '' OR kind = :kind)",
            {"first": f"{year:04d}-01", "after": f"{year + 1:04d}-01", "kind": kind},
        )
        if sites is None or site in sites
    }
    tags = {
        tag
        for site, told in reader.rows("SELECT key, equipment FROM site WHERE province = :province")
        if site in there
        for tag in json.loads(told or "[]")
    }
    counted: Counter[str] = Counter()
    for tag in sorted(tags):
        counted[
            reader.value("SELECT class FROM asset WHERE province = :province AND key = :tag", {"tag": tag})
            or ""
        ] += 1
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _saved(reader: Reader, year: int) -> tuple[float, str, list[dict[str, Any]]] | None:
    """The cost avoided in *year* as it was measured last; None where it was not."""
    row = reader.row(
        "SELECT o.value, o.measured_at FROM observation o JOIN indicator i ON i.province = o.province "
        "AND i.key = o.indicator WHERE o.province = :province AND i.measure = 'conference.cost_avoided' "
        "AND o.period = :period AND o.level = 'all' AND o.current = 1 AND o.value IS NOT NULL "
        "ORDER BY i.key LIMIT 1",
        {"period": f"{year:04d}"},
    )
    if row is None:
        return None
    return float(row[0]), str(row[1])[:10], assumed(reader, dt.date(year, 1, 1), dt.date(year, 12, 31))


_SITE_SUMS = ("site_seconds", "invited", "came", "expected", "in_time", "rejoins", "failures")


def _whole(reader: Reader, found: Usage, span: dict[str, str]) -> None:
    """What is asked of the whole province only."""
    peaks = {}
    for name in ("sessions", "sites"):
        row = reader.row(
            f"SELECT {name}, {name}_at FROM conference_day "  # noqa: S608 - constant names
            "WHERE province = :province AND day >= :first AND day < :after "
            f"ORDER BY {name} DESC, day LIMIT 1",
            span,
        )
        if row:
            peaks[name] = (row[0], row[1])
    found.peaks = peaks
    months = {"first": span["first"][:7], "after": span["after"][:7]}
    found.unannounced = reader.value(
        "SELECT count(*) FROM meeting_record WHERE province = :province AND month >= :first "
        "AND month < :after AND session = '' AND superseded_by = 0 AND participants > 1",
        months,
    )
    found.states = dict(
        reader.rows(
            "SELECT state, count(*) FROM meeting_record WHERE province = :province AND month >= :first "
            "AND month < :after AND superseded_by = 0 GROUP BY state ORDER BY state",
            months,
        )
    )


def _sessions_of(reader: Reader, year: int, sites: frozenset[str], kind: str = "") -> set[str]:
    """The sessions of *year* that one of *sites* took part in or could not join, while they were held."""
    found: set[str] = set()
    for site in sites:
        # What is kept of a session names each site that took part as "key":[1,…].
        name = json.dumps(site)
        for special in ("\\", "%", "_"):
            name = name.replace(special, "\\" + special)
        rows = reader.rows(
            "SELECT DISTINCT a.session FROM attendance a JOIN session_use u "
            "ON u.province = a.province AND u.session = a.session "
            "WHERE a.province = :province AND a.site = :site AND a.month >= :first AND a.month < :after "
            "AND u.held = 1 AND u.day >= :from AND u.day < :to AND (:kind = '' OR u.kind = :kind) "
            "AND u.by_site LIKE :named ESCAPE '\\'",
            {
                "site": site,
                "first": f"{year - 1:04d}-12",
                "after": f"{year + 1:04d}-02",
                "from": f"{year:04d}-01-01",
                "to": f"{year + 1:04d}-01-01",
                "kind": kind,
                "named": f"%{name}:[1,%",
            },
        )
        found |= {session for (session,) in rows}
    return found


def lines(
    reader: Reader, year: int, *, unit: str = "", kind: str = "", held: bool | None = None
) -> list[SessionLine]:
    """The sessions behind a usage, by day."""
    mine = None
    if unit:
        _id, sites = sites_of(reader, Tree(reader), year, unit)
        mine = _sessions_of(reader, year, sites)
    return [
        SessionLine(*row)
        for row in reader.rows(
            "SELECT u.session, s.title, u.day, u.kind, u.held, u.seconds, u.sites, u.invited, u.came, "
            "u.in_time, u.expected, u.rejoins, u.failures FROM session_use u "
            "JOIN session s ON s.province = u.province AND s.key = u.session "
            "WHERE u.province = :province AND u.day >= :first AND u.day < :after ORDER BY u.day, u.session",
            {"first": f"{year:04d}-01-01", "after": f"{year + 1:04d}-01-01"},
        )
        if (not kind or row[3] == kind)
        and (mine is None or row[0] in mine)
        and (held is None or (row[4] == HELD) is held)
    ]
