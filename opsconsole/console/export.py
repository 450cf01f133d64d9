"""What a list shows, written into a file: XLSX and CSV for spreadsheets, JSON for programs.

Written beside the file and renamed when it is whole; rows are written as they come and not kept. Text
that a spreadsheet would take for a formula is marked with an apostrophe in CSV, and is text in XLSX;
control characters are shown, never written.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

from opsconsole.catalogue import _
from opsconsole.console.columns import Column
from opsconsole.errors import Refused
from opsconsole.newfiles import place_new
from opsconsole.oserrors import said
from opsconsole.text import safe, uncalculated

FORMS = (".csv", ".json", ".tsv", ".xlsx")
SHEET_ROWS = 1_048_576  # of a sheet; what is more goes on the next one
MOST_CHARS = 32_767  # of a cell of a spreadsheet
_EXACT = 10**15  # larger whole numbers lose digits in a spreadsheet


def write_rows(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write *rows* under *columns* into *path*, in the form that its ending says; how many there were.

    Refuses another ending, a file that is there already, and what the system will not write.
    """
    form = path.suffix.lower()
    if form not in FORMS:
        raise Refused(
            _("{path}: the ending says the form; write one of {forms}").format(
                path=path.name, forms=", ".join(FORMS)
            )
        )
    if path.exists():
        raise Refused(_("{path} is there already; give another name").format(path=path))
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        mode: dict[str, Any] = {} if form == ".xlsx" else {"encoding": "utf-8", "newline": ""}
        with os.fdopen(handle, "wb" if form == ".xlsx" else "w", **mode) as file:
            if form == ".xlsx":
                count = _sheets(cast("IO[bytes]", file), columns, rows)
            elif form == ".json":
                count = _json(file, columns, rows)
            else:
                count = _table(file, columns, rows, form)
            file.flush()
            os.fsync(file.fileno())
        place_new(Path(temporary), path)
    except FileExistsError as error:
        raise Refused(_("{path} is there already; give another name").format(path=path)) from error
    except OSError as error:
        raise Refused(_("{path} cannot be written: {error}").format(path=path, error=said(error))) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
    return count


def _table(file: IO[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]], form: str) -> int:
    if form == ".csv":
        file.write("\ufeff")  # by which spreadsheets know UTF-8
    writer = csv.writer(file, dialect="excel-tab" if form == ".tsv" else "excel")
    writer.writerow([cell(_(column.title)) for column in columns])
    count = 0
    for row in rows:
        count += 1
        writer.writerow([_plain(column, value) for column, value in zip(columns, row, strict=False)])
    return count


def _plain(column: Column, value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return cell(column.text(value))


def cell(text: str) -> str:
    """*text* as it may stand in a cell of a spreadsheet: no formula, no control characters."""
    return uncalculated(safe(text))


def _sheets(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    bold = book.add_format({"bold": True})
    count, line, sheet = 0, SHEET_ROWS, None
    for row in chain(rows, [None]):
        if line >= SHEET_ROWS and (row is not None or sheet is None):
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            for index, column in enumerate(columns):
                sheet.set_column(index, index, max(column.least, min(column.most, 40)))
                sheet.write_string(0, index, safe(_(column.title)), bold)
            line = 1
        if row is None or sheet is None:
            continue
        for index, (column, value) in enumerate(zip(columns, row, strict=False)):
            if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _EXACT:
                sheet.write_number(line, index, value)
            elif text := safe(column.text(value)):
                sheet.write_string(
                    line, index, text if len(text) <= MOST_CHARS else text[: MOST_CHARS - 1] + "…"
                )
        line += 1
        count += 1
    book.close()
    return count


def _json(file: IO[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    file.write("[")
    for count, item in enumerate(_items(columns, rows), 1):
        file.write("\n" if count == 1 else ",\n")
        json.dump(item, file, ensure_ascii=False)
    file.write("\n]\n")
    return count


def _items(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            column.id: value if isinstance(value, (str, int, float, bool, type(None))) else column.text(value)
            for column, value in zip(columns, row, strict=False)
        }
