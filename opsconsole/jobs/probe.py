"""Whether the declared endpoints answer: a TCP connection to each, and how long it took."""

from __future__ import annotations

import errno
import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs.endpoints import down as standing
from opsconsole.jobs.endpoints import endpoints, shown
from opsconsole.oserrors import said
from opsconsole.settings.jobs import Probe
from opsconsole.store.clock import instant_text, now
from opsconsole.text import safe

if TYPE_CHECKING:
    from opsconsole.jobs.work import Work

TIMEOUT = 5.0
"""Seconds after which an endpoint that did not answer counts as one that does not."""

THREADS = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """How an endpoint answered: ``open`` with the milliseconds until the connection stood; or
    ``refused``, ``timeout``, ``unreachable`` or ``unresolved`` with the reason. *at* is the instant
    as the store writes it."""

    probe: Probe
    at: str
    state: str
    milliseconds: float | None = None
    error: str | None = None


def probe(work: Work) -> None:
    """A row of ``probe_result`` for each endpoint of ``probes:`` and each declared site with an address;
    it is done also where some do not answer, for that is the result."""
    with work.database.read() as reader:
        probes = endpoints(reader, work.settings)
    if not probes:
        raise Refused(
            _(
                "no endpoint is declared: add 'probes:' with 'name: host:port' to config.yaml,"
                " or 'address:' to conference sites"
            )
        )
    # Sites that register at one server are one address: it is tried once for all of them.
    tried = {shown(each): each for each in reversed(probes)}
    found = dict(zip(tried, ask(list(tried.values()), stopped=work.stopped), strict=True))
    answers = [replace(found[shown(each)], probe=each) for each in probes]
    work.check()
    down = [each for each in answers if each.state != "open"]
    for each in down:
        work.remark(f"{each.probe.name} ({shown(each.probe)}): {each.state}" + _because(each.error))
    with work.database.write() as writer:
        work.hold(writer)
        writer.insert(
            "probe_result",
            ("province", "name", "at", "endpoint", "state", "milliseconds", "error"),
            [
                (
                    writer.province,
                    each.probe.name,
                    each.at,
                    shown(each.probe),
                    each.state,
                    each.milliseconds,
                    each.error,
                )
                for each in answers
            ],
        )
        work.judge(standing(writer, probes, work.settings.alerts.confirm, now()))
        names = sorted(each.probe.name for each in down)
        work.finish(writer, {"open": len(answers) - len(down), "down": len(down), "not_answering": names})


def _because(error: str | None) -> str:
    return f" ({error})" if error else ""


def ask(
    probes: Sequence[Probe],
    timeout: float = TIMEOUT,
    stopped: Callable[[], bool] = lambda: False,
    connect: Callable[[Probe, float], Answer] | None = None,
) -> list[Answer]:
    """The answers of *probes*, in their order. It takes no longer than twice *timeout* for every
    ``THREADS`` of them, whatever a name server does; *stopped* is asked meanwhile."""
    connect = connect or answer
    waiting: queue.SimpleQueue[Probe] = queue.SimpleQueue()
    for each in probes:
        waiting.put(each)
    found: dict[str, Answer] = {}
    ended = threading.Semaphore(0)

    def work() -> None:
        while True:
            try:
                each = waiting.get_nowait()
            except queue.Empty:
                return
            found[each.name] = connect(each, timeout)
            ended.release()

    # The look-up of a name cannot be broken off: such a thread is left behind, so none may keep
    # the process from ending.
    for _number in range(min(THREADS, len(probes))):
        threading.Thread(target=work, daemon=True).start()
    limit = time.monotonic() + 2 * timeout * -(-len(probes) // THREADS)
    left = len(probes)
    while left and not stopped() and time.monotonic() < limit:
        left -= ended.acquire(timeout=0.1)
    while not waiting.empty():  # whoever is still at work finds nothing more to do
        try:
            waiting.get_nowait()
        except queue.Empty:
            break
    # The look-up may end now: what is returned must not change any more.
    settled = dict(found)
    return [settled.get(each.name) or _late(each) for each in probes]


def _late(probe: Probe) -> Answer:
    return Answer(probe, instant_text(now()), "timeout", None, _("no answer in time"))


def answer(probe: Probe, timeout: float) -> Answer:
    """How *probe* answers, after at most *timeout* seconds an address (and what its name takes)."""
    at = instant_text(now())
    try:
        addresses = socket.getaddrinfo(probe.host, probe.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        return Answer(probe, at, "unresolved", None, safe(said(error)))
    begun = time.monotonic()
    failure: OSError | None = None
    if probe.sip_udp:
        # Most codecs answer SIP by UDP alone; who does not may by TCP, which SIP asks for as well.
        took = _sip_udp(probe, addresses[0][0], addresses[0][4], timeout / 2)
        if took is not None:
            return Answer(probe, at, "open", took)
    for family, kind, protocol, _name, address in addresses:
        remaining = timeout - (time.monotonic() - begun)
        if remaining <= 0:
            break
        try:
            with socket.socket(family, kind, protocol) as connection:
                connection.settimeout(remaining)
                tried = time.monotonic()
                connection.connect(address)
                return Answer(probe, at, "open", round(1000 * (time.monotonic() - tried), 3))
        except OSError as error:
            failure = error
    return Answer(probe, at, _state(failure), None, safe(said(failure)) if failure else None)


def _sip_udp(probe: Probe, family: int, address: tuple[Any, ...], timeout: float) -> float | None:
    """After how many milliseconds *address* answered SIP OPTIONS by UDP; None for no answer."""
    from opsconsole.endpoints import Endpoint
    from opsconsole.operations.conference.calls import options

    called = Endpoint("", "sip", probe.host, probe.port, transport="udp")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as connection:
            connection.settimeout(timeout)
            connection.connect(address)
            own = connection.getsockname()
            begun = time.monotonic()
            connection.send(options(called, "UDP", own[0], own[1]))
            answered = connection.recv(8192).startswith(b"SIP/2.0 ")
    except OSError:
        return None
    return round(1000 * (time.monotonic() - begun), 3) if answered else None


def _state(error: OSError | None) -> str:
    if error is None or isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return "timeout"
    return "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"
