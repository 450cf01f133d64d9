"""Commands of the history: verify the chain of changes, list changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.frame import Frame, narrate, say, say_json

# More findings than this are counted, not listed.
_MOST_LISTED = 200


@click.group()
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
    """Check every change against the hash chain, and its end against register and anchors.

    Exit code 1 when something was altered, is missing or was moved; each is named.
    """
    from opsconsole.store.changes import verify as run

    chosen = anchors or frame.settings.anchors
    with frame.database.read() as reader:
        if anchors is None and chosen is not None and not chosen.exists():
            written = reader.value("SELECT revision FROM register WHERE province = :province")
            # Before the first apply there is nothing to anchor.
            chosen = chosen if written else None
        result = run(reader, chosen)
    if as_json:
        say_json(
            {
                "changes": result.checked,
                "revisions": result.revisions,
                "anchors": result.anchors,
                "head": result.head,
                "findings": [finding.data for finding in result.findings],
            }
        )
        return 1 if result.findings else 0
    for finding in result.findings[:_MOST_LISTED]:
        say(str(finding))
    more = len(result.findings) - _MOST_LISTED
    if more > 0:
        say(_("… and {count} more").format(count=more))
    say(
        _("{changes} changes in {revisions} revisions checked, {anchors} anchors; head {head}").format(
            changes=result.checked, revisions=result.revisions, anchors=result.anchors, head=result.head
        )
    )
    if result.findings:
        count = len(result.findings)
        narrate(ngettext("{count} finding", "{count} findings", count).format(count=count))
        return 1
    if not result.anchors and result.revisions:
        narrate(_("Without anchors a cut tail or a wholly rewritten chain is not found; set 'anchors:'."))
    return 0


@audit.command("log")
@click.option("--kind", help="Only this kind.")
@click.option("--key", help="Only this thing.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Recorded on this day (local time) or later."
)
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="The newest.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with before and after.")
@click.pass_obj
def log(
    frame: Frame, kind: str | None, key: str | None, since: dt.datetime | None, limit: int, as_json: bool
) -> None:
    """The newest changes, newest first."""
    from opsconsole.store.changes import log as run
    from opsconsole.store.clock import instant, instant_text

    zone = frame.settings.timezone
    begin = instant_text(since.replace(tzinfo=zone)) if since else None
    with frame.database.read() as reader:
        changes = run(reader, kind=kind, key=key, since=begin, limit=limit)
    if as_json:
        say_json([change.data for change in changes])
        return
    for change in changes:
        local = instant(change.at).astimezone(zone)
        why = f" ({change.reason})" if change.reason else ""
        say(
            f"{change.sequence} {local:%Y-%m-%d %H:%M} r{change.revision} {change.actor} {change.action} "
            f"{change.kind} {change.key} {change.file}:{change.line}{why}"
        )
