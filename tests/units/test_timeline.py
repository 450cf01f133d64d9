"""What each kind of change does to the tree."""

from __future__ import annotations

import pytest

from opsconsole.units.timeline import NoSuchUnit, Timeline
from tests.units.worlds import FIRST, PART, REST, WHOLE, made, province, reorganisation, stand, unit, whole

DAY = "2020-01-01"


def changes(timeline: Timeline, unit_id: str) -> set[str]:
    """All kinds of change that led to the era *unit_id*."""
    return {kind for link in timeline.predecessors(unit_id) for kind in link.change.split(",")}


def codes(eras: object) -> list[str]:
    return [era.code for era in eras]  # type: ignore[attr-defined]


# --- the tree of a day ---------------------------------------------------------------------------


def test_the_tree_walks_each_unit_before_those_below_it_by_level_and_code() -> None:
    timeline = made({}, province(**{"hb-1": unit("Sở X", "p", "department")}))
    assert [(depth, era.code) for depth, era in timeline.tree(DAY).walk()] == [
        (0, "p"),
        (1, "hb-1"),
        (1, "d1"),
        (2, "a1"),
        (2, "a2"),
        (1, "d2"),
        (2, "b1"),
        (2, "b2"),
    ]


def test_ancestors_children_and_descendants() -> None:
    timeline = made({})
    assert codes(timeline.ancestors("a1", DAY)) == ["d1", "p"]
    assert codes(timeline.children("p", DAY)) == ["d1", "d2"]
    assert codes(timeline.descendants("p", DAY)) == ["d1", "a1", "a2", "d2", "b1", "b2"]


def test_nothing_stands_before_the_first_day() -> None:
    assert stand(made({}), "2017-10-14") == {}
    assert len(stand(made({}), FIRST)) == 7


def test_a_unit_declared_later_stands_from_its_own_day() -> None:
    timeline = made({}, province(c1=unit("Xã C1", **{"from": "2018-05-01"})))
    assert timeline.unit("c1", "2018-04-30") is None
    assert timeline.resolve("c1", "2018-05-01").id == "c1@2018-05-01"


# --- kinds of change -------------------------------------------------------------------------------


def test_merge_ends_all_and_begins_one_that_holds_what_they_held() -> None:
    timeline = made({"r": reorganisation(DAY, {"a1": {"name": "Xã Mới", "from": whole("a1", "a2")}})})
    assert stand(timeline, DAY)["a1"] == ("Xã Mới", "d1")
    assert "a2" not in stand(timeline, DAY)
    assert "a2" in stand(timeline, "2019-12-31")
    assert changes(timeline, f"a1@{DAY}") == {"merge", "rename"}
    assert timeline.holder(f"a2@{FIRST}", DAY).id == f"a1@{DAY}"
    assert timeline.holder(f"a2@{FIRST}", "2019-12-31").id == f"a2@{FIRST}"


def test_a_silent_absorption_is_an_era_of_its_own_though_the_lists_show_no_difference() -> None:
    timeline = made({"r": reorganisation(DAY, {"a1": {"from": whole("a1", "a2")}})})
    assert codes(timeline.history("a1")) == ["a1", "a1"]
    assert changes(timeline, f"a1@{DAY}") == {"merge"}


def test_before_a_merger_its_things_are_in_the_unit_of_its_code() -> None:
    timeline = made({"r": reorganisation(DAY, {"a2": {"from": whole("a1", "a2")}})})
    assert timeline.holder(f"a2@{DAY}", "2019-01-01").id == f"a2@{FIRST}"


def test_before_a_merger_under_a_new_code_its_things_are_in_the_one_whose_name_it_took() -> None:
    timeline = made({"r": reorganisation(DAY, {"a9": {"name": "Xã A2", "from": whole("a1", "a2")}})})
    assert timeline.holder(f"a9@{DAY}", "2019-01-01").code == "a2"


def test_split_takes_what_it_held_along_with_the_rest() -> None:
    timeline = made(
        {
            "r": reorganisation(
                DAY, {"b1": {"from": {"b1": WHOLE, "a1": PART}}, "a2": {"from": {"a2": WHOLE, "a1": REST}}}
            )
        }
    )
    assert timeline.holder(f"a1@{FIRST}", DAY).code == "a2"
    assert [(link.to_id, link.share, link.follows) for link in timeline.successors(f"a1@{FIRST}")] == [
        (f"a2@{DAY}", "rest", True),
        (f"b1@{DAY}", "part", False),
    ]
    assert changes(timeline, f"b1@{DAY}") == {"split", "merge"}


def test_split_with_a_part_that_follows_takes_what_it_held_along_with_that_part() -> None:
    timeline = made(
        {
            "r": reorganisation(
                DAY,
                {"b1": {"from": {"b1": WHOLE, "a1": PART | {"follows": 1}}}, "a1": {"from": {"a1": REST}}},
            )
        }
    )
    assert timeline.holder(f"a1@{FIRST}", DAY).code == "b1"


