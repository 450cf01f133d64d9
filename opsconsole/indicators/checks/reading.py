"""Reading checks and the values of their operands from the store.

One query for all checks, one for their figures, one for each measured value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from opsconsole.catalogue import spoken
from opsconsole.indicators.checks.evaluate import Check, evaluate
from opsconsole.indicators.checks.finding import Finding, Term
from opsconsole.indicators.figures import SPOKEN_IN_ENGLISH
from opsconsole.indicators.tree import ALL, LEVELS, level_words
from opsconsole.periods import span
from opsconsole.store.database import Reader, Value

OBSERVED = "observed:"
NUMBER = r"-?\d{1,15}(\.\d{1,9})?"  # no figure is called like one
# The fields that name operands, by their columns: lists first, then single ones.
_LISTS = ("parts", "figures", "received", "resolved", "closing")
_SINGLE = ("opening", "part", "whole", "share", "least", "most")
_CHUNK = 400  # keys a query: SQLite takes 999 parameters


def findings(reader: Reader, year: int | None = None) -> tuple[Finding, ...]:
    """What the checks of *year* (None: of all years) find, conflicts first, then by key.

    A check that was withdrawn finds nothing. A figure that is in no file any more still stands.
    """
    declared = checks(reader, year)
    operands = {operand for check in declared for _role, operand in check.operands}
    known = _numbers(operands) | _figures(reader, operands) | _observed(reader, operands)
    return tuple(
        sorted(
            evaluate(check, [_term(role, operand, known) for role, operand in check.operands])
            for check in declared
        )
    )


def checks(reader: Reader, year: int | None = None) -> list[Check]:
    """The declared checks of *year* (None: of all years), by key."""
    where = "" if year is None else " AND year = :year"
    values: dict[str, Value] = {} if year is None else {"year": year}
    rows = reader.rows(
        f"SELECT key, name, name_en, year, sort, decimals, file, line, note, {', '.join((*_LISTS, *_SINGLE))}"  # noqa: S608 - names from here
        f" FROM check_rule WHERE province = :province AND ended IS NULL{where} ORDER BY key",
        values,
    )
    found = []
    for key, name, name_en, its_year, sort, decimals, file, line, note, *roles in rows:
        operands = []
        for role, written in zip((*_LISTS, *_SINGLE), roles, strict=True):
            if written is not None:
                operands += [(role, each) for each in (json.loads(written) if role in _LISTS else [written])]
        found.append(
            Check(key, name, name_en, its_year, sort, decimals, tuple(operands), file, line, note or "")
        )
    return found


# --- values --------------------------------------------------------------------------------------


def _term(role: str, operand: str, known: dict[str, Term]) -> Term:
    return (
        replace(known[operand], role=role)
        if operand in known
        else Term(role, operand, None, missing="absent")
    )


def _numbers(operands: Iterable[str]) -> dict[str, Term]:
    return {
        operand: Term("", operand, Decimal(operand), sort="number")
        for operand in operands
        if re.fullmatch(NUMBER, operand)
    }


def _figures(reader: Reader, operands: Iterable[str]) -> dict[str, Term]:
    keys = sorted(
        operand
        for operand in operands
        if not operand.startswith(OBSERVED) and not re.fullmatch(NUMBER, operand)
    )
    found = {}
    for some in _chunks(keys):
        names = {f"key_{number}": key for number, key in enumerate(some)}
        for row in reader.rows(
            "SELECT f.key, f.value, f.ended, f.name, f.unit_of_measure,"  # noqa: S608 - names of parameters
            f" {SPOKEN_IN_ENGLISH}, f.period, f.source, f.place, f.file, f.line, f.meaning, f.inexact, f.note"
            " FROM figure f LEFT JOIN indicator i ON i.province = f.province AND i.key = f.indicator"
            f" WHERE f.province = :province AND f.key IN ({', '.join(f':{name}' for name in names)})",
            names,
        ):
            key, value, ended, name, unit, unit_en, period, source, place, *written = row
            file, line, meaning, inexact, note = written
            found[key] = Term(
                "",
                key,
                # repr gives the digits that were declared: a figure has 15 at most.
                None if ended else Decimal(repr(float(value))),
                name=name,
                unit_of_measure=spoken(unit, unit_en),
                period=period,
                source=source,
                place=place or "",
                file=file,
                line=line,
                meaning=meaning or "",
                inexact=inexact or "",
                note=note or "",
                missing="withdrawn" if ended else "",
            )
    return found


def _observed(reader: Reader, operands: Iterable[str]) -> dict[str, Term]:
    wanted = sorted(operand for operand in operands if operand.startswith(OBSERVED))
    found = {}
    for operand in wanted:
        indicator, place, period = operand.removeprefix(OBSERVED).split("/")
        values: dict[str, Value] = {"indicator": indicator, "period": span(period).name, "place": place}
        if place in (ALL, *LEVELS):
            where = "o.unit_id = '' AND o.level = :place"
        elif "@" in place:
            where = "o.unit_id = :place"
        else:
            where = "substr(o.unit_id, 1, :width) = :place"
            values |= {"place": f"{place}@", "width": len(place) + 1}
        rows = reader.rows(
            "SELECT o.value, COALESCE(i.name, ''), COALESCE(i.name_en, ''), COALESCE(i.unit_of_measure, ''),"  # noqa: S608 - one of three conditions
            " COALESCE(i.unit_of_measure_en, i.unit_of_measure, ''), COALESCE(e.name, ''), o.rule"
            " FROM observation o"
            " LEFT JOIN indicator i ON i.province = o.province AND i.key = o.indicator"
            " LEFT JOIN unit_era e ON e.province = o.province AND e.id = o.unit_id"
            " WHERE o.province = :province AND o.current = 1 AND o.value IS NOT NULL"
            f" AND o.indicator = :indicator AND o.period = :period AND {where} ORDER BY o.unit_id",
            values,
        )
        if len(rows) != 1:
            missing = "several" if rows else "unmeasured"
            found[operand] = Term("", operand, None, "observed", period=period, missing=missing)
            continue
        value, name, name_en, unit, unit_en, unit_name, rule = rows[0]
        found[operand] = Term(
            "",
            operand,
            _measured(value),
            "observed",
            name=(spoken(name, name_en)) or indicator,
            unit_of_measure=spoken(unit, unit_en),
            period=period,
            source=rule,
            place=unit_name or level_words(place),
        )
    return found


def _measured(value: float) -> Decimal:
    """A measured value without the noise of binary fractions, which begins past the ninth decimal."""
    return Decimal(repr(float(value))).quantize(Decimal("1e-9"), rounding=ROUND_HALF_UP).normalize()


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
