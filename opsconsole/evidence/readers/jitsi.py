"""Jitsi Meet: events of Prosody, the log of Jicofo, statistics of the videobridge; line by line.

* Prosody with the ``event_sync`` module: the bodies that it posts, one a line (``muc-occupant-left`` with
  ``joined_at`` and ``left_at``, ``muc-room-destroyed`` with ``all_occupants``), or Prosody's own log, where
  the module writes the same of each occupant. Only these name participants. When Prosody died, whoever was
  in a room until then was there to the last sign of life.
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
from opsconsole.evidence.reader import Event, LineFormat, Meeting, Origin, Stay, Unfit, Unreadable
from opsconsole.evidence.reports import checked
from opsconsole.evidence.times import epoch
from opsconsole.evidence.years import MONTHS, Years

_STAMP = re.compile(rb"(?:Jicofo |JVB )?(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?:[.,]\d{1,6})?")
_PROSODY = re.compile(rb"([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) ")
_CAME_OR_WENT = re.compile(rb"\b(New occupant|Occupant left) in room: ([^@\s]{1,200})@")
_ROOM_BEGAN = re.compile(rb"\bStart tracking occupants for ([^@\s]{1,200})@")
_ROOM_OVER = re.compile(rb"\bRoom destroyed - ([^@\s]{1,200})@")
_PROSODY_BEGAN = b"\tHello and welcome to Prosody"
_ROOM = re.compile(rb"\[room=([^@\]\s]{1,200})@")
_JOINED = re.compile(rb"Member joined:\s?([\w-]{1,64})")
_LEFT = re.compile(rb"Member left:\s?([\w-]{1,64})")
_STOPPED = re.compile(rb"(?:: |\]: )(?:Stopped|Disposed conference|Conference ended|Ending conference)\b")
_STRANGE = "neither an event of Prosody nor a line of Jicofo or the videobridge"
_NO_TIME = "an occupant without the time of its joining or leaving"
_TOLD = 5_000  # stays that are remembered, since the end of their room tells them again


class JitsiParser(LineParser):
    """Its state: rooms of Jicofo with who is in them; rooms of Prosody with the occupants that are there;
    stays that were told; the last instant and the last day of a stamp without a year."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self._years = Years(origin, self.kept.get("day"))

    def line(self, line: bytes, position: int) -> Iterator[Event | dt.datetime]:
        at = self._stamp(line)
        if at:
            self._seen(at)
            yield at
        logged = _CAME_OR_WENT.search(line)
        brace = line.find(b"{")
        if brace >= 0 and b'"' in line[brace:]:
            try:
                value = mapping(parsed(line[brace:]))
            except Unfit:
                if logged or at is None:
                    raise
            else:
                yield from self._object(value, logged, position)
                return
        if at is None:
            if line[:1] in b" \t":
                return  # the inside of a stack trace
            raise Unfit(_STRANGE)
        if logged:  # "null": it was there before the module
            if not line.rstrip().endswith(b"- null"):
                raise Unfit("an occupant of which nothing is told")
        elif found := _ROOM.search(line):
            yield from self._member(_name(found), line, at, position)
        elif _PROSODY_BEGAN in line:
            for room in list(self._rooms):
                yield from self._lost(room, position)
        elif found := _ROOM_BEGAN.search(line):
            yield from self._began(_name(found), at, position)
        elif (found := _ROOM_OVER.search(line)) and "since" in self._rooms.get(_name(found), {}):
            yield self._meeting(_name(found), at, position)

    def _stamp(self, line: bytes) -> dt.datetime | None:
        """The instant that *line* begins with, by Jicofo, the videobridge or Prosody."""
        zone = self.origin.stamps
        try:
            if found := _STAMP.match(line):
                return dt.datetime.fromisoformat(found[1].decode()).replace(tzinfo=zone)
            if (found := _PROSODY.match(line)) and found[1] in MONTHS:
                month, day = MONTHS[found[1]], int(found[2])
                year = self._years.of(month, day)
                if year is None:
                    return None
                clock = dt.time(int(found[3]), int(found[4]), int(found[5]))
                at = dt.datetime.combine(dt.date(year, month, day), clock, zone)
                self.kept["day"] = f"{at:%Y-%m-%d}"
                return at
        except ValueError:
            return None
        return None

    def _seen(self, at: dt.datetime) -> None:
        """The server was alive *at* this instant."""
        text = at.astimezone(dt.UTC).isoformat()
        self.kept["last"] = max(self.kept.get("last", text), text)

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

    @property
    def _rooms(self) -> dict[str, Any]:
        rooms: dict[str, Any] = self.kept.setdefault("prosody", {})
        return rooms

    def _object(
        self, value: dict[str, Any], logged: re.Match[bytes] | None, position: int
    ) -> Iterator[Event | dt.datetime]:
        name, room = word(value.get("event_name")), word(value.get("room_name"))
        if "current_timestamp" in value or "largest_conference" in value:
            stamp = _STAMP.match(word(value.get("current_timestamp")).encode())
            if stamp is None:
                raise Unfit("statistics without a time")
            yield _utc(stamp)
        elif logged:
            came = logged[1] == b"New occupant"
            yield from self._occupant(value, _name(logged, 2), came, position)
        elif name == "muc-room-created":
            created = epoch(value.get("created_at"))
            if created is None:
                raise Unfit("a room without the time when it was made")
            yield created
            yield from self._began(room, created, position)
        elif name in ("muc-occupant-joined", "muc-occupant-left"):
            if value.get("occupant") is not None:  # else it was there before the module
                occupant = mapping(value["occupant"])
                yield from self._occupant(occupant, room, name == "muc-occupant-joined", position)
            elif name == "muc-occupant-joined" or not room:
                raise Unfit("an occupant of which nothing is told")
            elif last := self.kept.get("last"):
                yield dt.datetime.fromisoformat(last)
        elif name == "muc-room-destroyed":
            yield from self._destroyed(value, room, position)
        elif not name and "joined_at" in value:
            yield from self._occupant(value, room, "left_at" not in value, position)
        else:
            raise Unfit("an event of Prosody that is not known" if name else _STRANGE)

    def _began(self, room: str, at: dt.datetime, position: int) -> Iterator[Event]:
        """A room was made: who had been in it before, under the same name, was lost."""
        there = self._rooms.get(room, {"in": {}})["in"]
        now = {who: one for who, one in there.items() if one["joined_at"] >= int(at.timestamp())}
        for who in now:
            del there[who]
        yield from self._lost(room, position)
        self._seen(at)
        self._rooms[room] = {"since": at.isoformat(), "in": now, "peak": len(now)}
        bounded(self._rooms)

    def _occupant(
        self, occupant: dict[str, Any], room: str, came: bool, position: int
    ) -> Iterator[Event | dt.datetime]:
        joined, left = epoch(occupant.get("joined_at")), epoch(occupant.get("left_at"))
        who = word(occupant.get("occupant_jid"))
        if joined is None:
            raise Unfit(_NO_TIME)
        known = self._rooms.setdefault(room, {"in": {}, "peak": 0})
        bounded(self._rooms)
        if came:
            self._seen(joined)
            known["in"].pop(who, None)
            kept = {name: word(occupant.get(name)) for name in ("name", "id", "email", "occupant_jid")}
            known["in"][who] = kept | {"joined_at": joined.timestamp()}
            bounded(known["in"])
            known["peak"] = max(known["peak"], len(known["in"]))
            yield joined
            return
        if left is None:
            raise Unfit(_NO_TIME)
        self._seen(left)
        known["in"].pop(who, None)
        if not known["in"] and "since" not in known:
            self._rooms.pop(room)
        if self._first(who, joined):
            yield checked(self._stay(occupant, room, joined, left, position))
        else:
            yield left

    def _first(self, who: str, joined: dt.datetime) -> bool:
        """Whether this stay was not told before."""
        told: dict[str, Any] = self.kept.setdefault("told", {})
        key = f"{who} {joined.isoformat()}"
        before = key in told
        told[key] = 1
        while len(told) > _TOLD:
            told.pop(next(iter(told)))
        return not before

    def _lost(self, room: str, position: int) -> Iterator[Event]:
        """The server died while *room* was there: its occupants, until the last that was seen of it."""
        known = self._rooms.pop(room, None)
        if known is None:
            return
        last = dt.datetime.fromisoformat(self.kept["last"])
        for place, occupant in enumerate(known["in"].values()):
            joined = dt.datetime.fromtimestamp(occupant["joined_at"], dt.UTC)
            if self._first(occupant["occupant_jid"], joined):
                left = max(last, joined)
                stay = self._stay(occupant, room, joined, left, position + place, "unknown")
                yield checked(stay)
        if "since" in known and known["in"]:
            self._rooms[room] = known
            yield self._meeting(room, last, position, "lost")

    def _meeting(self, room: str, ended: dt.datetime, position: int, state: str = "ended") -> Meeting:
        """*room* of Prosody's log is over; who is still in it is told to have left in the next line."""
        known = self._rooms[room]
        started = dt.datetime.fromisoformat(known.pop("since"))
        if state == "lost" or not known["in"]:
            self._rooms.pop(room)
        id_ = f"{room}@{started.astimezone(dt.UTC).isoformat()}"
        peak = known["peak"] or None
        return Meeting(id_, room, "", None, None, started, max(ended, started), position, state, peak)

    def _destroyed(self, value: dict[str, Any], room: str, position: int) -> Iterator[Event]:
        started, ended = epoch(value.get("created_at")), epoch(value.get("destroyed_at"))
        if started is None and ended is None:
            raise Unfit("a room without the time when it was made or ended")
        if ended:
            self._seen(ended)
        self._rooms.pop(room, None)
        everyone = value.get("all_occupants")
        steps: list[tuple[dt.datetime, int]] = []
        for place, one in enumerate(everyone if isinstance(everyone, list) else []):
            occupant = mapping(one)
            joined = epoch(occupant.get("joined_at"))
            left = epoch(occupant.get("left_at")) or ended
            if not joined or not left:
                yield Unreadable(_NO_TIME, "", position + place)
                continue
            steps += [(joined, 1), (left, -1)]
            if self._first(word(occupant.get("occupant_jid")), joined):
                yield checked(self._stay(occupant, room, joined, left, position + place))
        count = peak = 0
        for _at, step in sorted(steps):
            count += step
            peak = max(peak, count)
        id_ = f"{room}@{started.isoformat() if started else position}"
        yield Meeting(id_, room, "", None, None, started, ended, position, peak=peak or None)

    def _stay(
        self,
        occupant: dict[str, Any],
        room: str,
        joined: dt.datetime,
        left: dt.datetime,
        position: int,
        ending: str = "",
    ) -> Stay:
        """A stay under the name of the token, else under the account, which of a guest is by chance."""
        account = word(occupant.get("occupant_jid")).partition("/")[0]
        also = tuple(filter(None, (word(occupant.get("id")), word(occupant.get("email")), account)))
        name = word(occupant.get("name")) or account.partition("@")[0]
        return Stay("", self.local(joined), name, joined, left, position, also, "", room, ending)


def _name(found: re.Match[bytes], group: int = 1) -> str:
    return found[group].decode("utf-8", "replace")


def _utc(stamp: re.Match[bytes]) -> dt.datetime:
    """The bridge writes UTC."""
    try:
        return dt.datetime.fromisoformat(stamp[1].decode()).replace(tzinfo=dt.UTC)
    except ValueError:
        raise Unfit("statistics without a time") from None


READER = LineFormat("jitsi", JitsiParser, "conference")
