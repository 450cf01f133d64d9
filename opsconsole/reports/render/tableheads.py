"""The head of a table, its columns and the size of its letters, as every format has them."""

from __future__ import annotations

from collections.abc import Sequence

from opsconsole.reports.model import Column
from opsconsole.reports.render.breadth import breadth

EDGES = 8.0  # points left and right of the text of a cell, lines included


def heads(columns: Sequence[Column]) -> list[list[tuple[str, int, int]]]:
    """The rows of a table's head as (text, columns, rows): one, or two where columns have groups."""
    if not any(column.group for column in columns):
        return [[(column.title, 1, 1) for column in columns]]
    upper: list[tuple[str, int, int]] = []
    lower: list[tuple[str, int, int]] = []
    place = 0
    while place < len(columns):
        group, span = columns[place].group, 1
        if not group:
            upper.append((columns[place].title, 1, 2))
        else:
            while place + span < len(columns) and columns[place + span].group == group:
                span += 1
            upper.append((group, span, 1))
            lower += [(column.title, 1, 1) for column in columns[place : place + span]]
        place += span
    return [upper, lower]


def font_size(columns: Sequence[Column]) -> float:
    """A size at which a table of so many columns is readable on paper."""
    return 12 if len(columns) <= 7 else 11 if len(columns) <= 9 else 10 if len(columns) <= 12 else 9


def column_widths(columns: Sequence[Column], room: float) -> list[float]:
    """The width of each column, *room* points in all: by their shares, but where others can give, none so
    narrow that a word of its head is broken."""
    size, total = font_size(columns), sum(column.width for column in columns)
    shares = [column.width / total * room for column in columns]
    least = [
        max(breadth(word, size, bold=True) for word in (column.title or " ").split(" ")) + EDGES
        for column in columns
    ]
    lacking = sum(max(0.0, low - share) for low, share in zip(least, shares, strict=True))
    spare = sum(max(0.0, share - low) for low, share in zip(least, shares, strict=True))
    if not lacking or lacking > spare:
        return shares
    return [
        low if share < low else share - (share - low) * lacking / spare
        for low, share in zip(least, shares, strict=True)
    ]
