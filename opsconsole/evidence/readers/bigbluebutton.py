"""BigBlueButton: what its API answers, its learning dashboard and its analytics callback, as files.

* ``getRecordings`` (XML): when recorded meetings began and ended; ``getMeetings`` (XML): those that were
  running, with how many were there. Neither says who joined when, so they give meetings without stays.
* ``learning_dashboard_data.json``: each participant with every joining and leaving; while the meeting is
  on, the file grows and later versions stand in place of earlier ones.
* the body of the ``post_events`` analytics callback (JSON): ``attendees`` with ``joins`` and ``leaves``.

``internalMeetingID`` is one holding, ``meetingID`` the room. ``maxUsers`` is a limit, not a count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

from opsconsole.evidence.markup import mapping, parsed, text, word, xml
from opsconsole.evidence.reader import DocumentFormat, Event, Meeting, Origin, Stay, Unfit, Unreadable
from opsconsole.evidence.reports import checked, seen
from opsconsole.evidence.times import Times, epoch


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of a file. Raises Unfit where it is none of the forms."""
    start = data.lstrip(b"\xef\xbb\xbf\r\n\t ")[:1]
    if start == b"<":
        return list(_answer(xml(data), origin))
    value = mapping(parsed(data))
    if isinstance(value.get("users"), dict):
        return _dashboard(value, origin)
    if isinstance(mapping(value.get("data")).get("attendees"), list):
        return _callback(value, origin)
    raise Unfit("neither an answer of the API nor the data of a learning dashboard")


def number(value: str) -> int | None:
    """A count as the API writes it."""
    return int(value) if value.isdecimal() and len(value) < 8 else None


def _answer(root: Element, origin: Origin) -> Iterator[Event]:
    if root.tag != "response":
        raise Unfit("not an answer of BigBlueButton's API")
    if text(root, "returncode") == "FAILED":
        raise Unfit("the API refused the request that this is the answer to")
    for place, one in enumerate(root.iter("recording"), 1):
        started, ended = epoch(text(one, "startTime")), epoch(text(one, "endTime"))
        id_ = text(one, "internalMeetingID") or text(one, "recordID")
        yield Meeting(id_, text(one, "meetingID"), text(one, "name"), None, None, started, ended, place)
    for place, one in enumerate(root.iter("meeting"), 1):
        if text(one, "internalMeetingID"):
            yield running(one, place)


def running(one: Element, place: int) -> Meeting:
    """A meeting of an answer of getMeetings or getMeetingInfo."""
    ended = epoch(text(one, "endTime"))
    forced = text(one, "hasBeenForciblyEnded") == "true"
    started = epoch(text(one, "startTime")) or epoch(text(one, "createTime"))
    return Meeting(
        text(one, "internalMeetingID"),
        text(one, "meetingID"),
        text(one, "meetingName"),
        None,
        None,
        started,
        ended,
        place,
        state="ended" if ended or forced else "running",
        peak=number(text(one, "participantCount")),
    )


def _dashboard(value: dict[str, Any], origin: Origin) -> list[Event]:
    started, ended = epoch(value.get("createdOn")), epoch(value.get("endedOn"))
    last = ended or origin.reference
    id_, room, title = (word(value.get(name)) for name in ("intId", "extId", "name"))
    events: list[Event] = []
    stays: list[Stay] = []
    place = 0
    for user in value["users"].values():
        person = mapping(user)
        before = place
        for visit in mapping(person.get("intIds")).values():
            for one in _visits(mapping(visit)):
                place += 1
                joined, left = epoch(one.get("registeredOn")), epoch(one.get("leftOn"))
                if joined is None:
                    events.append(Unreadable("a join time that is no time", "", place))
                    continue
                ending = "" if left or ended else "unknown"
                stay = Stay(
                    "",
                    joined.replace(tzinfo=None),
                    word(person.get("name")),
                    joined,
                    left or max(last, joined),
                    place,
                    tuple(filter(None, (word(person.get("extId")),))),
                    id_,
                    room,
                    ending,
                    title,
                )
                found = checked(stay)
                if isinstance(found, Stay):
                    stays.append(found)
                else:
                    events.append(found)
        if place == before:
            place += 1
            events.append(Unreadable("a participant without a stay", "", place))
    meeting = Meeting(id_, room, title, None, None, started, ended, 0, state="ended" if ended else "running")
    return [*events, meeting, *stays, *seen(stays, origin)]


def _visits(visit: dict[str, Any]) -> list[dict[str, Any]]:
    """The stays of one connection: since 2.6 a list, before that the connection itself."""
    sessions = visit.get("sessions")
    return [mapping(one) for one in sessions] if isinstance(sessions, list) else [visit]


def _callback(value: dict[str, Any], origin: Origin) -> list[Event]:
    data = mapping(value["data"])
    times = Times(origin.stamps)
    started, ended = times.at(word(data.get("start"))), times.at(word(data.get("finish")))
    id_, room = word(value.get("internal_meeting_id")), word(value.get("meeting_id"))
    title = word(mapping(data.get("metadata")).get("meeting_name"))
    events: list[Event] = []
    stays: list[Stay] = []
    place = 0
    for attendee in data["attendees"]:
        person = mapping(attendee)
        joins, leaves = (
            [times.at(word(one)) for one in found] if isinstance(found := person.get(name), list) else [None]
            for name in ("joins", "leaves")
        )
        bad = joins.count(None) if joins else 1
        if bad:
            place += 1
            events.append(Unreadable("a join time that is no time", "", place, bad))
        # Joins and leaves need not be as many: each join ends with the first leaving behind it that is
        # before the next join, else at the end of the meeting.
        begins = sorted(at for at in joins if at)
        ends = sorted(at for at in leaves if at)
        for nth, joined in enumerate(begins):
            place += 1
            following = begins[nth + 1] if nth + 1 < len(begins) else None
            left = next((at for at in ends if at >= joined and (following is None or at <= following)), None)
            known = left is not None
            left = left or following or ended or joined + dt.timedelta()
            found = checked(
                Stay(
                    "",
                    joined.replace(tzinfo=None),
                    word(person.get("name")),
                    joined,
                    max(left, joined),
                    place,
                    tuple(filter(None, (word(person.get("ext_user_id")),))),
                    id_,
                    room,
                    "" if known or ended else "unknown",
                    title,
                )
            )
            if isinstance(found, Stay):
                stays.append(found)
            else:
                events.append(found)
    meeting = Meeting(id_, room, title, None, None, started, ended, 0)
    return [*events, meeting, *stays, *seen(stays, origin)]


READER = DocumentFormat("bigbluebutton", events_of, "conference")
