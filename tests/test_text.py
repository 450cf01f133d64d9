"""Vietnamese text: found without diacritics, matched in both spellings, ordered as people expect, shown safely."""

from __future__ import annotations

import random
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole import text

# The short names of the communes of 2019 in the order of ICU 72, locale vi.
IN_ORDER = (Path(__file__).parent / "data" / "commune-names-icu-vi-order.txt").read_text().splitlines()


def test_names_sort_as_icu_sorts_them() -> None:
    shuffled = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(shuffled, key=text.sort_key) == IN_ORDER


@pytest.mark.parametrize(
    "ordered",
    [
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        list("aăâbcdđeêghiklmnoôơpqrstuưvxy"),
        ["Bảo Hiệu", "Bao La"],
        ["Xã 2", "Xã An"],
        ["an", "An"],
    ],
)
def test_tones_letters_and_case_have_their_order(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=text.sort_key) == ordered


def test_people_sort_by_given_name_first() -> None:
    people = ["Đinh Văn Ưng", "Bùi Thị An", "Nguyễn Văn Ánh", "An Thị Yến"]
    assert sorted(people, key=text.person_sort_key) == [
        "Bùi Thị An",
        "Nguyễn Văn Ánh",
        "Đinh Văn Ưng",
        "An Thị Yến",
    ]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đà Bắc", "da bac"),
        ("Huyện Lương Sơn", "huyen luong son"),
        ("Xã  Bắc\u00a0Sơn", "xa bac son"),
        ("ĐƯỜNG", "duong"),
        ("Ðoàn Kết", "doan ket"),
        ("Hoà Bình", "hoa binh"),
        ("Hòa Bình", "hoa binh"),
    ],
)
def test_folding_finds_a_name_however_it_is_typed(written: str, folded: str) -> None:
    assert text.fold(written) == folded
    assert text.fold(unicodedata.normalize("NFD", written)) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hoà Bình", "Hòa Bình"), ("Lạc Thuỷ", "Lạc Thủy"), ("Mai Hoá", "Mai Hóa"), ("Thuỵ Khuê", "Thụy Khuê")],
)
def test_two_tone_placements_are_one_name(one: str, other: str) -> None:
    assert text.match_key(one) == text.match_key(other)


@pytest.mark.parametrize(
    "word",
    ["quý", "Quyết", "quà", "toàn", "Hoàng", "Thuận", "hoạch", "Khoan Dụ", "Suối Hoa", "Ngoại", "khuỷu"],
)
def test_words_with_one_placement_are_left_alone(word: str) -> None:
    assert text.match_key(word) == word.casefold()


@pytest.mark.parametrize(
    ("one", "other"),
    [("Tu Lý", "Tú Lý"), ("Hợp Thanh", "Hợp Thành"), ("Thanh Sơn", "Thành Sơn"), ("Văn Sơn", "Vân Sơn")],
)
def test_names_that_differ_in_a_tone_are_two(one: str, other: str) -> None:
    assert text.match_key(one) != text.match_key(other)


@given(st.text())
def test_folding_twice_is_folding_once_and_nfd_is_no_difference(value: str) -> None:
    assert text.fold(text.fold(value)) == text.fold(value)


CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@given(st.text(st.characters(exclude_categories=())))
def test_no_control_reaches_the_screen(value: str) -> None:
    shown = text.safe(value)
    assert not CONTROL.search(shown)
    shown.encode()


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "<U+001B>]52;c;aGk=<U+0007>"),
        ("a\nb\tc", "a⏎b c"),
        ("[red]x[/red]", "[red]x[/red]"),
        ("abc\u202edef", "abc<U+202E>def"),
        (None, ""),
        (12, "12"),
    ],
)
def test_what_data_holds_is_shown_not_obeyed(data: object, shown: str) -> None:
    assert text.safe(data) == shown


def test_numbers_and_dates_are_written_as_people_write_them() -> None:
    assert text.number(8000) == "8.000"
    assert text.number(8000, "en") == "8,000"
    assert text.number(67.53) == "67,53"
    assert text.number(1234567.5, decimals=1) == "1.234.567,5"
    assert text.number(None) == "–"
    assert text.percent(0.6753) == "67,5 %"
    assert text.percent(None) == "–"
    assert text.date("2019-08-06") == "06/08/2019"
    assert text.date(None) == "–"
