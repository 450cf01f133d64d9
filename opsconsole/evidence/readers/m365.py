"""Microsoft 365: the report ``getEmailActivityUserDetail`` (Email activity, user detail), CSV.

A row is a mailbox over a sliding window of days. Its counts are of the window and cannot be added
from report to report, so only the day of the last activity (a mail read or sent) is taken: one report a
day gives the days of use. Names are hashed unless an administrator turns that off; a report with hashed
names is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from opsconsole.evidence.mailtables import Uses, cell, day_of, table
from opsconsole.evidence.reader import DocumentFormat, Event, Origin

_HASHED = re.compile(r"[0-9A-Fa-f]{32,64}")
_NEEDED = {
    "Report Refresh Date": ("Report Refresh Date",),
    "User Principal Name": ("User Principal Name", "Username"),
    "Last Activity Date": ("Last Activity Date", "Last activity date (UTC)"),
}


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of a report. Raises Unfit where it is none."""
    uses = Uses(origin)
    for line, row in table(data, _NEEDED, ("Is Deleted",)):
        name = row["User Principal Name"].lower()
        refreshed = cell(uses, line, row["Report Refresh Date"], lambda one: day_of(one, origin))
        if refreshed is None:
            continue
        uses.cover(str(refreshed))
        if "@" not in name:
            why = "a hashed name (turn 'concealed names' off in the reports' settings)"
            uses.unreadable(why if _HASHED.fullmatch(name) else "a name that is no address", "", line)
            continue
        if not row["Last Activity Date"]:
            continue
        last = cell(uses, line, row["Last Activity Date"], lambda one: day_of(one, origin))
        if last is not None:
            uses.add(name, str(last), "login", 0)
    return list(uses.events())


READER = DocumentFormat("m365", events_of, "mail")
