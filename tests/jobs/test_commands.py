"""The commands ``scheduler`` and ``jobs``, as people and timers call them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opsconsole.cli import cli
from opsconsole.errors import Refused
from opsconsole.jobs import runs
from opsconsole.jobs.stages import Stage, find
from opsconsole.jobs.work import Work
from opsconsole.store import clock
from opsconsole.store.database import Database
from tests.jobs.runs_help import NOON

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(database: Database, tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(
        f"province: test\ndatabase: {database.url}\nlanguage: en\nyear: 2019\n"
        "jobs:\n  host-metrics: {every_minutes: 5}\n  measure: {at: '02:00', paused: yes}\n"
    )
    return path


def run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(config), *words], standalone_mode=False)


def test_status_says_that_nothing_has_run_until_the_scheduler_has(config: Path, database: Database) -> None:
    before = run(config, "jobs", "status")
    assert before.return_value == 1
    assert "has never run" in before.output
    assert "is 'opsconsole scheduler' running?" in before.output

    once = run(config, "scheduler", "--once")
    assert (once.exception, once.return_value) == (None, 0)
    assert "Stopped: 1 runs done, 0 failed, 0 interrupted." in once.output

    after = run(config, "jobs", "status")
    assert after.return_value == 0
    assert "on time" in after.output
    assert "paused" in after.output
    assert [each["late"] for each in json.loads(run(config, "jobs", "status", "--json").stdout)] == [
        False
    ] * 2


def test_jobs_alone_lists_runs(config: Path, database: Database) -> None:
    assert "No runs." in run(config, "jobs").output
    with database.write() as writer:
        claim = runs.ask(writer, "\x1b]0;x\x07", NOON, "a")
        runs.fail(writer, claim, "disk\x1b[31m full", NOON)
    shown = run(config, "jobs").output
    assert shown == run(config, "jobs", "list", "--state", "failed").output
    assert "disk<U+001B>[31m full" in shown
    assert "\x1b" not in shown
    assert "23/11/2026 12:00" in shown
    assert json.loads(run(config, "jobs", "list", "--json").stdout)[0]["state"] == "failed"
    assert "No runs." in run(config, "jobs", "list", "--job", "other").output


def test_run_does_a_job_now_beside_its_schedule(config: Path, database: Database) -> None:
    done = run(config, "jobs", "run", "measure")
    assert (done.exception, done.return_value) == (None, 0)
    listed = json.loads(run(config, "jobs", "list", "--job", "measure", "--json").stdout)
    assert [(each["kind"], each["state"], each["counts"]["year"]) for each in listed] == [
        ("asked", "ok", 2019)
    ]


def test_run_of_an_unknown_job_is_refused(config: Path) -> None:
    failed = run(config, "jobs", "run", "messure")
    assert isinstance(failed.exception, Refused)
    assert "known: alerts, audit-verify, backup, collect" in str(failed.exception)


def test_retry_makes_a_failed_run_due_and_once_runs_it(config: Path, database: Database) -> None:
    refused = run(config, "jobs", "retry")
    assert isinstance(refused.exception, Refused)
    with database.write() as writer:
        claim = runs.ask(writer, "host-metrics", clock.now(), "a")
        runs.fail(writer, claim, "no disk", clock.now())
    assert run(config, "jobs", "retry", "host-metrics").output == "1 run is due again.\n"
    assert "Stopped: 2 runs done" in run(config, "scheduler", "--once").output


def test_once_says_by_its_exit_code_that_a_run_failed(tmp_path: Path, sqlite_database: Database) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        f"province: test\ndatabase: {sqlite_database.url}\n"
        "sources:\n  mail: {reader: none-such, path: x}\njobs:\n  collect: {every_minutes: 60}\n"
    )
    assert run(config, "scheduler", "--once").return_value == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_scheduler_with_exit_code_0(
    number: signal.Signals, tmp_path: Path, sqlite_database: Database
) -> None:
    # APScheduler installs no handlers: TERM kills its process at once, the running job cut.
    config = tmp_path / "config.yaml"
    config.write_text(
        f"province: test\ndatabase: {sqlite_database.url}\nlanguage: en\njobs:\n  measure: {{at: '02:00'}}\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", "from opsconsole.cli import main; main()", "--config", config, "scheduler"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert process.stderr is not None
        assert process.stderr.readline() == "This scheduler leads.\n"
        process.send_signal(number)
        assert process.wait(60) == 0
        assert process.stderr.read().splitlines()[-1].startswith("Stopped: ")
    finally:
        process.kill()


# --- by slot ---------------------------------------------------------------------------------------


@pytest.fixture
def measuring(sqlite_database: Database, tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(
        f"province: test\ndatabase: {sqlite_database.url}\nlanguage: en\nyear: 2019\n"
        "jobs:\n  measure: {at: '02:00'}\n  probe: {every_minutes: 5}\n"
    )
    return path


def test_a_slot_is_run_and_its_run_is_told(measuring: Path) -> None:
    done = run(measuring, "jobs", "run", "measure", "--slot", "2020-03-05")
    assert (done.exception, done.return_value) == (None, 0)
    shown = run(measuring, "jobs", "log", "measure@2020-03-05").output
    assert "05/03/2020 02:00 – 06/03/2020 02:00" in shown
    assert "attempt 1 begun by" in shown
    assert shown.rstrip().endswith("done")
    assert run(measuring, "jobs", "run", "measure", "--slot", "2020-03-05T02:00").return_value == 0
    data = json.loads(run(measuring, "jobs", "log", "measure", "--json").stdout)
    assert (data["attempt"], data["state"], data["counts"]["year"]) == (2, "ok", 2019)
    assert [event["what"] for event in data["log"]] == ["begun", "ok", "begun", "ok"]


def test_slots_of_some_days_are_listed_then_run_then_done(measuring: Path) -> None:
    days = ("--from", "2020-03-05", "--to", "2020-03-07")
    dry = run(measuring, "jobs", "backfill", "measure", *days, "--dry-run")
    assert dry.stdout.splitlines() == [f"measure  0{day}/03/2020 02:00" for day in (5, 6, 7)]
    assert "No runs." in run(measuring, "jobs").output
    done = run(measuring, "jobs", "backfill", "measure", *days)
    assert (done.exception, done.return_value) == (None, 0)
    assert done.output.splitlines() == [
        "3 slots done, 0 not; 'opsconsole jobs list --job measure' shows them."
    ]
    assert "0 slots to run." in run(measuring, "jobs", "backfill", "measure", *days).output
    again = run(measuring, "jobs", "backfill", "measure", *days, "--reprocess", "all", "--dry-run")
    assert "3 slots to run." in again.output


def test_a_backfill_tells_of_the_slots_that_did_not_end_well_and_sums_up(
    measuring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work = find("measure").run

    def sometimes(work: Work) -> None:
        if work.claim.slot.startswith("2020-03-05"):  # the night of the 6th, local time
            raise Refused("the disk is full")
        at_work(work)

    stage = Stage("measure", "Measure, or not.", sometimes)
    monkeypatch.setattr("opsconsole.jobs.execution.find", lambda _name: stage)
    done = run(measuring, "jobs", "backfill", "measure", "--from", "2020-03-05", "--to", "2020-03-07")
    assert done.return_value == 1
    assert done.stderr.splitlines() == ["measure 06/03/2020 02:00: failed: the disk is full"]
    assert done.stdout.splitlines() == [
        "2 slots done, 1 not; 'opsconsole jobs list --job measure' shows them."
    ]


def test_what_cannot_be_made_up_for_is_refused(measuring: Path) -> None:
    for words in (
        ("run", "probe", "--slot", "2020-03-05"),
        ("run", "collect", "--slot", "2020-03-05"),
        ("run", "measure", "--slot", "soon"),
        ("backfill", "probe", "--from", "2020-03-05", "--to", "2020-03-05"),
        ("log", "measure@2020-03-05"),
        ("log", "none"),
    ):
        assert isinstance(run(measuring, "jobs", *words).exception, Refused), words


def test_lists_say_which_jobs_are_late_or_failed(measuring: Path) -> None:
    assert "measure: late (has never run); next due" in run(measuring, "jobs").output
    assert run(measuring, "jobs", "run", "probe").return_value == 1
    shown = run(measuring, "jobs").output
    assert "probe: failed; next due" in shown
    assert "measure" not in run(measuring, "jobs", "list", "--job", "probe").output
