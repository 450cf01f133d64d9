"""Who comes in: addresses served, the token, users whom a proxy names, and where a page may come from.

Nothing here knows HTTP beyond its words, so that every rule can be tried without a server. A browser on
the inside of a network opens sockets for any page that it shows; therefore a socket is opened only for
pages of ours (``Origin``), and only under names of ours (``Host``), whoever holds the key.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
import stat
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.oserrors import said

Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"

COOKIE = "opsconsole"
LEAST_TOKEN = 24  # characters: long enough that guessing needs no brake
MOST_SESSIONS = 200
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_LONGEST_NAME = 100
# Who comes in by the token alone is nobody in particular.
TOKEN_HOLDER = "token"  # noqa: S105 - a name


class Turned(Exception):
    """Somebody is turned away: with which HTTP *status*, and why."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True)
class Serving:
    """How the console is served. ``origins`` are the addresses under which it is reached."""

    host: str
    port: int
    socket: Path | None
    origins: tuple[str, ...]
    token: str
    minted: bool  # the token was made for this run
    user_header: str
    proxies: tuple[Network, ...]
    sessions: int
    allow_changes: bool

    @property
    def secure(self) -> bool:
        """Whether browsers come by TLS."""
        return all(origin.startswith("https://") for origin in self.origins)

    @property
    def open_token(self) -> bool:
        """Whether the token travels over a network as it is."""
        return bool(self.token) and self.socket is None and not self.secure and not loopback(self.host)


