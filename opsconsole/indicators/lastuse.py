"""When each mailbox was used last, by the logs, and since when they can say so: for whoever looks for
mailboxes that nobody uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from opsconsole.indicators.ground import Ground
from opsconsole.indicators.mailboxes import last_uses
from opsconsole.store.database import Reader

USE = ("login", "webmail", "poll", "sent")  # a telephone that only polls shows that the mailbox is not idle


@dataclass(frozen=True, slots=True)
class LastUse:
    """The last uses by the logs. *days* is account → day (ISO) of its last use. *since* is the first day
    with logs. Whose last use lies before *turn* went without one on as many days as were asked for, days
    without a log not counted; '' where there are not so many days with logs."""

    days: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    turn: str = ""


def last_use(reader: Reader, timezone: ZoneInfo, until: dt.date, idle_days: int) -> LastUse:
    """The last uses up to *until*; *idle_days* days without a use are long."""
    ground = Ground(reader, timezone)
    covered = ground.coverage.until("mail", until)
    if not covered:
        return LastUse()
    uses = last_uses(ground, USE, until)
    return LastUse(
        {account: dt.date.fromordinal(day).isoformat() for account, day in uses.items()},
        dt.date.fromordinal(covered[0]).isoformat(),
        dt.date.fromordinal(covered[-idle_days]).isoformat() if len(covered) >= idle_days else "",
    )
