"""The words for stored values: one for each that a file can hold, and values as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from opsconsole import words
from opsconsole.catalogue import use_language
from opsconsole.inventory.fields import Choice, Field, Group, ListOf
from opsconsole.inventory.kind import Kind
from opsconsole.inventory.kinds import standard


def choices(fields: Iterable[Field]) -> Iterator[tuple[str, Choice]]:
    """(name, type) of every field of few words, at any depth."""
    for field in fields:
        inner = field.type.item if isinstance(field.type, ListOf) else field.type
        if isinstance(inner, Choice):
            yield field.name, inner
        if isinstance(inner, Group):
            yield from choices(inner.fields)


@pytest.mark.parametrize("kind", list(standard()), ids=lambda kind: kind.name)
def test_a_kind_is_called_the_same_everywhere(kind: Kind) -> None:
    assert words.thing(kind.name) == kind.called
    assert words.things(kind.name) != kind.name or kind.name in words.THINGS
    assert words.label(kind.name) in (kind.title, words.FIELDS[kind.name])


@pytest.mark.parametrize(
    "kind",
    [
        *("units", "assets", "accounts", "sites", "sessions", "rules", "targets", "figures", "checks"),
        *("connections", "rates"),
    ],
)
def test_every_word_of_a_file_has_one_for_people(kind: str) -> None:
    for name, type_ in choices(standard()[kind].fields):
        assert [value for value in type_.values if value not in words.WORDS] == []
        for value in type_.values:
            assert words.value_text(name, value) == words.word(value)


@pytest.mark.parametrize("kind", ["units", "assets", "accounts", "sites", "sessions", "people"])
def test_every_field_that_a_detail_shows_has_a_label(kind: str) -> None:
    assert [field.name for field in standard()[kind].fields if field.name not in words.FIELDS] == []


@pytest.mark.parametrize(
    ("field", "value", "english", "vietnamese"),
    [
        ("status", "in-use", "in use", "đang dùng"),
        ("bought", "2019-08-06", "06/08/2019", "06/08/2019"),
        ("start", "2019-03-05T08:00", "05/03/2019 08:00", "05/03/2019 08:00"),
        ("price", 11_500_000, "11,500,000", "11.500.000"),
        ("year", 2019, "2019", "2019"),
        ("value", 67.53, "67.53", "67,53"),
        ("locked", 1, "yes", "có"),
        ("locked", 0, "no", "không"),
        ("events", ["login", "sent"], "login, message sent", "đăng nhập, thư gửi"),
        (
            "disposed",
            {"date": "2020-01-31", "reason": "in-use"},
            "{date: 31/01/2020, reason: in-use}",
            "{date: 31/01/2020, reason: in-use}",
        ),
        ("from", {"04810": {"share": "rest"}}, "{04810: {share: rest}}", "{04810: {share: phần còn lại}}"),
        ("model", "in-use", "in-use", "in-use"),
        ("bought", "no date", "no date", "no date"),
        ("note", None, "", ""),
    ],
)
def test_a_value_is_shown_by_what_its_field_holds(
    field: str, value: object, english: str, vietnamese: str
) -> None:
    assert words.value_text(field, value) == english
    use_language("vi")
    assert words.value_text(field, value) == vietnamese


def test_counters_have_words_and_unknown_ones_stay_as_they_are() -> None:
    assert words.counter("cpu_percent", 52.66) == "processor 52.7 %"
    use_language("vi")
    assert words.counter("lines", 1204) == "số dòng 1.204"
    assert words.counter("year", 2019) == "năm 2019"
    assert words.counter("disk_percent", 23.9) == "đĩa 23,9 %"
    assert words.counter("frobs", 3) == "frobs 3"


def test_what_happened_to_a_unit_is_told_in_the_order_given() -> None:
    assert words.unit_changes("split,retype") == "split, new type"
    assert words.unit_changes("split,odd") == "split, odd"
    use_language("vi")
    assert words.unit_changes("merge") == "sáp nhập"


def test_every_problem_of_the_overview_has_words_of_its_own() -> None:
    from opsconsole.console.queries.needs import Trouble
    from opsconsole.console.solving import WAYS

    source = (Path(__file__).parents[1] / "opsconsole/console/queries/needs.py").read_text()
    sorts = set(re.findall(r'(?:Trouble|_of)\(\s*"([a-z]+)"', source))
    assert sorts | {"unmatched"} == set(WAYS)  # each has its place where it is solved
    assert {sort for sort in sorts if Trouble(sort, 1).words == sort} == set()
