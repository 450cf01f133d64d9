"""The text of a field in a form and the value that it means, by the same rules as the files."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from opsconsole.catalogue import _, language
from opsconsole.dates import typed_day
from opsconsole.inventory.fields import (
    Choice,
    Day,
    Field,
    FieldType,
    Flag,
    Group,
    ListOf,
    Moment,
    Number,
    Ref,
    Whole,
)
from opsconsole.inventory.kinds.units import CODE
from opsconsole.text import fold
from opsconsole.words import day as day_text
from opsconsole.words import moment, word


def can_be_typed(field: Field) -> bool:
    """Whether *field* is one line of text; the entries of a group have a form of their own."""
    return not isinstance(inner_type(field), Group)


def shown(kind: FieldType, value: Any) -> str:
    """*value* (as a document writes it) as the text of a line of input."""
    if value is None:
        return ""
    if isinstance(kind, ListOf):
        return ", ".join(_quoted(shown(kind.item, each)) for each in value)
    if isinstance(kind, Group):
        if kind.keyed is None:
            return ", ".join(shown(each.type, value[each.name]) for each in kind.fields if each.name in value)
        inner = Group(kind.fields)
        entries = [(str(key), shown(inner, each)) for key, each in value.items()]
        return "; ".join(f"{key} ({text})" if text else key for key, text in entries)
    if isinstance(kind, Day):
        return day_text(str(value))
    if isinstance(kind, Moment):
        return moment(str(value))
    if isinstance(kind, Choice):
        return word(str(value))
    if isinstance(kind, Flag):
        return _("yes") if value == "yes" else _("no")
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return str(value)


def meant(field: Field, text: str, today: dt.date) -> Any:
    """The value of *field* that *text* means, as a document writes it; None where nothing is typed.

    Raises ValueError, saying what would be right.
    """
    written = " ".join(text.split())
    if not written:
        if field.required:
            raise ValueError(_("is needed"))
        return None
    return _value(field.type, written, today)


def _value(kind: FieldType, text: str, today: dt.date) -> Any:
    if isinstance(kind, ListOf):
        return [_value(kind.item, part, today) for part in parts(text)]
    if isinstance(kind, Day):
        day = typed_day(text, today)
        if day is None:
            raise ValueError(_("must be a date, such as 31/12/2019, +7 or today"))
        return day.isoformat()
    if isinstance(kind, Moment):
        return _moment(text, today)
    if isinstance(kind, Choice):
        return _choice(kind, text)
    if isinstance(kind, Flag):
        wanted = fold(text)
        if wanted in ("yes", "co", "y", fold(_("yes"))):
            return "yes"
        if wanted in ("no", "khong", "n", fold(_("no"))):
            return "no"
        raise ValueError(_("must be yes or no"))
    if isinstance(kind, Whole):
        text = _ungrouped(text)
    elif isinstance(kind, Number) and language() == "vi":
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    kind.convert(text)
    return text


def _quoted(text: str) -> str:
    """An entry of a list, between quotation marks where it holds what divides entries."""
    return '"' + text.replace('"', '""') + '"' if "," in text or text.startswith('"') else text


def parts(text: str) -> list[str]:
    """The entries of a list that is typed with commas between; one between quotation marks may hold commas,
    and a quotation mark where it is doubled. Blank entries are passed over."""
    found = []
    for quoted, bare in re.findall(r'\s*(?:"((?:[^"]|"")*)"?\s*(?=,|$)|([^,]*))(?:,|$)', text):
        part = quoted.replace('""', '"').strip() if quoted else bare.strip()
        if part:
            found.append(part)
    return found


def _ungrouped(text: str) -> str:
    """A whole number without the points, commas or blanks that group its digits: 11.500.000."""
    return re.sub(r"[., ]", "", text) if re.fullmatch(r"\d{1,3}([., ])\d{3}(\1\d{3})*", text) else text


def _moment(text: str, today: dt.date) -> str:
    """``05/09/2019 8:00``, ``hn 14:30``, ``2019-09-05 08:00``."""
    date, _blank, time = text.replace("T", " ").rpartition(" ")
    day, hour = typed_day(date, today), re.fullmatch(r"([01]?\d|2[0-3])[:hg]([0-5]\d)?", time)
    if day is None or hour is None:
        raise ValueError(_("must be a day and a time, such as 31/12/2019 08:00 or +1 14:30"))
    return f"{day.isoformat()} {int(hour[1]):02d}:{hour[2] or '00'}"


def _choice(kind: Choice, text: str) -> str:
    """The word of the files that is meant by it, by the word shown for it, or by the beginning of one."""
    wanted = fold(text)
    names = {value: (fold(value), fold(word(value))) for value in kind.values}
    for value, each in names.items():
        if wanted in each:
            return value
    begun = [value for value, each in names.items() if any(name.startswith(wanted) for name in each)]
    if len(begun) == 1:
        return begun[0]
    raise ValueError(
        _("must be one of {names}{hint}").format(
            names=", ".join(word(value) for value in kind.values), hint=""
        )
    )


def inner_type(field: Field) -> FieldType:
    """The type of *field*; of a list, that of its entries."""
    return field.type.item if isinstance(field.type, ListOf) else field.type


def refers_to(field: Field) -> str:
    """The kind of things that *field* names, '' where it names none."""
    inner = inner_type(field)
    return inner.kind if isinstance(inner, Ref) else ""


def names_unit(field: Field) -> bool:
    """Whether *field* holds the code of a unit."""
    return inner_type(field) == CODE


def choices(field: Field) -> tuple[str, ...]:
    """The values that *field* can have, where they are few."""
    inner = inner_type(field)
    if isinstance(inner, Choice):
        return inner.values
    return ("yes", "no") if isinstance(inner, Flag) else ()
