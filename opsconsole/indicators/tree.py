"""The administrative tree as the measures need it: which unit holds what on a day, at which level."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from opsconsole.catalogue import _
from opsconsole.store.database import Reader

# From the top; 'all' is the whole province and no level of a unit.
LEVELS = ("province", "department", "district", "commune")
ALL = "all"


def level_words(level: str) -> str:
    """A level, or ``all``, in the language in use; another word as it is."""
    return {
        ALL: _("whole province"),
        "province": _("province"),
        "department": _("department"),
        "district": _("district"),
        "commune": _("commune"),
    }.get(level, level)


@dataclass(frozen=True, slots=True)
class Parted:
    """A unit that did not go as a whole into one other, on *day*: what was declared in it is found in
    *holder*, though *others* have a part of it, too. No figure of theirs compares across that day."""

    day: str
    unit: str
    holder: str
    others: tuple[str, ...]


class Tree:
    """All units of all times, read with two queries.

    Nothing here asks the database again, so that a year of periods costs no query a unit.
    """

    def __init__(self, reader: Reader) -> None:
        self._eras: list[tuple[str, str, str, str]] = [
            (era, level, start, end or "9999-12-31")
            for era, level, start, end in reader.rows(
                "SELECT id, level, valid_from, valid_to FROM unit_era WHERE province = :province ORDER BY id"
            )
        ]
        self._levels = {era: level for era, level, _start, _end in self._eras}
        self._holders: list[tuple[str, str, str, str]] = [
            (unit, start, end, holder)
            for unit, start, end, holder in reader.rows(
                "SELECT unit_id, valid_from, valid_to, holder_id FROM unit_holder"
                " WHERE province = :province ORDER BY unit_id, valid_from"
            )
        ]
        self._asked: dict[dt.date, dict[str, str]] = {}
        self._reader = reader

    def holders(self, day: dt.date) -> dict[str, str]:
        """Who holds on *day* what was declared in a unit: unit id → unit id."""
        if day not in self._asked:
            on = day.isoformat()
            self._asked[day] = {
                unit: holder for unit, start, end, holder in self._holders if start <= on < end
            }
        return self._asked[day]

    def in_force(self, day: dt.date) -> list[str]:
        """The ids of the units that stand on *day*, sorted."""
        on = day.isoformat()
        return [era for era, _its_level, start, end in self._eras if start <= on < end]

    def begun(self, day: dt.date) -> set[str]:
        """The ids of the units that stand on *day* or stood before it."""
        on = day.isoformat()
        return {era for era, _its_level, start, _end in self._eras if start <= on}

    def level(self, unit_id: str) -> str:
        """The level of a unit; '' for an id that the tree does not know."""
        return self._levels.get(unit_id, "")

    def find(self, unit: str, day: dt.date) -> str | None:
        """The id of the unit with that code or id on *day*, None where none stands then."""
        return next((era for era in self.in_force(day) if unit in (era, era.split("@")[0])), None)

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each era; one more query."""
        return {era: name for era, (name, _parent) in self._said.items()}

    @cached_property
    def _said(self) -> dict[str, tuple[str, str]]:
        return {
            era: (name, parent or "")
            for era, name, parent in self._reader.rows(
                "SELECT id, name, parent FROM unit_era WHERE province = :province"
            )
        }

    def with_below(self, unit_id: str, day: dt.date) -> frozenset[str]:
        """The unit and all units below it on *day*, as ids."""
        below: dict[str, list[str]] = {}
        for era in self.in_force(day):
            below.setdefault(self._said[era][1], []).append(era)
        found, waiting = {unit_id}, [unit_id]
        while waiting:
            for era in below.get(waiting.pop().split("@")[0], ()):
                if era not in found:
                    found.add(era)
                    waiting.append(era)
        return frozenset(found)

    def parted(self, first: dt.date, last: dt.date) -> list[Parted]:
        """The units that were parted after *first* and up to *last*, by day and id; with *last* the earlier
        one, those that came of several from then back: what was declared in them since is found in one
        of these. The holder and the others are units that stand on *last*."""
        back = last < first
        begin, end = sorted((first.isoformat(), last.isoformat()))
        ways: dict[tuple[str, str], list[str]] = {}
        for source, target, at in self._links:
            if begin < at <= end:
                here, there = (target, source) if back else (source, target)
                ways.setdefault((at, here), []).append(there)
        holders = self.holders(last)
        found = []
        for (at, unit), ends in sorted(ways.items()):
            holder = holders.get(unit, unit)
            others = sorted({holders.get(each, each) for each in ends} - {holder})
            if len(ends) > 1 and others:
                found.append(Parted(at, unit, holder, tuple(others)))
        return found

    @cached_property
    def _links(self) -> list[tuple[str, str, str]]:
        """(from, to, day) of what became of units."""
        every = "SELECT from_id, to_id, at FROM unit_link WHERE province = :province ORDER BY at"
        return list(self._reader.rows(every))
