"""The log of a mail server line by line: which program wrote a line, when, and what the few lines that
matter say, at the speed of one pattern.

A log holds several programs. For each that a reader claims there is a ``Program``: the forms of its
lines that say nothing, and what takes the others. One pattern for the form of the stamps runs over a
block of lines and gives, of each line, its minute and, where it matters, its message; so that every
line has been looked at, and one that its program does not know is told. Lines of other programs are
counted and passed over. Lines end at a newline byte and nowhere else.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import Any, Literal, Protocol, TypeAlias

from opsconsole.evidence.patterns import Pattern
from opsconsole.evidence.reader import Event, Lost, MailUses, Origin, Seen, Traffic, Unreadable, What
from opsconsole.evidence.redact import redact
from opsconsole.evidence.stamps import Form, Moment, Moments, form_of

BLOCK = 128 * 1024
MAX_ADDRESS = 200
REPEATS = 512  # messages that are remembered, to know one that is written a second time

# How the writer of a line names itself: as syslog does, as RFC 5424 does, or not at all.
Syntax: TypeAlias = Literal["syslog", "rfc5424", "own"]

_BEHIND_NAME = {
    "syslog": rb"(?:\[\d++\])?+: ",
    "rfc5424": rb" \S++ \S++ (?:-|\[[^\n]*?\]) (?:\xef\xbb\xbf)?+",
    "own": rb"(?:dovecot: )?+",
}
_HOST = {"syslog": rb"[^ \n]++(?<!:)", "rfc5424": rb"[^ \n]++", "own": b""}
# Behind the name, where a syslog server packs equal messages together.
_REPEATED = rb"(?:message repeated (\d{1,6}) times: \[ ?)?+"
_OWN = re.compile(rb"[A-Za-z][\w-]*+(?:\(|: )")  # the first word where no host and no program stand in front
# Only such messages are different whenever they say something else.
_NAMED = re.compile(rb"session=<|mpid=|\)<|: (?:[0-9A-F]{5,}|[0-9A-Za-z]{10,}): (?:client|to)=")
_DROPPED = re.compile(
    rb"[^\n]*?(?:\b(?P<a>\d{1,9}) messages (?:lost|from pid \d+) due to rate-limiting"
    rb"|Suppressed (?P<b>\d{1,9}) messages from \S+)"
)
_LOGGERS = rb"rsyslogd|systemd-journald?|journal"


class Program(Protocol):
    """What is known of the lines of one program.

    *name* is a pattern of what it calls itself in syslog (nothing in it may be captured), *own* tells
    that it may write a file by itself, without host and name; *quiet* a pattern of the beginnings of
    its messages that say nothing. *mute* are such patterns for what calls itself by a narrower name.
    """

    name: bytes
    own: bool
    quiet: bytes
    mute: Mapping[bytes, bytes]

    def take(self, day: str, text: bytes, syntax: Syntax, tally: Tally) -> None:
        """Count what *text* says: whole messages from the name of their program on, with a newline before
        and behind each, those of this program that are not quiet, and of others."""


class Tally:
    """What a piece of a log says, added up."""

    def __init__(self, *, samples: bool = True) -> None:
        self._samples = samples  # False where a log holds secrets: no line of it is shown
        self._uses: dict[tuple[What, str], dict[bytes, int]] = {}
        self._traffic: dict[tuple[str, str], int] = {}
        self._days: dict[str, list[Any]] = {}
        self._lost: list[Lost] = []
        self.notes: list[tuple[str, bytes]] = []

    def uses(self, what: What, day: str) -> dict[bytes, int]:
        """How often each address did *what* on *day*, to be added to."""
        return self._uses.setdefault((what, day), {})

    def use(self, what: What, day: str, address: bytes, times: int) -> None:
        """*address* did *what* on *day*, *times* times."""
        row = self._uses.setdefault((what, day), {})
        row[address] = row.get(address, 0) + times

    def traffic(self, day: str, what: str, times: int) -> None:
        """The server did *what*."""
        if times:
            self._traffic[day, what] = self._traffic.get((day, what), 0) + times

    def unreadable(self, reason: str, line: bytes) -> None:
        """*line* (or the end of one) could not be read."""
        self.notes.append((reason, line))

    def lost(self, day: str, messages: int) -> None:
        """The logging system dropped *messages*."""
        self._lost.append(Lost(day, messages))

    def seen(self, moment: Moment, lines: int, others: int, inferred: int) -> None:
        """*lines* carry the stamp of *moment*."""
        row = self._days.get(moment.day)
        if row is None:
            row = self._days[moment.day] = [moment.at, moment.at, 0, 0, 0, 0]
        if moment.at < row[0]:
            row[0] = moment.at
        if moment.at > row[1]:
            row[1] = moment.at
        row[2] |= 1 << moment.half_hour
        row[3] += lines
        row[4] += others
        row[5] += inferred

    def events(
        self, data: bytes, position: int, names: Mapping[bytes, str], name: Callable[[bytes], str]
    ) -> list[Event]:
        """Everything as events; *data* at *position* is what the lines were read from. *names* are the
        addresses that are known already, *name* makes one of what was written."""
        found: list[Event] = [
            Seen(day, f"{first}:00.000000Z", f"{last}:00.000000Z", lines, half_hours, others, inferred)
            for day, (first, last, half_hours, lines, others, inferred) in self._days.items()
            if lines
        ]
        found += self._lost
        found += [Traffic(day, what, times) for (day, what), times in self._traffic.items()]
        for (what, day), row in self._uses.items():
            texts = [names.get(address) or name(address) for address in row]
            named = dict(zip(texts, row.values(), strict=True))
            if len(named) < len(texts):  # two ways to write one address
                named.clear()
                for text, times in zip(texts, row.values(), strict=True):
                    named[text] = named.get(text, 0) + times
            if named:
                found.append(MailUses(day, what, named))
        notes: dict[str, Unreadable] = {}
        for reason, line in self.notes:
            known = notes.get(reason)
            if known is None:
                sample = redact(line) if self._samples else ""
                notes[reason] = Unreadable(reason, sample, position + max(data.find(line), 0), 1)
            else:
                notes[reason] = known._replace(lines=known.lines + 1)
        found += notes.values()
        return found


class ProgramParser:
    """The reading of one file that holds the lines of *programs* (and of others)."""

    def __init__(self, origin: Origin, programs: Sequence[Program]) -> None:
        state = origin.state or {}
        self._programs = programs
        self._moments = Moments(origin)
        self._repeats = Repeats(str(state.get("repeats", "")))
        self._patterns: dict[tuple[Form, Syntax], Pattern] = {}
        self._names: dict[bytes, str] = {}
        domain = str(origin.options.get("domain", "")).lower()
        self._domain = f"@{domain}" if domain else ""

    def state(self) -> Mapping[str, Any]:
        """The date of the last line, for stamps without a year, and the last messages."""
        repeats = self._repeats.state()
        return {**self._moments.state(), **({"repeats": repeats} if repeats else {})}

    def feed(self, data: bytes, position: int) -> Iterable[Event]:
        """The events of *data*, counted by address and day."""
        tally = Tally()
        # Truncation under a writer leaves runs of NUL bytes in front of the next line.
        text = data.replace(b"\0", b"") if b"\0" in data else data
        for block in _blocks(text):
            self._block(block, tally)
        return tally.events(data, position, self._names, self._name)

    def _name(self, address: bytes) -> str:
        if len(self._names) > 100_000:
            self._names.clear()
        name = address.decode("utf-8", "replace").lower()[:MAX_ADDRESS]
        if self._domain and "@" not in name:
            name += self._domain
        self._names[address] = name
        return name

    # --- lines ---------------------------------------------------------------------------------

    def _block(self, block: bytes, tally: Tally) -> None:
        """A block of whole lines: all of one form in one go, else by runs of lines of one form."""
        form = form_of(block[:80])
        if form and self._run(block, form, _syntax(block[:200], form), tally):
            return
        lines = block.split(b"\n")
        lines.pop()
        for key, run in groupby(lines, _kind):
            some = list(run)
            if key is None:
                for line in some:
                    if line.strip(b"\r"):
                        tally.unreadable("no time stamp", line)
                continue
            text = b"\n".join(some) + b"\n"
            if not self._run(text, key[0], key[1], tally):
                self._each(some, key[0], key[1], tally)

    def _each(self, lines: list[bytes], form: Form, syntax: Syntax, tally: Tally) -> None:
        for line in lines:
            if not self._run(line + b"\n", form, syntax, tally):
                tally.unreadable("no time stamp", line)

    def _run(self, text: bytes, form: Form, syntax: Syntax, tally: Tally) -> bool:
        """Count the lines of *text*; False, and nothing counted, where they are not all of *form*,
        or of several months without years."""
        found = self._pattern(form, syntax).findall(b"\n" + text)
        minutes: dict[bytes, None] = {}
        messages: list[bytes] = []
        others: list[bytes] = []
        last = None
        for minute, message, other in found:
            if minute != last:
                minutes[minute] = None
                last = minute
            if message:
                messages.append(message)
            elif other:
                others.append(other)
        if last is None or b"" in minutes:
            return False
        inferred = form.kind == "bsd"
        if inferred and len(minutes) > 1 and len({one[:3] for one in minutes}) > 1:
            return False
        moments: dict[bytes, Moment] = {}
        for minute in minutes:
            moment = self._moments.of(minute, form)
            if moment is None:
                return False
            moments[minute] = moment
        if inferred and last != next(reversed(minutes)):
            self._moments.of(last, form)  # the last line is the one to go on from
        if len({moment.day for moment in moments.values()}) == 1:
            first, *rest = moments.values()
            tally.seen(first, len(found), len(others), len(found) * inferred)
            for moment in rest:
                tally.seen(moment, 0, 0, 0)
            self._messages(first.day, messages, others, syntax, tally)
            return True
        by_day: dict[str, tuple[list[bytes], list[bytes]]] = {}
        for minute, message, other in found:
            moment = moments[minute]
            tally.seen(moment, 1, bool(other), inferred)
            ours, theirs = by_day.setdefault(moment.day, ([], []))
            if message:
                ours.append(message)
            if other:
                theirs.append(other)
        for day, (ours, theirs) in by_day.items():
            self._messages(day, ours, theirs, syntax, tally)
        return True

    def _pattern(self, form: Form, syntax: Syntax) -> Pattern:
        """What cuts a line into (minute, message, what another program wrote: of a logging system all,
        else one byte). The message is empty where it says nothing, the minute where the line is of
        another form."""
        known = self._patterns.get((form, syntax))
        if known is None:
            if len(self._patterns) > 200:
                self._patterns.clear()
            writers = [one for one in self._programs if one.own or syntax != "own"]
            quiet = [name(one, syntax, repeated=False) + rb"(?:" + one.quiet + rb")|" for one in writers]
            if syntax != "own":
                quiet += [
                    narrow + _BEHIND_NAME[syntax] + rb"(?:" + said + rb")|"
                    for one in writers
                    for narrow, said in one.mute.items()
                ]
            claims = [_claim(one, syntax) for one in writers]
            known = self._patterns[form, syntax] = Pattern(
                rb"\n(?:%s%s(?:%s(?:%s((?:%s)[^\n]*+))|(%s))|(?=[^\n]))"
                % (
                    _before(form),
                    _HOST[syntax],
                    b"" if syntax == "own" else b" ",
                    b"".join(quiet),
                    b"|".join(claims) or rb"(?!)",
                    rb"[^\n]" if syntax == "own" else rb" (?:%s)[^\n]*+| " % _LOGGERS,
                )
            )
        return known

    # --- messages ------------------------------------------------------------------------------

    def _messages(
        self, day: str, messages: list[bytes], others: list[bytes], syntax: Syntax, tally: Tally
    ) -> None:
        """Give *messages*, in order, to their programs; look for losses in what *others* wrote."""
        for other in others:
            if len(other) > 1 and (dropped := _DROPPED.match(other)):
                tally.lost(day, int(dropped["a"] or dropped["b"]))
        if not messages:
            return
        new = self._repeats.new(messages)
        if len(new) < len(messages):
            tally.traffic(day, "repeated lines", len(messages) - len(new))
        text = b"\n" + b"\n".join(new) + b"\n"
        for program in self._programs:
            if syntax != "own" or program.own:
                program.take(day, text, syntax, tally)


def name(program: Program, syntax: Syntax, *, repeated: bool = True) -> bytes:
    """The pattern of what stands before the message of *program*; it captures how often a syslog server
    says that the message was *repeated*."""
    own = b"" if syntax == "own" else program.name
    return own + _BEHIND_NAME[syntax] + (_REPEATED if repeated else b"")


def _claim(program: Program, syntax: Syntax) -> bytes:
    """The pattern of how a line of *program* begins."""
    return rb"(?:)" if syntax == "own" else rb"%s(?=%s)" % (program.name, _BEHIND_NAME[syntax])


def _before(form: Form) -> bytes:
    """The pattern of a stamp of *form*, its minute captured."""
    if form.kind == "tai":
        return rb"(@4[0-9a-f]{23}) "
    rest = form.end - form.minute - 2 - len(form.zone)
    return rb"(.{%d}):.{%d}%s " % (form.minute, rest, re.escape(form.zone))


def _syntax(line: bytes, form: Form) -> Syntax:
    if form.start >= 4 and line[: form.start].endswith(b"1 "):
        return "rfc5424"
    return "own" if _OWN.match(line, form.end) else "syslog"


def _kind(line: bytes) -> tuple[Form, Syntax, bytes] | None:
    """What lines must have in common to be read in one go; without a year, the day too."""
    form = form_of(line[:80])
    if form is None:
        return None
    return form, _syntax(line[:200], form), line[:6] if form.kind == "bsd" else b""


def _blocks(data: bytes) -> Iterator[bytes]:
    """*data* in blocks of whole lines."""
    start = 0
    while len(data) - start > BLOCK:
        end = data.rfind(b"\n", start, start + BLOCK) + 1 or data.find(b"\n", start) + 1
        yield data[start:end]
        start = end
    if start < len(data):
        yield data[start:]


class Repeats:
    """Messages that stand in a log a second time: re-sent by a log shipper, or written by two rules.

    Only one that carries an identity (a session, a process, a queue id) can be told from another
    that says the same; and only the last 512 are remembered.
    """

    def __init__(self, state: str) -> None:
        kept = b64decode(state)
        self._before = deque((kept[at : at + 8] for at in range(0, len(kept), 8)), REPEATS)
        self._last: deque[bytes] = deque(maxlen=REPEATS)
        # Together, these hold the last messages at least: what is in neither is new.
        self._older: set[bytes] = set()
        self._newer: set[bytes] = set()

    def state(self) -> str:
        """The last messages, as digests."""
        digests = [*self._before, *map(_digest, self._last)][-REPEATS:]
        return b64encode(b"".join(digests)).decode()

    def new(self, messages: list[bytes]) -> list[bytes]:
        """*messages* without those that stood there before."""
        here = set(messages)
        again = (here & self._newer) | (here & self._older)
        if len(here) < len(messages):
            again |= {message for message, times in Counter(messages).items() if times > 1}
        doubtful = any(map(_NAMED.search, again))
        new = self._slowly(messages) if doubtful or self._before else messages
        if new is messages:
            self._last.extend(messages)
        if len(self._newer) >= REPEATS:
            self._older, self._newer = self._newer, here
        else:
            self._newer |= here
        return new

    def _slowly(self, messages: list[bytes]) -> list[bytes]:
        new = []
        older = set(self._before)
        newer: dict[bytes, int] = {}
        for one in self._last:
            newer[one] = newer.get(one, 0) + 1
        for message in messages:
            named = _NAMED.search(message) is not None
            if not named or not (message in newer or (older and _digest(message) in older)):
                new.append(message)
            if len(self._last) == REPEATS:
                gone = self._last[0]
                newer[gone] -= 1
                if not newer[gone]:
                    del newer[gone]
            self._last.append(message)
            newer[message] = newer.get(message, 0) + 1
            if self._before and len(self._before) + len(self._last) > REPEATS:
                older.discard(self._before.popleft())
        return new


def _digest(message: bytes) -> bytes:
    return blake2b(message, digest_size=8).digest()
