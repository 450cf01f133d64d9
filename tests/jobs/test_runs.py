"""The rows of runs: noted once, claimed by one, written by nobody else."""

from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsconsole.cron import parse
from opsconsole.errors import Refused
from opsconsole.jobs import due, runs
from opsconsole.jobs import schedule as slots
from opsconsole.jobs.due import Noted
from opsconsole.jobs.history import events, recent
from opsconsole.jobs.runs import Claim, LostClaim
from opsconsole.settings import JobSchedule
from opsconsole.store.clock import instant, instant_text
from opsconsole.store.database import Database
from tests.jobs.runs_help import NIGHTLY, NOON, QUARTER, ZONE, minutes, states

DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def note(database: Database, schedule: JobSchedule, now: dt.datetime, keep: int | None = None) -> Noted:
    with database.write() as writer:
        return due.note_due(writer, schedule, now, ZONE, keep)


def claim(database: Database, now: dt.datetime, owner: str = "a", job: str = "nightly") -> Claim | None:
    with database.write() as writer:
        return runs.claim(writer, now, owner, [job])


def claimed(database: Database, now: dt.datetime, owner: str = "a", job: str = "nightly") -> Claim:
    found = claim(database, now, owner, job)
    assert found is not None
    return found


def finish(database: Database, claim: Claim, now: dt.datetime) -> None:
    with database.write() as writer:
        runs.finish(writer, claim, {"rows": 1}, now)


# --- what is due ---------------------------------------------------------------------------------


def test_a_job_never_known_starts_with_the_slot_that_is_on(database: Database) -> None:
    assert note(database, NIGHTLY, NOON) == Noted(due=1)
    assert states(database, "nightly") == [("11-23 02:00", "due")]


