"""Hostile files: the unusual is read as it was meant, the wrong gets one clear error and nothing is written.

Among them the known failures of peers: codes turned octal, ``no`` turned False, the last of two
equal keys kept, a segmentation fault on deep nesting, minutes spent on a merge bomb (PyYAML).
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from opsconsole.strictyaml import ProblemsFound
from tests.inventory.project import Project

HEAD = "kind: assets\nunit: 04810\nas_of: 2019-08-06\nitems:\n"
GOOD = "  X-1: {class: desktop, model: Dell, status: in-use}\n"

BOMB = "a: &a {k: v}\nb: &b {<<: *a, x: *a}\n" + "".join(
    f"c{i}: &c{i} [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n" for i in range(9)
)

WRONG = {
    "duplicate-key-at-the-top": (HEAD + GOOD + "unit: 04819\n", ":6:1: key 'unit' stands twice"),
    "duplicate-key-of-an-item": (HEAD + GOOD + GOOD, ":6:3: key 'X-1' stands twice here; first at line 5"),
    "duplicate-field": (
        HEAD + "  X-1: {class: desktop, model: Dell, status: in-use, model: HP}\n",
        ":5:54: key 'model' stands twice",
    ),
    "unknown-head": (
        HEAD.replace("unit:", "units:") + GOOD,
        ":2:1: unknown entry at the head of a file: 'units'; did you mean 'unit'?",
    ),
    "unknown-field": (
        HEAD + GOOD.replace("model", "modle"),
        ":5:25: unknown field of assets: 'modle'; did you mean 'model'?",
    ),
    "unknown-kind": (
        HEAD.replace("assets", "asset") + GOOD,
        ":1:7: there is no kind 'asset'; did you mean 'assets'?",
    ),
    "no-kind": (HEAD.replace("kind: assets\n", "") + GOOD, ":1:1: lacks 'kind:'"),
    "missing-field": (HEAD + "  X-1: {class: desktop, status: in-use}\n", ":5:3: asset 'X-1' lacks 'model:'"),
    "wrong-choice": (
        HEAD + GOOD.replace("desktop", "desktpo"),
        ":5:16: 'class' of asset 'X-1' must be one of",
    ),
    "wrong-number": (
        HEAD + GOOD.replace("model: Dell", "model: Dell, price: 11.5"),
        "'price' of asset 'X-1' must be a whole number",
    ),
    "wrong-date": (
        HEAD + GOOD.replace("model: Dell", "model: Dell, bought: 2019-02-30"),
        "'bought' of asset 'X-1' must be a date that exists",
    ),
    "list-for-a-value": (
        HEAD + GOOD.replace("Dell", "[Dell]"),
        "'model' of asset 'X-1' must be a single value, not a list",
    ),
    "markup-as-a-list": (HEAD + GOOD.replace("Dell", "[red]"), "must be a single value, not a list"),
    "empty-value": (
        HEAD + "  X-1:\n    class: desktop\n    model:\n    status: in-use\n",
        ":7:11: 'model' of asset 'X-1' is empty",
    ),
    "item-without-fields": (HEAD + "  X-1:\n", ":5:3: asset 'X-1' must be a mapping of fields"),
    "items-as-a-list": ("kind: assets\nitems:\n  - X-1\n", ":3:3: 'items' must be a mapping"),
    "unknown-unit": (HEAD.replace("04810", "04811") + GOOD, ":2:7: there is no unit '04811'"),
    "unit-not-in-force": (
        HEAD.replace("2019-08-06", "2016-01-01") + GOOD,
        ":2:7: unit '04810' does not stand on 01/01/2016",
    ),
    "no-as-of": (HEAD.replace("as_of: 2019-08-06\n", "") + GOOD, "lacks 'as_of: YYYY-MM-DD'"),
    "no-unit": ("kind: assets\nas_of: 2019-08-06\nitems:\n" + GOOD, ":4:3: asset 'X-1' has no unit"),
    "unknown-custodian": (
        HEAD + GOOD.replace("model: Dell", "model: Dell, custodian: NV-1"),
        "names person 'NV-1', which is not declared",
    ),
    "alias-bomb": (BOMB, ":1:4: anchor '&a' is not allowed"),
    "merge-key": (
        HEAD + "  X-1: {<<: {class: desktop}, model: Dell, status: in-use}\n",
        ":5:9: merge key '<<' is not allowed",
    ),
    "tag": (
        HEAD + GOOD.replace("Dell", "!!python/name:os.system x"),
        "tag 'tag:yaml.org,2002:python/name:os.system' is not allowed",
    ),
    "deep-nesting": ("[" * 10_000, ":1:13: is nested more than 12 deep"),
    "deep-block-nesting": ("\n".join(" " * i + "a:" for i in range(2000)), "is nested more than 12 deep"),
    "latin-1": (
        HEAD.encode() + GOOD.replace("Dell", "D\xe9ll").encode("latin-1"),
        ":5:33: is not UTF-8 (byte 0xe9)",
    ),
    "utf-16": ((HEAD + GOOD).encode("utf-16"), ":1:1: is UTF-16; save it as UTF-8"),
    "nul": ((HEAD + GOOD.replace("Dell", "De\0ll")).encode(), ":5:34: holds U+0000"),
    "escape": (HEAD + GOOD.replace("Dell", '"D\\e[31mell"'), "holds U+001B"),
    "raw-escape": (HEAD + GOOD.replace("Dell", "D\x1b[31mell"), ":5:33: holds U+001B"),
    "bidi": (HEAD + GOOD.replace("Dell", '"D\\u202Eell"'), "holds U+202E (right-to-left override)"),
    "lone-surrogate": (HEAD + GOOD.replace("Dell", '"\\ud800"'), "is not valid YAML"),
    "empty": ("", "is empty"),
    "only-a-comment": ("# nothing\n", "is empty"),
    "a-scalar": ("hello\n", "must begin with a mapping"),
    "tab-indent": ("kind: assets\nitems:\n\tX-1: {}\n", ":3:1: is not valid YAML: a tab is used"),
    "two-documents": (HEAD + GOOD + "---\n" + HEAD, ":6:1: a file may hold one document only"),
    "half-written": (HEAD + "  X-1: {class: desktop, mod", "is not valid YAML"),
    "integer-key-list": ("kind: assets\nitems:\n  ? [a, b]\n  : {}\n", "a key must be plain text"),
    "key-with-a-path": (
        HEAD + GOOD.replace("X-1", "../../etc/passwd"),
        ":5:3: key '../../etc/passwd' must be letters, digits",
    ),
    "yaml-true-as-flag": (
        "kind: accounts\nunit: 04810\nas_of: 2019-08-06\nitems:\n  a@b.example: {type: shared, locked: True}\n",
        "'locked' of account 'a@b.example' must be yes or no (it says 'True')",
    ),
    "two-cases-of-one-address": (
        "kind: accounts\nunit: 04810\nas_of: 2019-08-06\nitems:\n  a@b.example: {type: shared}\n  A@b.example: {type: shared}\n",
        ":6:3: account 'a@b.example' is declared twice; first at inventory/hostile.yaml:5",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_gets_a_clear_error_with_its_place_and_nothing_is_written(
    name: str, sqlite_project: Project
) -> None:
    text, expected = WRONG[name]
    path = sqlite_project.write("hostile.yaml", text)
    before = sqlite_project.dump()
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.apply()
    messages = [str(problem) for problem in found.value.problems]
    assert any(f"inventory/{path.name}" in message and expected in message for message in messages), messages
    assert sqlite_project.dump() == before
    if name not in ("alias-bomb",):
        assert len(messages) <= 2, messages


def test_all_errors_of_all_files_come_in_one_run(sqlite_project: Project) -> None:
    sqlite_project.write("a.yaml", HEAD + GOOD.replace("Dell", "[red]"))
    sqlite_project.write("b.yaml", HEAD.replace("04810", "99999") + GOOD.replace("X-1", "X-2"))
    sqlite_project.write("c.yaml", "kind: assets\nitems: {\n")
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.plan()
    assert [problem.file for problem in found.value.problems] == [
        "inventory/a.yaml", "inventory/b.yaml", "inventory/c.yaml",
    ]  # fmt: skip


def test_two_new_files_with_one_key(sqlite_project: Project) -> None:
    sqlite_project.write("a.yaml", HEAD + GOOD)
    sqlite_project.write("b.yaml", HEAD + GOOD)
    with pytest.raises(
        ProblemsFound,
        match=r"inventory/b.yaml:5:3: asset 'X-1' is declared twice; first at inventory/a.yaml:5",
    ):
        sqlite_project.plan()


def test_a_file_of_a_gigabyte_is_refused_without_being_read(sqlite_project: Project) -> None:
    path = sqlite_project.write("big.yaml", "")
    os.truncate(path, 1 << 30)
    with pytest.raises(
        ProblemsFound, match=r"inventory/big.yaml: has 1,073,741,824 bytes; a file may have 5,000,000"
    ):
        sqlite_project.plan()


def test_links_pipes_and_unreadable_names_are_refused(sqlite_project: Project, tmp_path: Path) -> None:
    folder = sqlite_project.root / "inventory"
    (folder / "link.yaml").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.yaml")
    sqlite_project.write("old.yml", HEAD + GOOD)
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.plan()
    assert "inventory/old.yml: must be named .yaml" in str(found.value)
    (folder / "old.yml").unlink()
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.plan()
    assert "inventory/link.yaml: cannot be read: is a symbolic link" in str(found.value)
    assert "inventory/pipe.yaml: is not a regular file" in str(found.value)


def test_a_path_that_is_not_there_is_named(sqlite_project: Project) -> None:
    with pytest.raises(ProblemsFound, match="nowhere: there is no such file or folder"):
        sqlite_project.plan(sqlite_project.root / "nowhere")


UNUSUAL = {
    "octal-looking": ("serial: 0123456701", "serial", "0123456701"),
    "leading-zeros": ("serial: 00000", "serial", "00000"),
    "no": ("room: no", "room", "no"),
    "sexagesimal": ("serial: 12:34:56", "serial", "12:34:56"),
    "underscores": ("serial: 12_34", "serial", "12_34"),
    "decimal": ("serial: 1.10", "serial", "1.10"),
    "exponent": ("serial: 1e5", "serial", "1e5"),
    "quoted-markup": ('room: "[red]x[/red]"', "room", "[red]x[/red]"),
    "mac-in-another-form": ("mac: 001B.4411.3AB7", "mac", "00:1b:44:11:3a:b7"),
    "blanks": ("room: Phòng   họp", "room", "Phòng họp"),
    "nfd": (unicodedata.normalize("NFD", "room: Phòng Văn thư"), "room", "Phòng Văn thư"),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_the_unusual_is_read_as_it_was_written(name: str, sqlite_project: Project) -> None:
    written, column, expected = UNUSUAL[name]
    sqlite_project.write(
        "unusual.yaml", HEAD + "  X-1: {class: desktop, model: Dell, status: in-use, " + written + "}\n"
    )
    sqlite_project.apply()
    assert sqlite_project.rows(f"SELECT {column} FROM asset WHERE key = 'X-1'") == [(expected,)]


def test_a_byte_order_mark_and_crlf_are_taken_as_windows_writes_them(sqlite_project: Project) -> None:
    sqlite_project.write("windows.yaml", b"\xef\xbb\xbf" + (HEAD + GOOD).replace("\n", "\r\n").encode())
    sqlite_project.apply()
    assert sqlite_project.rows("SELECT model FROM asset WHERE key = 'X-1'") == [("Dell",)]


def test_a_key_called_no_is_the_key_no(sqlite_project: Project) -> None:
    sqlite_project.write("no.yaml", HEAD + GOOD.replace("X-1", "no"))
    sqlite_project.apply()
    assert sqlite_project.rows("SELECT key FROM asset WHERE key = 'no'") == [("no",)]


def test_units_with_cyclic_parents_are_refused(sqlite_project: Project) -> None:
    sqlite_project.write(
        "cycle.yaml",
        "kind: units\nitems:\n"
        "  a1: {name: A, type: xã, level: commune, parent: b1, from: 2017-10-15}\n"
        "  b1: {name: B, type: xã, level: commune, parent: a1, from: 2017-10-15}\n",
    )
    with pytest.raises(ProblemsFound, match=r"inventory/cycle.yaml:3:.*'?a1'?"):
        sqlite_project.plan()


def test_a_file_whose_name_is_no_text_is_refused_by_name(sqlite_project: Project) -> None:
    name = os.fsdecode(b"xa-\xe3.yaml")  # as a stick written in an old code page has it
    (sqlite_project.root / "inventory" / name).write_text(GOOD)
    with pytest.raises(ProblemsFound, match="is not UTF-8; rename"):
        sqlite_project.apply()
    (sqlite_project.root / "inventory" / name).unlink()
    assert sqlite_project.plan().empty
