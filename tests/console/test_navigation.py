"""Filter, order, jump, palette, help, language: moving about."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from click.shell_completion import BashComplete

from opsconsole import catalogue
from opsconsole.catalogue import use_language
from opsconsole.console.actions import ACTIONS, reachable
from opsconsole.console.pagenames import KIND_LISTS, PAGES, page_called, places
from opsconsole.console.screens.units import Units
from opsconsole.store.database import Database
from tests.console.conftest import MakeConsole
from tests.console.driving import Driver

CURSOR_ROW = "HB-000005"


async def test_a_filter_needs_no_diacritics_and_shows_counts(console: MakeConsole) -> None:
    async with console(page="mailboxes").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("box0000@")
        await driver.press("slash")
        await driver.type('"van hoa"')
        # Hòa and Hoà are found alike: 8 of 40 people, those who own two boxes counted twice
        text = await driver.until("12 / 60", "Văn Hòa", "Văn Hoà")
        assert "Văn An" not in text
        await driver.press("enter")
        await driver.until('filter: "van hoa"')
        await driver.press("escape")
        await driver.until("Mailboxes  60", absent="filter:")


async def test_a_filter_finds_units_written_with_either_tone_placement(console: MakeConsole) -> None:
    async with console(page="units").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("communes: 3")
        await driver.press("slash")
        await driver.type("hoa binh")
        await driver.until("Tỉnh Hoà Bình", "Thành phố Hòa Bình", "2 / 7", absent="Đà Bắc")


async def test_the_cursor_stands_on_the_unit_that_is_called_so(console: MakeConsole) -> None:
    app = console(page="units")
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("communes: 3")
        await driver.press("slash")
        await driver.type("ha")  # "Chăm" holds it as well, and stands before
        await driver.until("Xã Chăm Mát", "Xã Hào Lý")
        page = app.page_of("units")
        assert isinstance(page, Units)
        assert (page.grid.key or "").startswith("04835@")
        await driver.type(" ly")
        await driver.press("enter")
        assert (page.grid.key or "").startswith("04835@")


async def test_a_filter_finds_things_by_the_name_of_their_unit_and_custodian(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("slash")
        await driver.type("tu ly")
        await driver.press("enter")
        await driver.until("50 / 299")


async def test_a_filter_finds_coded_values_by_the_words_that_are_shown(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("slash")
        await driver.type("printer repair")
        await driver.press("enter")
        text = await driver.until("filter: printer repair", "15 / 299")
        assert "in use" not in text


async def test_a_filter_finds_coded_values_by_the_word_of_the_files_in_any_language(
    console: MakeConsole,
) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("f2")
        await driver.until("Tài sản")
        await driver.press("slash")
        await driver.type("printer")
        await driver.press("enter")
        await driver.until("lọc: printer", "75 / 299")


async def test_signs_of_a_pattern_are_searched_as_they_stand(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        for sign in ("percent_sign", "underscore", "exclamation_mark"):
            await driver.press("slash", sign, "enter")
            await driver.until("0 / 299", "Esc clears the filter")
            await driver.press("escape")
            await driver.until("Assets  299")


async def test_leaving_the_prompt_clears_the_filter(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("slash", "x", "y", "escape")
        await driver.until("Assets  299", absent="filter")
        assert driver.app.focused is driver.app.pages["assets"].grid  # type: ignore[attr-defined]


async def test_a_burst_of_keys_acts_in_its_order(console: MakeConsole) -> None:
    """What follows ``/`` in one read belongs to the filter, what follows Enter to the list."""
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("slash", *"laser", "backspace", "backspace", "e", "r", "enter", "j", "j")
        await driver.until("filter: laser", lambda: driver.app.pages["assets"].grid.cursor == 2)  # type: ignore[attr-defined]


async def test_sorting_by_a_name_follows_the_vietnamese_order(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        grid = driver.app.pages["assets"].grid  # type: ignore[attr-defined]
        await driver.press("right", "right", "right", "s")  # by unit
        await driver.until("Unit ▲", lambda: grid.rows.row(0)[3] == "Huyện Đà Bắc")
        order = list(dict.fromkeys(grid.rows.row(index)[3] for index in range(len(grid.rows))))
        assert order == [
            "Huyện Đà Bắc",
            "Sở Thông tin và Truyền thông",
            "Thành phố Hòa Bình",
            "Xã Chăm Mát",
            "Xã Hào Lý",
            "Xã Tu Lý",
        ]
        await driver.press("S")
        await driver.until("Unit ▼", lambda: grid.rows.row(0)[3] == "Xã Tu Lý")


async def test_the_cursor_stays_on_its_row_when_the_order_changes(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until(CURSOR_ROW)
        grid = driver.app.pages["assets"].grid  # type: ignore[attr-defined]
        await driver.press(*["j"] * 5)
        assert grid.key == CURSOR_ROW
        await driver.press("S")
        await driver.until("Tag ▼", lambda: grid.cursor > 200)
        assert grid.key == CURSOR_ROW
        assert CURSOR_ROW in driver.text


@pytest.mark.parametrize(
    ("typed", "page", "key"),
    [
        ("HB-000123", "assets", "HB-000123"),
        ("box0042@hoabinh.example", "mailboxes", "box0042@hoabinh.example"),
        ("BOX0042@hoabinh.example", "mailboxes", "box0042@hoabinh.example"),
        ("alias42@hoabinh.example", "mailboxes", "box0042@hoabinh.example"),
        ("04832", "units", "04832@2019-08-06"),
        ("hop-003", "sessions", "hop-003"),
    ],
)
async def test_a_key_opens_its_thing(console: MakeConsole, typed: str, page: str, key: str) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019")
        await driver.press("colon")
        await driver.type(typed)
        await driver.press("enter")
        await driver.until(lambda: driver.app.current == page)
        await driver.until(lambda: driver.app.pages[page].grid.key == key)  # type: ignore[attr-defined]


async def test_a_key_lifts_the_filter_that_hides_its_thing(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("slash", *"cisco", "enter")
        await driver.until("74 / 299")
        await driver.press("colon")
        await driver.type("HB-000007")  # ended, and not a Cisco
        await driver.press("enter")
        await driver.until(lambda: driver.app.pages["assets"].grid.key == "HB-000007", "Assets  300")  # type: ignore[attr-defined]


async def test_a_thing_without_a_page_opens_above(console: MakeConsole) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019")
        await driver.press("colon")
        await driver.type("S-148")
        await driver.press("enter")
        await driver.until("Điểm cầu 148", "Endpoint")


async def test_an_unknown_key_is_said(console: MakeConsole) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019")
        await driver.press("colon", *"nonsense", "enter")
        await driver.until("Nothing has the key “nonsense”.")


async def test_a_page_is_reached_by_name_with_a_filter(console: MakeConsole) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019")
        await driver.press("colon")
        await driver.type("ass cisco")
        await driver.press("enter")
        await driver.until("[3Assets]", "74 / 299", "filter: cisco")


def test_pages_are_called_by_unambiguous_beginnings() -> None:
    assert page_called("assets") == "assets"
    assert page_called("MAIL") == "mailboxes"
    assert page_called("se") == "sessions"
    assert page_called("x") is None
    assert page_called("05128") is None


async def test_a_unit_leads_to_its_assets_with_those_below(console: MakeConsole) -> None:
    async with console(page="units").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Huyện Đà Bắc")
        await driver.press("j", "j")  # the department, then the district
        await driver.until("Huyện Đà Bắc (150)")
        await driver.press("a")
        await driver.until("[3Assets]", "Assets  150", "unit: Huyện Đà Bắc (150)")
        await driver.press("escape")
        await driver.until("Assets  299")


async def test_the_palette_runs_what_is_chosen(console: MakeConsole) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019")
        await driver.press("ctrl+p")
        await driver.until("Filter this list", "Vietnamese or English")
        await driver.type("mailb")
        await driver.until("Mailboxes", absent="Vietnamese or English")
        await driver.press("enter")
        await driver.until("[4Mail]", "box0000@")


async def test_the_palette_reaches_the_actions_of_page_and_list(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-000000")
        await driver.press("ctrl+p")
        await driver.until("Commands")
        await driver.type("descending")
        await driver.press("enter")
        await driver.until("Tag ▼", "HB-000013", "s Sort")


async def test_help_lists_every_key_of_the_page(console: MakeConsole) -> None:
    async with console(page="plan").run_test(size=(100, 120)) as pilot:
        driver = Driver(pilot)
        await driver.until("p compares")
        await driver.press("question_mark")
        text = await driver.until("Help", "Everywhere", "In a tree")
        for action in reachable({"app", "plan", "tree", "grid"}, read_only=False):
            assert action.label in text, action.id
        await driver.press("q")  # leaves the help, not the console
        await driver.until("p compares", absent="Everywhere")


def test_every_scope_has_one_action_a_key() -> None:
    for page in PAGES:
        for scopes in ({page, "app"}, {"app", "grid"}, {"grid", page}, {"tree", page}, {"list", "grid"}):
            keys = [key for action in ACTIONS if action.scope in scopes for key in action.keys]
            assert len(keys) == len(set(keys)), (scopes, sorted(keys))


@pytest.mark.parametrize("page", ["assets", "mailboxes", "sessions", *KIND_LISTS])
def test_a_page_with_a_long_list_has_one_action_a_key(page: str) -> None:
    scopes = {page, "list", "grid", "app"} | ({"things"} if page in KIND_LISTS else set())
    keys = [key for action in ACTIONS if action.scope in scopes for key in action.keys]
    assert len(keys) == len(set(keys)), sorted(keys)


def test_no_key_asks_for_the_same_letter_twice() -> None:
    """An input method that is on composes aa, dd, oo and ww."""
    assert all(len(key) == 1 or key.isidentifier() or "+" in key for action in ACTIONS for key in action.keys)


@pytest.fixture
def vietnamese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue in which a few texts have their Vietnamese."""
    found = Catalog(locale="vi")
    for english, text in {
        "Overview": "Tổng quan",
        "short|Overview": "short|Chung",
        "Assets": "Tài sản",
        "Help": "Trợ giúp",
        "in use": "đang dùng",
    }.items():
        found.add(english, text)
    folder = tmp_path / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "opsconsole.mo").open("wb") as file:
        write_mo(file, found)
    monkeypatch.setattr(catalogue, "DIRECTORY", tmp_path / "locale")


