"""The text of a report as passages: of a document, and of the JSON file of an issued one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from opsconsole.catalogue import _
from opsconsole.reports.model import (
    Annex,
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Part,
    Quote,
    Row,
    Signatures,
    Table,
    shown,
)
from opsconsole.reports.render.common import (
    Head,
    annexes,
    cell_origin,
    clean,
    conflict_blocks,
    foot_facts,
    head,
    heading_text,
    opening,
    recipients,
    sign_lines,
)

MOST_ROWS = 400
"""Rows of one table that are shown; the files have them all."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its cells as text, the figures in it, and whether it is a total. *origins* are
    the cells that are no figures of their own and have an origin: (what, value, origin)."""

    cells: tuple[str, ...]
    figures: tuple[int, ...] = ()
    total: bool = False
    origins: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the text. *sort* is heading, body, item, note, centre or table; *figures* are the
    numbers of those that it quotes. A table has *columns* (title, flush right) and *rows*."""

    sort: str
    text: str = ""
    figures: tuple[int, ...] = ()
    columns: tuple[tuple[str, bool], ...] = ()
    rows: tuple[TableRow, ...] = ()
    more: bool = False


def of_document(document: Document) -> Iterator[Passage]:
    """The passages of *document*, in the language in use."""
    yield from _head(head(document))
    blocks = (*opening(document), *document.blocks)
    yield from _passages(blocks, document.language)
    signing, signer = sign_lines(document)
    if document.layout == "decree":
        yield from (Passage("centre", clean(line)) for line in (*signing, signer) if line)
        yield from (Passage("note", clean(line)) for line in recipients(document))
    yield from (Passage("note", f"{clean(label)}: {clean(fact)}") for label, fact in foot_facts(document))
    yield from _passages(conflict_blocks(document), document.language)
    yield from _annexes(annexes(document), document.language)


def of_data(data: dict[str, Any], language: str) -> Iterator[Passage]:
    """The passages of the JSON file of a report."""
    said: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in data["head"].items()
    }
    yield from _head(Head(**said))
    if data["corrects"]:
        yield Passage("note", _("corrects {name}").format(name=clean(data["corrects"])))
    yield from _passages(map(_block, data["blocks"]), language)
    made = [
        Annex(each["number"], each["title"], tuple(map(_block, each["blocks"]))) for each in data["annexes"]
    ]
    yield from _annexes(made, language)


def _block(data: dict[str, Any]) -> Block:
    """A block of the JSON file as it was in the document, as far as a screen shows it."""
    sort = data["sort"]
    if sort == "heading":
        return Heading(data["level"], data["number"], data["text"])
    if sort == "paragraph":
        parts: list[Part] = [Quote(**part) if isinstance(part, dict) else part for part in data["parts"]]
        return Paragraph(tuple(parts), data["style"])
    if sort == "signatures":
        return Signatures(tuple((who, how) for who, how in data["signers"]))
    if sort == "chart":
        return Chart(data["name"], data["title"], "", 0, 0, data["alternative"])
    columns = tuple(
        Column(each["title"], each["kind"], 1.0, each["group"], each.get("decimals", 1))
        for each in data["columns"]
    )
    rows, totals = ([_row(row) for row in data[name]] for name in ("rows", "totals"))
    return Table(data["name"], data["title"], columns, lambda: iter(rows), tuple(totals), data["origin"])


def _row(row: Sequence[Any]) -> Row:
    return [
        Cell(
            each["value"],
            each.get("figure", 0),
            each.get("marks", ""),
            tuple(each.get("origin", ())),
            each.get("text", ""),
        )
        if isinstance(each, dict)
        else each
        for each in row
    ]


def _head(said: Head) -> Iterator[Passage]:
    yield from (Passage("centre", clean(text)) for text in (said.above, said.body) if text)
    yield Passage("note", f"{clean(said.number)} · {clean(said.place_and_date)}")
    if said.mark:
        yield Passage("centre", f"[{clean(said.mark)}]")
    yield Passage("heading", clean(said.name))
    yield Passage("heading", clean(said.subject))
    yield from (Passage("body", f"{_('To:')} {clean(each)}") for each in said.addressee)


def _annexes(made: Iterable[Annex], language: str) -> Iterator[Passage]:
    for annex in made:
        yield Passage("heading", clean(f"{_('Annex')} {annex.number}. {annex.title}"))
        yield from _passages(annex.blocks, language)


def _passages(blocks: Iterable[Block], language: str) -> Iterator[Passage]:
    for block in blocks:
        if isinstance(block, Heading):
            yield Passage("heading", clean(heading_text(block)))
        elif isinstance(block, Paragraph):
            quotes = tuple(part.figure for part in block.parts if isinstance(part, Quote))
            said = "".join(map(_part, block.parts))
            yield Passage(block.style, f"– {said}" if block.style == "item" else said, quotes)
        elif isinstance(block, Chart):
            yield Passage("body", clean(f"{block.title}: {block.alternative}"))
        elif isinstance(block, Signatures):
            yield Passage("centre", clean(" · ".join(f"{who} {how}" for who, how in block.signers)))
        else:
            yield _table(block, language)
            if block.origin:
                yield Passage("note", clean(f"{_('Source')}: {block.origin}"))


def _part(part: Part) -> str:
    if isinstance(part, str):
        return clean(part)
    return f"{clean(part.text)}{clean(part.marks)}[{part.figure}]"


def _table(table: Table, language: str) -> Passage:
    rows = [_cells(row, table, language) for row in islice(table.rows(), MOST_ROWS + 1)]
    totals = [replace(_cells(row, table, language), total=True) for row in table.totals]
    columns = tuple(
        (clean(f"{each.group}: {each.title}" if each.group else each.title), each.numeric)
        for each in table.columns
    )
    more = len(rows) > MOST_ROWS
    return Passage("table", clean(table.title), (), columns, (*rows[:MOST_ROWS], *totals), more)


def _cells(row: Row, table: Table, language: str) -> TableRow:
    texts, figures, origins = [], [], []
    for value, column in zip(row, table.columns, strict=True):
        text = "" if value is None and column.kind == "place" else clean(shown(value, column, language))
        if isinstance(value, Cell) and value.figure:
            figures.append(value.figure)
            text += f"[{value.figure}]"
        elif isinstance(value, Cell) and value.origin:
            title = f"{column.group}: {column.title}" if column.group else column.title
            origins.append((clean(title), text, clean(cell_origin(value.origin))))
        texts.append(text)
    return TableRow(tuple(texts), tuple(figures), origins=tuple(origins))
