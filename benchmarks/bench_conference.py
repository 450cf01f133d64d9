"""What a year's use of the videoconference system costs, beside how many years there are.

    python -m benchmarks.bench_conference [--years 10] [--sessions 10000] [--sites 250] [--attending 250]
                                          [--postgres URL]

Fills an empty database with *years* of *sessions* a year, *attending* of *sites* in each (some join twice,
some are late), and prints: how long the sums of one year take when nothing of it was summed before, when
one session's evidence is new, and when nothing is (what the console and the command wait for), with one
year of history and with all of them. The ratio of the last two says whether the past costs anything.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.indicators.sessionuse import refresh
from opsconsole.indicators.usage import usage
from opsconsole.inventory.kinds import standard
from opsconsole.inventory.tables import all_tables
from opsconsole.store import schema
from opsconsole.store.database import Database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LAST = 2025
KINDS = ("central-province", "province-district", "district-commune", "other")
BOUND = 1.0  # seconds of a year's use


def common(province: str, key: str) -> tuple[Any, ...]:
    """The columns that every declared thing has."""
    return (province, key, "f.yaml", 1, "d", 1, 0, 0, key, key)


COMMON = ("province", "key", "file", "line", "digest", "revision", "sample", "orphaned", "fold", "sort_key")


def declare(database: Database, sites: int) -> None:
    """One unit a site."""
    with database.write() as writer:
        units = [f"{number:05d}@2000-01-01" for number in range(sites)]
        writer.insert(
            "unit_era",
            ("province", "id", "code", "valid_from", "name", "type", "level", "fold", "sort_key"),
            [
                (writer.province, one, one[:5], "2000-01-01", f"Xã {one[:5]}", "", "commune", "", "")
                for one in units
            ],
        )
        writer.insert(
            "unit_holder",
            ("province", "unit_id", "valid_from", "valid_to", "holder_id"),
            [(writer.province, one, "", "9999-12-31", one) for one in units],
        )
        writer.insert(
            "site",
            (*COMMON, "unit_id", "name", "endpoint"),
            [(*common(writer.province, f"S{at}"), one, f"S{at}", "codec") for at, one in enumerate(units)],
        )


def fill(database: Database, year: int, sessions: int, sites: int, attending: int, file: int) -> None:
    """A year of sessions with their stays."""
    chance = random.Random(year)
    every = [f"S{number}" for number in range(sites)]

    def instant(at: dt.datetime) -> str:
        return f"{at - dt.timedelta(hours=7):%Y-%m-%dT%H:%M:%S.%f}Z"

    def stays(chosen: list[tuple[str, dt.datetime, list[str]]]) -> Iterator[tuple[Any, ...]]:
        position = 0
        for key, start, invited in chosen:
            for site in invited:
                joined = start + dt.timedelta(minutes=chance.randrange(-20, 12))
                left = joined + dt.timedelta(minutes=chance.randrange(60, 150))
                position += 1
                yield (
                    *(database.province, f"{joined:%Y-%m}", file, position, key, site),
                    *(instant(joined), instant(left), -1, ""),
                )

    with database.write() as writer:
        writer.insert(
            "source_file",
            (
                *("province", "id", "source", "path", "seen", "head", "tail"),
                *("position", "lines", "events", "state", "read_at"),
            ),
            [(writer.province, file, "bench", f"{year}.csv", "", b"", b"", 1, 1, 1, "{}", "")],
        )
    step = dt.timedelta(days=365) / sessions
    for begin in range(0, sessions, 500):
        chosen = []
        for number in range(begin, min(begin + 500, sessions)):
            start = dt.datetime(year, 1, 1) + step * number
            start = start.replace(hour=7 + number % 9, minute=0, second=0, microsecond=0)
            chosen.append((f"{year}-{number}", start, chance.sample(every, attending)))
        with database.write() as writer:
            writer.insert(
                "session",
                (*COMMON, "title", "kind", "starts_at", "ends_at", "host", "sites"),
                [
                    (
                        *common(writer.province, key),
                        *("Giao ban", KINDS[at % 4], f"{start:%Y-%m-%dT%H:%M}"),
                        *(f"{start + dt.timedelta(hours=2):%Y-%m-%dT%H:%M}", invited[0]),
                        json.dumps(sorted(invited), separators=(",", ":")),
                    )
                    for at, (key, start, invited) in enumerate(chosen)
                ],
            )
            writer.insert(
                "attendance",
                (
                    *("province", "month", "source_file", "position", "session", "site"),
                    *("joined_at", "left_at", "record", "ending"),
                ),
                ((*row[:3], row[3] + begin * attending, *row[4:]) for row in stays(chosen)),
            )


def timed(work: Callable[[], object]) -> float:
    """Seconds of the clock on the wall."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def ask(database: Database) -> None:
    """What the command does when nothing is new."""
    refresh(database, LAST, ZONE)
    with database.read() as reader:
        usage(reader, LAST)


def one_new(database: Database) -> None:
    """The evidence of one session is new."""
    with database.write() as writer:
        writer.insert("session_stale", ("province", "session"), [(writer.province, f"{LAST}-17")])
    ask(database)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--sites", type=int, default=250)
    parser.add_argument("--attending", type=int, default=25)
    parser.add_argument("--postgres", help="URL of an empty database, instead of SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.postgres or f"sqlite:///{Path(folder) / 'bench.db'}"
        database = Database(url, "bench")
        schema.upgrade(database, all_tables(standard()))
        declare(database, options.sites)
        stays = options.sessions * options.attending
        seconds = timed(lambda: fill(database, LAST, options.sessions, options.sites, options.attending, 1))
        print(f"a year: {options.sessions} sessions, {stays} stays, filled in {seconds:.0f} s")
        first = timed(lambda: refresh(database, LAST, ZONE))
        print(
            f"summing the year for the first time: {first:.1f} s, "
            f"{first / options.sessions * 1000:.2f} ms a session"
        )
        alone = min(timed(lambda: ask(database)) for _run in range(5))
        print(f"the year's use, one year of history: {alone:.3f} s")
        for back in range(1, options.years):
            fill(database, LAST - back, options.sessions, options.sites, options.attending, 1 + back)
            refresh(database, LAST - back, ZONE)
        among = min(timed(lambda: ask(database)) for _run in range(5))
        new = min(timed(lambda: one_new(database)) for _run in range(5))
        print(f"the year's use, {options.years} years of history: {among:.3f} s (bound {BOUND} s)")
        print(f"the same with one session's evidence new: {new:.3f} s")
        print(f"ratio, {options.years} years to one: {among / alone:.2f} (bound 1.5)")
        if among > BOUND or among > 1.5 * alone + 0.05:
            raise SystemExit("past the bound")


if __name__ == "__main__":
    main()
