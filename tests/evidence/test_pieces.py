"""The evidence of a session: its pieces with file and position, and what its sources disagree on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from opsconsole.cli import cli
from opsconsole.errors import Refused
from opsconsole.evidence.collect import collect
from opsconsole.evidence.pieces import Difference, Evidence, evidence_of, unannounced
from opsconsole.settings import Source
from opsconsole.store.database import Database
from tests.evidence.lines import ZONE
from tests.evidence.test_documents import Reports, zoom
from tests.evidence.world import declare


def _session(database: Database, key: str = "S-1") -> Evidence:
    with database.read() as reader:
        return evidence_of(reader, key)


def _both(database: Database, tmp_path: Path, lists: str, rows: dict[str, tuple[str, str]]) -> Evidence:
    """S-1 as a list of attendance and as a Zoom report tell of it."""
    declare(database)
    reports = Reports(tmp_path / "zoom", database)
    reports.put(zoom(rows))
    lists_at = Reports(tmp_path / "lists", database, "attendance")
    lists_at.sources = (Source("lists", "attendance", str(lists_at.path / "*")),)
    lists_at.put(("session,site,joined,left\n" + lists).encode())
    for one in (reports, lists_at):
        one.collect()
    return _session(database)


def _line(site: str, joined: str, left: str) -> str:
    return f"S-1,{site},2019-03-05 {joined},2019-03-05 {left}\n"


def test_one_session_of_two_sources_has_two_pieces_and_one_length(database: Database, tmp_path: Path) -> None:
    lists = _line("HB-17", "07:50", "11:31") + _line("HB-158", "08:00", "11:30")
    found = _both(database, tmp_path, lists, {"Mai Châu": ("08:00", "11:30"), "HB-17": ("07:50", "11:31")})
    assert [(piece.source, Path(piece.path).name, piece.whole) for piece in found.pieces] == [
        ("reports", "0.csv", True),
        ("lists", "0.csv", False),
    ]
    assert found.differences == ()
    assert sum(end - start for start, end in found.spans) == 210 * 60
    assert [(one.site, one.joins, one.position) for one in found.pieces[1].presences] == [
        ("HB-158", 1, len("session,site,joined,left\n" + _line("HB-17", "07:50", "11:31"))),
        ("HB-17", 1, len("session,site,joined,left\n")),
    ]


def test_what_two_sources_disagree_on_is_shown(database: Database, tmp_path: Path) -> None:
    lists = (
        _line("HB-17", "07:50", "11:31") + _line("HB-158", "08:10", "11:30") + _line("TL-1", "08:20", "09:00")
    )
    found = _both(database, tmp_path, lists, {"Mai Châu": ("08:00", "11:00"), "HB-17": ("07:50", "11:31")})
    told = {(one.what, one.site) for one in found.differences}
    assert told == {("start", ""), ("end", ""), ("site", "TL-1"), ("time", "HB-158")}
    assert Difference("site", (("lists", 1), ("reports", 0)), "TL-1") in found.differences
    assert Difference("time", (("lists", 200 * 60), ("reports", 180 * 60)), "HB-158") in found.differences


def test_a_clock_that_is_ahead_is_suspected_not_corrected(database: Database, tmp_path: Path) -> None:
    lists = "".join(_line(site, "08:00", "11:00") for site in ("HB-17", "HB-158", "TL-1"))
    ahead = {"HB-17": ("08:07", "11:07"), "Mai Châu": ("08:07", "11:07"), "TL-1": ("08:07", "11:07")}
    found = _both(database, tmp_path, lists, ahead)
    assert found.differences[0] == Difference("clock", (("lists", 0), ("reports", 420)))


def test_a_site_that_reconnects_attended_once_with_its_gaps(database: Database, tmp_path: Path) -> None:
    stays = [
        ("08:00", "08:20"),
        ("08:21", "08:40"),
        ("08:45", "09:00"),
        ("09:30", "10:00"),
        ("10:05", "11:00"),
    ]
    lists = _line("HB-17", "07:50", "11:31") + "".join(_line("HB-158", *stay) for stay in stays)
    found = _both(database, tmp_path, lists, {"HB-17": ("07:50", "11:31")})
    (piece,) = [piece for piece in found.pieces if piece.source == "lists"]
    (site,) = [one for one in piece.presences if one.site == "HB-158"]
    assert (site.joins, site.gaps, site.seconds) == (5, 1, (60 + 90) * 60)
    assert len(site.spans) == 5


def test_an_unknown_session_is_refused_and_a_known_one_without_evidence_is_empty(database: Database) -> None:
    declare(database)
    assert _session(database, "S-2").pieces == ()
    with pytest.raises(Refused, match="there is no session 'S-9'"):
        _session(database, "S-9")


def test_meetings_that_are_no_session_are_listed(database: Database, tmp_path: Path) -> None:
    declare(database)
    reports = Reports(tmp_path / "zoom", database)
    reports.put(zoom({"Lan": ("08:00", "09:00"), "Minh": ("08:00", "09:00")}, topic="Sinh nhật"))
    reports.collect()
    with database.read() as reader:
        (one,) = unannounced(reader, "2019-01", "2019-12")
        assert (one["title"], one["participants"]) == ("Sinh nhật", 2)
        assert unannounced(reader, "2020-01", "2020-12") == []


def test_the_commands_read_tell_and_sum(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'o.db'}", "hoa-binh")
    config = tmp_path / "config.yaml"
    config.write_text(
        "database: sqlite:///o.db\nlanguage: en\nyear: 2019\n"
        "sources:\n  mail: {reader: dovecot, path: none/*}\n  zoom: {reader: zoom, path: zoom/*}\n"
    )
    runner = CliRunner()

    def run(*words: str) -> str:
        result = runner.invoke(cli, ["--config", str(config), "conference", *words], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    assert runner.invoke(cli, ["--config", str(config), "db", "upgrade"]).exit_code == 0
    declare(database)
    Reports(tmp_path / "zoom", database).put(
        zoom({"Mai Châu": ("08:00", "11:30"), "HB-17": ("07:50", "11:31"), "Ai đó": ("08:00", "09:00")})
    )
    assert "zoom: 1 of 1 files held something new" in run("ingest")
    told = run("evidence", "S-1")
    assert "S-1: held 05/03/2019 08:00:00–11:30:00 (210 min), 2 sites" in told
    assert "entry or line 2" in told
    assert "1 participants are no declared site" in told
    assert "nothing was recorded of session S-2" in run("evidence", "S-2")
    used = run("usage", "--units", "--sessions")
    assert "Use of the videoconference system in 2019" in used
    assert "05/03/2019  S-1" in used
    assert "2 announced sessions are in no record" in used


def test_options_that_a_reader_does_not_know_are_refused(database: Database) -> None:
    declare(database)
    for options, message in (
        ({"date": "dmy"}, "no option 'date'; did you mean 'dates'"),
        ({"x": "y"}, "no option 'x'"),
    ):
        with pytest.raises(Refused, match=message):
            collect(database, (Source("s", "zoom", "/nowhere/*", options=options),), ZONE)
    with pytest.raises(Refused, match=r"needs 'options: \{site: …\}'"):
        collect(database, (Source("s", "table", "/nowhere/*"),), ZONE)
