"""Whether the sites of a session can be reached: name, connection, certificate, SIP, web, round trip.

Everything runs at once in one asyncio loop, within bounds: a site gets ``SITE_SECONDS`` in all, a
single step ``timeout``. A black hole costs its own time and nobody else's.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from opsconsole.catalogue import N_, _
from opsconsole.endpoints import Endpoint, endpoint
from opsconsole.operations.conference.calls import (
    MOST_READ,
    Wrong,
    http,
    looked_up,
    said,
    since,
    sip_datagram,
    sip_stream,
)
from opsconsole.operations.conference.sessions import Site
from opsconsole.store.clock import now
from opsconsole.text import safe
from opsconsole.words import figure

TIMEOUT = 3.0
SITE_SECONDS = 7.0
AT_ONCE = 64  # more would measure this machine instead of the line
AGAIN_AT_ONCE = 8
SLOW_MS = 300.0
CERTIFICATE_DAYS = 14
MOST_ADDRESSES = 3

# What a check can find wrong, by the word in which it is stored.
CAUSES = {
    "no-address": N_("no address is declared"),
    "bad-address": N_("the declared address cannot be read"),
    "unresolved": N_("the name is unknown"),
    "refused": N_("refused the connection"),
    "timeout": N_("no answer"),
    "unreachable": N_("no way there"),
    "tls": N_("no encrypted connection"),
    "tls-expired": N_("the certificate has expired"),
    "tls-ends": N_("the certificate ends soon"),
    "tls-untrusted": N_("nobody vouches for the certificate"),
    "not-sip": N_("answers, but not by SIP"),
    "not-http": N_("answers, but not by HTTP"),
    "http-error": N_("the server answers with an error"),
    "slow": N_("answers slowly"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried: *name* is resolve, connect, tls, sip or http. *cause* is a word of
    ``CAUSES`` ('' when it went well); *detail* what was seen."""

    name: str
    ok: bool
    milliseconds: float | None = None
    cause: str = ""
    detail: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "name": self.name,
            "ok": self.ok,
            "milliseconds": self.milliseconds,
            "cause": self.cause,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """How a site answered: *state* is pass, slow or fail, *milliseconds* the round trip."""

    site: str
    address: str
    state: str
    cause: str = ""
    milliseconds: float | None = None
    checks: tuple[Check, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "site": self.site,
            "address": self.address,
            "state": self.state,
            "cause": self.cause,
            "milliseconds": self.milliseconds,
            "checks": [check.data for check in self.checks],
        }


def cause_text(cause: str) -> str:
    """A cause in words."""
    return _(CAUSES[cause]) if cause in CAUSES else safe(cause)


def target_of(site: Site, server: str) -> str:
    """What is called to try *site*: its address; for software without one the meeting *server*."""
    return site.address or (server if site.endpoint == "software" else "")


