"""Jobs: their runs, what they saw of machines and endpoints, and what was told to whom."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql_text
from sqlmodel import SQLModel

from opsconsole.store.tables.columns import optional_real, optional_text, optional_whole, real, text, whole


class JobRun(SQLModel, table=True):
    """A run of a job for a slot of time: the row is claimed, and its effect and 'ok' commit in one
    transaction guarded by owner and attempt (the fence).

    ``kind`` is 'scheduled', or 'asked' where a person started it. ``due_at`` is the instant from
    which it may be claimed, NULL when it is not to run again; ``failures`` counts towards the
    bound on retries, ``attempt`` every claim. ``counts`` is JSON; ``log`` has a line (instant, what,
    text, with tabs between) for everything that happened to the run."""

    __tablename__ = "job_run"
    __table_args__ = (
        Index("job_run_due", "province", "state", "due_at"),
        Index("job_run_slot", "province", "slot"),
        CheckConstraint(
            "state IN ('due','running','ok','failed','interrupted','skipped')", name="job_run_state"
        ),
        CheckConstraint("kind IN ('scheduled','asked')", name="job_run_kind"),
    )
    province: str = text(key=True)
    job: str = text(key=True)
    slot: str = text(key=True)
    slot_end: str = text()
    kind: str = text()
    state: str = text()
    due_at: str | None = optional_text()
    attempt: int = whole()
    failures: int = whole()
    owner: str | None = optional_text()
    heartbeat_at: str | None = optional_text()
    started_at: str | None = optional_text()
    finished_at: str | None = optional_text()
    counts: str = text()
    error: str | None = optional_text()
    log: str | None = optional_text()


class HostMetric(SQLModel, table=True):
    """How one machine was at one instant; percentages 0 to 100, sizes in bytes.

    ``network_sent`` and ``network_received`` are the bytes since the row before, NULL in the first;
    the counters are the machine's own, since it was started."""

    __tablename__ = "host_metric"
    province: str = text(key=True)
    host: str = text(key=True)
    at: str = text(key=True)
    cpu_percent: float = real()
    load_1m: float = real()
    memory_percent: float = real()
    memory_total: int = whole()
    disk_percent: float = real()
    disk_free: int = whole()
    network_sent: int | None = optional_whole()
    network_received: int | None = optional_whole()
    sent_counter: int | None = optional_whole()
    received_counter: int | None = optional_whole()


class HostMetricSpan(SQLModel, table=True):
    """The rows of ``host_metric`` of an hour or of a local day, once they were thinned out: means,
    extremes, and the bytes that went over the network. ``at`` is the instant at which it begins."""

    __tablename__ = "host_metric_span"
    __table_args__ = (CheckConstraint("span IN ('hour','day')", name="host_metric_span_length"),)
    province: str = text(key=True)
    host: str = text(key=True)
    span: str = text(key=True)
    at: str = text(key=True)
    samples: int = whole()
    cpu_mean: float = real()
    cpu_most: float = real()
    load_mean: float = real()
    load_most: float = real()
    memory_mean: float = real()
    memory_most: float = real()
    disk_most: float = real()
    disk_free_least: int = whole()
    network_sent: int = whole()
    network_received: int = whole()


class ProbeResult(SQLModel, table=True):
    """One attempt to connect to a declared endpoint: ``milliseconds`` until it answered, or why it
    did not."""

    __tablename__ = "probe_result"
    __table_args__ = (
        Index("probe_result_at", "province", "at"),
        CheckConstraint(
            "state IN ('open','refused','timeout','unreachable','unresolved')", name="probe_result_state"
        ),
    )
    province: str = text(key=True)
    name: str = text(key=True)
    at: str = text(key=True)
    endpoint: str = text()
    state: str = text()
    milliseconds: float | None = optional_real()
    error: str | None = optional_text()


class Alert(SQLModel, table=True):
    """Something that people are told of, from when it was found until it was over (``closed_at``).
    Of one event about one subject no two are open at once. ``detail`` is for people."""

    __table_args__ = (
        Index(
            "alert_open",
            "province",
            "event",
            "subject",
            unique=True,
            sqlite_where=sql_text("closed_at IS NULL"),
            postgresql_where=sql_text("closed_at IS NULL"),
        ),
        Index("alert_opened", "province", "opened_at"),
    )
    province: str = text(key=True)
    id: int = whole(key=True)
    event: str = text()
    subject: str = text()
    detail: str = text()
    opened_at: str = text()
    closed_at: str | None = optional_text()


class AlertMessage(SQLModel, table=True):
    """That an alert was raised, or is over, as it is to be told on one channel: put down in the
    transaction of the event, sent by the job ``alerts``. Rows with one ``batch`` are one message, which
    is named by it each time it is tried; '' is not bundled yet."""

    __tablename__ = "alert_message"
    __table_args__ = (
        Index("alert_message_due", "province", "state", "due_at"),
        CheckConstraint("what IN ('raised','over')", name="alert_message_what"),
        CheckConstraint("state IN ('queued','sent','failed')", name="alert_message_state"),
    )
    province: str = text(key=True)
    alert: int = whole(key=True)
    what: str = text(key=True)
    channel: str = text(key=True)
    state: str = text()
    batch: str = text()
    queued_at: str = text()
    due_at: str = text()
    attempts: int = whole()
    sent_at: str | None = optional_text()
    error: str | None = optional_text()
