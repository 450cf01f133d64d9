"""What is purged and what never; a host over years in a bounded room."""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.jobs import due, runs
from opsconsole.jobs.alerts import Judgement, settle
from opsconsole.jobs.history import recent
from opsconsole.jobs.hostmetrics import over, since_last
from opsconsole.jobs.retention import PURGES, Span, day_of, hour_of
from opsconsole.settings.alerts import Alerts
from opsconsole.settings.jobs import PURGED
from opsconsole.store.accesschain import append, broken
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Database
from opsconsole.words import COUNTERS
from tests.jobs.runs_help import NOON, QUARTER, ZONE, minutes, run, settings, told

DAY = dt.timedelta(days=1)
HOST = ("province", "host", "at", "cpu_percent", "load_1m", "memory_percent", "memory_total", "disk_percent",
        "disk_free", "network_sent", "network_received")  # fmt: skip


def measured(database: Database, begin: dt.datetime, count: int, every: float = 5) -> None:
    with database.write() as writer:
        writer.insert(
            "host_metric",
            HOST,
            [
                ("test", "srv", instant_text(begin + minutes(every * n)), float(n % 12), 1.0, 50.0, 10, 80.0,
                 1000 - n, 100, 200)
                for n in range(count)
            ],
        )  # fmt: skip


def spans(database: Database, span: str) -> list[Any]:
    with database.read() as reader:
        return reader.rows(
            "SELECT at, samples, cpu_mean, cpu_most, disk_free_least, network_sent FROM host_metric_span"
            " WHERE province = :province AND span = :span ORDER BY at",
            {"span": span},
        )


def count(database: Database, table: str) -> int:
    with database.read() as reader:
        return int(reader.value(f"SELECT count(*) FROM {table} WHERE province = :province"))


def test_old_measurements_become_hours_and_old_hours_local_days(database: Database) -> None:
    begin = NOON.replace(hour=0) - 30 * DAY
    measured(database, begin, 288)
    kept = settings(retention={"host_metric": 14, "host_metric_hour": 180, "host_metric_day": 3650})
    first = run(database, "retention", kept)
    assert (first.state, first.error) == ("ok", None)
    assert first.counts["host_metric_removed"] == 288
    assert count(database, "host_metric") == 0
    hours = spans(database, "hour")
    assert len(hours) == 24
    assert hours[0] == (instant_text(begin), 12, 5.5, 11.0, 989, 1200)

    run(database, "retention", settings(retention={"host_metric_hour": 7}))
    assert spans(database, "hour") == []
    days = spans(database, "day")
    # 00:00 to 24:00 of the universal day are two local days, at 07:00.
    assert [(row[0][11:16], row[1]) for row in days] == [("17:00", 204), ("17:00", 84)]
    assert sum(row[5] for row in days) == 28800
    assert min(row[4] for row in days) == 713

    run(database, "retention", settings(retention={"host_metric_day": 7}))
    assert spans(database, "day") == []


def test_what_is_measured_late_is_added_to_its_hour(database: Database) -> None:
    begin = NOON - 30 * DAY
    measured(database, begin, 6)
    kept = settings(retention={"host_metric": 14})
    run(database, "retention", kept)
    measured(database, begin + minutes(30), 6)
    run(database, "retention", kept)
    assert [row[1] for row in spans(database, "hour")] == [12]
    assert spans(database, "hour")[0][2] == pytest.approx(2.5)


def test_an_hour_that_is_not_yet_old_as_a_whole_is_left(database: Database) -> None:
    measured(database, NOON - 14 * DAY - minutes(30), 12)
    run(database, "retention", settings(retention={"host_metric": 14}))
    assert count(database, "host_metric") == 6


def test_the_room_of_ten_years_is_bounded(sqlite_database: Database) -> None:
    kept = settings(retention={"host_metric": 2, "host_metric_hour": 10, "host_metric_day": 100})
    measured(sqlite_database, NOON - 400 * DAY, 400 * 24, every=60)
    run(sqlite_database, "retention", kept)
    run(sqlite_database, "retention", kept)
    assert count(sqlite_database, "host_metric") <= 2 * 24 + 1
    assert len(spans(sqlite_database, "hour")) <= 11 * 24
    assert len(spans(sqlite_database, "day")) <= 101


whole = st.integers(0, 10**12)
part = st.floats(0, 100, allow_nan=False)
made = st.builds(Span, st.integers(1, 500), part, part, part, part, part, part, part, whole, whole, whole)


