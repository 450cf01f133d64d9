"""Endpoints that answer, refuse, keep silent or have no name: tried on this machine only."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.cli import cli
from opsconsole.jobs import probe as probing
from opsconsole.jobs.alerts import listed
from opsconsole.jobs.endpoints import attempts, reach, shown, site_probe
from opsconsole.jobs.probe import Answer, answer, ask
from opsconsole.settings import load
from opsconsole.settings.jobs import Probe
from opsconsole.store.database import Database
from tests.jobs.runs_help import run, settings, told

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])


@pytest.fixture
def listening(socket_enabled: None) -> Iterator[int]:
    """A port on this machine at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed(socket_enabled: None) -> Iterator[int]:
    """A port on this machine that is taken, at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_each_endpoint_has_a_row_with_its_state(database: Database, listening: int, closed: int) -> None:
    probes = (Probe("up", "127.0.0.1", listening), Probe("down", "127.0.0.1", closed))
    done = run(database, "probe", settings(probes=probes))
    assert (done.state, done.error) == ("ok", None)
    assert done.counts == {"open": 1, "down": 1, "not_answering": ["down"]}
    with database.read() as reader:
        rows = reader.rows(
            "SELECT name, endpoint, state, milliseconds, error FROM probe_result"
            " WHERE province = :province ORDER BY name"
        )
    assert [row[:3] for row in rows] == [
        ("down", f"127.0.0.1:{closed}", "refused"),
        ("up", f"127.0.0.1:{listening}", "open"),
    ]
    assert rows[0][3] is None
    assert rows[0][4]
    assert rows[1][3] > 0
    assert rows[1][4] is None
    assert told(database, done)[0].startswith(f"down (127.0.0.1:{closed}): refused")


def test_a_name_that_is_none_is_told_from_a_machine_that_is_off() -> None:
    found = answer(Probe("x", "a..b", 80), 1.0)
    assert found.state == "unresolved"
    assert found.error


def test_a_listener_that_takes_nobody_in_is_a_timeout(socket_enabled: None) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = []
        try:
            for _ in range(8):  # until the queue of the listener is full
                each = socket.socket()
                each.setblocking(False)
                each.connect_ex(("127.0.0.1", port))
                waiting.append(each)
            found = answer(Probe("x", "127.0.0.1", port), 0.2)
        finally:
            for each in waiting:
                each.close()
    assert (found.state, found.milliseconds) == ("timeout", None)


def test_a_look_up_that_hangs_does_not_hold_the_others_up(monkeypatch: pytest.MonkeyPatch) -> None:
    forever = threading.Event()

    def connect(probe: Probe, timeout: float) -> Answer:
        if probe.name == "hangs":
            forever.wait(60)
        return Answer(probe, "2026-11-23T05:00:00.000000Z", "open", 1.0)

    probes = [Probe("hangs", "h", 1), *(Probe(f"p{n}", "h", 1) for n in range(100))]
    try:
        found = ask(probes, 0.3, connect=connect)
    finally:
        forever.set()
    assert [each.probe for each in found] == probes
    assert [each.state for each in found] == ["timeout", *["open"] * 100]


def test_asking_stops_when_it_is_told_to() -> None:
    forever = threading.Event()

    def connect(probe: Probe, timeout: float) -> Answer:
        forever.wait(60)
        return Answer(probe, "", "open", 1.0)

    try:
        found = ask([Probe("x", "h", 1)], 1000.0, stopped=lambda: True, connect=connect)
    finally:
        forever.set()
    assert [each.state for each in found] == ["timeout"]


def declare_site(database: Database, key: str, address: str | None, endpoint: str = "codec") -> None:
    """A row of the register as an apply would write it; what it need not say is left to the table."""
    row = {
        "province": "test", "key": key, "file": "f", "line": 1, "digest": "", "revision": 1, "sample": 0,
        "orphaned": 0, "fold": "", "sort_key": "", "unit_id": "x@", "name": key, "endpoint": endpoint,
        "address": address,
    }  # fmt: skip
    with database.write() as writer:
        writer.insert("site", tuple(row), [tuple(row.values())])


def test_a_declared_site_is_tried_beside_the_endpoints(
    database: Database, listening: int, closed: int
) -> None:
    declare_site(database, "HB-A", f"sip:room@127.0.0.1:{listening}")
    declare_site(database, "HB-B", f"127.0.0.1:{closed}")
    declare_site(database, "HB-C", "113")  # a number in a dialling plan is no host
    declare_site(database, "HB-D", None)
    done = run(database, "probe", settings(probes=(Probe("up", "127.0.0.1", listening),)))
    assert (done.counts["open"], done.counts["down"]) == (2, 1)
    assert done.counts["not_answering"] == ["site/HB-B"]


@pytest.mark.parametrize(
    ("address", "kind", "expected"),
    [
        ("sip:hoabinh@conf.example.vn", "codec", "conf.example.vn:5060/udp"),
        ("sip:hoabinh@conf.example.vn;transport=tcp", "codec", "conf.example.vn:5060"),
        ("sips:a@conf.example.vn", "codec", "conf.example.vn:5061"),
        ("h323:10.1.2.3", "mcu", "10.1.2.3:1720"),
        ("https://meet.example.vn/room?x=1", "software", "meet.example.vn:443"),
        ("http://meet.example.vn:8080", "software", "meet.example.vn:8080"),
        ("10.1.2.3", "codec", "10.1.2.3:1720"),
        ("meet.example.vn", "software", "meet.example.vn:443"),
        ("meet.example.vn:8443", "software", "meet.example.vn:8443"),
        ("room7:5070", "codec", "room7:5070"),
        ("[2001:db8::7]:1720", "codec", "[2001:db8::7]:1720"),
        ("1130", "codec", None),
        ("phòng họp", "codec", None),
        ("conf.example.vn:99999", "codec", None),
        ("tel:+84218", "codec", None),
        ("", "codec", None),
    ],
)
def test_an_address_of_a_site_is_a_host_and_a_port_or_none(
    address: str, kind: str, expected: str | None
) -> None:
    found = site_probe("HB", address, kind)
    assert (found and shown(found)) == expected


@given(st.text(max_size=60), st.sampled_from(["codec", "mcu", "software"]))
def test_whatever_stands_as_address_is_a_host_or_none(text: str, kind: str) -> None:
    found = site_probe("HB", text, kind)
    assert found is None or (found.host and 1 <= found.port <= 65535 and not set(found.host) & set(" /@\n"))


@pytest.mark.parametrize("says", [b"SIP/2.0 405 Method Not Allowed\r\n\r\n", b"hello"])
def test_a_codec_that_answers_sip_by_udp_alone_is_there(socket_enabled: None, says: bytes) -> None:
    asked: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as codec:
        codec.bind(("127.0.0.1", 0))

        def reply() -> None:
            data, whom = codec.recvfrom(8192)
            asked.append(data)
            codec.sendto(says, whom)

        thread = threading.Thread(target=reply, daemon=True)
        thread.start()
        found = answer(Probe("x", "127.0.0.1", codec.getsockname()[1], sip_udp=True), 2.0)
        thread.join()
    assert asked[0].startswith(b"OPTIONS sip:127.0.0.1 SIP/2.0\r\n")
    # What is no SIP is no answer, and nobody listens there by TCP.
    assert (found.state, found.milliseconds is not None) == (
        ("open", True) if says.startswith(b"SIP") else ("refused", False)
    )


def test_a_server_of_sip_by_tcp_alone_is_there(listening: int) -> None:
    assert answer(Probe("x", "127.0.0.1", listening, sip_udp=True), 1.0).state == "open"


def test_an_endpoint_that_is_down_twice_is_an_alert_until_it_answers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    state: list[str] = []

    def ask_made_up(probes: list[Probe], stopped: object) -> list[Answer]:
        at = f"2026-11-23T05:{len(state):02d}:00.000000Z"
        return [Answer(each, at, state[-1], None, "no") for each in probes]

    monkeypatch.setattr(probing, "ask", ask_made_up)
    configured = settings(probes=(Probe("mail", "mail.example.vn", 993),))
    standing = []
    for each in ("refused", "open", "timeout", "timeout", "timeout", "open"):
        state.append(each)
        assert run(database, "probe", configured).state == "ok"
        with database.read() as reader:
            standing.append([(a.subject, a.closed_at is None, a.detail) for a in listed(reader)])
    alert = ("mail", True, "mail.example.vn:993: timeout (no)")
    assert standing == [[], [], [], [alert], [alert], [("mail", False, alert[2])]]
    # What a clock that was ahead wrote is no newer than what was just written.
    with database.write() as writer:
        writer.execute("UPDATE probe_result SET at = '2099' || substr(at, 5) WHERE state = 'open'")
    for each in ("timeout", "timeout", "timeout"):
        state.append(each)
        run(database, "probe", configured)
    with database.read() as reader:
        assert [a.closed_at is None for a in listed(reader)] == [True, False]
    # It is over as well when nobody asks any more.
    run(database, "probe", settings(probes=(Probe("other", "x", 1),)))
    with database.read() as reader:
        assert [a.closed_at is None for a in listed(reader) if a.subject == "mail"] == [False, False]


def test_sites_at_one_server_are_tried_once_and_one_alert(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask_made_up(probes: list[Probe], stopped: object) -> list[Answer]:
        asked.extend(each.name for each in probes)
        return [Answer(each, f"2026-11-23T05:00:{len(asked):02d}.000000Z", "timeout") for each in probes]

    monkeypatch.setattr(probing, "ask", ask_made_up)
    for number in range(12):
        declare_site(database, f"DC-{number:02d}", f"sip:room{number}@hop.example.vn")
    for _time in range(2):
        assert run(database, "probe", settings()).counts["down"] == 12
    assert len(asked) == 2
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM probe_result") == 24
        (alert,) = listed(reader)
    assert alert.subject == "hop.example.vn:5060/udp"
    assert "site/DC-00, site/DC-01" in alert.detail
    assert alert.detail.endswith(" … +2")


def test_how_endpoints_answer_is_their_last_state_since_when_and_the_share(database: Database) -> None:
    rows = [
        ("a", "05:00", "open"),
        ("a", "05:05", "timeout"),
        ("a", "05:10", "timeout"),
        ("b", "05:00", "open"),
    ]
    with database.write() as writer:
        writer.insert(
            "probe_result",
            ("province", "name", "at", "endpoint", "state", "milliseconds"),
            [
                ("test", name, f"2026-11-23T{at}:00.000000Z", "h:1", state, 2.5 if state == "open" else None)
                for name, at, state in rows
            ],
        )
    with database.read() as reader:
        found = reach(reader, ["b", "a", "never"], dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
        assert len(attempts(reader, "a", 2)) == 2
    assert [(each.name, each.state, each.since[11:16], each.answered) for each in found] == [
        ("b", "open", "05:00", 1.0),
        ("a", "timeout", "05:05", pytest.approx(1 / 3)),
    ]


def test_the_command_prints_them_and_tries_them_now(
    database: Database, tmp_path: Path, listening: int, closed: int
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        f"province: test\ndatabase: {database.url}\nlanguage: en\n"
        f"probes: {{up: '127.0.0.1:{listening}', down: '127.0.0.1:{closed}'}}\n"
    )

    def command(*words: str) -> Result:
        return CliRunner().invoke(cli, ["--config", str(config), "probe", *words], standalone_mode=False)

    assert "No endpoint was tried yet" in command().output
    tried = command("--now")
    assert tried.return_value == 1
    assert "up        127.0.0.1" in tried.output
    assert "refuses" in tried.output
    assert command("up", "--now").return_value == 0
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM probe_result") == 0
    run(database, "probe", load(config))
    shown = command("--history", "5")
    assert shown.return_value == 1
    assert "100.0 %" in shown.output
    assert "0.0 %" in shown.output
    assert [each["name"] for each in json.loads(command("--json").stdout)] == ["up", "down"]
    refused = command("nothing")
    assert "there is no endpoint 'nothing'; known: up, down" in str(refused.exception)


def test_without_endpoints_the_run_fails_and_says_how_to_declare_one(sqlite_database: Database) -> None:
    failed = run(sqlite_database, "probe", settings())
    assert failed.state == "failed"
    assert "add 'probes:'" in (failed.error or "")


def test_an_address_of_ipv6_is_shown_in_brackets() -> None:
    assert shown(Probe("x", "::1", 22)) == "[::1]:22"
    assert probing._state(OSError(113, "No route to host")) == "unreachable"
