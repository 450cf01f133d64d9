"""Jitsi Meet: events of Prosody, the log of Jicofo, statistics of the videobridge; line by line.

* Prosody with the ``event_sync`` module: the bodies that it posts, one a line (``muc-occupant-left`` with
  ``joined_at`` and ``left_at``, ``muc-room-destroyed`` with ``all_occupants``), or Prosody's own log where
  it writes them. Only these name participants.
* Jicofo's log: "Member joined" and "Member left" by room. It knows no names, so it gives how many were in
  a room at once, and from when to when.
* ``/colibri/stats`` snapshots of the videobridge: they say that the bridge ran; their totals are lost when
  it restarts and name no room.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from opsconsole.evidence.loglines import LineParser, bounded
from opsconsole.evidence.markup import mapping, parsed, word
from opsconsole.evidence.reader import Event, LineFormat, Meeting, Stay, Unfit
from opsconsole.evidence.reports import checked
from opsconsole.evidence.times import epoch

_STAMP = re.compile(rb"(?:Jicofo |JVB )?(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?:[.,]\d{1,6})?")
_ROOM = re.compile(rb"\[room=([^@\]\s]{1,200})@")
_JOINED = re.compile(rb"Member joined:\s?([\w-]{1,64})")
_LEFT = re.compile(rb"Member left:\s?([\w-]{1,64})")
_STOPPED = re.compile(rb"(?:: |\]: )(?:Stopped|Disposed conference|Conference ended|Ending conference)\b")


class JitsiParser(LineParser):
    """Its state: rooms of Jicofo with who is in them, and occupants of which the leaving was told."""

    def line(self, line: bytes, position: int) -> Iterator[Event | dt.datetime]:
        brace = line.find(b"{")
        if brace >= 0 and b'"' in line[brace:]:
            try:
                value = mapping(parsed(line[brace:]))
            except Unfit:
                if not _STAMP.match(line):
                    raise
            else:
                yield from self._object(value, position)
                return
        stamp = _STAMP.match(line)
        if stamp is None:
            if re.match(rb"[A-Z][a-z]{2} [ \d]\d ", line) or line[:1] in b" \t":
                return  # Prosody's log of other things; the inside of a stack trace
            raise Unfit("neither an event of Prosody nor a line of Jicofo or the videobridge")
        at = dt.datetime.fromisoformat(stamp[1].decode()).replace(tzinfo=self.origin.stamps)
        yield at
        room = _ROOM.search(line)
        if room:
            yield from self._member(room[1].decode("utf-8", "replace"), line, at, position)

    # --- Jicofo ------------------------------------------------------------------------------

    def _member(self, room: str, line: bytes, at: dt.datetime, position: int) -> Iterator[Event]:
        rooms: dict[str, Any] = self.kept.setdefault("rooms", {})
        if found := _JOINED.search(line):
            known = rooms.setdefault(room, {"at": at.isoformat(), "in": [], "peak": 0})
            bounded(rooms)
            member = found[1].decode()
            if member not in known["in"] and len(known["in"]) < 5000:
                known["in"].append(member)
            known["peak"] = max(known["peak"], len(known["in"]))
        elif room in rooms and (found := _LEFT.search(line)):
            member = found[1].decode()
            if member in rooms[room]["in"]:
                rooms[room]["in"].remove(member)
            if not rooms[room]["in"]:
                yield self._over(room, at, position)
        elif room in rooms and _STOPPED.search(line):
            yield self._over(room, at, position)

    def _over(self, room: str, at: dt.datetime, position: int) -> Meeting:
        known = self.kept["rooms"].pop(room)
        started = dt.datetime.fromisoformat(known["at"])
        return Meeting(
            f"{room}@{known['at']}", room, "", None, None, started, at, position, peak=known["peak"]
        )

    # --- Prosody, videobridge ------------------------------------------------------------------

    def _object(self, value: dict[str, Any], position: int) -> Iterator[Event | dt.datetime]:
        name = word(value.get("event_name"))
        room = word(value.get("room_name"))
        if "current_timestamp" in value or "largest_conference" in value:
            stamp = _STAMP.match(word(value.get("current_timestamp")).encode())
            if stamp:  # the bridge writes UTC
                yield dt.datetime.fromisoformat(stamp[1].decode()).replace(tzinfo=dt.UTC)
            return
        if name == "muc-room-destroyed":
            yield from self._destroyed(value, room, position)
            return
        occupant = mapping(value.get("occupant")) if name else value
        joined, left = epoch(occupant.get("joined_at")), epoch(occupant.get("left_at"))
        if joined and left:
            stay = self._stay(occupant, room, joined, left, position)
            told: dict[str, Any] = self.kept.setdefault("told", {})
            told[f"{word(occupant.get('occupant_jid'))} {joined.isoformat()}"] = 1
            bounded(told)
            yield checked(stay)
        elif joined:
            yield joined
        elif not name:
            raise Unfit("neither an event of Prosody nor a line of Jicofo or the videobridge")

    def _destroyed(self, value: dict[str, Any], room: str, position: int) -> Iterator[Event]:
        started, ended = epoch(value.get("created_at")), epoch(value.get("destroyed_at"))
        everyone = value.get("all_occupants")
        told: dict[str, Any] = self.kept.setdefault("told", {})
        steps: list[tuple[dt.datetime, int]] = []
        for place, one in enumerate(everyone if isinstance(everyone, list) else []):
            occupant = mapping(one)
            joined = epoch(occupant.get("joined_at"))
            left = epoch(occupant.get("left_at")) or ended
            if not joined or not left:
                continue
            steps += [(joined, 1), (left, -1)]
            key = f"{word(occupant.get('occupant_jid'))} {joined.isoformat()}"
            if told.pop(key, None) is None:
                yield checked(self._stay(occupant, room, joined, left, position + place))
        count = peak = 0
        for _at, step in sorted(steps):
            count += step
            peak = max(peak, count)
        if started or ended:
            id_ = f"{room}@{started.isoformat() if started else position}"
            yield Meeting(id_, room, "", None, None, started, ended, position, peak=peak or None)

    def _stay(
        self, occupant: dict[str, Any], room: str, joined: dt.datetime, left: dt.datetime, position: int
    ) -> Stay:
        also = tuple(filter(None, (word(occupant.get("id")), word(occupant.get("email")))))
        name = word(occupant.get("name")) or (also[0] if also else "")
        return Stay("", self.local(joined), name, joined, left, position, also, "", room)


READER = LineFormat("jitsi", JitsiParser, "conference")
