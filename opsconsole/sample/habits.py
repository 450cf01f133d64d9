"""Who uses a mailbox on which days: habits drawn for each mailbox, days drawn from the habit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from opsconsole.sample.days import Year
from opsconsole.sample.frame import Chance, SampleUnit
from opsconsole.sample.people import Account

# Chance of use on a common working day, in variants; and how a free day compares: phones poll
# and systems run every day.
HABITS: dict[str, tuple[tuple[float, ...], bool]] = {
    "daily": ((0.86, 0.92, 0.96), False),
    "phone": ((0.97, 0.98, 0.99), True),
    "weekly": ((0.16, 0.24, 0.33), False),
    "occasional": ((0.03, 0.06, 0.1), False),
    "dormant": ((0.001, 0.003, 0.005), False),
    "never": ((0.0, 0.0, 0.0), False),
    "system": ((1.0, 1.0, 1.0), True),
}
# Mean share of a unit's people who use their mailbox on most days, and how far units differ.
_REGULAR = {"province": 0.78, "department": 0.71, "district": 0.62, "commune": 0.42}
_UNIT_SPREAD = 0.24
_REST = (("weekly", 34), ("occasional", 30), ("dormant", 20), ("never", 16))


@dataclass(frozen=True, slots=True)
class User:
    """A mailbox as its users use it; ``days`` has 1 for each day of the year with use, ``since``
    and ``until`` bound the days on which it takes mail. ``login`` is the name typed at login."""

    address: str
    login: str
    habit: str
    days: bytes
    since: int
    until: int
    locked: bool


class Habits:
    """Draws the users of a unit's mailboxes."""

    def __init__(self, year: Year, seed: int) -> None:
        self._year, self._seed = year, seed
        self._odds = {
            (habit, variant): [odds * (max(busy, 0.93) if every_day else busy) for busy in year.busy]
            for habit, (variants, every_day) in HABITS.items()
            for variant, odds in enumerate(variants)
        }

    def users(self, unit: SampleUnit, accounts: list[Account]) -> list[User]:
        """The users of *accounts*, which are those of *unit*."""
        chance = Chance(self._seed, "habits", unit.code)
        regular = _REGULAR[unit.level] + _UNIT_SPREAD * (chance.next() + chance.next() - 1)
        return [self._user(account, regular, chance) for account in accounts]

    def _user(self, account: Account, regular: float, chance: Chance) -> User:
        year, length = self._year, len(self._year.working)
        habit = self._habit(account, regular, chance)
        since = year.day(dt.date.fromisoformat(account.opened))
        until = year.day(dt.date.fromisoformat(account.closed)) if account.closed else length
        days = self._days(habit, chance)
        # One regular user in ten took to it during the year, after a course.
        if habit in ("daily", "phone") and account.type == "personal" and chance.next() < 0.1:
            start = chance.between(40, 250)
            days = self._days("occasional", chance)[:start] + days[start:]
        first = chance.below(length - 14)
        if habit == "daily":
            away = chance.between(5, 12)
            days = days[:first] + bytes(away) + days[first + away :]
        used_until = chance.between(20, 330) if account.locked else until
        days = (bytes(since) + days[since : min(until, used_until)]).ljust(length, b"\0")
        login = account.aliases[0] if account.aliases and chance.next() < 0.4 else account.address
        return User(
            account.address,
            login.title() if chance.next() < 0.01 else login,
            habit,
            days,
            since,
            until,
            account.locked,
        )

    def _habit(self, account: Account, regular: float, chance: Chance) -> str:
        if account.type == "system":
            return "system"
        if account.type == "shared":
            return "daily" if chance.next() < 0.8 else "weekly"
        if chance.next() < regular:
            return "phone" if chance.next() < 0.14 else "daily"
        return chance.weighted(_REST)

    def _days(self, habit: str, chance: Chance) -> bytes:
        drawn = chance.next
        return bytes([drawn() < odds for odds in self._odds[habit, chance.below(3)]])
