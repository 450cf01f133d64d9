"""An apply killed at any moment leaves the register as it was or as it was to be, never between."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from opsconsole.store.database import Database
from opsconsole.store.verify import verify
from tests.inventory.project import UNITS, Project

KILLS = int(os.environ.get("OPSCONSOLE_KILLS", "12"))
ITEMS = 3000

APPLY = """
import sys
from pathlib import Path
from opsconsole.inventory.apply import apply_plan
from opsconsole.settings import Settings
from opsconsole.store.database import Database
root, url = Path(sys.argv[1]), sys.argv[2]
settings = Settings(root=root, province="test", inventory=(root / "inventory",))
print("ready", flush=True)
apply_plan(Database(url, "test"), settings, actor="tester")
"""


def assets(price: int) -> str:
    items = "".join(
        f"  A-{number}: {{class: ups, model: M, status: in-use, price: {price}}}\n" for number in range(ITEMS)
    )
    return "kind: assets\nunit: 04810\nas_of: 2019-08-06\nitems:\n" + items


def test_a_killed_apply_is_whole_or_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    project = Project(tmp_path / "copy", sqlite_database)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", assets(0))
    project.apply()
    started = time.monotonic()
    project.write("assets.yaml", assets(1))
    project.apply()
    whole = time.monotonic() - started
    chance = random.Random(7)
    price, done, killed = 1, 0, 0
    while killed < KILLS:
        price += 1
        project.write("assets.yaml", assets(price))
        process = subprocess.Popen(
            [sys.executable, "-c", APPLY, str(project.root), project.database.url],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, whole))
        process.kill()
        process.communicate()
        killed += 1
        ((revision,),) = project.rows("SELECT revision FROM register")
        prices = project.rows("SELECT price, count(*) FROM asset WHERE price IS NOT NULL GROUP BY price")
        assert len(prices) == 1
        assert prices[0][1] == ITEMS
        changed = prices[0][0] == price
        done += changed
        assert revision == 2 + done
        assert project.rows("SELECT max(revision) FROM change") == [(revision,)]
    with project.database.read() as reader:
        assert verify(reader).findings == ()
    assert project.rows("PRAGMA integrity_check") == [("ok",)]
    project.apply()
    assert project.rows("SELECT DISTINCT price FROM asset WHERE price IS NOT NULL") == [(price,)]
