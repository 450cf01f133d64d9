"""Measures of the videoconference system: sessions that were held, for how long, and how large.

What counts is who was there, not what was announced; a session announced for a day without any
attendance record may have been held, so it widens the upper bound. A session is one session for all
its sites: that of a level is not the sum of its units'.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.measures.registry import (
    Counted,
    Measure,
    Part,
    Result,
    count,
    hours,
    levels_of,
    summed,
)
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule
from opsconsole.indicators.sessions import Session, bridged, seconds, sessions_in, together
from opsconsole.indicators.tree import ALL, Tree

__all__ = ["MEASURES", "Presence", "bridged", "seconds", "together"]

Sites: TypeAlias = "frozenset[str] | None"  # those of a unit or level; None: all, known or not
PartsOf: TypeAlias = "Callable[[Ground, Period, Sites], Counted]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence(Measure):
    """A measure of what the sites of a unit or level took part in."""

    parts_of: PartsOf

    def take(self, ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
        return [
            self._of(self.parts_of(ground, period, sites), unit, level)[0]
            for (unit, level), sites in groups(ground, period).items()
        ]

    def one(
        self, ground: Ground, rule: Rule | None, period: Period, unit: str, level: str
    ) -> tuple[Result, list[Part], Counted]:
        sites = groups(ground, period).get((unit, level), frozenset())
        counted = self.parts_of(ground, period, sites)
        return (*self._of(counted, unit, level), counted)

    def among(
        self, ground: Ground, rule: Rule | None, period: Period, units: Collection[str], unit: str, level: str
    ) -> tuple[Result, list[Part], Counted]:
        unit_of = sessions_in(ground, period).unit_of
        sites = frozenset(site for site, holder in unit_of.items() if holder in units)
        counted = self.parts_of(ground, period, sites)
        return (*self._of(counted, unit, level), counted)

    def _of(self, counted: Counted, unit: str, level: str) -> tuple[Result, list[Part]]:
        parts = list(map(Part._make, counted.parts))
        return self.finish(unit, level, summed(parts), counted), parts


def groups(ground: Ground, period: Period) -> dict[tuple[str, str], Sites]:
    """(unit, level) → its sites: of the province, of the levels and of each unit that has a site."""
    tree: Tree = ground.tree
    by_unit: defaultdict[str, set[str]] = defaultdict(set)
    for site, unit in sessions_in(ground, period).unit_of.items():
        by_unit[unit].add(site)
    found: dict[tuple[str, str], Sites] = {("", ALL): None}
    for level, units in levels_of(by_unit, tree).items():
        if level != ALL:
            found["", level] = frozenset().union(*(by_unit[unit] for unit in units))
    for unit, sites in by_unit.items():
        if tree.level(unit):
            found[unit, tree.level(unit)] = frozenset(sites)
    return found


def _marked(sites: Sites) -> int:
    return sum(mark(site) for site in sites or ())


def _time(session: Session, sites: Sites) -> int:
    """For how many seconds of *session* one of *sites* was there (None: the whole session)."""
    if sites is None:
        return seconds(session.spans)
    there = [spans for site, spans in session.sites.items() if site in sites]
    return seconds(together(there, least=1)) if there else 0


def _came(session: Session, sites: Sites) -> int:
    return len(session.sites) if sites is None else sum(site in sites for site in session.sites)


def _sessions(ground: Ground, period: Period, sites: Sites, kind: str | None, *, timed: bool) -> Counted:
    seen = sessions_in(ground, period, kind)
    parts = []
    for session in seen.held:
        length = _time(session, sites)
        if length:
            # A session that is announced as another kind is another row of that kind.
            trace = session.trace if kind is None else mark(session.trace, session.kind)
            number = length if timed else 1
            facts = (session.day.isoformat(), _came(session, sites), length)
            parts.append(Part("", "session", session.key, facts, number, 0, number, number, evidence=trace))
    for session in seen.unknown:
        if sites is None or sites & session.expected:
            high = session.length if timed else 1
            unseen = (session.day.isoformat(), None, None)
            parts.append(Part("", "session", session.key, unseen, high=high, register=session.trace))
    return Counted(parts, seen.known, seen.asked, seen.there, register=_marked(sites))


def sessions(ground: Ground, period: Period, sites: Sites) -> Counted:
    """conference.sessions: the sessions held in *period*; of a unit or level, those in which one of
    its sites took part while the session was held. A session counts on the local day it began."""
    return _sessions(ground, period, sites, None, timed=False)


def length(ground: Ground, period: Period, sites: Sites) -> Counted:
    """conference.hours: the time during which two sites or more were connected; of a unit or
    level, the part of it during which one of its sites was there."""
    return _sessions(ground, period, sites, None, timed=True)


def of_kind(kind: str) -> PartsOf:
    """conference.sessions.KIND: the sessions held that were announced as *kind*. A session that was
    held and never announced is of no kind."""

    def parts_of(ground: Ground, period: Period, sites: Sites) -> Counted:
        return _sessions(ground, period, sites, kind, timed=False)

    return parts_of


def peak(ground: Ground, period: Period, sites: Sites) -> Counted:
    """conference.peak_sites: the most sites connected at once in sessions that were held; its parts
    are the sites at the first instant when there were so many. An announced session of which nothing
    is known could have had all its sites there."""
    seen = sessions_in(ground, period)
    steps: defaultdict[int, list[tuple[bool, str, str]]] = defaultdict(list)
    for session in seen.held:
        for site, spans in session.sites.items():
            if sites is None or site in sites:
                for start, end in spans:
                    steps[start].append((True, site, session.key))
                    steps[end].append((False, site, session.key))
    there: dict[tuple[str, str], None] = {}
    most: list[tuple[str, str]] = []
    reached = 0
    for at in sorted(steps):
        for joins, site, key in sorted(steps[at]):  # who leaves at that second is not there with who joins
            if joins:
                there[site, key] = None
            else:
                del there[site, key]
        if len({site for site, _key in there}) > reached:
            most = sorted(dict(sorted(there)).items())
            reached = len(most)
    parts = [Part("", "site", site, (key,), 1, 0, 1, 1) for site, key in most]
    could = [(len(one.expected if sites is None else one.expected & sites), one) for one in seen.unknown]
    if could:
        number, session = max(could, key=lambda pair: (pair[0], pair[1].key))
        if number > reached:
            parts.append(Part("", "session", session.key, (session.key,), high=number - reached))
    register = _marked(sites) + sum(one.trace for _number, one in could)
    evidence = sum(one.trace for one in seen.held if _came(one, sites))
    return Counted(parts, seen.known, seen.asked, seen.there, register=register, evidence=evidence)


KINDS = ("central-province", "province-district", "district-commune")
_SESSION = {"session": ("day", "sites", "seconds")}

MEASURES = (
    Presence(
        name="conference.sessions",
        unit_of_measure="count",
        accumulates="sum",
        reads=("sites", "sessions"),
        finish=count,
        system="conference",
        parts_of=sessions,
        facts=_SESSION,
    ),
    *(
        Presence(
            name=f"conference.sessions.{kind}",
            unit_of_measure="count",
            accumulates="sum",
            reads=("sites", "sessions"),
            finish=count,
            system="conference",
            parts_of=of_kind(kind),
            facts=_SESSION,
        )
        for kind in KINDS
    ),
    Presence(
        name="conference.hours",
        unit_of_measure="hours",
        accumulates="sum",
        reads=("sites", "sessions"),
        finish=hours,
        system="conference",
        parts_of=length,
        facts=_SESSION,
    ),
    Presence(
        name="conference.peak_sites",
        unit_of_measure="count",
        accumulates="rate",
        reads=("sites", "sessions"),
        finish=count,
        system="conference",
        parts_of=peak,
        facts={"site": ("session",), "session": ("session",)},
    ),
)
