"""A scheduler killed in mid-month and started again: the year's figures are those of an undisturbed one.

Byte for byte as ``opsconsole observations --json`` prints them, but for ``measured_at``, the
instant at which a figure was measured. The undisturbed scheduler works on SQLite, the killed ones
on each engine. ``OPSCONSOLE_KILLS=100`` is the long form.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from opsconsole.cli import cli
from opsconsole.inventory.apply import apply_plan
from opsconsole.sample import generate
from opsconsole.sample.frame import read_units
from opsconsole.settings import load
from opsconsole.store.database import Database

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("OPSCONSOLE_KILLS", "6"))
DECLARED = ("units", "reorganisations", "rules", "indicators", "targets")
MID_MONTH = "2019-07-16T03:00:00+07:00"
NEW_YEAR = "2020-01-02T03:00:00+07:00"
QUESTIONS = ((), ("--level", "commune"), ("--period", "2019-07"), ("--unit", "158", "--period", "2019-08"))


def config(folder: Path, name: str, url: str) -> Path:
    path = folder / f"{name}.yaml"
    inventory = [*(str(ROOT / "inventory" / each) for each in DECLARED), str(folder / "sample" / "inventory")]
    path.write_text(
        f"province: test\ndatabase: {url}\nlanguage: en\nyear: 2019\ninventory: {json.dumps(inventory)}\n"
        "sources:\n  mail: {reader: dovecot, path: arrived/mail/*}\n"
        "  conference: {reader: attendance, path: arrived/conference/*.csv}\n"
        "jobs:\n  collect: {at: '01:30', catch_up: latest}\n"
        "  measure: {at: '02:30', catch_up: latest, after: collect}\n"
    )
    return path


def until_mid_july(folder: Path) -> None:
    """The evidence as it is in the night to 16 July: the log of the month is half there."""
    mail, conference = folder / "arrived" / "mail", folder / "arrived" / "conference"
    mail.mkdir(parents=True)
    conference.mkdir()
    evidence = folder / "sample" / "evidence"
    for month in range(1, 7):
        shutil.copy2(evidence / "mail" / f"mail.log-2019{month:02d}.gz", mail)
    july = gzip.decompress((evidence / "mail" / "mail.log-201907.gz").read_bytes())
    half = re.search(rb"^(?:Jul 16 |2019-07-16)", july, re.MULTILINE)
    assert half
    (mail / "mail.log-201907").write_bytes(july[: half.start()])
    table = (evidence / "conference" / "attendance-2019.csv").read_bytes()
    (conference / "attendance-2019.csv").write_bytes(b"".join(table.splitlines(True)[:400]))


def until_new_year(folder: Path) -> None:
    """The evidence of the whole year: the files that were there have grown, others came."""
    mail = folder / "arrived" / "mail"
    evidence = folder / "sample" / "evidence"
    (mail / "mail.log-201907").write_bytes(
        gzip.decompress((evidence / "mail" / "mail.log-201907.gz").read_bytes())
    )
    for month in range(8, 12):
        shutil.copy2(evidence / "mail" / f"mail.log-2019{month:02d}.gz", mail)
    shutil.copy2(evidence / "mail" / "mail.log", mail)
    table = (evidence / "conference" / "attendance-2019.csv").read_bytes()
    (folder / "arrived" / "conference" / "attendance-2019.csv").write_bytes(table)


def start(config: Path, at: str, later: float = 0.0) -> subprocess.Popen[str]:
    """A scheduler by whose clock it is *later* seconds after *at*."""
    begin = dt.datetime.fromisoformat(at) + dt.timedelta(seconds=later)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.torture.yearly_driver", str(config), begin.isoformat()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )


def undisturbed(config: Path, at: str, later: float = 0.0) -> float:
    """Runs what is due and returns how many seconds that took."""
    begun = time.monotonic()
    process = start(config, at, later)
    told = process.communicate(timeout=600)[1]
    assert process.returncode == 0, told
    return time.monotonic() - begun


def killed(config: Path, at: str, kills: int, length: float, chance: random.Random) -> int:
    """Runs what is due, killed *kills* times on the way; returns how often it was still at work."""
    at_work, begun = 0, time.monotonic()
    for kill in range(kills):
        # Each is started when the one before has been dead for long enough to be given up.
        process = start(config, at, time.monotonic() - begun + 5 * kill)
        try:
            process.wait(chance.uniform(0.15, 0.5) * length)
        except subprocess.TimeoutExpired:
            at_work += 1
        process.kill()
        process.communicate()
    undisturbed(config, at, time.monotonic() - begun + 5 * kills)
    return at_work


def figures(config: Path) -> list[str]:
    """What the command prints for each of QUESTIONS, without the lines of ``measured_at``."""
    printed = []
    for question in QUESTIONS:
        result = CliRunner().invoke(
            cli, ["--config", str(config), "observations", "--json", *question], standalone_mode=False
        )
        assert result.exception is None
        lines = result.stdout.splitlines(True)
        printed.append("".join(line for line in lines if not line.startswith('    "measured_at": ')))
    return printed


@pytest.mark.slow
def test_the_figures_of_the_year_are_those_of_a_scheduler_that_nobody_killed(
    database: Database, sqlite_template: Path, tmp_path: Path
) -> None:
    generate(
        tmp_path / "sample",
        read_units([ROOT / "inventory"], "2019-01-01"),
        scale=0.02,
        density=0.3,
        only_districts=("158",),
    )
    until_mid_july(tmp_path)
    shutil.copyfile(sqlite_template, tmp_path / "calm.db")
    calm = config(tmp_path, "calm", f"sqlite:///{tmp_path}/calm.db")
    rough = config(tmp_path, "rough", database.url)
    for each in (calm, rough):
        settings = load(each)
        there = Database(settings.database, "test")
        apply_plan(there, settings, actor="tester", effective="2019-01-01")
    chance = random.Random(20190716)

    length = undisturbed(calm, MID_MONTH)
    broken_off = killed(rough, MID_MONTH, KILLS // 2, length, chance)
    assert figures(rough) == figures(calm)
    until_new_year(tmp_path)
    length = undisturbed(calm, NEW_YEAR)
    broken_off += killed(rough, NEW_YEAR, KILLS - KILLS // 2, length, chance)

    assert broken_off > 1
    expected = figures(calm)
    assert figures(rough) == expected
    values = [one["value"] for one in json.loads("[" + expected[0].strip()[1:])]
    assert sum(value is not None and value > 0 for value in values) > 5
