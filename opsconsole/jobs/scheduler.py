"""The scheduler: notes what is due, claims it, has it done, until it is told to stop.

APScheduler is the ticker and the pool of threads, with its memory store and one job, the tick;
what is due and what has run is in ``job_run`` (docs/decisions/0007). Any number of schedulers may
work on one database.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs import due as noting
from opsconsole.jobs import runs
from opsconsole.jobs import schedule as slots
from opsconsole.jobs.execution import Crew, Tell, describe
from opsconsole.jobs.leader import Leadership, leadership
from opsconsole.jobs.stages import find
from opsconsole.jobs.work import Clock
from opsconsole.settings import JobSchedule, Settings
from opsconsole.store.database import Database

TICK = 1.0
WORKERS = 4
PATIENCE = 20.0
CLOCK_STEP = 2.0


@dataclass(frozen=True, slots=True)
class Served:
    """What a scheduler did. ``abandoned`` runs did not end in time: their threads are still there,
    so the process should end without waiting for them."""

    ok: int
    failed: int
    interrupted: int
    lost: int
    abandoned: int


def serve(
    database: Database,
    settings: Settings,
    stop: threading.Event,
    clock: Clock | None = None,
    *,
    once: bool = False,
    tick: float = TICK,
    patience: float = PATIENCE,
    tell: Tell | None = None,
) -> Served:
    """Run the jobs of *settings* at their times until *stop* is set; with *once*, until nothing
    more can be run now.

    Then no more is claimed, the stages are told to break off, and after *patience* seconds what
    goes on is marked interrupted: it is due again. *tell* gets a line for each event. Raises
    Refused for a job without a stage and for a database that cannot be read at the start;
    later, a database that is away is waited for.
    """
    if not settings.jobs:
        raise Refused(_("no job is scheduled: add 'jobs:' to config.yaml"))
    for job in settings.jobs:
        find(job.name)
    scheduler = _Scheduler(database, settings, stop, clock or Clock(), once, tell or (lambda text: None))
    with database.read() as reader:
        runs.claimable(reader, scheduler.clock.now(), scheduler.jobs)
    return scheduler.serve(min(tick, TICK), patience)


class _Scheduler:
    def __init__(
        self,
        database: Database,
        settings: Settings,
        stop: threading.Event,
        clock: Clock,
        once: bool,
        tell: Tell,
    ) -> None:
        self.database, self.settings, self.stop = database, settings, stop
        self.clock, self.once, self.tell = clock, once, tell
        self.jobs = tuple(job.name for job in settings.jobs if not job.paused)
        self.after = {job.name: job.after for job in settings.jobs if job.after}
        self.crew = Crew(database, settings, clock, tell)
        # A scheduler that is started to run what is due now does it whoever leads.
        self.lock: Leadership | None = None if once else leadership(database)
        self.leads = False
        self.error: BaseException | None = None
        self.troubled = False
        # When each job is due next by what this process knows; without an entry, it is asked.
        self.next_due: dict[str, dt.datetime] = {}
        self.ticker: Any = None
        self.ticking = threading.Lock()

    def serve(self, tick: float, patience: float) -> Served:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        # APScheduler warns of each tick that is late because the one before waits for a lock.
        logger = logging.getLogger("opsconsole.jobs.ticker")
        logger.setLevel(logging.CRITICAL)
        self.ticker = BackgroundScheduler(
            timezone=dt.UTC,
            logger=logger,
            daemon=True,
            executors={"default": ThreadPoolExecutor(1), "runs": ThreadPoolExecutor(WORKERS)},
        )
        self.ticker.add_job(
            self.tick,
            _ticks(tick),
            id="tick",
            next_run_time=dt.datetime.now(dt.UTC),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
        with self.crew.alive():
            self.ticker.start()
            try:
                self._watch_clock(tick)
            finally:
                self.stop.set()
                limit = time.monotonic() + patience
                # A tick that is under way may still claim: then its runs are told to stop too.
                if self.ticking.acquire(timeout=patience):
                    self.ticking.release()
                abandoned = self.crew.break_off(max(0.0, limit - time.monotonic()))
                self.ticker.shutdown(wait=False)
                if self.lock:
                    self.lock.release()
        if self.error:
            raise self.error
        done = self.crew.outcomes
        return Served(done["ok"], done["failed"], done["interrupted"], done["lost"], abandoned)

    def _watch_clock(self, tick: float) -> None:
        """Wait for the stop. APScheduler sleeps by the wall clock: set back by an hour, it would
        be silent for an hour; so a step is looked for here, by the clock that nobody sets."""
        wall, steady = self.clock.now(), self.clock.monotonic()
        while not self.stop.wait(tick):
            wall_now, steady_now = self.clock.now(), self.clock.monotonic()
            step = (wall_now - wall).total_seconds() - (steady_now - steady)
            wall, steady = wall_now, steady_now
            if abs(step) > CLOCK_STEP:
                self.tell(
                    _("The clock was set by {step} s; what is due is worked out anew.").format(
                        step=round(step)
                    )
                )
                self.next_due.clear()
                for job in self.ticker.get_jobs():
                    job.modify(next_run_time=dt.datetime.now(dt.UTC))

    # --- one tick -------------------------------------------------------------------------------

    def tick(self) -> None:
        """Note, claim, hand out. An error is told once and the next tick tries again."""
        with self.ticking:
            if not self.stop.is_set():
                self._try()

    def _try(self) -> None:
        try:
            if self._leading():
                self._note_and_claim()
                self.troubled = False
        except Exception as error:
            if self.once:
                self.error = error
                self.stop.set()
            elif not self.troubled:
                self.troubled = True
                self.tell(_("The scheduler cannot work now: {reason}").format(reason=describe(error)))

    def _leading(self) -> bool:
        if self.lock is None:
            return True
        held = self.lock.held()
        if held != self.leads:
            self.leads = held
            self.next_due.clear()
            self.tell(_("This scheduler leads.") if held else _("This scheduler stands by."))
        return held

    def _note_and_claim(self) -> None:
        now = self.clock.now()
        due = [job for job in self.settings.jobs if self._is_due(job, now)]
        # Asked before the store is: a run that ends in between frees the next of its job.
        busy = self.crew.active()
        room = WORKERS - self.crew.threads()
        with self.database.read() as reader:
            waiting = runs.claimable(reader, now, self.jobs, self.after)
        if due or (waiting and room > 0):
            self._hand_out(self._claim(now, due, room))
        elif self.once and not waiting and not busy:
            self.stop.set()

    def _is_due(self, job: JobSchedule, now: dt.datetime) -> bool:
        expected = self.next_due.get(job.name)
        return expected is None or now >= expected

    def _claim(self, now: dt.datetime, due: list[JobSchedule], room: int) -> list[runs.Claim]:
        claims: list[runs.Claim] = []
        upcoming = {job.name: slots.next_due(job, now, self.settings.timezone) for job in due}
        with self.database.write() as writer:
            # The writer may have waited its turn for long: our own runs first, so that none of
            # them looks dead to the claim below.
            now = self.clock.now()
            self.crew.beat(writer, now)
            for job in due:
                keep = None if find(job.name).looks_back else 1
                noted = noting.note_due(writer, job, now, self.settings.timezone, keep, at_once=self.once)
                if noted.skipped and not job.paused:
                    self.tell(
                        _("{job}: {n} missed slots are too old to run").format(job=job.name, n=noted.skipped)
                    )
            while len(claims) < room and not self.stop.is_set():
                claim = runs.claim(writer, now, self.crew.owner, self.jobs, self.after)
                if claim is None:
                    break
                claims.append(claim)
        for claim in claims:
            self.crew.take(claim)
        self.next_due |= upcoming
        return claims

    def _hand_out(self, claims: list[runs.Claim]) -> None:
        for claim in claims:
            self.ticker.add_job(
                self.crew.execute,
                args=[claim],
                id=f"{claim.job} {claim.slot} {claim.attempt}",
                executor="runs",
                misfire_grace_time=None,
            )


def _ticks(seconds: float) -> Any:
    """A trigger that fires *seconds* after now. APScheduler's interval is counted from the last
    time: a clock set forward by a year makes it build a list of 31 million times."""
    from apscheduler.triggers.base import BaseTrigger

    class Ticks(BaseTrigger):  # type: ignore[misc]
        def get_next_fire_time(self, previous: dt.datetime | None, now: dt.datetime) -> dt.datetime:
            return now + dt.timedelta(seconds=seconds)

    return Ticks()
