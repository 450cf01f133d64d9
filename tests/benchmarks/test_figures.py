"""A figure judges itself: in which direction, against which bound, and what a reader sees."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import measure
from benchmarks.__main__ import line, names, table
from benchmarks.measure import Failed, Figure, Skipped


def test_at_most_holds_ours_against_theirs() -> None:
    assert Figure("x", "load", 2.0, "bare", 1.0, 2).verdict == "PASS"
    assert Figure("x", "load", 2.1, "bare", 1.0, 2).verdict == "OVER"


def test_at_least_holds_theirs_against_ours() -> None:
    assert Figure("x", "plan", 1.0, "peer", 10.0, 10, at_least=True).verdict == "PASS"
    assert Figure("x", "plan", 1.0, "peer", 9.9, 10, at_least=True).verdict == "OVER"


def test_a_figure_without_bound_is_shown_and_not_judged() -> None:
    figure = Figure("x", "load", 3.0, "events", 1.0)
    assert figure.holds is None
    assert figure.verdict == ""
    assert "3.00×" in line(figure)


def test_the_table_has_a_row_a_figure_and_a_line_for_what_was_skipped() -> None:
    lines = table(
        [Figure("x", "plan", 1.0, "peer", 9.9, 10, at_least=True), Skipped("x", "octoDNS", "no index")]
    )
    assert len(lines) == 4
    assert "at least 10×" in lines[2]
    assert "OVER" in lines[2]
    assert lines[3] == "skipped: octoDNS: no index"


def test_every_benchmark_is_named_once() -> None:
    assert names()[:3] == ["load", "apply", "peers"]
    assert len(set(names())) == len(names())


def test_a_process_that_fails_is_an_error_and_not_a_fast_run() -> None:
    with pytest.raises(Failed, match="exit code 3, not 0: broken"):
        measure.processes([sys.executable, "-c", "import sys; sys.stderr.write('broken'); sys.exit(3)"], 1)


def test_a_measured_process_sees_no_settings_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPSCONSOLE_DATABASE", f"sqlite:///{tmp_path}/mine.db")
    sample = measure.processes(
        [sys.executable, "-c", "import os; print('OPSCONSOLE_DATABASE' in os.environ)"], 2
    )
    assert [run.output.strip() for run in sample.runs] == ["False", "False"]
