"""Asterisk: ``Master.csv``, one line a call, without a header; calls into ConfBridge or MeetMe.

Fields: account, source, destination, context, caller, channel, destination channel, last application, its
data, start, answer, end, duration, seconds billed, disposition, flags, unique id, user field. A call that
did not get through is a failure. Stamps are of the server's zone (``timezone`` of the source).
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator

from opsconsole.evidence.loglines import LineParser
from opsconsole.evidence.reader import Event, Failure, LineFormat, Stay, Unfit
from opsconsole.evidence.reports import checked
from opsconsole.evidence.times import Times

ROOMS = frozenset({"confbridge", "meetme", "conference", "konference"})
DISPOSITIONS = {
    "NO ANSWER": "no-answer",
    "BUSY": "busy",
    "FAILED": "setup",
    "CONGESTION": "full",
    "CANCEL": "no-answer",
}
_CALLER = re.compile(r'^\s*"?([^"<]*?)"?\s*(?:<([^>]*)>)?\s*$')
_PEER = re.compile(r"^[A-Za-z0-9]+/([^/@]+?)(?:-[0-9a-f]{8})?$")


class AsteriskParser(LineParser):
    """It carries nothing over: every line stands for itself."""

    def line(self, line: bytes, position: int) -> Iterator[Event | dt.datetime]:
        cells = csv_line(line)
        if len(cells) < 15:
            raise Unfit("fewer fields than a call detail record of Asterisk has")
        times = Times(self.origin.stamps)
        start = times.at(cells[9])
        if start is None:
            raise Unfit("a call without a start")
        yield start
        if cells[7].casefold() not in ROOMS:
            return
        room = re.split(r"[,|]", cells[8])[0] or cells[2]
        caller = _CALLER.match(cells[4])
        name = (caller[1] if caller else "") or cells[1]
        peer = _PEER.match(cells[5])
        words = (name, cells[1], caller[2] if caller and caller[2] else "", peer[1] if peer else "")
        also = tuple(dict.fromkeys(word for word in words[1:] if word and word != name))
        if cells[14].upper() != "ANSWERED":
            cause = DISPOSITIONS.get(cells[14].upper(), "other")
            yield Failure("", start, name, cause, position, also, "", room)
            return
        joined, left = times.at(cells[10]) or start, times.at(cells[11])
        if left is None:
            raise Unfit("a call without an end")
        yield checked(Stay("", self.local(joined), name, joined, left, position, also, "", room))


def csv_line(line: bytes) -> list[str]:
    """The cells of one line of CSV. Raises Unfit."""
    try:
        text = line.decode("utf-8").replace("\0", "").strip("\r\n")
    except UnicodeDecodeError:
        raise Unfit("not UTF-8") from None
    try:
        return [cell.strip() for cell in next(csv.reader([text], strict=False), [])]
    except csv.Error:
        raise Unfit("not a line of CSV") from None


READER = LineFormat("asterisk", AsteriskParser, "conference")
