"""Rules of use: which events and days count, of whom, in which weeks, over which days."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.measures import standard
from opsconsole.indicators.measures.registry import Result
from opsconsole.indicators.periods import periods_of
from opsconsole.indicators.rule import Rule, rule_called, rules, versions_of
from opsconsole.store.database import Database
from tests.indicators.world import COMMUNE_A, COMMUNE_B, DEPARTMENT, LATER, ZONE, World


@pytest.fixture
def world(database: Database) -> World:
    made = World(database)
    made.hoa_binh()
    return made


def rule(**fields: Any) -> Rule:
    """Any use on a working day of the period is enough, but for *fields*."""
    base: dict[str, Any] = {"events": ("login", "webmail", "sent"), "accounts": ("personal",)}
    base |= {"share": None, "least_days": None, "key": "r", "version": 1}
    return Rule(**{**base, **fields})


def measured(world: World, rule: Rule, month: int = 6, year: int = 2019) -> Result:
    """The value of the whole province in a month."""
    period = periods_of(year, [month], LATER)[0]
    with world.database.read() as reader:
        ground = Ground(reader, ZONE)
        return standard()["mail.regular.pooled"].one(ground, rule, period, "", "all")[0]


def share(world: World, rule: Rule, month: int = 6, year: int = 2019) -> tuple[float, float | None]:
    found = measured(world, rule, month, year)
    return found.numerator, found.denominator


# June 2019 begins on a Saturday: its whole weeks begin on the 3rd, 10th, 17th, and the 24th ends on the 30th.
WEEKS = (3, 10, 17, 24)


def test_polling_is_use_only_where_the_rule_says_so(world: World) -> None:
    world.covered("2019-06-01", "2019-06-30")
    world.mailbox("phone", COMMUNE_A)
    world.use("phone", "2019-06", [], poll_days=0b11111 << 2)
    world.mailbox("web", COMMUNE_A)
    world.use("web", "2019-06", [], webmail_days=0b1 << 2)
    assert share(world, rule()) == (1, 2)
    assert share(world, rule(events=("login", "poll"))) == (1, 2)
    assert share(world, rule(events=("login", "webmail", "poll"))) == (2, 2)
    # A log that never tells of sending says nothing about it.
    assert measured(world, rule(events=("sent",))).value is None


def test_so_many_days_in_each_whole_week(world: World) -> None:
    world.covered("2019-06-01", "2019-06-30")
    for name, days in {
        "each": WEEKS,
        "not-the-last": WEEKS[:3],
        "often-in-one": range(3, 8),
        "weekend": [day + 5 for day in WEEKS],
    }.items():
        world.mailbox(name, COMMUNE_A)
        world.use(name, "2019-06", days)
    assert share(world, rule(each_week=1)) == (1, 4)
    assert share(world, rule(each_week=2)) == (0, 4)
    assert share(world, rule(each_week=1, days="every")) == (2, 4)


def test_a_week_of_few_working_days_asks_for_those(world: World) -> None:
    # The week of 29 April 2019 has two working days and a Saturday worked instead of the Monday.
    world.covered("2019-05-01", "2019-05-31")
    world.covered("2019-04-01", "2019-04-30")
    world.mailbox("a", COMMUNE_A)
    world.use("a", "2019-05", [6, 7, 8, 13, 14, 15, 20, 21, 22])
    assert share(world, rule(each_week=3), month=5) == (1, 1)
    world.mailbox("b", COMMUNE_A)
    world.use("b", "2019-05", [6, 7, 8, 13, 14, 15, 20, 21])
    assert share(world, rule(each_week=3), month=5) == (1, 2)


def test_a_week_without_logs_widens_the_bounds_and_asks_nothing(world: World) -> None:
    lost = [f"2019-06-{day:02d}" for day in range(10, 17)]
    world.covered("2019-06-01", "2019-06-30", without=lost)
    world.mailbox("a", COMMUNE_A)
    world.use("a", "2019-06", [3, 17, 24])
    world.mailbox("b", COMMUNE_A)
    world.use("b", "2019-06", [3, 17])
    found = measured(world, rule(each_week=1))
    assert (found.value, found.low, found.high) == (50, 0, 50)
    assert (found.known, found.asked) == (15, 20)


def test_a_window_reaches_back_over_the_end_of_the_year(world: World) -> None:
    world.covered("2018-12-01", "2019-01-31")
    world.mailbox("old", COMMUNE_A)
    world.use("old", "2018-12", [10])
    world.mailbox("late", COMMUNE_A)
    world.use("late", "2018-12", [31])
    last_thirty = rule(days="every", window=32, least_days=1)
    assert share(world, last_thirty, month=1) == (1, 2)
    assert share(world, rule(days="every", window=53, least_days=1), month=1) == (2, 2)
    assert measured(world, last_thirty, month=1).asked == 32
    assert share(world, rule(days="every", least_days=1), month=1) == (0, 2)


def test_a_person_with_two_mailboxes_counts_once_with_the_use_of_both(world: World) -> None:
    world.covered("2019-06-01", "2019-06-30")
    for person, unit in (("p", COMMUNE_A), ("q", DEPARTMENT), ("none", COMMUNE_A)):
        world.person(person, unit)
    world.person("gone", COMMUNE_A, ended="2019-06-10")
    world.mailbox("p1", COMMUNE_A, owner="p")
    world.mailbox("p2", COMMUNE_B, owner="p")
    world.mailbox("q1", DEPARTMENT, owner="q")
    world.mailbox("gone1", COMMUNE_A, owner="gone")
    world.mailbox("nobody", COMMUNE_B)
    world.use("p1", "2019-06", [3, 4, 5])
    world.use("p2", "2019-06", [5, 6, 7])
    world.use("gone1", "2019-06", range(1, 31))
    assert share(world, rule(least_days=5)) == (1, 5)
    assert share(world, rule(least_days=5, by="person")) == (1, 3)
    with world.database.read() as reader:
        period = periods_of(2019, [6], LATER)[0]
        parts = standard()["mail.regular.pooled"].one(
            Ground(reader, ZONE), rule(least_days=5, by="person"), period, "", "all"
        )[1]
    assert sorted((part.sort, part.key, part.unit, part.facts) for part in parts) == [
        ("account", "nobody", COMMUNE_B, (0,)),
        ("person", "p", COMMUNE_A, (5,)),
        ("person", "q", DEPARTMENT, (0,)),
    ]


def test_use_under_an_address_of_before_counts_for_the_person(world: World) -> None:
    world.covered("2019-06-01", "2019-06-30")
    world.person("p", COMMUNE_A)
    world.mailbox("before", COMMUNE_A, owner="p", ended="2019-06-15")
    world.mailbox("after", COMMUNE_A, owner="p", opened="2019-06-15")
    world.use("before", "2019-06", [3, 4, 5])
    world.use("after", "2019-06", [17, 18])
    assert share(world, rule(least_days=5)) == (0, 1)
    assert share(world, rule(least_days=5, by="person")) == (1, 1)


def test_locked_and_forwarding_mailboxes_can_be_left_out(world: World) -> None:
    world.covered("2019-06-01", "2019-06-30")
    world.mailbox("a", COMMUNE_A)
    world.use("a", "2019-06", [3])
    world.mailbox("locked", COMMUNE_A, locked=1)
    world.mailbox("sends-on", COMMUNE_A, forwards=json.dumps(["x@gmail.com"]))
    world.mailbox("list", COMMUNE_A, type="list")
    assert share(world, rule())[1] == 3
    assert share(world, rule(leave_out=("locked",)))[1] == 2
    assert share(world, rule(leave_out=("locked", "forwarding")))[1] == 1
    assert share(world, rule(accounts=("personal", "list")))[1] == 4


def test_a_rule_of_before_is_found_in_the_history(world: World) -> None:
    world.rule(version=2, events='["login"]', by="person")
    with world.database.write() as writer:
        for sequence, version in ((900, 1), (901, 2)):
            after = {
                "name": "luật",
                "version": version,
                "events": ["sent"] if version == 1 else ["login"],
                "accounts": ["personal"],
                "least-share-of-days": 0.5,
                "least-days-each-week": 2,
            }
            columns = (
                "province",
                "sequence",
                "revision",
                "effective",
                "kind",
                "key",
                "action",
                "after",
                "file",
            )
            row = (writer.province, sequence, 1, "2019-01-01", "rules", "mail-regular", "update")
            writer.insert("change", (*columns, "line", "hash"), [(*row, json.dumps(after), "", 0, "")])
    with world.database.read() as reader:
        assert [one.label for one in versions_of(reader, "mail-regular")] == [
            "mail-regular/1",
            "mail-regular/2",
        ]
        assert rule_called(reader, "mail-regular").by == "person"
        old = rule_called(reader, "mail-regular/1")
        assert (old.events, old.each_week, old.by, old.days) == (("sent",), 2, "account", "working")
        with pytest.raises(Refused, match=r"no rule 'mail-regular/9'; known: mail-regular/1, mail-regular/2"):
            rule_called(reader, "mail-regular/9")
        with pytest.raises(Refused, match="no rule 'x'; known: mail-regular"):
            rule_called(reader, "x")


def test_every_field_of_a_rule_is_read(world: World) -> None:
    world.rule(
        by="person",
        days="every",
        window_days=30,
        least_days_each_week=2,
        least_days=3,
        leave_out='["locked"]',
        name_en="English",
    )
    with world.database.read() as reader:
        found = rules(reader)["mail-regular"]
    assert (found.by, found.days, found.window, found.each_week) == ("person", "every", 30, 2)
    assert (found.share, found.least_days, found.leave_out) == (0.5, 3, ("locked",))
    assert found.title == "English"
    assert dt.date(2019, 6, 3).isoweekday() == 1
