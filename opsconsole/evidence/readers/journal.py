"""The journal of systemd as a mail log: ``journalctl -o json`` (lines) and ``-o export`` (documents).

What Postfix and Dovecot wrote stands in ``MESSAGE``; who wrote it and when beside it. Each entry becomes
a line as syslog would have it, and is read as ``maillog`` reads that. An export is read whole; a
journal that is saved again and again is better saved as JSON lines, each part once (``--cursor-file``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opsconsole.evidence.programs import ProgramParser
from opsconsole.evidence.reader import DocumentFormat, Event, LineFormat, Origin, Unfit, Unreadable
from opsconsole.evidence.readers.dovecot import OPTIONS, Dovecot, webmail
from opsconsole.evidence.readers.postfix import Postfix
from opsconsole.evidence.redact import redact

MAX_MESSAGE = 60_000


def as_line(entry: Mapping[str, Any]) -> bytes | None:
    """An entry as a line of syslog; None where it is none."""
    try:
        at = dt.datetime.fromtimestamp(int(entry["__REALTIME_TIMESTAMP"]) / 1e6, dt.UTC)
        message = entry["MESSAGE"]
        if isinstance(message, list):  # what is no UTF-8 comes as numbers
            message = bytes(message)
        elif isinstance(message, str):
            message = message.encode("utf-8", "surrogateescape")
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None
    if not isinstance(message, bytes):
        return None
    host, who = _word(entry.get("_HOSTNAME"), "-"), _word(entry.get("SYSLOG_IDENTIFIER"), "-")
    pid = _word(entry.get("SYSLOG_PID") or entry.get("_PID"), "0")
    text = message.replace(b"\n", b" ")[:MAX_MESSAGE]
    head = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}+00:00 {host} {who}[{pid}]: "
    return head.encode("utf-8", "replace") + text + b"\n"


def _word(value: object, otherwise: str) -> str:
    """A field that is one word in a line of syslog."""
    text = "".join(str(value).split()) if isinstance(value, (str, int)) else ""
    return text or otherwise


def _parser(origin: Origin) -> ProgramParser:
    return ProgramParser(origin, [Postfix(stored=False), Dovecot(webmail(origin))])


class JournalParser:
    """The reading of one file of JSON lines."""

    def __init__(self, origin: Origin) -> None:
        self._inner = _parser(origin)

    def state(self) -> Mapping[str, Any]:
        """What must be known to go on."""
        return self._inner.state()

    def feed(self, data: bytes, position: int) -> Iterable[Event]:
        """The events of whole lines, each an entry."""
        events: list[Event] = []
        lines: list[bytes] = []
        at = position
        for line in data.removesuffix(b"\n").split(b"\n"):
            place, at = at, at + len(line) + 1
            if not line.strip():
                continue
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                entry = None
            made = as_line(entry) if isinstance(entry, dict) else None
            if made is None:
                events.append(Unreadable("no entry of a journal", redact(line), place))
            else:
                lines.append(made)
        return [*events, *self._inner.feed(b"".join(lines), position)]


def events_of_export(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of an export. Raises Unfit where it is none."""
    events: list[Event] = []
    lines: list[bytes] = []
    for place, entry in entries(data):
        made = as_line(entry)
        if made is not None:
            lines.append(made)
        else:
            events.append(Unreadable("no entry of a journal", "", place))
    return [*events, *_parser(origin).feed(b"".join(lines), 0)]


def entries(data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries of an export with their places. A field is ``NAME=text``, or ``NAME``, a length of 8 bytes
    and that many bytes; an empty line ends an entry. Raises Unfit."""
    entry: dict[str, Any] = {}
    at = place = 0
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        line = data[at:end]
        name, equals, value = line.partition(b"=")
        if not line:
            if entry:
                yield place, entry
            entry, place = {}, end + 1
        elif not name.replace(b"_", b"").isalnum():
            raise Unfit("no export of a journal", at)
        elif equals:
            entry[name.decode("ascii", "replace")] = value.decode("utf-8", "surrogateescape")
        else:
            length = int.from_bytes(data[end + 1 : end + 9], "little")
            if end + 9 + length > len(data):
                raise Unfit("the export of a journal ends within a field", at)
            content = data[end + 9 : end + 9 + length]
            entry[name.decode("ascii", "replace")] = list(content) if name == b"MESSAGE" else ""
            end += 9 + length
        at = end + 1
    if entry:
        yield place, entry


READER = LineFormat("journal", JournalParser, "mail", OPTIONS)


EXPORT = DocumentFormat("journal-export", events_of_export, "mail", OPTIONS)
