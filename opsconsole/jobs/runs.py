"""The truth about runs: rows of ``job_run``, who may write them, and when they may run again.

A run is keyed (job, slot), so that it exists once however many schedulers note it. Whoever runs it
holds a claim, (owner, attempt); every later statement about the run is fenced by it. A process
that was frozen, or given up for dead because it did not send a heartbeat, finds its claim gone
and its transaction rolled back. All functions work inside the caller's transaction, and take the
instant from the caller. ``due`` makes the rows, ``byhand`` what a person asks for by slot; no other
place changes a run's state.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.store.clock import instant, instant_text
from opsconsole.store.database import Reader, Value, Writer
from opsconsole.text import safe

HEARTBEAT = dt.timedelta(seconds=5)
STALE = dt.timedelta(seconds=30)
"""A run whose owner gave no heartbeat for so long is taken over."""

BACKOFF = (dt.timedelta(minutes=1), dt.timedelta(minutes=10))
"""Where no schedule says otherwise: after the first and the second failure; after the third a run
stays failed."""

MOST_TAKEOVERS = 10
"""A run under which so many processes died has itself to blame, and stays failed."""

CLOCK_TOLERANCE = dt.timedelta(hours=1)
"""What is recorded for a time further ahead than this was written by a clock that was wrong."""

MOST_LOG = 100_000
"""Characters of what is told of one run; it is retried by hand no end, and told of no longer."""

STATES = ("due", "running", "ok", "failed", "interrupted", "skipped")


class LostClaim(Refused):
    """The run now belongs to another process; what was done for it must not be committed."""


class Busy(Refused):
    """Another run of the job is going on, and runs of a job never overlap."""


After: TypeAlias = "Mapping[str, Collection[str]]"
"""The jobs that a job is to run after, by its name."""

LOGGED = f"log = substr(COALESCE(log, '') || :told, 1, {MOST_LOG})"


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


# --- claims ----------------------------------------------------------------------------------------


def claim(
    writer: Writer, now: dt.datetime, owner: str, jobs: Collection[str], after: After | None = None
) -> Claim | None:
    """The right to the oldest run of *jobs* that may run at *now*, or None.

    That is one which is due (also again, after a failure or an interruption), or running without
    a heartbeat. Runs of one job never overlap, and one waits for the open runs of the jobs in
    *after* for its slot or older ones. *owner* must be unique to the process.
    """
    while row := _claimable(writer, now, jobs, after):
        job, slot, slot_end, kind, state, attempt, failures = row
        if state == "running" and attempt >= MOST_TAKEOVERS:
            deaths = _deaths(writer, job, slot, attempt)
            if deaths >= MOST_TAKEOVERS:
                _give_up(writer, now, job, slot, deaths)
                continue
        return take(writer, now, owner, Claim(job, slot, slot_end, kind, attempt + 1, failures, owner))
    return None


def take(writer: Writer, now: dt.datetime, owner: str, claim: Claim) -> Claim:
    """Make the row of *claim*, which the caller found to be free, a running one of *owner*'s."""
    at = instant_text(now)
    writer.execute(
        "UPDATE job_run SET state = 'running', attempt = :attempt, owner = :owner,"  # noqa: S608
        " heartbeat_at = :at, started_at = :at, finished_at = NULL, due_at = NULL, error = NULL,"
        f" {LOGGED} WHERE province = :province AND job = :job AND slot = :slot",
        {
            "job": claim.job,
            "slot": claim.slot,
            "attempt": claim.attempt,
            "owner": owner,
            "at": at,
            "told": told(now, "begun", f"{claim.attempt} {owner}"),
        },
    )
    return claim


def claimable(reader: Reader, now: dt.datetime, jobs: Collection[str], after: After | None = None) -> bool:
    """Whether ``claim`` would find something: what a tick asks before it takes the write lock."""
    return _claimable(reader, now, jobs, after) is not None


def _claimable(
    reader: Reader, now: dt.datetime, jobs: Collection[str], after: After | None
) -> tuple[Any, ...] | None:
    at, stale, ahead = map(instant_text, (now, now - STALE, now + CLOCK_TOLERANCE))
    # What is open is a handful of rows, found by state; the condition on jobs and overlaps would
    # make SQLite go through every run that these jobs ever had, once a second.
    rows = reader.rows(
        "SELECT job, slot, slot_end, kind, state, attempt, failures, heartbeat_at, due_at FROM job_run"
        " WHERE province = :province AND state IN ('due', 'interrupted', 'failed') AND due_at IS NOT NULL"
        " UNION ALL"
        " SELECT job, slot, slot_end, kind, state, attempt, failures, heartbeat_at, due_at FROM job_run"
        " WHERE province = :province AND state = 'running'"
    )
    busy = {row[0] for row in rows if row[4] == "running" and stale <= row[7] <= ahead}
    oldest: dict[str, str] = {}
    for row in rows if after else ():
        oldest[row[0]] = min(row[1], oldest.get(row[0], row[1]))

    def waits(job: str, slot: str) -> bool:
        # What no scheduler runs (a paused job) is waited for in vain.
        others = (after or {}).get(job, ())
        return any(other in jobs and oldest.get(other, "~") <= slot for other in others)

    free = (
        row[:7]
        for row in rows
        if row[0] in jobs
        and row[0] not in busy
        and (row[4] == "running" or row[8] <= at)
        and not waits(row[0], row[1])
    )
    return min(free, key=lambda row: (row[1], row[0]), default=None)


