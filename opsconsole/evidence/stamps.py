"""Time stamps of log lines: their forms, and which instant and local day they mean.

Forms: ``Oct  1 13:14:01 `` (RFC 3164; no year, no zone), ``2026-10-25 02:11:30 `` (local),
``2026-10-25T02:11:30.05+02:00 `` (ISO), the same behind ``<22>1 `` (RFC 5424), ``@4000…`` (TAI64N).
Seconds are not looked at: of a stamp, only the minute is used.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from opsconsole.evidence.reader import Origin
from opsconsole.evidence.years import MONTHS, Years

_BSD = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-3]\d [012]\d:[0-5]\d"
_DATE = rb"\d{4}-\d\d-\d\d"
_CLOCK = rb"[012]\d:[0-5]\d"
_FRACTION = rb"(?:[.,]\d{1,9})?"
_LINE = re.compile(
    rb"(?P<bsd>" + _BSD + rb"):.. "
    rb"|(?P<head>(?:<\d{1,3}>1? ?)?)"
    rb"(?P<iso>" + _DATE + rb"T" + _CLOCK + rb"):.." + _FRACTION + rb"(?P<zone>Z|[+-]\d\d:\d\d) "
    rb"|(?P<local>" + _DATE + rb" " + _CLOCK + rb"):.." + _FRACTION + rb" "
    rb"|(?P<tai>@4[0-9a-f]{23}) "
)
_BSD_MINUTE = re.compile(_BSD)
_MINUTE = re.compile(rb"(?:<\d{1,3}>1? ?)?(\d{4})-(\d\d)-(\d\d)[T ]([012]\d):([0-5]\d)")
_TAI_OFFSET = 10  # seconds that TAI is ahead of UTC in these stamps


class Form(NamedTuple):
    """How the stamp of a line is laid out: the year (or month) begins at *start*, the message at *end*;
    *zone* is the offset as it is written."""

    kind: str
    start: int
    end: int
    zone: bytes

    @property
    def minute(self) -> int:
        """The length of the line up to the end of its minute."""
        return {"bsd": 12, "tai": 25}.get(self.kind, self.start + 16)


class Moment(NamedTuple):
    """A minute: its local day, its instant (``2019-10-01T06:14``) and its half hour of the day (0 to 47)."""

    day: str
    at: str
    half_hour: int


def form_of(line: bytes) -> Form | None:
    """The form of the stamp at the beginning of *line*, None where there is none."""
    found = _LINE.match(line)
    if found is None:
        return None
    if found["bsd"]:
        return Form("bsd", 0, found.end(), b"")
    if found["iso"]:
        return Form("iso", found.start("iso"), found.end(), found["zone"])
    if found["local"]:
        return Form("local", 0, found.end(), b"")
    return Form("tai", 0, found.end(), b"")


class Moments:
    """What minutes the stamps of one file mean, asked in the order of the file."""

    def __init__(self, origin: Origin) -> None:
        self._local, self._zone = origin.timezone, origin.stamps
        self._years = Years(origin, (origin.state or {}).get("last"))
        # (beginning of a line up to its minute, form, year) → what it means
        self._known: dict[tuple[bytes, str, bytes, int], Moment | None] = {}
        # of hours that are whole everywhere: local day, instant up to its hour, first half hour
        self._hours: dict[tuple[bytes, str, bytes, int], tuple[str, str, int] | None] = {}

    def state(self) -> dict[str, str]:
        """What must be known to go on with the next line."""
        return {"last": self._years.last.isoformat()} if self._years.last else {}

    def of(self, minute: bytes, form: Form) -> Moment | None:
        """What *minute* (the beginning of a line, see ``Form.minute``) means; None where it is no time."""
        key = (minute, form.kind, form.zone, self._year(minute, form))
        if key not in self._known:
            if len(self._known) > 50_000:
                self._known.clear()
            self._known[key] = self._in_hour(minute, form, key[3])
        return self._known[key]

    def _in_hour(self, minute: bytes, form: Form, year: int) -> Moment | None:
        """What *minute* means, from what its hour means where that is told by its ends."""
        digits = minute[-2:]
        if form.kind == "tai" or not digits.isdigit() or digits > b"59":
            return self._moment(minute, form, year)
        hour = minute[:-2]
        key = (hour, form.kind, form.zone, year)
        if key not in self._hours:
            if len(self._hours) > 50_000:
                self._hours.clear()
            first, last = self._moment(hour + b"00", form, year), self._moment(hour + b"59", form, year)
            whole = (
                first is not None
                and last is not None
                and first.at[-2:] == "00"
                and last.at[:-2] == first.at[:-2]
                and first.half_hour % 2 == 0
                and (first.day, first.half_hour + 1) == (last.day, last.half_hour)
            )
            self._hours[key] = (first.day, first.at[:-2], first.half_hour) if first and whole else None
        known = self._hours[key]
        if known is None:
            return self._moment(minute, form, year)
        return Moment(known[0], known[1] + digits.decode(), known[2] + (digits >= b"30"))

    def _year(self, line: bytes, form: Form) -> int:
        """The year of *line* (its beginning) where its form has none; 0 otherwise."""
        if form.kind != "bsd" or not _BSD_MINUTE.fullmatch(line):
            return 0
        return self._years.of(MONTHS[line[:3]], int(line[4:6])) or 0

    def _moment(self, minute: bytes, form: Form, year: int) -> Moment | None:
        try:
            at = self._instant(minute, form, year)
            local = at.astimezone(self._local) if at else None
        except (ValueError, OverflowError):
            return None
        if at is None or local is None:
            return None
        half_hour = local.hour * 2 + local.minute // 30
        return Moment(local.date().isoformat(), f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M}", half_hour)

    def _instant(self, minute: bytes, form: Form, year: int) -> dt.datetime | None:
        if form.kind == "tai":
            seconds = int(minute[2:17], 16) - _TAI_OFFSET
            return dt.datetime.fromtimestamp(seconds, dt.UTC) if 0 <= seconds < 1 << 33 else None
        if form.kind == "bsd":
            if not _BSD_MINUTE.fullmatch(minute):
                return None
            numbers = [year, MONTHS[minute[:3]], int(minute[4:6]), int(minute[7:9]), int(minute[10:12])]
        else:
            found = _MINUTE.fullmatch(minute)
            if found is None:
                return None
            numbers = [int(number) for number in found.groups()]
        if not 1970 <= numbers[0] < 2400:
            return None
        year, month, day, hour, past = numbers
        return dt.datetime(year, month, day, hour, past, tzinfo=_zone(form.zone) or self._zone)


def _zone(offset: bytes) -> dt.tzinfo | None:
    if not offset:
        return None
    if offset == b"Z":
        return dt.UTC
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    if minutes >= 24 * 60:
        raise ValueError("an offset has less than 24 hours")
    return dt.timezone(dt.timedelta(minutes=-minutes if offset[:1] == b"-" else minutes))
