"""Long lists, asked for in three steps: a screenful at once, all keys in order, pages by keys.

A page by its keys costs the same at any position (LIMIT/OFFSET costs 60 ms at the end of a million
rows). Sorting and filtering go through stored columns (``sort_key``, ``fold``).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from opsconsole.console.queries.filtering import FilterField, Term, below, condition
from opsconsole.store.database import Reader, Value
from opsconsole.text import fold

Row: TypeAlias = "tuple[Any, ...]"

BLOCK = 128  # rows that are read together
KEYS_AT_ONCE = 5_000
INDEXED = ("t.key", "t.sort_key")  # expressions of an order that every table has an index for

HOLDER = """
LEFT JOIN unit_holder h ON h.province = t.province AND h.unit_id = t.unit_id
 AND h.valid_from <= :day AND :day < h.valid_to
LEFT JOIN unit_era u ON u.province = h.province AND u.id = h.holder_id
"""

# Where a word is looked for beside a row: among few units and people, once, not for each row.
BY_UNIT = """t.unit_id IN (
 SELECT h3.unit_id FROM unit_holder h3 JOIN unit_era u3 ON u3.province = h3.province AND u3.id = h3.holder_id
 WHERE h3.province = :province AND h3.valid_from <= :day AND :day < h3.valid_to AND u3.fold {holds})"""


def by_person(column: str) -> str:
    """The person named in *column* is one whose name holds the word."""
    return f"{column} IN (SELECT p.key FROM person p WHERE p.province = :province AND p.fold {{holds}})"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Query:
    """What of a list is wanted. ``day`` (ISO) is the date as of which, ``terms`` those of the filter,
    ``unit`` an era (``code@start``) to which and to whose lower units it is limited, ``order`` a
    column's id."""

    day: str
    year: int
    terms: tuple[Term, ...] = ()
    order: str = ""
    descending: bool = False
    unit: str = ""
    ended: bool = False


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a typed filter; quoted words are one. ``hoa binh`` → (hoa, binh)."""
    try:
        parts = shlex.split(text, posix=True)
    except ValueError:  # a quotation mark that is still open while somebody types
        parts = text.replace('"', " ").replace("'", " ").split()
    return tuple(word for word in map(fold, parts) if word)


@dataclass(frozen=True)
class Listing:
    """A long list over one table, aliased ``t``; ``fields`` are those that a filter may name.

    ``select`` are the expressions of the columns, the key not among them. ``order`` gives the
    expression that a column sorts by; it may be NULL where its id is in ``nullable``. ``choices`` are
    columns of coded words with all their values: a filter finds them by the word that is shown
    and by that of the files. ``joins``
    are needed for the rows, for an order or search only where ``far`` names the alias used; what is
    looked for in other tables by conditions *beside* (with ``{holds}``) needs none.
    ``extend`` completes the rows of a page by another query.
    """

    table: str
    select: tuple[str, ...]
    order: Mapping[str, str]
    first_order: str
    search: tuple[str, ...] = ("t.fold",)
    joins: str = ""
    nullable: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()
    by_unit: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, FilterField] = field(default_factory=dict)
    extend: Callable[[Reader, Query, dict[str, Row]], dict[str, Row]] | None = None
    _texts: dict[tuple[Any, ...], str] = field(default_factory=dict, repr=False, compare=False)

    def total(self, reader: Reader, query: Query) -> int:
        """How many rows there are without the filter."""
        where, parameters = self._where(query, terms=())
        return int(reader.value(f"SELECT count(*) FROM {self.table} t {where}", parameters) or 0)  # noqa: S608

    def keys(self, reader: Reader, query: Query) -> Iterator[list[str]]:
        """All keys in order, in lists."""
        order = self._order(query)
        if query.terms:
            # No order by an index: to read all rows as they lie and order what a filter leaves takes half
            # as long as to read them in order.
            order = re.sub(r"\bt\.(key|sort_key)\b", r"t.\1 || ''", order)
        sql, parameters = self._keys_sql(query, order)
        for chunk in reader.chunks(sql, parameters, KEYS_AT_ONCE):
            yield [row[0] for row in chunk]

    def keys_around(
        self, reader: Reader, query: Query, cursor: str | None, most: int
    ) -> tuple[list[str], int] | None:
        """Up to *most* keys in order without reading the others, and how many of them stand before
        *cursor*: the first ones without it, else those around its place, which it has even where the filter
        leaves it out. None where no index has this order."""
        column = self._column(query)
        expression, order = self.order[column], self._order(query)
        if expression not in INDEXED or column in self.nullable:
            return None
        here = None
        if cursor is not None:
            sql = f"SELECT {expression} FROM {self.table} t WHERE t.province = :province AND t.key = :key"  # noqa: S608
            here = reader.row(sql, {"key": cursor})
        if here is None:
            return self._some(reader, query, order, "", {}, most), 0
        place: dict[str, Value] = {"here_key": cursor, "here": here[0]}
        on, back = ("<", ">") if query.descending else (">", "<")
        if expression == "t.key":
            later, before = f"t.key {on}= :here_key", f"t.key {back} :here_key"
        else:
            later = f"{expression} {on}= :here AND ({expression} {on} :here OR t.key {on}= :here_key)"
            before = f"{expression} {back}= :here AND ({expression} {back} :here OR t.key {back} :here_key)"
        reverse = self._order(replace(query, descending=not query.descending))
        first = self._some(reader, query, reverse, before, place, most // 2)
        rest = self._some(reader, query, order, later, place, most - len(first))
        return [*reversed(first), *rest], len(first)

    def _some(
        self, reader: Reader, query: Query, order: str, where: str, place: Mapping[str, Value], most: int
    ) -> list[str]:
        sql, parameters = self._keys_sql(query, order, where)
        return [row[0] for row in reader.rows(f"{sql} LIMIT :most", {**parameters, **place, "most": most})]

    def _keys_sql(self, query: Query, order: str, besides: str = "") -> tuple[str, dict[str, Value]]:
        where, parameters = self._where(query, query.terms)
        far = re.search(r"\b[^t\W]\.", order) is not None or (
            any(term.field for term in query.terms)
            or (bool(query.terms) and any(not column.startswith("t.") for column in self.search))
        )
        if besides:
            where += f" AND {besides}"
        sql = f"SELECT t.key FROM {self.table} t {self.joins if far else ''} {where} ORDER BY {order}"  # noqa: S608
        return sql, parameters

    def page(self, reader: Reader, query: Query, keys: Sequence[str]) -> dict[str, Row]:
        """The rows of *keys*, by key; one that is gone is missing."""
        if not keys:
            return {}
        # filled up to a whole block, so that the statement is the same each time
        size = BLOCK if len(keys) <= BLOCK else len(keys)
        filled = [*keys, *[keys[-1]] * (size - len(keys))]
        names = ", ".join(f":k{number}" for number in range(size))
        sql = (
            f"SELECT t.key, {', '.join(self.select)} FROM {self.table} t {self.joins} "  # noqa: S608
            f"WHERE t.province = :province AND t.key IN ({names})"
        )
        parameters: dict[str, Value] = {f"k{number}": key for number, key in enumerate(filled)}
        parameters["day"] = query.day
        rows = {row[0]: row[1:] for row in reader.rows(sql, parameters)}
        return self.extend(reader, query, rows) if self.extend is not None else rows

    def _column(self, query: Query) -> str:
        return query.order if query.order in self.order else self.first_order

    def _order(self, query: Query) -> str:
        column = self._column(query)
        expression = self.order[column]
        direction = " DESC" if query.descending else ""
        # the engines disagree on where NULL sorts: last, on both
        gaps = f"({expression} IS NULL), " if column in self.nullable else ""
        last = "" if expression == "t.key" else f", t.key{direction}"
        return f"{gaps}{expression}{direction}{last}"

    def _where(self, query: Query, terms: Sequence[Term]) -> tuple[str, dict[str, Value]]:
        parameters: dict[str, Value] = {"day": query.day}
        parts = ["t.province = :province"]
        if not query.ended:
            parts.append("(t.ended IS NULL OR t.ended > :day)")
        if query.unit and self.by_unit:
            parts.append(below("e.id = :unit"))
            parameters["unit"] = query.unit
        for number, term in enumerate(terms):
            part, values = condition(number, term, self.fields, self.search, self.choices, self.beside)
            parts.append(part)
            parameters |= values
        return "WHERE " + " AND ".join(parts), parameters
