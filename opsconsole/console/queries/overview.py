"""What the overview shows: targets, use of mail, sessions, jobs, and what is wrong."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.console.queries.mailboxes import months_of
from opsconsole.console.queries.sessions import hours
from opsconsole.store.database import Reader

if TYPE_CHECKING:
    from opsconsole.indicators.targets import Standing
    from opsconsole.jobs.history import JobStatus
    from opsconsole.settings import Settings

SAMPLES = 20


@dataclass(frozen=True, slots=True)
class MailMonth:
    """Use of mail in a month: mailboxes with a login or a message sent; ``known`` of its ``days``
    have logs."""

    month: str
    used: int
    sent: int
    known: int
    days: int


@dataclass(frozen=True, slots=True)
class SessionMonth:
    """Sessions of a month: announced, announced hours, and with at least one site that came."""

    month: str
    sessions: int
    hours: float
    attended: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that waits for a person. ``sort`` says what it is: jobs, conflicts, orphans,
    unmatched, unreadable, gaps, days. ``samples`` are examples of it."""

    sort: str
    count: int
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overview:
    """The state of things on a day."""

    year: int
    day: dt.date
    standings: tuple[Standing, ...]
    mail: tuple[MailMonth, ...]
    mailboxes: int
    sessions: tuple[SessionMonth, ...]
    jobs: tuple[JobStatus, ...]
    troubles: tuple[Trouble, ...]


def overview(reader: Reader, settings: Settings, year: int, day: dt.date, now: dt.datetime) -> Overview:
    """The state of things as of *day*, with the targets and evidence of *year*; *now* is for jobs."""
    from opsconsole.indicators.coverage import Coverage
    from opsconsole.indicators.targets import standings
    from opsconsole.jobs.history import status

    last = min(day, dt.date(year, 12, 31))
    first = dt.date(year, 1, 1)
    known = Coverage(reader, first, last).days("mail", first, last) if last.year == year else set()
    jobs = tuple(status(reader, settings.jobs, now, settings.timezone))
    return Overview(
        year=year,
        day=day,
        standings=tuple(standings(reader, year, day)),
        mail=mail_months(reader, year, known),
        mailboxes=int(
            reader.value(
                "SELECT count(*) FROM account WHERE province = :province AND (ended IS NULL OR ended > :day)",
                {"day": day.isoformat()},
            )
        ),
        sessions=session_months(reader, year),
        jobs=jobs,
        troubles=troubles(reader, year, last, known, jobs),
    )


