"""JSON: the whole report for programs, and what ``report compare`` reads. Rows of tables in a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from opsconsole.reports.model import (
    Block,
    Cell,
    Chart,
    Document,
    Figure,
    Heading,
    Paragraph,
    Quote,
    Row,
    Signatures,
    Table,
)
from opsconsole.reports.render.common import annexes, conflict_blocks, head, identity, replacing


def write(document: Document, folder: Path, stem: str) -> list[Path]:
    """``STEM.json``."""
    path = folder / f"{stem}.json"
    with replacing(path) as handle:
        for piece in _pieces(document):
            handle.write(piece)
    return [path]


def _pieces(document: Document) -> Iterator[str]:
    yield "{\n"
    fields: dict[str, Any] = {
        "identity": identity(document),
        "outline": document.outline,
        "outline_digest": document.outline_digest,
        "language": document.language,
        "period": document.period,
        "unit": document.unit,
        "title": document.title,
        "subject": document.subject,
        "draft": document.draft,
        "number": document.number,
        "sign": document.sign.strip(),
        "date": document.date,
        "corrects": document.corrects,
        "head": asdict(head(document)),
        "foot": asdict(document.foot),
        "figures": [figure_data(each) for each in document.figures],
        "conflicts": [asdict(each) for each in document.conflicts],
        "conflict_reason": document.conflict_reason,
    }
    for name, value in fields.items():
        yield f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)},\n"
    yield '"blocks": '
    yield from _list(_blocks((*document.blocks, *conflict_blocks(document))))
    yield ',\n"annexes": ['
    for place, annex in enumerate(annexes(document)):
        yield ",\n" if place else "\n"
        title = json.dumps(annex.title, ensure_ascii=False)
        yield f'{{"number": {annex.number}, "title": {title}, "blocks": '
        yield from _list(_blocks(annex.blocks))
        yield "}"
    yield "]\n}\n"


def figure_data(figure: Figure) -> dict[str, Any]:
    """A figure with its origin, for JSON."""
    return asdict(figure)


def _list(items: Iterator[Iterator[str]]) -> Iterator[str]:
    yield "["
    for place, item in enumerate(items):
        yield ",\n" if place else "\n"
        yield from item
    yield "]"


def _blocks(blocks: tuple[Block, ...]) -> Iterator[Iterator[str]]:
    return (_block(block) for block in blocks)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        first = {"sort": "table", "name": block.name, "title": block.title, "origin": block.origin}
        columns = [
            {"title": each.title, "group": each.group, "kind": each.kind, "decimals": each.decimals}
            for each in block.columns
        ]
        yield json.dumps({**first, "columns": columns}, ensure_ascii=False)[:-1] + ', "rows": ['
        for place, row in enumerate(block.rows()):
            yield (",\n" if place else "\n") + json.dumps(_row(row), ensure_ascii=False)
        yield '], "totals": ' + json.dumps([_row(row) for row in block.totals], ensure_ascii=False) + "}"
        return
    yield json.dumps(_small(block), ensure_ascii=False)


def _small(block: Heading | Paragraph | Chart | Signatures) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"sort": "heading", "level": block.level, "number": block.number, "text": block.text}
    if isinstance(block, Paragraph):
        parts = [asdict(part) if isinstance(part, Quote) else part for part in block.parts]
        return {"sort": "paragraph", "style": block.style, "parts": parts}
    if isinstance(block, Signatures):
        return {"sort": "signatures", "signers": [list(each) for each in block.signers]}
    return {
        "sort": "chart",
        "name": block.name,
        "title": block.title,
        "alternative": block.alternative,
        "columns": [each.title for each in block.columns],
        "data": [list(row) for row in block.data],
    }


def _row(row: Row) -> list[Any]:
    made: list[Any] = []
    for value in row:
        if isinstance(value, Cell):
            made.append(
                {
                    "value": value.value,
                    **({"figure": value.figure} if value.figure else {}),
                    **({"origin": list(value.origin)} if value.origin else {}),
                    **({"marks": value.marks} if value.marks else {}),
                    **({"text": value.text} if value.text else {}),
                }
            )
        else:
            made.append(value)
    return made
