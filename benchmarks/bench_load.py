"""Reading the register: cold, with nothing changed, and with one file changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from benchmarks import data, measure
from benchmarks.measure import Figure
from benchmarks.workbench import Workbench

SUBJECT = "load"

_HASH = (
    "import os, sys; from _blake2 import blake2b\n"
    "for folder, _folders, names in os.walk(sys.argv[1]):\n"
    "    for name in names:\n"
    "        with open(f'{folder}/{name}', 'rb') as file: blake2b(file.read(), digest_size=20).hexdigest()"
)


def run(bench: Workbench) -> Iterator[Figure]:
    """The figures of reading, ours beside bare libraries over the same files."""
    register, runs = bench.whole, bench.runs
    bench.say(
        f"{len(register.files)} files, {register.bytes:,} bytes: {register.assets:,} assets, "
        f"{register.accounts:,} mailboxes, the units"
    )
    load = bench.keep("cold load, in process", measure.inside("load", [register.config], runs))
    bare = bench.keep("yaml.load(CSafeLoader)", measure.inside("bare-yaml", [register.folder], runs))
    events = bench.keep("libyaml events alone", measure.inside("events", [register.folder], runs))
    yield Figure(SUBJECT, "cold load and full validation", load.cpu, "yaml.load(CSafeLoader)", bare.cpu, 1)
    yield Figure(SUBJECT, "cold load and full validation", load.cpu, "libyaml events alone", events.cpu)
    yield from _unchanged(bench, load.cpu)


def _unchanged(bench: Workbench, load: float) -> Iterator[Figure]:
    start = bench.interpreter.cpu
    short = max(20, bench.runs)
    cold = bench.keep("opsconsole plan, cold", bench.plan(bench.whole, bench.runs, 2)).cpu - start
    applied = bench.applied
    again = ["--repeat", "20"]
    hashing = bench.keep(
        "hashing, in process", measure.inside("hash", [*again, applied.folder], bench.runs)
    ).cpu
    same = bench.keep(
        "plan, nothing changed, in process", measure.inside("plan", [*again, applied.config], bench.runs)
    ).cpu
    yield Figure(SUBJECT, "plan, nothing changed, in process", same, "hashing all files", hashing, 3)
    command: list[measure.Argument] = [sys.executable, "-c", _HASH, applied.folder]
    hash_process = bench.keep("hashing, process", measure.processes(command, short)).cpu - start
    same_process = bench.keep("opsconsole plan, nothing changed", bench.plan(applied, short, 0)).cpu - start
    yield Figure(
        SUBJECT,
        "opsconsole plan, nothing changed",
        same_process,
        "process that hashes all files",
        hash_process,
        3,
        note="beyond the interpreter's start",
    )
    yield Figure(
        SUBJECT,
        "opsconsole plan, nothing changed",
        same_process,
        "the same, cold",
        cold,
        0.1,
        note="beyond the interpreter's start",
    )
    yield Figure(SUBJECT, "plan, nothing changed, in process", same, "cold load", load, 0.1)

    changed = data.change_one(applied)
    before = bench.whole.folder / changed.relative_to(applied.folder)
    one = bench.keep(
        "plan, one file changed, in process", measure.inside("plan", [*again, applied.config], bench.runs)
    ).cpu
    one_process = bench.keep("opsconsole plan, one file changed", bench.plan(applied, short, 2)).cpu - start
    changed.write_bytes(before.read_bytes())
    os.utime(changed, (data.MODIFIED, data.MODIFIED))
    yield Figure(SUBJECT, "plan, one file changed, in process", one, "cold load", load, 0.1)
    yield Figure(
        SUBJECT,
        "opsconsole plan, one file changed",
        one_process,
        "the same, cold",
        cold,
        0.1,
        note="beyond the interpreter's start",
    )

    # The last, because a file whose time stamps were set is read again until the next apply.
    for path in applied.files:
        os.utime(path, (data.MODIFIED + 120, data.MODIFIED + 120))
    touched = bench.keep(
        "plan, all time stamps new", measure.inside("plan", [*again, applied.config], bench.runs)
    ).cpu
    yield Figure(SUBJECT, "plan, all time stamps new, in process", touched, "hashing all files", hashing)