@dataclass
class Tries:
    """One run over many sites."""

    timeout: float = TIMEOUT
    slow_ms: float = SLOW_MS
    progress: Callable[[int, int], None] | None = None
    stopped: Callable[[], bool] = lambda: False
    _names: dict[str, asyncio.Future[list[str]]] = field(default_factory=dict)

    def run(self, targets: Sequence[tuple[str, str]]) -> list[Result]:
        """The results of *targets* (site, address), in their order. Blocks until all are there."""
        return asyncio.run(self._all(targets))

    async def _all(self, targets: Sequence[tuple[str, str]]) -> list[Result]:
        done = 0

        async def one(gate: asyncio.Semaphore, site: str, address: str) -> Result:
            nonlocal done
            async with gate:
                result = (
                    _failed(site, address, "timeout") if self.stopped() else await self._site(site, address)
                )
            done += 1
            if self.progress is not None:
                self.progress(min(done, len(targets)), len(targets))
            return result

        rush = asyncio.Semaphore(AT_ONCE)
        results = await asyncio.gather(*(one(rush, site, address) for site, address in targets))
        # What was slow among many may have been us: those are tried again with few at once.
        calm = asyncio.Semaphore(AGAIN_AT_ONCE)
        slow = {place: result for place, result in enumerate(results) if result.state == "slow"}
        again = await asyncio.gather(*(one(calm, each.site, each.address) for each in slow.values()))
        for place, result in zip(slow, again, strict=True):
            if result.state == "pass":
                results[place] = result
        return results

    async def _site(self, site: str, address: str) -> Result:
        if not address:
            return _failed(site, address, "no-address")
        try:
            called = endpoint(address)
        except ValueError:
            return _failed(site, address, "bad-address")
        checks: list[Check] = []
        try:
            async with asyncio.timeout(SITE_SECONDS):
                await self._try(called, checks)
        except TimeoutError:
            checks.append(Check(_pending(called, checks), False, None, "timeout"))
        return self._judge(site, address, checks)

    def _judge(self, site: str, address: str, checks: Sequence[Check]) -> Result:
        failed = next((check for check in checks if not check.ok), None)
        times = [
            c.milliseconds for c in checks if c.name in ("connect", "sip") and c.milliseconds is not None
        ]
        trip = min(times) if times else None
        if failed is not None:
            return Result(site, address, "fail", failed.cause, trip, tuple(checks))
        if trip is not None and trip > self.slow_ms:
            return Result(site, address, "slow", "slow", trip, tuple(checks))
        remark = next((check.cause for check in checks if check.cause), "")
        return Result(site, address, "pass", remark, trip, tuple(checks))

    # --- the steps --------------------------------------------------------------------------------

    async def _try(self, called: Endpoint, checks: list[Check]) -> None:
        begun = time.perf_counter()
        try:
            addresses = await self._resolve(called.host)
        except TimeoutError:
            checks.append(Check("resolve", False, None, "timeout", called.host))
            return
        except OSError as error:
            checks.append(Check("resolve", False, None, "unresolved", said(error)))
            return
        checks.append(Check("resolve", True, since(begun), detail=", ".join(addresses)))
        if called.scheme == "sip" and called.transport == "udp":
            await self._sip_udp(called, addresses, checks)
            return
        streams = await self._connect(called, addresses, checks)
        if streams is None:
            return
        reader, writer = streams
        try:
            if called.scheme in ("sip", "sips"):
                checks.append(await self._step("sip", "not-sip", lambda: sip_stream(called, reader, writer)))
            elif called.scheme in ("http", "https"):
                checks.append(await self._step("http", "not-http", lambda: http(called, reader, writer)))
        finally:
            writer.transport.abort()

    async def _resolve(self, host: str) -> list[str]:
        """The addresses of *host*; each name is looked up once a run."""
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        if host not in self._names:
            self._names[host] = asyncio.ensure_future(looked_up(host))
        async with asyncio.timeout(self.timeout):
            return await asyncio.shield(self._names[host])

    async def _connect(
        self, called: Endpoint, addresses: Sequence[str], checks: list[Check]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        failure = Check("connect", False, None, "timeout")
        limit = time.perf_counter() + self.timeout
        for address in addresses[:MOST_ADDRESSES]:
            begun = time.perf_counter()
            try:
                async with asyncio.timeout(max(0.05, limit - begun)):
                    streams = await asyncio.open_connection(address, called.port, limit=MOST_READ)
            except TimeoutError:
                failure = Check("connect", False, None, "timeout", called.place)
                continue
            except OSError as error:
                failure = Check("connect", False, None, _cause(error), said(error))
                continue
            checks.append(Check("connect", True, since(begun), detail=called.place))
            if not called.tls:
                return streams
            try:
                check = await self._encrypt(called, streams[1])
            except BaseException:
                streams[1].transport.abort()
                raise
            checks.append(check)
            if check.ok:
                return streams
            streams[1].transport.abort()
            return None
        checks.append(failure)
        return None

    async def _encrypt(self, called: Endpoint, writer: asyncio.StreamWriter) -> Check:
        """TLS on a connection that stands: any certificate is taken, and judged by its date and by who
        vouches for it. A codec's own certificate is no failure, an expired one is."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(self.timeout):
                await writer.start_tls(context, server_hostname=called.host)
        except TimeoutError:
            return Check("tls", False, None, "timeout")
        except (OSError, ValueError) as error:
            return Check("tls", False, None, "tls", said(error))
        took = since(begun)
        tls: Any = writer.get_extra_info("ssl_object")
        return judge_certificate(tls.getpeercert(binary_form=True) or b"", took, now())

    async def _step(self, name: str, wrong: str, work: Callable[[], Awaitable[str]]) -> Check:
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(self.timeout):
                detail = await work()
        except TimeoutError:
            return Check(name, False, None, "timeout")
        except Wrong as error:
            return Check(name, False, since(begun), error.cause, safe(error)[:120])
        except (OSError, ValueError, asyncio.IncompleteReadError) as error:
            return Check(name, False, None, wrong, said(error))
        return Check(name, True, since(begun), detail=detail)

    async def _sip_udp(self, called: Endpoint, addresses: Sequence[str], checks: list[Check]) -> None:
        """OPTIONS by UDP; whoever does not answer there may by TCP, which SIP asks for as well."""
        trips: list[float] = []
        by_udp = await self._step("sip", "not-sip", lambda: sip_datagram(called, addresses[0], trips))
        if by_udp.ok:
            checks.append(replace(by_udp, milliseconds=trips[-1]))
            return
        tried: list[Check] = []
        streams = await self._connect(called, addresses, tried)
        if streams is None:
            checks.append(by_udp)
            return
        reader, writer = streams
        try:
            checks += tried
            checks.append(await self._step("sip", "not-sip", lambda: sip_stream(called, reader, writer)))
        finally:
            writer.transport.abort()


# --- small things ---------------------------------------------------------------------------------------


def _failed(site: str, address: str, cause: str) -> Result:
    return Result(site, address, "fail", cause)


def _cause(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "timeout" if isinstance(error, TimeoutError) else "unreachable"


def _pending(called: Endpoint, checks: Sequence[Check]) -> str:
    """The step during which the time of a site was over."""
    done = {check.name for check in checks}
    steps = ["resolve"]
    if called.transport != "udp":
        steps.append("connect")
    if called.tls:
        steps.append("tls")
    steps.append("http" if called.scheme.startswith("http") else "sip")
    return next((step for step in steps if step not in done), steps[-1])


def judge_certificate(der: bytes, took: float, at: dt.datetime) -> Check:
    """What the certificate *der* is worth at the instant *at*."""
    from cryptography import x509

    try:
        certificate = x509.load_der_x509_certificate(der)
        ends = certificate.not_valid_after_utc
        own = certificate.issuer == certificate.subject
    except (ValueError, TypeError) as error:
        return Check("tls", False, took, "tls", safe(error)[:80])
    detail = _("certificate until {day}").format(day=f"{ends:%d/%m/%Y}")
    if ends <= at:
        return Check("tls", False, took, "tls-expired", detail)
    days = (ends - at).days
    if days < CERTIFICATE_DAYS:
        detail = _("certificate ends in {days} days").format(days=figure(days))
        return Check("tls", True, took, "tls-ends", detail)
    return Check("tls", True, took, "tls-untrusted" if own else "", detail)
