"""BigBlueButton's API, as far as polling needs it: who is in which meeting now.

Each call is signed as its documentation says: the checksum is the hash of the call's name, the query and
the shared secret, one after the other. The secret is read when it is needed and stands in no message.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.evidence.markup import text, xml
from opsconsole.evidence.reader import Unfit
from opsconsole.settings.meetings import MeetingServer
from opsconsole.store.clock import now
from opsconsole.text import safe

TIMEOUT = 10.0  # seconds
MOST = 16 << 20  # bytes of an answer


@dataclass(frozen=True)
class Answer:
    """The answer of a server, *at* which instant it came by this machine's clock, and by how many
    seconds the server's clock is ahead of it (whole seconds; 0 where it does not say)."""

    root: Element
    at: dt.datetime
    ahead: int


def query_of(call: str, parameters: Mapping[str, str], secret: str, checksum: str) -> str:
    """The query of *call*, with its checksum."""
    query = urlencode(parameters)
    signed = hashlib.new(checksum, (call + query + secret).encode()).hexdigest()
    return f"{query}&checksum={signed}" if query else f"checksum={signed}"


def ask(server: MeetingServer, call: str, parameters: Mapping[str, str] | None = None) -> Answer:
    """What *server* answers to *call*. Raises Refused, naming the server and what would mend it."""
    secret = server.secret.read()
    parts = urlsplit(server.url)
    path = f"{parts.path.rstrip('/')}/{call}?{query_of(call, parameters or {}, secret, server.checksum)}"
    connection: http.client.HTTPConnection
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
            connection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=TIMEOUT, context=context
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        try:
            connection.request("GET", path, headers={"Accept": "application/xml"})
            response = connection.getresponse()
            body = response.read(MOST + 1)
        finally:
            connection.close()
    except (http.client.HTTPException, OSError, ValueError) as error:
        reason = _("no answer in time") if isinstance(error, TimeoutError) else safe(str(error))
        raise Refused(
            _("meeting server '{name}' ({host}): {reason}").format(
                name=server.name, host=parts.netloc, reason=reason.replace(secret, "…")
            )
        ) from None
    at = now()
    if response.status != 200 or len(body) > MOST:
        raise _refused(
            server, f"HTTP {response.status}" if len(body) <= MOST else _("its answer is too long")
        )
    try:
        root = xml(body)
    except Unfit as error:
        raise _refused(server, _(str(error))) from None
    if text(root, "returncode") != "SUCCESS":
        key = text(root, "messageKey")
        if key == "checksumError":
            raise _refused(server, _("it refuses the checksum: correct the secret or 'checksum:'"))
        raise _refused(server, safe(f"{key} {text(root, 'message')}".strip())[:200])
    return Answer(root, at, _ahead(response.getheader("Date", ""), at))


def _refused(server: MeetingServer, reason: str) -> Refused:
    return Refused(
        _("meeting server '{name}' ({host}): {reason}").format(
            name=server.name, host=urlsplit(server.url).netloc, reason=reason
        )
    )


def _ahead(date: str | None, at: dt.datetime) -> int:
    """By how many seconds the clock that wrote *date* (HTTP) is ahead; below two it is the network."""
    try:
        ahead = round((parsedate_to_datetime(date or "") - at).total_seconds())
    except (ValueError, TypeError):
        return 0
    return ahead if abs(ahead) > 2 else 0
