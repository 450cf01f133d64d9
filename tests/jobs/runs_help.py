"""What the tests of runs share: schedules, a clock that is set by hand, stages made up for a test."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.jobs.history import Run
from opsconsole.jobs.work import Clock
from opsconsole.settings import JobSchedule, Settings
from opsconsole.store.database import Database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHTLY = JobSchedule("nightly", dt.time(2), None, 3)
QUARTER = JobSchedule("quarter", None, 15, 4)
NOON = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)  # 12:00 in Viet Nam


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


def settings(*jobs: JobSchedule, **others: Any) -> Settings:
    return Settings(root=Path(), province="test", timezone=ZONE, jobs=jobs, **others)


class SetClock(Clock):
    """A clock that stands still until it is set."""

    def __init__(self, at: dt.datetime = NOON) -> None:
        self.at = at
        self.steady = 0.0

    def now(self) -> dt.datetime:
        return self.at

    def monotonic(self) -> float:
        return self.steady

    def advance(self, by: dt.timedelta) -> None:
        self.at += by
        self.steady += by.total_seconds()


def states(database: Database, job: str) -> list[tuple[str, str]]:
    """(slot in local time, state) of every run of *job*, oldest first."""
    from opsconsole.jobs.history import recent
    from opsconsole.store.clock import instant

    with database.read() as reader:
        found = recent(reader, job, limit=10_000)
    return [(f"{instant(run.slot).astimezone(ZONE):%m-%d %H:%M}", run.state) for run in reversed(found)]


def run(database: Database, job: str, settings: Settings) -> Run:
    """Run *job* as a person would ask for it at NOON, to its end."""
    from opsconsole.jobs import runs
    from opsconsole.jobs.execution import Crew
    from opsconsole.jobs.history import recent

    crew = Crew(database, settings, SetClock())
    with database.write() as writer:
        number = len(recent(writer, job))
        claim = runs.ask(writer, job, NOON + minutes(number), crew.owner)
    crew.take(claim)
    crew.execute(claim)
    with database.read() as reader:
        return recent(reader, job)[0]


def told(database: Database, run: Run) -> list[str]:
    """What *run* has to tell of itself, without its begin and end."""
    from opsconsole.jobs.history import events

    with database.read() as reader:
        return [event.text for event in events(reader, run) if event.what == "remark"]