async def test_the_language_changes_at_once(console: MakeConsole, vietnamese: None) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("1Overview", "HB-000000", "in use", "· en")
        await driver.press("f2")
        text = await driver.until("1Chung", "[3Tài sản]", "đang dùng", "Trợ giúp", "· vi", absent="in use")
        assert "11.500.000" in text.replace("\N{NO-BREAK SPACE}", " ")
        await driver.press("f2")
        await driver.until("1Overview", "in use", "· en")


async def test_the_colours_change_and_the_text_stays(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        # with the whole list there: its scroll bar is another than that of the first page
        await driver.until("HB-000000", "Last change", "Assets  299")
        await driver.settle()
        before = driver.text
        await driver.press("ctrl+t")
        await driver.settle()
        assert driver.app.theme == "opsconsole-light"
        assert driver.text == before


async def test_what_another_process_writes_appears_and_the_cursor_stays(
    console: MakeConsole, filled: Database
) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until(CURSOR_ROW, "revision 1")
        await driver.press(*["j"] * 5)
        with filled.write() as writer:
            writer.execute("DELETE FROM asset WHERE province = :province AND key = 'HB-000002'")
            writer.execute(
                "UPDATE asset SET status = 'broken' WHERE province = :province AND key = 'HB-000005'"
            )
            writer.execute("UPDATE register SET revision = 2 WHERE province = :province")
        text = await driver.until("revision 2", "Assets  298", absent="HB-000002")
        grid = driver.app.pages["assets"].grid  # type: ignore[attr-defined]
        assert grid.key == CURSOR_ROW
        assert "broken" in next(line for line in text.splitlines() if line.strip().startswith(CURSOR_ROW))


async def test_read_only_says_so_and_leaves_writing_out(console: MakeConsole) -> None:
    async with console(page="plan", read_only=True).run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("read-only", "p compares")
        assert "Apply" not in text
        await driver.press("A")
        await driver.until("This console is read-only.")


async def test_q_leaves(console: MakeConsole) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019")
        await driver.press("q")
        await driver.until(lambda: not app.is_running or app._exit)
    assert app.return_code == 0


async def test_keys_behind_the_number_of_a_page_are_for_that_page(console: MakeConsole) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019")
        await driver.press("3", "slash", *"laser", "enter")
        await driver.until("[3Assets]", "filter: laser", "75 / 299")


async def test_the_picture_of_a_page_is_made_without_a_terminal(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from opsconsole.console.screenshot import main

    config = tmp_path / "config.yaml"
    config.write_text(f"province: test\nlanguage: en\nyear: 2019\ndatabase: {filled.url}\n", encoding="utf-8")
    monkeypatch.setenv("OPSCONSOLE_CONFIG", str(config))
    # in a thread: the command runs an event loop of its own
    import asyncio

    done = await asyncio.to_thread(
        CliRunner().invoke, main, [str(tmp_path / "a.svg"), "--screen", "assets", "--size", "90x20"]
    )
    assert done.exit_code == 0, done.output
    assert "HB-000000" in (tmp_path / "a.svg").read_text(encoding="utf-8").replace("&#160;", " ")


# --- the page to begin with --------------------------------------------------------------------------


@pytest.mark.parametrize("name", places())
def test_every_page_can_be_begun_with_and_is_completed(name: str) -> None:
    from opsconsole.cli.console import PlaceName, console

    context = click.Context(console)
    option = next(each for each in console.params if each.name == "screen")
    assert PlaceName().convert(name, option, context) == name
    assert name in [each.value for each in PlaceName().shell_complete(context, option, name[:2])]


@pytest.mark.parametrize(
    ("language", "text", "page"),
    [("en", "Conference sites", "sites"), ("vi", "hộp thư", "mailboxes"), ("vi", "can bo", "people")],
)
def test_a_page_is_named_by_its_title_too(language: str, text: str, page: str) -> None:
    from opsconsole.cli.console import PlaceName

    use_language(language)
    assert PlaceName().convert(text, None, None) == page


@pytest.mark.parametrize("text", ["nope", "", "\x1b[2J", "opened", "p"])
def test_an_unknown_page_is_answered_with_those_that_there_are(text: str) -> None:
    from opsconsole.cli.console import PlaceName

    with pytest.raises(click.BadParameter) as refused:
        PlaceName().convert(text, None, None)
    assert "\x1b" not in refused.value.message
    for name in places():
        assert f"  {name}" in refused.value.message


def test_a_slip_of_the_finger_is_understood() -> None:
    from opsconsole.cli.console import PlaceName

    with pytest.raises(click.BadParameter, match="Did you mean 'people'"):
        PlaceName().convert("peple", None, None)


def test_the_shell_completes_the_names_of_pages() -> None:
    from opsconsole.cli import cli

    complete = BashComplete(cli, {}, "opsconsole", "_OPSCONSOLE_COMPLETE")
    found = complete.get_completions(["console", "--screen"], "re")
    assert [each.value for each in found] == ["reports", "reorganisations"]
    assert all(each.help for each in found)
