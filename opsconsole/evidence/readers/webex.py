"""Webex: the attendee report as CSV (UTF-16 with tabs, or UTF-8), and the XML API's attendee history.

In the report each row has the meeting's columns beside the attendee's; in the XML ``meetingKey`` or
``confID`` is the number, ``confName`` the subject, with one element for each joining and leaving.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from opsconsole.evidence.markup import text, xml
from opsconsole.evidence.reader import DocumentFormat, Event, Meeting, Origin, Stay, Unfit, Unreadable
from opsconsole.evidence.reports import Layout, checked, read, seen
from opsconsole.evidence.times import Times

LAYOUT = Layout(
    "Webex",
    participants={
        **dict.fromkeys(
            ("attendee name", "name", "participant", "participant name", "display name", "ten nguoi du"),
            "name",
        ),
        **dict.fromkeys(("attendee email", "email", "participant email"), "email"),
        **dict.fromkeys(("join time", "attendee join time", "joined", "gio tham gia"), "joined"),
        **dict.fromkeys(("leave time", "attendee leave time", "left", "gio roi di"), "left"),
        **dict.fromkeys(
            ("attendance duration", "duration", "duration (minutes)", "attendance duration (minutes)"),
            "stayed",
        ),
    },
    meeting={
        **dict.fromkeys(("meeting number", "session no.", "meeting id", "conf id"), "number"),
        **dict.fromkeys(("meeting name", "topic", "meeting title", "session name"), "title"),
        **dict.fromkeys(("meeting start time", "start time", "session start time"), "started"),
        **dict.fromkeys(("meeting end time", "end time", "session end time"), "ended"),
        **dict.fromkeys(("scheduled start time", "scheduled start"), "planned"),
        **dict.fromkeys(("peak attendee", "peak attendees", "maximum concurrent attendees"), "peak"),
    },
)


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of a report."""
    if data.lstrip(b"\xef\xbb\xbf\r\n\t ")[:1] == b"<":
        return list(_history(data, origin))
    return read(data, origin, LAYOUT)


def _history(data: bytes, origin: Origin) -> Iterator[Event]:
    root = xml(data)
    rows = [one for one in root.iter() if one.tag.endswith("AttendeeHistory")]
    if not rows:
        raise Unfit("no attendee history of Webex's XML API")
    texts = [text(one, "joinTime") for one in rows[:5000]]
    times = Times(origin.stamps, origin.options.get("dates", "mdy"), texts, origin.reference)
    meetings: dict[str, tuple[Meeting, list[Stay]]] = {}
    for place, one in enumerate(rows, 1):
        joined, left = times.at(text(one, "joinTime")), times.at(text(one, "leaveTime"))
        name = text(one, "name") or text(one, "participantName")
        if joined is None or left is None:
            yield Unreadable(
                "a join time that is no time" if joined is None else "no time of leaving", "", place
            )
            continue
        number, title = text(one, "meetingKey") or text(one, "sessionKey"), text(one, "confName")
        id_ = text(one, "confID") or f"{number}@{joined:%Y-%m-%d}"
        found = checked(
            Stay(
                "",
                joined.replace(tzinfo=None),
                name,
                joined,
                left,
                place,
                tuple(filter(None, (text(one, "email"),))),
                id_,
                number,
                "",
                title,
            )
        )
        if not isinstance(found, Stay):
            yield found
            continue
        meeting = Meeting(id_, number, title, None, None, None, None, place)
        meetings.setdefault(id_, (meeting, []))[1].append(found)
    for meeting, stays in meetings.values():
        yield meeting
        yield from stays
        yield from seen(stays, origin)


READER = DocumentFormat("webex", events_of, "conference", frozenset({"dates"}))
