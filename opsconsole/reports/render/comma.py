"""CSV: a file a table and one for the figures, with a mark against what a spreadsheet takes for a formula.

UTF-8 with a byte order mark (spreadsheets ask for it), commas, CRLF, numbers with a decimal point. A
text that begins like a formula gets an apostrophe before it; a number never does. ``….about.csv`` says so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.reports.model import Document, Table, Value, plain
from opsconsole.reports.render.common import clean, conflict_blocks, foot_facts, identity, origin, replacing
from opsconsole.text import uncalculated


def guarded(value: Value) -> str:
    """*value* as a cell: numbers as they are, a text that a spreadsheet would calculate with an
    apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return repr(value)
    return uncalculated(clean(value))


def write(document: Document, folder: Path, stem: str) -> list[Path]:
    """``STEM.figures.csv``, ``STEM.NAME.csv`` for each table, and ``STEM.about.csv``."""
    figures = [
        [
            each.number,
            each.name,
            each.label,
            each.value,
            each.unit_of_measure,
            each.numerator,
            each.denominator,
            each.key,
            "; ".join(f"{label}: {text}" for label, text in origin(each)[1:]),
            " ".join(f"M{number}" for number in each.conflicts),
        ]
        for each in document.figures
    ]
    names = [
        _("number"),
        _("name"),
        _("figure"),
        _("value"),
        _("unit of measure"),
        _("numerator"),
        _("denominator"),
        _("key"),
        _("origin"),
        _("marks"),
    ]
    paths = [_file(folder / f"{stem}.figures.csv", names, figures)]
    extra = [block for block in conflict_blocks(document) if isinstance(block, Table)]
    seen = {"figures", "about"}
    for table in (*document.tables(), *extra):
        name = table.name
        while name in seen:
            name += "-2"
        seen.add(name)
        titles = [
            f"{column.group}: {column.title}" if column.group else column.title for column in table.columns
        ]
        rows = ([plain(cell) for cell in row] for row in chain(table.rows(), table.totals))
        paths.append(_file(folder / f"{stem}.{re.sub('[^a-z0-9.-]', '-', name)}.csv", titles, rows))
    about: list[list[Value]] = [[label, text] for label, text in foot_facts(document)]
    about += [
        [_("report"), document.title],
        [_("identity"), identity(document)],
        [
            _("note"),
            _(
                "a text that begins with =, +, - or @ has an apostrophe before it, so that no spreadsheet "
                "calculates it"
            ),
        ],
    ]
    paths.append(_file(folder / f"{stem}.about.csv", [_("what"), _("text")], about))
    return paths


def _file(path: Path, titles: list[str], rows: Iterable[Iterable[Value]]) -> Path:
    with replacing(path) as handle:
        handle.write("\ufeff")
        out = csv.writer(handle, lineterminator="\r\n")
        out.writerow([guarded(title) for title in titles])
        for row in rows:
            out.writerow([guarded(value) for value in row])
    return path
