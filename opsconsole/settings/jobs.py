"""What config.yaml says about jobs: when they are due and what their stages need, each value at its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from opsconsole import cron
from opsconsole.catalogue import _
from opsconsole.cron import LAST_DAY, WEEKDAYS, Cron, CronRefused
from opsconsole.settings import alerts
from opsconsole.settings.alerts import Alerts
from opsconsole.settings.values import Getters, count, count_to, time_of_day, yes_or_no
from opsconsole.settings.values import endpoint as endpoint
from opsconsole.strictyaml import Map, Seq, place

CATCH_UP_ALL = 1_000_000_000
"""The ``catch_up`` of a job for which every missed slot counts (``runs.MOST_KEPT`` at once)."""

MOST_RETRIES = 20
MOST_DAYS = 36_500  # a hundred years are for ever

PURGED = {
    "job_run": 400,
    "host_metric": 14,
    "host_metric_hour": 180,
    "host_metric_day": 3650,
    "probe_result": 90,
    "alert": 400,
    "unmatched": None,
    "evidence_gap": None,
    "preflight_result": 730,
    "conference_mark": 3650,
    "access_log": 1825,
    "edit_journal": 90,
}
"""What retention may take away, and after how many days where config.yaml does not say; None is never.
What figures and their history rest on (changes, observations, activity, coverage) is not here."""

THRESHOLDS = ("cpu_percent", "memory_percent", "disk_percent")


@dataclass(frozen=True, slots=True)
class AlertAfter:
    """When a job is an alert: after ``failures`` of one run, None for when it is not tried again any
    more; and when nothing ended well ``late_minutes`` after a slot, None for its ``grace_minutes``."""

    failures: int | None = None
    late_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class JobSchedule:
    """When a job is due: every ``every_minutes``; or at ``at`` (local time) every day, or only on
    ``weekday`` (0 is Monday), or only on ``monthday`` (1 to 28, or ``LAST_DAY``) of each month; or at
    the local times of ``cron``. Local is ``timezone``, None for the province's.

    ``catch_up`` is the most missed slots that are still run, the newest of them; older ones are
    recorded as skipped. With 0 a slot is run only when it came at most ``grace_minutes`` ago.
    While ``paused`` all are skipped. A job is late when nothing ran well for a slot that came
    ``grace_minutes`` ago. After a failure it is tried again ``retries`` times, after
    ``backoff_minutes`` (the last holds for all further ones). A run over ``timeout_minutes`` is
    broken off and has failed. A run begins up to ``jitter_seconds`` after its slot, and not before
    the runs of the jobs ``after`` for that slot or older ones have ended.
    """

    name: str
    at: dt.time | None
    every_minutes: int | None
    catch_up: int
    paused: bool = False
    grace_minutes: int = 15
    weekday: int | None = None
    monthday: int | None = None
    retries: int = 2
    backoff_minutes: tuple[int, ...] = (1, 10)
    timeout_minutes: int | None = None
    jitter_seconds: int = 0
    after: tuple[str, ...] = ()
    cron: Cron | None = None
    timezone: ZoneInfo | None = None
    alert_after: AlertAfter = AlertAfter()

    @property
    def waits(self) -> tuple[dt.timedelta, ...]:
        """How long is waited after the first, second, … failure; then it stays failed."""
        last = len(self.backoff_minutes) - 1
        return tuple(
            dt.timedelta(minutes=self.backoff_minutes[min(each, last)]) for each in range(self.retries)
        )


@dataclass(frozen=True, slots=True)
class Backups:
    """Where the job ``backup`` writes, and how many of its newest copies stay. None: the folder
    ``backups`` beside the database. ``programs`` is where PostgreSQL's pg_dump and pg_restore are."""

    folder: Path | None = None
    keep: int = 14
    programs: Path | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """An endpoint whose TCP port is tried; with ``sip_udp`` it is asked by SIP over UDP before."""

    name: str
    host: str
    port: int
    sip_udp: bool = False


@dataclass(frozen=True, slots=True)
class JobSettings:
    """All that config.yaml says about jobs. ``retention`` is days by name of ``PURGED``;
    ``thresholds`` percentages by measure of a host, above which it is remarked on."""

    jobs: tuple[JobSchedule, ...] = ()
    backups: Backups = field(default_factory=Backups)
    probes: tuple[Probe, ...] = ()
    retention: dict[str, int] = field(default_factory=dict)
    thresholds: dict[str, float] = field(default_factory=dict)
    alerts: Alerts = field(default_factory=Alerts)


SECTIONS = ("jobs", "backup", "probes", "retention", "thresholds", "alerts")


