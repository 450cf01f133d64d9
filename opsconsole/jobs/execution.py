"""Doing claimed runs: a stage is called, its effect and 'ok' are one transaction, all else is noted.

A ``Crew`` holds the claims of this process and keeps them alive with heartbeats. The scheduler and
``jobs run`` do their runs through it and differ only in who decides what is run.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs import runs
from opsconsole.jobs.runs import Claim, LostClaim
from opsconsole.jobs.stages import find
from opsconsole.jobs.work import Clock, Interrupted, Work
from opsconsole.settings import Settings
from opsconsole.store.clock import local
from opsconsole.store.database import Database, Writer
from opsconsole.text import safe

Tell: TypeAlias = Callable[[str], None]


OVERTIME = 30.0
"""So many seconds after its timeout a stage that does not stop by itself is given up."""


def new_owner() -> str:
    """A name for this process that no other has or had: the owner of its claims."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Crew:
    """The runs of this process. Threads may share it.

    *tell* hears of each run that it began and how it ended; of many in a row one wants to hear only
    of those that did not end well (*tell_what_goes_well* is false).
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Clock | None = None,
        tell: Tell | None = None,
        *,
        tell_what_goes_well: bool = True,
    ) -> None:
        self.database = database
        self.settings = settings
        self.clock = clock or Clock()
        self.owner = new_owner()
        self.outcomes = dict.fromkeys(("ok", "failed", "interrupted", "lost"), 0)
        self._tell: Tell = tell or (lambda text: None)
        self._tell_what_goes_well = tell_what_goes_well
        self._schedules = {schedule.name: schedule for schedule in settings.jobs}
        self._active: dict[Claim, Work] = {}
        self._changed = threading.Condition()

    def active(self) -> int:
        """How many runs are claimed by this process and have not ended."""
        with self._changed:
            return sum(not work.given_up for work in self._active.values())

    def threads(self) -> int:
        """How many threads are at work, those included whose run was given up."""
        with self._changed:
            return len(self._active)

    def take(self, claim: Claim) -> None:
        """Keep *claim* alive from now on; ``execute`` must follow. Call it after the commit."""
        schedule = self._schedules.get(claim.job)
        minutes = schedule.timeout_minutes if schedule else None
        limit = None if minutes is None else 60.0 * minutes
        with self._changed:
            self._active[claim] = Work(claim, self.database, self.settings, self.clock, limit)

    def execute(self, claim: Claim) -> str:
        """Do the run of *claim*: returns ``ok``, ``failed``, ``interrupted`` or ``lost``.

        What a stage raises becomes the run's error. KeyboardInterrupt marks it interrupted and
        goes on up.
        """
        with self._changed:
            work = self._active[claim]
        work.begin()
        outcome = "failed"
        if self._tell_what_goes_well:
            self._say(claim, _("started"))
        try:
            outcome = self._attempt(work)
        except BaseException:
            outcome = self._interrupt(claim)
            raise
        finally:
            with self._changed:
                if not work.given_up:  # then it was counted
                    self.outcomes[outcome] += 1
                self._active.pop(claim, None)
                self._changed.notify_all()
        return outcome

    def _attempt(self, work: Work) -> str:
        claim = work.claim
        try:
            work.check()
            find(claim.job).run(work)
            if work.done is None:
                raise RuntimeError(f"the stage '{claim.job}' ended and did not say that it was done")
        except LostClaim as lost:
            self._say(claim, str(lost))
            return "lost"
        except Interrupted:
            if work.over():
                return self._fail(work, work.overtime())
            self._say(claim, _("interrupted"))
            return self._interrupt(claim)
        except Exception as error:
            return self._fail(work, describe(error))
        if self._tell_what_goes_well:
            self._say(claim, _("done"))
        return "ok"

    def _fail(self, work: Work, reason: str) -> str:
        claim = work.claim
        self._say(claim, _("failed: {reason}").format(reason=reason))
        schedule = self._schedules.get(claim.job)
        waits = schedule.waits if schedule else runs.BACKOFF

        def note(writer: Writer) -> None:
            runs.fail(writer, claim, reason, self.clock.now(), waits, work.remarks)
            work.settle(writer)

        return self._close(note, "failed")

    def _interrupt(self, claim: Claim) -> str:
        return self._close(lambda writer: runs.interrupt(writer, claim, self.clock.now()), "interrupted")

    def _close(self, statement: Callable[[Writer], None], outcome: str) -> str:
        """Write the end of a run that did not end well. Where that cannot be written (the database
        is away, the claim is lost) the run is taken over later, for want of a heartbeat."""
        try:
            with self.database.write() as writer:
                statement(writer)
        except LostClaim:
            return "lost"
        except Exception as error:
            self._tell(_("The end of a run could not be recorded: {reason}").format(reason=describe(error)))
        return outcome

    def _say(self, claim: Claim, text: str) -> None:
        self._tell(f"{safe(claim.job)} {local(claim.slot, self.settings.timezone)}: {text}")

    # --- heartbeats ---------------------------------------------------------------------------

    def beat(self, writer: Writer, now: dt.datetime) -> None:
        """Give a heartbeat for each run of this process; a lost one is told to break off."""
        with self._changed:
            held = [work for work in self._active.values() if not work.given_up]
        for work in held:
            try:
                runs.heartbeat(writer, work.claim, now)
            except LostClaim:
                work.stop.set()

    def watch(self) -> None:
        """Give up the runs that are far over their time and did not stop by themselves: they have
        failed, and what their threads still do is refused."""
        with self._changed:
            hanging = [work for work in self._active.values() if work.over(OVERTIME) and not work.given_up]
        for work in hanging:
            work.stop.set()
            outcome = self._fail(work, work.overtime())
            with self._changed:
                if work.claim in self._active:
                    work.given_up = True
                    self.outcomes[outcome] += 1
                    self._changed.notify_all()

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Heartbeats go out while the block runs, and runs that hang are given up."""
        ended = threading.Event()

        def pulse() -> None:
            while not ended.wait(runs.HEARTBEAT.total_seconds()):
                if not self.active():
                    continue
                try:
                    with self.database.write() as writer:
                        self.beat(writer, self.clock.now())
                    self.watch()
                except Exception as error:
                    self._tell(_("No heartbeat: {reason}").format(reason=describe(error)))

        thread = threading.Thread(target=pulse, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()

    # --- the end ------------------------------------------------------------------------------

    def break_off(self, patience: float) -> int:
        """Tell every stage to stop and wait up to *patience* seconds for them; what has not ended
        by then is marked interrupted. Returns how many those are: their threads go on, and what
        they do is refused."""
        with self._changed:
            for work in self._active.values():
                work.stop.set()
            self._changed.wait_for(lambda: all(work.given_up for work in self._active.values()), patience)
            left = list(self._active.values())
        if left:
            # A stage that hangs inside its transaction keeps the write lock: then nothing can be
            # written, and the end of this process frees it.
            marking = threading.Thread(target=self._mark_interrupted, args=(left,), daemon=True)
            marking.start()
            marking.join(2.0)
        return len(left)

    def _mark_interrupted(self, left: Collection[Work]) -> None:
        for work in left:
            if not work.given_up:
                self._say(work.claim, _("did not stop in time; it is due again"))
                self._interrupt(work.claim)


def describe(error: BaseException) -> str:
    """*error* in one safe line: its text if it is meant for users, else with the name of its kind."""
    text = safe(str(error))
    return text if isinstance(error, Refused) and text else f"{type(error).__name__}: {text}"
