"""Google Workspace: the user usage report as CSV, a row for each user and date.

Columns carry the names of the Reports API, with or without ``gmail:`` before them. Mails sent and received
are of the date; the days of the last use by web, IMAP or POP are taken as days; the last access does
not count, since a mail that arrives moves it.
"""

from __future__ import annotations

from collections.abc import Iterable

from opsconsole.evidence.mailtables import Uses, cell, day_of, number, table
from opsconsole.evidence.reader import DocumentFormat, Event, Origin, What

_NEEDED = {"email": ("email", "user email", "user", "userEmail"), "date": ("date",)}
_COUNTS: dict[str, What] = {"num_emails_sent": "sent", "num_emails_received": "received"}
_TIMES: dict[str, What] = {
    "timestamp_last_webmail": "webmail",
    "timestamp_last_imap": "login",
    "timestamp_last_pop": "login",
    "timestamp_last_interaction": "login",
}
_NEVER = "1970-01-01"


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of a report. Raises Unfit where it is none."""
    uses = Uses(origin)
    columns = [prefix + name for name in (*_COUNTS, *_TIMES) for prefix in ("", "gmail:")]
    for line, row in table(data, _NEEDED, columns):
        day = cell(uses, line, row["date"], lambda one: day_of(one, origin))
        if day is None:
            continue
        uses.cover(str(day))
        address = row["email"].lower()
        if "@" not in address:
            uses.unreadable("a name that is no address", "", line)
            continue
        values = {name.removeprefix("gmail:"): text for name, text in row.items()}
        for name, what in _COUNTS.items():
            times = cell(uses, line, values.get(name, ""), number)
            if isinstance(times, int) and times:
                uses.add(address, str(day), what, times)
        for name, what in _TIMES.items():
            if text := values.get(name, ""):
                last = cell(uses, line, text, lambda one: day_of(one, origin))
                if isinstance(last, str) and last > _NEVER:
                    uses.add(address, last, what, 0)
    return list(uses.events())


READER = DocumentFormat("google", events_of, "mail")
