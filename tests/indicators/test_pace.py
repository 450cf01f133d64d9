"""Pace and status: the documented thresholds, edge by edge."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.catalogue import use_language
from opsconsole.indicators import pace
from opsconsole.indicators.workdays import Workdays

WORKDAYS = Workdays()
DAY_OF_2019 = st.integers(0, 364).map(lambda n: dt.date(2019, 1, 1) + dt.timedelta(days=n))


def status(value: float | None, **changed: Any) -> str:
    """Against 100, of which 50 are due by now."""
    given_ = {"target": 100.0, "due": 50.0, "direction": "at-least", "pace": "linear", "accumulates": "sum"}
    given_ |= {"over": False, **changed}
    return pace.status(value, **given_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "no data"),
        (100, "met"),
        (120, "met"),
        (99, "on track"),
        (50, "on track"),
        (49.9, "at risk"),
        (40, "at risk"),
        (39.9, "behind"),
        (0, "behind"),
    ],
)
def test_a_sum_that_should_at_least_be_reached(value: float | None, said: str) -> None:
    assert status(value) == said


def test_a_value_that_must_hold_all_year_is_met_only_when_the_year_is_over() -> None:
    held = {"pace": "level", "due": 100.0, "accumulates": "rate"}
    assert status(100, **held) == "on track"
    assert status(100, **held, over=True) == "met"
    assert status(99, **held, over=True) == "behind"


def test_a_rate_that_grows_towards_its_target_is_met_when_it_is_there() -> None:
    assert status(100, accumulates="rate") == "met"
    assert status(60, accumulates="rate") == "on track"


def test_when_the_year_is_over_only_met_and_behind_are_left() -> None:
    assert status(99.9, over=True, due=100.0) == "behind"
    assert status(100, over=True, due=100.0) == "met"
    assert status(None, over=True) == "no data"


@pytest.mark.parametrize(
    ("value", "over", "said"),
    [
        (50, False, "on track"),
        (60, False, "at risk"),
        (61, False, "behind"),
        (101, False, "behind"),
        (100, True, "met"),
        (20, True, "met"),
    ],
)
def test_a_sum_that_should_at_most_be_reached(value: float, over: bool, said: str) -> None:
    assert status(value, direction="at-most", over=over) == said


@pytest.mark.parametrize(("value", "said"), [(100, "met"), (100.5, "met"), (99.5, "met"), (100.6, "behind")])
def test_exactly_allows_half_a_percent(value: float, said: str) -> None:
    assert status(value, direction="exactly", over=True) == said


def test_exactly_is_missed_on_either_side() -> None:
    assert status(45, direction="exactly", accumulates="state") == "at risk"
    assert status(55, direction="exactly", accumulates="state") == "at risk"
    assert status(70, direction="exactly", accumulates="state") == "behind"


def test_a_target_of_zero_has_a_scale() -> None:
    assert status(0, target=0.0, due=0.0, direction="at-most") == "on track"
    assert status(3, target=0.0, due=0.0, direction="at-most") == "behind"


@given(
    value=st.floats(-200, 400),
    better=st.floats(0, 200),
    target=st.floats(1, 200),
    share=st.floats(0, 1),
    kind=st.sampled_from(["sum", "state", "rate"]),
    how=st.sampled_from(["level", "linear", "working-days"]),
    over=st.booleans(),
)
def test_a_better_value_never_has_a_worse_status(
    value: float, better: float, target: float, share: float, kind: str, how: str, over: bool
) -> None:
    order = [pace.BEHIND, pace.AT_RISK, pace.ON_TRACK, pace.MET]
    said = [
        order.index(
            pace.status(
                each, target, target * share, direction="at-least", pace=how, accumulates=kind, over=over
            )
        )
        for each in (value, value + better)
    ]
    assert said[0] <= said[1]


def test_every_status_has_words_and_an_unknown_one_none() -> None:
    assert [pace.status_words(each) for each in pace.STATUSES] == list(pace.STATUSES)
    use_language("vi")
    assert all(pace.status_words(each) for each in pace.STATUSES)
    with pytest.raises(KeyError):
        pace.status_words("fine")


# --- what is due ---------------------------------------------------------------------------------


def test_the_share_of_the_year_by_each_pace() -> None:
    end_of_june = dt.date(2019, 6, 30)
    assert pace.elapsed("level", end_of_june, WORKDAYS) == 1
    assert pace.elapsed("linear", end_of_june, WORKDAYS) == 181 / 365
    worked = WORKDAYS.count(dt.date(2019, 1, 1), end_of_june)
    assert pace.elapsed("working-days", end_of_june, WORKDAYS) == worked / WORKDAYS.count(
        dt.date(2019, 1, 1), dt.date(2019, 12, 31)
    )
    with pytest.raises(ValueError, match="unknown pace"):
        pace.elapsed("weekly", end_of_june, WORKDAYS)


@given(DAY_OF_2019, st.sampled_from(["linear", "working-days"]))
def test_the_share_grows_from_day_to_day_and_ends_at_one(day: dt.date, how: str) -> None:
    share = pace.elapsed(how, day, WORKDAYS)
    assert 0 <= share <= 1
    following = min(day + dt.timedelta(days=1), dt.date(2019, 12, 31))
    assert pace.elapsed(how, following, WORKDAYS) >= share
    assert pace.elapsed(how, dt.date(2019, 12, 31), WORKDAYS) == 1


@given(st.floats(-1000, 1000), st.floats(-1000, 1000), st.floats(0, 1))
def test_what_is_due_lies_between_start_and_target(target: float, start: float, share: float) -> None:
    due = pace.expected(target, start, share)
    assert min(target, start) - 1e-6 <= due <= max(target, start) + 1e-6


# --- as the year before went -----------------------------------------------------------------------


def test_last_years_shape_of_a_sum_says_what_is_due() -> None:
    quiet_summer = {**dict.fromkeys(range(1, 13), 10.0), 7: 0.0, 8: 0.0}
    shape = pace.shape_of_sum(quiet_summer)
    assert shape is not None
    assert shape[5] == shape[6] == shape[7] == 0.6
    assert pace.elapsed("last-year", dt.date(2019, 6, 30), WORKDAYS, shape) == pytest.approx(0.6)
    assert pace.elapsed("last-year", dt.date(2019, 8, 15), WORKDAYS, shape) == pytest.approx(0.6)
    # 1 to 14 January 2019 has 10 of the month's 23 working days, Saturday the 5th among them
    assert pace.elapsed("last-year", dt.date(2019, 1, 14), WORKDAYS, shape) == pytest.approx(0.1 * 10 / 23)


def test_last_years_course_of_a_rate_says_how_much_of_its_way_was_gone() -> None:
    course = {month: 40.0 + month for month in range(1, 13)}
    shape = pace.shape_of_course(course, 40.0)
    assert shape is not None
    assert shape == pytest.approx([month / 12 for month in range(1, 13)])
    dipped = pace.shape_of_course({**course, 6: 41.0}, 40.0)
    assert dipped is not None
    assert dipped[5] == dipped[4]  # a way never goes back
    own_january = pace.shape_of_course(course, None)
    assert own_january is not None
    assert (own_january[0], own_january[11]) == (0, 1)


def test_a_year_that_says_nothing_has_no_shape() -> None:
    assert pace.shape_of_sum(dict.fromkeys(range(1, 12), 1.0)) is None
    assert pace.shape_of_sum(dict.fromkeys(range(1, 13), 0.0)) is None
    assert pace.shape_of_course(dict.fromkeys(range(1, 13), 50.0), 50.0) is None
    assert pace.shape_of_course({1: 1.0, 12: 2.0}, 0.0) is None


@given(
    st.lists(st.floats(0, 1e6), min_size=12, max_size=12).filter(lambda values: sum(values) > 0),
    DAY_OF_2019,
)
def test_a_shape_grows_from_day_to_day_and_ends_at_one(values: list[float], day: dt.date) -> None:
    shape = pace.shape_of_sum(dict(enumerate(values, 1)))
    assert shape is not None
    following = min(day + dt.timedelta(days=1), dt.date(2019, 12, 31))
    share = pace.elapsed("last-year", day, WORKDAYS, shape)
    assert -1e-9 <= share <= pace.elapsed("last-year", following, WORKDAYS, shape) + 1e-9
    assert pace.elapsed("last-year", dt.date(2019, 12, 31), WORKDAYS, shape) == pytest.approx(1)
