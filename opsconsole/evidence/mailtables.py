"""Tables of mail use that a service exports: a row for each mailbox, or for each mailbox and day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping

from opsconsole.evidence.reader import Event, MailUses, Origin, Seen, Unfit, Unreadable, What
from opsconsole.evidence.redact import redact
from opsconsole.evidence.tabular import decode, rows
from opsconsole.store.clock import instant_text
from opsconsole.text import fold

MAX_TIMES = 10_000_000  # a mailbox and day; more is a mistake of the table


class Uses:
    """The uses in a table, and the days that it covers."""

    def __init__(self, origin: Origin) -> None:
        self._zone = origin.timezone
        self._uses: dict[tuple[str, What], dict[str, int]] = {}
        self._days: dict[str, int] = {}
        self.notes: list[Event] = []

    def add(self, address: str, day: str, what: What, times: int) -> None:
        """*address* did *what* on *day*; with 0 *times* the day is known and the number is not."""
        row = self._uses.setdefault((day, what), {})
        row[address] = row.get(address, 0) + times

    def cover(self, day: str) -> None:
        """A row tells of *day*."""
        self._days[day] = self._days.get(day, 0) + 1

    def unreadable(self, reason: str, sample: str, line: int) -> None:
        """The row in *line* could not be read."""
        self.notes.append(Unreadable(reason, redact(sample), line))

    def events(self) -> Iterator[Event]:
        """Everything as events."""
        for (day, what), times in self._uses.items():
            yield MailUses(day, what, times)
        for day, lines in self._days.items():
            start = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), self._zone)
            yield Seen(
                day, instant_text(start), instant_text(start + dt.timedelta(hours=23, minutes=59)), lines
            )
        yield from self.notes


def table(
    data: bytes,
    needed: Mapping[str, Iterable[str]],
    optional: Iterable[str] = (),
    separator: str | None = None,
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of *data* below its header as (line, cells by folded name of the column).

    *needed* are, by what they are called to people, the names under which a column may stand; each
    row has them by the key. Raises Unfit where the header lacks one.
    """
    head: list[str] = []
    names: dict[str, int] = {}
    for row in rows(decode(data), separator):
        if not any(row.cells):
            continue
        if not head:
            head = [fold(cell) for cell in row.cells]
            for key, aliases in needed.items():
                place = next((head.index(one) for one in map(fold, aliases) if one in head), None)
                if place is None:
                    raise Unfit("the first line lacks a column that is needed", row.line, key)
                names[key] = place
            names |= {name: head.index(fold(name)) for name in optional if fold(name) in head}
            continue
        yield row.line, {name: row.cells[at] if at < len(row.cells) else "" for name, at in names.items()}
    if not head:
        raise Unfit("the table is empty")


def number(text: str) -> int:
    """A count of a cell, 0 where it is empty. Raises ValueError."""
    text = text.strip()
    value = int(text) if text else 0
    if not 0 <= value <= MAX_TIMES:
        raise ValueError(text)
    return value


def day_of(text: str, origin: Origin, order: str = "") -> str:
    """The local day of a cell: a date, or an instant with its zone. Raises ValueError.

    *order* is dmy or mdy for dates with slashes or dots.
    """
    text = text.strip()
    if len(text) >= 10 and text[:4].isdigit() and text[4] == "-":
        if len(text) == 10:
            return _day(dt.date.fromisoformat(text))
        at = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return _day((at if at.tzinfo is None else at.astimezone(origin.timezone)).date())
    first, second, year = (
        int(part) for part in text.split(" ")[0].replace(".", "/").replace("-", "/").split("/")
    )
    if order not in ("dmy", "mdy"):
        raise ValueError("which of both is the month is not told")
    day, month = (first, second) if order == "dmy" else (second, first)
    return _day(dt.date(year, month, day))


def _day(date: dt.date) -> str:
    """*date* as text. Raises ValueError where no mailbox can have been used: the first and the last days of
    the calendar have no instant in some zone."""
    if not 1900 <= date.year < 2400:
        raise ValueError(date)
    return date.isoformat()


def cell(uses: Uses, line: int, text: str, convert: Callable[[str], int | str]) -> int | str | None:
    """What *text* means; None, and a note, where it means nothing."""
    try:
        return convert(text)
    except (ValueError, OverflowError):
        uses.unreadable("no number or date where one is needed", text, line)
        return None
