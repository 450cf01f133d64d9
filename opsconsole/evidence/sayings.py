"""What is known of the lines that a program writes into a log, and the patterns that are made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias

from opsconsole.evidence.patterns import Pattern, groups
from opsconsole.evidence.reader import What
from opsconsole.evidence.stamps import Form
from opsconsole.evidence.tally import Tally

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
_LOGGERS = rb"rsyslogd|systemd-journald?|journal"


class Usual(NamedTuple):
    """A form of message of which all that counts is its first group: each address in it did *what* (None:
    it is no address, and only tells that the message is of this form), and the server did *traffic* each
    time. *message* is the pattern behind the name; *name* is what the program calls itself there, where
    that is narrower."""

    message: bytes
    what: What | None = None
    traffic: str = ""
    name: bytes = b""


class Program(Protocol):
    """What is known of the lines of one program.

    *name* is a pattern of what it calls itself in syslog (nothing in it may be captured), *own* tells
    that it may write a file by itself, without host and name; *quiet* a pattern of the beginnings of
    its messages that say nothing. *mute* are such patterns for what calls itself by a narrower name.
    *usual* are forms that most of its other messages have: what they say is what ``take`` would count.
    """

    name: bytes
    own: bool
    quiet: bytes
    mute: Mapping[bytes, bytes]
    usual: Sequence[Usual]

    def take(self, day: str, text: bytes, syntax: Syntax, tally: Tally) -> None:
        """Count what *text* says: whole messages from the name of their program on, with a newline before
        and behind each, those of this program that are neither quiet nor usual, and of others."""


class Forms(NamedTuple):
    """The usual forms of several programs: the *pattern* of each of them, and *places*, each with the number
    of its group. The last group is a message that has no such form."""

    pattern: bytes
    places: Sequence[tuple[int, Usual]]

    def columns(self) -> Pattern:
        """The pattern that takes one message after the other apart."""
        said, left = rb"\n(?:" + self.pattern, rb"|([^\n]++))"
        return Pattern(said + left, said + rb"[^\n]*+" + left)


def syntax_of(line: bytes, form: Form) -> Syntax:
    """How the writer of *line* names itself."""
    if form.start >= 4 and line[: form.start].endswith(b"1 "):
        return "rfc5424"
    return "own" if _OWN.match(line, form.end) else "syslog"


def name(program: Program, syntax: Syntax, *, repeated: bool = True) -> bytes:
    """The pattern of what stands before the message of *program*; it captures how often a syslog server
    says that the message was *repeated*."""
    own = b"" if syntax == "own" else program.name
    return own + _BEHIND_NAME[syntax] + (_REPEATED if repeated else b"")


def writers(programs: Sequence[Program], syntax: Syntax) -> list[Program]:
    """Those of *programs* that may write so."""
    return [one for one in programs if one.own or syntax != "own"]


def usual_forms(programs: Sequence[Program], syntax: Syntax) -> Forms:
    """The usual forms of *programs*."""
    named: dict[bytes, list[Usual]] = {}
    for program in writers(programs, syntax):
        for usual in program.usual:
            if syntax != "own" or not usual.name:
                named.setdefault(usual.name or program.name, []).append(usual)
    places: list[tuple[int, Usual]] = []
    alternatives: list[bytes] = []
    at = 0
    for name_, several in named.items():
        for usual in several:
            places.append((at, usual))
            at += groups(usual.message)
        own = b"" if syntax == "own" else name_
        said = b"|".join(usual.message for usual in several)
        alternatives.append(own + _BEHIND_NAME[syntax] + rb"(?:" + said + rb")")
    return Forms(rb"(?:" + (rb"|".join(alternatives) or rb"(?!)") + rb")", places)


def lines(programs: Sequence[Program], form: Form, syntax: Syntax) -> Pattern:
    """What cuts a line into (minute, message, what another program wrote: of a logging system all, else one
    byte). The minute is empty where the line is empty or of another form, the message where it says nothing.

    By PCRE2, lines that say nothing are one match with the next ones of the same minute that say nothing.
    """
    some = writers(programs, syntax)
    quiet = [name(one, syntax, repeated=False) + rb"(?:" + one.quiet + rb")" for one in some]
    if syntax != "own":
        quiet += [
            narrow + _BEHIND_NAME[syntax] + rb"(?:" + said + rb")"
            for one in some
            for narrow, said in one.mute.items()
        ]
    nothing = rb"(?:" + (rb"|".join(quiet) or rb"(?!)") + rb")"
    claims = rb"|".join(_claim(one, syntax) for one in some) or rb"(?!)"
    message = rb"((?:" + claims + rb")[^\n]*+)"
    host = _HOST[syntax]
    before = host + (b"" if syntax == "own" else b" ")
    other = host + (rb"([^\n])" if syntax == "own" else rb"( (?:%s)[^\n]*+| )" % _LOGGERS)
    minute, rest = _stamp(form)
    start = rb"\n(?:(" + minute + rb")" + rest
    again = rb"(?:\n\1" + rest + before + nothing + rb"[^\n]*+)*+"
    return Pattern(
        start + rb"(?:" + before + rb"(?:" + nothing + rb"|" + message + rb")|" + other + rb")|(?=[\s\S]))",
        start
        + (rb"(?:" + before + rb"(?:" + nothing + rb"[^\n]*+" + again + rb"|" + message + rb")")
        + (rb"|" + other + rb"[^\n]*+)|(?=[\s\S])[^\n]*+)"),
    )


def _claim(program: Program, syntax: Syntax) -> bytes:
    """The pattern of how a line of *program* begins."""
    return rb"(?:)" if syntax == "own" else rb"%s(?=%s)" % (program.name, _BEHIND_NAME[syntax])


def _stamp(form: Form) -> tuple[bytes, bytes]:
    """The patterns of a stamp of *form*: up to its minute, and the rest of it."""
    if form.kind == "tai":
        return rb"@4[0-9a-f]{23}", rb" "
    rest = form.end - form.minute - 2 - len(form.zone)
    return rb".{%d}" % form.minute, rb":.{%d}%s " % (rest, re.escape(form.zone))
