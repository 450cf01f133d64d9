"""What is kept how long: old rows are purged by the days of ``retention:``, each table counted.

Only what figures and history do not rest on is ever taken away (``settings.jobs.PURGED``). The rows
of a host are thinned out first: those of an hour become one, later those of a local day, so that
years of them stay and take a bounded room.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.store import accesschain, guards
from opsconsole.store.clock import instant, instant_text
from opsconsole.store.database import Row, Writer

if TYPE_CHECKING:
    from opsconsole.jobs.work import Work


def retention(work: Work) -> None:
    """Purge and thin out, all of it in the transaction that says so. How old a row is, is counted
    from the slot, so that a run that comes late takes away no more than one in time."""
    settings, slot = work.settings, work.claim.at
    with work.database.write() as writer:
        work.hold(writer)
        counts: dict[str, int] = {}
        for table, days in sorted(settings.retention.items()):
            before = slot - dt.timedelta(days=days)
            removed = PURGES[table](writer, before, settings.timezone)
            counts[f"{table}_removed"] = removed
            if removed:
                work.remark(
                    _("{table}: {count} rows older than {days} days").format(
                        table=table, count=removed, days=days
                    )
                )
            work.check()
        work.finish(writer, counts)


# --- purges: each takes what is older than an instant, and returns how many rows that were -----------


def _runs(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    # The newest run of a job says from where its slots go on, the newest that ended well whether it
    # is late; what is open is still to be run.
    return writer.execute(
        "DELETE FROM job_run WHERE province = :province AND slot < :before AND due_at IS NULL"
        " AND state <> 'running' AND EXISTS (SELECT 1 FROM job_run n WHERE n.province = job_run.province"
        " AND n.job = job_run.job AND n.kind = 'scheduled' AND n.slot > job_run.slot)"
        " AND (state <> 'ok' OR EXISTS (SELECT 1 FROM job_run n WHERE n.province = job_run.province"
        " AND n.job = job_run.job AND n.state = 'ok' AND n.slot > job_run.slot))",
        {"before": instant_text(before)},
    )


def _probes(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    return writer.execute(
        "DELETE FROM probe_result WHERE province = :province AND at < :before",
        {"before": instant_text(before)},
    )


def _alerts(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    # One that stands stays whatever its age, and so does one of which something is still to be told; and the
    # newest, whose number the next one goes on from: a receiver takes a message named by a number that was
    # used for a repetition.
    parameters = {"before": instant_text(before)}
    removed = writer.execute(
        "DELETE FROM alert_message WHERE province = :province AND alert IN (SELECT id FROM alert a"
        " WHERE a.province = :province AND a.closed_at < :before"
        " AND NOT EXISTS (SELECT 1 FROM alert_message m WHERE m.province = a.province AND m.alert = a.id"
        " AND m.state = 'queued'))",
        parameters,
    )
    return removed + writer.execute(
        "DELETE FROM alert WHERE province = :province AND closed_at < :before"
        " AND id < (SELECT max(id) FROM alert n WHERE n.province = alert.province) AND NOT EXISTS"
        " (SELECT 1 FROM alert_message m WHERE m.province = alert.province AND m.alert = alert.id)",
        parameters,
    )


def _unmatched(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    return writer.execute(
        "DELETE FROM unmatched WHERE province = :province AND last_day < :before",
        {"before": before.astimezone(zone).date().isoformat()},
    )


def _gaps(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    return writer.execute(
        "DELETE FROM evidence_gap WHERE province = :province AND noted_at < :before",
        {"before": instant_text(before)},
    )


def _preflights(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    return writer.execute(
        "DELETE FROM preflight_result WHERE province = :province AND run < :before",
        {"before": instant_text(before)},
    )


def _marks(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    # A session is purged as a whole, when its last mark is old. What the marks said of presence stays as
    # stays, so that no figure changes.
    old = (
        "SELECT session FROM conference_mark WHERE province = :province"
        " GROUP BY session HAVING max(at) < :before"
    )
    parameters = {"before": instant_text(before)}
    if not writer.row(f"{old} LIMIT 1", parameters):
        return 0
    tables = ("conference_mark",)
    for statement in guards.remove(writer.postgres, tables):
        writer.execute(statement)
    removed = writer.execute(
        f"DELETE FROM conference_mark WHERE province = :province AND session IN ({old})",  # noqa: S608 - constant
        parameters,
    )
    for statement in guards.create(writer.postgres, tables):
        writer.execute(statement)
    return removed


def _access(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    return accesschain.purge(writer, before)


def _samples(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    whole = before.replace(minute=0, second=0, microsecond=0)
    rows = writer.rows(
        "SELECT host, at, 1, cpu_percent, cpu_percent, load_1m, load_1m, memory_percent, memory_percent,"
        " disk_percent, disk_free, COALESCE(network_sent, 0), COALESCE(network_received, 0)"
        " FROM host_metric WHERE province = :province AND at < :before ORDER BY host, at",
        {"before": instant_text(whole)},
    )
    fold(writer, "hour", rows, hour_of)
    writer.execute(
        "DELETE FROM host_metric WHERE province = :province AND at < :before", {"before": instant_text(whole)}
    )
    return len(rows)


def _hours(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    midnight = before.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    rows = _spans(writer, "hour", midnight)
    fold(writer, "day", rows, lambda at: day_of(at, zone))
    return _drop(writer, "hour", midnight)


def _days(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    return _drop(writer, "day", before)


def _spans(writer: Writer, span: str, before: dt.datetime) -> list[Row]:
    return writer.rows(
        f"SELECT host, at, {', '.join(_COLUMNS)} FROM host_metric_span"  # noqa: S608
        " WHERE province = :province AND span = :span AND at < :before ORDER BY host, at",
        {"span": span, "before": instant_text(before)},
    )


def _drop(writer: Writer, span: str, before: dt.datetime) -> int:
    return writer.execute(
        "DELETE FROM host_metric_span WHERE province = :province AND span = :span AND at < :before",
        {"span": span, "before": instant_text(before)},
    )


def _edits(writer: Writer, before: dt.datetime, zone: ZoneInfo) -> int:
    from opsconsole.inventory.journal import purge

    return purge(writer, before)


PURGES: dict[str, Callable[[Writer, dt.datetime, ZoneInfo], int]] = {
    "job_run": _runs,
    "host_metric": _samples,
    "host_metric_hour": _hours,
    "host_metric_day": _days,
    "probe_result": _probes,
    "alert": _alerts,
    "unmatched": _unmatched,
    "evidence_gap": _gaps,
    "preflight_result": _preflights,
    "conference_mark": _marks,
    "access_log": _access,
    "edit_journal": _edits,
}


# --- thinning out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A host over a stretch of time, from ``samples`` measurements; the fields are columns of
    ``host_metric_span``."""

    samples: int
    cpu_mean: float
    cpu_most: float
    load_mean: float
    load_most: float
    memory_mean: float
    memory_most: float
    disk_most: float
    disk_free_least: int
    network_sent: int
    network_received: int

    def __add__(self, other: Span) -> Span:
        """Both stretches as one. In whatever order spans are added, they give the same but for the
        rounding of the means."""
        samples = self.samples + other.samples

        def mean(here: float, there: float) -> float:
            return (here * self.samples + there * other.samples) / samples

        return replace(
            self,
            samples=samples,
            cpu_mean=mean(self.cpu_mean, other.cpu_mean),
            cpu_most=max(self.cpu_most, other.cpu_most),
            load_mean=mean(self.load_mean, other.load_mean),
            load_most=max(self.load_most, other.load_most),
            memory_mean=mean(self.memory_mean, other.memory_mean),
            memory_most=max(self.memory_most, other.memory_most),
            disk_most=max(self.disk_most, other.disk_most),
            disk_free_least=min(self.disk_free_least, other.disk_free_least),
            network_sent=self.network_sent + other.network_sent,
            network_received=self.network_received + other.network_received,
        )


