"""What the system says is said in the language in use."""

from __future__ import annotations

import errno
import os
import socket

import pytest

from opsconsole import oserrors
from opsconsole.catalogue import use_language
from opsconsole.oserrors import said


def test_the_words_are_those_of_this_system() -> None:
    # A word that the system does not use would never be found.
    ours = {os.strerror(number) for number in errno.errorcode}
    of_names = {"Name or service not known", "No address associated with hostname"}
    of_names |= {"Temporary failure in name resolution"}
    assert set(oserrors._SAID) <= ours | of_names


@pytest.mark.parametrize(
    ("error", "english", "vietnamese"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x"), "No space left on device", "Đĩa đã hết chỗ"),
        (
            socket.gaierror(-2, "Name or service not known"),
            "Name or service not known",
            "Không biết tên máy hoặc dịch vụ",
        ),
        (OSError(errno.EXDEV, "strange words"), "strange words", "strange words"),
        (OSError("no number"), "no number", "no number"),
        (OSError(), "OSError", "OSError"),
    ],
)
def test_a_reason_in_both_languages(error: OSError, english: str, vietnamese: str) -> None:
    assert said(error) == english
    use_language("vi")
    assert said(error) == vietnamese
