"""On which days a rule asks for use, and whether use on some of them is enough.

The days from the first on that counts are the bits of one number, so that a period over months or
years, its weeks and its days without logs are each one mask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from opsconsole.indicators.ground import Ground
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule
from opsconsole.indicators.workdays import days, masks, month_of


class Verdict(NamedTuple):
    """Whether use on *used* known days is enough: as far as is known (*value*), were every unknown day
    one without use (*low*), and were every one a day of use (*high*)."""

    used: int
    value: bool
    low: bool
    high: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The days of *rule* in a period, from *first* to *last*: *base* those that count, *known* those of
    them with logs; *weeks* are the masks of the whole weeks (Monday to Sunday) that have such days.

    *base_days* and *known_days* count them; a mailbox must have been used on *needed* of the known
    days, on *needed_of_all* were all days known. They are asked for each mailbox, so made once."""

    rule: Rule
    first: dt.date
    last: dt.date
    base: int
    known: int
    weeks: tuple[int, ...]
    base_days: int = field(init=False)
    known_days: int = field(init=False)
    needed: int = field(init=False)
    needed_of_all: int = field(init=False)

    def __post_init__(self) -> None:
        base, known = self.base.bit_count(), self.known.bit_count()
        for name, number in (("base_days", base), ("known_days", known)):
            object.__setattr__(self, name, number)
        object.__setattr__(self, "needed", self.rule.required(known))
        object.__setattr__(self, "needed_of_all", self.rule.required(base))

    @property
    def months(self) -> list[tuple[str, int]]:
        """(month, place of its first day) of each month with days; the place may be below 0."""
        found, day = [], self.first.replace(day=1)
        while day <= self.last:
            found.append((month_of(day), (day - self.first).days))
            day = (day + dt.timedelta(days=32)).replace(day=1)
        return found

    def verdict(self, use: int) -> Verdict:
        """What *use*, a mask of known days, is worth."""
        used = use.bit_count()
        most = used + self.base_days - self.known_days
        value, low, high = used >= self.needed, used >= self.needed_of_all, most >= self.needed_of_all
        if (least := self.rule.each_week) and high:
            for week in self.weeks:
                base, known, seen = ((mask & week).bit_count() for mask in (self.base, self.known, use))
                # A week of fewer days that count asks for all of them.
                value = value and seen >= min(least, known)
                low = low and seen >= min(least, base)
                high = high and seen + base - known >= min(least, base)
        return Verdict(used, value, low, high)


def asked_of(ground: Ground, rule: Rule, period: Period) -> Asked:
    """The days that *rule* asks about in *period*; made once."""
    return ground.once(lambda ground: _asked(ground, rule, period), ("asked", rule, period))


def _asked(ground: Ground, rule: Rule, period: Period) -> Asked:
    first, last = period.first, period.over
    if rule.window is not None:
        first = last - dt.timedelta(days=rule.window - 1)
    counted = ground.workdays.masks(first, last) if rule.days == "working" else masks(days(first, last))
    base = joined(counted, first)
    known = base & joined(ground.coverage.known("mail", first, last), first)
    weeks = []
    if rule.each_week:
        monday = first + dt.timedelta(days=-first.weekday() % 7)
        while monday + dt.timedelta(days=6) <= last:
            week = 0b1111111 << (monday - first).days
            if week & base:
                weeks.append(week)
            monday += dt.timedelta(days=7)
    return Asked(rule, first, last, base, known, tuple(weeks))


def joined(of_months: Mapping[str, int], first: dt.date) -> int:
    """Masks of months (bit 0 the 1st) as one mask whose bit 0 is *first*; days before it are cut."""
    whole = 0
    for month, mask in of_months.items():
        whole |= placed(mask, (dt.date(int(month[:4]), int(month[5:]), 1) - first).days)
    return whole


def placed(mask: int, place: int) -> int:
    """*mask* with its bit 0 at *place*; what would lie below 0 is cut."""
    return mask << place if place >= 0 else mask >> -place
