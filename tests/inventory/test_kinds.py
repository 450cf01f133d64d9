"""Kinds: one module makes one, and everything else works for it."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml
from sqlalchemy import MetaData

from opsconsole.errors import Refused
from opsconsole.inventory.fields import Field, ListOf, Ref, Text, Whole
from opsconsole.inventory.files import OUTLINES
from opsconsole.inventory.kind import KEY_TEXT, Kind, Kinds, choice
from opsconsole.inventory.kinds import standard
from opsconsole.inventory.schema import document_schema
from opsconsole.inventory.tables import table_of
from opsconsole.inventory.things import changes_of, find
from opsconsole.store.database import Database
from opsconsole.strictyaml import ProblemsFound
from tests.conftest import make_table
from tests.inventory.project import UNITS, Project, actions
from tests.inventory.test_export import exported

LINES = Kind(
    name="lines",
    singular="line",
    table="made_up_line",
    title="Leased lines",
    key=KEY_TEXT,
    unit="required",
    ends_by="cancelled",
    name_fields=("provider",),
    fields=(
        Field("provider", Text(), "who provides it", required=True),
        Field("megabits", Whole(1, 100_000), "speed"),
        Field("sort", choice("copper", "fibre"), "what it is made of"),
        Field("backup-of", Ref("lines"), "the line that it backs up"),
        Field("serves", ListOf(Ref("sites")), "sites"),
    ),
)


def test_a_kind_made_up_here_is_loaded_planned_applied_exported_and_remembered(
    database: Database, tmp_path: Path
) -> None:
    make_table(database, table_of(LINES, MetaData()))
    (tmp_path / "copy").mkdir()
    project = Project(tmp_path / "copy", database, Kinds((*standard(), LINES)))
    head = "kind: lines\nunit: 148\nas_of: 2019-08-06\nitems:\n"
    project.write("units.yaml", UNITS)
    project.write(
        "lines.yaml",
        head + "  l-1: {provider: VNPT, megabits: 100}\n  l-2: {provider: Viettel, backup-of: l-1}\n",
    )
    assert {key: action for key, action in actions(project.plan()).items() if key.startswith("l-")} == {
        "l-1": "create", "l-2": "create",
    }  # fmt: skip
    project.apply()
    project.write("lines.yaml", head + "  l-1: {provider: VNPT, megabits: 200}\n")
    plan = project.plan()
    assert actions(plan) == {"l-1": "update"}
    assert [(orphan.kind, orphan.key) for orphan in plan.orphans] == [("lines", "l-2")]
    project.apply()
    assert project.rows("SELECT megabits FROM made_up_line WHERE key = 'l-1'") == [(200,)]
    with database.read() as reader:
        found = changes_of(reader, find(reader, "l-1", kinds=project.kinds))
    assert [change.action for change in found] == ["create", "update"]
    assert b"megabits: 200" in exported(project, tmp_path / "out")["inventory/lines.yaml"]
    project.write("lines.yaml", head + "  l-3: {provider: VNPT, backup-of: l-9, sort: fibr}\n")
    with pytest.raises(ProblemsFound, match=r"did you mean 'fibre'"):
        project.plan()
    assert document_schema(LINES)["properties"]["items"]["additionalProperties"]["properties"]["sort"][
        "enum"
    ] == [
        "copper",
        "fibre",
    ]


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two kinds are called 'lines'"):
        Kinds((LINES, LINES))


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(Refused, match="did you mean 'assets'"):
        standard()["asset"]


@pytest.mark.parametrize("kind", list(standard()), ids=lambda kind: str(kind.name))
def test_the_schema_of_every_kind_is_valid_json_schema(kind: Kind) -> None:
    jsonschema.Draft202012Validator.check_schema(document_schema(kind))


def test_the_declared_files_of_this_project_pass_their_schemas() -> None:
    root = Path(__file__).parents[2] / "inventory"
    checked = 0
    validators = {kind.name: jsonschema.Draft202012Validator(document_schema(kind)) for kind in standard()}
    for path in sorted(root.rglob("*.yaml")):
        if path.is_relative_to(root / OUTLINES):
            continue
        if path.stat().st_size > 100_000:
            continue
        document = yaml.load(path.read_bytes(), Loader=yaml.BaseLoader)
        for error in validators[document["kind"]].iter_errors(_typed(document)):
            raise AssertionError(f"{path}: {error.json_path}: {error.message}")
        checked += 1
    assert checked > 0


def _typed(node: object) -> object:
    """Numbers as an editor would read them: BaseLoader leaves everything text."""
    if isinstance(node, dict):
        return {key: _typed(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_typed(value) for value in node]
    text = str(node)
    if text in ("yes", "no"):
        return text == "yes"
    try:
        return int(text) if text == str(int(text)) else text
    except ValueError:
        pass
    try:
        return float(text) if "." in text and text.count(".") == 1 else text
    except ValueError:
        return text


def test_targets_of_units_go_together_in_one_way(database: Database, tmp_path: Path) -> None:
    project = Project(tmp_path, database)
    project.write("units.yaml", UNITS)
    project.write(
        "indicators.yaml",
        "kind: indicators\nitems:\n  assets.per_unit: {name: a, name-en: a, measure: assets.count, "
        "unit-of-measure: count, direction: up, version: 1}\n",
    )
    head = "kind: targets\nas_of: 2019-08-06\ndefaults: {year: 2019, indicator: assets.per_unit, level: "
    head += "commune, value: 3, pace: linear, source: a, direction: at-least}\nitems:\n"
    project.write(
        "targets.yaml",
        head + "  one: {unit: 04810, when-merged: add}\n  other: {unit: 04819, when-merged: mean}\n",
    )
    with pytest.raises(ProblemsFound, match=r"different 'when-merged:' \(add and mean\)"):
        project.plan()
    project.write(
        "targets.yaml",
        head + "  one: {unit: 04810, when-merged: add}\n  other: {unit: 04819, when-merged: add}\n",
    )
    project.apply()
    assert project.rows("SELECT key, when_merged FROM target ORDER BY key") == [
        ("one", "add"),
        ("other", "add"),
    ]


def test_a_declared_day_is_a_day_that_exists(database: Database, tmp_path: Path) -> None:
    project = Project(tmp_path, database)
    project.write("units.yaml", UNITS)
    project.write("days.yaml", "kind: workdays\nitems:\n  2019-02-30: {works: yes, reason: bù}\n")
    with pytest.raises(ProblemsFound, match="must be a date that exists"):
        project.plan()
    project.write("days.yaml", "kind: workdays\nitems:\n  2019-03-02: {works: yes, reason: làm bù}\n")
    project.apply()
    assert project.rows("SELECT key, works, reason FROM workday") == [("2019-03-02", 1, "làm bù")]


def test_a_rule_that_says_something_else_needs_a_new_version(project: Project) -> None:
    text = """\
        kind: rules
        items:
          r: {name: luật, version: 1, events: [login], accounts: [personal], least-days: 4}
    """
    project.write("rules.yaml", text)
    project.apply()
    project.write("rules.yaml", text.replace("name: luật", "name: quy tắc"))
    project.apply()  # other words for the same
    project.write("rules.yaml", text.replace("least-days: 4", "least-days: 5").replace("login", "sent"))
    with pytest.raises(
        ProblemsFound,
        match=r"rules\.yaml:3:28: rule 'r' says something else \(events, least-days\): raise 'version:' to 2",
    ):
        project.plan()
    project.write(
        "rules.yaml", text.replace("least-days: 4", "least-days: 5").replace("version: 1", "version: 2")
    )
    assert [change.action for change in project.plan().changes] == ["update"]