@given(made, made, made)
def test_spans_add_up_to_the_same_in_any_order(a: Span, b: Span, c: Span) -> None:
    for one, other in (((a + b) + c, a + (b + c)), (a + b, b + a)):
        assert astuple(one) == pytest.approx(astuple(other))
    total = a + b
    assert min(a.cpu_mean, b.cpu_mean) - 1e-9 <= total.cpu_mean <= max(a.cpu_mean, b.cpu_mean) + 1e-9


@given(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2060, 1, 1), timezones=st.just(dt.UTC)))
def test_hours_and_days_begin_where_they_begin(at: dt.datetime) -> None:
    hour, day = dt.datetime.fromisoformat(hour_of(instant_text(at))), day_of(instant_text(at), ZONE)
    assert dt.timedelta() <= at - hour < dt.timedelta(hours=1)
    begin = dt.datetime.fromisoformat(day).astimezone(ZONE)
    assert (begin.hour, begin.minute, begin.date()) == (0, 0, at.astimezone(ZONE).date())


def test_runs_are_purged_but_not_the_newest_nor_what_is_open(database: Database) -> None:
    old = NOON - 500 * DAY
    with database.write() as writer:
        for number in range(5):
            due.note_due(writer, QUARTER, old + minutes(15 * number), ZONE)
        for number in range(5):
            claim = runs.claim(writer, old + minutes(75), "a", ["quarter"])
            assert claim is not None
            if number in (1, 2):
                runs.finish(writer, claim, {}, old)
            elif number == 4:
                runs.fail(writer, claim, "no", old, ())
            else:
                runs.fail(writer, claim, "no", old, (DAY,) if number == 3 else ())
    done = run(database, "retention", settings(retention={"job_run": 400}))
    assert done.counts["job_run_removed"] == 2
    assert told(database, done) == ["job_run: 2 rows older than 400 days"]
    with database.read() as reader:
        left = [(found.slot, found.state) for found in reversed(recent(reader, "quarter"))]
    # The newest that ended well, what is tried again, and the newest of all.
    assert [(slot[11:16], state) for slot, state in left] == [
        ("05:30", "ok"), ("05:45", "failed"), ("06:00", "failed"),
    ]  # fmt: skip
    with database.write() as writer:  # the slots go on where they were
        noted = due.note_due(writer, QUARTER, old + minutes(90), ZONE)
    assert noted == due.Noted(due=2)


def test_what_nobody_declared_is_not_touched(database: Database) -> None:
    with database.write() as writer:
        writer.insert(
            "unmatched",
            ("province", "source", "sort", "value", "candidates", "count", "first_day", "last_day"),
            [("test", "mail", "address", "a@b", "[]", 1, "2019-01-01", "2019-01-02"),
             ("test", "mail", "address", "c@d", "[]", 1, "2019-01-01", "2026-11-22")],
        )  # fmt: skip
    run(database, "retention", settings(retention={"job_run": 400}))
    assert count(database, "unmatched") == 2
    done = run(database, "retention", settings(retention={"unmatched": 30}))
    assert done.counts == {"unmatched_removed": 1}
    assert count(database, "unmatched") == 1


def test_nothing_that_figures_rest_on_can_be_purged() -> None:
    assert set(PURGES) == set(PURGED)
    assert {f"{name}_removed" for name in PURGES} <= set(COUNTERS), "each has a word in the list of runs"
    assert not set(PURGED) & {
        "change", "revision", "observation", "mail_activity", "attendance", "coverage", "source_file",
    }  # fmt: skip


def test_bytes_are_counted_since_the_row_before_and_a_start_of_the_machine_begins_anew(
    database: Database,
) -> None:
    def row(at: dt.datetime, sent: int | None) -> dict[str, Any]:
        return {"host": "srv", "at": instant_text(at), "sent_counter": sent, "received_counter": 7}

    with database.write() as writer:
        assert since_last(writer, row(NOON, 100)) == {"network_sent": None, "network_received": None}
        writer.insert(
            "host_metric",
            (*HOST[:9], "sent_counter", "received_counter"),
            [("test", "srv", instant_text(NOON), 1.0, 1.0, 1.0, 1, 1.0, 1, 100, 7)],
        )
        assert since_last(writer, row(NOON + DAY, 130)) == {"network_sent": 30, "network_received": 0}
        assert since_last(writer, row(NOON + DAY, 20))["network_sent"] == 20
        assert since_last(writer, row(NOON + DAY, None))["network_sent"] is None


def test_a_threshold_is_passed_above_it_and_not_at_it() -> None:
    assert over({"disk_percent": 85.0}, {"disk_percent": 85.0}) == {}
    assert over({"disk_percent": 85.1, "cpu_percent": 99.0}, {"disk_percent": 85.0}) == {"disk_percent": 85.1}


