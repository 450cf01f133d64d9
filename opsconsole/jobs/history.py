"""What ran, what is next and what is late: the answers that console and command line share.

That a job is late is found by whoever looks, from its schedule and its rows, so that a scheduler
which is not running at all is seen too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import N_, _, ngettext
from opsconsole.jobs import schedule as slots
from opsconsole.jobs.runs import STALE
from opsconsole.settings import JobSchedule
from opsconsole.store.clock import instant, instant_text
from opsconsole.store.database import Reader, Value
from opsconsole.text import safe
from opsconsole.words import counter

_COLUMNS = (
    "job",
    "slot",
    "slot_end",
    "kind",
    "state",
    "attempt",
    "failures",
    "owner",
    "heartbeat_at",
    "started_at",
    "finished_at",
    "due_at",
    "counts",
    "error",
)
_LIST = ", ".join(_COLUMNS)


@dataclass(frozen=True, slots=True)
class Run:
    """A row of ``job_run``; instants are UTC text as the store keeps them."""

    job: str
    slot: str
    slot_end: str
    kind: str
    state: str
    attempt: int
    failures: int
    owner: str | None
    heartbeat_at: str | None
    started_at: str | None
    finished_at: str | None
    due_at: str | None
    counts: dict[str, Any]
    error: str | None

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took, None while it has not ended."""
        if not self.started_at or not self.finished_at:
            return None
        return (instant(self.finished_at) - instant(self.started_at)).total_seconds()

    def silent(self, now: dt.datetime) -> bool:
        """Whether it is said to be running while its process gives no sign of life."""
        return self.state == "running" and (self.heartbeat_at or "") < instant_text(now - STALE)

    @property
    def remark(self) -> str:
        """What there is to say about the run, in words; safe to show."""
        if self.state == "skipped":
            count = int(self.counts.get("slots", 1))
            if self.counts.get("reason") == "paused":
                text = ngettext("{n} slot left out: paused", "{n} slots left out: paused", count)
            else:
                text = ngettext("{n} slot missed, too old to run", "{n} slots missed, too old to run", count)
            return text.format(n=count)
        if self.error:
            return safe(self.error)
        return safe(", ".join(_figures(self.counts)))

    @property
    def data(self) -> dict[str, Any]:
        """The run for JSON."""
        return {
            "job": self.job,
            "slot": self.slot,
            "slot_end": self.slot_end,
            "kind": self.kind,
            "state": self.state,
            "attempt": self.attempt,
            "owner": self.owner,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "due_at": self.due_at,
            "counts": self.counts,
            "error": self.error,
        }


def _figures(counts: dict[str, Any]) -> list[str]:
    """The plain figures in *counts*; lists and mappings in it are for JSON."""
    return [
        counter(name, value)
        for name, value in counts.items()
        if isinstance(value, int | float | str) and not isinstance(value, bool)
    ]


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How one scheduled job stands at an instant.

    ``late`` says that nothing ran well for the newest slot which came at least the grace ago;
    ``last_ok`` is the newest run that ended well and ``last`` the newest that was begun at all.
    """

    job: str
    paused: bool
    last_ok: Run | None
    last: Run | None
    next_due: dt.datetime
    late: bool
    waiting: int

    @property
    def failed(self) -> bool:
        """Whether the newest run that was begun failed."""
        return self.last is not None and self.last.state == "failed"

    @property
    def data(self) -> dict[str, Any]:
        """The status for JSON."""
        return {
            "job": self.job,
            "paused": self.paused,
            "late": self.late,
            "failed": self.failed,
            "next_due": instant_text(self.next_due),
            "waiting": self.waiting,
            "last_ok": self.last_ok.data if self.last_ok else None,
            "last": self.last.data if self.last else None,
        }


def recent(reader: Reader, job: str | None = None, state: str | None = None, limit: int = 50) -> list[Run]:
    """The newest *limit* runs by slot, newest first; of one *job* and in one *state* where given."""
    conditions, parameters = ["province = :province"], dict[str, Value](limit=limit)
    if job is not None:
        conditions.append("job = :job")
        parameters["job"] = job
    if state is not None:
        conditions.append("state = :state")
        parameters["state"] = state
    found = reader.rows(
        f"SELECT {_LIST} FROM job_run WHERE {' AND '.join(conditions)}"  # noqa: S608
        " ORDER BY slot DESC, job LIMIT :limit",
        parameters,
    )
    return [_run(row) for row in found]


def find_run(
    reader: Reader, job: str, begin: dt.datetime | None = None, end: dt.datetime | None = None
) -> Run | None:
    """The newest run of *job*; with *begin* and *end* the newest whose slot begins between them
    (half-open)."""
    row = reader.row(
        f"SELECT {_LIST} FROM job_run WHERE province = :province AND job = :job"  # noqa: S608
        " AND slot >= :begin AND slot < :end ORDER BY slot DESC LIMIT 1",
        {"job": job, "begin": instant_text(begin) if begin else "", "end": instant_text(end) if end else "~"},
    )
    return _run(row) if row else None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a run: ``what`` is begun (text: attempt and owner), remark, ok,
    failed (text: why), interrupted or retry. ``at`` is an instant as the store writes it."""

    at: str
    what: str
    text: str

    @property
    def words(self) -> str:
        """What happened, in words; safe to show."""
        if self.what == "begun":
            attempt, _blank, owner = self.text.partition(" ")
            return _("attempt {n} begun by {owner}").format(n=safe(attempt), owner=safe(owner))
        if self.what == "remark":
            return safe(self.text)
        if self.what == "failed":
            return _("failed: {reason}").format(reason=safe(self.text))
        words = {"ok": N_("done"), "interrupted": N_("interrupted"), "retry": N_("made due again by hand")}
        return _(words[self.what]) if self.what in words else safe(f"{self.what} {self.text}")

    @property
    def data(self) -> dict[str, str]:
        """The event for JSON."""
        return {"at": self.at, "what": self.what, "text": self.text}


