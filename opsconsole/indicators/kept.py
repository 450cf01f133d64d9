"""What of the use of mailboxes in months that are over is kept between one measuring and the next.

A day of logs is of one month; the year to date would read the rows of all the others again. What these
give, a number for each mailbox, is therefore kept with a *basis*: the lines that were counted for
each of their days, and the newest recorded change of mailboxes. While the basis is the same the
rows are. The table only saves work; it is written in the transaction that measures, is never read
with ``measure --all`` or to explain a value, and can be emptied at any time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable

from opsconsole import __version__
from opsconsole.indicators.ground import Ground
from opsconsole.store.database import Writer

_FORM = 2  # raised when the same rows give other numbers


def kept(ground: Ground, what: str, last: str, make: Callable[[], dict[str, int]]) -> dict[str, int]:
    """Account → number, as *make* gives it from all use up to the end of the month *last*
    (``YYYY-MM``); from what is kept of *what* where it was made from the same rows. *what* says all that
    the numbers depend on but the rows.

    Kept are those up to the month before the newest with logs: the others are no longer asked for
    when a day arrives.
    """
    writer = ground.reader
    if not ground.keep or not isinstance(writer, Writer) or last != _month_before_newest(ground):
        return make()
    basis = _basis(ground, last)
    row = writer.row(
        "SELECT basis, content FROM mail_kept WHERE province = :province AND what = :what", {"what": what}
    )
    if row is not None and row[0] == basis and not ground.anew:
        return _parsed(row[1])
    found = make()
    writer.insert(
        "mail_kept",
        ("province", "what", "basis", "content"),
        [(writer.province, what, basis, _written(found))],
        "ON CONFLICT (province, what) DO UPDATE SET basis = excluded.basis, content = excluded.content",
    )
    return found


def _month_before_newest(ground: Ground) -> str:
    """The month before the newest with lines of mail; '' where there are none."""

    def make(ground: Ground) -> str:
        covered = ground.coverage.until("mail", dt.date.max)
        if not covered:
            return ""
        return f"{dt.date.fromordinal(covered[-1]).replace(day=1) - dt.timedelta(days=1):%Y-%m}"

    return ground.once(make, "month before the newest")


def _basis(ground: Ground, last: str) -> str:
    """From what the use up to the end of the month *last* was counted, in short."""

    def make(ground: Ground) -> str:
        changes = ground.reader.value(
            "SELECT MAX(sequence) FROM change WHERE province = :province AND kind = 'accounts'"
        )
        first = dt.date.fromisoformat(f"{last}-01")
        end = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        lines = ground.coverage.lines("mail", dt.date.min, end)
        parts = (__version__, _FORM, last, changes, ground.coverage.sources("mail"), lines)
        return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    return ground.once(make, ("basis of what is kept", last))


def _written(numbers: dict[str, int]) -> str:
    """As JSON, which is read three times as fast as lines that are taken apart here."""
    return json.dumps(numbers, ensure_ascii=False, separators=(",", ":"))


def _parsed(text: str) -> dict[str, int]:
    found: dict[str, int] = json.loads(text)
    return found
