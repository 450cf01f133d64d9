"""The page of targets: standing, months, years, one unit, every unit, and the value explained."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.console.app import Console
from opsconsole.console.bars import chart
from opsconsole.console.queries.targets import courses, heat
from opsconsole.console.screens.heat import HeatDialog
from opsconsole.store.database import Database
from tests.console.conftest import NOW, MakeConsole, settings_of
from tests.console.driving import Driver
from tests.indicators.world import COMMUNE_A, DISTRICT, World, weekdays


@pytest.fixture
def world(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.indicator("mail.regular.pooled")
    world.indicator("assets.count", "count")
    world.covered("2019-01-01", "2019-12-31")
    for number, unit in enumerate((DISTRICT, DISTRICT, COMMUNE_A)):
        world.mailbox(f"m{number}", unit)
        for month in range(1, 7):
            world.use(f"m{number}", f"2019-{month:02d}", weekdays(f"2019-{month:02d}", 18 if number else 2))
    world.target("a", "mail.regular.pooled", 80.0, pace="linear", baseline=40.0)
    world.target("b", "mail.regular.pooled", 60.0, level="commune")
    world.target("c", "assets.count", 5.0, level="district", unit_id=DISTRICT)
    world.target("d", "mail.regular.pooled", 90.0, year=2020)
    world.measure()
    return world


def test_each_target_has_the_months_behind_it(world: World) -> None:
    with world.database.read() as reader:
        found = {one.standing.key: one for one in courses(reader, 2019, dt.date(2019, 6, 30))}
        units = heat(reader, "mail.regular.pooled", 2019)
        communes = heat(reader, "mail.regular.pooled", 2019, "commune")
    assert found["a"].months[:6] == pytest.approx((200 / 3,) * 6)
    assert found["a"].months[6:] == (None,) * 6
    assert found["b"].months[:6] == (100,) * 6
    assert found["c"].months[5] == 0
    assert [(one.name, one.level) for one in units][:1] == [(f"Đơn vị [red]{DISTRICT}", "district")]
    assert units[0].months[:6] == (50,) * 6
    assert {one.level for one in communes} == {"commune"}


@given(
    st.lists(st.none() | st.floats(0, 1e6), min_size=12, max_size=12),
    st.none() | st.floats(0, 1e6),
    st.integers(1, 12),
)
def test_a_chart_has_its_size_and_higher_values_are_drawn_higher(
    values: list[float | None], target: float | None, height: int
) -> None:
    lines = chart(values, target, height)
    assert len(lines) == height
    assert {len(line) for line in lines} == {12 * 2 + 11}
    known = [value for value in values if value is not None]
    if known and max(known) > 0 and (target is None or target <= max(known)):
        best = values.index(max(known))
        assert lines[0][best * 3] not in " ?╌"


async def test_a_target_is_seen_with_its_units_and_explained(console: MakeConsole) -> None:
    async with console(page="targets").run_test(size=(140, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019", "Regular users of e-mail", "due by now", "source: ")
        await driver.press("slash")
        await driver.type("regular")
        await driver.press("enter")
        await driver.until("filter: regular")
        await driver.press("enter")
        await driver.until("Esc closes", "rule: ", "cut-off", "─ Targets ─")


async def test_a_unit_is_held_against_its_targets(console: MakeConsole) -> None:
    async with console(page="units").run_test(size=(140, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("communes: 3")
        await driver.press("j", "t")
        await driver.until("Targets 2019", "unit: ")
        await driver.press("escape")
        await driver.until("Targets 2019", absent="unit: ")


async def test_units_and_months_are_sorted_by_the_keys_of_every_list(world: World, tmp_path: Path) -> None:
    app = Console(world.database, settings_of(world.database, tmp_path), page="targets", clock=lambda: NOW)
    async with app.run_test(size=(140, 40)) as pilot:
        driver = Driver(pilot)
        await driver.until("Targets 2019", "mail.regular.pooled")
        grid = app.page_of("targets").grid  # type: ignore[attr-defined]
        while grid.key != "a":
            await driver.press("down")
        await driver.press("u")
        await driver.until("s S sort by one column")
        dialog = driver.app.screen
        assert isinstance(dialog, HeatDialog)
        in_order = units_shown(dialog)
        january = {one.unit: one.months[0] for one in dialog.units}
        assert len(set(january.values())) > 1
        await driver.press("right", "s")
        assert [january[unit] for unit in units_shown(dialog)] == sorted(january.values(), key=nothing_last)
        await driver.press("S")
        greatest = sorted((value for value in january.values() if value is not None), reverse=True)
        assert [january[unit] for unit in units_shown(dialog)][: len(greatest)] == greatest
        await driver.press("left", "S")
        assert units_shown(dialog) == in_order[::-1]
        await driver.press("s")
        assert units_shown(dialog) == in_order
        await driver.press("enter")
        await driver.until("rule: ", "─ Targets › indicator mail.regular.pooled · 2019 ─")


def nothing_last(value: float | None) -> tuple[bool, float]:
    """The order of values, what is not known at the end."""
    return (value is None, value or 0.0)


def units_shown(dialog: HeatDialog) -> list[str]:
    """The units from top to bottom."""
    return [dialog.grid.rows.key(index) for index in range(len(dialog.grid.rows))]
