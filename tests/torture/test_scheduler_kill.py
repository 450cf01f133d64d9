"""Schedulers that are killed and frozen: each slot is done, and its effect is there, exactly once.

``OPSCONSOLE_KILLS=200 OPSCONSOLE_SLOTS=500 pytest -s tests/torture/test_scheduler_kill.py`` is the
long form: four schedulers, 500 slots, one of the four killed every second.
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from opsconsole.jobs import due, runs, stages
from opsconsole.jobs.history import recent
from opsconsole.jobs.scheduler import serve
from opsconsole.jobs.stages import Stage
from opsconsole.jobs.work import Work
from opsconsole.store.clock import instant
from opsconsole.store.database import Database
from tests.jobs.runs_help import NOON, ZONE, SetClock, minutes, settings
from tests.torture.scheduler_driver import MINUTELY

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("OPSCONSOLE_KILLS", "10"))
SLOTS = int(os.environ.get("OPSCONSOLE_SLOTS", "0"))
PROCESSES = 4
# Every second one is killed, and so fast goes the time, that there are as many slots as asked for;
# the short form kills as soon as somebody works.
SPEED = 60.0 * SLOTS / KILLS if SLOTS else 200.0
# In the long form somebody is at work for more than half of the time.
PAUSE = 0.3 * 60 / SPEED if SLOTS else 0.02


def start(database: Database, epoch: float, speed: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.torture.scheduler_driver",
            database.url,
            str(epoch),
            str(speed),
            str(PAUSE),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


@pytest.fixture(autouse=True)
def _effects(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def effect(work: Work) -> None:
        with work.database.write() as writer:
            writer.execute("INSERT INTO effect (slot) VALUES (:slot)", {"slot": work.claim.slot})
            work.finish(writer, {})

    monkeypatch.setitem(stages._stages, "minutely", Stage("minutely", "made up", effect))
    with database.write() as writer:
        writer.execute("CREATE TABLE effect (slot TEXT)")


def effects(database: Database) -> list[Any]:
    with database.read() as reader:
        return [row[0] for row in reader.rows("SELECT slot FROM effect ORDER BY slot")]


@pytest.mark.slow
def test_killed_at_any_moment_every_slot_is_done_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST_TAKEOVERS", 10_000)
    # APScheduler's own store, killed 15 times, left 10 of 52 runs unfinished for ever.
    chance = random.Random(20190806)
    with database.write() as writer:  # however long the first takes to start, the slots begin at NOON
        due.note_due(writer, MINUTELY, NOON, ZONE)
    epoch = time.time()
    running = [start(database, epoch, SPEED) for _ in range(PROCESSES)]
    try:
        for kill in range(KILLS):
            if SLOTS:
                time.sleep(max(0.0, epoch + kill + chance.random() - time.time()))
                victim = chance.choice(running)
            else:
                victim = chance.choice([who_works(running), *running])
                time.sleep(chance.random() * 0.08)
            assert victim.poll() is None, "a scheduler ended by itself"
            victim.kill()
            victim.wait()
            running.remove(victim)
            if kill < KILLS - PROCESSES:
                running.append(start(database, epoch, SPEED))
    finally:
        for process in running:
            process.kill()
            process.wait()
    clock = SetClock(NOON + minutes((time.time() - epoch) * SPEED / 60 + 5))
    serve(database, settings(MINUTELY), threading.Event(), clock, once=True, tick=0.01)

    with database.read() as reader:
        found = sorted(recent(reader, limit=10_000), key=lambda run: run.slot)
    assert {run.state for run in found} == {"ok"}
    assert effects(database) == [run.slot for run in found]
    assert len(found) == 1 + (instant(found[-1].slot) - instant(found[0].slot)) // minutes(1)
    assert instant(found[0].slot) == NOON
    assert len(found) >= max(KILLS // 2, SLOTS)
    retried = [run for run in found if run.attempt > 1]
    if SLOTS:
        most = max(run.attempt for run in found)
        sys.stdout.write(
            f"\n{len(found)} slots, {KILLS} kills of {PROCESSES} schedulers: {len(retried)} runs were taken"
            f" over, none tried more than {most} times; 0 lost, 0 done twice\n"
        )


def who_works(running: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    """The process that says next that its stage has begun; a standby does not. What the others
    said meanwhile is left in their pipes."""
    by_pipe = {process.stdout.fileno(): process for process in running if process.stdout}
    ready = select.select(list(by_pipe), [], [], 60)[0]
    assert ready, "no scheduler began a run within a minute"
    assert os.read(ready[0], 65536), "a scheduler ended by itself"
    return by_pipe[ready[0]]


def test_a_scheduler_frozen_before_its_write_is_refused_when_it_wakes(database: Database) -> None:
    with database.write() as writer:
        due.note_due(writer, MINUTELY, NOON, ZONE)
    frozen = start(database, 0.0, 0.0)
    try:
        begun = line(frozen)
        assert begun[0] == "begun"
        frozen.send_signal(signal.SIGSTOP)
        served = serve(
            database, settings(MINUTELY), threading.Event(), SetClock(NOON + minutes(1)), once=True, tick=0.01
        )
        assert served.ok == 2
        frozen.send_signal(signal.SIGCONT)
        assert frozen.stdin is not None
        frozen.stdin.write("go on\n")
        frozen.stdin.flush()
        assert line(frozen) == ["ended", "lost"]
    finally:
        frozen.kill()
        frozen.wait()
    assert len(effects(database)) == 2
    assert effects(database).count(begun[1]) == 1
