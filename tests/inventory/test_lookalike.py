"""Addresses that are typed wrong, and addresses that look like others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.inventory.lookalike import Known, Suspect, _index, _one_off

ADDRESSES = (
    "an.nguyen@hoabinh.example",
    "binh@hoabinh.example",
    "x2@hoabinh.example",
    "ten5@hoabinh.example",
)
KNOWN = Known(ADDRESSES)


@pytest.mark.parametrize(
    ("address", "why", "meant"),
    [
        ("a@gmailcom", "point", "a@gmail.com"),
        ("an@hoabinhexample", "point", "an@hoabinh.example"),
        ("a@gmail,com", "form", "a@gmail.com"),
        ("a b@hoabinh.example", "form", "ab@hoabinh.example"),
        ("a@@hoabinh.example", "form", "a@hoabinh.example"),
        ("bình@hoabinh.example", "form", "binh@hoabinh.example"),
        ("không phải", "form", None),
        ("@", "form", None),
        ("a@gmial.com", "domain", "a@gmail.com"),
        ("an@hoabin.example", "domain", "an@hoabinh.example"),
        ("bnih@hoabinh.example", "name", "binh@hoabinh.example"),
        ("an.nguyn@hoabinh.example", "name", "an.nguyen@hoabinh.example"),
        ("bіnh@hoabinh.example", "script", "binh@hoabinh.example"),  # a Cyrillic і
        ("binh@h\u043eabinh.example", "script", "binh@hoabinh.example"),
        ("a@xn--hobinh-xqa.example", "script", None),
    ],
)
def test_a_mistake_is_named_with_what_was_meant(address: str, why: str, meant: str | None) -> None:
    found = KNOWN.suspect(address)
    assert found is not None
    assert (found.why, found.meant) == (why, (meant,) if meant else ())


@pytest.mark.parametrize(
    "address",
    [*ADDRESSES, "x3@hoabinh.example", "ten6@hoabinh.example", "ai@other.org", "le@mail.hoabinh.example"],
)
def test_other_people_are_no_mistakes(address: str) -> None:
    assert KNOWN.suspect(address) is None


def test_a_declared_address_in_a_mistyped_domain_is_suspicious_too() -> None:
    known = Known([*ADDRESSES, "le@hoabihn.example"])
    assert known.suspect("le@hoabihn.example") == Suspect(
        "le@hoabihn.example", "domain", ("le@hoabinh.example",)
    )


@given(st.text("ab@.", max_size=6), st.text("ab@.", max_size=6))
def test_one_letter_apart_is_what_one_edit_makes(one: str, other: str) -> None:
    edits = {one[:at] + one[at + 1 :] for at in range(len(one))}
    edits |= {one[:at] + letter + one[at:] for at in range(len(one) + 1) for letter in "ab@."}
    edits |= {one[:at] + letter + one[at + 1 :] for at in range(len(one)) for letter in "ab@."}
    edits |= {one[:at] + one[at + 1] + one[at] + one[at + 2 :] for at in range(len(one) - 1)}
    assert _one_off(one, other) == (other in edits - {one})
    if _one_off(one, other):  # and the index finds it
        assert other in Known._close(one, _index([other]))


@given(st.text(max_size=60))
def test_any_text_is_looked_at(text: str) -> None:
    found = KNOWN.suspect(text)
    assert found is None or found.why
