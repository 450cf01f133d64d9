"""A directory held against what is declared: findings, and proposals that never guess."""

from __future__ import annotations

from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.inventory.directory.compare import Held, Told, compare
from opsconsole.inventory.directory.entry import Directory, Entry
from opsconsole.inventory.directory.unitnames import UnitNames
from opsconsole.inventory.leaving import edits, leaver
from opsconsole.inventory.state import stored_timeline
from opsconsole.inventory.writeback import Add, Change, propose, write
from tests.inventory.project import ACCOUNTS_OF_TOWN, PEOPLE_OF_TOWN, REFORM, Project

OTHER = """\
    kind: accounts
    as_of: 2019-08-06
    items:
      dan@x.example: {type: personal, unit: 04819}
"""
TODAY = "2019-09-01"


@pytest.fixture
def town(project: Project) -> Project:
    project.write("people.yaml", PEOPLE_OF_TOWN)
    project.write("boxes.yaml", ACCOUNTS_OF_TOWN)
    project.write("other.yaml", OTHER)
    project.apply()
    return project


def held(project: Project, *entries: Entry, **told: Any) -> Held:
    told = {"today": TODAY, "reason": "đã đóng", **told}
    with project.database.read() as reader:
        return compare(reader, Directory("LDIF", entries), Told(**told))


def entry(address: str, **fields: Any) -> Entry:
    return Entry(address, "f:1", **fields)


def sorts(found: Held) -> list[tuple[str, str]]:
    return [(each.sort, each.address) for each in found.findings if each.sort != "missing"]


def test_what_is_declared_so_is_no_finding(town: Project) -> None:
    found = held(
        town,
        entry("binh@x.example", name="Tran Thi Binh", quota_mb=500, unit=("Phường Chăm Mát",)),
        entry("khoa@x.example", state="locked", name="Khóa"),
        entry("tran.binh@x.example"),
    )
    assert sorts(found) == []
    assert (found.edits, found.agreeing, found.entries) == ((), 3, 3)


def test_a_joiner_is_proposed_with_unit_and_person_in_two_spellings(town: Project) -> None:
    found = held(
        town,
        entry(
            "hoa@x.example", name="Nguyễn Văn Hòa", unit=("P. Chăm Mát",), opened="2019-08-30", quota_mb=300
        ),
        entry("tam@x.example", name="Lê Văn Tám", unit=("Chăm Mát",)),
        entry("moi@x.example", person="CB-3"),
    )
    assert sorts(found) == [
        ("joiner", "hoa@x.example"),
        ("joiner", "moi@x.example"),
        ("joiner", "tam@x.example"),
    ]
    fields = {
        "type": "personal",
        "name": "Nguyễn Văn Hòa",
        "owner": "CB-1",
        "opened": "2019-08-30",
        "quota-mb": 300,
    }
    # Two people are called Lê Văn Tám: the mailbox is proposed without an owner.
    assert found.edits == (
        Add("accounts", "hoa@x.example", fields, unit="04810", as_of=TODAY),
        Add(
            "accounts",
            "tam@x.example",
            {"type": "personal", "name": "Lê Văn Tám", "opened": TODAY},
            unit="04810",
            as_of=TODAY,
        ),
        Add(
            "accounts",
            "moi@x.example",
            {"type": "personal", "owner": "CB-3", "opened": TODAY},
            unit="04810",
            as_of=TODAY,
        ),
    )


def test_a_joiner_of_no_known_unit_is_a_finding_alone(town: Project) -> None:
    found = held(town, entry("x@x.example", unit=("Xã Không Có", "Thành phố Hòa Bình")), entry("y@x.example"))
    assert [each.why for each in found.findings if each.sort == "joiner"] == [
        "no unit is called so",
        "the directory names no unit",
    ]
    assert found.edits == ()


