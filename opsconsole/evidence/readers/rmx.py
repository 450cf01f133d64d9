"""Poly (Polycom) RMX and RealPresence Collaboration Server: unformatted CDR, one file a conference.

The first record is the conference (reserved and actual start and length in GMT, status), each other one
an event: code, date, time, 0, fields. Records end with a semicolon, empty fields are two commas.
Status 5 means that it never started, 6 that it could not, 4 that nobody came or everybody had left.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator

from opsconsole.evidence.reader import (
    DocumentFormat,
    Event,
    Failure,
    Meeting,
    Origin,
    Stay,
    Unfit,
    Unreadable,
)
from opsconsole.evidence.reports import checked, seen
from opsconsole.evidence.tabular import MAX_ROWS, decode
from opsconsole.evidence.times import LONGEST
from opsconsole.text import squeeze

STATES = {
    "1": "running",
    "2": "ended",
    "3": "ended",
    "4": "ended",
    "5": "never-started",
    "6": "failed",
    "8": "unknown",
    "9": "ended",
}
# Causes of disconnection that the manual tells apart; others of who had connected are a matter of course.
CAUSES = {"5": "full", "6": "authentication", "20": "full", "21": "full", "22": "full", "23": "full"}
CONNECTED = frozenset({"5", "17", "23", "35"})
_NAMED = frozenset({"10", "18", "101", "105", *CONNECTED})
_FORM = "not an unformatted CDR file of an RMX (retrieve it 'unformatted')"
_DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})|(\d{4})[./-](\d{1,2})[./-](\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d\d):(\d\d)")


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of one conference. Raises Unfit for a formatted file and anything else."""
    return list(_events(_records(decode(data)), origin))


def _records(text: str) -> list[tuple[int, list[str]]]:
    """(line, fields) of the records."""
    found = []
    for number, line in enumerate(text.replace("\0", "").split("\n"), 1):
        record = line.strip().removesuffix(";")
        if not record:
            continue
        try:
            rows = list(csv.reader(io.StringIO(record)))
        except csv.Error:
            raise Unfit("not a record of an RMX", number) from None
        found.append((number, [squeeze(cell) for cell in rows[0]]))
        if len(found) == 1 and (len(rows[0]) < 8 or not rows[0][0].isdecimal()):
            raise Unfit(_FORM, number)
        if len(found) > MAX_ROWS:
            raise Unfit(f"more than {MAX_ROWS} rows", number)
    return found


class _Fields:
    """The fields of a record, taken one after the other."""

    def __init__(self, fields: list[str]) -> None:
        self.fields, self.at = fields, 0

    def text(self) -> str:
        """The next field; '' behind the last."""
        self.at += 1
        return self.fields[self.at - 1] if self.at <= len(self.fields) else ""

    def moment(self) -> dt.datetime | None:
        """The next one or two fields as date and time (GMT)."""
        day = _DATE.match(first := self.text())
        if day is None:
            return None
        clock = _TIME.search(first, day.end()) or _TIME.fullmatch(self.text())
        if clock is None:
            return None
        year, month, date = (day[3], day[2], day[1]) if day[3] else (day[4], day[5], day[6])
        try:
            return dt.datetime(
                int(year), int(month), int(date), int(clock[1]), int(clock[2]), int(clock[3]), tzinfo=dt.UTC
            )
        except ValueError:
            return None

    def length(self) -> dt.timedelta:
        """The next field as a length."""
        found = _TIME.fullmatch(self.text())
        if found is None:
            return dt.timedelta()
        return dt.timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=int(found[3]))


def _events(records: list[tuple[int, list[str]]], origin: Origin) -> Iterator[Event]:
    if not records:
        raise Unfit(_FORM, 1)
    head = _Fields(records[0][1])
    head.text()
    title, id_ = head.text(), head.text()
    planned = head.moment()
    planned_for = head.length()
    started = head.moment()
    lasted = head.length()
    status = head.text()
    if planned is None and started is None:
        raise Unfit(_FORM, 1)
    state = STATES.get(status, "unknown")
    ended = started + lasted if started and lasted and lasted <= LONGEST else None
    stays: list[Stay] = []
    failures: list[Failure] = []
    key = f"{id_}@{(started or planned):%Y-%m-%dT%H:%M:%S}"
    open_: dict[str, tuple[dt.datetime, int]] = {}
    names: dict[str, tuple[str, str]] = {}
    tried: dict[str, tuple[dt.datetime, int]] = {}
    last = started or planned
    for line, fields in records[1:]:
        code, rest = fields[0], _Fields(fields[1:])
        at = rest.moment()
        if at is None or not code.isdecimal():
            yield Unreadable("not a record of an RMX", "", line)
            continue
        last = max(last or at, at)
        rest.text()  # the length of a structure: always 0
        name, who = rest.text(), rest.text()
        if code == "2":
            state = STATES.get(name, state)
            ended = at
        elif code == "21":  # an endpoint sent its name: name, participant, the name that is shown
            names[who] = (rest.text() or name, name)
        elif code in _NAMED and who:
            names.setdefault(who, (name, ""))
            if code in CONNECTED:
                open_.setdefault(who, (at, line))
                tried.pop(who, None)
            elif who not in open_:
                tried.setdefault(who, (at, line))
        elif code == "15" and who not in open_:
            tried.setdefault(who, (at, line))
        elif code == "7" and who:
            cause = rest.text()
            shown, other = names.get(who, (name, ""))
            also = (other,) if other else ()
            if who in open_:
                joined, place = open_.pop(who)
                ending = CAUSES.get(cause, "")
                found = checked(
                    Stay("", at.replace(tzinfo=None), shown, joined, at, place, also, key, "", ending, title)
                )
                if isinstance(found, Stay):
                    stays.append(found)
                else:
                    yield found
            elif who in tried:
                tried.pop(who)
                failures.append(
                    Failure("", at, shown, CAUSES.get(cause, "other"), line, also, key, "", title)
                )
    for who, (joined, place) in open_.items():
        shown, other = names.get(who, ("", ""))
        left = max(ended or last or joined, joined)
        ending = "" if ended else "unknown"
        found = checked(
            Stay("", joined.replace(tzinfo=None), shown, joined, left, place, (other,) if other else (), key)
        )
        if isinstance(found, Stay):
            stays.append(found._replace(ending=ending, title=title))
        else:
            yield found
    if state == "ended" and status == "4" and not stays:
        state = "empty"
    planned_end = planned + planned_for if planned and planned_for else None
    if state in ("never-started", "failed"):
        started = ended = None
    yield Meeting(key, "", title, planned, planned_end, started, ended, 1, state)
    yield from failures
    yield from stays
    yield from seen(stays, origin)


READER = DocumentFormat("rmx", events_of, "conference")
