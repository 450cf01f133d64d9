"""Time stamps of log lines: which local day each line belongs to, at the speed of a byte search.

Forms: ``Oct  1 13:14:01 `` (RFC 3164; no year, no zone), ``2026-10-25 02:11:30 `` (local),
``2026-10-25T02:11:30.05+02:00 `` (ISO) and the same behind ``<22>1 `` (RFC 5424), ``@4000…`` (TAI64N).
A form is recognised once a piece of text; then the bytes of the minute are cut out of all lines at
once, and only the few different minutes are looked at. What does not fit is looked at line by
line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from opsconsole.evidence.reader import Origin, Seen

_MONTHS = {
    name: number
    for number, name in enumerate(
        (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"), 1
    )
}
# Seconds are not looked at: of a stamp, only the minute is used.
_BSD = re.compile(rb"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([ 0-3]\d) ([012]\d):([0-5]\d)")
_BSD_LINE = re.compile(_BSD.pattern + rb":.. ", re.DOTALL)
_DAY = rb"(\d{4})-(\d\d)-(\d\d)"
_SPACE = re.compile(_DAY + rb" ([012]\d):([0-5]\d)")
_SPACE_LINE = re.compile(_SPACE.pattern + rb":..(?:[.,]\d{1,9})? ", re.DOTALL)
_ISO = re.compile(rb"(?:<\d{1,3}>1? ?)?" + _DAY + rb"T([012]\d):([0-5]\d)")
_ISO_LINE = re.compile(_ISO.pattern + rb":..(?:[.,]\d{1,9})?(Z|[+-]\d\d:\d\d) ", re.DOTALL)
_TAI64N = re.compile(rb"@4([0-9a-f]{15})[0-9a-f]{8} ")
_TAI_OFFSET = 10  # seconds that TAI is ahead of UTC in these stamps

_LATE = dt.timedelta(days=2)  # clocks and zones of servers differ
_DISORDER = 31  # days by which a line may stand too late in its file


class Form(NamedTuple):
    """How the stamp of a line is laid out: the message begins at *end*."""

    kind: str
    start: int
    end: int


class Minute(NamedTuple):
    """The local day (ISO text) of a stamp and its instant to the minute."""

    day: str
    at: str


class Batch(NamedTuple):
    """Lines of one form; the message of each begins at *end*; ``day(line)`` is its local day."""

    lines: Sequence[bytes]
    end: int
    day: Callable[[bytes], str]


def form_of(line: bytes) -> Form | None:
    """The form of the stamp at the beginning of *line*, None where there is none."""
    if _BSD_LINE.match(line):
        return Form("bsd", 0, 16)
    if found := _ISO_LINE.match(line):
        return Form("utc" if found.group(6) == b"Z" else "iso", found.start(1), found.end())
    if found := _SPACE_LINE.match(line):
        return Form("space", 0, found.end())
    if found := _TAI64N.match(line):
        return Form("tai", 0, found.end())
    return None


def _cutter(form: Form) -> Callable[[bytes], Any]:
    """What of a line decides on its minute, and on whether it has this form at all."""
    if form.kind == "bsd":
        return itemgetter(slice(0, 12), slice(12, 13), slice(15, 16))
    if form.kind == "space":
        return itemgetter(slice(0, 16), slice(16, 17), slice(19, form.end))
    if form.kind == "tai":
        return itemgetter(slice(0, form.end))
    zone = 2 if form.kind == "utc" else 7
    return itemgetter(slice(0, form.start + 16), slice(form.end - zone, form.end))


class Stamps:
    """The stamps of one file, in order."""

    def __init__(self, origin: Origin) -> None:
        self._zone = origin.timezone
        state = origin.state or {}
        self._years = Years(origin, state.get("last"))
        self._hours: dict[tuple[Any, ...], tuple[str, str] | None] = {}
        self.unstamped: list[bytes] = []

    def state(self) -> dict[str, str]:
        """What must be known to go on with the next line."""
        return {"last": self._years.last.isoformat()} if self._years.last else {}

    def batches(self, lines: list[bytes]) -> tuple[list[Batch], list[Seen]]:
        """*lines* by form, in order, and which days they cover. Lines without a stamp are left in
        ``unstamped``."""
        self.unstamped = []
        days: dict[str, list[Any]] = {}
        batches = []
        form = next(filter(None, map(form_of, lines[:8])), None)
        rest = lines
        if form:
            done, rest = self._take(form, lines, days)
            batches += done
        by_form: dict[Form, list[bytes]] = {}
        for line in rest:
            other = form_of(line)
            if other is None:
                self.unstamped.append(line)
            else:
                by_form.setdefault(other, []).append(line)
        for other, some in by_form.items():
            done, rest = self._take(other, some, days)
            batches += done
            self.unstamped += rest
        return batches, [Seen(day, *values) for day, values in days.items()]

    def _take(
        self, form: Form, lines: list[bytes], days: dict[str, list[Any]]
    ) -> tuple[list[Batch], list[bytes]]:
        """Batches of those *lines* that have *form*, and the other lines."""
        cut = _cutter(form)
        counts = Counter(map(cut, lines))
        if form.kind == "bsd":
            months = {key[0][:3] for key in counts} & _MONTHS.keys()
            if len(months) > 1:
                return self._take_years(form, lines, days)
        return self._take_counted(form, lines, counts, days)

    def _take_years(
        self, form: Form, lines: list[bytes], days: dict[str, list[Any]]
    ) -> tuple[list[Batch], list[bytes]]:
        """The same for lines without years of several months, which may be of several years."""
        batches, rest = [], []
        for _day, run in groupby(lines, itemgetter(slice(0, 6))):
            some = list(run)
            done, other = self._take_counted(form, some, Counter(map(_cutter(form), some)), days)
            batches += done
            rest += other
        return batches, rest

    def _take_counted(
        self, form: Form, lines: list[bytes], counts: Counter[Any], days: dict[str, list[Any]]
    ) -> tuple[list[Batch], list[bytes]]:
        known: dict[Any, str] = {}
        odd: set[Any] = set()
        for key, count in counts.items():
            minute = self._minute(form, key)
            if minute is None:
                odd.add(key)
                continue
            day, at = minute
            known[key] = day
            seen = days.get(day)
            if seen is None:
                days[day] = [at, at, count]
            else:
                if at < seen[0]:
                    seen[0] = at
                elif at > seen[1]:
                    seen[1] = at
                seen[2] += count
        cut = _cutter(form)
        rest = [line for line in lines if cut(line) in odd] if odd else []
        if not known:
            return [], rest
        if odd:
            lines = [line for line in lines if cut(line) in known]
        distinct = set(known.values())
        if len(distinct) == 1:
            (only,) = distinct
            return [Batch(lines, form.end, lambda line: only)], rest
        return [Batch(lines, form.end, lambda line: known[cut(line)])], rest

    def _minute(self, form: Form, key: Any) -> Minute | None:
        text: bytes = key[0] if form.kind != "tai" else key
        if form.kind == "bsd":
            found = _BSD.fullmatch(text)
            if not found or key[1] != b":" or key[2] != b" ":
                return None
            month, day = _MONTHS[found.group(1)], int(found.group(2))
            year = self._years.of(month, day)
            if year is None:
                return None
            return self._local(year, month, day, int(found.group(3)), found.group(4), None)
        if form.kind == "tai":
            found = _TAI64N.fullmatch(text)
            if not found:
                return None
            seconds = int(found.group(1), 16) - _TAI_OFFSET
            if not 0 <= seconds < 1 << 33:
                return None
            return self._exact(dt.datetime.fromtimestamp(seconds, dt.UTC))
        found = (_SPACE if form.kind == "space" else _ISO).fullmatch(text)
        if not found:
            return None
        offset: bytes | None = None
        if form.kind == "space":
            if key[1] != b":" or not re.fullmatch(rb"(?:[.,]\d{1,9})? ", key[2]):
                return None
        else:
            offset = key[1][:-1]
            if key[1][-1:] != b" " or not re.fullmatch(rb"Z|[+-]\d\d:\d\d", offset):
                return None
        year, month, day, hour = map(int, found.groups()[:4])
        return self._local(year, month, day, hour, found.group(5), offset)

    def _local(
        self, year: int, month: int, day: int, hour: int, minute: bytes, offset: bytes | None
    ) -> Minute | None:
        """A stamp of the wall clock of *offset* (None: of the configured zone)."""
        at = (year, month, day, hour, offset)
        if at not in self._hours:
            if len(self._hours) > 20_000:
                self._hours.clear()
            self._hours[at] = self._hour(*at)
        whole = self._hours[at]
        if whole is None:
            return None
        if whole[0]:
            return Minute(whole[0], f"{whole[1]}:{minute.decode()}:00.000000Z")
        zone = _zone(offset) or self._zone
        return self._exact(dt.datetime(year, month, day, hour, int(minute), tzinfo=zone))

    def _hour(
        self, year: int, month: int, day: int, hour: int, offset: bytes | None
    ) -> tuple[str, str] | None:
        """(local day, hour in UTC) where a whole hour has them; ('', '') where it has not."""
        if not 1970 <= year < 2400:
            return None
        try:
            first = dt.datetime(year, month, day, hour, tzinfo=_zone(offset) or self._zone)
            last = (first + dt.timedelta(minutes=59)).astimezone(dt.UTC)
            utc = first.astimezone(dt.UTC)
            local, local_last = utc.astimezone(self._zone), last.astimezone(self._zone)
        except ValueError:
            return None
        if utc.minute or utc.hour != last.hour or local.date() != local_last.date():
            return "", ""
        return local.date().isoformat(), f"{utc:%Y-%m-%dT%H}"

    def _exact(self, at: dt.datetime) -> Minute:
        local = at.astimezone(self._zone).date().isoformat()
        return Minute(local, f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M}:00.000000Z")


def _zone(offset: bytes | None) -> dt.tzinfo | None:
    if offset is None:
        return None
    if offset == b"Z":
        return dt.UTC
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    if minutes >= 24 * 60:
        raise ValueError("an offset has less than 24 hours")
    return dt.timezone(dt.timedelta(minutes=-minutes if offset[:1] == b"-" else minutes))


class Years:
    """The years of stamps that have none.

    The first line takes the newest year in which it is not after *origin.reference* (so a December
    line in a file written in January is of the year before); a file that turns the year more than
    once is counted back from its end. From there on by order: when the date falls back, the year
    has turned, except for lines that stand up to a month too late.
    """

    def __init__(self, origin: Origin, last: str | None) -> None:
        self._newest = origin.reference.astimezone(origin.timezone).replace(tzinfo=None) + _LATE
        self._origin = origin
        self.last = dt.date.fromisoformat(last) if last else None

    def of(self, month: int, day: int) -> int | None:
        """The year of the next line, which is of *month* and *day*; None where no year has it."""
        if self.last and (self.last.month, self.last.day) == (month, day):
            return self.last.year
        if self.last is None:
            date = _in_year(self._first_year(month, day), month, day)
        else:
            date = self._next(self.last, month, day)
        if date is None:
            return None
        self.last = date
        return date.year

    def _next(self, last: dt.date, month: int, day: int) -> dt.date | None:
        same = _in_year(last.year, month, day)
        after = _in_year(last.year + 1, month, day)
        before = _in_year(last.year - 1, month, day)
        if before and (last - before).days <= _DISORDER:
            return before
        turned = same is None or (last - same).days > _DISORDER
        return after if turned and after and after <= self._newest.date() else same

    def _first_year(self, month: int, day: int) -> int:
        turns = 0
        end = (month, day)
        place: dt.date | None = None
        for line in self._origin.outline():
            found = _BSD_LINE.match(line)
            date = _in_year(2000, _MONTHS[found.group(1)], int(found.group(2))) if found else None
            if date is None:
                continue
            back = (place - date).days if place else 0
            if back > _DISORDER:
                turns += 1
            elif -back >= 366 - _DISORDER:  # a late line of December behind one of January
                turns -= 1
            place = date
            end = (date.month, date.day)
        newest = self._newest.date()
        for year in range(newest.year, newest.year - 9, -1):  # February 29th may be 8 years back
            date = _in_year(year, *end)
            if date and date <= newest:
                return year - turns
        return newest.year - turns


def _in_year(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
