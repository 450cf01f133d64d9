"""Applying the register to an empty SQLite, beside a bare ``executemany``; and ten times as much."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks import measure
from benchmarks.measure import Figure
from benchmarks.workbench import Workbench, fresh

SUBJECT = "apply"
# What NetBox takes in, validated and logged, by REST, CSV and ORM: the best of "6 to 10 rows a second",
# measured elsewhere and cited here; NetBox itself is not run.
NETBOX_ROWS = 10


def run(bench: Workbench) -> Iterator[Figure]:
    """The figures of applying."""
    register, runs = bench.register("apply"), bench.runs

    def empty() -> None:
        bench.empty(register)

    bare_path = bench.folder / "bare.db"

    def empty_bare() -> None:
        fresh(bench.template, bare_path)

    applied = bench.applied.database
    plan = bench.keep(
        "plan of all, in process", measure.inside("plan", [register.config], runs, before=empty)
    )
    apply = bench.keep(
        "apply of all, in process", measure.inside("apply", [register.config], runs, before=empty)
    )
    bare = bench.keep(
        "executemany, current rows",
        measure.inside("bare-insert", [applied, bare_path], runs, before=empty_bare),
    )
    both = bench.keep(
        "executemany, current and history rows",
        measure.inside("bare-insert", [applied, bare_path, "history"], runs, before=empty_bare),
    )
    rows = "executemany, current rows"
    yield Figure(SUBJECT, "apply: read, validate, plan, write, log", apply.cpu, rows, bare.cpu, 4)
    yield Figure(SUBJECT, "of that: write and log, without the plan", apply.cpu - plan.cpu, rows, bare.cpu, 4)
    yield Figure(
        SUBJECT,
        "of that: write and log, without the plan",
        apply.cpu - plan.cpu,
        "executemany, history rows too",
        both.cpu,
    )

    command: list[measure.Argument] = [
        sys.executable,
        "-m",
        "opsconsole",
        "--config",
        register.config,
        "apply",
        "--yes",
    ]
    process = bench.keep(
        "opsconsole apply --yes", measure.processes(command, runs, before=empty, cwd=register.root)
    )
    count = register.assets + register.accounts
    yield Figure(
        SUBJECT,
        "opsconsole apply, whole process, wall time",
        count / process.wall,
        "NetBox (cited, not run)",
        NETBOX_ROWS,
        unit="rows/s",
    )

    large = bench.register("ten", 10)

    def empty_large() -> None:
        bench.empty(large)

    ten = bench.keep(
        "apply of 10 times the register",
        measure.inside("apply", [large.config], min(runs, 3), before=empty_large),
    )
    yield Figure(SUBJECT, "apply of 10 times the register", ten.cpu, "apply of the register", apply.cpu, 11)
