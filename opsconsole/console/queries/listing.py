"""Long lists, asked for in three steps: a first page at once, all keys in order, pages by keys.

A page by its keys costs the same at any position (LIMIT/OFFSET costs 60 ms at the end of a million
rows). Sorting and filtering go through stored columns (``sort_key``, ``fold``).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from opsconsole.store.database import Reader, Value
from opsconsole.text import fold
from opsconsole.words import word as word_shown

Row: TypeAlias = "tuple[Any, ...]"

BLOCK = 128  # rows that are read together
KEYS_AT_ONCE = 5_000

HOLDER = """
LEFT JOIN unit_holder h ON h.province = t.province AND h.unit_id = t.unit_id
 AND h.valid_from <= :day AND :day < h.valid_to
LEFT JOIN unit_era u ON u.province = h.province AND u.id = h.holder_id
"""


@dataclass(frozen=True, slots=True)
class Query:
    """What of a list is wanted. ``day`` (ISO) is the date as of which, ``unit`` an era
    (``code@start``) to which and to whose lower units it is limited, ``order`` a column's id."""

    day: str
    year: int
    words: tuple[str, ...] = ()
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


def like(word: str) -> str:
    """The LIKE pattern (ESCAPE '!') of texts that hold *word*."""
    for sign in "!%_":
        word = word.replace(sign, "!" + sign)
    return f"%{word}%"


@dataclass(frozen=True)
class Listing:
    """A long list over one table, aliased ``t``.

    ``select`` are the expressions of the columns, the key not among them. ``order`` gives the
    expression that a column sorts by; it may be NULL where its id is in ``nullable``. ``choices`` are
    columns of coded words with all their values: a filter finds them by the word that is shown
    and by that of the files. ``joins``
    are needed for the rows, for an order or search only where ``far`` names the alias used.
    ``extend`` completes the rows of a page by another query.
    """

    table: str
    select: tuple[str, ...]
    order: Mapping[str, str]
    first_order: str
    search: tuple[str, ...] = ("t.fold",)
    joins: str = ""
    nullable: frozenset[str] = frozenset()
    by_unit: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extend: Callable[[Reader, Query, dict[str, Row]], dict[str, Row]] | None = None
    _texts: dict[tuple[Any, ...], str] = field(default_factory=dict, repr=False, compare=False)

    def total(self, reader: Reader, query: Query) -> int:
        """How many rows there are without the words of the filter."""
        where, parameters = self._where(query, words=())
        return int(reader.value(f"SELECT count(*) FROM {self.table} t {where}", parameters) or 0)  # noqa: S608

    def keys(self, reader: Reader, query: Query, limit: int | None = None) -> Iterator[list[str]]:
        """All keys in order, in lists; with *limit* the first ones only."""
        where, parameters = self._where(query, query.words)
        order = self._order(query)
        far = bool(query.words) or re.search(r"\b[^t\W]\.", order) is not None
        sql = f"SELECT t.key FROM {self.table} t {self.joins if far else ''} {where} ORDER BY {order}"  # noqa: S608
        if limit is not None:
            sql += " LIMIT :most"
            parameters = {**parameters, "most": limit}
        for chunk in reader.chunks(sql, parameters, KEYS_AT_ONCE):
            yield [row[0] for row in chunk]

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

    def _order(self, query: Query) -> str:
        column = query.order if query.order in self.order else self.first_order
        expression = self.order[column]
        direction = " DESC" if query.descending else ""
        # the engines disagree on where NULL sorts: last, on both
        gaps = f"({expression} IS NULL), " if column in self.nullable else ""
        return f"{gaps}{expression}{direction}, t.key{direction}"

    def _where(self, query: Query, words: Sequence[str]) -> tuple[str, dict[str, Value]]:
        parameters: dict[str, Value] = {"day": query.day}
        parts = ["t.province = :province"]
        if not query.ended:
            parts.append("(t.ended IS NULL OR t.ended > :day)")
        if query.unit and self.by_unit:
            parts.append(_BELOW)
            parameters["unit"] = query.unit
        for number, word in enumerate(words):
            either = [f"{column} LIKE :w{number} ESCAPE '!'" for column in self.search]
            parameters[f"w{number}"] = like(word)
            for place, (column, values) in enumerate(self.choices.items()):
                # from the beginning of a word: "in" means máy in, not máy tính; the word of the
                # files ("laptop") is known to those who write them
                meant = [value for value in values if f" {word}" in f" {fold(word_shown(value))} {value}"]
                names = [f"c{number}_{place}_{each}" for each in range(len(meant))]
                if meant:
                    either.append(f"{column} IN ({', '.join(':' + name for name in names)})")
                    parameters |= dict(zip(names, meant, strict=True))
            parts.append(f"({' OR '.join(either)})")
        return "WHERE " + " AND ".join(parts), parameters


_BELOW = """t.unit_id IN (
 WITH RECURSIVE below (id, code) AS (
  SELECT e.id, e.code FROM unit_era e WHERE e.province = :province AND e.id = :unit
  UNION
  SELECT e.id, e.code FROM unit_era e JOIN below b ON e.parent = b.code
   WHERE e.province = :province AND e.valid_from <= :day AND (e.valid_to IS NULL OR :day < e.valid_to))
 SELECT h2.unit_id FROM unit_holder h2 JOIN below b ON b.id = h2.holder_id
  WHERE h2.province = :province AND h2.valid_from <= :day AND :day < h2.valid_to)"""
