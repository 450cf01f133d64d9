"""Edits in place: what was asked is there, and everything else is as it was, byte for byte."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.inventory.edits import ItemEdit, edited, of_node, plain
from opsconsole.inventory.emit import scalar
from opsconsole.strictyaml import ProblemsFound, parse

NAME = "inventory/accounts.yaml"


def edit(text: str, *edits: ItemEdit) -> str:
    return edited(textwrap.dedent(text).encode(), NAME, edits).decode()


def expect(text: str) -> str:
    return textwrap.dedent(text)


def test_a_field_is_added_changed_and_taken_away_in_block_style() -> None:
    before = """\
        # who has what
        kind: accounts
        items:
          a@x.example:   # the first
            type: personal   # as ever
            # how much
            quota-mb: 500    # since 2018
            locked: yes
          b@x.example: {type: shared}
        """
    after = edit(before, ItemEdit("a@x.example", {"quota-mb": 900, "locked": None, "name": "Bùi: Hoàn"}))
    assert after == expect("""\
        # who has what
        kind: accounts
        items:
          a@x.example:   # the first
            type: personal   # as ever
            # how much
            quota-mb: 900    # since 2018
            name: "Bùi: Hoàn"
          b@x.example: {type: shared}
        """)


def test_a_flow_mapping_over_lines_keeps_its_lines() -> None:
    before = """\
        items:
          DC-1:
            {name: Điểm cầu, seats: 30,   # chairs
             aliases: [UBND, "H. Yên Thủy"], note: x}
        """
    after = edit(
        before,
        ItemEdit("DC-1", {"note": None, "seats": 31, "closed": {"date": "2020-01-01", "reason": "hết"}}),
    )
    assert after == expect("""\
        items:
          DC-1:
            {name: Điểm cầu, seats: 31,   # chairs
             aliases: [UBND, "H. Yên Thủy"], closed: {date: 2020-01-01, reason: hết}}
        """)


def test_what_begins_a_line_of_a_flow_mapping_goes_and_the_line_stays() -> None:
    before = "items:\n  a:\n    {bought: 2016,\n     custodian: CB-1, room: Phòng 2}\n"
    after = edit(before, ItemEdit("a", {"custodian": None, "status": "in-store"}))
    assert after == "items:\n  a:\n    {bought: 2016,\n     room: Phòng 2, status: in-store}\n"


def test_a_wide_flow_mapping_goes_on_in_the_next_line() -> None:
    name = "x" * 120
    after = edit(f"items:\n  a: {{name: {name}}}\n", ItemEdit("a", {"note": "y" * 40}))
    assert after == f"items:\n  a: {{name: {name},\n      note: {'y' * 40}}}\n"


def test_elements_of_a_list_come_and_go_one_by_one() -> None:
    before = """\
        items:
          a:
            aliases:
              - one@x.example   # old
              # the next one stays
              - two@x.example
          b: {aliases: [one, 'two', three]}
        """
    after = edit(
        before,
        ItemEdit("a", {"aliases": ["two@x.example", "new@x.example"]}),
        ItemEdit("b", {"aliases": ["two", "four"]}),
    )
    assert after == expect("""\
        items:
          a:
            aliases:
              # the next one stays
              - two@x.example
              - new@x.example
          b: {aliases: ['two', four]}
        """)


def test_a_list_in_another_order_is_written_anew() -> None:
    before = "items:\n  a:\n    aliases:\n    - x\n    - y\n    type: shared\n"
    after = edit(before, ItemEdit("a", {"aliases": ["y", "x"]}))
    assert after == "items:\n  a:\n    aliases: [y, x]\n    type: shared\n"


def test_what_would_lose_a_comment_is_refused_with_its_line() -> None:
    before = "items:\n  a:\n    aliases:\n    - x # why\n    - y\n"
    with pytest.raises(Refused, match=r"inventory/accounts\.yaml:4: is written so"):
        edit(before, ItemEdit("a", {"aliases": ["y", "x"]}))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("items:\n", "items:\n  k:\n    a: 1\n"),
        ("items:", "items:\n  k:\n    a: 1"),
        ("items: {}  # none\nnote: x\n", "items:  # none\n  k:\n    a: 1\nnote: x\n"),
        ("items:\n  z: {b: 2}", "items:\n  z: {b: 2}\n  k: {a: 1}"),
        (
            "items:\n    z:\n         b: 2\n\n# end\n",
            "items:\n    z:\n         b: 2\n    k:\n         a: 1\n\n# end\n",
        ),
        ("{items: {z: {b: 2}}}\n", "{items: {z: {b: 2}, k: {a: 1}}}\n"),
        ("items:\r\n  z: {b: 2}\r\n", "items:\r\n  z: {b: 2}\r\n  k: {a: 1}\r\n"),
        (
            "items:\n  z:\n    b: |\n      text\n\nnote: x\n",
            "items:\n  z:\n    b: |\n      text\n  k:\n    a: 1\n\nnote: x\n",
        ),
    ],
)
def test_an_item_is_added_behind_the_last(before: str, after: str) -> None:
    assert edited(before.encode(), NAME, [ItemEdit("k", {"a": 1}, new=True)]).decode() == after


def test_an_item_leaves_its_file_and_its_comments_do_not_vanish() -> None:
    before = "items:\n  # of a\n  a: {x: 1}\n  b: {x: 2}\n"
    assert edit(before, ItemEdit("a", {}, gone=True)) == "items:\n  # of a\n  b: {x: 2}\n"
    assert edit("items:\n  a: {x: 1}\n", ItemEdit("a", {}, gone=True)) == "items: {}\n"
    with pytest.raises(Refused, match="holds comments"):
        edit("items:\n  a: {x: 1,  # why\n    y: 2}\n", ItemEdit("a", {}, gone=True))


def test_a_byte_order_mark_and_other_normal_forms_stay() -> None:
    written = "\ufeffitems:\n  a: {name: Hoa\u0300, note: x}\n"
    after = edited(written.encode(), NAME, [ItemEdit("a", {"note": "y"})]).decode()
    assert after == "\ufeffitems:\n  a: {name: Hoa\u0300, note: y}\n"


def test_a_value_that_no_file_may_hold_is_refused_by_name() -> None:
    with pytest.raises(ProblemsFound, match="right-to-left override"):
        edit("items:\n  a: {x: 1}\n", ItemEdit("a", {"x": "abc\u202edef"}))


def test_a_manner_of_writing_that_cannot_be_added_to_is_told_at_its_place() -> None:
    # The result would be no YAML: its lines are of a text that nobody sees.
    text = "items:\n  a:\n    ? x\n    : y\n    z: 1\n"
    with pytest.raises(Refused, match=r"accounts\.yaml:2: is written so that it cannot be edited"):
        edit(text, ItemEdit("a", {"new": 1}))


def test_an_item_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="declares no 'b'"):
        edit("items:\n  a: {x: 1}\n", ItemEdit("b", {"x": 1}))


# --- properties ------------------------------------------------------------------------------

WORDS = (
    st.text("abđ ư'\"#:,{}[]-?&*!|>%@`0=~\\.é", min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
KEYS = st.from_regex(r"[a-z][a-z0-9._-]{0,6}", fullmatch=True).filter(lambda key: key not in ("y", "n"))
VALUES = st.one_of(
    WORDS,
    st.lists(WORDS, min_size=1, max_size=3, unique=True),
    st.dictionaries(KEYS, WORDS, min_size=1, max_size=3),
)
FIELDS = st.dictionaries(KEYS, VALUES, max_size=4)


def _scalar(draw: Any, text: str) -> str:
    if draw(st.booleans()):
        return scalar(text)
    if draw(st.booleans()):
        return "'" + text.replace("'", "''") + "'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _flow(draw: Any, value: Any, deep: int) -> str:
    gap = draw(st.sampled_from([" ", "  ", "\n" + " " * deep]))
    tail = draw(st.sampled_from(["", "", " "]))
    if isinstance(value, dict):
        inner = f",{gap}".join(f"{scalar(key)}: {_flow(draw, each, deep)}" for key, each in value.items())
        return "{" + inner + tail + "}"
    if isinstance(value, list):
        return "[" + f",{gap}".join(_scalar(draw, each) for each in value) + tail + "]"
    return _scalar(draw, value)


def _remark(draw: Any) -> str:
    return draw(st.sampled_from(["", "", "  # nhớ: {x}, 'y'", " # -"]))


def _block(draw: Any, fields: dict[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in fields.items():
        if draw(st.integers(0, 5)) == 0:
            lines.append(draw(st.sampled_from(["", " " * indent + "# lời ghi", "# ở đầu dòng"])))
        begin = " " * indent + scalar(key) + ":"
        if isinstance(value, dict) and draw(st.booleans()):
            lines.append(begin + _remark(draw))
            lines += _block(draw, value, indent + draw(st.integers(1, 3)))
        elif isinstance(value, list) and draw(st.booleans()):
            lines.append(begin + _remark(draw))
            dash = " " * (indent + draw(st.integers(0, 2)))
            lines += [
                f"{dash}-{' ' * draw(st.integers(1, 2))}{_scalar(draw, each)}{_remark(draw)}"
                for each in value
            ]
        else:
            lines.append(f"{begin} {_flow(draw, value, indent + 3)}{_remark(draw)}")
    return lines


@st.composite
def documents(draw: Any) -> tuple[str, dict[str, dict[str, Any]]]:
    """A document in one of many hands, and what its items say."""
    items = draw(st.dictionaries(KEYS, FIELDS, min_size=1, max_size=4))
    lines = ["# đầu", "kind: accounts", "items:" + _remark(draw)]
    indent = draw(st.integers(1, 4))
    for key, fields in items.items():
        if draw(st.integers(0, 3)) == 0:
            lines += [" " * indent + "# về " + key]
        begin = " " * indent + scalar(key) + ":"
        if not fields or draw(st.booleans()):
            lines.append(f"{begin} {_flow(draw, fields, indent + 2)}{_remark(draw)}")
        else:
            lines.append(begin + _remark(draw))
            lines += _block(draw, fields, indent + draw(st.integers(1, 4)))
    lines += draw(st.sampled_from([[], ["# cuối"], ["", "note: x"]]))
    return "\n".join(lines) + draw(st.sampled_from(["\n", "\n", ""])), items


@st.composite
def changes(draw: Any) -> tuple[str, dict[str, dict[str, Any]], list[ItemEdit]]:
    text, items = draw(documents())
    chosen = draw(st.lists(st.sampled_from(sorted(items)), unique=True, max_size=3))
    edits = []
    for key in chosen:
        there = sorted(items[key])
        gone = draw(st.lists(st.sampled_from(there), unique=True)) if there else []
        new = draw(st.dictionaries(st.sampled_from(there) | KEYS if there else KEYS, VALUES, max_size=3))
        edits.append(ItemEdit(key, {**new, **dict.fromkeys(gone)}))
    fresh = draw(st.dictionaries(KEYS.filter(lambda key: key not in items), FIELDS, max_size=2))
    edits += [ItemEdit(key, fields, new=True) for key, fields in fresh.items()]
    return text, items, edits


def remarks(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if line.lstrip().startswith("#")]


@given(changes())
def test_what_was_asked_is_there_and_nothing_else_changed(case: tuple[str, Any, list[ItemEdit]]) -> None:
    text, items, edits = case
    before = of_node(parse(text.encode(), NAME))
    assert isinstance(before, dict)
    assert before["items"] == {key: plain(fields) for key, fields in items.items()}
    try:
        after = edited(text.encode(), NAME, edits).decode()
    except Refused as error:
        # Only what would lose a comment may be refused, and says where.
        assert "#" in text
        assert error.args[0].startswith(NAME + ":")  # noqa: PT017
        return
    wanted = {key: dict(plain(fields)) for key, fields in items.items()}  # type: ignore[arg-type]
    for each in edits:
        fields = wanted.setdefault(each.key, {})
        for name, value in each.fields.items():
            if value is None:
                fields.pop(name, None)
            else:
                fields[name] = plain(value)
    found = of_node(parse(after.encode(), NAME))
    assert isinstance(found, dict)
    assert found == {**before, "items": wanted}
    assert list(found["items"]) == list(wanted)
    # No comment on a line of its own goes, but with a field that goes.
    removed = any(
        value is None or isinstance(items.get(each.key, {}).get(name), list | dict)
        for each in edits
        for name, value in each.fields.items()
    )
    if not removed:
        assert remarks(after) == remarks(text)
    touched = {each.key for each in edits if not each.new}
    for key, source in sources(text).items():
        if key not in touched:
            assert sources(after)[key] == source


def sources(text: str) -> dict[str, str]:
    """The lines of each item as they are written, by key."""
    from opsconsole.inventory import spans

    items = spans.top(text).entry("items")
    assert items is not None
    assert isinstance(items.value, spans.Mapping)
    return {
        part.key.value: text[spans.line_start(text, part.start) : spans.line_end(text, part.end)].rstrip("\n")
        for part in items.value.parts
    }


@given(documents())
def test_an_edit_that_says_what_is_there_changes_no_byte(case: tuple[str, dict[str, dict[str, Any]]]) -> None:
    text, items = case
    edits = [ItemEdit(key, fields) for key, fields in items.items()]
    assert edited(text.encode(), NAME, edits).decode() == text
