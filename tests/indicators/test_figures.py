"""For which periods figures speak: named ones, those of days, sums, states and rates."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.dayspans import days_of, is_period
from opsconsole.errors import Refused
from opsconsole.indicators.figures import Figure, making
from opsconsole.periods import Span, of_year, span

LATER = dt.date(2021, 3, 1)


def figure(
    period: str, value: int = 1, *, stated: str = "", key: str = "", mid_month: bool = False
) -> Figure:
    first, end = days_of(period, mid_month=mid_month)
    until = min(end, dt.date.fromisoformat(stated)) if stated else end
    return Figure(
        key or period, "i", "", "all", period, first, end, until, is_period(period), Fraction(value), "u", "u",
        "", "", "s", "", "", "", "", "f.yaml", 1, 1, 0,
    )  # fmt: skip


def made(chosen: list[Figure], name: str, accumulates: str, last: dt.date = LATER) -> list[str]:
    return [one.key for one in making(chosen, name, accumulates, last)]


# --- the days of a written time ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019-H2", "2019-07-01", "2019-12-31"),
        ("2019-07+", "2019-01-01", "2019-07-31"),
        ("2019-07@15", "2019-06-15", "2019-07-14"),
        ("2019-07-30", "2019-07-30", "2019-07-30"),
        ("2019-01-01/2019-07-30", "2019-01-01", "2019-07-30"),
    ],
)
def test_a_written_time_is_its_first_and_last_day(text: str, first: str, last: str) -> None:
    assert days_of(text) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_months_from_the_15th_are_those_of_the_indicator_whether_the_name_says_so_or_not() -> None:
    assert (
        days_of("2019-07", mid_month=True) == days_of("2019-07@15") == days_of("2019-07@15", mid_month=True)
    )
    assert days_of("2019-07-01/2019-07-02", mid_month=True)[0] == dt.date(2019, 7, 1)


@pytest.mark.parametrize(
    "text", ["2019-13", "2019-02-30", "2019-07-30/2019-07-01", "", "2019/07", "2019-W10-1"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        days_of(text)


# --- the examples that the plan gives ------------------------------------------------------------

PLAN = "2019-01-01/2019-07-30"  # cases "from the beginning of the year to 30 July"


def test_a_figure_of_days_is_the_year_so_far_and_what_is_cumulative_up_to_its_end_and_nothing_else() -> None:
    every = [
        "2019",
        "2019-07",
        "2019-07+",
        "2019-08+",
        "2019-06+",
        "2019-Q3",
        "2019-Q3+",
        "2019-H1",
        "2019-H2",
    ]
    for accumulates in ("sum", "rate"):
        assert [n for n in every if made([figure(PLAN)], n, accumulates)] == ["2019", "2019-07+", "2019-Q3+"]
    # What there is on 30 July is so in every period that takes that day in, as far as it is its end.
    states = [n for n in every if made([figure(PLAN)], n, "state")]
    assert states == ["2019", "2019-07", "2019-07+", "2019-Q3", "2019-Q3+", "2019-H2"]


def test_a_named_figure_is_that_of_its_period_and_no_other_rate_comes_of_it() -> None:
    march = [figure("2019-03")]
    assert made(march, "2019-03", "rate") == ["2019-03"]
    assert made(march, "2019-Q1", "rate") == []
    assert made(march, "2019", "rate") == []
    assert made(march, "2019-03+", "rate") == []
    assert made(march, "2019-Q1", "state") == ["2019-03"]
    assert made(march, "2019-Q1", "sum") == []  # January is not known


def test_months_add_up_as_far_as_there_is_no_gap() -> None:
    months = [figure(f"2019-{month:02d}") for month in (1, 2, 3, 5)]
    assert made(months, "2019", "sum") == ["2019-01", "2019-02", "2019-03"]
    assert made(months, "2019-Q1", "sum") == ["2019-01", "2019-02", "2019-03"]
    assert made(months, "2019-05+", "sum") == []
    assert made(months, "2019-05", "sum") == ["2019-05"]


def test_of_several_ways_the_one_that_reaches_farthest_counts_and_of_equal_ones_the_shortest() -> None:
    months = [figure(f"2019-{month:02d}") for month in range(1, 9)]
    half = figure("2019-H1")
    assert made([*months, half], "2019", "sum") == ["2019-H1", "2019-07", "2019-08"]
    assert made([*months, figure(PLAN)], "2019", "sum") == [f"2019-{month:02d}" for month in range(1, 9)]
    assert made([*months[:6], figure(PLAN)], "2019", "sum") == [PLAN]


def test_of_states_the_latest_counts() -> None:
    chosen = [figure("2019-03"), figure("2019-05-20"), figure("2019-04")]
    assert made(chosen, "2019", "state") == ["2019-05-20"]
    assert made(chosen, "2019-Q1", "state") == ["2019-03"]
    assert made(chosen, "2019-05-20"[:7], "state") == ["2019-05-20"]


def test_a_year_that_was_stated_in_august_says_nothing_of_august() -> None:
    stated = [figure("2019", stated="2019-08-06")]
    assert made(stated, "2019", "state") == ["2019"]
    assert made(stated, "2019-08", "state") == []
    assert made(stated, "2019-H2", "state") == []
    # Had it been stated when the year was over, it would be the state of December.
    assert made([figure("2019")], "2019-12", "state") == ["2019"]


def test_what_reaches_beyond_the_day_asked_about_was_not_known_then() -> None:
    assert made([figure(PLAN)], "2019", "sum", dt.date(2019, 7, 29)) == []
    assert made([figure(PLAN)], "2019", "sum", dt.date(2019, 7, 30)) == [PLAN]


def test_the_july_of_an_indicator_of_the_15th_is_its_own() -> None:
    july = figure("2019-07", mid_month=True)
    assert making([july], "2019-07", "sum", LATER, mid_month=True) == [july]
    assert making([july], "2019-07@15", "sum", LATER, mid_month=True) == [july]
    assert making([july], "2019-07", "sum", LATER) == []
    assert making([july], "2019-07@15", "rate", LATER) == [july]


# --- always -------------------------------------------------------------------------------------

NAMES = [
    one.name + mark
    for year in (2018, 2019)
    for sort in ("month", "quarter", "half", "year")
    for one in of_year(year, sort)  # type: ignore[arg-type]
    for mark in ("", *(("+",) if sort != "year" else ()))
]
names = st.sampled_from(NAMES)
days = st.dates(dt.date(2018, 1, 1), dt.date(2019, 12, 31))
spans = st.tuples(days, days).map(sorted).map(lambda pair: f"{pair[0]}/{pair[1]}")
written = st.one_of(names, days.map(str), spans)
chosen_figures = st.lists(written, max_size=12, unique=True).map(
    lambda texts: [figure(text, value) for value, text in enumerate(texts, 1)]
)
accumulations = st.sampled_from(("sum", "state", "rate"))


@given(chosen_figures, names, accumulations, days)
def test_what_makes_a_value_lies_in_the_period_and_was_known(
    chosen: list[Figure], name: str, accumulates: str, last: dt.date
) -> None:
    asked = span(name)
    found = making(chosen, name, accumulates, last)
    ending = Span(asked.year, asked.sort, asked.last_month, asked.mid_month).first
    for one in found:
        assert asked.first <= one.until <= min(asked.end, last)
    if found:
        assert found[-1].until >= ending or asked.first == ending
    if accumulates != "sum":
        assert len(found) <= 1
    if accumulates != "state" and found:
        assert found[0].first == asked.first


@given(chosen_figures, names)
def test_a_sum_has_every_day_from_the_first_to_its_cut_off_once(chosen: list[Figure], name: str) -> None:
    found = making(chosen, name, "sum", LATER)
    at = span(name).first
    for one in found:
        assert one.first == at
        at = one.until + dt.timedelta(days=1)


@given(chosen_figures, names)
def test_no_other_way_reaches_farther(chosen: list[Figure], name: str) -> None:
    """Against trying all ways."""
    asked = span(name)

    def ways(at: dt.date) -> list[list[Figure]]:
        nexts = [one for one in chosen if one.first == at and one.end <= asked.end]
        return [[], *([one, *way] for one in nexts for way in ways(one.until + dt.timedelta(days=1)))]

    found = making(chosen, name, "sum", LATER)
    ending = Span(asked.year, asked.sort, asked.last_month).first
    reaching = [way for way in ways(asked.first) if way and way[-1].until >= ending]
    if not reaching:
        assert found == []
        return
    farthest = max(way[-1].until for way in reaching)
    assert found[-1].until == farthest
    assert len(found) == min(len(way) for way in reaching if way[-1].until == farthest)


@given(chosen_figures, names, accumulations, st.randoms(use_true_random=False))
def test_the_order_of_files_is_nothing(
    chosen: list[Figure], name: str, accumulates: str, random: object
) -> None:
    shuffled = list(chosen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (making(each, name, accumulates, LATER) for each in (chosen, shuffled))
    if accumulates == "sum":
        assert len(first) == len(second)
        assert [one.until for one in first[-1:]] == [one.until for one in second[-1:]]
    else:
        assert first == second


@given(names)
def test_a_named_figure_alone_is_the_value_of_its_own_period(name: str) -> None:
    for accumulates in ("sum", "state", "rate"):
        assert made([figure(name)], name, accumulates) == [name]
