"""``opsconsole mail directory``: an export of the mail server's accounts, or the server itself, held against
what is declared."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.frame import Frame, narrate, say, say_json, table
from opsconsole.cli.mailasking import json_option
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused
from opsconsole.words import figure

if TYPE_CHECKING:
    from opsconsole.inventory.directory.compare import Finding
    from opsconsole.inventory.directory.entry import Directory

_FIRST = 20  # findings of one sort that are shown where it was not asked for
_PASSWORD = "OPSCONSOLE_LDAP_PASSWORD"  # noqa: S105 - the name of a variable


@click.command(
    cls=Command,
    help="Hold a directory (LDIF, CSV, zmprov, ldaps://…) against what is declared; propose changes.",
)
@click.argument("what", nargs=-1, required=True, metavar="FILE|URL…")
@click.option("--complete", is_flag=True, help="It holds all accounts: who is not in it has left.")
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=HEADING", help="Which column of a CSV says what."
)
@click.option(
    "--bind", metavar="DN", help="For LDAP: as whom to ask; the password is in $OPSCONSOLE_LDAP_PASSWORD."
)
@click.option("--reason", default="", help="Why, for mailboxes that are closed.")
@click.option(
    "--idle-days",
    type=click.IntRange(1, 3660),
    default=90,
    show_default=True,
    help="Without a login (by the server and the logs) so long is idle.",
)
@click.option(
    "--sort", "sorts", multiple=True, metavar="SORT", help="Only these sorts of findings, and no proposal."
)
@click.option("--write", "do_write", is_flag=True, help="Write the change into the files.")
@json_option
@click.pass_obj
def directory(
    frame: Frame,
    what: tuple[str, ...],
    complete: bool,
    columns: tuple[str, ...],
    bind: str | None,
    reason: str,
    idle_days: int,
    sorts: tuple[str, ...],
    do_write: bool,
    as_json: bool,
) -> int:
    from opsconsole.cli.proposals import say_proposal
    from opsconsole.indicators.lastuse import last_use
    from opsconsole.inventory.directory.compare import SORTS, Told, compare
    from opsconsole.inventory.directory.read import joined
    from opsconsole.inventory.writeback import propose
    from opsconsole.store.clock import now

    if unknown := [sort for sort in sorts if sort not in SORTS]:
        raise Refused(
            _("there is no sort '{sort}'; known: {names}").format(sort=unknown[0], names=", ".join(SORTS))
        )
    if sorts and do_write:
        raise Refused(_("--sort shows findings alone; leave it out to write"))
    found = joined([_read(each, columns, bind) for each in what])
    today = now().astimezone(frame.settings.timezone).date()
    with frame.database.read() as reader:
        use = last_use(reader, frame.settings.timezone, today, idle_days)
        told = Told(
            today=today.isoformat(),
            complete=complete and not found.unread,
            reason=reason or _("closed in the directory of the mail server"),
            idle_days=idle_days,
            used=use.days,
            since=use.since,
            turn=use.turn,
        )
        held = compare(reader, found, told)
    proposal = propose(frame.database, frame.settings, held.edits) if held.edits and not sorts else None
    shown = [each for each in held.findings if not sorts or each.sort in sorts]
    people = _may_see_use(frame, shown)
    if as_json:
        say_json(
            {
                "form": found.form,
                "accounts": held.entries,
                "agreeing": held.agreeing,
                "counts": held.counts,
                "findings": [each.data for each in shown if people or not each.about_use],
                "unread": [{"place": each.place, "reason": each.reason} for each in found.unread],
                "proposal": proposal.data if proposal else None,
            }
        )
    else:
        say(
            _("{form}: {accounts} accounts, {agreeing} as declared").format(
                form=found.form, accounts=figure(held.entries), agreeing=figure(held.agreeing)
            )
        )
        for sort, count in held.counts.items():
            say(f"{figure(count):>7}  {_(SORTS[sort])} ({sort})")
        rows, left = _rows([each for each in shown if people or not each.about_use], sorts)
        if rows:
            heads = (_("sort"), _("address"), _("in the directory"), _("declared"), _("remark"), _("place"))
            table(heads, rows, right=set())
        for sort, number in left.items():
            narrate(
                _("{sort}: {count} more; --sort {sort} lists them all").format(
                    sort=sort, count=figure(number)
                )
            )
        for each in found.unread[:50]:
            narrate(_("{place}: left out: {reason}").format(place=each.place, reason=_(each.reason)))
        if found.unread:
            count = len(found.unread)
            text = ngettext("{count} record was left out", "{count} records were left out", count)
            narrate(text.format(count=figure(count)))
            if complete:
                narrate(_("with records left out it is not complete: nobody is taken to have left"))
        if not people:
            narrate(_("who does not use a mailbox is counted, not shown: that is for who may see people"))
    if sorts:
        return 0
    return say_proposal(proposal, do_write=do_write, quiet=as_json)


def _rows(findings: Sequence[Finding], sorts: Sequence[str]) -> tuple[list[tuple[str, ...]], Counter[str]]:
    """The *findings* as rows, of a sort that was not asked for the first ones alone; how many are left out.
    An export of one office would list everybody else as missing."""
    seen: Counter[str] = Counter()
    rows: list[tuple[str, ...]] = []
    for each in findings:
        seen[each.sort] += 1
        if sorts or seen[each.sort] <= _FIRST:
            rows.append((each.sort, each.address, each.there, each.here, _(each.why), each.place))
    return rows, Counter(
        {sort: number - _FIRST for sort, number in seen.items() if not sorts and number > _FIRST}
    )


def _may_see_use(frame: Frame, shown: Sequence[Finding]) -> bool:
    """Whether findings about the use of single mailboxes may be shown; noted where there are any."""
    from opsconsole.store.access import ask

    about = [each for each in shown if each.about_use]
    if not about:
        return True
    try:
        ask(frame.database, frame.settings, "mail directory", {"findings": len(about)})
    except Refused:
        return False
    return True


def _read(what: str, columns: tuple[str, ...], bind: str | None) -> Directory:
    from opsconsole.inventory.directory.read import read_file

    if what.startswith(("ldap://", "ldaps://", "ldapi://")):
        from opsconsole.inventory.directory.server import read_server

        return read_server(what, bind, os.environ.get(_PASSWORD, ""))
    named = {}
    for column in columns:
        field, equals, heading = column.partition("=")
        if not equals:
            raise Refused(_("--column is FIELD=HEADING, not '{column}'").format(column=column))
        named[field.strip()] = heading
    return read_file(Path(what), named)


COMMANDS = (directory,)
