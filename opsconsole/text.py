"""Vietnamese text: folding for search, keys for matching and order, safe display, numbers and dates.

The only place that knows how Vietnamese is folded, ordered and written out, and the only
place that decides which characters of foreign data may reach a terminal.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

# --- normal form ----------------------------------------------------------------------


def nfc(value: str) -> str:
    """*value* in Unicode normal form C, the only form in which text is stored or compared."""
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def squeeze(value: str) -> str:
    """*value* in NFC with every run of white space (no-break spaces included) as one blank."""
    return " ".join(nfc(value).split())


# --- folding: what a search compares ----------------------------------------------------

_WITHOUT_MARK = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


@lru_cache(maxsize=65536)
def _fold_char(char: str) -> str:
    decomposed = unicodedata.normalize("NFD", char.translate(_WITHOUT_MARK))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def fold(value: str) -> str:
    """The search form of *value*: no diacritics, đ as d, lower case, single blanks.

    ``fold("Xã  Hoà Bình") == fold("xa hoa binh") == "xa hoa binh"``. Two spellings that
    differ only in tones fold alike (Tu Lý, Tú Lý), so a folded form finds, it never identifies.
    """
    if value.isascii():
        return " ".join(value.lower().split())
    return " ".join("".join(map(_fold_char, value)).split())


# --- matching: same word in two tone placements -----------------------------------------

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: dictionary order
_OPEN_PAIR = re.compile(
    rf"(?<![qQ])([oOuU])([aAeEyY])([{_TONES}])(?!\w)",
)
_PAIRS = {"oa", "oe", "uy"}


def match_key(value: str) -> str:
    """The form in which two spellings of one name are equal: tones kept, placement unified.

    "Hoà Bình" and "Hòa Bình", "Thuỷ" and "Thủy" give one key; "Tu Lý" and "Tú Lý" two.
    Only the open syllables -oa, -oe, -uy have two placements; "quý" and "toàn" have one.
    """
    text = unicodedata.normalize("NFD", squeeze(value))

    def first_vowel(found: re.Match[str]) -> str:
        first, second, tone = found.groups()
        if (first + second).lower() not in _PAIRS:
            return found.group()
        return first + tone + second

    return unicodedata.normalize("NFC", _OPEN_PAIR.sub(first_vowel, text)).casefold()


# --- order -------------------------------------------------------------------------------

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PRIMARY = {letter: chr(0x61 + i) for i, letter in enumerate(_LETTERS)}
_SHAPES = "\u0306\u0302\u031b"  # breve, circumflex, horn: they make another letter, not a tone


@lru_cache(maxsize=65536)
def _weights(char: str) -> tuple[str, str, str]:
    """(primary, tone, case) of one NFC character."""
    case = "1" if char.isupper() else "0"
    base = unicodedata.normalize("NFD", char.lower().replace("ð", "đ"))
    tone, shape, rest = "0", "", ""
    for part in base:
        if part in _TONES:
            tone = str(_TONES.index(part) + 1)
        elif part in _SHAPES:
            shape += part
        else:
            rest += part
    letter = unicodedata.normalize("NFC", rest + shape)
    if letter in _PRIMARY:
        return _PRIMARY[letter], tone, case
    if letter.isspace():
        return " ", tone, case
    if letter.isdigit():
        return letter, tone, case
    if letter.isalpha() or not letter:
        return "\x7f" + letter, tone, case
    return "!" + letter, tone, case


@lru_cache(maxsize=65536)
def sort_key(value: str) -> str:
    """A text whose code-point order is the Vietnamese order (ICU locale ``vi``) of *value*.

    Letters of the whole string first, then tones (ngang huyền hỏi ngã sắc nặng), then case.
    Stored and indexed beside the name; compare with binary collation.
    """
    parts = [_weights(char) for char in squeeze(value)]
    primary = "".join(p[0] for p in parts)
    tones = "".join(p[1] for p in parts).rstrip("0")
    case = "".join(p[2] for p in parts).rstrip("0")
    return f"{primary}\x01{tones}\x01{case}"


def person_sort_key(name: str) -> str:
    """Order of a list of people: by given name, the last word, then by the whole name."""
    words = squeeze(name).split(" ")
    return sort_key(" ".join([words[-1], *words[:-1]]))


# --- display -----------------------------------------------------------------------------

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # bidi, zero width, separators
    "\ud800-\udfff\ufffe\uffff"  # lone surrogates, and what no XML may hold
    "\U000e0000-\U000e007f]"  # tag characters
)
_SHOWN = {"\n": "⏎", "\t": " "}


def _visible(found: re.Match[str]) -> str:
    char = found.group()
    return _SHOWN.get(char) or f"<U+{ord(char):04X}>"


def safe(value: object) -> str:
    """*value* as one line that a terminal can show and cannot obey.

    NFC; control, bidirectional, zero-width and surrogate characters become visible
    (``<U+001B>``), a line break ``⏎``, a tab a blank. Every widget, log line, printed line and
    error message that carries data goes through here; markup is never interpreted.
    """
    text = value if isinstance(value, str) else "" if value is None else str(value)
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_visible, nfc(text))


_FORMULA = re.compile(r"^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]|^\s+[=+\-@]")


def uncalculated(text: str) -> str:
    """*text* as a cell of a table that a spreadsheet opens: with an apostrophe before what it would
    calculate. The one guard of every CSV and TSV."""
    return f"'{text}" if _FORMULA.match(text) else text


# --- numbers and dates -------------------------------------------------------------------


def number(value: float | int | Decimal | None, language: str = "vi", decimals: int | None = None) -> str:
    """*value* as people write it: ``8.000`` and ``67,53`` in Vietnamese, ``8,000`` in English.

    Whole numbers have no decimals unless *decimals* asks; None gives a dash.
    """
    if value is None:
        return "–"
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 2
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def percent(share: float | None, language: str = "vi", decimals: int = 1) -> str:
    """*share* (0 to 1) as a percentage, ``67,5 %``; None gives a dash."""
    return "–" if share is None else number(share * 100, language, decimals) + " %"


def date(value: dt.date | str | None) -> str:
    """*value* (a date or its ISO text) as dd/mm/yyyy, the form used outside; None gives a dash."""
    if not value:
        return "–"
    day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day:%d/%m/}{day.year:04d}"


def tabulated(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Set[int]) -> list[str]:
    """*rows* under *heads* as lines of text, each column as wide as it needs; those in *right* are
    flush right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = []
    for row in (heads, *rows):
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
