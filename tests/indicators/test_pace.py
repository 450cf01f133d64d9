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


# --- where it leads --------------------------------------------------------------------------------


def test_a_sum_goes_on_at_the_mean_of_the_months_seen() -> None:
    assert pace.projected([(1, 6.0), (2, 10.0)], "sum", False) == 96


def test_a_rate_follows_its_line_to_december_and_stays_a_percentage() -> None:
    assert pace.projected([(1, 40.0), (2, 42.0), (3, 44.0)], "rate", True) == pytest.approx(62)
    assert pace.projected([(1, 50.0), (2, 90.0)], "rate", True) == 100
    assert pace.projected([(1, 50.0), (2, 10.0)], "rate", True) == 0
    assert pace.projected([(5, 50.0)], "rate", True) == 50
    assert pace.projected([], "rate", True) is None


@given(
    st.dictionaries(st.integers(1, 12), st.floats(0, 100), min_size=1),
    st.sampled_from(["sum", "state", "rate"]),
)
def test_a_projection_is_never_negative_and_a_percentage_at_most_100(
    months: dict[int, float], kind: str
) -> None:
    found = pace.projected(sorted(months.items()), kind, kind != "sum")
    assert found is not None
    assert found >= 0
    if kind != "sum":
        assert found <= 100
