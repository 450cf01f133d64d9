"""Plan and apply: what changes is shown, written once, whole, and remembered."""

from __future__ import annotations

import json

import pytest

from opsconsole.errors import Refused
from opsconsole.inventory.things import changes_of, find, state
from opsconsole.store.verify import verify
from opsconsole.strictyaml import ProblemsFound
from tests.inventory.project import ASSETS, Project, actions


def test_a_first_apply_creates_everything_and_the_next_plan_is_empty(project: Project) -> None:
    assert project.plan().empty
    assert project.rows("SELECT count(*) FROM asset WHERE ended IS NULL") == [(4,)]
    assert project.rows("SELECT count(*) FROM change") == [(9,)]
    assert project.rows("SELECT revision FROM register") == [(1,)]


def test_applying_twice_writes_nothing_the_second_time(project: Project) -> None:
    before = project.dump()
    assert project.apply().plan.empty
    assert project.dump() == before


def test_a_changed_field_is_planned_with_before_and_after(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("status: in-store", "status: in-use"))
    plan = project.plan()
    (change,) = plan.changes
    assert (change.key, change.action, change.fields) == (
        "HB-3",
        "update",
        (("status", "in-store", "in-use"),),
    )
    assert (change.file, change.line) == ("inventory/assets.yaml", 7)
    project.apply(digest=plan.digest, reason="checked")
    assert project.rows("SELECT status FROM asset WHERE key = 'HB-3'") == [("in-use",)]
    with project.database.read() as reader:
        last = changes_of(reader, find(reader, "HB-3"))[-1]
        assert (last.action, last.actor, last.reason, last.revision) == ("update", "tester", "checked", 2)
        assert json.loads(last.before or "")["status"] == "in-store"
        assert verify(reader).findings == ()


def test_formatting_comments_and_order_are_no_change(project: Project) -> None:
    project.write(
        "assets.yaml",
        """\
        # reordered, by hand
        items:
          HB-4:
            status: in-use
            model: "Santak 500"
            class: ups
          HB-3: {model: HP ProBook 450, class: laptop, status: in-store}
          HB-1: {class: desktop, price: 11500000, model: Dell OptiPlex 3060, status: in-use}
          HB-2: {class: printer, model: Canon LBP 2900, status: in-use}
        as_of: 2019-08-06
        unit: 04810
        kind: assets
        """,
    )
    assert project.plan().empty
    project.apply()
    assert project.rows("SELECT revision FROM register") == [(1,)]
    assert project.rows("SELECT line FROM asset WHERE key = 'HB-4'") == [(3,)]


def test_moving_an_asset_to_another_file_is_no_change(project: Project) -> None:
    project.write("assets.yaml", "\n".join(line for line in ASSETS.splitlines() if "HB-4" not in line))
    project.write(
        "more/assets.yaml",
        """\
        kind: assets
        unit: 04810
        as_of: 2019-08-06
        items:
          HB-4: {class: ups, model: Santak 500, status: in-use}
        """,
    )
    plan = project.plan()
    assert plan.empty
    assert plan.orphans == ()
    project.apply()
    assert project.rows("SELECT file, orphaned FROM asset WHERE key = 'HB-4'") == [
        ("inventory/more/assets.yaml", 0)
    ]
    assert project.plan().empty


def test_moving_an_asset_to_another_unit_is_a_transfer_with_history(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("HB-4: {", "HB-4: {unit: 04819, "))
    assert actions(project.plan()) == {"HB-4": "transfer"}
    project.apply()
    with project.database.read() as reader:
        made, moved = changes_of(reader, find(reader, "HB-4"))
    assert (made.unit_id, moved.unit_id) == ("04810@2017-10-15", "04819@2017-10-15")
    assert moved.action == "transfer"


def test_what_is_in_no_file_any_more_is_an_orphan_and_stays(project: Project) -> None:
    project.write("assets.yaml", "\n".join(line for line in ASSETS.splitlines() if "HB-2" not in line))
    plan = project.plan()
    assert plan.empty
    assert [(o.kind, o.key, o.file, o.line) for o in plan.orphans] == [
        ("assets", "HB-2", "inventory/assets.yaml", 6)
    ]
    project.apply()
    assert project.rows("SELECT count(*) FROM asset WHERE ended IS NULL") == [(4,)]
    again = project.plan()
    assert [o.key for o in again.orphans] == ["HB-2"]
    project.write("assets.yaml", ASSETS)
    found = project.plan()
    assert found.empty
    assert found.orphans == ()
    project.apply()
    assert project.rows("SELECT orphaned FROM asset WHERE key = 'HB-2'") == [(0,)]


def test_a_removed_file_makes_orphans_of_all_it_held(project: Project) -> None:
    project.remove("assets.yaml")
    assert [o.key for o in project.plan().orphans] == ["HB-1", "HB-2", "HB-3", "HB-4"]
    project.apply()
    assert project.rows("SELECT count(*) FROM asset") == [(4,)]


