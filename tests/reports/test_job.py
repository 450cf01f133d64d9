"""The job ``report``: each period once, a correction for late data, a draft where a person must give a reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.indicators.measure import measure
from opsconsole.jobs import reporting
from opsconsole.reports.issued import issued
from opsconsole.settings import Settings
from opsconsole.settings.reports import Scheduled
from opsconsole.store.database import Database, Writer
from tests.indicators.world import LATER, ZONE
from tests.reports.conftest import SQLITE


class Work:
    """What the stage asks of a run."""

    def __init__(self, database: Database, settings: Settings, slot: dt.datetime) -> None:
        self.database, self.settings = database, settings
        self.claim = SimpleNamespace(at=slot)
        self.remarks: list[str] = []
        self.counts: dict[str, int] | None = None

    def check(self) -> None: ...

    def hold(self, writer: Writer) -> None: ...

    def remark(self, text: str) -> None:
        self.remarks.append(text)

    def finish(self, writer: Writer, counts: dict[str, int]) -> None:
        self.counts = counts


def _run(database: Database, settings: Settings, *entries: Scheduled, day: str = "2019-08-02") -> Work:
    chosen = replace(settings, reports=replace(settings.reports, scheduled=entries))
    work: Any = Work(database, chosen, dt.datetime.fromisoformat(f"{day}T00:30:00+00:00"))
    reporting.report(work)
    return work  # type: ignore[no-any-return]


MONTHLY = Scheduled("usage", "month", issued=True, formats=("html",))


def test_each_period_is_issued_once_and_late_data_makes_a_correction(
    database: Database, settings: Settings
) -> None:
    assert _run(database, settings, MONTHLY).counts == {"issued": 1, "drafts": 0}
    assert _run(database, settings, MONTHLY).counts == {"issued": 0, "drafts": 0}
    with database.write() as writer:
        writer.execute("UPDATE mail_activity SET login_days = 2147483647 WHERE month = '2019-07'")
        writer.execute("UPDATE coverage SET lines = lines + 1 WHERE day = '2019-07-01'")
        measure(writer, 2019, timezone=ZONE, today=LATER)
    assert _run(database, settings, MONTHLY).counts == {"issued": 1, "drafts": 0}
    assert _run(database, settings, MONTHLY).counts == {"issued": 0, "drafts": 0}
    with database.read() as reader:
        correction, first = issued(reader)
    assert first.period == correction.period == "2019-07"
    assert correction.corrects == (first.year, first.number)
    assert "100" in correction.corrects_reason
    assert correction.issued_by == "job report"


@SQLITE
def test_a_draft_is_written_once_until_its_figures_change(settings: Settings, database: Database) -> None:
    entry = Scheduled("usage", "month", formats=("html",))
    assert _run(database, settings, entry).counts == {"issued": 0, "drafts": 1}
    assert _run(database, settings, entry).counts == {"issued": 0, "drafts": 0}


@SQLITE
def test_figures_in_conflict_become_a_draft_for_a_person(settings: Settings, database: Database) -> None:
    work = _run(
        database, settings, Scheduled("yearly", "year", issued=True, formats=("md",)), day="2020-01-03"
    )
    assert work.counts == {"issued": 0, "drafts": 1}
    assert any("checks contradict" in remark for remark in work.remarks)
    with database.read() as reader:
        assert issued(reader) == []


@SQLITE
def test_a_list_of_people_is_no_job_and_the_others_are_made_all_the_same(
    settings: Settings, database: Database
) -> None:
    people = Scheduled("no-such-report", "month", formats=("md",))
    with pytest.raises(Refused, match="no-such-report"):
        _run(database, settings, people, MONTHLY)
    with database.read() as reader:
        assert len(issued(reader)) == 1


@pytest.mark.parametrize(
    ("day", "span", "mid_month", "period"),
    [
        ("2019-08-02", "month", False, "2019-07"),
        ("2019-08-14", "month", True, "2019-07@15"),
        ("2019-08-15", "month", True, "2019-08@15"),
        ("2019-07-01", "quarter", False, "2019-Q2"),
        ("2019-12-15", "year", True, "2019@15"),
        ("2019-07-01", "half", False, "2019-H1"),
    ],
)
def test_the_period_is_the_last_that_was_over(day: str, span: Any, mid_month: bool, period: str) -> None:
    work: Any = SimpleNamespace(settings=SimpleNamespace(timezone=ZONE))
    slot = dt.datetime.fromisoformat(f"{day}T00:30:00+00:00")
    assert reporting.ended(slot, Scheduled("usage", span, mid_month), work).name == period
