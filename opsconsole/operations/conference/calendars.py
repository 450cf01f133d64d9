"""Calendar files (RFC 5545) → the sessions that they announce.

Reading and expanding are icalendar's and recurring-ical-events'; the bounds are ours. Errors are
kept an event, with the line on which it begins: one bad event does not lose the others. Every
recurrence is bounded before it is expanded: what never ends stops at the end of the window, and
what recurs by the hour, without a step, or never at all is an error.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.operations.conference.calendarlines import parts
from opsconsole.operations.conference.recurrences import Unusable, starts
from opsconsole.oserrors import said
from opsconsole.text import nfc, safe, squeeze

Event: TypeAlias = Any  # of icalendar, which is imported only where a calendar is read

MOST_BYTES = 8_000_000
MOST_OCCURRENCES = 1_000
MOST_LISTED = 2_000  # EXDATE and RDATE of one event
LONGEST_READING = 30  # seconds
FIRST_YEAR = 1970
LONGEST = dt.timedelta(days=14)

# What an export of ours says besides the standard, so that it comes back as it was.
OWN = "X-OPSCONSOLE-"


@dataclass(frozen=True, slots=True)
class Announcement:
    """One occurrence in a calendar. *start* and *end* are local, to the minute, without a zone;
    *recurrence* is the local start that the series planned for it ('' where nothing recurs);
    *people* are the names of those invited, *line* that on which the event begins in the file."""

    uid: str
    recurrence: str
    title: str
    start: dt.datetime
    end: dt.datetime
    line: int
    location: str = ""
    description: str = ""
    people: tuple[str, ...] = ()
    cancelled: bool = False
    key: str = ""
    kind: str = ""
    host: str = ""
    sites: tuple[str, ...] = ()
    operator: str = ""
    rate: float | None = None
    agenda: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What a calendar file holds between two days: *problems* name file, line and cause."""

    announcements: tuple[Announcement, ...]
    problems: tuple[str, ...]
    outside: int = 0


def read_calendar(path: Path, zone: ZoneInfo, first: dt.date, after: dt.date, name: str = "") -> Read:
    """The sessions of the calendar file *path* that begin on a local day in [*first*, *after*).

    Raises Refused for what is no calendar, or larger than ``MOST_BYTES``.
    """
    shown = name or str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(_("{file}: cannot be read: {reason}").format(file=shown, reason=said(error))) from None
    return parse(data, zone, first, after, shown)


def parse(data: bytes, zone: ZoneInfo, first: dt.date, after: dt.date, name: str) -> Read:
    """The same of the bytes of a file called *name*."""
    if len(data) > MOST_BYTES:
        raise Refused(
            _("{file}: is larger than {most} MB, which no calendar of sessions is").format(
                file=name, most=MOST_BYTES // 1_000_000
            )
        )
    reading = _Reading(zone, first, after, name)
    for number, lines in parts(data, name):
        reading.part(number, lines)
    return reading.result()


