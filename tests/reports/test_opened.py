"""A report as lines of text: none wider than the screen, nothing lost, an issued one read as it was drafted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opsconsole.catalogue import use_language
from opsconsole.reports.issue import issue
from opsconsole.reports.opened import opened_draft, opened_issued
from opsconsole.reports.order import Order
from opsconsole.reports.passages import Passage, TableRow
from opsconsole.reports.textlines import lines, wrapped
from opsconsole.settings import Settings
from opsconsole.store.database import Database
from tests.reports.conftest import SQLITE

TEXT = st.text(st.sampled_from("ab ế 0123.,"), max_size=60)


@st.composite
def tables(draw: st.DrawFn) -> Passage:
    columns = draw(st.lists(st.tuples(TEXT, st.booleans()), min_size=1, max_size=9))
    cells = st.lists(TEXT, min_size=len(columns), max_size=len(columns)).map(tuple)
    rows = draw(st.lists(cells.map(TableRow), max_size=4))
    return Passage("table", draw(TEXT), (), tuple(columns), tuple(rows), draw(st.booleans()))


def bare(text: str) -> str:
    return "".join(text.split())


@given(
    tables() | st.builds(Passage, st.sampled_from(["body", "item", "heading"]), TEXT), st.integers(20, 160)
)
def test_no_line_is_wider_than_the_screen_and_no_cell_is_lost(passage: Passage, width: int) -> None:
    use_language("en")
    made = [line.text for line in lines([passage], width)]
    assert all(len(line) <= width for line in made)
    letters = bare("".join(made))
    assert all(letters.count(char) >= bare(passage.text).count(char) for char in set(bare(passage.text)))
    for row in passage.rows:
        for cell in row.cells:
            if bare(cell) not in ("", "–"):
                assert all(char in letters for char in bare(cell))


@given(st.text(max_size=200), st.integers(1, 40))
def test_wrapping_keeps_every_character_but_blanks_at_ends_of_lines(text: str, width: int) -> None:
    made = wrapped(text, width)
    assert all(len(line) <= width for line in made)
    assert "".join(made).replace(" ", "") == text.replace(" ", "")


def test_columns_stand_below_each_other_and_a_table_that_is_too_wide_becomes_paragraphs() -> None:
    rows = (TableRow(("Xã Tú Lý", "7", "35 %")), TableRow(("Toàn tỉnh", "12.340", "50 %"), (4,), True))
    table = Passage("table", "", (), (("Đơn vị", False), ("Số", True), ("Tỷ lệ", True)), rows)
    made = list(lines([table], 60))
    assert [line.text for line in made] == [
        "Đơn vị         Số  Tỷ lệ",
        "Xã Tú Lý        7   35 %",
        "Toàn tỉnh  12.340   50 %",
    ]
    assert (made[2].tone, made[2].figures, made[2].row) == ("bold", (4,), rows[1])
    assert [line.text for line in lines([table], 20)] == [
        "Đơn vị: Xã Tú Lý ·",
        "  Số: 7 · Tỷ lệ: 35",
        "  %",
        "Đơn vị: Toàn tỉnh",
        "  · Số: 12.340 · Tỷ",
        "  lệ: 50 %",
    ]


@SQLITE
def test_an_issued_report_reads_as_its_draft_and_has_the_same_figures(
    database: Database, settings: Settings
) -> None:
    draft = opened_draft(database, settings, Order("usage", "2019-07"), measuring=True)
    written = issue(database, settings, Order("usage", "2019-07"), actor="somebody", formats=("html",))
    with database.read() as reader:
        found = opened_issued(reader, settings, written.year, written.number)
    assert found.state == ""
    assert found.figures == draft.figures
    assert len(found.figures) > 10

    def body(passages: tuple[Passage, ...]) -> list[tuple[str, str, tuple[int, ...], tuple[TableRow, ...]]]:
        return [
            (each.sort, each.text, each.figures, each.rows)
            for each in passages
            if (each.sort in ("body", "item", "heading", "table") and "[" in each.text) or each.rows
        ]

    kept = [each for each in body(found.passages) if "01/" not in each[1]]
    assert kept == [each for each in body(draft.passages) if "01/" not in each[1]]
    assert any(row.origins for each in found.passages for row in each.rows)
    quoted = {number for each in found.passages for number in each.figures}
    assert quoted
    assert all(found.quoting(number) == draft.quoting(number) != "" for number in quoted)
