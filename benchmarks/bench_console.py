"""The console beside Textual's own: first paint, and what a key costs on a long list.

``python -m benchmarks.bench_console [--rows N]``. Processor time of a process each, the least of a few
runs; the interface is driven headless, so the terminal's own share is not in it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEYS = 60
RUNS = 3

_PRELUDE = """
import asyncio, json, resource, sys, time
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
ROWS, KEYS = int(sys.argv[1]), int(sys.argv[2])
async def keys(app, pilot, key):
    await pilot.press(key); await pilot.pause()
    before = cpu()
    for _ in range(KEYS):
        await pilot.press(key); await pilot.pause()
    return (cpu() - before) / KEYS * 1000
def told(**figures):
    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))
"""

_PAINT = {
    "the console": """
import time
from pathlib import Path
from opsconsole.console.app import Console
from opsconsole.settings import Settings
from opsconsole.store.database import Database
app = Console(Database("sqlite:////nowhere/none.db", "x"), Settings(root=Path("/nowhere")))
""",
    "an empty Textual application": """
from textual.app import App
app = App()
""",
    "the ORM alone (import sqlmodel)": """
import sqlmodel
app = None
""",
}
_PAINTED = """
async def main():
    async with app.run_test(size=(80, 24)) as pilot:
        pass
if app is not None:
    asyncio.run(main())
told(cpu=cpu() * 1000)
"""

_OURS = """
from textual.app import App
from opsconsole.console.columns import Column
from opsconsole.console.keys import PackedKeys
from opsconsole.console.lists import Found, StoredRows
from opsconsole.console.widgets.grid import GridView
COLUMNS = [Column(name, name, 6, 24) for name in ("tag", "class", "model", "unit", "status", "bought")]
class Hold(App):
    def compose(self):
        yield GridView(COLUMNS)
def fetch(wanted, arrived, wait):
    return {key: (key, "desktop", "Dell OptiPlex 3060", "Xã Tú Lý", "in use", "05/03/2019") for key in wanted}
async def main():
    app = Hold()
    async with app.run_test(size=(120, 40)) as pilot:
        grid = app.query_one(GridView); grid.focus(); await pilot.pause()
        before = cpu()
        keys_ = PackedKeys(f"HB-{n:07}" for n in range(ROWS))
        grid.show(StoredRows(Found(keys_, ROWS, True), fetch, grid.renew))
        await pilot.pause()
        shown = (cpu() - before) * 1000
        told(shown=shown, down=await keys(app, pilot, "down"), page=await keys(app, pilot, "pagedown"))
asyncio.run(main())
"""

_THEIRS = """
from textual.app import App
from textual.widgets import DataTable
class Hold(App):
    def compose(self):
        yield DataTable(cursor_type="row")
async def main():
    app = Hold()
    async with app.run_test(size=(120, 40)) as pilot:
        table = app.query_one(DataTable); table.focus(); await pilot.pause()
        before = cpu()
        table.add_columns("tag", "class", "model", "unit", "status", "bought")
        table.add_rows(
            (f"HB-{n:07}", "desktop", "Dell OptiPlex 3060", "Xã Tú Lý", "in use", "05/03/2019")
            for n in range(ROWS)
        )
        await pilot.pause()
        shown = (cpu() - before) * 1000
        told(shown=shown, down=await keys(app, pilot, "down"), page=await keys(app, pilot, "pagedown"))
asyncio.run(main())
"""


def measure(code: str, rows: int = 0, runs: int = RUNS) -> dict[str, float]:
    """The least of each figure over *runs* processes that run *code*; CPU in ms, memory in MiB."""
    found: list[dict[str, float]] = []
    for _run in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", _PRELUDE + code, str(rows), str(KEYS)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return {name: min(each[name] for each in found) for name in found[0]}


def main() -> None:
    """Print the figures side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of our list")
    parser.add_argument("--beside", type=int, default=100_000, help="rows of Textual's DataTable")
    chosen = parser.parse_args()

    print("First paint, CPU ms from the start of the process (imports and interpreter in it)")
    paint = {name: measure(code + _PAINTED)["cpu"] for name, code in _PAINT.items()}
    ours = paint["the console"]
    for name, value in paint.items():
        print(f"  {name:34} {value:8.0f}   ours is {ours / value:5.2f} of it")

    grid = measure(_OURS, chosen.rows)
    table = measure(_THEIRS, chosen.beside, runs=1)
    print(f"\nA list: ours with {chosen.rows:,} rows, DataTable with {chosen.beside:,}")
    print(f"  {'':34} {'ours':>9} {'DataTable':>10} {'ratio':>7}")
    for title, name, unit in (
        ("until it is shown", "shown", "ms"),
        ("a row down", "down", "ms"),
        ("a page down", "page", "ms"),
        ("memory of the process", "memory", "MiB"),
    ):
        ratio = table[name] / grid[name]
        print(f"  {title + ', ' + unit:34} {grid[name]:9.1f} {table[name]:10.1f} {ratio:6.1f}×")


if __name__ == "__main__":
    main()
