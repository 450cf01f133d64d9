"""What taking in the files of a source is, whatever they hold: found, opened one by one, known or read, and
what came of it told. ``intake`` reads logs as they grow, ``documents`` files that are one whole.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.evidence import files
from opsconsole.evidence.counting import Counts
from opsconsole.evidence.directory import Directory
from opsconsole.evidence.result import SourceResult
from opsconsole.settings import Source
from opsconsole.store.database import Reader, Writer

QUIET = dt.timedelta(minutes=1)  # a document untouched for so long is saved to its end

# The columns of ``source_file``: a file that was read, or a document.
FILE_COLUMNS = (
    *("province", "id", "source", "path", "seen", "head", "tail"),
    *("position", "lines", "events", "state", "read_at"),
)

Progress: TypeAlias = Callable[[int, int, str, int], None]
"""Takes (bytes done, bytes in all, name of the source, lines read in this run)."""


class Stopped(Refused):
    """Collecting was asked to stop; what was counted until then stays counted."""


@dataclass
class Run:
    """What all files of one run share."""

    write: Callable[[], AbstractContextManager[Writer]]
    read: Callable[[], AbstractContextManager[Reader]]
    directory: Directory
    timezone: ZoneInfo
    progress: Progress | None
    stop: Callable[[], bool]
    total: int = 0
    done: int = 0
    lines: int = 0

    def tell(self, source: str, done: int = 0) -> None:
        """How far it is: *done* bytes beyond the files that are through."""
        if self.progress:
            self.progress(min(self.done + done, self.total), self.total, source, self.lines)

    def check(self) -> None:
        """End here if that is asked: raises Stopped."""
        if self.stop():
            raise Stopped(_("collecting was stopped"))


class Intake(ABC):
    """The files of one source in one run."""

    def __init__(self, run: Run, source: Source) -> None:
        self.run, self.source = run, source
        self.paths = files.found(source.path)
        self.size = sum(map(files.size_of, self.paths))
        self.result = SourceResult(source.name, source.reader)

    @abstractmethod
    def load(self, reader: Reader) -> None:
        """Take in what is known of the files that were read before."""

    @abstractmethod
    def forget(self) -> None:
        """Know none of them any more."""

    @abstractmethod
    def known_by(self, stamp: str) -> Hashable | None:
        """What the file of this *stamp* was known as when it was last seen; None where it must be opened."""

    @abstractmethod
    def known_as(self, stream: files.Stream) -> Hashable:
        """What the file *stream* is known as by what it holds."""

    @abstractmethod
    def take(self, stream: files.Stream) -> None:
        """Read what is new in *stream*. Raises files.Unusable."""

    @abstractmethod
    def missing(self) -> list[str]:
        """Paths of the files known of which no whole copy is there."""

    @abstractmethod
    def left_closed(self, path: Path, stamp: str) -> None:
        """Note that *path* was not opened, since its *stamp* is known."""

    @abstractmethod
    def end(self) -> None:
        """Note what shows when all files are through."""

    def collect(self) -> None:
        """Read what is new in every file."""
        if not self.paths:
            self.problem(Path(self.source.path), _("no file is there"))
        for path in self.paths:
            self.run.check()
            size = files.size_of(path)
            self._collect_file(path)
            self.run.done += size
            self.run.tell(self.source.name)
        self.end()
        self.run.check()

    def here(self) -> set[Hashable]:
        """What the files that are there are known as."""
        found: set[Hashable] = set()
        for path in self.paths:
            known = self.known_by(files.stamp_of(path))
            if known is None:
                try:
                    stream = files.Stream(path)
                except (files.Unusable, FileNotFoundError):
                    continue
                try:
                    known = self.known_as(stream)
                except files.Unusable:
                    continue
                finally:
                    stream.close()
            found.add(known)
        return found

    def problem(self, path: Path, reason: str) -> None:
        """Tell of *path* that it could not be read, and why."""
        self.result.problems.append(f"{path}: {reason}")

    def told(self, counts: Counts, size: int, lines: int) -> None:
        """*counts* of *size* bytes and so many *lines* were written."""
        result = self.result
        result.bytes += size
        result.lines += lines
        result.events += counts.events
        result.unmatched += counts.unmatched
        result.unreadable += counts.unreadable

    def _collect_file(self, path: Path) -> None:
        stamp = files.stamp_of(path)
        if not stamp:
            return  # rotated away since it was listed: another name has it, or the next run
        self.result.files += 1
        if self.known_by(stamp) is not None:
            self.left_closed(path, stamp)
            return
        try:
            stream = files.Stream(path)
        except FileNotFoundError:
            return
        except files.Unusable as error:
            self.result.waiting += error.waits
            self.problem(path, str(error))
            return
        try:
            self.take(stream)
        except files.Unusable as error:
            self.problem(path, str(error))
        finally:
            stream.close()
