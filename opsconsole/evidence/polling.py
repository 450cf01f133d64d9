"""What a meeting server is seen to do when it is asked again and again who is there.

Joining and leaving happen between two polls, so times are those of the polls. What happened while
nobody asked (the scheduler stood still, the server did not answer) is told as unknown: who was there
before a long pause and is not after it left at an unknown time, and so ended a meeting ('lost').
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from xml.etree.ElementTree import Element

from opsconsole.evidence.counting import Counts
from opsconsole.evidence.directory import Directory
from opsconsole.evidence.markup import text
from opsconsole.evidence.meetings import Meetings, stale
from opsconsole.evidence.reader import Meeting, Seen, Stay
from opsconsole.evidence.times import epoch
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Writer

NEAR = dt.timedelta(seconds=150)  # polls that are no further apart see every leaving in time
MOST_STAYS = 20_000  # of one meeting


@dataclass(frozen=True)
class Person:
    """Somebody in a meeting: the server's id for this joining, the name shown, the id of the account."""

    id: str
    name: str
    account: str


@dataclass(frozen=True)
class Snapshot:
    """A meeting at the instant of a poll."""

    id: str
    number: str
    title: str
    started: dt.datetime | None
    people: tuple[Person, ...]


@dataclass
class Polled:
    """What a poll saw: meetings that are on, people in them, and meetings over since the poll before,
    of which *lost* ended at an unknown time."""

    meetings: int = 0
    people: int = 0
    over: int = 0
    lost: int = 0


def snapshots(root: Element, ahead: int) -> list[Snapshot]:
    """The meetings of an answer of getMeetings; *ahead* seconds is how far the server's clock is."""
    found = []
    for one in root.iter("meeting"):
        id_ = text(one, "internalMeetingID")
        if not id_ or text(one, "hasBeenForciblyEnded") == "true":
            continue
        started = epoch(text(one, "startTime")) or epoch(text(one, "createTime"))
        people = [
            Person(text(who, "userID"), text(who, "fullName"), text(who, "extUserID"))
            for who in one.iter("attendee")
            if text(who, "userID")
        ]
        found.append(
            Snapshot(
                id_,
                text(one, "meetingID"),
                text(one, "meetingName"),
                started - dt.timedelta(seconds=ahead) if started else None,
                tuple(people),
            )
        )
    return found


def observe(
    writer: Writer, directory: Directory, source: str, url: str, seen: Sequence[Snapshot], at: dt.datetime
) -> Polled:
    """Add what a poll of *source* at *at* saw, in the transaction of *writer*."""
    file, state = _state(writer, source, url)
    before = dt.datetime.fromisoformat(state["at"]) if state["at"] else None
    if before and at <= before:
        return Polled()  # another poll, begun later, was faster
    near = before is not None and at - before <= NEAR
    meetings: dict[str, Any] = state["meetings"]
    polled = Polled(len(seen), sum(len(one.people) for one in seen))
    for one in seen:
        _saw(meetings, state, one, at, near=near)
    day = f"{directory.local(at):%Y-%m-%d}"
    counts = Counts(directory, whole=True)
    running = Meetings(directory, lambda *_miss: None, whole=True, ahead=dt.timedelta())
    here = {one.id for one in seen}
    for id_, known in list(meetings.items()):
        _clear(writer, file, known["record"])
        if id_ in here:
            _add(running, id_, known, "running", None)
            continue
        polled.over += 1
        polled.lost += not near
        for stay in known["stays"]:
            if stay[5] == "open":
                stay[5] = "" if near else "unknown"
        ended = (before or at) if near else None
        counts.add(_events(id_, known, "ended" if near else "lost", ended))
        del meetings[id_]
    counts.add([Seen(day, instant_text(at), instant_text(at), 1)])
    counts.meetings.settle()
    running.settle()
    running.write(writer, source, file)
    counts.write(writer, source, file)
    state["at"] = at.isoformat()
    writer.execute(
        "UPDATE source_file SET state = :state, read_at = :at, position = position + 1, lines = lines + 1, "
        "events = events + :events WHERE province = :province AND id = :file",
        {
            "state": json.dumps(state, ensure_ascii=False, separators=(",", ":")),
            "at": instant_text(at),
            "events": counts.events,
            "file": file,
        },
    )
    return polled


