"""Where a conference site is called: SIP, H.323, a URL, or a host with a port.

The one place that takes such an address apart, for the field of the inventory and for whoever calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from opsconsole.catalogue import _

PORTS = {"sip": 5060, "sips": 5061, "h323": 1720, "https": 443, "http": 80}

_HOST = r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[0-9A-Za-z](?:[0-9A-Za-z.-]{0,251}[0-9A-Za-z])?))"
_PORT = r"(?::(?P<port>\d{1,5}))?"
_USER = r"(?:(?P<user>[^\s@<>\"/?;:]{1,120})@)?"
_FORMS = (
    re.compile(
        rf"(?P<scheme>sips?|h323):{_USER}{_HOST}{_PORT}(?P<rest>(?:;[\w.-]+(?:=[\w.-]+)?)*)", re.IGNORECASE
    ),
    re.compile(rf"(?P<scheme>https?)://{_HOST}{_PORT}(?P<rest>[/?#][^\s<>\"]*)?", re.IGNORECASE),
    re.compile(rf"(?P<scheme>){_USER}{_HOST}{_PORT}(?P<rest>)"),
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A called address. *scheme* is sip, sips, h323, http, https, or '' where only a host is written;
    *transport* is udp, tcp or tls for SIP. *text* is the address as it was written."""

    text: str
    scheme: str
    host: str
    port: int
    user: str = ""
    transport: str = ""

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted from its first byte."""
        return self.scheme in ("https", "sips") or self.transport == "tls"

    @property
    def place(self) -> str:
        """host:port, as people write it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def endpoint(text: str) -> Endpoint:
    """The address written as *text*. Raises ValueError saying what would be right.

    A host without scheme and port is meant by H.323 (port 1720), which is how codecs are called.
    """
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is None:
            continue
        scheme = found["scheme"].lower()
        transport = ""
        if scheme in ("sip", "sips"):
            named = re.search(r";transport=(udp|tcp|tls)(?=;|$)", found["rest"] or "", re.IGNORECASE)
            transport = named[1].lower() if named else "tls" if scheme == "sips" else "udp"
        default = 5061 if transport == "tls" else PORTS.get(scheme, PORTS["h323"])
        port = int(found["port"]) if found["port"] else default
        if not 1 <= port <= 65535:
            break
        return Endpoint(
            text, scheme, found["six"] or found["host"], port, found.groupdict().get("user") or "", transport
        )
    raise ValueError(
        _("must be an address: sip:room@example.vn, h323:10.1.2.3, https://meet.example.vn or host:port")
    )
