"""A report of many rows as PDF: set in parts, and read as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from opsconsole.reports.model import Annex, Column, Document, Heading, Paragraph, Quote, Row, Table
from opsconsole.reports.render import pdf, pdfparts, write
from opsconsole.reports.render.common import identity
from tests.reports.test_hostile import _document

COLUMNS = (Column("No.", "place", 0.6), Column("Unit", "text", 3.0), Column("Value", "whole"))


def table(name: str, count: int, totals: tuple[Row, ...] = ()) -> Table:
    def rows() -> Iterator[Row]:
        return iter([[place, f"{name}-{place}", place] for place in range(1, count + 1)])

    return Table(name, f"Title of {name}", COLUMNS, rows, totals, f"origin of {name}")


def document(*tables: Table, annexes: tuple[Annex, ...] = ()) -> Document:
    text = ("See ", Quote(1, "50"), ".")
    headings = Heading(1, "I", "One"), Heading(2, "1", "Of one"), Heading(2, "2", "More of one")
    return replace(_document("text"), blocks=(*headings, Paragraph(text), *tables), annexes=annexes)


def outline_of(reader: PdfReader) -> list[tuple[int, str, int]]:
    """The bookmarks of a file: (depth, title, page)."""

    def each(items: list[Any], depth: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from each(item, depth + 1)
            else:
                yield depth, " ".join(item.title.split()), reader.get_destination_page_number(item) or 0

    return list(each(reader.outline, 0))


def links_of(reader: PdfReader) -> list[Any]:
    """The annotations of all pages that lead somewhere."""
    return [link.get_object() for page in reader.pages for link in page.get("/Annots") or ()]


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_ROWS", 100)
    monkeypatch.setattr(pdfparts, "ROWS", 70)


def test_a_long_report_has_each_row_once_and_counts_its_pages_on(short_parts: None, tmp_path: Path) -> None:
    made = document(
        table("main", 160, ((None, "total", 12880),)),
        annexes=(Annex(1, "First", (table("first", 75),)), Annex(2, "Second", (table("second", 3),), True)),
    )
    write(made, tmp_path, "long", ("pdf",))
    reader = PdfReader(tmp_path / "long.pdf")
    texts = [page.extract_text() for page in reader.pages]
    said = "\n".join(texts)
    for name, count in (("main", 160), ("first", 75), ("second", 3)):
        found = re.findall(rf"\b{name}-(\d+)\b", said)
        assert [int(each) for each in found] == list(range(1, count + 1))
        assert said.count(f"Title of {name}") == 1
        assert said.count(f"origin of {name}") == 1
    assert said.count("total") == 1
    # the head of the table stands on every page that it takes, the number on all but the first
    numbers = [re.search(r"^(\d+)$", text, re.MULTILINE) for text in texts]
    shown = [int(number[1]) if number else 1 for number in numbers]
    starts = [place for place, number in enumerate(shown) if number == 1]
    assert len(starts) == 1 + 3  # the report, its two annexes, that of the origins
    for start, end in zip(starts, [*starts[1:], len(shown)], strict=True):
        assert shown[start:end] == list(range(1, end - start + 1))
    assert all("Unit" in text for text in texts if re.search(r"\bmain-\d", text))
    assert [page.mediabox.width > page.mediabox.height for page in reader.pages].count(True) >= 1
    assert reader.metadata is not None
    assert reader.metadata["/Keywords"] == identity(made)
    assert str(reader.root_object["/Lang"]) == "vi"
    said = [(depth, title) for depth, title, _page in outline_of(reader)]
    assert said == [
        (0, "I. ONE"), (1, "1. Of one"), (1, "2. More of one"),
        (0, "Phụ lục I FIRST"), (0, "Phụ lục II SECOND"), (0, "Phụ lục III XUẤT XỨ CỦA SỐ LIỆU"),
    ]  # fmt: skip
    pages = {title: page for _depth, title, page in outline_of(reader)}
    assert [pages[name] for name in list(pages)[3:]] == starts[1:]
    (link,) = links_of(reader)  # the figure of the text; nothing of the joining is left
    assert "/A" not in link
    target, sort, _left, top, _zoom = link["/Dest"]
    assert (reader.get_page_number(target.get_object()), str(sort)) == (starts[-1], "/XYZ")
    assert 0 < float(top) < float(reader.pages[-1].mediabox.height)
    assert b"opsconsole-to" not in (tmp_path / "long.pdf").read_bytes()


def test_rows_are_read_once_by_a_report_that_is_set_as_one_and_no_further_than_needed_by_a_long_one(
    short_parts: None, tmp_path: Path
) -> None:
    read: list[int] = []

    def counted(count: int) -> Table:
        def rows() -> Iterator[Row]:
            for place in range(count):
                read.append(place)
                yield [place, f"row-{place}", place]

        return Table("counted", "Counted", COLUMNS, rows)

    write(document(counted(90)), tmp_path, "short", ("pdf",))
    assert len(read) == 90
    read.clear()
    write(document(counted(1_000)), tmp_path, "long", ("pdf",))
    assert len(read) <= 1_000 + 101


def test_each_annex_of_a_report_that_is_set_as_one_counts_its_own_pages(tmp_path: Path) -> None:
    annexes = (
        Annex(1, "First", (table("first", 90),), True),
        Annex(2, "Second", (table("second", 80),), True),
        Annex(3, "Third", (table("third", 120),)),
    )
    write(document(table("main", 80), annexes=annexes), tmp_path, "short", ("pdf",))
    numbers = [
        re.search(r"^(\d+)$", page.extract_text(), re.MULTILINE)
        for page in PdfReader(tmp_path / "short.pdf").pages
    ]
    shown = [int(number[1]) if number else 1 for number in numbers]
    starts = [place for place, number in enumerate(shown) if number == 1]
    assert len(starts) == 1 + 4
    for start, end in zip(starts, [*starts[1:], len(shown)], strict=True):
        assert shown[start:end] == list(range(1, end - start + 1))


def test_a_short_report_leads_from_a_figure_to_its_origin(tmp_path: Path) -> None:
    write(document(table("main", 3)), tmp_path, "short", ("pdf",))
    reader = PdfReader(tmp_path / "short.pdf")
    assert any("/Annots" in page for page in reader.pages)
    assert "/StructTreeRoot" in reader.root_object
    said = [(depth, title) for depth, title, _page in outline_of(reader)]
    assert said == [
        (0, "I. ONE"), (1, "1. Of one"), (1, "2. More of one"), (0, "Phụ lục XUẤT XỨ CỦA SỐ LIỆU"),
    ]  # fmt: skip


@given(st.lists(st.integers(0, 25), max_size=6), st.integers(1, 12))
@settings(deadline=None)
def test_cut_anywhere_the_rows_stay_in_order_and_no_piece_is_too_long(counts: list[int], most: int) -> None:
    tables = [table(f"t{number}", count) for number, count in enumerate(counts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdfparts, "ROWS", most)
        pieces = list(pdfparts.cut(tables, document(), Path(), []))
    assert all(sum(len(one["rows"]) for one in piece) <= most for piece in pieces)
    flat = [one for piece in pieces for one in piece]
    for each in tables:
        mine = [one for one in flat if one["name"] == each.name]
        rows = [row[1] for one in mine for row in one["rows"]]
        assert rows == [str(row[1]) for row in each.rows()]
        assert [one["title"] for one in mine] == [each.title, *[""] * (len(mine) - 1)]
        assert [one["origin"] for one in mine] == [*[""] * (len(mine) - 1), each.origin]
