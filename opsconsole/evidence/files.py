"""The files of a source as plain streams: regular files and gzip, read at any position.

Nothing that is a link, a device or a pipe is opened for reading; a gzip file is taken only when all
of it is there (its trailer is right), so one that is still being written waits. Positions always
count in the plain stream, so that a log and its compressed copy are one and the same.
"""

from __future__ import annotations

import datetime as dt
import glob
import os
import re
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

from opsconsole.catalogue import _

BLOCK = 1 << 20
START = 4096  # bytes of the beginning that are always at hand
KEEP = 48 << 20  # bytes of a decompressed file that are kept in memory
OUTLINE = 4096  # lines looked at to see how often a log without years turns the year

_GZIP = b"\x1f\x8b"
_OTHERS = {b"\x28\xb5\x2f\xfd": "zstd", b"\xfd7zXZ\x00": "xz", b"BZh": "bzip2", b"PK\x03\x04": "zip"}
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
            reason = _("is a symbolic link; links are not followed") if link else error.strerror
            raise Unusable(str(reason)) from None
        try:
            status = os.fstat(self._handle)
            if not stat.S_ISREG(status.st_mode):
                raise Unusable(_("is not a regular file"))
            self.stamp = _stamp(status)
            self.modified = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)
            self._length = status.st_size
            self._kept: bytes | None = None
            self._start = b""
            self._plain: Iterator[bytes] | None = None
            self._window = b""
            self._window_at = 0
            start = self._pread(0, 16)
            self.gzip = start.startswith(_GZIP)
            for magic, name in _OTHERS.items():
                if start.startswith(magic):
                    raise Unusable(_("is compressed with {name}; only gzip is read").format(name=name))
            if self.gzip:
                written = int.from_bytes(start[4:8], "little")
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
        os.close(self._handle)

    def _pread(self, position: int, size: int) -> bytes:
        try:
            return os.pread(self._handle, size, position)
        except OSError as error:
            raise Unusable(_("cannot be read: {why}").format(why=error.strerror)) from None

    def read(self, position: int, size: int) -> bytes:
        """Up to *size* bytes at *position* of the plain stream, fewer only at its end."""
        size = min(size, self.size - position)
        if size <= 0:
            return b""
        if self._kept is not None:
            return self._kept[position : position + size]
        if self.gzip:
            if position + size <= len(self._start):
                return self._start[position : position + size]
            return self._read_gzip(position, size)
        parts = []
        while size > 0 and (part := self._pread(position, size)):
            parts.append(part)
            position += len(part)
            size -= len(part)
        return b"".join(parts)

    def _read_gzip(self, position: int, size: int) -> bytes:
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
        position, rest = 0, b""
        while True:
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                if not rest:
                    rest = self._pread(position, min(BLOCK, self._length - position))
                    position += len(rest)
                    if not rest:
                        raise Unusable(_("is a gzip file that is not complete yet"), waits=True)
                try:
                    block = member.decompress(rest, BLOCK)
                except zlib.error as error:
                    raise Unusable(_("is a damaged gzip file: {why}").format(why=error)) from None
                rest = member.unconsumed_tail
                if block:
                    yield block
            rest = member.unused_data.lstrip(b"\0")  # tapes and blocks pad with NUL
            while not rest:
                rest = self._pread(position, min(BLOCK, self._length - position))
                position += len(rest)
                if not rest:
                    return
                rest = rest.lstrip(b"\0")

    def _verify(self) -> None:
        """Read the gzip file to its end once; keep what it holds when that is not too much."""
        kept: list[bytes] | None = []
        size = 0
        for block in self._blocks():
            size += len(block)
            if len(self._start) < START:
                self._start += block
            if kept is not None:
                kept.append(block)
                if size > KEEP:
                    kept = None
        self.size = size
        if kept is not None:
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
        """Whole lines from the beginning to the end of a file, evenly spread; of a gzip file that
        is not in memory only the first."""
        if self.gzip and self._kept is None:
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
