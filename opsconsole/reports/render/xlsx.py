"""Spreadsheet: a sheet a table with real numbers, formats and frozen panes, charts, a sheet of origins.

No text is ever a formula, a link or a number by its looks: every text goes in as a string. Rows are written
in a stream and not kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from opsconsole.catalogue import _
from opsconsole.reports.model import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Signatures,
    Table,
    plain,
)
from opsconsole.reports.render.common import (
    annex_name,
    annexes,
    cell_origin,
    clean,
    conflict_blocks,
    foot_facts,
    head,
    heading_text,
    identity,
    opening,
    replacing,
    sign_lines,
)
from opsconsole.reports.render.tableheads import heads

MOST_CHARS = 32_767  # a cell of a spreadsheet holds no more
MOST_COMMENTS = 2_000


def write(document: Document, folder: Path, stem: str) -> list[Path]:
    """``STEM.xlsx``."""
    import xlsxwriter

    path = folder / f"{stem}.xlsx"
    with replacing(path, "wb") as handle:
        book = xlsxwriter.Workbook(
            handle,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": True,
            },
        )
        _Book(book, document).fill()
        book.close()
    return [path]


class _Book:
    def __init__(self, book: Any, document: Document) -> None:
        self.book, self.document = book, document
        self.names: set[str] = set()
        self.comments = 0
        self.formats: dict[tuple[Any, ...], Any] = {}

    def form(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(
                {"font_name": "Times New Roman", "font_size": 12, "valign": "top", **look}
            )
        return self.formats[key]

    def fill(self) -> None:
        document = self.document
        self.book.set_properties(
            {
                "title": clean(document.title)[:250],
                "subject": clean(document.subject)[:250],
                "author": clean(document.letterhead.body or "opsconsole")[:250],
                "keywords": identity(document),
            }
        )
        sheet = self.sheet(_("Report"))
        blocks: list[Block] = [*opening(document), *document.blocks, *conflict_blocks(document)]
        tables = self._text(sheet, blocks)
        for annex in annexes(document):
            for block in annex.blocks:
                if isinstance(block, Table | Chart):
                    tables.append((block, f"{annex_name(document, annex)}: {clean(annex.title)}"))
        for shown, above in tables:
            if isinstance(shown, Table):
                self._table(shown, above)
            elif shown.data:
                self._chart(shown, above)
        self._information()

    def sheet(self, name: str) -> Any:
        base = re.sub(r"[\[\]:*?/\\'!]", " ", clean(name)).strip()[:31] or "Sheet"
        chosen, place = base, 2
        while chosen.casefold() in self.names:
            chosen = f"{base[: 28 - len(str(place))]} ({place})"
            place += 1
        self.names.add(chosen.casefold())
        sheet = self.book.add_worksheet(chosen)
        sheet.set_paper(9)
        sheet.set_margins(left=1.18, right=0.59, top=0.79, bottom=0.79)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _text(self, sheet: Any, blocks: list[Block]) -> list[tuple[Table | Chart, str]]:
        """The head and running text on the first sheet, a line each."""
        document, said = self.document, head(self.document)
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, 1, 60)
        bold, italic, wrap = (
            self.form(bold=True, align="center"),
            self.form(italic=True, align="center"),
            self.form(text_wrap=True),
        )
        line = 0
        for left, right in (
            (said.above, said.nation),
            (said.body, said.motto),
            (said.number, said.place_and_date),
        ):
            look = italic if right == said.place_and_date else bold
            sheet.write_string(
                line, 0, clean(left)[:MOST_CHARS], self.form(align="center", bold=left == said.body)
            )
            sheet.write_string(line, 1, clean(right)[:MOST_CHARS], look)
            line += 1
        for text in (said.mark, said.name, said.subject):
            if text:
                self._merged(sheet, line, text, bold)
                line += 1
        tables: list[tuple[Table | Chart, str]] = []
        for block in blocks:
            if isinstance(block, Heading):
                self._merged(sheet, line, heading_text(block), self.form(bold=True))
            elif isinstance(block, Paragraph):
                self._merged(sheet, line, block.text, wrap)
                sheet.set_row(line, 16 * (1 + len(block.text) // 115))
            elif isinstance(block, Signatures):
                self._merged(sheet, line, "        ".join(who for who, _how in block.signers), bold)
            else:
                tables.append((block, ""))
                self._merged(
                    sheet,
                    line,
                    _("(see the sheet: {title})").format(title=block.title),
                    self.form(italic=True),
                )
            line += 1
        lines, signer = sign_lines(document)
        for text in (*lines, "", signer):
            sheet.write_string(line, 1, clean(text), bold)
            line += 1
        return tables

    def _merged(self, sheet: Any, line: int, text: str, look: Any) -> None:
        sheet.merge_range(line, 0, line, 1, "", look)
        sheet.write_string(line, 0, clean(text)[:MOST_CHARS], look)

    def _table(self, table: Table, above: str) -> None:
        sheet = self.sheet(table.title or above or table.name)
        columns = table.columns
        sheet.set_landscape()
        total = sum(column.width for column in columns)
        widths = [max(6.0, column.width / total * 130) for column in columns]
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.write_string(0, 0, clean(table.title or above)[:MOST_CHARS], self.form(bold=True, font_size=13))
        if above and table.title:
            sheet.write_string(1, 0, above[:MOST_CHARS], self.form(italic=True))
        line = 3
        look = self.form(
            bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color="#E7E7E7"
        )
        levels = heads(columns)
        grouped = len(levels) > 1
        if grouped:
            place = 0
            for text, span, _rows in levels[0]:
                if span > 1:
                    sheet.merge_range(line, place, line, place + span - 1, "", look)
                sheet.write_string(line, place, clean(text) if span > 1 or columns[place].group else "", look)
                place += span
            line += 1
        sheet.set_row(line, _height([column.title for column in columns], widths))
        for place, column in enumerate(columns):
            sheet.write_string(line, place, clean(column.title), look)
        sheet.freeze_panes(line + 1, 2 if len(columns) > 4 else 0)
        sheet.repeat_rows(line)
        first = line
        for row in table.rows():
            line += 1
            sheet.set_row(line, _height([plain(value) for value in row], widths))
            self._row(sheet, line, row, columns)
        if table.sortable and line > first:
            sheet.autofilter(first, 0, line, len(columns) - 1)
        for row in table.totals:
            line += 1
            self._row(sheet, line, row, columns, bold=True)
        if table.origin:
            sheet.write_string(
                line + 2,
                0,
                f"{_('Source')}: {clean(table.origin)}"[:MOST_CHARS],
                self.form(italic=True, font_size=10),
            )

    def _row(
        self, sheet: Any, line: int, row: Any, columns: tuple[Column, ...], *, bold: bool = False
    ) -> None:
        for place, (value, column) in enumerate(zip(row, columns, strict=True)):
            look: dict[str, Any] = {"border": 1}
            if bold:
                look["bold"] = True
            cell = plain(value)
            words = value.text if isinstance(value, Cell) else ""
            if isinstance(cell, int | float) and (column.numeric or (words and not value.marks)):
                self._number(sheet, line, place, float(cell), column, words, look)
            else:
                text = words + value.marks if isinstance(value, Cell) and words else cell
                look["text_wrap"] = True
                if column.kind == "date" and isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
                    import datetime as dt

                    sheet.write_datetime(
                        line,
                        place,
                        dt.datetime.fromisoformat(text),
                        self.form(**look, num_format="dd/mm/yyyy"),
                    )
                else:
                    sheet.write_string(line, place, clean(text)[:MOST_CHARS], self.form(**look))
            if isinstance(value, Cell):
                self._comment(sheet, line, place, value)

    def _number(
        self, sheet: Any, line: int, place: int, cell: float, column: Column, words: str, look: dict[str, Any]
    ) -> None:
        percent = column.kind == "percent" or words.endswith("%")
        if percent:
            decimals = column.decimals if column.kind == "percent" else 1
            code = "0" + ("." + "0" * decimals if decimals else "") + "%"
            sheet.write_number(line, place, cell / 100, self.form(**look, num_format=code))
            return
        decimals = column.decimals if column.kind == "real" else 0 if cell.is_integer() else 2
        code = "#,##0" + (
            "." + "0" * decimals if decimals and column.kind not in ("whole", "money", "place") else ""
        )
        sheet.write_number(line, place, cell, self.form(**look, num_format=code))

    def _comment(self, sheet: Any, line: int, place: int, value: Cell) -> None:
        if self.comments >= MOST_COMMENTS:
            return
        if value.figure:
            text = _("figure {number}: its origin stands in the sheet of origins").format(number=value.figure)
        elif value.origin:
            text = cell_origin(value.origin)
        else:
            return
        if text:
            self.comments += 1
            sheet.write_comment(line, place, clean(text), {"author": "opsconsole", "x_scale": 2})

    def _chart(self, chart: Chart, above: str) -> None:
        sheet = self.sheet(chart.title)
        sheet.write_string(0, 0, clean(chart.title), self.form(bold=True, font_size=13))
        sheet.write_string(1, 0, clean(above)[:MOST_CHARS], self.form(italic=True))
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, len(chart.columns), 13)
        sheet.set_row(3, 48)
        look = self.form(bold=True, border=1, align="center", text_wrap=True, bg_color="#E7E7E7")
        for place, column in enumerate(chart.columns):
            sheet.write_string(3, place, clean(column.title), look)
        line = 3
        for row in chart.data:
            line += 1
            self._row(sheet, line, row, chart.columns)
        sheet.freeze_panes(4, 1)
        sheet.write_string(
            line + 2,
            0,
            clean(chart.alternative)[:MOST_CHARS],
            self.form(italic=True, font_size=10, text_wrap=True),
        )
        sheet.set_row(line + 2, _height([chart.alternative], [44]))
        if chart.sort and line > 3:
            made = self.book.add_chart({"type": chart.sort})
            name = sheet.get_name()
            shades = ("#4A4A4A", "#B8B8B8", "#8C8C8C")
            numeric = [place for place, column in enumerate(chart.columns) if place and column.numeric]
            for place in numeric:
                made.add_series(
                    {
                        "name": [name, 3, place],
                        "categories": [name, 4, 0, line, 0],
                        "values": [name, 4, place, line, place],
                        "fill": {"color": shades[(place - 1) % 3]},
                        "border": {"color": "black"},
                        "data_labels": {"value": len(chart.data) <= 40},
                    }
                )
            made.set_title({"name": _title(chart.title), "name_font": {"size": 12}, "overlay": False})
            if chart.sort == "bar":
                made.set_y_axis({"reverse": True})
            if len(numeric) < 2:
                made.set_legend({"none": True})
            made.set_size({"width": 720, "height": max(320, 22 * len(chart.data) + 120)})
            sheet.insert_chart(
                3, len(chart.columns) + 1, made, {"description": clean(chart.alternative)[:1000]}
            )
        elif line > 3:
            # A heat table: the cells themselves are shaded.
            sheet.conditional_format(
                4,
                1,
                line,
                len(chart.columns) - 1,
                {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#7F7F7F"},
            )

    def _information(self) -> None:
        sheet = self.sheet(_("About this report"))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 100)
        for line, (label, text) in enumerate(foot_facts(self.document)):
            sheet.write_string(line, 0, clean(label), self.form(bold=True))
            sheet.write_string(line, 1, clean(text), self.form(text_wrap=True))


def _height(values: Sequence[object], widths: Sequence[float]) -> float:
    """The height of a row whose texts wrap, in points: a stream of rows has nobody to measure it later."""
    lines = [
        -(-len(value) * 1.12 // width)
        for value, width in zip(values, widths, strict=True)
        if isinstance(value, str)
    ]
    return 16.0 * max([1.0, *lines])


def _title(text: str) -> str:
    """The title of a chart. xlsxwriter takes one for a reference to a cell where it begins with ``=`` or
    has a ``!``."""
    said = clean(text)[:250].replace("!", " ")
    return f" {said}" if said.startswith("=") else said
