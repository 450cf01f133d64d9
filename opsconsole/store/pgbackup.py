"""A copy of a PostgreSQL database, made by pg_dump and read through by pg_restore before it counts.

The rows of every table are counted in the very state that is dumped (an exported snapshot), and
counted again in what pg_restore reads from the file: so each row of it was unpacked once. A
SHA-256 lies beside it. ``pg_restore --clean --if-exists -d URL FILE`` brings it back.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from opsconsole.catalogue import _
from opsconsole.store.copies import Backup, put_in_place
from opsconsole.store.database import Database, StoreError

_COPY = re.compile(rb'COPY ("?[^"\s]+"?)\.("?[^"\s]+"?) \(.*\) FROM stdin;\r?\n')


def programs(folder: Path | None) -> tuple[str, str] | None:
    """pg_dump and pg_restore, in *folder* or where programs are looked for; None where they are not."""
    found = [shutil.which(name, path=str(folder) if folder else None) for name in ("pg_dump", "pg_restore")]
    return (found[0], found[1]) if found[0] and found[1] else None


def back_up(
    database: Database,
    target: Path,
    folder: Path | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Backup:
    """Dump *database* into the new file *target* and verify it. The programs are those in *folder*.

    Raises StoreError where there are none, where they are older than the server, for a target that
    exists, and for a dump that does not hold what was there, which is then deleted.
    """
    found = programs(folder)
    if found is None:
        raise StoreError(
            _("a PostgreSQL database is backed up with its own tools: pg_dump -Fc -f FILE URL")
            + " "
            + _("(they were not found; 'backup: {{programs: FOLDER}}' says where they are)").format()
        )
    dump, restore = found

    def fill(partial: Path) -> tuple[dict[str, int], dict[str, int]]:
        return _dump(database, partial, dump, stopped), _read_through(partial, restore, stopped)

    return put_in_place(target, fill)


def connection_words(url: str) -> tuple[str, dict[str, str]]:
    """(what ``--dbname`` gets, the environment) to reach *url*: the password goes by the environment,
    since a command line can be read by everybody on the machine."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    parts: dict[str, Any] = conninfo_to_dict(url)
    password = parts.pop("password", None)
    environment = dict(os.environ)
    if password:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo(**parts), environment


def _dump(database: Database, path: Path, program: str, stopped: Callable[[], bool]) -> dict[str, int]:
    """Dump to *path*; returns the rows of each table in the state that was dumped."""
    where, environment = connection_words(database.url)
    with database.explained(), closing(database.connect(write=False)) as raw:
        raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = raw.execute("SELECT pg_export_snapshot()").fetchone()[0]
        # As pg_dump has them: each partition is a table of its own, and those of an extension come with it.
        names = raw.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
            " AND d.objid = c.oid AND d.deptype = 'e')"
        ).fetchall()
        rows = {f"{space}.{name}": _rows(raw, f'"{space}"."{name}"') for space, name in names}
        _run(
            [
                program,
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                "--no-password",
                f"--snapshot={snapshot}",
                f"--file={path}",
                f"--dbname={where}",
            ],
            environment,
            stopped,
        )
    return rows


def _rows(raw: Any, table: str) -> int:
    found: tuple[int] = raw.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - of the catalogue
    return found[0]


def _read_through(path: Path, program: str, stopped: Callable[[], bool]) -> dict[str, int]:
    """The rows of each table in the dump *path*, all of which is read."""
    found: dict[str, int] = {}
    _run(
        [program, "--data-only", "--file=-", str(path)],
        os.environ,
        stopped,
        lambda out: found.update(_counted(out)),
    )
    return found


def _counted(lines: Iterable[bytes]) -> dict[str, int]:
    """The rows that follow each COPY of an SQL text."""
    found: dict[str, int] = {}
    table: str | None = None
    for line in lines:
        if table is None:
            begun = _COPY.fullmatch(line)
            if begun:
                table = b".".join(part.strip(b'"') for part in begun.groups()).decode()
                found[table] = 0
        elif line == b"\\.\n":
            table = None
        else:
            found[table] += 1
    return found


def _run(
    command: Sequence[str],
    environment: Mapping[str, str],
    stopped: Callable[[], bool],
    read: Callable[[IO[bytes]], None] | None = None,
) -> None:
    """Run *command* to its end, which *read* may read the output of. Raises StoreError with what it
    says where it fails, or is broken off because *stopped* says so."""
    # What it says of errors goes to a file: a pipe that nobody reads would stop it.
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603 - a program that was looked for by its name
            command,
            env={**environment, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if read else subprocess.DEVNULL,
            stderr=errors,
        ) as process,
    ):
        try:
            if read and process.stdout:
                read(process.stdout)
            while process.poll() is None:
                if stopped():
                    raise StoreError(_("{program} was broken off").format(program=Path(command[0]).name))
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                process.kill()
        process.wait()
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    if process.returncode and "version mismatch" in said:
        reason = " ".join(said.split())[-200:]
        raise StoreError(
            _(
                "{program} is older than the server; 'backup: {{programs: FOLDER}}' names its own ({reason})"
            ).format(program=command[0], reason=reason)
        )
    if process.returncode:
        raise StoreError(
            _("{program} failed: {reason}").format(
                program=Path(command[0]).name, reason=" ".join(said.split())[-500:] or str(process.returncode)
            )
        )
