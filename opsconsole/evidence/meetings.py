"""Stays, meetings and failures to join, brought together with what is declared, and written.

A line of a log stands for itself: its stay finds its session by key, number or time. A document tells
of a whole meeting, so all of it finds one session together: by key, by number, by title, or because
the sites that were there are the ones invited. A report that was saved again later stands in place of
the earlier one of the same meeting.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from opsconsole.evidence.directory import Directory, Unknown
from opsconsole.evidence.reader import Failure, Meeting, Stay
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Writer

MAX_NAME = 200  # characters of a number, title or name that are kept
BRIDGED = dt.timedelta(minutes=15)  # a host that is back so soon goes on with its meeting

_RECORD = (
    "province",
    "source_file",
    "position",
    "source",
    "meeting",
    "number",
    "title",
    "session",
    "candidates",
    "month",
    "planned_at",
    "planned_end",
    "started_at",
    "ended_at",
    "first_at",
    "last_at",
    "state",
    "peak",
    "participants",
    "unknown",
    "superseded_by",
)
_STAY = (
    "province",
    "month",
    "source_file",
    "position",
    "session",
    "site",
    "joined_at",
    "left_at",
    "record",
    "ending",
)
_FAILURE = ("province", "month", "source_file", "position", "session", "site", "at", "cause", "record")

Miss = Callable[[Unknown, str, int], None]


@dataclass
class _Gathered:
    """Everything that a document says of one meeting."""

    meeting: Meeting
    stays: list[Stay] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def begin(self) -> dt.datetime | None:
        """Its first instant: its start, else the first who joined or tried, else its planned start."""
        seen = [stay.joined for stay in self.stays] + [failure.at for failure in self.failures]
        return self.meeting.started or min(seen, default=self.meeting.planned)

    @property
    def end(self) -> dt.datetime | None:
        """Its last instant."""
        return max((stay.left for stay in self.stays), default=self.meeting.ended or self.begin)


@dataclass(frozen=True)
class Record:
    """A row of ``meeting_record`` that is to be written, with what decides between two versions."""

    row: tuple[Any, ...]
    meeting: str
    position: int
    begin: str
    end: str
    participants: int


class Meetings:
    """The events of conferences of one piece of a file, matched, not yet written.

    *whole* says that the piece is a whole document. *ahead* is by how much the clock of the source is
    ahead; *miss* is told of each name that nothing declared answers to.
    """

    # the session of a meeting in the room *number* that ended or began within 15 minutes of these
    beside: Callable[[str, str, str], str] | None = None

    def __init__(self, directory: Directory, miss: Miss, *, whole: bool, ahead: dt.timedelta) -> None:
        self._directory, self._miss, self._whole, self._ahead = directory, miss, whole, ahead
        self._gathered: dict[str, _Gathered] = {}
        self._loose: list[Stay | Failure] = []
        self._stays: list[tuple[Any, ...]] = []
        self._failures: list[tuple[Any, ...]] = []
        self.records: list[Record] = []
        self.sessions: set[str] = set()

    def add(self, event: Stay | Meeting | Failure) -> None:
        """Take *event* in."""
        event = self._corrected(event)
        if isinstance(event, Meeting):
            if not self._whole:
                self._settle(_Gathered(event))
            elif event.id in self._gathered:
                self._gathered[event.id].meeting = event
            else:
                self._gathered[event.id] = _Gathered(event)
        elif not self._whole:
            self._alone(event)
        elif event.meeting in self._gathered:
            group = self._gathered[event.meeting]
            (group.stays if isinstance(event, Stay) else group.failures).append(event)  # type: ignore[arg-type]
        else:
            self._loose.append(event)

    def settle(self) -> None:
        """Find the sessions of everything that was added, now that all of the document is here."""
        loose, self._loose = self._loose, []
        for event in loose:
            if event.meeting in self._gathered:
                group = self._gathered[event.meeting]
                (group.stays if isinstance(event, Stay) else group.failures).append(event)  # type: ignore[arg-type]
            else:
                self._alone(event)
        for group in self._chained():
            self._settle(group)
        self._gathered.clear()

    def _corrected(self, event: Stay | Meeting | Failure) -> Stay | Meeting | Failure:
        """*event* by the right clock."""
        ahead = self._ahead
        if not ahead:
            return event
        if isinstance(event, Stay):
            return event._replace(
                start=event.start - ahead, joined=event.joined - ahead, left=event.left - ahead
            )
        if isinstance(event, Failure):
            return event._replace(at=event.at - ahead)
        names = ("started", "ended")  # what was planned was not taken from its clock
        return event._replace(**{name: at - ahead for name in names if (at := getattr(event, name))})

    # --- finding the session -----------------------------------------------------------------

    def _chained(self) -> list[_Gathered]:
        """The meetings in the order of time. One that begins within 15 minutes of the end of the one
        before it in the same room has no title or number of its own to go by: its host was away."""
        groups = sorted(self._gathered.values(), key=lambda one: (one.begin or _NEVER, one.meeting.position))
        last: dict[str, _Gathered] = {}
        for group in groups:
            room = group.meeting.number
            before = last.get(room) if room else None
            begin = group.begin
            if before and begin and before.end and begin - before.end <= BRIDGED:
                first = before.meeting
                group.meeting = group.meeting._replace(
                    planned=group.meeting.planned or first.planned or before.begin,
                    session=group.meeting.session or first.session,
                )
            if room:
                last[room] = group
        return groups

    def _settle(self, group: _Gathered) -> None:
        meeting, directory = group.meeting, self._directory
        sites = [directory.site(stay.site, stay.also) for stay in group.stays]
        failed = [directory.site(one.site, one.also) for one in group.failures]
        begin = meeting.planned or group.begin
        local = directory.local(begin) if begin else None
        there = {site for site in (*sites, *failed) if isinstance(site, str)}
        session: str | Unknown = self._restarted(group)
        if session:
            pass
        elif local is None and not meeting.session:
            session = Unknown("session", meeting.title or meeting.number or meeting.id)
        else:
            session = directory.session(
                local,
                key=meeting.session,
                number=meeting.number,
                title=meeting.title,
                sites=there,
                strict=True,
            )
        day = f"{local:%Y-%m-%d}" if local else "0001-01-01"
        if isinstance(session, Unknown) and (there or group.stays):
            self._miss(session, day, 1)
        for stay, site in zip(group.stays, sites, strict=True):
            if isinstance(site, Unknown):
                self._miss(site, day, 1)
            elif isinstance(session, str):
                self._stay(stay, session, site, meeting.position)
        for failure, site in zip(group.failures, failed, strict=True):
            self._failure(failure, session, site, meeting.position)
        unknown = {
            stay.site for stay, site in zip(group.stays, sites, strict=True) if not isinstance(site, str)
        }
        self._record(group, session, len(there) + len(unknown), len(unknown))

    def _restarted(self, group: _Gathered) -> str:
        """The session that this meeting goes on with: its room was in it less than 15 minutes before, or
        is in it less than 15 minutes after."""
        begin, end = group.begin, group.end
        if not (self.beside and group.meeting.number and begin and end) or group.meeting.session:
            return ""
        return self.beside(
            _clean(group.meeting.number)[:MAX_NAME],
            instant_text(begin - BRIDGED),
            instant_text(end + BRIDGED),
        )

    def _record(self, group: _Gathered, session: str | Unknown, participants: int, unknown: int) -> None:
        meeting = group.meeting
        found, candidates = _key(session), session.candidates if isinstance(session, Unknown) else ()
        if found:
            self.sessions.add(found)
        first = group.begin or meeting.planned
        times = [_text(at) for at in (meeting.planned, meeting.planned_end, meeting.started, meeting.ended)]
        begin, end = _text(group.begin) or "", _text(group.end) or ""
        row = (
            _clean(meeting.id)[:MAX_NAME],
            _clean(meeting.number)[:MAX_NAME],
            _clean(meeting.title)[:MAX_NAME],
            found,
            json.dumps(candidates, ensure_ascii=False, separators=(",", ":")),
            f"{self._directory.local(first):%Y-%m}" if first else "",
            *times,
            begin,
            end,
            meeting.state,
            meeting.peak,
            participants,
            unknown,
        )
        self.records.append(
            Record(row, _clean(meeting.id)[:MAX_NAME], meeting.position, begin, end, participants)
        )

    def _alone(self, event: Stay | Failure) -> None:
        """A stay or failure that says by itself which session it is of."""
        directory = self._directory
        site = directory.site(event.site, event.also)
        start = event.start if isinstance(event, Stay) else directory.local(event.at)
        sites = {site} if isinstance(site, str) else set()
        session = directory.session(
            start, key=event.session, number=event.number, title=event.title, sites=sites
        )
        day = f"{start:%Y-%m-%d}"
        for found in (session, site):
            if isinstance(found, Unknown):
                self._miss(found, day, 1)
        if isinstance(event, Failure):
            self._failure(event, session, site, -1, told=True)
        elif isinstance(session, str) and isinstance(site, str):
            self._stay(event, session, site, -1)

    # --- rows ----------------------------------------------------------------------------------

    def _stay(self, stay: Stay, session: str, site: str, record: int) -> None:
        self.sessions.add(session)
        month = f"{self._directory.local(stay.joined):%Y-%m}"
        joined, left = instant_text(stay.joined), instant_text(stay.left)
        self._stays.append((month, stay.position, session, site, joined, left, record, stay.ending))

    def _failure(
        self,
        failure: Failure,
        session: str | Unknown,
        site: str | Unknown,
        record: int,
        *,
        told: bool = False,
    ) -> None:
        month = f"{self._directory.local(failure.at):%Y-%m}"
        if isinstance(site, Unknown) and not told:
            self._miss(site, f"{self._directory.local(failure.at):%Y-%m-%d}", 1)
        if found := _key(session):
            self.sessions.add(found)
        at = instant_text(failure.at)
        self._failures.append((month, failure.position, found, _key(site), at, failure.cause, record))

    def write(
        self, writer: Writer, source: str, source_file: int, beaten: dict[int, int] | None = None
    ) -> None:
        """Add the rows, in the transaction of *writer*. *beaten* are the positions of meetings of which
        another file has a later version, with that file: their stays are not added."""
        province, beaten = writer.province, beaten or {}
        records = [
            (province, source_file, one.position, source, *one.row, beaten.get(one.position, 0))
            for one in self.records
        ]
        stays = [(province, row[0], source_file, *row[1:]) for row in self._stays if row[6] not in beaten]
        failures = [
            (province, row[0], source_file, *row[1:]) for row in self._failures if row[6] not in beaten
        ]
        for rows, table, columns in (
            (records, "meeting_record", _RECORD),
            (stays, "attendance", _STAY),
            (failures, "join_failure", _FAILURE),
        ):
            if rows:
                writer.insert(table, columns, rows)
        stale(writer, self.sessions)


def stale(writer: Writer, sessions: Iterable[str]) -> None:
    """Note that the evidence of *sessions* has changed."""
    if not (names := sorted(set(sessions))):
        return
    writer.insert(
        "session_stale",
        ("province", "session"),
        [(writer.province, session) for session in names],
        "ON CONFLICT (province, session) DO NOTHING",
    )


_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def _key(found: str | Unknown) -> str:
    return found if isinstance(found, str) else ""


def _text(at: dt.datetime | None) -> str | None:
    return instant_text(at) if at else None


def _clean(value: str) -> str:
    """*value* as both engines can store it."""
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
