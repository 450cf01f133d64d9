"""Limits and protections: what is taken away needs a word, and a protected thing stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.errors import Refused
from opsconsole.inventory.protection import protect, unprotect
from opsconsole.inventory.things import find, state
from opsconsole.store.changes import totals_as_of
from opsconsole.store.verify import verify
from tests.inventory.project import ASSETS, UNITS, Project

GONE = "disposed: {date: 2019-09-01, reason: broken}"


def ending(*keys: str) -> str:
    text = ASSETS
    for key in keys:
        text = text.replace(f"{key}: {{", f"{key}: {{{GONE}, ")
    return text


def test_ending_a_small_share_passes(project: Project) -> None:
    project.write("assets.yaml", ending("HB-1"))
    assert project.plan().stops == ()
    project.apply()
    assert project.rows("SELECT count(*) FROM asset WHERE ended IS NULL") == [(3,)]


def test_ending_a_large_share_of_a_unit_stops_and_the_word_lets_it_pass(project: Project) -> None:
    project.write("assets.yaml", ending("HB-1", "HB-2"))
    before = project.dump()
    with pytest.raises(Refused, match="2 of 4 assets of Phường Chăm Mát") as refused:
        project.apply()
    assert project.dump() == before
    word = "removals:assets:04810@2017-10-15"
    assert f"--allow {word}" in str(refused.value)
    project.apply(allow=[word])
    assert project.rows("SELECT count(*) FROM asset WHERE ended IS NULL") == [(2,)]


def test_allowing_a_limit_never_makes_anything_happen(project: Project) -> None:
    before = project.dump()
    project.apply(allow=["removals:assets:04810@2017-10-15", "removals", "empty:assets:all"])
    assert project.dump() == before


def test_more_removals_in_one_run_than_the_count_stop(project: Project) -> None:
    project.limits(removal_share=1.0, removal_count=1)
    project.write("assets.yaml", ending("HB-1", "HB-2"))
    with pytest.raises(Refused, match=r"2 removals in one run; 1 are allowed.*--allow removals"):
        project.apply()


def test_a_unit_and_the_province_left_empty_stop_even_when_shares_allow_it(project: Project) -> None:
    project.limits(removal_share=1.0)
    project.write("assets.yaml", ending("HB-1", "HB-2", "HB-3", "HB-4"))
    messages = [stop.message for stop in project.plan().stops]
    assert "Phường Chăm Mát (04810) would have no assets left" in messages
    assert "the province would have no assets left" in messages


def test_moving_most_things_of_a_unit_stops(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("unit: 04810", "unit: 04819"))
    with pytest.raises(Refused, match=r"4 of 4 assets of Phường Chăm Mát .04810. in transfers"):
        project.apply()


def test_a_protected_thing_stops_a_plan_that_no_word_lets_pass(project: Project) -> None:
    protect(project.database, "HB-1", None, actor="chief", reason="evidence in a case")
    project.write("assets.yaml", ending("HB-1"))
    (stop,) = project.plan().stops
    assert stop.allow == ""
    with pytest.raises(Refused, match=r"'HB-1' is protected .evidence in a case."):
        project.apply(allow=["", "removals"])
    unprotect(project.database, "HB-1", None, actor="chief", reason="case closed")
    project.apply()
    with project.database.read() as reader:
        assert verify(reader).findings == ()
        actions = [
            action
            for (action,) in reader.rows("SELECT action FROM change WHERE key = 'HB-1' ORDER BY sequence")
        ]
    assert actions == ["create", "protect", "unprotect", "end"]


def test_a_protected_thing_can_still_be_corrected(project: Project) -> None:
    protect(project.database, "HB-1", None, actor="chief", reason="evidence in a case")
    project.write("assets.yaml", ASSETS.replace("price: 11500000", "price: 11500001"))
    project.apply()
    assert project.rows("SELECT price FROM asset WHERE key = 'HB-1'") == [(11500001,)]


def test_protecting_twice_and_unprotecting_what_is_free_are_refused(project: Project) -> None:
    protect(project.database, "HB-1", None, actor="chief", reason="x")
    with pytest.raises(Refused, match="protected already"):
        protect(project.database, "HB-1", None, actor="chief", reason="x")
    with pytest.raises(Refused, match="'HB-2' is not protected"):
        unprotect(project.database, "HB-2", None, actor="chief", reason="x")


def test_a_protection_does_not_change_what_a_thing_was(project: Project) -> None:
    protect(project.database, "HB-1", None, actor="chief", reason="evidence in a case")
    with project.database.read() as reader:
        shown = state(reader, find(reader, "HB-1"), "2099-01-01", "2026-01-01")
        assert shown.content["model"] == "Dell OptiPlex 3060"
        assert totals_as_of(reader, "assets", "2099-01-01") == {"04810@2017-10-15": 4}


ONE_LEFT = """\
    kind: sites
    unit: 04819
    as_of: 2019-08-06
    items:
      vc-1: {name: Một, endpoint: codec}
      vc-2: {name: Hai, endpoint: codec, closed: {date: 2019-09-01, reason: broken}}
