"""The declared rules, indicators, targets and figures that come with the product, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from opsconsole.indicators.declared import declared
from opsconsole.indicators.measures import standard
from opsconsole.indicators.targets import standings
from opsconsole.store.database import Database
from opsconsole.strictyaml import ProblemsFound
from tests.indicators.world import LATER, ZONE
from tests.inventory.project import Project

INVENTORY = Path(__file__).parents[2] / "inventory"

RULE = """\
kind: rules
items:
  r: {name: n, version: 1, events: [login], accounts: [personal], least-days: 4}
"""


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    (tmp_path / "copy").mkdir()
    return Project(tmp_path / "copy", sqlite_database)


def test_the_seed_applies_measures_and_stands(project: Project) -> None:
    for folder in ("units", "rules", "indicators", "targets", "figures"):
        shutil.copytree(INVENTORY / folder, project.root / "inventory" / folder)
    assert project.apply().revision == 1
    with project.database.write() as writer:
        from opsconsole.indicators.measure import measure

        indicators = declared(writer)
        measured = measure(writer, 2019, timezone=ZONE, today=LATER)
    assert {one.measure.name for one in indicators} == {each.name for each in standard()}
    assert measured.new > 244  # every unit has its number of assets, none
    with project.database.read() as reader:
        for year, least in ((2019, 6), (2020, 9)):
            found = standings(reader, year, LATER)
            assert len(found) >= least
            assert {one.status for one in found} == {"no data"}
            assert all(len(one.source) > 20 for one in found)
        figures = dict(reader.rows("SELECT key, value FROM figure"))
    # right in the plan, and not right: both stay as they were stated
    assert figures["144/services-3"] + figures["144/services-4"] == figures["144/services-3-4"]
    assert figures["144/websites-i1"] != figures["144/websites-i4"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RULE.replace(", least-days: 4", ""), "does not say on how many days"),
        (RULE.replace("[login]", "[]"), "'events' of rule 'r' is an empty list"),
        (RULE.replace("[personal]", "[]"), "'accounts' of rule 'r' is an empty list"),
        (RULE.replace("[login]", "[logins]"), "did you mean 'login'"),
    ],
)
def test_a_rule_that_counts_nothing_is_refused_at_its_place(project: Project, text: str, words: str) -> None:
    project.write("rule.yaml", text)
    with pytest.raises(ProblemsFound) as refused:
        project.apply()
    assert any(words in problem.message and problem.line == 3 for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("measure: mail.issued, unit-of-measure: count", "write 'unit-of-measure: percent'"),
        ("measure: mail.regular.mean, unit-of-measure: percent", "lacks 'rule:'"),
        ("measure: assets.count, unit-of-measure: count, rule: r", "counts by no rule"),
        ("measure: mail.isued, unit-of-measure: percent", "did you mean 'mail.issued'"),
    ],
)
def test_an_indicator_that_does_not_fit_its_measure_is_refused_at_its_place(
    project: Project, fields: str, words: str
) -> None:
    project.write("rule.yaml", RULE)
    project.write(
        "indicator.yaml",
        f"kind: indicators\nitems:\n  test: {{name: n, name-en: n, direction: up, version: 1, {fields}}}\n",
    )
    with pytest.raises(ProblemsFound) as refused:
        project.apply()
    assert any(words in problem.message and problem.line == 3 for problem in refused.value.problems)