def test_rename_keeps_the_code_and_begins_a_new_era() -> None:
    timeline = made({"r": reorganisation(DAY, {"a1": {"name": "Xã Khác"}})})
    assert changes(timeline, f"a1@{DAY}") == {"rename"}
    assert timeline.holder(f"a1@{FIRST}", DAY).id == f"a1@{DAY}"


def test_retype_with_the_same_name_is_no_rename() -> None:
    timeline = made({"r": reorganisation(DAY, {"a1": {"name": "Phường A1", "type": "phường"}})})
    assert changes(timeline, f"a1@{DAY}") == {"retype"}


def test_transfer_moves_a_unit_below_another() -> None:
    timeline = made({"r": reorganisation(DAY, {"a1": {"parent": "d2"}})})
    assert codes(timeline.children("d2", DAY)) == ["a1", "b1", "b2"]
    assert changes(timeline, f"a1@{DAY}") == {"transfer"}


def test_recode_is_the_same_unit_under_another_code() -> None:
    timeline = made({"r": reorganisation(DAY, {"a9": {"from": whole("a1")}})})
    assert stand(timeline, DAY)["a9"] == ("Xã A1", "d1")
    assert changes(timeline, f"a9@{DAY}") == {"recode"}
    assert timeline.holder(f"a9@{DAY}", "2018-01-01").code == "a1"


def test_a_code_that_is_free_again_names_another_unit_later() -> None:
    timeline = made(
        {
            "r1": reorganisation("2020-01-01", {"a2": {"name": "Xã Chung", "from": whole("a1", "a2")}}),
            "r2": reorganisation("2020-03-01", {"a1": {"from": whole("a2")}}),
        }
    )
    assert [(era.start, era.end, era.name) for era in timeline.history("a1")] == [
        (FIRST, "2020-01-01", "Xã A1"),
        ("2020-03-01", None, "Xã Chung"),
    ]
    assert timeline.unit("a1", "2020-02-01") is None
    assert timeline.holder(f"a1@{FIRST}", "2020-02-01").code == "a2"
    assert timeline.holder(f"a1@{FIRST}", "2020-03-01").id == "a1@2020-03-01"


def test_a_created_unit_comes_from_nowhere_and_what_it_has_was_above_before() -> None:
    new = {"name": "Xã Mới", "type": "xã", "level": "commune", "parent": "d1", "from": {}}
    timeline = made({"r": reorganisation(DAY, {"a9": new})})
    assert timeline.predecessors(f"a9@{DAY}") == ()
    assert timeline.holder(f"a9@{DAY}", "2019-12-31").code == "d1"


def test_dissolve_gives_what_it_held_to_the_named_holder() -> None:
    timeline = made({"r": reorganisation(DAY, ends={"a1": "d1"})})
    assert "a1" not in stand(timeline, DAY)
    assert timeline.holder(f"a1@{FIRST}", DAY).id == f"d1@{DAY}"
    assert {link.change for link in timeline.predecessors(f"d1@{DAY}")} == {"dissolve"}


def test_a_whole_level_can_end_when_every_unit_below_is_given_a_parent() -> None:
    timeline = made(
        {
            "r": reorganisation(
                DAY,
                {
                    "q": {"name": "Tỉnh Q", "from": whole("p")},
                    **{code: {"parent": "q"} for code in ("a1", "a2", "b1", "b2")},
                },
                {"d1": "q", "d2": "q"},
            )
        }
    )
    assert stand(timeline, DAY) == {
        "q": ("Tỉnh Q", None),
        "a1": ("Xã A1", "q"),
        "a2": ("Xã A2", "q"),
        "b1": ("Xã B1", "q"),
        "b2": ("Xã B2", "q"),
    }
    assert timeline.holder(f"d1@{FIRST}", DAY).code == "q"
    assert timeline.holder(f"p@{FIRST}", DAY).code == "q"


def test_documents_of_one_day_hold_at_once() -> None:
    timeline = made(
        {
            "r1": reorganisation(
                DAY,
                {
                    "d9": {
                        "name": "Huyện Chín",
                        "type": "huyện",
                        "level": "district",
                        "parent": "p",
                        "from": {},
                    }
                },
            ),
            "r2": reorganisation(DAY, {"a1": {"parent": "d9"}}),
        }
    )
    assert stand(timeline, DAY)["a1"] == ("Xã A1", "d9")


def test_effects_say_what_ends_what_begins_and_where_things_go() -> None:
    timeline = made({"r": reorganisation(DAY, {"a1": {"from": whole("a1", "a2")}}, {"b1": "b2"})})
    found = timeline.effects("r")
    assert codes(found.ends) == ["a1", "a2", "b1", "b2"]
    assert codes(found.begins) == ["a1", "b2"]
    assert found.follows == (
        (f"a1@{FIRST}", f"a1@{DAY}"),
        (f"a2@{FIRST}", f"a1@{DAY}"),
        (f"b1@{FIRST}", f"b2@{DAY}"),
        (f"b2@{FIRST}", f"b2@{DAY}"),
    )


