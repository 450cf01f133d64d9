"""Poly (Polycom) RealPresence DMA: the two tables of its CDR export, calls and conferences.

Times are local with an offset, which may differ between start and end. A row of a call into a virtual
meeting room (VMR) is a stay; of a room with several codecs the fields are lists with commas, and it is
one site. ``partCount`` of a conference is the most that were there at once.
"""

from __future__ import annotations

import datetime as dt
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
from opsconsole.evidence.tabular import Row, decode, rows
from opsconsole.evidence.times import Times
from opsconsole.text import fold

_CALL = (
    *("version", "type", "callType", "callUuid", "dialin", "startTime", "endTime", "origEndpoint"),
    *("dialString", "destEndpoint", "origSignalType", "destSignalType", "refConfUUID"),
    *("lastForwardEndpoint", "cause", "causeSource", "bitRate"),
)
_CONF = (
    *("version", "type", "confType", "cluster", "confUUID", "startTime", "endTime"),
    *("userID", "roomID", "partCount"),
)

_CAUSES = (
    ("busy", "busy"),
    ("no answer", "no-answer"),
    ("noanswer", "no-answer"),
    ("reject", "refused"),
    ("declin", "refused"),
    ("forbid", "refused"),
    ("passcode", "authentication"),
    ("auth", "authentication"),
    ("capacity", "full"),
    ("resource", "full"),
    ("port", "full"),
    ("unreach", "unreachable"),
    ("not found", "unreachable"),
    ("no such", "unreachable"),
    ("timeout", "timeout"),
    ("timed out", "timeout"),
)


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of one of the two tables."""
    return list(_events(list(rows(decode(data), ",")), origin))


def _named(found: list[Row]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, fields by name) of the rows, by the header where there is one."""
    header: list[str] = []
    for row in found:
        if not any(row.cells):
            continue
        if row.cells[0].casefold() == "version":
            header = row.cells
            continue
        kind = row.cells[1].upper() if len(row.cells) > 1 else ""
        if kind not in ("CALL", "CONF"):
            raise Unfit("not a table of the CDR export of a RealPresence DMA", row.line)
        names = header or (_CALL if kind == "CALL" else _CONF)
        fields = {name.casefold(): cell for name, cell in zip(names, row.cells, strict=False)}
        yield row.line, fields | {"type": kind}


def _events(found: list[Row], origin: Origin) -> Iterator[Event]:
    times = Times(origin.stamps)
    stays: list[Stay] = []
    meetings: dict[str, Meeting] = {}
    events: list[Event] = []
    for line, fields in _named(found):
        started, ended = times.at(fields.get("starttime", "")), times.at(fields.get("endtime", ""))
        if started is None or ended is None:
            events.append(Unreadable("a join time that is no time", "", line))
            continue
        if fields["type"] == "CONF":
            id_, room, count = (
                fields.get("confuuid", ""),
                fields.get("roomid", ""),
                fields.get("partcount", ""),
            )
            peak = int(count) if count.isdecimal() and len(count) < 6 else None
            meetings[id_] = Meeting(id_, room, "", None, None, started, ended, line, peak=peak)
            continue
        if not fields.get("calltype", "").upper().startswith("VMR"):
            continue  # a call from one room to another is no conference
        event = _call(line, fields, started, ended)
        if isinstance(event, Stay):
            meetings.setdefault(
                event.meeting, Meeting(event.meeting, event.number, "", None, None, None, None, line)
            )
            stays.append(event)
        else:
            events.append(event)
    if not meetings and not events:
        raise Unfit("not a table of the CDR export of a RealPresence DMA")
    yield from events
    yield from meetings.values()
    yield from stays
    yield from seen(stays, origin)


def _call(line: int, fields: dict[str, str], started: dt.datetime, ended: dt.datetime) -> Event:
    dialled_in = fields.get("dialin", "").upper() != "FALSE"
    mine = "origendpoint" if dialled_in else "destendpoint"
    name, *others = [part.strip() for part in fields.get(mine, "").split(",") if part.strip()] or [""]
    room = fields.get("dialstring", "").split(",")[0] if dialled_in else fields.get("origendpoint", "")
    id_ = fields.get("refconfuuid", "").split(",")[0] or f"{room}@{started:%Y-%m-%d}"
    cause = fold(fields.get("cause", "").split(",")[0])
    if ended <= started:
        why = next((code for word, code in _CAUSES if word in cause), "other")
        return Failure("", started, name, why, line, tuple(others), id_, room)
    return checked(
        Stay("", started.replace(tzinfo=None), name, started, ended, line, tuple(others), id_, room)
    )


READER = DocumentFormat("dma", events_of, "conference")
