"""What is said on the line to find out whether somebody is there: SIP OPTIONS, HTTP, a certificate."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import socket
import ssl
import threading
import time

from opsconsole import oserrors
from opsconsole.endpoints import Endpoint
from opsconsole.text import safe

MOST_READ = 8192


class Wrong(Exception):
    """An answer that is not what it should be."""

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause


def options(called: Endpoint, transport: str, own: str, port: int) -> bytes:
    """A SIP OPTIONS request (RFC 3261, 11): asks what the other side can do, rings nowhere."""
    host = f"[{called.host}]" if ":" in called.host else called.host
    scheme = "sips" if called.scheme == "sips" else "sip"
    target = f"{scheme}:{called.user}@{host}" if called.user else f"{scheme}:{host}"
    own = f"[{own}]" if ":" in own else own
    lines = (
        f"OPTIONS {target} SIP/2.0",
        f"Via: SIP/2.0/{transport} {own}:{port};branch=z9hG4bK{secrets.token_hex(8)};rport",
        "Max-Forwards: 70",
        f"From: <sip:preflight@{own}>;tag={secrets.token_hex(4)}",
        f"To: <{target}>",
        f"Call-ID: {secrets.token_hex(12)}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:preflight@{own}:{port}>",
        "Accept: application/sdp",
        "User-Agent: opsconsole",
        "Content-Length: 0",
        "",
        "",
    )
    return "\r\n".join(lines).encode()


def _sip_status(data: bytes) -> str:
    """The status of a SIP answer. Any of them proves that somebody is there. Raises Wrong."""
    line = data.split(b"\r\n", 1)[0].decode("utf-8", "replace")
    if not line.startswith("SIP/2.0 "):
        raise Wrong("not-sip", line[:60])
    return safe(line.removeprefix("SIP/2.0 "))[:60]


async def sip_stream(called: Endpoint, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    own = writer.get_extra_info("sockname")
    writer.write(options(called, "TLS" if called.tls else "TCP", own[0], own[1]))
    await writer.drain()
    return _sip_status(await reader.read(MOST_READ))


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answer: asyncio.Future[bytes]) -> None:
        self.answer = answer

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self.answer.done():
            self.answer.set_result(data[:MOST_READ])

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(Wrong("refused", said(exc)))


async def sip_datagram(called: Endpoint, address: str, trips: list[float]) -> str:
    """The status of the answer to OPTIONS by UDP; *trips* gets the milliseconds since it was last asked."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bytes] = loop.create_future()
    transport, _protocol = await loop.create_datagram_endpoint(
        lambda: _Datagrams(answer), remote_addr=(address, called.port)
    )
    try:
        own = transport.get_extra_info("sockname")
        request = options(called, "UDP", own[0], own[1])
        wait = 0.5  # RFC 3261, 17.1.2.2: asked again after T1, then twice as long
        while True:
            transport.sendto(request)
            asked = time.perf_counter()
            done, _open = await asyncio.wait({answer}, timeout=wait)
            if done:
                trips.append(since(asked))
                return _sip_status(answer.result())
            wait *= 2
    finally:
        transport.close()
        if answer.done() and not answer.cancelled():
            answer.exception()  # seen: asyncio need not report it


async def http(called: Endpoint, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    path = "/" + called.text.split("://", 1)[-1].partition("/")[2].partition("#")[0]
    path = "".join(char if 0x21 <= ord(char) <= 0x7E else "%20" for char in path)
    host = f"[{called.host}]" if ":" in called.host else called.host
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: {host}:{called.port}\r\nUser-Agent: opsconsole\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n".encode()
    )
    await writer.drain()
    line = (await reader.readline()).decode("utf-8", "replace").strip()
    parts = line.split(" ", 2)
    if len(parts) < 2 or not parts[0].startswith("HTTP/") or not parts[1].isdigit():
        raise Wrong("not-http", line[:60])
    if parts[1].startswith("5"):
        raise Wrong("http-error", line[:60])
    return safe(" ".join(parts[1:]))[:60]


async def looked_up(host: str) -> list[str]:
    """The addresses of *host*. A look-up cannot be broken off: its thread must not hold up the end of
    the process, so it is none of a pool."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(value: list[str] | None, error: OSError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(value or [])

    def thread() -> None:
        value: list[str] | None = None
        failure: OSError | None = None
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            value = list(dict.fromkeys(str(info[4][0]) for info in infos))
        except OSError as error:
            failure = error
        except UnicodeError as error:  # a name that no name can be
            failure = OSError(str(error))
        try:
            loop.call_soon_threadsafe(settle, value, failure)
        except RuntimeError:
            pass  # the run is over

    threading.Thread(target=thread, daemon=True).start()
    return await answer


def since(begun: float) -> float:
    return round(1000 * (time.perf_counter() - begun), 1)


def said(error: BaseException) -> str:
    """Why *error* came, in the language in use, on one short line."""
    # asyncio and ssl put words of their own where the system's stand: its number says it in the system's.
    number = error.errno if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None
    if number is not None and number in errno.errorcode:
        error = OSError(number, os.strerror(number))
    return safe(oserrors.said(error))[:120]