class _Reading:
    def __init__(self, zone: ZoneInfo, first: dt.date, after: dt.date, name: str) -> None:
        self.zone, self.name = zone, name
        self.first = dt.datetime.combine(first, dt.time.min, zone)
        self.after = dt.datetime.combine(after, dt.time.min, zone)
        self.zones: list[str] = []
        self.series: dict[str, list[tuple[int, Event]]] = {}
        self.found: list[Announcement] = []
        self.problems: list[tuple[int, str]] = []
        self.outside = 0

    def problem(self, line: int, text: str) -> None:
        self.problems.append((line, f"{self.name}:{line}: {text}"))

    def part(self, number: int, lines: list[tuple[int, str]]) -> None:
        if not number:
            self.zones = [line for _number, line in lines]
            return
        try:
            event = self._event(lines)
            uid = str(event.get("UID", "")).strip()
            if not uid:
                raise Unusable(_("the event has no UID"))
            if len(uid) > 255:
                raise Unusable(_("the UID is longer than 255 characters"))
            self.series.setdefault(uid, []).append((number, event))
        except Unusable as error:
            self.problem(number, str(error))

    def _event(self, lines: list[tuple[int, str]]) -> Event:
        from icalendar import Calendar

        text = "\r\n".join(
            (
                *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//part//", *self.zones),
                *(line for _number, line in lines),
                *("END:VCALENDAR", ""),
            )
        )
        try:
            events = Calendar.from_ical(text).walk("VEVENT")
        except Exception as error:  # the library raises what its parts raise
            raise Unusable(_reason(error)) from None
        if len(events) != 1:
            raise Unusable(_("the event cannot be read"))
        event = events[0]
        for once in ("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE"):
            if isinstance(event.get(once), list):
                raise Unusable(_("{name} stands there more than once").format(name=once))
        for wrong, reason in event.errors:
            if wrong in ("DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "UID"):
                raise Unusable(f"{wrong}: {safe(reason)[:200]}")
        return event

    def result(self) -> Read:
        limit = time.monotonic() + LONGEST_READING
        for uid, events in self.series.items():
            if time.monotonic() > limit:
                raise Refused(
                    _("{file}: its recurrences take more than {seconds} s to work out").format(
                        file=self.name, seconds=LONGEST_READING
                    )
                )
            try:
                self._expand(uid, events)
            except Unusable as error:
                self.problem(events[0][0], str(error))
        self.found.sort(key=lambda one: (one.start, one.uid, one.recurrence))
        if len(self.found) > MOST_OCCURRENCES:
            raise Refused(
                _(
                    "{file}: announces more than {most} sessions from {first} to {last}; ask for fewer days"
                ).format(
                    file=self.name,
                    most=MOST_OCCURRENCES,
                    first=f"{self.first:%d/%m/%Y}",
                    last=f"{self.after - dt.timedelta(days=1):%d/%m/%Y}",
                )
            )
        problems = tuple(text for _line, text in sorted(self.problems))
        return Read(tuple(self.found), problems, self.outside)

    # --- one series -----------------------------------------------------------------------------

    def _expand(self, uid: str, events: list[tuple[int, Event]]) -> None:
        import recurring_ical_events
        from icalendar import Calendar

        masters = [(line, event) for line, event in events if "RECURRENCE-ID" not in event]
        if len(masters) > 1:
            newest = max(masters, key=lambda each: (_sequence(each[1]), each[0]))
            for line, _event in masters:
                if line != newest[0]:
                    self.problem(
                        line,
                        _("the UID stands in the file twice; the event of line {line} is taken").format(
                            line=newest[0]
                        ),
                    )
            events = [each for each in events if "RECURRENCE-ID" in each[1] or each[0] == newest[0]]
            masters = [newest]
        lines: dict[str, int] = {}
        calendar: Any = Calendar()
        for line, event in events:
            self._bound(event)
            lines[_planned(event, self.zone)] = line
            calendar.add_component(event)
        recurs = bool(masters and ("RRULE" in masters[0][1] or "RDATE" in masters[0][1])) or len(events) > 1
        try:
            query: Any = recurring_ical_events.of(calendar)
            occurrences = list(islice(query.between(self.first, self.after), MOST_OCCURRENCES + 1))
        except Unusable:
            raise
        except Exception as error:
            raise Unusable(_reason(error)) from None
        taken = 0
        for occurrence in occurrences:
            start = _moment(occurrence["DTSTART"].dt, self.zone)
            if not self.first.replace(tzinfo=None) <= start < self.after.replace(tzinfo=None):
                continue
            taken += 1
            planned = _planned(occurrence, self.zone)
            line = lines.get(planned, masters[0][0] if masters else events[0][0])
            try:
                self.found.append(self._announcement(uid, planned if recurs else "", occurrence, start, line))
            except Unusable as error:
                self.problem(line, str(error))
        if not taken:
            self.outside += 1

    def _bound(self, event: Event) -> None:
        """Make every recurrence of *event* end with the window. Raises Unusable for what cannot be one."""
        if "DTSTART" not in event:
            raise Unusable(_("the event has no DTSTART"))
        start = event["DTSTART"].dt
        if start.year < FIRST_YEAR or start.year > 2200:
            raise Unusable(_("begins in the year {year}").format(year=start.year))
        for name in ("EXDATE", "RDATE"):
            listed = event.get(name, [])
            count = sum(len(each.dts) for each in (listed if isinstance(listed, list) else [listed]))
            if count > MOST_LISTED:
                raise Unusable(
                    _("lists {count} dates in {name}; at most {most} are read").format(
                        count=count, name=name, most=MOST_LISTED
                    )
                )
        rules = event.get("RRULE")
        if rules is None:
            return
        if "RECURRENCE-ID" in event:
            raise Unusable(_("an occurrence of a series recurs itself, which would never end"))
        dates = starts(
            rules, start, self.first.replace(tzinfo=None), self.after.replace(tzinfo=None), MOST_OCCURRENCES
        )
        del event["RRULE"]
        if dates:
            event.add("RDATE", dates)

    # --- one occurrence ----------------------------------------------------------------------------

    def _announcement(
        self, uid: str, recurrence: str, event: Event, start: dt.datetime, line: int
    ) -> Announcement:
        if "DTEND" in event:
            end = _moment(event["DTEND"].dt, self.zone)
        elif "DURATION" in event:
            end = start + event["DURATION"].dt
        else:
            end = start + (
                dt.timedelta(0) if isinstance(event["DTSTART"].dt, dt.datetime) else dt.timedelta(days=1)
            )
        if not isinstance(event["DTSTART"].dt, dt.datetime):
            raise Unusable(_("lasts whole days; a session needs a time of day"))
        if end <= start:
            raise Unusable(_("does not end after it starts"))
        if end - start > LONGEST:
            raise Unusable(_("lasts longer than {days} days").format(days=LONGEST.days))
        title = _text(event, OWN + "TITLE", 300) or _text(event, "SUMMARY", 300)
        if not title:
            raise Unusable(_("has no SUMMARY, which would be the subject"))
        return Announcement(
            uid,
            recurrence,
            title,
            start,
            end,
            line,
            _text(event, "LOCATION", 300),
            _text(event, "DESCRIPTION", 500),
            tuple(_people(event)),
            str(event.get("STATUS", "")).upper() == "CANCELLED",
            _text(event, OWN + "KEY", 64),
            _text(event, OWN + "KIND", 40),
            _text(event, OWN + "HOST", 64),
            tuple(_own_list(event, "SITE", 64)),
            _text(event, OWN + "OPERATOR", 64),
            _rate(_text(event, OWN + "RATE", 20)),
            tuple(_own_list(event, "AGENDA", 200)),
        )


def _text(event: Event, name: str, most: int) -> str:
    value = event.get(name)
    if isinstance(value, list):
        value = value[0]
    return _plain("" if value is None else str(value))[:most].strip()


def _plain(text: str) -> str:
    """One line without anything that steers a terminal: what a file of the inventory may hold."""
    return squeeze("".join(char if char.isprintable() else " " for char in nfc(text)))


def _own_list(event: Event, name: str, most: int) -> Iterator[str]:
    value = event.get(OWN + name, [])
    for each in value if isinstance(value, list) else [value]:
        if text := _plain(str(each))[:most].strip():
            yield text


def _people(event: Event) -> Iterator[str]:
    value = event.get("ATTENDEE", [])
    for each in (value if isinstance(value, list) else [value])[:MOST_LISTED]:
        named = getattr(each, "params", {}).get("CN", "")
        text = _plain(str(named or str(each).removeprefix("mailto:").removeprefix("MAILTO:")))
        if text:
            yield text[:120]


def _rate(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", text) and float(text) >= 0.1 else None


def _sequence(event: Event) -> int:
    try:
        return int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0


def _moment(value: dt.date, zone: ZoneInfo) -> dt.datetime:
    """*value* as local time to the minute, without a zone; a time without one is local already."""
    if not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    if value.tzinfo is not None:
        value = value.astimezone(zone).replace(tzinfo=None)
    return value.replace(second=0, microsecond=0)


def _planned(event: Event, zone: ZoneInfo) -> str:
    """For which start of its series *event* stands, as the register writes a moment."""
    value = event["RECURRENCE-ID" if "RECURRENCE-ID" in event else "DTSTART"].dt
    return f"{_moment(value, zone):%Y-%m-%dT%H:%M}"


def _reason(error: Exception) -> str:
    return _("the event cannot be read: {reason}").format(
        reason=safe(str(error) or type(error).__name__)[:200]
    )
