"""What a run of collecting did, by source: for the summary, for JSON and for the run of a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class SourceResult:
    """What one source gave in one run.

    *files* were found, *read* held something new; *lines* and *bytes* are what was new, *events* the
    uses and stays in it. *waiting* are files whose last line has no end yet. *gaps* and *problems* are
    sentences for people.
    """

    name: str
    reader: str
    files: int = 0
    read: int = 0
    bytes: int = 0
    lines: int = 0
    events: int = 0
    unmatched: int = 0
    unreadable: int = 0
    waiting: int = 0
    gaps: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return dict(self.__dict__)


@dataclass
class Collected:
    """The results by source, in the order of config.yaml. *stopped* is true where it was ended early."""

    sources: list[SourceResult] = field(default_factory=list)
    stopped: bool = False

    @property
    def lines(self) -> int:
        """New lines of all sources."""
        return sum(source.lines for source in self.sources)

    @property
    def events(self) -> int:
        """New uses and stays of all sources."""
        return sum(source.events for source in self.sources)

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "lines": self.lines,
            "events": self.events,
            "stopped": self.stopped,
            "sources": [source.data for source in self.sources],
        }
