"""The yearly report of 2019: every figure of section I of the plan, and exactly its conflicts."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest

from opsconsole.catalogue import speaking
from opsconsole.inventory.apply import apply_plan
from opsconsole.reports.model import Document, Heading, Paragraph
from opsconsole.reports.order import Order, composed
from opsconsole.reports.render import write
from opsconsole.settings import Settings
from opsconsole.store.database import Database
from tests.reports.conftest import SQLITE

GOLDEN = Path(__file__).parent / "golden"

# FACTS of the field, section I of plan 144 (2019): what does not add up, what is not defined, and what the
# press gave otherwise.
CONFLICTS = {
    "144/departments-resolved", "144/resolved-share", "144/websites",
    "press/documents-electronic", "press/documents-parallel",
}  # fmt: skip
UNDEFINED = {
    "144/conference-sessions", "144/departments-balance", "144/level3-cases", "144/level4-cases", "144/mail-regular",
    "144/transactions",
}  # fmt: skip


def _document(database: Database, settings: Settings, language: str = "vi") -> Document:
    with database.read() as reader:
        document = composed(reader, settings, Order("yearly", "2019", language=language))
    return document


def test_every_figure_of_section_one_is_quoted_as_it_was_stated(
    database: Database, settings: Settings
) -> None:
    document = _document(database, settings)
    with database.read() as reader:
        stated = dict(
            reader.rows("SELECT key, value FROM figure WHERE key LIKE '144/%' AND province = :province")
        )
    quoted = {figure.key: figure for figure in document.figures if figure.sort == "reported"}
    assert set(quoted) == set(stated)
    assert {key: figure.value for key, figure in quoted.items()} == stated
    text = " ".join(block.text for block in document.blocks if isinstance(block, Paragraph))
    for written in ("40.988", "30.163", "29.345", "98 %", "12.446", "12.338", "8.332", "67,53 %", "3.899", "31,6 %",
                    "0,88 %", "gần 8.000", "trên 90", "2.272", "476", "368", "108"):  # fmt: skip
        assert written in text
    assert len(stated) == 36


def test_exactly_the_conflicts_of_the_plan_are_listed_and_marked(
    database: Database, settings: Settings
) -> None:
    document = _document(database, settings)
    by_verdict = {
        verdict: {each.check for each in document.conflicts if each.verdict == verdict}
        for verdict in ("conflict", "undefined")
    }
    assert by_verdict["conflict"] == CONFLICTS
    assert by_verdict["undefined"] == UNDEFINED
    numbers = {each.check: each.number for each in document.conflicts}
    share = next(figure for figure in document.figures if figure.key == "144/cases-resolved-share")
    assert share.conflicts == (numbers["144/resolved-share"],)
    text = " ".join(block.text for block in document.blocks if isinstance(block, Paragraph))
    assert f"đạt 98 % [M{numbers['144/resolved-share']}]" in text
    assert "toàn tỉnh [" not in text


def test_last_year_without_figures_is_said_and_no_change_invented(
    database: Database, settings: Settings
) -> None:
    text = " ".join(
        block.text for block in _document(database, settings).blocks if isinstance(block, Paragraph)
    )
    assert "Chưa có số liệu đo của năm 2018 để so sánh." in text
    assert "So với năm 2018" not in text


def _outline(document: Document) -> list[str]:
    lines = []
    for block in document.blocks:
        if isinstance(block, Heading):
            lines.append(f"{'#' * block.level} {block.number} {block.text}")
        elif isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines.append(f"[{type(block).__name__} {getattr(block, 'name', '')}]")
    for annex in document.annexes:
        lines.append(f"= {annex.number} {annex.title}")
        lines += [f"[{type(block).__name__} {getattr(block, 'name', '')}]" for block in annex.blocks]
    return lines


@SQLITE
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_outline_is_as_it_was(settings: Settings, language: str, database: Database) -> None:
    found = "\n".join(_outline(_document(database, settings, language))) + "\n"
    assert found == (GOLDEN / f"yearly-{language}.txt").read_text("utf-8")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _texts(paths: dict[Path, str]) -> dict[str, str]:
    """What each format says, without what only shapes it."""
    found: dict[str, str] = {}
    for path, form in paths.items():
        if form == "docx":
            with zipfile.ZipFile(path) as packed:
                xml = packed.read("word/document.xml").decode()
            # The raised numbers of origins are links.
            xml = re.sub(r"<w:hyperlink.*?</w:hyperlink>", "", xml, flags=re.DOTALL)
            text = "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", xml))
            found[form] = unescape(text)
        elif form == "html":
            page = re.sub(r"<(style|script)>.*?</\1>", "", path.read_text("utf-8"), flags=re.DOTALL)
            found[form] = unescape(re.sub(r"<[^>]+>", "", page))
        elif form == "md":
            text = re.sub(r"\\\[\d+\\\]", "", path.read_text("utf-8"))
            found[form] = re.sub(r"\\(.)", r"\1", text)
        elif form == "xlsx":
            with zipfile.ZipFile(path) as packed:
                xml = packed.read("xl/worksheets/sheet1.xml").decode()
            found[form] = unescape("".join(re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", xml)))
        elif form == "pdf":
            from pypdf import PdfReader

            found[form] = "".join(
                page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes())).pages
            )
        elif form == "json":
            blocks = json.loads(path.read_text("utf-8"))["blocks"]
            found[form] = " ".join(
                "".join(
                    part if isinstance(part, str) else part["text"] + part["marks"] for part in block["parts"]
                )
                for block in blocks
                if block["sort"] == "paragraph"
            )
    return found


@SQLITE
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_format_says_every_sentence(
    settings: Settings, language: str, tmp_path: Path, database: Database
) -> None:
    with database.read() as reader:
        document = composed(reader, settings, Order("yearly", "2019", language=language))
        paths = write(
            document, tmp_path / "out", "yearly", ("docx", "pdf", "xlsx", "html", "md", "csv", "json")
        )
    texts = {form: _bare(text) for form, text in _texts(paths).items()}
    assert set(texts) == {"docx", "pdf", "xlsx", "html", "md", "json"}
    with speaking(language):
        for block in document.blocks:
            if isinstance(block, Paragraph):
                for form, text in texts.items():
                    if form == "pdf":
                        # Raised numbers stand between the words there: the words between figures are looked for.
                        for part in block.parts:
                            if isinstance(part, str) and len(part) > 25:
                                assert _bare(part)[:20] in text, (form, part)
                    else:
                        assert _bare(block.text) in text, (form, block.text)
            elif isinstance(block, Heading):
                for form, text in texts.items():
                    if form != "json":
                        assert _bare(block.text).casefold() in text.casefold(), (form, block.text)
    national = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" if language == "vi" else "SOCIALIST REPUBLIC OF VIET NAM"
    for form in ("docx", "pdf", "xlsx", "html", "md"):
        assert _bare(national) in texts[form]


def test_a_report_of_another_year_quotes_what_was_stated_for_that_year_and_never_the_last(
    database: Database, settings: Settings
) -> None:
    figures = Path(settings.root) / "inventory" / "figures" / "2020.yaml"
    figures.parent.mkdir(parents=True, exist_ok=True)
    figures.write_text(
        "kind: figures\ndefaults: {stated: 2020-12-31, source: BC 9}\nitems:\n"
        "  9/websites: {name: Websites, indicator: portal.sites, period: 2020, value: 41, unit-of-measure: trang}\n",
        encoding="utf-8",
    )
    apply_plan(database, settings, actor="test", reason="2020")
    with database.read() as reader:
        document = composed(reader, settings, Order("yearly", "2020", language="vi"))
    reported = {figure.name: figure for figure in document.figures if figure.sort == "reported"}
    assert (reported["websites"].key, reported["websites"].value) == ("9/websites", 41)
    others = [figure for name, figure in reported.items() if name not in ("websites", "member-sites")]
    assert others
    assert {figure.value for figure in others} == {None}
    assert {figure.text for figure in others} == {"chưa có số liệu"}
    text = " ".join(block.text for block in document.blocks if isinstance(block, Paragraph))
    assert "Toàn tỉnh có 41" in text
    assert "Chưa có số liệu năm 2020: Dịch vụ công trực tuyến mức độ 3 và 4; Dịch vụ công" in text
    assert "mức độ 3, 4 là chưa có" not in text  # a sentence of gaps is not said
    assert "tiếp tục duy trì" not in text  # nobody measured it
    assert "30/7/2019" not in text
    assert "30/07/2019" not in text
