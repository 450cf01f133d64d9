"""Random keys on a working copy: no fault, no screen that stops answering, nothing written unasked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from opsconsole.store.database import Database
from tests.console.conftest import NOW
from tests.console.monkey import play
from tests.inventory.project import ASSETS, UNITS, Project

KEYS = int(os.environ.get("OPSCONSOLE_MONKEY_KEYS", "200"))
SEED = int(os.environ.get("OPSCONSOLE_MONKEY_SEED", "1"))


@pytest.mark.parametrize("seed", [SEED, SEED + 1])
async def test_a_monkey_at_the_keyboard_breaks_nothing(
    sqlite_database: Database, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where a list that it writes goes
    (tmp_path / "copy").mkdir()
    project = Project(tmp_path / "copy", sqlite_database)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", ASSETS)
    project.apply()
    monkey = await play(project.database, project.settings, keys=KEYS, seed=seed, now=NOW, folder=tmp_path)
    assert monkey.pressed >= KEYS
    assert monkey.faults == []
    assert len(monkey.seen) > 4, monkey.seen
