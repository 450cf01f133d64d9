"""The active days of one mailbox, month by month: what a calendar of it shows, in whatever front end.

This tells how a person uses a mailbox: who calls it has asked ``store.access`` before.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any

from opsconsole.indicators.ground import Ground
from opsconsole.indicators.mailboxes import EVENTS, used_in


@dataclass(frozen=True, slots=True)
class Day:
    """A day: *events* that were seen (of ``EVENTS``), whether all logs of it are there, whether people
    work on it."""

    day: dt.date
    events: tuple[str, ...]
    known: bool
    works: bool

    @property
    def sign(self) -> str:
        """One letter for it: U used (a login, webmail or a sent message), p polled alone, r received
        alone, · nothing though logs are there, ? no logs."""
        if {"login", "webmail", "sent"} & set(self.events):
            return "U"
        if "poll" in self.events:
            return "p"
        if "received" in self.events:
            return "r"
        return "·" if self.known else "?"


@dataclass(frozen=True, slots=True)
class Month:
    """A month (``YYYY-MM``) and its days."""

    name: str
    days: tuple[Day, ...]

    @property
    def used(self) -> int:
        """On how many days it was used."""
        return sum(day.sign == "U" for day in self.days)

    @property
    def weeks(self) -> list[list[Day | None]]:
        """Its days in weeks from Monday to Sunday, None where another month is."""
        cells: list[Day | None] = [None] * self.days[0].day.weekday() + list(self.days)
        cells += [None] * (-len(cells) % 7)
        return [cells[place : place + 7] for place in range(0, len(cells), 7)]

    @property
    def data(self) -> dict[str, Any]:
        """The month for JSON: the days with something to tell."""
        return {
            "month": self.name,
            "used": self.used,
            "days": {day.day.isoformat(): list(day.events) for day in self.days if day.events},
            "unknown": [day.day.isoformat() for day in self.days if not day.known],
        }


def months(ground: Ground, account: str, first: dt.date, last: dt.date) -> list[Month]:
    """The months from that of *first* to that of *last* of the mailbox *account* (its key); days after
    *last* are left out."""
    found = []
    begin = first.replace(day=1)
    while begin <= last:
        length = calendar.monthrange(begin.year, begin.month)[1]
        end = min(begin.replace(day=length), last)
        name = f"{begin:%Y-%m}"
        use = used_in(ground, name).get(account)
        masks = use.masks if use is not None else (0,) * len(EVENTS)
        known = ground.coverage.known("mail", begin, end).get(name, 0)
        works = ground.workdays.masks(begin, end).get(name, 0)
        days = [
            Day(
                begin.replace(day=place + 1),
                tuple(event for event, mask in zip(EVENTS, masks, strict=True) if mask >> place & 1),
                bool(known >> place & 1),
                bool(works >> place & 1),
            )
            for place in range(end.day)
        ]
        found.append(Month(name, tuple(days)))
        begin = begin.replace(day=length) + dt.timedelta(days=1)
    return found
