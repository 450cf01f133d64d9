"""What measuring a year costs: cold, after a day of logs, with ten times the mailboxes; and what ten years of
history cost the dashboard.

    python -m benchmarks.bench_measure [--scale 1] [--runs 3] [--json]

A province is made as the product makes it (sample register, a year of evidence). Processor time, the
least of several runs, in one process from after its imports; on SQLite.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.bench_scale import FIRST, first_province
from opsconsole.console.queries.overview import overview
from opsconsole.indicators.measure import Measured, measure
from opsconsole.indicators.targets import standings
from opsconsole.settings import Settings
from opsconsole.store.database import Database, Writer

YEAR, YEARS, TIMES = 2019, 10, 10
SECONDS = 30.0  # for a year of all indicators × units × months at 8,000 mailboxes
NOW = dt.datetime(2020, 1, 2, tzinfo=dt.UTC)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--scale", type=float, default=1.0, help="of the 8,000 mailboxes of a province")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="opsconsole-measure-") as name:
        found = figures(Path(name), chosen.scale, chosen.runs)
    if chosen.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{found['mailboxes']:,} mailboxes, {found['values']:,} values; least of {chosen.runs} runs")
    for what, ours, beside, theirs, bound in rows(found):
        verdict = "PASS" if ours <= bound * theirs else "OVER"
        ratio = f"{ours / theirs:6.3f}x  at most {bound:.3g}x"
        print(f"  {what:44} {1000 * ours:9.1f} ms  {beside:34} {ratio}  {verdict}")


def rows(found: dict[str, float]) -> list[tuple[str, float, str, float, float]]:
    """(what, seconds, beside what, its seconds, bound of the ratio) of each figure."""
    cold, one = found["cold"], "cold"
    return [
        ("a year, cold", cold, f"{SECONDS:g} s", SECONDS, 1),
        ("after a day of logs", found["day"], one, cold, 1 / 20),
        ("nothing new", found["nothing"], one, cold, 1 / 20),
        (f"a year, cold, {TIMES} times the mailboxes", found["cold_large"], one, cold, 11),
        (
            f"targets at {YEARS} years of history",
            found["standings_long"],
            "at one year",
            found["standings"],
            1.2,
        ),
        (
            f"overview at {YEARS} years of history",
            found["overview_long"],
            "at one year",
            found["overview"],
            1.2,
        ),
    ]


def figures(folder: Path, scale: float, runs: int) -> dict[str, float]:
    """All figures, in seconds."""
    made, settings = first_province(folder, f"sqlite:///{folder}/made.db", scale)
    assert made.path is not None
    found: dict[str, float] = {}
    with made.read() as reader:
        found["mailboxes"] = reader.value("SELECT COUNT(*) FROM account")
        found["values"] = reader.value("SELECT COUNT(*) FROM observation")

    def copy(name: str) -> Database:
        with made.queue():
            shutil.copyfile(str(made.path), folder / name)
        return Database(f"sqlite:///{folder / name}", FIRST)

    with made.queue(), closing(made.connect(write=True)) as raw:
        raw.execute("PRAGMA wal_checkpoint(truncate)")
    working = copy("working.db")
    found["cold"] = least(runs, lambda: _measured(working, settings), before=lambda: _forget(working))
    found["nothing"] = least(runs, lambda: _measured(working, settings))
    days = iter(range(31, 1, -1))
    found["day"] = least(
        runs + 1, lambda: _measured(working, settings), before=lambda: _a_day(working, next(days))
    )
    for name, work in (
        ("standings", lambda: _standings(working)),
        ("overview", lambda: _overview(working, settings)),
    ):
        found[name] = least(5 * runs, work)
    with working.write() as writer:
        for year in range(YEAR - YEARS + 1, YEAR):
            _history(writer, year)
    for name, work in (
        ("standings_long", lambda: _standings(working)),
        ("overview_long", lambda: _overview(working, settings)),
    ):
        found[name] = least(5 * runs, work)
    large = copy("large.db")
    with large.write() as writer:
        for number in range(1, TIMES):
            _again(writer, number)
    found["cold_large"] = least(
        min(runs, 2), lambda: _measured(large, settings), before=lambda: _forget(large)
    )
    return found


def least(runs: int, work: Callable[[], object], before: Callable[[], None] | None = None) -> float:
    """The least processor time of *work*, each time after *before*."""
    found = []
    for _run in range(runs):
        if before:
            before()
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def _measured(database: Database, settings: Settings) -> Measured:
    with database.write() as writer:
        return measure(writer, YEAR, timezone=settings.timezone)


def _standings(database: Database) -> int:
    with database.read() as reader:
        return len(standings(reader, YEAR, dt.date(YEAR, 12, 31)))


def _overview(database: Database, settings: Settings) -> object:
    with database.read() as reader:
        return overview(reader, settings, YEAR, dt.date(YEAR, 12, 31), NOW)


# --- what is there -----------------------------------------------------------------------------------


def _forget(database: Database) -> None:
    """Nothing was measured."""
    with database.write() as writer:
        for table in ("observation", "measured_from", "mail_kept"):
            writer.execute(f"DELETE FROM {table} WHERE province = :province")


def _a_day(database: Database, day: int) -> None:
    """The logs of a day of December: every second mailbox was used on it."""
    with database.write() as writer:
        writer.execute(
            "UPDATE coverage SET lines = lines + 1"
            " WHERE province = :province AND source = 'mail' AND day = :day",
            {"day": f"{YEAR}-12-{day:02d}"},
        )
        writer.execute(
            "UPDATE mail_activity SET login_days = login_days | :bit, logins = logins + 1"
            " WHERE province = :province AND month = :month AND length(account) % 2 = :rest",
            {"bit": 1 << (day - 1), "month": f"{YEAR}-12", "rest": day % 2},
        )


def _history(writer: Writer, year: int) -> None:
    """What was measured and collected in another year: that of the year itself, dated back."""
    for table, dated in (
        ("observation", ("period", "cut_off")),
        ("measured_from", ("period",)),
        ("mail_activity", ("month",)),
        ("coverage", ("day",)),
    ):
        _copied(
            writer,
            table,
            {name: f"replace({name}, '{YEAR}', '{year}')" for name in dated},
            f"{dated[0]} LIKE '{YEAR}%'",
        )


def _again(writer: Writer, number: int) -> None:
    """All mailboxes with their owners and their use once more, under other names: of what was there from
    the beginning, not of what was copied before."""
    other = {name: f"'x{number}-' || {name}" for name in ("key", "owner", "account")}
    for table, names in (
        ("person", ("key",)),
        ("account", ("key", "owner")),
        ("mail_activity", ("account",)),
    ):
        made = {name: other[name] for name in names}
        _copied(writer, table, made, f"{names[0]} NOT GLOB 'x[0-9]*-*'")


def _copied(writer: Writer, table: str, changed: dict[str, str], where: str) -> None:
    names = [row[1] for row in writer.rows(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(name, f'"{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    writer.execute(f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} WHERE {where}")


if __name__ == "__main__":
    main()
