"""The truth about runs: rows of ``job_run``, who may write them, and when they may run again.

A run is keyed (job, slot), so that it exists once however many schedulers note it. Whoever runs it
holds a claim, (owner, attempt); every later statement about the run is fenced by it. A process
that was frozen, or given up for dead because it did not send a heartbeat, finds its claim gone
and its transaction rolled back. All functions work inside the caller's transaction, and take the
instant from the caller. The only place that changes a run's state.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs import schedule as slots
from opsconsole.settings import JobSchedule
from opsconsole.store.clock import instant, instant_text
from opsconsole.store.database import Reader, Value, Writer
from opsconsole.text import safe

HEARTBEAT = dt.timedelta(seconds=5)
STALE = dt.timedelta(seconds=30)
"""A run whose owner gave no heartbeat for so long is taken over."""

BACKOFF = (dt.timedelta(minutes=1), dt.timedelta(minutes=10))
"""After the first and the second failure; after the third a run stays failed."""

MOST_TAKEOVERS = 10
"""A run under which so many processes died has itself to blame, and stays failed."""

MOST_KEPT = 1000
"""However large ``catch_up`` is, no more slots than this are put down at once."""

CLOCK_TOLERANCE = dt.timedelta(hours=1)
"""What is recorded for a time further ahead than this was written by a clock that was wrong."""

STATES = ("due", "running", "ok", "failed", "interrupted", "skipped")


class LostClaim(Refused):
    """The run now belongs to another process; what was done for it must not be committed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one run, until a heartbeat is missed. ``slot`` and ``slot_end`` are instants
    as the store writes them."""

    job: str
    slot: str
    slot_end: str
    kind: str
    attempt: int
    failures: int
    owner: str

    @property
    def at(self) -> dt.datetime:
        """The instant at which the slot begins: what the work is a function of."""
        return instant(self.slot)


@dataclass(frozen=True, slots=True)
class Noted:
    """How many slots were put down as due, and how many were left out."""

    due: int = 0
    skipped: int = 0


# --- what is due ---------------------------------------------------------------------------------


def note_due(
    writer: Writer, schedule: JobSchedule, now: dt.datetime, timezone: ZoneInfo, keep: int | None = None
) -> Noted:
    """Put down the slots of *schedule* from the last known one to *now*.

    The newest ``schedule.catch_up`` (at most *keep*) become due; older ones become one row
    'skipped' with their number, as do all while the schedule is paused. A job never known before
    starts with the slot that *now* lies in. What is known already is left as it is.
    """
    _mend_future(writer, schedule.name, now)
    current = slots.latest_slot(schedule, now, timezone)
    after = current.start - dt.timedelta(microseconds=1)
    known = writer.row(
        "SELECT slot, slot_end, state, counts FROM job_run WHERE province = :province AND job = :job"
        " AND kind = 'scheduled' AND slot <= :now ORDER BY slot DESC LIMIT 1",
        {"job": schedule.name, "now": instant_text(now)},
    )
    if known:
        slot, slot_end, state, counts = known
        after = instant(slot)
        if state == "skipped" and instant(slot_end) <= current.end:
            after = instant(slot_end) - dt.timedelta(microseconds=1)
        elif state == "skipped" and json.loads(counts).get("reason") == "catch_up":
            # It ends in times to come: a clock that was ahead wrote it, and nothing was missed.
            writer.execute(
                "DELETE FROM job_run WHERE province = :province AND job = :job AND slot = :slot",
                {"job": schedule.name, "slot": slot},
            )
            after -= dt.timedelta(microseconds=1)
    bound = min(schedule.catch_up, MOST_KEPT) if keep is None else min(schedule.catch_up, keep)
    missed = slots.missed(schedule, after, now, timezone, 0 if schedule.paused else bound)
    if missed.skipped:
        reason = "paused" if schedule.paused else "catch_up"
        counts = {"slots": missed.skipped_count, "reason": reason}
        _insert(writer, schedule.name, missed.skipped, "skipped", None, counts)
    for each in missed.kept:
        _insert(writer, schedule.name, each, "due", instant_text(each.start), {})
    return Noted(len(missed.kept), missed.skipped_count)


def _insert(
    writer: Writer,
    job: str,
    slot: slots.Slot,
    state: str,
    due_at: str | None,
    counts: Mapping[str, Any],
) -> None:
    writer.execute(
        "INSERT INTO job_run (province, job, slot, slot_end, kind, state, due_at, attempt, failures,"
        " counts) VALUES (:province, :job, :slot, :slot_end, 'scheduled', :state, :due_at, 0, 0,"
        " :counts) ON CONFLICT (province, job, slot) DO NOTHING",
        {
            "job": job,
            "slot": instant_text(slot.start),
            "slot_end": instant_text(slot.end),
            "state": state,
            "due_at": due_at,
            "counts": _json(counts),
        },
    )


def _mend_future(writer: Writer, job: str, now: dt.datetime) -> None:
    """A run for a slot that has not come yet was made by a clock that was ahead: when its time
    comes it is due like any other."""
    writer.execute(
        "UPDATE job_run SET state = 'due', due_at = slot, failures = 0, owner = NULL,"
        " heartbeat_at = NULL WHERE province = :province AND job = :job AND kind = 'scheduled'"
        " AND slot > :ahead AND state NOT IN ('due', 'running')",
        {"job": job, "ahead": instant_text(now + CLOCK_TOLERANCE)},
    )


# --- claims ----------------------------------------------------------------------------------------


def claim(writer: Writer, now: dt.datetime, owner: str, jobs: Collection[str]) -> Claim | None:
    """The right to the oldest run of *jobs* that may run at *now*, or None.

    That is one which is due (also again, after a failure or an interruption), or running without
    a heartbeat. Runs of one job never overlap. *owner* must be unique to the process.
    """
    while row := _claimable(writer, now, jobs):
        job, slot, slot_end, kind, state, attempt, failures = row
        if state == "running" and attempt >= MOST_TAKEOVERS:
            _give_up(writer, now, job, slot, attempt)
            continue
        at = instant_text(now)
        writer.execute(
            "UPDATE job_run SET state = 'running', attempt = :attempt, owner = :owner,"
            " heartbeat_at = :at, started_at = :at, finished_at = NULL, due_at = NULL, error = NULL"
            " WHERE province = :province AND job = :job AND slot = :slot",
            {"job": job, "slot": slot, "attempt": attempt + 1, "owner": owner, "at": at},
        )
        return Claim(job, slot, slot_end, kind, attempt + 1, failures, owner)
    return None


def claimable(reader: Reader, now: dt.datetime, jobs: Collection[str]) -> bool:
    """Whether ``claim`` would find something: what a tick asks before it takes the write lock."""
    return _claimable(reader, now, jobs) is not None


def _claimable(reader: Reader, now: dt.datetime, jobs: Collection[str]) -> tuple[Any, ...] | None:
    stale, ahead = instant_text(now - STALE), instant_text(now + CLOCK_TOLERANCE)
    # What is open is a handful of rows, found by state; the condition on jobs and overlaps would
    # make SQLite go through every run that these jobs ever had, once a second.
    rows = reader.rows(
        "SELECT job, slot, slot_end, kind, state, attempt, failures, heartbeat_at FROM job_run"
        " WHERE province = :province AND state IN ('due', 'interrupted', 'failed') AND due_at <= :now"
        " UNION ALL"
        " SELECT job, slot, slot_end, kind, state, attempt, failures, heartbeat_at FROM job_run"
        " WHERE province = :province AND state = 'running'",
        {"now": instant_text(now)},
    )
    busy = {row[0] for row in rows if row[4] == "running" and stale <= row[7] <= ahead}
    free = (row[:7] for row in rows if row[0] in jobs and row[0] not in busy)
    return min(free, key=lambda row: (row[1], row[0]), default=None)


def ask(writer: Writer, job: str, now: dt.datetime, owner: str) -> Claim:
    """A run of *job* for this very instant, claimed at once: what a person asked for.

    Raises Refused while another run of the job is going on.
    """
    running = writer.row(
        "SELECT started_at FROM job_run WHERE province = :province AND job = :job"
        " AND state = 'running' AND heartbeat_at BETWEEN :stale AND :ahead",
        {
            "job": job,
            "stale": instant_text(now - STALE),
            "ahead": instant_text(now + CLOCK_TOLERANCE),
        },
    )
    if running:
        raise Refused(
            _("{job} is running, since {started}; wait until it is done").format(
                job=safe(job), started=running[0]
            )
        )
    # A whole second is a slot of the schedule: an asked run never takes its key.
    at = instant_text(now if now.microsecond else now + dt.timedelta(microseconds=1))
    asked = Claim(job, at, at, "asked", 1, 0, owner)
    writer.execute(
        "INSERT INTO job_run (province, job, slot, slot_end, kind, state, attempt, failures, owner,"
        " heartbeat_at, started_at, counts) VALUES (:province, :job, :at, :at, 'asked', 'running',"
        " 1, 0, :owner, :at, :at, '{}')",
        {"job": job, "at": at, "owner": owner},
    )
    return asked


# --- statements under a claim ----------------------------------------------------------------------


def heartbeat(writer: Writer, claim: Claim, now: dt.datetime) -> None:
    """Say that the run goes on. Raises LostClaim where it is somebody else's by now."""
    _fenced(writer, claim, "heartbeat_at = :at", {"at": instant_text(now)})


