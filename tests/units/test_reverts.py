"""Taking a reorganisation back."""

from __future__ import annotations

from collections import Counter

from opsconsole.units.timeline import Timeline
from tests.units.worlds import FIRST, PART, REST, WHOLE, Records, made, reorganisation, stand, whole, wrong

ONE, TWO, THREE, FOUR = "2020-01-01", "2021-01-01", "2022-01-01", "2023-01-01"
MERGE = reorganisation(ONE, {"a1": {"name": "Xã Chung", "from": whole("a1", "a2")}})
SPLIT = reorganisation(ONE, {"a1": {"from": {"a1": REST}}, "b1": {"from": {"b1": WHOLE, "a1": PART}}})


def held(timeline: Timeline, day: str) -> Counter[str]:
    """How many of the units first declared are held by each unit on *day*."""
    return Counter(timeline.holder(era.id, day).code for era in timeline.eras.values() if era.start == FIRST)


def test_after_a_revert_the_units_stand_as_before_under_new_eras() -> None:
    timeline = made({"r": MERGE, "v": reorganisation(TWO, reverts="r")})
    assert stand(timeline, TWO) == stand(timeline, "2019-12-31")
    assert timeline.resolve("a2", TWO).restores == f"a2@{FIRST}"
    assert timeline.original(f"a2@{TWO}") == f"a2@{FIRST}"


def test_what_was_declared_in_a_merged_unit_goes_back_to_it() -> None:
    timeline = made({"r": MERGE, "v": reorganisation(TWO, reverts="r")})
    assert [timeline.holder(f"a2@{FIRST}", day).id for day in ("2019-12-31", ONE, TWO)] == [
        f"a2@{FIRST}",
        f"a1@{ONE}",
        f"a2@{TWO}",
    ]
    assert held(timeline, TWO) == held(timeline, FIRST)


def test_what_was_declared_in_the_merger_itself_stays_with_the_unit_of_its_code() -> None:
    timeline = made({"r": MERGE, "v": reorganisation(TWO, reverts="r")})
    assert timeline.holder(f"a1@{ONE}", TWO).id == f"a1@{TWO}"


def test_what_is_declared_after_the_revert_was_before_it_where_the_unit_was() -> None:
    timeline = made({"r": MERGE, "v": reorganisation(TWO, reverts="r")})
    assert timeline.holder(f"a2@{TWO}", ONE).id == f"a1@{ONE}"
    assert timeline.holder(f"a2@{TWO}", "2019-12-31").id == f"a2@{FIRST}"


def test_a_split_is_put_together_again() -> None:
    timeline = made({"r": SPLIT, "v": reorganisation(TWO, reverts="r")})
    assert stand(timeline, TWO) == stand(timeline, "2019-12-31")
    assert held(timeline, TWO) == held(timeline, FIRST)
    assert [row.share for row in timeline.map_units(["a1"], FIRST, TWO).rows] == ["whole"]


def test_mapping_over_a_merger_and_its_revert_gives_the_unit_itself() -> None:
    timeline = made({"r": MERGE, "v": reorganisation(TWO, reverts="r")})
    (row,) = timeline.map_units(["a2"], FIRST, TWO).rows
    assert (row.target.id, row.share, row.follows) == (f"a2@{TWO}", "whole", True)


def test_mapping_from_the_merger_on_over_its_revert_is_a_split() -> None:
    timeline = made({"r": MERGE, "v": reorganisation(TWO, reverts="r")})
    mapping = timeline.map_units(["a1"], ONE, TWO)
    assert [row.target.code for row in mapping.rows] == ["a1", "a2"]
    assert mapping.splits


def test_reverts_one_after_the_other_lead_back_step_by_step() -> None:
    documents: Records = {
        "r1": MERGE,
        "r2": reorganisation(TWO, {"b1": {"from": whole("a1", "b1")}}),
        "v2": reorganisation(THREE, reverts="r2"),
        "v1": reorganisation(FOUR, reverts="r1"),
    }
    timeline = made(documents)
    assert stand(timeline, THREE) == stand(timeline, ONE)
    assert stand(timeline, FOUR) == stand(timeline, FIRST)
    assert [timeline.holder(f"a2@{FIRST}", day).code for day in (ONE, TWO, THREE, FOUR)] == [
        "a1",
        "b1",
        "a1",
        "a2",
    ]


