"""Measures of the videoconference system: sessions that were held, and for how long.

A session was held when two sites or more were connected at once; that time is its length. A
site that drops out and is back within 15 minutes never left. What counts is who was there, not
what was announced; a session announced for a day without any attendance record may have
been held, so it widens the upper bound.
"""

from __future__ import annotations

import calendar
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.measures.registry import Measure, Result, Tally, count, levels_of
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule
from opsconsole.indicators.tree import ALL
from opsconsole.store.clock import instant

BRIDGED_SECONDS = 15 * 60

Span = tuple[int, int]  # [from, to) in seconds since 1970, UTC


def bridged(stays: Iterable[Span]) -> list[Span]:
    """The *stays* of one site as spans that do not touch: a gap of up to 15 minutes is no gap."""
    merged: list[Span] = []
    for start, end in sorted(stays):
        if end <= start:
            continue
        if merged and start - merged[-1][1] <= BRIDGED_SECONDS:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def together(sites: Iterable[list[Span]], least: int = 2) -> list[Span]:
    """The spans during which *least* sites or more are connected at once, in order.

    Each site's own spans must not overlap.
    """
    steps: defaultdict[int, int] = defaultdict(int)
    for spans in sites:
        for start, end in spans:
            steps[start] += 1
            steps[end] -= 1
    found: list[Span] = []
    connected, since = 0, 0
    for at in sorted(steps):
        before, connected = connected, connected + steps[at]
        if before < least <= connected:
            since = at
        elif connected < least <= before:
            found.append((since, at))
    return found


def seconds(spans: Iterable[Span]) -> int:
    """The length of all *spans*."""
    return sum(end - start for start, end in spans)


@dataclass(frozen=True, slots=True)
class _Session:
    """A session of the year: held from what was seen, or only announced (no ``spans``).

    *sites* has the spans of each site within the time of the session; where it was not seen,
    *invited* has the sites that were to come and *announced* its announced length in seconds.
    *trace* is the fingerprint of the rows behind it.
    """

    key: str
    day: dt.date
    spans: list[Span]
    sites: dict[str, list[Span]]
    invited: frozenset[str]
    announced: int
    trace: int


@dataclass(frozen=True, slots=True)
class _Year:
    sites: dict[str, str]
    held: list[_Session]
    unseen: list[_Session]


def _year(ground: Ground) -> _Year:
    """The sessions of the year, with a site's unit as it was declared."""
    reader = ground.reader
    sites: dict[str, str] = dict(reader.rows("SELECT key, unit_id FROM site WHERE province = :province"))
    stays: defaultdict[str, defaultdict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    # A month beyond each end, for sessions that run over New Year.
    for session, site, joined, left in reader.rows(
        "SELECT session, site, joined_at, left_at FROM attendance"
        " WHERE province = :province AND month >= :first AND month <= :last",
        {"first": f"{ground.year - 1:04d}-12", "last": f"{ground.year + 1:04d}-01"},
    ):
        stays[session][site].append((_seconds(joined), _seconds(left)))
    held = []
    for session, by_site in stays.items():
        spans_of = {site: bridged(spans) for site, spans in by_site.items()}
        spans = together(spans_of.values())
        if not spans:
            continue
        day = dt.datetime.fromtimestamp(spans[0][0], ground.timezone).date()
        present = {
            site: common for site, own in sorted(spans_of.items()) if (common := together([own, spans]))
        }
        trace = mark(session, sorted(spans_of.items()))
        held.append(_Session(session, day, spans, present, frozenset(), 0, trace))
    unseen = []
    for session, starts, ends, host, invited in reader.rows(
        "SELECT key, starts_at, ends_at, host, sites FROM session"
        " WHERE province = :province AND ended IS NULL AND starts_at >= :first AND starts_at < :after",
        {"first": f"{ground.year:04d}-01-01", "after": f"{ground.year + 1:04d}-01-01"},
    ):
        if session in stays:
            continue
        start, end = dt.datetime.fromisoformat(starts), dt.datetime.fromisoformat(ends)
        expected = frozenset([*json.loads(invited or "[]"), *([host] if host else [])])
        length = max(0, int((end - start).total_seconds()))
        fingerprint = mark(session, starts, ends, *sorted(expected))
        unseen.append(_Session(session, start.date(), [], {}, expected, length, fingerprint))
    return _Year(sites, sorted(held, key=lambda s: s.key), sorted(unseen, key=lambda s: s.key))


def _seconds(text: str) -> int:
    return calendar.timegm(instant(text).timetuple())


def _take(ground: Ground, period: Period, *, hours: bool) -> list[Result]:
    """Sessions or hours of the province, of the levels and of each unit that has a site."""
    tree, year = ground.tree, ground.once(_year)
    holders = tree.holders(period.last)
    unit_of = {site: holders.get(unit, unit) for site, unit in year.sites.items()}
    covered = ground.coverage.days("conference", period.first, period.over)
    held = [s for s in year.held if period.first <= s.day <= period.end]
    announced = [s for s in year.unseen if period.first <= s.day <= period.over]
    unknown = [s for s in announced if s.day not in covered]
    asked = len(held) + len(announced)
    # Without a single record in the period nobody knows: that is no data, not zero sessions.
    known = max(1, asked - len(unknown)) if held or covered else 0
    groups: dict[tuple[str, str], set[str] | None] = {("", ALL): None}  # the sites of each; None: all
    by_unit: defaultdict[str, set[str]] = defaultdict(set)
    for site, unit in unit_of.items():
        by_unit[unit].add(site)
    for level, units in levels_of(by_unit, tree).items():
        if level != ALL:
            groups["", level] = set().union(*(by_unit[unit] for unit in units))
    for unit in by_unit:
        if tree.level(unit):
            groups[unit, tree.level(unit)] = by_unit[unit]
    results = []
    for (unit, level), sites in groups.items():
        tally = Tally(register=sum(mark(site) for site in sites or ()))
        for session in held:
            length = _presence(session, sites)
            if length:
                tally.numerator += length / 3600 if hours else 1
                tally.evidence += session.trace
        tally.low = tally.high = tally.numerator
        for session in announced:
            if sites is None or sites & session.invited:
                tally.register += session.trace
                if session.day not in covered:
                    tally.high += session.announced / 3600 if hours else 1
        results.append(count(unit, level, tally, known, max(known, asked)))
    return results


def _presence(session: _Session, sites: set[str] | None) -> int:
    """For how many seconds of *session* one of *sites* was there (None: the whole session)."""
    if sites is None:
        return seconds(session.spans)
    there = [spans for site, spans in session.sites.items() if site in sites]
    return seconds(together(there, least=1)) if there else 0


def sessions(ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
    """conference.sessions: the sessions held in *period*; of a unit or level, those in which one of
    its sites took part while the session was held. A session counts on the local day it began."""
    return _take(ground, period, hours=False)


def hours(ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
    """conference.hours: the hours during which two sites or more were connected; of a unit or
    level, the part of them during which one of its sites was there."""
    return _take(ground, period, hours=True)


MEASURES = (
    Measure("conference.sessions", "count", "sum", False, "conference", sessions),
    Measure("conference.hours", "hours", "sum", False, "conference", hours),
)