def mail_months(reader: Reader, year: int, known: set[dt.date]) -> tuple[MailMonth, ...]:
    """Use of mail in each month of *year*; *known* are the days with logs."""
    months = months_of(year)
    found = {
        month: (int(used), int(sent))
        for month, used, sent in reader.rows(
            "SELECT month, count(DISTINCT CASE WHEN (login_days | webmail_days | sent_days) <> 0 "
            "THEN account END), coalesce(sum(sent), 0) FROM mail_activity WHERE province = :province "
            "AND month >= :first AND month <= :last GROUP BY month",
            {"first": months[0], "last": months[-1]},
        )
    }
    made = []
    for number, month in enumerate(months, 1):
        after = dt.date(year + number // 12, number % 12 + 1, 1)
        days = (after - dt.date(year, number, 1)).days
        covered = sum(1 for each in known if each.month == number)
        made.append(MailMonth(month, *found.get(month, (0, 0)), covered, days))
    return tuple(made)


def session_months(reader: Reader, year: int) -> tuple[SessionMonth, ...]:
    """The sessions of *year* by month, cancelled ones left out."""
    months = {month: [0, 0.0, 0] for month in months_of(year)}
    for start, end, came in reader.rows(
        "SELECT s.starts_at, s.ends_at, EXISTS (SELECT 1 FROM attendance a "
        "WHERE a.province = s.province AND a.session = s.key) FROM session s "
        "WHERE s.province = :province AND s.ended IS NULL AND s.starts_at >= :first AND s.starts_at < :after",
        {"first": f"{year:04d}-01-01", "after": f"{year + 1:04d}-01-01"},
    ):
        month = months[start[:7]]
        month[0] += 1
        month[1] += hours(start, end)
        month[2] += bool(came)
    return tuple(SessionMonth(month, int(n), float(h), int(c)) for month, (n, h, c) in months.items())


def troubles(
    reader: Reader, year: int, last: dt.date, known: set[dt.date], jobs: tuple[JobStatus, ...]
) -> tuple[Trouble, ...]:
    """What waits for a person; nothing that is in order."""
    found = [
        _late(jobs),
        _conflicts(reader, year),
        _orphans(reader),
        *_unmatched(reader),
        _unreadable(reader),
        _gaps(reader),
    ]
    if last.year == year:
        found.append(_days(year, last, known))
    return tuple(trouble for trouble in found if trouble.count)


def _late(jobs: tuple[JobStatus, ...]) -> Trouble:
    from opsconsole.jobs.history import standing

    late = [job for job in jobs if job.late or (job.last is not None and job.last.state == "failed")]
    return Trouble("jobs", len(late), tuple(f"{job.job}: {standing(job)}" for job in late))


def _conflicts(reader: Reader, year: int) -> Trouble:
    from opsconsole.indicators.checks import findings

    found = [finding for finding in findings(reader, year) if finding.verdict == "conflict"]
    return Trouble(
        "conflicts", len(found), tuple(f"{finding.title}: {finding.text}" for finding in found[:SAMPLES])
    )


def _orphans(reader: Reader) -> Trouble:
    from opsconsole.inventory.kinds import standard

    count = 0
    samples: list[str] = []
    for kind in standard():
        where = "WHERE province = :province AND orphaned > 0 AND ended IS NULL"
        count += int(reader.value(f"SELECT count(*) FROM {kind.table} {where}"))  # noqa: S608
        if len(samples) < SAMPLES:
            samples += [
                f"{kind.called} {key} ({file}:{line})"
                for key, file, line in reader.rows(
                    f"SELECT key, file, line FROM {kind.table} {where} ORDER BY key LIMIT {SAMPLES}"  # noqa: S608
                )
            ]
    return Trouble("orphans", count, tuple(samples[:SAMPLES]))


def _unmatched(reader: Reader) -> list[Trouble]:
    counts = reader.rows(
        "SELECT sort, count(*) FROM unmatched WHERE province = :province GROUP BY sort ORDER BY sort"
    )
    made = []
    for sort, count in counts:
        samples = []
        for value, times, candidates in reader.rows(
            "SELECT value, count, candidates FROM unmatched WHERE province = :province AND sort = :sort "
            "ORDER BY count DESC, value LIMIT :most",
            {"sort": sort, "most": SAMPLES},
        ):
            between = ", ".join(json.loads(candidates)) if candidates else ""
            samples.append(f"{value} ×{times}" + (f" ({between})" if between else ""))
        made.append(Trouble(f"unmatched.{sort}", int(count), tuple(samples)))
    return made


def _unreadable(reader: Reader) -> Trouble:
    rows = reader.rows(
        "SELECT source, reason, count, sample FROM unreadable WHERE province = :province ORDER BY count DESC"
    )
    return Trouble(
        "unreadable",
        sum(int(row[2]) for row in rows),
        tuple(f"{source}: {reason} ×{count}: {sample}" for source, reason, count, sample in rows[:SAMPLES]),
    )


def _gaps(reader: Reader) -> Trouble:
    rows = reader.rows("SELECT path, reason FROM evidence_gap WHERE province = :province ORDER BY path")
    return Trouble("gaps", len(rows), tuple(f"{path}: {reason}" for path, reason in rows[:SAMPLES]))


def _days(year: int, last: dt.date, known: set[dt.date]) -> Trouble:
    first = dt.date(year, 1, 1)
    if last < first:
        return Trouble("days", 0)
    missing = [
        day
        for day in (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
        if day not in known
    ]
    return Trouble("days", len(missing), tuple(spans(missing)[:SAMPLES]))


def spans(days: list[dt.date]) -> list[str]:
    """Sorted *days* as stretches: ``2019-03-01`` or ``2019-03-01 … 2019-03-05``."""
    made: list[list[dt.date]] = []
    for day in days:
        if made and day - made[-1][-1] == dt.timedelta(days=1):
            made[-1][1:] = [day]
        else:
            made.append([day])
    return [" … ".join(day.isoformat() for day in span) for span in made]
