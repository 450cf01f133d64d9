"""Parts of things in forms: the units of a reorganisation, former addresses; lists whose entries hold commas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.console.app import Console
from opsconsole.console.fieldtext import can_be_typed, meant, parts, shown
from opsconsole.console.screens.declaring import kinds_by_form
from opsconsole.console.screens.entries import EntriesDialog, GroupLine
from opsconsole.console.screens.form import Form
from opsconsole.inventory.fields import Field, Group, ListOf, Text, canonical
from opsconsole.inventory.kinds import standard
from opsconsole.store.database import Database
from opsconsole.text import safe
from tests.console.conftest import NOW
from tests.console.driving import Driver
from tests.console.test_forms import field, fill_in
from tests.inventory.project import ACCOUNTS_OF_TOWN, ASSETS, PEOPLE_OF_TOWN, REFORM, UNITS, Project

TODAY = dt.date(2019, 12, 31)


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, sqlite_database)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", ASSETS)
    project.write("people.yaml", PEOPLE_OF_TOWN)
    project.write("accounts.yaml", ACCOUNTS_OF_TOWN)
    project.apply()
    return project


def make(project: Project, page: str) -> Console:
    return Console(project.database, project.settings, page=page, person="an", clock=lambda: NOW)


async def entry(driver: Driver, key: str, **fields: str) -> None:
    """A new entry of the group whose list is shown."""
    await driver.press("n")
    await driver.until("New: ")
    await fill_in(driver, "key", key)
    for name, text in fields.items():
        await fill_in(driver, name, text)


async def test_a_reorganisation_is_typed_shown_applied_and_taken_back(project: Project) -> None:
    async with make(project, "reorganisations").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("Reorganisations  0")
        await driver.press("n")
        await driver.until("F10 goes on", "the key")
        await fill_in(driver, "key", "nq-830")
        await fill_in(driver, "title", "Sắp xếp đơn vị hành chính")
        await fill_in(driver, "effective", "01/01/2020")
        await fill_in(driver, "decision", "830/NQ-UBTVQH14")
        await field(driver, "changes")
        await driver.press("f4")
        await driver.until("No entry yet; n makes one.")
        for code, name, share in (("04819", "Dân Chủ", "part"), ("04828", "Thống Nhất", "rest")):
            await entry(driver, code, name=f"Phường {name}", type="phường")
            await driver.until(lambda: driver.app.screen.here.field.name == "type")  # type: ignore[attr-defined]
            await field(driver, "from")
            await driver.press("enter")
            await driver.until("Comes from", "No entry yet")
            await entry(driver, "04810", share=share)
            await driver.press("f10")
            await driver.until("04810", absent="New: Comes from")
            await entry(driver, code, share="whole")
            await driver.press("f10")
            await driver.until(lambda: isinstance(driver.app.screen, EntriesDialog))
            await driver.press("f10")
            await driver.until("2 entries")
            await driver.press("f10")
            await driver.until(lambda: isinstance(driver.app.screen, EntriesDialog), f"Phường {name}")
        await driver.press("f10")
        await driver.until("2 entries: 04819", "F10 goes on")
        await driver.press("f10")
        await driver.until("Write and apply", "nq-830", "Phường Dân Chủ")
        await driver.press("y")
        await driver.until("Applied as revision 2", lambda: not project.plan().changes)
    rows = project.rows("SELECT code, name FROM unit_era WHERE valid_from = '2020-01-01' ORDER BY code")
    assert rows == [("04819", "Phường Dân Chủ"), ("04828", "Phường Thống Nhất")]
    assert project.rows("SELECT changes FROM reorganisation") == [(reformed(),)]
    async with make(project, "reorganisations").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("Reorganisations  1")
        await driver.press("ctrl+z")
        await driver.until("Limits stop this plan")
        await driver.press("L")
        await driver.until("Take back", "entered by mistake", "Type 1 to go on:")
        await driver.press("y", "1", "enter", "y")
        await driver.type("nham")
        await driver.press("enter", "y")
        await driver.until("Applied as revision 3")
    assert project.rows("SELECT count(*) FROM unit_era WHERE valid_from = '2020-01-01'") == [(0,)]


def reformed() -> str:
    """The changes of the reform as the register keeps them when they are written in a file."""
    return canonical(
        {
            "04819": {
                "name": "Phường Dân Chủ",
                "type": "phường",
                "from": {"04810": {"share": "part"}, "04819": {"share": "whole"}},
            },
            "04828": {
                "name": "Phường Thống Nhất",
                "type": "phường",
                "from": {"04810": {"share": "rest"}, "04828": {"share": "whole"}},
            },
        }
    )


async def test_an_entry_of_a_reorganisation_is_changed_in_place(project: Project) -> None:
    path = project.write("reform.yaml", REFORM)
    project.apply(effective="2020-01-01")
    before = path.read_text("utf-8")
    async with make(project, "reorganisations").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("nq-830")
        await driver.press("E")
        await driver.until("F10 goes on")
        await field(driver, "changes")
        await driver.press("enter")
        await driver.until("04819", "04828")
        await driver.press("down", "enter")
        await driver.until("Changes: 04828")
        await fill_in(driver, "name", "Phường Thống Nhất Mới")
        await driver.press("f10")
        await driver.until("Phường Thống Nhất Mới", absent="Changes: 04828")
        await driver.press("f10")
        await driver.until("F10 goes on")
        await driver.press("f10")
        await driver.until("Write and apply", "Phường Thống Nhất Mới")
        await driver.press("y")
        await driver.until("Applied as revision")
    assert path.read_text("utf-8") == before.replace("Phường Thống Nhất", "Phường Thống Nhất Mới")


async def test_a_former_address_is_checked_as_typed_added_and_taken_away(project: Project) -> None:
    path = project.root / "inventory" / "accounts.yaml"
    before = path.read_bytes()
    async with make(project, "mailboxes").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("binh@x.example")
        await driver.press("slash")
        await driver.type("binh")
        await driver.press("enter")
        await driver.until("1 / 3")
        await driver.press("E")
        await driver.until("F10 goes on")
        await field(driver, "former")
        await driver.type("x")  # nothing is typed into a summary
        await driver.press("f4")
        await driver.until("No entry yet")
        await driver.press("n")
        await driver.until("New: ")
        await fill_in(driver, "key", "not an address")
        await driver.until("must be an e-mail address")
        await fill_in(driver, "key", "cu@x.example")
        await driver.press("f10")
        await driver.until("is needed", "New: ")  # its last day
        await fill_in(driver, "until", "31/12/2018")
        await driver.press("f10")
        await driver.until("cu@x.example", "31/12/2018", absent="New: Former")
        await driver.press("n")
        await driver.until("New: ")
        await fill_in(driver, "key", "cu@x.example")
        await driver.until("is there already")
        await driver.press("escape", "escape")
        await driver.until("F10 takes them", absent="New: Former")
        await driver.press("f10")
        await driver.until("1 entry: cu@x.example (31/12/2018)")
        await driver.press("f10")
        await driver.until("Write and apply", "former: {cu@x.example: {until: 2018-12-31}}")
        await driver.press("y")
        await driver.until("Applied as revision 2")
        await driver.press("E")
        await driver.until("F10 goes on")
        await field(driver, "former")
        await driver.press("f4")
        await driver.until("cu@x.example", "F10 takes them")
        await driver.press("D", "escape")
        await driver.until("Esc again throws away")
        await driver.press("f10", "f10")
        await driver.until("Write and apply")
        await driver.press("y")
        await driver.until("Applied as revision 3")
    assert path.read_bytes() == before


async def test_delete_takes_all_entries_away_and_esc_keeps_them(project: Project) -> None:
    project.write("reform.yaml", REFORM)
    project.apply()
    async with make(project, "reorganisations").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("nq-830")
        await driver.press("E")
        await driver.until("F10 goes on")
        await field(driver, "changes")
        form = driver.app.screen
        assert isinstance(form, Form)
        line = form.here
        assert isinstance(line, GroupLine)
        await driver.press("delete")
        assert line.meant(TODAY) is None
        assert line.touched
        await driver.press("escape")
        await driver.until("Esc again throws away")
        await driver.press("escape")
        await driver.until("nq-830", absent="F10 goes on")
    assert project.plan().empty


async def test_hostile_entries_are_text(project: Project) -> None:
    text = REFORM.replace("Phường Dân Chủ", '"[/]x [red]y[/red]"').replace(
        "NQ-UBTVQH14", "NQ[@click=app.bell]"
    )
    project.write("reform.yaml", text)
    project.apply()
    async with make(project, "reorganisations").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("nq-830")
        await driver.press("E")
        await driver.until("F10 goes on", "[/]x [red]y[/red]")
        await field(driver, "changes")
        await driver.press("f4")
        await driver.until("F10 takes them", "[/]x [red]y[/red]")
        await driver.press("enter")
        await driver.until("Changes: 04819", "[/]x [red]y[/red]")


def test_every_kind_has_a_form_and_every_field_can_be_typed() -> None:
    assert {kind.name for kind in kinds_by_form()} == {kind.name for kind in standard()}

    def check(fields: tuple[Field, ...]) -> None:
        for each in fields:
            if isinstance(each.type, Group):
                assert each.type.keyed is not None, each.name
                check(each.type.fields)
            else:
                assert can_be_typed(each), each.name

    for kind in standard():
        check(kind.fields)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a, b ,,c", ["a", "b", "c"]),
        ('"08:00 Khai mạc, giới thiệu", 09:00 Họp', ["08:00 Khai mạc, giới thiệu", "09:00 Họp"]),
        ('"a ""b"", c"', ['a "b", c']),
        ('a "b" c', ['a "b" c']),
        ('"not closed, at all', ["not closed, at all"]),
        ('""', []),
        ('"', []),
        ("", []),
        (" , ", []),
        ('"a" b, c', ['"a" b', "c"]),
    ],
)
def test_entries_of_a_list_are_divided_by_commas(text: str, found: list[str]) -> None:
    assert parts(text) == found


_words = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=9)


@given(st.lists(st.lists(_words, min_size=1, max_size=3).map(" ".join), max_size=4))
def test_a_list_that_is_shown_means_itself(entries: list[str]) -> None:
    entries = [safe(each) for each in entries]
    kind = ListOf(Text())
    assert (meant(Field("x", kind), shown(kind, entries), TODAY) or []) == entries


@given(st.text(st.sampled_from('a", '), max_size=40))
def test_no_text_breaks_the_division(text: str) -> None:
    assert all(part.strip() == part and part for part in parts(text))
