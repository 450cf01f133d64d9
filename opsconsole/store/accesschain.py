"""The log of who asked to see people as a chain: what a link is, where it begins after a purge, and what
in it is not as it was written.

The hash of an entry covers its fields and the hash of the entry before. What is past its retention is taken
from the beginning; ``access_head`` keeps the number and the hash of the last entry that went, behind which
the chain goes on, and those of the last one that was written, so that a cut tail shows. The end is
written into the file of anchors beside that of the changes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from opsconsole.catalogue import _
from opsconsole.store.chain import START
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Reader, Row, StoreError, Writer

COLUMNS = ("province", "sequence", "at", "actor", "what", "detail", "given", "hash")
# province, register, "access", number, hash and time of the last entry
ANCHOR = re.compile(r"([a-z0-9-]+) ([0-9a-f]{16}) access (\d{1,18}) ([0-9a-f]{64}) (\S+)")

_HEAD = ("province", "sequence", "hash", "purged", "purged_hash")


class Head(NamedTuple):
    """The end of the log (number and hash of its last entry), and of what was purged from it."""

    sequence: int = 0
    hash: str = START
    purged: int = 0
    purged_hash: str = START


class Wrong(NamedTuple):
    """Something in the log that is not as it was written: at *number*, an entry or ('anchor') a line."""

    subject: str
    number: int
    problem: str
    message: str


def head(reader: Reader) -> Head:
    """The end of the log as it was noted with its last entry."""
    row = reader.row(f"SELECT {', '.join(_HEAD[1:])} FROM access_head WHERE province = :province")  # noqa: S608
    return Head(*row) if row else Head()


def append(writer: Writer, fields: Row) -> None:
    """Write an entry (columns from at to given) behind the last one. Raises StoreError where the log does
    not end as it was noted: what is written behind a cut tail would hide the cut."""
    end = head(writer)
    newest = writer.row(
        "SELECT sequence, hash FROM access_log WHERE province = :province ORDER BY sequence DESC LIMIT 1"
    )
    if (newest or (0, START)) != (end.sequence, end.hash):
        raise StoreError(
            _(
                "the log of who asked to see people does not end where it was noted (entry {number}): "
                "nothing is shown; 'opsconsole audit verify' names what is wrong, then restore a backup"
            ).format(number=end.sequence)
        )
    link = (writer.province, end.sequence + 1, *fields)
    hashed = _hash(end.hash, link)
    writer.insert("access_log", COLUMNS, [(*link, hashed)])
    _keep(writer, end._replace(sequence=end.sequence + 1, hash=hashed))


def purge(writer: Writer, before: dt.datetime) -> int:
    """Take away the entries from the first to the last of those that follow one another from *before*
    an instant; returns how many. The newest entry stays, and what stands behind a newer one."""
    newest = "(SELECT max(sequence) FROM access_log WHERE province = :province)"
    young = writer.value(
        f"SELECT COALESCE(min(sequence), {newest}) FROM access_log"  # noqa: S608 - constant
        f" WHERE province = :province AND (at >= :before OR sequence = {newest})",
        {"before": instant_text(before)},
    )
    last = writer.row(
        "SELECT sequence, hash FROM access_log WHERE province = :province AND sequence < :young"
        " ORDER BY sequence DESC LIMIT 1",
        {"young": young or 0},
    )
    if last is None:
        return 0
    _keep(writer, head(writer)._replace(purged=last[0], purged_hash=last[1]))
    return writer.execute(
        "DELETE FROM access_log WHERE province = :province AND sequence <= :last", {"last": last[0]}
    )


def broken(reader: Reader) -> tuple[int, int | None]:
    """(entries checked, the first that does not fit the one before it); None where all do."""
    end = head(reader)
    previous, checked, expected = end.purged_hash, 0, end.purged + 1
    for chunk in reader.chunks(
        f"SELECT {', '.join(COLUMNS)} FROM access_log WHERE province = :province ORDER BY sequence"  # noqa: S608
    ):
        for *fields, hash_ in chunk:
            if fields[1] != expected or hash_ != _hash(previous, tuple(fields)):
                return checked, expected
            previous, checked, expected = hash_, checked + 1, expected + 1
    return checked, None


def wrong(reader: Reader, anchors: Path | None) -> Iterator[Wrong]:
    """All that is wrong with the log: a link that does not fit, its end held against the one noted, and
    the anchors of this register in the file *anchors* (which may not exist)."""
    checked, first = broken(reader)
    end = head(reader)
    if first is not None:
        yield Wrong("access", first, "altered", _("was altered, is missing or was moved"))
        return
    last = end.purged + checked
    if last < end.sequence:
        message = _("was deleted, and all that follow up to {last}").format(last=end.sequence)
        yield Wrong("access", last + 1, "missing", message)
    elif last > end.sequence or end.hash != _at(reader, last, end):
        yield Wrong("access", last, "differs", _("is not the end of the log as it was noted"))
    for line, number, hashed in _anchors(reader, anchors):
        if number > last:
            message = _("says that the log had {number} entries; it has {last}: it was cut off").format(
                number=number, last=last
            )
            yield Wrong("anchor", line, "missing", message)
        elif number >= end.purged and _at(reader, number, end) != hashed:
            yield Wrong(
                "anchor", line, "differs", _("is of another entry than number {number}").format(number=number)
            )


def _at(reader: Reader, number: int, end: Head) -> str:
    """The hash of entry *number*, also of the last one that was purged."""
    if number == end.purged:
        return end.purged_hash
    return str(
        reader.value(
            "SELECT hash FROM access_log WHERE province = :province AND sequence = :number",
            {"number": number},
        )
    )


def _anchors(reader: Reader, path: Path | None) -> Iterator[tuple[int, int, str]]:
    """(line, number, hash) of the anchors of this register in *path*."""
    if path is None or not path.exists():
        return
    register = reader.value("SELECT id FROM register WHERE province = :province")
    for line, text in enumerate(path.read_text("utf-8", errors="replace").split("\n"), 1):
        found = ANCHOR.fullmatch(text.strip())
        if found and found[1] == reader.province and found[2] == register:
            yield line, int(found[3]), found[4]


def _keep(writer: Writer, end: Head) -> None:
    changed = ", ".join(f"{name} = excluded.{name}" for name in _HEAD[1:])
    writer.insert(
        "access_head", _HEAD, [(writer.province, *end)], f"ON CONFLICT (province) DO UPDATE SET {changed}"
    )


def _hash(previous: str, fields: Row) -> str:
    parts = [str(value) for value in fields]
    text = f"opsconsole access 1\n{previous}" + "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(text.encode()).hexdigest()
