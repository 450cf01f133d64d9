"""What is kept of an issued report: digests of its files and tables, its figures with what they quote.

The rows are only ever added; ``verify`` holds a file, the history and the register against them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from opsconsole.catalogue import _, speaking
from opsconsole.indicators.asking import Key
from opsconsole.indicators.frozen import freeze
from opsconsole.reports.model import Cell, Document, Figure, Table
from opsconsole.store import clock
from opsconsole.store.changes import Recorded, record
from opsconsole.store.database import Value, Writer

if TYPE_CHECKING:
    from pathlib import Path


def frozen(
    writer: Writer,
    document: Document,
    made: dict[Path, str],
    corrects: tuple[int, int] | None,
    folder: Path,
    actor: str,
    now: dt.datetime,
) -> Recorded:
    """Record the issued *document*: its row, the digests of its files in *folder*, its figures and tables as
    they are quoted, and a revision of the history over all of it."""
    key = (writer.province, document.year, document.number)
    files = []
    for path, form in sorted(made.items()):
        content = path.read_bytes()
        files.append((*key, path.name, form, len(content), hashlib.sha256(content).hexdigest()))
    manifest = hashlib.sha256("".join(f"{row[3]} {row[6]}\n" for row in files).encode()).hexdigest()
    recorded = record(
        writer,
        actor=actor,
        reason=_("report {sign} of {year} issued: {title}, {period}").format(
            sign=document.sign.strip(), year=document.year, title=document.title, period=document.period
        ),
        plan=manifest,
        effective=document.date,
        changes=[],
        at=now,
    )
    foot = document.foot
    row: dict[str, Value] = {
        "province": writer.province,
        "year": document.year,
        "number": document.number,
        "sign": document.sign.strip(),
        "outline": document.outline,
        "outline_digest": document.outline_digest,
        "period": document.period,
        "unit_id": document.unit_id,
        "language": document.language,
        "title": document.title,
        "subject": document.subject,
        "issued_on": document.date,
        "issued_at": clock.instant_text(now),
        "issued_by": actor,
        "conflicts": json.dumps([asdict(each) for each in document.conflicts], ensure_ascii=False),
        "conflict_reason": document.conflict_reason,
        "corrects_year": corrects[0] if corrects else None,
        "corrects_number": corrects[1] if corrects else None,
        "corrects_reason": document.corrects_why,
        "register_id": foot.register,
        "revision": foot.revision,
        "sequence": foot.sequence,
        "head": foot.head,
        "cut_off": foot.cut_off,
        "manifest": manifest,
        "folder": folder.name,
        "personal": int(document.personal),
    }
    writer.insert("report", tuple(row), [tuple(row.values())])
    writer.insert("report_file", ("province", "year", "number", "name", "format", "size", "sha256"), files)
    freeze(writer, f"{document.year}/{document.number}", map(frozen_key, _measured_of(document)))
    writer.insert(
        "report_figure",
        ("province", "year", "number", "place", "name", "sort", "key", "value", "sequence", "data"),
        [
            (
                *key,
                each.number,
                each.name,
                each.sort,
                each.key,
                each.value,
                each.sequence,
                json.dumps(asdict(each), ensure_ascii=False),
            )
            for each in document.figures
        ],
    )
    with speaking(document.language):
        tables = [
            (*key, place, table.name, table.title, *table_digest(table))
            for place, table in enumerate(document.tables(), 1)
        ]
    writer.insert(
        "report_table",
        ("province", "year", "number", "place", "name", "title", "rows", "sha256"),
        tables,
    )
    return recorded


def _measured_of(document: Document) -> list[Figure]:
    return [figure for figure in document.figures if figure.sort == "observed" and figure.sequence]


def frozen_key(figure: Figure) -> Key:
    """What ``indicators.frozen`` keeps a measured figure by."""
    indicator, place, period = figure.key.split("/")
    return Key(indicator, place, figure.level, period) if "@" in place else Key(indicator, "", place, period)


def table_digest(table: Table) -> tuple[int, str]:
    """(number of rows, digest over them), values only; in the language in which it is called."""
    digest, count = hashlib.sha256(), 0
    for rows in (table.rows(), table.totals):
        for row in rows:
            count += 1
            values = [cell.value if isinstance(cell, Cell) else cell for cell in row]
            digest.update(json.dumps(values, ensure_ascii=False).encode() + b"\n")
    return count, digest.hexdigest()
