"""What measuring costs grows with the mailboxes, and no faster: counted in steps, not in seconds."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from opsconsole.indicators.declared import declared
from opsconsole.indicators.freshness import Freshness
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.mailboxes import told_of
from opsconsole.indicators.measure import measure
from opsconsole.indicators.measures import registry
from opsconsole.indicators.periods import periods_of
from opsconsole.inventory.kinds.indicators import MEASURES
from opsconsole.store.database import Database, Reader
from tests.indicators.world import COMMUNE_A, COMMUNE_B, DEPARTMENT, LATER, ZONE, World, weekdays

ROW = {"file": "f", "line": 1, "digest": "", "revision": 1, "sample": 1, "orphaned": 0, "fold": ""}
MONTHS = [f"2019-{month:02d}" for month in range(1, 13)]


@pytest.fixture
def world(database: Database) -> World:
    """The measures of mail and of equipment; nobody and nothing yet."""
    return made(database)


def made(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.use_rule()
    for code in MEASURES:
        if code.startswith(("mail.", "assets.")) and not code.startswith("assets.class."):
            world.indicator(code, MEASURES[code][0])
    world.covered("2018-12-01", "2019-12-20")
    return world


def filled(world: World, first: int, last: int) -> None:
    """People, their mailboxes and computers from number *first* to before *last*, and a year of use."""
    units = (COMMUNE_A, COMMUNE_B, DEPARTMENT)
    several = [{**ROW, "sort_key": "", "key": f"k{n}", "unit_id": units[n % 3]} for n in range(first, last)]
    world.put("person", [{**row, "name": row["key"]} for row in several])
    world.put("account", [{**row, "type": "personal", "owner": row["key"]} for row in several])
    world.put("asset", [{**row, "class": "desktop", "model": "", "status": "in-use"} for row in several])
    use = {f"{name}_days": 0 for name in ("webmail", "poll", "sent", "received")}
    use |= dict.fromkeys(("webmails", "polls", "sent", "received", "failed", "automatic"), 0)
    use |= {f"{name}_to_14": 0 for name in ("logins", "webmails", "polls", "sent", "received")}
    world.put(
        "mail_activity",
        [
            {**use, "month": month, "account": f"k{n}", "source": "mail", "logins": 1 + n % 5}
            | {"login_days": sum(1 << day - 1 for day in weekdays(month, n % 7))}
            for n in range(first, last)
            for month in MONTHS
        ],
    )


def steps_of_measuring(world: World, **options: Any) -> tuple[int, int]:
    """How many functions Python calls, and (on SQLite) how many steps of its machine statements take."""
    calls = steps = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    def stepped() -> int:
        nonlocal steps
        steps += 1
        return 0

    with world.database.write() as writer:
        if not writer.postgres:
            writer._connection.set_progress_handler(stepped, 1)
        sys.setprofile(called)
        try:
            measure(writer, 2019, timezone=ZONE, today=LATER, **options)
        finally:
            sys.setprofile(None)
            if not writer.postgres:
                writer._connection.set_progress_handler(None, 0)
    return calls, steps


def nothing_was_measured(world: World) -> None:
    for table in ("observation", "measured_from", "mail_kept"):
        world.run(f"DELETE FROM {table} WHERE province = :province")


def day_arrives(world: World, day: int) -> None:
    world.run(f"UPDATE mail_activity SET login_days = login_days | {1 << day - 1} WHERE month = '2019-12'")
    world.run(
        "UPDATE coverage SET lines = lines + 1 WHERE source = 'mail' AND day = :day", day=f"2019-12-{day}"
    )


@pytest.mark.parametrize("cold", [True, False])
def test_twice_the_mailboxes_cost_twice_as_many_steps(world: World, cold: bool) -> None:
    filled(world, 200, 210)
    world.measure()  # what is read once in the life of a process
    counted: list[tuple[int, int]] = []
    for number, (first, last) in enumerate([(0, 40), (40, 80), (80, 160)]):
        filled(world, first, last)
        nothing_was_measured(world)
        if not cold:
            world.measure()
            day_arrives(world, 17 + number)
        counted.append(steps_of_measuring(world))
    for one, two, four in zip(*counted, strict=True):
        # What the second forty and the next eighty add: a loop in a loop would add four times as much.
        assert four - two <= 2.3 * (two - one)
    assert counted[0][0] > 10_000


def test_what_the_logs_ever_told_of_is_known_from_the_first_row_that_tells(sqlite_database: Database) -> None:
    world = made(sqlite_database)
    filled(world, 0, 10)

    def steps() -> int:
        found = 0

        def stepped() -> int:
            nonlocal found
            found += 1
            return 0

        with sqlite_database.read() as reader:
            ground = Ground(reader, ZONE)
            reader._connection.set_progress_handler(stepped, 1)
            assert told_of(ground, ("login", "sent"))
            reader._connection.set_progress_handler(None, 0)
            assert not told_of(ground, ("sent",))
            assert not told_of(ground, ())
        return found

    few = steps()
    filled(world, 10, 200)
    assert 0 < steps() <= 2 * few


def test_a_state_is_summed_once_for_all_periods_that_end_on_one_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(world, 0, 6)
    every: list[int] = []
    tallied = registry.tallied

    def counted(what: registry.Counted) -> dict[str, registry.Tally]:
        every.append(1)
        return tallied(what)

    monkeypatch.setattr(registry, "tallied", counted)
    with world.database.read() as reader:
        sorts = {one.code: one.measure.accumulates for one in declared(reader)}
    world.measure(periods=["2019-12", "2019-Q4", "2019", "2019-H2"])
    # The mean of the units' rates stands on the sums of the pooled rate, and its own are a sum of it; who
    # never used a mailbox is the rest of who did.
    states = sum(sort == "state" for sort in sorts.values())
    assert states > 10
    assert len(every) == states - 1 + 4 * (len(sorts) - states)


def test_the_newest_change_of_a_kind_is_found_without_reading_the_history(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [
        "province",
        "sequence",
        "revision",
        "effective",
        "kind",
        "key",
        "action",
        "file",
        "line",
        "hash",
    ]
    history = [
        ("test", n, 1, "2019-01-01", "assets", f"a{n}", "create", "f", 1, "") for n in range(2, 20_000)
    ]
    with database.write() as writer:
        writer.insert("change", columns, [("test", 1, 1, "2019-01-01", "units", "17", "create", "f", 1, "")])
        writer.insert("change", columns, history)
        if database.postgres:
            writer.execute("ANALYZE change")
    asked: list[tuple[str, dict[str, Any]]] = []
    row = Reader.row

    def noted(reader: Reader, sql: str, parameters: Any = None) -> Any:
        if " change " in sql:
            asked.append((sql, parameters))
        return row(reader, sql, parameters)

    monkeypatch.setattr(Reader, "row", noted)
    made(database)
    with database.read() as reader:
        ground, one = Ground(reader, ZONE), declared(reader)[0]
        year = periods_of(2019, None, LATER)[-1]
        Freshness(ground, [one]).basis(one, year)
    assert {values["kind"] for _sql, values in asked} >= {"units", "reorganisations"}
    with database.read() as reader:
        for sql, values in asked:
            if database.postgres:
                ((plan,),) = reader.rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
                assert _most_rows(plan[0]["Plan"]) <= 1, plan
            else:
                plan = reader.rows(f"EXPLAIN QUERY PLAN {sql}", values)
                assert [line[3] for line in plan] == [
                    "SEARCH change USING COVERING INDEX change_kind (province=? AND kind<?)"
                ]


def _most_rows(node: dict[str, Any]) -> int:
    """The most rows that a step of a plan of PostgreSQL read or left out."""
    own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return max([int(own), *(_most_rows(below) for below in node.get("Plans", ()))])
