"""Measures of mail: who has a mailbox, and who uses it regularly under the declared rule.

Mailboxes and people count as of the last day of the period, with the unit that then holds them.
What was used on which day comes from the day masks of ``mail_activity``. A day without log lines is
unknown: the value is measured over the known working days, its lower bound takes every
unknown day as idle and its upper bound as used, both over all working days of the period.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from opsconsole.indicators.ground import Ground, mark
from opsconsole.indicators.measures.registry import Measure, Result, Tally, levels_of, share, totals
from opsconsole.indicators.periods import Period
from opsconsole.indicators.rule import Rule

_EVENTS = ("login", "sent", "received")  # in the order of the columns of mail_activity
_NEVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class _Mailbox:
    key: str
    unit: str
    type: str
    owner: str | None
    opened: str
    ended: str

    def open_on(self, day: str) -> bool:
        return self.opened <= day < self.ended


def _mailboxes(ground: Ground) -> list[_Mailbox]:
    return [
        _Mailbox(*row)
        for chunk in ground.reader.chunks(
            "SELECT key, unit_id, type, owner, COALESCE(opened, ''), COALESCE(ended, '9999-12-31')"
            " FROM account WHERE province = :province",
            size=5000,
        )
        for row in chunk
    ]


def _people(ground: Ground) -> list[tuple[str, str, str]]:
    """(key, unit, day of leaving) of everybody on a staff list."""
    return [
        (key, unit, left or _NEVER)
        for key, unit, left in ground.reader.rows(
            "SELECT key, unit_id, ended FROM person WHERE province = :province"
        )
    ]


def _activity(ground: Ground) -> dict[str, dict[str, tuple[int, int, int]]]:
    """Month → account → day masks of logins, sent and received; several rows are OR-ed."""
    months: defaultdict[str, dict[str, tuple[int, int, int]]] = defaultdict(dict)
    for chunk in ground.reader.chunks(
        "SELECT month, account, login_days, sent_days, received_days FROM mail_activity"
        " WHERE province = :province AND month >= :first AND month <= :last",
        {"first": f"{ground.year:04d}-01", "last": f"{ground.year:04d}-12"},
        size=5000,
    ):
        for month, account, login, sent, received in chunk:
            rows = months[month]
            if account in rows:
                before = rows[account]
                rows[account] = (before[0] | login, before[1] | sent, before[2] | received)
            else:
                rows[account] = (login, sent, received)
    return months


# --- mail.issued -------------------------------------------------------------------------------


def issued(ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
    """mail.issued: of the people on the staff list on the last day, those with a personal mailbox.

    A person counts once however many mailboxes they own, in the unit that holds the person. A
    personal mailbox that names no owner counts as somebody's, in its own unit.
    """
    tree, day = ground.tree, period.last.isoformat()
    holders = tree.holders(period.last)
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    owners: set[str] = set()
    for box in ground.once(_mailboxes):
        if box.type != "personal" or not box.open_on(day):
            continue
        if box.owner is not None:
            owners.add(box.owner)
        else:
            tally = tallies[holders.get(box.unit, box.unit)]
            tally.numerator += 1
            tally.register += mark(box.key)
    for person, unit, left in ground.once(_people):
        if left <= day:
            continue
        tally = tallies[holders.get(unit, unit)]
        tally.denominator += 1
        has = person in owners
        tally.numerator += has
        tally.register += mark(person, has)
    for tally in tallies.values():
        tally.low = tally.high = tally.numerator
    results = [share("", level, total, 1, 1) for level, total in totals(tallies, tree).items()]
    results += [
        share(unit, tree.level(unit), tally, 1, 1) for unit, tally in tallies.items() if tree.level(unit)
    ]
    return results


# --- mail.regular ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Use:
    """Regular use in one period: a tally for each unit, and how many working days are known."""

    tallies: dict[str, Tally]
    known: int
    working: int


def _regular(ground: Ground, rule: Rule, period: Period) -> _Use:
    """The tallies of *rule* in *period*; kept, since the pooled rate and the mean share them."""
    return ground.once(lambda _: _tally_use(ground, rule, period), ("mail.regular", rule, period))


def _tally_use(ground: Ground, rule: Rule, period: Period) -> _Use:
    day = period.last.isoformat()
    holders = ground.tree.holders(period.last)
    working = ground.workdays.masks(period.first, period.over)
    covered = ground.coverage.known("mail", period.first, period.over)
    known = {month: mask & covered.get(month, 0) for month, mask in working.items()}
    working_days = sum(mask.bit_count() for mask in working.values())
    known_days = sum(mask.bit_count() for mask in known.values())
    unknown_days = working_days - known_days
    needed, needed_of_all = rule.required(known_days), rule.required(working_days)
    activity = ground.once(_activity)
    months = [(activity.get(month, {}), known[month]) for month in known]
    chosen = [_EVENTS.index(event) for event in rule.events]
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for box in ground.once(_mailboxes):
        if box.type not in rule.accounts or not box.open_on(day):
            continue
        tally = tallies[holders.get(box.unit, box.unit)]
        used, trace = 0, []
        for rows, mask in months:
            masks = rows.get(box.key)
            if masks is None:
                continue
            use = 0
            for event in chosen:
                use |= masks[event]
            use &= mask
            if use:
                used += use.bit_count()
                trace.append(f"{mask:x}:{use:x}")
        tally.denominator += 1
        tally.register += mark(box.key, box.type)
        if trace:
            tally.evidence += mark(box.key, *trace)
        tally.numerator += used >= needed
        tally.low += used >= needed_of_all
        tally.high += used + unknown_days >= needed_of_all
    return _Use(dict(tallies), known_days, working_days)


def _asked(rule: Rule | None) -> Rule:
    if rule is None:  # whoever measures refuses an indicator without its rule
        raise ValueError("mail.regular is measured by a rule")
    return rule


def pooled(ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
    """mail.regular.pooled: of all mailboxes under *rule*, those used on enough working days."""
    use = _regular(ground, _asked(rule), period)
    tree = ground.tree
    results = [share("", level, t, use.known, use.working) for level, t in totals(use.tallies, tree).items()]
    results += [
        share(unit, tree.level(unit), tally, use.known, use.working)
        for unit, tally in use.tallies.items()
        if tree.level(unit)
    ]
    return results


def mean(ground: Ground, rule: Rule | None, period: Period) -> list[Result]:
    """mail.regular.mean: the mean of the units' rates; each unit with mailboxes weighs the same.

    The numerator is the sum of the rates (1 is everybody), the denominator the number of units.
    A single unit has no mean, so there are values of levels and of the province only.
    """
    use = _regular(ground, _asked(rule), period)
    results = []
    for level, units in {"all": [], **levels_of(use.tallies, ground.tree)}.items():
        total = Tally()
        for unit in sorted(units):  # a sum of fractions must not depend on the order of rows
            tally = use.tallies[unit]
            total.numerator += tally.numerator / tally.denominator
            total.low += tally.low / tally.denominator
            total.high += tally.high / tally.denominator
            total.denominator += 1
            total.register += tally.register
            total.evidence += tally.evidence
        results.append(share("", level, total, use.known, use.working))
    return results


MEASURES = (
    Measure("mail.issued", "percent", "state", False, "", issued),
    Measure("mail.regular.pooled", "percent", "rate", True, "mail", pooled),
    Measure("mail.regular.mean", "percent", "rate", True, "mail", mean),
)
