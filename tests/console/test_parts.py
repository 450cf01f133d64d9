"""The parts below the pages: packed keys, widths, filters, dates, bars, the tree, the input line."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from opsconsole.console.bars import bar, sparkline
from opsconsole.console.columns import Column, cells, fit, widths
from opsconsole.console.keys import PackedKeys
from opsconsole.console.lists import Found as ListFound
from opsconsole.console.lists import StoredRows
from opsconsole.console.queries.filtering import like
from opsconsole.console.queries.listing import BLOCK, words_of
from opsconsole.console.queries.needs import spans
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.console.widgets.tree import Node, TreeGrid
from opsconsole.dates import typed_day

KEYS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=12)


@given(st.lists(KEYS, unique=True))
def test_packed_keys_are_a_list_of_the_same_keys(keys: list[str]) -> None:
    packed = PackedKeys(keys)
    assert list(packed) == keys
    assert len(packed) == len(keys)
    assert [packed.index(key) for key in keys] == list(range(len(keys)))
    assert packed.index("\x01 not there") is None
    assert packed.slice(1, 3) == keys[1:3]


def test_a_key_inside_another_is_not_taken_for_it() -> None:
    packed = PackedKeys(["HB-10", "HB-1", "B-1"])
    assert packed.index("HB-1") == 1
    assert packed.index("B-1") == 2
    assert packed.index("HB") is None


@given(st.text(max_size=40), st.integers(0, 30), st.booleans())
def test_a_fitted_text_has_exactly_the_width(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right)) == width


@pytest.mark.parametrize(
    "text", ["Nguyễn Thị Ánh Ữ", "Đà Bắc – Tu Lý", "▁▂▃█━┃╌", "ASCII only", "12.345,6 %"]
)
def test_the_quick_measure_agrees_with_the_slow_one(text: str) -> None:
    assert cells(text) == cell_len(text)


def test_a_cut_is_marked_and_wide_letters_are_not_split() -> None:
    assert fit("Nguyễn Văn An", 8) == "Nguyễn …"
    assert fit("日本語", 4) == "日 …" or cell_len(fit("日本語", 4)) == 4


def test_columns_are_as_wide_as_the_sample_needs_within_their_bounds() -> None:
    columns = (Column("a", "A", 4, 8), Column("b", "Long title", 2, 3))
    assert widths(columns, ["A", "Long title"], [("x" * 20, "y"), ("x", "y")]) == [8, 12]
    assert widths(columns, ["A", "Long title"], []) == [4, 12]


@given(st.text())
def test_any_filter_that_is_typed_can_be_asked(text: str) -> None:
    for word in words_of(text):
        assert word
        assert like(word).startswith("%")


def test_words_are_folded_and_quoted_ones_stay_together() -> None:
    assert words_of("Hòa  BÌNH") == ("hoa", "binh")
    assert words_of('"Hòa Bình" x') == ("hoa binh", "x")
    assert words_of('"Hòa Bì') == ("hoa", "bi")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/12/2019", "2019-12-31"),
        ("1-2-2021", "2021-02-01"),
        ("01.02.2021", "2021-02-01"),
        ("2025-07-01", "2025-07-01"),
        ("5/3", "2026-03-05"),
        ("+7", "2026-11-30"),
        ("-1", "2026-11-22"),
        ("Hôm nay", "2026-11-23"),
        ("hn", "2026-11-23"),
        ("31/2/2020", None),
        ("2020", None),
        ("", None),
        ("-99999", "1753-02-08"),
        ("+99999", "2300-09-07"),
        ("0000-01-01", None),
    ],
)
def test_dates_are_understood_as_people_type_them(text: str, day: str | None) -> None:
    found = typed_day(text, dt.date(2026, 11, 23))
    assert (found.isoformat() if found else None) == day


def test_an_unknown_month_is_not_drawn_as_an_idle_one() -> None:
    assert sparkline([None, 0.0, 1.0, 8.0]) == "?·▂▇"


def test_a_bar_shows_value_and_mark() -> None:
    assert bar(0.5, 1.0, 8) == "━━━━╌╌╌┃"
    assert bar(None, None, 4) == "╌╌╌╌"
    assert bar(2.0, 0.0, 4) == "┃━━━"


def test_days_are_told_as_stretches() -> None:
    days = [dt.date(2019, 3, day) for day in (1, 2, 3, 5)]
    assert spans(days) == ["2019-03-01 … 2019-03-03", "2019-03-05"]
    assert spans([]) == []


def test_rows_of_a_distant_block_are_fetched_once_and_shown_when_they_come() -> None:
    keys = PackedKeys(f"k{n}" for n in range(BLOCK * 5))
    asked: list[list[str]] = []
    waiting = []
    redrawn = []

    def fetch(wanted, arrived, wait):  # type: ignore[no-untyped-def]
        asked.append(wanted)
        waiting.append(arrived)

    rows = StoredRows(ListFound(keys, len(keys), True), fetch, lambda: redrawn.append(1))
    assert rows.row(BLOCK * 2) is None
    assert rows.row(BLOCK * 2 + 5) is None
    assert len(asked) == 1
    waiting[0]({key: (key,) for key in asked[0]})
    assert redrawn == [1]
    assert rows.row(BLOCK * 2 + 5) == (f"k{BLOCK * 2 + 5}",)
    assert asked[-1][0] in (f"k{BLOCK * 3}", f"k{BLOCK * 2}")


class Hold(App[None]):
    """A widget on its own."""

    def __init__(self, widget: object) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget  # type: ignore[misc]


COLUMNS = (Column("a", "A", 6, 10), Column("b", "B", 6, 30), Column("c", "C", 30, 40))


async def test_the_keys_of_the_grid_move_as_they_say() -> None:
    grid = GridView(COLUMNS)
    async with Hold(grid).run_test(size=(40, 11)) as pilot:
        grid.focus()
        grid.show(HeldRows([(str(n), (n, n, n)) for n in range(1000)]))
        for keys, row in [
            ("j", 1), ("down", 2), ("k", 1), ("pagedown", 11), ("ctrl+d", 16), ("ctrl+u", 11), ("pageup", 1),
            ("G", 999), ("j", 999), ("g", 0), ("k", 0), ("end", 999), ("home", 0), ("ctrl+f", 10), ("ctrl+b", 0),
        ]:  # fmt: skip
            await pilot.press(keys)
            await pilot.pause()
            assert grid.cursor == row, keys
            top = round(grid.scroll_y)
            assert top <= grid.cursor < top + 10, keys


async def test_columns_scroll_into_sight() -> None:
    grid = GridView(COLUMNS)
    async with Hold(grid).run_test(size=(20, 8)) as pilot:
        grid.focus()
        grid.show(HeldRows([("1", (1, 2, 3))]))
        await pilot.press("l", "l")
        await pilot.pause()
        assert grid.column == 2
        assert grid.scroll_x > 0
        await pilot.press("h", "h")
        await pilot.pause()
        assert grid.scroll_x == 0


async def test_a_cursor_move_redraws_two_lines_only() -> None:
    grid = GridView(COLUMNS)
    async with Hold(grid).run_test(size=(40, 11)) as pilot:
        grid.show(HeldRows([(str(n), (n, n, n)) for n in range(100)]))
        await pilot.pause()
        drawn: list[int] = []
        real = grid.render_line

        def render_line(y: int):  # type: ignore[no-untyped-def]
            drawn.append(y)
            return real(y)

        grid.render_line = render_line  # type: ignore[method-assign]
        grid.move(3)
        await pilot.pause()
        assert sorted(set(drawn)) == [1, 4]


async def test_new_rows_keep_the_cursor_on_its_thing_and_at_its_height() -> None:
    grid = GridView(COLUMNS)
    async with Hold(grid).run_test(size=(40, 11)) as pilot:
        grid.show(HeldRows([(str(n), (n, n, n)) for n in range(100)]))
        grid.move(50)
        await pilot.pause()
        height = grid.cursor - round(grid.scroll_y)
        grid.show(HeldRows([(str(n), (n, n, n)) for n in range(20, 100)]))
        await pilot.pause()
        assert (grid.key, grid.cursor, grid.cursor - round(grid.scroll_y)) == ("50", 30, height)
        grid.show(HeldRows([(str(n), (n, n, n)) for n in range(3)]))
        assert grid.key == "2"
        grid.show(HeldRows([]))
        assert grid.key is None


async def test_a_tree_opens_closes_and_ends_at_a_circle() -> None:
    tree = TreeGrid((Column("a", "A", 6, 30),))
    async with Hold(tree).run_test(size=(40, 11)) as pilot:
        tree.plant(
            [
                Node("a", None, ("a",)),
                Node("b", "a", ("b",)),
                Node("c", "b", ("c",)),
                Node("x", "y", ("x",)),
                Node("y", "x", ("y",)),
                Node("z", "gone", ("z",)),
            ]
        )
        tree.focus()
        await pilot.pause()
        assert [tree.rows.key(n) for n in range(len(tree.rows))] == ["a", "z"]
        await pilot.press("l", "l", "l")
        assert [tree.rows.key(n) for n in range(len(tree.rows))] == ["a", "b", "c", "z"]
        await pilot.press("h")
        assert tree.key == "b" or tree.key == "a"
        assert tree.reach("c")
        assert tree.key == "c"
        assert not tree.reach("gone")
        tree.match(["c"])
        assert [tree.rows.key(n) for n in range(len(tree.rows))] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["a", "b", "c", "backspace", "backspace", "x", "y"], "axy"),
        (["a", "b", "c", "left", "left", "X"], "aXbc"),
        (["a", "home", "b", "end", "c", "delete", "ctrl+w", "d"], "d"),
    ],
)
async def test_keys_act_in_their_order(keys: list[str], text: str) -> None:
    line = ViInput()
    async with Hold(line).run_test(size=(40, 5)) as pilot:
        line.focus()
        await pilot.press(*keys)
        assert line.value == text


async def test_an_accent_typed_on_its_own_joins_its_letter() -> None:
    line = ViInput()
    async with Hold(line).run_test(size=(40, 5)):
        for char in ("x", "e", "\N{COMBINING CIRCUMFLEX ACCENT}", "\N{COMBINING ACUTE ACCENT}", "t"):
            line.replace_selection(char)
        assert line.value == "xết"
        assert line.cursor_position == 3


async def test_what_is_pasted_is_one_line_in_nfc_and_steers_nothing() -> None:
    line = ViInput()
    async with Hold(line).run_test(size=(60, 5)):
        line.take_paste(unicodedata.normalize("NFD", "Nguyễn") + "\nVăn\x1b[31m\r\nAn")
        assert line.value == "Nguyễn Văn<U+001B>[31m An"
        line.take_paste("")
        assert line.value.startswith("Nguyễn")