"""


def test_what_has_ended_already_does_not_hide_that_a_unit_becomes_empty(project: Project) -> None:
    """Neither a thing that is created with its tombstone nor an ended one that is moved in."""
    project.limits(removal_share=1.0, transfer_share=1.0)
    project.write("sites.yaml", ONE_LEFT)
    project.apply()
    ended = "{name: Ba, endpoint: codec, closed: {date: 2019-09-01, reason: x}}"
    project.write(
        "sites.yaml",
        ONE_LEFT.replace(
            "Một, endpoint: codec", "Một, endpoint: codec, closed: {date: 2019-09-02, reason: x}"
        )
        + f"      vc-3: {ended}\n",
    )
    assert [stop.allow for stop in project.plan().stops] == [
        "empty:sites:04819@2017-10-15",
        "empty:sites:all",
    ]


def test_moving_what_has_ended_empties_no_unit(project: Project) -> None:
    project.write("sites.yaml", ONE_LEFT)
    project.apply()
    project.write("sites.yaml", ONE_LEFT.replace("{name: Hai", "{unit: 04828, name: Hai"))
    plan = project.plan()
    assert [change.action for change in plan.changes] == ["transfer"]
    assert plan.stops == ()


def test_a_protected_thing_that_ended_is_not_moved_by_taking_it_back(project: Project) -> None:
    project.write("sites.yaml", ONE_LEFT)
    project.apply()
    protect(project.database, "vc-2", None, actor="chief", reason="evidence")
    project.write(
        "sites.yaml",
        ONE_LEFT.replace(", closed: {date: 2019-09-01, reason: broken}", "").replace(
            "{name: Hai", "{unit: 04828, name: Hai"
        ),
    )
    (stop,) = project.plan().stops
    assert stop.allow == ""


def test_a_protection_has_its_anchor_as_an_apply_has(project: Project, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors"
    protect(project.database, "HB-1", None, actor="chief", reason="evidence", anchors=anchors)
    unprotect(project.database, "HB-1", None, actor="chief", reason="over", anchors=anchors)
    with project.database.read() as reader:
        checked = verify(reader, anchors)
    assert (checked.anchors, checked.findings) == (2, ())


def test_correcting_the_first_day_of_units_takes_nothing_from_any_of_them(project: Project) -> None:
    """Every era has another id then, and every thing is in the unit that it was in."""
    protect(project.database, "HB-1", None, actor="chief", reason="evidence")
    project.write("units.yaml", UNITS.replace("2017-10-15", "2008-01-01"))
    plan = project.plan()
    assert plan.stops == ()
    project.apply()
    assert project.rows("SELECT DISTINCT unit_id FROM asset") == [("04810@2008-01-01",)]


def test_a_correction_of_units_hides_no_move(project: Project) -> None:
    project.write("units.yaml", UNITS.replace("2017-10-15", "2008-01-01"))
    project.write("assets.yaml", ASSETS.replace("unit: 04810", "unit: 04819"))
    words = [stop.allow for stop in project.plan().stops]
    assert words == ["empty:assets:04810@2017-10-15", "transfers:assets:04810@2017-10-15"]
