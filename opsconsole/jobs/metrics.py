"""Figures, jobs and machines as OpenMetrics text, for a Prometheus that is there already.

Everything is a gauge, so that the text is also what older scrapers and the collectors of text
files read. Format: OpenMetrics 1.0.0.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from opsconsole import __version__
from opsconsole.jobs.endpoints import endpoints
from opsconsole.jobs.history import status
from opsconsole.jobs.hostmetrics import over
from opsconsole.jobs.watch import year_of
from opsconsole.settings import Settings
from opsconsole.settings.alerts import EVENTS
from opsconsole.store.clock import instant, stamp
from opsconsole.store.database import Reader

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"

Labels = Mapping[str, str]
Sample = tuple[Labels, float | int | None]


@dataclass(frozen=True, slots=True)
class Family:
    """Samples of one name. A sample without a value is left out: what is not known is not 0."""

    name: str
    help: str
    samples: tuple[Sample, ...]

    def lines(self) -> Iterator[str]:
        """The family as lines of the text."""
        yield f"# TYPE {self.name} gauge"
        yield f"# HELP {self.name} {_escaped(self.help)}"
        for labels, value in self.samples:
            if value is not None:
                inner = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
                yield f"{self.name}{{{inner}}} {_number(value)}" if inner else f"{self.name} {_number(value)}"


def exposition(reader: Reader, settings: Settings, now: dt.datetime) -> str:
    """The whole text as *reader* sees it at *now*: the current observations of the year that is measured
    (of the province and its levels, the year to date), targets, jobs, machines, endpoints, and how far
    the evidence is behind."""
    # Who answers for months lives over New Year: the year of the settings would be that of the start.
    year = settings.year if settings.year_declared else year_of(settings, now)
    families = [
        Family("opsconsole_info", "The version that made this text.", (({"version": __version__}, 1),)),
        *_register(reader),
        *_indicators(reader, year),
        *_targets(reader, settings, year, now),
        *_jobs(reader, settings, now),
        *_hosts(reader, settings),
        *_probes(reader, settings),
        *_collected(reader, settings, now),
        *_alerts(reader),
    ]
    return "\n".join(line for family in families for line in family.lines()) + "\n# EOF\n"


def _escaped(text: str) -> str:
    # A lone surrogate cannot be encoded; nothing else is forbidden in a label.
    plain = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return plain.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", "\\n")


def _number(value: float | int) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    return repr(value)


# --- the families --------------------------------------------------------------------------------


def _register(reader: Reader) -> Iterator[Family]:
    revision = reader.value("SELECT revision FROM register WHERE province = :province")
    yield Family("opsconsole_register_revision", "Revision of the register.", (({}, revision),))


def _indicators(reader: Reader, year: int) -> Iterator[Family]:
    from opsconsole.indicators.observations import observations

    found = observations(reader, unit="", period=f"{year:04d}")
    labels = [
        {"indicator": one.indicator, "level": one.level, "unit_of_measure": one.unit_of_measure}
        for one in found
    ]
    for part, text in (
        ("value", "Measured value of the year to date; percentages as 80."),
        ("numerator", "Numerator of the measured value."),
        ("denominator", "Denominator of the measured value."),
        ("low", "Least value that missing evidence allows."),
        ("high", "Greatest value that missing evidence allows."),
    ):
        pairs = zip(labels, found, strict=True)
        yield Family(
            f"opsconsole_indicator_{part}", text, tuple((label, getattr(one, part)) for label, one in pairs)
        )


def _targets(reader: Reader, settings: Settings, year: int, now: dt.datetime) -> Iterator[Family]:
    from opsconsole.indicators.pace import STATUSES
    from opsconsole.indicators.targets import standings

    found = standings(reader, year, now.astimezone(settings.timezone).date())
    labels = [
        {
            "target": one.key,
            "indicator": one.indicator,
            "level": one.level,
            "unit": one.unit_id or "",
            "direction": one.direction,
        }
        for one in found
    ]
    for name, part, text in (
        ("opsconsole_target_value", "target", "Target of the year."),
        ("opsconsole_target_expected", "expected", "What the pace of the target asks for by now."),
        ("opsconsole_target_measured", "value", "What is measured against the target."),
        ("opsconsole_target_projected", "projected", "Where it leads by the end of the year."),
    ):
        pairs = zip(labels, found, strict=True)
        yield Family(name, text, tuple((label, getattr(one, part)) for label, one in pairs))
    states = [
        ({"target": one.key, "status": each}, int(one.status == each)) for one in found for each in STATUSES
    ]
    yield Family("opsconsole_target_status", "1 for the status in which the target stands.", tuple(states))


def _jobs(reader: Reader, settings: Settings, now: dt.datetime) -> Iterator[Family]:
    found = status(reader, settings.jobs, now, settings.timezone)

    def each(values: Iterable[float | int | None]) -> tuple[Sample, ...]:
        return tuple(({"job": one.job}, value) for one, value in zip(found, values, strict=True))

    def ended(at: str | None) -> float | None:
        return round(instant(at).timestamp(), 3) if at else None

    yield Family("opsconsole_job_late", "1 where nothing ran well in time.", each(int(f.late) for f in found))
    yield Family(
        "opsconsole_job_failed", "1 where the newest run failed.", each(int(f.failed) for f in found)
    )
    yield Family("opsconsole_job_paused", "1 where the job is paused.", each(int(f.paused) for f in found))
    yield Family("opsconsole_job_waiting", "Runs that are due.", each(f.waiting for f in found))
    yield Family(
        "opsconsole_job_last_success_timestamp_seconds",
        "When the job last ended well.",
        each(ended(f.last_ok.finished_at) if f.last_ok else None for f in found),
    )
    yield Family(
        "opsconsole_job_last_success_age_seconds",
        "How long ago the job last ended well, when this text was made.",
        each(
            round((now - instant(f.last_ok.finished_at)).total_seconds(), 3)
            if f.last_ok and f.last_ok.finished_at
            else None
            for f in found
        ),
    )
    yield Family(
        "opsconsole_job_last_duration_seconds",
        "How long the newest run took.",
        each(f.last.seconds if f.last else None for f in found),
    )
    yield Family(
        "opsconsole_job_next_due_timestamp_seconds",
        "When the job is due next.",
        each(f.next_due.timestamp() for f in found),
    )


_HOST = (
    ("cpu_percent", "cpu_percent", "Processor in use, percent."),
    ("load_1m", "load1", "Load over one minute."),
    ("memory_percent", "memory_percent", "Memory in use, percent."),
    ("memory_total", "memory_bytes", "Memory of the machine."),
    ("disk_percent", "disk_percent", "Disk in use, percent."),
    ("disk_free", "disk_free_bytes", "Free disk."),
    ("sent_counter", "network_sent_bytes", "Bytes sent since the machine was started."),
    ("received_counter", "network_received_bytes", "Bytes received since the machine was started."),
)


def _hosts(reader: Reader, settings: Settings) -> Iterator[Family]:
    columns = [column for column, _name, _text in _HOST]
    rows = reader.rows(
        f"SELECT host, at, {', '.join(columns)} FROM host_metric m WHERE province = :province"  # noqa: S608
        " AND at = (SELECT max(at) FROM host_metric n WHERE n.province = m.province AND n.host = m.host)"
        " ORDER BY host"
    )
    hosts = [(row[0], instant(row[1]), dict(zip(columns, row[2:], strict=True))) for row in rows]
    yield Family(
        "opsconsole_host_measured_timestamp_seconds",
        "When the machine was last measured.",
        tuple(({"host": host}, at.timestamp()) for host, at, _values in hosts),
    )
    for column, name, text in _HOST:
        samples = tuple(({"host": host}, values[column]) for host, _at, values in hosts)
        yield Family(f"opsconsole_host_{name}", text, samples)
    above = [
        ({"host": host, "measure": name}, int(name in over(values, settings.thresholds)))
        for host, _at, values in hosts
        for name in settings.thresholds
    ]
    yield Family("opsconsole_host_above_threshold", "1 where a threshold is passed.", tuple(above))


def _probes(reader: Reader, settings: Settings) -> Iterator[Family]:
    up: list[Sample] = []
    took: list[Sample] = []
    for probe in endpoints(reader, settings):
        row = reader.row(
            "SELECT state, milliseconds, endpoint FROM probe_result WHERE province = :province"
            " AND name = :name ORDER BY at DESC LIMIT 1",
            {"name": probe.name},
        )
        if row:
            labels = {"name": probe.name, "endpoint": row[2]}
            up.append((labels, int(row[0] == "open")))
            took.append((labels, None if row[1] is None else round(row[1] / 1000, 6)))
    yield Family("opsconsole_probe_up", "1 where the endpoint answered when last tried.", tuple(up))
    yield Family("opsconsole_probe_seconds", "How long it took to answer.", tuple(took))


def _alerts(reader: Reader) -> Iterator[Family]:
    counts: dict[str, int] = dict(
        reader.rows(
            "SELECT event, count(*) FROM alert WHERE province = :province AND closed_at IS NULL"
            " GROUP BY event ORDER BY event"
        )
    )
    yield Family(
        "opsconsole_alerts_open",
        "Alerts that stand, by event.",
        tuple(({"event": event}, counts.get(event, 0)) for event in EVENTS),
    )
    waiting: dict[str, int] = dict(
        reader.rows(
            "SELECT channel, count(*) FROM alert_message WHERE province = :province AND state <> 'sent'"
            " GROUP BY channel ORDER BY channel"
        )
    )
    yield Family(
        "opsconsole_alert_messages_unsent",
        "Messages that wait, or were given up.",
        tuple(({"channel": channel}, count) for channel, count in waiting.items()),
    )


def _collected(reader: Reader, settings: Settings, now: dt.datetime) -> Iterator[Family]:
    newest: dict[str, str] = dict(
        reader.rows(
            "SELECT source, max(last_at) FROM coverage WHERE province = :province AND last_at <> ''"
            " GROUP BY source"
        )
    )
    lag: list[Sample] = []
    for source in settings.sources:
        at = stamp(newest.get(source.name))
        lag.append(({"source": source.name}, None if at is None else round((now - at).total_seconds(), 3)))
    yield Family("opsconsole_collect_lag_seconds", "How old the newest line is that was read.", tuple(lag))
