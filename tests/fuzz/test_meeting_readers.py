"""The short form of the fuzzing of readers of meetings; ``OPSCONSOLE_FUZZ=1000000`` is the long one."""

from __future__ import annotations

import os

import pytest

from tests.fuzz.meeting_readers import LOGS, NAMES, PAPERS, READERS, run

RECORDS = int(os.environ.get("OPSCONSOLE_FUZZ", "2000"))


@pytest.mark.parametrize("name", NAMES)
def test_mutated_records_make_no_traceback_no_hang_and_are_all_counted_or_told(name: str) -> None:
    total, _spent, _slowest = run(name, RECORDS, seed=7)
    assert total["Stay"]
    assert total["told"]


def test_every_reader_of_meetings_is_fuzzed() -> None:
    meeting = {name for name in READERS.names() if getattr(READERS[name], "system", "") == "conference"}
    assert meeting == set(LOGS) | set(PAPERS)
