"""PDF by typst: the page is in report.typ, the document goes to it as data, fonts are embedded.

Text travels as JSON strings, which typst never reads as markup. Nothing outside the package is read:
its own fonts, no packages, no network.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
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
from opsconsole.reports.render.page import balanced

FONTS = Path(__file__).parents[1] / "fonts"
TEMPLATE = Path(__file__).with_name("report.typ")
TYPESET = Path(__file__).with_name("typeset.py")
MOST_ROWS = 1_500  # of tables in a document that is set as one; typst takes some 100 KB a row
LEFT_POINTS = 206.0  # what the left cell of the head is wide, as report.typ has it
FORM_POINTS = 250.0  # in a form
LONG_CELL = 600  # letters; a row with a longer cell may go on over the next page


class TooLong(Exception):
    """A document has more rows than are set as one."""


def write(document: Document, folder: Path, stem: str) -> list[Path]:
    """``STEM.pdf``. A long one is set in parts, since typst holds what it sets in memory as a whole."""
    path = folder / f"{stem}.pdf"
    with tempfile.TemporaryDirectory(prefix="opsconsole-pdf-") as work, replacing(path, "wb") as handle:
        root = Path(work)
        shutil.copyfile(TEMPLATE, root / "report.typ")
        try:
            whole = _whole(document, root, Allowed(MOST_ROWS))
        except TooLong:
            from opsconsole.reports.render.pdfparts import joined

            joined(document, root, handle)
        else:
            handle.write(set_(whole, root))
    return [path]


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


def set_(data: dict[str, Any], root: Path, *, tags: bool = True) -> bytes:
    """The PDF of *data*, set in a process of its own that gives its memory back; with *tags* for who has
    it read out. Raises RuntimeError with what typst says."""
    source, target = root / "report.typ", root / "report.pdf"
    (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    words = [str(each) for each in (source, root, FONTS, target)] + (["tags"] if tags else [])
    # -P: the folder of that program has modules called as some of Python's own
    done = subprocess.run(  # noqa: S603 - this Python with a module of this package
        [sys.executable, "-P", str(TYPESET), *words], capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace").strip())
    return target.read_bytes()


# --- one document --------------------------------------------------------------------------------------


def _whole(document: Document, root: Path, allowed: Allowed) -> dict[str, Any]:
    drawn: list[int] = []

    def made(blocks: Iterable[Block]) -> list[dict[str, Any]]:
        return [block_data(each, document, root, drawn, allowed) for each in blocks]

    main, closing = made((*opening(document), *document.blocks)), made(conflict_blocks(document))
    return frame(document) | {
        "whole": True,
        "blocks": main,
        "closing": closing,
        "annexes": [annex_data(document, each, made(each.blocks)) for each in annexes(document)],
    }


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


# --- blocks --------------------------------------------------------------------------------------------


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
            else clean_part(part)
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


def table_data(
    table: Table, language: str, piece: Iterable[Row], *, first: bool = True, last: bool = True
) -> dict[str, Any]:
    """A *piece* of the rows of *table* as report.typ reads it: title with the first, totals and origin with
    the last."""

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

    rows = [cells(row) for row in piece]
    return {
        "sort": "table",
        "name": table.name,
        "title": clean(table.title) if first else "",
        "size": font_size(table.columns),
        "columns": [{"width": column.width, "numeric": column.numeric} for column in table.columns],
        "heads": [
            [{"text": clean(text), "span": span, "rows": rows} for text, span, rows in line]
            for line in heads(table.columns)
        ],
        "rows": rows,
        "long": [place for place, row in enumerate(rows) if any(len(str(cell)) > LONG_CELL for cell in row)],
        "totals": [cells(row) for row in table.totals] if last else [],
        "origin": clean(table.origin) if last else "",
    }


def picture(chart: Chart, ppi: float = 200) -> bytes:
    """A chart as PNG, for formats that take no SVG."""
    import typst

    with tempfile.TemporaryDirectory(prefix="opsconsole-chart-") as work:
        root = Path(work)
        (root / "chart.svg").write_text(chart.svg, encoding="utf-8")
        source = root / "chart.typ"
        source.write_text(
            f"#set page(width: {chart.width}pt, height: {chart.height}pt, margin: 0pt)\n"
            f'#image("chart.svg", width: {chart.width}pt)\n',
            encoding="utf-8",
        )
        made = typst.compile(
            str(source),
            root=str(root),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format="png",
            ppi=ppi,
        )
        return bytes(made)
