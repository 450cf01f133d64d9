"""Commands of the history: verify the chain of changes, list changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.days import DAY
from opsconsole.cli.frame import Frame, narrate, say, say_json
from opsconsole.cli.speech import Group
from opsconsole.words import figure, thing, word

# More findings than this are counted, not listed.
_MOST_LISTED = 200


@click.group(cls=Group)
def audit() -> None:
    """Check the chain of changes; list changes."""


@audit.command()
@click.option(
    "--anchors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of anchors; by default the one in config.yaml.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def verify(frame: Frame, anchors: Path | None, as_json: bool) -> int:
    """Check every change against the hash chain, its end against register and anchors, what the register
    says of each thing against its last change, and the log of who asked to see people.

    Exit code 1 when something was altered, is missing or was moved; each is named.
    """
    from opsconsole.inventory.audit import audit as examine
    from opsconsole.inventory.kinds import standard

    with frame.database.read() as reader:
        result = examine(reader, standard(), anchors or frame.settings.anchors)
    if as_json:
        say_json(
            {
                "changes": result.checked,
                "revisions": result.revisions,
                "anchors": result.anchors,
                "access": result.asked,
                "head": result.head,
                "findings": [finding.data for finding in result.findings],
            }
        )
        return 1 if result.findings else 0
    for finding in result.findings[:_MOST_LISTED]:
        say(str(finding))
    more = len(result.findings) - _MOST_LISTED
    if more > 0:
        say(_("… and {count} more").format(count=figure(more)))
    checked = _("{changes} changes in {revisions} revisions checked, {anchors} anchors").format(
        changes=figure(result.checked), revisions=figure(result.revisions), anchors=figure(result.anchors)
    )
    if result.asked:
        say(_("{count} requests to see people checked").format(count=figure(result.asked)))
    # A broken chain has no head that would say anything.
    say(checked if result.findings else _("{checked}; head {head}").format(checked=checked, head=result.head))
    if result.findings:
        count = len(result.findings)
        narrate(ngettext("{count} finding", "{count} findings", count).format(count=figure(count)))
        return 1
    if not result.anchors and result.revisions:
        narrate(_("Without anchors a cut tail or a wholly rewritten chain is not found; set 'anchors:'."))
    return 0


@audit.command("log")
@click.option("--kind", help="Only this kind.")
@click.option("--key", help="Only this thing.")
@click.option("--since", type=DAY, help="Recorded on this day (local time) or later.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="The newest.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with before and after.")
@click.pass_obj
def log(
    frame: Frame, kind: str | None, key: str | None, since: dt.date | None, limit: int, as_json: bool
) -> None:
    """The newest changes, newest first."""
    from opsconsole.store.changes import log as run
    from opsconsole.store.clock import instant_text, local

    zone = frame.settings.timezone
    begin = instant_text(dt.datetime.combine(since, dt.time(), zone)) if since else None
    with frame.database.read() as reader:
        changes = run(reader, kind=kind, key=key, since=begin, limit=limit)
    if kind is not None and not changes:
        from opsconsole.inventory.kinds import standard

        standard()[kind]  # refuses one that there is not: nothing would look like nothing changed
    if as_json:
        say_json([change.data for change in changes])
        return
    if not changes:
        narrate(_("No change answers to this."))
    for change in changes:
        why = f" ({change.reason})" if change.reason else ""
        place = f" {change.file}:{change.line}" if change.file else ""
        say(
            f"{change.sequence} {local(change.at, zone)} r{change.revision} {change.actor} "
            f"{word(change.action)}: {thing(change.kind)} {change.key}{place}{why}"
        )


@audit.command("access")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="The newest.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def access(frame: Frame, limit: int, as_json: bool) -> int:
    """Who asked for lists of people or for the use of one person, newest first.

    Exit code 1 when an entry was altered, is missing or was moved.
    """
    from opsconsole.store.access import asked
    from opsconsole.store.accesschain import broken
    from opsconsole.store.clock import local

    zone = frame.settings.timezone
    with frame.database.read() as reader:
        requests, (checked, first) = asked(reader, limit), broken(reader)
    if as_json:
        say_json([request.data for request in requests])
    else:
        for request in requests:
            given = _("given") if request.given else _("refused")
            details = ", ".join(f"{name} {value}" for name, value in request.data["detail"].items() if value)
            when = f"{request.sequence} {local(request.at, zone)}"
            say(f"{when} {request.actor} {given}: {request.what} {details}")
    if first is not None:
        narrate(
            _("entry {number} of the log of access was altered, is missing or was moved").format(
                number=figure(first)
            )
        )
        return 1
    narrate(_("{count} entries checked").format(count=figure(checked)))
    return 0
