"""Which times each source covers, and what the servers did meanwhile, from what was counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from opsconsole.evidence.overview import days_between
from opsconsole.evidence.reader import TRAFFIC
from opsconsole.store.database import Reader

BOUND = 4  # half hours without a line, in a row, that are called a gap


class Hole(NamedTuple):
    """No line on the local *day* from *start* to *end* (``02:30``, ``24:00``)."""

    day: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class MonthCovered:
    """The days (ISO text) of a month for which a source has lines, and those for which it has none.

    *missing* counts from the first to the last day that the source has at all: before and after, the
    source says nothing. For a source of documents it is always empty: a day without a session is no
    gap. *holes* are gaps within days, to the half hour. *lost* messages were dropped by the logging
    system. *others* of the lines are of programs that the reader does not claim, *inferred* of them
    carry no year, which was inferred from their order and the file's time.
    """

    source: str
    month: str
    days: tuple[str, ...]
    missing: tuple[str, ...]
    holes: tuple[Hole, ...]
    lines: int
    lost: int
    others: int
    inferred: int

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "holes": [hole._asdict() for hole in self.holes]}


def coverage(
    reader: Reader,
    documents: Collection[str] = (),
    source: str | None = None,
    month: str | None = None,
    bound: int = BOUND,
) -> list[MonthCovered]:
    """Which days each source covers, by month. *documents* are the sources that are no logs; *bound* is how
    many half hours without a line are a gap."""
    rows = reader.rows(
        "SELECT source, day, lines, lost, others, inferred, half_hours FROM coverage "
        "WHERE province = :province AND (CAST(:source AS text) IS NULL OR source = :source) "
        "ORDER BY source, day",
        {"source": source},
    )
    by_source: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, day, *numbers in rows:
        by_source.setdefault(name, {})[day] = tuple(numbers)
    found: list[MonthCovered] = []
    for name, days in by_source.items():
        covered = [day for day, row in days.items() if row[0]]
        if not covered:
            continue
        there: dict[str, list[str]] = {}
        missing: dict[str, list[str]] = {}
        gaps: dict[str, list[Hole]] = {}
        for day in days_between(covered[0], covered[-1]):
            row = days.get(day, (0,) * 5)
            if row[0]:
                there.setdefault(day[:7], []).append(day)
                ends = (day == covered[0], day == covered[-1])
                gaps.setdefault(day[:7], []).extend(holes(day, row[4], bound, ends))
            elif name not in documents:
                missing.setdefault(day[:7], []).append(day)
        for each in sorted(there.keys() | missing.keys()):
            if month not in (None, each):
                continue
            counted = [row[:4] for day, row in days.items() if day.startswith(each)]
            lines, lost, others, inferred = map(sum, zip(*counted, strict=True)) if counted else (0,) * 4
            days_there, days_missing = tuple(there.get(each, ())), tuple(missing.get(each, ()))
            gone = tuple(gaps.get(each, ()))
            found.append(
                MonthCovered(name, each, days_there, days_missing, gone, lines, lost, others, inferred)
            )
    return found


def holes(day: str, half_hours: int, bound: int, ends: tuple[bool, bool] = (False, False)) -> list[Hole]:
    """The gaps of at least *bound* half hours in *day*; none where the source does not tell (0).

    *ends* says whether it is the first and the last day of the source: what comes before its first and
    behind its last line is then no gap.
    """
    if not half_hours:
        return []
    first = (half_hours & -half_hours).bit_length() - 1 if ends[0] else 0
    last = half_hours.bit_length() if ends[1] else 48
    found = []
    start: int | None = None
    for number in range(first, last + 1):
        empty = number < last and not half_hours >> number & 1
        if empty and start is None:
            start = number
        elif not empty and start is not None:
            if number - start >= bound:
                found.append(Hole(day, _clock(start), _clock(number)))
            start = None
    return found


def traffic(
    reader: Reader, source: str | None = None, month: str | None = None
) -> list[tuple[str, str, str, int]]:
    """(source, month, what, times) of what the mail servers did, in the order of ``TRAFFIC``."""
    order = {what: place for place, what in enumerate(TRAFFIC)}
    rows = reader.rows(
        "SELECT source, substr(day, 1, 7), what, CAST(sum(times) AS bigint) FROM mail_traffic "
        "WHERE province = :province AND (CAST(:source AS text) IS NULL OR source = :source) "
        "AND (CAST(:month AS text) IS NULL OR substr(day, 1, 7) = :month) "
        "GROUP BY source, substr(day, 1, 7), what",
        {"source": source, "month": month},
    )
    return sorted(
        (tuple(row) for row in rows), key=lambda row: (row[0], row[1], order.get(row[2], 99), row[2])
    )


def _clock(half_hour: int) -> str:
    return f"{half_hour // 2:02d}:{half_hour % 2 * 30:02d}"