# --- questions that have no answer -------------------------------------------------------------------


def test_resolving_a_code_that_ended_says_until_when_and_what_it_became() -> None:
    timeline = made({"r": reorganisation(DAY, {"a1": {"name": "Xã Mới", "from": whole("a1", "a2")}})})
    with pytest.raises(NoSuchUnit, match=r"it was Xã A2 until 31/12/2019 and became a1 Xã Mới"):
        timeline.resolve("a2", "2021-06-01")


def test_resolving_a_code_that_is_not_known_yet_says_from_when() -> None:
    with pytest.raises(NoSuchUnit, match=r"it is Xã A1 from 15/10/2017"):
        made({}).resolve("a1", "2010-01-01")


def test_resolving_an_unknown_code_names_codes_near_it() -> None:
    with pytest.raises(NoSuchUnit, match=r"there is no unit 'a11'; near: .*a1"):
        made({}).resolve("a11", DAY)


def test_an_unknown_code_can_not_steer_the_terminal() -> None:
    with pytest.raises(NoSuchUnit) as raised:
        made({}).resolve("\x1b[31m", DAY)
    assert "\x1b" not in str(raised.value)


# --- mapping ---------------------------------------------------------------------------------------------


def test_mapping_marks_splits_and_names_what_else_is_in_the_target() -> None:
    timeline = made(
        {
            "r": reorganisation(
                DAY, {"b1": {"from": {"b1": WHOLE, "a1": PART}}, "a2": {"from": {"a2": WHOLE, "a1": REST}}}
            )
        }
    )
    mapping = timeline.map_units(["a1"], FIRST, DAY)
    assert [(row.target.code, row.share, row.follows) for row in mapping.rows] == [
        ("a2", "part", True),
        ("b1", "part", False),
    ]
    assert codes(mapping.splits) == ["a1"]
    assert {(row.source.code, row.target.code) for row in mapping.others} == {("a2", "a2"), ("b1", "b1")}


def test_a_merger_compares_only_with_all_that_it_was_made_of() -> None:
    timeline = made({"r": reorganisation(DAY, {"a1": {"from": whole("a1", "a2")}})})
    target = timeline.resolve("a1", DAY)
    assert timeline.map_units(["a1", "a2"], FIRST, DAY).comparable(target)
    assert not timeline.map_units(["a1"], FIRST, DAY).comparable(target)


def test_mapping_backwards_finds_all_that_a_unit_was_made_of() -> None:
    timeline = made({"r": reorganisation(DAY, {"a1": {"from": whole("a1", "a2")}})})
    mapping = timeline.map_units(["a1"], DAY, FIRST)
    assert codes(mapping.targets) == ["a1", "a2"]
    assert mapping.splits == ()


def test_parts_that_meet_again_are_whole_again() -> None:
    timeline = made(
        {
            "r1": reorganisation(
                "2020-01-01", {"a1": {"from": {"a1": REST}}, "a9": {"name": "Xã Chín", "from": {"a1": PART}}}
            ),
            "r2": reorganisation("2021-01-01", {"a1": {"from": whole("a1", "a9")}}),
        }
    )
    assert [row.share for row in timeline.map_units(["a1"], FIRST, "2021-01-01").rows] == ["whole"]
    assert [row.share for row in timeline.map_units(["a1"], FIRST, "2020-06-01").rows] == ["part", "part"]


def test_mapping_to_the_same_day_is_the_unit_itself() -> None:
    (row,) = made({}).map_units(["a1"], DAY, DAY).rows
    assert row.source == row.target


# --- trace -------------------------------------------------------------------------------------------------


def test_trace_follows_a_code_to_all_that_it_came_from_and_became() -> None:
    timeline = made(
        {
            "r1": reorganisation("2020-01-01", {"a1": {"name": "Xã Một", "from": whole("a1", "a2")}}),
            "r2": reorganisation("2021-01-01", {"b1": {"from": whole("a1", "b1")}}),
        }
    )
    family = timeline.trace("a2")
    assert [era.id for era in family.eras] == [f"a2@{FIRST}", "a1@2020-01-01", "b1@2021-01-01"]
    # The others that went into the same units are named by the links.
    assert {(link.from_id, link.to_id) for link in family.links} == {
        (f"a1@{FIRST}", "a1@2020-01-01"),
        (f"a2@{FIRST}", "a1@2020-01-01"),
        ("a1@2020-01-01", "b1@2021-01-01"),
        (f"b1@{FIRST}", "b1@2021-01-01"),
    }


def test_trace_of_a_code_that_never_was_is_refused() -> None:
    with pytest.raises(NoSuchUnit, match="there is no unit"):
        made({}).trace("zz")
