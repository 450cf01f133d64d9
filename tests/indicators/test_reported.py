"""Indicators that people report, on both engines: from the figure in a file to value, explanation and standing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from opsconsole.indicators.explain import Explanation, explain
from opsconsole.indicators.measure import Measured, measure
from opsconsole.indicators.observations import Observation, observations
from opsconsole.indicators.targets import standings
from opsconsole.store.database import Database
from opsconsole.strictyaml import ProblemsFound
from tests.indicators.world import LATER, ZONE
from tests.inventory.project import REFORM, UNITS, Project

INDICATORS = """\
    kind: indicators
    defaults: {direction: up, version: 1}
    items:
      received: {name: nhận, name-en: received, measure: reported.sum, unit-of-measure: hồ sơ,
                 levels: [all, district, commune]}
      resolved: {name: xong, name-en: resolved, measure: reported.sum, unit-of-measure: hồ sơ}
      sites: {name: trang, name-en: sites, measure: reported.state, unit-of-measure: trang, levels: [all]}
      paper: {name: giấy, name-en: paper, measure: reported.rate, unit-of-measure: percent}
      share: {name: tỷ lệ, name-en: share, measure: reported.rate, unit-of-measure: percent,
              numerator: [resolved], denominator: [received], formula: xong / nhận, formula-en: resolved / received}
"""
HEAD = """\
    kind: figures
    as_of: 2019-08-06
    defaults: {name: n, period: 2019, unit-of-measure: hồ sơ, source: Kế hoạch 144}
    items:
