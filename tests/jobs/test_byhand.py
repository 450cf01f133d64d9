"""Slots that a person asks for: one again, or all that were missed, and none of them twice."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.jobs import byhand, due, runs, stages
from opsconsole.jobs.execution import Crew
from opsconsole.jobs.history import recent
from opsconsole.jobs.schedule import Slot, latest_slot
from opsconsole.jobs.stages import Stage
from opsconsole.jobs.work import Work
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Database
from tests.jobs.runs_help import NIGHTLY, NOON, QUARTER, ZONE, SetClock, minutes, settings, states

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def add(name: str, run: Callable[[Work], None], looks_back: bool = True) -> None:
        monkeypatch.setitem(stages._stages, name, Stage(name, "made up", run, looks_back))

    return add


def done(work: Work) -> None:
    with work.database.write() as writer:
        work.finish(writer, {"slot": work.claim.slot})


def chosen(database: Database, first: dt.date, last: dt.date, reprocess: str = "missing") -> list[Slot]:
    with database.read() as reader:
        return byhand.wanted(reader, NIGHTLY, first, last, reprocess, NOON, ZONE)


def backfill(database: Database, slots: list[Slot], schedule: Any = NIGHTLY) -> dict[str, int]:
    return byhand.run_slots(Crew(database, settings(schedule), SetClock()), schedule, slots)


def test_what_was_never_run_is_run_for_its_own_slot(database: Database, stage: Callable[..., None]) -> None:
    stage("nightly", done)
    slots = chosen(database, TODAY - 3 * DAY, TODAY + 5 * DAY)
    assert backfill(database, slots) == {"ok": 4}
    assert states(database, "nightly") == [(f"11-{day} 02:00", "ok") for day in (20, 21, 22, 23)]
    with database.read() as reader:
        assert all(run.counts == {"slot": run.slot} for run in recent(reader))
    assert chosen(database, TODAY - 3 * DAY, TODAY) == []
    with database.write() as writer:  # the scheduler finds nothing left to do
        assert due.note_due(writer, NIGHTLY, NOON, ZONE) == due.Noted()


def test_failed_and_done_ones_are_run_again_only_when_asked(
    database: Database, stage: Callable[..., None]
) -> None:
    def fails_on_the_21st(work: Work) -> None:
        if work.claim.at.astimezone(ZONE).day == 21:
            raise Refused("no")
        done(work)

    stage("nightly", fails_on_the_21st)
    first = TODAY - 3 * DAY
    assert backfill(database, chosen(database, first, TODAY)) == {"ok": 3, "failed": 1}
    assert chosen(database, first, TODAY) == []
    assert len(chosen(database, first, TODAY, "failed")) == 1
    assert len(chosen(database, first, TODAY, "all")) == 4
    stage("nightly", done)
    assert backfill(database, chosen(database, first, TODAY, "failed")) == {"ok": 1}
    with database.read() as reader:
        assert {run.slot[8:10]: run.attempt for run in recent(reader)} == {
            "19": 1, "20": 2, "21": 1, "22": 1,
        }  # fmt: skip


@given(st.lists(st.integers(0, 9), min_size=1, max_size=10, unique=True))
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_a_skipped_stretch_is_parted_and_no_slot_is_lost_or_counted_twice(
    sqlite_database: Database, asked: list[int]
) -> None:
    with sqlite_database.write() as writer:
        writer.execute("DELETE FROM job_run")
        paused = dataclasses.replace(NIGHTLY, paused=True)
        due.note_due(writer, NIGHTLY, NOON - 11 * DAY, ZONE)
        assert due.note_due(writer, paused, NOON - DAY, ZONE).skipped == 10
    crew = Crew(sqlite_database, settings(NIGHTLY), SetClock())
    for day in asked:
        slot = latest_slot(NIGHTLY, NOON - (1 + day) * DAY, ZONE)
        with sqlite_database.write() as writer:
            claim = byhand.claim_slot(writer, NIGHTLY, slot, NOON, crew.owner, ZONE)
            assert (claim.slot, claim.slot_end) == (instant_text(slot.start), instant_text(slot.end))
            runs.finish(writer, claim, {}, NOON)
    with sqlite_database.read() as reader:
        found = sorted(recent(reader, limit=100), key=lambda run: run.slot)
    left = sum(run.counts["slots"] for run in found if run.state == "skipped")
    assert left == 10 - len(asked)
    assert sum(run.state == "ok" for run in found) == len(asked)
    assert [run.slot_end for run in found[:-1]] == [run.slot for run in found[1:]]
    with sqlite_database.write() as writer:
        assert due.note_due(writer, NIGHTLY, NOON, ZONE) == due.Noted(due=1)


def test_a_slot_is_not_taken_while_the_job_runs_elsewhere(database: Database) -> None:
    slot = latest_slot(NIGHTLY, NOON, ZONE)
    with database.write() as writer:
        runs.ask(writer, "nightly", NOON, "another")
        with pytest.raises(runs.Busy, match="nightly is running"):
            byhand.claim_slot(writer, NIGHTLY, slot, NOON, "me", ZONE)


def test_a_backfill_waits_for_a_run_of_the_job_that_goes_on(
    database: Database, stage: Callable[..., None]
) -> None:
    stage("nightly", done)
    with database.write() as writer:
        running = runs.ask(writer, "nightly", NOON, "another")
    clock = SetClock()

    class Impatient(Crew):
        """While it waits, the other run ends."""

    crew = Impatient(database, settings(NIGHTLY), clock)

    def progress(done: int, of: int, slot: Slot) -> None:
        import threading

        def end() -> None:
            with database.write() as writer:
                runs.finish(writer, running, {}, NOON)

        threading.Timer(0.05, end).start()

    slots = [latest_slot(NIGHTLY, NOON, ZONE)]
    assert byhand.run_slots(crew, NIGHTLY, slots, progress, pause=0.01) == {"ok": 1}


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2026-11-20", "11-20 02:00"),
        ("20/11/2026", "11-20 02:00"),
        ("2026-11-20T02:00", "11-20 02:00"),
        ("2026-11-20 01:59", "11-19 02:00"),
        ("20/11/2026 23:00", "11-20 02:00"),
        ("2026-11-19T19:00:00.000000Z", "11-20 02:00"),
    ],
)
def test_a_slot_is_named_by_a_day_a_minute_or_its_instant(text: str, local: str) -> None:
    slot = byhand.slot_at(NIGHTLY, text, NOON, ZONE)
    assert f"{slot.start.astimezone(ZONE):%m-%d %H:%M}" == local


def test_of_a_day_with_many_slots_the_newest_that_has_come_is_meant() -> None:
    assert byhand.slot_at(QUARTER, "2026-11-23", NOON + minutes(1), ZONE).start == NOON


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_the_ends_of_the_calendar_are_no_time(sqlite_database: Database, day: dt.date) -> None:
    with pytest.raises(Refused, match="is no time"):
        byhand.slot_at(NIGHTLY, day.isoformat(), NOON, ZONE)
    with sqlite_database.read() as reader, pytest.raises(Refused, match="is no time"):
        byhand.wanted(reader, NIGHTLY, day, day, "missing", NOON, ZONE)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-02-30", "", "2026-11-20T25:00", "\x1b[2J"])
def test_what_is_no_time_is_refused_with_what_would_be_one(text: str) -> None:
    with pytest.raises(Refused, match="is no time: write 2019-03-05") as refused:
        byhand.slot_at(NIGHTLY, text, NOON, ZONE)
    assert "\x1b" not in str(refused.value)


def test_what_cannot_be_made_up_for_is_refused(stage: Callable[..., None], sqlite_database: Database) -> None:
    stage("nightly", done, looks_back=False)
    with pytest.raises(Refused, match="measures the present"):
        byhand.scheduled(settings(NIGHTLY), "nightly")
    with pytest.raises(Refused, match="collect has no schedule"):
        byhand.scheduled(settings(NIGHTLY), "collect")
    with pytest.raises(Refused, match="has not come yet"):
        byhand.slot_at(NIGHTLY, "2026-11-25", NOON, ZONE)
    with pytest.raises(Refused, match="--to is before --from"):
        chosen(sqlite_database, TODAY, TODAY - DAY)
    with pytest.raises(Refused, match="at most 10000 are run at once"):
        chosen(sqlite_database, dt.date(1980, 1, 1), TODAY)
    assert chosen(sqlite_database, TODAY + DAY, TODAY + 2 * DAY) == []