_COLUMNS = tuple(field.name for field in fields(Span))


def hour_of(at: str) -> str:
    """The instant at which the hour of the instant *at* (text of the store) begins."""
    return instant_text(instant(at).replace(minute=0, second=0, microsecond=0))


def day_of(at: str, zone: ZoneInfo) -> str:
    """The instant at which the local day of the instant *at* begins."""
    local = instant(at).astimezone(zone)
    return instant_text(local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0))


def fold(writer: Writer, span: str, rows: Sequence[Row], begin: Callable[[str], str]) -> None:
    """Add *rows* (host, at, then the fields of ``Span``), sorted by host and at, to the spans in
    which *begin* puts them."""
    columns = ("province", "host", "span", "at", *_COLUMNS)
    values = []
    for host, at, total in _totals(rows, begin):
        # What was written late belongs to a span that is there already.
        there = writer.row(
            f"SELECT {', '.join(_COLUMNS)} FROM host_metric_span"  # noqa: S608
            " WHERE province = :province AND host = :host AND span = :span AND at = :at",
            {"host": host, "span": span, "at": at},
        )
        values.append((writer.province, host, span, at, *astuple(Span(*there) + total if there else total)))
    updates = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
    writer.insert(
        "host_metric_span", columns, values, f"ON CONFLICT (province, host, span, at) DO UPDATE SET {updates}"
    )


def _totals(rows: Sequence[Row], begin: Callable[[str], str]) -> Iterator[tuple[str, str, Span]]:
    for (host, at), group in groupby(rows, key=lambda row: (row[0], begin(row[1]))):
        spans = [Span(*row[2:]) for row in group]
        total = spans[0]
        for each in spans[1:]:
            total += each
        yield host, at, total
