"""How the operation ran: the scheduled jobs, and whether the declared endpoints answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from opsconsole.catalogue import _
from opsconsole.reports.data import Context, Made, listing, table
from opsconsole.reports.model import Column, Paragraph, Row, Table
from opsconsole.store.clock import instant_text, local


def _bounds(context: Context) -> dict[str, str]:
    """The instants (UTC text) of the period's begin and end, by local days."""
    zone = context.timezone
    first = dt.datetime.combine(context.span.first, dt.time(), zone)
    after = dt.datetime.combine(context.span.end + dt.timedelta(days=1), dt.time(), zone)
    return {"first": instant_text(first), "after": instant_text(after)}


@table("jobs", "the runs of the scheduled jobs: done, failed, interrupted, skipped")
def jobs(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row a job, over the slots of the period."""
    if dry:
        return []
    rows: list[Row] = []
    for job, ok, failed, interrupted, skipped, open_, last in context.reader.rows(
        "SELECT job, sum(CASE WHEN state = 'ok' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'failed' THEN 1 "
        "ELSE 0 END),"
        " sum(CASE WHEN state = 'interrupted' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'skipped' THEN 1 "
        "ELSE 0 END),"
        " sum(CASE WHEN state IN ('due', 'running') THEN 1 ELSE 0 END),"
        " max(CASE WHEN state = 'ok' THEN finished_at END) FROM job_run WHERE province = :province"
        " AND slot >= :first AND slot < :after GROUP BY job ORDER BY job",
        _bounds(context),
    ):
        asked = ok + failed + interrupted
        rows.append(
            [
                job,
                ok,
                failed,
                interrupted,
                skipped,
                open_,
                100 * ok / asked if asked else None,
                local(last, context.timezone) if last else "–",
            ]
        )
    columns = (
        Column(_("Job"), "text", 2.0),
        Column(_("done"), "whole", 0.8),
        Column(_("failed"), "whole", 0.8),
        Column(_("interrupted"), "whole", 0.9),
        Column(_("skipped"), "whole", 0.8),
        Column(_("open"), "whole", 0.8),
        Column(_("Done, %"), "percent", 0.9),
        Column(_("Last done"), "text", 1.6),
    )
    return listing(
        "jobs",
        title or _("Scheduled jobs"),
        columns,
        rows,
        origin=_("the table of runs, kept as long as 'retention:' says"),
        nothing=_("No run is recorded in the period."),
    )


@table("availability", "the declared endpoints: attempts, answered, time to answer")
def availability(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row an endpoint, over the attempts of the period."""
    if dry:
        return []
    rows: list[Row] = [
        [
            name,
            attempts,
            answered,
            100 * answered / attempts,
            None if mean is None else mean,
            None if most is None else most,
        ]
        for name, attempts, answered, mean, most in context.reader.rows(
            "SELECT name, count(*), sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END), avg(milliseconds), "
            "max(milliseconds)"
            " FROM probe_result WHERE province = :province AND at >= :first AND at < :after GROUP BY name "
            "ORDER BY name",
            _bounds(context),
        )
    ]
    columns = (
        Column(_("Endpoint"), "text", 2.4),
        Column(_("Attempts"), "whole", 0.9),
        Column(_("Answered"), "whole", 0.9),
        Column(_("Answered, %"), "percent", 0.9, "", 2),
        Column(_("mean"), "real", 0.8, _("Milliseconds")),
        Column(_("longest"), "real", 0.8, _("Milliseconds")),
    )
    return listing(
        "availability",
        title or _("Endpoints"),
        columns,
        rows,
        origin=_("the table of attempts"),
        nothing=_("No endpoint was tried in the period; 'probes:' in config.yaml declares them."),
    )


@table("machines", "the machines: processor, memory, disk")
def machines(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row a machine, from the samples of the period and what was thinned out of it."""
    if dry:
        return []
    values = _bounds(context)
    tally: dict[str, list[float]] = {}
    for host, samples, cpu, cpu_most, memory, memory_most, disk in (
        *context.reader.rows(
            "SELECT host, count(*), avg(cpu_percent), max(cpu_percent), avg(memory_percent), "
            "max(memory_percent), max(disk_percent)"
            " FROM host_metric WHERE province = :province AND at >= :first AND at < :after GROUP BY host",
            values,
        ),
        *context.reader.rows(
            "SELECT host, sum(samples), sum(cpu_mean * samples) / sum(samples), max(cpu_most), "
            "sum(memory_mean * samples) / sum(samples), max(memory_most), max(disk_most)"
            " FROM host_metric_span WHERE province = :province AND at >= :first AND at < :after GROUP BY "
            "host",
            values,
        ),
    ):
        seen = tally.setdefault(host, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
        seen[0] += samples
        seen[1] += cpu * samples
        seen[2] = max(seen[2], cpu_most)
        seen[3] += memory * samples
        seen[4] = max(seen[4], memory_most)
        seen[5] = max(seen[5], disk)
    if not tally:
        return [Paragraph((_("No machine was measured in the period."),), "note")]
    rows: list[Row] = [
        [host, seen[0], seen[1] / seen[0], seen[2], seen[3] / seen[0], seen[4], seen[5]]
        for host, seen in sorted(tally.items())
    ]
    columns = (
        Column(_("Machine"), "text", 1.8),
        Column(_("Samples"), "whole", 0.9),
        Column(_("mean"), "percent", 0.9, _("Processor")),
        Column(_("highest"), "percent", 0.9, _("Processor")),
        Column(_("mean"), "percent", 0.9, _("Memory")),
        Column(_("highest"), "percent", 0.9, _("Memory")),
        Column(_("Disk, highest"), "percent", 0.9),
    )
    return [
        Table(
            "machines",
            title or _("Machines"),
            columns,
            lambda: iter(rows),
            origin=_("the table of measurements"),
        )
    ]
