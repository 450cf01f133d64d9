"""What is wrong now, by what the database says: jobs, sources, targets, figures.

Each function judges one event for ``alerts.settle``. What cannot be said yet (a run that is tried again,
a target without data) is in neither of its lists, so that its alert stays as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from opsconsole.catalogue import _, language
from opsconsole.jobs.alerts import Judgement
from opsconsole.jobs.runs import CLOCK_TOLERANCE
from opsconsole.settings import Settings
from opsconsole.settings.jobs import JobSchedule
from opsconsole.store.clock import instant_text, local, stamp
from opsconsole.store.database import Reader
from opsconsole.text import date, number, safe


def _standing(reader: Reader, event: str) -> dict[str, str]:
    """The subjects with an open alert of *event*, each with the instant at which it was raised."""
    return dict(
        reader.rows(
            "SELECT subject, opened_at FROM alert WHERE province = :province AND event = :event"
            " AND closed_at IS NULL",
            {"event": event},
        )
    )


# --- jobs ----------------------------------------------------------------------------------------


def failed_jobs(reader: Reader, settings: Settings, now: dt.datetime, only: str | None = None) -> Judgement:
    """The jobs (or just the job *only*) whose newest run of the schedule failed for good, or as often as
    their ``alert_after`` says. One is good again when a run ended well since."""
    standing = _standing(reader, "job-failed")
    declared = {job.name: job for job in settings.jobs}
    bad: dict[str, str] = {}
    good = [name for name in standing if name not in declared]
    for name, job in declared.items():
        if only not in (None, name):
            continue
        failed, ok = _newest(reader, job, now)
        if failed and (ok is None or ok[0] < failed[0]):
            most = job.alert_after.failures
            if failed[2] is None or (most is not None and failed[1] >= most):
                at = local(failed[0], settings.timezone)
                bad[name] = _("its run for {slot} failed: {reason}").format(
                    slot=at, reason=safe(failed[3] or "")
                )
        elif name in standing and ok and (ok[1] or "") >= standing[name]:
            good.append(name)
    return Judgement("job-failed", bad, good)


def _newest(
    reader: Reader, job: JobSchedule, now: dt.datetime
) -> tuple[tuple[str, int, str | None, str | None] | None, tuple[str, str | None] | None]:
    """The newest run of the schedule that failed (slot, failures, when again, why), and the newest of
    any kind that ended well (slot, end). Slots of the future are a clock's error."""
    parameters = {"job": job.name, "ahead": instant_text(now + CLOCK_TOLERANCE)}
    failed = reader.row(
        "SELECT slot, failures, due_at, error FROM job_run WHERE province = :province AND job = :job"
        " AND kind = 'scheduled' AND state = 'failed' AND slot <= :ahead ORDER BY slot DESC LIMIT 1",
        parameters,
    )
    ok = reader.row(
        "SELECT slot, finished_at FROM job_run WHERE province = :province AND job = :job"
        " AND state = 'ok' AND slot <= :ahead ORDER BY slot DESC LIMIT 1",
        parameters,
    )
    return failed, ok


def late_jobs(reader: Reader, settings: Settings, now: dt.datetime) -> Judgement:
    """The jobs for which nothing ended well in time. What failed is told as that and not as late too."""
    from opsconsole.jobs.history import status

    schedules = [
        replace(job, grace_minutes=job.alert_after.late_minutes or job.grace_minutes) for job in settings.jobs
    ]
    bad: dict[str, str] = {}
    good = set(_standing(reader, "job-late")) - {job.name for job in schedules}
    for job, each in zip(schedules, status(reader, schedules, now, settings.timezone), strict=True):
        if not each.late:
            good.add(each.job)
        elif each.last_ok:
            since = local(each.last_ok.slot, settings.timezone)
            bad[each.job] = _("nothing ended well since the run for {slot}").format(slot=since)
        elif each.last or _due_since(reader, job, now):
            bad[each.job] = _("it never ended well")
        if each.failed:
            bad.pop(each.job, None)
    return Judgement("job-late", bad, good)


def _due_since(reader: Reader, job: JobSchedule, now: dt.datetime) -> bool:
    """Whether a run of *job* has been due for longer than its grace: one that was just declared is
    not late yet."""
    since = instant_text(now - dt.timedelta(minutes=job.grace_minutes, seconds=job.jitter_seconds))
    return bool(
        reader.value(
            "SELECT count(*) FROM job_run WHERE province = :province AND job = :job AND state = 'due'"
            " AND due_at <= :since",
            {"job": job.name, "since": since},
        )
    )


# --- evidence and figures --------------------------------------------------------------------------


def silent_sources(reader: Reader, settings: Settings, now: dt.datetime) -> Judgement:
    """The sources of logs whose newest line is older than ``silent_hours``; sources of documents are
    silent by nature. Before evidence was ever collected nothing is said."""
    from opsconsole.evidence.overview import document_sources
    from opsconsole.evidence.reader import installed

    documents = document_sources(settings.sources, installed())
    newest: dict[str, str] = dict(
        reader.rows(
            "SELECT source, max(last_at) FROM coverage WHERE province = :province AND last_at <> ''"
            " GROUP BY source"
        )
    )
    limit = now - dt.timedelta(hours=settings.alerts.silent_hours)
    bad: dict[str, str] = {}
    for source in settings.sources:
        at = stamp(newest.get(source.name))
        if source.name in documents or (at is not None and at >= limit):
            continue
        if at is not None:
            last = local(instant_text(at), settings.timezone)
            bad[source.name] = _("its newest line is of {at}").format(at=last)
        elif newest:
            bad[source.name] = _("it never had a line")
    return Judgement("source-silent", bad)


def year_of(settings: Settings, slot: dt.datetime) -> int:
    """Which year a run for *slot* measures, whenever it is run: that of the last whole local day
    before the slot, so that the first run of January completes the old year; and none after
    ``year:`` where the settings name one."""
    day = slot.astimezone(settings.timezone).date() - dt.timedelta(days=1)
    return min(settings.year, day.year) if settings.year_declared else day.year


def measured_figures(reader: Reader, settings: Settings, year: int, now: dt.datetime) -> Iterator[Judgement]:
    """Targets that are behind and checks that find a conflict, after *year* was measured; nothing where
    a past year was measured while another is the present one."""
    from opsconsole.indicators.checks import findings, sentence

    if year != year_of(settings, now):
        return
    yield behind_targets(reader, settings, year, now)
    found = findings(reader, year)
    yield Judgement(
        "check-conflict",
        {one.check: f"{one.title}: {sentence(one)}" for one in found if one.verdict == "conflict"},
    )


def behind_targets(reader: Reader, settings: Settings, year: int, now: dt.datetime) -> Judgement:
    """The targets of *year* that are behind. One without data stays as it was."""
    from opsconsole.indicators.pace import BEHIND, NO_DATA
    from opsconsole.indicators.targets import standings

    found = standings(reader, year, now.astimezone(settings.timezone).date())
    bad = {
        one.key: _("{title}: {value} by {until}, expected {expected}, target {target}").format(
            title=one.title,
            value=number(one.value, language(), 1),
            until=date(one.until),
            expected=number(one.expected, language(), 1),
            target=number(one.target, language(), 1),
        )
        for one in found
        if one.status == BEHIND
    }
    unknown = {one.key for one in found if one.status == NO_DATA}
    good = [key for key in _standing(reader, "target-behind") if key not in unknown]
    return Judgement("target-behind", bad, good)
