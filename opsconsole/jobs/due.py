"""What is due: the slots of a schedule become rows of ``job_run``, once however many put them down."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.jobs import schedule as slots
from opsconsole.jobs.runs import CLOCK_TOLERANCE, as_json
from opsconsole.settings import JobSchedule
from opsconsole.store.clock import instant, instant_text
from opsconsole.store.database import Writer

MOST_KEPT = 1000
"""However large ``catch_up`` is, no more slots than this are put down at once."""


@dataclass(frozen=True, slots=True)
class Noted:
    """How many slots were put down as due, and how many were left out."""

    due: int = 0
    skipped: int = 0


def note_due(
    writer: Writer,
    schedule: JobSchedule,
    now: dt.datetime,
    timezone: ZoneInfo,
    keep: int | None = None,
    *,
    at_once: bool = False,
) -> Noted:
    """Put down the slots of *schedule* from the last known one to *now*.

    The newest ``schedule.catch_up`` (at most *keep*) become due; older ones become one row
    'skipped' with their number, as do all while the schedule is paused. A job never known before
    starts with the slot that *now* lies in. What is known already is left as it is. *at_once*
    leaves the jitter out.
    """
    _mend_future(writer, schedule, now)
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
    if not schedule.catch_up and now - current.start <= dt.timedelta(minutes=schedule.grace_minutes):
        bound = 1  # nothing is made up for, but this one is in time
    missed = slots.missed(schedule, after, now, timezone, 0 if schedule.paused else bound)
    if missed.skipped:
        reason = "paused" if schedule.paused else "catch_up"
        counts = {"slots": missed.skipped_count, "reason": reason}
        insert(writer, schedule.name, missed.skipped, "skipped", None, counts)
    for each in missed.kept:
        begin = each.start if at_once else each.start + jitter(writer.province, schedule, each.start)
        insert(writer, schedule.name, each, "due", instant_text(begin), {})
    return Noted(len(missed.kept), missed.skipped_count)


def jitter(province: str, schedule: JobSchedule, slot: dt.datetime) -> dt.timedelta:
    """How long after *slot* its run may begin, up to ``jitter_seconds``: the same whoever asks, and
    another in each province, so that many of them do not call on one server in one second."""
    if not schedule.jitter_seconds:
        return dt.timedelta()
    of = f"{province}\x1f{schedule.name}\x1f{instant_text(slot)}".encode()
    drawn = int.from_bytes(hashlib.blake2b(of, digest_size=8).digest())
    return dt.timedelta(milliseconds=drawn % (1000 * schedule.jitter_seconds + 1))


def insert(
    writer: Writer,
    job: str,
    slot: slots.Slot,
    state: str,
    due_at: str | None,
    counts: Mapping[str, Any],
) -> None:
    """Put down one row of *job*, unless its slot is known."""
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
            "counts": as_json(counts),
        },
    )


def _mend_future(writer: Writer, schedule: JobSchedule, now: dt.datetime) -> None:
    """A run for a slot that has not come yet was made by a clock that was ahead: when its time
    comes it is due like any other. And one of a slot that has come, which is to be tried again later than
    it ever waits, was put off by such a clock: it is due now."""
    longest = max(schedule.waits, default=dt.timedelta()) + dt.timedelta(seconds=schedule.jitter_seconds)
    writer.execute(
        "UPDATE job_run SET due_at = :now WHERE province = :province AND job = :job AND kind = 'scheduled'"
        " AND slot <= :now AND due_at > :put_off",
        {
            "job": schedule.name,
            "now": instant_text(now),
            "put_off": instant_text(now + longest + CLOCK_TOLERANCE),
        },
    )
    writer.execute(
        "UPDATE job_run SET state = 'due', due_at = slot, failures = 0, owner = NULL,"
        " heartbeat_at = NULL WHERE province = :province AND job = :job AND kind = 'scheduled'"
        " AND slot > :ahead AND state NOT IN ('due', 'running')",
        {"job": schedule.name, "ahead": instant_text(now + CLOCK_TOLERANCE)},
    )