def loopback(host: str) -> bool:
    """Whether only this machine reaches *host*."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def serving(
    *,
    host: str,
    port: int,
    socket: Path | None,
    public_url: str | None,
    token_file: Path | None,
    user_header: str | None,
    proxies: Sequence[str],
    sessions: int,
    allow_changes: bool,
) -> Serving:
    """The options of the command, checked together; on this machine a token is made where none is given.

    Raises Refused with every reason, a line each.
    """
    problems: list[str] = []
    if not loopback(host) and socket is None and token_file is None and user_header is None:
        problems.append(
            _(
                "{host} is reached from other machines, and anybody there could open the console: give "
                "--token-file, or --user-header with --proxy, or stay on 127.0.0.1"
            ).format(host=host)
        )
    token, minted = "", False
    if token_file is not None:
        try:
            token = _token(token_file)
        except Refused as error:
            problems.append(str(error))
    elif user_header is None:
        token, minted = secrets.token_urlsafe(32), True
    networks = _networks(proxies, problems)
    if user_header is not None and not _HEADER.fullmatch(user_header):
        problems.append(_("--user-header {name}: this is no name of a header").format(name=user_header))
    if user_header is not None and not proxies and socket is None:
        problems.append(
            _(
                "--user-header needs --proxy ADDRESS: only from there it is believed; "
                "from anywhere else anybody could write it"
            )
        )
    if proxies and user_header is None:
        problems.append(_("--proxy says whom --user-header is believed from; give --user-header as well"))
    origins = _origins(host, port, socket, public_url, problems)
    if not 1 <= sessions <= MOST_SESSIONS:
        problems.append(
            _("--sessions {count}: at least 1, at most {most}").format(count=sessions, most=MOST_SESSIONS)
        )
    if problems:
        raise Refused("\n".join(problems))
    return Serving(
        host,
        port,
        socket,
        origins,
        token,
        minted,
        user_header or "",
        networks,
        sessions,
        allow_changes,
    )


def _token(path: Path) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Refused(_("{path}: others may read the token; chmod 600 {path}").format(path=path))
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = said(error) if isinstance(error, OSError) else _("not ASCII")
        raise Refused(_("{path}: no token can be read: {reason}").format(path=path, reason=reason)) from error
    if not re.fullmatch(rf"[!-~]{{{LEAST_TOKEN},}}", text):
        raise Refused(
            _(
                "{path}: a token is one line of at least {least} characters without blanks; "
                "'openssl rand -hex 32' makes one"
            ).format(path=path, least=LEAST_TOKEN)
        )
    return text


def _networks(proxies: Sequence[str], problems: list[str]) -> tuple[Network, ...]:
    found = []
    for text in proxies:
        try:
            network = ipaddress.ip_network(text)
        except ValueError:
            problems.append(_("--proxy {text}: write an address or a network").format(text=text))
            continue
        if network.prefixlen == 0:
            problems.append(_("--proxy {text}: this is every address there is").format(text=text))
        found.append(network)
    return tuple(found)


def _origins(
    host: str, port: int, socket: Path | None, public_url: str | None, problems: list[str]
) -> tuple[str, ...]:
    if public_url is not None:
        try:
            parts = urlsplit(public_url)
            number = parts.port
        except ValueError:
            parts, number = urlsplit(""), None
        bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
        if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
            problems.append(
                _("--public-url {url}: write https://NAME or https://NAME:PORT, without a path").format(
                    url=public_url
                )
            )
            return ()
        return (_origin(parts.scheme, parts.hostname, number),)
    if socket is not None or host in ("0.0.0.0", "::", ""):  # noqa: S104 - it is asked after, not bound
        problems.append(_("give --public-url: under which address do browsers reach this? (https://NAME)"))
        return ()
    names = ("127.0.0.1", "localhost", "::1") if loopback(host) else (host.strip("[]"),)
    return tuple(_origin("http", name, port) for name in names)


def _origin(scheme: str, host: str, port: int | None) -> str:
    """An origin as browsers write it: lower case, IPv6 in brackets, no port where it is the usual one."""
    shown = f"[{host.lower()}]" if ":" in host else host.lower()
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{shown}" + ("" if port in (None, usual) else f":{port}")


class Gate:
    """Lets in who may come in, for one run of the server."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        # What the browser keeps, instead of the token itself; worth nothing after the run.
        self.ticket = secrets.token_urlsafe(32)
        self._hosts = {urlsplit(origin).netloc for origin in serving.origins}

    def check_host(self, host: str | None) -> None:
        """Refuse a name that is not ours: one that somebody else's domain was made to point here by."""
        if (host or "").lower() not in self._hosts:
            raise Turned(
                HTTPStatus.MISDIRECTED_REQUEST,
                _("This is not served under the name {host}. It is: {origins}").format(
                    host=host or "''", origins=", ".join(self.serving.origins)
                ),
            )

    def check_origin(self, origin: str | None) -> None:
        """Refuse a socket for a page that is not ours, and for what is no browser."""
        if (origin or "").lower() not in self.serving.origins:
            raise Turned(HTTPStatus.FORBIDDEN, _("A page of another address may not open the console."))

    def token_fits(self, given: str | None) -> bool:
        """Whether *given* is the token."""
        return bool(self.serving.token) and _same(given, self.serving.token)

    def visitor(
        self, remote: str | None, headers: Mapping[str, str], ticket: str | None, users: Sequence[str]
    ) -> str:
        """The name of who asks, from the address *remote* (none on a socket of this machine).

        *users* are the values of the header in which a proxy names its user. Raises Turned.
        """
        serving = self.serving
        bearer = headers.get("Authorization", "").removeprefix("Bearer ")
        if serving.token and not (_same(ticket, self.ticket) or self.token_fits(bearer)):
            raise Turned(HTTPStatus.UNAUTHORIZED, _("The token is missing or wrong."))
        if not serving.user_header:
            return TOKEN_HOLDER
        if serving.socket is None and not self._from_proxy(remote):
            raise Turned(
                HTTPStatus.FORBIDDEN, _("Come by the proxy: it is not believed who you are from here.")
            )
        name = unicodedata.normalize("NFC", users[0].strip()) if len(users) == 1 else ""
        if not name or len(name) > _LONGEST_NAME or not all(_in_name(char) for char in name):
            raise Turned(HTTPStatus.FORBIDDEN, _("The proxy did not say who you are."))
        return name

    def _from_proxy(self, remote: str | None) -> bool:
        try:
            address = ipaddress.ip_address((remote or "").partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.serving.proxies)


def _same(given: str | None, wanted: str) -> bool:
    return hmac.compare_digest((given or "").encode("utf-8", "surrogateescape"), wanted.encode())


def _in_name(char: str) -> bool:
    return char in "._@+-\\" or unicodedata.category(char)[0] in "LN"
