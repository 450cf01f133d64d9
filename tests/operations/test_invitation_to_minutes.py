"""From an invitation to the minutes: a calendar file comes in, sites are tried, the roll is called, a real
server keeps its record, and the minutes say what roll call and record do not agree on."""

from __future__ import annotations

import datetime as dt
import json
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsconsole.store.database import Database
from tests.evidence.prosodyserver import Client, Prosody, missing
from tests.operations.test_calendars import calendar, event
from tests.operations.test_scheduling import Run, run
from tests.operations.world import ZONE

__all__ = ["run"]

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing() or "Prosody is there"),
    pytest.mark.slow,
]
ROOM = "giaoban"
KEY = f"HN-{dt.datetime.now(ZONE).year}-001"


@pytest.fixture
def log(socket_enabled: None) -> Iterator[Path]:
    """The log of a real Prosody in which the province and Tu Lý met, and Đà Bắc under a name of its own."""
    with tempfile.TemporaryDirectory(prefix="prosody") as folder:
        server = Prosody(Path(folder))
        try:
            server.start()
            names = {"tinh": "Điểm cầu tỉnh Hoà Bình", "tl": "Điểm cầu xã Tu Lý", "db": "Huyện Đà Bắc"}
            focus = Client(server.port, ROOM, "focus", None)
            clients = {nick: Client(server.port, ROOM, nick, name) for nick, name in names.items()}
            time.sleep(1.2)
            clients["tl"].drop()  # the line breaks
            time.sleep(0.3)
            clients["tl"] = Client(server.port, ROOM, "tl", names["tl"])
            time.sleep(1.2)
            for client in clients.values():
                client.leave()
            focus.leave()
            server.wait_for(lambda: server.bodies.read_text().count("muc-occupant-left") >= 4)
            server.stop()
            yield server.log
        finally:
            server.stop()


def _invitation(start: dt.datetime) -> bytes:
    """A request as Google Calendar sends it, with a line folded in the middle of a word."""
    lines = event(
        "ORGANIZER;CN=Văn phòng UBND tỉnh:mailto:vanphong@hoabinh.example",
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=\r\n"
        " TRUE;CN=UBND huyện Đà Bắc;X-NUM-GUESTS=0:mailto:dabac@hoabinh.example",
        "ATTENDEE;CN=Điểm cầu xã Tu Lý:mailto:tuly@hoabinh.example",
        "ATTENDEE;CN=Điểm cầu xã Hào Lý:mailto:haoly@hoabinh.example",
        "ATTENDEE;CN=Nguyễn Văn Khách:mailto:khach@elsewhere.example",
        "LOCATION:Điểm cầu tỉnh Hoà Bình",
        "STATUS:CONFIRMED",
        uid="4n9c2q1r7s@google.com",
        start=f"{start:%Y%m%dT%H%M%S}",
        end=f"{start + dt.timedelta(minutes=90):%Y%m%dT%H%M%S}",
    )
    return calendar("METHOD:REQUEST", *lines)


def test_a_session_goes_from_an_invitation_to_its_minutes(
    run: Run, log: Path, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(*arguments: str) -> str:
        result = run(*arguments)
        assert result.exception is None, result.exception
        return result.stdout

    def unknown_name(*_given: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    (tmp_path / "moi.ics").write_bytes(_invitation(dt.datetime.now(ZONE).replace(second=0)))
    with (tmp_path / "config.yaml").open("a", encoding="utf-8") as config:
        config.write(f"sources: {{hop: {{reader: jitsi, path: '{log}'}}}}\n")

    planned = run("conference", "plan", "moi.ics", "--kind", "district-commune", "--apply", "--yes")
    assert planned.exception is None, planned.exception
    assert "Nguyễn Văn Khách" in planned.output  # nobody's site, and said so
    session = json.loads(say("conference", "show", KEY, "--json"))["session"]
    assert session["host"] == "DC-17"
    assert sorted(session["sites"]) == ["DC-04832", "DC-04835", "DC-150"]

    with monkeypatch.context() as names:
        names.setattr("opsconsole.operations.conference.calls.socket.getaddrinfo", unknown_name)
        tried = run("conference", "preflight", KEY, "--site", "tỉnh hoà bình")
    assert tried.return_value == 1
    assert "the name is unknown" in tried.stdout

    say("conference", "mark", KEY, "--site", "Tu Lý", "--state", "connected")
    say("conference", "mark", KEY, "--site", "Đà Bắc", "--state", "absent")
    say("conference", "mark", KEY, "--site", "Hào Lý", "--state", "excused", "--note", "mất điện")
    say("conference", "ingest")

    shown = say("conference", "show", KEY)
    assert "have “Huyện Đà Bắc”, which no site is called; it could be Điểm cầu huyện Đà Bắc (DC-150)" in shown
    sites = tmp_path / "inventory" / "sites.yaml"
    written = sites.read_text(encoding="utf-8")
    sites.write_text(
        written.replace("[UBND huyện Đà Bắc]", "[UBND huyện Đà Bắc, Huyện Đà Bắc]"), encoding="utf-8"
    )
    say("apply", "--yes")
    say("collect", "--again", "hop")

    shown = say("conference", "show", KEY)
    assert "which no site is called" not in shown
    disagreement = "Điểm cầu huyện Đà Bắc: the roll call says absent, the server has it from"
    assert disagreement in shown
    say("conference", "mark", KEY, "--site", "Đà Bắc", "--state", "connected", "--corrects", "2")
    assert "disagree" not in say("conference", "show", KEY)  # it stands at the time of what it corrects

    minutes = say("conference", "minutes", KEY)
    assert "3 of 4 sites took part (1 excused" in minutes
    assert any("Điểm cầu xã Hào Lý" in line and line.endswith("mất điện") for line in minutes.splitlines())
    assert "corrected by" in minutes
    assert "Before the session" in minutes
    with database.read() as reader:  # one that came back attended once, with its gap
        stays = reader.rows("SELECT joined_at, left_at FROM attendance WHERE site = 'DC-04832'")
    assert len(stays) == 2
    seen = {site["site"]: site for site in json.loads(say("conference", "show", KEY, "--json"))["sites"]}
    assert [site for site, one in sorted(seen.items()) if one["state"] == "connected"] == [
        "DC-04832",
        "DC-150",
        "DC-17",
    ]
    for form, begins in (("docx", b"PK"), ("pdf", b"%PDF")):
        out = tmp_path / f"bien-ban.{form}"
        say("conference", "minutes", KEY, "--out", str(out))
        assert out.read_bytes().startswith(begins)


def test_sites_that_a_server_has_are_not_counted_as_absent(run: Run, log: Path, tmp_path: Path) -> None:
    (tmp_path / "moi.ics").write_bytes(_invitation(dt.datetime.now(ZONE).replace(second=0)))
    with (tmp_path / "config.yaml").open("a", encoding="utf-8") as config:
        config.write(f"sources: {{hop: {{reader: jitsi, path: '{log}'}}}}\n")
    run("conference", "plan", "moi.ics", "--kind", "district-commune", "--apply", "--yes")
    run("conference", "ingest")
    run("conference", "mark", KEY, "--site", "Tu Lý", "--state", "absent")
    minutes = run("conference", "minutes", KEY).stdout
    assert "2 of 4 sites took part\n" in minutes
    assert "Điểm cầu xã Tu Lý: the roll call says absent, the server has it from" in minutes
