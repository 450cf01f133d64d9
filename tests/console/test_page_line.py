"""The tabs: at every width one can read where one is, and where one can go."""

from __future__ import annotations

import itertools

import pytest

from opsconsole.catalogue import LANGUAGES, _, use_language
from opsconsole.console.columns import cells
from opsconsole.console.pagenames import BESIDES, PAGES, short_title
from opsconsole.console.widgets.frame import PageLine
from tests.console.conftest import MakeConsole
from tests.console.driving import Driver

WIDTHS = (80, 100, 120, 160)


async def line_of(console: MakeConsole, width: int, page: str) -> str:
    async with console(page=page).run_test(size=(width, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until(lambda: "[" in driver.lines[0])
        return driver.lines[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_titles_fit_into_80_columns_whichever_page_is_shown(language: str) -> None:
    use_language(language)
    titles = [short_title(name) for name in PAGES]
    assert all(titles)
    assert not any("|" in title for title in titles)
    assert len(set(titles)) == len(titles)
    assert PageLine._width(titles, "") <= 80


@pytest.mark.parametrize(("language", "width"), list(itertools.product(LANGUAGES, WIDTHS)))
async def test_every_tab_has_its_number_and_a_title(console: MakeConsole, language: str, width: int) -> None:
    use_language(language)
    for page in ("overview", "mailboxes", "audit", "people"):
        line = await line_of(console, width, page)
        here = BESIDES[page][1] if page in BESIDES else page
        for number, name in enumerate(PAGES, 1):
            begin = "[" if name == here else ""
            titles = (_(PAGES[name]), short_title(name))
            written = [f"{begin}{number % 10}{gap}{title}" for gap in (" ", "") for title in titles]
            assert any(each in line for each in written), (line, name)
        assert line.count("[") == 1
        if width >= 160 and page == "people":
            assert f" › {_('People')}]" in line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [21, 30, 40, 60, 79])
async def test_below_80_columns_the_page_shown_is_named_and_the_rest_keep_their_numbers(
    console: MakeConsole, language: str, width: int
) -> None:
    use_language(language)
    line = await line_of(console, width, "targets")
    assert cells(line.rstrip()) <= width
    for digit in "1234567890":
        assert digit in line
    assert f"[6{_(PAGES['targets'])[: width - 21]}]" in line


async def test_a_click_goes_to_the_tab_that_is_under_it(console: MakeConsole) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("revision", "[1Overview]")
        for name, title in (("reports", "9Reports"), ("units", "2Units"), ("audit", "0Audit")):
            await pilot.click("#pages", offset=(driver.lines[0].index(title) + 1, 0))
            await driver.until(f"[{title}]")
            assert driver.app.current == name
