"""Vietnamese of before Unicode is recognised by its syllables, and nothing else is touched."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole import legacy
from opsconsole.legacy import from_tcvn3, from_vni, modern
from opsconsole.text import nfc

MEANT = "Hòa Bình, Thành phố, Đà Bắc, Lương Sơn, Kế hoạch ứng dụng"
TCVN3 = "Hßa B×nh, Thµnh phè, §µ B¾c, L\xad¬ng S¬n, KÕ ho¹ch øng dông"
VNI = "Hoøa Bình, Thaønh phoá, Ñaø Baéc, Löông Sôn, Keá hoaïch öùng duïng"


@pytest.mark.parametrize(("written", "read"), [(TCVN3, from_tcvn3), (VNI, from_vni)])
def test_both_encodings_are_read(written: str, read: object) -> None:
    assert read(written) == MEANT  # type: ignore[operator]
    assert modern(written) == MEANT


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NguyÔn V¨n An", "Nguyễn Văn An"),
        ("TrÇn ThÞ B×nh", "Trần Thị Bình"),
        ("Nguyeãn Vaên An", "Nguyễn Văn An"),
        ("ÑAÊNG", "ĐĂNG"),
        ("Leâ", "Lê"),
        ("Cöôøng", "Cường"),
        ("X· ¢n NghÜa", "Xã Ân Nghĩa"),
    ],
)
def test_names_as_old_spreadsheets_have_them(written: str, meant: str) -> None:
    assert modern(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Lê Thị Hoà",
        "Hòa",
        "phè",
        "Quý",
        "Gì",
        "Giếng",
        "Bùi Huy",
        "Müller",
        "São Paulo",
        "Hà",
        "Xã Hoà Bình",
        "an@x.vn",
    ],
)
def test_what_is_unicode_already_stays(text: str) -> None:
    assert modern(text) == text


@given(st.text(max_size=40))
def test_any_text_comes_back_and_only_latin_1_is_changed(text: str) -> None:
    after = modern(text)
    if any(ord(char) > 0xFF for char in nfc(text)):
        assert after == text
    assert modern(text) == after


@pytest.mark.skipif(shutil.which("iconv") is None, reason="there is no iconv to hold the table against")
def test_the_table_of_tcvn3_is_that_of_iconv() -> None:
    letters = "".join(legacy._TCVN3)
    command = ["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"]
    done = subprocess.run(
        command, input=" ".join(letters).encode("latin-1"), capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this iconv knows no TCVN5712-1")
    assert nfc(done.stdout.decode()).split(" ") == [legacy._TCVN3[letter] for letter in letters]
