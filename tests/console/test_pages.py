"""Every page on a terminal of 80×24, over a small register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from opsconsole.actor import actor
from opsconsole.console.app import Console
from opsconsole.console.columns import widths
from opsconsole.console.pagenames import PAGES
from opsconsole.console.widgets.grid import GAP
from opsconsole.settings import Access
from opsconsole.store.access import asked
from opsconsole.store.database import Database
from tests.console.conftest import NOW, MakeConsole, settings_of
from tests.console.driving import Driver


async def test_overview_shows_targets_problems_mail_sessions_and_jobs(console: MakeConsole) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        # each part is drawn for itself, so all that is expected is waited for
        await Driver(pilot).until(
            "Targets 2019",
            "Open problems",
            "Mail 2019",
            "Sessions 2019",
            "Jobs",
            "Regular users of e-mail",
            "50.0 / 80 % (80)",
            "behind",
            "1  things found in no file any more",
            "1  unknown mail addresses",
            "4  lines of logs that could not be read",
            "308  days without mail logs",
            "02/2019: 30 of 60 mailboxes used (50.0 %), 180 messages sent",
            "12 sessions, 30.0 hours; attendance known for 1",
            "collect",
            "the disk is full",
            "revision 1",
        )


async def test_open_problems_are_listed_with_examples(console: MakeConsole) -> None:
    async with console().run_test(size=(80, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("things found in no file")
        await driver.press("o")
        text = await driver.until("lạ@hoabinh.example ×3", "asset HB-000009 (inventory/assets.yaml:12)")
    assert "2019-02-27 … 2019-12-31" in text


async def test_the_tree_of_units_counts_what_is_held_at_and_below_each(console: MakeConsole) -> None:
    async with console(page="units").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Tỉnh Hoà Bình", "Huyện Đà Bắc")
        await driver.press("asterisk")
        text = await driver.until("Xã Tu Lý", "Xã Hào Lý")
    rows = {
        name: next(line.split() for line in text.splitlines() if name in line)
        for name in ("Tỉnh Hoà", "Đà Bắc")
    }
    # 300 assets over six units, one of which has ended; the district holds its own and two communes'
    assert rows["Tỉnh Hoà"][-5:] == ["17", "299", "60", "3", "tỉnh"]
    assert rows["Đà Bắc"][-5:] == ["150", "150", "30", "1", "huyện"]
    assert "communes: 3" in text


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_all_columns_of_the_tree_of_units_fit_eighty(console: MakeConsole, language: str) -> None:
    async with console(page="units").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Tỉnh Hoà Bình", "Huyện Đà Bắc")
        if language == "vi":
            await driver.press("f2")
        await driver.until("Type" if language == "en" else "Loại")
        grid = driver.app.pages["units"].grid
        # as wide as real names and types make them
        longest = "    Sở Nông nghiệp và Phát triển nông thôn", "hb-07", 20_335, 11_843, 376, "thành phố"
        needed = widths(grid.columns, grid._titles(), [longest])
    assert sum(needed) + GAP * (len(needed) + 1) <= 79  # one for the scroll bar


async def test_a_reorganisation_moves_the_counts_and_keeps_the_total(console: MakeConsole) -> None:
    async with console(page="units").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("communes: 3")
        before = next(line for line in driver.lines if "Tỉnh Hoà Bình" in line)
        await driver.press("right_square_bracket")  # the next date of change: 2020-01-01
        text = await driver.until("as of 01/01/2020", "communes: 2")
        after = next(line for line in text.splitlines() if "Tỉnh Hoà Bình" in line)
        assert before.split()[-4:] == after.split()[-4:]
        await driver.press("asterisk")
        await driver.until("Xã Tú Lý", absent="Xã Hào Lý")
        await driver.press("g", "j", "j", "j")
        await driver.until(lambda: driver.app.pages["units"].grid.key == "04832@2020-01-01", "Came from: ")
        assert "Xã Hào Lý (04835), Xã Tu Lý (04832)" in driver.text
        assert "830/NQ" in driver.text


async def test_the_date_can_be_typed(console: MakeConsole) -> None:
    async with console(page="units").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("communes: 3")
        await driver.press("d")
        await driver.until("01/01/2020  the tree changed")
        await driver.press("tab")
        await driver.type("2/3/2020")
        await driver.press("enter")
        await driver.until("as of 02/03/2020", "communes: 2")


async def test_a_date_typed_at_once_lands_in_the_line_for_typing(console: MakeConsole) -> None:
    async with console(page="units").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("communes: 3")
        await driver.press("d")
        await driver.until("01/01/2020  the tree changed")
        await driver.type("2/3/2020")
        await driver.press("enter")
        await driver.until("as of 02/03/2020", "communes: 2")


async def test_a_wrong_date_is_said_and_asked_again(console: MakeConsole) -> None:
    async with console(page="units").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("communes: 3")
        await driver.press("d")
        await driver.until("the tree changed")
        await driver.press("tab")
        await driver.type("31/2/2020")
        await driver.press("enter")
        await driver.until("is no date")
        await driver.press("escape")
        await driver.until("communes: 3", absent="is no date")


async def test_before_the_first_date_the_tree_says_from_when_it_is_known(console: MakeConsole) -> None:
    async with console(page="units").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("communes: 3")
        await driver.press("d")
        await driver.until("the tree changed")
        await driver.press("tab")
        await driver.type("2019-01-01")
        await driver.press("enter")
        await driver.until("the first is 06/08/2019")


async def test_assets_list_detail_and_history(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("HB-000000", "Assets  299", "Last change: ")
        assert "inventory/assets.yaml:3" in text
        assert "Nguyễn Văn An" in text.replace("\N{NO-BREAK SPACE}", " ")
        await driver.press("enter")
        text = await driver.until("Assets: HB-000000", "Esc closes")
        assert "11,500,000" in text
        await driver.press("G")
        await driver.until("Last changes", "Room: Phòng 9 → Phòng 1")
        await driver.press("escape")
        await driver.until("Assets  299", absent="Last changes")


async def test_what_has_ended_is_shown_on_demand_only(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Assets  299", "HB-000006", absent="HB-000007")
        await driver.press("e")
        await driver.until("Assets  300", "HB-000007")


async def test_an_asset_is_held_by_the_successor_after_the_reorganisation(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Xã Tu Lý", "Xã Hào Lý")
        await driver.press("d")
        await driver.until("01/01/2020  the tree changed")
        await driver.press("up")
        await driver.press("enter")
        await driver.until("Xã Tú Lý", absent="Xã Hào Lý")


async def test_mailboxes_show_days_of_use_joined_over_sources_and_unknown_months(
    console: MakeConsole,
) -> None:
    async with console(page="mailboxes").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("box0000@hoabinh.example", "Days of use by month, 2019: 5 5 ? ?")
        line = next(line for line in text.splitlines() if "box0000@" in line)
        # two sources see the same four days, one of them a fifth: 5 days a month, not 9
        assert " 10" in line
        assert line.count("?") == 10
        await driver.press("enter")
        await driver.until("01/2019  5 days · 18 logins · 6 sent · 40 received", "unknown: no logs")


async def test_the_days_of_use_of_a_mailbox_are_for_who_may_see_people_and_noted(
    filled: Database, tmp_path: Path
) -> None:
    settings = settings_of(filled, tmp_path)
    for people, shown in (
        ((), "is not among those who"),
        ((actor(),), "U used, p polled alone"),
    ):
        allowed = replace(settings, people=Access(users=people))
        app = Console(filled, allowed, clock=lambda: NOW, page="mailboxes")
        async with app.run_test(size=(80, 24)) as pilot:
            driver = Driver(pilot)
            await driver.until("box0000@hoabinh.example")
            await driver.press("u")
            text = await driver.until(shown)
    assert any("01/2019" in line and "U" in line.partition("01/2019")[2] for line in text.splitlines())
    with filled.read() as reader:
        assert [(each.given, each.what) for each in asked(reader)] == [
            (True, "console calendar"),
            (False, "console calendar"),
        ]


async def test_what_the_owner_of_a_mailbox_holds_is_listed(console: MakeConsole) -> None:
    async with console(page="mailboxes").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("box0000@hoabinh.example")
        await driver.press("o")
        await driver.until("Held by", "the mailbox  box0000@hoabinh.example")


async def test_sessions_show_who_came_and_who_did_not(console: MakeConsole) -> None:
    async with console(page="sessions").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("Giao ban tháng 1", "Absent: Điểm cầu 04810")
        assert "2/3" in text
        assert "?/3" in text
        await driver.press("enter")
        await driver.until("from 08:00, 120 minutes", "absent")


async def test_jobs_show_runs_and_how_each_job_stands(console: MakeConsole) -> None:
    async with console(page="jobs").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("Runs of jobs  4", "the disk is full", "last done for 04/03 02:00")
        assert "failed" in text
        await driver.press("enter")
        await driver.until("Error", "Finished")


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (132, 43), (40, 10)])
async def test_every_page_is_there_on_every_size(console: MakeConsole, size: tuple[int, int]) -> None:
    async with console().run_test(size=size) as pilot:
        driver = Driver(pilot)
        for number, name in enumerate(PAGES, 1):
            await driver.press(str(number % 10))
            await driver.settle()
            assert driver.app.current == name
            lines = driver.lines
            assert len(lines) == size[1]
            assert f"[{number % 10}" in lines[0]
            assert "Quit" in lines[-1]


async def test_the_number_of_the_page_is_marked_by_more_than_colour(console: MakeConsole) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.press("3")
        await driver.until("[3Assets]")


async def test_a_target_of_the_overview_shows_its_months_where_they_have_room(
    filled: Database, tmp_path: Path
) -> None:
    app = Console(filled, settings_of(filled, tmp_path), clock=lambda: NOW)
    async with app.run_test(size=(100, 30)) as pilot:
        driver = Driver(pilot)
        # of the year only February is measured; what is over and not measured is not known
        await driver.until("┃╌╌ ?▄??????????   50.0 / 80 %")
        await driver.press("d")
        await driver.type("15/04/2019")
        await driver.press("enter")
        await driver.until("as of 15/04/2019", " ?▄?            50.0 / 80 %", "Mail 2019  ▇▇??  ")
        await pilot.resize_terminal(80, 24)
        await driver.until("50.0 / 80 %", absent="?▄?")


async def test_a_wide_overview_cuts_nothing_that_there_is_room_for(filled: Database, tmp_path: Path) -> None:
    settings = settings_of(filled, tmp_path)
    names = ("collect", "measure", "host-metrics", "probe")
    settings = replace(settings, jobs=tuple(replace(settings.jobs[0], name=name) for name in names))
    app = Console(filled, settings, clock=lambda: NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        text = await Driver(pilot).until("Open problems", "collect")
        assert [name for name in names if f" {name} " not in text] == []


async def test_a_wide_terminal_shows_the_whole_detail_beside_the_list(console: MakeConsole) -> None:
    async with console(page="assets").run_test(size=(140, 40)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("HB-000000", "Declared in", "Last changes")
        line = next(line for line in text.splitlines() if "HB-000001 " in line)
        assert "│" in line
        await pilot.resize_terminal(80, 24)
        await driver.until("HB-000000", "Last change: ")
