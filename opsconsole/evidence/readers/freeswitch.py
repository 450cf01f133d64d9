"""FreeSWITCH: ``cdr-csv``, one line a call by the template that comes with it.

Fields: caller's name, caller's number, destination, context, start, answer, end, duration, seconds billed,
cause of hanging up, … Which destinations are conference rooms the source says (``options: {rooms: 3???}``,
patterns with commas between; by default the 3000 to 3999 of the default dial plan).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fnmatch import fnmatchcase

from opsconsole.evidence.loglines import LineParser
from opsconsole.evidence.reader import Event, Failure, LineFormat, Stay, Unfit
from opsconsole.evidence.readers.asterisk import csv_line
from opsconsole.evidence.reports import checked
from opsconsole.evidence.times import Times

CAUSES = {
    "USER_BUSY": "busy",
    "NO_ANSWER": "no-answer",
    "NO_USER_RESPONSE": "no-answer",
    "ORIGINATOR_CANCEL": "no-answer",
    "ALLOTTED_TIMEOUT": "timeout",
    "RECOVERY_ON_TIMER_EXPIRE": "timeout",
    "PROGRESS_TIMEOUT": "timeout",
    "CALL_REJECTED": "refused",
    "INCOMING_CALL_BARRED": "refused",
    "OUTGOING_CALL_BARRED": "refused",
    "UNALLOCATED_NUMBER": "unreachable",
    "NO_ROUTE_DESTINATION": "unreachable",
    "USER_NOT_REGISTERED": "unreachable",
    "SUBSCRIBER_ABSENT": "unreachable",
    "DESTINATION_OUT_OF_ORDER": "unreachable",
    "NETWORK_OUT_OF_ORDER": "network",
    "NORMAL_TEMPORARY_FAILURE": "network",
    "MEDIA_TIMEOUT": "network",
    "SWITCH_CONGESTION": "full",
    "NORMAL_CIRCUIT_CONGESTION": "full",
    "INCOMPATIBLE_DESTINATION": "media",
    "BEARERCAPABILITY_NOTAVAIL": "media",
}
NORMAL = frozenset({"NORMAL_CLEARING", "NORMAL_UNSPECIFIED", "SUCCESS", "MANAGER_REQUEST", ""})


class FreeSwitchParser(LineParser):
    """It carries nothing over: every line stands for itself."""

    def line(self, line: bytes, position: int) -> Iterator[Event | dt.datetime]:
        cells = csv_line(line)
        if len(cells) < 10:
            raise Unfit("fewer fields than a call detail record of FreeSWITCH has")
        times = Times(self.origin.stamps)
        start = times.at(cells[4])
        if start is None:
            raise Unfit("a call without a start")
        yield start
        room, rooms = cells[2], str(self.origin.options.get("rooms") or "3[0-9][0-9][0-9]")
        if not any(fnmatchcase(room, pattern.strip()) for pattern in rooms.split(",")):
            return
        name = cells[0] or cells[1]
        also = (cells[1],) if cells[1] and cells[1] != name else ()
        cause = cells[9].upper()
        joined, left = times.at(cells[5]), times.at(cells[6])
        if joined is None:
            yield Failure("", start, name, CAUSES.get(cause, "other"), position, also, "", room)
            return
        if left is None:
            raise Unfit("a call without an end")
        ending = "" if cause in NORMAL else CAUSES.get(cause, "other")
        yield checked(Stay("", self.local(joined), name, joined, left, position, also, "", room, ending))


READER = LineFormat("freeswitch", FreeSwitchParser, "conference", frozenset({"rooms"}))
