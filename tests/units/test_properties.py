"""What holds for every history of units, however units merge, split, move and come back."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from opsconsole.units.building import timeline_of
from opsconsole.units.era import FOREVER
from opsconsole.units.timeline import Timeline
from tests.units.worlds import History, histories, made, province, stand


def _made(history: History) -> Timeline:
    return made(history.reorganisations, history.units)


def _days_asked(history: History) -> list[str]:
    """Every day of change, and one inside each stretch."""
    return sorted({day for first in history.days for day in (first, first[:4] + "-11-11")})


@given(histories())
def test_on_every_day_exactly_the_declared_units_stand(history: History) -> None:
    timeline = _made(history)
    for day, state in history.states.items():
        assert stand(timeline, day) == state


@given(histories())
def test_every_era_has_exactly_one_holder_on_each_day_without_gaps(history: History) -> None:
    timeline = _made(history)
    rows: dict[str, list[tuple[str, str, str]]] = {}
    for unit_id, start, end, holder in timeline.holders():
        rows.setdefault(unit_id, []).append((start, end, holder))
    assert rows.keys() == timeline.eras.keys()
    for each in rows.values():
        assert each[0][0] == ""
        assert each[-1][1] == FOREVER
        assert all(start < end for start, end, _holder in each)
        assert [end for _start, end, _holder in each[:-1]] == [start for start, _end, _holder in each[1:]]


@given(histories())
def test_the_holder_stands_on_the_day_and_a_standing_unit_holds_its_own(history: History) -> None:
    timeline = _made(history)
    for day in _days_asked(history):
        for era in timeline.eras.values():
            holder = timeline.holder(era.id, day)
            assert holder.stands(day)
            if era.stands(day):
                assert holder == era


@given(histories(), st.randoms(use_true_random=False))
def test_the_number_of_things_over_all_units_is_equal_on_all_days(
    history: History, chance: random.Random
) -> None:
    timeline = _made(history)
    things = [chance.choice(list(timeline.eras)) for _each in range(40)]
    for day in _days_asked(history):
        held = Counter(timeline.holder(each, day).code for each in things)
        assert sum(held[code] for code in timeline.tree(day).units) == len(things)


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_declared_makes_no_difference(history: History, chance: random.Random) -> None:
    def shuffled(records: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
        keys = list(records)
        chance.shuffle(keys)
        return {key: records[key] for key in keys}

    again, problems = timeline_of(shuffled(history.units), shuffled(history.reorganisations))
    assert problems == []
    assert again == _made(history)
    assert list(again.holders()) == list(_made(history).holders())


@given(histories(), st.data())
def test_mapping_in_two_steps_agrees_with_one_where_nothing_is_split(
    history: History, data: st.DataObject
) -> None:
    timeline = _made(history)
    days = _days_asked(history)
    first, second, third = sorted(data.draw(st.lists(st.sampled_from(days), min_size=3, max_size=3)))
    for code in timeline.tree(first).units:
        there = timeline.map_units([code], first, second)
        on = timeline.map_units([era.code for era in there.targets], second, third)
        direct = timeline.map_units([code], first, third)
        if not (there.splits or on.splits or direct.splits):
            assert on.targets == direct.targets


@given(histories(), st.data())
def test_mapping_back_is_the_inverse_of_mapping_forth(history: History, data: st.DataObject) -> None:
    timeline = _made(history)
    days = _days_asked(history)
    one, other = data.draw(st.sampled_from(days)), data.draw(st.sampled_from(days))
    forth = timeline.map_units(list(timeline.tree(one).units), one, other)
    back = timeline.map_units(list(timeline.tree(other).units), other, one)
    assert {(row.source.id, row.target.id, row.share, row.follows) for row in forth.rows} == {
        (row.target.id, row.source.id, row.share, row.follows) for row in back.rows
    }


@given(histories())
def test_what_a_unit_held_is_in_the_row_of_the_mapping_that_follows(history: History) -> None:
    timeline = _made(history)
    first, last = history.days[0], history.days[-1]
    for era in timeline.tree(first).units.values():
        rows = timeline.map_units([era.code], first, last).rows
        assert [row.target for row in rows if row.follows] == [timeline.holder(era.id, last)]


@given(histories())
def test_after_a_revert_everything_is_where_it_was_before(history: History) -> None:
    timeline = _made(history)
    for day, reverted in history.reverts.items():
        before = max(each for each in _days_asked(history) if each < reverted)
        for era in timeline.eras.values():
            if era.start < reverted:
                was, is_ = timeline.holder(era.id, before), timeline.holder(era.id, day)
                assert (is_.code, is_.name, is_.parent) == (was.code, was.name, was.parent)


@given(histories())
def test_every_ended_era_has_one_link_that_its_things_follow(history: History) -> None:
    timeline = _made(history)
    for era in timeline.eras.values():
        follows = [link for link in timeline.successors(era.id) if link.follows]
        assert len(follows) == (0 if era.end is None else 1)
        assert all(link.at == era.end for link in timeline.successors(era.id))
        assert all(link.at == era.start for link in timeline.predecessors(era.id))


@given(histories())
def test_eras_of_one_code_never_overlap(history: History) -> None:
    timeline = _made(history)
    for code in {era.code for era in timeline.eras.values()}:
        eras = timeline.history(code)
        assert all(one.end is not None and one.end <= two.start for one, two in pairwise(eras))


@given(histories(), st.randoms(use_true_random=False))
def test_a_history_with_a_document_left_out_never_fails_with_a_traceback(
    history: History, chance: random.Random
) -> None:
    documents = dict(history.reorganisations)
    del documents[chance.choice(list(documents))]
    timeline, problems = timeline_of(history.units, documents)
    assert all(each.key in documents for each in problems)
    assert len(list(timeline.holders())) >= len(timeline.eras)


CODES = st.sampled_from(["p", "d1", "d2", "a1", "a2", "b1", "b2", "n1", "n2"])
CHANGE = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Xã A1", "Xã N", "Huyện Một", "\x1b[31m"]),
        "type": st.sampled_from(["xã", "phường"]),
        "level": st.sampled_from(["commune", "district", "province"]),
        "parent": CODES,
        "from": st.dictionaries(
            CODES,
            st.fixed_dictionaries(
                {"share": st.sampled_from(["whole", "part", "rest"])},
                optional={"follows": st.sampled_from([0, 1])},
            ),
            max_size=3,
        ),
    },
)
DOCUMENT = st.fixed_dictionaries(
    {"effective": st.sampled_from(["2017-10-15", "2020-01-01", "2021-01-01", "2022-01-01"])},
    optional={
        "changes": st.dictionaries(CODES, CHANGE, max_size=4),
        "ends": st.dictionaries(CODES, st.fixed_dictionaries({"holder": CODES}), max_size=2),
        "reverts": st.sampled_from(["r0", "r1", "r2", "nothing"]),
    },
)


@given(st.dictionaries(st.sampled_from(["r0", "r1", "r2", "r3"]), DOCUMENT, max_size=4))
def test_whatever_is_declared_is_either_right_or_refused_in_words(
    documents: dict[str, dict[str, object]],
) -> None:
    timeline, problems = timeline_of(province(), documents)
    for each in problems:
        assert each.message
        assert each.message.isprintable()
    for day in timeline.days:
        for era in timeline.eras.values():
            holder = timeline.holder(era.id, day)
            assert holder.stands(day) or day < era.start
        for code in timeline.tree(day).units:
            timeline.ancestors(code, day)
            timeline.map_units([code], day, timeline.days[-1])
    if not problems:
        assert sum(era.level == "province" for era in timeline.tree("2022-01-01").units.values()) >= 1
