"""Names of periods: one grammar; each day in one month of each rule; cumulative is what came before, too."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.catalogue import use_language
from opsconsole.errors import Refused
from opsconsole.periods import PATTERN, Span, asked, holding, of_year, parsed, span

SORTS = ("month", "quarter", "half", "year")
DAY = dt.timedelta(days=1)
PARTS = ["", *(f"-{n:02d}" for n in range(1, 13)), "-Q1", "-Q2", "-Q3", "-Q4", "-H1", "-H2"]
spans = st.builds(
    lambda year, *parts: span(f"{year}{''.join(parts)}"),
    st.integers(1001, 2998),
    st.sampled_from(PARTS),
    st.sampled_from(["", "+"]),
    st.sampled_from(["", "@15"]),
)


def days(one: Span) -> set[dt.date]:
    return {one.first + DAY * number for number in range((one.end - one.first).days + 1)}


@pytest.mark.parametrize(
    ("name", "first", "end"),
    [
        ("2019-07", "2019-07-01", "2019-07-31"),
        ("2019-Q3", "2019-07-01", "2019-09-30"),
        ("2019-H2", "2019-07-01", "2019-12-31"),
        ("2019", "2019-01-01", "2019-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2019-07+", "2019-01-01", "2019-07-31"),
        ("2019-Q2+", "2019-01-01", "2019-06-30"),
        ("2019-07@15", "2019-06-15", "2019-07-14"),
        ("2019-01@15", "2018-12-15", "2019-01-14"),
        ("2019-Q1@15", "2018-12-15", "2019-03-14"),
        ("2019-H2@15", "2019-06-15", "2019-12-14"),
        ("2019@15", "2018-12-15", "2019-12-14"),
        ("2019-07+@15", "2018-12-15", "2019-07-14"),
    ],
)
def test_a_name_means_these_days(name: str, first: str, end: str) -> None:
    found = span(name)
    assert (found.first.isoformat(), found.end.isoformat()) == (first, end)
    assert found.name == name


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("2019-7", "2019-07"),
        ("2019/07", "2019-07"),
        ("2019-q3", "2019-Q3"),
        ("2019Q3", "2019-Q3"),
        (" 2019 ", "2019"),
        ("2019-07@15+", "2019-07+@15"),
        ("2019-13", None),
        ("2019-Q5", None),
        ("2019-H3", None),
        ("2019-07@14", None),
        ("2019-00", None),
        ("", None),
        ("07/2019", None),
        ("٢٠١٩", None),
        ("2019\n", "2019"),
    ],
)
def test_anything_else_is_refused_with_how_it_is_written(name: str, near: str | None) -> None:
    assert parsed(name) is None
    with pytest.raises(Refused, match="is no period") as refused:
        span(name)
    assert ("did you mean" in str(refused.value)) == (near is not None)
    if near:
        assert f"did you mean '{near}'?" in str(refused.value)


def test_a_hostile_name_is_shown_safely() -> None:
    with pytest.raises(Refused) as refused:
        span("2019\x1b]52;c;x\x07\u202e")
    assert "\x1b" not in str(refused.value)
    assert "\u202e" not in str(refused.value)


def test_the_year_to_its_end_is_the_year() -> None:
    assert span("2019+") == span("2019")
    assert span("2019+@15") == span("2019@15")
    assert span("2019+").name == "2019"


@given(spans)
def test_a_span_is_called_by_one_name_and_found_by_it(one: Span) -> None:
    assert span(one.name).name == one.name
    assert (span(one.name).first, span(one.name).end) == (one.first, one.end)


@given(st.text(max_size=14) | st.from_regex(PATTERN, fullmatch=True))
def test_the_pattern_and_the_parser_agree(text: str) -> None:
    import re

    assert (re.fullmatch(PATTERN, text) is not None) == (parsed(text) is not None)


@pytest.mark.parametrize("mid_month", [False, True])
@pytest.mark.parametrize("sort", SORTS)
@given(year=st.integers(1001, 2998))
def test_every_day_of_a_year_belongs_to_exactly_one_period_of_each_sort(
    sort: str, mid_month: bool, year: int
) -> None:
    every = [day for one in of_year(year, sort, mid_month=mid_month) for day in sorted(days(one))]  # type: ignore[arg-type]
    assert every == sorted(days(Span(year, "year", 12, mid_month)))
    for day in every:
        found = holding(day, sort, mid_month=mid_month)  # type: ignore[arg-type]
        assert found.first <= day <= found.end
        assert found.year == year


@given(spans)
def test_a_period_is_the_union_of_its_months(one: Span) -> None:
    months = [day for month in one.months for day in sorted(days(month))]
    assert months == sorted(days(one))


@given(spans)
def test_cumulative_is_the_union_of_all_periods_of_the_year_so_far(one: Span) -> None:
    so_far = span(f"{one.year}-{one.last_month:02d}+{'@15' if one.mid_month else ''}")
    plain = span(one.name.replace("+", ""))
    before = [
        each
        for each in of_year(one.year, one.sort, mid_month=one.mid_month)
        if each.last_month <= one.last_month
    ]
    assert set().union(*(days(each) for each in before)) == days(so_far)
    assert days(plain) <= days(so_far)


@given(spans)
def test_what_went_before_ends_the_day_before(one: Span) -> None:
    if one.cumulative or one.sort == "year":
        assert one.previous.end < one.end
        assert one.previous.first <= one.first
    else:
        assert one.previous.end == one.first - DAY
    assert one.year_before.name == one.name.replace(f"{one.year:04d}", f"{one.year - 1:04d}", 1)


def test_a_period_is_called_by_its_days_where_the_calendar_does_not_say_them() -> None:
    assert span("2019-07").words == "month 7/2019"
    assert span("2019-Q3+").words == "2019 up to quarter III of 2019"
    assert span("2019@15").words == "year 2019 (15/12/2018 – 14/12/2019)"
    use_language("vi")
    assert span("2019-H1").words == "6 tháng đầu năm 2019"
    assert span("2019-07+").words == "lũy kế từ đầu năm 2019 đến hết tháng 7/2019"


# --- as of a day -----------------------------------------------------------------------------------

TODAY = dt.date(2019, 7, 20)


def test_a_period_that_runs_goes_up_to_today_and_evidence_to_yesterday() -> None:
    found = asked("2019-07", TODAY)
    assert (found.last, found.over) == (TODAY, TODAY - DAY)
    assert found.months == ("2019-07",)
    assert asked("2019-06", TODAY).over == dt.date(2019, 6, 30)


def test_as_of_a_past_day_all_of_that_day_counts() -> None:
    found = asked("2019", TODAY, as_of=dt.date(2019, 3, 9))
    assert (found.last, found.over) == (dt.date(2019, 3, 9),) * 2
    assert found.months == ("2019-01", "2019-02", "2019-03")
    assert asked("2019", TODAY, as_of=TODAY).over == TODAY - DAY
    assert asked("2019-02", TODAY, as_of=dt.date(2019, 3, 9)) == asked("2019-02", TODAY)


def test_months_of_a_span_over_new_year_are_those_it_touches() -> None:
    assert asked("2019-01@15", TODAY).months == ("2018-12", "2019-01")
    assert len(asked("2019@15", dt.date(2020, 1, 1)).months) == 13


def test_a_day_to_come_and_a_period_to_come_are_refused() -> None:
    with pytest.raises(Refused, match="has not come yet"):
        asked("2019-07", TODAY, as_of=TODAY + DAY)
    with pytest.raises(Refused, match=r"2019-07 has not begun on 30/06/2019; its first day is 01/07/2019"):
        asked("2019-07", TODAY, as_of=dt.date(2019, 6, 30))
    assert asked("2019-08@15", TODAY).first == dt.date(2019, 7, 15)


def test_units_are_those_of_the_last_day_or_of_the_day_that_was_named() -> None:
    assert asked("2019-02", TODAY).units_on == dt.date(2019, 2, 28)
    later = asked("2019-02", TODAY, units=dt.date(2025, 9, 1))
    assert later.units_on == dt.date(2025, 9, 1)
