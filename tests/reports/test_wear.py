"""Wear of fixed assets: by the circulars' rule, never more than the cost, to the last đồng."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.reports.data.wear import rate_of, wear


@pytest.mark.parametrize(
    ("kind", "cost", "first", "year", "expected"),
    [
        # five years at 20 %, circular 45/2018: 2016 to 2020
        ("desktop", 12_000_000, 2016, 2016, (2_400_000, 2_400_000, 9_600_000)),
        ("desktop", 12_000_000, 2016, 2019, (2_400_000, 9_600_000, 2_400_000)),
        ("desktop", 12_000_000, 2016, 2020, (2_400_000, 12_000_000, 0)),
        ("desktop", 12_000_000, 2016, 2021, (0, 12_000_000, 0)),
        # not in use yet
        ("desktop", 12_000_000, 2020, 2019, (0, 0, 12_000_000)),
        # eight years at 12.5 %
        ("photocopier", 20_000_001, 2018, 2019, (2_500_000, 5_000_000, 15_000_001)),
        # rates carry dates: 20 % until 2025, 14.29 % from 2026 on (circular 141/2025)
        ("laptop", 10_000_000, 2024, 2025, (2_000_000, 4_000_000, 6_000_000)),
        ("laptop", 10_000_000, 2024, 2026, (1_429_000, 5_429_000, 4_571_000)),
        # seven years of 14.29 % are 100.03 %: the last year takes the rest
        ("laptop", 10_000_000, 2026, 2032, (1_426_000, 10_000_000, 0)),
        # no circular names it
        ("monitor", 12_000_000, 2016, 2019, (0, 0, 12_000_000)),
    ],
)
def test_wear_by_the_circulars(
    kind: str, cost: int, first: int, year: int, expected: tuple[int, int, int]
) -> None:
    found = wear(kind, cost, first, year)
    assert (found.of_year, found.total, found.left) == expected


def test_rates_carry_dates() -> None:
    assert rate_of("desktop", 2019) == Decimal("20.00")
    assert rate_of("desktop", 2026) == Decimal("14.29")
    assert rate_of("photocopier", 2025) == Decimal("12.50")
    assert rate_of("monitor", 2019) is None


@given(
    st.sampled_from(["desktop", "laptop", "photocopier", "server", "software", "monitor"]),
    st.integers(1, 10**12),
    st.integers(2005, 2030),
    st.integers(2005, 2045),
)
def test_wear_never_passes_the_cost_and_never_falls(kind: str, cost: int, first: int, year: int) -> None:
    now, next_year = wear(kind, cost, first, year), wear(kind, cost, first, year + 1)
    assert now.before + now.of_year == now.total
    assert now.total + now.left == cost
    assert 0 <= now.total <= cost
    assert next_year.before == now.total
    assert next_year.of_year >= 0
