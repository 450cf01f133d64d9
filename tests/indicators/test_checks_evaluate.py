"""Evaluating checks: what adds up passes, what is off beyond rounding is found, in exact decimals."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from opsconsole.catalogue import use_language
from opsconsole.indicators.checks import sentence
from opsconsole.indicators.checks.arithmetic import rounded, span
from opsconsole.indicators.checks.evaluate import Check, evaluate
from opsconsole.indicators.checks.finding import VERDICTS, Finding, Term, counts

# As figures are: at most 15 digits, some of them after the point.
values = st.integers(-(10**12), 10**12).flatmap(
    lambda whole: st.sampled_from((1, 10, 100, 1000)).map(lambda part: Decimal(whole) / part)
)
positive = values.map(abs).filter(bool)


def figure(role: str, value: Any, **fields: Any) -> Term:
    """A stated figure."""
    return Term(role, f"f/{role}/{value}", Decimal(str(value)), name="[red]tên", **fields)


def constant(role: str, value: Any) -> Term:
    """A number of the declaration."""
    return Term(role, str(value), Decimal(str(value)), sort="number")


def found(sort: str, *terms: Term, decimals: int | None = None) -> Finding:
    """What a check of *sort* finds over *terms*."""
    operands = tuple((term.role, term.operand) for term in terms)
    return evaluate(Check("c", "tên", "name", 2019, sort, decimals, operands), terms)


def parts_of(amounts: list[Decimal]) -> list[Term]:
    return [figure("parts", value) for value in amounts]


# --- sum -------------------------------------------------------------------------------------


@given(st.lists(values, min_size=2, max_size=12))
def test_a_whole_made_of_its_parts_passes_and_anything_else_is_found(amounts: list[Decimal]) -> None:
    whole = sum(amounts, Decimal(0))
    right = found("sum", *parts_of(amounts), figure("whole", whole))
    assert (right.verdict, right.difference) == ("ok", 0)
    for off in (Decimal("0.001"), Decimal(-1), Decimal("1e9")):
        wrong = found("sum", *parts_of(amounts), figure("whole", whole + off))
        assert (wrong.verdict, wrong.expected, wrong.difference) == ("conflict", whole, off)


@given(st.lists(values, min_size=2, max_size=12), st.integers(0, 3))
def test_parts_and_whole_that_were_rounded_one_by_one_pass_and_more_than_that_is_found(
    amounts: list[Decimal], decimals: int
) -> None:
    whole = rounded(sum(amounts, Decimal(0)), decimals)
    stated = [rounded(value, decimals) for value in amounts]
    assert found("sum", *parts_of(stated), figure("whole", whole), decimals=decimals).verdict == "ok"
    slack = (len(amounts) + 1) * Decimal("0.5").scaleb(-decimals)
    total = sum(stated, Decimal(0))
    for whole, verdict in (
        (total + slack, "ok"),
        (total - slack, "ok"),
        (total + slack + Decimal("1e-9"), "conflict"),
        (total - slack - Decimal("1e-9"), "conflict"),
    ):
        assert found("sum", *parts_of(stated), figure("whole", whole), decimals=decimals).verdict == verdict


def test_a_number_of_the_declaration_is_not_taken_as_rounded() -> None:
    parts = parts_of([Decimal("33.3")] * 3)
    assert found("sum", *parts, constant("whole", 100), decimals=1).verdict == "ok"  # 0.1 of 0.15
    assert found("sum", *parts, constant("whole", "100.1"), decimals=1).verdict == "conflict"  # 0.2


def test_a_tenth_and_two_tenths_make_three_tenths_as_decimals_do_and_floats_do_not() -> None:
    assert found("sum", figure("parts", 0.1), figure("parts", 0.2), figure("whole", 0.3)).verdict == "ok"


# --- ratio -----------------------------------------------------------------------------------


def half_up(exact: Fraction, decimals: int) -> Decimal:
    """*exact* rounded half up, in integers."""
    scaled = abs(exact) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-decimals)


@given(values, positive, st.integers(0, 4))
@example(Decimal(29345), Decimal(30163), 0)
@example(Decimal(1), Decimal(800), 2)  # 0.125 %: a tie, up
@example(Decimal(-1), Decimal(800), 2)
@example(Decimal("964996"), Decimal("1000000"), 0)  # 96.4996 %: shown with enough digits
@example(Decimal("49999999999.9"), Decimal("100000000000"), 0)
def test_a_share_that_was_rounded_passes_and_one_step_beside_it_is_found(
    part: Decimal, whole: Decimal, decimals: int
) -> None:
    share = half_up(100 * Fraction(part) / Fraction(whole), decimals)
    terms = [figure("part", part), figure("whole", whole)]
    right = found("ratio", *terms, figure("share", share, unit_of_measure="%"), decimals=decimals)
    assert right.verdict == "ok"
    assert right.expected is not None
    assert rounded(right.expected, decimals) == share
    step = Decimal(1).scaleb(-decimals)
    for off in (step, -step):
        wrong = found("ratio", *terms, figure("share", share + off, unit_of_measure="%"), decimals=decimals)
        assert wrong.verdict == "conflict"
        assert wrong.stated == share + off


def test_nothing_is_a_share_of_zero() -> None:
    finding = found(
        "ratio", figure("part", 5), figure("whole", 0), figure("share", 5, unit_of_measure="%"), decimals=0
    )
    assert (finding.verdict, finding.reason) == ("not checkable", "zero")
    assert "share of 0" in sentence(finding)


# --- the others ------------------------------------------------------------------------------


@given(st.lists(values, min_size=2, max_size=5), values)
def test_figures_of_one_value_pass_and_the_one_furthest_off_is_told(
    amounts: list[Decimal], same: Decimal
) -> None:
    alike = [figure("figures", same) for _ in amounts]
    assert found("equal", *alike).verdict == "ok"
    finding = found("equal", *(figure("figures", value) for value in amounts))
    assert (finding.verdict == "ok") == (len(set(amounts)) == 1)
    assert finding.difference is not None
    assert abs(finding.difference) == max(abs(value - amounts[0]) for value in amounts)


@given(values, values, values)
def test_bounds_hold_from_least_to_most_and_name_the_bound_that_is_passed(
    value: Decimal, one: Decimal, other: Decimal
) -> None:
    least, most = sorted((one, other))
    finding = found("bounds", figure("figures", value), constant("least", least), figure("most", most))
    assert (finding.verdict == "ok") == (least <= value <= most)
    assert finding.expected == (value if finding.verdict == "ok" else least if value < least else most)


def test_of_several_figures_the_one_furthest_out_of_bounds_is_told() -> None:
    finding = found(
        "bounds",
        *(figure("figures", value) for value in (5, 101, 250, -3)),
        constant("least", 0),
        constant("most", 100),
    )
    assert (finding.verdict, finding.stated, finding.difference) == ("conflict", 250, 150)
    assert found("bounds", figure("figures", 3), constant("most", 3)).verdict == "ok"


def test_a_bound_that_is_a_figure_can_make_the_bounds_empty() -> None:
    finding = found("bounds", figure("figures", 3), figure("least", 9), figure("most", 1))
    assert (finding.verdict, finding.reason) == ("not checkable", "empty")


@given(positive, positive, positive)
def test_a_balance_adds_up_and_without_an_opening_one_the_opening_is_implied(
    opening: Decimal, received: Decimal, resolved: Decimal
) -> None:
    closing = opening + received - resolved
    terms = [figure("received", received), figure("resolved", resolved), figure("closing", closing)]
    assert found("balance", figure("opening", opening), *terms).verdict == "ok"
    wrong = found("balance", figure("opening", opening + 1), *terms)
    assert (wrong.verdict, wrong.difference) == ("conflict", -1)
    implied = found("balance", *terms)
    assert (implied.verdict, implied.reason, implied.implied) == ("undefined", "opening", opening)
    assert "implied and stated nowhere" in sentence(implied)


def test_cases_that_vanish_are_a_conflict_even_without_an_opening_balance() -> None:
    terms = [figure("received", 10), figure("resolved", 4)]
    assert found("balance", *terms, figure("closing", 6)).verdict == "ok"
    lost = found("balance", *terms, figure("closing", 5))
    assert (lost.verdict, lost.implied) == ("conflict", -1)


def course(*spans: tuple[str, int]) -> Finding:
    return found("monotone", *(figure("figures", value, period=period) for period, value in spans))


def test_figures_counted_from_new_year_do_not_fall_whatever_order_they_are_declared_in() -> None:
    march, june, whole = "2019-01-01/2019-03-31", "2019-01-01/2019-06-30", "2019"
    assert course((march, 5), (june, 5), (whole, 9)).verdict == "ok"
    fall = course((whole, 9), (june, 12), (march, 9))
    assert (fall.verdict, fall.expected, fall.stated) == ("conflict", 12, 9)
    assert "9 (2019) is less than 12" in sentence(fall)


@pytest.mark.parametrize("other", ["2019-03", "2018", "2019-01-01/2019-06-30", "2019-02-01/2019-09-30"])
def test_figures_of_another_beginning_or_of_the_same_end_have_no_course(other: str) -> None:
    finding = course(("2019-01-01/2019-06-30", 5), (other, 4))
    assert (finding.verdict, finding.reason) == ("not checkable", "course")


def test_a_period_has_a_first_and_a_last_day() -> None:
    for period, first, last in (
        ("2019", "2019-01-01", "2019-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2019-12", "2019-12-01", "2019-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
        ("2019-01-01/2019-07-30", "2019-01-01", "2019-07-30"),
    ):
        assert [day.isoformat() for day in span(period)] == [first, last]


# --- what cannot be said ---------------------------------------------------------------------

EACH_SORT = [
    ("sum", [figure("parts", 1), figure("parts", 2), figure("whole", 4)]),
    ("ratio", [figure("part", 1), figure("whole", 2), figure("share", 49, unit_of_measure="%")]),
    ("bounds", [figure("figures", 5), figure("most", 4)]),
    ("equal", [figure("figures", 5), figure("figures", 4)]),
    ("balance", [figure("received", 5), figure("resolved", 4), figure("closing", 0)]),
    ("monotone", [figure("figures", 5, period="2019-01-01/2019-03-31"), figure("figures", 4, period="2019")]),
]


@pytest.mark.parametrize(("sort", "terms"), EACH_SORT, ids=[sort for sort, _terms in EACH_SORT])
def test_in_every_sort_doubt_is_no_conflict_and_a_value_that_is_not_there_is_not_checked(
    sort: str, terms: list[Term]
) -> None:
    assert found(sort, *terms, decimals=0 if sort == "ratio" else None).verdict == "conflict"
    for number in range(len(terms)):

        def with_one(number: int = number, **fields: Any) -> Finding:
            changed = [replace(term, **fields) if at == number else term for at, term in enumerate(terms)]
            return found(sort, *changed, decimals=0 if sort == "ratio" else None)

        doubt = with_one(meaning="undefined", note="why not")
        assert (doubt.verdict, doubt.reason) == ("undefined", "meaning")
        assert "why not" in sentence(doubt)
        assert doubt.stated is not None  # the arithmetic is shown all the same
        rough = with_one(inexact="about")
        assert (rough.verdict, rough.reason) == ("not checkable", "inexact")
        for missing in ("absent", "withdrawn", "unmeasured", "several"):
            gone = with_one(value=None, missing=missing)
            assert (gone.verdict, gone.reason) == ("not checkable", "missing")
            assert terms[number].operand in sentence(gone)
            assert (gone.expected, gone.stated, gone.difference) == (None, None, None)


def test_defined_is_a_figure_that_says_what_it_counts_roughly_or_not() -> None:
    assert found("defined", figure("figures", 1, inexact="about"), figure("figures", 2)).verdict == "ok"
    doubt = found(
        "defined", figure("figures", 1), figure("figures", 2, meaning="ambiguous", note="hai nghĩa")
    )
    assert (doubt.verdict, sentence(doubt)) == (
        "undefined",
        "what 'f/figures/2' counts is ambiguous: hai nghĩa",
    )


def test_shares_are_not_added_to_counts() -> None:
    share, count = figure("parts", 50, unit_of_measure="%"), figure("parts", 50, unit_of_measure="hồ sơ")
    mixed = found("sum", share, count, figure("whole", 100, unit_of_measure="%"))
    assert (mixed.verdict, mixed.reason) == ("not checkable", "mixed")
    measured = replace(share, unit_of_measure="percent", sort="observed")
    assert found("sum", share, measured, constant("whole", 100)).verdict == "ok"
    wrong = found("ratio", figure("part", 1), figure("whole", 2), figure("share", 50), decimals=0)
    assert wrong.reason == "mixed"


# --- findings as values ----------------------------------------------------------------------


def test_a_finding_is_immutable_sorted_and_plain_for_json() -> None:
    finding = found("sum", figure("parts", "0.5"), figure("parts", 2), constant("whole", 3))
    with pytest.raises(FrozenInstanceError):
        finding.verdict = "ok"  # type: ignore[misc]
    data = finding.data
    assert (data["expected"], data["stated"], data["difference"]) == (2.5, 3, 0.5)
    assert isinstance(data["stated"], int)
    assert [term["operand"] for term in data["where"]] == ["f/parts/0.5", "f/parts/2"]
    right = replace(finding, verdict="ok", check="a")
    other = replace(finding, check="b")
    assert [one.check for one in sorted([right, finding, other])] == ["b", "c", "a"]
    assert counts([right, finding]) == dict.fromkeys(VERDICTS, 0) | {"ok": 1, "conflict": 1}


@given(values, values, values)
def test_a_sentence_holds_the_numbers_in_the_language_in_use(
    one: Decimal, two: Decimal, whole: Decimal
) -> None:
    assume(one + two != whole)
    finding = found("sum", figure("parts", one), figure("parts", two), figure("whole", whole))
    english = sentence(finding)
    use_language("vi")
    try:
        vietnamese = sentence(finding)
    finally:
        use_language("en")
    for text, point, group in ((english, ".", ","), (vietnamese, ",", ".")):
        shown = text.replace(group, "").replace(point, ".").replace("−", "-")
        for value in (one, two, one + two, whole):
            assert f"{value.normalize():f}" in shown


@pytest.mark.parametrize(
    ("value", "unit", "english", "vietnamese"),
    [
        ("12340.0", "hồ sơ", "12,340 hồ sơ", "12.340 hồ sơ"),
        ("67.53", "%", "67.53 %", "67,53 %"),
        ("-0.5", "percent", "−0.5 %", "−0,5 %"),
        ("3", "count", "3", "3"),
    ],
)
def test_amounts_are_written_as_people_write_them(
    value: str, unit: str, english: str, vietnamese: str
) -> None:
    term = figure("parts", value, unit_of_measure=unit)
    assert term.shown == english
    use_language("vi")
    assert term.shown == vietnamese
    use_language("en")
    assert replace(term, inexact="over").shown == f"over {english}"
