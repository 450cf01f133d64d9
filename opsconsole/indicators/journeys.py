"""What sites need for the journeys that a conference saves: distances and rates; and failed joins.

The assumption, in full: without the conference each site that took part would have sent its people to
where it was chaired, there and back, in one vehicle.

* Sessions of the centre with the province: the province's own site would have travelled to the capital
  (``central-km``), the others to the province centre (``distance-km``).
* Sessions of a district with its communes: to the centre of the district (``district-km``).
* All others: to the province centre (``distance-km``).

The site that chairs stays where it is, but for the province's in a session with the centre. A site with
a distance of 0 sends nobody anywhere. The cost is 2 × distance × ``travel-km`` + ``travellers`` ×
``travel-day``, by the rates in force on the day of the session.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from opsconsole.indicators.ground import Ground
from opsconsole.indicators.periods import Period
from opsconsole.indicators.sessions import Session
from opsconsole.store.clock import instant
from opsconsole.store.database import Reader

RATES = ("travel-km", "travel-day", "travellers")
FAILED_SECONDS = 60  # whoever is gone again within this time did not get in


class Rate(NamedTuple):
    """A rate from *begins* on, until the next of its sort begins."""

    rate: str
    begins: str
    value: Fraction
    unit_of_measure: str
    name: str
    name_en: str
    source: str

    @property
    def data(self) -> dict[str, Any]:
        """The rate as an explanation has it."""
        return {**self._asdict(), "value": float(self.value)}


class Journey(NamedTuple):
    """A journey that a session saved: *cost* in whole VND by *rates*; None where a distance or a rate is
    not declared."""

    kilometres: Fraction | None
    travellers: Fraction | None
    cost: int | None


def rates(reader: Reader) -> dict[str, list[Rate]]:
    """Rate → what it was, in order of the days on which that begins."""
    found: defaultdict[str, list[Rate]] = defaultdict(list)
    for rate, begins, value, unit, *texts in reader.rows(
        "SELECT rate, valid_from, value, unit_of_measure, name, name_en, source FROM rate"
        " WHERE province = :province AND ended IS NULL ORDER BY rate, valid_from"
    ):
        found[rate].append(Rate(rate, begins, Fraction(repr(float(value))), unit, *texts))
    return dict(found)


def rates_on(ground: Ground, day: str) -> dict[str, Rate]:
    """Rate → the one in force on *day*."""
    return {
        name: last
        for name, several in _rates(ground).items()
        for last in [one for one in several if one.begins <= day][-1:]
    }


def _rates(ground: Ground) -> dict[str, list[Rate]]:
    return ground.once(lambda ground: rates(ground.reader), "rates")


def assumptions(known: Mapping[str, list[Rate]], first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """The rates, of those *known*, that hold on some day from *first* to *last*."""
    begin, end = first.isoformat(), last.isoformat()
    held = {
        one
        for several in known.values()
        for one, following in pairwise([*several, None])
        if one is not None and one.begins <= end and (following is None or following.begins > begin)
    }
    return [one.data for one in sorted(held)]


def assumed(reader: Reader, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """The rates that hold on some day from *first* to *last*."""
    return assumptions(rates(reader), first, last)


def assumed_in(ground: Ground, period: Period) -> list[dict[str, Any]]:
    """The rates that hold on some day of *period*."""
    return assumptions(_rates(ground), period.first, period.last)


def _distances(ground: Ground) -> dict[str, tuple[Fraction | None, ...]]:
    """Site → its distance to the province centre, to the centre of its district, to the capital."""
    return {
        key: tuple(None if each is None else Fraction(repr(float(each))) for each in distances)
        for key, *distances in ground.reader.rows(
            "SELECT key, distance_km, district_km, central_km FROM site WHERE province = :province"
        )
    }


def journey(ground: Ground, session: Session, site: str) -> Journey | None:
    """The journey that *session* saved *site*; None where it stayed where it is."""
    host = session.announced.host if session.announced else ""
    central = session.kind == "central-province"
    if site == host and not central:
        return None
    to_province, to_district, to_capital = ground.once(_distances).get(site, (None, None, None))
    if not session.kind:
        distance = None  # nobody announced where it was chaired
    elif central:
        distance = to_capital if site == host else to_province
    else:
        distance = to_district if session.kind == "district-commune" else to_province
    known = rates_on(ground, session.day.isoformat())
    travellers = known["travellers"].value if "travellers" in known else None
    if distance is None or any(name not in known for name in RATES):
        return Journey(distance, travellers, None)
    if not distance:
        return None
    cost = 2 * distance * known["travel-km"].value + known["travellers"].value * known["travel-day"].value
    return Journey(distance, travellers, int(cost + Fraction(1, 2)))


class Failed(NamedTuple):
    """A join that failed: for how many seconds a site was connected in vain."""

    session: str
    site: str
    day: dt.date
    joined: str
    seconds: int


def failed_joins(ground: Ground, period: Period) -> list[Failed]:
    """The joins of *period* that failed: stays of less than a minute."""
    return [
        one
        for year in range(period.first.year, period.last.year + 1)
        for one in ground.once(partial(_failed, year=year), ("failed joins", year))
        if period.first <= one.day <= period.over
    ]


def _failed(ground: Ground, *, year: int) -> list[Failed]:
    found = []
    # A month beyond each end: those of evidence are by the day of the session.
    for session, site, joined, left in ground.reader.rows(
        "SELECT session, site, joined_at, left_at FROM attendance WHERE province = :province"
        " AND month >= :first AND month <= :last ORDER BY session, site, joined_at",
        {"first": f"{year - 1:04d}-12", "last": f"{year + 1:04d}-01"},
    ):
        begin = instant(joined)
        lasted = int((instant(left) - begin).total_seconds())
        day = begin.astimezone(ground.timezone).date()
        if lasted < FAILED_SECONDS and day.year == year:
            found.append(Failed(session, site, day, joined, max(0, lasted)))
    return found
