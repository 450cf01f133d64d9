"""BigBlueButton's webhooks as a receiver writes them down: one event a line, JSON.

A line is the event (``{"data": {"id": "user-joined", …}}``), a list of them, or the form that the server
posts (``event=%5B…&timestamp=…``); what stands before the first brace (a stamp of the log) is skipped.
Who is still there when the meeting ends left then. A meeting whose room begins another one was lost with
its server: it ended with the last event of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from opsconsole.evidence.loglines import LineParser, bounded
from opsconsole.evidence.markup import mapping, parsed, word
from opsconsole.evidence.reader import Event, LineFormat, Meeting, Stay, Unfit, Unreadable
from opsconsole.evidence.reports import checked
from opsconsole.evidence.times import epoch

_FORM = re.compile(rb"(?:^|[\s&])event=(%5B|%7B|\[|\{)", re.IGNORECASE)


class EventsParser(LineParser):
    """Its state has the meetings that are on: room, title, start, and who is there since when."""

    def line(self, line: bytes, position: int) -> Iterator[Event | dt.datetime]:
        number = 0
        events = _events(line)
        if not events:
            raise Unfit("not an event of BigBlueButton's webhooks")
        for event in events:
            data = mapping(event.get("data"))
            at = epoch(mapping(data.get("event")).get("ts"))
            if not data or at is None:
                raise Unfit("not an event of BigBlueButton's webhooks")
            for found in self._event(
                word(data.get("id")), mapping(data.get("attributes")), at, position + number
            ):
                number += 1
                yield found
            yield at

    def _event(
        self, name: str, attributes: dict[str, Any], at: dt.datetime, position: int
    ) -> Iterator[Event]:
        told = mapping(attributes.get("meeting"))
        id_ = word(told.get("internal-meeting-id"))
        meetings: dict[str, Any] = self.kept.setdefault("meetings", {})
        if not id_:
            return
        known = meetings.get(id_)
        if known is None:
            room = word(told.get("external-meeting-id"))
            for other in [key for key, one in meetings.items() if room and one["room"] == room]:
                lost = meetings.pop(other)
                last = dt.datetime.fromisoformat(lost["last"])
                yield from self._over(other, lost, last, position, "lost")
            known = meetings[id_] = {"room": room, "title": "", "at": "", "users": {}}
            bounded(meetings)
        known["last"] = max(known.get("last", ""), at.isoformat())
        known["room"] = word(told.get("external-meeting-id")) or known["room"]
        known["title"] = word(told.get("name")) or known["title"]
        if name == "meeting-created":
            known["at"] = (epoch(told.get("create-time")) or at).isoformat()
        user = mapping(attributes.get("user"))
        who = word(user.get("internal-user-id"))
        if name == "user-joined" and who:
            also = word(user.get("external-user-id"))
            bounded(known["users"]).setdefault(who, [word(user.get("name")), also, at.isoformat()])
        elif name == "user-left" and who in known["users"]:
            yield self._left(id_, known, known["users"].pop(who), at, position)
        elif name == "user-left":
            yield Unreadable("left without having joined", "", position)
        elif name == "meeting-ended":
            yield from self._over(id_, known, at, position)
            meetings.pop(id_)

    def _over(
        self, id_: str, known: dict[str, Any], at: dt.datetime, position: int, state: str = "ended"
    ) -> Iterator[Event]:
        """The meeting *id_* ended, and with it the stay of everybody who was there."""
        ending = "" if state == "ended" else "unknown"
        for place, person in enumerate(known["users"].values()):
            yield self._left(id_, known, person, at, position + place, ending)
        started = dt.datetime.fromisoformat(known["at"]) if known["at"] else None
        yield Meeting(id_, known["room"], known["title"], None, None, started, at, position, state)

    def _left(
        self,
        id_: str,
        known: dict[str, Any],
        person: list[str],
        at: dt.datetime,
        position: int,
        ending: str = "",
    ) -> Event:
        name, also, since = person
        joined = dt.datetime.fromisoformat(since)
        start = dt.datetime.fromisoformat(known["at"]) if known["at"] else joined
        return checked(
            Stay(
                "",
                self.local(start),
                name,
                joined,
                at,
                position,
                (also,) if also else (),
                id_,
                known["room"],
                ending,
                known["title"],
            )
        )


def _events(line: bytes) -> list[dict[str, Any]]:
    if _FORM.search(line):
        form = line[line.lower().index(b"event=") :].decode("utf-8", "replace").strip()
        found = parsed(parse_qs(form, max_num_fields=20).get("event", [""])[0])
    else:
        place = min((at for at in (line.find(b"{"), line.find(b"[")) if at >= 0), default=-1)
        if place < 0:
            raise Unfit("not an event of BigBlueButton's webhooks")
        try:
            found = parsed(line[place:])
        except Unfit:
            # A log's own stamp may stand in brackets before the event.
            place = line.find(b"{")
            if place < 0:
                raise
            found = parsed(line[place:])
    return [mapping(one) for one in found] if isinstance(found, list) else [mapping(found)]


READER = LineFormat("bigbluebutton-events", EventsParser, "conference")
