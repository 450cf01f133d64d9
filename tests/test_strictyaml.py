"""The strict loader reads what YAML means, as text with places, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from opsconsole import strictyaml
from opsconsole.strictyaml import Map, Problem, ProblemsFound, Seq, parse, read_text


def plain(node: object) -> object:
    if isinstance(node, Map):
        return {key: plain(value) for key, value in node.items.items()}
    if isinstance(node, Seq):
        return [plain(value) for value in node.items]
    return node


def test_every_value_and_key_knows_its_place() -> None:
    top = parse(b"a: 1\nlist:\n  - x\n  - {k: v}\n", "f.yaml")
    items = top.items["list"]
    assert isinstance(items, Seq)
    assert (top.key_place("a"), top.value_place("a")) == ((1, 1), (1, 4))
    assert [strictyaml.place(mark) for mark in items.marks] == [(3, 5), (4, 5)]
    inner = items.items[1]
    assert isinstance(inner, Map)
    assert inner.value_place("k") == (4, 9)


SCALAR = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
TREES = st.recursive(
    SCALAR, lambda each: st.lists(each, max_size=3) | st.dictionaries(SCALAR, each, max_size=3), max_leaves=10
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), TREES, min_size=1, max_size=4), st.booleans())
def test_it_reads_what_pyyaml_wrote(tree: dict[str, object], flow: bool) -> None:
    written = yaml.dump(tree, default_flow_style=flow, allow_unicode=True, Dumper=_Dumper)
    outcome = _outcome(written.encode())
    if isinstance(outcome, list):  # keys that only this loader refuses
        assert all("a key is empty" in each or "merge key" in each for each in outcome)
    else:
        assert outcome == tree


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


@given(st.text(st.sampled_from("ab:-? \n[]{},#&*!|>'\"%@`\\01"), max_size=60))
def test_the_pure_parser_says_the_same_as_the_c_parser(source: str) -> None:
    data = ("top: x\n" + source).encode()
    with pytest.MonkeyPatch.context() as patch:
        fast = _outcome(data)
        patch.delattr(yaml, "CSafeLoader")
        slow = _outcome(data)
    assert fast == slow or "not valid YAML" in str(fast) + str(slow)


def _outcome(data: bytes) -> object:
    try:
        return plain(parse(data, "x.yaml"))
    except ProblemsFound as found:
        return [each.message for each in found.problems]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_problems(data: bytes) -> None:
    assert _outcome(data) != []


def test_problems_sort_by_place_and_print_it() -> None:
    found = ProblemsFound([Problem("b", 1, 1, "x"), Problem("a", 2, 1, "y"), Problem("a", 0, 0, "z")])
    assert str(found) == "a: z\na:2:1: y\nb:1:1: x"


def test_a_file_that_grows_while_it_is_read_is_not_read_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("kind: assets\n")
    monkeypatch.setattr("opsconsole.strictyaml.os.read", lambda _handle, size: b" " * size)
    with pytest.raises(ProblemsFound, match=r"x.yaml: has more than 5,000,000 bytes"):
        read_text(path, "x.yaml")


def test_a_disk_that_fails_is_a_problem_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("kind: assets\n")

    def failing(_handle: int, _size: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("opsconsole.strictyaml.os.read", failing)
    with pytest.raises(ProblemsFound, match=r"x.yaml: cannot be read: Input/output error"):
        read_text(path, "x.yaml")
