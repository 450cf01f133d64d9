"""Rules of counting: how many days are required, and what a rule must say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.indicators.rule import Rule, rules
from opsconsole.store.database import Database
from tests.indicators.world import World


def rule(share: float | None = None, least: int | None = None) -> Rule:
    return Rule("r", 1, ("login",), ("personal",), share, least)


@pytest.mark.parametrize(
    ("share", "least", "days", "required"),
    [
        (0.5, None, 20, 10),
        (0.5, None, 23, 12),  # half of 23 is 11.5: rounded up
        (0.1, None, 30, 3),  # 0.1 × 30 is 3.0000000000000004 in binary
        (None, 4, 20, 4),
        (0.5, 15, 20, 15),  # both given: both hold
        (0.0, None, 20, 1),  # no use is not regular use
        (0.5, None, 0, 1),
    ],
)
def test_the_required_days_are_the_share_rounded_up(
    share: float | None, least: int | None, days: int, required: int
) -> None:
    assert rule(share, least).required(days) == required


@given(st.integers(0, 100), st.integers(0, 366))
def test_the_required_days_are_never_more_than_there_are_nor_less_than_the_share(
    percent: int, days: int
) -> None:
    needed = rule(percent / 100).required(days)
    assert needed * 100 >= percent * days
    assert needed <= max(1, days)


def test_a_rule_that_names_no_amount_of_use_is_refused_with_the_remedy(database: Database) -> None:
    World(database).rule(least_share_of_days=None)
    with database.read() as reader, pytest.raises(Refused, match=r"mail-regular.*least-share-of-days"):
        rules(reader)


def test_a_withdrawn_rule_is_not_in_force(database: Database) -> None:
    World(database).rule(ended="2019-01-01")
    with database.read() as reader:
        assert rules(reader) == {}
