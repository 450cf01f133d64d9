"""A program in a real pseudo-terminal, and what it costs: processor time with its children, bytes, memory."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pexpect

PATIENCE = 120.0  # a bound for what never comes
_TICK = os.sysconf("SC_CLK_TCK")
_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?<>=$]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>78MNc])")


class Program:
    """*command* in a terminal of 120×40, from the instant at which it was started."""

    def __init__(self, command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        self.output = b""
        self.begun = time.perf_counter()
        self.child = pexpect.spawn(
            command[0],
            list(command[1:]),
            cwd=str(cwd),
            env=dict(env),  # type: ignore[arg-type]
            dimensions=(40, 120),
            timeout=PATIENCE,
        )
        self.child.delaybeforesend = None

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_error: object) -> None:
        self.child.close(force=True)

    def read(self, wait: float) -> int:
        """Take in what comes within *wait* seconds; how many bytes."""
        try:
            data = self.child.read_nonblocking(1 << 20, timeout=wait)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return 0
        self.output += data
        return len(data)

    def until(self, wanted: Callable[[str], bool], since: int = 0) -> float:
        """Wait until what was written from byte *since* on, without escapes, is *wanted*; the instant."""
        end = time.perf_counter() + PATIENCE
        if wanted(self.text(since)):
            return time.perf_counter()
        while time.perf_counter() < end:
            if self.read(0.02) and wanted(self.text(since)):
                return time.perf_counter()
            if not self.child.isalive():
                break
        raise TimeoutError(f"never came; the last was {self.text(since)[-800:]!r}")

    def text(self, since: int = 0) -> str:
        """What was written, without escapes."""
        return _ESCAPES.sub(b"", self.output[since:]).decode("utf-8", "replace")

    def rest(self, quiet: float = 0.5, most: float = PATIENCE) -> float:
        """Wait until nothing is written for *quiet* seconds; the instant of the last byte."""
        last = begun = time.perf_counter()
        while time.perf_counter() - last < quiet and time.perf_counter() - begun < most:
            if self.read(0.01):
                last = time.perf_counter()
        return last

    def send(self, keys: str) -> float:
        """Send *keys* in one write; the instant."""
        self.child.send(keys)
        return time.perf_counter()

    @property
    def cpu(self) -> float:
        """Seconds of processor time of the program and of those below it."""
        return sum(_cpu(pid) for pid in self._family())

    @property
    def memory(self) -> tuple[float, float]:
        """MiB: now, and at most so far."""
        now = most = 0.0
        for pid in self._family():
            try:
                text = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            now += _mib(text, "VmRSS")
            most += _mib(text, "VmHWM")
        return now, most

    def _family(self) -> list[int]:
        found, waiting = [], [int(self.child.pid)]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            try:
                for task in Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (task / "children").read_text().split())
            except OSError:
                continue
        return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK


def _mib(text: str, name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0
