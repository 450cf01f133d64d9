"""A proposal: declared files as they are and as they would be, with the plan that follows; and writing it."""

from __future__ import annotations

import difflib
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.inventory.plan import Plan
from opsconsole.newfiles import place_new


class ChangedMeanwhile(Refused):
    """A file is not any more as a proposal found it; nothing was written."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file as it is (``old`` None: not there yet) and as it would be. ``name`` is its path from the
    root."""

    name: str
    path: Path
    old: bytes | None
    new: bytes

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        old = (self.old or b"").decode("utf-8", "replace").splitlines(keepends=True)
        new = self.new.decode("utf-8", "replace").splitlines(keepends=True)
        origin = "/dev/null" if self.old is None else f"a/{self.name}"
        lines = []
        for line in difflib.unified_diff(old, new, origin, f"b/{self.name}"):
            lines.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
        return "".join(lines)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files that change, sorted by name, and the plan of the whole inventory with
    these files."""

    files: tuple[FileEdit, ...]
    plan: Plan
    root: Path

    @property
    def empty(self) -> bool:
        """Whether the files say all of it already."""
        return not self.files

    @property
    def diff(self) -> str:
        """All changes as one unified diff."""
        return "".join(file.diff for file in self.files)

    @property
    def data(self) -> dict[str, Any]:
        """The proposal for JSON."""
        return {
            "files": [{"name": file.name, "new": file.old is None, "diff": file.diff} for file in self.files],
            "plan": self.plan.data,
        }


def write(proposal: Proposal) -> None:
    """Write the files of *proposal*: all of them or, as far as a file system allows, none.

    Raises ChangedMeanwhile when a file is not any more as the proposal found it, and OSError where the disk
    does not take it; what was there is there again then.
    """
    with _alone(proposal.root):
        _unchanged(proposal.files)
        ready: list[tuple[FileEdit, Path]] = []
        done: list[FileEdit] = []
        made: list[Path] = []
        try:
            for file in proposal.files:
                made += _folders(file.path.parent)
                ready.append(
                    (file, _written(file.path, file.new, like=file.path if file.old is not None else None))
                )
            _unchanged(proposal.files)
            for file, temporary in ready:
                if file.old is None:
                    place_new(temporary, file.path)
                else:
                    temporary.replace(file.path)
                done.append(file)
        except BaseException:
            for file in reversed(done):
                if file.old is None:
                    file.path.unlink(missing_ok=True)
                else:
                    _written(file.path, file.old, like=file.path).replace(file.path)
            for _file, temporary in ready:
                temporary.unlink(missing_ok=True)
            for folder in reversed(made):
                with suppress(OSError):
                    folder.rmdir()
            raise
        for folder in {file.path.parent for file in proposal.files}:
            _sync(folder)


def _unchanged(files: Sequence[FileEdit]) -> None:
    changed = [file.name for file in files if _content(file.path) != file.old]
    if changed:
        raise ChangedMeanwhile(
            _("changed meanwhile, so nothing was written: {files}").format(files=", ".join(changed))
        )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _folders(folder: Path) -> list[Path]:
    """Make *folder* and what it lies in; returns those made, outermost first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
    return list(reversed(missing))


def _written(path: Path, data: bytes, *, like: Path | None) -> Path:
    """*data* in a file beside *path*, safe on disk, with mode and owner of *like*. A plan does not see
    it: its name begins with a dot."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    status = like.stat() if like else None
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
    try:
        with os.fdopen(handle, "wb") as out:
            if status is not None:
                os.fchmod(handle, status.st_mode & 0o7777)
                with suppress(PermissionError):  # only root may give a file away
                    os.fchown(handle, status.st_uid, status.st_gid)
            out.write(data)
            out.flush()
            os.fsync(handle)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Keep other writers of this kind out while files are written."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
