"""A scheduler with a made-up stage and a clock that runs fast, to be killed by a test.

``scheduler_driver.py URL EPOCH SPEED PAUSE``: the instant is NOON plus SPEED times what has passed
since EPOCH; the stage takes PAUSE seconds before it writes, and as long while it does. It prints a line when the stage has begun; with SPEED 0 the stage then waits for a line
from standard input, and the outcome of the run is printed.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
import time
from contextlib import suppress
from functools import partial

from opsconsole.jobs import runs, stages
from opsconsole.jobs.execution import Crew
from opsconsole.jobs.scheduler import serve
from opsconsole.jobs.stages import Stage
from opsconsole.jobs.work import Clock, Work
from opsconsole.settings import JobSchedule
from opsconsole.store.database import Database
from tests.jobs.runs_help import NOON, settings

MINUTELY = JobSchedule("minutely", None, 1, 1000)


class FastClock(Clock):
    def __init__(self, epoch: float, speed: float) -> None:
        self.epoch, self.speed = epoch, speed

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(seconds=(time.time() - self.epoch) * self.speed)

    def monotonic(self) -> float:
        return time.time() * self.speed


def say(*words: str) -> None:
    # Nobody may be reading: a full pipe must not hold a stage up.
    with suppress(BlockingIOError):
        os.write(1, (" ".join(words) + "\n").encode())


def effect(work: Work, pause: float) -> None:
    """A row that nothing but the fence keeps from being written twice."""
    say("begun", work.claim.slot)
    time.sleep(pause)
    with work.database.write() as writer:
        writer.execute("INSERT INTO effect (slot) VALUES (:slot)", {"slot": work.claim.slot})
        time.sleep(pause)
        work.finish(writer, {})


def effect_on_word(work: Work) -> None:
    """The same, but the effect waits for a word from the test."""
    say("begun", work.claim.slot)
    sys.stdin.readline()
    with work.database.write() as writer:
        writer.execute("INSERT INTO effect (slot) VALUES (:slot)", {"slot": work.claim.slot})
        work.finish(writer, {})


def main(url: str, epoch: float, speed: float, pause: float) -> None:
    database, clock = Database(url, "test"), FastClock(epoch, speed)
    stages.register(Stage("minutely", "made up", partial(effect, pause=pause) if speed else effect_on_word))
    os.set_blocking(1, False)
    if speed:
        # A dead owner is given up after a third of a second, on a slow machine a living one too.
        runs.HEARTBEAT = dt.timedelta(seconds=0.05)
        runs.STALE = dt.timedelta(seconds=speed / 3)
        runs.MOST_TAKEOVERS = 10_000
        serve(database, settings(MINUTELY), threading.Event(), clock, tick=0.03)
        return
    crew = Crew(database, settings(MINUTELY), clock)
    with database.write() as writer:
        claim = runs.claim(writer, clock.now(), crew.owner, ["minutely"])
    assert claim is not None
    with crew.alive():
        crew.take(claim)
        say("ended", crew.execute(claim))


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:5]))
