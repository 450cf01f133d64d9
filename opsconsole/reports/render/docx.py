"""Word: styles, sections and the head by python-docx, tables as a stream of rows.

A document is saved with a marker where each table belongs; then its main part is copied and the rows are
written at the markers, so that ten thousand rows are never in memory at once.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

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
from opsconsole.reports.render import docxpage
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
from opsconsole.reports.render.tableheads import column_widths, font_size, heads
from opsconsole.reports.render.typesetting import picture

_MARKER = "opsconsole-table-"
_MAIN = "word/document.xml"


def write(document: Document, folder: Path, stem: str) -> list[Path]:
    """``STEM.docx``."""
    path = folder / f"{stem}.docx"
    builder = _Builder(document)
    frame = builder.frame()
    with (
        replacing(path, "wb") as handle,
        zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as out,
        zipfile.ZipFile(frame) as made,
    ):
        for entry in made.infolist():
            if entry.filename != _MAIN:
                out.writestr(entry, made.read(entry))
        with out.open(_MAIN, "w", force_zip64=True) as main:
            _copied(made.read(_MAIN).decode(), builder.tables, document.language, main)
    return [path]


def _copied(frame: str, tables: list[tuple[Table, float]], language: str, main: IO[bytes]) -> None:
    """Write *frame* to *main* with each marked paragraph replaced by its table."""
    marked = re.compile(rf"<w:p>(?:(?!</w:p>).)*?{_MARKER}(\d+)(?:(?!</w:p>).)*?</w:p>", re.DOTALL)
    last = 0
    for found in marked.finditer(frame):
        main.write(frame[last : found.start()].encode())
        table, width = tables[int(found[1])]
        for piece in _rows_of(table, width, language):
            main.write(piece.encode())
        last = found.end()
    main.write(frame[last:].encode())


# --- tables as text ------------------------------------------------------------------------------------


def _rows_of(table: Table, width_mm: float, language: str) -> Iterator[str]:
    columns = table.columns
    widths = [  # twentieths of a point
        max(300, int(width * 20)) for width in column_widths(columns, width_mm / 25.4 * 72)
    ]
    size = int(font_size(columns) * 2)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )
    yield from _head_rows(columns, widths, size)
    origins = table.name == "origins"
    rows = chain(((row, False) for row in table.rows()), ((row, True) for row in table.totals))
    for (row, bold), more in ahead(rows):
        # The last row keeps to the line below, which says where the values come from.
        yield _row(row, columns, widths, size, language, bold=bold, bookmarks=origins, keep=not more)
    yield "</w:tbl>"


def ahead(items: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
    """Each of *items* with whether another one comes."""
    held: list[Any] = []
    for item in items:
        if held:
            yield held.pop(), True
        held.append(item)
    if held:
        yield held.pop(), False


def _head_rows(columns: Sequence[Column], widths: list[int], size: int) -> Iterator[str]:
    lines = heads(columns)
    for level, line in enumerate(lines):
        cells, place = "", 0
        if level == 0:
            for text, span, rows in line:
                merge = '<w:vMerge w:val="restart"/>' if rows > 1 else ""
                cells += _cell(
                    clean(text),
                    sum(widths[place : place + span]),
                    size,
                    "center",
                    bold=True,
                    span=span,
                    more=merge,
                    middle=True,
                )
                place += span
        else:
            lower = iter(line)
            for column, width in zip(columns, widths, strict=True):
                if column.group:
                    cells += _cell(clean(next(lower)[0]), width, size, "center", bold=True, middle=True)
                else:
                    cells += _cell("", width, size, "center", more="<w:vMerge/>")
        yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _row(
    row: Row,
    columns: Sequence[Column],
    widths: list[int],
    size: int,
    language: str,
    *,
    bold: bool = False,
    bookmarks: bool = False,
    keep: bool = False,
) -> str:
    cells = []
    for place, (value, column, width) in enumerate(zip(row, columns, widths, strict=True)):
        text = (
            ""
            if value is None and (column.kind == "place" or bold)
            else clean(shown(value, column, language))
        )
        align = (
            "right"
            if column.numeric and column.kind != "place"
            else "center"
            if column.kind in ("place", "date")
            else "left"
        )
        figure = value.figure if isinstance(value, Cell) else 0
        name = f"figure{text}" if bookmarks and place == 0 else ""
        cells.append(_cell(text, width, size, align, bold=bold, figure=figure, bookmark=name, keep=keep))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    text: str,
    width: int,
    size: int,
    align: str,
    *,
    bold: bool = False,
    span: int = 1,
    more: str = "",
    middle: bool = False,
    figure: int = 0,
    bookmark: str = "",
    keep: bool = False,
) -> str:
    look = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    run = f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    if figure:
        run += link(figure)
    if bookmark:
        number = bookmark.removeprefix("figure")
        run = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark}"/>{run}<w:bookmarkEnd w:id="{number}"/>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
        f"{f'<w:gridSpan w:val={quoteattr(str(span))}/>' if span > 1 else ''}{more}"
        f"{'<w:vAlign w:val=' + quoteattr('center') + '/>' if middle else ''}</w:tcPr>"
        f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{"<w:keepNext/>" if keep else ""}<w:jc w:val="{align}"/>'
        f"</w:pPr>{run}</w:p></w:tc>"
    )


def link(figure: int) -> str:
    """A raised number that leads to the origin of a figure."""
    return (
        f'<w:hyperlink w:anchor="figure{figure}" w:history="1"><w:r><w:rPr><w:vertAlign '
        f'w:val="superscript"/></w:rPr>'
        f"<w:t>{figure}</w:t></w:r></w:hyperlink>"
    )


# --- the frame ---------------------------------------------------------------------------------


class _Builder:
    """Builds everything but the rows of tables."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tables: list[tuple[Table, float]] = []
        self.landscape = document.landscape

    def frame(self) -> io.BytesIO:
        from docx import Document as new

        word = new()
        document = self.document
        docxpage.styles(word)
        core = word.core_properties
        core.title, core.author = clean(document.title), clean(document.letterhead.body or "opsconsole")
        core.subject, core.keywords, core.comments = clean(document.subject)[:250], identity(document), ""
        core.language = document.language
        docxpage.section(
            word.sections[0], document.landscape, foot_short(document), _("DRAFT") if document.draft else ""
        )
        self._head(word)
        for block in (*opening(document), *document.blocks):
            self._block(word, block)
        if document.layout == "decree":
            # Who signs stands on no page alone: the last words go with it.
            word.paragraphs[-1].paragraph_format.keep_with_next = True
            docxpage.signature(word, recipients(document), *sign_lines(document))
        docxpage.foot(word, foot_facts(document))
        for block in conflict_blocks(document):
            self._block(word, block)
        for annex in annexes(document):
            self._annex(word, annex)
        made = io.BytesIO()
        word.save(made)
        made.seek(0)
        return made

    def _head(self, word: Any) -> None:
        said = head(self.document)
        if self.document.layout == "decree":
            docxpage.decree_head(word, said)
        else:
            docxpage.form_head(word, self.document, said)

    def _annex(self, word: Any, annex: Annex) -> None:
        from docx.enum.section import WD_SECTION

        section = word.add_section(WD_SECTION.NEW_PAGE)
        self.landscape = annex.landscape
        docxpage.section(
            section,
            annex.landscape,
            foot_short(self.document),
            _("DRAFT") if self.document.draft else "",
            restart=True,
        )
        docxpage.annex_head(
            word,
            annex_name(self.document, annex),
            clean(annex.title).upper(),
            clean(annex_line(self.document)),
        )
        for block in annex.blocks:
            self._block(word, block)

    def _block(self, word: Any, block: Block) -> None:
        if isinstance(block, Heading):
            text = clean(heading_text(block))
            word.add_paragraph(text.upper() if block.level == 1 else text, style=f"Heading {block.level}")
        elif isinstance(block, Paragraph):
            self._paragraph(word, block)
        elif isinstance(block, Chart):
            self._chart(word, block)
        elif isinstance(block, Signatures):
            word.paragraphs[-1].paragraph_format.keep_with_next = True
            docxpage.signers(word, [(clean(who), clean(how)) for who, how in block.signers])
        else:
            self._table(word, block)

    def _paragraph(self, word: Any, block: Paragraph) -> None:
        from docx.oxml import parse_xml

        style = {"note": "Note", "centre": "Centred"}.get(block.style, "Normal")
        made = word.add_paragraph(style=style)
        if block.style == "item":
            made.add_run("– ")
        for part in block.parts:
            if isinstance(part, Quote):
                made.add_run(clean(part.text))
                if part.marks:
                    made.add_run(part.marks).bold = True
                made._p.append(
                    parse_xml(
                        link(part.figure).replace(
                            "<w:hyperlink ", f"<w:hyperlink xmlns:w={quoteattr(docxpage.W)} ", 1
                        )
                    )
                )
            else:
                made.add_run(clean(part))

    def _chart(self, word: Any, block: Chart) -> None:
        from docx.shared import Pt

        word.add_paragraph(clean(block.title), style="Caption")
        # It stays below the title of its annex: what is higher than a page less that is drawn smaller.
        share = min(1.0, (370 if self.landscape else 600) / block.height)
        shape = word.add_picture(io.BytesIO(picture(block)), width=Pt(block.width * share))
        properties = shape._inline.docPr
        properties.set("descr", clean(block.alternative)[:2000])
        properties.set("title", clean(block.title)[:200])
        word.paragraphs[-1].style = word.styles["Centred"]

    def _table(self, word: Any, block: Table) -> None:
        if block.title:
            word.add_paragraph(clean(block.title), style="Caption")
        word.add_paragraph(f"{_MARKER}{len(self.tables)}")
        self.tables.append((block, docxpage.text_width(self.landscape)))
        note = word.add_paragraph(style="Source")
        note.add_run(f"{_('Source')}: {clean(block.origin)}" if block.origin else "")