def events(reader: Reader, run: Run) -> list[Event]:
    """All that happened to *run*, oldest first."""
    log = reader.value(
        "SELECT log FROM job_run WHERE province = :province AND job = :job AND slot = :slot",
        {"job": run.job, "slot": run.slot},
    )
    # The last line may have been cut off where the log grew too long.
    lines = [line.split("\t", 2) for line in (log or "").split("\n")]
    return [Event(*line) for line in lines if len(line) == 3]


def status(
    reader: Reader, schedules: Iterable[JobSchedule], now: dt.datetime, timezone: ZoneInfo
) -> list[JobStatus]:
    """How each of *schedules* stands at *now*, in their order."""
    waiting = Counter(
        job
        for (job,) in reader.rows(
            "SELECT job FROM job_run WHERE province = :province"
            " AND state IN ('due', 'interrupted', 'failed') AND due_at <= :now",
            {"now": instant_text(now)},
        )
    )
    return [_status(reader, schedule, now, timezone, waiting[schedule.name]) for schedule in schedules]


def _status(
    reader: Reader, schedule: JobSchedule, now: dt.datetime, timezone: ZoneInfo, waiting: int
) -> JobStatus:
    # Slots of the future are a clock's error and count for nothing.
    last_ok = _newest(reader, schedule.name, "state = 'ok'", now)
    last = _newest(reader, schedule.name, "attempt > 0", now)
    grace = dt.timedelta(minutes=schedule.grace_minutes, seconds=schedule.jitter_seconds)
    expected = slots.latest_slot(schedule, now - grace, timezone)
    done = last_ok is not None and instant(last_ok.slot) >= expected.start
    working = last is not None and last.state == "running" and not last.silent(now)
    return JobStatus(
        job=schedule.name,
        paused=schedule.paused,
        last_ok=last_ok,
        last=last,
        next_due=slots.next_due(schedule, now, timezone),
        late=not (schedule.paused or done or working),
        waiting=waiting,
    )


def standing(status: JobStatus) -> str:
    """How the job stands, in words: what the console's header and ``jobs status`` show."""
    if status.paused:
        return _("paused")
    if status.last is None:
        return _("has never run") if status.late else _("on time")
    if status.failed:
        return _("failed")
    if not status.late:
        return _("running") if status.last.state == "running" else _("on time")
    if status.last_ok is None:
        return _("never ended well")
    return _("no run since")


def _newest(reader: Reader, job: str, condition: str, now: dt.datetime) -> Run | None:
    row = reader.row(
        f"SELECT {_LIST} FROM job_run WHERE province = :province AND job = :job"  # noqa: S608
        f" AND slot <= :now AND {condition} ORDER BY slot DESC LIMIT 1",
        {"job": job, "now": instant_text(now)},
    )
    return _run(row) if row else None


def _run(row: tuple[Any, ...]) -> Run:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Run(**{**values, "counts": json.loads(values["counts"])})
