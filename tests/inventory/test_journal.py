"""The journal of edits: taken back and done again whatever happened in between; bounded; of one person."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.inventory import carrying, journal
from opsconsole.inventory.apply import Applied
from opsconsole.inventory.journal import Entry, Side
from opsconsole.inventory.kinds import standard
from opsconsole.inventory.meanwhile import Said, meet, said
from opsconsole.inventory.writeback import Add, Change, ChangedMeanwhile, Edit, end, propose_in
from opsconsole.store.database import Database, StoreError
from tests.inventory.project import Project


def do(project: Project, title: str, *edits: Edit, person: str = "an", turns: Entry | None = None) -> Applied:
    """Carry out *edits* as the console does."""
    with project.database.read() as reader:
        proposal = propose_in(reader, project.settings, edits)
        before = said(reader, project.settings, [(each.kind, each.key, "") for each in edits])
        note = journal.note(
            reader, project.settings, proposal, edits, before, person=person, title=title, turns=turns
        )
    return carrying.carry_out(
        project.database,
        project.settings,
        proposal,
        note,
        actor=person,
        allow=[stop.allow for stop in proposal.plan.stops],
    )


def turn(project: Project, entry: Entry) -> Applied:
    return do(project, entry.title, *entry.here.edits, person=entry.person, turns=entry)


def last_done(project: Project, person: str = "an") -> Entry | None:
    with project.database.read() as reader:
        return journal.last_done(reader, project.settings, person)


def last_undone(project: Project, person: str = "an") -> Entry | None:
    with project.database.read() as reader:
        return journal.last_undone(reader, project.settings, person)


def undo(project: Project, person: str = "an") -> str:
    found = last_done(project, person)
    assert found is not None
    turn(project, found)
    return found.title


def redo(project: Project, person: str = "an") -> str:
    found = last_undone(project, person)
    assert found is not None
    turn(project, found)
    return found.title


def price(project: Project, key: str = "HB-1") -> Any:
    return project.rows(f"SELECT price FROM asset WHERE key = '{key}'")[0][0]


def text(project: Project) -> str:
    return (project.root / "inventory" / "assets.yaml").read_text("utf-8")


def test_edits_are_walked_back_step_by_step_and_forward_again(project: Project) -> None:
    before = text(project)
    do(project, "one", Change("assets", "HB-1", {"price": 1}))
    do(project, "two", Change("assets", "HB-1", {"price": 2, "room": "P1"}))
    do(project, "three", Change("assets", "HB-2", {"price": 3}, unit="04819"))
    after = text(project)
    assert [undo(project), undo(project), undo(project)] == ["three", "two", "one"]
    assert text(project) == before
    assert last_done(project) is None
    assert [redo(project), redo(project)] == ["one", "two"]
    assert price(project) == 2
    assert redo(project) == "three"
    assert last_undone(project) is None
    assert text(project) == after
    assert undo(project) == "three"
    assert project.plan().empty


def test_a_new_thing_ends_when_it_is_taken_back_and_stands_again(project: Project) -> None:
    add = Add("assets", "HB-9", {"class": "ups", "model": "Santak", "status": "in-use"}, unit="04819")
    do(project, "new", add)
    undo(project)
    assert project.rows("SELECT ended_reason FROM asset WHERE key = 'HB-9'") == [("entered by mistake",)]
    redo(project)
    assert project.rows("SELECT ended, model FROM asset WHERE key = 'HB-9'") == [(None, "Santak")]
    undo(project)
    assert project.rows("SELECT ended IS NULL FROM asset WHERE key = 'HB-9'") in ([(0,)], [(False,)])


def test_what_is_new_since_is_not_followed_by_what_was_taken_back_before(project: Project) -> None:
    do(project, "one", Change("assets", "HB-1", {"price": 1}))
    undo(project)
    do(project, "two", Change("assets", "HB-2", {"price": 2}))
    assert last_undone(project) is None
    with project.database.read() as reader:  # the list still offers it
        listed = journal.listed(reader)
        assert [(each.title, each.done) for each in listed] == [("two", True), ("one", False)]
        again = journal.entry(reader, project.settings, listed[1].number)
    turn(project, again)
    assert price(project) == 1


def test_each_person_takes_back_what_they_did_themselves_and_here(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(project, "of an", Change("assets", "HB-1", {"price": 1}), person="an")
    do(project, "of binh", Change("assets", "HB-1", {"room": "P1"}), person="binh")
    assert undo(project, "an") == "of an"
    assert last_done(project, "an") is None
    assert last_undone(project, "binh") is None
    monkeypatch.setattr("socket.gethostname", lambda: "another-machine")
    assert last_done(project, "binh") is None
    with project.database.read() as reader:
        assert journal.elsewhere(reader, project.settings, "binh") == 1


def test_a_field_that_others_changed_since_is_a_clash_and_the_rest_is_kept(project: Project) -> None:
    do(project, "one", Change("assets", "HB-1", {"price": 1}))
    project.write("assets.yaml", text(project).replace("price: 1,", "price: 7, room: P9,"))
    found = last_done(project)
    assert found is not None
    with project.database.read() as reader:
        now = said(reader, project.settings, [("assets", "HB-1", "")])
    meeting = meet(found.here.edits, found.here.said, now, standard())
    assert [(each.field, each.was, each.now, each.mine) for each in meeting.clashes] == [
        ("price", "1", "7", "11500000")
    ]
    assert [each.field for each in meeting.theirs] == ["room"]


def test_a_file_that_moved_is_found_where_it_is_now(project: Project) -> None:
    do(project, "one", Change("assets", "HB-1", {"price": 1}))
    project.write("xã/khác.yaml", text(project))
    project.remove("assets.yaml")
    project.apply()
    undo(project)
    assert "11500000" in (project.root / "inventory" / "xã" / "khác.yaml").read_text("utf-8")


# --- cut short ---------------------------------------------------------------------------------------

DRIVER = """
import os, signal, sys
from pathlib import Path
from opsconsole.inventory import carrying, proposal
from opsconsole.inventory.writeback import Add, Change
from opsconsole.store.database import Database
from tests.inventory.project import Project
from tests.inventory.test_journal import do, last_done, turn

