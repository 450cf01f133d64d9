"""Measures over any span: quarters, half-years, months from the 15th on, cumulative, as of a day."""

from __future__ import annotations

import datetime as dt

import pytest

from opsconsole.errors import Refused
from opsconsole.indicators.asking import Asking, Figure
from opsconsole.indicators.measures import standard
from opsconsole.inventory.kinds.indicators import MEASURES
from opsconsole.periods import Span, of_year, span
from opsconsole.store.database import Database
from tests.indicators.world import (
    COMMUNE_A,
    COMMUNE_B,
    DEPARTMENT,
    DISTRICT,
    LATER,
    MERGED,
    PROVINCE,
    ZONE,
    World,
    weekdays,
)

SUMS = [one.name for one in standard() if one.accumulates == "sum" and one.name in MEASURES]
USE = [one.name for one in standard() if one.system == "mail" and one.name in MEASURES]
BACK = [one.name for one in standard() if one.looks_back and one.name in MEASURES]


@pytest.fixture
def world(database: Database) -> World:
    """All measures; logs, sessions and disposals from December 2018 to January 2020."""
    world = World(database)
    world.hoa_binh()
    world.rule()
    world.use_rule()
    for code, (unit, _rule) in MEASURES.items():
        world.indicator(code, unit)
    world.covered("2018-12-01", "2020-01-31")
    world.source("conference", 9)
    world.site("xa-a", COMMUNE_A)
    world.site("da-bac", DISTRICT)
    world.mailbox("a", COMMUNE_A)
    world.mailbox("b", COMMUNE_B)
    world.use("closed long ago", "2018-12", [3])  # the logs are those of mail
    day, number = dt.date(2018, 12, 3), 0
    while day < dt.date(2020, 1, 31):
        number += 1
        for site in ("xa-a", "da-bac"):
            world.stay(f"s{number}", site, f"{day} 08:00", f"{day} 09:{number:02d}")
        world.asset(f"pc{number}", COMMUNE_A, ended=day.isoformat(), ended_reason="hỏng")
        day += dt.timedelta(days=11)
    world.covered("2018-12-01", "2020-01-31", source="conference")
    return world


def figures(world: World, *asked: tuple[str, str], **where: object) -> list[Figure]:
    with world.database.read() as reader:
        asking = Asking(reader, ZONE, today=LATER)
        return [asking.figure(code, period, **where) for code, period in asked]  # type: ignore[arg-type]


# of what this world has nothing
NONE_HERE = ("conference.sessions.", "conference.failed_joins", "conference.cost_avoided", "reported.")


@pytest.mark.parametrize("mid_month", [False, True])
def test_a_quarter_half_or_year_of_a_sum_is_the_sum_of_its_months(world: World, mid_month: bool) -> None:
    assert "conference.sessions" in SUMS
    with world.database.read() as reader:
        asking = Asking(reader, ZONE, today=LATER)
        for code in SUMS:
            values: dict[str, float] = {}
            for month in of_year(2019, "month", mid_month=mid_month):
                values[month.name] = asking.figure(code, month.name).result.value or 0.0
            longer: list[Span] = [
                each
                for sort in ("quarter", "half", "year")
                for each in of_year(2019, sort, mid_month=mid_month)  # type: ignore[arg-type]
            ]
            cumulative = [Span(2019, "month", month, mid_month, cumulative=True) for month in (1, 5, 11)]
            for each in (*longer, *cumulative):
                found = asking.figure(code, each.name).result.value or 0.0
                assert found == pytest.approx(sum(values[month.name] for month in each.months)), each.name
            assert sum(values.values()) > 0 or code.startswith(NONE_HERE), code


def test_parts_sum_to_the_value_over_any_span(world: World) -> None:
    world.use("a", "2018-12", weekdays("2018-12", 15), logins=30, logins_to_14=12)
    world.use("a", "2019-01", [2, 3, 20], logins=3, logins_to_14=2)
    with world.database.read() as reader:
        asking = Asking(reader, ZONE, today=LATER)
        for code in MEASURES:
            for name in ("2019-Q1", "2019-01@15", "2019@15", "2019-07+@15", "2019-H2"):
                found = asking.figure(code, name)
                scale = 3600 if found.indicator.measure.unit_of_measure == "hours" else 1
                if found.result.value is not None:
                    assert sum(part.numerator for part in found.parts) / scale == found.result.numerator


