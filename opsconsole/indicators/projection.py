"""Projection: where the months of a year lead by its end, with an interval from how they scattered.

A *sum* (sessions, hours) goes on at the pace of the months seen, each month weighing the same or
as much as it did last year: with weights w and the value T·w expected of a month, T is the sum of the
values over the sum of the weights, and the variance of what is still to come is s²·R·(1 + R/O),
where O and R are the weights of the months observed and remaining and s² is the mean of
(value - T·w)²/w over n - 1. With equal weights this is the prediction interval of a mean.

A *state* or *rate* follows the straight line through the months (least squares) to December, with the
prediction interval of that line.

Intervals hold four times of five (80 %, Student's t), if the coming months scatter as those before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

MONTHS = range(1, 13)
LEAST_MONTHS = 3  # fewer months say nothing about how they scatter

# Student's t, two-sided 80 %, by degrees of freedom from 1; a year of months has 11 at most.
_T80 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363)


class Projection(NamedTuple):
    """The value at the end of the year, and the interval in which it lies four times of five; *low* and
    *high* are None where there are too few months to say."""

    value: float
    low: float | None
    high: float | None


def of_sum(values: Mapping[int, float], weights: Sequence[float] | None = None) -> Projection | None:
    """Where a sum leads: *values* of the months (1 to 12) seen, *weights* of the twelve months (None:
    all alike). None without a month, or when the months seen weigh nothing."""
    share = [1 / 12] * 12 if weights is None else [weight / math.fsum(weights) for weight in weights]
    seen = sorted(month for month in values if share[month - 1] > 0)
    if not values or not seen:
        return None
    # A month that weighed nothing last year and has something now is something, and no pace.
    observed = math.fsum(share[month - 1] for month in seen)
    rate = math.fsum(values[month] for month in seen) / observed
    remaining = math.fsum(share[month - 1] for month in MONTHS if month not in values)
    so_far = math.fsum(values.values())
    end = so_far + rate * remaining
    if not remaining:
        return Projection(so_far, so_far, so_far)
    if len(seen) < LEAST_MONTHS:
        return Projection(max(0.0, end), None, None)
    scatter = math.fsum(
        (values[month] - rate * share[month - 1]) ** 2 / share[month - 1] for month in seen
    ) / (len(seen) - 1)
    half = _T80[len(seen) - 2] * math.sqrt(scatter * remaining * (1 + remaining / observed))
    # What is counted does not go away again.
    return Projection(max(0.0, end), max(so_far, end - half), end + half)


def of_course(values: Mapping[int, float], percent: bool) -> Projection | None:
    """Where a state or a rate leads by December: *values* of the months (1 to 12) seen. A *percent*
    stays between 0 and 100, anything else does not fall below 0."""
    if not values:
        return None
    number = len(values)
    mean = math.fsum(values.values()) / number
    middle = math.fsum(values) / number
    spread = math.fsum((month - middle) ** 2 for month in values)
    lean = math.fsum((month - middle) * (value - mean) for month, value in values.items())
    slope = lean / spread if spread else 0.0
    end = mean + slope * (12 - middle)

    def within(value: float) -> float:
        return max(0.0, min(100.0, value) if percent else value)

    if number < LEAST_MONTHS:
        return Projection(within(end), None, None)
    rest = math.fsum((value - mean - slope * (month - middle)) ** 2 for month, value in values.items()) / (
        number - 2
    )
    half = _T80[number - 3] * math.sqrt(rest * (1 + 1 / number + (12 - middle) ** 2 / spread))
    return Projection(within(end), within(end - half), within(end + half))
