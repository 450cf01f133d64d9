"""Sessions and sites as the register declares them, with what whoever runs them needs to know."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.store.database import Reader, Value
from opsconsole.text import safe

DEFAULT_RATE = 1.0  # Mb/s that a site needs where its session says nothing


@dataclass(frozen=True, slots=True)
class Site:
    """A site, with the unit that holds it on the day asked about and the district that this lies in
    (itself for a district; the province for everything above). *contact* is a name, *phone* theirs."""

    key: str
    name: str
    unit: str = ""
    district: str = ""
    district_name: str = ""
    unit_level: str = ""
    unit_id: str = ""
    room: str = ""
    endpoint: str = ""
    address: str = ""
    line: str = ""
    bandwidth: int | None = None
    seats: int | None = None
    distance: float | None = None
    contact: str = ""
    phone: str = ""
    equipment: tuple[str, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        """The fields (by their name in YAML) without which a pre-flight cannot tell anything, or nobody
        can be called when it fails."""
        needed = {"address": self.address, "contact": self.contact, "bandwidth-mbps": self.bandwidth}
        return tuple(name for name, value in needed.items() if not value)


@dataclass(frozen=True, slots=True)
class Session:
    """A declared session. Times are aware; *invited* are the sites without the *host*."""

    key: str
    title: str
    kind: str
    start: dt.datetime
    end: dt.datetime
    host: str = ""
    invited: tuple[str, ...] = ()
    operator: str = ""
    operator_name: str = ""
    rate: float | None = None
    agenda: tuple[str, ...] = ()
    uid: str = ""
    recurrence: str = ""
    note: str = ""
    cancelled: str = ""

    @property
    def expected(self) -> tuple[str, ...]:
        """All sites that are to come, the one that chairs first."""
        return ((self.host,) if self.host else ()) + self.invited

    @property
    def data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "key": self.key,
            "title": self.title,
            "kind": self.kind,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "host": self.host,
            "sites": list(self.invited),
            "operator": self.operator,
            "rate_mbps": self.rate,
            "agenda": list(self.agenda),
            "uid": self.uid,
            "recurrence": self.recurrence,
            "note": self.note,
            "cancelled": self.cancelled,
        }


_SESSION = """
SELECT s.key, s.title, s.kind, s.starts_at, s.ends_at, s.host, s.sites, s.operator, p.name, s.rate_mbps,
 s.agenda, s.uid, s.recurrence, s.note, s.ended
FROM session s LEFT JOIN person p ON p.province = s.province AND p.key = s.operator
WHERE s.province = :province"""


def _session(row: Sequence[Any], zone: ZoneInfo) -> Session:
    key, title, kind, start, end, host, sites, operator, name, rate, agenda, uid, recurrence, note, ended = (
        row
    )
    invited = tuple(dict.fromkeys(site for site in json.loads(sites or "[]") if site != host))
    return Session(
        key,
        title,
        kind,
        local(start, zone),
        local(end, zone),
        host or "",
        invited,
        operator or "",
        name or "",
        rate,
        tuple(json.loads(agenda or "[]")),
        uid or "",
        recurrence or "",
        note or "",
        ended or "",
    )


def local(text: str, zone: ZoneInfo) -> dt.datetime:
    """The local moment *text* (ISO, as the register stores it), aware."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def session(reader: Reader, key: str, zone: ZoneInfo) -> Session:
    """The session *key*. Raises Refused, and names those that are near."""
    row = reader.row(f"{_SESSION} AND s.key = :key", {"key": key})
    if row is not None:
        return _session(row, zone)
    near = [
        each
        for (each,) in reader.rows(
            "SELECT key FROM session WHERE province = :province AND key LIKE :like ESCAPE '!'"
            " ORDER BY starts_at DESC LIMIT 5",
            {"like": "%" + key.replace("!", "!!").replace("%", "!%").replace("_", "!_")[-40:] + "%"},
        )
    ]
    hint = _("; did you mean {near}?").format(near=", ".join(near)) if near and key else ""
    raise Refused(
        _("there is no session '{key}'{hint} ('opsconsole conference list' has them)").format(
            key=safe(key), hint=hint
        )
    )


def sessions(
    reader: Reader,
    zone: ZoneInfo,
    first: str,
    after: str,
    *,
    cancelled: bool = False,
    operator: str = "",
    limit: int | None = None,
) -> list[Session]:
    """The sessions that are on at some time in [*first*, *after*) (local moments as ISO text), in order
    of their start; those that were cancelled only when asked for."""
    sql = f"{_SESSION} AND s.starts_at < :after AND s.ends_at > :first"
    parameters: dict[str, Value] = {"first": first, "after": after}
    if not cancelled:
        sql += " AND s.ended IS NULL"
    if operator:
        sql += " AND s.operator = :operator"
        parameters["operator"] = operator
    sql += " ORDER BY s.starts_at, s.key"
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    return [_session(row, zone) for row in reader.rows(sql, parameters)]


