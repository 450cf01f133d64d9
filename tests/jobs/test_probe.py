"""Endpoints that answer, refuse, keep silent or have no name: tried on this machine only."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from opsconsole.jobs import probe as probing
from opsconsole.jobs.probe import Answer, answer, ask, shown
from opsconsole.jobsettings import Probe
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


def test_without_endpoints_the_run_fails_and_says_how_to_declare_one(sqlite_database: Database) -> None:
    failed = run(sqlite_database, "probe", settings())
    assert failed.state == "failed"
    assert "add 'probes:'" in (failed.error or "")


def test_an_address_of_ipv6_is_shown_in_brackets() -> None:
    assert shown(Probe("x", "::1", 22)) == "[::1]:22"
    assert probing._state(OSError(113, "No route to host")) == "unreachable"
