"""The harness that measures programs in a terminal, and how its figures are told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.bench_terminal import LARGE, SMALL, press, told
from benchmarks.measure import environment
from benchmarks.ptyrun import Program

ECHO = """
import os, sys, termios, time, tty
tty.setraw(0)
os.write(1, b"\\x1b[2J\\x1b[31mready\\x1b[0m")
while (key := os.read(0, 100)) != b"q":
    begun = time.process_time()
    while time.process_time() - begun < 0.02:
        pass
    os.write(1, b"\\x1b]0;t\\x07got " + key)
"""


@pytest.mark.terminal
def test_a_key_costs_what_the_program_spends_on_it(tmp_path: Path) -> None:
    with Program([sys.executable, "-c", ECHO], tmp_path, environment()) as program:
        program.until(lambda text: "ready" in text)
        assert "\x1b" not in program.text()
        found = press(program, "x", 10)
        assert 18 <= found["cpu"] < 60
        assert found["p50"] >= 15
        assert found["bytes"] == len(b"\x1b]0;t\x07got x")
        now, most = program.memory
        assert 1 < now <= most
        with pytest.raises(TimeoutError, match="ready"):
            program.send("q")
            program.until(lambda text: "never" in text)


def test_a_figure_over_its_bound_is_called_so() -> None:
    def key(cpu: float) -> dict[str, float]:
        return {"cpu": cpu, "p50": 1, "p95": 2, "bytes": 3}

    pressed = {
        f"opsconsole {count}": {"down": key(down), "page": key(20.0), "memory": 101.0, "peak": 120.0}
        for count, down in ((SMALL, 8.0), (LARGE, 9.9))
    }
    lines = told({"version": 0.081, "keys": pressed, "idle": {"percent": 0.4, "bytes a second": 0}})

    def verdict(begin: str) -> str:
        (line,) = (line for line in lines if line.startswith(f"| {begin}"))
        return line.split("|")[4].strip()

    assert verdict("`--version`") == "OVER"
    assert verdict(f"opsconsole {LARGE}: a row down, processor") == "PASS"
    assert verdict(f"opsconsole {SMALL}: a row down, processor") == ""
    assert verdict(f"opsconsole {LARGE}: memory  ") == "OVER"
    assert verdict("opsconsole: down") == "PASS"
    assert verdict("idle") == "PASS"