def test_masks_of_days_are_cut_at_the_half_month(world: World) -> None:
    """Working days 17/12/2018 to 14/01/2019; used on the 14th (before), and on ten from the 17th on."""
    days = [day for day in weekdays("2018-12", 20) if day == 14 or 17 <= day <= 28]
    world.use("a", "2018-12", days)
    world.use("a", "2019-01", [14, 15])
    found = figures(world, ("mail.regular.pooled", "2019-01@15"))[0]
    used = {part.key: part.facts[0] for part in found.parts}
    assert used == {"a": len([day for day in days if day >= 15]) + 1, "b": 0}
    assert found.result.known == found.result.asked == found.counted.asked
    assert found.counted.context["needed"] == -(-found.result.asked // 2)


def test_numbers_of_a_month_from_the_15th_on_are_exact(world: World) -> None:
    world.use("a", "2018-12", [3, 20], logins=30, logins_to_14=12)
    world.use("a", "2019-01", [2, 20], logins=7, logins_to_14=4)
    first, month, year = figures(
        world, *(("mail.logins", name) for name in ("2019-01@15", "2019-01", "2019@15"))
    )
    for found, number in ((first, 22), (month, 7), (year, 25)):
        assert found.result.numerator == number
        assert (
            found.result.low == found.result.value == found.result.high == number / found.result.denominator
        )  # type: ignore[operator]


def test_numbers_up_to_a_day_within_a_month_are_a_share_with_bounds(world: World) -> None:
    """12 logins on four days from the 16th on, of which two lie before the day that is asked about."""
    world.use("a", "2019-03", [1, 16, 18, 25, 26], logins=15, logins_to_14=3)
    (found,) = figures(world, ("mail.logins", "2019-03"), as_of=dt.date(2019, 3, 20))
    assert found.result.numerator == 3 + 6
    assert (found.result.low, found.result.value, found.result.high) == (5 / 2, 9 / 2, (3 + 12 - 2) / 2)
    (all_of_it,) = figures(world, ("mail.logins", "2019-03"), as_of=dt.date(2019, 3, 26))
    assert all_of_it.result.low == all_of_it.result.high == 15 / 2


def test_as_of_a_day_only_what_had_happened_by_its_end_counts(world: World) -> None:
    world.use("a", "2019-06", [3, 4, 5, 24, 25])
    world.mailbox("new", COMMUNE_A, opened="2019-06-12")
    before, on, after = (
        figures(
            world,
            ("mail.regular.pooled", "2019-06"),
            ("assets.ended", "2019-06"),
            as_of=dt.date(2019, 6, day),
        )
        for day in (11, 12, 30)
    )
    assert [each[0].result.denominator for each in (before, on, after)] == [2, 3, 3]
    assert [next(part.facts[0] for part in each[0].parts if part.key == "a") for each in (before, after)] == [
        3,
        5,
    ]
    assert before[0].result.asked == 7
    assert before[0].key.as_of == "2019-06-11"
    last = [int(part.facts[1].replace("-", "")) for part in before[1].parts]
    assert all(day <= 20190611 for day in last)


def test_values_through_the_tree_of_another_day(world: World) -> None:
    """Two communes became one on 1 July: half a year of before over the units of after, and back."""
    world.use("a", "2019-03", weekdays("2019-03", 20))
    as_was = figures(world, ("mail.shared", "2019-03"), unit="04900")[0]
    assert (as_was.key.unit_id, as_was.parted) == (COMMUNE_A, ())
    later = figures(
        world, ("mail.regular.pooled", "2019-03"), unit="04906", units_as_of=dt.date(2019, 12, 1)
    )[0]
    assert (later.key.unit_id, later.result.denominator, later.result.value) == (MERGED, 2, 50)
    with pytest.raises(Refused, match=r"no unit has the code '04900' on 01/12/2019"):
        figures(world, ("mail.shared", "2019-03"), unit="04900", units_as_of=dt.date(2019, 12, 1))
    back = figures(world, ("mail.regular.pooled", "2019-09"), unit="04903", units_as_of=dt.date(2019, 2, 1))[
        0
    ]
    assert (back.key.unit_id, back.result.denominator) == (COMMUNE_B, 1)


def split(world: World) -> None:
    """Commune A became the merged one in part and B in part, on 1 July: its things go to the merged one."""
    rows = [
        (COMMUNE_A, MERGED, "rest", 1),
        (COMMUNE_A, "04999@2019-07-01", "part", 0),
        (COMMUNE_B, MERGED, "whole", 1),
    ]
    world.units(
        {"04999@2019-07-01": ("commune", "2019-07-01", None)},
        [("04999@2019-07-01", "", "9999-12-31", "04999@2019-07-01")],
    )
    world.put(
        "unit_link",
        [
            {
                "from_id": one,
                "to_id": to,
                "at": "2019-07-01",
                "share": share,
                "follows": follows,
                "change": "",
                "reorganisation": "r",
            }
            for one, to, share, follows in rows
        ],
    )


def test_a_figure_that_a_split_makes_incomparable_says_so(world: World) -> None:
    split(world)
    asked, later = ("mail.shared", "2019-03"), dt.date(2019, 12, 1)
    for unit, apart in (("04906", True), ("04999", True), ("148", False)):
        found = figures(world, asked, unit=unit, units_as_of=later)[0]
        assert [(one.unit, one.holder, one.others) for one in found.parted] == (
            [(COMMUNE_A, MERGED, ("04999@2019-07-01",))] if apart else []
        ), unit
    for level in ("all", "commune"):  # both parts are communes: their sum is the same
        assert figures(world, asked, level=level, units_as_of=later)[0].parted == ()
    assert figures(world, asked, unit="04900")[0].parted == ()
    earlier = figures(world, ("mail.shared", "2019-09"), unit="04903", units_as_of=dt.date(2019, 2, 1))[0]
    assert [(one.unit, one.holder) for one in earlier.parted] == [(MERGED, COMMUNE_A)]


def test_a_unit_with_those_below_it(world: World) -> None:
    for era, parent in ((COMMUNE_A, "148"), (COMMUNE_B, "148"), (DISTRICT, "17"), (DEPARTMENT, "17")):
        world.run("UPDATE unit_era SET parent = :parent WHERE id = :era", era=era, parent=parent)
    world.mailbox("d", DISTRICT)
    world.mailbox("e", DEPARTMENT)
    pooled = ("mail.regular.pooled", "2019-03")
    assert figures(world, pooled, unit="148")[0].result.denominator == 1
    assert figures(world, pooled, unit="148", below=True)[0].result.denominator == 3
    found = figures(world, pooled, ("mail.regular.mean", "2019-03"), unit=PROVINCE, below=True)
    assert [each.result.denominator for each in found] == [4, 4]
    held = figures(world, ("conference.sessions", "2019"), unit="148", below=True)[0]
    assert held.result.value == figures(world, ("conference.sessions", "2019"))[0].result.value
    with pytest.raises(Refused, match="name the unit"):
        figures(world, pooled, below=True)


# --- kept when asked, and fresh from then on -------------------------------------------------------


def test_a_period_is_kept_when_it_is_asked_for_and_measured_with_the_year_from_then_on(world: World) -> None:
    first = world.measure()
    assert first.of == 13 * len(MEASURES)
    asked = world.measure(periods=["2019-Q3@15", "2019+"])
    assert asked.periods == ("2019-Q3@15", "2019")
    assert (asked.stale, asked.of) == (len(MEASURES), 2 * len(MEASURES))
    again = world.measure()
    assert "2019-Q3@15" in again.periods
    assert (again.stale, again.of) == (0, 14 * len(MEASURES))
    assert world.measure(year=2020).of == 13 * len(MEASURES)
    assert world.one("conference.sessions", "", "all", "2019-Q3@15").value


def test_a_late_line_makes_stale_what_holds_its_day_and_nothing_else(world: World) -> None:
    holding = ["2019-Q2", "2019-H1", "2019-06@15", "2019-05+", "2019@15"]
    others = ["2019-Q1", "2019-Q3", "2019-H2", "2019-05@15", "2019-04+"]
    world.measure()
    world.measure(periods=[*holding, *others])
    assert all(span(name).first <= dt.date(2019, 5, 20) <= span(name).end for name in holding)
    world.run("UPDATE coverage SET lines = lines + 1 WHERE source = 'mail' AND day = '2019-05-20'")
    measured = world.measure()
    after = [
        name
        for name in measured.periods
        if name not in ("2019-05", "2019", *holding) and span(name).end > dt.date(2019, 5, 20)
    ]
    assert measured.stale == (2 + len(holding)) * len(USE) + len(after) * len(BACK)
    assert world.measure().stale == 0


def test_a_period_that_has_not_begun_and_a_name_that_is_none_are_refused_before_anything_is_written(
    world: World,
) -> None:
    for name, words in (("2019-Q5", "is no period"), ("2021-Q2", "has not begun")):
        with pytest.raises(Refused, match=words):
            world.measure(periods=["2019-01", name])
    assert world.seen() == {}
