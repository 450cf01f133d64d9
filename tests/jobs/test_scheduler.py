"""Schedulers at work: each slot once, by one of them, and an end that leaves nothing undone unsaid."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.jobs import due, runs, scheduler, stages
from opsconsole.jobs.execution import Crew
from opsconsole.jobs.history import Run, recent
from opsconsole.jobs.leader import leadership
from opsconsole.jobs.scheduler import Served, serve
from opsconsole.jobs.stages import Stage
from opsconsole.jobs.work import Interrupted, Work
from opsconsole.store.database import Database, StoreError
from tests.jobs.runs_help import NIGHTLY, NOON, QUARTER, ZONE, SetClock, minutes, settings, states

ONCE: dict[str, Any] = {"once": True, "tick": 0.01}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Registers a stage for this test: ``stage("name", run)``."""

    def add(name: str, run: Callable[[Work], None], looks_back: bool = True) -> None:
        monkeypatch.setitem(stages._stages, name, Stage(name, "made up", run, looks_back))

    return add


def effect(work: Work) -> None:
    """An effect that would show if it were done twice: no key stops a second row."""
    with work.database.write() as writer:
        work.hold(writer)
        record(writer, work)
        work.finish(writer, {"rows": 1})


def record(writer: Any, work: Work) -> None:
    writer.execute("INSERT INTO effect (slot) VALUES (:slot)", {"slot": work.claim.slot})


def effects(database: Database) -> list[str]:
    with database.read() as reader:
        return [row[0] for row in reader.rows("SELECT slot FROM effect ORDER BY slot")]


@pytest.fixture
def effect_table(database: Database) -> None:
    with database.write() as writer:
        writer.execute("CREATE TABLE effect (slot TEXT)")


def wait_until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, "waited a minute in vain"
        time.sleep(0.01)


def only_run(database: Database) -> Run:
    with database.read() as reader:
        found = recent(reader)
    assert len(found) == 1
    return found[0]


@contextmanager
def serving(
    database: Database, clock: SetClock, *jobs: Any, patience: float = 20.0, tell: Any = None
) -> Iterator[list[Served]]:
    """A scheduler in a thread, stopped at the end of the block; what it returned is in the list."""
    stop, served = threading.Event(), list[Served]()

    def run() -> None:
        served.append(serve(database, settings(*jobs), stop, clock, tick=0.01, patience=patience, tell=tell))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield served
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()


# --- what is run -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("effect_table")
def test_once_runs_what_is_due_and_ends(database: Database, stage: Callable[..., None]) -> None:
    stage("nightly", effect)
    stage("quarter", effect)
    with database.write() as writer:
        due.note_due(writer, QUARTER, NOON - minutes(60), ZONE)
    served = serve(database, settings(NIGHTLY, QUARTER), threading.Event(), SetClock(), **ONCE)
    assert served == Served(ok=6, failed=0, interrupted=0, lost=0, abandoned=0)
    assert len(effects(database)) == 6
    assert serve(database, settings(NIGHTLY, QUARTER), threading.Event(), SetClock(), **ONCE).ok == 0


@pytest.mark.usefixtures("effect_table")
def test_three_schedulers_on_one_database_do_each_slot_once(
    database: Database, stage: Callable[..., None]
) -> None:
    # Three APScheduler processes on one job store made 684 runs too many of 380.
    stage("quarter", effect)
    clock = SetClock()
    with (
        serving(database, clock, QUARTER),
        serving(database, clock, QUARTER),
        serving(database, clock, QUARTER),
    ):
        for count in range(1, 9):
            wait_until(lambda count=count: len(effects(database)) >= count)  # type: ignore[misc]
            clock.advance(minutes(15))
        wait_until(lambda: len(effects(database)) >= 9)
    assert len(effects(database)) == len(set(effects(database))) == 9
    assert {state for _, state in states(database, "quarter")} == {"ok"}


