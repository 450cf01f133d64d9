"""Files that somebody else changes while a form is open: nothing is lost, and nothing overwritten unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.inventory.kinds import standard
from opsconsole.inventory.meanwhile import Clash, Said, inverse, meet, resolved, said, same
from opsconsole.inventory.proposal import ChangedMeanwhile
from opsconsole.inventory.writeback import Add, Change, propose, write
from opsconsole.store.database import Database
from tests.inventory.project import ASSETS, UNITS, Project

KINDS = standard()
PLACE = ("assets", "HB-1")


@pytest.fixture
def project(sqlite_database: Database, tmp_path: Path) -> Project:
    project = Project(tmp_path, sqlite_database)
    project.write("units.yaml", UNITS)
    project.write("assets.yaml", ASSETS)
    project.apply()
    return project


def now(project: Project, *keys: str, file: str = "inventory/assets.yaml") -> dict[tuple[str, str], Said]:
    with project.database.read() as reader:
        return said(reader, project.settings, [("assets", key, file) for key in keys or ("HB-1",)])


def of(**fields: object) -> dict[tuple[str, str], Said]:
    return {PLACE: Said(*PLACE, "a.yaml", 5, fields)}  # type: ignore[arg-type]


def test_what_a_file_says_has_its_defaults_and_the_era_of_its_unit(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("items:", "defaults: {room: P1}\n    items:"))
    found = now(project)[PLACE]
    assert found.fields == {
        "class": "desktop",
        "model": "Dell OptiPlex 3060",
        "price": "11500000",
        "status": "in-use",
        "room": "P1",
    }
    assert (found.unit, found.file, found.line) == ("04810@2017-10-15", "inventory/assets.yaml", 6)
    assert found.defaults == {"room": "P1"}


def test_a_thing_that_went_to_another_file_is_found_there(project: Project) -> None:
    project.write("other.yaml", ASSETS)
    project.remove("assets.yaml")
    assert now(project)[PLACE].file == "inventory/other.yaml"


def test_what_is_in_no_file_any_more_is_missing(project: Project) -> None:
    project.write("assets.yaml", ASSETS.replace("      HB-1:", "      HB-7:"))
    assert now(project, "HB-1", "HB-2").keys() == {("assets", "HB-2")}


def test_a_field_that_both_changed_has_to_be_chosen_and_others_stay() -> None:
    edit = Change(*PLACE, {"status": "broken", "room": "P2"})
    found = meet([edit], of(status="in-use", room="P1"), of(status="in-repair", room="P1", note="x"), KINDS)
    assert found.clashes == (Clash(*PLACE, "status", "in-use", "in-repair", "broken"),)
    assert found.theirs == (Clash(*PLACE, "note", None, "x", "x"),)
    assert not found.quiet


def test_who_wrote_the_same_is_no_rival() -> None:
    edit = Change(*PLACE, {"price": "12000000"})
    assert meet([edit], of(price="1"), of(price="12000000"), KINDS).quiet


def test_a_thing_that_was_deleted_meanwhile_is_told() -> None:
    assert meet([Change(*PLACE, {"room": "P2"})], of(room="P1"), {}, KINDS).gone == (PLACE,)


def test_a_new_thing_meets_nobody() -> None:
    assert meet([Add(*PLACE, {"room": "P2"})], {}, {}, KINDS).quiet


@pytest.mark.parametrize(
    ("field", "one", "other", "equal"),
    [
        ("mac", "00-1B-44-11-3A-B7", "00:1b:44:11:3a:b7", True),
        ("price", "12", "12", True),
        ("price", "12", "13", False),
        ("price", "12", None, False),
        ("disposed", {"date": "2020-01-01", "reason": "a"}, {"reason": "a", "date": "2020-01-01"}, True),
        ("disposed", {"date": "2020-01-01", "reason": "a"}, {"date": "2020-01-02", "reason": "a"}, False),
        ("status", "nonsense", "nonsense", True),
    ],
)
def test_values_are_held_against_each_other_by_what_they_mean(
    field: str, one: object, other: object, equal: bool
) -> None:
    assert same(KINDS["assets"], field, one, other) is equal  # type: ignore[arg-type]


def test_a_unit_that_both_changed_has_to_be_chosen() -> None:
    before = {PLACE: Said(*PLACE, "a.yaml", 5, {}, "04810@2017-10-15")}
    after = {PLACE: Said(*PLACE, "a.yaml", 5, {}, "04819@2017-10-15")}
    edit = Change(*PLACE, unit="04828")
    found = meet([edit], before, after, KINDS, {PLACE: "04828@2017-10-15"})
    assert [(each.field, each.mine) for each in found.clashes] == [("unit", "04828@2017-10-15")]
    assert resolved([edit], [(*PLACE, "unit")]) == []


NAMES = st.sampled_from(["room", "note", "serial", "model"])
VALUES = st.dictionaries(NAMES, st.sampled_from(["a", "b", "c"]))
EDITS = st.dictionaries(NAMES, st.sampled_from(["a", "b", "c", None]), min_size=1)


@given(VALUES, VALUES, EDITS, st.booleans())
def test_nothing_is_lost_and_nothing_overwritten_unseen(
    was: dict[str, str], has: dict[str, str], mine: dict[str, str | None], keep_theirs: bool
) -> None:
    """Whatever the three say: after the choice a field is what the one side wrote that changed it, and of
    both what was chosen."""
    edit = Change(*PLACE, mine)
    meeting = meet([edit], of(**was), of(**has), KINDS)
    chosen = [(*PLACE, each.field) for each in meeting.clashes if keep_theirs]
    result = dict(has)
    for left in resolved([edit], chosen):
        for name, value in left.fields.items():
            if value is None:
                result.pop(name, None)
            else:
                result[name] = str(value)
    for name in {*was, *has, *mine}:
        theirs_changed = was.get(name) != has.get(name)
        if name not in mine:
            assert result.get(name) == has.get(name)
        elif not theirs_changed or mine[name] == has.get(name):
            assert result.get(name) == mine[name]
        else:
            assert any(each.field == name for each in meeting.clashes)
            assert result.get(name) == (has.get(name) if keep_theirs else mine[name])


@given(VALUES, EDITS)
def test_the_inverse_gives_back_what_was(was: dict[str, str], mine: dict[str, str | None]) -> None:
    back = inverse(Change(*PLACE, mine), of(**was)[PLACE])
    after = {**was, **mine}
    assert {n: v for n, v in {**after, **back.fields}.items() if v is not None} == was


def test_a_default_is_given_back_by_taking_the_field_away() -> None:
    before = Said(*PLACE, "a.yaml", 5, {"room": "P1"}, defaults={"room": "P1"})
    assert inverse(Change(*PLACE, {"room": "P2"}), before).fields == {"room": None}


def test_a_file_that_changes_after_the_proposal_is_not_written(project: Project) -> None:
    proposal = propose(project.database, project.settings, [Change(*PLACE, {"room": "P2"})])
    theirs = project.write("assets.yaml", ASSETS.replace("in-store", "broken")).read_bytes()
    with pytest.raises(ChangedMeanwhile, match="changed meanwhile"):
        write(proposal)
    assert (project.root / "inventory" / "assets.yaml").read_bytes() == theirs
