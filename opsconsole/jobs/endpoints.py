"""Which endpoints are tried, and how they answered: those of ``probes:`` and the declared conference
sites that have an address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from opsconsole.endpoints import PORTS, endpoint
from opsconsole.jobs.alerts import Judgement
from opsconsole.settings import Settings
from opsconsole.settings.jobs import Probe
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Reader

SITE = "site/"
"""What the name of a declared site begins with, among the names of endpoints."""

MOST_NAMED = 10
"""So many names are told of an address that several share."""


def site_probe(key: str, address: str, kind: str) -> Probe | None:
    """How the site *key* is tried at its *address*, as ``opsconsole.endpoints`` takes it apart. A host
    alone is called by H.323, but that of a *kind* software by https. None for a number in a dialling
    plan and for what is no address."""
    try:
        called = endpoint(address.strip())
    except ValueError:
        return None
    if not re.search("[A-Za-z.:]", called.host):
        return None
    by_host = not called.scheme and kind == "software" and called.place != called.text
    port = PORTS["https"] if by_host else called.port
    return Probe(SITE + key, called.host, port, called.scheme == "sip" and called.transport == "udp")


def endpoints(reader: Reader, settings: Settings) -> list[Probe]:
    """All endpoints that there are to try, those of config.yaml first."""
    found = list(settings.probes)
    for key, address, kind in reader.rows(
        "SELECT key, address, endpoint FROM site WHERE province = :province AND ended IS NULL"
        " AND address IS NOT NULL ORDER BY key"
    ):
        probe = site_probe(key, address, kind)
        if probe:
            found.append(probe)
    return found


def down(reader: Reader, probes: Sequence[Probe], confirm: int, now: dt.datetime) -> Judgement:
    """Which endpoints did not answer the last *confirm* times, by what was just written at *now* (what a
    clock that was ahead wrote is no newer than that); what is not tried any more is over.

    The subject is the name of *probes*; where several names are one address (sites that register at
    one server) it is the address, for it is one thing that does not answer.
    """
    by_address: dict[str, list[str]] = {}
    for probe in probes:
        by_address.setdefault(shown(probe), []).append(probe.name)
    bad: dict[str, str] = {}
    good: set[str] = {
        row[0]
        for row in reader.rows(
            "SELECT subject FROM alert WHERE province = :province AND event = 'endpoint-down'"
            " AND closed_at IS NULL"
        )
    }
    for address, names in by_address.items():
        subject = names[0] if len(names) == 1 else address
        last = reader.rows(
            "SELECT state, error FROM probe_result WHERE province = :province AND name = :name"
            " AND at <= :now ORDER BY at DESC LIMIT :confirm",
            {"name": names[0], "confirm": confirm, "now": instant_text(now)},
        )
        if last and last[0][0] == "open":
            continue
        good.discard(subject)
        if len(last) == confirm and all(row[0] != "open" for row in last):
            state, error = last[0]
            bad[subject] = f"{address}: {state}" + (f" ({error})" if error else "")
            if len(names) > 1:
                more = len(names) - MOST_NAMED
                bad[subject] += "; " + ", ".join(names[:MOST_NAMED]) + (f" … +{more}" if more > 0 else "")
    return Judgement("endpoint-down", bad, good)


def shown(probe: Probe) -> str:
    """*probe* as host:port, with ``/udp`` where it is asked by UDP first."""
    place = f"[{probe.host}]:{probe.port}" if ":" in probe.host else f"{probe.host}:{probe.port}"
    return f"{place}/udp" if probe.sip_udp else place


# --- how they answered -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reach:
    """How one endpoint answers: the newest attempt, since when it is in that state, and the share of
    attempts in a stretch of time that were answered (None without any)."""

    name: str
    endpoint: str
    at: str
    state: str
    milliseconds: float | None
    error: str | None
    since: str
    answered: float | None

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def reach(reader: Reader, names: Collection[str], since: dt.datetime) -> list[Reach]:
    """How the endpoints *names* answer, in their order; *answered* counts from *since*. One that was
    never tried is left out."""
    shares = {
        name: opened / tried
        for name, tried, opened in reader.rows(
            "SELECT name, count(*), sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END) FROM probe_result"
            " WHERE province = :province AND at >= :since GROUP BY name",
            {"since": instant_text(since)},
        )
    }
    found = []
    for name in names:
        row = reader.row(
            "SELECT endpoint, at, state, milliseconds, error FROM probe_result"
            " WHERE province = :province AND name = :name ORDER BY at DESC LIMIT 1",
            {"name": name},
        )
        if row is None:
            continue
        begun = reader.value(
            "SELECT min(at) FROM probe_result WHERE province = :province AND name = :name AND at >"
            " (SELECT coalesce(max(at), '') FROM probe_result WHERE province = :province AND name = :name"
            "  AND (state = 'open') <> (:state = 'open'))",
            {"name": name, "state": row[2]},
        )
        found.append(Reach(*(name, *row, begun or row[1], shares.get(name))))
    return found


def attempts(reader: Reader, name: str, limit: int) -> list[tuple[Any, ...]]:
    """The newest *limit* attempts at *name*: (instant, state, milliseconds, error), newest first."""
    return reader.rows(
        "SELECT at, state, milliseconds, error FROM probe_result WHERE province = :province"
        " AND name = :name ORDER BY at DESC LIMIT :limit",
        {"name": name, "limit": limit},
    )
