"""A scheduler as ``scheduler --once`` starts it, with the clock set to an instant, to be killed by a test.

``yearly_driver.py CONFIG INSTANT``: runs what is due at INSTANT and ends; a dead owner is given up
after a second instead of half a minute.
"""

from __future__ import annotations

import datetime as dt
import sys
import threading
import time
from pathlib import Path

from opsconsole.catalogue import use_language
from opsconsole.jobs import runs
from opsconsole.jobs.scheduler import serve
from opsconsole.jobs.work import Clock
from opsconsole.settings import load
from opsconsole.store.database import Database


class ClockFrom(Clock):
    """Goes on from an instant."""

    def __init__(self, begin: dt.datetime) -> None:
        self.begin, self.started = begin, time.monotonic()

    def now(self) -> dt.datetime:
        return self.begin + dt.timedelta(seconds=time.monotonic() - self.started)


def main(config: str, begin: str) -> int:
    settings = load(Path(config))
    use_language(settings.language)
    runs.HEARTBEAT, runs.STALE = dt.timedelta(seconds=0.1), dt.timedelta(seconds=1)
    runs.MOST_TAKEOVERS = 10_000
    served = serve(
        Database(settings.database, settings.province),
        settings,
        threading.Event(),
        ClockFrom(dt.datetime.fromisoformat(begin)),
        once=True,
        tick=0.05,
        tell=lambda text: sys.stderr.write(text + "\n") and None,
    )
    return 1 if served.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
