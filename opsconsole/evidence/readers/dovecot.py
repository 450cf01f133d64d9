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
from typing import Any, NamedTuple, TypeAlias

from opsconsole.evidence.reader import Event, Lost, MailUse, Origin, Parser, Unreadable, What
from opsconsole.evidence.redact import redact
from opsconsole.evidence.stamps import Batch, Stamps

MAX_ADDRESS = 200

# host and program as rsyslog writes them; as RFC 5424 has them; or nothing (Dovecot's own log file)
_PROGRAM = rb"(?:\S+ dovecot(?:\[\d+\])?: |\S+ dovecot \S+ \S+ (?:-|\[\S*\]) (?:\xef\xbb\xbf)?|)"
_HEAD = _PROGRAM + rb"(?:message repeated (?P<times>\d{1,6}) times: \[ ?)?"
_SERVICE = rb"(?:imap|pop3|managesieve|sieve|submission)-login: (?:Info: )?"
# what may stand before ``user=<``
_BEFORE_USER: tuple[tuple[re.Pattern[bytes], What], ...] = (
    (re.compile(_HEAD + _SERVICE + rb"(?:Login|Logged in): "), "login"),
    (re.compile(_HEAD + _SERVICE + rb"[^<>]*\(auth failed\b[^<>]*: "), "failed"),
)
_LOGIN_WORDS = (b"Login: ", b"Logged in: ")
# what may stand before ``(user)`` in lines that say one of these
_BEFORE_PAREN: tuple[tuple[tuple[bytes, ...], tuple[tuple[re.Pattern[bytes], What], ...]], ...] = (
    (
        (b": stored mail into mailbox ", b": saved mail to "),
        ((re.compile(_HEAD + rb"(?:lmtp|lda|deliver)"), "received"),),
    ),
    ((b": Successfully relayed message: ",), ((re.compile(_HEAD + rb"submission"), "sent"),)),
)
_DROPPED = re.compile(
    rb"(?:\S+ )?(?:rsyslogd|systemd-journald?|journal)\S*(?: \S+ \S+ -)?:? [^\n]*?"
    rb"(?:\b(?P<a>\d{1,9}) messages (?:lost|from pid \d+) due to rate-limiting"
    rb"|Suppressed (?P<b>\d{1,9}) messages from \S+)"
)


class Meaning(NamedTuple):
    """What a line with this text before ``user=<`` says, and how many times."""

    what: What
    times: int


