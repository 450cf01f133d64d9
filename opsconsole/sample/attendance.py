"""Who was in a session: stays of the sites, as the operator of the bridge writes them down."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence

from opsconsole.sample.conference import Session, Site
from opsconsole.sample.frame import Chance
from opsconsole.text import fold

_UNKNOWN = (
    "Phòng họp 2",
    "iPad",
    "Khách mời",
    "Máy dự phòng MCU",
    "test",
    "Điểm cầu [tạm]",
    '=SUM(A1:A9)&"x"',
)


def attendance(sessions: Sequence[Session], sites: Sequence[Site], seed: int) -> tuple[bytes, int]:
    """The list as CSV (UTF-8), and its number of stays.

    Sites come late, drop out and come back, or do not come at all; names are written by hand, a
    few belong to no site. Some stays carry no session key, as where only the time was noted.
    """
    known = {site.key: site for site in sites}
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(("session", "site", "joined", "left"))
    stays = 0
    for session in sessions:
        if session.cancelled:
            continue
        chance = Chance(seed, "attendance", session.key)
        spoken = chance.next() < 0.15  # this session's list is in day/month/year, to the minute
        keyed = chance.next() < 0.94
        for key in (session.host, *session.sites):
            site = known[key]
            if key != session.host and chance.next() < 0.07:
                continue
            name = _by_hand(site, chance)
            if key != session.host and not spoken and (tried := _failed_join(session, key, seed)):
                write((session.key if keyed else "", name, *(_time(at, spoken) for at in tried)))
                stays += 1
            for joined, left in _stays(session, key == session.host, chance):
                write((session.key if keyed else "", name, _time(joined, spoken), _time(left, spoken)))
                stays += 1
        if chance.next() < 0.14:
            joined, left = _stays(session, False, chance)[0]
            write(
                (
                    session.key if keyed else "",
                    chance.pick(_UNKNOWN),
                    _time(joined, spoken),
                    _time(left, spoken),
                )
            )
            stays += 1
    return out.getvalue().encode(), stays


def _failed_join(session: Session, site: str, seed: int) -> tuple[dt.datetime, dt.datetime] | None:
    """One time in sixteen a site is thrown out again within a minute before it gets in."""
    chance = Chance(seed, "failed join", session.key, site)
    if chance.next() >= 0.06:
        return None
    joined = session.start - dt.timedelta(minutes=chance.between(32, 45), seconds=chance.below(60))
    return joined, joined + dt.timedelta(seconds=chance.between(3, 50))


def _stays(session: Session, host: bool, chance: Chance) -> list[tuple[dt.datetime, dt.datetime]]:
    """When one site was connected: one stay, or several with short gaps between."""
    minutes = -chance.between(5, 30) if host or chance.next() < 0.9 else chance.between(6, 28)
    joined = session.start + dt.timedelta(minutes=minutes, seconds=chance.below(60))
    early = 0 if host or chance.next() < 0.94 else chance.between(15, 45)
    left = session.end + dt.timedelta(minutes=chance.between(0, 12) - early, seconds=chance.below(60))
    if chance.next() >= 0.08:
        return [(joined, left)]
    # The line broke: away for a few minutes, seldom for longer than a bridged gap.
    middle = joined + (left - joined) * (0.2 + 0.6 * chance.next())
    middle = middle.replace(microsecond=0)
    away = chance.between(1, 8) if chance.next() < 0.85 else chance.between(17, 26)
    back = middle + dt.timedelta(minutes=away)
    return [(joined, middle), (back, left)] if back < left else [(joined, middle)]


def _by_hand(site: Site, chance: Chance) -> str:
    """The name of the site as somebody writes it."""
    way = chance.next()
    name = chance.pick(site.aliases) if site.aliases and way < 0.45 else site.name
    if way < 0.12:
        return fold(name)
    if way < 0.17:
        return name.upper()
    if way > 0.75:
        return site.key
    return name


def _time(at: dt.datetime, spoken: bool) -> str:
    if spoken:
        return f"{at:%d/%m/}{at.year:04d} {at:%H:%M}"
    return f"{at:%Y-%m-%d %H:%M:%S}"
