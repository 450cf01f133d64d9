"""What is shown of runs: a scheduler that is not there is seen by whoever looks."""

from __future__ import annotations

import dataclasses
import datetime as dt

from opsconsole.jobs import due, runs
from opsconsole.jobs.history import JobStatus, recent, standing, status
from opsconsole.settings import JobSchedule
from opsconsole.store.database import Database
from tests.jobs.runs_help import NIGHTLY, NOON, QUARTER, ZONE, minutes


def stands(database: Database, now: dt.datetime, schedule: JobSchedule = QUARTER) -> JobStatus:
    with database.read() as reader:
        return status(reader, [schedule], now, ZONE)[0]


def begin(database: Database, now: dt.datetime) -> runs.Claim:
    with database.write() as writer:
        due.note_due(writer, QUARTER, now, ZONE)
        claim = runs.claim(writer, now, "a", ["quarter"])
    assert claim is not None
    return claim


def run_well(database: Database, now: dt.datetime) -> None:
    claim = begin(database, now)
    with database.write() as writer:
        runs.finish(writer, claim, {"lines": 12, "sources": {"mail": 12}}, now)


def test_a_job_that_no_scheduler_ever_ran_is_late(database: Database) -> None:
    found = stands(database, NOON)
    assert found.late
    assert found.last is None
    assert standing(found) == "has never run"
    assert found.next_due == NOON + minutes(15)


def test_no_run_since_is_seen_once_the_grace_is_over(database: Database) -> None:
    run_well(database, NOON)
    # The slot of 12:15 is not done; its grace ends at 12:30.
    assert not stands(database, NOON + minutes(29.9)).late
    late = stands(database, NOON + minutes(30))
    assert late.late
    assert standing(late) == "no run since"
    assert late.last_ok is not None
    assert late.last_ok.slot == "2026-11-23T05:00:00.000000Z"
    run_well(database, NOON + minutes(30))
    assert standing(stands(database, NOON + minutes(31))) == "on time"


def test_a_longer_grace_is_kept(database: Database) -> None:
    patient = dataclasses.replace(QUARTER, grace_minutes=60)
    run_well(database, NOON)
    assert not stands(database, NOON + minutes(74), patient).late
    assert stands(database, NOON + minutes(75), patient).late


def test_a_run_that_is_going_on_is_not_late_until_it_falls_silent(database: Database) -> None:
    claim = begin(database, NOON)
    later = NOON + minutes(40)
    with database.write() as writer:
        runs.heartbeat(writer, claim, later)
    going_on = stands(database, later)
    assert (going_on.late, standing(going_on)) == (False, "running")
    silent = stands(database, later + minutes(1))
    assert silent.late
    assert silent.last is not None
    assert silent.last.silent(later + minutes(1))
    assert standing(silent) == "never ended well"


def test_a_failure_shows_before_the_job_is_late(database: Database) -> None:
    run_well(database, NOON)
    claim = begin(database, NOON + minutes(15))
    with database.write() as writer:
        runs.fail(writer, claim, "disk full", NOON + minutes(15))
    found = stands(database, NOON + minutes(17))
    assert (found.late, standing(found), found.waiting) == (False, "failed", 1)
    assert found.last is not None
    assert found.last.remark == "disk full"


def test_a_run_by_hand_counts_as_a_run(database: Database) -> None:
    with database.write() as writer:
        asked = runs.ask(writer, "quarter", NOON + minutes(44), "a")
        runs.finish(writer, asked, {}, NOON + minutes(44))
    assert not stands(database, NOON + minutes(45)).late


def test_a_paused_job_is_not_late(database: Database) -> None:
    found = stands(database, NOON, dataclasses.replace(QUARTER, paused=True))
    assert (found.late, standing(found)) == (False, "paused")


def test_runs_recorded_by_a_clock_that_was_ahead_do_not_hide_that_nothing_runs(database: Database) -> None:
    run_well(database, NOON + dt.timedelta(days=400))
    assert stands(database, NOON).late


def test_runs_are_listed_newest_first_and_filtered(database: Database) -> None:
    run_well(database, NOON)
    begin(database, NOON + minutes(15))
    with database.write() as writer:
        due.note_due(writer, NIGHTLY, NOON, ZONE)
    with database.read() as reader:
        everything = recent(reader)
        assert [run.job for run in everything] == ["quarter", "quarter", "nightly"]
        assert [run.state for run in everything] == ["running", "ok", "due"]
        assert recent(reader, "quarter", "ok") == [everything[1]]
        assert recent(reader, limit=1) == everything[:1]
    assert everything[1].remark == "lines 12"
    assert everything[1].seconds == 0
    assert everything[0].seconds is None
    assert everything[1].data["counts"] == {"lines": 12, "sources": {"mail": 12}}
