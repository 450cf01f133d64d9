"""What months that are over give is kept: it saves reading their rows, and changes no figure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsconsole.indicators.measure import measure
from opsconsole.inventory.kinds.indicators import MEASURES
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, COMMUNE_B, LATER, ZONE, World, writer_queries

USE = [code for code in MEASURES if code.startswith("mail.")]


@pytest.fixture
def world(database: Database) -> World:
    """The measures of mail; three mailboxes over the year up to November, with days in December."""
    return made(database)


def made(database: Database) -> World:
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.use_rule()
    for code in USE:
        world.indicator(code, MEASURES[code][0])
    world.covered("2018-12-01", "2019-12-20")
    for box, unit in (("a", COMMUNE_A), ("b", COMMUNE_B), ("c d", COMMUNE_B)):
        world.mailbox(box, unit)
    for month in range(1, 13):
        world.use("a", f"2019-{month:02d}", range(1, 20), logins=month, sent=1)
        world.use("c d", f"2019-{month:02d}", [month], sent_days=1 << month, sent=3, sent_to_14=3)
    world.measure()
    return world


def kept(world: World) -> dict[str, str]:
    with world.database.read() as reader:
        return dict(reader.rows("SELECT what, content FROM mail_kept"))


def day_arrives(world: World, day: int, box: str = "b") -> None:
    """A day of December has lines, and *box* was used on it."""
    world.covered(f"2019-12-{day:02d}", f"2019-12-{day:02d}")
    row = {"login_days": 1 << (day - 1), "logins": 1, "logins_to_14": 0}
    world.use(box, "2019-12", [], source=f"mail-{day}", **row)


def values(world: World) -> dict[tuple[str, ...], Any]:
    with world.database.read() as reader:
        return {
            tuple(row[:4]): tuple(row[4:])
            for row in reader.rows(
                "SELECT indicator, unit_id, level, period, numerator, denominator, value, low, high"
                " FROM observation WHERE current = 1"
            )
        }


def months_read(world: World, **options: Any) -> int:
    with world.database.write() as writer:
        ran = writer_queries(writer)
        measure(writer, 2019, timezone=ZONE, today=LATER, **options)
    return sum(
        "FROM mail_activity WHERE province = :province AND month = :month" in " ".join(sql.split())
        for sql in ran
    )


def test_a_day_that_arrives_reads_the_rows_of_its_month_only(world: World) -> None:
    assert any(what.startswith("days from 2019-01-01") for what in kept(world))
    assert months_read(world) == 0
    day_arrives(world, 21)
    assert months_read(world) == 1
    before = values(world)
    assert world.measure(everything=True).superseded == 0  # the same from the rows
    assert values(world) == before
    assert months_read(world, everything=True) == 12


@pytest.mark.parametrize(
    ("sql", "month"),
    [
        (
            "UPDATE mail_activity SET login_days = 0, logins = 0 WHERE account = 'a' AND month = '2019-03'",
            "2019-03",
        ),
        ("UPDATE account SET opened = '2019-02-01' WHERE key = 'a'", ""),
    ],
)
def test_a_late_line_or_a_change_of_mailboxes_reads_all_again(world: World, sql: str, month: str) -> None:
    before = kept(world)
    world.run(sql, month)
    day_arrives(world, 21)
    assert months_read(world) == 12
    after = values(world)
    world.measure(everything=True)
    assert values(world) == after
    assert kept(world).keys() == before.keys()


def test_what_is_kept_can_be_emptied_and_is_gone_with_a_rolled_back_run(world: World) -> None:
    world.run("DELETE FROM mail_kept")
    day_arrives(world, 22)
    with pytest.raises(RuntimeError), world.database.write() as writer:
        measure(writer, 2019, timezone=ZONE, today=LATER)
        raise RuntimeError("the job lost its claim")
    assert kept(world) == {}
    world.measure()
    after = values(world)
    assert kept(world)
    world.measure(everything=True)
    assert values(world) == after


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["a", "b", "c d", "gone"]), st.integers(1, 12), st.integers(1, 28)),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_arrives_the_figures_are_those_of_the_rows(
    steps: list[tuple[str, int, int]], sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import shutil

    path = tmp_path_factory.mktemp("kept") / "kept.db"
    shutil.copyfile(sqlite_template, path)
    world = made(Database(f"sqlite:///{path}", "test"))
    for number, (box, month, day) in enumerate(steps):
        world.use(
            box,
            f"2019-{month:02d}",
            [day],
            source=f"late-{number}",
            logins=2,
            sent=1,
            sent_days=1 << (day - 1),
        )
        world.run(
            "UPDATE coverage SET lines = lines + 1 WHERE source = 'mail' AND day = :day",
            day=f"2019-{month:02d}-01",
        )
        world.measure()
        after = values(world)
        world.measure(everything=True)
        assert values(world) == after
