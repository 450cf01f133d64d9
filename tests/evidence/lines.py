"""Log lines as Dovecot, rsyslog and their neighbours write them, with made-up people."""

from __future__ import annotations

import datetime as dt
import zlib
from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from opsconsole.evidence.reader import (
    EachUse,
    Event,
    MailUse,
    MailUses,
    Origin,
    Reader,
    Seen,
    Stay,
    Traffic,
    Unreadable,
)
from opsconsole.evidence.readers.dovecot import READER

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LAN = "lan.nguyen@hoabinh.example"
MINH = "minh.tran@hoabinh.example"


def origin(
    reference: dt.datetime | None = None, state: dict[str, object] | None = None, data: bytes = b""
) -> Origin:
    """A beginning; *reference* is by default the end of October 2019."""
    return Origin(
        path="mail.log",
        reference=reference or dt.datetime(2019, 10, 31, 12, tzinfo=dt.UTC),
        timezone=ZONE,
        state=state,
        outline=lambda: data.split(b"\n"),
    )


def read(text: str | bytes, reader: Reader = READER, reference: dt.datetime | None = None) -> list[Event]:
    """The events of *text*, as one piece."""
    data = text.encode() if isinstance(text, str) else text
    return list(reader.begin(origin(reference, data=data)).feed(data, 0))


def uses(events: Iterable[Event]) -> dict[tuple[str, str, str], int]:
    """(address, day, what) → times."""
    found: Counter[tuple[str, str, str]] = Counter()
    for one in events:
        if isinstance(one, MailUse):
            found[one.address, one.day, one.what] += one.times
        elif isinstance(one, MailUses):
            found.update({(address, one.day, one.what): times for address, times in one.times.items()})
        elif isinstance(one, EachUse):
            found.update((address, one.day, one.what) for address in one.addresses)
    return dict(found)


def traffic(events: Iterable[Event]) -> dict[str, int]:
    """what → times, over all days."""
    found: dict[str, int] = {}
    for one in events:
        if isinstance(one, Traffic):
            found[one.what] = found.get(one.what, 0) + one.times
    return found


def unread(events: Iterable[Event]) -> dict[str, int]:
    """reason → lines."""
    found: dict[str, int] = {}
    for one in events:
        if isinstance(one, Unreadable):
            found[one.reason] = found.get(one.reason, 0) + one.lines
    return found


def seen(events: Iterable[Event]) -> dict[str, tuple[str, str, int]]:
    """day → (first minute, last minute, lines)."""
    return {one.day: (one.first_at, one.last_at, one.lines) for one in events if isinstance(one, Seen)}


def stays(events: Iterable[Event]) -> list[Stay]:
    """The stays among *events*."""
    return [one for one in events if isinstance(one, Stay)]


def login(stamp: str, address: str = LAN, session: str = "") -> str:
    """A login through IMAP, behind *stamp*; its session is by default one of its own."""
    session = session or f"{zlib.crc32((stamp + address).encode()):x}"
    return (
        f"{stamp} mail dovecot: imap-login: Login: user=<{address}>, method=PLAIN, rip=203.0.113.9, "
        f"lip=192.0.2.1, mpid=812, TLS, session=<{session}>\n"
    )
