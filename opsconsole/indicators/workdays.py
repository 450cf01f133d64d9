"""Working days: which days officials work, as bit masks of months that fit the masks of use.

A working day is Monday to Friday without the public holidays of Viet Nam, plus the Saturdays
that the government declares worked in exchange for a day off (2019-05-04 for 2019-04-29).
Overrides that a province declares (a storm, a day worked instead) have the last word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import lru_cache

from opsconsole.store.database import Reader

_ONE_DAY = dt.timedelta(days=1)


def days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Each day from *first* to *last*, both included; none where *last* is earlier."""
    while first <= last:
        yield first
        first += _ONE_DAY


def month_of(day: dt.date) -> str:
    """The month of *day* as ``YYYY-MM``."""
    return f"{day.year:04d}-{day.month:02d}"


def masks(chosen: Iterator[dt.date] | list[dt.date]) -> dict[str, int]:
    """*chosen* days as a bit mask for each month; bit 0 is the 1st."""
    found: dict[str, int] = {}
    for day in chosen:
        month = month_of(day)
        found[month] = found.get(month, 0) | 1 << (day.day - 1)
    return found


def declared_workdays(reader: Reader) -> Workdays:
    """The working days of the province of *reader*, with what it has declared otherwise."""
    return Workdays(
        {
            dt.date.fromisoformat(day): bool(works)
            for day, works in reader.rows(
                "SELECT key, works FROM workday WHERE province = :province AND ended IS NULL ORDER BY key"
            )
        }
    )


class Workdays:
    """The working days of a province.

    *overrides* says of single days whether they are worked, whatever the calendar says.
    """

    def __init__(self, overrides: Mapping[dt.date, bool] | None = None) -> None:
        self._overrides = dict(overrides or {})

    @property
    def overrides(self) -> list[tuple[str, bool]]:
        """The single days that are said to be worked or not, in order."""
        return sorted((day.isoformat(), works) for day, works in self._overrides.items())

    def works(self, day: dt.date) -> bool:
        """Whether *day* is a working day."""
        override = self._overrides.get(day)
        return bool(_year(day.year) >> (day.timetuple().tm_yday - 1) & 1) if override is None else override

    def masks(self, first: dt.date, last: dt.date) -> dict[str, int]:
        """The working days from *first* to *last*, both included, as a mask for each month
        that has any: ``(mask & use_days).bit_count()`` is the number of working days of use."""
        return masks(day for day in days(first, last) if self.works(day))

    def count(self, first: dt.date, last: dt.date) -> int:
        """The number of working days from *first* to *last*, both included."""
        return sum(self.works(day) for day in days(first, last))


@lru_cache(maxsize=64)
def _year(year: int) -> int:
    """The working days of *year* without overrides as a bit mask; bit 0 is 1 January."""
    # Importing the calendar costs about 0.1 s, so nobody pays for it who counts no days.
    import holidays

    calendar = holidays.country_holidays("VN", years=year)
    mask = 0
    for day in days(dt.date(year, 1, 1), dt.date(year, 12, 31)):
        if calendar.is_working_day(day):
            mask |= 1 << (day.timetuple().tm_yday - 1)
    return mask
