"""What the jobs do: collect, measure, host-metrics, each with its effect and its word of it."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.jobs import runs, stages
from opsconsole.jobs.execution import Crew
from opsconsole.jobs.runs import LostClaim
from opsconsole.jobs.stages import Stage, find, known, register
from opsconsole.jobs.watch import year_of
from opsconsole.settings import Source
from opsconsole.store.database import Database
from tests.jobs.runs_help import NOON, ZONE, SetClock, minutes, run, settings

LOGIN = (
    "2019-03-04T08:15:00+07:00 mail dovecot: imap-login: Login: user=<lan@example.vn>, method=PLAIN,"
    " rip=203.0.113.9, lip=198.51.100.2, mpid=77, TLS, session=<a>\n"
)


def test_collect_reads_new_evidence_and_says_how_much(database: Database, tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_text(LOGIN * 3)
    configured = settings(sources=(Source("mail", "dovecot", str(tmp_path / "*.log")),))
    done = run(database, "collect", configured)
    assert (done.state, done.error) == ("ok", None)
    assert (done.counts["lines"], done.counts["problems"]) == (3, 0)
    with database.read() as reader:
        assert reader.value("SELECT sum(lines) FROM coverage WHERE province = :province") == 3


def test_collect_with_a_reader_that_is_not_there_fails_with_the_reason(database: Database) -> None:
    failed = run(database, "collect", settings(sources=(Source("mail", "no-such-reader", "/nowhere/*"),)))
    assert failed.state == "failed"
    assert "no-such-reader" in (failed.error or "")


def test_collect_that_is_told_to_stop_is_interrupted(database: Database, tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_text(LOGIN)
    configured = settings(sources=(Source("mail", "dovecot", str(tmp_path / "*.log")),))
    crew = Crew(database, configured, SetClock())
    with database.write() as writer:
        claim = runs.ask(writer, "collect", NOON, crew.owner)
    crew.take(claim)
    work = crew._active[claim]

    class SoonTold(threading.Event):
        """Not set at the start, set when it is next asked."""

        def is_set(self) -> bool:
            told, self.told = getattr(self, "told", False), True
            return told

    work.stop = SoonTold()
    assert crew.execute(claim) == "interrupted"


def test_measure_measures_the_year_of_its_slot(database: Database) -> None:
    done = run(database, "measure", settings(year=2019))
    assert (done.state, done.counts["year"]) == ("ok", 2019)


def test_measure_leaves_nothing_when_its_claim_was_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsconsole.indicators import measure as measuring

    real = measuring.measure

    def measure_and_lose(writer: Any, year: int, **given: Any) -> Any:
        writer.execute("UPDATE job_run SET owner = 'another' WHERE province = :province")
        return real(writer, year, **given)

    monkeypatch.setattr(measuring, "measure", measure_and_lose)
    left = run(database, "measure", settings(year=2019))
    assert left.state == "running"
    assert left.owner != "another"


@pytest.mark.parametrize(
    ("slot", "declared", "year"),
    [
        ("2026-01-01T02:30", None, 2025),  # the first night of January completes the old year
        ("2026-01-02T02:30", None, 2026),
        ("2026-06-15T02:30", None, 2026),
        ("2026-06-15T02:30", 2019, 2019),
        ("2025-12-31T02:30", 2026, 2025),  # caught up in January, by settings of January
        ("2026-01-01T06:59", 2030, 2025),  # local time, not UTC
    ],
)
def test_the_year_follows_from_the_slot_and_not_from_today(
    slot: str, declared: int | None, year: int
) -> None:
    configured = settings(year=declared or 1999, year_declared=declared is not None)
    assert year_of(configured, dt.datetime.fromisoformat(slot).replace(tzinfo=ZONE)) == year


def test_host_metrics_records_this_machine(database: Database, tmp_path: Path) -> None:
    import dataclasses

    done = run(database, "host-metrics", dataclasses.replace(settings(), root=tmp_path))
    assert (done.state, done.error) == ("ok", None)
    with database.read() as reader:
        rows = reader.rows(
            "SELECT host, cpu_percent, load_1m, memory_percent, memory_total, disk_percent, disk_free"
            " FROM host_metric WHERE province = :province"
        )
    assert len(rows) == 1
    host, cpu, load, memory, total, disk, free = rows[0]
    assert host
    assert all(0 <= value <= 100 for value in (cpu, memory, disk))
    assert load >= 0
    assert total > 0
    assert free > 0


def test_host_metrics_of_a_lost_run_are_not_kept(database: Database, tmp_path: Path) -> None:
    import dataclasses

    crew = Crew(database, dataclasses.replace(settings(), root=tmp_path), SetClock())
    with database.write() as writer:
        claim = runs.ask(writer, "host-metrics", NOON, crew.owner)
        crew.take(claim)
        assert runs.claim(writer, NOON + minutes(1), "another", ["host-metrics"]) is not None
    assert crew.execute(claim) == "lost"
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM host_metric") == 0


def test_work_that_was_lost_stops_before_it_begins_to_write(sqlite_database: Database) -> None:
    crew = Crew(sqlite_database, settings(), SetClock())
    with sqlite_database.write() as writer:
        claim = runs.ask(writer, "measure", NOON, crew.owner)
        crew.take(claim)
        runs.claim(writer, NOON + minutes(1), "another", ["measure"])
        with pytest.raises(LostClaim):
            crew._active[claim].hold(writer)


def test_a_stage_has_one_name_and_an_unknown_one_is_told_which_there_are() -> None:
    names = [stage.name for stage in known()]
    assert names == [
        "alerts", "audit-verify", "backup", "collect", "host-metrics", "inventory-drift", "measure",
        "poll-conference", "preflight", "probe", "report", "retention",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="already a stage 'collect'"):
        register(Stage("collect", "again", lambda work: None))
    with pytest.raises(
        Refused, match=r"no job '<U\+001B>\[2J'; known: alerts, audit-verify, backup, collect"
    ):
        find("\x1b[2J")
    assert stages.find("host-metrics").looks_back is False
