"""The files of a source as plain streams: regular and compressed files, read at any position.

Nothing that is a link, a device or a pipe is opened for reading; a compressed file is taken only when all
of it is there (its trailer is right), so one that is still being written waits. Positions always
count in the plain stream, so that a log and its compressed copy are one and the same.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import glob
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from opsconsole.catalogue import _
from opsconsole.evidence.packed import Damaged, Incomplete, blocks, packing_of
from opsconsole.oserrors import said

BLOCK = 1 << 20
START = 4096  # bytes of the beginning that are always at hand
KEEP = 16 << 20  # bytes of a decompressed file that are kept in memory; more is spilled to the disk
OUTLINE = 4096  # lines looked at to see how often a log without years turns the year

_ZIP = b"PK\x03\x04"
_DATED = re.compile(r"[-_.](20\d\d)-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12]\d|3[01]))?(?!\d)")


class Unusable(Exception):
    """A file that cannot be evidence now; the text says why. ``waits`` is true where that is
    normal for a while, as with a gzip file that is still being written."""

    def __init__(self, reason: str, *, waits: bool = False) -> None:
        super().__init__(reason)
        self.waits = waits


def found(pattern: str) -> list[Path]:
    """The files that *pattern* (a glob, ``**`` for any depth) names, older ones first.

    Folders are left out; links and devices are not, since somebody must hear of them.
    """
    dated = []
    for name in glob.glob(pattern, recursive=True):  # noqa: PTH207 - the pattern is absolute
        try:
            status = os.lstat(name)
        except OSError:
            continue  # rotated away since the listing
        if not stat.S_ISDIR(status.st_mode):
            dated.append((status.st_mtime_ns, name))
    return [Path(name) for _modified, name in sorted(dated)]


def size_of(path: Path) -> int:
    """The bytes of *path* as it lies on the disk, for a progress bar; 0 where it is gone."""
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0


def stamp_of(path: Path) -> str:
    """``device:inode:size:mtime`` of *path*, '' where it is gone: equal means not touched."""
    try:
        return _stamp(os.lstat(path))
    except OSError:
        return ""


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"


def same_inode(stamp: str, other: str) -> bool:
    """Whether two stamps are of one file on the disk, whatever it holds."""
    return bool(stamp) and stamp.split(":")[:2] == other.split(":")[:2]


class Stream:
    """An open evidence file. ``size`` is its plain length when it was opened."""

    size: int

    def __init__(self, path: Path) -> None:
        """Open *path*. Raises Unusable, or FileNotFoundError for a file that is gone."""
        self.path = path
        try:
            self._handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise
        except OSError as error:
            link = path.is_symlink()
            reason = _("is a symbolic link; links are not followed") if link else said(error)
            raise Unusable(str(reason)) from None
        try:
            status = os.fstat(self._handle)
            if not stat.S_ISREG(status.st_mode):
                raise Unusable(_("is not a regular file"))
            self.stamp = _stamp(status)
            self.modified = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)
            self._length = status.st_size
            self._kept: bytes | None = None
            self._spilled: IO[bytes] | None = None
            self._start = b""
            self._plain: Iterator[bytes] | None = None
            self._window = b""
            self._window_at = 0
            start = self._pread(0, 16)
            if start.startswith(_ZIP):
                raise Unusable(_("is a zip archive; gzip, bzip2, xz and zstd are read"))
            self.packing = packing_of(start)
            if self.packing:
                written = int.from_bytes(start[4:8], "little") if self.packing.name == "gzip" else 0
                if written:
                    self.modified = dt.datetime.fromtimestamp(written, dt.UTC)
                self._verify()
            else:
                self.size = self._length
        except BaseException:
            os.close(self._handle)
            raise

    def close(self) -> None:
        """Give the file back."""
        if self._spilled:
            self._spilled.close()
        os.close(self._handle)

    def _pread(self, position: int, size: int) -> bytes:
        try:
            return os.pread(self._handle, size, position)
        except OSError as error:
            raise Unusable(_("cannot be read: {why}").format(why=said(error))) from None

    def read(self, position: int, size: int) -> bytes:
        """Up to *size* bytes at *position* of the plain stream, fewer only at its end."""
        size = min(size, self.size - position)
        if size <= 0:
            return b""
        if self._kept is not None:
            return self._kept[position : position + size]
        if self._spilled:
            return os.pread(self._spilled.fileno(), size, position)
        if self.packing:
            if position + size <= len(self._start):
                return self._start[position : position + size]
            return self._read_packed(position, size)
        parts = []
        while size > 0 and (part := self._pread(position, size)):
            parts.append(part)
            position += len(part)
            size -= len(part)
        return b"".join(parts)

    def _read_packed(self, position: int, size: int) -> bytes:
        if self._plain is None or position < self._window_at:
            self._plain, self._window, self._window_at = self._blocks(), b"", 0
        parts, wanted = [], size
        while wanted:
            offset = position - self._window_at
            if offset < len(self._window):
                part = self._window[offset : offset + wanted]
                parts.append(part)
                position += len(part)
                wanted -= len(part)
                continue
            block = next(self._plain, None)
            if block is None:
                break
            # The block before stays, so that a look back (the bytes before an offset) is free.
            keep = self._window[-BLOCK:]
            self._window_at += len(self._window) - len(keep)
            self._window = keep + block
        return b"".join(parts)

    def _blocks(self) -> Iterator[bytes]:
        """The plain stream in blocks. Raises Unusable where it is damaged or not complete."""
        if self.packing is None:
            return
        name = self.packing.name
        try:
            yield from blocks(self.packing, self._pread, self._length)
        except Incomplete:
            raise Unusable(
                _("is a {name} file that is not complete yet").format(name=name), waits=True
            ) from None
        except Damaged as error:
            raise Unusable(_("is a damaged {name} file: {why}").format(name=name, why=error)) from None

    def _verify(self) -> None:
        """Read the file to its end once, and keep what it holds: a little in memory, more in a file
        without a name, so that it need not be decompressed again. Where the disk has no room for
        that, it is."""
        kept: list[bytes] = []
        spilled: IO[bytes] | None = None
        size, full = 0, False
        try:
            for block in self._blocks():
                size += len(block)
                if len(self._start) < START:
                    self._start += block
                if full:
                    continue
                try:
                    if spilled is None and size > KEEP:
                        spilled = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as this is
                        spilled.writelines(kept)
                        kept.clear()
                    if spilled is None:
                        kept.append(block)
                    else:
                        spilled.write(block)
                except OSError:
                    full = True
                    kept.clear()
            if spilled and not full:
                try:
                    spilled.flush()
                except OSError:
                    full = True
        except BaseException:
            if spilled:
                spilled.close()
            raise
        self.size = size
        if full and spilled:
            with contextlib.suppress(OSError):
                spilled.close()
        elif spilled:
            self._spilled = spilled
        elif not full:
            self._kept = b"".join(kept)

    def reference(self) -> dt.datetime:
        """The newest time (aware) that a line of this file can carry.

        A date in the name (logrotate's ``-20190131``, ``-2019-01``) outlives copying, then the time
        in the gzip header, then the time of modification.
        """
        for dated in list(_DATED.finditer(self.path.name))[-1:]:
            year, month, day = dated.groups()
            try:
                if day:
                    last = dt.datetime(int(year), int(month), int(day), tzinfo=dt.UTC)
                else:
                    turn = int(month) // 12
                    last = dt.datetime(int(year) + turn, int(month) % 12 + 1, 1, tzinfo=dt.UTC)
                    last -= dt.timedelta(days=1)
                return last
            except ValueError:
                pass
        return self.modified

    def outline(self) -> Iterator[bytes]:
        """Whole lines from the beginning to the end of a file, evenly spread; of a packed file that
        is not in memory only the first."""
        if self.packing and self._kept is None and self._spilled is None:
            yield self.read(0, 256)
            return
        step = max(self.size // OUTLINE, 1)
        position = 0
        while position < self.size:
            data = self.read(position, 4096)
            start = 0 if position == 0 else data.find(b"\n") + 1
            if position == 0 or start:
                line = data[start : start + 256]
                yield line
                end = data.find(b"\n", start)
                position += max(step, (end if end >= 0 else len(data)))
            else:
                position += max(step, len(data))
