"""Time stamps of log lines: which local day each line belongs to, at the speed of a byte search.

Forms: ``Oct  1 13:14:01 `` (RFC 3164; no year, no zone), ``2026-10-25 02:11:30 `` (local),
``2026-10-25T02:11:30.05+02:00 `` (ISO), the same behind ``<22>1 `` (RFC 5424), ``@4000…`` (TAI64N).

Text is taken in blocks. One pattern cuts the minute out of every line of a block that has the form of
its first line; only the different minutes are looked at. A block with lines of another form, or
without a stamp, is sorted by form line by line, and then goes the same way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from opsconsole.evidence.reader import Origin, Seen
from opsconsole.evidence.years import MONTHS, Years

BLOCK = 128 * 1024

# Seconds are not looked at: of a stamp, only the minute is used.
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
# What a line is up to its hour, and the minute behind it.
_BSD_HOUR = re.compile(_BSD.removesuffix(rb":[0-5]\d"))
_HOUR = re.compile(rb"(?:<\d{1,3}>1? ?)?(\d{4})-(\d\d)-(\d\d)[T ]([012]\d)")
_MINUTES = frozenset(b":%02d" % minute for minute in range(60))
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


class Batch(NamedTuple):
    """Lines of one form: *text* has a newline before each, the message of each begins *end* bytes
    behind it, and the first *length* bytes look its local day up in *days*."""

    text: bytes
    end: int
    length: int
    days: dict[bytes, str]


@dataclass
class Batches:
    """What a piece of a log is: lines by form, the days they cover, and lines without a stamp."""

    batches: list[Batch] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    unstamped: list[bytes] = field(default_factory=list)


class _Day:
    """A local day: instants (``2019-10-01T06:14``) of its first and last minute, number of lines."""

    __slots__ = ("first", "last", "lines", "name")

    def __init__(self, name: str, at: bytes) -> None:
        self.name, self.first, self.last, self.lines = name, at, at, 0


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


@lru_cache(maxsize=256)
def _pattern(form: Form) -> re.Pattern[bytes]:
    """Cuts the beginning of each line that may have *form*, up to its minute: what was cut is looked
    at once for each different hour and minute, so that the pattern may be quick."""
    if form.kind == "tai":
        return re.compile(rb"\n(@4[0-9a-f]{23}) ")
    rest = form.end - form.minute - 2 - len(form.zone)
    return re.compile(rb"\n(.{%d}):.{%d}%s " % (form.minute, rest, re.escape(form.zone)))


class Stamps:
    """The stamps of one file, in order."""

    def __init__(self, origin: Origin) -> None:
        self._zone = origin.timezone
        self._years = Years(origin, (origin.state or {}).get("last"))
        # (beginning of a line up to its hour, form) → local day and hour of the instant
        self._hours: dict[tuple[bytes, str, bytes, int], tuple[str, bytes] | None] = {}

    def state(self) -> dict[str, str]:
        """What must be known to go on with the next line."""
        return {"last": self._years.last.isoformat()} if self._years.last else {}

    def batches(self, data: bytes) -> Batches:
        """*data* (whole lines) by form, in order."""
        found = Batches()
        days: dict[str, _Day] = {}
        for block in _blocks(data):
            self._block(block, found, days)
        for day in days.values():
            if not day.lines:
                continue
            first, last = (f"{at.decode()}:00.000000Z" for at in (day.first, day.last))
            found.seen.append(Seen(day.name, first, last, day.lines))
        return found

    def _block(self, block: bytes, found: Batches, days: dict[str, _Day]) -> None:
        form = form_of(block[:80])
        text = b"\n" + block
        if form:
            minutes = _pattern(form).findall(text)
            if len(minutes) == block.count(b"\n") and self._lines(text, form, Counter(minutes), found, days):
                return
        by_form: dict[Form, list[bytes]] = {}
        for line in block.split(b"\n"):
            if line and line != b"\r":
                other = form_of(line)
                if other:
                    by_form.setdefault(other, []).append(line)
                else:
                    found.unstamped.append(line)
        for other, lines in by_form.items():
            # Without a year, each day by itself: the year may turn between two of them.
            runs = groupby(lines, itemgetter(slice(0, 6))) if other.kind == "bsd" else [(b"", lines)]
            for _day, run in runs:
                some = list(run)
                text = b"\n" + b"\n".join(some) + b"\n"
                counts = Counter(_pattern(other).findall(text))
                if not self._lines(text, other, counts, found, days, some):
                    found.unstamped += some

    def _lines(
        self,
        text: bytes,
        form: Form,
        minutes: Counter[bytes],
        found: Batches,
        days: dict[str, _Day],
        lines: list[bytes] | None = None,
    ) -> bool:
        """Add a batch of *text*, all of whose lines have *form*. False, and nothing added, where a
        closer look is needed: several months without years, or a date that does not exist.

        With *lines* (those of *text*) it is the closer look: lines with a wrong date become unstamped.
        """
        if form.kind == "bsd" and lines is None and len({minute[:3] for minute in minutes}) > 1:
            return False
        exact: dict[bytes, str] = {}
        hours: dict[bytes, tuple[_Day, bytes] | None] = {}
        counted: list[tuple[_Day, bytes, int]] = []
        wrong: set[bytes] = set()
        for minute, count in minutes.items():
            hour = minute[:-3]
            if hour in hours:
                known = hours[hour]
            else:
                known = hours[hour] = self._hour(hour, form, days)
            if minute[-3:] not in _MINUTES and form.kind != "tai":
                wrong.add(minute)
                continue
            if known is None:  # no whole hour of one local day, or no date at all
                alone = self._minute(minute, form)
                if alone is None:
                    wrong.add(minute)
                    continue
                name, at = alone
                day = days.setdefault(name, _Day(name, at))
                exact[minute] = name
            else:
                day, at = known[0], known[1] + minute[-3:]
            counted.append((day, at, count))
        if wrong and lines is None:
            return False
        if wrong:
            cut = itemgetter(slice(0, form.minute))
            found.unstamped.extend(line for line in lines or () if cut(line) in wrong)
            text = b"\n" + b"".join(line + b"\n" for line in lines or () if cut(line) not in wrong)
        for day, at, count in counted:
            if not day.lines or at < day.first:
                day.first = at
            if not day.lines or at > day.last:
                day.last = at
            day.lines += count
        by_hour = {hour: known[0].name for hour, known in hours.items() if known}
        if counted and not exact:
            found.batches.append(Batch(text, form.end, form.minute - 3, by_hour))
        elif counted:
            names = {minute: by_hour.get(minute[:-3], "") for minute in minutes} | exact
            found.batches.append(Batch(text, form.end, form.minute, names))
        return True

    def _hour(self, hour: bytes, form: Form, days: dict[str, _Day]) -> tuple[_Day, bytes] | None:
        """The local day of all minutes of *hour* (a line up to its hour) and its instant; None where
        they are not all of one day or not of one hour in UTC."""
        if form.kind == "tai":
            return None
        year = self._year(hour, form)
        key = (hour, form.kind, form.zone, year)
        if key not in self._hours:
            if len(self._hours) > 20_000:
                self._hours.clear()
            self._hours[key] = self._whole_hour(hour, form, year)
        known = self._hours[key]
        if known is None:
            return None
        name, at = known
        day = days.get(name)
        if day is None:
            day = days[name] = _Day(name, at)
        return day, at

    def _whole_hour(self, hour: bytes, form: Form, year: int) -> tuple[str, bytes] | None:
        first = self._first(hour, form, year)
        if first is None:
            return None
        utc = first.astimezone(dt.UTC)
        last = utc + dt.timedelta(minutes=59)
        name = utc.astimezone(self._zone).date().isoformat()
        if utc.minute or name != last.astimezone(self._zone).date().isoformat():
            return None
        return name, f"{utc:%Y-%m-%dT%H}".encode()

    def _year(self, line: bytes, form: Form) -> int:
        """The year of *line* (its beginning) where its form has none; 0 otherwise."""
        if form.kind != "bsd" or not _BSD_HOUR.match(line):
            return 0
        return self._years.of(MONTHS[line[:3]], int(line[4:6])) or 0

    def _first(self, hour: bytes, form: Form, year: int) -> dt.datetime | None:
        """The instant at which *hour* begins, None where there is no such hour."""
        try:
            if form.kind == "bsd":
                if not _BSD_HOUR.fullmatch(hour):
                    return None
                at = (year, MONTHS[hour[:3]], int(hour[4:6]), int(hour[7:9]))
            else:
                found = _HOUR.fullmatch(hour)
                if found is None:
                    return None
                at = (int(found[1]), int(found[2]), int(found[3]), int(found[4]))
            zone = _zone(form.zone) or self._zone
            return dt.datetime(*at, tzinfo=zone) if 1970 <= at[0] < 2400 else None
        except ValueError:
            return None

    def _minute(self, minute: bytes, form: Form) -> tuple[str, bytes] | None:
        """(local day, instant to the minute) of one minute, looked at by itself."""
        if form.kind == "tai":
            seconds = int(minute[2:17], 16) - _TAI_OFFSET
            if not 0 <= seconds < 1 << 33:
                return None
            at = dt.datetime.fromtimestamp(seconds, dt.UTC)
        else:
            first = self._first(minute[:-3], form, self._year(minute, form))
            if first is None:
                return None
            at = first.astimezone(dt.UTC) + dt.timedelta(minutes=int(minute[-2:]))
        return at.astimezone(self._zone).date().isoformat(), f"{at:%Y-%m-%dT%H:%M}".encode()


def _blocks(data: bytes) -> Iterator[bytes]:
    """*data* in blocks of whole lines."""
    start = 0
    while len(data) - start > BLOCK:
        end = data.rfind(b"\n", start, start + BLOCK) + 1 or data.find(b"\n", start) + 1
        yield data[start:end]
        start = end
    if start < len(data):
        yield data[start:]


def _zone(offset: bytes) -> dt.tzinfo | None:
    if not offset:
        return None
    if offset == b"Z":
        return dt.UTC
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    if minutes >= 24 * 60:
        raise ValueError("an offset has less than 24 hours")
    return dt.timezone(dt.timedelta(minutes=-minutes if offset[:1] == b"-" else minutes))