def test_locks_quota_aliases_and_a_new_unit_are_proposed(town: Project) -> None:
    found = held(
        town,
        entry(
            "binh@x.example",
            state="locked",
            quota_mb=900,
            aliases=("b.tran@x.example", "tran.binh@x.example", "b@other.org"),
            unit=("Xã Dân Chủ",),
        ),
        entry("khoa@x.example"),
    )
    assert sorts(found) == [
        ("locked", "binh@x.example"),
        ("unlocked", "khoa@x.example"),
        ("mover", "binh@x.example"),
        ("alias", "binh@x.example"),
        ("quota", "binh@x.example"),
    ]
    aliases = ["tran.binh@x.example", "b.tran@x.example"]
    assert found.edits == (
        Change(
            "accounts",
            "binh@x.example",
            {"locked": True, "quota-mb": 900, "aliases": aliases},
            "04819",
            TODAY,
        ),
        Change("people", "CB-2", {}, "04819", TODAY),
        Change("accounts", "khoa@x.example", {"locked": None}),
    )
    write(propose(town.database, town.settings, found.edits))
    town.apply(allow=["transfers:accounts:04810@2017-10-15", "transfers:people:04810@2017-10-15"])
    assert town.rows("SELECT unit_id FROM person WHERE key = 'CB-2'") == [("04819@2017-10-15",)]


def test_who_left_is_closed_and_who_is_missing_only_when_the_export_is_complete(town: Project) -> None:
    closed = {"closed": {"date": TODAY, "reason": "đã đóng"}}
    found = held(town, entry("binh@x.example", state="closed"), entry("gone@x.example"))
    assert sorts(found) == [("leaver", "binh@x.example"), ("reopened", "gone@x.example")]
    assert found.edits == (Change("accounts", "binh@x.example", closed),)
    assert found.counts["missing"] == 3
    complete = held(town, entry("binh@x.example"), entry("vp@x.example", sort="shared"), complete=True)
    assert sorts(complete) == []
    assert {each.key for each in complete.edits} == {"khoa@x.example", "dan@x.example"}


def test_forwards_quotas_and_use_are_told(town: Project) -> None:
    found = held(
        town,
        entry("binh@x.example", forwards=("b@gmail.com",), used_mb=499, quota_mb=500, last_login=""),
        entry("khoa@x.example", state="locked", last_login=""),
        entry("dan@x.example", last_login="2019-01-01"),
        entry("vp@x.example", sort="shared", forwards=("binh@x.example", "khoa@x.example")),
    )
    assert sorts(found) == [
        ("forward", "binh@x.example"),
        ("forwards", "vp@x.example"),
        ("full", "binh@x.example"),
        ("never", "binh@x.example"),
        ("idle", "dan@x.example"),
    ]
    assert [each.about_use for each in found.findings][-2:] == [True, True]
    used = held(town, entry("dan@x.example", last_login=""), used={"dan@x.example": "2019-08-31"})
    assert sorts(used) == []


def test_where_the_directory_tells_no_login_the_logs_do(town: Project) -> None:
    boxes = [
        entry("binh@x.example"),
        entry("dan@x.example"),
        entry("khoa@x.example", opened="2019-03-01"),
        entry("hoa@x.example", opened="2019-03-01", unit=("Phường Chăm Mát",)),  # declared nowhere
    ]
    by_log: dict[str, Any] = {"used": {"dan@x.example": "2019-03-31"}, "since": "2019-02-01"}
    found = held(town, *boxes, **by_log, turn="2019-06-03")
    use = [(each.sort, each.address, each.there, each.why) for each in found.findings if each.about_use]
    assert use == [
        ("never", "khoa@x.example", "2019-03-01", "by the logs"),
        ("idle", "binh@x.example", "", "no use since the logs begin"),
        ("idle", "dan@x.example", "2019-03-31", "by the logs"),
    ]
    assert not [each for each in held(town, *boxes, **by_log).findings if each.about_use]  # too few days
    earlier = held(town, *boxes, **by_log, turn="2019-02-28")
    assert [(each.sort, each.address) for each in earlier.findings if each.about_use] == [
        ("idle", "binh@x.example")
    ]


def test_wrong_and_alike_addresses_are_told_and_what_cannot_be_declared_is_not_proposed(
    town: Project,
) -> None:
    found = held(
        town,
        entry("bnih@x.example", unit=("Chăm Mát",)),
        entry("а@x.example", unit=("Chăm Mát",)),  # a Cyrillic а
        entry("a@gmailcom", unit=("Chăm Mát",)),
        entry("twice@x.example", unit=("Chăm Mát",)),
        entry("twice@x.example"),
    )
    assert [(each.sort, each.address) for each in found.findings if each.sort in ("suspect", "twice")] == [
        ("suspect", "a@gmailcom"),
        ("suspect", "bnih@x.example"),
        ("suspect", "а@x.example"),
        ("twice", "twice@x.example"),
    ]
    assert {each.key for each in found.edits} == {"bnih@x.example", "twice@x.example"}


