"""Reports saved whole: read when complete, once by content, the later version instead of the earlier."""

from __future__ import annotations

import itertools
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from opsconsole.evidence.collect import collect, collect_again
from opsconsole.evidence.documents import MAX_DOCUMENT
from opsconsole.settings import Source
from opsconsole.store.database import Database
from tests.evidence.lines import ZONE
from tests.evidence.world import counts, declare

ROWS = {
    "Mai Châu": ("08:00", "11:30"),
    "HB-17": ("07:50", "11:31"),
    "Nguyễn Văn A": ("08:05", "09:00"),
}


def zoom(
    rows: dict[str, tuple[str, str]], topic: str = "t", start: str = "07:45", end: str = "11:40"
) -> bytes:
    """A Zoom report of the morning of 5 March 2019."""
    lines = [
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants",
        f"852 1848 6288,{topic},05/03/2019 {start}:00,05/03/2019 {end}:00,host@hoabinh.example,235,{len(rows)}",
        "",
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest",
    ]
    lines += [f"{name},,05/03/2019 {a}:00,05/03/2019 {b}:00,1,Yes" for name, (a, b) in rows.items()]
    return ("\n".join(lines) + "\n").encode()


class Reports:
    """A folder of reports that one source reads."""

    def __init__(self, path: Path, database: Database, reader: str = "zoom", **options: Any) -> None:
        path.mkdir()
        self.path, self.database = path, database
        self.sources = (Source("reports", reader, str(path / "*"), **options),)
        self.number = itertools.count()

    def put(self, data: bytes, name: str = "", age: float = 3600) -> Path:
        path = self.path / (name or f"{next(self.number)}.csv")
        path.write_bytes(data)
        then = time.time() - age
        os.utime(path, (then, then))
        return path

    def collect(self) -> Any:
        (result,) = collect(self.database, self.sources, ZONE).sources
        return result


@pytest.fixture
def reports(database: Database, tmp_path: Path) -> Reports:
    declare(database)
    return Reports(tmp_path / "reports", database)


def records(database: Database) -> list[tuple[Any, ...]]:
    with database.read() as reader:
        return reader.rows(
            "SELECT session, state, participants, unknown, superseded_by FROM meeting_record "
            "WHERE province = :province ORDER BY source_file"
        )


def test_a_report_is_read_once_by_content(reports: Reports) -> None:
    reports.put(zoom(ROWS))
    first = reports.collect()
    assert (first.read, first.events, first.unmatched) == (1, 3, 1)
    before = counts(reports.database)
    assert before["stays"] == [
        ("S-1", "HB-158", "2019-03-05T01:00:00.000000Z", "2019-03-05T04:30:00.000000Z", "2019-03"),
        ("S-1", "HB-17", "2019-03-05T00:50:00.000000Z", "2019-03-05T04:31:00.000000Z", "2019-03"),
    ]
    reports.put(zoom(ROWS), "copy.csv")
    second = reports.collect()
    assert second.read == 0
    assert counts(reports.database) == before


def test_a_report_that_is_being_written_waits(reports: Reports) -> None:
    reports.put(zoom(ROWS), age=0)
    result = reports.collect()
    assert (result.read, result.waiting) == (0, 1)
    reports.put(zoom(ROWS), "0.csv")
    assert reports.collect().read == 1


def test_a_later_version_stands_in_place_of_the_earlier_in_any_order(
    database: Database, tmp_path: Path
) -> None:
    declare(database)
    early = zoom({"Mai Châu": ("08:00", "09:00"), "HB-17": ("07:50", "09:10")}, end="09:15")
    longer = zoom(
        {"Mai Châu": ("08:00", "10:00"), "HB-17": ("07:50", "10:10"), "Ai đó": ("09:20", "10:00")},
        end="10:15",
    )
    longest = zoom(
        {"Mai Châu": ("08:00", "11:00"), "HB-17": ("07:50", "11:10"), "Ai đó": ("09:20", "10:30")},
        end="11:15",
    )
    outcomes = []
    for number, order in enumerate(itertools.permutations((early, longer, longest))):
        reports = Reports(tmp_path / str(number), database)
        reports.sources = (Source(f"r{number}", "zoom", str(reports.path / "*")),)
        for data in order:
            reports.put(data)
            reports.collect()
        with database.read() as reader:
            file = "SELECT id FROM source_file WHERE province = :province AND source = :source"
            stays = reader.rows(
                "SELECT site, joined_at, left_at FROM attendance WHERE province = :province "
                f"AND source_file IN ({file}) ORDER BY site",
                {"source": f"r{number}"},
            )
            missed = reader.rows(
                "SELECT value, count FROM unmatched WHERE province = :province AND source = :source",
                {"source": f"r{number}"},
            )
            lines = reader.rows(
                "SELECT day, lines FROM coverage WHERE province = :province AND source = :source",
                {"source": f"r{number}"},
            )
        outcomes.append((stays, missed, lines))
    assert outcomes[0][0][0] == ("HB-158", "2019-03-05T01:00:00.000000Z", "2019-03-05T04:00:00.000000Z")
    assert outcomes[0][1:] == ([("Ai đó", 1)], [("2019-03-05", 3)])
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_a_report_of_a_late_comer_alone_stands_beside_the_first(reports: Reports) -> None:
    reports.put(zoom({"Mai Châu": ("08:00", "09:00"), "HB-17": ("07:50", "09:10")}, end="09:15"))
    reports.put(zoom({"Mai Châu": ("10:00", "10:05")}, end="10:06"))
    reports.collect()
    assert len(counts(reports.database)["stays"]) == 3
    assert [row[4] for row in records(reports.database)] == [0, 0]


