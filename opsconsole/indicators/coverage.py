"""Coverage: for which days of a year there is evidence. No log is unknown, not inactive.

Mail logs are steady: a source is expected from its first to its last day with lines, and a day is
known when at least one source has lines for it, and so has every source that is expected on
it: with one of two mail servers silent, nobody can say who was idle. Attendance lists come only
when there was a session, so there a day is known when any source has lines for it.

A day on which the logging system says that it dropped messages stays known; ``lost`` gives their
number, which goes beside the figure.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from opsconsole.indicators.workdays import masks
from opsconsole.store.database import Reader


class Coverage:
    """The covered days of *year*, by system (``mail``, ``conference``); four queries."""

    def __init__(self, reader: Reader, year: int) -> None:
        # Which system a source serves shows in what came of its lines.
        self._sources = {
            "mail": [
                source
                for (source,) in reader.rows(
                    "SELECT DISTINCT source FROM coverage c WHERE province = :province AND EXISTS"
                    " (SELECT 1 FROM mail_activity m WHERE m.province = c.province AND m.source = c.source)"
                    " ORDER BY source"
                )
            ],
            "conference": [
                source
                for (source,) in reader.rows(
                    "SELECT DISTINCT f.source FROM attendance a"
                    " JOIN source_file f ON f.province = a.province AND f.id = a.source_file"
                    " WHERE a.province = :province ORDER BY f.source"
                )
            ],
        }
        self._spans: dict[str, tuple[str, str]] = {
            source: (first, last)
            for source, first, last in reader.rows(
                "SELECT source, MIN(day), MAX(day) FROM coverage WHERE province = :province GROUP BY source"
            )
        }
        self._days: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for source, day, lost in reader.rows(
            "SELECT source, day, lost FROM coverage"
            " WHERE province = :province AND day >= :first AND day <= :last",
            {"first": f"{year:04d}-01-01", "last": f"{year:04d}-12-31"},
        ):
            self._days[source][day] = lost

    def sources(self, system: str) -> list[str]:
        """The names of the sources of *system*, sorted; none for '' (the register alone)."""
        return self._sources.get(system, [])

    def days(self, system: str, first: dt.date, last: dt.date) -> set[dt.date]:
        """The days from *first* to *last*, both included, that are known for *system*."""
        sources = self.sources(system)
        begin, end = first.isoformat(), last.isoformat()
        seen = {day for source in sources for day in self._days[source] if begin <= day <= end}
        if system == "mail":
            seen = {
                day for day in seen if all(day in self._days[s] for s in sources if self._expected(s, day))
            }
        return {dt.date.fromisoformat(day) for day in seen}

    def known(self, system: str, first: dt.date, last: dt.date) -> dict[str, int]:
        """The known days from *first* to *last* as a bit mask for each month (bit 0 = the 1st)."""
        return masks(sorted(self.days(system, first, last)))

    def lost(self, system: str, first: dt.date, last: dt.date) -> int:
        """How many messages the logs of *system* say were dropped from *first* to *last*."""
        begin, end = first.isoformat(), last.isoformat()
        return sum(
            lost
            for source in self.sources(system)
            for day, lost in self._days[source].items()
            if begin <= day <= end
        )

    def _expected(self, source: str, day: str) -> bool:
        first, last = self._spans[source]
        return first <= day <= last
