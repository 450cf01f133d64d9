"""The time that a stated figure is about: a period by its name, a day, or two days joined by a slash."""

from __future__ import annotations

import datetime as dt
import re

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.periods import span
from opsconsole.text import safe

_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})(?:/(\d{4}-\d{2}-\d{2}))?", re.ASCII)


def is_period(text: str) -> bool:
    """Whether *text* is the name of a period, and not days."""
    return _DAYS.fullmatch(text) is None


def days_of(text: str, *, mid_month: bool = False) -> tuple[dt.date, dt.date]:
    """The first and the last day of *text*: ``2019-07``, ``2019-07-30``, ``2019-01-01/2019-07-30``.

    With *mid_month* the months of a period go from the 15th to the 14th, also where its name does not
    say so (``@15``); days are days. Refuses what is none of these, and days in the wrong order.
    """
    if found := _DAYS.fullmatch(text):
        try:
            first = dt.date.fromisoformat(found[1])
            last = dt.date.fromisoformat(found[2] or found[1])
        except ValueError as error:
            raise Refused(_("'{text}' names a day that does not exist").format(text=safe(text))) from error
        if last < first:
            raise Refused(_("the days of '{text}' are not in their order").format(text=safe(text)))
        return first, last
    chosen = span(text if not mid_month or text.endswith("@15") else f"{text}@15")
    return chosen.first, chosen.end