def test_a_host_that_restarts_goes_on_with_the_session(reports: Reports) -> None:
    # The second report begins as near to the session of the afternoon, but in the same room 10 minutes
    # after the first. Read in the wrong order it is of neither, until the source is read again.
    for number, order in enumerate(((0, 1), (1, 0))):
        reports.sources = (Source(f"r{number}", "zoom", str(reports.path / f"{number}-*")),)
        both = (
            zoom({"Mai Châu": ("08:00", "10:50"), "HB-17": ("07:50", "10:50")}, end="10:50"),
            zoom({"Mai Châu": ("11:02", "12:00"), "HB-17": ("11:01", "12:00")}, start="11:00", end="12:00"),
        )
        for place in order:
            reports.put(both[place], f"{number}-{place}.csv", age=3600 - 60 * place)
            reports.collect()
        expected = ["S-1", "S-1"] if order == (0, 1) else ["", "S-1"]
        assert [row[0] for row in records(reports.database)][-2:] == expected
    collect_again(reports.database, reports.sources, ZONE, "r1")
    assert [row[0] for row in records(reports.database)][-2:] == ["S-1", "S-1"]


def test_a_meeting_of_strangers_at_the_same_hour_is_no_session(reports: Reports) -> None:
    reports.put(zoom({"Lan": ("08:00", "09:00"), "Minh": ("08:00", "09:00")}, topic="Sinh nhật"))
    reports.collect()
    assert counts(reports.database)["stays"] == []
    ((session, _state, participants, unknown, _by),) = records(reports.database)
    assert (session, participants, unknown) == ("", 2, 2)


def test_names_show_their_candidates(reports: Reports) -> None:
    reports.put(
        zoom(
            {
                "HB-17": ("08:00", "09:00"),
                "Điểm cầu Mai Châu 2": ("08:00", "09:00"),
                "xa tu ly": ("08:00", "09:00"),
                "Khách": ("08:00", "09:00"),
            }
        )
    )
    reports.collect()
    with reports.database.read() as reader:
        found = {
            value: json.loads(candidates)
            for value, candidates in reader.rows(
                "SELECT value, candidates FROM unmatched WHERE province = :province AND sort = 'site'"
            )
        }
    assert found == {"Điểm cầu Mai Châu 2": ["HB-158"], "xa tu ly": ["TL-1", "TL-2"], "Khách": []}


def test_a_clock_that_is_ahead_is_put_right(database: Database, tmp_path: Path) -> None:
    declare(database)
    reports = Reports(tmp_path / "reports", database, ahead=7 * 60 + 30)
    reports.put(zoom({"HB-17": ("08:07", "09:00"), "Mai Châu": ("08:10", "09:00")}))
    reports.collect()
    assert [row[2] for row in counts(database)["stays"]] == [
        "2019-03-05T01:02:30.000000Z",
        "2019-03-05T00:59:30.000000Z",
    ]


def test_reading_again_counts_the_same(reports: Reports) -> None:
    reports.put(zoom({"Mai Châu": ("08:00", "09:00"), "HB-17": ("07:50", "09:10")}, end="09:15"), "a.csv")
    reports.collect()
    reports.put(zoom(ROWS), "a.csv")  # saved again over the first: that one is gone, and not missed
    reports.collect()
    before = counts(reports.database)
    collect_again(reports.database, reports.sources, ZONE, "reports")
    assert counts(reports.database) == before


def test_what_is_no_report_is_named_and_not_read_again(reports: Reports) -> None:
    reports.put(b"who,when\na,b\n")
    first = reports.collect()
    assert first.unreadable == 1
    assert "no columns of a Zoom report" in first.problems[0]
    assert reports.collect().unreadable == 0


def test_a_reader_that_fails_does_not_stop_the_others(
    reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise KeyError("x")

    reports.put(zoom(ROWS))
    with monkeypatch.context() as patched:
        patched.setattr("opsconsole.evidence.readers.zoom.read", broken)
        assert "failed over it (KeyError" in reports.collect().problems[0]
    assert reports.collect().read == 1


@pytest.mark.parametrize(
    "data",
    [b'"' + b"x" * 3_000_000 + b'"\n', b"x," * 2_000_000, b"\xff\xfe" + b"a" * 1001, b"\0\xff" * 501 + b"\n"],
)
def test_hostile_reports_end_in_a_reason_soon(reports: Reports, data: bytes) -> None:
    reports.put(data)
    begun = time.process_time()
    result = reports.collect()
    assert result.unreadable == 1
    assert time.process_time() - begun < 10


def test_a_document_that_is_too_large_is_not_read(reports: Reports) -> None:
    path = reports.put(b"x")
    with path.open("r+b") as file:
        file.truncate(MAX_DOCUMENT + 1)
    then = time.time() - 3600
    os.utime(path, (then, then))
    result = reports.collect()
    assert result.read == 0
    assert "a report has at most" in result.problems[0]


def test_two_collectors_at_once_count_every_report_once(reports: Reports) -> None:
    for number in range(12):
        reports.put(zoom({"Mai Châu": ("08:00", f"09:{number:02d}"), "HB-17": ("07:50", "10:00")}))
    failures: list[BaseException] = []

    def collector() -> None:
        try:
            reports.collect()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=collector) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reports.database.read() as reader:
        assert reader.value("SELECT count(*) FROM source_file WHERE province = :province") == 12
        standing = "SELECT count(*) FROM meeting_record WHERE province = :province AND superseded_by = 0"
        assert reader.value(standing) == 1  # the same meeting, saved again eleven times
        assert reader.value("SELECT count(*) FROM attendance WHERE province = :province") == 2
        assert reader.value("SELECT sum(lines) FROM coverage WHERE province = :province") == 2
