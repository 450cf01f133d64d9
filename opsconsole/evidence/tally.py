"""What a piece of a log of mail says, added up, and given as events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from opsconsole.evidence.reader import EachUse, Event, Lost, MailUses, Seen, Traffic, Unreadable, What
from opsconsole.evidence.redact import redact
from opsconsole.evidence.stamps import Moment

MAX_ADDRESS = 200
_MOST_NAMES = 100_000  # addresses of which the text is remembered


class Names(dict[bytes, str]):
    """The addresses that were written, as text; *domain* completes those without one."""

    def __init__(self, domain: str = "") -> None:
        super().__init__()
        self._domain = f"@{domain.lower()}" if domain else ""

    def __missing__(self, address: bytes) -> str:
        if len(self) > _MOST_NAMES:
            self.clear()
        name = address.decode("utf-8", "replace").lower()[:MAX_ADDRESS]
        if self._domain and name and "@" not in name:
            name += self._domain
        self[address] = name
        return name


class Tally:
    """What a piece of a log says, added up."""

    def __init__(self, *, samples: bool = True) -> None:
        self._samples = samples  # False where a log holds secrets: no line of it is shown
        self._uses: dict[tuple[What, str], dict[bytes, int]] = {}
        self._each: dict[tuple[What, str], list[bytes]] = {}
        self._traffic: dict[tuple[str, str], int] = {}
        self._days: dict[str, list[Any]] = {}
        self._lost: list[Lost] = []
        self.notes: list[tuple[str, bytes]] = []

    def uses(self, what: What, day: str) -> dict[bytes, int]:
        """How often each address did *what* on *day*, to be added to."""
        return self._uses.setdefault((what, day), {})

    def use(self, what: What, day: str, address: bytes, times: int) -> None:
        """*address* did *what* on *day*, *times* times."""
        row = self._uses.setdefault((what, day), {})
        row[address] = row.get(address, 0) + times

    def each(self, what: What, day: str, addresses: Iterable[bytes]) -> None:
        """Each of *addresses*, as often as it stands there, did *what* on *day*."""
        self._each.setdefault((what, day), []).extend(addresses)

    def traffic(self, day: str, what: str, times: int) -> None:
        """The server did *what*."""
        if times:
            self._traffic[day, what] = self._traffic.get((day, what), 0) + times

    def unreadable(self, reason: str, line: bytes) -> None:
        """*line* (or the end of one) could not be read."""
        self.notes.append((reason, line))

    def lost(self, day: str, messages: int) -> None:
        """The logging system dropped *messages*."""
        self._lost.append(Lost(day, messages))

    def seen(self, moment: Moment, lines: int, others: int, inferred: int) -> None:
        """*lines* carry the stamp of *moment*."""
        row = self._days.get(moment.day)
        if row is None:
            row = self._days[moment.day] = [moment.at, moment.at, 0, 0, 0, 0]
        if moment.at < row[0]:
            row[0] = moment.at
        if moment.at > row[1]:
            row[1] = moment.at
        row[2] |= 1 << moment.half_hour
        row[3] += lines
        row[4] += others
        row[5] += inferred

    def events(self, data: bytes, position: int, names: Names) -> list[Event]:
        """Everything as events; *data* at *position* is what the lines were read from."""
        found: list[Event] = [
            Seen(day, f"{first}:00.000000Z", f"{last}:00.000000Z", lines, half_hours, others, inferred)
            for day, (first, last, half_hours, lines, others, inferred) in self._days.items()
            if lines
        ]
        found += self._lost
        found += [Traffic(day, what, times) for (day, what), times in self._traffic.items()]
        found += [
            EachUse(day, what, list(map(names.__getitem__, addresses)))
            for (what, day), addresses in self._each.items()
        ]
        for (what, day), row in self._uses.items():
            named: dict[str, int] = {}
            for address, times in row.items():  # of which two may be one, written in two ways
                named[names[address]] = named.get(names[address], 0) + times
            if named:
                found.append(MailUses(day, what, named))
        notes: dict[str, Unreadable] = {}
        for reason, line in self.notes:
            known = notes.get(reason)
            if known is None:
                sample = redact(line) if self._samples else ""
                notes[reason] = Unreadable(reason, sample, position + max(data.find(line), 0), 1)
            else:
                notes[reason] = known._replace(lines=known.lines + 1)
        found += notes.values()
        return found