"""


class Reports(Project):
    """A working copy with reported indicators, measured long after 2019."""

    def figures(self, *items: str, file: str = "figures.yaml", sample: bool = False) -> None:
        head = HEAD.replace("    items:", "    sample: seed 1\n    items:") if sample else HEAD
        self.write(file, head + "".join(f"      {item}\n" for item in items))

    def measure(self, year: int = 2019, **options: Any) -> Measured:
        options.setdefault("today", LATER)
        with self.database.write() as writer:
            return measure(writer, year, timezone=ZONE, **options)

    def one(self, indicator: str, period: str = "2019", unit: str = "", level: str = "all") -> Observation:
        (found,) = self.all(indicator, period, unit, level)
        return found

    def all(self, indicator: str, period: str, unit: str, level: str | None) -> list[Observation]:
        with self.database.read() as reader:
            return observations(reader, indicator=indicator, unit=unit, level=level, period=period)

    def explain(self, indicator: str, period: str = "2019", **where: Any) -> Explanation:
        with self.database.read() as reader:
            return explain(reader, indicator, period, timezone=ZONE, today=LATER, **where)


@pytest.fixture
def reports(database: Database, tmp_path: Path) -> Reports:
    (tmp_path / "copy").mkdir()
    found = Reports(tmp_path / "copy", database)
    found.write("units.yaml", UNITS)
    found.write("indicators.yaml", INDICATORS)
    return found


def roles(found: Explanation) -> list[tuple[str, str]]:
    return [(row.facts["role"], row.key) for row in found.rows]


# --- from a figure to a value --------------------------------------------------------------------


def test_a_figure_of_days_is_the_year_so_far_with_its_own_cut_off(reports: Reports) -> None:
    reports.figures(
        "plan: {indicator: received, period: 2019-01-01/2019-07-30, value: 30163, place: mục I.3, "
        "page: 3, quote: tiếp nhận 30.163 hồ sơ}"
    )
    reports.apply(reason="số liệu kế hoạch 144")
    reports.measure()
    year = reports.one("received")
    assert (year.value, year.numerator, year.denominator) == (30163, 30163, None)
    assert (year.low, year.high, year.cut_off) == (30163, 30163, "2019-07-30")
    assert reports.one("received", "2019-07").value is None
    assert year.inputs["stated"] == {"figures": ["plan"], "inexact": "", "meaning": "", "sample": 0}


def test_an_explanation_goes_down_to_the_figure_its_document_and_who_applied_it(reports: Reports) -> None:
    reports.figures(
        "plan: {indicator: received, period: 2019-01-01/2019-07-30, value: 30163, place: mục I.3, "
        "page: 3, quote: tiếp nhận 30.163 hồ sơ}"
    )
    reports.apply(actor="lan", reason="số liệu kế hoạch 144")
    reports.measure()
    found = reports.explain("received")
    assert (found.agrees, found.changed, found.cut_off) == (True, "", "2019-07-30")
    (row,) = found.rows
    assert (row.sort, row.key, row.numerator) == ("figure", "plan", 30163)
    facts = row.facts
    assert facts["applied_at"]
    assert {name: facts[name] for name in facts if name != "applied_at"} == {
        "role": "value",
        "value": 30163,
        "unit_of_measure": "hồ sơ",
        "unit_of_measure_en": "hồ sơ",
        "figure_from": "2019-01-01",
        "figure_until": "2019-07-30",
        "source": "Kế hoạch 144",
        "place": "mục I.3",
        "page": "3",
        "quote": "tiếp nhận 30.163 hồ sơ",
        "note": "",
        "inexact": "",
        "meaning": "",
        "is_sample": 0,
        "file": "inventory/figures.yaml",
        "line": 5,
        "revision": 1,
        "applied_by": "lan",
        "applied_reason": "số liệu kế hoạch 144",
    }


def test_months_make_quarters_and_units_make_levels_where_things_add_up(reports: Reports) -> None:
    reports.figures(
        *(
            f"r-{unit}-{month}: {{indicator: received, unit: {unit}, period: 2019-{month:02d}, value: {value}}}"
            for unit, value in (("148", 100), ("04819", 10), ("04828", 1))
            for month in (1, 2, 3)
        )
    )
    reports.apply()
    reports.measure(periods=["2019-01", "2019-Q1", "2019-Q2", "2019-03+", "2019"])
    assert reports.one("received", "2019-01").value == 111
    assert reports.one("received", "2019-Q1").value == 333
    assert reports.one("received", "2019-03+").value == 333
    assert reports.one("received", "2019-Q2").value is None
    assert reports.one("received", "2019-Q1", level="commune").value == 33
    assert reports.one("received", "2019-Q1", "04819@2017-10-15", "commune").value == 30
    year = reports.one("received")
    assert (year.value, year.cut_off) == (333, "2019-03-31")


def test_where_units_have_not_reported_the_sum_is_a_lower_bound(reports: Reports) -> None:
    reports.figures("r: {indicator: received, unit: 148, period: 2019-01, value: 100}")
    reports.apply()
    reports.measure()
    one = reports.one("received", "2019-01")
    assert (one.value, one.low, one.high) == (100, 100, None)
    # the district and three communes are to report
    assert (one.inputs["known"], one.inputs["asked"]) == (1, 4)
    district = reports.one("received", "2019-01", level="district")
    assert (district.value, district.high, district.inputs["asked"]) == (100, 100, 1)


def test_what_is_stated_of_all_counts_before_the_sum_of_units(reports: Reports) -> None:
    reports.figures(
        "all: {indicator: received, period: 2019-01, value: 130}",
        "unit: {indicator: received, unit: 148, period: 2019-01, value: 100}",
    )
    reports.apply()
    reports.measure()
    assert reports.one("received", "2019-01").value == 130
    assert reports.one("received", "2019-01", level="district").value == 100


def test_units_that_became_one_hold_their_figures_together_and_no_share_of_theirs(reports: Reports) -> None:
    reports.write("reform.yaml", REFORM)
    reports.figures(
        "r1: {indicator: received, unit: 04810, period: 2020-02, value: 5}",
        "r2: {indicator: received, unit: 04828, period: 2020-02, value: 7}",
        "p1: {indicator: paper, unit: 04810, period: 2020-02, value: 50, unit-of-measure: '%'}",
        "p2: {indicator: paper, unit: 04828, period: 2020-02, value: 70, unit-of-measure: '%'}",
    )
    reports.apply()
    reports.measure(2020)
    with reports.database.read() as reader:
        holder = reader.value(
            "SELECT holder_id FROM unit_holder WHERE province = :province AND unit_id = '04810@2017-10-15'"
            " AND valid_from <= '2020-02-29' AND valid_to > '2020-02-29'"
        )
    received = {one.unit_id: one.value for one in reports.all("received", "2020-02", holder, None)}
    assert received == {holder: 12 if holder.startswith("04828") else 5}
    if holder.startswith("04828"):
        assert reports.all("paper", "2020-02", holder, None) == []


# --- shares of figures ---------------------------------------------------------------------------


def test_a_share_is_made_of_two_figures_and_a_stated_one_stands_beside_it(reports: Reports) -> None:
    reports.figures(
        "got: {indicator: received, period: 2019-01-01/2019-07-30, value: 30163}",
        "done: {indicator: resolved, period: 2019-01-01/2019-07-30, value: 29345}",
        "said: {indicator: share, period: 2019-01-01/2019-07-30, value: 98, unit-of-measure: '%'}",
    )
    reports.apply()
    reports.measure()
    one = reports.one("share")
    assert (one.numerator, one.denominator, one.value) == (29345, 30163, 100 * 29345 / 30163)
    assert one.cut_off == "2019-07-30"
    found = reports.explain("share")
    assert sorted(roles(found)) == [("denominator", "got"), ("numerator", "done"), ("stated", "said")]
    assert sum(row.numerator for row in found.rows) == 29345
    assert sum(row.denominator for row in found.rows) == 30163


def test_a_share_of_figures_that_reach_differently_far_is_none_but_the_stated_one(reports: Reports) -> None:
    reports.figures(
        "got: {indicator: received, period: 2019-01-01/2019-07-30, value: 30163}",
        "done: {indicator: resolved, period: 2019-01-01/2019-06-30, value: 25000}",
    )
    reports.apply()
    reports.measure()
    assert reports.one("share").value is None
    reports.figures("said: {indicator: share, value: 98, unit-of-measure: '%'}", file="said.yaml")
    reports.apply()
    reports.measure()
    assert (reports.one("share").value, reports.one("share").denominator) == (98, None)


def test_a_share_of_units_is_pooled_from_what_they_report(reports: Reports) -> None:
    reports.figures(
        *(
            f"{indicator}-{unit}: {{indicator: {indicator}, unit: {unit}, period: 2019-01, value: {value}}}"
            for indicator, unit, value in (
                ("received", "04819", 10), ("resolved", "04819", 10),
                ("received", "04828", 30), ("resolved", "04828", 15),
            )
        )
    )  # fmt: skip
    reports.apply()
    reports.measure()
    assert reports.one("share", "2019-01", "04828@2017-10-15", "commune").value == 50
    assert reports.one("share", "2019-01", level="commune").value == 62.5


def test_nothing_is_a_share_of_nothing(reports: Reports) -> None:
    reports.figures(
        "got: {indicator: received, period: 2019-01, value: 0}",
        "done: {indicator: resolved, period: 2019-01, value: 0}",
    )
    reports.apply()
    reports.measure()
    one = reports.one("share", "2019-01")
    assert (one.value, one.numerator, one.denominator) == (None, 0, 0)


# --- what the source leaves open -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("inexact", "low", "high"), [("over", 90, None), ("nearly", None, 90), ("about", None, None)]
)
def test_how_roughly_a_figure_was_given_is_kept_with_the_value(
    reports: Reports, inexact: str, low: float | None, high: float | None
) -> None:
    reports.figures(
        f"r: {{indicator: received, value: 90, inexact: {inexact}, meaning: undefined, note: không nêu kỳ}}"
    )
    reports.apply()
    reports.measure()
    one = reports.one("received")
    assert (one.value, one.low, one.high) == (90, low, high)
    assert (one.inputs["stated"]["inexact"], one.inputs["stated"]["meaning"]) == (inexact, "undefined")
    facts = reports.explain("received").rows[0].facts
    assert (facts["inexact"], facts["meaning"], facts["note"]) == (inexact, "undefined", "không nêu kỳ")


def test_a_share_of_rough_figures_is_rough_and_what_is_undefined_in_one_is_undefined(
    reports: Reports,
) -> None:
    reports.figures(
        "got: {indicator: received, value: 100, inexact: nearly}",
        "done: {indicator: resolved, value: 50, meaning: ambiguous, note: n}",
    )
    reports.apply()
    reports.measure()
    one = reports.one("share")
    assert (one.value, one.low, one.high) == (50, None, None)
    stated = one.inputs["stated"]
    assert (stated["inexact"], stated["meaning"], stated["figures"]) == (
        "about",
        "ambiguous",
        ["done", "got"],
    )


# --- real figures and those of a sample ----------------------------------------------------------


def test_a_sample_is_silent_where_a_real_figure_speaks_and_never_added_to_it(reports: Reports) -> None:
    reports.figures(
        *(f"s-{month}: {{indicator: received, period: 2019-{month:02d}, value: 100}}" for month in range(1, 13)),
        *(f"t-{month}: {{indicator: resolved, period: 2019-{month:02d}, value: 90}}" for month in range(1, 13)),
        file="sample.yaml", sample=True,
    )  # fmt: skip
    reports.figures("real: {indicator: received, period: 2019-01-01/2019-07-30, value: 30163}")
    reports.apply()
    reports.measure()
    assert reports.one("received", "2019-03").inputs["stated"]["sample"] == 1
    year = reports.one("received")
    assert (year.value, year.cut_off, year.inputs["stated"]["sample"]) == (30163, "2019-07-30", 0)
    # the share of the year: not real over sample, but both of the sample
    share = reports.one("share")
    assert (share.numerator, share.denominator, share.inputs["stated"]["sample"]) == (1080, 1200, 1)


# --- replaced and withdrawn ----------------------------------------------------------------------


def test_of_two_figures_the_one_that_replaces_the_other_counts_and_both_are_told(reports: Reports) -> None:
    reports.figures(
        "i1: {indicator: sites, value: 32, unit-of-measure: trang}",
        "i4: {indicator: sites, value: 31, unit-of-measure: trang, replaces: i1}",
    )
    reports.apply()
    reports.measure()
    assert reports.one("sites").value == 31
    assert sorted(roles(reports.explain("sites"))) == [("replaced", "i1"), ("value", "i4")]
    reports.figures(
        "i1: {indicator: sites, value: 32, unit-of-measure: trang}",
        "i4: {indicator: sites, value: 31, unit-of-measure: trang, replaces: i1, "
        "withdrawn: {date: 2019-12-01, reason: đính chính}}",
    )
    reports.apply(allow=["removals:figures:all"])
    measured = reports.measure()
    assert reports.one("sites").value == 32
    assert measured.superseded == 2  # the year, and December, of which it is the state


def test_a_corrected_figure_supersedes_the_value_with_the_reason_and_a_note_does_not(
    reports: Reports,
) -> None:
    reports.figures("r: {indicator: received, period: 2019-03, value: 100}")
    reports.apply()
    reports.measure()
    assert reports.measure().stale == 0
    reports.figures("r: {indicator: received, period: 2019-03, value: 100, note: đã đối chiếu}")
    reports.apply()
    again = reports.measure()
    assert (again.superseded, again.new) == (0, 0)
    reports.figures("r: {indicator: received, period: 2019-03, value: 101, note: đã đối chiếu}")
    reports.apply()
    assert reports.measure().superseded == 1
    one = reports.one("received", "2019-03")
    assert (one.value, one.sequence, one.reason) == (101, 2, "the register changed")
    assert [version.figures.value for version in reports.explain("received", "2019-03").versions] == [
        100,
        101,
    ]


# --- held against targets ------------------------------------------------------------------------


def test_a_reported_value_stands_against_its_target(reports: Reports) -> None:
    reports.write(
        "targets.yaml",
        """\
        kind: targets
        items:
          sites: {year: 2019, indicator: sites, level: all, value: 33, direction: at-least, pace: linear,
                  source: s}
          paper: {year: 2019, indicator: paper, level: all, value: 90, direction: at-least, pace: level,
                  source: s}
        """,
    )
    reports.figures(
        "i: {indicator: sites, value: 31, unit-of-measure: trang, stated: 2019-08-06}",
        "p: {indicator: paper, value: 95, unit-of-measure: '%', stated: 2019-08-06}",
    )
    reports.apply()
    reports.measure()
    with reports.database.read() as reader:
        found = {one.indicator: one for one in standings(reader, 2019, dt.date(2019, 8, 31))}
    assert (found["sites"].value, found["sites"].until, found["sites"].status) == (
        31,
        "2019-08-06",
        "on track",
    )
    assert (found["paper"].value, found["paper"].status) == (95, "on track")


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "line", "words"),
    [
        (["a: {value: 1, indicator: recieved}"], 5, "which is not declared"),
        (["a: {value: 1, level: district}"], 5, "names no indicator"),
        (["a: {value: 1, replaces: a}"], 5, "names no indicator"),
        (["a: {value: 1, indicator: received, level: district, unit: 148}"], 5, "delete 'level:'"),
        (["a: {value: 1, indicator: sites}"], 5, "'sites' is in trang, figure 'a' in hồ sơ"),
        (
            ["a: {value: 1, indicator: sites, level: district, unit-of-measure: trang}"],
            5,
            "no values of level 'district'; it has those of all",
        ),
        (["a: {value: 1, indicator: received, stated: 2018-12-31}"], 5, "before its period began"),
        (["a: {value: 1, indicator: received, replaces: a}"], 5, "cannot replace 'a'"),
        (
            ["a: {value: 1, indicator: received}", "b: {value: 1, indicator: resolved, replaces: a}"],
            6,
            "same indicator and unit or level",
        ),
        (
            ["a: {value: 1, indicator: received}", "b: {value: 2, indicator: received}"],
            6,
            "write 'replaces: a'",
        ),
        (
            [
                "a: {value: 1, indicator: received, period: 2019-01-01/2019-12-31}",
                "b: {value: 2, indicator: received, period: 2019}",
            ],
            5,
            "state one value of indicator 'received'",
        ),
        (
            [
                "a: {value: 1, indicator: received, replaces: b}",
                "b: {value: 2, indicator: received, replaces: a}",
            ],
            5,
            "figures 'a', 'b' replace each other",
        ),
    ],
)
def test_a_figure_that_gives_no_one_value_is_refused_at_its_line(
    reports: Reports, items: list[str], line: int, words: str
) -> None:
    reports.figures(*items)
    with pytest.raises(ProblemsFound) as refused:
        reports.apply()
    assert line in [each.line for each in refused.value.problems if words in each.message]


def test_a_second_figure_in_another_file_is_refused_also_when_the_first_file_did_not_change(
    reports: Reports,
) -> None:
    reports.figures("a: {value: 1, indicator: received}")
    reports.apply()
    reports.figures("b: {value: 2, indicator: received}", file="more.yaml")
    with pytest.raises(ProblemsFound) as refused:
        reports.apply()
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("inventory/more.yaml", 5)
    assert "'a' (inventory/figures.yaml:5)" in problem.message


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("measure: reported.sum, unit-of-measure: x, rule: r", "counts by no rule"),
        ("measure: reported.rate, unit-of-measure: percent, numerator: [sites]", "lacks the other"),
        (
            "measure: reported.sum, unit-of-measure: x, numerator: [sites], denominator: [sites]",
            "write 'measure: reported.rate'",
        ),
        (
            "measure: reported.rate, unit-of-measure: percent, numerator: [share], denominator: [sites]",
            "'share', which is not made of figures alone",
        ),
        (
            "measure: mail.issued, unit-of-measure: percent, numerator: [sites], denominator: [sites]",
            "'numerator' is for reported indicators",
        ),
        ("measure: mail.issued, unit-of-measure: percent, period-rule: 15th-to-14th", "'period-rule' is for"),
    ],
)
def test_an_indicator_that_could_not_be_made_of_figures_is_refused_at_its_line(
    reports: Reports, fields: str, words: str
) -> None:
    reports.write(
        "rule.yaml",
        "kind: rules\nitems:\n  r: {name: n, version: 1, events: [login], accounts: [personal], least-days: 4}\n",
    )
    reports.write(
        "wrong.yaml",
        f"kind: indicators\nitems:\n  test: {{name: n, name-en: n, direction: up, version: 1, {fields}}}\n",
    )
    with pytest.raises(ProblemsFound) as refused:
        reports.apply()
    assert [each.line for each in refused.value.problems if words in each.message] == [3]
