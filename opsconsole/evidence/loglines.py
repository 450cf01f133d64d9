"""Logs of conference servers, line by line: what their parsers share.

A server writes that somebody joined, and perhaps hours later that he left; what is open in between is
carried from piece to piece as the parser's state.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opsconsole.evidence.reader import Event, Failure, Origin, Seen, Stay, Unfit, Unreadable
from opsconsole.evidence.redact import redact
from opsconsole.store.clock import instant_text

MOST_OPEN = 20_000  # participants and calls that are remembered as open


class LineParser(ABC):
    """The reading of one log. A format says what one line is (``line``)."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.kept: dict[str, Any] = dict(origin.state or {})

    def state(self) -> Mapping[str, Any]:
        """What is open, for the next piece."""
        return self.kept

    def feed(self, data: bytes, position: int) -> Iterable[Event]:
        """The events of whole lines, and what days they cover."""
        events: list[Event] = []
        days: dict[str, list[Any]] = {}
        at = position
        for line in data.removesuffix(b"\n").split(b"\n"):
            place, at = at, at + len(line) + 1
            if not line.strip(b"\r\n\t \0\xef\xbb\xbf"):
                continue
            try:
                found = list(self.line(line, place))
            except Unfit as error:
                events.append(Unreadable(str(error), redact(line.strip()), place))
                continue
            for event in found:
                if isinstance(event, dt.datetime):
                    self._cover(days, event)
                    continue
                events.append(event)
                if isinstance(event, Stay):
                    self._cover(days, event.joined, event.left)
                elif isinstance(event, Failure):
                    self._cover(days, event.at)
        return events + [Seen(day, *values) for day, values in days.items()]

    @abstractmethod
    def line(self, line: bytes, position: int) -> Iterator[Event | dt.datetime]:
        """The events of one line; an instant alone says that the log covers it. May raise Unfit."""

    def local(self, at: dt.datetime) -> dt.datetime:
        """*at* as local time without zone."""
        return at.astimezone(self.origin.timezone).replace(tzinfo=None)

    def _cover(self, days: dict[str, list[Any]], first: dt.datetime, last: dt.datetime | None = None) -> None:
        begin, end = instant_text(first), instant_text(last or first)
        day = first.astimezone(self.origin.timezone).date().isoformat()
        seen = days.setdefault(day, [begin, end, 0])
        seen[:] = min(seen[0], begin), max(seen[1], end), seen[2] + 1


def bounded(table: dict[str, Any]) -> dict[str, Any]:
    """*table* without its oldest entries, where something (an ending that is never written) fills it."""
    while len(table) > MOST_OPEN:
        table.pop(next(iter(table)))
    return table
