"""Measures of the sites in sessions that were held: their hours, who came, and who came in time.

A part is one site in one session, so that levels are the sums of their units. A session announced
for a day without any record may have been held with all, some or none of its sites.
"""

from __future__ import annotations

from collections.abc import Iterator

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.measures.registry import Additive, Counted, Part, hours, share
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule
from opsconsole.indicators.sessions import Seen, seconds, sessions_in

TOLERANCE_SECONDS = 5 * 60  # a site that is connected this long after the announced start is in time


def site_hours(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """conference.site_hours: for each site the time that it was connected in a session while the
    session was held."""
    seen = sessions_in(ground, period)

    def parts() -> Iterator[Part]:
        for session in seen.held:
            for site, spans in session.sites.items():
                length = seconds(spans)
                trace = mark(session.key, site, *spans)
                facts = (session.key, session.day.isoformat(), length)
                yield Part(
                    seen.unit_of.get(site, ""),
                    "site",
                    site,
                    facts,
                    length,
                    0,
                    length,
                    length,
                    register=mark(site),
                    evidence=trace,
                )
        for session in seen.unknown:
            for site in sorted(session.expected):
                yield _possible(seen, session.key, session.day.isoformat(), site, session.length)

    return Counted(parts(), seen.known, seen.asked, seen.there, units=_units(ground, seen))


def _possible(seen: Seen, session: str, day: str, site: str, length: int) -> Part:
    unit = seen.unit_of.get(site, "")
    return Part(unit, "site", site, (session, day, None), high=length, register=mark(session, site, length))


def _units(ground: Ground, seen: Seen) -> list[str]:
    """The units that have a site: of those it is known that they took no part."""
    return sorted({unit for unit in seen.unit_of.values() if ground.tree.level(unit)})


def attendance(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """conference.attendance: of the sites that were invited to sessions that were held, those that took
    part. The site that chairs is not invited; a session that was cancelled and held nevertheless, or
    never announced, has no invitations that could be answered."""
    seen = sessions_in(ground, period)

    def parts() -> Iterator[Part]:
        for session in seen.held:
            if session.announced is None or session.announced.cancelled:
                continue
            for site in session.announced.invited:
                came = site in session.sites
                yield Part(
                    seen.unit_of.get(site, ""),
                    "site",
                    site,
                    (session.key, session.day.isoformat(), came),
                    came,
                    1,
                    came,
                    came,
                    register=mark(session.key, site),
                    evidence=mark(session.key, site) if came else 0,
                )
        for session in seen.unknown:
            for site in session.announced.invited if session.announced else ():
                yield Part(
                    seen.unit_of.get(site, ""),
                    "site",
                    site,
                    (session.key, session.day.isoformat(), None),
                    high=1,
                    unknown=1,
                    register=mark(session.key, site),
                )

    return Counted(parts(), seen.known, seen.asked, seen.there)


def punctuality(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """conference.punctuality: of the sites that were to come to a session that was held, with the one
    that chairs, and that took part, those connected at some time between the announced start and 5
    minutes after it."""
    seen = sessions_in(ground, period)

    def parts() -> Iterator[Part]:
        for session in seen.held:
            announced = session.announced
            if announced is None or announced.cancelled:
                continue
            for site in sorted(announced.expected & session.sites.keys()):
                spans = session.stays[site]
                first = spans[0][0] - announced.start
                in_time = any(
                    start <= announced.start + TOLERANCE_SECONDS and announced.start < end
                    for start, end in spans
                )
                yield Part(
                    seen.unit_of.get(site, ""),
                    "site",
                    site,
                    (session.key, session.day.isoformat(), first),
                    in_time,
                    1,
                    in_time,
                    in_time,
                    register=mark(session.key, site, announced.start),
                    evidence=mark(session.key, site, first, in_time),
                )
        for session in seen.unknown:
            for site in sorted(session.expected):
                yield Part(
                    seen.unit_of.get(site, ""),
                    "site",
                    site,
                    (session.key, session.day.isoformat(), None),
                    high=1,
                    unknown=1,
                    register=mark(session.key, site),
                )

    context = {"tolerance_minutes": TOLERANCE_SECONDS // 60}
    return Counted(parts(), seen.known, seen.asked, seen.there, context=context)


MEASURES = (
    Additive(
        name="conference.site_hours",
        unit_of_measure="hours",
        accumulates="sum",
        reads=("sites", "sessions"),
        finish=hours,
        system="conference",
        parts=site_hours,
        facts={"site": ("session", "day", "seconds")},
    ),
    Additive(
        name="conference.attendance",
        unit_of_measure="percent",
        accumulates="rate",
        reads=("sites", "sessions"),
        finish=share,
        system="conference",
        parts=attendance,
        facts={"site": ("session", "day", "came")},
    ),
    Additive(
        name="conference.punctuality",
        unit_of_measure="percent",
        accumulates="rate",
        reads=("sites", "sessions"),
        finish=share,
        system="conference",
        parts=punctuality,
        facts={"site": ("session", "day", "seconds_late")},
    ),
)
