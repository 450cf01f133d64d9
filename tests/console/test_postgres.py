"""The same console over PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.console.app import Console
from opsconsole.console.pagenames import PAGES
from opsconsole.console.queries import assets, jump, mailboxes, overview, pulse, sessions, things, units
from opsconsole.console.queries.filtering import terms_of
from opsconsole.console.queries.listing import Query
from opsconsole.store.database import Database
from tests.console import reported
from tests.console.conftest import NOW, settings_of
from tests.console.driving import Driver
from tests.console.filled import fill

LISTINGS = {"assets": assets.LISTING, "mailboxes": mailboxes.LISTING, "sessions": sessions.LISTING}


@pytest.mark.postgres
async def test_every_page_over_postgresql(postgres_database: Database, tmp_path: Path) -> None:
    fill(postgres_database)
    reported.issue(postgres_database)
    app = Console(postgres_database, settings_of(postgres_database, tmp_path), clock=lambda: NOW)
    wanted = {
        "overview": "Regular users of e-mail",
        "units": "Huyện Đà Bắc",
        "assets": "HB-000000",
        "mailboxes": "box0000@",
        "sessions": "Giao ban tháng 1",
        "targets": "Targets 2019",
        "jobs": "the disk is full",
        "plan": "p compares",
        "reports": "01/BC-STTTT",
        "audit": "V verifies the chain",
    }
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(pilot)
        for number, name in enumerate(PAGES, 1):
            await driver.press(str(number % 10))
            await driver.until(wanted[name])
        await driver.press("3", "slash", *"cisco", "enter")
        await driver.until("74 / 299")
        await driver.press("9", "enter")
        await driver.until("50 %")
        await driver.press("enter")
        await driver.until("30 / 60")
        await driver.press("escape", "exclamation_mark")
        await driver.until("No alert.")


@pytest.mark.parametrize("listing", list(LISTINGS))
def test_lists_are_the_same_on_both_engines_in_every_order(database: Database, listing: str) -> None:
    fill(database, assets=20, mailboxes=12)
    found = LISTINGS[listing]
    with database.read() as reader:
        for order in ("", *found.order):
            for descending in (False, True):
                query = Query("2020-02-02", 2019, order=order, descending=descending, ended=True)
                keys = [key for chunk in found.keys(reader, query) for key in chunk]
                assert len(keys) == found.total(reader, query) == len(set(keys))
                if order in ("", found.first_order) and listing != "sessions":
                    assert keys == sorted(keys, reverse=descending)
                rows = found.page(reader, query, keys)
                assert set(rows) == set(keys)
                assert all(len(row) == len(next(iter(rows.values()))) for row in rows.values())
        narrow = Query("2020-02-02", 2019, terms=terms_of("ha van"), unit="150@2019-08-06")
        assert sum(len(chunk) for chunk in found.keys(reader, narrow)) <= found.total(reader, narrow)


def test_rows_without_a_value_come_last_on_both_engines(database: Database) -> None:
    fill(database, assets=12)
    with database.write() as writer:
        writer.execute("UPDATE asset SET bought = NULL WHERE province = :province AND key = 'HB-000003'")
    with database.read() as reader:
        for descending in (False, True):
            query = Query("2019-12-31", 2019, order="bought", descending=descending)
            keys = [key for chunk in assets.LISTING.keys(reader, query) for key in chunk]
            assert keys[-1] == "HB-000003"


def test_totals_of_units_are_equal_before_and_after_a_reorganisation(database: Database) -> None:
    fill(database)
    with database.read() as reader:
        before = units.tree(reader, "2019-12-31")
        after = units.tree(reader, "2020-01-01")
        assert [node.assets for node in before if node.above is None] == [299]
        assert [node.assets for node in after if node.above is None] == [299]
        merged = next(node for node in after if node.id == "04832@2020-01-01")
        old = [node for node in before if node.code in ("04832", "04835")]
        assert merged.assets == sum(node.assets for node in old)
        assert [link.id for link in units.predecessors(reader, merged.id)] == [
            "04835@2019-08-06",
            "04832@2019-08-06",
        ]
        assert [link.id for link in units.successors(reader, "04835@2019-08-06")] == [merged.id]
        # the district's list holds what its communes hold, on either day
        for day in ("2019-12-31", "2020-01-01"):
            query = Query(day, 2019, unit="150@2019-08-06")
            assert assets.LISTING.total(reader, query) == 150


def test_the_pulse_changes_with_the_data_and_only_then(database: Database) -> None:
    fill(database, assets=2, mailboxes=2)

    def felt() -> pulse.Pulse:
        with database.read() as reader:
            return pulse.pulse(reader)

    first = felt()
    assert felt() == first
    with database.write() as writer:
        writer.execute(
            "UPDATE job_run SET finished_at = '2026-01-01T00:00:00.000000Z' WHERE province = :province"
        )
    assert felt() != first


def test_things_and_jumps_on_both_engines(database: Database) -> None:
    fill(database, assets=3, mailboxes=3)
    with database.read() as reader:
        found = things.thing(reader, "assets", "HB-000000", "2020-01-01")
        assert found is not None
        assert found.changes[0].fields == (("room", "Phòng 9", "Phòng 1"),)
        assert {name: words for name, _value, words in found.fields}["custodian"] == "Nguyễn Văn An"
        assert things.thing(reader, "assets", "none", "2020-01-01") is None
        assert jump.find(reader, "none", "2020-01-01") is None
        place = jump.find(reader, "04835", "2020-01-01")
        assert place is not None
        assert (place.key, place.stands) == ("04835@2019-08-06", False)


def test_the_overview_on_both_engines(database: Database, tmp_path: Path) -> None:
    fill(database)
    with database.read() as reader:
        found = overview.overview(reader, settings_of(database, tmp_path), 2019, NOW.date(), NOW)
    assert [(month.used, month.known) for month in found.mail[:3]] == [(30, 31), (30, 26), (0, 0)]
    assert sum(month.sessions for month in found.sessions) == 12
    assert {trouble.sort: trouble.count for trouble in found.troubles} == {
        "jobs": 1,
        "orphans": 1,
        "unmatched.address": 1,
        "unreadable": 4,
        "days": 365 - 57,
    }
