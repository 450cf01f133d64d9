"""Write-back: the right file, the plan that follows, and files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from opsconsole.errors import Refused
from opsconsole.inventory import proposal as proposals
from opsconsole.inventory.apply import apply_plan
from opsconsole.inventory.kinds import standard
from opsconsole.inventory.writeback import Add, Change, Proposal, end, propose, write
from opsconsole.strictyaml import ProblemsFound
from tests.inventory.project import REFORM, Project, actions

ACCOUNTS = """\
    # Hộp thư của phường
    kind: accounts
    unit: 04810
    as_of: 2019-08-06
    defaults: {type: personal}
    items:
      mot@x.example: {name: Một}   # người đầu
      hai@x.example: {name: Hai, locked: yes}
"""


def asked(project: Project, *edits: Add | Change) -> Proposal:
    return propose(project.database, project.settings, edits)


def text(project: Project, name: str) -> str:
    return (project.root / "inventory" / name).read_text()


def carry_out(project: Project, proposal: Proposal, *allow: str) -> None:
    """Write and apply as the plan of the proposal said, to the digest."""
    write(proposal)
    done = apply_plan(
        project.database, project.settings, actor="tester", digest=proposal.plan.digest, allow=allow
    )
    assert done.plan.digest == proposal.plan.digest


def test_a_proposal_shows_diff_and_plan_and_writes_nothing(project: Project) -> None:
    project.write("boxes.yaml", ACCOUNTS)
    project.apply()
    before = text(project, "boxes.yaml")
    proposal = asked(
        project, end(standard(), "accounts", "Hai@x.example", "2019-09-01", "nghỉ việc", "12/QĐ")
    )
    assert actions(proposal.plan) == {"hai@x.example": "end"}
    assert proposal.diff.splitlines() == [
        "--- a/inventory/boxes.yaml",
        "+++ b/inventory/boxes.yaml",
        "@@ -5,4 +5,4 @@",
        " defaults: {type: personal}",
        " items:",
        "   mot@x.example: {name: Một}   # người đầu",
        "-  hai@x.example: {name: Hai, locked: yes}",
        "+  hai@x.example: {name: Hai, locked: yes, closed: {date: 2019-09-01, reason: nghỉ việc, decision: 12/QĐ}}",
    ]
    assert text(project, "boxes.yaml") == before
    assert project.plan().empty
    carry_out(project, proposal, "removals:accounts:04810@2017-10-15")
    assert project.plan().empty
    assert project.rows("SELECT ended FROM account WHERE key = 'hai@x.example'") == [("2019-09-01",)]


def test_a_new_thing_goes_into_the_file_of_its_unit_without_what_the_defaults_say(project: Project) -> None:
    project.write("boxes.yaml", ACCOUNTS)
    proposal = asked(
        project,
        Add("accounts", "ba@x.example", {"type": "personal", "name": "Ba"}, unit="04810", as_of="2019-09-01"),
    )
    assert [file.name for file in proposal.files] == ["inventory/boxes.yaml"]
    assert proposal.files[0].new.decode().endswith("  ba@x.example: {name: Ba}\n")
    carry_out(project, proposal)


def test_a_new_thing_that_no_head_fits_gets_a_file_of_its_own(project: Project) -> None:
    project.write("phuong/assets2.yaml", ACCOUNTS.replace("as_of:", "sample: made up\n    as_of:"))
    project.write("phuong/xa.yaml", "kind: people\nunit: 04819\nas_of: 2019-08-06\nitems: {}\n")
    project.apply()
    proposal = asked(
        project,
        Add("accounts", "ba@x.example", {"type": "shared"}, unit="04810", as_of="2019-09-01"),
        Add("accounts", "bon@x.example", {"type": "shared"}, unit="04810", as_of="2019-09-01"),
        Add("accounts", "nam@x.example", {"type": "shared"}, unit="04819", as_of="2019-09-01"),
    )
    # The head of the generated file would mark them as generated; the second unit has a folder.
    assert {file.name: file.new.decode() for file in proposal.files} == {
        "inventory/04810-phuong-cham-mat-accounts.yaml": (
            "kind: accounts\nunit: 04810\nas_of: 2019-09-01\nitems:\n"
            "  ba@x.example:\n    type: shared\n  bon@x.example:\n    type: shared\n"
        ),
        "inventory/phuong/04819-xa-dan-chu-accounts.yaml": (
            "kind: accounts\nunit: 04819\nas_of: 2019-09-01\nitems:\n  nam@x.example:\n    type: shared\n"
        ),
    }
    assert all(file.old is None for file in proposal.files)
    carry_out(project, proposal)
    assert len(project.rows("SELECT key FROM account WHERE sample = 0")) == 3


def test_a_file_of_many_units_takes_a_thing_with_its_unit(project: Project) -> None:
    project.write(
        "all.yaml", "kind: accounts\nas_of: 2019-08-06\nitems:\n  a@x.example: {type: shared, unit: 04819}\n"
    )
    proposal = asked(
        project, Add("accounts", "b@x.example", {"type": "shared"}, unit="04828", as_of="2019-09-01")
    )
    assert proposal.files[0].new.decode().endswith("  b@x.example: {unit: 04828, type: shared}\n")


def test_every_folder_of_the_inventory_is_edited(project: Project) -> None:
    from dataclasses import replace

    other = project.root / "more"
    other.mkdir()
    (other / "boxes.yaml").write_text(
        "kind: accounts\nunit: 04819\nas_of: 2019-08-06\nitems:\n  a@x.example: {type: shared}\n"
    )
    project.settings = replace(project.settings, inventory=(*project.settings.inventory, other))
    proposal = asked(project, Change("accounts", "a@x.example", {"locked": True}))
    assert [file.name for file in proposal.files] == ["more/boxes.yaml"]
    assert proposal.files[0].new.decode().endswith("  a@x.example: {type: shared, locked: yes}\n")


def test_a_thing_changes_its_unit_in_its_file_or_goes_to_another(project: Project) -> None:
    project.write("boxes.yaml", ACCOUNTS)
    project.write("reform.yaml", REFORM)
    project.apply()
    inside = asked(project, Change("accounts", "mot@x.example", unit="04828", as_of="2019-09-01"))
    assert "mot@x.example: {name: Một, unit: 04828}   # người đầu" in inside.files[0].new.decode()
    assert actions(inside.plan) == {"mot@x.example": "transfer"}
    # A unit of after the reform: the file reads its codes against the list of before.
    away = asked(
        project, Change("accounts", "hai@x.example", {"locked": None}, unit="04828", as_of="2020-06-01")
    )
    assert [file.name for file in away.files] == [
        "inventory/accounts/04828-phuong-thong-nhat-accounts.yaml",
        "inventory/boxes.yaml",
    ]
    assert "hai@x.example" not in away.files[1].new.decode()
    assert "    type: personal\n    name: Hai\n" in away.files[0].new.decode()
    carry_out(project, away)
    assert project.rows("SELECT unit_id, locked FROM account WHERE key = 'hai@x.example'") == [
        ("04828@2020-01-01", None)
    ]


def test_several_edits_of_one_thing_are_one(project: Project) -> None:
    project.write("boxes.yaml", ACCOUNTS)
    proposal = asked(
        project,
        Change("accounts", "hai@x.example", {"locked": None}),
        Change("accounts", "HAI@x.example", {"name": "Hai Bà"}),
    )
    assert "  hai@x.example: {name: Hai Bà}\n" in proposal.files[0].new.decode()


def test_what_the_files_say_already_is_an_empty_proposal(project: Project) -> None:
    project.write("boxes.yaml", ACCOUNTS)
    assert asked(project, Change("accounts", "hai@x.example", {"locked": True})).empty


def test_edits_that_cannot_be_made_are_refused(project: Project) -> None:
    project.write("boxes.yaml", ACCOUNTS)
    with pytest.raises(
        Refused, match=r"account 'mot@x\.example' is declared already: inventory/boxes\.yaml:7"
    ):
        asked(project, Add("accounts", "mot@x.example", {"type": "shared"}, unit="04810"))
    with pytest.raises(Refused, match=r"no file below 'inventory:' declares the account 'no@x\.example'"):
        asked(project, Change("accounts", "no@x.example", {"locked": True}))
    with pytest.raises(Refused, match="needs a unit"):
        asked(project, Add("accounts", "no@x.example", {"type": "shared"}))
    with pytest.raises(Refused, match="there is no unit '99999'"):
        asked(project, Add("accounts", "no@x.example", {"type": "shared"}, unit="99999"))
    with pytest.raises(Refused, match=r"must be a \.yaml file below a folder"):
        asked(project, Add("accounts", "no@x.example", {"type": "shared"}, unit="04810", file="../no.yaml"))
    with pytest.raises(Refused, match="declares things of another kind"):
        asked(project, Add("accounts", "no@x.example", {}, unit="04810", file="inventory/assets.yaml"))
    with pytest.raises(ProblemsFound, match=r"'owner' of account 'mot@x\.example' names person 'CB-9'"):
        asked(project, Change("accounts", "mot@x.example", {"owner": "CB-9"}))


def test_a_file_changed_meanwhile_is_not_overwritten(project: Project) -> None:
    boxes = project.write("boxes.yaml", ACCOUNTS)
    more = project.write("more.yaml", ACCOUNTS.replace("mot@", "ba@").replace("hai@", "bon@"))
    proposal = asked(
        project,
        Change("accounts", "mot@x.example", {"locked": True}),
        Change("accounts", "bon@x.example", {"locked": None}),
    )
    more.write_text(more.read_text() + "# một lời ghi\n")
    before = boxes.read_bytes(), more.read_bytes()
    with pytest.raises(Refused, match=r"changed meanwhile, so nothing was written: inventory/more\.yaml"):
        write(proposal)
    assert (boxes.read_bytes(), more.read_bytes()) == before


def test_a_new_file_that_is_there_meanwhile_is_not_overwritten(project: Project) -> None:
    proposal = asked(
        project, Add("accounts", "a@x.example", {"type": "shared"}, unit="04810", as_of="2019-09-01")
    )
    path = proposal.files[0].path
    path.parent.mkdir(exist_ok=True)
    path.write_text("của người khác")
    with pytest.raises(Refused, match="changed meanwhile"):
        write(proposal)
    assert path.read_text() == "của người khác"


def test_a_disk_that_fails_half_way_leaves_all_as_it_was(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = project.write("boxes.yaml", ACCOUNTS)
    boxes.chmod(0o640)
    proposal = asked(
        project,
        Change("accounts", "mot@x.example", {"locked": True}),
        Add("people", "CB-1", {"name": "Một"}, unit="04810", as_of="2019-09-01"),
        Add("people", "CB-2", {"name": "Hai"}, unit="04819", as_of="2019-09-01"),
    )
    before = sorted((path, path.read_bytes()) for path in project.root.rglob("*.yaml"))
    calls = []

    def link(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device", str(target))
        os.rename(source, target)
        source.write_bytes(b"")

    monkeypatch.setattr("opsconsole.newfiles.os.link", link)
    with pytest.raises(OSError, match="No space left"):
        write(proposal)
    assert len(calls) == 2
    assert sorted((path, path.read_bytes()) for path in project.root.rglob("*.yaml")) == before
    assert not list(project.root.rglob("*.partial"))
    assert not (project.root / "inventory" / "people").exists()
    monkeypatch.undo()
    write(proposal)
    assert boxes.stat().st_mode & 0o777 == 0o640
    assert not list(project.root.rglob("*.partial"))


def test_a_new_file_is_written_where_the_file_system_knows_no_links(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted", str(target))

    monkeypatch.setattr("opsconsole.newfiles.os.link", no_link)
    add = Add("accounts", "a@x.example", {"type": "shared"}, unit="04810", as_of="2019-09-01")
    proposal = asked(project, add)
    write(proposal)
    (file,) = proposal.files
    assert file.path.read_bytes() == file.new
    assert not list(project.root.rglob("*.partial"))
    # Somebody makes the file between the last look and the writing: it stays theirs.
    file.path.unlink()
    proposal = asked(project, add)
    monkeypatch.setattr(proposals, "_unchanged", lambda files: file.path.write_text("của người khác"))
    with pytest.raises(FileExistsError):
        write(proposal)
    assert file.path.read_text() == "của người khác"
    assert not list(project.root.rglob("*.partial"))
