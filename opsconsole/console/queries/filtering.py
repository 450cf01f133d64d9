"""A typed filter → words and field terms → conditions in SQL.

``hoa binh kind:printer price:>10m bought:<2016 !status:broken``: words are looked for everywhere, a
*term* in one field. ``!`` (or ``-`` before a term) means *not*. Numbers take k, m and tr (triệu), b and
tỷ; days may be short (2016, 2016-05); ``a..b`` is from a to b, ends included; ``field:`` with nothing
behind it is still being typed and asks for nothing; ``field:-`` is a field without a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from opsconsole.catalogue import _
from opsconsole.store.database import Value
from opsconsole.text import fold
from opsconsole.words import CALLED
from opsconsole.words import word as word_shown

# a part of a filter: what stands before quotation marks, and what stands in them
_PART = re.compile(r'(?P<head>[^\s"]*)(?:"(?P<quoted>[^"]*)"?)?')
_TERM = re.compile(r"(?P<not>[!-]?)(?P<field>[^\W\d][\w-]*):(?P<op><=|>=|<|>|=)?(?P<value>.*)", re.DOTALL)
_NUMBER = re.compile(r"(?P<digits>\d[\d.,]*)(?P<unit>k|m|tr|b|ty|)")
_SCALE = {"": 1, "k": 1_000, "m": 1_000_000, "tr": 1_000_000, "b": 1_000_000_000, "ty": 1_000_000_000}
_DAY = re.compile(r"\d{4}(-\d{2}){0,2}")
_DAY_VN = re.compile(r"(?:(\d{1,2})/)?(\d{1,2})/(\d{4})")
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: *field* is what was typed before the colon, folded ('' for a word anywhere)."""

    field: str
    op: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field that a filter may name. *sort* says how it is compared: ``text`` (holds the folded word),
    ``key`` (begins with it), ``choice`` (the word shown or that of the files), ``number``, ``day``,
    ``flag``, or ``unit`` (a code with all below it, or a part of the name). *also* are other names, of
    both languages, folded."""

    expression: str
    sort: str = "text"
    also: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


Fields: TypeAlias = "Mapping[str, FilterField]"


def terms_of(text: str) -> tuple[Term, ...]:
    """The terms of a typed filter; words among them have no field. Nothing typed is ever an error."""
    found = []
    for part in _PART.finditer(text):
        head, quoted = part["head"], part["quoted"]
        whole = head + (quoted or "")
        if not whole:
            continue
        term = _TERM.fullmatch(whole) if ":" in head else None
        if term is not None:
            value = term["value"].strip()
            if value:
                field = fold(term["field"]).replace(" ", "")
                found.append(Term(field, term["op"] or ":", value, bool(term["not"])))
            continue
        negated = whole.startswith("!") and len(whole) > 1 and quoted != whole
        if word := fold(whole[1:] if negated else whole):
            found.append(Term("", ":", word, negated))
    return tuple(found)


def trouble(terms: Iterable[Term], fields: Fields) -> str:
    """What of *terms* cannot be asked, in words; '' where all can."""
    for term in terms:
        if not term.field:
            continue
        field = _named(fields, term.field)
        if field is None:
            return _("no field “{field}”; there are: {fields}").format(
                field=term.field, fields=", ".join(sorted(fields))
            )
        if field.sort == "number" and term.value != NOTHING and _numbers(term.value) is None:
            return _("{field}: a number such as 10000000, 10m, 5..20").format(field=term.field)
        if field.sort == "day" and term.value != NOTHING and _days(term.value) is None:
            return _("{field}: a day such as 2016, 2016-05, 31/12/2016").format(field=term.field)
        if term.op not in (":", "=") and field.sort not in ("number", "day"):
            return _("{field} cannot be compared with {op}").format(field=term.field, op=term.op)
    return ""


def like(word: str) -> str:
    """The LIKE pattern (ESCAPE '!') of texts that hold *word*."""
    for sign in "!%_":
        word = word.replace(sign, "!" + sign)
    return f"%{word}%"


def condition(
    number: int,
    term: Term,
    fields: Fields,
    everywhere: tuple[str, ...],
    choices: Mapping[str, tuple[str, ...]],
    beside: tuple[str, ...] = (),
) -> tuple[str, dict[str, Value]]:
    """*term*, the *number*-th of a filter, in SQL with its parameters. A word is looked for in the
    columns *everywhere*, by the conditions *beside* and among the words of *choices*; a term that cannot
    be asked holds for nothing."""
    if not term.field:
        found, parameters = _word(number, term.value, everywhere, choices, beside)
    else:
        field = _named(fields, term.field)
        found, parameters = ("1 = 0", {}) if field is None else _in_field(number, term, field)
    # NULL is not the value that was asked for
    return (f"NOT COALESCE({found}, FALSE)" if term.negated else found), parameters


def _named(fields: Fields, name: str) -> FilterField | None:
    if name in fields:
        return fields[name]
    for field in fields.values():
        if name in field.also:
            return field
    return None


def _meant(values: Iterable[str], word: str) -> list[str]:
    # from the beginning of a word: "in" means máy in, not máy tính; the word of the files ("laptop")
    # is known to those who write them, and "pc" to everybody
    return [
        value
        for value in values
        if f" {word}" in f" {fold(word_shown(value))} {value} {CALLED.get(value, '')}"
    ]


def _word(
    number: int,
    word: str,
    everywhere: tuple[str, ...],
    choices: Mapping[str, tuple[str, ...]],
    beside: tuple[str, ...],
) -> tuple[str, dict[str, Value]]:
    holds = f"LIKE :w{number} ESCAPE '!'"
    either = [f"{column} {holds}" for column in everywhere]
    either += [each.replace("{holds}", holds) for each in beside]
    parameters: dict[str, Value] = {f"w{number}": like(word)}
    for place, (column, values) in enumerate(choices.items()):
        meant = _meant(values, word)
        names = [f"c{number}_{place}_{each}" for each in range(len(meant))]
        if meant:
            either.append(f"{column} IN ({', '.join(':' + name for name in names)})")
            parameters |= dict(zip(names, meant, strict=True))
    return f"({' OR '.join(either)})", parameters


def _in_field(number: int, term: Term, field: FilterField) -> tuple[str, dict[str, Value]]:
    name, expression = f"f{number}", field.expression
    if term.value == NOTHING:
        empty = f"{expression} = ''" if field.sort in ("text", "key", "day") else "1 = 0"
        return f"({expression} IS NULL OR {empty})", {}
    word = fold(term.value)
    if field.sort == "text":
        return f"{expression} LIKE :{name} ESCAPE '!'", {name: like(word)}
    if field.sort == "key":
        return f"lower({expression}) LIKE :{name} ESCAPE '!'", {name: like(term.value.lower())[1:]}
    if field.sort == "choice":
        meant = _meant(field.values, word)
        names = [f"{name}_{each}" for each in range(len(meant))]
        listed = ", ".join(f":{each}" for each in names) or "''"
        return f"{expression} IN ({listed})", dict(zip(names, meant, strict=True))
    if field.sort == "flag":
        yes = word in ("yes", "co", "1", "true")
        return f"coalesce({expression}, 0) = :{name}", {name: int(yes)}
    if field.sort == "unit":
        return _unit(name, term.value, word)
    bounds = _numbers(term.value) if field.sort == "number" else _days(term.value)
    return ("1 = 0", {}) if bounds is None else _between(name, expression, term.op, *bounds)


def _between(name: str, expression: str, op: str, low: Value, high: Value) -> tuple[str, dict[str, Value]]:
    """*expression* from *low* to *high*, or before and after them."""
    first, last = {f"{name}l": low}, {f"{name}h": high}
    if op == "<":
        return f"{expression} < :{name}l", first
    if op == "<=":
        return f"{expression} <= :{name}h", last
    if op == ">":
        return f"{expression} > :{name}h", last
    if op == ">=":
        return f"{expression} >= :{name}l", first
    return f"({expression} >= :{name}l AND {expression} <= :{name}h)", {**first, **last}


def below(which: str) -> str:
    """The condition that a row ``t`` is held on ``:day`` by a unit ``e`` for which *which* holds, or by
    one below it."""
    return f"""t.unit_id IN (
 WITH RECURSIVE below (id, code) AS (
  SELECT e.id, e.code FROM unit_era e WHERE e.province = :province AND {which}
  UNION
  SELECT e.id, e.code FROM unit_era e JOIN below b ON e.parent = b.code
   WHERE e.province = :province AND e.valid_from <= :day AND (e.valid_to IS NULL OR :day < e.valid_to))
 SELECT h2.unit_id FROM unit_holder h2 JOIN below b ON b.id = h2.holder_id
  WHERE h2.province = :province AND h2.valid_from <= :day AND :day < h2.valid_to)"""  # noqa: S608 - from here


def _unit(name: str, typed: str, word: str) -> tuple[str, dict[str, Value]]:
    """The unit with the code *typed* and all below it on the day; and units whose name holds *word*."""
    found = below(f"e.code = :{name}c AND e.valid_from <= :day AND (e.valid_to IS NULL OR :day < e.valid_to)")
    return f"({found} OR u.fold LIKE :{name} ESCAPE '!')", {f"{name}c": typed, name: like(word)}


def _numbers(text: str) -> tuple[float, float] | None:
    """(least, most) that *text* means; None where it is no number."""
    first, dots, last = text.partition("..")
    low, high = _number(first), _number(last) if dots else _number(first)
    return None if low is None or high is None else (low, high)


def _number(text: str) -> float | None:
    found = _NUMBER.fullmatch(fold(text).replace(" ", ""))
    if found is None:
        return None
    digits = found["digits"].rstrip(".,")
    # 11.500.000 and 11,500,000 are grouped; 1.5 and 1,5 are not
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", digits):
        digits = re.sub(r"[.,]", "", digits)
    try:
        return float(digits.replace(",", ".")) * _SCALE[found["unit"]]
    except ValueError:
        return None


def _days(text: str) -> tuple[str, str] | None:
    """(first, last) day that *text* means, as ISO text; None where it is no day, month or year."""
    first, dots, last = text.partition("..")
    low, high = _day(first.strip()), _day(last.strip()) if dots else _day(first.strip())
    return None if low is None or high is None else (low, high + "\x7f")


def _day(text: str) -> str | None:
    if _DAY.fullmatch(text):
        return text
    if found := _DAY_VN.fullmatch(text):
        day, month, year = found.groups()
        return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")
    return None
