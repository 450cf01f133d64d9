"""Everything that is declared can be found, entered, changed and ended with the keyboard alone."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from textual.events import Key, Paste

from opsconsole.catalogue import use_language
from opsconsole.console.app import Console
from opsconsole.console.pagenames import KIND_LISTS
from opsconsole.console.screens.declaring import kinds_by_form
from opsconsole.console.screens.entries import GroupLine
from opsconsole.console.screens.form import Form
from opsconsole.store.database import Database
from tests.console.conftest import NOW, MakeConsole
from tests.console.driving import Driver
from tests.console.test_forms import field, fill_in
from tests.inventory.project import ACCOUNTS_OF_TOWN, ASSETS, PEOPLE_OF_TOWN, UNITS, Project

SITES = """\
    kind: sites
    unit: 04810
    as_of: 2019-08-06
    items:
      DC-1: {name: Điểm cầu Chăm Mát, endpoint: codec, contact: CB-2}
"""
ASSETS_HELD = ASSETS.replace("price: 11500000, status: in-use", "status: in-use, custodian: CB-2")
INDICATORS = """\
    kind: indicators
    items:
      mail.use: {name: Tỷ lệ dùng thư, name-en: Mail use, measure: reported.rate, unit-of-measure: percent,
                 direction: up, version: 1}
