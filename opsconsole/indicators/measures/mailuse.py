"""Measures of mail that look back (ever used, never used, idle) and of how much a mailbox is used.

What use is, and of which mailboxes, the declared rule says. Mailboxes count that are open on the last
day of the period, with the unit that then holds them. Of a day without log lines nobody knows
anything: who was seen to use a mailbox used it, and who was not may have on such a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

from opsconsole.indicators.ground import Ground, mark, mixed
from opsconsole.indicators.mailboxes import last_uses, numbers, open_mailboxes
from opsconsole.indicators.measures.mail import asked
from opsconsole.indicators.measures.registry import Additive, Counted, Fields, Parts, ratio, share
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule


def _days(period: Period) -> int:
    return max(0, (period.over - period.first).days + 1)


@lru_cache(maxsize=4096)
def _day(ordinal: int) -> str:
    return dt.date.fromordinal(ordinal).isoformat() if ordinal else ""


# --- mail.activated, mail.never ------------------------------------------------------------------


def activated(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """mail.activated: of the mailboxes issued (open on the last day), those that were ever used up to
    then. One of which no use was seen may have been used on a day that nobody has logs of."""
    return _ever(ground, asked(rule), period, wanted=True)


def never(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """mail.never: of the mailboxes open on the last day, those of which no use was ever seen. Certain
    only where every day since the mailbox was opened has logs."""
    return _ever(ground, asked(rule), period, wanted=False)


def _ever(ground: Ground, rule: Rule, period: Period, *, wanted: bool) -> Counted:
    covered = ground.coverage.until("mail", period.over)
    gap = period.over.toordinal()  # the last day without logs
    for day in reversed(covered):
        if day != gap:
            break
        gap -= 1
    last_gap = _day(gap)
    known = ground.coverage.count("mail", period.first, period.over)

    def parts() -> Iterator[Fields]:
        uses = last_uses(ground, rule.events, period.over)
        for box, unit in open_mailboxes(ground, rule, period):
            last = uses.get(box.key, 0)
            used, certain = last > 0, box.opened > last_gap
            if wanted:
                counts = low = used
                high = used or not certain
            else:
                counts = high = not used
                low = counts and certain
            trace = mixed(box.mark, 1) if used else 0
            register = mixed(box.mark, certain)
            yield unit, "account", box.key, (_day(last),), counts, 1, low, high, 0, register, trace

    context = {"logs_since": _day(covered[0]) if covered else "", "last_day_without_logs": last_gap}
    return Counted(parts(), known, _days(period), known > 0, context=context)


# --- mail.idle -----------------------------------------------------------------------------------


def idle(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """mail.idle: of the mailboxes open on the last day, those not used for the days of *rule* or more.

    Only days with logs are counted, from the last use (or the opening) on, so that there is no
    value before so many days are known. The lower bound takes it that a mailbox was used on
    a day without logs among the last ones, the upper bound that it was not.
    """
    rule = asked(rule)
    wanted = rule.idle_days or 0
    end = period.over.toordinal()
    begin = end - wanted + 1  # the first of the last *wanted* days
    covered = ground.coverage.until("mail", period.over)
    known = sum(day >= begin for day in covered[-wanted:])
    # Whose last use (or opening) lies before this day has gone *wanted* known days without use.
    turn = covered[-wanted] if len(covered) >= wanted else 0

    def parts() -> Iterator[Fields]:
        uses = last_uses(ground, rule.events, period.over)
        opened_before, opened_until = _day(turn), _day(begin)
        for box, unit in open_mailboxes(ground, rule, period):
            last = uses.get(box.key, 0)
            value = last < turn and box.opened <= opened_before
            high = last < begin and box.opened <= opened_until
            low = value and known == wanted
            register, trace = mixed(box.mark, high), mixed(box.mark, last) if high or value else 0
            yield unit, "account", box.key, (_day(last),), value, 1, low, high, 0, register, trace

    since = _day(covered[0]) if covered else ""
    context = {"idle_days": wanted, "idle_since": _day(turn), "logs_since": since}
    return Counted(parts(), known, wanted, turn > 0, context=context)


# --- how much a mailbox is used ------------------------------------------------------------------


def _per_mailbox(event: str) -> Parts:
    def measure(ground: Ground, rule: Rule | None, period: Period) -> Counted:
        declared = asked(rule)
        done = numbers(ground, event, period)
        known = ground.coverage.count("mail", period.first, period.over)
        # Logs that never tell of an event say nothing about it: no value then, and not 0.
        there = known > 0 and bool(done)

        def parts() -> Iterator[Fields]:
            for box, unit in open_mailboxes(ground, declared, period):
                number = done.get(box.key)
                if number is None:
                    yield unit, "account", box.key, (0,), 0, 1, 0, 0, 0, box.mark, 0
                    continue
                if isinstance(number, int):
                    trace = mixed(box.mark, number)
                    yield unit, "account", box.key, (number,), number, 1, number, number, 0, box.mark, trace
                    continue
                value, low, high = number
                trace = mixed(box.mark, high) if low == high else mark(box.key, low, value, high)
                yield unit, "account", box.key, (float(value),), value, 1, low, high, 0, box.mark, trace

        return Counted(parts(), known, _days(period), there)

    return measure


_LAST = {"account": ("last_use",)}

MEASURES = (
    Additive(
        name="mail.activated",
        unit_of_measure="percent",
        accumulates="state",
        reads=("accounts",),
        finish=share,
        rule="use",
        system="mail",
        looks_back=True,
        parts=activated,
        facts=_LAST,
    ),
    Additive(
        name="mail.never",
        unit_of_measure="percent",
        accumulates="state",
        reads=("accounts",),
        finish=share,
        rule="use",
        system="mail",
        looks_back=True,
        parts=never,
        rest_of=activated,
        facts=_LAST,
    ),
    Additive(
        name="mail.idle",
        unit_of_measure="percent",
        accumulates="state",
        reads=("accounts",),
        finish=share,
        rule="idle",
        system="mail",
        looks_back=True,
        parts=idle,
        facts=_LAST,
    ),
    *(
        Additive(
            name=f"mail.{name}",
            unit_of_measure="ratio",
            accumulates="rate",
            reads=("accounts",),
            finish=ratio,
            rule="use",
            system="mail",
            parts=_per_mailbox(event),
            facts={"account": (name,)},
        )
        for event, name in (("login", "logins"), ("sent", "sent"), ("received", "received"))
    ),
)
