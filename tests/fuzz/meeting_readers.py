"""Mutated records for the readers of meetings: no traceback, no hang, every record counted or told.

    python -m tests.fuzz.meeting_readers [--records 1000000] [--reader NAME …] [--seed N]
    python -m tests.fuzz.meeting_readers --atheris NAME [libFuzzer options]    (pip install atheris)

A log is mutated line by line, each line fed alone, so that one that gave nothing is found. A document is
made of many good rows, of which each may be changed in its cells, so that how many records there were
is known. Then its bytes are damaged: whatever comes of that, it is events or one reason.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from opsconsole.evidence.reader import (
    CAUSES,
    STATES,
    DocumentReader,
    Event,
    Failure,
    Lost,
    Meeting,
    Origin,
    Seen,
    Stay,
    Unfit,
    Unreadable,
    installed,
)
from tests.evidence import meeting_samples as samples
from tests.evidence.lines import origin
from tests.fuzz.mail_readers import mutated

BATCH = 200  # lines, or rows of a document, at once
LIMIT = 2.0  # seconds for a batch; a good one takes some milliseconds
LONGEST_REASON = 200

READERS = installed()
_LEFT = "left"


class Log(NamedTuple):
    """What lines a log is mutated from. *head* is fed first and stays as it is; *silent* says of a line,
    and of the state that it left, that it need not give anything at once."""

    seeds: Sequence[str]
    head: str = ""
    silent: Callable[[bytes, Mapping[str, Any]], bool] = lambda line, state: False


class Paper(NamedTuple):
    """A document of many records: *head*, the *record* as fields, what stands *between* fields and records,
    and *tail*. *written* says how a field is written; *kept* are the fields that no change touches."""

    head: str
    record: Sequence[str]
    between: str = ","
    tail: str = ""
    encoding: str = "utf-8"
    template: str = ""
    joint: str = ""


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def _stack(line: bytes, _state: Mapping[str, Any]) -> bool:
    """The inside of a stack trace."""
    return line[:1] in b" \t" and not re.search(rb'\{.*"', line, re.DOTALL)


def _of_records(line: bytes, state: Mapping[str, Any]) -> bool:
    """Part of a record that goes on in the next line; and the XML that stands around records."""
    around = re.sub(rb"<\?xml[^>]*>|</?records\b[^>]*>|<!--.*?-->|[ \t\r\n\0]|\xef\xbb\xbf", b"", line)
    return bool(state.get("part")) or not around


_PROSODY = (
    "Mar 05 08:00:00 esync.x:event_sync\tinfo\tStart tracking occupants for giao-ban@conference.x",
    "Mar 05 08:00:00 esync.x:event_sync\tinfo\tNew occupant in room: giao-ban@conference.x - "
    '{"name":"Mai Châu","occupant_jid":"a@x/1","joined_at":1551747600}',
    "Mar 05 11:30:00 esync.x:event_sync\tinfo\tOccupant left in room: giao-ban@conference.x - "
    '{"name":"Mai Châu","occupant_jid":"a@x/1","joined_at":1551747600,"left_at":1551760200}',
    "Mar 05 11:30:00 esync.x:event_sync\tinfo\tOccupant left in room: giao-ban@conference.x - null",
    "Mar 05 11:30:00 esync.x:event_sync\tinfo\tRoom destroyed - giao-ban@conference.x",
    "Mar 05 11:30:00 startup\tinfo\tHello and welcome to Prosody version 0.12.3",
)
LOGS: dict[str, Log] = {
    "attendance": Log(
        (
            "HN-2019-001,Mai Châu,2019-03-05 08:00,2019-03-05 11:30",
            ",HB-17,05/03/2019 07:50,05/03/2019 11:31",
        ),
        "session,site,joined,left",
    ),
    "asterisk": Log(_lines(samples.ASTERISK)),
    "freeswitch": Log(_lines(samples.FREESWITCH)),
    "bigbluebutton-events": Log(_lines(samples.BBB_EVENTS)),
    "jitsi": Log([*_lines(samples.JITSI), *_lines(samples.JICOFO), *_PROSODY], silent=_stack),
    "cms": Log(
        _lines(samples.CMS.replace("\n", " ").replace("</records>", "</records>\n")), silent=_of_records
    ),
}

_TEAMS_HEAD = (
    "1. Summary\nMeeting title\tGiao ban\nStart time\t3/5/19, 7:45:00 AM\nEnd time\t3/5/19, 11:40:00 AM\n\n"
    "3. In-Meeting activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
)
_WEBEX_XML = (
    "<h:meetingAttendeeHistory><h:meetingKey>{}</h:meetingKey><h:confName>{}</h:confName><h:name>{}</h:name>"
    "<h:joinTime>{}</h:joinTime><h:leaveTime>{}</h:leaveTime><h:confID>{}</h:confID></h:meetingAttendeeHistory>"
)
_BBB_USER = '"k{n}": {{"extId": {}, "name": {}, "intIds": {{"w": {{"registeredOn": {}, "leftOn": {}}}}}}}'
_BBB_PERSON = '{{"name": {}, "joins": [{}], "leaves": [{}]}}'
PAPERS: dict[str, list[Paper]] = {
    "teams": [
        Paper(
            _TEAMS_HEAD,
            ("Mai Châu", "3/5/19, 9:01:00 AM", "3/5/19, 11:30:00 AM", "2h 29m", "a@b.example", "Attendee"),
            "\t",
            encoding="utf-16",
        )
    ],
    "zoom": [
        Paper(
            samples.ZOOM_BARE.split("\n")[0] + "\n",
            ("Mai Châu (MC)", "a@b.example", "03/05/2019 08:00:00 AM", "03/05/2019 11:30:00 AM", "210", "No"),
        )
    ],
    "webex": [
        Paper(
            samples.WEBEX_CSV.split("\n")[0] + "\n",
            (
                *("123 456", "Giao ban", "2019-03-05 07:45:00", "2019-03-05 11:40:00", "Mai Châu"),
                *("a@b.example", "2019-03-05 08:00:00", "2019-03-05 11:30:00", "210 mins", "Desktop"),
            ),
            "\t",
        ),
        Paper(
            '<m xmlns:h="x">',
            ("123456", "Giao ban", "Mai Châu", "03/05/2019 08:00:00", "03/05/2019 11:30:00", "99"),
            tail="</m>",
            template=_WEBEX_XML,
        ),
    ],
    "bigbluebutton": [
        Paper(
            '{"intId": "a-1", "extId": "giao-ban", "name": "Giao ban", "createdOn": 1551746700000, "users": {',
            ('"u1"', '"Mai Châu"', "1551747600000", "1551760200000"),
            tail="}}",
            template=_BBB_USER,
            joint=",",
        ),
        Paper(
            '{"meeting_id": "giao-ban", "internal_meeting_id": "a-1", "data": {"start": "2019-03-05T07:45:00+07:00",'
            ' "attendees": [',
            ('"Mai Châu"', '"2019-03-05T08:00:00+07:00"', '"2019-03-05T11:30:00+07:00"'),
            tail="]}}",
            template=_BBB_PERSON,
            joint=",",
        ),
    ],
    "rmx": [
        Paper(
            samples.RMX.split("\n")[0] + "\n",
            ("05.03.2019", "01:00:00", "Mai Châu", "05.03.2019", "04:30:00", "Mai Châu", "16"),
            template='17,{},{},0,"{}",{n},1,0,0,,;\n7,{},{},0,"{}",{n},1,{};\n',
        )
    ],
    "dma": [
        Paper(
            samples.DMA.split("\n")[0] + "\n",
            (
                *("1", "CALL", "VMR", "u1", "TRUE"),
                *("2019-03-05T07:50:00.000+07:00", "2019-03-05T11:31:00.000+07:00"),
                *("HB-17", "8001", "", "sip", "sip", "cf1", "", "", "", ""),
            ),
        )
    ],
    "table": [
        Paper(
            "Phòng;Đầu cuối;Từ;Đến;Lỗi\n",
            ("8001", "Mai Châu", "05/03/2019 08:00", "05/03/2019 11:30", ""),
            ";",
        )
    ],
}
# Fields that say what sort of record it is: another value makes it a record of another sort.
_FIXED = {"dma": {0, 1, 2}}
_JUNK = (
    "",
    "0",
    "-1",
    "99999999999999999999",
    "1e999",
    "x",
    "31/02/2019 08:00",
    "2019-03-05T99:00",
    "Mai Châu" * 40,
)


def lines(name: str, count: int, seed: int) -> tuple[Counter[str], float, float]:
    """(what was made of *count* mutated lines, seconds in all, seconds of the slowest batch)."""
    log, reader = LOGS[name], READERS[name]
    assert not isinstance(reader, DocumentReader)
    draw, total = random.Random(seed), Counter[str]()
    good = [one.encode() for one in log.seeds]
    parser, position = reader.begin(_origin(name)), 0
    if log.head:
        assert not list(parser.feed(log.head.encode() + b"\n", 0))
        position = len(log.head) + 1
    begun, spent, slowest = time.process_time(), 0.0, 0.0
    for number in range(1, count + 1):
        line = mutated(draw.choice(good), draw)
        held = parser.state().get("part")
        events = list(parser.feed(line + b"\n", position))
        total += line_check(log, line, events, {"part": held or parser.state().get("part")})
        position += len(line) + 1
        if number % BATCH == 0 or number == count:
            taken = time.process_time() - begun
            spent, slowest, begun = spent + taken, max(slowest, taken), time.process_time()
            assert taken < LIMIT, f"{name}: {taken:.1f} s for {BATCH} lines, the last: {line!r}"
        if draw.random() < 0.001:  # as the next run finds it
            state = json.loads(json.dumps(parser.state()))
            parser = reader.begin(replace(_origin(name), state=state))
    return total, spent, slowest


def line_check(log: Log, line: bytes, events: list[Event], state: Mapping[str, Any]) -> Counter[str]:
    """What was made of *line*, counted. Raises AssertionError where it is neither counted nor told."""
    told = sound(events)
    if line.strip(b"\r\n\t \0\xef\xbb\xbf") and not events:
        assert log.silent(line, state), f"gave nothing: {line!r}"
        told["passed over"] += 1
    return told


def papers(name: str, count: int, seed: int) -> tuple[Counter[str], float, float]:
    """The same of *count* rows of documents."""
    draw, total = random.Random(seed), Counter[str]()
    spent = slowest = 0.0
    for done in range(0, count, BATCH):
        paper = draw.choice(PAPERS[name])
        rows = [_row(name, paper, n, draw) for n in range(min(BATCH, count - done))]
        text = paper.head + paper.joint.join(rows) + paper.tail
        begun = time.process_time()
        told = sound(read(name, text.encode(paper.encoding)))
        found = told["Stay"] + told["Failure"] + told["told"]
        assert found >= len(rows), f"{name}: {len(rows)} rows, {found} counted or told: {text!r}"
        total += told
        for _damage in range(2):
            total += damaged(name, mutated_bytes(text[:20_000].encode(paper.encoding), draw))
        taken = time.process_time() - begun
        spent, slowest = spent + taken, max(slowest, taken)
        assert taken < LIMIT, f"{name}: {taken:.1f} s: {text!r}"
    return total, spent, slowest


def _row(name: str, paper: Paper, number: int, draw: random.Random) -> str:
    fields = list(paper.record)
    for _change in range(draw.randrange(3)):
        place = draw.randrange(len(fields))
        if place not in _FIXED.get(name, ()):
            fields[place] = _field(paper, fields[place], draw)
    if not paper.template:
        return paper.between.join(fields) + "\n"
    return paper.template.format(*fields, n=number)


def _field(paper: Paper, value: str, draw: random.Random) -> str:
    """Another value for a field, as the document would write it."""
    other = (
        draw.choice(_JUNK)
        if draw.random() < 0.3
        else mutated(value.encode(), draw).decode("utf-8", "replace")
    )
    other = other[:500]
    if paper.head.startswith("{"):
        return (
            json.dumps(other)
            if draw.random() < 0.7
            else draw.choice(("null", "0", "-1", "1e400", "[]", "{}"))
        )
    if paper.head.startswith("<"):
        plain = "".join(char if char.isprintable() else " " for char in other)
        return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(char if char.isprintable() and char not in '\t,;"' else " " for char in other)


def mutated_bytes(data: bytes, draw: random.Random) -> bytes:
    """*data* with some bytes changed, cut out or doubled, also its line ends."""
    for _change in range(draw.randint(1, 8)):
        at = draw.randrange(len(data) + 1)
        kind = draw.randrange(5)
        if kind == 0:
            data = data[:at] + bytes(draw.randrange(256) for _byte in range(draw.randrange(6))) + data[at:]
        elif kind == 1:
            data = data[:at] + data[at + draw.randrange(1, 200) :]
        elif kind == 2:
            data = data[:at] + data[max(0, at - 60) : at] * draw.randrange(1, 20) + data[at:]
        elif kind == 3:
            data = data[:at]
        else:
            data = (
                data[:at]
                + draw.choice((b'"', b"\n", b"<", b"&x;", b"{", b"[", b"9" * 30, b"\0", b";"))
                + data[at:]
            )
    return data


def damaged(name: str, data: bytes) -> Counter[str]:
    """What was made of a document that was damaged: events, or one reason."""
    try:
        return sound(read(name, data))
    except Unfit as error:
        reason = str(error)
    assert 0 < len(reason) < LONGEST_REASON
    return Counter({"documents refused": 1})


def read(name: str, data: bytes) -> list[Event]:
    """The events of a document. Raises Unfit."""
    reader = READERS[name]
    assert isinstance(reader, DocumentReader)
    return list(reader.read(data, _origin(name)))


def _origin(name: str) -> Origin:
    return replace(origin(), options=samples.TABLE_OPTIONS if name == "table" else {})


def sound(events: Iterable[Event]) -> Counter[str]:
    """*events*, counted by sort. Raises AssertionError where one is not what it must be."""
    told: Counter[str] = Counter()
    for event in events:
        told[type(event).__name__] += 1
        if isinstance(event, Stay):
            assert event.joined.tzinfo
            assert event.left.tzinfo
            assert event.joined <= event.left
            assert event.ending in ("", "unknown", *CAUSES)
        elif isinstance(event, Failure):
            assert event.cause in CAUSES
        elif isinstance(event, Meeting):
            assert event.state in STATES
        elif isinstance(event, Unreadable):
            assert event.reason
            assert "\n" not in event.reason
            told["told"] += event.lines
        else:
            assert isinstance(event, (Seen, Lost))
    return told


def run(name: str, count: int, seed: int) -> tuple[Counter[str], float, float]:
    """Mutate *count* records for the reader *name*."""
    return (lines if name in LOGS else papers)(name, count, seed)


NAMES = (*LOGS, *PAPERS)


def main() -> None:
    """Run and report."""
    if "--atheris" in sys.argv:
        _atheris(sys.argv[sys.argv.index("--atheris") + 1])
        return
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--reader", nargs="*", choices=NAMES, default=NAMES)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    for name in chosen.reader:
        total, spent, slowest = run(name, chosen.records, chosen.seed)
        rate = chosen.records / spent
        print(f"{name}: {chosen.records:,} records, {rate:,.0f}/s, slowest {BATCH}: {slowest * 1000:.0f} ms")
        for what, times in total.most_common():
            print(f"  {times:9,} {what}", flush=True)


def _atheris(name: str) -> None:
    import atheris  # type: ignore[import-not-found, unused-ignore]

    reader: Any = READERS[name]

    def one(data: bytes) -> None:
        if name in LOGS:
            sound(reader.begin(_origin(name)).feed(data + b"\n", 0))
        else:
            damaged(name, data)

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *sys.argv[sys.argv.index("--atheris") + 2 :]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
