"""Commands of alerts: what stands, what was told of it, and a message to try the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, narrate, say, say_json
from opsconsole.cli.speech import Command, Group
from opsconsole.errors import Refused

if TYPE_CHECKING:
    pass


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def alerts(context: click.Context) -> None:
    """What is wrong and who was told of it; alone, it lists alerts."""
    if context.invoked_subcommand is None:
        context.invoke(list_alerts)


@alerts.command("list", cls=Command)
@click.option("--open", "standing", is_flag=True, help="Only those that stand.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, instants in UTC.")
@click.pass_obj
def list_alerts(frame: Frame, standing: bool = False, limit: int = 50, as_json: bool = False) -> None:
    """Alerts, those that stand first, then the newest, with what was sent of each."""
    from opsconsole.jobs.alerts import listed
    from opsconsole.jobs.alertstext import told
    from opsconsole.store.clock import local

    zone = frame.settings.timezone
    with frame.database.read() as reader:
        found = listed(reader, standing=standing, limit=limit)
    if as_json:
        say_json([each.data for each in found])
        return
    if not found:
        narrate(_("No alert."))
    for each in found:
        span = local(each.opened_at, zone)
        span += f" – {local(each.closed_at, zone)}" if each.closed_at else "  " + _("STANDS")
        say(f"{span}  {each.title}")
        say(f"  {each.detail}")
        for telling in each.tellings:
            say(f"  {told(telling, zone)}")
    if not frame.settings.alerts.channels:
        narrate(_("Nobody is told: 'alerts:' in config.yaml names no mail server and no webhook."))


@alerts.command("test", cls=Command)
@click.option("--channel", type=click.Choice(["mail", "webhook"]), help="Only this way.")
@click.pass_obj
def test_alerts(frame: Frame, channel: str | None) -> int:
    """Send a message that says it is a test, and say what became of it.

    Exit code 1: a way out did not take it.
    """
    import secrets

    from opsconsole.jobs.channels import NotSent, senders
    from opsconsole.jobs.messages import message

    settings = frame.settings
    found = {name: send for name, send in senders(settings.alerts).items() if channel in (None, name)}
    if not found:
        raise Refused(
            _("there is no way to tell anybody: add 'alerts:' with 'mail:' or 'webhook:' to config.yaml")
        )
    code = 0
    for name, send in found.items():
        test = message(
            f"{settings.province}-test-{secrets.token_hex(8)}", settings.province, (), settings.timezone
        )
        try:
            remark = send(test)
        except NotSent as error:
            narrate(_("{channel}: not sent: {reason}").format(channel=name, reason=error))
            code = 1
        else:
            say(_("{channel}: sent").format(channel=name) + (f" ({remark})" if remark else ""))
    return code