def test_what_is_above_its_threshold_is_told_and_the_run_is_well(sqlite_database: Database) -> None:
    done = run(sqlite_database, "host-metrics", settings(thresholds={"memory_percent": 0.0}))
    assert (done.state, done.counts["above_threshold"]) == ("ok", 1)
    assert "memory_percent" in told(sqlite_database, done)[0]


def test_alerts_that_are_over_and_told_are_purged_and_no_others(database: Database) -> None:
    old, young = NOON - 500 * DAY, NOON - 10 * DAY
    rows = [  # id, closed, state of its message
        (1, old, "sent"),
        (2, old, "queued"),
        (3, None, "sent"),
        (4, young, "sent"),
        (5, old, None),
    ]
    with database.write() as writer:
        for number, closed, state in rows:
            writer.insert(
                "alert",
                ("province", "id", "event", "subject", "detail", "opened_at", "closed_at"),
                [("test", number, "job-late", f"s{number}", "", instant_text(old),
                  instant_text(closed) if closed else None)],
            )  # fmt: skip
            if state:
                writer.insert(
                    "alert_message",
                    (
                        "province",
                        "alert",
                        "what",
                        "channel",
                        "state",
                        "batch",
                        "queued_at",
                        "due_at",
                        "attempts",
                    ),
                    [("test", number, "raised", "mail", state, "", "", "", 0)],
                )
    done = run(database, "retention", settings(retention={"alert": 400}))
    assert done.counts == {"alert_removed": 2}
    with database.read() as reader:
        # The newest stays: numbers name messages, and are not given twice.
        assert [row[0] for row in reader.rows("SELECT id FROM alert ORDER BY id")] == [2, 3, 4, 5]
    with database.write() as writer:
        settle(writer, Alerts(), Judgement("job-late", {"new": "x"}), NOON)
        assert writer.value("SELECT max(id) FROM alert") == 6


def test_pre_flights_past_their_days_are_purged(database: Database) -> None:
    columns = ("province", "run", "site", "session", "state", "cause", "milliseconds", "checks", "actor")
    with database.write() as writer:
        writer.insert(
            "preflight_result",
            columns,
            [
                ("test", instant_text(NOON - days * DAY), "s", "", "pass", "", 1.0, "[]", "x")
                for days in (1, 729, 731, 4000)
            ],
        )
    done = run(
        database, "retention", settings(retention={"preflight_result": PURGED["preflight_result"] or 0})
    )
    assert done.counts == {"preflight_result_removed": 2}


MARK = ("province", "session", "number", "at", "about", "actor", "sort", "site", "state", "said", "corrects",
        "origin")  # fmt: skip


def test_the_marks_of_a_session_are_purged_as_a_whole_and_its_stays_stay(database: Database) -> None:
    old, older = NOON - 3700 * DAY, NOON - 3800 * DAY
    marks = [("old", 1, older), ("old", 2, old), ("corrected", 1, older), ("corrected", 2, NOON - DAY)]
    with database.write() as writer:
        writer.insert(
            "conference_mark",
            MARK,
            [
                ("test", session, number, instant_text(at), instant_text(at), "x", "note", "", "", "said", None,
                 "person")
                for session, number, at in marks
            ],
        )  # fmt: skip
        writer.insert(
            "roll_stay",
            ("province", "session", "site", "joined_at", "left_at", "month"),
            [("test", "old", "s", instant_text(older), instant_text(old), "2009-01")],
        )
    kept = settings(retention={"conference_mark": PURGED["conference_mark"] or 0})
    assert run(database, "retention", kept).counts == {"conference_mark_removed": 2}
    assert run(database, "retention", kept).counts == {"conference_mark_removed": 0}
    with database.read() as reader:
        left = reader.rows("SELECT DISTINCT session FROM conference_mark WHERE province = :province")
    assert left == [("corrected",)]
    assert count(database, "roll_stay") == 1
    with pytest.raises(Exception, match="only ever added to"), database.write() as writer:
        writer.execute("DELETE FROM conference_mark WHERE province = :province")


def test_the_log_of_access_still_holds_when_it_was_purged(database: Database) -> None:
    with database.write() as writer:
        for days in (2000, 1900, 10):
            append(writer, (instant_text(NOON - days * DAY), "x", "mail who-not", "{}", 1))
    done = run(database, "retention", settings(retention={"access_log": PURGED["access_log"] or 0}))
    assert done.counts == {"access_log_removed": 2}
    with database.read() as reader:
        assert broken(reader) == (1, None)
