"""A real Prosody is started, sites come and go, it dies and comes back: what is read is what was done."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opsconsole.evidence.collect import collect
from opsconsole.evidence.overview import unreadable
from opsconsole.settings import Source
from opsconsole.store.database import Database
from tests.evidence.lines import ZONE
from tests.evidence.prosodyserver import Client, Prosody, missing
from tests.evidence.world import declare

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing() or "Prosody is there"),
    pytest.mark.slow,
]
ROOM = "giao-ban"
SPAN = tuple[float, float]


@pytest.fixture
def server(socket_enabled: None) -> Iterator[Prosody]:
    with tempfile.TemporaryDirectory(prefix="prosody") as folder:
        one = Prosody(Path(folder))
        try:
            one.start()
            yield one
        finally:
            one.stop()


class Meeting:
    """What is done: which site was there from when to when, by this machine's clock."""

    def __init__(self, server: Prosody) -> None:
        self.server = server
        self.there: dict[str, tuple[float, Client]] = {}
        self.spans: dict[str, list[SPAN]] = {}

    def come(self, site: str) -> None:
        """*site* joins under its name."""
        self.there[site] = (time.time(), Client(self.server.port, ROOM, site, site))

    def go(self, site: str, how: Callable[[Client], None] = Client.leave) -> None:
        """*site* leaves, or is cut off."""
        since, client = self.there.pop(site)
        how(client)
        self.spans.setdefault(site, []).append((since, time.time()))

    def die(self) -> None:
        """The server is killed: all are gone."""
        self.server.kill()
        for site in list(self.there):
            since, client = self.there.pop(site)
            client.drop()
            self.spans.setdefault(site, []).append((since, time.time()))


def _hold(server: Prosody) -> Meeting:
    """Three sites and a focus; one drops out and is back, the server dies once and is back."""
    held = Meeting(server)
    focus = Client(server.port, ROOM, "focus", None)
    held.come("HB-17")
    held.come("Mai Châu")
    time.sleep(1.2)
    held.go("Mai Châu", Client.drop)
    held.come('Xã "lạ" {x} – \\ <b>')
    time.sleep(1.2)
    held.come("Mai Châu")
    held.go('Xã "lạ" {x} – \\ <b>')
    time.sleep(1.2)
    focus.leave()
    server.wait_for(
        lambda: server.bodies.read_text().count("muc-occupant-left") >= 3
    )  # told, not only logged
    held.die()
    server.start()
    focus = Client(server.port, ROOM, "focus", None)
    held.come("HB-17")
    time.sleep(1.2)
    focus.leave()
    held.go("HB-17")
    server.wait_for(lambda: server.bodies.read_text().count("muc-occupant-left") >= 5)
    return held


def test_what_is_read_of_a_real_prosody_is_what_was_done(server: Prosody, sqlite_database: Database) -> None:
    held = _hold(server)
    server.stop()
    declare(sqlite_database)
    now = dt.datetime.now(ZONE)
    with sqlite_database.write() as writer:  # the session is now
        writer.execute(
            "UPDATE session SET starts_at = :at, ends_at = :at, meeting = :room WHERE key = 'S-1'",
            {"at": f"{now:%Y-%m-%dT%H:%M}", "room": ROOM},
        )
    sources = [Source("log", "jitsi", str(server.log)), Source("bodies", "jitsi", str(server.bodies))]
    collected = collect(sqlite_database, sources, ZONE)
    assert [one.problems for one in collected.sources] == [[], []]
    with sqlite_database.read() as reader:
        assert unreadable(reader) == []
        read = {
            source: _spans(
                reader.rows(
                    "SELECT a.site, a.joined_at, a.left_at FROM attendance a JOIN source_file f "
                    "ON f.id = a.source_file WHERE f.source = :source AND a.session = 'S-1'",
                    {"source": source},
                )
            )
            for source in ("log", "bodies")
        }
        unknown = [value for (value,) in reader.rows("SELECT value FROM unmatched WHERE sort = 'site'")]
        ended = reader.rows("SELECT source, state FROM meeting_record ORDER BY source, position")
    sites = {"HB-17": "HB-17", "Mai Châu": "HB-158"}
    for source, spans in read.items():
        for name, site in sites.items():
            assert len(spans[site]) == len(held.spans[name]), (source, name)
            for (since, until), (joined, left) in zip(held.spans[name], spans[site], strict=True):
                assert abs(joined - since) < 1.1
                # who was there when the server died left at the last sign of it
                assert -1.1 < until - left < 2.5
    assert any("lạ" in value for value in unknown)
    assert {("log", "lost"), ("bodies", "ended")} <= set(ended)


def _spans(rows: list[tuple[str, str, str]]) -> dict[str, list[SPAN]]:
    found: dict[str, list[SPAN]] = {}
    for site, joined, left in rows:
        at = [dt.datetime.fromisoformat(one).timestamp() for one in (joined, left)]
        found.setdefault(site, []).append((at[0], at[1]))
    return {site: sorted(spans) for site, spans in found.items()}
