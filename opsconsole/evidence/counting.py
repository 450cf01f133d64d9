"""Events folded into counts, and the counts added to the tables.

Only counts reach the database (personal data): no subjects, correspondents, addresses of origin and
no lines. Counts are added, day masks are OR-ed, so that what one piece of a file gives and what the
next one gives is the same as what both give together.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from opsconsole.evidence.directory import Directory, Unknown
from opsconsole.evidence.meetings import Meetings
from opsconsole.evidence.reader import (
    EachUse,
    Event,
    Failure,
    Lost,
    MailUse,
    MailUses,
    Meeting,
    Seen,
    Stay,
    Traffic,
    Unreadable,
    What,
)
from opsconsole.store.database import Writer

MAX_VALUE = 200  # characters of a name that nothing answers to
MAX_PENDING = 20_000  # addresses of one day and sort that wait to be looked up (guesses of passwords try any)

# The columns of mail_activity behind the key, in order, and where an event counts.
_DAYS = {"login": 0, "webmail": 1, "poll": 2, "sent": 3, "received": 4}
_COUNTS = {"login": 5, "webmail": 6, "poll": 7, "sent": 8, "received": 9, "failed": 10, "automatic": 11}
_TO_14 = {what: place + 12 for what, place in _DAYS.items()}  # what of a count fell on the 1st to the 14th
_NUMBERS = ("logins", "webmails", "polls", "sent", "received")
_ACTIVITY = (
    *(f"{what}_days" for what in _DAYS),
    *(*_NUMBERS, "failed", "automatic"),
    *(f"{name}_to_14" for name in _NUMBERS),
)
_FIRST_14 = (1 << 14) - 1

_ADD_ACTIVITY = "ON CONFLICT (province, month, account, source) DO UPDATE SET " + ", ".join(
    f"{name} = mail_activity.{name} {'|' if name.endswith('_days') else '+'} excluded.{name}"
    for name in _ACTIVITY
)
_ADD_COVERAGE = (
    "ON CONFLICT (province, source, day) DO UPDATE SET "
    "first_at = CASE WHEN coverage.first_at = '' OR (excluded.first_at <> '' "
    "AND excluded.first_at < coverage.first_at) THEN excluded.first_at ELSE coverage.first_at END, "
    "last_at = CASE WHEN excluded.last_at > coverage.last_at "
    "THEN excluded.last_at ELSE coverage.last_at END, "
    "lines = coverage.lines + excluded.lines, lost = coverage.lost + excluded.lost, "
    "half_hours = coverage.half_hours | excluded.half_hours, others = coverage.others + excluded.others, "
    "inferred = coverage.inferred + excluded.inferred"
)
_ADD_TRAFFIC = (
    "ON CONFLICT (province, source, day, what) DO UPDATE SET times = mail_traffic.times + excluded.times"
)
_ADD_UNMATCHED = (
    "ON CONFLICT (province, source, sort, value) DO UPDATE SET "
    "candidates = excluded.candidates, count = unmatched.count + excluded.count, "
    "first_day = CASE WHEN excluded.first_day < unmatched.first_day "
    "THEN excluded.first_day ELSE unmatched.first_day END, "
    "last_day = CASE WHEN excluded.last_day > unmatched.last_day "
    "THEN excluded.last_day ELSE unmatched.last_day END"
)
_ADD_UNREADABLE = (
    "ON CONFLICT (province, source, reason) DO UPDATE SET count = unreadable.count + excluded.count"
)

_ACTIVITY_COLUMNS = ("province", "month", "account", "source", *_ACTIVITY)
_COVERAGE_COLUMNS = (
    *("province", "source", "day", "first_at", "last_at"),
    *("lines", "lost", "half_hours", "others", "inferred"),
)
_TRAFFIC_COLUMNS = ("province", "source", "day", "what", "times")
_UNMATCHED_COLUMNS = (
    "province",
    "source",
    "sort",
    "value",
    "candidates",
    "count",
    "first_day",
    "last_day",
)
_UNREADABLE_COLUMNS = ("province", "source", "reason", "count", "sample", "source_file", "position")


class Counts:
    """What a piece of a file holds, counted, not yet written. *whole* and *ahead* as for Meetings."""

    def __init__(
        self, directory: Directory, *, whole: bool = False, ahead: dt.timedelta = dt.timedelta()
    ) -> None:
        self._directory = directory
        self.meetings = Meetings(directory, self._miss, whole=whole, ahead=ahead)
        self._activity: dict[str, dict[str, list[int]]] = {}  # month → account
        # (day, what) → address → times, not looked up yet: most come again in the next lines
        self._pending: dict[tuple[str, What], Counter[str]] = {}
        self._coverage: dict[str, list[Any]] = {}
        self._traffic: dict[tuple[str, str], int] = {}
        self._unmatched: dict[tuple[str, str], list[Any]] = {}
        self._unreadable: dict[str, list[Any]] = {}
        self._events = 0
        self._unmatched_events = 0
        self.unreadable = 0

    @property
    def events(self) -> int:
        """How many uses, stays and failures there were."""
        self._settle()
        return self._events

    @property
    def unmatched(self) -> int:
        """How many of them are of nothing that is declared."""
        self._settle()
        return self._unmatched_events

    def add(self, events: Iterable[Event]) -> None:
        """Fold *events* in."""
        for event in events:
            if isinstance(event, MailUse):
                self._uses(event.day, event.what, {event.address: event.times})
            elif isinstance(event, MailUses):
                self._uses(*event)
            elif isinstance(event, EachUse):
                self._waiting(event.day, event.what).update(event.addresses)
            elif isinstance(event, (Stay, Meeting, Failure)):
                self._events += not isinstance(event, Meeting)
                self.meetings.add(event)
            elif isinstance(event, Seen):
                self._cover(event)
            elif isinstance(event, Lost):
                self._row(event.day)[3] += event.messages
            elif isinstance(event, Traffic):
                sort = (event.day, event.what)
                self._traffic[sort] = self._traffic.get(sort, 0) + event.times
            elif isinstance(event, Unreadable):
                self.unreadable += event.lines
                row = self._unreadable.setdefault(event.reason, [0, _clean(event.sample), event.position])
                row[0] += event.lines
            else:
                raise TypeError(f"a reader gave {type(event).__name__}, which is no event")

    def _uses(self, day: str, what: What, uses: Mapping[str, int]) -> None:
        pending = self._waiting(day, what)
        if not pending:
            dict.update(pending, uses)
            return
        for address, times in uses.items():
            pending[address] = pending.get(address, 0) + times

    def _waiting(self, day: str, what: What) -> Counter[str]:
        """What waits to be looked up, to be added to."""
        pending = self._pending.get((day, what))
        if pending is not None and len(pending) > MAX_PENDING:
            self._look_up(day, what, self._pending.pop((day, what)))
            pending = None
        if pending is None:
            pending = self._pending[day, what] = Counter()
        return pending

    def _settle(self) -> None:
        for (day, what), uses in self._pending.items():
            self._look_up(day, what, uses)
        self._pending.clear()

    def _look_up(self, day: str, what: What, uses: Mapping[str, int]) -> None:
        """Count *uses* for the accounts that had these addresses on *day*."""
        always, activity = self._directory.always, self._activity.setdefault(day[:7], {})
        bit = 1 << int(day[8:10]) - 1 if what in _DAYS else 0
        mask, count = _DAYS.get(what, 0), _COUNTS[what]
        early = _TO_14[what] if 0 < bit <= _FIRST_14 else None
        total = 0
        for address, times in uses.items():
            total += times
            account = always.get(address)
            if account is None:  # unknown, or not always one account's
                found = self._directory.account(address, day)
                if isinstance(found, Unknown):
                    # Password guessing tries any name: one row, or an attacker fills the table.
                    self._miss(Unknown("failed", "") if what == "failed" else found, day, times)
                    continue
                account = found
            row = activity.get(account)
            if row is None:
                row = activity[account] = [0] * len(_ACTIVITY)
            row[count] += times
            row[mask] |= bit
            if early is not None:
                row[early] += times
        self._events += total

    def _miss(self, miss: Unknown, day: str, count: int) -> None:
        self._unmatched_events += count
        key = (miss.sort, _clean(miss.value)[:MAX_VALUE])
        candidates = json.dumps(miss.candidates, ensure_ascii=False, separators=(",", ":"))
        row = self._unmatched.setdefault(key, [candidates, 0, day, day])
        row[:] = candidates, row[1] + count, min(row[2], day), max(row[3], day)

    def _row(self, day: str) -> list[Any]:
        """What is known of *day*: first, last, lines, lost, half hours, others, inferred."""
        return self._coverage.setdefault(day, ["", "", 0, 0, 0, 0, 0])

    def _cover(self, seen: Seen) -> None:
        row = self._row(seen.day)
        row[0] = min(filter(None, (row[0], seen.first_at)), default="")
        row[1] = max(row[1], seen.last_at)
        row[2] += seen.lines
        row[4] |= seen.half_hours
        row[5] += seen.others
        row[6] += seen.inferred

    def write(
        self, writer: Writer, source: str, source_file: int, beaten: dict[int, int] | None = None
    ) -> None:
        """Add everything to the tables, in the transaction of *writer*; *beaten* as for Meetings."""
        self._settle()
        province = writer.province
        self.meetings.write(writer, source, source_file, beaten)
        months = sorted(month for month, accounts in self._activity.items() if accounts)
        for month in months:
            writer.ensure_month("mail_activity", month)
        # Rows in the order of their keys: pages of the tree are touched one after the other.
        activity = [
            (province, month, account, source, *row)
            for month in months
            for account, row in sorted(self._activity[month].items())
        ]
        covered = [(province, source, day, *row) for day, row in sorted(self._coverage.items())]
        traffic = [(province, source, *key, times) for key, times in sorted(self._traffic.items())]
        missed = [(province, source, *key, *row) for key, row in sorted(self._unmatched.items())]
        unread = [
            (province, source, reason, count, sample, source_file, position)
            for reason, (count, sample, position) in sorted(self._unreadable.items())
        ]
        tables: tuple[tuple[list[tuple[Any, ...]], str, tuple[str, ...], str], ...] = (
            (activity, "mail_activity", _ACTIVITY_COLUMNS, _ADD_ACTIVITY),
            (covered, "coverage", _COVERAGE_COLUMNS, _ADD_COVERAGE),
            (traffic, "mail_traffic", _TRAFFIC_COLUMNS, _ADD_TRAFFIC),
            (missed, "unmatched", _UNMATCHED_COLUMNS, _ADD_UNMATCHED),
            (unread, "unreadable", _UNREADABLE_COLUMNS, _ADD_UNREADABLE),
        )
        for rows, table, columns, conflict in tables:
            if rows:
                writer.insert(table, columns, rows, conflict)

    @property
    def given(self) -> dict[str, Any]:
        """What of a document is added to sums, so that it can be taken out again: lines by day, names
        that matched nothing, lines that could not be read."""
        self._settle()
        return {
            "days": {day: [row[2], row[3]] for day, row in self._coverage.items()},
            "unmatched": [[*key, row[1]] for key, row in self._unmatched.items()],
            "unreadable": {reason: row[0] for reason, row in self._unreadable.items()},
        }


def take_out(writer: Writer, source: str, given: dict[str, Any]) -> None:
    """Take what a document gave (``Counts.given``) out of the sums; rows that come to nothing go."""
    for day, (lines, lost) in given.get("days", {}).items():
        values = {"source": source, "day": day, "lines": lines, "lost": lost}
        where = "WHERE province = :province AND source = :source AND day = :day"
        writer.execute(
            f"UPDATE coverage SET lines = lines - :lines, lost = lost - :lost {where}",  # noqa: S608
            values,
        )
        writer.execute(
            f"DELETE FROM coverage {where} AND lines <= 0 AND lost <= 0",  # noqa: S608 - constant
            {"source": source, "day": day},
        )
    for sort, value, count in given.get("unmatched", []):
        where = "WHERE province = :province AND source = :source AND sort = :sort AND value = :value"
        parameters = {"source": source, "sort": sort, "value": value}
        writer.execute(
            f"UPDATE unmatched SET count = count - :count {where}",  # noqa: S608 - constant
            {**parameters, "count": count},
        )
        writer.execute(f"DELETE FROM unmatched {where} AND count <= 0", parameters)  # noqa: S608 - constant
    for reason, count in given.get("unreadable", {}).items():
        where = "WHERE province = :province AND source = :source AND reason = :reason"
        parameters = {"source": source, "reason": reason}
        writer.execute(
            f"UPDATE unreadable SET count = count - :count {where}",  # noqa: S608 - constant
            {**parameters, "count": count},
        )
        writer.execute(f"DELETE FROM unreadable {where} AND count <= 0", parameters)  # noqa: S608 - constant


def forget(writer: Writer, source: str) -> None:
    """Take everything that *source* gave out of the tables."""
    parameters = {"source": source}
    for table in ("attendance", "join_failure", "meeting_record"):
        writer.execute(
            "INSERT INTO session_stale (province, session) "  # noqa: S608 - constant
            f"SELECT DISTINCT :province, session FROM {table} WHERE province = :province "
            "AND session <> '' AND source_file IN "
            "(SELECT id FROM source_file WHERE province = :province AND source = :source) "
            "ON CONFLICT (province, session) DO NOTHING",
            parameters,
        )
    for table in ("attendance", "join_failure"):
        writer.execute(
            f"DELETE FROM {table} WHERE province = :province AND source_file IN "  # noqa: S608 - constant
            "(SELECT id FROM source_file WHERE province = :province AND source = :source)",
            parameters,
        )
    for table in (
        "meeting_record",
        "mail_activity",
        "mail_traffic",
        "coverage",
        "unmatched",
        "unreadable",
        "evidence_gap",
        "source_file",
    ):
        writer.execute(
            f"DELETE FROM {table} WHERE province = :province AND source = :source",  # noqa: S608 - constant
            parameters,
        )


def _clean(value: str) -> str:
    """*value* as both engines can store it."""
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
