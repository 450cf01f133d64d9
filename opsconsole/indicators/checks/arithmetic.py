"""How checks count: exact decimals, rounded as people round, and the days that a period takes in."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Context, Decimal

from opsconsole.periods import parsed

CONTEXT = Context(prec=100, rounding=ROUND_HALF_UP)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """*value* rounded half up (away from zero), as people round."""
    return value.quantize(Decimal(1).scaleb(-decimals), context=CONTEXT)


def span(period: str) -> tuple[dt.date, dt.date]:
    """First and last day of *period*: the name of one, or two days joined by a slash."""
    if named := parsed(period):
        return named.first, named.end
    first, _slash, last = period.partition("/")
    if last:
        return dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    year, month = int(first[:4]), int(first[5:7] or 0)
    if not month:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    begin = dt.date(year, month, 1)
    if (year, month) == (9999, 12):
        return begin, dt.date.max
    return begin, dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
