"""Times and lengths as vendors write them into their reports.

A date such as 3/5/2019 is read in one way for a whole document: as its other dates prove it, as the
source says (``dates: dmy`` or ``mdy``), as the clock of twelve hours suggests, else day first.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from opsconsole.text import fold

LONGEST = dt.timedelta(hours=48)  # a stay or meeting that lasts longer is a mistake

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = (
    r"(?P<hour>\d{1,2})[:h.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?|sa|ch)?"
)
_NUMBERS = re.compile(
    rf"(?P<a>\d{{1,4}})(?P<mark>[/.-])(?P<b>\d{{1,2}})(?P=mark)(?P<c>\d{{1,4}})(?:,?\s+|T|\s*-\s*){_CLOCK}"
)
_NAMED = re.compile(
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
    rf"(?:(?P<month>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?|(?P<day2>\d{{1,2}})[\s-]+(?P<month2>[a-z]{{3,9}})\.?,?)"
    rf"[\s-]+(?P<year>\d{{4}})(?:,|\s+at)?\s+{_CLOCK}"
)
_ONLY_CLOCK = re.compile(_CLOCK)
_ZONE = re.compile(r"\s*(?:(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d\d)?|(z|utc|gmt))\s*$")
_LENGTH = re.compile(
    r"(?:(\d{1,4})\s*(?:d|days?|ngay)\.?\s*)?(?:(\d{1,4})\s*(?:h|hr|hrs|hours?|gio|t|std)\.?\s*)?"
    r"(?:(\d{1,5})\s*(?:m|min|mins|minutes?|phut|p)\.?\s*)?(?:(\d{1,6})\s*(?:s|sec|secs|seconds?|giay|g)\.?)?"
)


class Times:
    """The times of one document. *zone* is that of stamps that name none; *order* dmy, mdy or '' for
    what the document proves; *texts* are some of its times, *reference* the newest that they can be."""

    def __init__(
        self, zone: ZoneInfo, order: str = "", texts: Iterable[str] = (), reference: dt.datetime | None = None
    ) -> None:
        self._zone = zone
        self.order = order if order in ("dmy", "mdy") else self._proved(list(texts), reference)

    def _proved(self, texts: list[str], reference: dt.datetime | None) -> str:
        found = [match for text in texts if (match := _NUMBERS.match(fold(text)))]
        pairs = [(int(one["a"]), int(one["b"]), one) for one in found if len(one["a"]) < 4]
        if any(first > 12 for first, _second, _one in pairs):
            return "dmy"
        if any(second > 12 for _first, second, _one in pairs):
            return "mdy"
        if any(one["half"] and one["half"][0] in "ap" for _first, _second, one in pairs):
            return "mdy"
        if pairs and reference:
            # A report is written after what it tells of: only one order may be possible.
            newest = reference.astimezone(self._zone).date() + dt.timedelta(days=1)
            late = {
                order: any(
                    (day := _date(*_numbers(one, order))) is None or day > newest for *_rest, one in pairs
                )
                for order in ("dmy", "mdy")
            }
            if late["dmy"] and not late["mdy"]:
                return "mdy"
        return "dmy"

    def at(self, text: str, day: dt.date | None = None) -> dt.datetime | None:
        """The instant (aware) written as *text*, None where it is no time. A clock without a date is of
        *day*, where that is given."""
        folded = fold(text).strip("\"' ")
        if not folded or len(folded) > 60:
            return None
        iso = _iso(text.strip())
        if iso is not None:
            return iso if iso.tzinfo else iso.replace(tzinfo=self._zone)
        zone: dt.tzinfo = self._zone
        if offset := _ZONE.search(folded):
            try:
                zone = _offset(offset)
            except ValueError:
                return None
            folded = folded[: offset.start()]
        for pattern in (_NUMBERS, _NAMED):
            if found := pattern.fullmatch(folded):
                date = self._date(found)
                return _combined(date, found, zone) if date else None
        found = _ONLY_CLOCK.fullmatch(folded) if day else None
        return _combined(day, found, zone) if day and found else None

    def _date(self, found: re.Match[str]) -> dt.date | None:
        if found.re is _NUMBERS:
            return _date(*_numbers(found, self.order))
        name = (found["month"] or found["month2"])[:3]
        if name not in _MONTHS:
            return None
        return _date(int(found["year"]), _MONTHS.index(name) + 1, int(found["day"] or found["day2"]))


def _numbers(found: re.Match[str], order: str) -> tuple[int, int, int]:
    first, second, third = found["a"], found["b"], found["c"]
    if len(first) == 4:
        return int(first), int(second), int(third)
    year = int(third) + (2000 if len(third) <= 2 else 0)
    if order == "mdy":
        return year, int(first), int(second)
    return year, int(second), int(first)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day) if 1990 <= year < 2200 else None
    except ValueError:
        return None


def _combined(date: dt.date, found: re.Match[str], zone: dt.tzinfo) -> dt.datetime | None:
    hour, half = int(found["hour"]), found["half"] or ""
    if half:
        if not 1 <= hour <= 12:
            return None if half[0] in "ap" else _made(date, hour, found, zone)
        hour = hour % 12 + (12 if half[0] in "pc" else 0)
    return _made(date, hour, found, zone)


def _made(date: dt.date, hour: int, found: re.Match[str], zone: dt.tzinfo) -> dt.datetime | None:
    try:
        clock = dt.time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None
    return dt.datetime.combine(date, clock, zone)


def _iso(text: str) -> dt.datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d", text):
        return None
    try:
        at = dt.datetime.fromisoformat(re.sub(r"\s*(?:UTC|GMT)$", "+00:00", text))
    except ValueError:
        return None
    return at if 1990 <= at.year < 2200 else None


def _offset(found: re.Match[str]) -> dt.tzinfo:
    if found[4]:
        return dt.UTC
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes > 14 * 60:
        raise ValueError("no zone is so far from Greenwich")
    return dt.timezone(dt.timedelta(minutes=-minutes if found[1] == "-" else minutes))


def epoch(value: object) -> dt.datetime | None:
    """The instant of seconds or milliseconds since 1970; None for 0 and what is no such number."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    if number > 1e11:
        number /= 1000
    if not 6e8 < number < 7e9:  # 1989 to 2191
        return None
    return dt.datetime.fromtimestamp(number, dt.UTC)


def length(text: str) -> int | None:
    """Seconds of a length such as "1h 19m 26s", "0:19:26" or "1 giờ 5 phút"; None where it is none."""
    folded = fold(text).replace(",", " ")
    if found := re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d)", folded):
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    found = _LENGTH.fullmatch(" ".join(folded.split()))
    if not found or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
