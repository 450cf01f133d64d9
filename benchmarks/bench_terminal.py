"""The console beside visidata and harlequin, in a real pseudo-terminal, on the same rows, in one run.

    python -m benchmarks.bench_terminal [--runs 5] [--only paint,keys,order,import,idle] [--json FILE]

A register of 20,000 assets is made as the product makes it; the large one has each of its rows 50 times,
under keys of their own. visidata gets the rows of the console's list as CSV, harlequin the same database.
Linux only (processor time from /proc). The peers live in an environment of their own, made on first use.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks import data, measure
from benchmarks.measure import ROOT, Failed, environment
from benchmarks.ptyrun import Program
from benchmarks.workbench import Workbench
from opsconsole.console.remembered import Remembered, file_for

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv" / "terminal"
LOCK = HERE / "peers" / "terminal.lock"
SMALL, LARGE = 20_000, 1_000_000
IMPORTED = 200_000
DOWNS, PAGES = 60, 40
DOWN, PAGE_DOWN, RUN_QUERY = "\x1b[B", "\x1b[6~", "\n"
KEY_REST = 0.04  # so long nothing is written after a key
PARTS = ("paint", "keys", "order", "import", "idle")

# What is asked for: name of the figure → (bound, unit).
BOUNDS: dict[str, tuple[float, str]] = {
    "version": (80, "ms"),
    "down": (10, "ms"),
    "page": (22, "ms"),
    "down, large beside small": (1.3, "×"),
    "page, large beside small": (1.3, "×"),
    "first rows, large beside small": (1.2, "×"),
    "sort": (1.0, "s"),
    "filter": (0.3, "s"),
    "memory": (100, "MiB"),
    "idle": (0.5, "%"),
    "lag p95": (15, "ms"),
    "lag most": (100, "ms"),
}


# --- the rows ------------------------------------------------------------------------------------


class Rows:
    """The registers and tables that all programs show."""

    def __init__(self, folder: Path) -> None:
        bench = Workbench(folder, SMALL / data.ASSETS)
        register = bench.applied
        self.small = register
        self.large = folder / "large"
        self.large.mkdir()
        shutil.copyfile(register.database, self.large / "register.db")
        shutil.copyfile(register.config, self.large / "config.yaml")
        with closing(sqlite3.connect(self.large / "register.db")) as connection:
            self._multiply(connection, LARGE // SMALL)
            self.table(connection, folder / "large.csv")
        with closing(sqlite3.connect(register.database)) as connection:
            self.table(connection, folder / "small.csv")
        self.folder = folder

    @staticmethod
    def _multiply(connection: sqlite3.Connection, times: int) -> None:
        names = [row[1] for row in connection.execute("PRAGMA table_info(asset)")]
        values = {"key": "key || printf('-%02d', :n)", "fold": "fold || printf('-%02d', :n)"}
        chosen = ", ".join(values.get(name, name) for name in names)
        connection.execute("CREATE TEMP TABLE first AS SELECT * FROM asset")
        for number in range(1, times):
            connection.execute(f"INSERT INTO asset SELECT {chosen} FROM first", {"n": number})
        connection.commit()
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @staticmethod
    def table(connection: sqlite3.Connection, path: Path) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(("tag", "class", "model", "unit", "status", "bought", "price", "serial", "room"))
            out.writerows(
                connection.execute(
                    "SELECT a.key, a.class, a.model, u.name, a.status, a.bought, a.price, a.serial, a.room"
                    " FROM asset a LEFT JOIN unit_era u ON u.province = a.province AND u.id = a.unit_id"
                    " ORDER BY a.key"
                )
            )

    def config(self, rows: int) -> Path:
        return self.small.config if rows == SMALL else self.large / "config.yaml"

    def database(self, rows: int) -> Path:
        return self.small.database if rows == SMALL else self.large / "register.db"

    def csv(self, rows: int) -> Path:
        return self.folder / ("small.csv" if rows == SMALL else "large.csv")


# --- the programs --------------------------------------------------------------------------------


def surroundings(folder: Path) -> dict[str, str]:
    """What a program in the terminal sees: nobody's settings."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return environment(
        {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
        }
    )