def current(reader: Reader, zone: ZoneInfo, now: dt.datetime) -> Session | None:
    """The session that a duty operator means without naming one: that which is on; else the next of
    this day and tomorrow; else the last that was; None where there is none at all."""
    moment = f"{now.astimezone(zone):%Y-%m-%dT%H:%M}"
    soon = f"{now.astimezone(zone) + dt.timedelta(days=2):%Y-%m-%dT%H:%M}"
    for condition, order in (
        ("s.ended IS NULL AND s.starts_at <= :now AND s.ends_at > :now", "s.starts_at DESC"),
        ("s.ended IS NULL AND s.starts_at > :now AND s.starts_at < :soon", "s.starts_at"),
        ("s.ended IS NULL AND s.starts_at <= :now", "s.starts_at DESC"),
        ("s.ended IS NULL AND s.starts_at > :now", "s.starts_at"),
    ):
        row = reader.row(
            f"{_SESSION} AND {condition} ORDER BY {order}, s.key LIMIT 1", {"now": moment, "soon": soon}
        )
        if row is not None:
            return _session(row, zone)
    return None


_SITES = """
SELECT t.key, t.name, u.name, u.level, u.code, u.parent, p.level, p.name, p.sort_key, t.room, t.endpoint,
 t.address, t.line_name, t.bandwidth_mbps, t.seats, t.distance_km, c.name, c.phone, t.equipment, t.sort_key,
 u.sort_key, coalesce(h.holder_id, t.unit_id)
FROM site t
LEFT JOIN unit_holder h ON h.province = t.province AND h.unit_id = t.unit_id
 AND h.valid_from <= :day AND :day < h.valid_to
LEFT JOIN unit_era u ON u.province = h.province AND u.id = h.holder_id
LEFT JOIN unit_era p ON p.province = u.province AND p.code = u.parent
 AND p.valid_from <= :day AND (p.valid_to IS NULL OR :day < p.valid_to)
LEFT JOIN person c ON c.province = t.province AND c.key = t.contact
WHERE t.province = :province"""


def sites(
    reader: Reader, day: str, keys: Iterable[str] | None = None, *, closed: bool = False
) -> dict[str, Site]:
    """The sites *keys* (all that are not closed on *day*, without it), by key, in the order in which a
    roll is called: the province, then district by district, then by name."""
    sql, parameters = _SITES, {"day": day}
    wanted = None if keys is None else set(keys)
    if wanted is None and not closed:
        sql += " AND (t.ended IS NULL OR t.ended > :day)"
    elif wanted is not None and len(wanted) <= 500:
        names = {f"k{number}": key for number, key in enumerate(sorted(wanted))}
        sql += f" AND t.key IN ({', '.join(':' + name for name in names)})" if names else " AND 1 = 0"
        parameters |= names
    found = []
    for row in reader.rows(sql, parameters):
        if wanted is None or row[0] in wanted:
            found.append(_site(row))
    found.sort(key=lambda site: site.order)
    return {site.key: site for site in found}


def _site(row: Sequence[Any]) -> Site:
    (
        key, name, unit, level, code, parent, above_level, above, above_order, room, endpoint, address, line,
        bandwidth, seats, distance, contact, phone, equipment, order, unit_order, unit_id,
    ) = row  # fmt: skip
    if level == "district":
        district, district_name, rank, place = code or "", unit or "", "1", unit_order or ""
    elif above_level == "district":
        district, district_name, rank, place = parent or "", above or "", "1", above_order or ""
    else:
        district, district_name, rank, place = "", "", "0", ""
    below = {"province": "0", "department": "1", "district": "0"}.get(level or "", "2")
    return Site(
        key,
        name,
        unit or "",
        district,
        district_name,
        level or "",
        unit_id or "",
        room or "",
        endpoint or "",
        address or "",
        line or "",
        bandwidth,
        seats,
        distance,
        contact or "",
        phone or "",
        tuple(json.loads(equipment or "[]")),
        (rank, place, below, order, key),
    )


def unknown_site(key: str) -> Site:
    """What stands for a site that the register does not have (any more)."""
    return Site(key, key, order=("2", "", "", "", key))


def sites_of(reader: Reader, one: Session, others: Iterable[str] = ()) -> dict[str, Site]:
    """The sites of session *one* and *others*, by key, in the order of a roll call."""
    keys = dict.fromkeys((*one.expected, *others))
    known = sites(reader, f"{one.start:%Y-%m-%d}", keys)
    return known | {key: unknown_site(key) for key in keys if key not in known}


def next_key(taken: Iterable[str], year: int, more: Mapping[str, Any] | Iterable[str] = ()) -> str:
    """The next free key of the form HN-2019-091 of *year*, past the highest number that is *taken*."""
    head = f"HN-{year:04d}-"
    most = 0
    for key in (*taken, *more):
        tail = key.removeprefix(head)
        if key.startswith(head) and tail.isascii() and tail.isdigit() and len(tail) <= 6:
            most = max(most, int(tail))
    return f"{head}{most + 1:03d}"
