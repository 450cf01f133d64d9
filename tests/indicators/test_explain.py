"""Explaining: the rows are those that were measured, add up to the value, and tell what has changed."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.indicators.declared import declared
from opsconsole.indicators.explain import Explanation, explain
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.measures.registry import Additive, Part, Result
from opsconsole.indicators.observations import Observation, observations
from opsconsole.indicators.periods import asked as spanned
from opsconsole.indicators.periods import periods_of
from opsconsole.inventory.kinds.indicators import MEASURES
from opsconsole.store.database import Database
from tests.indicators.world import (
    COMMUNE_A,
    COMMUNE_B,
    DEPARTMENT,
    DISTRICT,
    LATER,
    MERGED,
    ZONE,
    World,
    weekdays,
)

POOLED = "mail.regular.pooled"
# what this world has none of
EMPTY = (
    *(code for code in MEASURES if code.startswith(("assets.class.", "assets.age.", "reported."))),
    "conference.cost_avoided",
    "conference.failed_joins",
    "units.without_internet",
    "units.without_lan",
    "assets.in_repair",
    "assets.in_store",
    "assets.warranty_ending",
    "conference.sessions.central-province",
    "conference.sessions.district-commune",
    "mail.sent",
)


@pytest.fixture
def world(database: Database) -> World:
    """All measures over units of four levels, with gaps in the logs and an unknown session."""
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.use_rule()
    for code, (unit, _rule) in MEASURES.items():
        world.indicator(code, unit)
    world.covered("2019-01-01", "2019-12-31", without=["2019-06-12"], lost=1)
    world.source("mail", 3)
    for number, unit in enumerate((COMMUNE_A, COMMUNE_A, COMMUNE_B, DEPARTMENT, DISTRICT)):
        box = f"box{number}@x.example"
        world.person(f"person {number}", unit)
        world.mailbox(box, unit, owner=f"person {number}" if number else None)
        world.use(box, "2019-06", weekdays("2019-06", 4 * number), logins=number, received=3)
        world.asset(
            f"pc {number}", unit, used_from=f"201{number}-03-01", status="broken" if number == 4 else "in-use"
        )
    world.mailbox("office@x.example", COMMUNE_A, type="shared")
    world.asset("gone", COMMUNE_A, ended="2019-06-03", ended_reason="hỏng")
    world.source("conference", 9)
    for site, unit in (("ubnd", DEPARTMENT), ("da-bac", DISTRICT), ("xa-a", COMMUNE_A)):
        world.site(site, unit)
    world.session("s", "2019-06-05T08:00", "2019-06-05T10:00", ["da-bac", "xa-a"], host="ubnd")
    world.session("unknown", "2019-06-20T08:00", "2019-06-20T10:00", ["da-bac", "xa-a"], host="ubnd")
    world.stay("s", "ubnd", "2019-06-05 07:59", "2019-06-05 09:40")
    world.stay("s", "da-bac", "2019-06-05 08:20", "2019-06-05 09:31")
    world.covered("2019-06-05", "2019-06-05", source="conference")
    return world


def asked(world: World, indicator: str, period: str = "2019-06", **where: Any) -> Explanation:
    with world.database.read() as reader:
        return explain(reader, indicator, period, timezone=ZONE, today=LATER, **where)


def test_every_value_that_is_kept_is_the_sum_of_its_rows(world: World) -> None:
    """Of all measures each unit, level and the province; the month, one after the merger, and the year."""
    world.measure([6, 7])
    with world.database.read() as reader:
        ground = Ground(reader, ZONE)
        periods = {one.name: one for one in periods_of(2019, [6, 7], LATER)}
        for chosen in declared(reader):
            kept = observations(reader, indicator=chosen.code)
            assert len(kept) >= 3
            assert chosen.code in EMPTY or any(one.value for one in kept)
            for one in kept:
                where = one.unit_id, one.level
                made = chosen.measure.one(ground, chosen.rule, periods[one.period], *where)
                holds(one, *made[:2], 3600 if one.unit_of_measure == "hours" else 1)


def test_the_parts_of_a_state_are_those_of_its_last_day(world: World) -> None:
    """The whole measuring stands on it: they are summed once for all periods that end on one day."""
    checked = 0
    with world.database.read() as reader:
        ground = Ground(reader, ZONE)
        for last in (dt.date(2019, 6, 30), dt.date(2019, 12, 31)):
            names = (
                f"{last:%Y-%m}",
                f"2019-Q{(last.month + 2) // 3}",
                "2019-H1" if last.month == 6 else "2019",
            )
            for chosen in declared(reader):
                measure = chosen.measure
                if not isinstance(measure, Additive) or measure.accumulates != "state":
                    continue
                one, *others = (
                    sorted(measure.parts(ground, chosen.rule, spanned(name, LATER)).parts, key=repr)
                    for name in names
                )
                assert all(other == one for other in others), chosen.code
                checked += len(one)
    assert checked > 100


def holds(kept: Observation, result: Result, parts: list[Part], scale: int) -> None:
    figures = (kept.numerator, kept.denominator, kept.value, kept.low, kept.high)
    assert (result.numerator, result.denominator, result.value, result.low, result.high) == figures
    assert f"{result.register % 2**64:016x}" == kept.inputs["register"]
    assert f"{result.evidence % 2**64:016x}" == kept.inputs["evidence"]
    if kept.value is not None:
        assert float(sum(Fraction(part.numerator) for part in parts)) / scale == kept.numerator
        if kept.denominator is not None:
            assert sum(part.denominator for part in parts) == kept.denominator


def test_an_explanation_says_what_a_value_rests_on(world: World) -> None:
    world.measure([6, 7])
    found = asked(world, POOLED, unit="04900")
    assert (found.unit_id, found.level, found.last_day) == (COMMUNE_A, "commune", "2019-06-30")
    assert found.now == found.stored
    assert found.agrees
    assert found.changed == ""
    assert found.rule is not None
    assert (found.rule["label"], found.rule["share"], found.rule["name"]) == (
        "mail-regular/1",
        0.5,
        "một nửa số ngày",
    )
    assert found.context == {"needed": 10, "needed_of_all": 10}
    assert (found.known, found.asked, found.missing) == (19, 20, ["2019-06-12"])
    assert found.files == [[3, "mail.log", 4711]]
    assert found.lost == 29
    assert [(row.key, row.numerator, row.facts) for row in found.rows] == [
        ("1", 0, {"active_days": 0}),
        ("2", 0, {"active_days": 4}),
    ]
    assert [(one.unit_id, one.rows, one.denominator) for one in found.units] == [(COMMUNE_A, 2, 2)]


def test_mailboxes_and_people_are_named_only_when_asked_for(world: World) -> None:
    world.measure([6])
    for code in sorted(MEASURES):
        text = json.dumps(asked(world, code).data(), default=str)
        assert "x.example" not in text, code
        assert "person 1" not in text or code == "units.without_pc", code
    assert "box1@x.example" in json.dumps(asked(world, POOLED, people=True).data())
    assert {row.key for row in asked(world, "mail.issued", people=True).rows} >= {"person 1"}


def test_changed_inputs_are_named_and_both_values_given(world: World) -> None:
    world.measure([6])
    world.run("UPDATE mail_activity SET login_days = 0 WHERE account = 'box4@x.example'")
    world.run("UPDATE source_file SET position = 9000 WHERE source = 'mail'")
    found = asked(world, POOLED, level="district")
    assert found.stored is not None
    assert (found.stored.value, found.now.value, found.agrees) == (100, 0, False)
    assert found.changed == "the evidence changed; files read since: mail.log 4711 → 9000"
    world.run("UPDATE asset SET ended = '2019-06-20' WHERE key = 'pc 4'")
    found = asked(world, "assets.count", unit=DISTRICT)
    assert found.stored is not None
    assert (found.stored.value, found.now.value, found.changed) == (1, 0, "the register changed")


def test_what_superseded_what_and_why_is_listed(world: World) -> None:
    world.measure([6])
    world.run("UPDATE asset SET ended = '2019-06-20' WHERE key = 'pc 4'")
    world.measure([6], reason="kiểm kê")
    found = asked(world, "assets.count")
    assert [(one.sequence, one.figures.value, one.current, one.reason) for one in found.versions] == [
        (1, 5, False, ""),
        (2, 4, True, "kiểm kê: the register changed"),
    ]


def test_a_value_measured_while_its_period_ran_is_explained_as_of_its_cut_off(world: World) -> None:
    world.measure([6], today=dt.date(2019, 6, 11))
    for code in (POOLED, "assets.count", "mail.idle", "conference.hours", "mail.issued"):
        found = asked(world, code)
        assert found.agrees, code
        assert found.changed == "", code
    assert asked(world, POOLED).cut_off == "2019-06-10"
    world.measure([6], today=dt.date(2019, 6, 1))
    assert asked(world, POOLED).changed == ""


def test_what_was_not_measured_is_explained_and_said_not_to_be_kept(world: World) -> None:
    found = asked(world, "assets.count", unit="04906", period="2019-07")
    assert found.stored is None
    assert (found.unit_id, found.now.value) == (MERGED, 3)
    assert found.versions == []


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"indicator": "mail.regular.poled"}, "did you mean 'mail.regular.pooled'"),
        ({"period": "2019-13"}, "is no period"),
        ({"period": "2022"}, "has not begun"),
        ({"unit": "04906"}, "no unit has the code '04906' on 30/06/2019"),
        ({"unit": "148", "level": "commune"}, "name one of them"),
        ({"level": "village"}, "there is no level"),
        ({"indicator": "mail.regular.mean", "unit": "148"}, "no value of a single unit"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_the_remedy(
    world: World, where: dict[str, str], words: str
) -> None:
    chosen = {"indicator": POOLED, **where}
    with pytest.raises(Refused, match=words):
        asked(world, **chosen)


def test_the_mean_is_explained_by_the_rates_of_its_units(world: World) -> None:
    world.measure([6])
    found = asked(world, "mail.regular.mean", level="commune")
    assert [(row.key, row.facts) for row in found.rows] == [
        (COMMUNE_A, {"regular": 0, "mailboxes": 2}),
        (COMMUNE_B, {"regular": 0, "mailboxes": 1}),
    ]
    every = asked(world, "mail.regular.mean")
    assert sum(row.numerator for row in every.rows) == every.now.numerator == 2
