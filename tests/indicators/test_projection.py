"""Where the months lead: the documented formulas, and an interval that holds as often as it says."""

from __future__ import annotations

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.indicators.projection import of_course, of_sum

MONTHS = st.dictionaries(st.integers(1, 12), st.floats(0, 1e6), min_size=1)


def test_a_sum_goes_on_at_the_mean_of_the_months_seen() -> None:
    assert of_sum({1: 6.0, 2: 10.0}) == (96, None, None)
    assert of_sum({}) is None


def test_the_interval_of_a_sum_is_the_prediction_interval_of_a_mean() -> None:
    values = {1: 8.0, 2: 12.0, 3: 10.0, 4: 10.0}
    found = of_sum(values)
    assert found is not None
    deviation = statistics.stdev(values.values())
    half = 1.638 * deviation * (8 + 8 * 8 / 4) ** 0.5
    assert found.value == pytest.approx(120)
    assert found.low == pytest.approx(120 - half)
    assert found.high == pytest.approx(120 + half)


def test_a_sum_of_the_same_every_month_is_certain() -> None:
    assert of_sum({1: 8.0, 2: 8.0, 3: 8.0}) == pytest.approx((96, 96, 96))


def test_a_sum_follows_the_weights_of_last_year() -> None:
    # Half of last year's came in the first quarter: so has half of this one's.
    weights = [2.0, 2.0, 2.0, *[2 / 3] * 9]
    found = of_sum({1: 10.0, 2: 10.0, 3: 10.0}, weights)
    assert found is not None
    assert found.value == pytest.approx(60)


def test_months_that_weighed_nothing_last_year_are_counted_and_set_no_pace() -> None:
    weights = [0.0, *[1.0] * 11]
    assert of_sum({1: 5.0}, weights) is None
    found = of_sum({1: 5.0, 2: 3.0}, weights)
    assert found is not None
    assert found.value == pytest.approx(5 + 33)


def test_a_sum_of_all_months_is_what_it_is() -> None:
    assert of_sum(dict.fromkeys(range(1, 13), 2.0)) == (24, 24, 24)


def test_what_is_counted_does_not_go_away_again() -> None:
    found = of_sum({1: 100.0, 2: 0.0, 3: 0.0})
    assert found is not None
    assert found.low == 100


def test_a_rate_follows_its_line_to_december_and_stays_a_percentage() -> None:
    assert of_course({1: 40.0, 2: 42.0, 3: 44.0}, True) == pytest.approx((62, 62, 62))
    assert of_course({1: 50.0, 2: 90.0}, True) == (100, None, None)
    assert of_course({1: 50.0, 2: 10.0}, True) == (0, None, None)
    assert of_course({5: 50.0}, True) == (50, None, None)
    assert of_course({}, True) is None


@given(MONTHS, st.booleans())
def test_a_projection_lies_in_its_interval_and_is_never_negative(
    months: dict[int, float], percent: bool
) -> None:
    if percent:
        months = {month: value / 1e4 for month, value in months.items()}
    for found in (of_sum(months), of_course(months, percent)):
        assert found is not None
        assert found.value >= 0
        if found.low is not None and found.high is not None:
            assert found.low - 1e-6 * found.value <= found.value <= found.high + 1e-6 * found.value
    course = of_course(months, percent)
    assert course is not None
    if percent:
        assert course.value <= 100


@pytest.mark.parametrize("seen", [3, 6, 9])
def test_four_intervals_of_five_hold_the_end_of_the_year(seen: int) -> None:
    chance = random.Random(seen)
    held_sum = held_course = 0
    years = 4000
    for _year in range(years):
        sums = [100 + chance.gauss(0, 10) for _month in range(12)]
        line = [40 + 1.5 * month + chance.gauss(0, 2) for month in range(1, 13)]
        end = of_sum(dict(enumerate(sums[:seen], 1)))
        december = of_course(dict(enumerate(line[:seen], 1)), False)
        assert end is not None
        assert december is not None
        assert None not in end
        assert None not in december
        held_sum += end.low <= sum(sums) <= end.high  # type: ignore[operator]
        held_course += december.low <= line[11] <= december.high  # type: ignore[operator]
    assert held_sum / years == pytest.approx(0.8, abs=0.02)
    assert held_course / years == pytest.approx(0.8, abs=0.02)
