"""The history: writing revisions and their changes, and asking what was when.

Each revision and each change is a link of a hash chain (``store.chain``) whose head stands in
``register``; ``store.verify`` checks it.
"""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from opsconsole.catalogue import _
from opsconsole.oserrors import said
from opsconsole.store import accesschain
from opsconsole.store.chain import CHANGE_COLUMNS, REVISION_COLUMNS, START, change_hash, revision_hash
from opsconsole.store.clock import instant_text, now
from opsconsole.store.database import Reader, Row, StoreError, Writer
from opsconsole.store.verify import Finding, Verification, verify

__all__ = [
    "Change",
    "Finding",
    "NewChange",
    "Recorded",
    "Verification",
    "as_of",
    "history",
    "living",
    "log",
    "record",
    "totals_as_of",
    "verify",
    "write_anchor",
]

# (kind, key, action, unit_id, before, after, file, line); before and after are canonical JSON.
NewChange: TypeAlias = "tuple[str, str, str, str | None, str | None, str | None, str, int]"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A revision that was written: its number, its first and last change (first > last where it
    changed nothing), when, the head of the chain after it, the id of the register, and number and hash
    of the last entry in the log of access (None where that is empty)."""

    number: int
    first_sequence: int
    last_sequence: int
    head: str
    at: str
    register: str
    access: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one thing, and the revision that made it. *before* and *after* are JSON."""

    sequence: int
    revision: int
    at: str
    effective: str
    actor: str
    reason: str
    kind: str
    key: str
    action: str
    unit_id: str | None
    before: str | None
    after: str | None
    file: str
    line: int

    @property
    def data(self) -> dict[str, Any]:
        """The change for JSON, with before and after as values."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "before": None if self.before is None else json.loads(self.before),
            "after": None if self.after is None else json.loads(self.after),
        }


# --- writing -----------------------------------------------------------------------------------


def record(
    writer: Writer,
    *,
    actor: str,
    reason: str,
    plan: str,
    effective: str,
    changes: Iterable[NewChange],
    at: dt.datetime | None = None,
) -> Recorded:
    """Write a revision and its *changes*, in the transaction of the change itself.

    *actor* is who, *reason* why, *plan* the digest of the plan, *effective* the day (ISO) from
    which the changes hold, *at* the instant of recording (now). Raises StoreError when the
    register's head does not fit: nothing is built on a broken end.
    """
    rows = list(changes)
    writer.insert(
        "register",
        ("province", "id", "revision", "sequence", "head"),
        [(writer.province, secrets.token_hex(8), 0, 0, START)],
        "ON CONFLICT (province) DO NOTHING",
    )
    register, revision, last, head = writer.row(
        "SELECT id, revision, sequence, head FROM register WHERE province = :province"
    ) or ("", 0, 0, START)
    _end_holds(writer, revision, last, head)
    number, first = revision + 1, last + 1
    last += len(rows)
    instant = instant_text(at or now())
    fields = (writer.province, number, instant, effective, actor, reason, plan, first, last)
    hashed = revision_hash(head, fields)
    writer.insert("revision", REVISION_COLUMNS, [(*fields, head, hashed)])
    linked, head = _linked(writer.province, number, effective, first, hashed, rows)
    writer.insert("change", CHANGE_COLUMNS, linked)
    writer.execute(
        "UPDATE register SET revision = :number, sequence = :last, head = :head WHERE province = :province",
        {"number": number, "last": last, "head": head},
    )
    asked = accesschain.head(writer)
    access = (asked.sequence, asked.hash) if asked.sequence else None
    return Recorded(number, first, last, head, instant, str(register), access)


def _end_holds(writer: Writer, revision: int, sequence: int, head: str) -> None:
    """Raise StoreError unless the last link is the one whose hash the register has as *head*: what
    is written after a cut tail would hide the cut."""
    found = writer.row(
        "SELECT r.number, r.last_sequence,"
        " CASE WHEN r.first_sequence > r.last_sequence THEN r.hash ELSE c.hash END"
        " FROM revision r LEFT JOIN change c ON c.province = r.province AND c.sequence = r.last_sequence"
        " WHERE r.province = :province ORDER BY r.number DESC LIMIT 1"
    ) or (0, 0, START)
    if found != (revision, sequence, head):
        raise StoreError(
            _(
                "the history does not end where the register says (revision {revision}, change {sequence}): "
                "nothing was written; 'opsconsole audit verify' names what is wrong, then restore a backup"
            ).format(revision=revision, sequence=sequence)
        )


def _linked(
    province: str, number: int, effective: str, first: int, previous: str, rows: list[NewChange]
) -> tuple[list[Row], str]:
    """*rows* as rows of the table with their hashes, and the last hash."""
    made: list[Row] = []
    for sequence, row in enumerate(rows, first):
        fields = (province, sequence, number, effective, *row)
        previous = change_hash(previous, fields)
        made.append((*fields, previous))
    return made, previous


def write_anchor(path: Path, province: str, recorded: Recorded) -> None:
    """Append the head after *recorded* to the anchor file *path*, and wait until it is on the disk.

    The file should lie where who writes the database cannot write: another machine, a git
    repository, an append-only file. Raises StoreError when it cannot be written; the revision
    itself stands.
    """
    fields = (
        province,
        recorded.register,
        recorded.number,
        recorded.last_sequence,
        recorded.head,
        recorded.at,
    )
    line = " ".join(map(str, fields)) + "\n"
    if recorded.access:
        sequence, hashed = recorded.access
        line += f"{province} {recorded.register} access {sequence} {hashed} {recorded.at}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            _append(handle, path, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise StoreError(
            _(
                "{path}: the anchor of revision {number} cannot be written: {reason}; "
                "the revision is recorded, append this line yourself: {line}"
            ).format(path=path, number=recorded.number, reason=said(error), line=line.strip())
        ) from None


def _append(handle: int, path: Path, data: bytes) -> None:
    """Write all of *data* at the end of the file, as lines of their own, or nothing. Raises OSError."""
    with suppress(OSError):  # not every file system has locks
        fcntl.flock(handle, fcntl.LOCK_EX)
    size = os.fstat(handle).st_size
    if size and not _ends_line(path, size):
        data = b"\n" + data
    # A full disk takes a part and calls that a success.
    if os.write(handle, data) < len(data):
        with suppress(OSError):  # a file that may only grow keeps the part
            os.ftruncate(handle, size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _ends_line(path: Path, size: int) -> bool:
    """Whether the first *size* bytes of *path* end with a line; yes, too, where it may not be read."""
    try:
        with path.open("rb") as file:
            file.seek(size - 1)
            return file.read(1) == b"\n"
    except OSError:
        return True


# --- asking ------------------------------------------------------------------------------------

_SELECT = (
    "SELECT c.sequence, c.revision, r.at, c.effective, r.actor, r.reason, c.kind, c.key, c.action,"
    " c.unit_id, c.before, c.after, c.file, c.line FROM change c"
    " JOIN revision r ON r.province = c.province AND r.number = c.revision"
    " WHERE c.province = :province"
)


# Actions that say something about a thing and leave its content as it is.
_STATEMENTS = "('protect', 'unprotect')"


def history(reader: Reader, kind: str, key: str) -> list[Change]:
    """All changes of one thing, in the order in which they were recorded."""
    rows = reader.rows(
        f"{_SELECT} AND c.kind = :kind AND c.key = :key ORDER BY c.sequence", {"kind": kind, "key": key}
    )
    return [Change(*row) for row in rows]


def log(
    reader: Reader,
    *,
    kind: str | None = None,
    key: str | None = None,
    since: str | None = None,
    limit: int = 100,
) -> list[Change]:
    """The newest *limit* changes, newest first; of a kind, a key, or recorded since a day (ISO, UTC)."""
    wanted = {"kind": kind, "key": key, "since": since}
    conditions = {"kind": "c.kind = :kind", "key": "c.key = :key", "since": "r.at >= :since"}
    given = {name: value for name, value in wanted.items() if value is not None}
    where = "".join(f" AND {conditions[name]}" for name in given)
    rows = reader.rows(f"{_SELECT}{where} ORDER BY c.sequence DESC LIMIT :limit", {**given, "limit": limit})
    return [Change(*row) for row in rows]


def as_of(reader: Reader, kind: str, key: str, day: str) -> Change | None:
    """The change that says how a thing was on *day* (ISO): the last recorded of those that hold
    from that day or earlier. None where the register knew nothing of it yet.

    The last recorded, not the one of the latest day: a correction with a day in the past is the
    newest word on every day from then on, as it is in the register itself."""
    row = reader.row(
        f"{_SELECT} AND c.kind = :kind AND c.key = :key AND c.effective <= :day"
        f" AND c.action NOT IN {_STATEMENTS} ORDER BY c.sequence DESC LIMIT 1",
        {"kind": kind, "key": key, "day": day},
    )
    return Change(*row) if row else None


def totals_as_of(reader: Reader, kind: str, day: str) -> dict[str | None, int]:
    """How many things of *kind* lived on *day* (ISO), by the unit era that they were declared in.

    Of each thing counts what ``as_of`` gives. It lives unless that change ended it or its content
    has a tombstone of *day* or earlier.
    """
    totals: dict[str | None, int] = {}
    latest = (
        "SELECT action, after FROM (SELECT action, after,"  # noqa: S608 - of constants
        " row_number() OVER (PARTITION BY key ORDER BY sequence DESC) AS place"
        " FROM change WHERE province = :province AND kind = :kind AND effective <= :day"
        f" AND action NOT IN {_STATEMENTS}) AS dated"
        " WHERE place = 1"
    )
    for chunk in reader.chunks(latest, {"kind": kind, "day": day}):
        for action, after in chunk:
            content = json.loads(after) if after else None
            if content is not None and living(action, content, day):
                unit = content.get("unit")
                totals[unit] = totals.get(unit, 0) + 1
    return totals


def living(action: str, content: Mapping[str, Any], day: str) -> bool:
    """Whether a thing whose last change was *action* and left *content* lives on *day*.

    A tombstone is an entry of the content with ``date`` and ``reason``, by whichever name its kind
    calls it (disposed, closed, left …). An end that holds from a later day has not come yet.
    """
    ends = [
        str(value["date"])
        for value in content.values()
        if isinstance(value, dict) and "date" in value and "reason" in value
    ]
    if ends:
        return min(ends) > day
    return action != "end"
