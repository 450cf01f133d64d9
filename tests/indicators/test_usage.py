"""The year's use: the same figures as the measures, kept so that they cost the year, not the past."""

from __future__ import annotations

import random
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.indicators.sessionuse import most, refresh
from opsconsole.indicators.usage import lines, usage
from opsconsole.store.database import Database
from tests.indicators.world import ZONE, World


@pytest.fixture
def world(database: Database) -> World:
    return _filled(database)


def _filled(database: Database, seed: int = 1) -> World:
    """Two months of sessions with sites that come, come late, drop out and stay away."""
    chance = random.Random(seed)
    world = World(database)
    ids, never = ("17@2019-01-01", "148@2019-01-01"), "9999-12-31"
    world.units(
        {ids[0]: ("province", "2019-01-01", None), ids[1]: ("district", "2019-01-01", None)},
        [(one, "", never, one) for one in ids],
    )
    world.site("ubnd", ids[0])
    for number in range(6):
        world.site(f"s{number}", ids[1])
    world.source("conference", 9)
    for number in range(24):
        day = f"2019-0{1 + number // 12}-{1 + number % 12:02d}"
        invited = chance.sample([f"s{site}" for site in range(6)], 4)
        kind = chance.choice(["province-district", "other"])
        cancelled = "2019-01-01" if number % 11 == 5 else None
        world.session(f"x{number}", f"{day}T08:00", f"{day}T10:00", ["ubnd", *invited], "ubnd")
        world.run(
            "UPDATE session SET kind = :kind, ended = :ended WHERE province = :province AND key = :key",
            kind=kind,
            ended=cancelled,
            key=f"x{number}",
        )
        if number % 7 == 3:
            continue
        for site in ("ubnd", *invited[: chance.randrange(5)]):
            at = 7 * 60 + 40 + chance.randrange(40)
            for _stay in range(chance.randrange(1, 3)):
                end = at + chance.randrange(5, 90)
                world.stay(f"x{number}", site, f"{day} {_clock(at)}", f"{day} {_clock(end)}")
                at = end + chance.randrange(1, 40)
    return world


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def test_the_figures_are_those_of_the_measures(world: World) -> None:
    refresh(world.database, 2019, ZONE)
    with world.database.read() as reader:
        found = usage(reader, 2019)
    codes = {
        "conference.sessions": "count",
        "conference.sessions.province-district": "count",
        "conference.peak_sites": "count",
        "conference.hours": "hours",
        "conference.site_hours": "hours",
        "conference.attendance": "percent",
        "conference.punctuality": "percent",
    }
    for code, unit in codes.items():
        world.indicator(code, unit)
    world.measure()
    values = {code: world.one(code, "", "all", "2019").value for code in codes}
    assert found.total.sessions == values["conference.sessions"]
    assert found.total.seconds / 3600 == pytest.approx(values["conference.hours"])
    assert found.total.site_seconds / 3600 == pytest.approx(values["conference.site_hours"])
    assert found.total.attendance == pytest.approx(values["conference.attendance"])
    assert found.total.punctuality == pytest.approx(values["conference.punctuality"])
    assert found.kinds["province-district"].sessions == values["conference.sessions.province-district"]
    assert found.peaks is not None
    assert found.peaks["sites"][0] == values["conference.peak_sites"]


def _everything(database: Database) -> dict[str, Any]:
    with database.read() as reader:
        return {
            table: sorted(reader.rows(f"SELECT * FROM {table} WHERE province = :province"))
            for table in ("session_use", "site_use", "conference_day", "session_stale")
        }


def test_what_changed_is_summed_again_and_nothing_else(world: World) -> None:
    database = world.database
    first = refresh(database, 2019, ZONE)
    assert first == 24
    assert refresh(database, 2019, ZONE) == 0
    world.stay("x0", "s0", "2019-01-01 08:00", "2019-01-01 11:00")
    with database.write() as writer:
        writer.insert("session_stale", ("province", "session"), [(writer.province, "x0")])
        writer.execute(
            "UPDATE session SET kind = 'central-province', digest = 'new' "
            "WHERE province = :province AND key = 'x1'"
        )
    assert refresh(database, 2019, ZONE) == 2
    kept = _everything(database)
    with database.write() as writer:
        for table in ("session_use", "site_use", "conference_day"):
            writer.execute(f"DELETE FROM {table} WHERE province = :province")
    refresh(database, 2019, ZONE)
    assert _everything(database) == kept


def test_a_part_adds_up_to_the_whole(world: World) -> None:
    refresh(world.database, 2019, ZONE)
    with world.database.read() as reader:
        whole = usage(reader, 2019)
        by_kind = [usage(reader, 2019, kind=kind) for kind in whole.kinds]
        district = usage(reader, 2019, unit="148")
        listed = lines(reader, 2019, held=True)
        of_unit = lines(reader, 2019, unit="148", held=True)
    assert sum(one.total.sessions for one in by_kind) == whole.total.sessions == len(listed)
    assert sum(one.total.site_seconds for one in by_kind) == whole.total.site_seconds
    assert sum(sums.came for sums in whole.units.values()) == whole.total.came
    assert district.total.came == whole.units["148@2019-01-01"].came
    assert district.total.sessions == whole.units["148@2019-01-01"].sessions == len(of_unit)
    assert whole.unseen + whole.cancelled + whole.total.sessions == 24


def test_a_unit_without_sites_is_refused(world: World) -> None:
    with world.database.read() as reader, pytest.raises(Refused, match="no conference site is held by"):
        usage(reader, 2019, unit="999")


def test_who_leaves_at_a_second_makes_room() -> None:
    assert most([[(0, 10)], [(10, 20)]]) == (1, 0)
    assert most([[(0, 11)], [(10, 20)], [(10, 12)]]) == (3, 10)
    assert most([]) == (0, 0)


def test_all_years_are_summed_after_a_collect_and_what_waits_is_told(world: World) -> None:
    from opsconsole.indicators.sessionuse import waiting

    with world.database.read() as reader:
        assert waiting(reader, 2019) == usage(reader, 2019).waiting == 24
    done: list[tuple[int, int]] = []
    assert refresh(world.database, None, ZONE, lambda one, of: done.append((one, of))) == 24
    assert done == [(24, 24)]
    with world.database.read() as reader:
        assert waiting(reader, 2019) == usage(reader, 2019).waiting == 0
        kept = usage(reader, 2019).data
    refresh(world.database, 2019, ZONE)
    with world.database.read() as reader:
        assert usage(reader, 2019).data == kept


def test_equipment_is_that_of_the_sites_that_took_part(world: World) -> None:
    world.run("UPDATE site SET equipment = '[\"VC-1\",\"GONE\"]' WHERE province = :province AND key = 'ubnd'")
    refresh(world.database, 2019, ZONE)
    with world.database.read() as reader:
        assert usage(reader, 2019).equipment == {"": 2}  # of tags that are not in the register nobody knows
        assert usage(reader, 2018).equipment == {}
        assert usage(reader, 2019).saved is None