def test_names_of_units_in_many_hands(town: Project) -> None:
    with town.database.read() as reader:
        eras = stored_timeline(reader).eras.values()
    names = UnitNames(eras)
    for told, code in {
        ("Phường Chăm Mát",): "04810",
        ("04810",): "04810",
        ("p.chăm mát",): "04810",
        ("UBND phường Chăm Mát", "TP Hoà Bình"): "04810",
        ("CHAM MAT",): "04810",
        ("Văn hóa", "UBND xã Dân Chủ"): "04819",
        ("TP. Hòa Bình",): "148",
        ("Tỉnh Hòa Bình",): "17",
        ("Xã Chăm Mát",): None,
        ("Phường Chám Mạt",): None,  # diacritics of another name
        ("Xã Lạ", "TP Hòa Bình"): None,
        ("Sở Lạ", "Tỉnh Hòa Bình"): None,
        (): None,
    }.items():
        assert [era.code for era in names.find(told)] == ([code] if code else []), told
    assert {era.code for era in names.find(("Hòa Bình",))} == {"148", "17"}


def test_somebody_who_leaves_gives_back_all_they_hold(town: Project) -> None:
    town.write(
        "more.yaml",
        """\
        kind: assets
        unit: 04810
        as_of: 2019-08-06
        items:
          HB-9: {class: laptop, model: X, status: in-use, custodian: CB-2}
        """,
    )
    town.write(
        "sites.yaml",
        """\
        kind: sites
        unit: 04810
        as_of: 2019-08-06
        items:
          DC-1: {name: Điểm cầu, endpoint: codec, contact: CB-2}
        """,
    )
    town.apply()
    with town.database.read() as reader:
        found = leaver(reader, "Tran.Binh@x.example")
        assert leaver(reader, "CB-2") == found
        with pytest.raises(Refused, match="neither a person nor a mailbox 'CB-99'"):
            leaver(reader, "CB-99")
    assert (found.person, found.name) == ("CB-2", "Trần Thị Bình")
    assert [(each.how, each.key, each.name) for each in found.holdings] == [
        ("person", "CB-2", "Trần Thị Bình"),
        ("owner", "binh@x.example", "Trần Thị Bình"),
        ("alias", "binh@x.example", "tran.binh@x.example"),
        ("forwarded", "vp@x.example", ""),
        ("custodian", "HB-9", "X"),
        ("contact", "DC-1", "Điểm cầu"),
    ]
    proposal = propose(
        town.database, town.settings, edits(found, "2019-09-01", "nghỉ hưu", "12/QĐ", to="CB-1")
    )
    assert {(change.key, change.action) for change in proposal.plan.changes} == {
        ("CB-2", "end"),
        ("binh@x.example", "end"),
        ("HB-9", "update"),
        ("DC-1", "update"),
    }
    alone = {each.key: each.fields for each in edits(found, "2019-09-01", "nghỉ hưu")}
    assert alone["HB-9"] == {"custodian": None, "status": "in-store"}
    assert alone["DC-1"] == {"contact": None}


def test_a_name_of_before_a_reorganisation_moves_nobody(town: Project) -> None:
    town.write("reform.yaml", REFORM)
    town.apply()
    found = held(town, entry("binh@x.example", unit=("Phường Chăm Mát",)), today="2020-06-01")
    assert sorts(found) == []
    # Xã Thống Nhất took in the rest of it, and is Phường Thống Nhất now; Xã Dân Chủ did not.
    for name, sort in (("Xã Thống Nhất", []), ("Phường Dân Chủ", [("mover", "binh@x.example")])):
        found = held(town, entry("binh@x.example", unit=(name,)), today="2020-06-01")
        assert sorts(found) == sort, name


def test_a_name_with_other_diacritics_is_another_name(town: Project) -> None:
    found = held(
        town,
        entry("binh@x.example", name="Trần Thị Bính"),
        entry("khoa@x.example", state="locked", name="KHOA"),
        entry("hoa@x.example", name="Nguyễn Văn Hoá", unit=("Chăm Mát",)),
    )
    assert [(each.sort, each.address) for each in found.findings if each.sort in ("name", "joiner")] == [
        ("joiner", "hoa@x.example"),
        ("name", "binh@x.example"),
    ]
    (joiner,) = found.edits
    assert "owner" not in joiner.fields  # CB-1 is Nguyễn Văn Hoà
