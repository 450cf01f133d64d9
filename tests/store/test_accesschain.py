"""The log of who asked to see people: a chain that still holds after a purge, and whose cut shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from opsconsole.actor import actor
from opsconsole.store import accesschain, changes
from opsconsole.store.accesschain import append, broken, purge, wrong
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Database, StoreError
from tests.store.test_changes import write

BEGIN = dt.datetime(2019, 1, 1, 3, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def note(database: Database, *days: int) -> None:
    """A request on each of *days* (0 is 1 January 2019)."""
    with database.write() as writer:
        for day in days:
            append(writer, (instant_text(BEGIN + day * DAY), actor(), "mail who-not", "{}", 1))


def tamper(database: Database, *statements: str) -> None:
    with database.write() as writer:
        for statement in statements:
            writer.execute(statement)


def found(database: Database, anchors: Path | None = None) -> list[tuple[str, int, str]]:
    with database.read() as reader:
        return [each[:3] for each in wrong(reader, anchors)]


def numbers(database: Database) -> list[int]:
    with database.read() as reader:
        return [row[0] for row in reader.rows("SELECT sequence FROM access_log ORDER BY sequence")]


def test_a_log_that_was_purged_still_holds_and_goes_on(database: Database) -> None:
    note(database, 0, 1, 2, 3)
    with database.write() as writer:
        assert purge(writer, BEGIN + 2 * DAY) == 2
        assert purge(writer, BEGIN + 2 * DAY) == 0
    assert numbers(database) == [3, 4]
    note(database, 4)
    with database.read() as reader:
        assert broken(reader) == (3, None)
    assert found(database) == []
    with database.write() as writer:
        assert purge(writer, BEGIN + 400 * DAY) == 2
    assert numbers(database) == [5], "the newest entry stays: the next one is chained to it"
    note(database, 5)
    assert found(database) == []


def test_what_stands_behind_a_newer_entry_stays(database: Database) -> None:
    note(database, 0, 9, 1, 2, 9)  # a clock that was set back
    with database.write() as writer:
        assert purge(writer, BEGIN + 5 * DAY) == 1
    assert numbers(database) == [2, 3, 4, 5]
    assert found(database) == []


def test_an_empty_log_holds_and_has_nothing_to_purge(database: Database) -> None:
    with database.write() as writer:
        assert purge(writer, BEGIN) == 0
    assert found(database) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE access_log SET actor = 'x' WHERE sequence = 4", [("access", 4, "altered")]),
        ("DELETE FROM access_log WHERE sequence = 4", [("access", 4, "altered")]),
        ("DELETE FROM access_log WHERE sequence = 3", [("access", 3, "altered")]),
        ("DELETE FROM access_log WHERE sequence >= 4", [("access", 4, "missing")]),
        ("UPDATE access_head SET purged = 3", [("access", 4, "altered")]),
        ("UPDATE access_head SET sequence = 4", [("access", 5, "differs")]),
        ("DELETE FROM access_head", [("access", 1, "altered")]),
    ],
)
def test_each_tampering_with_a_purged_log_is_found(
    database: Database, statement: str, expected: list[tuple[str, int, str]]
) -> None:
    note(database, 0, 1, 2, 3, 4)
    with database.write() as writer:
        assert purge(writer, BEGIN + 2 * DAY) == 2
    tamper(database, statement)
    assert found(database) == expected


def test_nothing_is_written_behind_a_cut_tail(database: Database) -> None:
    note(database, 0, 1, 2)
    tamper(database, "DELETE FROM access_log WHERE sequence = 3")
    with pytest.raises(StoreError, match="audit verify"):
        note(database, 3)


def test_a_cut_with_the_noted_end_rewound_is_found_through_the_anchor(
    database: Database, tmp_path: Path
) -> None:
    anchors = tmp_path / "anchors.txt"
    note(database, 0, 1)
    with database.read() as reader:
        before = accesschain.head(reader)
    note(database, 2)
    (recorded,) = write(database, 1)
    changes.write_anchor(anchors, database.province, recorded)
    assert found(database, anchors) == []
    with database.read() as reader:
        verified = changes.verify(reader, anchors)
    assert (verified.findings, verified.anchors) == ((), 1), "its line is no unreadable anchor of the changes"
    tamper(
        database,
        "DELETE FROM access_log WHERE sequence = 3",
        f"UPDATE access_head SET sequence = 2, hash = '{before.hash}'",
    )
    assert found(database) == []
    assert found(database, anchors) == [("anchor", 2, "missing")]
    note(database, 7)
    assert found(database, anchors) == [("anchor", 2, "differs")]


def test_an_anchor_of_what_was_purged_since_is_no_finding(database: Database, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.txt"
    note(database, 0, 1)
    (recorded,) = write(database, 1)
    changes.write_anchor(anchors, database.province, recorded)
    note(database, 2, 3)
    with database.write() as writer:
        assert purge(writer, BEGIN + DAY) == 1
    assert found(database, anchors) == []
    with database.write() as writer:
        assert purge(writer, BEGIN + 3 * DAY) == 2
    assert found(database, anchors) == []