def test_a_revert_can_itself_be_reverted() -> None:
    timeline = made(
        {"r": MERGE, "v": reorganisation(TWO, reverts="r"), "again": reorganisation(THREE, reverts="v")}
    )
    assert stand(timeline, THREE) == stand(timeline, ONE)
    assert timeline.holder(f"a2@{FIRST}", THREE).id == f"a1@{THREE}"


def test_a_dissolved_unit_comes_back_though_its_holder_took_in_another_since() -> None:
    timeline = made(
        {
            "r1": reorganisation(ONE, ends={"a1": "d1"}),
            "r2": reorganisation(TWO, ends={"a2": "d1"}),
            "v1": reorganisation(THREE, reverts="r1"),
            "v2": reorganisation(FOUR, reverts="r2"),
        }
    )
    assert [timeline.holder(f"a1@{FIRST}", day).code for day in (ONE, TWO, THREE, FOUR)] == [
        "d1",
        "d1",
        "a1",
        "a1",
    ]
    assert [timeline.holder(f"a2@{FIRST}", day).code for day in (ONE, TWO, THREE, FOUR)] == [
        "a2",
        "d1",
        "d1",
        "a2",
    ]
    assert stand(timeline, FOUR) == stand(timeline, FIRST)


def test_what_a_created_unit_held_goes_to_the_holder_that_the_revert_names() -> None:
    new = {"name": "Xã Mới", "type": "xã", "level": "commune", "parent": "d1", "from": {}}
    timeline = made(
        {"r": reorganisation(ONE, {"a9": new}), "v": reorganisation(TWO, ends={"a9": "a1"}, reverts="r")}
    )
    assert timeline.holder(f"a9@{ONE}", TWO).code == "a1"


def test_a_revert_may_change_other_units_too() -> None:
    timeline = made({"r": MERGE, "v": reorganisation(TWO, {"b1": {"name": "Xã Khác"}}, reverts="r")})
    assert stand(timeline, TWO)["b1"] == ("Xã Khác", "d2")


# --- what can not be taken back ---------------------------------------------------------------------------


def words(documents: Records) -> str:
    return "\n".join(problem.message for problem in wrong(documents))


def test_reverting_what_does_not_exist_is_refused() -> None:
    assert "no reorganisation nothing to revert" in words({"v": reorganisation(TWO, reverts="nothing")})


def test_reverting_before_it_takes_effect_is_refused() -> None:
    assert "takes effect on 01/01/2020 only" in words(
        {"r": MERGE, "v": reorganisation("2019-06-01", reverts="r")}
    )


def test_reverting_twice_is_refused_and_says_what_to_revert_instead() -> None:
    said = words({"r": MERGE, "v": reorganisation(TWO, reverts="r"), "w": reorganisation(THREE, reverts="r")})
    assert "reverted already, by v; to do it again, revert v" in said


def test_reverting_what_was_changed_again_names_the_change() -> None:
    said = words(
        {
            "r": MERGE,
            "later": reorganisation(TWO, {"a1": {"name": "Xã Khác"}}),
            "v": reorganisation(THREE, reverts="r"),
        }
    )
    assert "r made a1 Xã Chung, which was changed again (later); revert that first" in said


def test_reverting_when_another_unit_has_the_code_now_is_refused() -> None:
    new = {"name": "Xã Mới", "type": "xã", "level": "commune", "parent": "d1", "from": {}}
    said = words(
        {"r": MERGE, "other": reorganisation(TWO, {"a2": new}), "v": reorganisation(THREE, reverts="r")}
    )
    assert "a2 Xã A2 is to stand again, and Xã Mới carries its code since 01/01/2021" in said


def test_reverting_a_creation_without_a_holder_is_refused() -> None:
    new = {"name": "Xã Mới", "type": "xã", "level": "commune", "parent": "d1", "from": {}}
    said = words({"r": reorganisation(ONE, {"a9": new}), "v": reorganisation(TWO, reverts="r")})
    assert "say under 'ends' which unit holds what it held" in said


def test_units_set_up_since_below_a_unit_that_ends_are_named() -> None:
    new = {"name": "Xã Mới", "type": "xã", "level": "commune", "parent": "d9", "from": {}}
    said = words(
        {
            "r": reorganisation(
                ONE, {"d9": {"from": whole("d1")}, "a1": {"parent": "d9"}, "a2": {"parent": "d9"}}
            ),
            "since": reorganisation(TWO, {"a9": new}),
            "v": reorganisation(THREE, reverts="r"),
        }
    )
    assert "d9 ends on 01/01/2022, and nothing is said of the units below it: a9 Xã Mới" in said
