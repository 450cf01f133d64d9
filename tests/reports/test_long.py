"""A report of many rows as PDF: set in parts, and read as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from opsconsole.reports.model import Annex, Column, Document, Heading, Paragraph, Quote, Row, Table
from opsconsole.reports.render import pdf, write
from opsconsole.reports.render.common import identity
from tests.reports.test_hostile import _document

COLUMNS = (Column("No.", "place", 0.6), Column("Unit", "text", 3.0), Column("Value", "whole"))


def table(name: str, count: int, totals: tuple[Row, ...] = ()) -> Table:
    def rows() -> Iterator[Row]:
        return iter([[place, f"{name}-{place}", place] for place in range(1, count + 1)])

    return Table(name, f"Title of {name}", COLUMNS, rows, totals, f"origin of {name}")


def document(*tables: Table, annexes: tuple[Annex, ...] = ()) -> Document:
    text = ("See ", Quote(1, "50"), ".")
    return replace(
        _document("text"), blocks=(Heading(1, "I", "One"), Paragraph(text), *tables), annexes=annexes
    )


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_ROWS", 100)
    monkeypatch.setattr(pdf, "ROWS", 70)


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
    assert reader.root_object["/Lang"] == "vi"


def test_a_short_report_leads_from_a_figure_to_its_origin(tmp_path: Path) -> None:
    write(document(table("main", 3)), tmp_path, "short", ("pdf",))
    reader = PdfReader(tmp_path / "short.pdf")
    assert any("/Annots" in page for page in reader.pages)
    assert "/StructTreeRoot" in reader.root_object


@given(st.lists(st.integers(0, 25), max_size=6), st.integers(1, 12))
@settings(deadline=None)
def test_cut_anywhere_the_rows_stay_in_order_and_no_piece_is_too_long(counts: list[int], most: int) -> None:
    tables = [table(f"t{number}", count) for number, count in enumerate(counts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "ROWS", most)
        pieces = list(pdf._cut(tables, document(), Path(), []))
    assert all(sum(len(one["rows"]) for one in piece) <= most for piece in pieces)
    flat = [one for piece in pieces for one in piece]
    for each in tables:
        mine = [one for one in flat if one["name"] == each.name]
        rows = [row[1] for one in mine for row in one["rows"]]
        assert rows == [str(row[1]) for row in each.rows()]
        assert [one["title"] for one in mine] == [each.title, *[""] * (len(mine) - 1)]
        assert [one["origin"] for one in mine] == [*[""] * (len(mine) - 1), each.origin]
