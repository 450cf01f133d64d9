"""Outlines: what is wrong is told at its line, all of it at once; no text can make the reader fail otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.reports.compose import compose
from opsconsole.reports.data import whole
from opsconsole.reports.model import Paragraph
from opsconsole.reports.outline import Outline
from opsconsole.reports.outlinefile import BUILT_IN, outlines, read
from opsconsole.store.database import Database
from opsconsole.strictyaml import ProblemsFound
from tests.indicators.world import ZONE, World

GOOD = """\
report: test
title: {vi: Thử, en: Test}
periods: [month, year]
figures:
  stated: {figure: f/1}
  other: {figure: f/2}
  regular: {indicator: mail.regular, level: district}
body:
  - heading: {vi: Một, en: One}
  - text:
      - {vi: "Có {stated}.", en: "There are {stated}."}
      - {when: {figure: stated, above: other}, vi: "Tăng {difference}.", en: "Up by {difference}."}
      - {when: {figure: stated, below: other}, vi: "Giảm {difference}.", en: "Down by {difference}."}
      - {otherwise: yes, vi: "Không đổi.", en: "As before."}
annexes:
  - title: {vi: Bảng, en: Table}
    body:
      - table: units
        indicators: [mail.regular]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("title: {vi: Thử, en: Test}", "titel: {vi: Thử}", 2, "did you mean 'title'"),
        ("[month, year]", "[month, yeer]", 3, "'periods' must be of"),
        ("{figure: f/1}", "{figures: f/1}", 5, "did you mean 'figure'"),
        ("{figure: f/1}", "{figure: f/1, level: all}", 5, "says nothing of a reported figure"),
        ("level: district", "level: distrct", 7, "did you mean 'district'"),
        ("level: district", "period: last-yaer", 7, "did you mean 'last-year'"),
        ('"Có {stated}."', '"Có {statd}."', 11, "did you mean 'stated'"),
        ('"Có {stated}."', '"Có {stated."', 11, "brace"),
        ("above: other", "above: othr", 12, "did you mean 'other'"),
        ("above: other", "over: other", 12, "unknown entry 'over'"),
        ("figure: stated, below", "figure: stted, below", 13, "no figure 'stted'"),
        ("{otherwise: yes, ", "{otherwise: maybe, ", 14, "'otherwise' must be one of"),
        ("  - heading:", "  - headng:", 9, "must have one of"),
        ("report: test", "report: Test Me", 1, "lower-case letters"),
        ("vi: Một, ", "", 9, "lacks 'vi:'"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    with pytest.raises(ProblemsFound) as raised:
        read(GOOD.replace(old, new, 1).encode(), "o.yaml")
    assert any(problem.line == line and says in problem.message for problem in raised.value.problems), str(
        raised.value
    )


def test_all_problems_are_told_at_once() -> None:
    bad = (
        GOOD.replace('{stated}.", en', '{no-such}.", en')
        .replace("level: district", "level: x")
        .replace("[month, year]", "[day]")
    )
    with pytest.raises(ProblemsFound) as raised:
        read(bad.encode(), "o.yaml")
    assert {problem.line for problem in raised.value.problems} == {3, 7, 11}


@given(st.integers(0, len(GOOD)), st.integers(0, 12), st.text(max_size=12))
def test_no_text_makes_the_reader_fail_but_by_problems(at: int, length: int, put: str) -> None:
    text = GOOD[:at] + put + GOOD[at + length :]
    problems = None
    try:
        outline = read(text.encode("utf-8", "surrogatepass"), "o.yaml")
    except ProblemsFound as error:
        problems = error.problems
    if problems is None:
        assert isinstance(outline, Outline)
    else:
        assert problems
        assert all(problem.file == "o.yaml" for problem in problems)


def _world(database: Database, first: float = 12, second: float = 10) -> World:
    world = World(database)
    world.hoa_binh()
    common = {
        "file": "f.yaml",
        "line": 1,
        "digest": "",
        "revision": 1,
        "sample": 0,
        "orphaned": 0,
        "fold": "",
        "sort_key": "",
    }
    world.put(
        "figure",
        [
            {
                **common,
                "key": key,
                "name": key,
                "period": "2019",
                "value": value,
                "unit_of_measure": "cái",
                "source": "s",
            }
            for key, value in (("f/1", first), ("f/2", second))
        ],
    )
    return world


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [(12, 10, "Tăng 2."), (9.5, 10, "Giảm 0,50."), (10, 10, "Không đổi.")],
)
def test_a_sentence_is_said_when_its_condition_holds(
    sqlite_database: Database, first: float, second: float, says: str
) -> None:
    world = _world(sqlite_database, first, second)
    outline = read(
        GOOD.replace("  regular: {indicator: mail.regular, level: district}\n", "")
        .split("annexes:")[0]
        .encode(),
        "o.yaml",
    )
    with world.database.read() as reader:
        document = compose(reader, outline, "2019", timezone=ZONE, speak="vi")
    text = next(block.text for block in document.blocks if isinstance(block, Paragraph))
    assert says in text
    assert sum(word in text for word in ("Tăng", "Giảm", "Không đổi")) == 1


def test_a_figure_that_the_register_does_not_know_is_an_error_at_its_line(sqlite_database: Database) -> None:
    world = _world(sqlite_database)
    outline = read(GOOD.replace("f/1", "f/11").encode(), "o.yaml")
    with world.database.read() as reader, pytest.raises(ProblemsFound) as raised:
        compose(reader, outline, "2019", timezone=ZONE)
    lines = [(problem.line, problem.message) for problem in raised.value.problems]
    assert lines[0][0] == 5
    assert "did you mean 'f/1'" in lines[0][1]
    assert lines[1][0] == 7  # no indicator is declared in this register


def test_the_outlines_of_the_product_are_in_order_in_both_languages() -> None:
    known = outlines([Path("inventory/reports")], Path.cwd())
    assert {
        "yearly",
        "usage",
        "mail-by-unit",
        "conference",
        "asset-register",
        "wear",
        "stock-take",
        "handover",
        "data-quality",
        "operation",
    } <= set(known)
    for outline in known.values():
        assert outline.title.vi != outline.title.en
    assert BUILT_IN.is_dir()


def test_two_outlines_of_one_name_are_refused_and_an_own_one_replaces_the_products(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "wear.yaml").write_text("report: wear\ntitle: Của tôi\nbody:\n  - text: Xin chào\n")
    assert outlines([folder], tmp_path)["wear"].title.vi == "Của tôi"
    (folder / "again.yaml").write_text("report: wear\ntitle: Nữa\nbody:\n  - text: Xin chào\n")
    with pytest.raises(ProblemsFound, match="two outlines 'wear'"):
        outlines([folder], tmp_path)


def test_a_document_of_the_register_among_outlines_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.yaml").write_text("kind: assets\nitems: {}\n")
    with pytest.raises(ProblemsFound, match="move it out"):
        outlines([folder], tmp_path)


@pytest.mark.parametrize("written", ["²", "0", "10001", "-1", "1.5", "", "9" * 5000])
def test_an_option_that_is_no_whole_number_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="must be a whole number from 1 to 10000"):
        whole({"rows": written}, "rows", 5)