# (what, local day) → address → times; and the same by what and minute
_Uses: TypeAlias = "dict[tuple[What, str], dict[bytes, int]]"
_Rows: TypeAlias = "dict[What, dict[bytes, dict[bytes, int]]]"
_NONE: dict[bytes, dict[bytes, int]] = {}


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
        # what stands before the user's name → what the line says, by place of the name
        self._users: dict[bytes, Meaning | None] = {}
        self._parens: dict[bytes, Meaning | None] = {}
        self._names: dict[bytes, str] = {}

    def state(self) -> Mapping[str, Any]:
        """The date of the last line, for stamps without a year."""
        return self._stamps.state()

    def feed(self, data: bytes, position: int) -> Iterable[Event]:
        """The events of *data*, counted by address and day."""
        notes: dict[str, Unreadable] = {}
        note = partial(_note, notes, data, position)
        # Truncation under a writer leaves runs of NUL bytes in front of the next line.
        text = data.replace(b"\0", b"") if b"\0" in data else data
        found = self._stamps.batches(text)
        for line in found.unstamped:
            note("no time stamp", line)
        uses: _Uses = {}
        events: list[Event] = list(found.seen)
        for batch in found.batches:
            self._logins(batch, uses, note)
            for needles, patterns in _BEFORE_PAREN:
                for needle in needles:
                    if needle in batch.text:
                        self._mails(batch, needle, patterns, uses)
            if b" messages " in batch.text:
                events += _dropped(batch)
        names = self._names
        if len(names) > 100_000:
            names.clear()
        for (what, day), times in uses.items():
            for address, count in times.items():
                name = names.get(address)
                if name is None:
                    name = names[address] = address.decode("utf-8", "replace").lower()[:MAX_ADDRESS]
                events.append(MailUse(name, day, what, count))
        return events + list(notes.values())

    def _logins(self, batch: Batch, uses: _Uses, note: partial[None]) -> None:
        text, end, length, days = batch
        find, rfind, meanings = text.find, text.rfind, self._users
        rows: _Rows = {}
        newline = 0
        place = find(b"user=<")
        while place >= 0:
            start = rfind(b"\n", newline, place) + 1
            before = text[start + end : place]
            meaning = meanings.get(before, _UNKNOWN)
            if meaning is _UNKNOWN:
                meaning = _remember(meanings, before, _BEFORE_USER)
            newline = find(b"\n", place)
            if meaning is not None:
                stop = find(b">", place, newline)
                address = text[place + 6 : stop]
                if stop < 0 or text[stop + 1] not in _AFTER_ADDRESS or b"<" in address:
                    note("a login line that is cut off", text[start:newline])
                elif address and b"*" not in address:
                    minute = text[start : start + length]
                    row = rows.get(meaning[0], _NONE).get(minute)
                    times = _times(rows, meaning[0], minute, days, uses) if row is None else row
                    times[address] = times.get(address, 0) + meaning[1]
            elif before.endswith(_LOGIN_WORDS):
                note("a login that Dovecot did not write, or two lines run into one", text[start:newline])
            place = find(b"user=<", newline)

    def _mails(
        self,
        batch: Batch,
        needle: bytes,
        patterns: tuple[tuple[re.Pattern[bytes], What], ...],
        uses: _Uses,
    ) -> None:
        text, end, length, days = batch
        find, rfind, meanings = text.find, text.rfind, self._parens
        rows: _Rows = {}
        newline = 0
        place = find(needle)
        while place >= 0:
            start = rfind(b"\n", newline, place) + 1
            opened = find(b"(", start + end, place)
            newline = find(b"\n", place)
            if opened > 0:
                before = text[start + end : opened]
                meaning = meanings.get(before, _UNKNOWN)
                if meaning is _UNKNOWN:
                    meaning = _remember(meanings, before, patterns)
                closed = find(b")", opened, place + 1)
                if meaning is not None and closed > 0 and text[closed + 1] in b"<:":
                    # older versions write the process first: lmtp(812, user)
                    user = text[opened + 1 : closed].rpartition(b", ")[2].strip(b"<>")
                    if user and b"*" not in user and b" " not in user:
                        minute = text[start : start + length]
                        row = rows.get(meaning[0], _NONE).get(minute)
                        times = _times(rows, meaning[0], minute, days, uses) if row is None else row
                        times[user] = times.get(user, 0) + meaning[1]
            place = find(needle, newline)


_AFTER_ADDRESS = b", ]\r\n"
_UNKNOWN = Meaning("failed", -1)


def _times(rows: _Rows, what: What, minute: bytes, days: dict[bytes, str], uses: _Uses) -> dict[bytes, int]:
    """Where uses of this sort in this minute are counted, by address."""
    row = rows.setdefault(what, {})[minute] = uses.setdefault((what, days[minute]), {})
    return row


def _remember(
    meanings: dict[bytes, Meaning | None],
    before: bytes,
    patterns: tuple[tuple[re.Pattern[bytes], What], ...],
) -> Meaning | None:
    """What a line with *before* in front of the name says; looked at once for each text."""
    meaning = None
    for pattern, what in patterns:
        if found := pattern.fullmatch(before):
            meaning = Meaning(what, int(found["times"] or 1))
    if len(meanings) > 10_000:
        meanings.clear()
    meanings[before] = meaning
    return meaning


def _dropped(batch: Batch) -> list[Event]:
    """What rsyslog and journald say about lines that never got into the log."""
    text, end, length, days = batch
    lost: list[Event] = []
    for line in text.split(b"\n"):
        if b" messages " in line and (found := _DROPPED.match(line, end)):
            lost.append(Lost(days[line[:length]], int(found["a"] or found["b"])))
    return lost


def _note(notes: dict[str, Unreadable], data: bytes, position: int, reason: str, line: bytes) -> None:
    """Count *line* under *reason*; the first of each becomes the sample."""
    known = notes.get(reason)
    if known is None:
        notes[reason] = Unreadable(reason, redact(line), position + max(data.find(line), 0), 1)
    else:
        notes[reason] = known._replace(lines=known.lines + 1)
