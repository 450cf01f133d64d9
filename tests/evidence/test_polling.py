"""Polling a meeting server: signed as its API says, and honest about what nobody saw."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.evidence.announced import invited
from opsconsole.evidence.bigbluebutton_api import ask, query_of
from opsconsole.evidence.directory import Directory
from opsconsole.evidence.polling import Person, Polled, Snapshot, observe, snapshots
from opsconsole.settings.alerts import Secret
from opsconsole.settings.meetings import MeetingServer
from opsconsole.store.database import Database
from tests.evidence.lines import ZONE
from tests.evidence.stub import SECRET, Stub, serving
from tests.evidence.world import counts, declare


@pytest.fixture
def stub(socket_enabled: None) -> Iterator[tuple[type[Stub], str]]:
    with serving() as found:
        yield found


def _server(tmp_path: Path, url: str, checksum: str = "sha1", secret: str = SECRET) -> MeetingServer:
    path = tmp_path / "secret"
    path.touch(0o600)
    path.write_text(secret + "\n")
    return MeetingServer("bbb", url, Secret(file=path), checksum)


def test_the_checksum_is_that_of_the_documentation() -> None:
    # The example of the API's reference: call, query and secret, hashed with SHA-1.
    query = query_of("create", {"name": "Test Meeting", "meetingID": "abc123"}, SECRET, "sha1")
    expected = hashlib.sha1(b"createname=Test+Meeting&meetingID=abc123" + SECRET.encode()).hexdigest()
    assert query == f"name=Test+Meeting&meetingID=abc123&checksum={expected}"
    assert query_of("getMeetings", {}, SECRET, "sha256") == "checksum=" + (
        hashlib.sha256(b"getMeetings" + SECRET.encode()).hexdigest()
    )


@pytest.mark.parametrize("checksum", ["sha1", "sha256", "sha384", "sha512"])
def test_a_server_that_checks_the_checksum_answers(
    stub: tuple[type[Stub], str], tmp_path: Path, checksum: str
) -> None:
    handler, url = stub
    handler.checksum = checksum
    answer = ask(_server(tmp_path, url, checksum), "getMeetings")
    (one,) = snapshots(answer.root, answer.ahead)
    assert (one.id, one.number, one.title) == ("m-1", "r1", "t")
    assert one.people == (Person("w_1", "Mai Châu", ""),)


def test_a_wrong_secret_is_told_without_the_secret(stub: tuple[type[Stub], str], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="refuses the checksum") as found:
        ask(_server(tmp_path, stub[1], secret="wrong-secret"), "getMeetings")
    assert "wrong-secret" not in str(found.value)


def test_a_secret_that_others_may_read_is_refused(stub: tuple[type[Stub], str], tmp_path: Path) -> None:
    server = _server(tmp_path, stub[1])
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(Refused, match="others may read it"):
        ask(server, "getMeetings")


@pytest.mark.parametrize(
    "body", ["", "<a", "<response/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><response>&b;</response>"]
)
def test_an_answer_that_is_none_is_refused(stub: tuple[type[Stub], str], tmp_path: Path, body: str) -> None:
    handler, url = stub
    handler.body = body
    with pytest.raises(Refused, match="meeting server 'bbb'"):
        ask(_server(tmp_path, url), "getMeetings")


def test_a_server_that_is_not_there_is_named(socket_enabled: None, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"meeting server 'bbb' \(127\.0\.0\.1:1\)"):
        ask(_server(tmp_path, "http://127.0.0.1:1/bigbluebutton/api"), "getMeetings")


def _poll(database: Database, clock: str, *people: str, on: bool = True) -> Polled:
    """A poll at *clock* (local, 5 March 2019) that sees *people* in the meeting m-1."""
    at = dt.datetime.fromisoformat(f"2019-03-05T{clock}").replace(tzinfo=ZONE)
    started = dt.datetime(2019, 3, 5, 8, 0, tzinfo=ZONE)
    one = Snapshot("m-1", "r1", "t", started, tuple(Person(f"w_{name}", name, "") for name in people))
    with database.write() as writer:
        directory = Directory.load(writer, ZONE, lambda keys: invited(writer, keys))
        return observe(writer, directory, "bbb", "https://bbb.example/api", [one] if on else [], at)


def _stays(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as reader:
        return [
            (site, joined[11:16], f"{left[11:16]} {ending}".strip())
            for site, joined, left, ending in reader.rows(
                "SELECT site, joined_at, left_at, ending FROM attendance WHERE province = :province "
                "ORDER BY site, joined_at"
            )
        ]


def _record(database: Database) -> Any:
    with database.read() as reader:
        return reader.row(
            "SELECT session, state, peak, ended_at FROM meeting_record WHERE province = :province"
        )


def test_polls_become_stays_and_a_reconnect_is_another(database: Database) -> None:
    declare(database)
    _poll(database, "08:01", "Mai Châu", "HB-17")
    assert _record(database)[:3] == ("S-1", "running", 2)
    _poll(database, "08:02", "Mai Châu", "HB-17")
    _poll(database, "08:03", "HB-17")
    _poll(database, "08:04", "Mai Châu", "HB-17")
    _poll(database, "08:05", "Mai Châu", "HB-17")
    polled = _poll(database, "08:06", on=False)
    assert (polled.over, polled.lost) == (1, 0)
    assert _stays(database) == [
        ("HB-158", "01:01", "01:02"),
        ("HB-158", "01:04", "01:05"),
        ("HB-17", "01:01", "01:05"),
    ]
    assert _record(database) == ("S-1", "ended", 2, "2019-03-05T01:05:00.000000Z")


def test_an_ending_that_nobody_saw_is_told_as_such(database: Database) -> None:
    declare(database)
    _poll(database, "08:01", "Mai Châu", "HB-17")
    polled = _poll(database, "10:30", on=False)  # the scheduler stood still
    assert (polled.over, polled.lost) == (1, 1)
    assert _stays(database) == [("HB-158", "01:01", "01:01 unknown"), ("HB-17", "01:01", "01:01 unknown")]
    assert _record(database) == ("S-1", "lost", 2, None)


def test_who_is_still_there_after_a_pause_never_left(database: Database) -> None:
    declare(database)
    _poll(database, "08:01", "Mai Châu", "HB-17")
    _poll(database, "10:30", "HB-17")
    _poll(database, "10:31", on=False)
    assert _stays(database) == [("HB-158", "01:01", "01:01 unknown"), ("HB-17", "01:01", "03:30")]


def test_a_poll_that_comes_late_changes_nothing(database: Database) -> None:
    declare(database)
    _poll(database, "08:05", "Mai Châu", "HB-17")
    before = counts(database)
    assert _poll(database, "08:01") == Polled()
    assert counts(database) == before


def test_names_that_are_no_site_are_listed_once_a_meeting(database: Database) -> None:
    declare(database)
    for minute in range(1, 6):
        _poll(database, f"08:0{minute}", "Mai Châu", "HB-17", "Ai đó")
    _poll(database, "08:06", on=False)
    assert counts(database)["unmatched"] == {("bbb", "site", "Ai đó"): ("[]", 1, "2019-03-05", "2019-03-05")}
