"""Dates as people type them."""

from __future__ import annotations

import datetime as dt
import re

from opsconsole.text import fold


def typed_day(text: str, today: dt.date) -> dt.date | None:
    """The date that *text* means, None for no date.

    ``31/12/2019``, ``31-12-2019``, ``31.12.2019``, ``2019-12-31``; ``31/12`` is of this year; ``+7`` and
    ``-1`` are days from *today*; ``today``, ``hôm nay`` and ``hn`` are *today*.
    """
    written = fold(text)
    if written in ("today", "hom nay", "hn"):
        return today
    if re.fullmatch(r"[+-]\d{1,5}", written):
        try:
            return today + dt.timedelta(days=int(written))
        except OverflowError:
            return None
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", written)
    local = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?", written)
    try:
        if iso:
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if local:
            return dt.date(int(local[3] or today.year), int(local[2]), int(local[1]))
    except ValueError:
        pass
    return None
