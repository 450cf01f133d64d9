"""What a field takes and what it refuses, and that one mistake in a file is one problem."""

from __future__ import annotations

import pytest

from opsconsole.inventory import documents
from opsconsole.inventory.fields import Address, Code, Day, Moment, Number, Text, Whole
from opsconsole.strictyaml import Map, ProblemsFound, parse
from tests.inventory.project import Project

HEAD = "kind: assets\nunit: 04810\nas_of: 2019-08-06\n"
ITEM = "  X-{0}: {{class: ups, model: M, status: in-use}}\n"


@pytest.mark.parametrize("text", ["2019-W10-1", "2019W10111", "２０１９-01-01", "2019-1-001", "20190101  "])
def test_a_day_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        Day().convert(text)


@pytest.mark.parametrize("text", ["２019-03-05 08:00", "2019-03-05 ٠8:00"])
def test_a_moment_is_written_with_ascii_digits(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM-DD HH:MM"):
        Moment().convert(text)


def test_digits_of_other_scripts_are_no_number_and_no_code() -> None:
    with pytest.raises(ValueError, match="whole number"):
        Whole().convert("１２")
    with pytest.raises(ValueError, match="a number such as"):
        Number().convert("١٢")
    with pytest.raises(ValueError, match="four digits"):
        Code(r"\d{4}", "four digits").convert("２０１９")


def test_minus_nought_is_nought_so_that_an_export_says_the_same() -> None:
    assert str(Number().convert("-0")) == "0.0"
    assert str(Number().convert("-0.00")) == "0.0"


@pytest.mark.parametrize("text", [" ", "\u00a0", " \n\t"])
def test_a_text_of_blanks_alone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="blank"):
        Text().convert(text)


def test_a_required_field_of_blanks_is_refused_at_its_place(sqlite_project: Project) -> None:
    sqlite_project.write("x.yaml", HEAD + 'items:\n  X-1: {class: ups, model: " ", status: in-use}\n')
    with pytest.raises(ProblemsFound, match=r"inventory/x.yaml:5:28: 'model' of asset 'X-1'"):
        sqlite_project.plan()


def test_an_address_no_longer_than_mail_allows() -> None:
    long = "a@" + "b" * 63 + ("." + "b" * 63) * 3 + ".example"
    with pytest.raises(ValueError, match="e-mail address"):
        Address().convert(long)
    assert Address().convert("A@b.example") == "a@b.example"


def test_a_mistake_in_the_defaults_is_one_problem_and_not_one_an_item(sqlite_project: Project) -> None:
    items = "".join(f"  X-{i}: {{model: M}}\n" for i in range(50))
    sqlite_project.write("x.yaml", HEAD + "defaults: {class: ups, status: inuse}\nitems:\n" + items)
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.plan()
    assert [str(problem).partition(" must")[0] for problem in found.value.problems] == [
        "inventory/x.yaml:4:32: 'status' of 'defaults'"
    ]


def test_a_unit_in_the_defaults_serves_an_item_that_is_wrong_otherwise(sqlite_project: Project) -> None:
    text = (
        HEAD.replace("unit: 04810\n", "")
        + "defaults: {unit: 04810}\nitems:\n  X-1: {class: ups, status: no}\n"
    )
    sqlite_project.write("x.yaml", text)
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.plan()
    assert not any("no unit" in str(problem) for problem in found.value.problems)


def test_a_file_full_of_wrong_references_is_parsed_once_for_their_places(
    sqlite_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = "".join(
        f"  X-{i}: {{class: ups, model: M, status: in-use, custodian: NV-{i}}}\n" for i in range(300)
    )
    sqlite_project.write("x.yaml", HEAD + "items:\n" + items)
    parsed: list[str] = []

    def counted(data: bytes, name: str) -> Map:
        parsed.append(name)
        return parse(data, name)

    monkeypatch.setattr(documents, "parse", counted)
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.plan()
    assert len(found.value.problems) == 300
    assert str(found.value.problems[299]).startswith("inventory/x.yaml:304:60: 'custodian' of asset 'X-299'")
    assert len(parsed) <= 4


def test_the_place_of_a_problem_is_that_of_the_key_as_it_is_written(sqlite_project: Project) -> None:
    sqlite_project.write(
        "x.yaml",
        HEAD
        + "items:\n  ab-1: {class: ups, model: M, status: in-use, custodian: NV-1}\n"
        + ITEM.format(2)
        + "  AB-1: {class: ups, model: M, status: in-use}\n",
    )
    with pytest.raises(ProblemsFound, match=r"inventory/x.yaml:5:\d+: 'custodian' of asset 'ab-1'"):
        sqlite_project.plan()


def test_a_value_of_many_characters_is_shown_shortened(sqlite_project: Project) -> None:
    sqlite_project.write(
        "x.yaml", HEAD + f"items:\n  X-1: {{class: ups, model: {'M' * 9000}, status: in-use}}\n"
    )
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.plan()
    assert len(str(found.value)) < 400


def test_a_list_that_is_wrong_twice_says_nothing_of_none(sqlite_project: Project) -> None:
    sqlite_project.write(
        "x.yaml",
        "kind: accounts\nunit: 04810\nas_of: 2019-08-06\nitems:\n"
        "  a@b.example: {type: shared, aliases: [x, y]}\n",
    )
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.plan()
    assert len(found.value.problems) == 2
    assert "None" not in str(found.value)


def test_a_session_that_ends_before_it_starts_is_refused(sqlite_project: Project) -> None:
    sqlite_project.write(
        "x.yaml",
        "kind: sessions\nitems:\n  h: {title: T, kind: other, start: 2019-03-05 08:00, end: 2019-03-05 07:00}\n",
    )
    with pytest.raises(ProblemsFound, match=r"x.yaml:3:\d+: session 'h' does not end after it starts"):
        sqlite_project.plan()


def test_items_below_wrong_defaults_are_not_taken_for_whole(sqlite_project: Project) -> None:
    for name, text in {
        "units.yaml": "kind: units\ndefaults: {type: xã, level: village}\nitems:\n  x1: {name: A, parent: 148, from: 2018-01-01}\n",
        "indicators.yaml": "kind: indicators\ndefaults: {measure: none}\nitems:\n"
        "  a.b: {name: A, name-en: A, unit-of-measure: percent, direction: up, version: 1}\n",
    }.items():
        sqlite_project.write(f"x-{name}", text)
    with pytest.raises(ProblemsFound) as found:
        sqlite_project.plan()
    assert [problem.file for problem in found.value.problems] == [
        "inventory/x-indicators.yaml", "inventory/x-units.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), [("yes", 1), ("seed 42", 1), ("no", 0), ("false", 0)])
def test_a_sample_that_is_none_is_not_marked_as_one(
    written: str, expected: int, sqlite_project: Project
) -> None:
    sqlite_project.write("x.yaml", HEAD + f"sample: {written}\nitems:\n" + ITEM.format(1))
    sqlite_project.apply()
    assert sqlite_project.rows("SELECT sample FROM asset WHERE key = 'X-1'") == [(expected,)]
