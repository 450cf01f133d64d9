"""Figures that issued reports quote: never lost, and recomputed to the same value or to what has changed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.indicators.asking import Asking, Key
from opsconsole.indicators.frozen import Recomputed, freeze, frozen, recompute
from opsconsole.inventory.kinds.indicators import MEASURES
from opsconsole.periods import asked
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, DISTRICT, LATER, MERGED, ZONE, World, weekdays

POOLED, COUNT = "mail.regular.pooled", "assets.count"
JUNE = Key(POOLED, "", "all", "2019-06")
UNIT = Key(POOLED, DISTRICT, "district", "2019-06")


@pytest.fixture
def world(database: Database) -> World:
    """All measures; a month of logs of three mailboxes, measured."""
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.use_rule()
    for code, (unit, _rule) in MEASURES.items():
        world.indicator(code, unit)
    world.covered("2019-06-01", "2019-06-30")
    world.source("mail", 3)
    for number in range(3):
        world.mailbox(f"m{number}", DISTRICT)
        world.use(f"m{number}", "2019-06", weekdays("2019-06", 9 + number))
        world.asset(f"pc{number}", COMMUNE_A)
    world.measure([6])
    return world


def quote(world: World, report: str, *keys: Key) -> int:
    with world.database.write() as writer:
        return freeze(writer, report, keys)


def again(world: World, report: str | None = None) -> list[Recomputed]:
    with world.database.read() as reader:
        return recompute(reader, report, timezone=ZONE, today=LATER)


def test_what_a_report_quotes_is_kept_as_it_was(world: World) -> None:
    assert quote(world, "12/BC", JUNE, UNIT) == 2
    assert quote(world, "12/BC", JUNE) == 0  # again the same
    assert quote(world, "13/BC", JUNE) == 1
    with world.database.read() as reader:
        every, one = frozen(reader), frozen(reader, "12/BC")
    assert [(each.quoted_by, each.key.unit_id) for each in every] == [
        ("12/BC", ""),
        ("12/BC", DISTRICT),
        ("13/BC", ""),
    ]
    assert one[0].value == pytest.approx(200 / 3)
    assert (one[0].sequence, one[0].files_sequence, one[0].rule) == (1, 1, "mail-regular/1")
    assert one[0].period == asked("2019-06", LATER)
    assert json.loads(json.dumps(one[0].data))["indicator"] == POOLED


def test_what_did_not_change_recomputes_to_the_same_value(world: World) -> None:
    keys = [Key(code, "", "all", "2019-06") for code in MEASURES]
    keys += [Key(code, "", "all", "2019") for code in MEASURES]
    quote(world, "r", *keys, UNIT)
    found = again(world, "r")
    assert len(found) == 2 * len(MEASURES) + 1
    assert [(one.frozen.key, one.changed) for one in found if not one.same or one.changed] == []


@pytest.mark.parametrize(
    ("change", "values", "words"),
    [
        ("UPDATE mail_activity SET login_days = 0 WHERE account = 'm1'", {}, "the evidence changed"),
        ("UPDATE account SET ended = '2019-06-01' WHERE key = 'm1'", {}, "register of revision 1, now 2"),
        ("DELETE FROM coverage WHERE day = '2019-06-12'", {}, "evidence for 19 of 20, before for 20 of 20"),
        ("UPDATE rule SET version = 2, least_share_of_days = 0.9 WHERE key = 'mail-regular'", {}, "rule mail-regular/1 is now mail-regular/2"),
        ("UPDATE indicator SET version = 3 WHERE key = 'mail.regular.pooled'", {}, "indicator version 1 is now 3"),
        ("DELETE FROM indicator WHERE key = 'mail.regular.pooled'", {}, "is not declared any more"),
    ],
)  # fmt: skip
def test_the_input_that_changed_is_named(
    world: World, change: str, values: dict[str, Any], words: str
) -> None:
    quote(world, "r", JUNE)
    world.run("UPDATE register SET revision = 2")
    world.run(change, **values)
    (found,) = again(world)
    assert words in found.changed
    assert found.same == ("indicator version" in words)  # a new version of the definition counts alike


def test_files_that_were_read_further_are_named_of_units_too(world: World) -> None:
    quote(world, "r", UNIT)
    world.run("UPDATE mail_activity SET login_days = 0 WHERE account = 'm1'")
    world.run("UPDATE source_file SET position = 9000 WHERE source = 'mail'")
    world.measure([6])
    (found,) = again(world)
    assert found.changed == "the evidence changed; files read since: mail.log 4711 → 9000"
    assert found.now is not None
    assert (found.same, found.frozen.numerator, found.now.numerator) == (False, 2, 1)


def test_what_is_superseded_stays_quoted_and_a_report_is_not_changed(world: World) -> None:
    quote(world, "r", JUNE)
    world.run("UPDATE mail_activity SET login_days = 0 WHERE account = 'm1'")
    world.measure([6])
    with pytest.raises(Refused, match=r"quotes .* of 2019-06 already, with another value"):
        quote(world, "r", JUNE)
    assert quote(world, "correction", JUNE) == 1
    assert [one.same for one in again(world)] == [True, False]


def test_a_figure_measured_while_its_period_ran_recomputes_over_the_same_days(world: World) -> None:
    world.run("DELETE FROM measured_from")
    world.run("DELETE FROM observation")
    world.measure([6], today=dt.date(2019, 6, 11))
    keys = [Key(code, "", "all", "2019-06") for code in (POOLED, COUNT, "mail.idle", "conference.hours")]
    quote(world, "r", *keys)
    assert [(one.same, one.changed) for one in again(world)] == [(True, "")] * 4


def test_a_figure_computed_on_demand_is_quoted_and_recomputed_with_its_days(world: World) -> None:
    with world.database.write() as writer:
        asking = Asking(writer, ZONE, today=LATER)
        figures = [
            asking.figure(POOLED, "2019-06", as_of=dt.date(2019, 6, 14)),
            asking.figure(COUNT, "2019-06", unit="04906", units_as_of=dt.date(2019, 9, 1)),
            asking.figure(COUNT, "2019-Q2@15", unit=COMMUNE_A, below=True),
        ]
        assert freeze(writer, "r", figures) == 3
    found = {one.frozen.key: one for one in again(world)}
    assert all(one.same and not one.changed for one in found.values())
    later = found[Key(COUNT, MERGED, "commune", "2019-06", "", "2019-09-01")]
    assert (later.frozen.value, later.frozen.sequence) == (3, 0)
    world.use("m0", "2019-06", [20], source="late")  # after the day that was asked about
    assert all(one.same for one in again(world))


def test_what_was_not_measured_cannot_be_quoted(world: World) -> None:
    for key in (
        Key(POOLED, "", "all", "2019-05"),
        JUNE._replace(unit_id="x"),
        JUNE._replace(as_of="2019-06-14"),
    ):
        with pytest.raises(Refused, match="nothing can be quoted"):
            quote(world, "r", key)
    assert again(world) == []


@pytest.mark.parametrize(
    "statement", ["DELETE FROM frozen_observation", "UPDATE frozen_observation SET value = 1"]
)
def test_what_is_quoted_can_be_neither_deleted_nor_changed(world: World, statement: str) -> None:
    quote(world, "r", JUNE)
    with pytest.raises(Exception, match="only ever added to"):
        world.run(statement)
    assert len(again(world)) == 1
