"""The page of reports: a figure in three key strokes, drafts, issuing with a reason, verifying, comparing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from opsconsole.actor import actor
from opsconsole.catalogue import use_language
from opsconsole.console.app import Console
from opsconsole.console.remembered import Remembered
from opsconsole.console.screens.dialogs import TextDialog
from opsconsole.indicators.measure import measure
from opsconsole.reports.issue import Written
from opsconsole.reports.issue import issue as issue_report
from opsconsole.reports.issued import issued
from opsconsole.reports.order import Order
from opsconsole.settings import Settings
from opsconsole.store.access import asked
from opsconsole.store.database import Database
from tests.console import reported
from tests.console.conftest import NOW, MakeConsole
from tests.console.driving import Driver
from tests.indicators.world import LATER, ZONE
from tests.reports import conftest as office
from tests.reports.conftest import SQLITE

seed = office.settings  # the register of the plan, measured, with the province's outlines
ESC = "\x1b"
HOSTILE = f"[red]đỏ[/] [/ {ESC}]52;c;QUFB\x07 {ESC}[2J \u202edx\u202c"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


def open_console(database: Database, settings: Settings, **options: object) -> Console:
    chosen = {"page": "reports", "clock": lambda: NOW} | options
    return Console(database, settings, **chosen)  # type: ignore[arg-type]


def issue_usage(database: Database, settings: Settings) -> Written:
    return issue_report(
        database, settings, Order("usage", "2019-07", language="en"), actor="officer", formats=("html",)
    )


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", ("numerator / denominator", "30 / 60", "regular/1", "28/02/2019", "to byte 900", "version 1")),
        ("vi", ("tử số / mẫu số", "30 / 60", "quy tắc", "tính đến ngày", "minh chứng", "phiên bản 1")),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_where_a_figure_comes_from_takes_three_key_strokes(
    console: MakeConsole, filled: Database, language: str, wanted: tuple[str, ...], size: tuple[int, int]
) -> None:
    reported.issue(filled)
    use_language(language)
    async with console().run_test(size=size) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019" if language == "en" else "Mục tiêu năm 2019")
        await driver.press("9")
        await driver.until("01/BC-STTTT")
        await driver.press("enter")
        await driver.until("50 %", "32")
        await driver.press("enter")
        dialog = driver.app.screen
        assert isinstance(dialog, TextDialog)
        await driver.until("1. Regular users", *(wanted if size[1] > 40 else wanted[:1]))
        below = "What the register says now" if language == "en" else "Sổ quản lý hiện nay"
        await driver.until(lambda: below in str(dialog.text.lines))
        said = str(dialog.text.lines)
        assert all(each in said for each in wanted)


async def test_a_stated_figure_shows_its_words_and_the_check_that_contradicts_it(
    console: MakeConsole, filled: Database
) -> None:
    reported.issue(filled)
    async with console(page="reports").run_test(size=(140, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("01/BC-STTTT", "1 findings")
        await driver.press("enter")
        await driver.until("[M1]", "1 in conflict")
        await driver.press("j", "enter")
        await driver.until("toàn tỉnh có 32 trang", "Sites are one number", "stated: 32, 31", "plan 144, I.1")
        await driver.press("escape", "o")
        await driver.until("stated: 32, 31", "the plan says so itself")
        await driver.press("escape", "t")
        await driver.until("The file of this report is not in its folder")


async def test_a_filter_finds_the_figure_that_is_asked_for(console: MakeConsole, filled: Database) -> None:
    reported.issue(filled)
    async with console(page="reports").run_test(size=(120, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("01/BC-STTTT")
        await driver.press("enter")
        await driver.until("50 %", "32")
        await driver.press("slash")
        await driver.type("member")
        await driver.press("enter")
        await driver.until("filter: member", "32", absent="50 %")
        await driver.press("escape")
        await driver.until("50 %", absent="filter:")
        await driver.press("escape")
        await driver.until("1 issued")


async def test_what_reports_say_is_shown_and_not_obeyed(console: MakeConsole, filled: Database) -> None:
    figure = replace(
        reported.OBSERVED, label=HOSTILE, text=f"50 % {HOSTILE}", rule=HOSTILE, evidence=(HOSTILE,)
    )
    reported.issue(
        filled,
        title=HOSTILE,
        subject=HOSTILE,
        issued_by=HOSTILE,
        sign=f"1{HOSTILE}",
        conflict_reason=HOSTILE,
        figures=(figure,),
    )
    async with console(page="reports").run_test(size=(160, 45)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("[red]đỏ[/] [/ <U+001B>]52")
        assert ESC not in text
        await driver.press("enter")
        await driver.until("50 % [red]đỏ")
        await driver.press("enter")
        text = await driver.until("numerator", "[red]đỏ[/] [/ <U+001B>]52;c;QUFB<U+0007>")
        assert ESC not in text
        assert "\u202e" not in text
        await driver.press("escape", "o")
        await driver.until("Issued all the same")
        await driver.press("escape", "t")
        assert ESC not in await driver.until("The file of this report")


async def test_the_opened_report_is_come_back_to_and_known_after_a_restart(
    console: MakeConsole, filled: Database, tmp_path: Path
) -> None:
    reported.issue(filled)
    remembered = Remembered(tmp_path / "remembered.json")
    remembered.keep_text("toured", "yes")
    async with console(page="reports", remembered=remembered).run_test(size=(120, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("01/BC-STTTT")
        await driver.press("enter")
        await driver.until("50 %")
        await driver.press("1")
        await driver.until("Targets 2019")
        await driver.press("minus")
        await driver.until("No. 01/BC-STTTT", "50 %")
    again = Remembered(tmp_path / "remembered.json")
    assert again.page("opened")["report"] == ["usage", "2019-02", "", 2020, 1]
    async with console(page="overview", remembered=again).run_test(size=(120, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019")
        await driver.press("colon")
        await driver.type("opened")
        await driver.press("enter")
        await driver.until("No. 01/BC-STTTT", "50 %")


async def test_a_console_that_only_reads_issues_nothing(console: MakeConsole, filled: Database) -> None:
    reported.issue(filled)
    async with console(page="reports", read_only=True).run_test(size=(120, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("01/BC-STTTT")
        for key in ("I", "C", "w"):
            await driver.press(key)
            await driver.until("This console is read-only.")
            await driver.press("j", "k")


# --- over the register of the plan ------------------------------------------------------------------------


@SQLITE
@pytest.mark.parametrize(
    ("language", "draft", "conflict"), [("en", "DRAFT", "in conflict"), ("vi", "DỰ THẢO", "mâu thuẫn")]
)
async def test_a_draft_is_drawn_up_read_and_each_figure_opened(
    database: Database, seed: Settings, language: str, draft: str, conflict: str
) -> None:
    use_language(language)
    async with open_console(database, seed).run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("2019", "inventory/reports/yearly.yaml")
        await driver.press("enter")
        await driver.until(draft, conflict, "67,53 %" if language == "vi" else "67.53 %")
        await driver.press("t")
        await driver.until("[24]" if language == "vi" else "[1]")
        await driver.press("n")  # a sentence with several figures: which one is asked
        await driver.press("enter")
        await driver.until("Which figure?" if language == "en" else "Số liệu nào?", "3. 368")
        await driver.press("j", "enter")
        await driver.until("144/services-3", "2019.yaml")
        await driver.press("escape", "t")
        await driver.until(conflict)


@SQLITE
async def test_another_period_is_chosen_and_a_wrong_one_is_explained(
    database: Database, seed: Settings
) -> None:
    async with open_console(database, seed).run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("can be drawn up")
        await driver.press("slash")
        await driver.type("usage of shared")
        await driver.press("escape", "slash")
        await driver.type("shared systems")
        await driver.press("enter")
        await driver.until("month 11/2019", "filter: shared systems")
        await driver.press("left_square_bracket")
        await driver.until("month 10/2019")
        await driver.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        await driver.until("month 1/2020")
        await driver.press("p")
        await driver.until("Period (2019-07")
        await driver.press(*["backspace"] * 7)
        await driver.type("2019-13")
        await driver.press("enter")
        await driver.until("is no period")
        await driver.press("p", *["backspace"] * 7)
        await driver.type("2019-q3")
        await driver.press("enter")
        await driver.until("quarter III of 2019")


@SQLITE
async def test_issuing_against_checks_needs_a_written_reason_and_cancel_is_at_hand(
    database: Database, seed: Settings
) -> None:
    def numbers() -> list[str]:
        with database.read() as reader:
            return [each.name for each in issued(reader)]

    async with open_console(database, seed).run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("inventory/reports/yearly.yaml")
        await driver.press("I")
        await driver.until("Issue this report?", "5 checks contradict it:", "never changed again")
        await driver.press(
            "I", "enter", "enter"
        )  # the key that asked is a letter of the reason; Enter cancels
        await driver.until(absent="Issue this report?")
        assert numbers() == []
        await driver.press("I")
        await driver.until("Issue this report?")
        await driver.press("tab", "tab", "y")
        await driver.until("Write first why it is issued all the same.")
        await driver.type("as the plan states them")
        await driver.press("enter", "y")
        await driver.until("Issued: No. 01/BC-STTTT", "Folder: ", "01-bc-stttt-yearly-2019-en")
        await driver.press("escape")
        await driver.until("1 issued", "01/BC-STTTT")
    with database.read() as reader:
        found = issued(reader)[0]
    assert found.conflict_reason == "as the plan states them"
    assert seed.reports.folder is not None
    assert (seed.reports.folder / str(found.year) / found.folder).is_dir()


@SQLITE
async def test_an_issued_report_is_verified_corrected_and_compared(
    database: Database, seed: Settings
) -> None:
    made = issue_usage(database, seed)
    async with open_console(database, seed).run_test(size=(140, 44)) as pilot:
        driver = Driver(pilot)
        await driver.until("01/BC-STTTT")
        await driver.press("V")
        await driver.until(
            "All is as it was issued", f"{made.figures} of {made.figures} figures recompute", "2 of 2 files"
        )
        await driver.press("escape")
        await driver.until(f"✓ {made.figures} of {made.figures}")
        await driver.press("c")
        await driver.until("Two reports beside each other", f"all {made.figures} figures are the same")
        await driver.press("escape")
        # later evidence changes what a draft says; the issued one stays, and a correction says why
        with database.write() as writer:
            writer.execute("UPDATE mail_activity SET login_days = 0 WHERE account LIKE '%a%'")
            measure(writer, 2019, timezone=ZONE, today=LATER, everything=True)
        await driver.press("c")
        await driver.until("figures differ", "→")
        await driver.press("escape", "C")
        await driver.until("What it corrects:", "It corrects No. 01/BC-STTTT")
        await driver.press("enter", "y")
        await driver.until("Write what it corrects first.")
        await driver.type("late logs")
        await driver.press("enter", "y")
        await driver.until("Issued: No. 02/BC-STTTT")
        await driver.press("escape")
        await driver.until("corrects", "corrected by", "2 issued")
        # the file of the first is changed by somebody
        path = next(each for each in made.files if each.suffix == ".json")
        path.write_bytes(path.read_bytes() + b"\n")
        await driver.press("V")  # the cursor stayed on the report that was corrected
        await driver.until("Not all is as it was issued.", "ALTERED", "1 of 2 files", "changed since")
        await driver.press("escape", "enter")
        await driver.until("No. 01/BC-STTTT")
        await driver.press("t")
        await driver.until("was ALTERED and is not shown")


@SQLITE
async def test_two_marked_reports_are_compared(database: Database, seed: Settings) -> None:
    issue_usage(database, seed)
    issue_usage(database, seed)
    async with open_console(database, seed).run_test(size=(140, 44)) as pilot:
        driver = Driver(pilot)
        await driver.until("02/BC-STTTT", "01/BC-STTTT")
        await driver.press("space", "space")
        await driver.until("2 marked")
        await driver.press("c")
        await driver.until("Two reports beside each other", "figures are the same", "01/BC-STTTT", "→")


@SQLITE
async def test_the_files_of_a_draft_are_written_and_their_folder_is_shown(
    database: Database, seed: Settings
) -> None:
    settings = replace(seed, reports=replace(seed.reports, formats=("md", "csv")))
    async with open_console(database, settings).run_test(size=(140, 44)) as pilot:
        driver = Driver(pilot)
        await driver.until("inventory/reports/yearly.yaml")
        await driver.press("w")
        await driver.until("Draft written", "drafts", ".md", "in conflict")
    assert settings.reports.folder is not None
    assert list((settings.reports.folder / "drafts").glob("*.md"))


@SQLITE
async def test_a_value_in_a_table_opens_with_its_numerator_and_cut_off(
    database: Database, seed: Settings
) -> None:
    async with open_console(database, seed).run_test(size=(160, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("can be drawn up")
        await driver.press("slash")
        await driver.type("e-mail usage")
        await driver.press("enter", "p", *["backspace"] * 7)
        await driver.type("2019-07")
        await driver.press("enter")
        await driver.until("month 7/2019")
        await driver.press("enter")
        await driver.until("DRAFT")
        await driver.press("t", "slash")
        await driver.type("bao hieu")
        await driver.press("enter")
        await driver.until("filter: bao hieu", "Xã Bảo Hiệu", "16.17")
        await driver.press("enter")
        await driver.until("12 / 24; cut-off 31/07/2019; observation", "16.17")


@SQLITE
async def test_a_report_of_one_unit_asks_for_the_unit(database: Database, seed: Settings) -> None:
    async with open_console(database, seed).run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("can be drawn up")
        await driver.press("slash")
        await driver.type("handover")
        await driver.press("enter")
        await driver.until("It is about one unit")
        await driver.press("enter")
        await driver.until("type a part of its name")
        await driver.type("04810")
        await driver.until("Chăm Mát")
        await driver.press("enter")
        await driver.until("· 04810", absent="It is about one unit")
        await driver.press("enter")
        await driver.until("DRAFT", "04810")


@SQLITE
async def test_an_outline_with_mistakes_is_told_with_its_line(database: Database, seed: Settings) -> None:
    path = seed.inventory[0] / "reports" / "own.yaml"
    path.write_text("report: own\ntitle: Của Sở\nbody: []\nwhatever: 1\n", encoding="utf-8")
    async with open_console(database, seed).run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("problems in outlines")
        await driver.press("enter")
        await driver.until("own.yaml:4", "whatever")


def _people_of(database: Database) -> tuple[set[str], list[tuple[str, str]]]:
    """The addresses of the register, and who asked for lists of people: (by whom, reason)."""
    with database.read() as reader:
        addresses = {key for (key,) in reader.rows("SELECT key FROM account WHERE province = :province")}
        asked = reader.rows(
            "SELECT actor, reason FROM revision WHERE province = :province AND reason LIKE 'list of people%'"
        )
        return addresses, [(who, why) for who, why in asked]


async def _to_the_list_of_people(driver: Driver) -> None:
    await driver.until("can be drawn up")
    await driver.press("slash")
    await driver.type("mailboxes of a unit")
    await driver.press("enter")
    await driver.until("people as numbers", "P names them")
    await driver.press("p", *["backspace"] * 7)
    await driver.type("2019-07")
    await driver.press("enter", "u")
    await driver.until("type a part of its name")
    await driver.type("158")
    await driver.until("Yên Thủy")
    await driver.press("enter")
    await driver.until("· 158")


@SQLITE
async def test_people_are_numbers_until_who_may_names_them_and_that_is_in_the_history(
    database: Database, seed: Settings
) -> None:
    settings = replace(seed, reports=replace(seed.reports, people=(actor(),), formats=("md",)))
    addresses, none = _people_of(database)
    assert none == []
    async with open_console(database, settings).run_test(size=(160, 44)) as pilot:
        driver = Driver(pilot)
        await _to_the_list_of_people(driver)
        await driver.press("enter", "t")
        text = await driver.until("DRAFT", "mailbox 1")
        assert not any(address in text for address in addresses)
        await driver.press("P")
        await driver.until("Name people?", "the history records by whom")
        await driver.press("enter")  # Cancel is at hand
        text = await driver.until("mailbox 1", absent="Name people?")
        assert _people_of(database)[1] == []
        await driver.press("P")
        await driver.until("Name people?")
        await driver.press("tab", "tab", "tab", "y")
        await driver.until("people are named", "@", absent="mailbox 1 ")
        assert len(_people_of(database)[1]) == 1
        await driver.press("P")  # back to numbers
        await driver.until("mailbox 1", absent="people are named")
    assert _people_of(database)[1][0][0] == actor()


@SQLITE
async def test_who_may_not_name_people_is_told_why_and_a_report_without_people_says_so(
    database: Database, seed: Settings
) -> None:
    async with open_console(database, seed).run_test(size=(160, 44)) as pilot:
        driver = Driver(pilot)
        await driver.until("inventory/reports/yearly.yaml")
        await driver.press("P")
        await driver.until("This report has no list of people.")
        await _to_the_list_of_people(driver)
        await driver.press("P")
        await driver.until("Refused", "may not make lists of people", "reports: people:")
    async with open_console(database, seed, read_only=True).run_test(size=(160, 44)) as pilot:
        driver = Driver(pilot)
        await driver.until("inventory/reports/yearly.yaml")
        await driver.press("P")
        await driver.until("This console is read-only.")
    assert _people_of(database)[1] == []


@SQLITE
async def test_an_issued_list_of_people_is_read_by_who_may_and_each_request_is_noted(
    database: Database, seed: Settings
) -> None:
    named = Order("mail-people", "2019-07", "158", "en", people=True)
    maker = replace(seed, reports=replace(seed.reports, people=("officer",), formats=("md",)))
    issue_report(database, maker, named, actor="officer")
    addresses, recorded = _people_of(database)
    assert [who for who, _why in recorded] == ["officer"]
    for may, read_only in ((False, False), (True, True), (True, False)):
        people = (actor(),) if may else ()
        settings = replace(maker, reports=replace(maker.reports, people=people))
        async with open_console(database, settings, read_only=read_only).run_test(size=(160, 44)) as pilot:
            driver = Driver(pilot)
            await driver.until("01/BC-STTTT")
            await driver.press("enter", "t")
            if may and not read_only:
                text = await driver.until("@")
                assert any(address in text for address in addresses)
            else:
                text = await driver.until("This report names people.")
                assert not any(address in text for address in addresses)
    with database.read() as reader:
        assert [(each.what, each.given) for each in asked(reader)] == [
            ("report 2026/1", True),
            ("report 2026/1", False),
        ]
