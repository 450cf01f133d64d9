"""A copy of a database on its way to be a backup: beside its place until it was verified, then in it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.oserrors import said
from opsconsole.store.database import StoreError

# Writes the copy into the file it gets; gives (rows by table of the original, of the copy as it is read)
Fill = Callable[[Path], "tuple[dict[str, int], dict[str, int]]"]


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified copy: where it is, its size in bytes, its SHA-256, and its rows by table."""

    path: Path
    size: int
    sha256: str
    rows: dict[str, int]

    @property
    def checksum_path(self) -> Path:
        """The file beside it that holds the checksum."""
        return self.path.with_name(self.path.name + ".sha256")


def put_in_place(target: Path, fill: Fill) -> Backup:
    """Let *fill* write the new file *target*, hold the copy against the original, and lay its SHA-256
    beside it. Nobody but its owner may read it.

    Raises StoreError for a target that exists, one that cannot be written, and a copy that does not hold
    what was there; then nothing stays behind.
    """
    if target.exists():
        raise StoreError(_("{path}: exists already; a backup never overwrites a file").format(path=target))
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        rows, copied = fill(partial)
        if copied != rows:
            wrong = sorted(name for name in rows.keys() | copied.keys() if rows.get(name) != copied.get(name))
            raise StoreError(
                _("{path}: the copy differs in the rows of {tables}; it was deleted").format(
                    path=target, tables=", ".join(wrong)
                )
            )
        made = Backup(target, partial.stat().st_size, _sealed(partial), rows)
        _settle(made, partial)
    except OSError as error:
        raise StoreError(
            _("{path}: cannot be written: {reason}").format(path=target, reason=said(error))
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return made


def _settle(made: Backup, partial: Path) -> None:
    """Give the verified file *partial* the name of a backup, its checksum beside it."""
    try:
        made.checksum_path.unlink(missing_ok=True)  # of a backup that is gone
        # Who could write it could make another copy look sound.
        with open(os.open(made.checksum_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w") as file:
            file.write(f"{made.sha256}  {made.path.name}\n")
        _sync(made.checksum_path)
        partial.replace(made.path)  # last: what has the name of a backup is one
    except BaseException:
        with suppress(OSError):
            made.checksum_path.unlink(missing_ok=True)
        raise
    _sync(made.path.parent)


def _sealed(path: Path) -> str:
    """The SHA-256 of *path*, which no connection has open any more, once it is on the disk."""
    _sync(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
