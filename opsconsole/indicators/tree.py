"""The administrative tree as the measures need it: which unit holds what on a day, at which level."""

from __future__ import annotations

import datetime as dt

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
