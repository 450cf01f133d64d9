"""``opsconsole mail who-not``, ``calendar`` and ``leaver``: what tells of people. Each request is noted
before anything is shown, and shown only to those whom config.yaml names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.days import DAY, today
from opsconsole.cli.frame import Frame, narrate, say, say_json, table
from opsconsole.cli.mailasking import asked, json_option, period_option, unit_option
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused
from opsconsole.text import date
from opsconsole.words import figure, thing


@click.command(
    "who-not", cls=Command, help="Who does not use a mailbox regularly. For who may see people; noted."
)
@period_option
@click.option(
    "--rule", metavar="RULE[/VERSION]", default="mail-regular", show_default=True, help="By which rule."
)
@unit_option
@json_option
@click.pass_obj
def who_not(frame: Frame, period: str | None, rule: str, unit: str | None, as_json: bool) -> None:
    say_people(frame, "mail who-not", period, rule, unit, as_json=as_json, regular=False)


def say_people(
    frame: Frame,
    what: str,
    period: str | None,
    name: str,
    unit: str | None,
    *,
    as_json: bool,
    regular: bool | None = None,
) -> None:
    """Ask for *what* (a command), and where that is allowed print whom the rule called *name* counts:
    all, or those who are *regular* or not."""
    from opsconsole.indicators.mailusage import people
    from opsconsole.indicators.rule import rule_called
    from opsconsole.store.access import ask

    with frame.database.read() as reader:
        rule = rule_called(reader, name)
        asking, span = asked(frame, reader, period)
        place = asking.place(unit, None, span)[0]
    ask(frame.database, frame.settings, what, {"period": span.name, "rule": rule.label, "unit": unit or ""})
    with frame.database.read() as reader:
        asking, span = asked(frame, reader, span.name)
        found = people(asking.ground, span, rule, place)
    shown = [user for user in found if regular is None or user.regular is regular]
    if as_json:
        from dataclasses import asdict

        say_json([asdict(user) for user in shown])
        return
    rows = [
        (
            user.unit,
            user.key,
            user.name,
            figure(user.days),
            _("yes") if user.regular else _("no"),
            "" if user.certain else _("days without logs could change it"),
        )
        for user in shown
    ]
    if rows:
        heads = (_("unit"), _("key"), _("name"), _("days of use"), _("regular"), "")
        table(heads, rows, right={3})
    narrate(
        _("{shown} of {all}, {rule}, {period}; the request was noted").format(
            shown=figure(len(shown)), all=figure(len(found)), rule=rule.label, period=span.name
        )
    )


@click.command(cls=Command, help="The days on which a mailbox was used. For who may see people; noted.")
@click.argument("address")
@click.option("--year", type=click.IntRange(1970, 9998), help="Which year; by default that of the last use.")
@json_option
@click.pass_obj
def calendar(frame: Frame, address: str, year: int | None, as_json: bool) -> None:
    from opsconsole.indicators.asking import Asking
    from opsconsole.indicators.mailcalendar import months
    from opsconsole.inventory.leaving import account_called
    from opsconsole.store.access import ask

    with frame.database.read() as reader:
        account = account_called(reader, address)
        last = reader.value(
            "SELECT MAX(month) FROM mail_activity WHERE province = :province AND account = :account",
            {"account": account},
        )
    ask(frame.database, frame.settings, "mail calendar", {"account": account})
    chosen = year or int(str(last or frame.settings.year)[:4])
    yesterday = today(frame) - dt.timedelta(days=1)
    with frame.database.read() as reader:
        ground = Asking(reader, frame.settings.timezone).ground
        found = months(ground, account, dt.date(chosen, 1, 1), min(dt.date(chosen, 12, 31), yesterday))
    if as_json:
        say_json([month.data for month in found])
        return
    say(f"{account}  {chosen}")
    for month in found:
        signs = " ".join("".join(day.sign if day else " " for day in week) for week in month.weeks)
        say(f"{month.name[5:]}  {signs:<47}  {month.used:>2}")
    narrate(
        _(
            "weeks from Monday; U used, p polled alone, r received alone, · nothing, ? no logs; "
            "at the end the days of use. The request was noted"
        )
    )


@click.command(cls=Command, help="All that somebody holds, and the change of the files when they leave.")
@click.argument("who", metavar="ADDRESS|PERSON")
@click.option("--date", "day", type=DAY, help="Day of leaving; by default today.")
@click.option("--reason", default="", help="Why, as it is written into the files.")
@click.option("--decision", default="", help="Number and date of the decision.")
@click.option("--to", metavar="PERSON", default="", help="Who takes over what is kept and answered for.")
@click.option("--write", "do_write", is_flag=True, help="Write the change into the files.")
@json_option
@click.pass_obj
def leaver(
    frame: Frame,
    who: str,
    day: dt.date | None,
    reason: str,
    decision: str,
    to: str,
    do_write: bool,
    as_json: bool,
) -> int:
    from opsconsole.cli.proposals import say_proposal
    from opsconsole.inventory.leaving import HOLDS, edits
    from opsconsole.inventory.leaving import leaver as holds
    from opsconsole.inventory.writeback import propose

    with frame.database.read() as reader:
        found = holds(reader, who)
        if to and not reader.row(
            "SELECT 1 FROM person WHERE province = :province AND key = :key AND ended IS NULL", {"key": to}
        ):
            raise Refused(_("there is no person '{who}' to take over").format(who=to))
    leaving = (day or today(frame)).isoformat()
    said = edits(found, leaving, reason or _("left the unit"), decision, to)
    proposal = propose(frame.database, frame.settings, said) if said else None
    if as_json:
        data: dict[str, Any] = {**found.data, "proposal": proposal.data if proposal else None}
        say_json(data)
    else:
        say(f"{found.person or who}  {found.name}".rstrip())
        rows = [
            (
                _(HOLDS[each.how]),
                thing(each.kind),
                each.key,
                each.name,
                _("ended {day}").format(day=date(each.ended)) if each.ended else "",
                f"{each.file}:{each.line}",
            )
            for each in found.holdings
        ]
        table((_("how"), _("kind"), _("key"), _("name"), "", _("file")), rows, right=set())
        count = sum(each.orphaned for each in found.holdings)
        if count:
            text = ngettext(
                "{count} of it stands in no file any more", "{count} of them stand in no file any more", count
            )
            narrate(text.format(count=figure(count)))
    return say_proposal(proposal, do_write=do_write, quiet=as_json)


COMMANDS = (who_not, calendar, leaver)
