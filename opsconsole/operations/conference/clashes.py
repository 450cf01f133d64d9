"""What cannot be at the same time: one room, one site, one operator, more than a line carries.

The only place that looks for clashes; the form, the command line and calendars ask here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from opsconsole.catalogue import _
from opsconsole.operations.conference.sessions import DEFAULT_RATE, Session, Site
from opsconsole.text import match_key
from opsconsole.words import figure


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """Two sessions want the same: *sort* is site, room, operator or bandwidth. *other* is '' where a
    session alone needs more than a line carries. *start* is when it begins, local ISO text."""

    session: str
    start: str
    sort: str
    other: str
    what: str
    text: str


def clashes(
    new: Sequence[Session], others: Iterable[Session], sites: Mapping[str, Site]
) -> tuple[Clash, ...]:
    """The clashes of the sessions *new* among each other and with *others* (which stand already, and are
    not held against each other), in order. A session of the same key in *others* is what is replaced."""
    keys = {one.key for one in new}
    standing = [one for one in others if one.key not in keys and not one.cancelled]
    coming = [one for one in new if not one.cancelled]
    found: set[Clash] = set()
    everything = sorted([*coming, *standing], key=lambda one: (one.start, one.key))
    running: list[Session] = []
    for one in everything:
        running = [each for each in running if each.end > one.start]
        for other in running:
            if one.key in keys or other.key in keys:
                first, second = (one, other) if one.key in keys else (other, one)
                found |= _between(first, second, sites)
        running.append(one)
    return tuple(sorted(found | _bandwidth(coming, standing, sites)))


def _between(one: Session, other: Session, sites: Mapping[str, Site]) -> set[Clash]:
    found: set[Clash] = set()
    start = f"{max(one.start, other.start):%Y-%m-%dT%H:%M}"

    def clash(sort: str, what: str, text: str) -> None:
        found.add(Clash(one.key, start, sort, other.key, what, text))

    said = {
        "other": other.key,
        "title": other.title,
        "from": f"{other.start:%H:%M}",
        "to": f"{other.end:%H:%M}",
    }
    shared = set(one.expected) & set(other.expected)
    for key in shared:
        text = _("{site} is in {other} “{title}” ({from}–{to}) as well")
        clash("site", key, text.format(site=_name(sites, key), **said))
    rooms = defaultdict(set)
    for key in other.expected:
        if room := _room(sites, key):
            rooms[room].add(key)
    for key in set(one.expected) - shared:
        for taken in rooms.get(_room(sites, key) or ("", ""), ()):
            if taken in shared:
                continue
            text = _("the room of {site} ({room}) is taken by {taken} in {other} “{title}” ({from}–{to})")
            clash(
                "room",
                key,
                text.format(site=_name(sites, key), room=sites[key].room, taken=_name(sites, taken), **said),
            )
    if one.operator and one.operator == other.operator:
        text = _("{operator} runs {other} “{title}” ({from}–{to}) as well")
        clash("operator", one.operator, text.format(operator=one.operator_name or one.operator, **said))
    return found


def _name(sites: Mapping[str, Site], key: str) -> str:
    return sites[key].name if key in sites else key


def _room(sites: Mapping[str, Site], key: str) -> tuple[str, str] | None:
    """What tells the room of a site from others: a room has its name in its unit."""
    site = sites.get(key)
    return (site.unit_id or site.key, match_key(site.room)) if site is not None and site.room else None


# --- bandwidth -------------------------------------------------------------------------------------


def demand(one: Session, sites: Mapping[str, Site]) -> dict[str, float]:
    """Mb/s that session *one* needs at each of its sites: what a site sends and receives, and at an MCU
    that chairs, which mixes for all the others, as much for each of them."""
    rate = one.rate or DEFAULT_RATE
    needed = dict.fromkeys(one.expected, rate)
    host = sites.get(one.host)
    if host is not None and host.endpoint == "mcu" and one.invited:
        needed[one.host] = rate * len(one.invited)
    return needed


def _line(site: Site) -> tuple[str, str]:
    return (site.unit_id or site.key, match_key(site.line)) if site.line else ("", site.key)


def _bandwidth(
    coming: Sequence[Session], standing: Sequence[Session], sites: Mapping[str, Site]
) -> set[Clash]:
    capacity: dict[tuple[str, str], int] = {}
    for site in sites.values():
        if site.bandwidth:
            capacity[_line(site)] = max(capacity.get(_line(site), 0), site.bandwidth)
    # (instant, who begins or ends, what it needs) by line
    steps: dict[tuple[str, str], list[tuple[dt.datetime, int, Session, float, str]]] = defaultdict(list)
    keys = {one.key for one in coming}
    for one in (*coming, *standing):
        lines: dict[tuple[str, str], tuple[float, str]] = {}
        for key, rate in demand(one, sites).items():
            place = sites.get(key)
            if place is not None and _line(place) in capacity:
                before, name = lines.get(_line(place), (0.0, place.name))
                lines[_line(place)] = before + rate, name
        for line, (rate, name) in lines.items():
            steps[line].append((one.start, 1, one, rate, name))
            steps[line].append((one.end, 0, one, rate, name))
    found: dict[tuple[str, str, tuple[str, str]], Clash] = {}
    for line, of_line in steps.items():
        on: dict[str, tuple[Session, float, str]] = {}
        for at, begins, one, rate, name in sorted(of_line, key=lambda s: (s[0], s[1], s[2].key)):
            if not begins:
                on.pop(one.key, None)
                continue
            on[one.key] = one, rate, name
            total = sum(each[1] for each in on.values())
            new = [each for each in on.values() if each[0].key in keys]
            if not new or total <= capacity[line] + 1e-9:
                continue
            first = min(new, key=lambda each: (each[0].key != one.key, each[0].key))[0]
            other = one if one.key != first.key else None
            beside = ", ".join(sorted(key for key in on if key != first.key))
            text = (
                _("the line of {site} carries {capacity} Mb/s; {total} are needed together with {others}")
                if beside
                else _("the line of {site} carries {capacity} Mb/s; {total} are needed")
            ).format(site=name, capacity=figure(capacity[line]), total=figure(round(total, 1)), others=beside)
            clash = Clash(
                first.key,
                f"{at:%Y-%m-%dT%H:%M}",
                "bandwidth",
                other.key if other is not None else beside.split(", ")[0],
                line[1],
                text,
            )
            found.setdefault((first.key, clash.other, line), clash)
    return set(found.values())