def _saw(
    meetings: dict[str, Any], state: dict[str, Any], one: Snapshot, at: dt.datetime, *, near: bool
) -> None:
    """Take a meeting in that is on. A stay is [position, name, account, joined, last, ending, id]."""
    known = meetings.get(one.id)
    if known is None:
        started = one.started.isoformat() if one.started else ""
        known = meetings[one.id] = {"record": state["next"], "started": started, "peak": 0, "stays": []}
        state["next"] += 1
    known["number"], known["title"] = one.number, one.title
    known["peak"] = max(known["peak"], len(one.people))
    here = {person.id: person for person in one.people}
    for stay in known["stays"]:
        if stay[5] != "open":
            continue
        if stay[6] in here:
            stay[4] = at.isoformat()
            del here[stay[6]]
        else:
            stay[5] = "" if near else "unknown"
    for person in here.values():
        if len(known["stays"]) < MOST_STAYS:
            known["stays"].append(
                [
                    state["next"],
                    person.name,
                    person.account,
                    at.isoformat(),
                    at.isoformat(),
                    "open",
                    person.id,
                ]
            )
            state["next"] += 1


def _add(into: Meetings, id_: str, known: dict[str, Any], state: str, ended: dt.datetime | None) -> None:
    for event in _events(id_, known, state, ended):
        into.add(event)


def _events(
    id_: str, known: dict[str, Any], state: str, ended: dt.datetime | None
) -> Iterable[Meeting | Stay]:
    started = dt.datetime.fromisoformat(known["started"]) if known["started"] else None
    yield Meeting(
        id_,
        known["number"],
        known["title"],
        None,
        None,
        started,
        ended,
        known["record"],
        state,
        known["peak"],
    )
    for position, name, account, joined, last, ending, _user in known["stays"]:
        begin = dt.datetime.fromisoformat(joined)
        yield Stay(
            "",
            begin.replace(tzinfo=None),
            name,
            begin,
            dt.datetime.fromisoformat(last),
            position,
            (account,) if account else (),
            id_,
            known["number"],
            "unknown" if ending == "open" else ending,
            known["title"],
        )


def _clear(writer: Writer, file: int, record: int) -> None:
    """Take out what earlier polls wrote of a meeting: it is written anew."""
    values = {"file": file, "record": record}
    stale(
        writer,
        [
            session
            for (session,) in writer.rows(
                "SELECT session FROM meeting_record WHERE province = :province "
                "AND source_file = :file AND position = :record AND session <> ''",
                values,
            )
        ],
    )
    writer.execute(
        "DELETE FROM attendance WHERE province = :province AND source_file = :file AND record = :record",
        values,
    )
    writer.execute(
        "DELETE FROM meeting_record "
        "WHERE province = :province AND source_file = :file AND position = :record",
        values,
    )


def _state(writer: Writer, source: str, url: str) -> tuple[int, dict[str, Any]]:
    """(id, state) of the row that stands for the server among the files of evidence."""
    head = blake2b(b"poll " + url.encode(), digest_size=24).digest()
    row = writer.row(
        "SELECT id, state FROM source_file WHERE province = :province AND source = :source AND head = :head",
        {"source": source, "head": head},
    )
    if row:
        return row[0], json.loads(row[1])
    state = {"at": "", "next": 1, "meetings": {}}
    last = writer.value("SELECT max(id) FROM source_file WHERE province = :province")
    file = (last or 0) + 1
    writer.insert(
        "source_file",
        (
            *("province", "id", "source", "path", "seen", "head", "tail"),
            *("position", "lines", "events", "state", "read_at"),
        ),
        [(writer.province, file, source, url, "", head, b"", 0, 0, 0, json.dumps(state), "")],
    )
    return file, state
