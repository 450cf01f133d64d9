"""The real units: Hòa Bình from 2017, its reorganisations of 2020, 2021 and 2025."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from opsconsole.store.database import Database
from opsconsole.strictyaml import Map, Node, parse
from opsconsole.units.building import timeline_of
from opsconsole.units.era import Era
from opsconsole.units.timeline import NoSuchUnit, Timeline
from tests.inventory.project import Project

INVENTORY = Path(__file__).parents[2] / "inventory"
FILES = sorted([*(INVENTORY / "units").rglob("*.yaml"), *(INVENTORY / "reorganisations").rglob("*.yaml")])
BEFORE, FIRST_CODES, FINAL_CODES, TODAY = "2019-08-06", "2020-02-01", "2020-04-01", "2025-08-01"


def _plain(node: Node) -> Any:
    if isinstance(node, Map):
        return {key: _plain(value) for key, value in node.items.items()}
    assert isinstance(node, str)
    return {"yes": 1}.get(node, node)


@pytest.fixture(scope="module")
def real() -> Timeline:
    records: dict[str, dict[str, Any]] = {"units": {}, "reorganisations": {}}
    for file in FILES:
        top = _plain(parse(file.read_bytes(), file.name))
        for key, item in top["items"].items():
            assert key not in records[top["kind"]]
            records[top["kind"]][key] = {**top.get("defaults", {}), **item}
    timeline, problems = timeline_of(records["units"], records["reorganisations"])
    assert problems == []
    return timeline


def of_level(timeline: Timeline, level: str, day: str) -> list[Era]:
    return [era for era in timeline.tree(day).units.values() if era.level == level]


def into(timeline: Timeline, code: str, day_a: str, day_b: str) -> list[str]:
    return [era.code for era in timeline.map_units([code], day_a, day_b).targets]


@pytest.mark.parametrize(
    ("day", "provinces", "departments", "districts", "communes"),
    [
        ("2017-10-15", 1, 22, 11, 210),
        ("2019-01-01", 1, 22, 11, 210),
        ("2019-08-06", 1, 22, 11, 210),
        ("2019-12-31", 1, 22, 11, 210),
        ("2020-01-01", 1, 22, 10, 151),
        ("2020-02-29", 1, 22, 10, 151),
        ("2020-04-01", 1, 22, 10, 151),
        ("2021-03-01", 1, 22, 10, 151),
        ("2025-06-30", 1, 22, 10, 151),
        ("2025-07-01", 1, 22, 0, 46),
        ("2025-08-01", 1, 22, 0, 46),
    ],
)
def test_so_many_units_stand_on_the_day(
    real: Timeline, day: str, provinces: int, departments: int, districts: int, communes: int
) -> None:
    counts = Counter(era.level for era in real.tree(day).units.values())
    assert (counts["province"], counts["department"], counts["district"], counts["commune"]) == (
        provinces,
        departments,
        districts,
        communes,
    )


@pytest.mark.parametrize(
    ("day", "types"),
    [
        ("2019-08-06", {"xã": 191, "phường": 8, "thị trấn": 11}),
        ("2020-04-01", {"xã": 131, "phường": 10, "thị trấn": 10}),
        ("2021-03-01", {"xã": 129, "phường": 12, "thị trấn": 10}),
        ("2025-08-01", {"xã": 42, "phường": 4}),
    ],
)
def test_types_of_communes_are_those_of_the_official_list(
    real: Timeline, day: str, types: dict[str, int]
) -> None:
    assert Counter(era.type for era in of_level(real, "commune", day)) == types


def test_the_official_spelling_is_kept_in_both_tone_placements(real: Timeline) -> None:
    assert real.resolve("17", BEFORE).name == "Tỉnh Hoà Bình"
    assert real.resolve("148", BEFORE).name == "Thành phố Hòa Bình"


def test_cham_mat_was_split_and_its_things_went_with_the_rest(real: Timeline) -> None:
    mapping = real.map_units(["04810"], BEFORE, "2020-01-01")
    assert [(row.target.code, row.target.name, row.follows) for row in mapping.rows] == [
        ("04819", "Phường Dân Chủ", False),
        ("04828", "Phường Thống Nhất", True),
    ]
    assert [era.code for era in mapping.splits] == ["04810"]


@pytest.mark.parametrize(
    ("code", "before", "name", "whose"),
    [
        ("04969", "Xã Thành Lập", "Xã Liên Sơn", "04966"),
        ("05128", "Thị trấn Mường Khến", "Thị trấn Mãn Đức", "05155"),
        ("05158", "Xã Địch Giáo", "Xã Phong Phú", "05149"),
    ],
)
def test_three_codes_were_kept_under_the_name_of_another_predecessor(
    real: Timeline, code: str, before: str, name: str, whose: str
) -> None:
    assert real.resolve(code, BEFORE).name == before
    assert real.resolve(code, FINAL_CODES).name == name
    assert into(real, whose, BEFORE, FINAL_CODES) == [code]
    assert into(real, code, BEFORE, FINAL_CODES) == [code]


@pytest.mark.parametrize(
    "code",
    [
        "04825",
        "04846",
        "04912",
        "04978",
        "05008",
        "05065",
        "05227",
        "05242",
        "05266",
        "05353",
        "05365",
        "05392",
    ],
)
def test_a_commune_that_took_in_others_and_kept_its_name_is_another_unit(real: Timeline, code: str) -> None:
    before, after = real.resolve(code, BEFORE), real.resolve(code, FINAL_CODES)
    assert (before.name, before.type) == (after.name, after.type)
    assert before.id != after.id
    assert len(real.predecessors(after.id)) >= 2


RECODES = {
    "04834": "04837",
    "04897": "04900",
    "04906": "04933",
    "04969": "04966",
    "05038": "05044",
    "05047": "05059",
    "05104": "05107",
    "05125": "05122",
    "05158": "05149",
    "05182": "05185",
    "05254": "05260",
    "05299": "05296",
    "05335": "05317",
    "05395": "05401",
}


@pytest.mark.parametrize(("final", "first"), sorted(RECODES.items()))
def test_a_recoded_commune_is_the_same_unit_under_the_code_first_published(
    real: Timeline, final: str, first: str
) -> None:
    before, after = real.resolve(first, FIRST_CODES), real.resolve(final, FINAL_CODES)
    assert (before.name, before.type, before.parent) == (after.name, after.type, after.parent)
    (link,) = real.predecessors(after.id)
    assert (link.from_id, link.change) == (before.id, "recode")
    assert real.unit(final, FIRST_CODES) is None
    assert real.unit(first, FINAL_CODES) is None


def test_nothing_but_the_fourteen_recodes_happened_in_march_2020(real: Timeline) -> None:
    assert {link.change for link in real.effects("gso-2020-03").links} == {"recode"}
    assert len(real.effects("gso-2020-03").links) == 14


def test_tu_ly_and_tu_ly_with_a_tone_are_two_names(real: Timeline) -> None:
    assert real.resolve("04867", BEFORE).name == "Xã Tu Lý"
    assert real.resolve("04867", FINAL_CODES).name == "Xã Tú Lý"
    assert "rename" in {
        change for link in real.predecessors("04867@2020-01-01") for change in link.change.split(",")
    }


def test_ky_son_district_joined_the_city_with_its_communes(real: Timeline) -> None:
    assert [era.code for era in real.children("151", BEFORE)] == [
        "04894", "04897", "04900", "04903", "04906", "04909", "04912", "04915", "04921", "04933",
    ]  # fmt: skip
    assert real.unit("151", "2020-01-01") is None
    assert real.holder("151@2017-10-15", "2020-01-01").code == "148"
    assert real.resolve("04903", "2020-01-01").parent == "148"


def test_two_communes_became_wards_in_2021(real: Timeline) -> None:
    assert (real.resolve("04816", "2021-01-31").name, real.resolve("04816", "2021-02-01").name) == (
        "Xã Sủ Ngòi",
        "Phường Quỳnh Lâm",
    )
    (renamed,), (kept,) = real.predecessors("04816@2021-02-01"), real.predecessors("04918@2021-02-01")
    assert (renamed.change, kept.change) == ("rename,retype", "retype")


@pytest.mark.parametrize(
    ("code", "parts", "follows"),
    [
        ("04891", ["04828", "04891"], "04891"),
        ("04957", ["04924", "04960"], "04960"),
        ("05221", ["05200", "05212"], "05200"),
    ],
)
def test_three_communes_were_split_in_2025(real: Timeline, code: str, parts: list[str], follows: str) -> None:
    mapping = real.map_units([code], "2025-06-30", TODAY)
    assert [row.target.code for row in mapping.rows] == parts
    assert [row.target.code for row in mapping.rows if row.follows] == [follows]
    assert [era.code for era in mapping.splits] == [code]


def test_districts_and_the_province_ended_in_2025_and_the_new_province_holds_what_they_held(
    real: Timeline,
) -> None:
    assert of_level(real, "district", TODAY) == []
    assert real.unit("17", TODAY) is None
    assert {era.parent for era in real.tree(TODAY).units.values()} == {None, "25"}
    for code in ("17", "148", "151", "159"):
        assert real.holder(f"{code}@2017-10-15", TODAY).name == "Tỉnh Phú Thọ"


def test_departments_pass_to_the_new_province_as_they_were(real: Timeline) -> None:
    department = real.resolve("hb-11", TODAY)
    assert (department.name, department.parent) == ("Sở Thông tin và Truyền thông", "25")
    assert real.holder("hb-11@2017-10-15", TODAY) == department


def test_every_commune_of_2019_is_in_exactly_the_communes_that_the_resolutions_say(real: Timeline) -> None:
    split = {"04810", "04891", "04957", "05221"}
    gone = Counter(len(into(real, era.code, BEFORE, TODAY)) for era in of_level(real, "commune", BEFORE))
    # 04810 lies in 04828 again as a whole; 04948 and 04963 went into 04957, 05218 into 05221.
    assert gone == {1: 210 - 6, 2: 6}
    assert into(real, "04810", BEFORE, TODAY) == ["04828"]
    assert {code for code in split if len(into(real, code, BEFORE, TODAY)) == 2} == {
        "04891",
        "04957",
        "05221",
    }


def test_a_thing_of_2019_is_in_one_of_the_46_communes_or_the_province_today(real: Timeline) -> None:
    for era in real.tree(BEFORE).units.values():
        holder = real.holder(era.id, TODAY)
        assert holder.stands(TODAY)
        assert holder.level == {"district": "province"}.get(era.level, era.level)


def test_a_code_of_the_weeks_before_the_recode_says_what_it_became(real: Timeline) -> None:
    with pytest.raises(
        NoSuchUnit, match=r"it was Xã Nánh Nghê until 29/02/2020 and became 04834 Xã Nánh Nghê"
    ):
        real.resolve("04837", "2021-01-01")


def test_the_committed_files_are_applied_as_they_are(
    sqlite_database: Database, tmp_path: Path, real: Timeline
) -> None:
    project = Project(tmp_path, sqlite_database)
    for file in FILES:
        project.write(str(file.relative_to(INVENTORY)), file.read_bytes())
    plan = project.plan()
    assert plan.desired is not None
    assert plan.desired.timeline == real
    assert len(plan.changes) == 244 + 4
