"""A session is planned in the form: typed, checked, clashes and files shown, saved; nothing typed is lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from opsconsole.actor import actor
from opsconsole.console.app import Console
from opsconsole.inventory.apply import apply_plan
from opsconsole.settings import Settings
from opsconsole.store.database import Database
from tests.console.driving import Driver
from tests.operations.test_calendars import calendar, event
from tests.operations.test_scheduling import DECLARED, PEOPLE, SITES

NOW = dt.datetime(2019, 9, 1, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def working(sqlite_database: Database, tmp_path: Path) -> Settings:
    folder = tmp_path / "inventory"
    folder.mkdir()
    for name, text in (("units", DECLARED), ("sites", SITES), ("people", PEOPLE)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    settings = Settings(
        root=tmp_path, province="test", database=sqlite_database.url, inventory=(folder,), language="en"
    )
    apply_plan(sqlite_database, settings, actor=actor(), reason="")
    return settings


def console(database: Database, settings: Settings, *, read_only: bool = False) -> Console:
    return Console(database, settings, page="sessions", clock=lambda: NOW, read_only=read_only)


async def put(driver: Driver, *texts: str) -> None:
    for text in texts:
        driver.app.focused.value = text  # type: ignore[union-attr]
        await driver.press("enter")


async def test_a_session_from_the_form_to_the_list(
    sqlite_database: Database, working: Settings, tmp_path: Path
) -> None:
    app = console(sqlite_database, working)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Nothing yet")
        await driver.press("n")
        await driver.until("New session", "Agenda", "Esc leaves")
        await driver.settle()
        await driver.type("giao ban")
        await driver.press("enter")
        await put(driver, "province-d", "05/09/2019 8:00", "9:30")
        driver.app.focused.value = "tỉnh"  # type: ignore[union-attr]
        await driver.until("“tỉnh” may be several sites")
        driver.app.focused.value = "DC-17"  # type: ignore[union-attr]
        await driver.until("1 site: Điểm cầu tỉnh Hoà Bình")
        await driver.press("enter")
        driver.app.focused.value = "communes 150; UBND huyện Đà Bắc"  # type: ignore[union-attr]
        await driver.until("3 sites: Điểm cầu xã Hào Lý")
        await driver.press("enter")
        await put(driver, "P1", "08:00 Khai mạc; 08:15 Báo cáo")
        await driver.press("escape")  # nothing typed is lost
        await driver.until("Sessions", absent="New session")
        await driver.press("n")
        await driver.until("New session", "giao ban", "communes 150")
        app.screen.inputs["kind"].value = "nonsense"  # type: ignore[attr-defined]
        app.screen.inputs["note"].focus()  # type: ignore[attr-defined]
        await driver.settle()
        await driver.press("enter")
        await driver.until("is no kind of session")
        assert app.focused is app.screen.inputs["kind"]  # type: ignore[attr-defined]
        app.screen.inputs["kind"].value = "province-d"  # type: ignore[attr-defined]
        app.screen.inputs["note"].focus()  # type: ignore[attr-defined]
        await driver.settle()
        await driver.press("enter")
        await driver.until("Save 1 session?", "Nothing clashes.", "+kind: sessions")
        await driver.press("enter")  # Cancel is at hand
        await driver.until(absent="Save 1 session?")
        assert not (tmp_path / "inventory/sessions").exists()
        await driver.press("n")
        await driver.until("New session")
        await driver.settle()
        app.screen.inputs["note"].focus()  # type: ignore[attr-defined]
        await driver.settle()
        await driver.press("enter")
        await driver.until("Save 1 session?")
        await driver.press("y")
        await driver.until("HN-2019-001 saved as revision 2", "05/09/2019 08:00", "giao ban")
        await driver.press("n")
        await driver.until("New session")
        assert app.screen.inputs["sites"].value == ""  # type: ignore[attr-defined]  # it was saved
    assert "HN-2019-001:" in (tmp_path / "inventory/sessions/sessions.yaml").read_text(encoding="utf-8")


async def test_a_calendar_file_with_a_clash(
    sqlite_database: Database, working: Settings, tmp_path: Path
) -> None:
    series = event(
        "RRULE:FREQ=WEEKLY;COUNT=2", "LOCATION:DC-17", start="20190905T080000", end="20190905T090000"
    )
    other = event("LOCATION:DC-17", start="20190905T083000", end="20190905T093000", uid="u2")
    (tmp_path / "moi.ics").write_bytes(calendar(*series, *other, *event("RRULE:FREQ=HOURLY", uid="u3")))
    app = console(sqlite_database, working)
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("Nothing yet")
        await driver.press("I")
        await driver.until("Calendar file")
        app.prompt.input.value = str(tmp_path / "moi.ics")
        await driver.press("enter")
        await driver.until("Save these 3 sessions?", "HOURLY", "1 clash", "Điểm cầu tỉnh Hoà Bình is in")
        await driver.press("y")
        await driver.until("HN-2019-001 saved as revision 2")
        await driver.press("I")
        app.prompt.input.value = "no.ics"
        await driver.press("enter")
        await driver.until("no.ics: cannot be read")


async def test_a_read_only_console_plans_nothing(sqlite_database: Database, working: Settings) -> None:
    app = console(sqlite_database, working, read_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("Sessions")
        for key in ("n", "I"):
            await driver.press(key)
            await driver.until("This console is read-only.")
