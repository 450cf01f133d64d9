"""Patterns are read alike by ``re`` and by PCRE2, and by ``re`` where PCRE2 gives up."""

from __future__ import annotations

import random
import re
from types import SimpleNamespace
from typing import Any

import pytest

from opsconsole.evidence import patterns
from opsconsole.evidence.patterns import Pattern
from opsconsole.evidence.programs import ProgramParser, Syntax
from opsconsole.evidence.readers import dovecot, maillog, postfix
from opsconsole.evidence.stamps import form_of
from tests.evidence.lines import LAN, MINH, origin, read, traffic, uses
from tests.fuzz.mail_readers import _SYSLOG, mutated


def _all_of_a_log() -> list[bytes]:
    """Every pattern that runs over blocks: of the lines of each form of stamp, and of their messages."""
    parser = maillog.READER.begin(origin())
    assert isinstance(parser, ProgramParser)
    syntaxes: tuple[Syntax, ...] = ("syslog", "rfc5424", "own")
    lines = [
        parser._pattern(form, syntax).pattern
        for line in (
            "Oct  1 13:14:01 mail x",
            "2019-10-01T13:14:01.123456+07:00 mail x",
            "<22>1 2019-10-01T13:14:01Z m",
        )
        if (form := form_of(line.encode()))
        for syntax in syntaxes
    ]
    messages = [module._lines(syntax).pattern for module in (postfix, dovecot) for syntax in syntaxes]
    return [*lines, *messages]


def test_mutated_lines_are_read_alike_by_both() -> None:
    pytest.importorskip("pcre", reason="pip install opsconsole[fast]")
    draw = random.Random(3)
    lines = [mutated(draw.choice(_SYSLOG).encode(), draw)[:2000] for _line in range(3000)]
    whole = b"\n" + b"\n".join(lines) + b"\n"
    messages = b"\n" + b"\n".join(line.partition(b" mail ")[2] for line in lines) + b"\n"
    for pattern in _all_of_a_log():
        fast = Pattern(pattern)
        assert fast._fast is not None
        for text in (whole, messages):
            assert fast.findall(text) == re.findall(pattern, text)
        assert fast._fast is not None, "PCRE2 gave up"


def test_where_pcre2_gives_up_re_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    class GivesUp:
        def __init__(self, pattern: bytes) -> None:
            pass

        def findall(self, text: bytes) -> Any:
            asked.append(text)
            raise RuntimeError("match limit exceeded")

    monkeypatch.setattr(patterns, "import_module", lambda _name: SimpleNamespace(compile=GivesUp))
    pattern = Pattern(rb"\n(a+)")
    assert pattern.findall(b"\naa\nb\na") == [b"aa", b"a"]
    assert pattern.findall(b"\na") == [b"a"]
    assert asked == [b"\naa\nb\na"]  # it is not asked again


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
    found = Pattern(rb"(a)(?:, b=((?:[^,\n]++|(?!,|\n)[^\n])*+)(?=,|\n))?+([^\n]*+)", fast=False)
    assert found.findall(b"a, b=xyz\n") == [(b"a", b"xyz", b"")]