def test_what_is_noted_again_is_left_as_it_is(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    finish(database, claimed(database, NOON), NOON)
    assert note(database, NIGHTLY, NOON + minutes(1)) == Noted()
    assert states(database, "nightly") == [("11-23 02:00", "ok")]


def test_missed_slots_are_caught_up_the_newest_of_them_and_the_rest_is_one_row(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    assert note(database, NIGHTLY, NOON + 10 * DAY) == Noted(due=3, skipped=7)
    assert states(database, "nightly") == [
        ("11-23 02:00", "due"),
        ("11-24 02:00", "skipped"),
        ("12-01 02:00", "due"),
        ("12-02 02:00", "due"),
        ("12-03 02:00", "due"),
    ]
    with database.read() as reader:
        skipped = recent(reader, state="skipped")[0]
    assert skipped.counts == {"slots": 7, "reason": "catch_up"}
    assert instant(skipped.slot_end) - instant(skipped.slot) == 7 * DAY
    assert skipped.remark == "7 slots missed, too old to run"
    assert claim(database, NOON + 10 * DAY) is not None


def test_a_stage_that_cannot_look_back_runs_for_the_newest_slot_only(database: Database) -> None:
    note(database, QUARTER, NOON)
    assert note(database, QUARTER, NOON + minutes(60), keep=1) == Noted(due=1, skipped=3)


def test_slots_of_a_paused_job_are_recorded_and_not_run_later(database: Database) -> None:
    paused = dataclasses.replace(QUARTER, paused=True)
    note(database, QUARTER, NOON)
    assert note(database, paused, NOON + minutes(30)) == Noted(skipped=2)
    assert note(database, paused, NOON + minutes(31)) == Noted()
    assert note(database, paused, NOON + minutes(45)) == Noted(skipped=1)
    assert note(database, QUARTER, NOON + minutes(46)) == Noted()
    assert note(database, QUARTER, NOON + minutes(60)) == Noted(due=1)
    assert [state for _, state in states(database, "quarter")] == ["due", "skipped", "skipped", "due"]


def test_a_run_that_was_asked_for_hides_no_slot_of_the_schedule(database: Database) -> None:
    note(database, QUARTER, NOON)
    with database.write() as writer:
        asked = runs.ask(writer, "quarter", NOON + minutes(40), "a")
        runs.finish(writer, asked, {}, NOON + minutes(41))
    assert note(database, QUARTER, NOON + minutes(45)) == Noted(due=3)


def test_a_clock_that_was_years_ahead_for_a_while_does_no_lasting_harm(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    ahead = NOON + 4000 * DAY
    assert note(database, NIGHTLY, ahead) == Noted(due=3, skipped=3997)
    done_ahead = [claimed(database, ahead), claimed(database, ahead + minutes(5), "b")]
    assert done_ahead[0].slot == done_ahead[1].slot  # the first was taken over, runs do not overlap
    finish(database, done_ahead[1], ahead + minutes(5))
    last = claimed(database, ahead + minutes(6))
    finish(database, last, ahead + minutes(6))

    # The clock is right again: the days go on as if nothing had been.
    for day in (1, 2):
        assert note(database, NIGHTLY, NOON + day * DAY) == Noted(due=1)
    assert states(database, "nightly")[:3] == [
        ("11-23 02:00", "ok"),
        ("11-24 02:00", "due"),
        ("11-25 02:00", "due"),
    ]
    # What ran for a day that has not come is due when the day comes.
    with database.read() as reader:
        again = next(run for run in recent(reader, "nightly") if run.slot == last.slot)
    assert (again.state, again.due_at) == ("due", last.slot)


def test_a_run_that_a_wrong_clock_put_off_is_not_put_off_for_a_year(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    claim = claimed(database, NOON)
    with database.write() as writer:
        runs.fail(writer, claim, "no", NOON + 365 * DAY, NIGHTLY.waits)
    note(database, NIGHTLY, NOON + minutes(5))
    again = claimed(database, NOON + minutes(5))
    assert again.slot == claim.slot
    finish(database, again, NOON + minutes(6))
    # One that waits as long as it is to goes on waiting.
    note(database, NIGHTLY, NOON + DAY)
    second = claimed(database, NOON + DAY)
    with database.write() as writer:
        runs.fail(writer, second, "no", NOON + DAY, NIGHTLY.waits)
    note(database, NIGHTLY, NOON + DAY)
    with database.read() as reader:
        assert not runs.claimable(reader, NOON + DAY + minutes(0.9), ["nightly"])
        assert runs.claimable(reader, NOON + DAY + minutes(1), ["nightly"])


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Ho_Chi_Minh"])
def test_a_clock_set_forward_and_back_neither_repeats_nor_skips_a_slot_of_cron(
    database: Database, zone: str
) -> None:
    hourly = JobSchedule("hourly", None, None, 48, cron=parse("30 * * * *"), timezone=ZoneInfo(zone))
    begin = dt.datetime(2026, 10, 24, 20, tzinfo=dt.UTC)  # the night in which Berlin sets its clocks back
    note(database, hourly, begin)
    for hours in (2, 1, 3, 30, 4, 26, 6, 31):  # by how far from the beginning the clock is, each time
        note(database, hourly, begin + minutes(60 * hours))
        with database.write() as writer:
            while (found := runs.claim(writer, begin + minutes(60 * hours), "a", ["hourly"])) is not None:
                runs.finish(writer, found, {}, begin + minutes(60 * hours))
    with database.read() as reader:
        done = sorted((run.slot, run.slot_end, run.state) for run in recent(reader, "hourly", limit=100))
    expected = slots.missed(hourly, begin - minutes(60), begin + minutes(60 * 31), ZONE, 1000).kept
    assert [(start, end) for start, end, _state in done] == [
        (instant_text(slot.start), instant_text(slot.end)) for slot in expected
    ]
    # What was done while the clock was ahead by more than an hour is due again when it comes.
    assert {state for _start, _end, state in done} == {"ok"}


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=8), st.integers(1, 6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_every_slot_is_known_once_however_the_scheduler_comes_and_goes(
    sqlite_database: Database, pauses: list[int], catch_up: int
) -> None:
    schedule = dataclasses.replace(QUARTER, catch_up=catch_up)
    with sqlite_database.write() as writer:
        writer.execute("DELETE FROM job_run")
    now = NOON
    note(sqlite_database, schedule, now)
    for pause in pauses:
        now += minutes(pause)
        assert note(sqlite_database, schedule, now).due <= catch_up
    with sqlite_database.read() as reader:
        found = sorted(recent(reader, "quarter", limit=10_000), key=lambda run: run.slot)
    for run, following in pairwise(found):
        assert run.slot_end == following.slot
    assert instant(found[-1].slot_end) > now
    total = sum(run.counts.get("slots", 1) for run in found)
    assert total == (instant(found[-1].slot_end) - instant(found[0].slot)) // minutes(15)


# --- claims and the fence ------------------------------------------------------------------------


def test_two_schedulers_get_one_run_once(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    assert claim(database, NOON, "a") is not None
    assert claim(database, NOON, "b") is None


def test_the_oldest_slot_comes_first_and_runs_of_one_job_do_not_overlap(database: Database) -> None:
    note(database, NIGHTLY, NOON - 2 * DAY)
    note(database, NIGHTLY, NOON)
    first = claimed(database, NOON)
    assert claim(database, NOON, "b") is None
    finish(database, first, NOON)
    second = claimed(database, NOON, "b")
    assert first.at < second.at


def test_jobs_that_this_process_does_not_know_are_left_alone(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    assert claim(database, NOON, "a", "other") is None
    with database.write() as writer:
        assert runs.claim(writer, NOON, "a", []) is None


def test_a_run_without_heartbeat_is_taken_over_and_its_late_owner_cannot_write(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    frozen = claimed(database, NOON, "frozen")
    assert claim(database, NOON + dt.timedelta(seconds=29), "b") is None
    heir = claimed(database, NOON + minutes(1), "b")
    assert (heir.slot, heir.attempt) == (frozen.slot, 2)

    for late in (
        lambda writer: runs.finish(writer, frozen, {}, NOON + minutes(2)),
        lambda writer: runs.fail(writer, frozen, "late", NOON + minutes(2)),
        lambda writer: runs.interrupt(writer, frozen, NOON + minutes(2)),
        lambda writer: runs.heartbeat(writer, frozen, NOON + minutes(2)),
    ):
        with pytest.raises(LostClaim, match="taken over"), database.write() as writer:
            writer.execute("UPDATE job_run SET counts = '{\"late\":1}' WHERE province = :province")
            late(writer)
    with database.read() as reader:
        run = recent(reader)[0]
    assert (run.state, run.owner, run.counts) == ("running", "b", {})
    finish(database, heir, NOON + minutes(3))
    with pytest.raises(LostClaim):
        finish(database, heir, NOON + minutes(3))


def test_a_process_that_claims_its_own_stale_run_again_is_fenced_from_its_first_attempt(
    database: Database,
) -> None:
    note(database, NIGHTLY, NOON)
    first = claimed(database, NOON, "a")
    second = claimed(database, NOON + minutes(1), "a")
    with pytest.raises(LostClaim):
        finish(database, first, NOON + minutes(1))
    finish(database, second, NOON + minutes(1))


def test_a_heartbeat_keeps_a_run(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    mine = claimed(database, NOON, "a")
    for minute in range(1, 10):
        with database.write() as writer:
            runs.heartbeat(writer, mine, NOON + minutes(minute / 3))
    assert claim(database, NOON + minutes(3.2), "b") is None


def test_a_heartbeat_from_a_clock_that_was_ahead_keeps_nothing(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    mine = claimed(database, NOON, "a")
    with database.write() as writer:
        runs.heartbeat(writer, mine, NOON + DAY)
    assert claim(database, NOON + minutes(1), "b") is not None


def test_a_run_under_which_processes_keep_dying_is_given_up(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    now, deaths = NOON, 0
    while claim(database, now, f"process {deaths}") is not None:
        now += minutes(1)
        deaths += 1
    assert deaths == runs.MOST_TAKEOVERS
    with database.read() as reader:
        run = recent(reader)[0]
    assert (run.state, run.error) == ("failed", "the process that ran it died 10 times")


# --- failures --------------------------------------------------------------------------------------


def test_attempts_that_failed_or_were_interrupted_are_no_deaths(database: Database) -> None:
    stubborn = dataclasses.replace(NIGHTLY, retries=20, backoff_minutes=(1,))
    note(database, stubborn, NOON)
    for number in range(runs.MOST_TAKEOVERS + 2):
        mine = claimed(database, NOON + minutes(2 * number))
        with database.write() as writer:
            if number % 2:
                runs.interrupt(writer, mine, NOON + minutes(2 * number))
            else:
                runs.fail(writer, mine, "no", NOON + minutes(2 * number), stubborn.waits)
    at = NOON + DAY
    for number in range(runs.MOST_TAKEOVERS):  # each of these dies
        assert claimed(database, at + minutes(number)).attempt == runs.MOST_TAKEOVERS + 3 + number
    assert claim(database, at + minutes(60)) is None
    with database.read() as reader:
        (found,) = recent(reader, "nightly")
    assert (found.state, found.error) == ("failed", "the process that ran it died 10 times")
    # What a person makes due again has all of them before it once more.
    with database.write() as writer:
        runs.retry(writer, at + minutes(61), "nightly")
    for number in range(runs.MOST_TAKEOVERS):
        assert claim(database, at + minutes(62 + number)) is not None
    assert claim(database, at + minutes(90)) is None


def test_a_failed_run_is_tried_twice_more_and_then_stays_failed(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    now, waits = NOON, []
    while True:
        mine = claimed(database, now)
        with database.write() as writer:
            again = runs.fail(writer, mine, f"attempt {mine.attempt}: \x1b[31mno\x00 disk", now)
        if again is None:
            break
        waits.append(again - now)
        assert claim(database, again - dt.timedelta(seconds=1)) is None
        now = again
    assert waits == [minutes(1), minutes(10)]
    assert claim(database, now + 30 * DAY) is None
    with database.read() as reader:
        run = recent(reader)[0]
    assert (run.state, run.failures) == ("failed", 3)
    assert run.error == "attempt 3: <U+001B>[31mno<U+0000> disk"


def test_a_failed_slot_does_not_hold_up_the_next_one(database: Database) -> None:
    note(database, QUARTER, NOON)
    with database.write() as writer:
        first = runs.claim(writer, NOON, "a", ["quarter"])
        assert first is not None
        runs.fail(writer, first, "no", NOON + minutes(14.5))
    note(database, QUARTER, NOON + minutes(15))
    second = claimed(database, NOON + minutes(15), "a", "quarter")
    assert second.at == NOON + minutes(15)


def test_an_interrupted_run_is_due_at_once(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    mine = claimed(database, NOON)
    with database.write() as writer:
        runs.interrupt(writer, mine, NOON)
    assert states(database, "nightly") == [("11-23 02:00", "interrupted")]
    assert claimed(database, NOON, "b").attempt == 2


def test_a_run_that_a_person_asked_for_is_not_repeated_by_itself(database: Database) -> None:
    for step, end in enumerate(
        (runs.interrupt, lambda *given: runs.fail(given[0], given[1], "no", given[2]))
    ):
        now = NOON + minutes(step)
        with database.write() as writer:
            asked = runs.ask(writer, "nightly", now, "a")
            end(writer, asked, now)
        assert claim(database, now + DAY) is None


def test_asking_for_a_job_that_is_running_is_refused(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    claimed(database, NOON)
    with pytest.raises(Refused, match="nightly is running, since"), database.write() as writer:
        runs.ask(writer, "nightly", NOON, "b")
    with database.write() as writer:
        assert runs.ask(writer, "other", NOON, "b").at == NOON + dt.timedelta(microseconds=1)


def test_retry_makes_failed_runs_due_with_their_tries_anew(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    for _ in range(3):
        mine = claimed(database, NOON + DAY)
        with database.write() as writer:
            runs.fail(writer, mine, "no", NOON)
    with database.write() as writer:
        assert runs.retry(writer, NOON, "other") == 0
        assert runs.retry(writer, NOON) == 1
    again = claimed(database, NOON)
    assert (again.attempt, again.failures) == (4, 0)


def test_retry_of_a_skipped_slot_must_name_it(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    note(database, NIGHTLY, NOON + 10 * DAY)
    with database.read() as reader:
        skipped = recent(reader, state="skipped")[0]
    with database.write() as writer:
        assert runs.retry(writer, NOON, "nightly") == 0
        assert runs.retry(writer, NOON, "nightly", skipped.slot) == 1
    assert ("11-24 02:00", "due") in states(database, "nightly")


def test_runs_of_another_province_are_not_touched(database: Database) -> None:
    other = Database(database.url, "elsewhere")
    note(database, NIGHTLY, NOON)
    note(other, NIGHTLY, NOON)
    finish(database, claimed(database, NOON), NOON)
    assert states(other, "nightly") == [("11-23 02:00", "due")]
    assert claim(other, NOON) is not None


# --- what a schedule may say more ------------------------------------------------------------------


def test_with_catch_up_none_only_what_is_in_time_is_run(database: Database) -> None:
    none = dataclasses.replace(QUARTER, catch_up=0, grace_minutes=5)
    assert note(database, none, NOON + minutes(4)) == Noted(due=1)
    assert note(database, none, NOON + minutes(35)) == Noted(due=1, skipped=1)
    assert note(database, none, NOON + minutes(51)) == Noted(skipped=1)
    assert note(database, none, NOON + minutes(61)) == Noted(due=1)


def test_a_run_begins_within_its_jitter_the_same_whoever_notes_it(database: Database) -> None:
    jittered = dataclasses.replace(QUARTER, jitter_seconds=600)
    note(database, jittered, NOON)
    with database.read() as reader:
        (run,) = recent(reader, "quarter")
    begin = instant(run.due_at or "")
    assert NOON < begin <= NOON + minutes(10)
    assert begin == NOON + due.jitter("test", jittered, NOON)
    assert due.jitter("elsewhere", jittered, NOON) != due.jitter("test", jittered, NOON)
    assert claim(database, begin - SECOND, job="quarter") is None
    assert claim(database, begin, job="quarter") is not None


@given(st.integers(0, 3600), st.integers(0, 100))
def test_jitter_is_between_nothing_and_what_is_declared(seconds: int, slot: int) -> None:
    drawn = due.jitter("p", dataclasses.replace(QUARTER, jitter_seconds=seconds), NOON + minutes(15 * slot))
    assert dt.timedelta() <= drawn <= dt.timedelta(seconds=seconds)


def test_a_run_waits_for_the_open_runs_of_the_job_that_it_comes_after(database: Database) -> None:
    after = {"nightly": ("quarter",)}
    jobs = ["nightly", "quarter"]
    # At 02:00 both are due; the quarter of 02:15 is none of the night's business.
    two = NOON - minutes(600)
    note(database, QUARTER, two)
    note(database, NIGHTLY, two)
    note(database, QUARTER, two + minutes(15))

    def next_claim(now: dt.datetime) -> Claim | None:
        with database.write() as writer:
            there = runs.claimable(writer, now, jobs, after)
            found = runs.claim(writer, now, "a", jobs, after)
        assert there == (found is not None)
        return found

    now = two + minutes(16)
    first = next_claim(now)
    assert first is not None
    assert first.job == "quarter"
    assert next_claim(now) is None  # quarter runs, and nightly waits for it
    with database.write() as writer:
        again = runs.fail(writer, first, "no", now)
    assert again == now + minutes(1)
    second = next_claim(now)
    assert second is not None
    assert second.job == "quarter"  # that of 02:15; nightly waits for the retry of 02:00
    finish(database, second, now)
    assert next_claim(now) is None
    third = next_claim(now + minutes(1))
    assert third is not None
    finish(database, third, now + minutes(1))
    last = next_claim(now + minutes(1))
    assert last is not None
    assert last.job == "nightly"


def test_a_run_does_not_wait_for_a_job_that_is_not_run_here(database: Database) -> None:
    note(database, QUARTER, NOON)
    note(database, NIGHTLY, NOON)
    with database.write() as writer:
        found = runs.claim(writer, NOON, "a", ["nightly"], {"nightly": ("quarter",)})
    assert found is not None


def test_a_run_is_tried_again_as_often_as_its_waits_say(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    now, waits = NOON, (minutes(3), minutes(7), minutes(7))
    for wait in waits:
        with database.write() as writer:
            found = runs.claim(writer, now, "a", ["nightly"])
            assert found is not None
            assert runs.fail(writer, found, "no", now, waits) == now + wait
        now += wait
    with database.write() as writer:
        found = runs.claim(writer, now, "a", ["nightly"])
        assert found is not None
        assert runs.fail(writer, found, "no", now, waits) is None


def test_what_happened_to_a_run_is_kept_in_order(database: Database) -> None:
    note(database, NIGHTLY, NOON)
    first = claimed(database, NOON)
    with database.write() as writer:
        runs.fail(writer, first, "line 1\n\x1b]0;x\x07\tline 2", NOON, remarks=["saw 3"])
    second = claimed(database, NOON + minutes(1), "b")
    with database.write() as writer:
        runs.interrupt(writer, second, NOON + minutes(2))
        runs.retry(writer, NOON + minutes(3))
    third = claimed(database, NOON + minutes(3), "c")
    with database.write() as writer:
        runs.finish(writer, third, {}, NOON + minutes(4), ["wrote 5"])
    with database.read() as reader:
        (run,) = recent(reader, "nightly")
        words = [event.words for event in events(reader, run)]
    assert words == [
        "attempt 1 begun by a",
        "saw 3",
        "failed: line 1⏎<U+001B>]0;x<U+0007> line 2",
        "attempt 2 begun by b",
        "interrupted",
        "made due again by hand",
        "attempt 3 begun by c",
        "wrote 5",
        "done",
    ]
