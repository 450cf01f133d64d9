"""Lists of who joined a conference, as people and bridges write them."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.evidence.reader import Event
from opsconsole.evidence.readers.attendance import READER
from tests.evidence.lines import origin, read, seen, stays, unread

HEAD = "session,site,joined,left\n"


def _read(text: str | bytes) -> list[Event]:
    return read(text, READER)


def _utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text + "+00:00")


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "S-1,HB-158,2019-03-05 08:00,2019-03-05 11:30\n",
        "\ufeff" + HEAD + "S-1,HB-158,05/03/2019 08:00,05/03/2019 11:30\r\n",
        "LEFT;Site ; JOINED;session\n2019-03-05 11:30:00;HB-158;2019-03-05 08:00:00;S-1\n",
        "sep=;\nPhiên họp;Điểm cầu;Giờ vào;Giờ ra;Ghi chú\nS-1;HB-158;5/3/2019 8:00;5/3/2019 11:30;x\n",
        "session\tsite\tjoined\tleft\nS-1\tHB-158\t2019-03-05T08:00\t2019-03-05T11:30\n",
        '\n"session","site","joined","left"\n"S-1","HB-158","2019-03-05 08:00","2019-03-05 11:30"\n',
    ],
)
def test_a_stay_is_read_whatever_the_order_case_separator_and_form_of_date(text: str) -> None:
    (stay,) = stays(_read(text))
    assert (stay.session, stay.site) == ("S-1", "HB-158")
    assert (stay.joined, stay.left) == (_utc("2019-03-05 01:00"), _utc("2019-03-05 04:30"))
    assert not unread(_read(text))


def test_positions_are_those_of_the_lines() -> None:
    text = HEAD + "S-1,Mường Lát,2019-03-05 08:00,2019-03-05 09:00\nS-1,B,2019-03-05 08:00,2019-03-05 09:00\n"
    data = text.encode()
    places = [stay.position for stay in stays(_read(data))]
    assert places == [len(HEAD), data.index(b"S-1,B")]


def test_days_are_covered_by_the_local_day_of_joining() -> None:
    events = _read(
        HEAD + "S-1,A,2019-03-05 00:30,2019-03-05 09:00\nS-1,B,2019-03-05 08:00,2019-03-05 10:00\n"
    )
    assert seen(events) == {"2019-03-05": ("2019-03-04T17:30:00.000000Z", "2019-03-05T03:00:00.000000Z", 2)}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("S-1,A,2019-03-05 09:00,2019-03-05 08:00", "left before it joined"),
        ("S-1,A,2019-03-05 09:00,2091-03-05 08:00", "stays for more than 48 hours"),
        ("S-1,A,2019-03-05 09:00,", "no time in 'left'"),
        ("S-1,A,soon,2019-03-05 09:00", "'joined' is not a time; write YYYY-MM-DD HH:MM or dd/mm/yyyy HH:MM"),
        ("S-1,A,2019-02-30 09:00,2019-03-05 09:00", "'joined' is not a time; write YYYY-MM-DD HH:MM or"),
        ("S-1,,2019-03-05 08:00,2019-03-05 09:00", "no site"),
        ("S-1,A", "fewer cells than the header has columns"),
        ('S-1,"A,2019-03-05 08:00,2019-03-05 09:00', "not a line of CSV: unexpected end of data"),
    ],
)
def test_a_line_that_cannot_be_read_is_counted_with_its_reason(line: str, reason: str) -> None:
    events = _read(HEAD + line + "\nS-1,B,2019-03-05 08:00,2019-03-05 09:00\n")
    assert [site for _session, _start, site, *_rest in stays(events)] == ["B"]
    ((found, lines),) = unread(events).items()
    assert found.startswith(reason)
    assert lines == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (("\ufeff" + HEAD).encode("utf-16-le"), "the file is UTF-16; save it as CSV in UTF-8"),
        (HEAD.encode() + b"S-1,H\xf2a B\xecnh,2019-03-05 08:00,2019-03-05 09:00\n", "not UTF-8; save"),
        (b"who,when\na,b\n", "the first line does not name the columns session, site, joined, left"),
    ],
)
def test_a_file_of_another_kind_says_what_it_should_be(data: bytes, reason: str) -> None:
    events = _read(data)
    assert not stays(events)
    assert all(found.startswith(reason) for found in unread(events))
    assert unread(events)


@pytest.mark.parametrize(
    "hostile", ['=HYPERLINK("http://x")', "@SUM(A1)", "[/red]\x1b]52;c;x\x07", "'; --", "{}"]
)
def test_whatever_stands_in_a_cell_is_text(hostile: str) -> None:
    cell = '"' + hostile.replace('"', '""') + '"'
    (stay,) = stays(_read(HEAD + f"S-1,{cell},2019-03-05 08:00,2019-03-05 09:00\n"))
    assert stay.site == hostile


@given(st.lists(st.text(alphabet='ab;, "\n\0é=', max_size=12), max_size=8), st.data())
def test_how_a_list_is_cut_into_pieces_changes_nothing(cells: list[str], data: st.DataObject) -> None:
    lines = [HEAD.encode()] + [f"S-1,{cell},2019-03-05 08:00,2019-03-05 09:00\n".encode() for cell in cells]
    text = b"".join(lines)
    lines = text.splitlines(keepends=True)
    edges = sorted({0, len(lines), *data.draw(st.sets(st.integers(0, len(lines))))})
    pieces: list[Event] = []
    state: dict[str, object] | None = None
    for first, last in pairwise(edges):
        parser = READER.begin(origin(state=state))
        pieces += parser.feed(b"".join(lines[first:last]), sum(map(len, lines[:first])))
        state = dict(parser.state())
    whole = _read(text)
    assert stays(pieces) == stays(whole)
    assert unread(pieces) == unread(whole)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    READER.begin(origin()).feed(data + b"\n", 0)
    READER.begin(origin()).feed(HEAD.encode() + data + b"\n", 0)
