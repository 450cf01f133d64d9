"""The data sets of reports: tables and charts made from register and evidence, by name.

A data set is a function ``make(context, title, options, dry)`` that gives blocks; *dry* asks only for
what it quotes. Adding one is a function with ``@table`` or ``@chart`` in a module named in ``_MODULES``.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.indicators.tree import LEVELS
from opsconsole.periods import Span
from opsconsole.reports.figures import Figures
from opsconsole.reports.model import Chart, Column, Heading, Paragraph, Row, Table
from opsconsole.store.database import Reader

Made: TypeAlias = "list[Table | Chart | Paragraph | Heading]"
Make: TypeAlias = Callable[["Context", str, Mapping[str, Any], bool], Made]

_MODULES = (
    *("indicators", "indicatorcharts", "mail", "conference", "equipment", "wear"),
    *("minutes", "quality", "running"),
)


@dataclass
class Context:
    """What a data set may use: the register, the period, the unit it is about, and the language.
    *documents* are the sources of evidence in which a day without lines is no gap."""

    reader: Reader
    figures: Figures
    span: Span
    timezone: ZoneInfo
    unit: str
    people: bool
    language: str
    documents: frozenset[str] = frozenset()
    people_named: bool = False

    def unit_name(self, unit: str) -> str:
        """The name of the unit *unit* (an id)."""
        return self.names().get(unit, unit)

    def names(self) -> dict[str, str]:
        """The names of all units of all times."""
        found: dict[str, str] = self.once(
            "names",
            lambda: dict(self.reader.rows("SELECT id, name FROM unit_era WHERE province = :province")),
        )
        return found

    def units(self, levels: list[str] | None = None) -> list[tuple[str, str, str]]:
        """(id, name, level) of the units on the last day of the period, by level from the top, then in
        the order of their names."""
        rows = self.reader.rows(
            "SELECT id, name, level FROM unit_era WHERE province = :province AND valid_from <= :day"
            " AND (valid_to IS NULL OR :day < valid_to) ORDER BY sort_key, id",
            {"day": self.span.end.isoformat()},
        )
        order = {"province": 0, "department": 1, "district": 2, "commune": 3}
        wanted = [row for row in rows if levels is None or row[2] in levels]
        return sorted(wanted, key=lambda row: order.get(row[2], 9))

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What *make* gives, made once a report."""
        kept: dict[str, Any] = self.__dict__.setdefault("_kept", {})
        if name not in kept:
            kept[name] = make()
        return kept[name]


def listing(
    name: str, title: str, columns: tuple[Column, ...], rows: Sequence[Row], *, nothing: str, origin: str = ""
) -> Made:
    """The table of *rows* that are held in memory; without any, *nothing* is said in its place."""
    if not rows:
        return [Paragraph((nothing,), "note")]
    return [Table(name, title, columns, lambda: iter(rows), origin=origin)]


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set: what it shows, which options it takes, and how it is made."""

    name: str
    what: str
    options: tuple[str, ...]
    make: Make


_tables: dict[str, DataSet] = {}
_charts: dict[str, DataSet] = {}


def table(name: str, what: str, *options: str) -> Callable[[Make], Make]:
    """Register the function below as the table *name*."""
    return _registered(_tables, name, what, options)


def chart(name: str, what: str, *options: str) -> Callable[[Make], Make]:
    """Register the function below as the chart *name*."""
    return _registered(_charts, name, what, options)


def _registered(
    known: dict[str, DataSet], name: str, what: str, options: tuple[str, ...]
) -> Callable[[Make], Make]:
    def add(make: Make) -> Make:
        if name in known:
            raise ValueError(f"there is already a data set {name!r}")
        known[name] = DataSet(name, what, options, make)
        return make

    return add


@cache
def _loaded() -> bool:
    for module in _MODULES:
        importlib.import_module(f"opsconsole.reports.data.{module}")
    return True


def data_sets(sort: str) -> dict[str, DataSet]:
    """The data sets of *sort* (table or chart) by name."""
    _loaded()
    return _tables if sort == "table" else _charts


def listed(options: Mapping[str, Any], name: str, default: list[str] | None = None) -> list[str]:
    """The option *name* as a list. Refuses one that is missing and has no default."""
    value = options.get(name)
    if value is None:
        if default is None:
            raise Refused(_("the option '{name}' is needed").format(name=name))
        return default
    return [value] if isinstance(value, str) else list(value)


def whole(options: Mapping[str, Any], name: str, default: int) -> int:
    """The option *name* as a whole number from 1 to 10,000."""
    value = options.get(name)
    if value is None:
        return default
    if not isinstance(value, str) or not re.fullmatch("[0-9]{1,5}", value) or not 1 <= int(value) <= 10_000:
        raise Refused(_("'{name}' must be a whole number from 1 to 10000").format(name=name))
    return int(value)


def levels_of(options: Mapping[str, Any], default: list[str]) -> list[str]:
    """The option ``levels``: levels of units."""
    chosen = listed(options, "levels", default)
    for level in chosen:
        if level not in LEVELS:
            raise Refused(
                _("there is no level '{level}'; known: {names}").format(level=level, names=", ".join(LEVELS))
            )
    return chosen
