"""PDF by typst: the page is in report.typ, the document goes to it as data, fonts are embedded."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from opsconsole.reports.model import Block, Document
from opsconsole.reports.render.common import annexes, conflict_blocks, opening, replacing
from opsconsole.reports.render.pdfdata import Allowed, TooLong, annex_data, block_data, frame
from opsconsole.reports.render.pdfparts import joined
from opsconsole.reports.render.typesetting import set_

TEMPLATE = Path(__file__).with_name("report.typ")
MOST_ROWS = 1_500  # of tables in a document that is set as one; typst takes some 100 KB a row


def write(document: Document, folder: Path, stem: str) -> list[Path]:
    """``STEM.pdf``. A long one is set in parts, since typst holds what it sets in memory as a whole."""
    path = folder / f"{stem}.pdf"
    with tempfile.TemporaryDirectory(prefix="opsconsole-pdf-") as work, replacing(path, "wb") as handle:
        root = Path(work)
        shutil.copyfile(TEMPLATE, root / "report.typ")
        try:
            whole = _whole(document, root, Allowed(MOST_ROWS))
        except TooLong:
            joined(document, root, handle)
        else:
            handle.write(set_(whole, root))
    return [path]


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
