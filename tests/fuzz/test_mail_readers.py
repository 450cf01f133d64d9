"""The short form of the fuzzing of readers of mail logs; ``OPSCONSOLE_FUZZ=1000000`` is the long one."""

from __future__ import annotations

import os

import pytest

from tests.fuzz.mail_readers import READERS, run

LINES = int(os.environ.get("OPSCONSOLE_FUZZ", "4000"))


@pytest.mark.parametrize("name", READERS)
def test_mutated_lines_make_no_traceback_no_hang_and_are_all_counted_or_told(name: str) -> None:
    total, _spent, _slowest = run(name, LINES, seed=7)
    assert total["lines counted"]
