"""A reorganisation is declared, planned, applied and reverted; nothing declared is edited or lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.inventory.things import changes_of, find, state
from opsconsole.strictyaml import ProblemsFound
from tests.inventory.project import ASSETS, REFORM, UNITS, Project, actions

ACCOUNTS = """\
    kind: accounts
    unit: 04819
    as_of: 2019-08-06
    items:
      vanthu.danchu@hb.example: {type: shared}
      diachinh.danchu@hb.example: {type: shared}
"""

SITES = """\
    kind: sites
    unit: 04810
    as_of: 2019-08-06
    items:
      vc-04810: {name: Chăm Mát, endpoint: software}
"""

REVERT = """\
    kind: reorganisations
    items:
      nq-831:
        title: Thu hồi Nghị quyết 830
        effective: 2021-01-01
        decision: 831/NQ-UBTVQH14
        reverts: nq-830
"""


def held(project: Project, table: str, day: str) -> dict[str, int]:
    """code → living things of *table* that its unit holds on *day*."""
    return dict(
        project.rows(
            f"SELECT e.code, count(*) FROM {table} t JOIN unit_holder h ON h.province = t.province"
            f" AND h.unit_id = t.unit_id AND h.valid_from <= '{day}' AND '{day}' < h.valid_to"
            " JOIN unit_era e ON e.province = h.province AND e.id = h.holder_id GROUP BY e.code"
        )
    )


@pytest.fixture
def reformed(project: Project) -> Project:
    project.write("accounts.yaml", ACCOUNTS)
    project.write("sites.yaml", SITES)
    project.apply()
    project.write("reform.yaml", REFORM)
    return project


def test_the_plan_says_what_ends_what_begins_and_what_follows_to_whom(reformed: Project) -> None:
    plan = reformed.plan()
    assert actions(plan) == {"nq-830": "create"}
    (move,) = plan.moves
    assert move.day == "2020-01-01"
    assert set(move.ends) == {"Phường Chăm Mát (04810)", "Xã Dân Chủ (04819)", "Xã Thống Nhất (04828)"}
    assert set(move.begins) == {"Phường Dân Chủ (04819)", "Phường Thống Nhất (04828)"}
    assert move.before == move.after == {"assets": 4, "accounts": 2, "sites": 1}
    counts = {(each.source, each.target): dict(each.counts) for each in move.passages}
    assert counts["Phường Chăm Mát (04810)", "Phường Thống Nhất (04828)"] == {
        "assets": 4,
        "accounts": 0,
        "sites": 1,
    }
    assert counts["Phường Chăm Mát (04810)", "Phường Dân Chủ (04819)"] == {
        "assets": 0,
        "accounts": 0,
        "sites": 0,
    }
    assert counts["Xã Dân Chủ (04819)", "Phường Dân Chủ (04819)"] == {"assets": 0, "accounts": 2, "sites": 0}
    assert any("split" in each.change for each in move.passages)
    assert any("assets in all: 4 before, 4 after" in line for line in move.lines())


def test_things_follow_their_unit_from_the_day_on_without_being_changed(reformed: Project) -> None:
    reformed.apply()
    assert held(reformed, "asset", "2019-12-31") == {"04810": 4}
    assert held(reformed, "asset", "2020-01-01") == {"04828": 4}
    assert held(reformed, "account", "2019-12-31") == held(reformed, "account", "2020-01-01") == {"04819": 2}
    assert reformed.plan().empty
    with reformed.database.read() as reader:
        thing = find(reader, "HB-1")
        assert [change.action for change in changes_of(reader, thing)] == ["create"]
        today = state(reader, thing, None, "2026-01-01")
    assert (today.unit, today.holder) == ("04810@2017-10-15", "04828@2020-01-01")


def test_a_reverting_document_brings_the_units_back_and_history_shows_both(reformed: Project) -> None:
    reformed.apply()
    reformed.write("revert.yaml", REVERT)
    plan = reformed.plan()
    (move,) = plan.moves
    assert move.before == move.after == {"assets": 4, "accounts": 2, "sites": 1}
    assert {
        (each.source, each.target): dict(each.counts) for each in move.passages if any(each.counts.values())
    } == {
        ("Phường Thống Nhất (04828)", "Phường Chăm Mát (04810)"): {"assets": 4, "accounts": 0, "sites": 1},
        ("Phường Dân Chủ (04819)", "Xã Dân Chủ (04819)"): {"assets": 0, "accounts": 2, "sites": 0},
    }
    reformed.apply()
    assert held(reformed, "asset", "2020-06-01") == {"04828": 4}
    assert held(reformed, "asset", "2021-01-01") == {"04810": 4}
    assert held(reformed, "account", "2021-01-01") == {"04819": 2}
    assert reformed.plan().empty
    keys = reformed.rows("SELECT key FROM change WHERE kind = 'reorganisations' ORDER BY sequence")
    assert keys == [("nq-830",), ("nq-831",)]


def test_files_written_after_the_reform_use_the_new_codes(reformed: Project) -> None:
    reformed.apply()
    new = "kind: assets\nunit: {code}\nas_of: 2020-02-01\nitems:\n  N-1: {{class: ups, model: M, status: in-use}}\n"
    reformed.write("new.yaml", new.format(code="04810"))
    with pytest.raises(
        ProblemsFound,
        match=r"inventory/new.yaml:2:7: unit '04810' does not stand on 01/02/2020.*became 04819",
    ):
        reformed.plan()
    reformed.write("new.yaml", new.format(code="04828"))
    reformed.apply()
    assert held(reformed, "asset", "2020-02-01") == {"04828": 5}


def test_a_wrong_reorganisation_is_refused_at_its_line(reformed: Project) -> None:
    reformed.write("reform.yaml", REFORM.replace("04810: {share: part}", "04811: {share: part}"))
    with pytest.raises(ProblemsFound) as found:
        reformed.plan()
    assert any(
        problem.file == "inventory/reform.yaml" and problem.line == 11 for problem in found.value.problems
    ), str(found.value)


def test_a_reorganisation_that_is_in_no_file_any_more_still_holds(reformed: Project) -> None:
    reformed.apply()
    reformed.remove("reform.yaml")
    plan = reformed.plan()
    assert plan.empty
    assert [orphan.key for orphan in plan.orphans] == ["nq-830"]
    reformed.apply()
    assert held(reformed, "asset", "2020-01-01") == {"04828": 4}


def test_the_real_reorganisations_keep_every_total(project: Project) -> None:
    """The declared units and reforms of this project, with one asset in each unit of 2019."""
    root = Path(__file__).parents[2] / "inventory"
    project.remove("units.yaml")
    project.remove("assets.yaml")
    project.apply()
    for path in (*(root / "units").rglob("*.yaml"), *(root / "reorganisations").rglob("*.yaml")):
        project.write(str(path.relative_to(root)), path.read_text())
    project.limits(removal_share=1.0, transfer_share=1.0)
    project.apply()
    units = [code for (code,) in project.rows("SELECT code FROM unit_era WHERE valid_from = '2017-10-15'")]
    items = "".join(f"  A-{code}: {{unit: {code}, class: ups, model: M, status: in-use}}\n" for code in units)
    project.write("one-each.yaml", "kind: assets\nas_of: 2019-08-06\nitems:\n" + items)
    project.apply()
    totals = {
        day: sum(held(project, "asset", day).values())
        for day in (
            "2019-08-06",
            "2020-01-01",
            "2020-03-01",
            "2021-02-01",
            "2025-06-30",
            "2025-07-01",
            "2026-11-23",
        )
    }
    assert len(units) > 240
    assert set(totals.values()) == {len(units) + 4}
    assert sum(1 for code in held(project, "asset", "2025-07-01") if code.startswith("0")) == 46


def test_correcting_the_day_of_a_reform_restates_what_was_declared_after_it(reformed: Project) -> None:
    """Also what is in no file any more: nothing may drop out of the totals."""
    reformed.apply()
    reformed.write(
        "new.yaml",
        "kind: assets\nunit: 04828\nas_of: 2020-03-01\nitems:\n"
        "  N-1: {class: ups, model: M, status: in-use}\n  N-2: {class: ups, model: M, status: in-use}\n",
    )
    reformed.apply()
    reformed.write(
        "new.yaml",
        "kind: assets\nunit: 04828\nas_of: 2020-03-01\nitems:\n  N-1: {class: ups, model: M, status: in-use}\n",
    )
    reformed.apply()
    reformed.limits(transfer_share=1.0)
    reformed.write("reform.yaml", REFORM.replace("effective: 2020-01-01", "effective: 2020-02-01"))
    plan = reformed.plan()
    assert actions(plan) == {"nq-830": "update", "N-1": "transfer", "N-2": "transfer"}
    assert [orphan.key for orphan in plan.orphans] == ["N-2"]
    reformed.apply(allow=[stop.allow for stop in plan.stops])
    assert held(reformed, "asset", "2020-01-15") == {"04810": 4, "04828": 2}
    assert held(reformed, "asset", "2020-02-01") == {"04828": 6}
    again = reformed.plan()
    assert again.empty
    assert [orphan.key for orphan in again.orphans] == ["N-2"]


def test_the_past_is_still_told_after_the_first_day_of_a_unit_was_corrected(empty: Project) -> None:
    """The era that the history names is no more; its code names the unit of that day."""
    empty.write("units.yaml", UNITS)
    empty.write("assets.yaml", ASSETS)
    empty.apply(effective="2019-01-01")
    empty.write("units.yaml", UNITS.replace("2017-10-15", "2008-01-01"))
    empty.apply()
    with empty.database.read() as reader:
        shown = state(reader, find(reader, "HB-1"), "2019-12-31", "2026-01-01")
    assert (shown.unit, shown.holder) == ("04810@2017-10-15", "04810@2008-01-01")
    assert shown.names == {
        "04810@2017-10-15": "Phường Chăm Mát", "04810@2008-01-01": "Phường Chăm Mát",
    }  # fmt: skip
