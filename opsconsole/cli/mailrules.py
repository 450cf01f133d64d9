"""``opsconsole mail usage``: the same period under several rules side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.frame import Frame, narrate, say, say_json, table
from opsconsole.cli.mailasking import asked, json_option, period_option, unit_option
from opsconsole.cli.mailpeople import say_people
from opsconsole.cli.speech import Command
from opsconsole.indicators.amounts import value
from opsconsole.text import date
from opsconsole.words import figure, word

if TYPE_CHECKING:
    from opsconsole.indicators.mailusage import Usage
    from opsconsole.indicators.periods import Period
    from opsconsole.indicators.rule import Rule
    from opsconsole.store.database import Reader


@click.command(cls=Command, help="How many use their mailbox regularly, under one rule or several.")
@period_option
@click.option(
    "--rule",
    "names",
    multiple=True,
    metavar="RULE[/VERSION]",
    help="A rule, as often as one likes; one of before by its version.",
)
@click.option("--all-rules", is_flag=True, help="Every rule that says how much use is regular.")
@click.option(
    "--by",
    type=click.Choice(["level", "unit", "person"]),
    default="level",
    show_default=True,
    help="What each line is; people only for who may see them.",
)
@unit_option
@json_option
@click.pass_obj
def usage(
    frame: Frame,
    period: str | None,
    names: tuple[str, ...],
    all_rules: bool,
    by: str,
    unit: str | None,
    as_json: bool,
) -> None:
    from opsconsole.indicators.mailusage import DEFAULT, regular_rules
    from opsconsole.indicators.mailusage import usage as measured

    if by == "person":
        say_people(frame, "mail usage", period, names[0] if names else DEFAULT, unit, as_json=as_json)
        return
    with frame.database.read() as reader:
        asking, span = asked(frame, reader, period)
        rules = regular_rules(reader) if all_rules else _rules(reader, names or (DEFAULT,))
        place = asking.place(unit, None, span)[0]
        found = measured(asking.ground, span, rules, by, place)
    if as_json:
        say_json([each.data for each in found])
    elif not found:
        say(_("no rule says how much use is regular"))
    elif len(found) == 1 or by == "unit":
        for each in found:
            _one(span, each)
    else:
        _beside(span, found)


def _rules(reader: Reader, names: Sequence[str]) -> list[Rule]:
    from opsconsole.indicators.rule import rule_called

    return [rule_called(reader, name) for name in names]


def _beside(period: Period, found: list[Usage]) -> None:
    """A line for each rule: the whole province, or the one unit that was asked for."""
    rows, names = [], set()
    for each in found:
        for share in each.shares[:1]:
            names.add(share.name)
            rows.append(
                (
                    each.rule.label,
                    value(share.value, "percent"),
                    _bounds(share.low, share.high),
                    figure(share.numerator),
                    figure(share.denominator),
                    word(each.rule.by),
                    f"{figure(each.known)}/{figure(each.asked)}",
                )
            )
    where = names.pop() if len(names) == 1 else ""
    say(
        _("Regular use of mail, {where}, {period}").format(
            where=where or _("whole province"), period=_name(period)
        )
    )
    heads = (_("rule"), _("share"), _("bounds"), _("regular"), _("of"), _("counted"), _("days known"))
    table(heads, rows, right={1, 2, 3, 4, 6})
    for each in found:
        say(f"{each.rule.label}: {each.rule.title}")
    _logs(max(found, key=lambda each: each.asked))


def _one(period: Period, found: Usage) -> None:
    """One rule: a line for each level or unit."""
    from opsconsole.indicators.tree import level_words

    say(_("{rule}: {title}").format(rule=found.rule.label, title=found.rule.title))
    say(
        _("{period}: logs of {known} of {asked} days that count, {first} to {last}").format(
            period=_name(period),
            known=figure(found.known),
            asked=figure(found.asked),
            first=date(found.first),
            last=date(found.last),
        )
    )
    rows = [
        (
            share.name or level_words(share.level),
            value(share.value, "percent"),
            _bounds(share.low, share.high),
            figure(share.numerator),
            figure(share.denominator),
        )
        for share in found.shares
    ]
    table((_("unit"), _("share"), _("bounds"), _("regular"), _("of")), rows, right={1, 2, 3, 4})
    _logs(found)


def _logs(found: Usage) -> None:
    if found.missing:
        days = ", ".join(date(day) for day in found.missing[:12]) + (" …" if len(found.missing) > 12 else "")
        count = len(found.missing)
        text = ngettext(
            "{count} working day without logs: {days}", "{count} working days without logs: {days}", count
        )
        narrate(text.format(count=figure(count), days=days))
    if found.lost:
        narrate(
            _("the logs say that {count} messages of theirs were dropped").format(count=figure(found.lost))
        )


def _bounds(low: float | None, high: float | None) -> str:
    return "–" if low is None or low == high else f"{value(low, 'percent')} – {value(high, 'percent')}"


def _name(period: Period) -> str:
    from opsconsole.periods import span

    return span(period.name).words


COMMANDS = (usage,)
