"""The Vietnamese catalogue: complete, and every translation fits where its English text stands."""

from __future__ import annotations

import ast
import re
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsconsole import catalogue
from tests import catalogue_check


def pairs() -> Iterator[tuple[str, str]]:
    """(English, Vietnamese) of every text; a text with plural forms gives a pair for each."""
    for message in catalogue_check.known():
        if not message.id:
            continue
        one = message.id if isinstance(message.id, str) else message.id[0]
        translations = [message.string] if isinstance(message.string, str) else message.string
        for translation in translations or ():
            yield one, translation


def fields(text: str) -> list[tuple[str, str, str | None]]:
    """The placeholders of *text* with their forms, sorted."""
    return sorted(
        (name, form or "", conversion or "")
        for _literal, name, form, conversion in string.Formatter().parse(text)
        if name is not None
    )


def test_the_catalogue_holds_every_text_of_the_code_and_is_compiled() -> None:
    assert list(catalogue_check.problems()) == []


def test_every_text_that_the_code_marks_is_collected() -> None:
    # Those inside an f-string are not found by what collects them.
    marked = {
        node.args[0].value
        for path in (catalogue_check.ROOT / "opsconsole").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "N_", "ngettext")
        and isinstance(node.args[0], ast.Constant)
    }
    code = catalogue_check.texts()
    assert [text for text in marked if code.get(str(text)) is None] == []


def test_an_update_without_new_texts_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, file in (("PO", "opsconsole.po"), ("MO", "opsconsole.mo")):
        (tmp_path / file).write_bytes(getattr(catalogue_check, name).read_bytes())
        monkeypatch.setattr(catalogue_check, name, tmp_path / file)
    monkeypatch.setattr(catalogue_check, "FOLDER", tmp_path)
    catalogue_check.update()
    first = [(tmp_path / file).read_bytes() for file in ("opsconsole.po", "opsconsole.mo")]
    catalogue_check.update()
    assert [(tmp_path / file).read_bytes() for file in ("opsconsole.po", "opsconsole.mo")] == first
    assert b"EMAIL@ADDRESS" not in first[0]


def test_translations_keep_every_placeholder_with_its_form_and_as_often() -> None:
    assert [pair for pair in pairs() if fields(pair[0]) != fields(pair[1])] == []


def test_translations_keep_leading_and_trailing_blanks() -> None:
    def edges(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    assert [pair for pair in pairs() if edges(pair[0]) != edges(pair[1])] == []


def test_translations_hold_no_control_characters_that_the_english_has_not() -> None:
    def controls(text: str) -> list[str]:
        return sorted(char for char in text if unicodedata.category(char) in ("Cc", "Cf"))

    assert [pair for pair in pairs() if controls(pair[0]) != controls(pair[1])] == []


def test_translations_are_in_composed_form() -> None:
    assert [pair for pair in pairs() if not unicodedata.is_normalized("NFC", pair[1])] == []


def test_translations_keep_the_options_and_commands_that_they_name() -> None:
    def named(text: str) -> set[str]:
        return set(re.findall(r"--[a-z][a-z-]+|['(:] ?opsconsole [a-z]+|config\.yaml|[a-z]+:(?=')", text))

    assert [pair for pair in pairs() if named(pair[0]) != named(pair[1])] == []


def test_lines_in_columns_begin_their_values_in_the_same_column() -> None:
    # what state_lines prints: a name of at most 16 characters, then the value
    columns = [(one, other) for one, other in pairs() if re.match(r"  [a-z ]+?  +\S", one)]
    assert len(columns) >= 2

    def column(text: str) -> int:
        found = re.match(r"  \S.*?  +", text)
        return found.end() if found else -1

    assert [pair for pair in columns if column(pair[0]) != column(pair[1])] == []


@pytest.mark.parametrize("count", [0, 1, 2, 21])
def test_vietnamese_has_one_form_for_any_count(count: int) -> None:
    before = catalogue.language()
    catalogue.use_language("vi")
    try:
        assert catalogue.ngettext("{count} unit", "{count} units", count) == "{count} đơn vị"
    finally:
        catalogue.use_language(before)


def test_the_page_names_are_told_apart_in_a_head_line_of_eighty_columns() -> None:
    """Nine names do not fit whole; the line cuts the longest first, and a number opens each."""
    from opsconsole.console.pagenames import PAGES

    texts = dict(pairs())
    for names in ([texts[title] for title in PAGES.values()], list(PAGES.values())):
        room = 80 - 4 * len(names)  # number, blank, and a blank on either side
        while sum(map(len, names)) > room:
            widest = max(range(len(names)), key=lambda place: len(names[place]))
            names[widest] = names[widest][:-1]
        assert len(set(names)) == len(names)
        assert min(map(len, names)) >= 3
