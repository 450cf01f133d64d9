"""PDF by typst: the page is in report.typ, the document goes to it as data, fonts are embedded.

Text travels as JSON strings, which typst never reads as markup. Nothing outside the package is read:
its own fonts, no packages, no network.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from opsconsole.catalogue import _
from opsconsole.reports.model import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Quote,
    Row,
    Signatures,
    Table,
    shown,
)
from opsconsole.reports.render.common import (
    annex_line,
    annex_name,
    annexes,
    clean,
    conflict_blocks,
    foot_facts,
    foot_short,
    head,
    heading_text,
    identity,
    opening,
    recipients,
    replacing,
    sign_lines,
)

FONTS = Path(__file__).parents[1] / "fonts"
TEMPLATE = Path(__file__).with_name("report.typ")


def write(document: Document, folder: Path, stem: str) -> list[Path]:
    """``STEM.pdf``."""
    path = folder / f"{stem}.pdf"
    with tempfile.TemporaryDirectory(prefix="opsconsole-pdf-") as work:
        root = Path(work)
        shutil.copyfile(TEMPLATE, root / "report.typ")
        data = _data(document, root)
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        made = compiled(root / "report.typ", root)
    with replacing(path, "wb") as handle:
        handle.write(made)
    return [path]


def compiled(
    source: Path, root: Path, form: Literal["pdf", "png"] = "pdf", ppi: float | None = None
) -> bytes:
    """What typst makes of *source*, which may read files below *root* only."""
    import typst

    made = typst.compile(
        str(source), root=str(root), font_paths=[str(FONTS)], ignore_system_fonts=True, format=form, ppi=ppi
    )
    return bytes(made)


def _data(document: Document, root: Path) -> dict[str, Any]:
    said = head(document)
    lines, signer = sign_lines(document)
    drawn: list[int] = []
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
            "above": clean(said.above),
            "body": clean(said.body),
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
        "blocks": [_block(each, document, root, drawn) for each in (*opening(document), *document.blocks)],
        "closing": [_block(each, document, root, drawn) for each in conflict_blocks(document)],
        "foot": [[clean(label), clean(text)] for label, text in foot_facts(document)],
        "foot-short": clean(foot_short(document)),
        "annex-line": clean(annex_line(document)),
        "annexes": [
            {
                "name": annex_name(document, each),
                "title": clean(each.title),
                "landscape": each.landscape,
                "blocks": [_block(block, document, root, drawn) for block in each.blocks],
            }
            for each in annexes(document)
        ],
    }


def _block(block: Block, document: Document, root: Path, drawn: list[int]) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"sort": "heading", "level": block.level, "text": clean(heading_text(block))}
    if isinstance(block, Paragraph):
        parts = [
            {"text": clean(part.text), "marks": part.marks, "figure": part.figure}
            if isinstance(part, Quote)
            else clean_part(part)
            for part in block.parts
        ]
        return {"sort": "paragraph", "style": block.style, "parts": parts}
    if isinstance(block, Table):
        return _table(block, document.language)
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
        "alt": clean(block.alternative),
    }


def clean_part(text: str) -> str:
    """Running text keeps the blanks at its ends."""
    return clean(text)


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


def _table(table: Table, language: str) -> dict[str, Any]:
    def cells(row: Row) -> list[Any]:
        made: list[Any] = []
        for value, column in zip(row, table.columns, strict=True):
            text = (
                clean(shown(value, column, language)) if value is not None or column.kind != "place" else ""
            )
            made.append(
                {"text": text, "figure": value.figure} if isinstance(value, Cell) and value.figure else text
            )
        return made

    return {
        "sort": "table",
        "name": table.name,
        "title": clean(table.title),
        "size": font_size(table.columns),
        "columns": [{"width": column.width, "numeric": column.numeric} for column in table.columns],
        "heads": [
            [{"text": clean(text), "span": span, "rows": rows} for text, span, rows in line]
            for line in heads(table.columns)
        ],
        "rows": [cells(row) for row in table.rows()],
        "totals": [cells(row) for row in table.totals],
        "origin": clean(table.origin),
    }


def picture(chart: Chart, ppi: float = 200) -> bytes:
    """A chart as PNG, for formats that take no SVG."""
    with tempfile.TemporaryDirectory(prefix="opsconsole-chart-") as work:
        root = Path(work)
        (root / "chart.svg").write_text(chart.svg, encoding="utf-8")
        source = root / "chart.typ"
        source.write_text(
            f"#set page(width: {chart.width}pt, height: {chart.height}pt, margin: 0pt)\n"
            f'#image("chart.svg", width: {chart.width}pt)\n',
            encoding="utf-8",
        )
        return compiled(source, root, "png", ppi)
