"""A directory server asked by LDAP (the extra ``ldap``): what is read is what an export in LDIF would hold.

Nothing is ever written there. A password goes over an encrypted connection (ldaps, StartTLS) or a local
socket alone, and the certificate is checked.
"""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import unquote, urlsplit

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.directory import attributes
from opsconsole.inventory.directory.entry import Directory, Entry, Unread
from opsconsole.inventory.directory.ldif import MAX_VALUE, Attributes, decoded

FILTER = "(|(mail=*)(proxyAddresses=*))"
PAGE = 500
SECONDS = 30


def read_server(url: str, bind: str | None, password: str) -> Directory:
    """The accounts of the server at *url* (RFC 4516: ``ldaps://host/BASE??sub?FILTER``), asked as *bind*
    with *password*, or by nobody. Raises Refused where that does not go."""
    try:
        import ldap3
        from ldap3.core.exceptions import LDAPException
    except ImportError:
        raise Refused(
            _("asking a directory server needs the package ldap3: pip install 'opsconsole[ldap]'")
        ) from None
    parts = urlsplit(url)
    base = unquote(parts.path.lstrip("/"))
    asked = parts.query.split("?")
    wanted = unquote(asked[2]) if len(asked) > 2 and asked[2] else FILTER
    host = unquote(parts.netloc) if parts.scheme == "ldapi" else parts.hostname or ""
    try:
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED)
        server = (
            ldap3.Server(f"ldapi://{host}", connect_timeout=SECONDS)
            if parts.scheme == "ldapi"
            else ldap3.Server(host, parts.port, parts.scheme == "ldaps", tls=tls, connect_timeout=SECONDS)
        )
        connection = ldap3.Connection(
            server, bind, password or None, read_only=True, receive_timeout=SECONDS, raise_exceptions=True
        )
        connection.open()
        if parts.scheme == "ldap" and bind:
            connection.start_tls()
        connection.bind()
        entries, unread = _accounts(connection, base, wanted, host)
        connection.unbind()
    except LDAPException as error:
        raise Refused(
            _("{host}: the directory cannot be read: {reason}").format(host=host, reason=error)
        ) from None
    return Directory("LDAP", tuple(entries), tuple(unread))


def _accounts(connection: Any, base: str, wanted: str, host: str) -> tuple[list[Entry], list[Unread]]:
    entries: list[Entry] = []
    unread: list[Unread] = []
    # Attributes that a server does not know are not asked for: some refuse the whole search.
    for found in connection.extend.standard.paged_search(
        base, wanted, attributes=["*", "+"], paged_size=PAGE, generator=True
    ):
        if found.get("type") != "searchResEntry":
            continue
        record: Attributes = {"dn": [str(found["dn"])]}
        for name, values in found["raw_attributes"].items():
            key = name.split(";")[0].lower()
            if key in attributes.WANTED:
                record.setdefault(key, []).extend(decoded(value[:MAX_VALUE]) for value in values)
        entry = attributes.entry(
            f"{host}: {found['dn']}", record, lambda place, reason: unread.append(Unread(place, reason))
        )
        if entry is not None:
            entries.append(entry)
    return entries, unread
