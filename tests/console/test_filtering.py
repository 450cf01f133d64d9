"""Filters with field terms: what is typed, what it finds on both engines, and what cannot be asked."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.catalogue import use_language
from opsconsole.console.queries import assets, mailboxes, sessions
from opsconsole.console.queries.filtering import Term, terms_of, trouble
from opsconsole.console.queries.listing import Listing, Query
from opsconsole.store.database import Database
from tests.console.filled import fill

LISTINGS: dict[str, Listing] = {
    "assets": assets.LISTING,
    "mailboxes": mailboxes.LISTING,
    "sessions": sessions.LISTING,
}


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Hòa  BÌNH", [("", ":", "hoa"), ("", ":", "binh")]),
        ('"Hòa Bình" x', [("", ":", "hoa binh"), ("", ":", "x")]),
        ("kind:printer", [("kind", ":", "printer")]),
        ("Giá:>10m", [("gia", ">", "10m")]),
        ("price:>=5,5tr bought:<2016", [("price", ">=", "5,5tr"), ("bought", "<", "2016")]),
        ('model:"dell opti"', [("model", ":", "dell opti")]),
        ("kind:", []),  # still being typed
        ("kind:>", []),
        ("a:b:c", [("a", ":", "b:c")]),
        ('"kind:printer"', [("", ":", "kind:printer")]),
        ("00:1b:44", [("", ":", "00:1b:44")]),  # a hardware address is no field
        ("", []),
        ('"', []),
    ],
)
def test_what_is_typed_becomes_words_and_terms(typed: str, terms: list[tuple[str, str, str]]) -> None:
    assert [(term.field, term.op, term.value) for term in terms_of(typed)] == terms


def test_a_term_or_a_word_can_be_denied() -> None:
    assert terms_of("!kind:printer -status:broken !dell") == (
        Term("kind", ":", "printer", True),
        Term("status", ":", "broken", True),
        Term("", ":", "dell", True),
    )


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_filter_and_finds_without_an_error(typed: str) -> None:
    for term in terms_of(typed):
        assert term.value
    assert isinstance(trouble(terms_of(typed), assets.LISTING.fields), str)


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database, assets=60, mailboxes=24)
    return database


def found(database: Database, listing: str, typed: str, day: str = "2019-12-31") -> set[str]:
    with database.read() as reader:
        query = Query(day, 2019, terms=terms_of(typed))
        return {key for chunk in LISTINGS[listing].keys(reader, query) for key in chunk}


def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with database.read() as reader:
        return reader.rows(sql)


@pytest.mark.parametrize(
    ("typed", "holds"),
    [
        ("price:>10m", lambda a: a["price"] is not None and a["price"] > 10_000_000),
        ("gia:<=10tr", lambda a: a["price"] is not None and a["price"] <= 10_000_000),
        (
            "price:8000000..12000000",
            lambda a: a["price"] is not None and 8_000_000 <= a["price"] <= 12_000_000,
        ),
        ("bought:<2016", lambda a: a["bought"] is not None and a["bought"] < "2016"),
        ("bought:>2016", lambda a: a["bought"] is not None and a["bought"] > "2016-12-31"),
        ("bought:2016..2018-06", lambda a: a["bought"] is not None and "2016" <= a["bought"] <= "2018-06-31"),
        ("bought:-", lambda a: a["bought"] is None),
        ("!bought:-", lambda a: a["bought"] is not None),
        ("kind:printer", lambda a: a["class"] == "printer"),
        ("!kind:printer", lambda a: a["class"] != "printer"),
        ("status:broken", lambda a: a["status"] == "broken"),
        ("tag:HB-00000", lambda a: a["key"].startswith("HB-00000")),
        ("nothing:x", lambda a: False),
        ("price:cheap", lambda a: False),
    ],
)
def test_a_term_finds_what_holds_and_nothing_else(
    filled: Database, typed: str, holds: Callable[[dict[str, Any]], bool]
) -> None:
    with filled.write() as writer:
        writer.execute("UPDATE asset SET bought = NULL WHERE province = :province AND key LIKE '%7'")
        writer.execute("UPDATE asset SET price = NULL WHERE province = :province AND key LIKE '%5'")
    columns = ("key", "class", "status", "bought", "price")
    every = rows(
        filled,
        f"SELECT {', '.join(columns)} FROM asset WHERE ended IS NULL OR ended > '2019-12-31'",
    )
    wanted = {row[0] for row in every if holds(dict(zip(columns, row, strict=True)))}
    assert found(filled, "assets", typed) == wanted


def test_a_unit_is_found_with_those_below_it_and_after_a_reorganisation_by_its_new_code(
    filled: Database,
) -> None:
    district = found(filled, "assets", "unit:150")
    communes = found(filled, "assets", "unit:04832") | found(filled, "assets", "unit:04835")
    assert communes
    assert communes < district
    assert found(filled, "assets", "unit:04832", "2020-02-01") == communes
    assert found(filled, "assets", "đơn-vị:04832") == set()  # no such field: nothing, and it is said
    assert found(filled, "assets", 'unit:"tu ly"') == found(filled, "assets", "unit:04832")
    assert found(filled, "assets", "unit:150 kind:printer") == district & found(
        filled, "assets", "kind:printer"
    )


def test_words_of_the_other_language_name_fields_and_values(filled: Database) -> None:
    use_language("vi")
    assert found(filled, "assets", "loai:in") == found(filled, "assets", "kind:printer") != set()
    assert found(filled, "mailboxes", "loại:chung") == found(filled, "mailboxes", "type:shared")


def test_what_cannot_be_asked_is_said() -> None:
    fields = assets.LISTING.fields
    assert "no field “colour”" in trouble(terms_of("colour:red"), fields)
    assert "price" in trouble(terms_of("colour:red"), fields)
    assert "10m" in trouble(terms_of("price:cheap"), fields)
    assert "31/12/2016" in trouble(terms_of("bought:soon"), fields)
    assert "cannot be compared" in trouble(terms_of("kind:>printer"), fields)
    assert trouble(terms_of("dell kind:printer price:>1m bought:31/12/2016"), fields) == ""


def test_no_filter_is_an_error_of_the_database(filled: Database) -> None:
    chance = random.Random(7)
    signs = "'\"%_!:;<>=-.,0159 mtrkđấx\\/"
    heads = ("", "price:", "bought:", "unit:", "kind:", "!model:", "locked:", "date:", "quota:>")
    for _number in range(200):
        typed = " ".join(
            chance.choice(heads) + "".join(chance.choices(signs, k=chance.randrange(9))) for _part in range(3)
        )
        for listing in LISTINGS:
            assert isinstance(found(filled, listing, typed), set)
