"""Tables as offices and servers save them: any Unicode encoding, any of three separators, bounded.

What is no table, or is built to fill a memory (a cell of 100 MB), is refused with its line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from opsconsole.evidence.reader import Unfit
from opsconsole.text import squeeze

MAX_ROWS = 500_000
MAX_COLUMNS = 2_000
SEPARATORS = ("\t", ",", ";")


class Row(NamedTuple):
    """A row of a table: its *line* in the file (1 is the first) and its *cells*, without outer blanks."""

    line: int
    cells: list[str]


def decode(data: bytes) -> str:
    """The text of a file, by its byte order mark; without one UTF-8, or UTF-16 where every other byte of
    its beginning is NUL. Raises Unfit for anything else."""
    encoding = "utf-8-sig"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif len(data) >= 8 and not any(data[1:200:2]):
        encoding = "utf-16-le"
    elif len(data) >= 8 and not any(data[0:200:2]):
        encoding = "utf-16-be"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8-sig":
            raise Unfit(
                "neither UTF-8 nor UTF-16; save the file as CSV in UTF-8",
                data.count(b"\n", 0, error.start) + 1,
            ) from None
        raise Unfit("UTF-16 that is cut off or damaged", 0) from None


def separator_of(text: str) -> str:
    """What stands between the cells: the separator that the first lines have most of."""
    start = "\n".join(text[:65536].splitlines()[:40])
    return max(SEPARATORS, key=lambda one: (start.count(one), -SEPARATORS.index(one)))


def rows(text: str, separator: str | None = None) -> Iterator[Row]:
    """The rows of a table, empty ones too. Raises Unfit where it is none."""
    reader = csv.reader(
        io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator or separator_of(text)
    )
    try:
        for number, cells in enumerate(reader, 1):
            if number > MAX_ROWS:
                raise Unfit(f"more than {MAX_ROWS} rows", reader.line_num)
            if len(cells) > MAX_COLUMNS:
                raise Unfit(f"more than {MAX_COLUMNS} columns", reader.line_num)
            yield Row(reader.line_num, [squeeze(cell) for cell in cells])
    except csv.Error as error:
        reason = "a cell longer than 128 KiB" if "field limit" in str(error) else "not a table of CSV"
        raise Unfit(reason, reader.line_num) from None
