"""What config.yaml says about meeting servers that are asked who is there (``meeting_servers:``).

The shared secret stands in no settings: it is in an environment variable or in a file that its owner
alone may read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from opsconsole.catalogue import _
from opsconsole.settings.alerts import Secret
from opsconsole.settings.values import Getters
from opsconsole.strictyaml import Map

CHECKSUMS = ("sha1", "sha256", "sha384", "sha512")


@dataclass(frozen=True, slots=True)
class MeetingServer:
    """A BigBlueButton server: the address of its API, where its secret stands, and the hash of its
    checksums. *ca_file* names the authority of its certificate where that is none of the system's."""

    name: str
    url: str
    secret: Secret = field(default_factory=Secret)
    checksum: str = "sha256"
    ca_file: Path | None = None


def read(top: Map | None, getters: Getters) -> tuple[MeetingServer, ...]:
    """The servers of ``meeting_servers:``; problems are noted with *getters*."""
    section = getters.map(top, "meeting_servers")
    found: list[MeetingServer] = []
    for name in section.items if section else ():
        node = getters.map(section, name)
        getters.known(node, {"url", "secret_env", "secret_file", "checksum", "ca_file"})
        url = getters.get(node, "url", "", _url, _("the address of its API, https://HOST/bigbluebutton/api"))
        env = getters.get(node, "secret_env", "", str, _("the name of an environment variable"))
        file = getters.get(node, "secret_file", "", str, _("a path"))
        if node is None or "url" not in node.items or bool(env) == bool(file):
            getters.problem(
                section.key_place(name),  # type: ignore[union-attr]
                _("'{key}' needs 'url:' and one of 'secret_env:' and 'secret_file:'").format(key=name),
            )
            continue
        checksum = getters.get(node, "checksum", "sha256", _checksum, " / ".join(CHECKSUMS))
        ca_file = getters.get(node, "ca_file", "", str, _("a path"))
        found.append(
            MeetingServer(
                name,
                url,
                Secret(env=env, file=getters.root / file if file else None),
                checksum,
                getters.root / ca_file if ca_file else None,
            )
        )
    return tuple(found)


def _url(value: str) -> str:
    parts = urlsplit(value)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ValueError
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError
    parts.port  # noqa: B018 - raises ValueError for a port that is none
    return value.rstrip("/")


def _checksum(value: str) -> str:
    if value not in CHECKSUMS:
        raise ValueError
    return value
