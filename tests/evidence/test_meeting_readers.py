"""Every format of meetings: one meeting as each system writes it is the same two sites and times."""

from __future__ import annotations

import datetime as dt
import os
import random
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsconsole.evidence.reader import (
    CAUSES,
    STATES,
    DocumentReader,
    Event,
    Failure,
    Lost,
    Meeting,
    Stay,
    Unfit,
    Unreadable,
    installed,
)
from opsconsole.evidence.times import Times, epoch, length
from opsconsole.spans import bridged
from tests.evidence import meeting_samples as samples
from tests.evidence.lines import ZONE, origin

READERS = installed()
REFERENCE = dt.datetime(2019, 3, 5, 12, tzinfo=dt.UTC)
LONG = int(os.environ.get("OPSCONSOLE_FUZZ", "0"))  # inputs a format in the long form


def _read(name: str, data: bytes) -> list[Event]:
    reader: Any = READERS[name]
    options = samples.TABLE_OPTIONS if name == "table" else {}
    begin = replace(origin(REFERENCE), options=options)
    if isinstance(reader, DocumentReader):
        return list(reader.read(data, begin))
    return list(reader.begin(begin).feed(data, 0))


def _of(kind: type, events: Iterable[Event]) -> list[Any]:
    return [one for one in events if isinstance(one, kind)]


def _words(stay: Stay) -> set[str]:
    return {stay.site, *stay.also}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param(name, data, id=f"{name}-{number}")
        for name, every in {**samples.DOCUMENTS, **samples.LINES}.items()
        for number, data in enumerate(every)
    ],
)
def test_one_meeting_is_the_same_in_every_format(name: str, data: bytes) -> None:
    events = _read(name, data)
    assert not _of(Unreadable, events)
    spans = {}
    for site in ("HB-17", "Mai Châu"):
        own = [
            (int(stay.joined.timestamp()), int(stay.left.timestamp()))
            for stay in _of(Stay, events)
            if site in _words(stay)
        ]
        spans[site] = [
            tuple(dt.datetime.fromtimestamp(at, ZONE).strftime("%H:%M") for at in span)
            for span in bridged(own)
        ]
    assert spans == {"HB-17": [("07:50", "11:31")], "Mai Châu": [("08:00", "11:30")]}
    assert len(_of(Stay, events)) in (2, 3)


@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("cms", samples.CMS, "busy"),
        ("rmx", samples.RMX, "authentication"),
        ("dma", samples.DMA, "refused"),
        ("asterisk", samples.ASTERISK, "no-answer"),
        ("freeswitch", samples.FREESWITCH, "busy"),
        ("table", samples.TABLE, "no-answer"),
    ],
)
def test_a_site_that_could_not_join_is_a_failure_with_its_cause(name: str, data: str, cause: str) -> None:
    (failure,) = _of(Failure, _read(name, data.encode()))
    assert (failure.site, failure.cause) == ("TL-1", cause)
    assert failure.at.astimezone(ZONE).strftime("%H") == "08"


def test_lost_and_repeated_records_of_cms_are_told_apart() -> None:
    (lost,) = _of(Lost, _read("cms", samples.CMS.encode()))
    assert lost == Lost("2019-03-05", 2)  # 9 and 10 never came, 8 came twice


def test_meetings_as_a_whole() -> None:
    meetings = {
        name: _of(Meeting, _read(name, data.encode()))[-1]
        for name, data in (
            ("cms", samples.CMS),
            ("rmx", samples.RMX),
            ("dma", samples.DMA_CONF),
            ("jitsi", samples.JICOFO),
            ("bigbluebutton-events", samples.BBB_EVENTS),
            ("bigbluebutton", samples.BBB_MEETINGS),
        )
    }
    assert {name: (one.number, one.title, one.peak, one.state) for name, one in meetings.items()} == {
        "cms": ("8001", "Giao ban", 2, "ended"),
        "rmx": ("", "Giao ban", None, "ended"),
        "dma": ("8001", "", 2, "ended"),
        "jitsi": ("giao-ban", "", 2, "ended"),
        "bigbluebutton-events": ("giao-ban", "Giao ban", None, "ended"),
        "bigbluebutton": ("giao-ban", "Giao ban", 2, "running"),
    }
    (recorded,) = _of(Meeting, _read("bigbluebutton", samples.BBB_RECORDINGS.encode()))
    assert (recorded.id, recorded.ended - recorded.started) == (
        "abc-1551746700000",
        dt.timedelta(minutes=235),
    )


def test_a_header_that_was_touched_is_still_read() -> None:
    # Found by the long form: the column "type" under another name.
    data = samples.DMA.replace("version,type", "version,kind", 1).encode()
    assert len(_of(Stay, _read("dma", data))) == 2


