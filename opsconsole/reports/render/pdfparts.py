"""A long report as PDF: set in parts of ROWS rows, and joined to one with bookmarks, links and page numbers.

Parts know nothing of each other: a figure leads to an address ``opsconsole-to:N``, its origin has one
``opsconsole-at:N``, and joining makes a place in the file of each pair. Tags for who has a file read out are
of one part each and cannot be joined; a long PDF has none (its HTML page has them).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from opsconsole.reports.model import Block, Document, Table
from opsconsole.reports.render.common import annexes, conflict_blocks, opening
from opsconsole.reports.render.pdfdata import Allowed, annex_data, block_data, frame, table_data
from opsconsole.reports.render.typesetting import set_

if TYPE_CHECKING:
    from pypdf import PdfWriter

ROWS = 1_000  # in each part
TO, AT = "opsconsole-to:", "opsconsole-at:"


def parts(document: Document, root: Path) -> Iterator[dict[str, Any]]:
    """The document as parts of which none holds more than ROWS rows of tables; an annex begins a part."""
    drawn: list[int] = []
    around = frame(document)
    before: dict[str, Any] | None = None
    for held in cut((*opening(document), *document.blocks), document, root, drawn):
        if before is not None:
            yield before
        before = around | {"begins": before is None, "ends": False, "blocks": held}
    few = Allowed(ROWS)
    closing = [block_data(each, document, root, drawn, few) for each in conflict_blocks(document)]
    yield (before or around) | {"ends": True, "closing": closing}
    for each in annexes(document):
        begins = True
        for held in cut(each.blocks, document, root, drawn):
            yield around | {
                "begins": False,
                "ends": False,
                "annexes": [annex_data(document, each, held, begins)],
            }
            begins = False


def cut(
    blocks: Iterable[Block], document: Document, root: Path, drawn: list[int]
) -> Iterator[list[dict[str, Any]]]:
    """*blocks* in lists that hold at most ROWS rows of tables each; a table that is cut has its title on
    the first piece, its totals on the last, and its head on each."""
    held: list[dict[str, Any]] = []
    room = ROWS
    for block in blocks:
        if not isinstance(block, Table):
            held.append(block_data(block, document, root, drawn, Allowed(0)))
            continue
        rows = iter(block.rows())
        piece, first = list(islice(rows, room)), True
        while piece or first:
            more = list(islice(rows, ROWS)) if len(piece) == room else []
            held.append(table_data(block, document.language, piece, first=first, last=not more))
            room -= len(piece)
            piece, first = more, False
            if not room:
                yield held
                held, room = [], ROWS
    if held:
        yield held


def joined(document: Document, root: Path, handle: IO[bytes]) -> None:
    """Set the parts of *document* one after the other and write them as one PDF, with the facts of the
    first. Pages are counted on from part to part, and anew where an annex begins."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    made = PdfWriter()
    marks: list[tuple[int, str, int]] = []
    counted = 0
    for part in parts(document, root):
        if any(each["begins"] for each in part["annexes"]):
            counted = 0
        reader = PdfReader(io.BytesIO(set_(part | {"offset": counted}, root, tags=False)))
        if not made.pages:
            made.metadata = reader.metadata
        found = list(_bookmarks(reader, reader.outline))
        marks += [
            (level, title, len(made.pages) + page)
            for level, (title, page) in zip(_levels(part), found, strict=True)
        ]
        made.append(reader, import_outline=False)
        counted += len(reader.pages)
    _bookmarked(made, marks)
    _linked(made)
    made.root_object[NameObject("/Lang")] = TextStringObject(document.language)
    made.write(handle)


def _levels(part: dict[str, Any]) -> list[int]:
    """The levels of the headings of *part* in their order: those of blocks, then those of annexes, each
    annex below none."""
    found = [each["level"] for each in (*part["blocks"], *part["closing"]) if each["sort"] == "heading"]
    for annex in part["annexes"]:
        found += [1] if annex["begins"] else []
        found += [each["level"] + 1 for each in annex["blocks"] if each["sort"] == "heading"]
    return found


def _bookmarks(reader: Any, outline: Iterable[Any]) -> Iterator[tuple[str, int]]:
    """(title, page) of all bookmarks of a part, in their order."""
    for each in outline:
        if isinstance(each, list):
            yield from _bookmarks(reader, each)
        else:
            yield str(each.title), reader.get_destination_page_number(each)


def _bookmarked(made: PdfWriter, marks: Iterable[tuple[int, str, int]]) -> None:
    """Bookmarks as the headings of the whole are: each below the last of a higher level."""
    above: list[tuple[int, Any]] = []
    for level, title, page in marks:
        while above and above[-1][0] >= level:
            above.pop()
        parent = above[-1][1] if above else None
        above.append(
            (level, made.add_outline_item(title=title, page_number=page, parent=parent, is_open=False))
        )


def _linked(made: PdfWriter) -> None:
    """Addresses of parts become places in the file; what leads nowhere is no link."""
    from pypdf.generic import ArrayObject, FloatObject, NameObject, NullObject

    places: dict[str, Any] = {}
    waiting: list[tuple[Any, str]] = []
    for page in made.pages:
        kept = ArrayObject()
        for reference in page.get("/Annots") or ():
            annotation = reference.get_object()
            address = str((annotation.get("/A") or {}).get("/URI", ""))
            if address.startswith(AT):
                top = FloatObject(max(float(annotation["/Rect"][1]), float(annotation["/Rect"][3])) + 4)
                place = [page.indirect_reference, NameObject("/XYZ"), NullObject(), top, NullObject()]
                places[address.removeprefix(AT)] = ArrayObject(place)
                continue
            if address.startswith(TO):
                waiting.append((annotation, address.removeprefix(TO)))
            kept.append(reference)
        if "/Annots" in page:
            page[NameObject("/Annots")] = kept
    for annotation, number in waiting:
        del annotation["/A"]
        if number in places:
            annotation[NameObject("/Dest")] = places[number]
