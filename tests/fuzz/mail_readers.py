"""Mutated lines for the readers of mail logs: no traceback, no hang, every line counted or told.

    python -m tests.fuzz.mail_readers [--lines 1000000] [--reader NAME …] [--seed N]
    python -m tests.fuzz.mail_readers --atheris NAME [libFuzzer options]    (pip install atheris)

The first form mutates good lines (or rows of a document) at random and reports a second's rate, and the lines
counted and told by reason; ``--plain`` does without PCRE2. The second lets atheris look for new paths.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable

from opsconsole.evidence.reader import (
    DocumentReader,
    EachUse,
    Event,
    MailUses,
    Origin,
    Reader,
    Seen,
    Traffic,
    Unfit,
    Unreadable,
)
from opsconsole.evidence.readers import (
    dovecot,
    dovecot_events,
    exchange,
    google,
    journal,
    journal_export,
    m365,
    mailcsv,
    maillog,
    mdaemon,
    postfix,
    zimbra,
)
from opsconsole.evidence.tabular import decode, rows
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
_JOURNAL = [
    {
        "__REALTIME_TIMESTAMP": "1569910441123456",
        "_HOSTNAME": "mail",
        "SYSLOG_IDENTIFIER": who.partition("[")[0],
        "MESSAGE": text,
    }
    for who, _colon, text in (line.partition(": ") for line in (*_POSTFIX, *_DOVECOT))
]
_EVENT = {"hostname": "mail", "start_time": "2019-10-01T06:14:01.5Z", "categories": ["service:imap"]}
_EVENTS = [
    {**_EVENT, "event": name, "fields": {"user": LAN, "session": "Qx", "remote_ip": "203.0.113.9", **more}}
    for name, more in (
        ("mail_user_session_finished", {"service": "imap", "local_ip": "192.0.2.1"}),
        ("auth_request_finished", {"success": "no"}),
        ("mail_delivery_finished", {"error": ""}),
    )
]
# What a source says of a table, and the first line of it.
_TABLE = {"address": "Mailbox", "day": "Date", "sent": "Sent", "login": "Logins", "dates": "dmy"}
HEADS = {
    "m365": b"Report Refresh Date,User Principal Name,Is Deleted,Last Activity Date,Send Count,Report Period\n",
    "google": b"email,date,gmail:num_emails_sent,gmail:num_emails_received,gmail:timestamp_last_webmail\n",
    "csv": b"Mailbox,Date,Sent,Logins\n",
}
OPTIONS: dict[str, dict[str, object]] = {"csv": dict(_TABLE)}
READERS: dict[str, tuple[Reader | DocumentReader, list[str]]] = {
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
    "dovecot-events": (dovecot_events.READER, [json.dumps(one) for one in _EVENTS]),
    "journal": (journal.READER, [json.dumps(one) for one in _JOURNAL]),
    "journal-export": (
        journal_export.READER,
        ["\n".join(f"{name}={value}" for name, value in one.items()) + "\n" for one in _JOURNAL],
    ),
    "m365": (m365.READER, [f"2019-10-03,{LAN},False,2019-10-01,5,7", f"2019-10-03,{MINH},False,,0,7"]),
    "google": (google.READER, [f"{LAN},2019-10-01,3,12,2019-10-01T01:00:00Z", f"{MINH},2019-10-01,0,1,"]),
    "csv": (mailcsv.READER, [f"{LAN},01/10/2019,3,2", f'"{MINH}",2/10/2019,,1']),
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


def _rows(data: bytes) -> int:
    """How many rows below the first of a table hold anything."""
    return sum(any(row.cells) for row in rows(decode(data), None)) - 1


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
            least = 0 if name in ("m365", "google") else 1  # the day is known there, the number is not
            assert all(times >= least and "\n" not in address for address, times in event.times.items())
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
        assert counted >= (_rows(data) if name in HEADS else 1 if name == "journal-export" else lines), (
            told,
            data,
        )
    return told


def run(name: str, lines: int, seed: int) -> tuple[Counter[str], float, float]:
    """(what was made of *lines* mutated lines, seconds in all, seconds of the slowest batch)."""
    reader, seeds = READERS[name]
    good = [seed_.encode() for seed_ in seeds]
    draw = random.Random(seed)
    total: Counter[str] = Counter()
    spent = slowest = 0.0
    begin = _origin(name)
    parser = None if isinstance(reader, DocumentReader) else reader.begin(begin)
    position = 0
    for done in range(0, lines, BATCH):
        data = b"".join(mutated(draw.choice(good), draw) + b"\n" for _n in range(min(BATCH, lines - done)))
        if isinstance(reader, DocumentReader):
            data = _document(name, data, good, draw)
        told: Counter[str] | None = None
        began = time.process_time()
        if isinstance(reader, DocumentReader):
            try:
                events = list(reader.read(data, begin))
            except Unfit as error:  # the whole document is told, by its reason
                told = Counter({str(error): lines_of(data)})
        else:
            assert parser is not None
            events = list(parser.feed(data, position))
        taken = time.process_time() - began
        spent, slowest = spent + taken, max(slowest, taken)
        assert taken < LIMIT, f"{name}: {taken:.1f} s for {BATCH} lines: {data!r}"
        total += check(name, data, events) if told is None else told
        position += len(data)
        if (
            parser and not isinstance(reader, DocumentReader) and draw.random() < 0.01
        ):  # as the next run finds it
            parser = reader.begin(dataclasses.replace(begin, state=dict(parser.state())))
    return total, spent, slowest


def _origin(name: str) -> Origin:
    return dataclasses.replace(origin(), options=OPTIONS.get(name, {}))


def _document(name: str, data: bytes, good: list[bytes], draw: random.Random) -> bytes:
    """A document of mutated rows. One byte that is no UTF-8 makes it unfit, so most are spared that; of an
    export, in which each byte counts, a few entries are whole."""
    if name == "journal-export" and draw.random() < 0.9:
        data = b"".join(
            one if draw.random() < 0.9 else mutated(one.replace(b"\n", b"\x01"), draw).replace(b"\x01", b"\n")
            for one in (draw.choice(good) + b"\n" for _n in range(20))
        )
    elif draw.random() < 0.9:
        data = data.decode("utf-8", "replace").encode()
    return HEADS.get(name, b"") + data


def main() -> None:
    """Run and report."""
    if "--atheris" in sys.argv:
        _atheris(sys.argv[sys.argv.index("--atheris") + 1])
        return
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--reader", nargs="*", choices=list(READERS), default=list(READERS))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--plain", action="store_true", help="without PCRE2")
    chosen = options.parse_args()
    if chosen.plain:
        sys.modules["pcre2"] = None  # type: ignore[assignment] - not to be imported
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

    begin = _origin(name)

    def one(data: bytes) -> None:
        text = HEADS.get(name, b"") + data + b"\n"
        if isinstance(reader, DocumentReader):
            try:
                check(name, text, reader.read(text, begin))
            except Unfit:
                return
        else:
            check(name, text, reader.begin(begin).feed(text, 0))

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *sys.argv[sys.argv.index("--atheris") + 2 :]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