def test_a_session_that_never_started_is_told_as_such() -> None:
    (meeting,) = _read("rmx", samples.RMX_NEVER.encode())
    assert isinstance(meeting, Meeting)
    assert (meeting.state, meeting.started) == ("never-started", None)
    assert meeting.planned == dt.datetime(2019, 3, 5, 1, tzinfo=dt.UTC)
    assert meeting.planned_end == dt.datetime(2019, 3, 5, 5, tzinfo=dt.UTC)


def test_a_damaged_record_of_cms_does_not_take_the_next_ones_with_it() -> None:
    broken = samples.CMS.replace("</record>", "", 1).replace('recordIndex="2"', 'recordIndex="999999999"', 1)
    events = _read("cms", broken.encode() + b"what is this\n")
    assert [one.reason for one in _of(Unreadable, events)] == [
        "a record that was cut off",
        "neither a record nor what stands around records",
    ]
    assert {(one.site, one.number) for one in _of(Stay, events)} == {("HB-17", ""), ("Mai Châu", "")}
    assert sum(one.messages for one in _of(Lost, events)) == 2


def test_a_bridge_that_began_anew_ends_what_was_open() -> None:
    (joined, *_rest) = samples.CMS.partition(
        '<?xml version="1.0"?>\n<records session="s-1" callBridge="b-1">\n<record type="callLegStart" time="2019-03-05T01:05'
    )
    again = '<records session="s-2" callBridge="b-1"><record type="callStart" time="2019-03-05T03:00:00Z" '
    again += 'recordIndex="1"><call id="c-2"><name>x</name></call></record></records>\n'
    stays = _of(Stay, _read("cms", (joined + again).encode()))
    assert {(one.site, f"{one.left:%H:%M}", one.ending) for one in stays} == {
        ("HB-17", "01:00", "unknown"),
        ("Mai Châu", "01:00", "unknown"),
    }


def test_a_meeting_of_bigbluebutton_whose_room_begins_anew_was_lost() -> None:
    lines = samples.BBB_EVENTS.splitlines(keepends=True)
    again = lines[0].replace("abc-1", "abc-2")
    events = _read("bigbluebutton-events", "".join((*lines[:3], again)).encode())
    assert {(one.site, one.ending) for one in _of(Stay, events)} == {
        ("HB-17", "unknown"),
        ("Mai Châu", "unknown"),
    }
    assert [one.state for one in _of(Meeting, events)] == ["lost"]


def test_what_leaves_without_having_joined_is_told() -> None:
    events = _read("bigbluebutton-events", samples.BBB_EVENTS.splitlines()[3].encode() + b"\n")
    assert [one.reason for one in _of(Unreadable, events)] == ["left without having joined"]
    events = _read("teams", b"Full Name\tUser Action\tTimestamp\nA\tLeft\t3/5/2019, 9:00:00 AM\n")
    assert [one.reason for one in _of(Unreadable, events)] == ["left without having joined"]


@pytest.mark.parametrize("name", sorted(samples.LINES))
def test_any_cut_of_a_log_gives_the_same(name: str) -> None:
    import json

    (data,) = samples.LINES[name]
    whole = sorted(map(repr, _of(Stay, _read(name, data))))
    ends = [at + 1 for at, byte in enumerate(data) if byte == 10]
    for cut in ends[:-1]:
        reader: Any = READERS[name]
        first = reader.begin(origin(REFERENCE))
        events = list(first.feed(data[:cut], 0))
        state = json.loads(json.dumps(first.state()))
        second = reader.begin(replace(origin(REFERENCE), state=state))
        events += second.feed(data[cut:], cut)
        assert sorted(map(repr, _of(Stay, events))) == whole, cut


@pytest.mark.parametrize(
    ("texts", "order", "first"),
    [
        (["3/5/2019 8:00", "25/3/2019 8:00"], "", "2019-05-03"),
        (["3/5/2019 8:00", "3/25/2019 8:00"], "", "2019-03-05"),
        (["3/5/2019, 8:00:00 AM"], "", "2019-03-05"),
        (["3/5/2019 8:00:00 SA"], "", "2019-05-03"),
        (["3/5/2019 8:00"], "mdy", "2019-03-05"),
        (["10/3/2019 8:00"], "", "2019-03-10"),
        (["3/10/2019 8:00"], "", "2019-03-10"),  # the 3rd of October is after the report
        (["5.3.2019 8:00"], "", "2019-03-05"),
        (["Mar 5, 2019 08:00 AM"], "", "2019-03-05"),
        (["Tuesday, March 5, 2019 8:00 AM"], "", "2019-03-05"),
        (["05-Mar-2019 08:00"], "", "2019-03-05"),
        (["2019/03/05 08:00"], "", "2019-03-05"),
        (["2019-03-05T01:00:00Z"], "", "2019-03-05"),
        (["5/3/19 8:00"], "dmy", "2019-03-05"),
    ],
)
def test_dates_are_read_in_the_order_that_the_document_proves(
    texts: list[str], order: str, first: str
) -> None:
    reference = dt.datetime(2019, 8, 1, tzinfo=dt.UTC)
    at = Times(ZONE, order, texts, reference).at(texts[0])
    assert at is not None
    assert at.astimezone(ZONE).isoformat() == f"{first}T08:00:00+07:00"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("19m 26s", 1166),
        ("1h 30m 51s", 5451),
        ("1h", 3600),
        ("0:19:26", 1166),
        ("19:26", 1166),
        ("1 giờ 5 phút 3 giây", 3903),
        ("221 mins", 13260),
        ("2 hr 1 min", 7260),
        ("", None),
        ("soon", None),
    ],
)
def test_lengths(text: str, seconds: int | None) -> None:
    assert length(text) == seconds


