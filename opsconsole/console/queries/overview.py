"""What the overview shows: targets, systems, use of mail, sessions, jobs, and what waits for somebody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.console.queries.mailboxes import months_of
from opsconsole.console.queries.needs import Trouble, troubles
from opsconsole.console.queries.sessions import hours
from opsconsole.console.queries.targets import Course, courses
from opsconsole.store.database import Reader

if TYPE_CHECKING:
    from opsconsole.indicators.systems import System
    from opsconsole.indicators.targets import Standing
    from opsconsole.jobs.alerts import Alert
    from opsconsole.jobs.history import JobStatus
    from opsconsole.operations.conference.sessions import Session
    from opsconsole.settings import Settings

MOST_ALERTS = 100


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


@dataclass(frozen=True)
class Overview:
    """The state of things on a day. *week* are the sessions of its week, *alerts* those that stand."""

    year: int
    day: dt.date
    courses: tuple[Course, ...]
    mail: tuple[MailMonth, ...]
    mailboxes: int
    sessions: tuple[SessionMonth, ...]
    jobs: tuple[JobStatus, ...]
    troubles: tuple[Trouble, ...]
    systems: tuple[System, ...]
    week: tuple[Session, ...]
    alerts: tuple[Alert, ...]

    @property
    def standings(self) -> tuple[Standing, ...]:
        """The targets of the year as they stand."""
        return tuple(course.standing for course in self.courses)

    @property
    def today(self) -> tuple[Session, ...]:
        """The sessions of the day."""
        return tuple(one for one in self.week if one.start.date() <= self.day <= one.end.date())


def overview(reader: Reader, settings: Settings, year: int, day: dt.date, now: dt.datetime) -> Overview:
    """The state of things as of *day*, with the targets and evidence of *year*; *now* is for jobs."""
    from opsconsole.indicators.coverage import Coverage
    from opsconsole.indicators.systems import systems
    from opsconsole.jobs.alerts import listed
    from opsconsole.jobs.history import status
    from opsconsole.operations.conference.sessions import sessions

    last = min(day, dt.date(year, 12, 31))
    first = dt.date(year, 1, 1)
    known = Coverage(reader, first, last).days("mail", first, last) if last.year == year else set()
    held = tuple(courses(reader, year, day))
    monday = day - dt.timedelta(days=day.weekday())
    after = monday + dt.timedelta(days=7)
    jobs = tuple(status(reader, settings.jobs, now, settings.timezone))
    return Overview(
        year=year,
        day=day,
        courses=held,
        mail=mail_months(reader, year, known),
        mailboxes=int(
            reader.value(
                "SELECT count(*) FROM account WHERE province = :province AND (ended IS NULL OR ended > :day)",
                {"day": day.isoformat()},
            )
        ),
        sessions=session_months(reader, year),
        jobs=jobs,
        troubles=troubles(reader, settings, year, day, known, jobs, now),
        systems=systems(reader, year, day, [course.standing for course in held] if last == day else None),
        week=tuple(sessions(reader, settings.timezone, monday.isoformat(), after.isoformat())),
        alerts=tuple(listed(reader, standing=True, limit=MOST_ALERTS)),
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
