"""The same 20,000 things in peers: Ansible, nornir and octoDNS, in an environment of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import data, measure
from benchmarks.measure import Failed, Figure, Sample, Skipped
from benchmarks.workbench import Workbench, forget_files

SUBJECT = "peers"
HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
LOCK = HERE / "requirements.lock"
PEER_RUNS = 2  # of peers that take many seconds
SLOWEST_RUNS = 1  # of one that takes minutes


def run(bench: Workbench) -> Iterator[Figure | Skipped]:
    """The figures beside peers; one line of what is skipped where they cannot be installed."""
    try:
        python = install(bench)
    except Failed as error:
        yield Skipped(SUBJECT, "Ansible, nornir, octoDNS", str(error))
        return
    bench.notes.append(f"peers: {versions(python)}")
    register = bench.register("hosts", accounts=False)
    count, runs = register.assets, bench.runs
    cold = bench.keep(f"opsconsole plan, {count:,} assets, cold", bench.plan(register, runs, 2))
    measure.inside("apply", [register.config], 1)
    same = bench.keep(
        f"opsconsole plan, {count:,} assets, nothing changed", bench.plan(register, max(20, runs), 0)
    )
    # Every file read, validated and compared with the register, and no difference found.
    forget_files(register.database)
    read = bench.keep(
        f"opsconsole plan, {count:,} assets, all read, no change", bench.plan(register, runs, 0)
    )
    yield from _ansible(bench, python, count, cold)
    yield from _nornir(bench, python, count, cold)
    yield from _octodns(bench, python, count, read, same)


def _ansible(bench: Workbench, python: Path, count: int, cold: Sample) -> Iterator[Figure | Skipped]:
    path = data.make_ansible(bench.folder / "ansible", bench.scale)
    command: list[measure.Argument] = [python.parent / "ansible-inventory", "-i", path, "--list"]
    env = {"ANSIBLE_HOME": str(bench.folder / "ansible-home"), "ANSIBLE_LOCALHOST_WARNING": "False"}
    try:
        sample = measure.processes(command, min(bench.runs, SLOWEST_RUNS), env=env)
        found = len(json.loads(sample.runs[0].output)["_meta"]["hostvars"])
        if found != count:
            raise Failed(f"ansible-inventory: {found} hosts, not {count}")
    except Failed as error:
        yield Skipped(SUBJECT, "ansible-inventory", str(error))
        return
    bench.keep("ansible-inventory --list", sample)
    yield Figure(SUBJECT, "opsconsole plan, cold", cold.cpu, "ansible-inventory --list", sample.cpu, 10, True)


def _nornir(bench: Workbench, python: Path, count: int, cold: Sample) -> Iterator[Figure | Skipped]:
    folder = data.make_nornir(bench.folder / "nornir", bench.scale)
    for parser, name, bound in (("pure", "as installed", None), ("c", "with its C parser", 2.5)):
        sample = _peer(
            bench, python, "nornir_load.py", [folder, parser, count], f"nornir SimpleInventory, {name}"
        )
        if isinstance(sample, Skipped):
            yield sample
        else:
            yield Figure(
                SUBJECT, "opsconsole plan, cold", cold.cpu, f"nornir, {name}", sample.cpu, bound, True
            )


def _octodns(
    bench: Workbench, python: Path, count: int, read: Sample, same: Sample
) -> Iterator[Figure | Skipped]:
    config = data.make_octodns(bench.folder / "octodns", bench.scale)
    for parser, name, judged in (("pure", "as installed", True), ("c", "with PyYAML's C parser", False)):
        sample = _peer(bench, python, "octodns_plan.py", [config, parser, count], f"octoDNS plan, {name}")
        if isinstance(sample, Skipped):
            yield sample
            continue
        peer = f"octoDNS, {name}"
        yield Figure(
            SUBJECT,
            "opsconsole plan, all files read, no change",
            read.cpu,
            peer,
            sample.cpu,
            4 if judged else None,
            True,
        )
        yield Figure(
            SUBJECT,
            "opsconsole plan, nothing changed",
            same.cpu,
            peer,
            sample.cpu,
            50 if judged else None,
            True,
        )


def _peer(
    bench: Workbench, python: Path, script: str, arguments: Sequence[object], name: str
) -> Sample | Skipped:
    command = [str(python), str(HERE / "peers" / script), *map(str, arguments)]
    try:
        return bench.keep(name, measure.processes(command, min(bench.runs, PEER_RUNS)))
    except Failed as error:
        return Skipped(SUBJECT, name, str(error))


# --- their environment -----------------------------------------------------------------------------


def install(bench: Workbench) -> Path:
    """The Python of the peers' environment, made on first use and again when the lock changed.

    Raises Failed where it cannot be made, saying what would help.
    """
    python, mark = VENV / "bin" / "python", VENV / ".installed"
    if mark.exists() and mark.read_bytes() == LOCK.read_bytes() and python.exists():
        return python
    bench.say("installing the peers (once) …")
    shutil.rmtree(VENV, ignore_errors=True)
    if shutil.which("uv"):
        steps = [
            ["uv", "venv", "-q", "--python", sys.executable, VENV],
            ["uv", "pip", "install", "-q", "--python", python, "--require-hashes", "-r", LOCK],
        ]
    else:
        steps = [
            [sys.executable, "-m", "venv", VENV],
            [
                python,
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                "--require-hashes",
                "-r",
                LOCK,
            ],
        ]
    for step in steps:
        _step([str(part) for part in step])
    # Compiled once here, so that no measured run pays for it.
    _step([str(python), "-m", "compileall", "-q", "-j", "0", str(VENV / "lib")], check=False)
    mark.write_bytes(LOCK.read_bytes())
    return python


def versions(python: Path) -> str:
    """Names and versions of the peers in the environment of *python*, and of their parsers."""
    wanted = ("ansible-core", "nornir", "ruamel.yaml", "ruamel.yaml.clib", "octodns", "pyyaml")
    code = (
        "from importlib.metadata import version\n"
        f"print(*(f'{{name}} {{version(name)}}' for name in {wanted!r}), sep=', ')"
    )
    return measure.processes([python, "-c", code], 1).runs[0].output.strip()


def _step(command: list[str], *, check: bool = True) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if check and done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
        raise Failed(
            f"the peers cannot be installed ({last[0]}); they need a package index that pip or uv reaches: "
            f"benchmarks/{LOCK.name} lists them"
        )
