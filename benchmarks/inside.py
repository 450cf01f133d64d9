"""What is timed inside one fresh process, from after its imports: ``python -m benchmarks.inside``.

Prints one JSON object: processor and wall time in seconds, and how many things there were.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

# A timed piece of work: returns how many things it dealt with.
Work = Callable[[], int]


def hashing(folder: str) -> Work:
    """Read and hash every file below *folder*."""
    from hashlib import blake2b

    def work() -> int:
        count = 0
        for path in Path(folder).rglob("*.yaml"):
            blake2b(path.read_bytes(), digest_size=20).hexdigest()
            count += 1
        return count

    return work


def events(folder: str) -> Work:
    """Run the events of libyaml over every file, and do nothing with them."""
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    def work() -> int:
        count = 0
        for path in Path(folder).rglob("*.yaml"):
            parser = CParser(path.read_bytes())
            while parser.get_event() is not None:
                count += 1
        return count

    return work


def bare_yaml(folder: str) -> Work:
    """``yaml.load(CSafeLoader)`` of every file: no schema, no place, no check."""
    import yaml

    def work() -> int:
        count = 0
        for path in Path(folder).rglob("*.yaml"):
            count += len(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)["items"])
        return count

    return work


def load(config: str) -> Work:
    """Load and validate all files of an empty register: what ``plan`` does before it compares."""
    from opsconsole.inventory import state
    from opsconsole.inventory.files import compare, scan
    from opsconsole.inventory.kinds import standard

    database, settings = _database(config)
    kinds = standard()

    def work() -> int:
        with database.read() as reader:
            found = scan(settings.inventory, settings.root)
            files = compare(found, {}, settings.inventory, settings.root, full=True)
            desired = state.load(reader, files, kinds, units_changed=True)
        return sum(map(len, desired.records.values()))

    return work


def plan(config: str) -> Work:
    """Make the plan."""
    from opsconsole.inventory import state  # noqa: F401 - its import is not what is timed
    from opsconsole.inventory.planning import make_plan

    database, settings = _database(config)

    def work() -> int:
        return len(make_plan(database, settings).changes)

    return work


def apply(config: str) -> Work:
    """Plan, and write register and history."""
    from opsconsole.inventory.apply import apply_plan

    database, settings = _database(config)

    def work() -> int:
        return len(apply_plan(database, settings, actor="benchmark", reason="all of it").plan.changes)

    return work


def bare_insert(applied: str, empty: str, history: str = "") -> Work:
    """``executemany`` of the current rows of the database *applied* into the same tables of the
    database *empty*, in one transaction on a connection with the settings of the writer; with
    *history* the rows of the history, ready made, as well."""
    from opsconsole.store.database import Database

    held = _tables(applied, bool(history))

    def work() -> int:
        with closing(Database(f"sqlite:///{empty}", "").connect(write=True)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for table, columns, rows in held:
                marks = ", ".join("?" * len(columns))
                names = ", ".join(f'"{name}"' for name in columns)
                connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
            connection.execute("COMMIT")
        return sum(len(rows) for _table, _columns, rows in held)

    return work


def _tables(path: str, history: bool) -> list[tuple[str, tuple[str, ...], list[Any]]]:
    """(table, columns, rows) of every table of a kind that holds rows, and of the history."""
    from opsconsole.inventory.kinds import standard
    from opsconsole.store.database import Database

    tables = [kind.table for kind in standard()] + (["revision", "change"] if history else [])
    held = []
    with closing(Database(f"sqlite:///{path}", "").connect(write=False)) as connection:
        for table in tables:
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            columns = tuple(each[0] for each in cursor.description)
            if rows := cursor.fetchall():
                held.append((table, columns, rows))
    return held


def make_database(path: str) -> Work:
    """Make an empty database with the whole schema, all of it in the one file."""
    from opsconsole.store import schema
    from opsconsole.store.database import Database

    def work() -> int:
        database = Database(f"sqlite:///{path}", "")
        schema.upgrade(database)
        with closing(database.connect(write=True)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return 1

    return work


def _database(config: str) -> tuple[Any, Any]:
    from opsconsole.settings import load as load_settings
    from opsconsole.store.database import Database

    settings = load_settings(Path(config))
    return Database(settings.database, settings.province), settings


WORK: dict[str, Callable[..., Work]] = {
    "hash": hashing,
    "events": events,
    "bare-yaml": bare_yaml,
    "load": load,
    "plan": plan,
    "apply": apply,
    "bare-insert": bare_insert,
    "make-database": make_database,
}


def main(action: str, *arguments: str) -> None:
    """Time *action* once; with ``--repeat N`` before its arguments, the fastest of N in a row."""
    repeat = 1
    if arguments and arguments[0] == "--repeat":
        repeat, arguments = int(arguments[1]), arguments[2:]
    work = WORK[action](*arguments)
    best: tuple[float, float, int] | None = None
    for _each in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        count = work()
        cost = (time.process_time() - cpu, time.perf_counter() - wall, count)
        best = min(best, cost) if best else cost
    assert best is not None
    print(json.dumps({"cpu": best[0], "wall": best[1], "count": best[2]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