root, url, stage, way = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
project = Project(root, Database(url, "test"))

def die(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)

if stage == "before the files":
    carrying.write = die
elif stage == "between two files":
    first = []
    replace = Path.replace
    def second_dies(path, target):
        die() if first else first.append(target)
        return replace(path, target)
    Path.replace = second_dies
elif stage == "after the files":
    carrying.apply_plan = die
elif stage == "in the apply":
    carrying.journal.settle = die
if way == "do":
    do(project, "killed", Change("assets", "HB-1", {"price": 5}), Change("assets", "HB-9", {"price": 5}))
elif way == "add":
    fields = {"class": "ups", "model": "Santak", "status": "in-use"}
    do(project, "killed", Add("assets", "HB-7", fields, unit="04810"), Add("assets", "HB-8", fields, unit="04819"))
else:
    turn(project, last_done(project))
"""

STAGES = ("before the files", "between two files", "after the files", "in the apply")
MORE = """\
kind: assets
unit: 04819
as_of: 2019-08-06
items:
  HB-9: {class: ups, model: Santak 500, price: 1, status: in-use}
"""


def killed(project: Project, stage: str, way: str) -> None:
    path = os.environ.get("PYTHONPATH", "")
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(project.root), project.database.url, stage, way],
        env={**os.environ, "PYTHONPATH": f"{root}:{path}"},
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def prices(project: Project) -> list[str]:
    """What the files say of the two."""
    with project.database.read() as reader:
        now = said(reader, project.settings, [("assets", key, "") for key in ("HB-1", "HB-9")])
    return [str(each.fields["price"]) for each in now.values()]


@pytest.mark.parametrize("stage", STAGES)
def test_an_edit_that_was_killed_is_taken_back_or_done_again(sqlite_project: Project, stage: str) -> None:
    project = sqlite_project
    project.write("more.yaml", MORE)
    project.apply()
    killed(project, stage, "do")
    if stage == "before the files":
        assert last_done(project) is None
        assert redo(project) == "killed"  # what was confirmed is not lost
        assert prices(project) == ["5", "5"]
    else:
        assert undo(project) == "killed"
        assert prices(project) == ["11500000", "1"]
        assert redo(project) == "killed"
    assert prices(project) == ["5", "5"]
    assert project.rows("SELECT price FROM asset WHERE key IN ('HB-1', 'HB-9')") == [(5,), (5,)]
    assert project.plan().empty


def test_new_things_of_which_half_were_written_are_taken_back_and_all_done_again(
    sqlite_project: Project,
) -> None:
    project = sqlite_project
    project.write("more.yaml", MORE)
    project.apply()
    killed(project, "between two files", "add")
    with project.database.read() as reader:
        there = said(reader, project.settings, [("assets", key, "") for key in ("HB-7", "HB-8")])
    assert len(there) == 1
    assert undo(project) == "killed"
    assert redo(project) == "killed"
    assert project.rows(
        "SELECT key FROM asset WHERE key IN ('HB-7', 'HB-8') AND ended IS NULL ORDER BY 1"
    ) == [
        ("HB-7",),
        ("HB-8",),
    ]
    assert project.plan().empty


@pytest.mark.parametrize("stage", STAGES)
def test_taking_back_that_was_killed_goes_on_from_where_the_files_are(
    sqlite_project: Project, stage: str
) -> None:
    project = sqlite_project
    project.write("more.yaml", MORE)
    project.apply()
    edits = [Change("assets", key, {"price": 5}) for key in ("HB-1", "HB-9")]
    do(project, "both", *edits)
    killed(project, stage, "undo")
    if stage in ("before the files", "between two files"):
        assert undo(project) == "both"
    else:
        assert last_done(project) is None
        project.apply()
    assert prices(project) == ["11500000", "1"]
    assert redo(project) == "both"
    assert prices(project) == ["5", "5"]
    assert project.plan().empty


def test_an_apply_that_is_refused_leaves_files_that_can_be_taken_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> Applied:
        raise Refused("somebody was quicker")

    before = text(project)
    with monkeypatch.context() as patch:
        patch.setattr(carrying, "apply_plan", refuse)
        with pytest.raises(Refused, match="quicker"):
            do(project, "one", Change("assets", "HB-1", {"price": 1}))
    assert text(project) != before
    assert undo(project) == "one"
    assert text(project) == before
    assert project.plan().empty


def test_what_could_not_be_written_leaves_no_entry(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(carrying, "write", full)
        with pytest.raises(OSError, match="No space"):
            do(project, "one", Change("assets", "HB-1", {"price": 1}))
    with project.database.read() as reader:
        assert journal.listed(reader) == []
    do(project, "two", Change("assets", "HB-1", {"price": 2}))
    found = last_done(project)
    assert found is not None
    with monkeypatch.context() as patch:
        patch.setattr(carrying, "write", full)
        with pytest.raises(OSError, match="No space"):
            turn(project, found)
    assert undo(project) == "two"


def test_without_a_journal_no_file_is_touched(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> int:
        raise StoreError("the disk is full")

    before = text(project)
    monkeypatch.setattr(journal, "begin", full)
    with pytest.raises(StoreError, match="full"):
        do(project, "one", Change("assets", "HB-1", {"price": 1}))
    assert text(project) == before


def test_a_file_changed_between_the_plan_and_the_write_leaves_no_entry(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = journal.begin

    def meanwhile(*arguments: Any) -> int:
        project.write("assets.yaml", text(project).replace("11500000", "9"))
        return begin(*arguments)

    monkeypatch.setattr(journal, "begin", meanwhile)
    with pytest.raises(ChangedMeanwhile):
        do(project, "one", Change("assets", "HB-1", {"price": 1}))
    with project.database.read() as reader:
        assert journal.listed(reader) == []


# --- bounds and damage -------------------------------------------------------------------------------


def test_it_is_bounded_by_number_age_and_size(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEPT", 3)
    for number in range(5):
        do(project, f"edit {number}", Change("assets", "HB-1", {"price": number}))
    with project.database.read() as reader:
        assert [each.title for each in journal.listed(reader)] == ["edit 4", "edit 3", "edit 2"]
    with project.database.write() as writer:
        writer.execute("UPDATE edit_journal SET at = '2019-01-01T00:00:00.000000Z' WHERE title = 'edit 3'")
    do(project, "of binh", Change("assets", "HB-2", {"price": 1}), person="binh")
    with project.database.read() as reader:
        assert [each.title for each in journal.listed(reader)] == ["of binh", "edit 4", "edit 2"]
    monkeypatch.setattr(journal, "KEPT_BYTES", 1)
    do(project, "large", Change("assets", "HB-1", {"price": 77}))
    with project.database.read() as reader:
        assert [each.title for each in journal.listed(reader)] == ["large", "of binh"]
    with project.database.write() as writer:
        assert journal.purge(writer, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)) == 2


def test_what_is_too_large_is_listed_and_refused_in_words(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MOST_BYTES", 10)
    do(project, "huge", Change("assets", "HB-1", {"price": 1}))
    found = last_done(project)
    assert found is not None
    assert not found.kept
    with pytest.raises(Refused, match="“huge” changed too much"):
        _ = found.here


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"form": 2}', '{"form": 1, "edits": [{}], "said": []}', "null"]
)
def test_a_damaged_entry_is_refused_and_hides_nothing_else(project: Project, damage: str) -> None:
    do(project, "one", Change("assets", "HB-1", {"price": 1}))
    do(project, "two", Change("assets", "HB-2", {"price": 1}))
    with project.database.write() as writer:
        writer.execute(
            "UPDATE edit_journal SET back = :damage, files = :damage WHERE title = 'two'", {"damage": damage}
        )
    found = last_done(project)
    assert found is not None
    with pytest.raises(Refused, match="“two”"):
        _ = found.here
    with project.database.read() as reader:
        assert [each.title for each in journal.listed(reader)] == ["two", "one"]


def test_an_entry_that_is_gone_is_refused(project: Project) -> None:
    do(project, "one", Change("assets", "HB-1", {"price": 1}))
    found = last_done(project)
    assert found is not None
    with project.database.write() as writer:
        writer.execute("DELETE FROM edit_journal")
    with pytest.raises(Refused, match="no more"):
        turn(project, found)
    assert price(project) == 1


_values = st.recursive(
    st.text(max_size=8) | st.booleans() | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=6), _values | st.none(), max_size=4), st.text(max_size=6))
def test_a_side_is_read_as_it_was_written(fields: dict[str, Any], key: str) -> None:
    made = {name: value for name, value in fields.items() if value is not None}
    side = Side(
        (
            Change("assets", key, fields, unit="04810", as_of="2019-08-06"),
            Add("assets", key, made, sample=True),
        ),
        {("assets", key): Said("assets", key, "a.yaml", 7, {"x": "1"}, "04810@2017-10-15", {"status": "x"})},
    )
    assert journal._side(journal._text(side)) == side


def test_an_end_and_its_taking_back(project: Project) -> None:
    do(project, "ended", end(standard(), "assets", "HB-1", "2019-12-31", "hỏng"))
    undo(project)
    assert project.rows("SELECT ended FROM asset WHERE key = 'HB-1'") == [(None,)]
    assert "disposed" not in text(project)


def test_one_database_with_two_provinces_keeps_two_journals(project: Project) -> None:
    do(project, "one", Change("assets", "HB-1", {"price": 1}))
    other = Database(project.database.url, "another")
    with other.read() as reader:
        assert journal.listed(reader) == []
        assert journal.last_done(reader, replace(project.settings, province="another"), "an") is None
