"""What tells a console that somebody else changed the data: cheap enough to ask every two seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from opsconsole.store.database import Database, Reader


@dataclass(frozen=True, slots=True)
class Pulse:
    """The state of the data: equal pulses, equal data. ``revision`` is the register's, ``alerts`` and
    ``running`` count alerts that stand and jobs that run."""

    revision: int
    alerts: int
    running: int
    marks: tuple[object, ...]


def pulse(reader: Reader) -> Pulse:
    """The state of the data as *reader* sees it."""
    revision = reader.value("SELECT revision FROM register WHERE province = :province")
    runs = reader.row(
        "SELECT count(*), max(started_at), max(finished_at), sum(attempt), max(heartbeat_at) "
        "FROM job_run WHERE province = :province"
    )
    files = reader.row(
        "SELECT count(*), max(read_at), sum(position) FROM source_file WHERE province = :province"
    )
    figures = reader.row("SELECT count(*), max(measured_at) FROM observation WHERE province = :province")
    marked = reader.row("SELECT count(*), max(at) FROM conference_mark WHERE province = :province")
    tried = reader.row("SELECT max(run) FROM preflight_result WHERE province = :province")
    told = reader.row(
        "SELECT count(*), coalesce(sum(CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END), 0), max(closed_at)"
        " FROM alert WHERE province = :province"
    ) or (0, 0, "")
    running = reader.value("SELECT count(*) FROM job_run WHERE province = :province AND state = 'running'")
    issued = reader.row("SELECT count(*), max(issued_at) FROM report WHERE province = :province")
    values = [
        str(value) for row in (runs, files, figures, marked, tried, told, issued) for value in row or ()
    ]
    return Pulse(int(revision or 0), int(told[1]), int(running or 0), tuple(values))


def file_marks(database: Database) -> tuple[object, ...] | None:
    """Size and time of the files of an SQLite database: while they stay, nothing was written.
    None for a server, which has to be asked."""
    if database.path is None:
        return None
    marks: list[object] = []
    for suffix in ("", "-wal"):
        try:
            status = Path(f"{database.path}{suffix}").stat()
        except OSError:
            marks.append(None)
        else:
            marks.append((status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(marks)
