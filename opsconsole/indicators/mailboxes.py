"""Mailboxes and their use as the measures of mail read them, each once a run."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from opsconsole.indicators.ground import Ground, mark_of
from opsconsole.indicators.kept import kept
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule

EVENTS = ("login", "webmail", "poll", "sent", "received")  # in the order of the columns of mail_activity

_DAYS = ", ".join(f"{event}_days" for event in EVENTS)
_NUMBERS = ("logins", "webmails", "polls", "sent", "received")
_COUNTS = ", ".join((*_NUMBERS, *(f"{name}_to_14" for name in _NUMBERS)))

Masks = tuple[int, ...]  # a day mask for each of EVENTS
Counts = tuple[int, ...]


class Mailbox(NamedTuple):
    """A mailbox; *opened* '' where no day is declared, *ended* '9999-12-31' while it is open."""

    key: str
    unit: str
    type: str
    owner: str | None
    opened: str
    ended: str
    locked: bool
    forwards: bool
    mark: int

    def open_on(self, day: str) -> bool:
        """Whether it is open on *day* (ISO)."""
        return self.opened <= day < self.ended

    def under(self, rule: Rule) -> bool:
        """Whether *rule* counts mailboxes such as this one. A lock and forwards are those of the day on
        which this is asked: the register keeps no days of them."""
        return self.type in rule.accounts and not (
            (self.locked and "locked" in rule.leave_out) or (self.forwards and "forwarding" in rule.leave_out)
        )


def mailboxes(ground: Ground) -> list[Mailbox]:
    """All mailboxes."""
    return [
        Mailbox(*(*row, mark_of(f"{row[0]}\x1f{row[2]}")))
        for chunk in ground.reader.chunks(
            "SELECT key, unit_id, type, owner, COALESCE(opened, ''), COALESCE(ended, '9999-12-31'),"
            " COALESCE(locked, 0), COALESCE(forwards, '[]') <> '[]'"
            " FROM account WHERE province = :province",
            size=5000,
        )
        for row in chunk
    ]


def open_mailboxes(ground: Ground, rule: Rule, period: Period) -> list[tuple[Mailbox, str]]:
    """The mailboxes under *rule* that are open on the last day of *period*, each with the unit that holds
    it; made once."""

    def make(ground: Ground) -> list[tuple[Mailbox, str]]:
        day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)
        return [
            (box, holders.get(box.unit, box.unit))
            for box in ground.once(mailboxes)
            if box.under(rule) and box.open_on(day)
        ]

    key = ("open mailboxes", rule.accounts, rule.leave_out, period.last, period.units_on)
    return ground.once(make, key)


class Use(NamedTuple):
    """The use of a mailbox in a month, each in the order of ``EVENTS``: day masks (bit 0 is the 1st),
    numbers, and what of the numbers fell on the 1st to the 14th."""

    masks: Masks
    counts: Counts
    early: Counts


def used_in(ground: Ground, month: str) -> dict[str, Use]:
    """Account → its use in *month* (``YYYY-MM``), over all sources: masks are OR-ed and counts added.
    Read once."""
    return ground.once(lambda ground: _month(ground, month), ("mail", month))


def told_of(ground: Ground, events: tuple[str, ...]) -> bool:
    """Whether the logs ever told of one of *events*: of another they say nothing, which is not that it
    never happened. Asked once."""

    def make(ground: Ground) -> bool:
        use = " OR ".join(f"{event}_days > 0" for event in EVENTS if event in events)
        # The first row that tells of one is enough: there are those of all years.
        return bool(
            use
            and ground.reader.rows(
                f"SELECT 1 FROM mail_activity WHERE province = :province AND ({use}) LIMIT 1"  # noqa: S608 - names of columns
            )
        )

    return ground.once(make, ("told of", events))


def _month(ground: Ground, month: str) -> dict[str, Use]:
    found: dict[str, Use] = {}
    each = len(EVENTS)
    for row in ground.reader.rows(
        f"SELECT {_DAYS}, {_COUNTS}, account FROM mail_activity"  # noqa: S608 - names of columns
        " WHERE province = :province AND month = :month",
        {"month": month},
    ):
        account, use = row[-1], Use(row[:each], row[each : 2 * each], row[2 * each : 3 * each])
        found[account] = _both(found[account], use) if account in found else use
    return found


def _both(one: Use, other: Use) -> Use:
    masks = tuple(a | b for a, b in zip(one.masks, other.masks, strict=True))
    return Use(masks, _added(one.counts, other.counts), _added(one.early, other.early))


def _added(one: Counts, other: Counts) -> Counts:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def last_uses(ground: Ground, events: tuple[str, ...], until: dt.date) -> dict[str, int]:
    """Account → day (ordinal) of its last use by one of *events* up to *until*, of all years. An account
    that was never used is not in it."""

    def of_month(year: int, month: int) -> dict[str, int]:
        """Up to the end of *month* of *year*; 0 for the end of the year before."""

        def make(ground: Ground) -> dict[str, int]:
            if month == 0:
                return _before(ground, events, year)
            last = calendar.monthrange(year, month)[1]
            return kept(
                ground,
                f"last use {' '.join(events)}",
                f"{year:04d}-{month:02d}",
                lambda: _later(ground, of_month(year, month - 1), events, dt.date(year, month, last)),
            )

        return ground.once(make, ("last use", events, year, month))

    if until.day == calendar.monthrange(until.year, until.month)[1]:
        return of_month(until.year, until.month)
    return _later(ground, of_month(until.year, until.month - 1), events, until)


def days_of(ground: Ground, events: tuple[str, ...], first: dt.date, last: dt.date) -> dict[str, int]:
    """Account → the days from *first* to *last* on which it did one of *events*, as a mask from *first*
    on; made once."""
    months = list(_months(first, last))

    def of_months(count: int) -> dict[str, int]:
        found: dict[str, int] = {}
        for begin in months[:count]:
            _add_days(ground, events, found, first, begin)
        return found

    def make(ground: Ground) -> dict[str, int]:
        if len(months) < 2 or not _of_a_year(first):
            return of_months(len(months))
        what = f"days from {first} {' '.join(events)}"
        closed = kept(ground, what, f"{months[-2]:%Y-%m}", lambda: of_months(len(months) - 1))
        found = dict(closed)
        _add_days(ground, events, found, first, months[-1])
        return found

    return ground.once(make, ("days", events, first, months[-1] if months else first))


def _of_a_year(first: dt.date) -> bool:
    """Whether *first* is the first day of a year, by one of the rules: what begins on another day is short,
    and not worth keeping."""
    return (first.month, first.day) in ((1, 1), (12, 15))


def _add_days(
    ground: Ground, events: tuple[str, ...], found: dict[str, int], first: dt.date, month: dt.date
) -> None:
    """Add to *found* the days of *month* from *first* on."""
    shift = (month - first).days
    for account, use in _days_in(ground, month, events).items():
        use = use << shift if shift >= 0 else use >> -shift
        if use:
            found[account] = found.get(account, 0) | use


def _days_in(ground: Ground, month: dt.date, events: tuple[str, ...]) -> dict[str, int]:
    """Account → the days of the month of *month* on which it did one of *events* (bit 0 the 1st), where
    there are any; made once."""

    def make(ground: Ground) -> dict[str, int]:
        places = [EVENTS.index(event) for event in events]
        found: dict[str, int] = {}
        for account, (masks, _counts, _early) in used_in(ground, f"{month:%Y-%m}").items():
            use = 0
            for place in places:
                use |= masks[place]
            if use:
                found[account] = use
        return found

    return ground.once(make, ("days in", month.year, month.month, events))


def _months(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The first day of each month that has a day from *first* to *last*."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = (day + dt.timedelta(days=32)).replace(day=1)


def _later(ground: Ground, before: dict[str, int], events: tuple[str, ...], until: dt.date) -> dict[str, int]:
    """*before*, with the uses of the month of *until* up to that day."""
    first, whole = until.replace(day=1).toordinal() - 1, (1 << until.day) - 1
    found = dict(before)
    for account, days in _days_in(ground, until, events).items():
        if use := days & whole:
            found[account] = first + use.bit_length()
    return found


def _before(ground: Ground, events: tuple[str, ...], year: int) -> dict[str, int]:
    """The last uses before *year*."""
    days = ", ".join(f"m.{event}_days" for event in EVENTS)
    use = " OR ".join(f"{event}_days > 0" for event in EVENTS if event in events)
    found: dict[str, int] = {}
    for account, month, *masks in ground.reader.rows(
        f"SELECT m.account, m.month, {days} FROM mail_activity m JOIN"  # noqa: S608 - names of columns
        f" (SELECT account, MAX(month) AS month FROM mail_activity WHERE province = :province AND ({use})"
        " AND month < :first GROUP BY account) newest ON newest.account = m.account"
        " AND newest.month = m.month WHERE m.province = :province AND m.month < :first",
        {"first": f"{year:04d}-01"},
    ):
        mask = 0
        for event in events:
            mask |= masks[EVENTS.index(event)]
        if mask:
            day = dt.date.fromisoformat(f"{month}-01").toordinal() - 1 + mask.bit_length()
            found[account] = max(day, found.get(account, 0))
    return found


class Number(NamedTuple):
    """How often something was done, with the least and the most that it can have been."""

    value: int | Fraction
    low: int
    high: int


def numbers(ground: Ground, event: str, period: Period) -> dict[str, int | Number]:
    """Account → how often it did *event* in *period*; as an int where that is known exactly.

    The numbers of a month are kept as a whole and up to the 14th. A period that ends on another day
    within a month (as of a past day) takes of the rest the share of the days of the event that
    it takes in: at least once on each of them, and at most so often that the others had it once each.
    """
    return ground.once(lambda ground: _numbers(ground, event, period), ("numbers", event, period))


def _numbers(ground: Ground, event: str, period: Period) -> dict[str, int | Number]:
    months = list(_months(period.first, period.last))
    shared: dict[str, Number] = {}

    def of_months(count: int) -> dict[str, int]:
        exact: dict[str, int] = {}
        for month in months[:count]:
            _add_numbers(ground, event, period, month, exact, shared)
        return exact

    if len(months) < 2 or not _of_a_year(period.first):
        exact = of_months(len(months))
    else:
        # Only the last month can be cut within a half, so that nothing of the others is a share.
        what = f"number of {event} from {period.first}"
        exact = dict(kept(ground, what, f"{months[-2]:%Y-%m}", lambda: of_months(len(months) - 1)))
        _add_numbers(ground, event, period, months[-1], exact, shared)
    found: dict[str, int | Number] = {**exact}
    for account, had in shared.items():
        known = exact.get(account, 0)
        found[account] = Number(had.value + known, had.low + known, had.high + known)
    return found


def _add_numbers(
    ground: Ground,
    event: str,
    period: Period,
    month: dt.date,
    exact: dict[str, int],
    shared: dict[str, Number],
) -> None:
    """Add what *event* was done in the part of *month* that lies in *period*."""
    place = EVENTS.index(event)
    end = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    first, last = max(month, period.first).day, min(end, period.last).day
    for account, use in used_in(ground, f"{month:%Y-%m}").items():
        days, every, early = use.masks[place], use.counts[place], use.early[place]
        if not every:
            continue
        if first == 1 and not days >> last:  # nothing after it: all there is
            exact[account] = exact.get(account, 0) + every
            continue
        # What of the month is known by itself: up to the 14th, and after it.
        for number, part in ((early, days & _EARLY), (every - early, days & ~_EARLY)):
            taken = part & (1 << last) - (1 << first - 1)
            if taken and taken == part:
                exact[account] = exact.get(account, 0) + number
            elif taken:
                some, all_days = taken.bit_count(), part.bit_count()
                had = shared.get(account, _NO_NUMBER)
                share = Fraction(number * some, all_days)
                bounds = had.low + some, had.high + number - (all_days - some)
                shared[account] = Number(had.value + share, *bounds)


_EARLY = (1 << 14) - 1
_NO_NUMBER = Number(0, 0, 0)
