"""Patterns are read alike by ``re`` and by PCRE2, and by ``re`` where PCRE2 gives up."""

from __future__ import annotations

import random
import re
from types import SimpleNamespace
from typing import Any

import pytest

from opsconsole.evidence import patterns, programs, sayings
from opsconsole.evidence.patterns import Pattern
from opsconsole.evidence.reader import LineFormat
from opsconsole.evidence.readers import dovecot, maillog, postfix
from opsconsole.evidence.sayings import Program, Syntax
from opsconsole.evidence.stamps import Form, form_of
from tests.evidence.lines import LAN, MINH, read, traffic, unread, uses
from tests.fuzz.mail_readers import _SYSLOG, mutated

_SYNTAXES: tuple[Syntax, ...] = ("syslog", "rfc5424", "own")
_FORMS = [
    form
    for line in (
        "Oct  1 13:14:01 mail x",
        "2019-10-01T13:14:01.123456+07:00 mail x",
        "<22>1 2019-10-01T13:14:01Z m",
        "@400000004c91b044077a9e94 x",
    )
    if (form := form_of(line.encode()))
]


def _programs() -> list[Program]:
    return [postfix.Postfix(stored=False), dovecot.Dovecot(["192.0.2.7"])]


def _by_re(pattern: Pattern) -> Pattern:
    return Pattern(pattern.pattern)


def _mutated(seed: int, lines: int) -> bytes:
    """Mutated lines, each behind a newline, and one behind the last."""
    draw = random.Random(seed)
    made = [mutated(draw.choice(_SYSLOG).encode(), draw).replace(b"\0", b"")[:2000] for _line in range(lines)]
    return b"\n" + b"\n".join(made) + b"\n"


@pytest.mark.parametrize("syntax", _SYNTAXES)
@pytest.mark.parametrize("form", _FORMS)
def test_both_find_the_same_minutes_and_messages_in_mutated_lines(form: Form, syntax: Syntax) -> None:
    pytest.importorskip("pcre2", reason="no wheel of pcre2 for this machine")
    pattern = sayings.lines(_programs(), form, syntax)
    text = _mutated(3, 3000)
    minutes, messages, others = pattern.columns(text)
    assert pattern.fast, "PCRE2 gave up"
    of_each, messages_by_re, others_by_re = _by_re(pattern).columns(text)
    assert len(of_each) == text.count(b"\n") - 1
    assert set(minutes) == set(of_each)
    assert len(minutes) <= len(of_each)
    assert list(filter(None, messages)) == list(filter(None, messages_by_re))
    assert list(filter(None, others)) == list(filter(None, others_by_re))


@pytest.mark.parametrize("syntax", _SYNTAXES)
def test_both_take_mutated_messages_apart_alike(syntax: Syntax) -> None:
    pytest.importorskip("pcre2", reason="no wheel of pcre2 for this machine")
    pattern = sayings.usual_forms(_programs(), syntax).columns()
    messages = _mutated(5, 6000).replace(b"\r", b"").split(b"\n")
    text = b"\n" + b"\n".join(filter(None, (line.partition(b" mail ")[2] for line in messages))) + b"\n"
    if syntax == "rfc5424":
        text = re.sub(rb"(?<=\n)([\w/]+)(?:\[\d+\])?: ", rb"\1 - - - ", text)
    found = pattern.columns(text)
    assert pattern.fast, "PCRE2 gave up"
    assert found == _by_re(pattern).columns(text)
    assert sum(map(bool, found[0])), "none of the first form"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("reader", [maillog.READER, postfix.READER, dovecot.READER], ids=lambda one: one.name)
