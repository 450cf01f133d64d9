"""Which times a source covers: days, hours without a line, lines of others, inferred years; what servers did."""

from __future__ import annotations

import pytest

from opsconsole.evidence.covered import Hole, coverage, holes, traffic
from opsconsole.store.database import Database
from tests.evidence.lines import LAN, login
from tests.evidence.world import Folder, declare

DAY = "2019-10-01"


@pytest.mark.parametrize(
    ("full", "ends", "expected"),
    [
        (range(48), (False, False), []),
        (range(44), (False, False), [("22:00", "24:00")]),
        (range(44), (False, True), []),
        (range(10, 48), (False, False), [("00:00", "05:00")]),
        (range(10, 48), (True, False), []),
        ([*range(19), *range(22, 48)], (False, False), []),  # an hour and a half
        ([*range(18), *range(22, 48)], (False, False), [("09:00", "11:00")]),
        ([0, 20, 47], (False, False), [("00:30", "10:00"), ("10:30", "23:30")]),
        ([], (False, False), []),  # a source that does not tell
    ],
)
def test_half_hours_without_a_line_are_a_gap_when_there_are_enough_in_a_row(
    full: list[int], ends: tuple[bool, bool], expected: list[tuple[str, str]]
) -> None:
    mask = sum(1 << number for number in full)
    assert holes(DAY, mask, 4, ends) == [Hole(DAY, *each) for each in expected]


def test_what_a_log_covers_is_told_to_the_half_hour(database: Database, tmp_path: object) -> None:
    declare(database)
    folder = Folder(tmp_path / "logs", database)  # type: ignore[operator]
    text = "".join(
        login(f"Oct {day:2d} {hour:02d}:10:00", LAN) + f"Oct {day:2d} {hour:02d}:40:00 mail cron[1]: x\n"
        for day in (1, 2, 4)
        for hour in range(24)
        if (day, hour) not in {(2, 13), (2, 14), (2, 15)}
    )
    text += "Oct  4 23:50:00 mail rsyslogd: imjournal: 9 messages lost due to rate-limiting\n"
    folder.put("mail.log", text.encode(), 1572523200)
    folder.collect()
    with database.read() as reader:
        (month,) = coverage(reader)
        did = traffic(reader)
    assert month.days == ("2019-10-01", "2019-10-02", "2019-10-04")
    assert month.missing == ("2019-10-03",)
    assert month.holes == (Hole("2019-10-02", "13:00", "16:00"),)
    lines = text.count("\n")
    # the line of rsyslogd, which tells of messages lost, is another program's too
    assert (month.lines, month.others, month.inferred, month.lost) == (lines, lines - lines // 2, lines, 9)
    assert did == [("mail", "2019-10", "logins", lines // 2)]