@pytest.mark.usefixtures("effect_table")
def test_the_next_scheduler_leads_when_the_first_ends(database: Database, stage: Callable[..., None]) -> None:
    stage("quarter", effect)
    clock = SetClock()
    told: list[str] = []
    with serving(database, clock, QUARTER, tell=told.append):
        wait_until(lambda: len(effects(database)) == 1)
        standby: list[str] = []
        with serving(database, clock, QUARTER, tell=standby.append):
            assert told[0] == "This scheduler leads."
            assert standby == []
    with serving(database, clock, QUARTER, tell=standby.append):
        clock.advance(minutes(15))
        wait_until(lambda: len(effects(database)) == 2)


def test_a_paused_job_is_noted_and_not_run(database: Database, stage: Callable[..., None]) -> None:
    stage("quarter", effect)
    paused = dataclasses.replace(QUARTER, paused=True)
    assert serve(database, settings(paused), threading.Event(), SetClock(), **ONCE).ok == 0
    assert only_run(database).state == "skipped"


def test_a_stage_that_measures_the_present_is_not_run_for_the_past(
    database: Database, stage: Callable[..., None]
) -> None:
    def present(work: Work) -> None:
        with database.write() as writer:
            work.finish(writer, {})

    stage("quarter", present, looks_back=False)
    with database.write() as writer:
        due.note_due(writer, QUARTER, NOON - minutes(60), ZONE, 0)
    assert serve(database, settings(QUARTER), threading.Event(), SetClock(), **ONCE).ok == 1


# --- what goes wrong -------------------------------------------------------------------------------


@pytest.mark.usefixtures("effect_table")
def test_a_stage_that_raises_leaves_no_effect_and_its_reason(
    database: Database, stage: Callable[..., None]
) -> None:
    def broken(work: Work) -> None:
        with work.database.write() as writer:
            record(writer, work)
            raise ValueError("line 7: [/] \x1b]52;c;…")

    stage("nightly", broken)
    told: list[str] = []
    served = serve(database, settings(NIGHTLY), threading.Event(), SetClock(), tell=told.append, **ONCE)
    assert served.failed == 1
    assert effects(database) == []
    run = only_run(database)
    assert (run.state, run.error) == ("failed", "ValueError: line 7: [/] <U+001B>]52;c;…")
    assert run.due_at == "2026-11-23T05:01:00.000000Z"
    assert told == [
        "nightly 23/11/2026 02:00: started",
        "nightly 23/11/2026 02:00: failed: ValueError: line 7: [/] <U+001B>]52;c;…",
    ]


def test_what_is_meant_for_users_is_the_error_as_it_stands(
    database: Database, stage: Callable[..., None]
) -> None:
    def refused(work: Work) -> None:
        raise Refused("the source 'mail' has no files; check its path")

    stage("nightly", refused)
    serve(database, settings(NIGHTLY), threading.Event(), SetClock(), **ONCE)
    assert only_run(database).error == "the source 'mail' has no files; check its path"


def test_a_stage_that_does_not_say_that_it_is_done_has_failed(
    database: Database, stage: Callable[..., None]
) -> None:
    stage("nightly", lambda work: None)
    serve(database, settings(NIGHTLY), threading.Event(), SetClock(), **ONCE)
    assert "did not say that it was done" in (only_run(database).error or "")


@pytest.mark.usefixtures("effect_table")
def test_a_scheduler_that_was_frozen_writes_nothing_when_it_wakes(
    database: Database, stage: Callable[..., None]
) -> None:
    # A leader lock without the fence doubled 35 effects in 25 freezes.
    frozen, awake = threading.Event(), threading.Event()
    clock = SetClock()

    def slow(work: Work) -> None:
        if not frozen.is_set():
            frozen.set()
            assert awake.wait(60)
        with work.database.write() as writer:
            record(writer, work)
            work.finish(writer, {})

    stage("nightly", slow)
    crew = Crew(database, settings(NIGHTLY), clock)
    with database.write() as writer:
        due.note_due(writer, NIGHTLY, NOON, ZONE)
        claim = runs.claim(writer, NOON, crew.owner, ["nightly"])
    assert claim is not None
    crew.take(claim)
    outcome: list[str] = []
    thread = threading.Thread(target=lambda: outcome.append(crew.execute(claim)))
    thread.start()
    assert frozen.wait(60)
    clock.advance(minutes(1))
    assert serve(database, settings(NIGHTLY), threading.Event(), clock, **ONCE).ok == 1
    awake.set()
    thread.join(60)
    assert outcome == ["lost"]
    assert effects(database) == [claim.slot]
    assert (only_run(database).state, only_run(database).attempt) == ("ok", 2)


