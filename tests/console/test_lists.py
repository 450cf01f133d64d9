"""What can be done with a list: marks, columns, views, copies, files; and what is known again later."""

from __future__ import annotations

import csv
import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.console.app import Console
from opsconsole.console.columns import Column
from opsconsole.console.export import write_rows
from opsconsole.console.feeds import Superseded
from opsconsole.console.marks import Marks
from opsconsole.console.places import Places, Spot
from opsconsole.console.remembered import Remembered, file_for
from opsconsole.console.screens.listpage import ListPage
from opsconsole.errors import Refused
from opsconsole.text import safe
from tests.console.conftest import MakeConsole
from tests.console.driving import Driver


def known(file: Path) -> Remembered:
    """What is remembered in *file*, of somebody who was shown around already."""
    remembered = Remembered(file)
    remembered.keep_text("toured", "yes")
    return remembered


def page(app: Console, name: str = "assets") -> ListPage:
    found = app.pages[name]
    assert isinstance(found, ListPage)
    return found


# --- marks -----------------------------------------------------------------------------------------


async def test_rows_are_marked_one_by_one_and_from_one_to_another(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000", "Assets  299")
        await driver.press("space")
        text = await driver.until("1 marked")
        assert "●" in text
        await driver.press("j", "j", "v")
        await driver.until("4 marked")
        assert page(driver.app).grid.chosen_keys() == ["HB-000000", "HB-000001", "HB-000002", "HB-000003"]
        await driver.press("asterisk")
        await driver.until("299 marked")
        await driver.press("space")
        await driver.until("298 marked")
        await driver.press("ctrl+backslash")
        await driver.until("Assets  299", absent="marked")


@given(st.lists(st.tuples(st.sampled_from(["toggle", "add", "all", "clear"]), st.integers(0, 9))))
def test_marks_are_a_set_of_rows(steps: list[tuple[str, int]]) -> None:
    rows = [str(number) for number in range(10)]
    marks, model = Marks(), set[str]()
    for step, number in steps:
        key = str(number)
        if step == "toggle":
            marks.toggle(key)
            model ^= {key}
        elif step == "add":
            marks.add([key])
            model.add(key)
        elif step == "all":
            marks.mark_all()
            model = set(rows)
        else:
            marks.clear()
            model = set()
        assert list(marks.of(rows)) == [row for row in rows if row in model]
        assert marks.count(10) == len(model)
        assert bool(marks) >= bool(model)


async def test_help_tells_what_can_be_done_with_a_list(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(100, 60)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("question_mark")
        await driver.until("In a long list", "Choose the columns", "Saved views")
        await driver.press("end")
        await driver.until("unit:148")


# --- columns and views ------------------------------------------------------------------------------


async def test_columns_are_chosen_and_ordered_and_known_after_a_restart(
    console: MakeConsole, tmp_path: Path
) -> None:
    file = tmp_path / "state.json"
    async with console(page="assets", remembered=known(file)).run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("c")
        await driver.until("Space shows or hides")
        await driver.press("j", "space")  # without the class
        await driver.press("home", "j", "j", "K", "K", "enter")  # the model first
        await driver.until("Assets  299", absent="Space shows or hides")
        assert [column.id for column in page(driver.app).grid.columns[:3]] == ["model", "tag", "unit"]
    async with console(page="assets", remembered=known(file)).run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        assert [column.id for column in page(driver.app).grid.columns[:3]] == ["model", "tag", "unit"]
        head = next(line for line in driver.lines if "Tag" in line)
        assert head.index("Model") < head.index("Tag")
        assert "Class" not in head


async def test_filter_order_cursor_page_and_theme_are_known_after_a_restart(
    console: MakeConsole, tmp_path: Path
) -> None:
    file = tmp_path / "state.json"
    async with console(page="assets", remembered=known(file)).run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("slash")
        await driver.type("tu ly")
        await driver.press("enter", "S", "j", "j", "ctrl+t")
        await driver.until("50 / 299")
        cursor = page(driver.app).grid.key
    remembered = known(file)
    assert remembered.text("page") == "assets"
    assert remembered.text("theme") == "opsconsole-light"
    async with console(page="assets", remembered=remembered).run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("50 / 299", "filter: tu ly", lambda: page(driver.app).grid.key == cursor)
        assert page(driver.app).grid.descending
        assert driver.app.theme == "opsconsole-light"


async def test_a_view_is_saved_opened_and_deleted(console: MakeConsole, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    async with console(page="assets", remembered=known(file)).run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("slash")
        await driver.type("tu ly")
        await driver.press("enter", "w")
        await driver.until("name, to save")
        await driver.type("Tu Ly")
        await driver.press("enter")
        await driver.until("View “Tu Ly” saved")
        await driver.press("escape")
        await driver.until("Assets  299", absent="filter:")
        await driver.press("w", "enter")
        await driver.until("50 / 299", "View “Tu Ly”.")
        await driver.press("w", "delete", "escape")
        await driver.until("50 / 299")
    assert Remembered(file).views("assets") == {}


# --- back and forward -------------------------------------------------------------------------------


async def test_one_goes_back_and_forward_through_places(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("slash")
        await driver.type("tu ly")
        await driver.press("enter")
        await driver.until("50 / 299")
        await driver.press("4")
        await driver.until("Mailboxes  60")
        await driver.press("minus")
        await driver.until("50 / 299")
        await driver.press("equals_sign")
        await driver.until("Mailboxes  60")
        await driver.press("equals_sign")
        await driver.until("nothing further")
        await driver.press("escape")
        await driver.until("50 / 299")


SPOTS = st.integers(0, 5).map(lambda number: Spot(str(number)))


@given(st.lists(st.one_of(SPOTS, st.sampled_from(["back", "forward"])), max_size=40))
def test_going_back_and_forward_again_ends_where_it_began(steps: list[Spot | str]) -> None:
    places, here = Places(), Spot("home")
    for step in steps:
        if isinstance(step, Spot):
            places.leave(here)
            here = step
            continue
        there = places.back(here) if step == "back" else places.forward(here)
        if there is None:
            continue
        again = places.forward(there) if step == "back" else places.back(there)
        assert again == here
        assert (places.back(here) if step == "back" else places.forward(here)) == there
        here = there


# --- copies and files -------------------------------------------------------------------------------


async def test_a_cell_and_rows_are_copied_as_they_stand(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("y")
        await driver.until("Copied: HB-000000")
        assert driver.app.clipboard == "HB-000000"
        await driver.press("space", "space", "Y")
        await driver.until("Copied 2 rows")
        lines = driver.app.clipboard.splitlines()
        assert [line.split("\t")[0] for line in lines] == ["HB-000000", "HB-000001"]
        assert len({line.count("\t") for line in lines}) == 1


async def test_what_is_shown_is_written_into_a_file_and_never_over_another(
    console: MakeConsole, tmp_path: Path
) -> None:
    file = tmp_path / "out.csv"
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("slash")
        await driver.type("tu ly")
        await driver.press("enter")
        await driver.until("50 / 299")
        for said in ("50 rows written", "is there already"):
            await driver.press("x")
            await driver.until("Write into")
            driver.app.prompt.input.value = str(file)
            await driver.press("enter")
            await driver.until(said)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert len(rows) == 51
    assert rows[0][:2] == ["Tag", "Class"]
    assert [name for name in os.listdir(tmp_path) if name.startswith(".out")] == []


TEXTS = st.text(max_size=12) | st.sampled_from(
    ["=1+1", "+84", "-5", "@x", "\t=1", "\x1b]52;c;x\x07", "\u202eabc"]
)


@given(st.lists(st.tuples(TEXTS, st.none() | st.integers() | TEXTS), max_size=5))
def test_no_cell_of_a_file_is_a_formula_or_an_escape(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, object]]
) -> None:
    folder = tmp_path_factory.mktemp("export")
    columns = (Column("one", "One"), Column("two", "Two"))
    assert write_rows(folder / "a.csv", columns, rows) == len(rows)
    with (folder / "a.csv").open(encoding="utf-8-sig", newline="") as opened:
        for row, given_ in zip(list(csv.reader(opened))[1:], rows, strict=True):
            for text, value in zip(row, given_, strict=True):
                assert isinstance(value, int) or not text.startswith(("=", "+", "-", "@", "\t", "\r"))
                assert "\x1b" not in text
                assert "\u202e" not in text
    assert write_rows(folder / "a.json", columns, rows) == len(rows)
    again = json.loads((folder / "a.json").read_text("utf-8"))
    assert [(one["one"], one["two"]) for one in again] == rows


def test_a_list_is_written_to_a_stick_that_knows_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(source: str, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted", str(target))

    monkeypatch.setattr("opsconsole.newfiles.os.link", no_link)
    assert write_rows(tmp_path / "a.csv", (Column("one", "One"),), [["x"]]) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["a.csv"]
    with pytest.raises(Refused, match="is there already"):
        write_rows(tmp_path / "a.csv", (Column("one", "One"),), [["y"]])


def sheets_of(path: Path) -> list[list[list[str]]]:
    """The cells of every sheet, as text."""
    with ZipFile(path) as book:
        strings = (
            [
                "".join(each.itertext())
                for each in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).findall("{*}si")
            ]
            if "xl/sharedStrings.xml" in book.namelist()
            else []
        )
        found = []
        for name in sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet")):
            content = book.read(name)
            assert b"<f>" not in content
            rows = []
            for row in ElementTree.fromstring(content).iter(
                "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"
            ):
                cells = []
                for cell in row:
                    text = "".join(cell.itertext())
                    cells.append(strings[int(text)] if cell.get("t") == "s" else text)
                rows.append(cells)
            found.append(rows)
    return found


@given(st.lists(st.tuples(TEXTS, st.none() | st.integers() | st.floats() | TEXTS), max_size=5))
def test_a_spreadsheet_holds_every_row_and_no_formula(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, object]]
) -> None:
    path = tmp_path_factory.mktemp("export") / "a.xlsx"
    assert write_rows(path, (Column("one", "One"), Column("two", "Two")), rows) == len(rows)
    (sheet,) = sheets_of(path)
    assert sheet[0] == ["One", "Two"]
    everything = "".join(text for row in sheet for text in row)
    assert "\x1b" not in everything
    assert "\u202e" not in everything
    full = [(one, two) for one, two in rows if safe(one) or two not in (None, "")]
    assert len(sheet) - 1 == len(full)
    for row, (one, two) in zip(sheet[1:], full, strict=True):
        texts = list(row)
        if safe(one):
            assert texts.pop(0) == safe(one)
        if two not in (None, ""):
            (text,) = texts
            assert text == safe(two) or float(text) == pytest.approx(float(two))  # type: ignore[arg-type]


def test_more_rows_than_a_sheet_holds_go_on_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opsconsole.console.export.SHEET_ROWS", 4)
    columns = (Column("one", "One"),)
    for count, sheets in ((0, 1), (3, 1), (4, 2), (6, 2), (7, 3)):
        path = tmp_path / f"{count}.xlsx"
        assert write_rows(path, columns, ([f"row {number}"] for number in range(count))) == count
        found = sheets_of(path)
        assert len(found) == sheets
        assert all(sheet[0] == ["One"] for sheet in found)
        assert [row[0] for sheet in found for row in sheet[1:]] == [f"row {n}" for n in range(count)]


def test_an_export_that_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    def rows() -> Iterator[list[str]]:
        yield ["one"]
        raise Superseded

    for form in ("csv", "json", "xlsx"):
        with pytest.raises(Superseded):
            write_rows(tmp_path / f"a.{form}", (Column("one", "One"),), rows())
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == []


def test_console_and_reports_guard_cells_alike() -> None:
    from opsconsole.console.export import cell
    from opsconsole.reports.render.comma import guarded

    for text in ("=1", "+1", "-1", "@a", "\t=1", " =1", "＝1", "＋1", "－1", "＠a", "a=1", "", "xã"):
        assert cell(text) == guarded(text)
    assert cell("＝1") == "'＝1"


def test_a_file_of_an_unknown_form_or_in_no_folder_is_refused(tmp_path: Path) -> None:
    columns = (Column("one", "One"),)
    with pytest.raises(Refused, match=r"\.csv, \.json"):
        write_rows(tmp_path / "a.doc", columns, [])
    with pytest.raises(Refused, match="cannot be written"):
        write_rows(tmp_path / "nowhere" / "a.csv", columns, [])


# --- what is remembered -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"form": 9}', '{"form": 1, "pages": 3}', "[" * 5000])
def test_a_broken_memory_is_no_memory(console: MakeConsole, tmp_path: Path, text: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    remembered = Remembered(file)
    assert remembered.page("assets") == {}
    assert remembered.text("theme") == ""
    remembered.keep_page("assets", {"filter": "a"})
    remembered.save()
    assert Remembered(file).page("assets") == {"filter": "a"}
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_page_recalls_whatever_a_file_holds(console: MakeConsole) -> None:
    examples = [
        {"filter": 3, "unit": "x", "columns": {"a": 1}, "sort": [], "descending": "yes", "key": 9},
        {"filter": "tu", "unit": [1, 2], "columns": ["nothing", 3], "sort": "nothing"},
        {"columns": []},
    ]
    async with console(page="assets").run_test(size=(100, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        for memory in examples:
            page(driver.app).recall(memory)
            await driver.until("Tag")
        assert page(driver.app).grid.columns == page(driver.app).grid.every_column


def test_nothing_of_a_password_shows_in_the_name_of_the_file() -> None:
    one = file_for("postgresql://anna:secret@db/ops")
    assert one == file_for("postgresql://anna:other@db/ops")
    assert one != file_for("postgresql://anna:secret@db/other")
    assert "secret" not in str(one)


def test_a_memory_that_cannot_be_written_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    remembered = Remembered(tmp_path / "file" / "state.json")
    remembered.keep_text("page", "assets")
    remembered.save()
    assert not (tmp_path / "file" / "state.json").exists()


def test_a_value_that_a_column_does_not_know_is_shown_as_it_stands(tmp_path: Path) -> None:
    """A list of words that is none, a day that is none: seen, and no end of the console."""
    column = Column(
        "one", "One", show=lambda value: ", ".join(json.loads(value)), tone=lambda value: value[9]
    )
    for value in ("[", 7, "7", "[1]", None):
        assert column.text(value) == ("" if value is None else str(value))
        assert column.toned(value) == ""
    assert column.text('["a", "b"]') == "a, b"
    assert write_rows(tmp_path / "a.csv", [column], [["["], ['["a"]']]) == 2
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as opened:
        assert list(csv.reader(opened)) == [["One"], ["["], ["a"]]


def test_memory_of_lists_that_are_gone_goes_back() -> None:
    """Lists of a million keys, one after the other as in sorting: what is freed is not kept."""
    code = """
import re, sys
from opsconsole.console.keys import PackedKeys, give_back
def now():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
if not give_back():
    sys.exit(3)
before = now()
old = None
for _ in range(4):
    old = PackedKeys(f"HB-{number:012}" for number in range(1_000_000))
del old
print(now() - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode == 3:
        pytest.skip("this C library cannot be asked to give memory back")
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 10
