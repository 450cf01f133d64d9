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
from collections.abc import Iterator

from opsconsole.evidence.loglines import LineParser
from opsconsole.evidence.reader import LineFormat, Stay, Unfit
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


class AttendanceParser(LineParser):
    """The reading of one file. What it keeps is the header (which column stands where, and what stands
    between them), or why the file is not what it should be."""

    def line(self, line: bytes, position: int) -> Iterator[Stay]:
        """The stay that *line* tells of; nothing of the header. Raises Unfit."""
        if position == 0 and line[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self._refuse("the file is UTF-16; save it as CSV in UTF-8")
        if refused := self.kept.get("refused"):
            raise Unfit(refused)
        try:
            text = line.decode("utf-8-sig").replace("\0", "").strip("\r\n")
        except UnicodeDecodeError:
            raise Unfit("not UTF-8; save the file as CSV in UTF-8") from None
        if "columns" not in self.kept:
            self._header(text)
            return
        yield self._stay(self._cells(text, self.kept["separator"]), position)

    def _refuse(self, reason: str) -> None:
        """The whole file is not what it should be, for this *reason*. Raises Unfit."""
        self.kept = {"refused": reason}
        raise Unfit(reason)

    def _cells(self, text: str, separator: str) -> list[str]:
        try:
            rows = list(csv.reader([text], delimiter=separator, strict=True))
        except csv.Error as error:
            raise Unfit(f"not a line of CSV: {error}") from None
        return [squeeze(cell) for cell in rows[0]] if rows else []

    def _header(self, text: str) -> None:
        if re.fullmatch(r"sep=.", text):  # a spreadsheet's word to itself
            return
        for separator in _SEPARATORS:
            try:
                cells = self._cells(text, separator)
            except Unfit:
                continue
            columns: dict[str, int] = {}
            for place, cell in enumerate(cells):
                name = _NAMES.get(fold(cell))
                if name:
                    columns.setdefault(name, place)
            if all(name in columns for name in _NEEDED):
                self.kept |= {"columns": columns, "separator": separator}
                return
        self._refuse(f"the first line does not name the columns {', '.join(_NEEDED)}")

    def _stay(self, cells: list[str], position: int) -> Stay:
        columns = self.kept["columns"]
        if len(cells) <= max(columns[name] for name in _NEEDED):
            raise Unfit("fewer cells than the header has columns")
        site = cells[columns["site"]]
        if not site:
            raise Unfit("no site")
        joined = _local(cells[columns["joined"]], "joined")
        left = _local(cells[columns["left"]], "left")
        place = columns.get("start", -1)
        start = _local(cells[place], "start") if 0 <= place < len(cells) and cells[place] else joined
        since, until = (at.replace(tzinfo=self.origin.timezone) for at in (joined, left))
        if until < since:
            raise Unfit("left before it joined")
        if until - since > LONGEST:
            raise Unfit("stays for more than 48 hours")
        return Stay(cells[columns["session"]], start, site, since, until, position)


def _local(text: str, column: str) -> dt.datetime:
    """The local time written as *text*. Raises Unfit, naming the *column*."""
    if not text:
        raise Unfit(f"no time in '{column}'")
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
    raise Unfit(f"'{column}' is not a time; write YYYY-MM-DD HH:MM or dd/mm/yyyy HH:MM")


READER = LineFormat("attendance", AttendanceParser, "conference", documents=True)