def read(top: Map | None, getters: Getters) -> JobSettings:
    """The sections about jobs of the settings *top*."""
    return JobSettings(
        jobs=_jobs(top, getters),
        backups=_backups(top, getters),
        probes=_probes(top, getters),
        retention=_retention(top, getters),
        thresholds=_thresholds(top, getters),
        alerts=alerts.read(top, getters),
    )


# --- jobs ----------------------------------------------------------------------------------------

_WHEN = ("at", "every_minutes", "weekly", "monthly", "cron")
_KEYS = {
    *_WHEN,
    "catch_up",
    "paused",
    "grace_minutes",
    "retries",
    "backoff_minutes",
    "timeout_minutes",
    "jitter_seconds",
    "after",
    "timezone",
    "alert_after",
}


def _jobs(top: Map | None, getters: Getters) -> tuple[JobSchedule, ...]:
    jobs = getters.map(top, "jobs")
    found = [_job(jobs, name, getters) for name in jobs.items] if jobs else []
    if jobs:
        _check_after(jobs, found, getters)
    return tuple(found)


def _job(jobs: Map, name: str, getters: Getters) -> JobSchedule:
    node = getters.map(jobs, name)
    getters.known(node, _KEYS)
    get = getters.get
    minutes = get(node, "every_minutes", None, count, _("a number of minutes, 1 or more"))
    at = get(node, "at", None, time_of_day, _("a time of day, HH:MM"))
    weekday = monthday = None
    for key, days in (("weekly", _weekday), ("monthly", _monthday)):
        if node is None or key not in node.items:
            continue
        day, time = _day_and_time(node, key, days, getters)
        weekday, monthday = (day, monthday) if key == "weekly" else (weekday, day)
        at = at or time
    if sum(key in node.items for key in _WHEN if node) != 1:
        getters.problem(
            jobs.key_place(name),
            _(
                "job '{name}' needs one of 'at: HH:MM', 'every_minutes: N', 'cron: \"30 2 * * *\"',"
                " 'weekly: {{day: mon, at: HH:MM}}' and 'monthly: {{day: 1, at: HH:MM}}'"
            ).format(name=name),
        )
    interval = _("a number of minutes, 1 or more")
    return JobSchedule(
        name,
        at,
        minutes,
        get(node, "catch_up", 30, _catch_up, _("all, none, latest or a number of slots")),
        get(node, "paused", False, yes_or_no, _("yes or no")),
        get(node, "grace_minutes", 15, count, interval),
        weekday,
        monthday,
        get(node, "retries", 2, _retries, _("a number from 0 to {most}").format(most=MOST_RETRIES)),
        _backoff(node, getters),
        get(node, "timeout_minutes", None, count, interval),
        get(node, "jitter_seconds", 0, _jitter, _("a number of seconds, 0 to 3600")),
        _after(node, getters),
        _cron(node, getters),
        get(node, "timezone", None, ZoneInfo, _("the name of a time zone, such as Asia/Ho_Chi_Minh")),
        _alert_after(node, getters),
    )


def _cron(node: Map | None, getters: Getters) -> Cron | None:
    """The five fields; what is refused is said by the part that is wrong."""
    text = getters.get(node, "cron", "", str, _("five fields, such as '30 2 * * *'"))
    if node is None or not text:
        return None
    try:
        return cron.parse(text)
    except CronRefused as refused:
        getters.problem(node.value_place("cron"), _("'{key}': {reason}").format(key="cron", reason=refused))
        return None


def _alert_after(node: Map | None, getters: Getters) -> AlertAfter:
    inner = getters.map(node, "alert_after")
    getters.known(inner, {"failures", "late_minutes"})
    return AlertAfter(
        getters.get(inner, "failures", None, count, _("a whole number, 1 or more")),
        getters.get(inner, "late_minutes", None, count, _("a number of minutes, 1 or more")),
    )


def _day_and_time(
    node: Map, key: str, convert: Callable[[str], int], getters: Getters
) -> tuple[int | None, dt.time | None]:
    inner = getters.map(node, key)
    getters.known(inner, {"day", "at"})
    form = (
        _("one of {days}").format(days=", ".join(WEEKDAYS))
        if key == "weekly"
        else _("a day from 1 to 28, or 'last'")
    )
    for needed in ("day", "at"):
        if inner is None or needed not in inner.items:
            getters.problem(
                node.key_place(key), _("'{key}' lacks '{needed}:'").format(key=key, needed=needed)
            )
    return (
        getters.get(inner, "day", None, convert, form),
        getters.get(inner, "at", None, time_of_day, _("a time of day, HH:MM")),
    )


