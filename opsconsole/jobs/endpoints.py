"""Which endpoints are tried, and how they answered: those of ``probes:`` and the declared conference
sites that have an address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from opsconsole.jobs.alerts import Judgement
from opsconsole.jobsettings import Probe
from opsconsole.settings import Settings
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Reader

SITE = "site/"
"""What the name of a declared site begins with, among the names of endpoints."""

MOST_NAMED = 10
"""So many names are told of an address that several share."""

_SCHEMES = {"sip": 5060, "sips": 5061, "h323": 1720, "http": 80, "https": 443}
_BY_ENDPOINT = {"codec": 1720, "mcu": 1720, "software": 443}
_HOST = r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/@\[\]?#;]{1,253}))(?::(?P<port>\d{1,5}))?"
_ADDRESS = re.compile(rf"(?:(?P<scheme>[a-z0-9]+):(?://)?)?(?:[^@\s/]*@)?{_HOST}(?:[/?#;].*)?", re.IGNORECASE)


def site_endpoint(address: str, kind: str) -> tuple[str, int] | None:
    """(host, port) to which a connection to the site *address* goes: an SIP, H.323 or web address, or a
    host. Without a port it is that of the scheme, else of its *kind* of endpoint. None for a number or
    a name without a host."""
    found = _ADDRESS.fullmatch(address.strip())
    if not found:
        return None
    scheme = (found["scheme"] or "").lower()
    if scheme and scheme not in _SCHEMES:
        # "room:5060" is a host and its port, not a scheme.
        found = re.fullmatch(_HOST, address.strip())
        scheme = ""
        if not found:
            return None
    host = found["six"] or found["host"]
    port = int(found["port"]) if found["port"] else _SCHEMES.get(scheme) or _BY_ENDPOINT.get(kind, 443)
    if not 1 <= port <= 65535 or not (found["six"] or re.search("[A-Za-z.]", host)):
        return None
    return host, port


def endpoints(reader: Reader, settings: Settings) -> list[Probe]:
    """All endpoints that there are to try, those of config.yaml first."""
    found = list(settings.probes)
    for key, address, kind in reader.rows(
        "SELECT key, address, endpoint FROM site WHERE province = :province AND ended IS NULL"
        " AND address IS NOT NULL ORDER BY key"
    ):
        target = site_endpoint(address, kind)
        if target:
            found.append(Probe(SITE + key, *target))
    return found


def down(reader: Reader, probes: Sequence[Probe], confirm: int) -> Judgement:
    """Which endpoints did not answer the last *confirm* times, by what was just written; what is not
    tried any more is over.

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
            " ORDER BY at DESC LIMIT :confirm",
            {"name": names[0], "confirm": confirm},
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
    """*probe* as host:port."""
    return f"[{probe.host}]:{probe.port}" if ":" in probe.host else f"{probe.host}:{probe.port}"


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
