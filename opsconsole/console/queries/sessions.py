"""The list of videoconference sessions, with who came."""

from __future__ import annotations

import datetime as dt
import json
from typing import TypeAlias

from opsconsole.console.queries.filtering import FilterField
from opsconsole.console.queries.listing import Listing, Query, Row
from opsconsole.store.clock import instant
from opsconsole.store.database import Reader, Value


def with_attendance(reader: Reader, query: Query, rows: dict[str, Row]) -> dict[str, Row]:
    """Complete *rows* of sessions by sites that came (of those invited) and announced hours."""
    came: dict[str, set[str]] = {}
    if rows:
        parameters: dict[str, Value] = {f"s{number}": key for number, key in enumerate(rows)}
        names = ", ".join(f":s{number}" for number in range(len(rows)))
        for session, site in reader.rows(
            "SELECT DISTINCT session, site FROM attendance "  # noqa: S608
            f"WHERE province = :province AND session IN ({names})",
            parameters,
        ):
            came.setdefault(session, set()).add(site)
    completed = {}
    for key, (start, end, kind, title, invited, host_key, host, ended) in rows.items():
        sites = expected_sites(invited, host_key)
        present = came.get(key)
        attendance = (
            len(present & sites) if present else None,
            len(sites),
            len(present - sites) if present else 0,
        )
        completed[key] = (start, title, kind, attendance, hours(start, end), host, key, ended)
    return completed


def expected_sites(invited: str | None, host: str | None) -> set[str]:
    """The sites that are expected: those invited (JSON) and the one that chairs."""
    return {*(json.loads(invited) if invited else ()), *((host,) if host else ())}


def hours(start: str, end: str) -> float:
    """Hours between two local moments (ISO text)."""
    return (dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start)).total_seconds() / 3600


KINDS = ("central-province", "province-district", "district-commune", "other")

LISTING = Listing(
    table="session",
    select=(
        "t.starts_at",
        "t.ends_at",
        "t.kind",
        "t.title",
        "t.sites",
        "t.host",
        "coalesce(s.name, t.host)",
        "t.ended",
    ),
    order={
        "start": "t.starts_at",
        "title": "t.sort_key",
        "kind": "t.kind",
        "host": "coalesce(s.sort_key, '')",
        "key": "t.key",
        "ended": "t.ended",
    },
    nullable=frozenset({"ended"}),
    first_order="start",
    search=("t.fold", "s.fold"),
    choices={"t.kind": KINDS},
    fields={
        "key": FilterField("t.key", "key", ("ma",)),
        "title": FilterField("t.fold", "text", ("noidung",)),
        "kind": FilterField("t.kind", "choice", ("loai",), KINDS),
        "host": FilterField("s.fold", "text", ("chutri", "diemcau")),
        "date": FilterField("t.starts_at", "day", ("start", "ngay")),
        "ended": FilterField("t.ended", "day", ("cancelled", "huy")),
    },
    joins="LEFT JOIN site s ON s.province = t.province AND s.key = t.host",
    extend=with_attendance,
)


Attended: TypeAlias = "list[tuple[str, str, str, float | None]]"


def attendance_of(reader: Reader, session: str) -> Attended:
    """(site, its name, first joined, minutes) of each site invited or present; minutes None: absent."""
    row = reader.row(
        "SELECT sites, host FROM session WHERE province = :province AND key = :session", {"session": session}
    )
    invited = json.loads(row[0]) if row and row[0] else []
    if row and row[1]:
        invited = [row[1], *invited]
    stays: dict[str, list[tuple[str, str]]] = {}
    for site, joined, left in reader.rows(
        "SELECT site, joined_at, left_at FROM attendance WHERE province = :province AND session = :session "
        "ORDER BY joined_at",
        {"session": session},
    ):
        stays.setdefault(site, []).append((joined, left))
    found = []
    for site in dict.fromkeys([*invited, *stays]):
        name = reader.value(
            "SELECT name FROM site WHERE province = :province AND key = :site", {"site": site}
        )
        times = stays.get(site)
        minutes = (
            sum((instant(left) - instant(joined)).total_seconds() for joined, left in times) / 60
            if times
            else None
        )
        found.append((site, name or site, times[0][0] if times else "", minutes))
    return found