def ask(writer: Writer, job: str, now: dt.datetime, owner: str) -> Claim:
    """A run of *job* for this very instant, claimed at once: what a person asked for.

    Raises Busy while another run of the job is going on.
    """
    refuse_overlap(writer, job, now)
    # A whole second is a slot of the schedule: an asked run never takes its key.
    at = instant_text(now if now.microsecond else now + dt.timedelta(microseconds=1))
    asked = Claim(job, at, at, "asked", 1, 0, owner)
    writer.execute(
        "INSERT INTO job_run (province, job, slot, slot_end, kind, state, attempt, failures, owner,"
        " heartbeat_at, started_at, counts, log) VALUES (:province, :job, :at, :at, 'asked', 'running',"
        " 1, 0, :owner, :at, :at, '{}', :told)",
        {"job": job, "at": at, "owner": owner, "told": told(now, "begun", f"1 {owner}")},
    )
    return asked


def refuse_overlap(reader: Reader, job: str, now: dt.datetime) -> None:
    """Raises Busy while a run of *job* is going on."""
    running = reader.row(
        "SELECT started_at FROM job_run WHERE province = :province AND job = :job"
        " AND state = 'running' AND heartbeat_at BETWEEN :stale AND :ahead",
        {
            "job": job,
            "stale": instant_text(now - STALE),
            "ahead": instant_text(now + CLOCK_TOLERANCE),
        },
    )
    if running:
        raise Busy(
            _("{job} is running, since {started}; wait until it is done").format(
                job=safe(job), started=running[0]
            )
        )


# --- statements under a claim ----------------------------------------------------------------------


def heartbeat(writer: Writer, claim: Claim, now: dt.datetime) -> None:
    """Say that the run goes on. Raises LostClaim where it is somebody else's by now."""
    _fenced(writer, claim, "heartbeat_at = :at", {"at": instant_text(now)})


def finish(
    writer: Writer, claim: Claim, counts: Mapping[str, Any], now: dt.datetime, remarks: Sequence[str] = ()
) -> None:
    """Say that the run is done, in the transaction that holds its effect; *counts* is what it did,
    *remarks* what else there is to tell of it.

    Raises LostClaim where the run is not this claim's any more: the caller lets it through, so
    that the effect is rolled back.
    """
    _fenced(
        writer,
        claim,
        "state = 'ok', due_at = NULL, error = NULL, counts = :counts, finished_at = :at, heartbeat_at = :at",
        {"counts": as_json(counts), "at": instant_text(now)},
        "".join(told(now, "remark", each) for each in remarks) + told(now, "ok"),
    )


def fail(
    writer: Writer,
    claim: Claim,
    error: str,
    now: dt.datetime,
    waits: Sequence[dt.timedelta] = BACKOFF,
    remarks: Sequence[str] = (),
) -> dt.datetime | None:
    """Say that the run failed and why. Returns when it is tried again, after each of *waits* once;
    None when it stays failed (a run that a person asked for is not tried again by itself)."""
    again: dt.datetime | None = None
    if claim.kind == "scheduled" and claim.failures < len(waits):
        again = now + waits[claim.failures]
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
        "".join(told(now, "remark", each) for each in remarks) + told(now, "failed", error),
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
        told(now, "interrupted"),
    )


def told(at: dt.datetime, what: str, text: str = "") -> str:
    """A line of a run's log."""
    return f"{instant_text(at)}\t{what}\t{safe(text)[:2000]}\n"


def _fenced(
    writer: Writer, claim: Claim, assignments: str, parameters: Mapping[str, Value], log: str = ""
) -> None:
    if log:
        assignments, parameters = f"{assignments}, {LOGGED}", {**parameters, "told": log}
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


def _deaths(reader: Reader, job: str, slot: str, attempt: int) -> int:
    """How many attempts at a run, the last ones, were begun and never ended. An attempt that failed or was
    interrupted had a process that lived to say so."""
    log = reader.value(
        "SELECT log FROM job_run WHERE province = :province AND job = :job AND slot = :slot",
        {"job": job, "slot": slot},
    )
    if len(log or "") >= MOST_LOG:
        return attempt  # what came last was not kept any more
    deaths = 0
    for line in reversed((log or "").splitlines()):
        what = line.split("\t")[1:2]
        if what == ["begun"]:
            deaths += 1
        elif what != ["remark"]:
            break
    return deaths


def _give_up(writer: Writer, now: dt.datetime, job: str, slot: str, deaths: int) -> None:
    """Not fenced: whoever held the run is dead, or finds its claim gone."""
    error = _("the process that ran it died {n} times").format(n=deaths)
    writer.execute(
        "UPDATE job_run SET state = 'failed', due_at = NULL, finished_at = :at, error = :error,"  # noqa: S608
        f" owner = NULL, {LOGGED} WHERE province = :province AND job = :job AND slot = :slot",
        {
            "job": job,
            "slot": slot,
            "at": instant_text(now),
            "error": error,
            "told": told(now, "failed", error),
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
        f"UPDATE job_run SET state = 'due', due_at = :now, failures = 0, {LOGGED}"  # noqa: S608
        f" WHERE province = :province AND {' AND '.join(conditions)}",
        {"now": instant_text(now), "told": told(now, "retry"), **parameters},
    )


def as_json(counts: Mapping[str, Any]) -> str:
    """*counts* as the store keeps them."""
    return json.dumps(counts, sort_keys=True, separators=(",", ":"))