def test_a_heartbeat_that_finds_the_run_lost_tells_the_stage_to_stop(sqlite_database: Database) -> None:
    crew = Crew(sqlite_database, settings(NIGHTLY), SetClock())
    with sqlite_database.write() as writer:
        due.note_due(writer, NIGHTLY, NOON, ZONE)
        claim = runs.claim(writer, NOON, crew.owner, ["nightly"])
        assert claim is not None
        crew.take(claim)
        crew.beat(writer, NOON + minutes(0.2))
        assert not crew._active[claim].stop.is_set()
        runs.claim(writer, NOON + minutes(2), "another", ["nightly"])
        crew.beat(writer, NOON + minutes(2))
    assert crew._active[claim].stop.is_set()


@pytest.mark.usefixtures("effect_table")
def test_a_database_that_is_away_for_a_while_is_waited_for(
    database: Database, stage: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage("quarter", effect)
    clock, told = SetClock(), list[str]()
    with serving(database, clock, QUARTER, tell=told.append):
        wait_until(lambda: len(effects(database)) == 1)
        asked = threading.Semaphore(0)

        def away(*given: Any) -> bool:
            asked.release()
            raise StoreError("the PostgreSQL server cannot be reached")

        with monkeypatch.context() as patch:
            patch.setattr(scheduler.runs, "claimable", away)
            for _ in range(3):
                assert asked.acquire(timeout=60)
        clock.advance(minutes(15))
        wait_until(lambda: len(effects(database)) == 2)
    assert told.count("The scheduler cannot work now: the PostgreSQL server cannot be reached") == 1


def test_a_job_without_a_stage_and_a_working_copy_without_jobs_are_refused(sqlite_database: Database) -> None:
    with pytest.raises(Refused, match="no job 'nightly'; known: alerts, audit-verify, backup, collect"):
        serve(sqlite_database, settings(NIGHTLY), threading.Event())
    with pytest.raises(Refused, match="no job is scheduled"):
        serve(sqlite_database, settings(), threading.Event())


def test_a_database_that_is_not_there_is_refused_at_the_start(
    tmp_path: Path, stage: Callable[..., None]
) -> None:
    stage("nightly", effect)
    with pytest.raises(StoreError, match="there is no database"):
        serve(Database(f"sqlite:///{tmp_path}/none.db", "test"), settings(NIGHTLY), threading.Event())


# --- the end -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("effect_table")
def test_a_stage_that_heeds_the_stop_is_interrupted_and_due_again(
    database: Database, stage: Callable[..., None]
) -> None:
    begun = threading.Event()

    def heedful(work: Work) -> None:
        begun.set()
        assert work.stop.wait(60)
        raise Interrupted

    stage("nightly", heedful)
    clock = SetClock()
    with serving(database, clock, NIGHTLY) as served:
        assert begun.wait(60)
    assert served == [Served(ok=0, failed=0, interrupted=1, lost=0, abandoned=0)]
    assert only_run(database).state == "interrupted"
    stage("nightly", effect)
    assert serve(database, settings(NIGHTLY), threading.Event(), clock, **ONCE).ok == 1


@pytest.mark.usefixtures("effect_table")
def test_a_stage_that_does_not_stop_in_time_is_marked_and_can_write_nothing_more(
    database: Database, stage: Callable[..., None]
) -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def stubborn(work: Work) -> None:
        begun.set()
        assert go_on.wait(60)
        try:
            with work.database.write() as writer:
                record(writer, work)
                work.finish(writer, {})
        finally:
            ended.set()

    stage("nightly", stubborn)
    with serving(database, SetClock(), NIGHTLY, patience=0.05) as served:
        assert begun.wait(60)
    assert served[0].abandoned == 1
    wait_until(lambda: only_run(database).state == "interrupted")
    go_on.set()
    assert ended.wait(60)
    assert effects(database) == []


def test_ctrl_c_in_a_run_marks_it_and_goes_on_up(
    sqlite_database: Database, stage: Callable[..., None]
) -> None:
    def cut(work: Work) -> None:
        raise KeyboardInterrupt

    stage("nightly", cut)
    crew = Crew(sqlite_database, settings(NIGHTLY), SetClock())
    with sqlite_database.write() as writer:
        claim = runs.ask(writer, "nightly", NOON, crew.owner)
    crew.take(claim)
    with pytest.raises(KeyboardInterrupt):
        crew.execute(claim)
    assert only_run(sqlite_database).state == "interrupted"


# --- clocks ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("effect_table")
def test_a_clock_that_is_set_is_noticed_and_the_work_goes_on(
    database: Database, stage: Callable[..., None]
) -> None:
    # APScheduler alone is silent for as long as the clock was set back.
    stage("quarter", effect)
    clock, told = SetClock(), list[str]()
    with serving(database, clock, QUARTER, tell=told.append):
        wait_until(lambda: len(effects(database)) == 1)
        clock.at += minutes(120)
        wait_until(lambda: any("set by 7200 s" in line for line in told))
        wait_until(lambda: len(effects(database)) == 5)
        clock.at -= minutes(90)
        wait_until(lambda: any("set by -5400 s" in line for line in told))
        # The slots of 12:15 and 12:30 were skipped as too old by a clock that was ahead.
        wait_until(lambda: len(effects(database)) == 7)


def test_a_clock_a_year_ahead_makes_one_tick() -> None:
    trigger = scheduler._ticks(1.0)
    a_year_later = NOON + dt.timedelta(days=365)
    assert trigger.get_next_fire_time(NOON, a_year_later) == a_year_later + dt.timedelta(seconds=1)


# --- leadership ----------------------------------------------------------------------------------------


def test_one_leads_until_it_gives_up(database: Database) -> None:
    first, second = leadership(database), leadership(database)
    try:
        assert first.held()
        assert first.held()
        assert not second.held()
        first.release()
        wait_until(second.held)  # a server frees the lock when it has seen that the connection ended
        assert not first.held()
    finally:
        first.release()
        second.release()


def test_provinces_have_leaders_of_their_own_on_one_server(postgres_database: Database) -> None:
    here, there = leadership(postgres_database), leadership(Database(postgres_database.url, "elsewhere"))
    try:
        assert here.held()
        assert there.held()
    finally:
        here.release()
        there.release()


def test_a_lock_file_that_was_deleted_is_no_lead(sqlite_database: Database) -> None:
    first, second = leadership(sqlite_database), leadership(sqlite_database)
    assert first.held()
    Path(f"{sqlite_database.path}.leader").unlink()
    assert second.held()
    assert not first.held()
    second.release()
    assert first.held()
    first.release()


def test_a_lead_whose_connection_was_cut_is_lost(postgres_database: Database) -> None:
    first, second = leadership(postgres_database), leadership(postgres_database)
    assert first.held()
    with postgres_database.write() as writer:
        writer.rows(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory'"
            " AND pid <> pg_backend_pid()"
        )
    assert second.held()
    assert not first.held()
    second.release()
    wait_until(first.held)
    first.release()


# --- time ------------------------------------------------------------------------------------------

HURRIED = dataclasses.replace(NIGHTLY, timeout_minutes=2, backoff_minutes=(5,), retries=1)


@pytest.mark.usefixtures("effect_table")
def test_a_run_over_its_time_is_broken_off_and_tried_again(
    database: Database, stage: Callable[..., None]
) -> None:
    clock = SetClock()

    def slow(work: Work) -> None:
        with work.database.write() as writer:
            record(writer, work)
            clock.steady += 119
            work.check()
            clock.steady += 1
            work.check()
            work.finish(writer, {})

    stage("nightly", slow)
    served = serve(database, settings(HURRIED), threading.Event(), clock, **ONCE)
    assert served == Served(ok=0, failed=1, interrupted=0, lost=0, abandoned=0)
    assert effects(database) == []
    run = only_run(database)
    assert (run.state, run.error) == (
        "failed", "it took longer than 2 minutes and was broken off ('timeout_minutes')",
    )  # fmt: skip
    assert run.due_at == "2026-11-23T05:05:00.000000Z"
    clock.at += minutes(5)
    stage("nightly", effect)
    assert serve(database, settings(HURRIED), threading.Event(), clock, **ONCE).ok == 1


@pytest.mark.usefixtures("effect_table")
def test_a_run_that_heeds_only_the_stop_has_failed_when_it_was_its_time_that_was_up(
    database: Database, stage: Callable[..., None]
) -> None:
    clock = SetClock()

    def heedful(work: Work) -> None:
        clock.steady += 120
        assert work.stopped()
        raise Interrupted

    stage("nightly", heedful)
    assert serve(database, settings(HURRIED), threading.Event(), clock, **ONCE).failed == 1
    assert "took longer than 2 minutes" in (only_run(database).error or "")


@pytest.mark.usefixtures("effect_table")
def test_a_run_that_hangs_is_given_up_and_can_write_nothing_more(
    database: Database, stage: Callable[..., None]
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    clock = SetClock()

    def hanging(work: Work) -> None:
        begun.set()
        assert go_on.wait(60)
        with work.database.write() as writer:
            record(writer, work)
            work.finish(writer, {})

    stage("nightly", hanging)
    crew = Crew(database, settings(HURRIED), clock)
    with database.write() as writer:
        due.note_due(writer, HURRIED, NOON, ZONE)
        claim = runs.claim(writer, NOON, crew.owner, ["nightly"])
    assert claim is not None
    crew.take(claim)
    outcome: list[str] = []
    thread = threading.Thread(target=lambda: outcome.append(crew.execute(claim)))
    thread.start()
    try:
        assert begun.wait(60)
        clock.steady += 149
        crew.watch()
        assert only_run(database).state == "running"  # it is given half a minute to stop by itself
        clock.steady += 1
        crew.watch()
        crew.watch()
        assert only_run(database).state == "failed"
        assert (crew.active(), crew.threads()) == (0, 1)
    finally:
        go_on.set()
        thread.join(60)
    assert outcome == ["lost"]
    assert effects(database) == []
    assert (crew.outcomes["failed"], crew.outcomes["lost"], crew.threads()) == (1, 0, 0)


@pytest.mark.usefixtures("effect_table")
def test_what_is_run_at_once_does_not_wait_for_its_jitter(
    database: Database, stage: Callable[..., None]
) -> None:
    stage("nightly", effect)
    jittered = dataclasses.replace(NIGHTLY, at=dt.time(12), jitter_seconds=3600)
    assert serve(database, settings(jittered), threading.Event(), SetClock(), **ONCE).ok == 1


@pytest.mark.usefixtures("effect_table")
def test_after_an_outage_what_comes_after_another_job_still_does(
    database: Database, stage: Callable[..., None]
) -> None:
    order: list[str] = []

    def ordered(work: Work) -> None:
        order.append(f"{work.claim.job} {work.claim.slot[8:10]}")
        effect(work)

    stage("nightly", ordered)
    stage("measuring", ordered)
    measuring = dataclasses.replace(NIGHTLY, name="measuring", at=dt.time(2, 30), after=("nightly",))
    with database.write() as writer:
        for schedule in (NIGHTLY, measuring):
            due.note_due(writer, schedule, NOON - dt.timedelta(days=3), ZONE, 0)
    served = serve(database, settings(NIGHTLY, measuring), threading.Event(), SetClock(), **ONCE)
    assert served.ok == 6
    for day in ("20", "21", "22"):
        assert order.index(f"nightly {day}") < order.index(f"measuring {day}")