def _backoff(node: Map | None, getters: Getters) -> tuple[int, ...]:
    """Minutes, or a list of them."""
    key, form = "backoff_minutes", _("a number of minutes, 1 or more")
    value = node.items.get(key) if node else None
    if not isinstance(value, Seq):
        return getters.get(node, key, (1, 10), lambda text: (count(text),), form)
    found = []
    for item, mark in zip(value.items, value.marks, strict=True):
        try:
            found.append(count(item if isinstance(item, str) else ""))
        except ValueError:
            getters.problem(place(mark), _("each of '{key}' must be {form}").format(key=key, form=form))
    if not value.items:
        getters.problem(place(value.mark), _("'{key}' must name at least one").format(key=key))
    return tuple(found) or (1, 10)


def _after(node: Map | None, getters: Getters) -> tuple[str, ...]:
    """The name of a job, or a list of them."""
    value = node.items.get("after") if node else None
    if isinstance(value, Seq):
        for item, mark in zip(value.items, value.marks, strict=True):
            if not isinstance(item, str):
                getters.problem(place(mark), _("'after' must be the name of a job or a list of names"))
        return tuple(item for item in value.items if isinstance(item, str))
    name = getters.get(node, "after", "", str, _("the name of a job or a list of names"))
    return (name,) if name else ()


def _check_after(jobs: Map, found: list[JobSchedule], getters: Getters) -> None:
    """A job that waits for one that is not there, or for itself by whatever way, would never run."""
    by_name = {job.name: job for job in found}
    for job in found:
        node = jobs.items[job.name]
        at = node.value_place("after") if isinstance(node, Map) and job.after else (1, 1)
        for each in job.after:
            if each not in by_name:
                getters.problem(
                    at,
                    _("job '{name}' is after '{other}', which is not declared in 'jobs:'").format(
                        name=job.name, other=each
                    ),
                )
        waits, seen = list(job.after), set[str]()
        while waits:
            each = waits.pop()
            if each in by_name and each not in seen:
                seen.add(each)
                waits += by_name[each].after
        if job.name in seen:
            getters.problem(at, _("job '{name}' would wait for itself").format(name=job.name))


# --- what stages need ------------------------------------------------------------------------------


def _backups(top: Map | None, getters: Getters) -> Backups:
    node = getters.map(top, "backup")
    getters.known(node, {"folder", "keep", "programs"})
    folder = getters.get(node, "folder", "", str, _("a path"))
    keep = getters.get(node, "keep", Backups().keep, count, _("a whole number, 1 or more"))
    programs = getters.get(node, "programs", "", str, _("a path"))
    return Backups(
        getters.root / folder if folder else None, keep, getters.root / programs if programs else None
    )


def _probes(top: Map | None, getters: Getters) -> tuple[Probe, ...]:
    node = getters.map(top, "probes")
    found = []
    for name in node.items if node else ():
        target = getters.get(node, name, None, endpoint, _("host:port, such as mail.example.vn:993"))
        if target:
            found.append(Probe(name, *target))
    return tuple(found)


def _retention(top: Map | None, getters: Getters) -> dict[str, int]:
    node = getters.map(top, "retention")
    days = {name: default for name, default in PURGED.items() if default is not None}
    for name in node.items if node else ():
        if name not in PURGED:
            getters.problem(
                node.key_place(name),  # type: ignore[union-attr]
                _("'{name}' is never purged; what may be: {names}").format(
                    name=name, names=", ".join(PURGED)
                ),
            )
            continue
        form = _("a number of days, 1 to {most}").format(most=MOST_DAYS)
        chosen = getters.get(node, name, days.get(name), count_to(MOST_DAYS), form)
        if chosen is not None:
            days[name] = chosen
    return days


def _thresholds(top: Map | None, getters: Getters) -> dict[str, float]:
    node = getters.map(top, "thresholds")
    getters.known(node, set(THRESHOLDS))
    found = {}
    for name in THRESHOLDS:
        value = getters.get(node, name, None, _percentage, _("a percentage from 0 to 100"))
        if value is not None:
            found[name] = value
    return found


# --- values --------------------------------------------------------------------------------------


def _weekday(value: str) -> int:
    return WEEKDAYS.index(value)


def _monthday(value: str) -> int:
    if value == "last":
        return LAST_DAY
    day = count(value)
    if day > 28:
        raise ValueError
    return day


def _catch_up(value: str) -> int:
    named = {"all": CATCH_UP_ALL, "none": 0, "latest": 1}
    return named[value] if value in named else count(value)


def _retries(value: str) -> int:
    number = 0 if value == "0" else count(value)
    if number > MOST_RETRIES:
        raise ValueError
    return number


def _jitter(value: str) -> int:
    number = 0 if value == "0" else count(value)
    if number > 3600:
        raise ValueError
    return number


def _percentage(value: str) -> float:
    number = float(value)
    if not 0 <= number <= 100:
        raise ValueError
    return number