def ours(rows: Rows, count: int) -> Program:
    command = [sys.executable, "-m", "opsconsole", "--config", str(rows.config(count)), "console"]
    env = surroundings(rows.folder)
    # as on the second day: the cards of the first start were seen
    name = file_for(f"sqlite:///{rows.database(count)}")
    assert name is not None
    remembered = Remembered(rows.folder / "home" / "state" / "opsconsole" / name.name)
    remembered.keep_text("toured", "yes")
    remembered.save()
    return Program([*command, "--screen", "assets"], rows.config(count).parent, env)


def visidata(rows: Rows, count: int) -> Program:
    return Program([str(VENV / "bin" / "vd"), str(rows.csv(count))], rows.folder, surroundings(rows.folder))


def harlequin(rows: Rows, count: int) -> Program:
    command = [str(VENV / "bin" / "harlequin"), "--adapter", "sqlite", "--no-download-tzdata"]
    return Program([*command, str(rows.database(count))], rows.folder, surroundings(rows.folder))


def first_key(rows: Rows) -> str:
    with closing(sqlite3.connect(rows.small.database)) as connection:
        return str(connection.execute("SELECT min(key) FROM asset").fetchone()[0])


# --- what is measured ----------------------------------------------------------------------------


def paint(rows: Rows, runs: int, peers: bool) -> dict[str, Any]:
    """From the start of the process to the first painted rows: seconds of wall and processor, least and
    median; harlequin: to its frame, and to all rows of a query after it was asked."""
    key, found = first_key(rows), {}
    for name, start in (("opsconsole", ours), ("visidata", visidata)):
        if name != "opsconsole" and not peers:
            continue
        for count in (SMALL, LARGE):
            walls, cpus = [], []
            for _run in range(runs):
                with start(rows, count) as program:
                    walls.append(program.until(lambda text: key in text) - program.begun)
                    cpus.append(program.cpu)
            found[f"{name} {count}"] = {
                "wall": min(walls),
                "wall median": statistics.median(walls),
                "cpu": min(cpus),
            }
    if peers:
        walls, cpus = [], []
        for _run in range(min(runs, 3)):
            with harlequin(rows, SMALL) as program:
                walls.append(program.until(lambda text: "Query Editor" in text) - program.begun)
                cpus.append(program.cpu)
        found["harlequin frame"] = {
            "wall": min(walls),
            "wall median": statistics.median(walls),
            "cpu": min(cpus),
        }
        for count in (SMALL, LARGE):
            with harlequin(rows, count) as program:
                found[f"harlequin query {count}"] = {"wall": query(program, key)}
    return found


def query(program: Program, key: str) -> float:
    """Ask harlequin for all assets; seconds until they stand there."""
    program.until(lambda text: "Query Editor" in text)
    program.rest(0.8, 6)
    program.send("select * from asset order by key")
    program.rest(0.8, 3)
    since = len(program.output)
    asked = program.send(RUN_QUERY)
    return program.until(lambda text: key in text, since) - asked


