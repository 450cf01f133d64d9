"""A bundle of a district becomes edits of the declared files, unit by unit, by the rules of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.errors import Refused
from opsconsole.inventory.bundles import Bundle
from opsconsole.inventory.handedin import hand_in, take_in
from opsconsole.inventory.proposal import ChangedMeanwhile
from opsconsole.strictyaml import ProblemsFound
from tests.inventory.project import UNITS, Project, actions

MAT, DAN = "04810@2017-10-15", "04819@2017-10-15"
MINE = """\
kind: assets
unit: 04810
as_of: 2019-08-06
items:
  # bought for the one-stop desk
  HB-1: {class: desktop, model: Dell OptiPlex 3060, price: 11500000, status: in-use}
  HB-2: {class: printer, model: Canon LBP 2900, status: in-use, room: P1}
"""
THEIRS = """\
kind: assets
as_of: 2019-08-06
items:
  HB-1: {unit: 04819, class: desktop, model: Dell OptiPlex 3060, price: 11500000, status: broken}
  HB-2: {unit: 04810, class: printer, model: Canon LBP 2900, status: in-use}
  HB-8: {unit: 04819, class: ups, model: Santak 500, status: in-use}
"""
PEOPLE = """\
kind: people
unit: 04819
as_of: 2019-08-06
items:
  CB-9: {name: Trần Thị Bình}
"""


@pytest.fixture
def copy(empty: Project) -> Project:
    empty.write("units.yaml", UNITS)
    empty.write("assets.yaml", MINE)
    empty.limits(transfer_share=1.0)
    empty.apply()
    return empty


def bundle(**files: str) -> Bundle:
    return Bundle(
        "tan-lac.zip", {name.replace("_", "/") + ".yaml": text.encode() for name, text in files.items()}
    )


def text(project: Project, name: str = "assets.yaml") -> str:
    return (project.root / "inventory" / name).read_text(encoding="utf-8")


def test_a_bundle_is_written_into_the_files_and_applied(copy: Project) -> None:
    handed = hand_in(copy.database, copy.settings, bundle(a=THEIRS, p=PEOPLE))
    assert actions(handed.proposal.plan) == {
        "HB-1": "transfer",
        "HB-2": "update",
        "HB-8": "create",
        "CB-9": "create",
    }
    assert text(copy) == MINE
    applied = take_in(copy.database, copy.settings, handed, actor="tester", reason="gói của huyện")
    assert applied.revision == 2
    assert copy.rows("SELECT key, unit_id, status, room FROM asset ORDER BY key") == [
        ("HB-1", DAN, "broken", None),
        ("HB-2", MAT, "in-use", None),
        ("HB-8", DAN, "in-use", None),
    ]
    assert "# bought for the one-stop desk" in text(copy)
    assert copy.plan().empty
    again = hand_in(copy.database, copy.settings, bundle(a=THEIRS, p=PEOPLE))
    assert (again.proposal.empty, again.same) == (True, 4)


def test_only_chosen_units_are_written_and_applied(copy: Project) -> None:
    handed = hand_in(copy.database, copy.settings, bundle(a=THEIRS), [MAT])
    assert actions(handed.proposal.plan) == {"HB-2": "update"}
    take_in(copy.database, copy.settings, handed, actor="tester")
    assert "HB-1: {class: desktop" in text(copy)
    assert "HB-8" not in text(copy)
    assert "room" not in text(copy)
    assert copy.plan().empty


def test_what_others_have_pending_stays_pending(copy: Project) -> None:
    copy.write("pending.yaml", PEOPLE)
    handed = hand_in(copy.database, copy.settings, bundle(a=THEIRS))
    assert "CB-9" not in actions(handed.proposal.plan)
    take_in(copy.database, copy.settings, handed, actor="tester")
    assert copy.rows("SELECT key FROM person") == []
    assert actions(copy.plan()) == {"CB-9": "create"}


def test_every_problem_is_told_at_its_place_in_the_bundle(copy: Project) -> None:
    wrong = THEIRS.replace("class: ups", "class: typewriter").replace("unit: 04810", "unit: 99999")
    with pytest.raises(ProblemsFound) as found:
        hand_in(copy.database, copy.settings, bundle(xa_a=wrong))
    assert sorted((problem.file, problem.line) for problem in found.value.problems) == [
        ("tan-lac.zip:xa/a.yaml", 5),
        ("tan-lac.zip:xa/a.yaml", 6),
    ]


def test_who_is_named_must_be_declared(copy: Project) -> None:
    named = THEIRS.replace("Santak 500, status: in-use", "Santak 500, status: in-use, custodian: CB-9")
    with pytest.raises(ProblemsFound, match="CB-9"):
        hand_in(copy.database, copy.settings, bundle(a=named))
    handed = hand_in(copy.database, copy.settings, bundle(a=named, p=PEOPLE))
    take_in(copy.database, copy.settings, handed, actor="tester")
    assert copy.rows("SELECT custodian FROM asset WHERE key = 'HB-8'") == [("CB-9",)]


def test_units_are_not_taken_from_a_bundle(copy: Project) -> None:
    with pytest.raises(ProblemsFound, match="not taken from a bundle"):
        hand_in(copy.database, copy.settings, bundle(u=UNITS.replace("\n    ", "\n").strip() + "\n"))


def test_a_limit_stops_before_a_file_is_written(copy: Project) -> None:
    copy.limits(transfer_share=0.1)
    handed = hand_in(copy.database, copy.settings, bundle(a=THEIRS))
    assert handed.proposal.plan.stops
    with pytest.raises(Refused, match="nothing was applied"):
        take_in(copy.database, copy.settings, handed, actor="tester")
    assert text(copy) == MINE
    allow = [stop.allow for stop in handed.proposal.plan.stops]
    take_in(copy.database, copy.settings, handed, actor="tester", allow=allow)
    assert copy.rows("SELECT count(*) FROM asset") == [(3,)]


def test_a_file_that_changed_meanwhile_is_not_overwritten(copy: Project) -> None:
    handed = hand_in(copy.database, copy.settings, bundle(a=THEIRS))
    copy.write("assets.yaml", MINE.replace("P1", "P2"))
    with pytest.raises(ChangedMeanwhile):
        take_in(copy.database, copy.settings, handed, actor="tester")
    assert "P2" in text(copy)
    assert copy.rows("SELECT count(*) FROM asset") == [(2,)]


def test_cancelling_at_the_last_moment_writes_nothing(copy: Project) -> None:
    handed = hand_in(copy.database, copy.settings, bundle(a=THEIRS))

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(copy.database, copy.settings, handed, actor="tester", progress=stop)
    assert text(copy) == MINE
    assert copy.rows("SELECT count(*) FROM asset") == [(2,)]


def test_generated_things_go_into_generated_files(copy: Project, tmp_path: Path) -> None:
    handed = hand_in(
        copy.database, copy.settings, bundle(a=THEIRS.replace("items:", "sample: seed 1\nitems:"))
    )
    take_in(copy.database, copy.settings, handed, actor="tester")
    assert copy.rows("SELECT sample FROM asset WHERE key = 'HB-8'") == [(1,)]
