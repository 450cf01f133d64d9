"""A document as the data that report.typ reads.

Text travels as JSON strings, which typst never reads as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from opsconsole.catalogue import _
from opsconsole.reports.model import (
    Annex,
    Block,
    Cell,
    Document,
    Heading,
    Paragraph,
    Quote,
    Row,
    Signatures,
    Table,
    shown,
)
from opsconsole.reports.render.breadth import balanced, divisible
from opsconsole.reports.render.common import (
    annex_line,
    annex_name,
    clean,
    foot_facts,
    foot_short,
    head,
    heading_text,
    identity,
    recipients,
    sign_lines,
)
from opsconsole.reports.render.tableheads import EDGES, column_widths, font_size, heads

LEFT_POINTS = 206.0  # what the left cell of the head is wide, as report.typ has it
FORM_POINTS = 250.0  # in a form
TEXT_POINTS = 468.0  # what the text is wide on an upright page, 165 mm; on its side there is more room
LONG_CELL = 600  # letters; a row with a longer cell may go on over the next page


class TooLong(Exception):
    """A document has more rows than are set as one."""


class Allowed:
    """So many rows of tables may still be read."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def of(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The *rows*. Raises TooLong at the first that is one too many."""
        for row in rows:
            if not self.rows:
                raise TooLong
            self.rows -= 1
            yield row


def annex_data(
    document: Document, annex: Annex, blocks: list[dict[str, Any]], begins: bool = True
) -> dict[str, Any]:
    return {
        "name": annex_name(document, annex),
        "title": clean(annex.title),
        "landscape": annex.landscape,
        "begins": begins,
        "blocks": blocks,
    }


def frame(document: Document) -> dict[str, Any]:
    """What stands around the blocks. *begins* and *ends*: whether head and signature are in this part;
    *offset*: pages before it that are counted with its own."""
    said = head(document)
    lines, signer = sign_lines(document)
    room = LEFT_POINTS if document.layout == "decree" else FORM_POINTS
    return {
        "lang": document.language,
        "title": clean(document.title),
        "author": clean(document.letterhead.body or "opsconsole"),
        "keywords": [identity(document)],
        "layout": document.layout,
        "landscape": document.landscape,
        "mark": said.mark,
        "head": {
            "nation": said.nation,
            "motto": said.motto,
            "above": balanced(clean(said.above), room, 12),
            "body": balanced(clean(said.body), room, 12, bold=True),
            "number": clean(said.number),
            "date": clean(said.place_and_date),
            "name": clean(said.name),
            "subject": clean(said.subject),
            "addressee": [clean(each) for each in said.addressee],
        },
        "subject-line": clean(document.subject),
        "unit": clean(document.unit),
        "form": [clean(each) for each in document.form],
        "words": {"recipients": _("Recipients:"), "to": _("To:"), "source": _("Source")},
        "sign": [clean(line) for line in lines],
        "signer": clean(signer),
        "recipients": [clean(each) for each in recipients(document)],
        "foot": [[clean(label), clean(text)] for label, text in foot_facts(document)],
        "foot-short": clean(foot_short(document)),
        "annex-line": clean(annex_line(document)),
        "whole": False,
        "begins": True,
        "ends": True,
        "offset": 0,
        "blocks": [],
        "closing": [],
        "annexes": [],
    }


def block_data(
    block: Block, document: Document, root: Path, drawn: list[int], allowed: Allowed
) -> dict[str, Any]:
    """*block* as report.typ reads it; charts are drawn into files of *root*, which *drawn* counts."""
    if isinstance(block, Heading):
        return {"sort": "heading", "level": block.level, "text": clean(heading_text(block))}
    if isinstance(block, Paragraph):
        parts = [
            {"text": clean(part.text), "marks": part.marks, "figure": part.figure}
            if isinstance(part, Quote)
            else clean(part)
            for part in block.parts
        ]
        return {"sort": "paragraph", "style": block.style, "parts": parts}
    if isinstance(block, Table):
        return table_data(block, document.language, allowed.of(block.rows()))
    if isinstance(block, Signatures):
        return {"sort": "signatures", "signers": [[clean(who), clean(how)] for who, how in block.signers]}
    drawn.append(1)
    name = f"chart-{len(drawn)}.svg"
    (root / name).write_text(block.svg, encoding="utf-8")
    return {
        "sort": "chart",
        "title": clean(block.title),
        "file": name,
        "width": block.width,
        "height": block.height,
        "alt": clean(block.alternative),
    }


def table_data(
    table: Table, language: str, piece: Iterable[Row], *, first: bool = True, last: bool = True
) -> dict[str, Any]:
    """A *piece* of the rows of *table* as report.typ reads it: title with the first, totals and origin with
    the last."""

    size, widths = font_size(table.columns), column_widths(table.columns, TEXT_POINTS)

    def cells(row: Row) -> list[Any]:
        made: list[Any] = []
        for value, column, width in zip(row, table.columns, widths, strict=True):
            text = (
                clean(shown(value, column, language)) if value is not None or column.kind != "place" else ""
            )
            text = text if column.numeric else divisible(text, width - EDGES, size)
            made.append(
                {"text": text, "figure": value.figure} if isinstance(value, Cell) and value.figure else text
            )
        return made

    rows = [cells(row) for row in piece]
    return {
        "sort": "table",
        "name": table.name,
        "title": clean(table.title) if first else "",
        "size": size,
        "columns": [
            {"width": width, "numeric": column.numeric}
            for column, width in zip(table.columns, widths, strict=True)
        ],
        "heads": [
            [{"text": clean(text), "span": span, "rows": rows} for text, span, rows in line]
            for line in heads(table.columns)
        ],
        "rows": rows,
        "long": [place for place, row in enumerate(rows) if any(len(str(cell)) > LONG_CELL for cell in row)],
        "totals": [cells(row) for row in table.totals] if last else [],
        "origin": clean(table.origin) if last else "",
    }
