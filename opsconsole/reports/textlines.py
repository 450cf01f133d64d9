"""Passages as lines of a given width: wrapped text, tables in columns, wide tables as paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from opsconsole.catalogue import _
from opsconsole.reports.passages import Passage, TableRow

_LEAST = 12  # cells that a column of text keeps

Measure = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the text, at most as wide as was asked for; *tone* is '', head, bold or faint. A line of
    a table has its *row*."""

    text: str
    tone: str = ""
    figures: tuple[int, ...] = ()
    row: TableRow | None = None


def lines(passages: Iterable[Passage], width: int, measure: Measure = len) -> Iterator[TextLine]:
    """The text, no line wider than *width* (at least 20) by *measure*, an empty line between passages."""
    width = max(20, width)
    before = ""
    for passage in passages:
        if before and not (passage.sort == before and before in ("item", "note", "centre")):
            yield TextLine("")
        before = passage.sort
        if passage.sort == "table":
            yield from _table_lines(passage, width, measure)
            continue
        tone = {"heading": "head", "centre": "bold", "note": "faint"}.get(passage.sort, "")
        for text in wrapped(passage.text, width, measure):
            yield TextLine(text, tone, passage.figures)


def wrapped(text: str, width: int, measure: Measure = len) -> list[str]:
    """*text* in lines no wider than *width*, broken at blanks where it has any."""
    found, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if measure(longer) <= width:
            line = longer
            continue
        if line:
            found.append(line)
        while measure(word) > width:
            cut = width
            while measure(word[:cut]) > width:
                cut -= 1
            cut = max(1, cut)
            found.append(word[:cut])
            word = word[cut:]
        line = word
    return [*found, line]


def _table_lines(table: Passage, width: int, measure: Measure) -> Iterator[TextLine]:
    if table.text:
        for text in wrapped(table.text, width, measure):
            yield TextLine(text, "bold")
    if not table.rows:
        yield TextLine(_("nothing"), "faint")
        return
    titles = [title for title, _right in table.columns]
    room = width - 2 * (len(titles) - 1)
    cells = [
        max((measure(row.cells[place]) for row in table.rows), default=1) for place in range(len(titles))
    ]
    heads = [max(map(measure, title.split(" "))) for title in titles]
    # Titles take two or three lines where there is room, as many as they have words where there is not.
    roomy = [
        max(each, head, min(measure(title), 16))
        for each, head, title in zip(cells, heads, titles, strict=True)
    ]
    numeric = [right for _title, right in table.columns]
    widths = roomy if sum(roomy) <= room else _narrowed(list(map(max, cells, heads)), numeric, room)
    if widths is None:
        yield from _records(table, titles, width, measure)
    else:
        for text in _row_lines(titles, widths, numeric, measure):
            yield TextLine(text, "head")
        for row in table.rows:
            for text in _row_lines(row.cells, widths, numeric, measure):
                yield TextLine(text, "bold" if row.total else "", row.figures, row)
    if table.more:
        for text in wrapped(_("… further rows stand in the files"), width, measure):
            yield TextLine(text, "faint")


def _narrowed(needed: Sequence[int], numeric: Sequence[bool], room: int) -> list[int] | None:
    """Widths that fit into *room*: columns of text give way, the widest first. None where even narrow
    ones do not fit."""
    widths = list(needed)
    while (over := sum(widths) - room) > 0:
        giving = [place for place, right in enumerate(numeric) if not right and widths[place] > _LEAST]
        if not giving:
            return None
        widest = max(giving, key=lambda place: widths[place])
        next_widest = max([_LEAST, *(widths[place] for place in giving if widths[place] < widths[widest])])
        widths[widest] = max(next_widest, widths[widest] - over, _LEAST)
    return widths


def _row_lines(
    cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], measure: Measure
) -> Iterator[str]:
    parts = [wrapped(cell, width, measure) for cell, width in zip(cells, widths, strict=True)]
    for place in range(max(map(len, parts))):
        texts = []
        for part, width, flush in zip(parts, widths, right, strict=True):
            text = part[place] if place < len(part) else ""
            blanks = " " * (width - measure(text))
            texts.append(blanks + text if flush else text + blanks)
        yield "  ".join(texts).rstrip()


def _records(table: Passage, titles: Sequence[str], width: int, measure: Measure) -> Iterator[TextLine]:
    """A table that is too wide: each row as its own short paragraph."""
    for row in table.rows:
        said = " · ".join(
            f"{title}: {cell}" for title, cell in zip(titles, row.cells, strict=True) if cell not in ("", "–")
        )
        for place, text in enumerate(wrapped(said, width - 2, measure)):
            indent = "  " if place else ""
            yield TextLine(indent + text, "bold" if row.total else "", row.figures, row)