def finish(writer: Writer, claim: Claim, counts: Mapping[str, Any], now: dt.datetime) -> None:
    """Say that the run is done, in the transaction that holds its effect; *counts* is what it did.

    Raises LostClaim where the run is not this claim's any more: the caller lets it through, so
    that the effect is rolled back.
    """
    _fenced(
        writer,
        claim,
        "state = 'ok', due_at = NULL, error = NULL, counts = :counts, finished_at = :at, heartbeat_at = :at",
        {"counts": _json(counts), "at": instant_text(now)},
    )


def fail(writer: Writer, claim: Claim, error: str, now: dt.datetime) -> dt.datetime | None:
    """Say that the run failed and why. Returns when it is tried again: twice, after a while; None
    when it stays failed (a run that a person asked for is not tried again by itself)."""
    again: dt.datetime | None = None
    if claim.kind == "scheduled" and claim.failures < len(BACKOFF):
        again = now + BACKOFF[claim.failures]
    _fenced(
        writer,
        claim,
        "state = 'failed', failures = :failures, error = :error, finished_at = :at, due_at = :again",
        {
            "failures": claim.failures + 1,
            "error": safe(error)[:2000],
            "at": instant_text(now),
            "again": instant_text(again) if again else None,
        },
    )
    return again


def interrupt(writer: Writer, claim: Claim, now: dt.datetime) -> None:
    """Say that the run was broken off. It is due again at once, or, asked for by a person, over."""
    at = instant_text(now)
    _fenced(
        writer,
        claim,
        "state = 'interrupted', finished_at = :at, due_at = :again",
        {"at": at, "again": at if claim.kind == "scheduled" else None},
    )


