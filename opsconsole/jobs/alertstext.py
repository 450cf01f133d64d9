"""How the messages about an alert fare, in words: for the command line and the console."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from opsconsole.catalogue import N_, _
from opsconsole.jobs.alerts import Telling
from opsconsole.store.clock import local
from opsconsole.text import safe

_STATES = {"queued": N_("waits"), "sent": N_("sent"), "failed": N_("given up")}


def told(telling: Telling, zone: ZoneInfo) -> str:
    """How one message fares, in a line."""
    what = _("raised") if telling.what == "raised" else _("is over")
    said = f"{telling.channel}, {what}: {_(_STATES[telling.state])}"
    if telling.sent_at:
        said += f" {local(telling.sent_at, zone)}"
    elif telling.state == "queued" and telling.attempts:
        said += " " + _("until {at}, tried {n} times").format(
            at=local(telling.due_at, zone), n=telling.attempts
        )
    return said + (f" ({safe(telling.error)})" if telling.error else "")
