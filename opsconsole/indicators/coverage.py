"""Coverage: for which days there is evidence. No log is unknown, not inactive.

Mail logs are steady: a source is expected from its first to its last day with lines, and a day is
known when at least one source has lines for it, and so has every source that is expected on
it: with one of two mail servers silent, nobody can say who was idle. Attendance lists come only
when there was a session, so there a day is known when any source has lines for it.

A day on which the logging system says that it dropped messages stays known; ``lost`` gives their
number, which goes beside the figure.
"""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict

from opsconsole.indicators.workdays import masks, month_of
from opsconsole.store.database import Reader, Value


class Coverage:
    """The covered days from *first* to *last* (None: of all times), by system (``mail``,
    ``conference``); four queries."""

    def __init__(self, reader: Reader, first: dt.date | None = None, last: dt.date | None = None) -> None:
        self._spans: dict[str, tuple[str, str]] = {
            source: (begin, end)
            for source, begin, end in reader.rows(
                "SELECT source, MIN(day), MAX(day) FROM coverage WHERE province = :province GROUP BY source"
            )
        }
        # Which system a source serves shows in what came of its lines.
        conference = [
            source
            for (source,) in reader.rows(
                "SELECT DISTINCT f.source FROM attendance a"
                " JOIN source_file f ON f.province = a.province AND f.id = a.source_file"
                " WHERE a.province = :province ORDER BY f.source"
            )
        ]
        self._sources = {"conference": conference, "mail": self._of_mail(reader, conference)}
        self._days: defaultdict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        for source, day, lines, lost in reader.rows(
            "SELECT source, day, lines, lost FROM coverage"
            " WHERE province = :province AND day >= :first AND day <= :last",
            {"first": first.isoformat() if first else "", "last": last.isoformat() if last else "9999-12-31"},
        ):
            self._days[source][day] = (lines, lost)
        self._known: dict[str, list[dt.date]] = {}
        self._masks: dict[str, dict[str, int]] = {}
        self._lines: dict[str, list[tuple[str, str, int, int]]] = {}

    def _of_mail(self, reader: Reader, others: list[str]) -> list[str]:
        """The sources with lines of which a use of a mailbox is known, without the *others*: the rows of
        use have no index by source, so one that has none costs a look at all from its first month on."""
        chosen = {source: span[0][:7] for source, span in sorted(self._spans.items()) if source not in others}
        if not chosen:
            return []
        names: dict[str, Value] = {}
        queries = []
        for number, (source, month) in enumerate(chosen.items()):
            names |= {f"source_{number}": source, f"month_{number}": month}
            queries.append(
                f"SELECT :source_{number} WHERE EXISTS (SELECT 1 FROM mail_activity"  # noqa: S608 - numbers
                f" WHERE province = :province AND month >= :month_{number} AND source = :source_{number})"
            )
        return sorted(source for (source,) in reader.rows(" UNION ALL ".join(queries), names))

    def sources(self, system: str) -> list[str]:
        """The names of the sources of *system*, sorted; none for '' (the register alone)."""
        return self._sources.get(system, [])

    def days(self, system: str, first: dt.date, last: dt.date) -> set[dt.date]:
        """The days from *first* to *last*, both included, that are known for *system*."""
        return set(self._between(system, first, last))

    def until(self, system: str, last: dt.date) -> list[int]:
        """All known days up to *last* as ordinals, in order."""
        known = self._all(system)
        return [day.toordinal() for day in known[: bisect_right(known, last)]]

    def known(self, system: str, first: dt.date, last: dt.date) -> dict[str, int]:
        """The known days from *first* to *last* as a bit mask for each month (bit 0 = the 1st)."""
        if system not in self._masks:
            self._masks[system] = masks(self._all(system))
        begin, end = month_of(first), month_of(last)
        # A month that is cut is made of its days; what lies between is as it always was.
        found = {month: mask for month, mask in self._masks[system].items() if begin < month < end}
        for day in {first.replace(day=1), last.replace(day=1)}:
            length = calendar.monthrange(day.year, day.month)[1]
            found |= masks(self._between(system, max(first, day), min(last, day.replace(day=length))))
        return dict(sorted(found.items()))

    def count(self, system: str, first: dt.date, last: dt.date) -> int:
        """How many days from *first* to *last* are known."""
        return len(self._between(system, first, last))

    def lost(self, system: str, first: dt.date, last: dt.date) -> int:
        """How many messages the logs of *system* say were dropped from *first* to *last*."""
        return sum(lost for _source, _day, _lines, lost in self.lines(system, first, last))

    def lines(self, system: str, first: dt.date, last: dt.date) -> list[tuple[str, str, int, int]]:
        """(source, day, lines, messages lost) of each day from *first* to *last* with lines."""
        begin, end = first.isoformat(), last.isoformat()
        found: list[tuple[str, str, int, int]] = []
        for source in self.sources(system):
            if source not in self._lines:
                self._lines[source] = sorted((source, day, *seen) for day, seen in self._days[source].items())
            every = self._lines[source]
            found += every[bisect_left(every, (source, begin)) : bisect_right(every, (source, f"{end}~"))]
        return found

    def _between(self, system: str, first: dt.date, last: dt.date) -> list[dt.date]:
        known = self._all(system)
        return known[bisect_left(known, first) : bisect_right(known, last)]

    def _all(self, system: str) -> list[dt.date]:
        """All known days, in order."""
        if system not in self._known:
            sources = self.sources(system)
            seen = {day for source in sources for day in self._days[source]}
            if system == "mail":
                seen = {
                    day
                    for day in seen
                    if all(day in self._days[s] for s in sources if self._expected(s, day))
                }
            self._known[system] = sorted(map(dt.date.fromisoformat, seen))
        return self._known[system]

    def _expected(self, source: str, day: str) -> bool:
        first, last = self._spans[source]
        return first <= day <= last
