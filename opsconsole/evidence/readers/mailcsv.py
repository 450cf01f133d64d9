"""Any table of mail use: the source says which column is what.

.. code-block:: yaml

    gateway:
      reader: csv
      path: gateway/*.csv
      options: {address: Mailbox, day: Date, sent: Sent, login: Logins}

``address`` and ``day`` are needed, and at least one of ``login``, ``webmail``, ``poll``, ``sent``,
``received``, ``failed``, ``automatic`` (a column of numbers, an empty cell is 0). ``dates`` (dmy, mdy) where
the dates are not ISO; ``separator`` where it cannot be told; ``domain`` for names without one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from opsconsole.evidence.mailtables import Uses, cell, day_of, number, table
from opsconsole.evidence.reader import DocumentFormat, Event, Origin, Unfit, What

USES: tuple[What, ...] = get_args(What)


_MUST = ("address", "day")


def events_of(data: bytes, origin: Origin) -> Iterable[Event]:
    """The events of a table. Raises Unfit where the columns are not there."""
    said = {name: str(text) for name, text in origin.options.items()}
    counted = [what for what in USES if what in said]
    if any(name not in said for name in _MUST):
        raise Unfit(
            "the source does not say which columns are 'address' and 'day' ('options:' in config.yaml)"
        )
    if not counted:
        raise Unfit("the source names no column of uses, such as 'sent' ('options:' in config.yaml)")
    named = {name: (said[name],) for name in (*_MUST, *counted)}
    separator = {"tab": "\t"}.get(said.get("separator", ""), said.get("separator", "")[:1])
    domain, order = said.get("domain", ""), said.get("dates", "")
    uses = Uses(origin)
    for line, row in table(data, named, (), separator or None):
        day = cell(uses, line, row["day"], lambda one: day_of(one, origin, order))
        if day is None:
            continue
        uses.cover(str(day))
        address = row["address"].lower()
        if "@" not in address and domain and address:
            address = f"{address}@{domain}"
        if "@" not in address:
            uses.unreadable("a name that is no address", "", line)
            continue
        for what in counted:
            times = cell(uses, line, row[what], number)
            if isinstance(times, int) and times:
                uses.add(address, str(day), what, times)
    return list(uses.events())


READER = DocumentFormat(
    "csv",
    events_of,
    "mail",
    frozenset({"address", "day", "dates", "separator", "domain", *USES}),
    needed=_MUST,
)
