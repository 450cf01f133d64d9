"""A run in the hands of its stage: what it may use, whether it is to go on, what it has to tell."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Mapping
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs import runs
from opsconsole.jobs.alerts import Judgement, settle
from opsconsole.jobs.runs import Claim
from opsconsole.jobs.watch import failed_jobs
from opsconsole.settings import Settings
from opsconsole.store import clock
from opsconsole.store.database import Database, Writer

MOST_REMARKS = 50
"""What a run has to tell beyond that is left out."""


class TimedOut(Refused):
    """The run took longer than its job allows, and was broken off."""


class Interrupted(Exception):
    """The work was told to stop and broke off; it is due again."""


class Clock:
    """The wall clock, and the one that nobody sets."""

    def now(self) -> dt.datetime:
        """The instant by the wall clock, in UTC."""
        return clock.now()

    def monotonic(self) -> float:
        """Seconds since some moment; never set, forward or back."""
        return time.monotonic()


class Work:
    """One run in the hands of its stage. *limit* is how many seconds it may take, None for any."""

    def __init__(
        self, claim: Claim, database: Database, settings: Settings, clock: Clock, limit: float | None = None
    ) -> None:
        self.claim = claim
        self.database = database
        self.settings = settings
        self.stop = threading.Event()
        """Set when the stage is to break off: the scheduler stops, or the claim was lost."""
        self.done: Mapping[str, Any] | None = None
        self.remarks: list[str] = []
        self.judged: list[Judgement] = []
        self.given_up = False
        self._clock = clock
        self._limit = limit
        self._deadline: float | None = None

    def now(self) -> dt.datetime:
        """The instant by the clock of whoever runs it, in UTC."""
        return self._clock.now()

    def begin(self) -> None:
        """From now on its time counts."""
        if self._limit is not None:
            self._deadline = self._clock.monotonic() + self._limit

    def over(self, by: float = 0.0) -> bool:
        """Whether it has taken longer than it may, by *by* seconds at least."""
        return self._deadline is not None and self._clock.monotonic() >= self._deadline + by

    def stopped(self) -> bool:
        """Whether the stage is to break off now."""
        return self.stop.is_set() or self.over()

    def check(self) -> None:
        """Go on only if nothing speaks against it. Raises TimedOut, or Interrupted when the work is
        to break off."""
        if self.over():
            raise TimedOut(self.overtime())
        if self.stop.is_set():
            raise Interrupted

    def overtime(self) -> str:
        """What is said of a run that took too long."""
        return _("it took longer than {n} minutes and was broken off ('timeout_minutes')").format(
            n=round((self._limit or 0) / 60)
        )

    def remark(self, text: str) -> None:
        """Something to tell of the run besides its counts, kept with it when it ends or fails."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(text)
        elif len(self.remarks) == MOST_REMARKS:
            self.remarks.append("…")

    def judge(self, judgement: Judgement) -> None:
        """What the run found out about an event: alerts are raised and ended by it in the transaction
        that ends the run, whether it ends well or fails."""
        self.judged.append(judgement)

    def settle(self, writer: Writer) -> None:
        """Raise and end the alerts that follow from the run, which has just been ended in this
        transaction: those it judged itself, and that of its job, unless it judged something bad: what
        was found is told once."""
        now, alerts = self.now(), self.settings.alerts
        for judgement in self.judged:
            settle(writer, alerts, judgement, now)
        if not any(judgement.bad for judgement in self.judged):
            settle(writer, alerts, failed_jobs(writer, self.settings, now, self.claim.job), now)

    def hold(self, writer: Writer) -> None:
        """At the start of the transaction that holds the effect: stop here if the run is lost.

        Raises LostClaim, TimedOut, or Interrupted when the work is to break off.
        """
        self.check()
        runs.heartbeat(writer, self.claim, self._clock.now())

    def finish(self, writer: Writer, counts: Mapping[str, Any]) -> None:
        """In the same transaction as the effect: it is done, and this is what it did. Once a run."""
        runs.finish(writer, self.claim, counts, self._clock.now(), self.remarks)
        self.settle(writer)
        self.done = counts
