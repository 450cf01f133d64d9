"""Mailboxes and their use as the measures of mail read them, each once a run."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from opsconsole.indicators.ground import Ground, mark

EVENTS = ("login", "webmail", "poll", "sent", "received")  # in the order of the columns of mail_activity

_DAYS = ", ".join(f"{event}_days" for event in EVENTS)
_COUNTS = "logins, webmails, polls, sent, received"

Masks = tuple[int, int, int, int, int]  # a day mask for each of EVENTS
Counts = tuple[int, int, int, int, int]


class Mailbox(NamedTuple):
    """A mailbox; *opened* '' where no day is declared, *ended* '9999-12-31' while it is open."""

    key: str
    unit: str
    type: str
    owner: str | None
    opened: str
    ended: str
    mark: int

    def open_on(self, day: str) -> bool:
        """Whether it is open on *day* (ISO)."""
        return self.opened <= day < self.ended


def mailboxes(ground: Ground) -> list[Mailbox]:
    """All mailboxes."""
    return [
        Mailbox(*(*row, mark(row[0], row[2])))
        for chunk in ground.reader.chunks(
            "SELECT key, unit_id, type, owner, COALESCE(opened, ''), COALESCE(ended, '9999-12-31')"
            " FROM account WHERE province = :province",
            size=5000,
        )
        for row in chunk
    ]


def _rows(ground: Ground) -> tuple[dict[str, dict[str, Masks]], dict[str, dict[str, Counts]]]:
    """Masks and counts of the year; several rows of an account are OR-ed and added."""
    masks: defaultdict[str, dict[str, Masks]] = defaultdict(dict)
    numbers: defaultdict[str, dict[str, Counts]] = defaultdict(dict)
    for chunk in ground.reader.chunks(
        f"SELECT month, account, {_DAYS}, {_COUNTS}"  # noqa: S608 - names of columns
        " FROM mail_activity WHERE province = :province AND month >= :first AND month <= :last",
        {"first": f"{ground.year:04d}-01", "last": f"{ground.year:04d}-12"},
        size=5000,
    ):
        for month, account, *row in chunk:
            days, counted = masks[month], numbers[month]
            if account in days:
                a, b, c, d, e = days[account]
                days[account] = (a | row[0], b | row[1], c | row[2], d | row[3], e | row[4])
                counted[account] = added(counted[account], (row[5], row[6], row[7], row[8], row[9]))
            else:
                days[account] = (row[0], row[1], row[2], row[3], row[4])
                counted[account] = (row[5], row[6], row[7], row[8], row[9])
    return masks, numbers


def added(one: Counts, other: Counts) -> Counts:
    """The sum of both."""
    a, b, c, d, e = one
    return a + other[0], b + other[1], c + other[2], d + other[3], e + other[4]


def activity(ground: Ground) -> dict[str, dict[str, Masks]]:
    """Month of the year → account → day masks in the order of ``EVENTS``."""
    return ground.once(_rows)[0]


def counts(ground: Ground) -> dict[str, dict[str, Counts]]:
    """Month of the year → account → numbers in the order of ``EVENTS``."""
    return ground.once(_rows)[1]


def last_uses(ground: Ground, events: tuple[str, ...], until: dt.date) -> dict[str, int]:
    """Account → day (ordinal) of its last use by one of *events* up to *until*, of all years. An account
    that was never used is not in it. *until* lies in the year of the ground or before it."""

    def of_month(year: int, month: int) -> dict[str, int]:
        """Up to the end of *month* of the year; 0 for the end of the year before."""

        def make(ground: Ground) -> dict[str, int]:
            if month == 0:
                return _before(ground, events)
            last = calendar.monthrange(year, month)[1]
            return _later(ground, of_month(year, month - 1), events, dt.date(year, month, last))

        return ground.once(make, ("last use", events, year, month))

    if until.year < ground.year:
        return of_month(ground.year, 0)
    if until.day == calendar.monthrange(until.year, until.month)[1]:
        return of_month(until.year, until.month)
    return _later(ground, of_month(until.year, until.month - 1), events, until)


def _later(ground: Ground, before: dict[str, int], events: tuple[str, ...], until: dt.date) -> dict[str, int]:
    """*before*, with the uses of the month of *until* up to that day."""
    first, whole = until.replace(day=1).toordinal() - 1, (1 << until.day) - 1
    chosen = [EVENTS.index(event) for event in events]
    found = dict(before)
    for account, masks in ground.once(activity).get(f"{until:%Y-%m}", {}).items():
        use = 0
        for event in chosen:
            use |= masks[event]
        use &= whole
        if use:
            found[account] = first + use.bit_length()
    return found


def _before(ground: Ground, events: tuple[str, ...]) -> dict[str, int]:
    """The last uses before the year of the ground."""
    days = ", ".join(f"m.{event}_days" for event in EVENTS)
    use = " OR ".join(f"{event}_days > 0" for event in EVENTS if event in events)
    found: dict[str, int] = {}
    for account, month, *masks in ground.reader.rows(
        f"SELECT m.account, m.month, {days} FROM mail_activity m JOIN"  # noqa: S608 - names of columns
        f" (SELECT account, MAX(month) AS month FROM mail_activity WHERE province = :province AND ({use})"
        " AND month < :first GROUP BY account) newest ON newest.account = m.account"
        " AND newest.month = m.month WHERE m.province = :province AND m.month < :first",
        {"first": f"{ground.year:04d}-01"},
    ):
        mask = 0
        for event in events:
            mask |= masks[EVENTS.index(event)]
        if mask:
            day = dt.date.fromisoformat(f"{month}-01").toordinal() - 1 + mask.bit_length()
            found[account] = max(day, found.get(account, 0))
    return found