"""


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, sqlite_database)
    project.limits(removal_share=1.0, transfer_share=1.0)
    for name, text in (
        ("units", UNITS),
        ("assets", ASSETS_HELD),
        ("people", PEOPLE_OF_TOWN),
        ("accounts", ACCOUNTS_OF_TOWN),
        ("sites", SITES),
        ("indicators", INDICATORS),
    ):
        project.write(f"{name}.yaml", text)
    project.apply()
    return project


def make(project: Project, page: str = "units", **options: object) -> Console:
    return Console(project.database, project.settings, page=page, clock=lambda: NOW, **options)  # type: ignore[arg-type]


async def write(driver: Driver) -> None:
    """From the form to the register: F10, then y."""
    await driver.press("f10")
    await driver.until("Write and apply")
    await driver.press("y")
    await driver.until("Applied as revision", absent="F10 goes on")


async def open_tree(driver: Driver) -> None:
    """The page of units with all branches open."""
    await driver.until("Thành phố Hòa Bình")
    await driver.press("asterisk")
    await driver.until("Phường Chăm Mát", "Xã Dân Chủ")


async def go_to(driver: Driver, words: str) -> None:
    """Jump by name."""
    await driver.press("colon")
    await driver.until("Go to:")
    await driver.type(words)
    await driver.press("enter")


@pytest.mark.parametrize("page", list(KIND_LISTS))
async def test_every_kind_has_a_list_and_a_name_to_go_to(console: MakeConsole, page: str) -> None:
    async with console(page="units").run_test(size=(100, 30)) as pilot:
        driver = Driver(pilot)
        await driver.until("Units")
        await go_to(driver, page)
        title = KIND_LISTS[page][1]
        await driver.until(lambda: driver.app.current == page, title, "as of 31/12/2019")
        await driver.press("slash")
        await driver.type("unit:148 zzz")
        await driver.press("enter")
        await driver.settle()
        assert driver.app.current == page


async def test_a_list_is_filtered_by_its_fields_and_sorted(project: Project) -> None:
    async with make(project, "people").run_test(size=(110, 30)) as pilot:
        driver = Driver(pilot)
        text = await driver.until("CB-1", "CB-4", "Phường Chăm Mát")
        order = [text.index(name) for name in ("Trần Thị Bình", "Nguyễn Văn Hoà", "Lê Văn Tám")]
        assert order == sorted(order)  # by the given name
        await driver.press("slash")
        await driver.type("name:tam")
        await driver.press("enter")
        await driver.until("2 / 4", absent="CB-2")


async def test_what_a_unit_holds_is_one_key_away(project: Project) -> None:
    async with make(project).run_test(size=(110, 30)) as pilot:
        driver = Driver(pilot)
        await open_tree(driver)
        await driver.press("G", "up", "up", "o")
        await driver.until("People: 4", "Mailboxes: 3", "Assets: 4", "Sites: 1", "Targets: 0")
        await driver.press("enter")
        await driver.until(lambda: driver.app.current == "people", "unit: Phường Chăm Mát", "CB-2")
        await driver.press("minus", "i")
        await driver.until("DC-1", "Điểm cầu Chăm Mát", "codec")


async def test_the_key_of_a_person_leads_to_the_list_of_people(project: Project) -> None:
    async with make(project).run_test(size=(110, 30)) as pilot:
        driver = Driver(pilot)
        await open_tree(driver)
        await go_to(driver, "CB-2")
        await driver.until(lambda: driver.app.current == "people", "Trần Thị Bình", "Holds")
        assert driver.app.pages["people"].grid.key == "CB-2"  # type: ignore[attr-defined]


async def test_a_person_is_declared_from_the_tree_of_units(project: Project) -> None:
    async with make(project).run_test(size=(110, 34)) as pilot:
        driver = Driver(pilot)
        await open_tree(driver)
        await driver.press("G", "up", "n")
        await driver.until("New in Xã Dân Chủ", "Person")
        await driver.press("down", "down", "enter")
        await driver.until("F10 goes on", "04819")
        await fill_in(driver, "key", "CB-9")
        await fill_in(driver, "name", "Đinh Thị Ếch")
        await write(driver)
    assert project.rows("SELECT name, unit_id FROM person WHERE key = 'CB-9'") == [
        ("Đinh Thị Ếch", "04819@2017-10-15")
    ]
    assert project.plan().empty


async def test_a_target_and_a_figure_are_entered_changed_and_withdrawn(project: Project) -> None:
    async with make(project, "targets").run_test(size=(120, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("No target is declared for 2019.")
        await driver.press("n")
        await driver.until("F10 goes on", "2019")
        for name, text in (
            ("key", "mail-2019"),
            ("indicator", "mail.use"),
            ("level", "commune"),
            ("value", "80"),
            ("direction", "at least"),
            ("pace", "level"),
            ("source", "Kế hoạch 144"),
        ):
            await fill_in(driver, name, text)
        await write(driver)
        await driver.until("Mail use", "80")
        await driver.press("E")
        await driver.until("F10 goes on", "mail-2019")
        await fill_in(driver, "value", "85.5")
        await write(driver)
        assert project.rows("SELECT value FROM target") == [(85.5,)]
        await driver.press("f")
        await driver.until("F10 goes on", "mail.use", "percent")
        await fill_in(driver, "key", "so-lieu-1")
        await fill_in(driver, "level", "commune")
        await fill_in(driver, "period", "2019-07")
        await fill_in(driver, "value", "50")
        await fill_in(driver, "source", "Báo cáo 05")
        await write(driver)
        assert project.rows("SELECT indicator, period, value FROM figure") == [("mail.use", "2019-07", 50.0)]
        await driver.press("L")
        await driver.until("Targets as declared", "mail-2019", "85.5")
        await driver.press("D")
        await driver.until("F10 goes on")
        await fill_in(driver, "date", "hn")
        await fill_in(driver, "reason", "thay thế")
        await driver.press("f10")
        await driver.until("the province would have no targets left")
        await driver.press("L")
        await driver.until("Type 1 to go on:")
        await driver.press("shift+tab")
        await driver.type("1")
        await driver.press("shift+tab")
        await driver.type("kế hoạch mới")
        await driver.press("enter", "y")
        await driver.until("Applied as revision 5")
    assert project.rows("SELECT ended FROM target") == [("2019-12-31",)]
    assert project.plan().empty


@pytest.mark.parametrize("kind", ["assets", "accounts", "people", "sites", "connections", "sessions"])
async def test_things_of_each_kind_are_declared_from_anywhere(project: Project, kind: str) -> None:
    typed = {
        "assets": {"key": "HB-9", "unit": "04819", "class": "laptop", "model": "HP", "status": "in use"},
        "accounts": {"key": "moi@x.example", "unit": "04819", "type": "personal", "owner": "CB-1"},
        "people": {"key": "CB-8", "unit": "04819", "name": "Lò Văn Ứng"},
        "sites": {"key": "DC-2", "unit": "04819", "name": "Điểm cầu Dân Chủ", "endpoint": "software"},
        "connections": {"key": "L-1", "unit": "04819", "sort": "internet", "there": "yes", "since": "1/2/2019"},
        "sessions": {
            "key": "hop-1", "title": "Giao ban", "kind": "other", "start": "2/1/2020 8:00",
            "end": "2/1/2020 9h30", "sites": "DC-1",
        },
    }[kind]  # fmt: skip
    at = [each.name for each in kinds_by_form()].index(kind)
    async with make(project, "overview").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("Open problems")
        await driver.press("N")
        await driver.until("New: what?")
        await driver.press(*["down"] * at, "enter")
        await driver.until("F10 goes on")
        for name, text in typed.items():
            await fill_in(driver, name, text)
        await write(driver)
    assert project.plan().empty
    table = {"accounts": "account", "people": "person"}.get(kind, kind[:-1])
    assert project.rows(f"SELECT count(*) FROM {table} WHERE key = '{typed['key']}'") == [(1,)]
    if kind == "sessions":
        assert project.rows("SELECT starts_at, ends_at FROM session") == [
            ("2020-01-02T08:00", "2020-01-02T09:30")
        ]


async def test_a_leaver_is_closed_and_handed_over_in_one_go_and_taken_back(project: Project) -> None:
    before = {p.name: p.read_bytes() for p in (project.root / "inventory").iterdir()}
    async with make(project, "mailboxes").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("binh@x.example")
        await driver.press("L")
        await driver.until("Trần Thị Bình leaves", "closed: binh@x.example", "HB-1", "DC-1", "F10 goes on")
        await fill_in(driver, "date", "31/12/2019")
        await fill_in(driver, "reason", "nghỉ hưu")
        await field(driver, "successor")
        await driver.press("f4")
        await driver.until("type a part")
        await driver.type("hoa")
        await driver.until("CB-1  Nguyễn Văn Hoà", absent="Lê Văn Tám")
        await driver.press("enter")
        await driver.until("CB-1 Nguyễn Văn Hoà")
        await write(driver)
        assert project.rows("SELECT ended FROM account WHERE key = 'binh@x.example'") == [("2019-12-31",)]
        assert project.rows("SELECT ended FROM person WHERE key = 'CB-2'") == [("2019-12-31",)]
        assert project.rows("SELECT custodian FROM asset WHERE key = 'HB-1'") == [("CB-1",)]
        assert project.rows("SELECT contact FROM site") == [("CB-1",)]
        await driver.press("ctrl+z")
        await driver.until("Take back: Trần Thị Bình leaves", "Write and apply")
        await driver.press("y")
        await driver.until("Applied as revision 3")
    assert project.rows("SELECT count(*) FROM person WHERE ended IS NULL") == [(4,)]
    assert {p.name: p.read_bytes() for p in (project.root / "inventory").iterdir()} == before


async def test_nobody_takes_over_from_themselves(project: Project) -> None:
    async with make(project, "people").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("CB-2")
        await driver.press("L")
        await driver.until("Trần Thị Bình leaves", "F10 goes on")
        await fill_in(driver, "date", "hn")
        await fill_in(driver, "reason", "nghỉ")
        await fill_in(driver, "successor", "CB-2")
        await driver.press("f10")
        await driver.until("Somebody else has to take over", absent="Write and apply")


async def test_past_a_limit_it_has_to_be_said_why(project: Project) -> None:
    project.limits(removal_share=0.1)
    async with make(project, "assets").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("D")
        await driver.until("F10 goes on")
        await fill_in(driver, "date", "hn")
        await fill_in(driver, "reason", "hỏng")
        await driver.press("f10")
        await driver.until("Limits stop this plan", "1 of 4 assets", "L goes on")
        await driver.press("escape")
        await driver.until("F10 goes on", absent="Limits stop")
        await driver.press("f10")
        await driver.until("Limits stop this plan")
        await driver.press("L")
        await driver.until("past a limit", "Type 1 to go on:")
        await driver.press("y")
        await driver.until("Type 1 first.")
        await driver.type("1")
        await driver.press("enter", "y")
        await driver.until("Say why first")
        await driver.type("thanh ly")
        await driver.press("enter", "y")
        await driver.until("Applied as revision 2")
    assert project.rows("SELECT reason FROM revision WHERE number = 2") == [("thanh ly",)]


# --- choosing and typing ---------------------------------------------------------------------------------


async def test_a_day_is_chosen_from_the_calendar(project: Project) -> None:
    async with make(project, "assets").run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("E")
        await driver.until("F10 goes on")
        await field(driver, "bought")
        await driver.press("f4")
        await driver.until("12/2019", "[31]")
        await driver.press("pageup", "left", "up")
        await driver.until("11/2019", "[22]")
        await driver.press("enter")
        await driver.until("22/11/2019", absent="PgDn month")
        await driver.press("f4")
        await driver.until("11/2019", "[22]")
        await driver.type("29/2/2020")
        await driver.until("02/2020", "[29]")
        await driver.press("pagedown", "enter")
        await driver.until("29/03/2020", absent="PgDn month")
        await driver.press("f4")
        await driver.type("99")
        await driver.press("enter")
        await driver.until("is no date")
        await driver.press("escape", "escape")


async def test_entries_of_a_list_are_chosen_one_after_another(project: Project) -> None:
    async with make(project, "sites").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("DC-1")
        await driver.press("E")
        await driver.until("F10 goes on")
        await field(driver, "equipment")
        for words in ("HB-1", "HB-2"):
            await driver.press("f4")
            await driver.until("type a part")
            await driver.type(words)
            await driver.until(absent="HB-3")
            await driver.press("enter")
            await driver.until(words, absent="type a part")
        await write(driver)
    assert project.rows("SELECT equipment FROM site") == [('["HB-1","HB-2"]',)]


async def test_what_a_reference_names_is_said_as_it_is_typed(project: Project) -> None:
    async with make(project, "assets").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("HB-1")
        await driver.press("E")
        await driver.until("F10 goes on")
        await fill_in(driver, "custodian", "CB-3")
        await driver.until("CB-3 Lê Văn Tám")
        await driver.type("77")
        await driver.until("the register has no person CB-377")
        await fill_in(driver, "unit", "04828")
        await driver.until("04828 Xã Thống Nhất")


async def press(driver: Driver, key: str) -> None:
    """A key; a combining mark has no name by which it could be pressed, and comes as it is."""
    if unicodedata.combining(key[0]):
        driver.app.post_message(Key("combining", key))
        await driver.pilot.pause()
    else:
        await driver.press("space" if key == " " else key)


async def test_an_id_that_is_taken_is_said_while_it_is_typed(project: Project) -> None:
    async with make(project, "mailboxes").run_test(size=(110, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("binh@x.example")
        await driver.press("n")
        await driver.until("F10 goes on")
        await fill_in(driver, "key", "Binh@x.example")
        await driver.until("binh@x.example is there already: Trần Thị Bình")
        await fill_in(driver, "key", "binh2@x.example")
        await driver.until(absent="is there already")


STREAMS = [
    (["n", "g", "u", "o", "i", "backspace", "backspace", "backspace", "ư", "ờ", "i"], "người"),
    (["N", "g", "u", "y", "e", "backspace", "ê", "backspace", "ễ", "n"], "Nguyễn"),
    (list(unicodedata.normalize("NFD", "Đà Bắc")), "Đà Bắc"),
    (list("Thủy Hoà"), "Thủy Hoà"),
]


@pytest.mark.parametrize("kind", [kind.name for kind in kinds_by_form()])
async def test_vietnamese_can_be_typed_into_every_field(project: Project, kind: str) -> None:
    """As input methods send it, composed and decomposed: what stands there is NFC."""
    at = [each.name for each in kinds_by_form()].index(kind)
    async with make(project).run_test(size=(100, 50)) as pilot:
        driver = Driver(pilot)
        await open_tree(driver)
        await driver.press("N")
        await driver.until("New: what?")
        await driver.press(*["down"] * at, "enter")
        await driver.until("F10 goes on")
        form = driver.app.screen
        assert isinstance(form, Form)
        for number in range(len(form.lines)):
            stream, wanted = STREAMS[number % len(STREAMS)]
            for key in stream:
                await press(driver, key)
            # the entries of a group are typed in a form of their own
            assert form.here.input.value == ("" if isinstance(form.here, GroupLine) else wanted)
            await driver.press("down")


HOSTILE = [
    "[/]",
    "[red]x[/red]",
    "\x1b]52;c;AAAA\x07",
    "\u202eabc\u2066",
    "x" * 10_000,
    "%s {0} {name}",
    "'; --",
]


@pytest.mark.parametrize("value", HOSTILE)
async def test_hostile_values_are_text_in_every_place(project: Project, value: str) -> None:
    """Pasted into a form, and in the register: nothing of it steers the screen, and it stays one."""
    async with make(project, "people").run_test(size=(100, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("CB-1")
        await driver.press("E")
        await driver.until("F10 goes on")
        form = driver.app.screen
        assert isinstance(form, Form)
        for line in form.lines:
            driver.app.post_message(Paste(value))
            await driver.pilot.pause()
            assert "\x1b" not in line.input.value
            assert "\x07" not in line.input.value
            assert "\u202e" not in line.input.value
            await driver.press("down")
        await driver.press("f10")
        await driver.settle()
        assert "\x1b" not in driver.text
        assert driver.app.is_running


@pytest.mark.parametrize(("text", "value"), [("67,5", 67.5), ("67.5", 67.5), ("1.234", 1.234)])
def test_numbers_are_typed_as_the_language_writes_them(text: str, value: float) -> None:
    import datetime as dt

    from opsconsole.console.fieldtext import meant
    from opsconsole.inventory.fields import Field, Number, Whole

    use_language("vi")
    assert float(meant(Field("x", Number()), text, dt.date(2019, 1, 1))) == value
    assert meant(Field("x", Whole()), "11.500.000", dt.date(2019, 1, 1)) == "11500000"
    use_language("en")
    with pytest.raises(ValueError, match="decimal point"):
        meant(Field("x", Number()), "67,5", dt.date(2019, 1, 1))
