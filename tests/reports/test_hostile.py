"""What data says is text in every format: no formula, markup, entity, macro, link or control character of it acts."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from opsconsole.reports import charts
from opsconsole.reports.model import (
    FORMATS,
    Annex,
    Cell,
    Chart,
    Column,
    Conflict,
    Document,
    Figure,
    Foot,
    Heading,
    Letterhead,
    Paragraph,
    Quote,
    Signatures,
    Table,
)
from opsconsole.reports.render import write

HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://example.invalid","x")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\tTAB=1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]></w:t></w:r><w:bad/>",
    "&lt;b&gt; &amp; &#x41; &xxe;",
    '#emph[x] $y$ #read("/etc/passwd") \\ ` _a_ *b* <label> @ref',
    "{{7*7}} ${7*7} {unit}",
    "[x](javascript:alert(1)) ![y](http://example.invalid/z.png)",
    "a | b || c\n| --- |",
    "\x1b[31mred\x07 \x00 \x9b \u202e txet \u200b \ufffe \ud800",
    '" onmouseover="x" \'',
    "http://example.invalid mailto:a@b.vn",
)


def _document(text: str) -> Document:
    column = (Column(text), Column("n", "whole"), Column(text, "text", 1, text), Column("%", "percent"))
    rows = [
        [text, 5, Cell(text, 1, " [M1]"), Cell(50.5, origin=(1, 2, 1, 3, "2019-07-31", 1))]
        for _each in range(3)
    ]
    table = Table("t", text, column, lambda: iter(rows), ([text, 15, text, None],), text)
    chart = Chart(
        "c",
        text,
        *charts.ranking(text, [(text, 3.0, text)], (text, 2.0)),
        text,
        (Column(text), Column("n", "whole")),
        ((text, 3),),
        "bar",
    )
    figure = Figure(
        1,
        "a",
        "reported",
        text,
        text,
        5.0,
        text,
        text,
        text,
        "2019",
        source=text,
        place=text,
        quote=text,
        note=text,
        file=text,
        line=3,
        conflicts=(1,),
    )
    return Document(
        outline="test", outline_digest="0" * 64, language="vi", title=text, subject=text, period="2019", period_words=text, unit=text,
        unit_id="", letterhead=Letterhead(text, text, text, text, (text,), text, text, text, (text,)),
        blocks=(Heading(1, "I", text), Paragraph((text, Quote(1, text, " [M1]"))), Paragraph((text,), "item"), Paragraph((text,), "note"),
                table, chart, Signatures(((text, text),))),
        annexes=(Annex(1, text, (table,), True),),
        figures=(figure,),
        conflicts=(Conflict(1, "c", "conflict", text, text, text, (1,)),),
        foot=Foot("a" * 16, 1, 1, "b" * 64, "2019-12-31", "2020-01-01T00:00:00.000000Z", text),
        conflict_reason=text, corrects=text, corrects_why=text,
    )  # fmt: skip


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)), scope="module")
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    made = write(_document(request.param), tmp_path_factory.mktemp("hostile"), "hostile", FORMATS)
    found: dict[str, list[Path]] = {}
    for path, form in made.items():
        found.setdefault(form, []).append(path)
    return found


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))


def test_html_has_no_tag_script_or_request_of_the_data(files: dict[str, list[Path]]) -> None:
    text = files["html"][0].read_text("utf-8")
    page = _Page()
    page.feed(text)
    tags = [tag for tag, _attributes in page.tags]
    assert tags.count("script") == 1
    assert not {"img", "iframe", "link", "object", "embed", "form", "base", "a"} & set(tags)
    for _tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "href", "style")]
    policy = next(
        attributes["content"]
        for tag, attributes in page.tags
        if tag == "meta" and attributes.get("http-equiv")
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search("[\x00-\x08\x0b\x1b\x7f-\x9f\u200b\u202e\ufffe]", text)


def test_word_is_whole_xml_with_text_only(files: dict[str, list[Path]]) -> None:
    with zipfile.ZipFile(files["docx"][0]) as packed:
        assert packed.testzip() is None
        for name in packed.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(packed.read(name))
        tree = ElementTree.fromstring(packed.read("word/document.xml"))
        assert "http://example.invalid" not in packed.read("word/_rels/document.xml.rels").decode()
    names = {element.tag.split("}")[1] for element in tree.iter()}
    assert "bad" not in names
    assert "instrText" not in names
    instructions = [
        value for element in tree.iter() for key, value in element.attrib.items() if key.endswith("}instr")
    ]
    assert instructions == []


def test_a_spreadsheet_has_no_formula_and_no_link(files: dict[str, list[Path]]) -> None:
    with zipfile.ZipFile(files["xlsx"][0]) as packed:
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) >= 5
        for name in sheets:
            tree = ElementTree.fromstring(packed.read(name))
            kinds = {element.tag.split("}")[1] for element in tree.iter()}
            assert not {"f", "hyperlink"} & kinds, name
        numbers = packed.read(sheets[1]).decode()
        assert "<v>5</v>" in numbers  # real numbers stay numbers
        assert "<v>0.505</v>" in numbers
        assert "pane" in numbers  # frozen
        for name in packed.namelist():
            if name.startswith("xl/charts/"):
                references = re.findall(r"<c:f>([^<]*)</c:f>", packed.read(name).decode())
                assert all(re.search(r"!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?$", each) for each in references), (
                    references
                )
        charts_there = [name for name in packed.namelist() if name.startswith("xl/charts/")]
        assert charts_there
        for name in packed.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in packed.read(name)


def test_csv_cells_are_no_formulas_and_numbers_stay_numbers(files: dict[str, list[Path]]) -> None:
    numbers = 0
    for path in files["csv"]:
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))):
            for cell in row:
                assert not re.match(r"[=+@\t\r]|-(?!\d+(\.\d+)?$)", cell), cell
                numbers += cell in ("5", "15", "50.5")
    assert numbers >= 6


def test_markdown_has_no_html_link_or_foreign_column(files: dict[str, list[Path]]) -> None:
    text = files["md"][0].read_text("utf-8")
    assert not re.search(r"(?<!\\)<[a-z/!]", text)
    assert not re.search(r"(?<!\\)\]\(", text)
    widths = {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("| ")}
    assert widths <= {5, 6}  # tables of four and of five columns


def test_json_is_json_and_pdf_shows_the_text(files: dict[str, list[Path]]) -> None:
    from pypdf import PdfReader

    data = json.loads(files["json"][0].read_text("utf-8", errors="strict"))
    assert data["figures"][0]["number"] == 1
    pdf = PdfReader(files["pdf"][0])
    assert len(pdf.pages) >= 3
    for page in pdf.pages:
        for annotation in page.get("/Annots") or ():
            assert "/URI" not in (annotation.get_object().get("/A") or {})
    assert "/JavaScript" not in str(pdf.trailer["/Root"])
    fonts = {str(font["/BaseFont"]) for page in pdf.pages for font in _fonts(page)}
    assert fonts
    assert all("+" in font for font in fonts)  # each is embedded, as a subset
    assert any("LiberationSerif" in font for font in fonts)


def _fonts(page: object) -> list[dict[str, object]]:
    found = page["/Resources"].get("/Font", {})  # type: ignore[index]
    return [each.get_object() for each in found.values()]