@pytest.mark.parametrize("value", ["", "x", 0, -1, None, [], "1e400", float("nan"), float("inf"), 10**400])
def test_what_is_no_instant_is_none(value: object) -> None:
    assert epoch(value) is None


# --- hostile input ---------------------------------------------------------------------------


def _holds(name: str, data: bytes) -> None:
    """Whatever *data* is: events of the right form, or one reason; soon."""
    begun = time.process_time()
    reader: Any = READERS[name]
    try:
        events = _read(name, data if isinstance(reader, DocumentReader) else data + b"\n")
    except Unfit as error:
        reason = str(error)
    else:
        reason = ""
        _sound(events)
    assert len(reason) < 200
    assert time.process_time() - begun < 5


def _sound(events: list[Event]) -> None:
    for event in events:
        if isinstance(event, Stay):
            assert event.joined <= event.left
            assert event.joined.tzinfo
            assert event.ending in ("", "unknown", *CAUSES)
        elif isinstance(event, Meeting):
            assert event.state in STATES
        elif isinstance(event, Failure):
            assert event.cause in CAUSES


CASES = [(name, data) for name, every in {**samples.DOCUMENTS, **samples.LINES}.items() for data in every]


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """*data* with some bytes changed, cut out, doubled or exchanged."""
    mutable = bytearray(data)
    for _number in range(chance.randint(1, 12)):
        at = chance.randrange(len(mutable) + 1)
        match chance.randrange(5):
            case 0:
                mutable[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(6)))
            case 1:
                del mutable[at : at + chance.randrange(40)]
            case 2:
                mutable[at:at] = mutable[max(0, at - 30) : at]
            case 3:
                mutable[at:at] = chance.choice(
                    (
                        b"\0",
                        b'"',
                        b"\n",
                        b"<",
                        b"&x;",
                        b"{",
                        b"[",
                        b"99999999999999999999",
                        b"\xff\xfe",
                        b"-1",
                        b";",
                    )
                )
            case 4:
                other = chance.choice(CASES)[1]
                place = chance.randrange(len(other))
                mutable[at : at + 20] = other[place : place + 20]
    return bytes(mutable)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(CASES), st.integers(0, 2**32))
def test_damaged_records_end_in_events_or_a_reason(case: tuple[str, bytes], seed: int) -> None:
    name, data = case
    _holds(name, _mutated(data, random.Random(seed)))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted({name for name, _data in CASES})), st.binary(max_size=400))
def test_any_bytes_end_in_events_or_a_reason(name: str, data: bytes) -> None:
    _holds(name, data)


@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="the long form: OPSCONSOLE_FUZZ=100000")
@pytest.mark.parametrize("name", sorted({name for name, _data in CASES}))
def test_fuzz_long(name: str) -> None:
    mine = [data for case, data in CASES if case == name]
    chance = random.Random(time.time_ns())
    for _number in range(LONG):
        data = _mutated(chance.choice(mine), chance)
        try:
            _holds(name, data)
        except BaseException as error:
            error.add_note(repr(data))
            raise


BOMBS = [
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><response>&c;</response>',
    b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><response>&x;</response>',
    b"<response>" * 500_000,
    b"[" * 500_000,
    b'{"users": ' * 100_000,
    b'"' + b"x" * 20_000_000,
    b"," * 20_000_000,
    b"\xff\xfe" + b'"\0' * 5_000_000,
]


@pytest.mark.parametrize("name", sorted(samples.DOCUMENTS))
@pytest.mark.parametrize("number", range(len(BOMBS)))
def test_bombs_end_in_a_reason_within_seconds(name: str, number: int) -> None:
    begun = time.process_time()
    with pytest.raises(Unfit):
        _read(name, BOMBS[number])
    assert time.process_time() - begun < 10
