"""What is wrong in declared units and reorganisations is told once, with what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.units.worlds import PART, REST, WHOLE, Records, province, reorganisation, unit, whole, wrong

DAY = "2020-01-01"
NEW = {"name": "Xã Mới", "type": "xã", "level": "commune", "parent": "d1", "from": {}}


def r(changes: dict[str, Any] | None = None, ends: dict[str, str] | None = None, day: str = DAY) -> Records:
    return {"r": reorganisation(day, changes, ends)}


@pytest.mark.parametrize(
    ("documents", "words"),
    [
        (r({"zz": {"name": "Xã Z"}}), "there is no unit zz on 01/01/2020"),
        (r({"a1": {"from": whole("a1", "a22")}}), "no unit a22 on 01/01/2020; near: a2 Xã A2"),
        (r({"a1": {"name": "Xã Z"}}, day="2010-01-01"), "unit a1 is known from 15/10/2017 only"),
        (
            r({"a1": {"name": "Xã Z"}}, day="2017-10-15"),
            "a1 is a declared unit that is known from the same day",
        ),
        (r({"a1": {"from": whole("a2")}}), "a1 stands as Xã A1, and 'from' does not say that it goes on"),
        (
            r({"a2": {"from": {"a2": WHOLE, "a1": PART}}}),
            "a1 goes to a2 (part) and nothing is said of what remains",
        ),
        (
            r({"a1": {"from": {"a1": WHOLE}, "name": "Xã Z"}, "a2": {"from": {"a2": WHOLE, "a1": PART}}}),
            "a1 is split into a1 (whole), a2 (part); exactly one must be 'rest'",
        ),
        (
            r({"a1": {"from": {"a1": REST}}, "a2": {"from": {"a2": WHOLE, "a1": REST}}}),
            "a1 is split into a1 (rest), a2 (rest); exactly one must be 'rest'",
        ),
        (
            r(
                {
                    "a1": {"from": {"a1": REST | {"follows": 1}}},
                    "a2": {"from": {"a2": WHOLE, "a1": PART | {"follows": 1}}},
                }
            ),
            "what it held can follow one of them only",
        ),
        (r({"a9": {"from": {}, "name": "Xã Z"}}), "a9 is created and lacks 'type:', 'level:'"),
        (r({"a1": {"type": "phường"}}), "a1 becomes phường, and is called Xã A1 still"),
        (r({"a1": {}}), "nothing changes for a1 Xã A1; leave it out"),
        (r({"a1": {"name": "Xã A1"}}), "nothing changes for a1 Xã A1; leave it out"),
        (r({}), "changes nothing: give 'changes', 'ends' or 'reverts'"),
        (r({"a1": {"parent": "d7"}}), "a1 Xã A1 belongs to d7, and there is no unit d7"),
        (r({"d1": {"parent": "a1"}}), "the units above d1 lead back to it: d1 → a1 → d1"),
        (r({"a1": {"name": "Xã A2"}}), "two units below d1 are called Xã A2 on 01/01/2020: a2 and a1"),
        (r({"a9": NEW | {"name": "Xã A1"}}), "two units below d1 are called Xã A1"),
        (
            r({"a9": {"from": {}, "name": "Xã Z", "type": "xã", "level": "commune"}}),
            "a9 Xã Z lacks 'parent:'",
        ),
        (r(ends={"d1": "d2"}), "nothing is said of the units below it: a1 Xã A1, a2 Xã A2"),
        (
            r({"d9": {"from": whole("d1")}}),
            "d1 ends on 01/01/2020, and nothing is said of the units below it",
        ),
        (r(ends={"a1": "a1"}), "a1, which is to hold what a1 held, ends on the same day"),
        (r(ends={"a1": "a2", "a2": "b1"}), "a2, which is to hold what a1 held, ends on the same day"),
        (r(ends={"a1": "zz"}), "there is no unit zz"),
        (r({"a2": {"from": whole("a1", "a2")}}, {"a1": "d1"}), "a1 is dissolved and goes to a2 too"),
    ],
)
def test_a_wrong_reorganisation_is_told_once_with_what_would_be_right(documents: Records, words: str) -> None:
    (problem,) = wrong(documents)
    assert words in problem.message
    assert (problem.kind, problem.key) == ("reorganisations", "r")


@pytest.mark.parametrize(
    ("units", "key", "words"),
    [
        (province(a1=unit("Xã A1", "zz")), "a1", "a1 Xã A1 belongs to zz, and there is no unit zz"),
        (province(a1=unit("Xã A1", None)), "a1", "only a province stands below no other unit"),
        (province(d1=unit("Huyện Một", "a1", "district")), "a1", "lead back to it"),
        (province(a2=unit("Xã A1")), "a2", "two units below d1 are called Xã A1"),
        (
            province(d1=unit("Huyện Một", "d1", "district")),
            "d1",
            "the units above d1 lead back to it: d1 → d1",
        ),
    ],
)
def test_a_wrong_unit_is_told_at_that_unit(units: Records, key: str, words: str) -> None:
    (problem,) = wrong({}, units)
    assert words in problem.message
    assert (problem.kind, problem.key) == ("units", key)


def test_two_tone_placements_are_one_name_and_two_tones_are_two() -> None:
    units = province(
        a1=unit("Xã Hoà Bình"), a2=unit("Xã Hòa Bình"), b1=unit("Xã Tu Lý", "d2"), b2=unit("Xã Tú Lý", "d2")
    )
    assert [problem.key for problem in wrong({}, units)] == ["a2"]


def test_a_code_that_a_reorganisation_gave_away_can_not_be_declared_again() -> None:
    documents = r({"a9": NEW}, day="2018-01-01")
    (problem,) = wrong(documents, province(a9=unit("Xã Khác", **{"from": "2019-01-01"})))
    assert "code a9 is given twice: from 01/01/2018 it is Xã Mới, by r" in problem.message
    assert (problem.kind, problem.key, problem.path) == ("units", "a9", ("from",))


def test_two_documents_of_one_day_can_not_change_one_unit() -> None:
    documents = {
        "r1": reorganisation(DAY, {"a1": {"name": "Xã X"}}),
        "r2": reorganisation(DAY, {"a1": {"name": "Xã Y"}}),
    }
    (problem,) = wrong(documents)
    assert problem.key == "r2"
    assert "a1 is changed on 01/01/2020 by r1 too" in problem.message


def test_a_holder_that_another_document_makes_on_the_day_is_refused() -> None:
    documents = {
        "r1": reorganisation(DAY, {"a9": NEW}),
        "r2": reorganisation(DAY, ends={"a1": "a9"}),
    }
    (problem,) = wrong(documents)
    assert problem.key == "r2"


def test_all_that_is_wrong_is_told_in_one_run() -> None:
    documents = {
        "r1": reorganisation(DAY, {"zz": {"name": "Xã Z"}, "a1": {"from": whole("a2")}}),
        "r2": reorganisation("2021-01-01", {"yy": {"name": "Xã Y"}}),
    }
    assert [(problem.key, problem.path[1]) for problem in wrong(documents)] == [
        ("r1", "a1"),
        ("r1", "zz"),
        ("r2", "yy"),
    ]


def test_what_is_wrong_only_because_an_earlier_document_is_wrong_is_not_told() -> None:
    documents = {
        "r1": reorganisation(DAY, {"a9": {"from": whole("a1", "zz")}}),
        "r2": reorganisation("2021-01-01", {"a9": {"name": "Xã Y"}}),
        "r3": reorganisation("2022-01-01", reverts="r2"),
    }
    assert [problem.key for problem in wrong(documents)] == ["r1"]


def test_hostile_names_reach_no_message_raw() -> None:
    units = province(a1=unit("Xã \x1b]52;c;x\x07[red]"), a2=unit("Xã \x1b]52;c;x\x07[red]"))
    for problem in wrong({}, units):
        assert "\x1b" not in problem.message
        assert "\x07" not in problem.message
