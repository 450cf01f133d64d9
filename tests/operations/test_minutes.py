"""The minutes say who came when, what happened, what was corrected, and cannot be steered by data."""

from __future__ import annotations

import pytest

from opsconsole.catalogue import use_language
from opsconsole.operations.conference.board import board
from opsconsole.operations.conference.minutes import Minutes, markdown, minutes, plain
from opsconsole.operations.conference.preflight import Result
from opsconsole.operations.conference.preflights import record
from opsconsole.operations.conference.rollcall import Entry, add
from opsconsole.store.database import Database
from tests.operations.test_rollcall import KEY, attended, put, state
from tests.operations.world import ZONE, add_site, at, fill


@pytest.fixture
def world(database: Database) -> Database:
    fill(database)
    return database


def written(database: Database, now: str = "10:00") -> Minutes:
    with database.read() as reader:
        return minutes(board(reader, KEY, ZONE), ZONE, at(now))


def run_a_session(database: Database) -> None:
    with database.write() as writer:
        record(
            writer, at("07:15"), KEY, [Result("DC-150", "sip:x", "pass"), Result("DC-148", "sip:y", "fail", "timeout")], "an"
        )  # fmt: skip
    put(database, state("DC-17", "connected"), state("DC-150", "connected"), Entry("begun"), now="08:00")
    put(database, state("DC-148", "excused"), now="08:02")
    put(database, state("DC-04832", "late"), now="08:12")
    put(database, Entry("note", "DC-04832", said="mất điện, chạy máy nổ"), now="08:20")
    put(database, Entry("handover", said="xã Hào Lý chưa vào"), now="08:30")
    put(database, Entry("takeover"), actor="binh", now="08:31")
    put(database, state("DC-04832", "late", "08:10", corrects=5), actor="binh", now="08:40")
    put(database, Entry("ended"), actor="binh", now="09:35")


def test_minutes_of_a_session_with_everything(world: Database) -> None:
    run_a_session(world)
    text = markdown(written(world))
    for line in (
        "# Minutes of a videoconference",
        "- Held: 08:00 – 09:35",
        "- Attendance: 3 of 5 sites took part (1 late, 1 absent, 1 excused)",
        "| 1 | Điểm cầu tỉnh Hoà Bình | Tỉnh Hoà Bình | connected | 08:00–09:35 | 95 | roll call | chairs |",
        "| 4 | Điểm cầu xã Tu Lý | Xã Tu Lý | late | 08:10–09:35 | 85 | roll call |  |",
        "- 08:20 \\[Điểm cầu xã Tu Lý\\] mất điện, chạy máy nổ (an)",
        "- 08:30 an handed over: xã Hào Lý chưa vào",
        "- 08:31 binh took over",
        "Before the session, at 07:15: 1 of 2 sites could be reached.",
        "- Điểm cầu thành phố Hòa Bình: no answer",
        "- Điểm cầu xã Tu Lý: late 08:12 (an) – corrected by binh at 08:40: Điểm cầu xã Tu Lý: late 08:10 (binh)",
        "- 08:15 Báo cáo",
    ):
        assert line in text.splitlines(), line


def test_a_servers_record_goes_before_and_what_differs_is_said(world: Database) -> None:
    attended(world, ("DC-150", "07:58", "09:00"), ("DC-148", "08:20", "09:01"))
    put(world, state("DC-150", "absent"), state("DC-04832", "connected", "08:05"))
    text = plain(written(world))
    assert "Held:" in text
    assert "08:05 – 09:00" in text  # the second to come, the last but one to leave
    assert "Điểm cầu huyện Đà Bắc: the roll call says absent, the server has it from 07:58 on" in text
    assert "Điểm cầu xã Tu Lý: the roll call has it from 08:05 on, the server has no record of it" in text


def test_of_a_session_without_any_record_nothing_is_claimed(world: Database) -> None:
    text = plain(written(world))
    assert "no attendance was recorded" in text
    assert "absent" not in text


def test_minutes_speak_vietnamese(world: Database) -> None:
    run_a_session(world)
    use_language("vi")
    text = plain(written(world))
    assert "BIÊN BẢN" in text
    assert "3/5 điểm cầu" in text


def test_data_makes_no_markup_and_steers_no_terminal(world: Database) -> None:
    hostile = "x\x1b]52;c;eA==\x07|*b*|<img src=x>[l](u)`c`"
    with world.write() as writer:
        add_site(writer, "DC-X", "148@2019-08-06", hostile)
        add(
            writer,
            KEY,
            [Entry("note", "DC-X", said=hostile), Entry("state", "DC-X", "late")],
            "an",
            at("08:10"),
            ZONE,
        )
    found = written(world)
    for text in (markdown(found), plain(found)):
        assert "\x1b" not in text
        assert "\x07" not in text
    rows = [line for line in markdown(found).splitlines() if line.startswith("| ")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1
    assert "<img" not in markdown(found).replace("\\<img", "")
