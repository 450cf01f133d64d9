"""Measures of mail: who has a mailbox, and who uses it regularly under the declared rule.

Mailboxes and people count as of the last day of the period, with the unit that then holds them.
What was used on which day comes from the day masks of ``mail_activity``. A day without log lines is
unknown: the value is measured over the known working days, its lower bound takes every
unknown day as idle and its upper bound as used, both over all working days of the period.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.mailboxes import EVENTS, mailboxes, used_in
from opsconsole.indicators.measures.registry import Additive, Counted, Part, Tally, count, share, sums
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
    """mail.regular.pooled: of all mailboxes under *rule*, those used on enough working days."""
    rule = asked(rule)
    working = ground.workdays.masks(period.first, period.over)
    covered = ground.coverage.known("mail", period.first, period.over)
    known = {month: mask & covered.get(month, 0) for month, mask in working.items()}
    working_days = sum(mask.bit_count() for mask in working.values())
    known_days = sum(mask.bit_count() for mask in known.values())
    context = {"needed": rule.required(known_days)}
    if known_days < working_days:
        context["needed_of_all"] = rule.required(working_days)
    return Counted(
        _regular(ground, rule, period, known, working_days, known_days),
        known_days,
        working_days,
        known_days > 0,
        context=context,
    )


def _regular(
    ground: Ground, rule: Rule, period: Period, known: dict[str, int], working_days: int, known_days: int
) -> Iterator[Part]:
    day, holders = period.last.isoformat(), ground.tree.holders(period.units_on)
    unknown_days = working_days - known_days
    needed, needed_of_all = rule.required(known_days), rule.required(working_days)
    used = _used(ground, rule.events, tuple(sorted(known.items())))
    for box in ground.once(mailboxes):
        if box.type not in rule.accounts or not box.open_on(day):
            continue
        days = used.get(box.key, 0)
        number = days.bit_count()
        yield Part(
            holders.get(box.unit, box.unit),
            "account",
            box.key,
            (number,),
            number >= needed,
            1,
            number >= needed_of_all,
            number + unknown_days >= needed_of_all,
            0,
            box.mark,
            mark(box.key, days) if days else 0,
        )


def _used(ground: Ground, events: tuple[str, ...], known: tuple[tuple[str, int], ...]) -> dict[str, int]:
    """Account → the days among *known* (a mask for each month) on which it did one of *events*, the
    masks of the months side by side in one number; made once."""

    places = [EVENTS.index(event) for event in events]

    def make(ground: Ground) -> dict[str, int]:
        found: dict[str, int] = {}
        for number, (month, mask) in enumerate(known):
            shift = 31 * number
            for account, (masks, _counts, _early) in used_in(ground, month).items():
                use = 0
                for place in places:
                    use |= masks[place]
                if use & mask:
                    found[account] = found.get(account, 0) | (use & mask) << shift
        return found

    return ground.once(make, ("used", events, known))


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
        reads=("accounts",),
        finish=share,
        rule="regular",
        system="mail",
        parts=pooled,
        kept=True,
        facts={"account": ("active_days",)},
    ),
    Additive(
        name="mail.regular.mean",
        unit_of_measure="percent",
        accumulates="rate",
        reads=("accounts",),
        finish=share,
        rule="regular",
        system="mail",
        parts=mean,
        of_units=False,
        facts={"unit": ("regular", "mailboxes")},
    ),
)
