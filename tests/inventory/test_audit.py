"""The register held against its history: rows that were altered in the database itself are found."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from opsconsole.cli import cli
from opsconsole.inventory.audit import differences
from opsconsole.inventory.kinds import standard
from opsconsole.store.verify import Finding
from tests.inventory.project import ASSETS, REFORM, Project


def found(project: Project) -> list[tuple[str, str]]:
    return [(each.problem, each.key) for each in findings(project)]


def findings(project: Project) -> list[Finding]:
    with project.database.read() as reader:
        return list(differences(reader, standard()))


def tamper(project: Project, sql: str) -> None:
    with project.database.write() as writer:
        writer.execute(sql)


def test_what_was_applied_is_what_its_changes_say(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("price: 11500000", "price: 1").replace("in-store", "in-use"))
    project.apply()
    project.write("reform.yaml", REFORM)
    project.apply()
    project.write("assets.yaml", "\n".join(ASSETS.splitlines()[:-1]))
    project.apply()
    assert findings(project) == []


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE asset SET price = 1 WHERE key = 'HB-1'", "altered"),
        ("UPDATE asset SET ended = '2020-01-01', ended_reason = 'x' WHERE key = 'HB-1'", "altered"),
        ("UPDATE asset SET unit_id = '04828@2017-10-15' WHERE key = 'HB-1'", "altered"),
        ("UPDATE asset SET digest = 'x' WHERE key = 'HB-1'", "altered"),
        ("DELETE FROM asset WHERE key = 'HB-1'", "missing"),
    ],
)
def test_a_row_that_was_changed_behind_the_history_is_named(project: Project, sql: str, problem: str) -> None:
    tamper(project, sql)
    assert found(project) == [(problem, "HB-1")]


def test_a_row_without_any_change_is_named(project: Project) -> None:
    tamper(project, "UPDATE asset SET key = 'HB-9' WHERE key = 'HB-4'")
    assert sorted(found(project)) == [("extra", "HB-9"), ("missing", "HB-4")]


def test_the_finding_says_what_was_recorded_and_what_stands_there(project: Project) -> None:
    tamper(project, "UPDATE asset SET price = 1 WHERE key = 'HB-1'")
    assert "price: 11500000 → 1" in str(findings(project)[0])


def test_audit_verify_names_the_row_and_ends_with_1(project: Project) -> None:
    config = project.root / "config.yaml"
    config.write_text(f"province: test\ndatabase: {project.database.url}\nlanguage: en\n")
    arguments = ["--config", str(config), "audit", "verify"]
    assert CliRunner().invoke(cli, arguments, standalone_mode=False).return_value == 0
    tamper(project, "UPDATE asset SET price = 1 WHERE key = 'HB-1'")
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.return_value == 1
    assert "HB-1" in done.output
    assert "price: 11500000 → 1" in done.output
