"""Forms: typed, checked, shown as a change of the files and a plan, confirmed, applied, taken back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.catalogue import use_language
from opsconsole.console.app import Console
from opsconsole.console.fieldtext import can_be_typed, meant, shown
from opsconsole.console.screens.form import Form
from opsconsole.inventory.fields import Choice, Day, Field, Flag, ListOf, Text, Whole
from opsconsole.inventory.kinds import standard
from opsconsole.store.database import Database
from tests.console.conftest import NOW
from tests.console.driving import Driver
from tests.inventory.project import ASSETS, REFORM, UNITS, Project

TODAY = dt.date(2019, 12, 31)


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, sqlite_database)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", ASSETS + "      # kept for the archive\n")
    project.apply()
    return project


def make(project: Project, **options: object) -> Console:
    return Console(project.database, project.settings, page="assets", clock=lambda: NOW, **options)  # type: ignore[arg-type]


async def field(driver: Driver, name: str) -> None:
    """Go to the field *name* by the keys that somebody presses."""
    form = driver.app.screen
    assert isinstance(form, Form)
    for _each in form.lines:
        if form.here.field.name == name:
            return
        await driver.press("down")
    raise AssertionError(f"↓ does not reach the field {name}")


async def fill_in(driver: Driver, name: str, text: str) -> None:
    """Type *text* into the field *name* in place of what stands there."""
    await field(driver, name)
    await driver.clear()
    await driver.type(text)


async def test_a_change_is_shown_as_a_diff_applied_and_taken_back(project: Project) -> None:
    path = project.root / "inventory" / "assets.yaml"
    before = path.read_bytes()
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1", "HB-4")
        await driver.press("E")
        await driver.until("F10 goes on", "Dell OptiPlex 3060")
        await fill_in(driver, "status", "broken")
        await fill_in(driver, "price", "12000000")
        await driver.press("f10")
        text = await driver.until("Write and apply", "+  HB-1", "price: 12000000")
        assert "-  HB-1" in text.replace(" " * 4, " ") or "HB-1: {" in text
        await driver.press("y")
        await driver.until("Applied as revision 2", lambda: b"12000000" in path.read_bytes())
        assert project.rows("SELECT status, price FROM asset WHERE key = 'HB-1'") == [("broken", 12000000)]
        assert b"# kept for the archive" in path.read_bytes()
        await driver.press("ctrl+z")
        await driver.until("Take back", "Write and apply")
        await driver.press("y")
        await driver.until("Applied as revision 3")
        assert project.rows("SELECT status, price FROM asset WHERE key = 'HB-1'") == [("in-use", 11500000)]
        assert path.read_bytes() == before


@pytest.mark.parametrize(("on", "back"), [("down", "up"), ("tab", "shift+tab")])
async def test_keys_move_between_fields_and_go_round(project: Project, on: str, back: str) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("E")
        await driver.until("F10 goes on")
        form = driver.app.screen
        assert isinstance(form, Form)
        names = [line.field.name for line in form.lines]
        seen = []
        for _each in names:
            seen.append(form.here.field.name)
            await driver.press(on)
        assert seen == names
        assert form.here.field.name == names[0]
        await driver.press(back)
        assert form.here.field.name == names[-1]


async def test_cancel_is_at_hand_and_nothing_is_written(project: Project) -> None:
    path = project.root / "inventory" / "assets.yaml"
    before = path.read_bytes()
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("E")
        await driver.until("F10 goes on")
        await fill_in(driver, "status", "broken")
        await driver.press("f10")
        await driver.until("Write and apply")
        await driver.press("enter")  # Cancel
        await driver.until("F10 goes on", absent="Write and apply")
        await driver.press("escape")
        await driver.until("Esc again throws away")
        await driver.press("escape")
        await driver.until("HB-1", absent="F10 goes on")
    assert path.read_bytes() == before
    assert project.rows("SELECT status FROM asset WHERE key = 'HB-1'") == [("in-use",)]


async def test_what_is_wrong_is_said_while_it_is_typed_and_not_taken(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("E")
        await driver.until("F10 goes on")
        await fill_in(driver, "bought", "31/02/2019")
        await driver.until("must be a date, such as 31/12/2019")
        await driver.press("f10")
        await driver.until("must be a date", absent="Write and apply")
        await fill_in(driver, "bought", "hn")
        await driver.press("f10")
        await driver.until("Write and apply", "2019-12-31}")


async def test_a_new_thing_gets_its_place_and_its_unit_by_search(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("n")
        await driver.until("F10 goes on", "the key")
        await fill_in(driver, "key", "HB-9")
        await field(driver, "unit")
        await driver.press("f4")
        await driver.until("type a part")
        await driver.type("dan chu")
        await driver.until("04819  Xã Dân Chủ")
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen.here.input.value == "04819")  # type: ignore[attr-defined]
        await fill_in(driver, "class", "laptop")
        await fill_in(driver, "model", "HP ProBook 450")
        await fill_in(driver, "status", "in use")
        await driver.press("f10")
        await driver.until("Write and apply", "HB-9")
        await driver.press("y")
        await driver.until("Applied as revision 2")
    assert project.rows("SELECT unit_id, class, status FROM asset WHERE key = 'HB-9'") == [
        ("04819@2017-10-15", "laptop", "in-use")
    ]
    assert project.plan().empty


async def test_what_is_shown_in_full_is_changed_from_there(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("enter")
        await driver.until("Assets: HB-1", "E Edit", "Esc closes")
        await driver.press("E")
        await driver.until("F10 goes on", absent="Esc closes")
        assert isinstance(driver.app.screen, Form)


async def test_a_thing_shown_in_a_read_only_console_is_not_changed_from_there(project: Project) -> None:
    async with make(project, read_only=True).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("enter")
        await driver.until("Assets: HB-1", "Esc closes", absent="E Edit")
        await driver.press("E")
        await driver.until("Assets: HB-1", absent="F10 goes on")


async def test_from_a_unit_in_full_its_things_are_listed(project: Project) -> None:
    app = Console(project.database, project.settings, page="units", clock=lambda: NOW)
    async with app.run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("communes: 3")
        await driver.press("slash")
        await driver.type("cham mat")
        await driver.press("enter")
        await driver.press("enter")
        await driver.until("No reorganisation touched it.", "a Assets")
        await driver.press("a")
        await driver.until("Assets  4", "HB-1", "unit: Phường Chăm Mát")


async def test_units_to_choose_from_are_those_of_today_whatever_day_is_shown(project: Project) -> None:
    project.write("reform.yaml", REFORM)
    project.apply()
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        driver.app.set_day(dt.date(2020, 6, 1))
        await driver.until("as of 01/06/2020", "HB-1")
        await driver.press("E")
        await driver.until("F10 goes on")
        await field(driver, "unit")
        await driver.press("f4")
        await driver.until("type a part")
        await driver.press("ctrl+u")
        await driver.type("cham mat")  # which is no more on the day that is shown
        await driver.until("04810  Phường Chăm Mát")


async def test_marked_things_are_changed_together_and_ended_together(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("space", "space", "E")
        await driver.until("F10 goes on", "2 assets")
        await fill_in(driver, "room", "Phòng 2")
        await driver.press("f10")
        await driver.until("Write and apply")
        await driver.press("y")
        await driver.until("Applied as revision 2", absent="marked")
        assert project.rows("SELECT key FROM asset WHERE room = 'Phòng 2' ORDER BY key") == [
            ("HB-1",),
            ("HB-2",),
        ]
        await driver.press("D")
        await driver.until("F10 goes on")
        await fill_in(driver, "date", "31/12/2019")
        await fill_in(driver, "reason", "hỏng")
        await driver.press("f10")
        await driver.until("Write and apply", "disposed")
        await driver.press("y")
        await driver.until("Applied as revision 3")
    assert len(project.rows("SELECT key FROM asset WHERE ended = '2019-12-31'")) == 1


async def test_a_read_only_console_changes_nothing(project: Project) -> None:
    async with make(project, read_only=True).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        for key in ("E", "n", "D", "ctrl+z"):
            await driver.press(key)
            await driver.until("This console is read-only.", absent="F10 goes on")


# --- text and values ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Day(), "31/12/2019", "2019-12-31"),
        (Day(), "+1", "2020-01-01"),
        (Choice(("in-use", "in-store")), "in store", "in-store"),
        (Choice(("in-use", "broken")), "br", "broken"),
        (Flag(), "yes", "yes"),
        (ListOf(Text()), "a, b ,,c", ["a", "b", "c"]),
        (Whole(1, 9), "7", "7"),
        (Text(), "  hai  từ ", "hai từ"),
        (Text(), "", None),
    ],
)
def test_what_is_typed_means_what_the_files_say(kind: object, text: str, value: object) -> None:
    assert meant(Field("x", kind), text, TODAY) == value  # type: ignore[arg-type]


def test_choices_are_understood_in_the_language_in_use() -> None:
    use_language("vi")
    assert meant(Field("status", Choice(("in-use", "broken"))), "hỏng", TODAY) == "broken"
    assert meant(Field("x", Flag()), "có", TODAY) == "yes"


@pytest.mark.parametrize(
    ("kind", "text"), [(Day(), "soon"), (Choice(("a", "b")), "c"), (Whole(1, 9), "x"), (Flag(), "perhaps")]
)
def test_what_means_nothing_is_refused_in_words(kind: object, text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        meant(Field("x", kind), text, TODAY)  # type: ignore[arg-type]


def test_what_is_needed_is_said() -> None:
    with pytest.raises(ValueError, match="needed"):
        meant(Field("x", Text(), required=True), " ", TODAY)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_a_day_that_is_shown_means_itself(day: dt.date) -> None:
    assert meant(Field("x", Day()), shown(Day(), day.isoformat()), TODAY) == day.isoformat()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_choice_of_every_kind_is_understood_as_it_is_shown(language: str) -> None:
    use_language(language)
    for kind in standard():
        for each in filter(can_be_typed, kind.fields):
            if isinstance(each.type, Choice):
                for value in each.type.values:
                    assert meant(each, shown(each.type, value), TODAY) == value