def test_a_usual_form_counts_what_is_counted_of_its_message_otherwise(
    reader: LineFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short way through most messages against the long one, which knows no usual forms."""
    text = _mutated(7, 8000)[1:]
    short = read(text, reader)
    monkeypatch.setattr(sayings, "usual_forms", lambda _programs, _syntax: sayings.Forms(rb"(?!)", ()))
    monkeypatch.setattr(programs, "usual_forms", sayings.usual_forms)
    long = read(text, reader)
    assert uses(short) == uses(long)
    assert traffic(short) == traffic(long)
    assert unread(short) == unread(long)
    assert len({what for _address, _day, what in uses(short)}) >= {"postfix": 3}.get(reader.name, 5)


def test_a_long_run_of_lines_that_say_nothing_is_passed_over_by_pcre2() -> None:
    pytest.importorskip("pcre2", reason="no wheel of pcre2 for this machine")
    pattern = sayings.lines(_programs(), _FORMS[0], "syslog")
    line = b"\nOct  1 13:14:01 mail postfix/qmgr[3]: A0320E00C3: removed"
    assert pattern.columns(line * 5000 + b"\n") == [[b"Oct  1 13:14"], [b""], [b""]]
    assert pattern.fast


def test_where_pcre2_gives_up_re_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    class GivesUp:
        def __init__(self, pattern: bytes, jit: bool) -> None:
            pass

        def sub(self, _template: bytes, text: bytes) -> Any:
            asked.append(text)
            raise RuntimeError("match limit exceeded")

    patterns._compiled.cache_clear()
    monkeypatch.setattr(patterns, "import_module", lambda _name: SimpleNamespace(compile=GivesUp))
    pattern = Pattern(rb"\n(a+)()", rb"\n(a+)()[^\n]*+")
    assert pattern.columns(b"\naa\nb\na\n") == [[b"aa", b"a"], [b"", b""]]
    assert not pattern.fast
    assert pattern.columns(b"\na\n") == [[b"a"], [b""]]
    assert asked == [b"\naa\nb\na\n"]  # it is not asked again
    patterns._compiled.cache_clear()


@pytest.mark.parametrize(
    ("pattern", "number"),
    [(rb"(a)(?:b)(?=c)(?P<d>e)(?P=d)", 2), (rb"\((?!x)[(](?>y)(?<!z)", 0), (rb"((()))", 3)],
)
def test_groups_that_capture_are_counted(pattern: bytes, number: int) -> None:
    assert patterns.groups(pattern) == number == re.compile(pattern).groups


def test_a_session_that_read_something_says_nothing_and_one_that_only_looked_is_a_poll() -> None:
    ended = "dovecot: imap({who})<812><Qx>: Logged out in=166 out=10854 deleted=0 expunged=0 trashed=0 hdr_count={n} "
    ended += "hdr_bytes=0 body_count=0 body_bytes=0\n"
    stamp = "Oct  1 13:14:01 mail "
    text = "".join(stamp + ended.format(who=LAN, n=n) for n in (0, 3, 0))
    assert uses(read(text, maillog.READER)) == {(LAN, "2019-10-01", "poll"): 1}  # the third repeats the first


def test_a_mail_that_dovecot_says_it_stored_is_left_to_dovecots_own_line() -> None:
    stamp, id_ = "Oct  1 13:14:01 mail ", "4PbCZy4PWKz3tBr"
    sent = "relay=mail[private/dovecot-lmtp], delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent"
    saved = f"(250 2.0.0 <{LAN}> aBc1+x Saved)"
    lines = [
        f"postfix/lmtp[9]: {id_}: to=<{LAN}>, {sent} {saved}",
        f"postfix/lmtp[9]: {id_}: to=<{LAN}>, orig_to=<a@b>, {sent} {saved}\r",
        f"postfix/smtp[9]: {id_}: to=<{LAN}>, {sent} {saved}",  # a server elsewhere that runs Dovecot
        f"postfix/lmtp[9]: {id_}: to=<{LAN}>, {sent} (250 2.1.5 Delivery OK)",
        f"postfix/lmtp[9]: {id_}: to=<{MINH}>, {sent} (forwarded as 9D1A22F3 Saved)",
    ]
    events = read("".join(f"{stamp}{line}\n" for line in lines), maillog.READER)
    assert traffic(events) == {"relayed": 1, "delivered": 1, "forwarded": 1}
    assert uses(events) == {(LAN, "2019-10-01", "received"): 1}
    assert traffic(read("".join(f"{stamp}{line}\n" for line in lines), postfix.READER)) == {
        "relayed": 1,
        "delivered": 3,
        "forwarded": 1,
    }


@pytest.mark.parametrize(
    ("written", "run"),
    [
        (rb"(?:a|b)*+c", rb"(?>(?:a|b)*)c"),
        (rb"(a(?:[()]|\))?+b)++", rb"(?>(a(?>(?:[()]|\))?)b)+)"),
        (rb"\)*+[)*+]a*+", rb"\)*+[)*+]a*+"),
        (rb"([^)?+]\\)", rb"([^)?+]\\)"),
    ],
)
def test_a_group_that_gives_nothing_back_is_written_so_that_every_python_reads_it_alike(
    written: bytes, run: bytes
) -> None:
    assert patterns.atomic(written) == run


def test_the_end_of_a_group_that_gives_nothing_back_is_found() -> None:
    """Python 3.11.2 finds no b here when the pattern is run as it is written."""
    found = Pattern(rb"(a)(?:, b=((?:[^,\n]++|(?!,|\n)[^\n])*+)(?=,|\n))?+([^\n]*+)")
    assert found.findall(b"a, b=xyz\n") == [(b"a", b"xyz", b"")]
