"""Measuring processes, and figures that stand beside a bound.

Every run is a fresh process. Its cost is the processor time (user + system) that the kernel
reports for it and for the children it waited for; wall time and peak memory are kept as well.
The smallest of the runs is compared: other work on the machine only ever adds.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

# What a command is made of; anything that is no text is written as it prints.
Argument: TypeAlias = "str | int | Path"

ROOT = Path(__file__).resolve().parent.parent


class Failed(Exception):
    """A measured process did not do what it was to do; the text says what it wrote."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: processor and wall time in seconds, peak memory in bytes (0: not more than that of
    the process that measures, so not known), what it printed."""

    cpu: float
    wall: float
    memory: int
    output: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Runs of one thing. Times in seconds, memory in bytes."""

    runs: tuple[Run, ...]

    @property
    def cpu(self) -> float:
        """The least processor time of a run."""
        return min(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        """The least wall time of a run."""
        return min(run.wall for run in self.runs)

    @property
    def memory(self) -> int:
        """The least peak memory of a run."""
        return min(run.memory for run in self.runs)

    @property
    def data(self) -> dict[str, Any]:
        """The sample for JSON."""
        return {
            "runs": len(self.runs),
            "cpu_min": self.cpu,
            "cpu_median": statistics.median(run.cpu for run in self.runs),
            "wall_min": self.wall,
            "wall_median": statistics.median(run.wall for run in self.runs),
            "memory": self.memory,
        }


def processes(
    command: Sequence[Argument],
    runs: int,
    *,
    before: Callable[[], None] | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    expect: int = 0,
) -> Sample:
    """*runs* runs of *command*, each after a call of *before*. Raises Failed on another exit code."""
    made = []
    for _each in range(runs):
        if before is not None:
            before()
        made.append(_process([str(part) for part in command], cwd, env, expect))
    return Sample(tuple(made))


def _process(command: list[str], cwd: Path | None, env: Mapping[str, str] | None, expect: int) -> Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=cwd or ROOT, env=environment(env), stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        _pid, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode != expect:
            said = (err.read() or out.read()).decode(errors="replace").strip()
            raise Failed(f"{' '.join(command)}: exit code {child.returncode}, not {expect}: {said[-2000:]}")
        # A child starts as a copy of this process, and the kernel counts that as memory of its own.
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # The kernel counts in kilobytes on Linux and in bytes on macOS.
        memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) if usage.ru_maxrss > own else 0
        return Run(usage.ru_utime + usage.ru_stime, wall, memory, out.read().decode())


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a measured process sees: none of the user's settings, UTF-8, and *more*."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ
    }
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **(more or {})}


def inside(
    action: str, arguments: Sequence[Argument], runs: int, *, before: Callable[[], None] | None = None
) -> Sample:
    """*runs* runs of an action of ``benchmarks.inside``, each in a fresh process, timed by the
    process itself from after its imports; memory is that of the process."""
    command = [sys.executable, "-m", "benchmarks.inside", action, *arguments]
    made = []
    for run in processes(command, runs, before=before).runs:
        said = json.loads(run.output)
        made.append(Run(said["cpu"], said["wall"], run.memory, run.output))
    return Sample(tuple(made))


def interpreter(runs: int) -> Sample:
    """What it costs to start Python and do nothing."""
    return processes([sys.executable, "-c", "pass"], runs)


# --- figures -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """Ours beside another's cost of the same work, and what the ratio may be.

    With *at_least* the ratio is theirs / ours and must reach *bound*; else it is ours / theirs and
    must not exceed it. *bound* None: shown, not judged. Times in seconds of processor time unless
    *unit* says otherwise.
    """

    subject: str
    what: str
    ours: float
    peer: str
    theirs: float
    bound: float | None = None
    at_least: bool = False
    unit: str = "s"
    note: str = ""

    @property
    def ratio(self) -> float:
        """How ours and theirs compare, in the direction of the bound."""
        above, below = (self.theirs, self.ours) if self.at_least else (self.ours, self.theirs)
        return above / below if below else float("inf")

    @property
    def holds(self) -> bool | None:
        """Whether the bound is kept; None where there is none."""
        if self.bound is None:
            return None
        return self.ratio >= self.bound if self.at_least else self.ratio <= self.bound

    @property
    def verdict(self) -> str:
        """PASS, OVER (a bound that is not kept), or nothing."""
        return {None: "", True: "PASS", False: "OVER"}[self.holds]

    @property
    def bound_text(self) -> str:
        """The bound in words."""
        if self.bound is None:
            return "–"
        return f"{'at least' if self.at_least else 'at most'} {self.bound:g}×"

    @property
    def data(self) -> dict[str, Any]:
        """The figure for JSON."""
        return {
            "subject": self.subject,
            "what": self.what,
            "ours": self.ours,
            "peer": self.peer,
            "theirs": self.theirs,
            "unit": self.unit,
            "ratio": self.ratio,
            "ratio_is": "theirs/ours" if self.at_least else "ours/theirs",
            "bound": self.bound,
            "holds": self.holds,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be measured, and why."""

    subject: str
    what: str
    why: str

    @property
    def data(self) -> dict[str, Any]:
        """The entry for JSON."""
        return {"subject": self.subject, "what": self.what, "skipped": self.why}


def amount(value: float, unit: str) -> str:
    """*value* for a table: three digits that mean something."""
    if unit == "s":
        return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"
    return f"{value:,.0f} {unit}"
