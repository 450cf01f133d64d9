"""The page of a report measured against annex I of Decree 30/2020: paper, margins, letters, distances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from pypdf import PdfReader

from opsconsole.reports.model import Column, Document, Heading, Letterhead, Paragraph, Quote, Table
from opsconsole.reports.render import write
from opsconsole.reports.render.breadth import breadth, divisible
from opsconsole.reports.render.tableheads import column_widths, font_size
from tests.reports.test_hostile import _document

MM = 72 / 25.4
LONG = "Các cơ quan, đơn vị đã sử dụng thường xuyên hệ thống thư điện tử công vụ của tỉnh trong kỳ báo cáo. "


@dataclass(frozen=True)
class Piece:
    """A piece of text on paper: the left end of its base line in points from the lower left corner."""

    text: str
    x: float
    y: float
    size: float
    font: str


def pieces(reader: PdfReader, page: int) -> list[Piece]:
    """The texts of a page in the order in which they were set."""
    found: list[Piece] = []

    def take(text: str, cm: list[float], tm: list[float], font: dict[str, str] | None, size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            name = str((font or {}).get("/BaseFont", ""))
            found.append(Piece(text.strip(), x, y, size * abs(tm[0] * cm[0]), name))

    reader.pages[page].extract_text(visitor_text=take)
    return found


def rules(reader: PdfReader, page: int) -> list[tuple[float, float, float]]:
    """The horizontal lines of a page: (left, right, height), in points."""
    found: list[tuple[float, float, float]] = []
    begun: list[tuple[float, float]] = []

    def take(operator: bytes, operands: list[Any], cm: list[float], tm: list[float]) -> None:
        if operator in (b"m", b"l"):
            x, y = float(operands[0]) * cm[0] + cm[4], float(operands[1]) * cm[3] + cm[5]
            if operator == b"l" and begun and abs(begun[-1][1] - y) < 0.01:
                found.append((*sorted((begun[-1][0], x)), y))  # type: ignore[arg-type]
            begun.append((x, y))

    reader.pages[page].extract_text(visitor_operand_before=take)
    return found


def below(lines: list[tuple[float, float, float]], texts: list[Piece]) -> float:
    """The length of the line right below centred *texts*, as a share of the widest of them."""
    lowest = min(each.y for each in texts)
    left, right, _y = max(
        (line for line in lines if lowest - 12 < line[2] < lowest), key=lambda line: line[2]
    )
    widest = 2 * ((left + right) / 2 - min(each.x for each in texts))
    return (right - left) / widest


@pytest.fixture(scope="module")
def report() -> Document:
    """A report of two pages: head, sections, paragraphs with figures, a table, a signature."""
    text = (LONG * 3, *(part for number in range(1, 6) for part in (Quote(number, "98"), " đơn vị; ")))
    table = Table(
        "t", "Chỉ tiêu", (Column("STT", "place", 0.3), Column("Chỉ tiêu", "text", 6.0), Column("Kỳ này", "whole")),
        lambda: iter([[1, LONG, 92]]), (), "sổ quản lý",
    )  # fmt: skip
    blocks = (
        Heading(1, "I", "Tình hình chung"), Heading(2, "1", "Thư điện tử"), Paragraph(text), Paragraph(text), table,
        *[Paragraph((LONG * 4,)) for _ in range(8)],
    )  # fmt: skip
    head = Letterhead(
        "Ủy ban nhân dân tỉnh Hòa Bình", "Sở Thông tin và Truyền thông", "STTTT", "Hòa Bình",
        ("Ủy ban nhân dân tỉnh Hòa Bình",), "KT.", "Phó giám đốc", "Người Ký Mẫu", ("Như trên;", "Lưu: VT, STTTT."),
    )  # fmt: skip
    plain = _document("x")
    figures = tuple(replace(plain.figures[0], number=number, conflicts=()) for number in range(1, 6))
    return replace(
        plain, figures=figures, letterhead=head, blocks=blocks, annexes=(), conflicts=(), conflict_reason="", corrects="",
        subject="Kết quả sử dụng các hệ thống công nghệ thông tin dùng chung của tỉnh Hòa Bình 6 tháng đầu năm 2019",
        title="Báo cáo", number=5, year=2019, date="2019-08-06",
    )  # fmt: skip


@pytest.fixture(scope="module")
def files(report: Document, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report as Word and PDF."""
    paths = write(report, tmp_path_factory.mktemp("decree"), "report", ("docx", "pdf"))
    return {path.suffix[1:]: path for path in paths}


