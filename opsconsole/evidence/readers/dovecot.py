"""Dovecot's log, versions 2.0 to 2.4, through syslog or written by itself: logins, failed logins,
deliveries, relayed mail.

What counts: a login line is a login of ``user=<…>``; a line that ends a session is nothing; a
failed login is a failure and never use; ``a*b`` (a master user's way into a mailbox) is nobody's; a
stored mail is received. Lines that merely quote such text do not count: the words must stand where
Dovecot itself writes them, right behind the stamp, the host and its own name, since remote people
choose what other programs log.

A byte search finds the few lines that matter; what stands before ``user=<`` is looked up whole, so
that a pattern runs once for each different one. Lines end at a newline byte and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from opsconsole.evidence.reader import Event, Lost, MailUse, Origin, Parser, Unreadable, What
from opsconsole.evidence.redact import redact
from opsconsole.evidence.stamps import Batch, Stamps

MAX_ADDRESS = 200

# host and program as rsyslog writes them; as RFC 5424 has them; or nothing (Dovecot's own log file)
_PROGRAM = rb"(?:\S+ dovecot(?:\[\d+\])?: |\S+ dovecot \S+ \S+ (?:-|\[\S*\]) (?:\xef\xbb\xbf)?|)"
_HEAD = _PROGRAM + rb"(?:message repeated (?P<times>\d{1,6}) times: \[ ?)?"
_SERVICE = rb"(?:imap|pop3|managesieve|sieve|submission)-login: (?:Info: )?"
_LOGIN = re.compile(_HEAD + _SERVICE + rb"(?:Login|Logged in): ")
_FAILED = re.compile(_HEAD + _SERVICE + rb"[^<>]*\(auth failed\b[^<>]*: ")
_LOGIN_WORDS = (b"Login: ", b"Logged in: ")
_STORED = re.compile(
    _HEAD + rb"(?:lmtp|lda|deliver)\((?:\d+, )?<?(?P<user>[^()<>\s]*)>?\)(?:<[^<>]*>)*: "
    rb".*: (?:stored mail into mailbox|saved mail to) "
)
_RELAYED = re.compile(
    _HEAD + rb"submission\((?P<user>[^()<>\s]*)\)(?:<[^<>]*>)*: (?:Info: )?Successfully relayed message: "
)
_DROPPED = re.compile(
    rb"(?:\S+ )?(?:rsyslogd|systemd-journald?|journal)\S*(?: \S+ \S+ -)?:? .*?"
    rb"(?:\b(?P<a>\d{1,9}) messages (?:lost|from pid \d+) due to rate-limiting"
    rb"|Suppressed (?P<b>\d{1,9}) messages from \S+)"
)


class Meaning(NamedTuple):
    """What a line with this text before ``user=<`` says, and how many times."""

    what: What
    times: int


class DovecotReader:
    """The format, as the registry has it."""

    name = "dovecot"
    documents = False

    def begin(self, origin: Origin) -> Parser:
        """Start to read at *origin*."""
        return DovecotParser(origin)


READER = DovecotReader()


class DovecotParser:
    """The reading of one file."""

    def __init__(self, origin: Origin) -> None:
        self._stamps = Stamps(origin)
        self._meanings: dict[bytes, Meaning | None] = {}

    def state(self) -> Mapping[str, Any]:
        """The date of the last line, for stamps without a year."""
        return self._stamps.state()

    def feed(self, data: bytes, position: int) -> Iterable[Event]:
        """The events of *data*, counted by address and day."""
        unreadable = partial(_note, {}, data, position)
        # Truncation under a writer leaves runs of NUL bytes in front of the next line.
        lines = (data.replace(b"\0", b"") if b"\0" in data else data).split(b"\n")
        if b"" in lines:
            lines = [line for line in lines if line and line != b"\r"]
        batches, seen = self._stamps.batches(lines)
        for line in self._stamps.unstamped:
            unreadable("no time stamp", line)
        uses: dict[tuple[bytes, str, What], int] = {}
        events: list[Event] = list(seen)
        has_user, has_mail = b"user=<" in data, b"ed mail " in data or b"relayed message" in data
        has_lost = b" messages " in data
        for batch in batches:
            if has_user:
                self._logins(batch, uses, unreadable)
            if has_mail:
                self._mails(batch, uses)
            if has_lost:
                events += _dropped(batch)
        events += [
            MailUse(address.decode("utf-8", "replace").lower()[:MAX_ADDRESS], day, what, times)
            for (address, day, what), times in uses.items()
        ]
        return events + list(unreadable.args[0].values())

    def _logins(
        self, batch: Batch, uses: dict[tuple[bytes, str, What], int], unreadable: partial[None]
    ) -> None:
        meanings, day, end = self._meanings, batch.day, batch.end
        for line in [line for line in batch.lines if b"user=<" in line]:
            start = line.find(b"user=<", end)
            before = line[end:start]
            if before in meanings:
                meaning = meanings[before]
            else:
                if len(meanings) > 10_000:
                    meanings.clear()
                meaning = meanings[before] = _meaning(before)
            if meaning is None:
                if before.endswith(_LOGIN_WORDS):
                    unreadable("a login that Dovecot did not write, or two lines run into one", line)
                continue
            stop = line.find(b">", start)
            address = line[start + 6 : stop]
            if stop < 0 or b"<" in address or line[stop + 1 : stop + 2] not in (b",", b"", b"]", b"\r", b" "):
                unreadable("a login line that is cut off", line)
                continue
            if b"*" in address or not address:
                continue
            use = (address, day(line), meaning.what)
            uses[use] = uses.get(use, 0) + meaning.times

    def _mails(self, batch: Batch, uses: dict[tuple[bytes, str, What], int]) -> None:
        for needle, pattern, what in _MAILS:
            for line in [line for line in batch.lines if needle in line]:
                found = pattern.match(line, batch.end)
                if found and found["user"] and b"*" not in found["user"]:
                    use = (found["user"], batch.day(line), what)
                    uses[use] = uses.get(use, 0) + int(found["times"] or 1)


_MAILS: tuple[tuple[bytes, re.Pattern[bytes], What], ...] = (
    (b"ed mail ", _STORED, "received"),
    (b"relayed message", _RELAYED, "sent"),
)


def _meaning(before: bytes) -> Meaning | None:
    if found := _LOGIN.fullmatch(before):
        return Meaning("login", int(found["times"] or 1))
    if found := _FAILED.fullmatch(before):
        return Meaning("failed", int(found["times"] or 1))
    return None


def _dropped(batch: Batch) -> list[Event]:
    """What rsyslog and journald say about lines that never got into the log."""
    lost: list[Event] = []
    for line in [line for line in batch.lines if b" messages " in line]:
        if found := _DROPPED.match(line, batch.end):
            lost.append(Lost(batch.day(line), int(found["a"] or found["b"])))
    return lost


def _note(notes: dict[str, Unreadable], data: bytes, position: int, reason: str, line: bytes) -> None:
    """Count *line* under *reason*; the first of each becomes the sample."""
    known = notes.get(reason)
    if known is None:
        notes[reason] = Unreadable(reason, redact(line), position + max(data.find(line), 0), 1)
    else:
        notes[reason] = known._replace(lines=known.lines + 1)