def test_a_tombstone_ends_a_thing_and_its_absence_later_is_in_order(project: Project) -> None:
    ended = ASSETS.replace(
        "model: Santak 500, ",
        "model: Santak 500, disposed: {date: 2019-09-01, reason: broken, decision: 12/QĐ}, ",
    )
    project.write("assets.yaml", ended)
    plan = project.plan()
    assert actions(plan) == {"HB-4": "end"}
    project.apply()
    assert project.rows("SELECT ended, ended_decision FROM asset WHERE key = 'HB-4'") == [
        ("2019-09-01", "12/QĐ")
    ]
    project.write("assets.yaml", "\n".join(line for line in ASSETS.splitlines() if "HB-4" not in line))
    assert project.plan().orphans == ()
    project.apply()
    assert project.plan().orphans == ()


def test_a_stale_digest_is_refused_and_names_the_revision_that_came_between(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("price: 11500000", "price: 12000000"))
    stale = project.plan().digest
    project.apply()
    project.write("assets.yaml", ASSETS.replace("price: 11500000", "price: 13000000"))
    before = project.dump()
    with pytest.raises(Refused, match=r"was at revision 1 and is at 2(?s:.*)revision 2: tester"):
        project.apply(digest=stale)
    assert project.dump() == before


def test_a_stale_saved_plan_is_refused_by_name_of_what_changed(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("price: 11500000", "price: 12000000"))
    saved = json.loads(json.dumps(project.plan().data))
    project.write(
        "assets.yaml",
        ASSETS.replace("price: 11500000", "price: 12500000").replace("status: in-store", "status: broken"),
    )
    with pytest.raises(Refused) as refused:
        project.apply(saved=saved)
    assert "asset 'HB-1' would change differently" in str(refused.value)
    assert "asset 'HB-3' would change now as well" in str(refused.value)


def test_a_saved_plan_is_carried_out_when_nothing_changed(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("price: 11500000", "price: 12000000"))
    saved = json.loads(json.dumps(project.plan().data))
    assert project.apply(saved=saved).revision == 2


def test_the_same_plan_has_the_same_digest_and_another_one_another(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("price: 11500000", "price: 12000000"))
    first, again = project.plan().digest, project.plan().digest
    project.write("assets.yaml", ASSETS.replace("price: 11500000", "price: 12000001"))
    assert first == again != project.plan().digest


def test_only_the_files_named_are_planned(project: Project) -> None:
    path = project.write(
        "bundle/new.yaml",
        "kind: assets\nunit: 04819\nas_of: 2019-08-06\nitems:\n  NEW-1: {class: tablet, model: iPad, status: in-use}\n",
    )
    project.write("assets.yaml", ASSETS.replace("price: 11500000", "price: 1"))
    assert actions(project.plan(path)) == {"NEW-1": "create"}
    project.apply(path)
    assert actions(project.plan()) == {"HB-1": "update"}


def test_a_file_from_elsewhere_can_be_taken_in_and_is_not_lost_by_the_next_plan(project: Project) -> None:
    stick = project.root.parent / "stick.yaml"
    stick.write_text(
        "kind: assets\nunit: 04819\nas_of: 2019-08-06\nitems:\n  NEW-1: {class: tablet, model: iPad, status: in-use}\n"
    )
    project.apply(stick)
    plan = project.plan()
    assert plan.empty
    assert plan.orphans == ()


def test_a_key_that_an_unchanged_file_declares_is_an_error_in_the_new_one(project: Project) -> None:
    project.write(
        "second.yaml",
        "kind: assets\nunit: 04819\nas_of: 2019-08-06\nitems:\n  HB-1: {class: tablet, model: iPad, status: in-use}\n",
    )
    with pytest.raises(ProblemsFound, match=r"inventory/second.yaml:5:3: .*first at inventory/assets.yaml:5"):
        project.plan()


def test_effective_dates_answer_for_the_past(project: Project) -> None:
    new = "  HB-9: {class: laptop, model: HP ProBook 450, status: %s}\n"
    head = "kind: assets\nunit: 04819\nas_of: 2019-08-06\nitems:\n"
    project.write("new.yaml", head + new % "in-store")
    project.apply(effective="2019-03-01")
    project.write("new.yaml", head + new % "in-use")
    project.apply(effective="2020-05-01")
    with project.database.read() as reader:
        thing = find(reader, "HB-9")
        assert state(reader, thing, "2020-04-30", "2026-01-01").content["status"] == "in-store"
        assert state(reader, thing, "2020-05-01", "2026-01-01").content["status"] == "in-use"
        with pytest.raises(Refused, match="did not hold asset 'HB-9'; it begins on 01/03/2019"):
            state(reader, thing, "2019-02-28", "2026-01-01")


def test_show_names_similar_keys_for_an_unknown_one(project: Project) -> None:
    with project.database.read() as reader, pytest.raises(Refused, match="similar keys: HB-1, HB-2"):
        find(reader, "HB-19")
