"""Measures of mail: who has a mailbox, and who uses it regularly under the declared rule.

Mailboxes and people count as of the last day of the period, with the unit that then holds them.
What was used on which day comes from the day masks of ``mail_activity``. A day without log lines is
unknown: the value is measured over the known days that count, its lower bound takes every
unknown day as idle and its upper bound as used, both over all days that count (``asked``).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from opsconsole.indicators.asked import Asked, asked_of
from opsconsole.indicators.ground import Ground, mark, mark_of
from opsconsole.indicators.mailboxes import Mailbox, days_of, mailboxes, open_mailboxes, told_of
from opsconsole.indicators.measures.registry import Additive, Counted, Fields, Part, Tally, count, share, sums
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule

_NEVER = "9999-12-31"


def asked(rule: Rule | None) -> Rule:
    """*rule*, which is there: whoever measures refuses an indicator without its rule."""
    if rule is None:
        raise ValueError("this is measured by a rule")
    return rule


def people(ground: Ground) -> list[tuple[str, str, str]]:
    """(key, unit, day of leaving) of everybody on a staff list."""
    return [
        (key, unit, left or _NEVER)
        for key, unit, left in ground.reader.rows(
            "SELECT key, unit_id, ended FROM person WHERE province = :province"
        )
    ]


# --- mail.issued, mail.shared, mail.mailboxes --------------------------------------------------


def issued(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """mail.issued: of the people on the staff list on the last day, those with a personal mailbox.

    A person counts once however many mailboxes they own, in the unit that holds the person. A
    personal mailbox that names no owner counts as somebody's, in its own unit.
    """
    return Counted(_issued(ground, period))


def _issued(ground: Ground, period: Period) -> Iterator[Part]:
    day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)
    owners: set[str] = set()
    for box in ground.once(mailboxes):
        if box.type != "personal" or not box.open_on(day):
            continue
        if box.owner is not None:
            owners.add(box.owner)
        else:
            unit = holders.get(box.unit, box.unit)
            yield Part(unit, "account", box.key, (), 1, 0, 1, 1, register=mark(box.key))
    for person, unit, left in ground.once(people):
        if left > day:
            has = person in owners
            unit = holders.get(unit, unit)
            yield Part(unit, "person", person, (has,), has, 1, has, has, register=mark(person, has))


def shared(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """mail.shared: the mailboxes that an office shares, open on the last day. Every unit that
    stands on that day has a value, 0 where it has none."""
    day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)
    parts = (
        Part(holders.get(box.unit, box.unit), "account", box.key, (), 1, 0, 1, 1, register=box.mark)
        for box in ground.once(mailboxes)
        if box.type == "shared" and box.open_on(day)
    )
    return Counted(parts, units=ground.tree.in_force(period.units_on))


def number(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """mail.mailboxes: the mailboxes of every type that are open on the last day. Every unit that stands
    on that day has a value."""
    day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)
    parts = (
        Part(holders.get(box.unit, box.unit), "account", box.key, (box.type,), 1, 0, 1, 1, 0, box.mark)
        for box in ground.once(mailboxes)
        if box.open_on(day)
    )
    return Counted(parts, units=ground.tree.in_force(period.units_on))


# --- mail.regular ------------------------------------------------------------------------------


def pooled(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """mail.regular.pooled: of all mailboxes (or people) under *rule*, those used on enough days."""
    rule = asked(rule)
    days = asked_of(ground, rule, period)
    context: dict[str, Any] = {"needed": days.needed}
    if days.known_days < days.base_days:
        context["needed_of_all"] = days.needed_of_all
    if rule.each_week:
        context |= {"needed_each_week": rule.each_week, "weeks": len(days.weeks)}
    if rule.window:
        context["window_from"] = days.first.isoformat()
    parts = _people(ground, days, period) if rule.by == "person" else _accounts(ground, days, period)
    # Logs that never tell of such an event say nothing about it: no value then, and not 0.
    there = days.known_days > 0 and told_of(ground, rule.events)
    return Counted(parts, days.known_days, days.base_days, there, context=context)


def _accounts(ground: Ground, days: Asked, period: Period) -> Iterator[Fields]:
    used, known = days_of(ground, days.rule.events, days.first, days.last), days.known
    for box, unit in open_mailboxes(ground, days.rule, period):
        yield _part(days, unit, "account", box.key, used.get(box.key, 0) & known, box.mark)


def _people(ground: Ground, days: Asked, period: Period) -> Iterator[Fields]:
    """Each person once, with the use of all mailboxes that they own or owned, in the unit that holds the
    person. A mailbox without an owner is somebody's of its own; that of a person who left is nobody's."""
    day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)
    used, known = days_of(ground, days.rule.events, days.first, days.last), days.known
    owned: dict[str, list[Mailbox]] = {}
    for box in ground.once(mailboxes):
        if not box.under(days.rule):
            continue
        if box.owner is not None:
            owned.setdefault(box.owner, []).append(box)
        elif box.open_on(day):
            unit = holders.get(box.unit, box.unit)
            yield _part(days, unit, "account", box.key, used.get(box.key, 0) & known, box.mark)
    for person, unit, left in ground.once(people):
        boxes = owned.get(person, ())
        if left > day and any(box.open_on(day) for box in boxes):
            use = 0
            for box in boxes:
                use |= used.get(box.key, 0)
            register = mark(person, sorted(box.mark for box in boxes))
            yield _part(days, holders.get(unit, unit), "person", person, use & known, register)


def _part(days: Asked, unit: str, sort: str, key: str, use: int, register: int) -> Fields:
    used, value, low, high = days.verdict(use)
    evidence = mark_of(f"{key}\x1f{days.first}\x1f{use}") if use else 0
    return unit, sort, key, (used,), value, 1, low, high, 0, register, evidence


def mean(ground: Ground, rule: Rule | None, period: Period) -> Counted:
    """mail.regular.mean: the mean of the units' rates; each unit with mailboxes weighs the same.

    The numerator is the sum of the rates (1 is everybody), the denominator the number of units.
    A single unit has no mean, so there are values of levels and of the province only.
    """
    counted, tallies = sums(ground, pooled, rule, period)
    parts = [_rate(unit, tally) for unit, tally in tallies.items()]
    return Counted(parts, counted.known, counted.asked, counted.there, context=counted.context)


def _rate(unit: str, tally: Tally) -> Part:
    every = tally.denominator
    return Part(
        unit,
        "unit",
        unit,
        (int(tally.numerator), every),
        Fraction(tally.numerator, every),
        1,
        Fraction(tally.low, every),
        Fraction(tally.high, every),
        0,
        tally.register,
        tally.evidence,
    )


MEASURES = (
    Additive(
        name="mail.issued",
        unit_of_measure="percent",
        accumulates="state",
        reads=("people", "accounts"),
        finish=share,
        parts=issued,
        facts={"person": ("has_mailbox",)},
    ),
    Additive(
        name="mail.shared",
        unit_of_measure="count",
        accumulates="state",
        reads=("accounts",),
        finish=count,
        parts=shared,
    ),
    Additive(
        name="mail.mailboxes",
        unit_of_measure="count",
        accumulates="state",
        reads=("accounts",),
        finish=count,
        parts=number,
        facts={"account": ("type",)},
    ),
    Additive(
        name="mail.regular.pooled",
        unit_of_measure="percent",
        accumulates="rate",
        reads=("accounts", "people"),
        finish=share,
        rule="regular",
        system="mail",
        parts=pooled,
        kept=True,
        facts={"account": ("active_days",), "person": ("active_days",)},
    ),
    Additive(
        name="mail.regular.mean",
        unit_of_measure="percent",
        accumulates="rate",
        reads=("accounts", "people"),
        finish=share,
        rule="regular",
        system="mail",
        parts=mean,
        of_units=False,
        facts={"unit": ("regular", "mailboxes")},
    ),
)
