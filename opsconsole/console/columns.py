"""Columns of a grid: how a value becomes the text of a cell, and text of an exact width."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from opsconsole.text import safe

# Characters known to take one cell each: Latin with all of Vietnamese, general punctuation, arrows,
# box drawing and blocks. Textual measures Vietnamese character by character, five times as slow.
_ONE_CELL = re.compile(r"[\x20-\x7e\xa1-\xac\xae-ʯḀ-ỿ‐-‧‰-⁞←-⇿─-▟■□▪▲△▶▸▼▽▾◀●○◆✓✗]*")
ELLIPSIS = "…"


def shown(value: Any) -> str:
    """*value* as it stands: what a column does that has no form of its own."""
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``title`` is a text of the catalogue, widths are in cells.

    ``show`` makes the text of a value, ``tone`` names how it is drawn ('', 'faint', 'good', 'warn',
    'bad'; the words say it as well). A column that cannot be sorted on has ``sort`` False.
    """

    id: str
    title: str
    least: int = 4
    most: int = 40
    right: bool = False
    sort: bool = True
    show: Callable[[Any], str] = shown
    tone: Callable[[Any], str] | None = None

    def text(self, value: Any) -> str:
        """The text of *value*; as it stands where it is none that the column knows (a damaged row is
        seen and does not end the console)."""
        try:
            return self.show(value)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
            return shown(value)

    def toned(self, value: Any) -> str:
        """How *value* is drawn."""
        try:
            return self.tone(value) if self.tone is not None else ""
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
            return ""


@lru_cache(maxsize=65536)
def cells(text: str) -> int:
    """How many cells *text* takes on a terminal."""
    if _ONE_CELL.fullmatch(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


@lru_cache(maxsize=65536)
def fit(text: str, width: int, right: bool = False) -> str:
    """*text* in exactly *width* cells: filled with blanks, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if _ONE_CELL.fullmatch(text):
        if len(text) > width:
            return text[: width - 1] + ELLIPSIS
        return text.rjust(width) if right else text.ljust(width)
    from rich.cells import cell_len, set_cell_size

    size = cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + ELLIPSIS
    blanks = " " * (width - size)
    return blanks + text if right else text + blanks


def widths(columns: Sequence[Column], titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """A width for each column: what the *rows* given (a sample) and the titles need, within bounds."""
    # the arrow of the order stands behind the title
    heads = [cells(title) + (2 if column.sort else 0) for column, title in zip(columns, titles, strict=True)]
    needed = [max(column.least, head) for column, head in zip(columns, heads, strict=True)]
    for row in rows:
        for index, (column, value) in enumerate(zip(columns, row, strict=False)):
            if needed[index] < column.most:
                needed[index] = max(needed[index], cells(safe(column.text(value))))
    return [
        min(width, max(column.most, head)) for width, column, head in zip(needed, columns, heads, strict=True)
    ]