def press(program: Program, key: str, times: int) -> dict[str, float]:
    """Press *key* again and again, each time when the last was drawn: per key, milliseconds of processor
    time and until the first byte (median, 95 %), and bytes."""
    program.rest(0.4, 10)
    program.send(key)
    program.rest(0.2, 5)
    before, size, waits = program.cpu, len(program.output), []
    for _each in range(times):
        sent = program.send(key)
        while not program.read(0.5):
            if time.perf_counter() - sent > 10:
                raise TimeoutError(f"{key!r} draws nothing")
        waits.append((time.perf_counter() - sent) * 1000)
        program.rest(KEY_REST, 5)
    spent = (program.cpu - before) * 1000 / times
    waits.sort()
    return {
        "cpu": spent,
        "p50": waits[len(waits) // 2],
        "p95": waits[int(len(waits) * 0.95)],
        "bytes": (len(program.output) - size) / times,
    }


def keys(rows: Rows, peers: bool) -> dict[str, Any]:
    """What a row down and a page down cost, and the memory with all rows there."""
    key, found = first_key(rows), {}
    for count in (SMALL, LARGE):
        with ours(rows, count) as program:
            program.until(lambda text: key in text)
            # the whole list stands ready: what reads it must not be counted to the keys
            program.until(lambda text, count=count: f"{count:,}" in text.replace(".", ","))
            program.rest(1.0, 10)
            found[f"opsconsole {count}"] = _pressed(program)
        if not peers:
            continue
        with visidata(rows, count) as program:
            program.until(lambda text: key in text)
            program.rest(3, 60)  # it loads on
            found[f"visidata {count}"] = _pressed(program)
        with harlequin(rows, count) as program:
            query(program, key)
            program.send("\x1bOQ")  # F2 would be the editor; F5 goes to the results
            program.rest(0.5, 5)
            program.send("\x1b[15~")
            program.rest(1.0, 5)
            found[f"harlequin {count}"] = _pressed(program)
    return found


def _pressed(program: Program) -> dict[str, Any]:
    try:
        made: dict[str, Any] = {"down": press(program, DOWN, DOWNS), "page": press(program, PAGE_DOWN, PAGES)}
    except TimeoutError as error:
        made = {"failed": str(error)}
    made["memory"], made["peak"] = program.memory
    return made


def order(rows: Rows, runs: int) -> dict[str, Any]:
    """Ours with a million rows: a sort by the model (indexed), a filter; a key meanwhile."""
    key = first_key(rows)
    with ours(rows, LARGE) as program:
        program.until(lambda text: key in text)
        program.rest(1.5, 20)
        program.send("\x1b[C\x1b[C")  # to the column of models
        program.rest(0.5, 5)
        sorts, live = [], []
        for back in ("s", "S") * runs:
            sent = program.send(back)
            sorts.append(program.rest(3.0, 30) - sent)
        for back in ("s", "S") * runs:
            program.send(back)
            program.read(0.05)
            pressed = program.send(DOWN)  # the list that still stands there answers meanwhile
            while not program.read(0.01) and time.perf_counter() - pressed < 10:
                pass
            live.append(time.perf_counter() - pressed)
            program.rest(3.0, 30)
        filters = []
        with closing(sqlite3.connect(rows.database(LARGE))) as connection:
            sql = (
                "SELECT count(*) FROM asset WHERE fold LIKE '%canon%' AND fold LIKE '%lbp%' AND ended IS NULL"
            )
            left = int(connection.execute(sql).fetchone()[0])
        for _run in range(runs):
            program.send("/")
            program.rest(0.3, 5)
            since = len(program.output)
            sent = program.send("\x1b[200~canon lbp\x1b[201~\r")
            program.until(lambda text: f"{left:,} / 1" in text.replace(".", ","), since)
            filters.append(time.perf_counter() - sent)
            program.rest(0.5, 5)
            program.send("\x1b")
            program.rest(1.5, 20)
        now, most = program.memory
    return {
        "sort": min(sorts),
        "sort median": statistics.median(sorts),
        "key while sorting": statistics.median(live),
        "filter": min(filters),
        "filter median": statistics.median(filters),
        "memory": now,
        "peak": most,
    }


_HEART = """
import asyncio, datetime as dt, json, sys, time
from pathlib import Path
from opsconsole.console.app import Console
from opsconsole.console.remembered import Remembered
from opsconsole.settings import load
from opsconsole.store.database import Database
settings = load(Path(sys.argv[1]))
database = Database(settings.database, settings.province)
app = Console(database, settings, page="assets", remembered=Remembered())
async def main():
    lags = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(1.0)
        sys.__stdout__.write("ready\\n")  # Textual keeps what is printed
        sys.__stdout__.flush()
        ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        while not ended.done():
            due = time.perf_counter() + 0.01
            await asyncio.sleep(0.01)
            lags.append((time.perf_counter() - due) * 1000)
        rows = app.pages["assets"]._total
    lags.sort()
    print(json.dumps({"p50": lags[len(lags) // 2], "p95": lags[int(len(lags) * 0.95)], "most": lags[-1],
                      "beats": len(lags), "rows": rows}), flush=True)
asyncio.run(main())
"""


def importing(rows: Rows) -> dict[str, Any]:
    """How late a beat of 10 ms comes in a console while another process takes in 200,000 rows."""
    bench = Workbench(rows.folder / "import", IMPORTED / data.ASSETS)
    bench.folder.mkdir()
    register = bench.register("taken", accounts=False)
    env = surroundings(rows.folder)
    heart = subprocess.Popen(
        [sys.executable, "-c", _HEART, str(register.config)],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert heart.stdout is not None
    if heart.stdout.readline().strip() != "ready":
        raise Failed("the console did not start")
    begun = time.perf_counter()
    applied = [sys.executable, "-m", "opsconsole", "--config", str(register.config), "apply", "--yes"]
    measure.processes(applied, 1, cwd=register.root, env=env)
    took = time.perf_counter() - begun
    time.sleep(3)  # the console notices, and reads its list anew
    output, _errors = heart.communicate("end\n")
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return {**found, "took": took}


def idle(rows: Rows, seconds: float = 30.0) -> dict[str, Any]:
    """What a console costs that nobody touches: percent of one processor, bytes a second."""
    key = first_key(rows)
    with ours(rows, LARGE) as program:
        program.until(lambda text: key in text)
        program.rest(3, 20)
        before, size = program.cpu, len(program.output)
        program.rest(seconds, seconds)
        return {
            "percent": (program.cpu - before) / seconds * 100,
            "bytes a second": (len(program.output) - size) / seconds,
        }


# --- their environment ---------------------------------------------------------------------------


def install() -> str:
    """Make the peers' environment where it is not made; '' or why it cannot be."""
    mark = VENV / ".installed"
    if mark.exists() and mark.read_bytes() == LOCK.read_bytes():
        return ""
    print("installing visidata and harlequin (once) …", file=sys.stderr)
    shutil.rmtree(VENV, ignore_errors=True)
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", str(VENV)], [*pip, "--require-hashes", "-r", str(LOCK)]):
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
            where = f"benchmarks/peers/{LOCK.name} lists them"
            return f"{last[0]}; they need a package index that pip reaches: {where}"
    mark.write_bytes(LOCK.read_bytes())
    return ""


def lock() -> None:
    """Resolve the peers anew (needs uv)."""
    command = [
        "uv",
        "pip",
        "compile",
        "--universal",
        "--generate-hashes",
        "--python-version",
        "3.11",
        "--upgrade",
    ]
    command += ["--no-emit-index-url", "--no-annotate", "-q"]
    command += ["--custom-compile-command", "python -m benchmarks.bench_terminal --lock"]
    subprocess.run([*command, "terminal.in", "-o", "terminal.lock"], cwd=LOCK.parent, check=True)


# --- told ----------------------------------------------------------------------------------------


def told(found: dict[str, Any]) -> list[str]:
    """The figures as rows of a table, each beside its bound."""
    lines: list[tuple[str, str, str, str]] = []

    def add(what: str, value: float, unit: str, bound: str = "") -> None:
        if not bound:
            lines.append((what, _amount(value, unit), "", ""))
            return
        most, _unit = BOUNDS[bound]
        verdict = "PASS" if value <= most else "OVER"
        lines.append((what, _amount(value, unit), f"at most {_amount(most, unit)}", verdict))

    if "version" in found:
        add("`--version`, processor", found["version"] * 1000, "ms", "version")
    painted = found.get("paint", {})
    for name, each in painted.items():
        add(f"{name}: first paint", each["wall"], "s")
        if "cpu" in each:
            add(f"{name}: of that, processor", each["cpu"], "s")
    if painted:
        large, small = painted[f"opsconsole {LARGE}"]["cpu"], painted[f"opsconsole {SMALL}"]["cpu"]
        add(
            "opsconsole: first rows at 1,000,000 beside 20,000, processor",
            large / small,
            "×",
            "first rows, large beside small",
        )
    pressed = found.get("keys", {})
    for name, each in pressed.items():
        if "failed" in each:
            lines.append((f"{name}: keys", each["failed"], "", ""))
            continue
        mine = name == f"opsconsole {LARGE}"
        add(f"{name}: a row down, processor", each["down"]["cpu"], "ms", "down" if mine else "")
        add(f"{name}: a row down, median to the first byte", each["down"]["p50"], "ms")
        add(f"{name}: a page down, processor", each["page"]["cpu"], "ms", "page" if mine else "")
        add(f"{name}: a page down, median to the first byte", each["page"]["p50"], "ms")
        add(f"{name}: memory", each["memory"], "MiB", "memory" if mine else "")
        add(f"{name}: memory at most", each["peak"], "MiB")
    if pressed:
        for what in ("down", "page"):
            ratio = pressed[f"opsconsole {LARGE}"][what]["cpu"] / pressed[f"opsconsole {SMALL}"][what]["cpu"]
            add(f"opsconsole: {what}, 1,000,000 beside 20,000", ratio, "×", f"{what}, large beside small")
    if "order" in found:
        each = found["order"]
        add("sort of 1,000,000 by an indexed column", each["sort"], "s", "sort")
        add("a key while it is sorted, until something is drawn", each["key while sorting"] * 1000, "ms")
        add("filter of 1,000,000", each["filter"], "s", "filter")
        add("memory after both", each["memory"], "MiB", "memory")
    if "import" in found:
        each = found["import"]
        add("lag while 200,000 rows are imported, 95 %", each["p95"], "ms", "lag p95")
        add("lag while 200,000 rows are imported, largest", each["most"], "ms", "lag most")
    if "idle" in found:
        add("idle, of one processor", found["idle"]["percent"], "%", "idle")
    width = max((len(line[0]) for line in lines), default=0)
    return [
        f"| {what:{width}} | {value:>10} | {bound:>14} | {verdict:4} |"
        for what, value, bound, verdict in lines
    ]


def _amount(value: float, unit: str) -> str:
    digits = {"ms": 1, "s": 2, "MiB": 0, "×": 2, "%": 2}[unit]
    return f"{value:.{digits}f}{'' if unit in '×%' else ' '}{unit}"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    options.add_argument("--json", type=Path)
    options.add_argument("--lock", action="store_true", help="resolve the peers anew (needs uv)")
    chosen = options.parse_args()
    if chosen.lock:
        lock()
        return
    wanted = set(chosen.only.split(","))
    missing = install() if wanted & {"paint", "keys"} else ""
    if missing:
        print(f"visidata and harlequin are skipped: {missing}", file=sys.stderr)
    peers = not missing
    found: dict[str, Any] = {"load": os.getloadavg()}
    with tempfile.TemporaryDirectory(prefix="opsconsole-terminal-") as name:
        print("making the rows …", file=sys.stderr)
        rows = Rows(Path(name))
        version = [sys.executable, "-m", "opsconsole", "--version"]
        found["version"] = measure.processes(version, max(5, chosen.runs)).cpu
        for part, work in (
            ("paint", lambda: paint(rows, chosen.runs, peers)),
            ("keys", lambda: keys(rows, peers)),
            ("order", lambda: order(rows, chosen.runs)),
            ("import", lambda: importing(rows)),
            ("idle", lambda: idle(rows)),
        ):
            if part in wanted:
                print(f"{part} …", file=sys.stderr)
                found[part] = work()
                if chosen.json:
                    chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print("\n".join(told(found)))


if __name__ == "__main__":
    main()