@pytest.fixture(scope="module")
def paper(files: dict[str, Path]) -> PdfReader:
    """The report as it is printed."""
    return PdfReader(files["pdf"])


def only(found: list[Piece], begins: str) -> Piece:
    """The first text that begins so."""
    return next(each for each in found if each.text.startswith(begins))


def test_paper_and_margins_are_a4_with_room_for_binding(paper: PdfReader) -> None:
    for page in paper.pages[:2]:  # annexes may lie on their side
        assert (round(page.mediabox.width / MM), round(page.mediabox.height / MM)) == (210, 297)
    body = [each for each in pieces(paper, 1) if abs(each.size - 14) < 0.1]
    assert min(each.x for each in body) == pytest.approx(30 * MM, abs=0.5)
    top = 297 * MM - max(each.y for each in body)
    assert 20 * MM < top < 25 * MM + 14
    assert min(each.y for each in body) > 20 * MM


def test_page_numbers_stand_in_the_top_margin_from_the_second_page_on(paper: PdfReader) -> None:
    first, second = pieces(paper, 0), pieces(paper, 1)
    assert not [each for each in first if each.y > 277 * MM]
    number = only(second, "2")
    assert number.y > 277 * MM
    assert 13 <= round(number.size) <= 14
    assert number.x == pytest.approx((30 + 195) / 2 * MM, abs=6)  # centred above the text


@pytest.mark.parametrize(
    ("text", "least", "most", "style"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, 13, "Bold"),
        ("Độc lập - Tự do - Hạnh phúc", 13, 14, "Bold"),
        ("ỦY BAN NHÂN DÂN", 12, 13, "Serif"),
        ("SỞ THÔNG TIN", 12, 13, "Bold"),
        ("Số: 05/BC-STTTT", 13, 13, "Serif"),
        ("Hòa Bình, ngày 06 tháng 8 năm 2019", 13, 14, "Italic"),
        ("BÁO CÁO", 13, 14, "Bold"),
        ("Kết quả sử dụng", 13, 14, "Bold"),
        ("Kính gửi:", 13, 14, "Serif"),
    ],
)
def test_the_head_has_the_letters_of_the_annex(
    paper: PdfReader, text: str, least: int, most: int, style: str
) -> None:
    found = only(pieces(paper, 0), text)
    assert least - 0.1 <= found.size <= most + 0.1
    assert found.font.endswith(style)


def test_rules_stand_below_motto_body_and_subject(paper: PdfReader) -> None:
    found, lines = pieces(paper, 0), rules(paper, 0)
    assert below(lines, [only(found, "Độc lập")]) == pytest.approx(1, abs=0.03)
    for names in (["SỞ THÔNG TIN", "TRUYỀN THÔNG"], ["Kết quả sử dụng", "tỉnh Hòa Bình 6"]):
        there = [each for each in found if each.text.startswith(tuple(names))]
        assert 1 / 3 - 0.01 <= below(lines, there) <= 1 / 2, names


