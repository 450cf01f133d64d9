"""Mutated lines for the readers of mail logs: no traceback, no hang, every line counted or told.

    python -m tests.fuzz.mail_readers [--lines 1000000] [--reader NAME …] [--seed N]
    python -m tests.fuzz.mail_readers --atheris NAME [libFuzzer options]    (pip install atheris)

The first form mutates good lines at random and reports a second's rate, and the lines counted and told by
reason. The second lets atheris look for new paths.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable

from opsconsole.evidence.reader import EachUse, Event, MailUses, Reader, Seen, Traffic, Unreadable
from opsconsole.evidence.readers import dovecot, exchange, maillog, mdaemon, postfix, zimbra
from tests.evidence.lines import LAN, MINH, login, origin
from tests.evidence.test_mail_systems import HEADER, session, tracked, zimbra_line

BATCH = 200  # lines at once
LIMIT = 2.0  # seconds for a batch; a good one takes some milliseconds

_AT = ("Oct  1 13:14:01 mail ", "2019-10-01T13:14:01.123456+07:00 mail ", "<22>1 2019-10-01T13:14:01Z mail ")
_POSTFIX = (
    f"postfix/submission/smtpd[9]: 4PbCZy4PWKz3tBr: client=x[203.0.113.9], sasl_method=PLAIN, sasl_username={LAN}",
    f"postfix/lmtp[9]: A0320E00C3: to=<{MINH}>, orig_to=<a@b>, relay=mail[private/dovecot-lmtp], delay=0.1, "
    "delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 <x> abc Saved)",
    f"postfix/smtp[9]: A0320E00C3: to=<{MINH}>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, dsn=2.0.0, "
    "status=sent (250 2.0.0 Ok: queued as B1431F11D4)",
    "postfix/smtp[9]: A0320E00C3: to=<q@gmail.example>, relay=mx.example[203.0.113.7]:25, delay=1, delays=0/0/0/1, "
    "dsn=2.0.0, status=sent (250 2.0.0 OK)",
    "postfix/smtp[9]: A0320E00C3: to=<q@x.example>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, "
    "status=deferred (connect to x.example[203.0.113.7]:25: Connection timed out)",
    f"postfix/local[9]: A0320E00C3: to=<{LAN}>, relay=local, delay=1, dsn=2.0.0, status=sent (delivered to mailbox)",
    f"postfix/lmtp[9]: A0320E00C3: to=<{LAN}>, relay=127.0.0.1[127.0.0.1]:24, delay=1, dsn=2.0.0, status=sent (250 Ok)",
    "postfix/smtpd[9]: A0320E00C3: client=mx.example[203.0.113.7]",
    "postfix/smtpd[9]: A0320E00C3: client=mx.example[203.0.113.7], orig_queue_id=B0320E00C3, orig_client=x[203.0.113.9]",
    f"postfix/qmgr[3]: A0320E00C3: from=<{LAN}>, size=900, nrcpt=1 (queue active)",
    "postfix/qmgr[3]: A0320E00C3: removed",
    f"postfix/smtpd[9]: warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: x, sasl_username={LAN}",
    "postfix/smtpd[9]: NOQUEUE: reject: RCPT from x[203.0.113.9]: 554 5.7.1 <a@b>: no; from=<a@b> to=<c@d>",
)
_DOVECOT = (
    *(login("", one).strip().removeprefix("mail ") for one in (LAN, MINH)),
    f"dovecot: imap({LAN})<812><Qx>: Logged out in=166 out=10854 deleted=0 expunged=0 trashed=0 hdr_count=0 "
    "hdr_bytes=0 body_count=0 body_bytes=0",
    f"dovecot: lmtp({LAN})<812><Qx>: sieve: msgid=<1@x>: stored mail into mailbox 'INBOX'",
    f"dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{LAN}>, method=PLAIN, rip=x",
    f"dovecot: imap-login: Login: user=<{LAN}>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.1, mpid=9, session=<Qy>",
    f"dovecot: imap-login: Logged in: user=<{MINH}>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, session=<Qz>",
    f"dovecot: pop3({LAN})<812><Qx>: Disconnected: Logged out top=0/0, retr=0/0, del=0/5, size=900",
    f"dovecot: lda({LAN})<812><Qx>: sieve: msgid=<1@x>: forwarded to <q@x.example>",
    f"dovecot: message repeated 3 times: [ imap-login: Login: user=<{LAN}>, method=PLAIN, session=<a>]",
)
_SYSLOG = [at + line for at in _AT for line in (*_POSTFIX, *_DOVECOT)]
READERS: dict[str, tuple[Reader, list[str]]] = {
    "dovecot": (
        dovecot.READER,
        [*_SYSLOG, f"Oct 01 13:14:01 imap-login: Info: Login: user=<{LAN}>, method=x"],
    ),
    "postfix": (postfix.READER, _SYSLOG),
    "maillog": (maillog.READER, _SYSLOG),
    "zimbra": (
        zimbra.READER,
        [
            zimbra_line(f"cmd=Auth; account={LAN}; protocol=soap;").rstrip(),
            zimbra_line(f"cmd=Auth; account={LAN}; protocol=imap; error=x;").rstrip(),
            f"2019-10-01 08:14:01,1 INFO  [q] [name={LAN};] mailop - Adding Message: id=2, folderName=Inbox.",
            "\tat com.zimbra.X(Y.java:1)",
        ],
    ),
    "exchange": (
        exchange.READER,
        [
            *HEADER.replace("\r\n", "\n").rstrip().split("\n"),
            *(tracked(*each).rstrip() for each in (("STOREDRIVER", "SUBMIT"), ("STOREDRIVER", "DELIVER"))),
        ],
    ),
    "mdaemon": (
        mdaemon.READER,
        session("IMAP", f"User {MINH} authenticated", number="7:1").rstrip().split("\n"),
    ),
}
_PARTS = [
    b"user=<",
    b">",
    b"]",
    b": ",
    b"session=<",
    b"\xff",
    b"\0",
    b"\r",
    b"(",
    b'"',
    b",",
    b"=",
    b"@",
    b"[",
    b"\\",
]
_PARTS += [
    b"Login: ",
    b"postfix/smtpd[1]: ",
    b"dovecot: ",
    b"#Fields: ",
    b"sasl_username=",
    b"status=sent ",
    b"99999999",
]


def mutated(line: bytes, draw: random.Random) -> bytes:
    """*line* with up to four changes; never with a newline in it."""
    for _change in range(draw.randrange(5)):
        at = draw.randrange(len(line) + 1)
        kind = draw.randrange(6)
        if kind == 0:
            line = line[:at] + draw.choice(_PARTS) + line[at:]
        elif kind == 1:
            line = line[:at]
        elif kind == 2:
            line = line[:at] + line[at + draw.randrange(1, 20) :]
        elif kind == 3:
            line = line[:at] + bytes([draw.randrange(256)]) + line[at + 1 :]
        elif kind == 4:
            other = draw.randrange(len(line) + 1)
            line = line[:at] + line[other : other + 40] + line[at:]
        else:
            line = line[:at] + line[at : at + draw.randrange(1, 4)] * draw.randrange(2, 200) + line[at:]
    return line.replace(b"\n", b" ")[:60_000]


def lines_of(data: bytes) -> int:
    """How many lines of *data* hold anything."""
    return sum(1 for line in data.split(b"\n") if line.replace(b"\0", b"").strip(b"\r\xef\xbb\xbf").strip())


def check(name: str, data: bytes, events: Iterable[Event]) -> Counter[str]:
    """What was made of *data*, counted; raises AssertionError where a line is neither counted nor told."""
    told: Counter[str] = Counter()
    for event in events:
        if isinstance(event, Seen):
            assert 0 <= event.others <= event.lines
            told["lines counted"] += event.lines
        elif isinstance(event, Unreadable):
            told[event.reason] += event.lines
        elif isinstance(event, MailUses):
            assert all(times > 0 and "\n" not in address for address, times in event.times.items())
            told["uses"] += sum(event.times.values())
        elif isinstance(event, EachUse):
            assert not any("\n" in address for address in event.addresses)
            told["uses"] += len(event.addresses)
        elif isinstance(event, Traffic):
            assert event.times > 0
    lines = lines_of(data)
    if name in ("dovecot", "postfix", "maillog"):
        # what is of a known program and not understood has a stamp as well
        assert told["lines counted"] + told["no time stamp"] >= lines, (told, data)
    elif name != "exchange":
        counted = told["lines counted"] + sum(
            times for reason, times in told.items() if reason not in ("lines counted", "uses")
        )
        assert counted >= lines, (told, data)
    return told


def run(name: str, lines: int, seed: int) -> tuple[Counter[str], float, float]:
    """(what was made of *lines* mutated lines, seconds in all, seconds of the slowest batch)."""
    reader, seeds = READERS[name]
    good = [seed_.encode() for seed_ in seeds]
    draw = random.Random(seed)
    total: Counter[str] = Counter()
    spent = slowest = 0.0
    parser, position = reader.begin(origin()), 0
    for done in range(0, lines, BATCH):
        data = b"".join(mutated(draw.choice(good), draw) + b"\n" for _n in range(min(BATCH, lines - done)))
        began = time.process_time()
        events = list(parser.feed(data, position))
        taken = time.process_time() - began
        spent, slowest = spent + taken, max(slowest, taken)
        assert taken < LIMIT, f"{name}: {taken:.1f} s for {BATCH} lines: {data!r}"
        total += check(name, data, events)
        position += len(data)
        if draw.random() < 0.01:  # as the next run finds it
            parser = reader.begin(origin(state=dict(parser.state())))
    return total, spent, slowest


def main() -> None:
    """Run and report."""
    if "--atheris" in sys.argv:
        _atheris(sys.argv[sys.argv.index("--atheris") + 1])
        return
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--reader", nargs="*", choices=list(READERS), default=list(READERS))
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    for name in chosen.reader:
        total, spent, slowest = run(name, chosen.lines, chosen.seed)
        print(
            f"{name}: {chosen.lines:,} lines, {chosen.lines / spent:,.0f}/s, slowest {BATCH}: {slowest * 1000:.0f} ms"
        )
        for what, times in total.most_common():
            print(f"  {times:9,} {what}")


def _atheris(name: str) -> None:
    import atheris  # type: ignore[import-not-found]

    reader = READERS[name][0]

    def one(data: bytes) -> None:
        text = data + b"\n"
        check(name, text, reader.begin(origin()).feed(text, 0))

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *sys.argv[sys.argv.index("--atheris") + 2 :]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