def _fenced(writer: Writer, claim: Claim, assignments: str, parameters: Mapping[str, Value]) -> None:
    touched = writer.execute(
        f"UPDATE job_run SET {assignments} WHERE province = :province AND job = :job"  # noqa: S608
        " AND slot = :slot AND state = 'running' AND owner = :owner AND attempt = :attempt",
        {
            "job": claim.job,
            "slot": claim.slot,
            "owner": claim.owner,
            "attempt": claim.attempt,
            **parameters,
        },
    )
    if touched != 1:
        raise LostClaim(
            _("{job} for {slot} was taken over by another process; nothing of this run is kept").format(
                job=safe(claim.job), slot=claim.slot
            )
        )


def _give_up(writer: Writer, now: dt.datetime, job: str, slot: str, attempt: int) -> None:
    """Not fenced: whoever held the run is dead, or finds its claim gone."""
    writer.execute(
        "UPDATE job_run SET state = 'failed', due_at = NULL, finished_at = :at, error = :error,"
        " owner = NULL WHERE province = :province AND job = :job AND slot = :slot",
        {
            "job": job,
            "slot": slot,
            "at": instant_text(now),
            "error": f"the process that ran it died {attempt} times",
        },
    )


# --- a person decides ------------------------------------------------------------------------------


def retry(writer: Writer, now: dt.datetime, job: str | None = None, slot: str | None = None) -> int:
    """Make failed and interrupted runs due again, of *job* or all; returns how many.

    With *slot* (an instant as the store writes it) just that one, where also a skipped one may be run.
    """
    conditions, parameters = ["state IN ('failed', 'interrupted')"], dict[str, Value]()
    if slot is not None:
        conditions = ["state IN ('failed', 'interrupted', 'skipped')", "slot = :slot"]
        parameters["slot"] = slot
    if job is not None:
        conditions.append("job = :job")
        parameters["job"] = job
    return writer.execute(
        "UPDATE job_run SET state = 'due', due_at = :now, failures = 0"  # noqa: S608
        f" WHERE province = :province AND {' AND '.join(conditions)}",
        {"now": instant_text(now), **parameters},
    )


def _json(counts: Mapping[str, Any]) -> str:
    return json.dumps(counts, sort_keys=True, separators=(",", ":"))