def test_signature_and_recipients(paper: PdfReader) -> None:
    found = [each for page in range(len(paper.pages)) for each in pieces(paper, page)]
    for text, size, style in (
        ("Nơi nhận:", 12, "BoldItalic"), ("- Lưu: VT", 11, "Serif"), ("KT.", 14, "Bold"), ("Người Ký Mẫu", 14, "Bold"),
    ):  # fmt: skip
        one = only(found, text)
        assert (round(one.size, 1), one.font.endswith(style)) == (size, True), text
    assert only(found, "Nơi nhận:").x < 105 * MM < only(found, "KT.").x


def test_body_is_indented_and_paragraphs_stand_apart(paper: PdfReader) -> None:
    body = [each for each in pieces(paper, 1) if abs(each.size - 14) < 0.1 and each.font.endswith("Serif")]
    begins = [each.y for each in body if each.text.startswith("Các cơ quan") and each.x > 31 * MM]
    assert len(begins) >= 3
    assert all(10 * MM <= each.x - 30 * MM <= 12.8 * MM for each in body if each.y in begins)
    heights = sorted({round(each.y, 1) for each in body}, reverse=True)
    gaps = {high: high - low for high, low in pairwise(heights)}
    line = min(gaps.values())
    assert 14 * 1.0 <= line <= 14 * 1.15 * 1.5  # single to one and a half
    for begin in begins[1:]:
        above = min(height for height in heights if height > begin + 1)
        assert above - begin >= line + 6 - 0.1


def test_raised_numbers_are_of_one_size(paper: PdfReader) -> None:
    raised = [each for each in pieces(paper, 0) if each.text in "12345" and each.size < 12]
    assert {each.text for each in raised} == set("12345")
    assert len({round(each.size, 1) for each in raised}) == 1


def test_word_has_the_same_page(files: dict[str, Path]) -> None:
    word = docx.Document(str(files["docx"]))
    section = word.sections[0]
    assert [round(each.mm) for each in (section.page_width, section.page_height)] == [210, 297]
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(each.mm) for each in margins] == [20, 20, 30, 15]
    assert section.different_first_page_header_footer
    normal = word.styles["Normal"]
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 14)
    assert normal.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert 10 <= normal.paragraph_format.first_line_indent.mm <= 12.8
    assert normal.paragraph_format.space_after.pt >= 6


def test_a_long_code_goes_on_in_the_next_line_of_its_own_column(report: Document, tmp_path: Path) -> None:
    columns = (Column("Mã"), Column("Chỉ tiêu", "text", 3.0))
    rows = [["units.without_internet_connection", "Số đơn vị"], ["mail.regular", "Thường xuyên"]]
    table = Table("t", "Chỉ tiêu", (*columns, *columns), lambda: iter([[*row, *row] for row in rows]), (), "")
    files = write(replace(report, blocks=(table,)), tmp_path, "codes", ("pdf",))
    found = pieces(PdfReader(next(iter(files))), 0)
    name = only(found, "Số đơn vị")
    lines = [each for each in found if each.x < name.x and each.size == name.size and each.y <= name.y]
    code = [each.text.replace("\u200b", "") for each in lines]
    assert "".join(code).startswith("units.without_internet_connectionmail.regular")
    room = name.x - lines[0].x
    assert all(breadth(text, name.size) < room for text in code), code


def test_dates_numbers_and_short_codes_stay_whole() -> None:
    for text in ("26/02/2019", "1.234.567", "mail.regular"):
        assert divisible(text, 20 if text[0].isdigit() else 100, 12) == text
    assert divisible("05/BC-STTTT", 20, 12) == "05/\u200bBC-\u200bSTTTT"


def test_no_word_of_a_head_is_broken_where_other_columns_can_give() -> None:
    columns = (Column("STT", "place", 0.2), Column("Chỉ tiêu", "text", 6.0), Column("Tình trạng"))
    shares = column_widths(columns, 468)
    assert sum(shares) == pytest.approx(468)
    assert shares[0] > 3 * 0.72 * font_size(columns)
    assert column_widths((Column("Dàiquáđimất"),) * 40, 468) == pytest.approx(
        [468 / 40] * 40
    )  # nothing to give
