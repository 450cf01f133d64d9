"""Attendance of conference sessions as CSV: one line a stay of a site in a session.

Columns ``session, site, joined, left`` in any order and case (also by their Vietnamese names), ``,``
``;`` or tab between them, UTF-8 with or without a byte order mark. ``session`` is a key; where it
is blank the session announced nearest to ``start`` (an optional column) or ``joined`` is meant.
Times are local: ``2019-03-05 08:00[:30]`` or ``05/03/2019 08:00``. Whatever stands in a cell is text.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from opsconsole.evidence.reader import Event, LineFormat, Origin, Seen, Stay, Unreadable
from opsconsole.evidence.redact import redact
from opsconsole.store.clock import instant_text
from opsconsole.text import fold, squeeze

LONGEST = dt.timedelta(hours=48)
_NEEDED = ("session", "site", "joined", "left")
_NAMES = {
    "session": "session",
    "phien": "session",
    "phien hop": "session",
    "ma phien": "session",
    "site": "site",
    "diem cau": "site",
    "joined": "joined",
    "vao": "joined",
    "gio vao": "joined",
    "left": "left",
    "ra": "left",
    "gio ra": "left",
    "start": "start",
    "bat dau": "start",
}
_TIME = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d)|(\d\d?)/(\d\d?)/(\d{4}))[ T](\d\d?):(\d\d)(?::(\d\d))?", re.ASCII
)
_SEPARATORS = (",", ";", "\t")


class _Wrong(Exception):
    """Why a line cannot be read, in words that show what to mend."""


class AttendanceParser:
    """The reading of one file. Its state is the header: which column stands where."""

    def __init__(self, origin: Origin) -> None:
        self._zone = origin.timezone
        state = origin.state or {}
        self._columns: dict[str, int] | None = state.get("columns")
        self._separator: str = state.get("separator", ",")
        self._refused: str = state.get("refused", "")

    def state(self) -> Mapping[str, Any]:
        """The header, once it was read; or why the file is not what it should be."""
        if self._refused:
            return {"refused": self._refused}
        return {"columns": self._columns, "separator": self._separator} if self._columns else {}

    def feed(self, data: bytes, position: int) -> Iterable[Event]:
        """The stays of *data*, what days they cover, and the lines that cannot be read."""
        events: list[Event] = []
        days: dict[str, list[Any]] = {}
        at = position
        for line in data.removesuffix(b"\n").split(b"\n"):
            place, at = at, at + len(line) + 1
            try:
                stay = self._line(line, place)
            except _Wrong as error:
                events.append(Unreadable(str(error), redact(line.strip()), place))
                continue
            if stay is not None:
                events.append(stay)
                joined, left = instant_text(stay.joined), instant_text(stay.left)
                day = stay.joined.astimezone(self._zone).date().isoformat()
                seen = days.setdefault(day, [joined, left, 0])
                seen[:] = min(seen[0], joined), max(seen[1], left), seen[2] + 1
        return events + [Seen(day, *values) for day, values in days.items()]

    def _line(self, line: bytes, position: int) -> Stay | None:
        if position == 0 and line[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self._refused = "the file is UTF-16; save it as CSV in UTF-8"
        if not self._refused and not line.strip(b"\r\n\t \0\xef\xbb\xbf"):
            return None
        if self._refused:
            raise _Wrong(self._refused)
        try:
            text = line.decode("utf-8-sig").replace("\0", "").strip("\r\n")
        except UnicodeDecodeError:
            raise _Wrong("not UTF-8; save the file as CSV in UTF-8") from None
        if self._columns is None:
            self._header(text)
            return None
        return self._stay(self._cells(text, self._separator), position)

    def _cells(self, text: str, separator: str) -> list[str]:
        try:
            rows = list(csv.reader([text], delimiter=separator, strict=True))
        except csv.Error as error:
            raise _Wrong(f"not a line of CSV: {error}") from None
        return [squeeze(cell) for cell in rows[0]] if rows else []

    def _header(self, text: str) -> None:
        if re.fullmatch(r"sep=.", text):  # a spreadsheet's word to itself
            return
        for separator in _SEPARATORS:
            try:
                cells = self._cells(text, separator)
            except _Wrong:
                continue
            columns: dict[str, int] = {}
            for place, cell in enumerate(cells):
                name = _NAMES.get(fold(cell))
                if name:
                    columns.setdefault(name, place)
            if all(name in columns for name in _NEEDED):
                self._columns, self._separator = columns, separator
                return
        self._refused = f"the first line does not name the columns {', '.join(_NEEDED)}"
        raise _Wrong(self._refused)

    def _stay(self, cells: list[str], position: int) -> Stay:
        columns = self._columns or {}
        if len(cells) <= max(columns[name] for name in _NEEDED):
            raise _Wrong("fewer cells than the header has columns")
        site = cells[columns["site"]]
        if not site:
            raise _Wrong("no site")
        joined = _local(cells[columns["joined"]], "joined")
        left = _local(cells[columns["left"]], "left")
        place = columns.get("start", -1)
        start = _local(cells[place], "start") if 0 <= place < len(cells) and cells[place] else joined
        since, until = (at.replace(tzinfo=self._zone) for at in (joined, left))
        if until < since:
            raise _Wrong("left before it joined")
        if until - since > LONGEST:
            raise _Wrong("stays for more than 48 hours")
        return Stay(cells[columns["session"]], start, site, since, until, position)


def _local(text: str, column: str) -> dt.datetime:
    """The local time written as *text*. Raises _Wrong, naming the *column*."""
    if not text:
        raise _Wrong(f"no time in '{column}'")
    found = _TIME.fullmatch(text)
    if found:
        year, month, day, other_day, other_month, other_year, hour, minute, second = found.groups()
        try:
            return dt.datetime(  # noqa: DTZ001 - local by its column
                int(year or other_year),
                int(month or other_month),
                int(day or other_day),
                int(hour),
                int(minute),
                int(second or 0),
            )
        except ValueError:
            pass
    raise _Wrong(f"'{column}' is not a time; write YYYY-MM-DD HH:MM or dd/mm/yyyy HH:MM")


READER = LineFormat("attendance", AttendanceParser, "conference", documents=True)
