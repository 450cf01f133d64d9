"""The roll call: marks are only added, corrections stand beside, and what follows is worked out from all."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.operations.conference.board import board, from_server
from opsconsole.operations.conference.rollcall import (
    STATES,
    Entry,
    Mark,
    add,
    last_number,
    marks,
    retract,
    roll,
    standing,
)
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Database
from tests.console.filled import insert
from tests.operations.world import SITES, ZONE, add_session, at, fill

KEY = "HN-2019-001"


@pytest.fixture
def world(database: Database) -> Database:
    fill(database)
    return database


def put(database: Database, *entries: Entry, actor: str = "an", now: str = "08:00") -> list[int]:
    with database.write() as writer:
        return add(writer, KEY, entries, actor, at(now), ZONE)


def stays(database: Database) -> list[tuple[Any, ...]]:
    with database.read() as reader:
        return reader.rows(
            "SELECT site, joined_at, left_at, month FROM roll_stay WHERE province = :province ORDER BY site, joined_at"
        )


def utc(text: str) -> str:
    return instant_text(at(text))


def state(site: str, word: str, about: str | None = None, **more: Any) -> Entry:
    return Entry("state", site, word, about=at(about) if about else None, **more)


def test_a_site_that_came_dropped_out_and_came_back(world: Database) -> None:
    put(world, state("DC-150", "connected"), now="07:55")
    put(world, state("DC-150", "lost"), now="08:20")
    put(world, state("DC-150", "connected"), now="08:30")
    put(world, Entry("ended"), now="09:40")
    with world.read() as reader:
        seen = board(reader, KEY, ZONE)
    row = seen.row("DC-150")
    assert row is not None
    assert (row.presence.state, row.presence.drops, row.presence.late) == ("connected", 1, False)
    assert stays(world) == [
        ("DC-150", utc("07:55"), utc("08:20"), "2019-09"),
        ("DC-150", utc("08:30"), utc("09:40"), "2019-09"),
    ]


def test_without_an_end_a_site_stays_until_the_announced_one(world: Database) -> None:
    put(world, state("DC-150", "late"), now="08:10")
    assert stays(world) == [("DC-150", utc("08:10"), utc("09:30"), "2019-09")]


def test_a_correction_takes_the_place_and_the_original_stays(world: Database) -> None:
    (number,) = put(world, state("DC-150", "late"), now="08:10")
    put(world, state("DC-150", "connected", "07:58", corrects=number), actor="binh", now="08:15")
    with world.read() as reader:
        seen = board(reader, KEY, ZONE)
    presence = seen.roll.of("DC-150")
    assert (presence.state, presence.first, presence.actor) == ("connected", at("07:58"), "binh")
    assert [(mark.number, mark.actor, mark.corrects) for mark in seen.marks] == [
        (1, "an", None),
        (2, "binh", 1),
    ]
    assert stays(world) == [("DC-150", utc("07:58"), utc("09:30"), "2019-09")]
    put(world, Entry("retract", "DC-150", corrects=2), now="08:20")  # the correction was wrong
    with world.read() as reader:
        assert board(reader, KEY, ZONE).roll.of("DC-150").state == "late"
    assert len(stays(world)) == 1


def test_a_mark_is_taken_back_and_stays_beside(world: Database) -> None:
    put(world, state("DC-150", "absent"))
    with world.read() as reader:
        entry = retract(reader, KEY, "DC-150")
        assert retract(reader, KEY, "DC-148") is None
    assert entry is not None
    put(world, entry)
    with world.read() as reader:
        seen = board(reader, KEY, ZONE)
    assert seen.roll.of("DC-150").state == "expected"
    assert len(seen.marks) == 2


@pytest.mark.parametrize("verb", ["UPDATE conference_mark SET said = 'x'", "DELETE FROM conference_mark"])
def test_no_statement_changes_a_mark(world: Database, verb: str) -> None:
    put(world, state("DC-150", "absent"))
    with pytest.raises(Exception, match="only ever added to"), world.write() as writer:
        writer.execute(f"{verb} WHERE province = :province")
    with world.read() as reader:
        assert [mark.said for mark in marks(reader, KEY)] == [""]


def test_two_operators_who_write_at_once_lose_nothing(world: Database) -> None:
    def work(actor: str) -> None:
        for number in range(10):
            put(world, Entry("note", said=f"{actor} {number}"), actor=actor)

    threads = [threading.Thread(target=work, args=(actor,)) for actor in ("an", "binh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.read() as reader:
        found = marks(reader, KEY)
        assert last_number(reader, KEY) == 20
    assert [mark.number for mark in found] == list(range(1, 21))
    assert {mark.said for mark in found} == {f"{actor} {n}" for actor in ("an", "binh") for n in range(10)}
    with world.read() as reader:
        assert [mark.number for mark in marks(reader, KEY, 18)] == [19, 20]


def test_handover_is_offered_and_taken(world: Database) -> None:
    put(world, Entry("begun"), now="08:00")
    put(world, Entry("handover", said="xã Tu Lý chưa vào"), now="08:30")
    with world.read() as reader:
        found = roll(marks(reader, KEY))
    assert found.duty == ("an", at("08:00"))
    assert found.offered is not None
    put(world, Entry("takeover"), actor="binh", now="08:31")
    with world.read() as reader:
        found = roll(marks(reader, KEY))
    assert (found.duty, found.offered) == (("binh", at("08:31")), None)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry("note", said="  "), "there is nothing in the note"),
        (Entry("state", "DC-150", "asleep"), "there is no state 'asleep'"),
        (Entry("state", "DC-150", "late", corrects=7), "has no mark 7 to correct"),
    ],
)
def test_what_cannot_be_marked_is_refused_and_nothing_is_written(
    world: Database, entry: Entry, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        put(world, Entry("begun"), entry)
    with world.read() as reader:
        assert marks(reader, KEY) == []


def test_a_mark_of_a_session_that_is_not_there(world: Database) -> None:
    with pytest.raises(Refused, match="there is no session 'HN-9'"), world.write() as writer:
        add(writer, "HN-9", [Entry("begun")], "an", at("08:00"), ZONE)


def test_a_session_whose_marks_were_purged_keeps_its_stays_and_takes_no_more(world: Database) -> None:
    row = {"session": KEY, "site": "DC-150", "joined_at": utc("08:00"), "left_at": utc("09:00")}
    with world.write() as writer:
        insert(writer, "roll_stay", [{**row, "month": "2019-09"}])
    with pytest.raises(Refused, match="its marks were purged"):
        put(world, Entry("begun"))
    assert [row[0] for row in stays(world)] == ["DC-150"]


# --- the server's word ---------------------------------------------------------------------------------


def attended(database: Database, *rows: tuple[str, str, str]) -> None:
    with database.write() as writer:
        columns = {name for (name,) in writer.rows(_ATTENDANCE_COLUMNS[writer.postgres])}
        more = {"record": -1, "ending": ""}
        insert(
            writer,
            "attendance",
            [
                {
                    "source_file": 1, "position": number, "month": "2019-09", "session": KEY, "site": site,
                    "joined_at": utc(joined), "left_at": utc(left),
                    **{name: value for name, value in more.items() if name in columns},
                }
                for number, (site, joined, left) in enumerate(rows)
            ],
        )  # fmt: skip


_ATTENDANCE_COLUMNS = {
    False: "SELECT name FROM pragma_table_info('attendance')",
    True: "SELECT column_name FROM information_schema.columns WHERE table_name = 'attendance'",
}


def test_marks_are_taken_from_the_servers_list(world: Database) -> None:
    attended(
        world, ("DC-150", "07:50", "08:29"), ("DC-148", "08:10", "08:28"), ("DC-04832", "07:55", "08:10")
    )
    put(world, state("DC-04832", "connected"), now="07:56")
    with world.read() as reader:
        entries = from_server(board(reader, KEY, ZONE), at("08:30"))
    assert {(e.site, e.state, e.about) for e in entries} == {
        ("DC-150", "connected", at("07:50")),
        ("DC-148", "late", at("08:10")),
        ("DC-04832", "lost", at("08:10")),
    }
    put(world, *entries, now="08:30")
    with world.read() as reader:
        assert from_server(board(reader, KEY, ZONE), at("08:30")) == []


def test_a_servers_times_hold_and_what_it_does_not_know_comes_from_the_roll(world: Database) -> None:
    attended(world, ("DC-150", "08:00", "09:30"), ("DC-148", "08:20", "09:30"))
    put(world, state("DC-150", "absent"), state("DC-148", "connected"), state("DC-04832", "connected"))
    with world.read() as reader:
        seen = board(reader, KEY, ZONE)
    rows = {row.site.key: row for row in seen.rows}
    assert (rows["DC-150"].source, rows["DC-150"].came) == ("server", True)
    assert rows["DC-148"].spans[0][0] == at("08:20")
    assert rows["DC-04832"].source == "roll"
    assert {(row.site.key, sort) for row, sort in seen.disagreements} == {
        ("DC-150", "came"), ("DC-148", "time"), ("DC-04832", "absent"),
    }  # fmt: skip


def test_after_the_session_a_site_that_nobody_saw_was_absent_and_before_it_is_expected(
    world: Database,
) -> None:
    put(world, state("DC-17", "connected"), state("DC-150", "connected"), state("DC-148", "excused"))
    with world.read() as reader:
        seen = board(reader, KEY, ZONE)
    assert seen.counts(at("08:30")) == {"expected": 2, "connected": 2, "excused": 1}
    put(world, Entry("ended"), now="09:00")
    with world.read() as reader:
        seen = board(reader, KEY, ZONE)
    assert seen.counts(at("09:01")) == {"connected": 2, "absent": 2, "excused": 1}


def test_of_a_session_of_which_nothing_is_known_nobody_is_called_absent(world: Database) -> None:
    with world.read() as reader:
        seen = board(reader, KEY, ZONE)
    assert seen.counts(at("23:00")) == {"expected": 5}


def test_sites_come_district_by_district(world: Database) -> None:
    with world.read() as reader:
        seen = board(reader, KEY, ZONE)
    assert [row.site.key for row in seen.rows] == ["DC-17", "DC-150", "DC-04835", "DC-04832", "DC-148"]


def test_a_session_of_sites_that_are_not_declared_any_more(world: Database) -> None:
    with world.write() as writer:
        add_session(writer, "HN-2019-002", sites=["DC-150", "gone"])
    with world.read() as reader:
        seen = board(reader, "HN-2019-002", ZONE)
    assert [row.site.name for row in seen.rows][-1] == "gone"


def test_the_sums_of_the_year_follow_the_roll_call(world: Database) -> None:
    from opsconsole.indicators.sessionuse import refresh

    def sums() -> tuple[Any, ...]:
        refresh(world, 2019, ZONE)
        with world.read() as reader:
            row = reader.row("SELECT held, sites, came, seconds FROM session_use WHERE province = :province")
        assert row is not None
        return tuple(row)

    assert sums()[0] == 0
    put(world, state("DC-17", "connected"), state("DC-150", "connected"), now="08:00")
    assert sums() == (1, 2, 1, 90 * 60)
    put(world, Entry("ended"), now="08:30")
    assert sums() == (1, 2, 1, 30 * 60)


# --- for every sequence of marks --------------------------------------------------------------------------

minutes = st.integers(0, 120)
one_mark = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(STATES), minutes, st.integers(0, 12))


@given(st.lists(one_mark, max_size=12))
def test_what_follows_from_any_marks_is_sound(sequence: list[tuple[str, str, int, int]]) -> None:
    base = at("08:00")
    made: list[Mark] = []
    for number, (site, word, minute, corrects) in enumerate(sequence, 1):
        about = base + dt.timedelta(minutes=minute)
        if 0 < corrects < number and corrects % 3 == 0:
            original = made[corrects - 1]
            made.append(Mark(number, about, about, "x", "retract", original.site, "", "", corrects, "person"))
        else:
            fixed = corrects if 0 < corrects < number and made[corrects - 1].site == site else None
            made.append(Mark(number, about, about, "x", "state", site, word, "", fixed, "person"))
    holding = standing(made)
    gone = {mark.corrects for mark in made} - {None}
    assert {mark.number for mark in made if mark.number not in gone and mark.sort == "state"} <= {
        mark.number for mark in holding
    }
    for site, presence in roll(made).sites.items():
        own = [mark for mark in holding if mark.site == site]
        newest = max(own, key=lambda mark: (mark.about, mark.number))
        assert (presence.state, presence.mark) == (newest.state, newest.number)
        assert presence.came == any(mark.state in ("connected", "late") for mark in own)
        flat = [edge for joined, left in presence.spans for edge in (joined, left) if edge is not None]
        assert flat == sorted(flat)
        assert all(left is not None for _joined, left in presence.spans[:-1])
    assert set(SITES)  # the world is not empty
