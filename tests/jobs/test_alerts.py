"""Alerts: one an event, put down with it, told until it is out, and ended when it is over."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.jobs import delivery, hostmetrics, runs, stages
from opsconsole.jobs.alerts import Alert, Judgement, listed, settle
from opsconsole.jobs.channels import NotSent
from opsconsole.jobs.delivery import WAITS
from opsconsole.jobs.execution import Crew
from opsconsole.jobs.messages import Message
from opsconsole.jobs.scheduler import serve
from opsconsole.jobs.stages import Stage
from opsconsole.jobs.work import Work
from opsconsole.settings import Settings, Source
from opsconsole.settings.alerts import Alerts, Mail, Webhook
from opsconsole.settings.jobs import AlertAfter, JobSchedule
from opsconsole.store.clock import instant_text
from opsconsole.store.database import Database
from tests.jobs.runs_help import NIGHTLY, NOON, SetClock, minutes, settings

MAIL = Mail("127.0.0.1", 25, "none", "ops@example.vn", ("it@example.vn",))
BOTH = Alerts(mail=MAIL, webhook=Webhook("http://127.0.0.1:9/"))
ONLY_MAIL = Alerts(mail=MAIL)
HOURLY = JobSchedule("nightly", None, 60, 3, retries=1, backoff_minutes=(1,))
LOGIN = (
    "2019-03-04T08:15:00+07:00 mail dovecot: imap-login: Login: user=<lan@example.vn>, method=PLAIN,"
    " rip=203.0.113.9, lip=198.51.100.2, mpid=77, TLS, session=<a>\n"
)


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A stage ``nightly`` that fails as long as there is a reason here."""
    reason: dict[str, str] = {}

    def stage(work: Work) -> None:
        if reason:
            raise Refused(reason["why"])
        with work.database.write() as writer:
            work.finish(writer, {})

    monkeypatch.setitem(stages._stages, "nightly", Stage("nightly", "made up", stage))
    return reason


def found(database: Database) -> list[Alert]:
    with database.read() as reader:
        return listed(reader)


def told(database: Database) -> list[tuple[str, str, str]]:
    return [
        (each.subject, telling.what, telling.state) for each in found(database) for telling in each.tellings
    ]


def serve_once(database: Database, configured: Settings, at: dt.datetime) -> None:
    serve(database, configured, threading.Event(), SetClock(at), once=True, tick=0.01)


class Out:
    """A way out that keeps what it got, or refuses while ``why`` says something."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.why = ""

    def __call__(self, message: Message) -> str:
        if self.why:
            raise NotSent(self.why)
        self.got.append(message)
        return ""


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Out:
    way = Out()
    monkeypatch.setattr(delivery, "senders", lambda alerts: dict.fromkeys(alerts.channels, way))
    return way


def send(database: Database, configured: Settings, at: dt.datetime) -> dict[str, Any]:
    """What a run of the job ``alerts`` at *at* did."""
    crew = Crew(database, configured, SetClock(at))
    with database.write() as writer:
        claim = runs.ask(writer, "alerts", at, crew.owner)
    crew.take(claim)
    assert crew.execute(claim) == "ok"
    with database.read() as reader:
        from opsconsole.jobs.history import find_run

        run = find_run(reader, "alerts")
        assert run is not None
        return run.counts


def judge(database: Database, alerts: Alerts, at: dt.datetime, **bad: str) -> None:
    with database.write() as writer:
        settle(writer, alerts, Judgement("endpoint-down", bad), at)


# --- raised once, ended once -----------------------------------------------------------------------


def test_one_alert_an_event_however_often_it_is_found(database: Database) -> None:
    for count in range(3):
        judge(database, BOTH, NOON + minutes(count), mail="refused")
    (alert,) = found(database)
    assert (alert.event, alert.subject, alert.detail) == ("endpoint-down", "mail", "refused")
    assert (alert.opened_at, alert.closed_at) == (instant_text(NOON), None)
    assert told(database) == [("mail", "raised", "queued")] * 2  # by mail and by webhook
    judge(database, BOTH, NOON + minutes(5))
    judge(database, BOTH, NOON + minutes(6))
    (alert,) = found(database)
    assert alert.closed_at == instant_text(NOON + minutes(5))
    assert sorted(told(database)) == [("mail", "over", "queued")] * 2 + [("mail", "raised", "queued")] * 2
    judge(database, BOTH, NOON + minutes(7), mail="again")
    assert [each.detail for each in found(database)] == ["again", "refused"]


def test_what_is_neither_bad_nor_good_stays_as_it_was(database: Database) -> None:
    judge(database, BOTH, NOON, a="x", b="y")
    with database.write() as writer:
        settle(writer, BOTH, Judgement("endpoint-down", {}, ["b"]), NOON + minutes(1))
    assert {each.subject: each.closed_at is None for each in found(database)} == {"a": True, "b": False}


def test_an_event_that_nobody_wants_to_hear_of_is_kept_and_not_told(database: Database) -> None:
    judge(database, replace(BOTH, events=("job-failed",)), NOON, mail="refused")
    assert len(found(database)) == 1
    assert told(database) == []
    # Nobody was told that it began: nobody is told that it is over.
    judge(database, BOTH, NOON + minutes(1))
    assert told(database) == []


def test_two_of_one_event_cannot_stand_at_once(database: Database) -> None:
    judge(database, BOTH, NOON, mail="x")
    with pytest.raises(Exception, match=r"(?i)unique"), database.write() as writer:
        writer.insert(
            "alert",
            ("province", "id", "event", "subject", "detail", "opened_at"),
            [("test", 99, "endpoint-down", "mail", "", "")],
        )


# --- jobs ------------------------------------------------------------------------------------------


def test_a_job_that_failed_for_good_is_told_once_and_when_it_is_over(
    database: Database, trouble: dict[str, str]
) -> None:
    configured = settings(HOURLY, alerts=ONLY_MAIL)
    trouble["why"] = "đĩa đầy"
    serve_once(database, configured, NOON)
    assert found(database) == []  # it is tried again in a minute
    serve_once(database, configured, NOON + minutes(2))
    (alert,) = found(database)
    assert (alert.event, alert.subject, alert.closed_at) == ("job-failed", "nightly", None)
    assert alert.detail == "its run for 23/11/2026 12:00 failed: đĩa đầy"
    for count in (62, 64):  # the next slot fails too: it is the same trouble
        serve_once(database, configured, NOON + minutes(count))
    assert len(found(database)) == 1
    trouble.clear()
    serve_once(database, configured, NOON + minutes(125))
    (alert,) = found(database)
    assert alert.closed_at == instant_text(NOON + minutes(125))
    assert told(database) == [("nightly", "raised", "queued"), ("nightly", "over", "queued")]


def test_alert_after_says_at_which_failure(database: Database, trouble: dict[str, str]) -> None:
    job = replace(HOURLY, retries=5, alert_after=AlertAfter(failures=2))
    trouble["why"] = "no"
    serve_once(database, settings(job, alerts=ONLY_MAIL), NOON)
    assert found(database) == []
    serve_once(database, settings(job, alerts=ONLY_MAIL), NOON + minutes(2))
    assert [each.subject for each in found(database)] == ["nightly"]


def test_an_alert_is_lost_with_the_claim_of_its_run(database: Database, trouble: dict[str, str]) -> None:
    # The event and the alert are one transaction: what was not recorded is not told.
    configured = settings(replace(NIGHTLY, retries=0), alerts=ONLY_MAIL)
    crew = Crew(database, configured, SetClock())
    with database.write() as writer:
        from opsconsole.jobs.due import note_due

        note_due(writer, configured.jobs[0], NOON, configured.timezone)
        claim = runs.claim(writer, NOON, crew.owner, ["nightly"])
        assert claim is not None
        writer.execute("UPDATE job_run SET owner = 'another' WHERE province = :province")
    trouble["why"] = "no"
    crew.take(claim)
    assert crew.execute(claim) == "lost"
    assert found(database) == []


def test_a_run_by_hand_that_fails_is_no_alert_and_one_that_ends_well_is_the_end_of_it(
    database: Database, trouble: dict[str, str]
) -> None:
    configured = settings(replace(NIGHTLY, retries=0), alerts=ONLY_MAIL)
    trouble["why"] = "no"
    crew = Crew(database, configured, SetClock())

    def by_hand(at: dt.datetime) -> None:
        crew.clock.at = at  # type: ignore[attr-defined]
        with database.write() as writer:
            claim = runs.ask(writer, "nightly", at, crew.owner)
        crew.take(claim)
        crew.execute(claim)

    by_hand(NOON)
    assert found(database) == []
    serve_once(database, configured, NOON)
    assert [each.closed_at for each in found(database)] == [None]
    trouble.clear()
    by_hand(NOON + minutes(10))
    assert [each.closed_at for each in found(database)] == [instant_text(NOON + minutes(10))]


def test_lateness_is_found_by_the_job_alerts_and_not_beside_a_failure(
    database: Database, trouble: dict[str, str], out: Out
) -> None:
    configured = settings(NIGHTLY, alerts=ONLY_MAIL)
    send(database, configured, NOON)
    assert found(database) == []  # just declared: nothing has been due for long
    serve_once(database, configured, NOON)
    send(database, configured, NOON + minutes(24 * 60))
    (alert,) = found(database)
    assert (alert.event, alert.subject) == ("job-late", "nightly")
    assert alert.detail == "nothing ended well since the run for 23/11/2026 02:00"
    serve_once(database, configured, NOON + minutes(24 * 60 + 5))
    send(database, configured, NOON + minutes(24 * 60 + 6))
    assert found(database)[0].closed_at
    assert [each.subject for each in out.got] == [
        "[opsconsole test] job late: nightly",
        "[opsconsole test] over: job late: nightly",
    ]
    trouble["why"] = "no"
    serve_once(database, replace(configured, jobs=(replace(NIGHTLY, retries=0),)), NOON + minutes(48 * 60))
    send(database, configured, NOON + minutes(49 * 60))
    assert [each.event for each in found(database) if not each.closed_at] == ["job-failed"]


def test_late_minutes_say_how_late(database: Database, trouble: dict[str, str], out: Out) -> None:
    job = replace(NIGHTLY, alert_after=AlertAfter(late_minutes=15 * 60))
    serve_once(database, settings(job, alerts=ONLY_MAIL), NOON)
    send(database, settings(job, alerts=ONLY_MAIL), NOON + minutes(24 * 60))
    assert found(database) == []
    send(database, settings(job, alerts=ONLY_MAIL), NOON + minutes(24 * 60 + 5 * 60 + 1))
    assert [each.event for each in found(database)] == ["job-late"]


def test_a_job_that_is_not_declared_any_more_is_over(
    database: Database, trouble: dict[str, str], out: Out
) -> None:
    trouble["why"] = "no"
    serve_once(database, settings(replace(NIGHTLY, retries=0), alerts=ONLY_MAIL), NOON)
    send(database, settings(alerts=ONLY_MAIL), NOON + minutes(1))
    assert [each.closed_at is None for each in found(database)] == [False]


def test_a_job_under_which_processes_died_is_told_too(
    database: Database, trouble: dict[str, str], out: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsconsole.jobs.due import note_due

    configured = settings(NIGHTLY, alerts=ONLY_MAIL)
    monkeypatch.setattr(runs, "MOST_TAKEOVERS", 1)
    with database.write() as writer:
        note_due(writer, NIGHTLY, NOON, configured.timezone)
        assert runs.claim(writer, NOON, "died", ["nightly"])
        assert runs.claim(writer, NOON + minutes(5), "finds it", ["nightly"]) is None
    send(database, configured, NOON + minutes(6))
    assert [(each.event, each.subject) for each in found(database)] == [("job-failed", "nightly")]


# --- evidence, machines, history -------------------------------------------------------------------


def test_a_source_without_new_lines_is_silent_until_one_comes(
    database: Database, tmp_path: Path, out: Out
) -> None:
    (tmp_path / "mail.log").write_text(LOGIN)
    configured = settings(sources=(Source("mail", "dovecot", str(tmp_path / "*.log")),), alerts=ONLY_MAIL)
    read_at = dt.datetime(2019, 3, 5, tzinfo=dt.UTC)
    send(database, configured, read_at)
    assert found(database) == []  # nothing was collected yet

    def collect(at: dt.datetime) -> None:
        crew = Crew(database, configured, SetClock(at))
        with database.write() as writer:
            claim = runs.ask(writer, "collect", at, crew.owner)
        crew.take(claim)
        assert crew.execute(claim) == "ok"

    collect(read_at)
    assert found(database) == []
    send(database, configured, read_at + dt.timedelta(days=2))
    (alert,) = found(database)
    assert (alert.event, alert.detail) == ("source-silent", "its newest line is of 04/03/2019 08:15")
    (tmp_path / "mail.log").write_text(LOGIN + LOGIN.replace("03-04", "03-07"))
    collect(read_at + dt.timedelta(days=3))
    assert found(database)[0].closed_at


def test_a_threshold_must_be_passed_more_than_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psutil

    configured = settings(thresholds={"cpu_percent": 50.0}, alerts=ONLY_MAIL)
    busy = iter([90.0, 20.0, 91.0, 92.5, 93.0, 10.0])
    monkeypatch.setattr(psutil, "cpu_percent", lambda interval: next(busy))
    standing = []
    for count in range(6):
        crew = Crew(database, configured, SetClock(NOON + minutes(count)))
        with database.write() as writer:
            claim = runs.ask(writer, "host-metrics", NOON + minutes(count), crew.owner)
        crew.take(claim)
        assert crew.execute(claim) == "ok"
        standing.append(sum(each.closed_at is None for each in found(database)))
    assert standing == [0, 0, 0, 1, 1, 0]
    # What a clock that was ahead wrote is no newer than what was just written.
    with database.write() as writer:
        writer.execute(
            "UPDATE host_metric SET at = '2099' || substr(at, 5), cpu_percent = 99.0"
            " WHERE at = (SELECT max(at) FROM host_metric)"
        )
        host, at = writer.row("SELECT host, max(at) FROM host_metric WHERE at < '2099' GROUP BY host") or (
            "",
            "",
        )
        judged = hostmetrics.passed(writer, host, configured, at)
    assert list(judged.bad) == [f"{host} cpu_percent"]
    (alert,) = found(database)
    assert alert.subject.endswith(" cpu_percent")
    assert alert.detail == "92.5 %, the threshold is 50 %"


def test_a_history_that_was_touched_is_told_at_once_and_not_as_a_failed_job_too(database: Database) -> None:
    from opsconsole.store import guards

    job = JobSchedule("audit-verify", None, 60, 1, retries=0)
    configured = settings(job, alerts=ONLY_MAIL)
    serve_once(database, configured, NOON)
    assert found(database) == []
    with database.write() as writer:
        for statement in guards.remove(database.postgres):
            writer.execute(statement)
        writer.insert(
            "register", ("province", "id", "revision", "sequence", "head"), [("test", "1", 3, 5, "f" * 64)]
        )
    serve_once(database, configured, NOON + minutes(60))
    (alert,) = found(database)
    assert (alert.event, alert.subject) == ("audit-broken", "test")
    assert "was deleted" in alert.detail


# --- sending ---------------------------------------------------------------------------------------


def test_what_is_not_taken_waits_longer_each_time_and_is_the_same_message(
    database: Database, out: Out
) -> None:
    configured = settings(alerts=ONLY_MAIL)
    judge(database, ONLY_MAIL, NOON, mail="refused")
    out.why = "452 full"
    counts = send(database, configured, NOON + minutes(1))
    assert (counts["sent"], counts["waiting"]) == (0, 1)
    (telling,) = found(database)[0].tellings
    assert (telling.state, telling.attempts, telling.error) == ("queued", 1, "452 full")
    assert telling.due_at == instant_text(NOON + minutes(2))
    send(database, configured, NOON + minutes(1.5))  # not due
    assert found(database)[0].tellings[0].attempts == 1
    out.why = ""
    assert send(database, configured, NOON + minutes(3))["sent"] == 1
    assert [each.id for each in out.got] == ["test-mail-1-raised"]
    assert send(database, configured, NOON + minutes(4))["sent"] == 0
    assert len(out.got) == 1
    assert found(database)[0].tellings[0].sent_at == instant_text(NOON + minutes(3))


def test_after_a_day_of_tries_it_is_given_up_and_stays_in_the_list(database: Database, out: Out) -> None:
    judge(database, ONLY_MAIL, NOON, mail="refused")
    out.why = "gone"
    at = NOON
    for wait in (*WAITS, dt.timedelta()):
        send(database, settings(alerts=ONLY_MAIL), at)
        at += wait + minutes(1)
    (telling,) = found(database)[0].tellings
    assert (telling.state, telling.attempts) == ("failed", len(WAITS) + 1)


def test_a_kill_between_the_servers_word_and_the_commit_sends_the_same_message_again(
    database: Database, out: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(database, ONLY_MAIL, NOON, mail="refused")
    configured = settings(alerts=ONLY_MAIL)

    class Killed(BaseException):
        pass

    def killed(*given: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "_mark", killed)
        with pytest.raises(Killed):
            send(database, configured, NOON + minutes(1))
    assert send(database, configured, NOON + minutes(2))["sent"] == 1
    assert [each.id for each in out.got] == ["test-mail-1-raised"] * 2


def test_many_at_once_are_one_message_on_each_channel(database: Database, out: Out) -> None:
    judge(database, BOTH, NOON, **{f"site{n}": "timeout" for n in range(244)})
    counts = send(database, settings(alerts=BOTH), NOON + minutes(1))
    assert counts["sent"] == 2
    assert [len(each.parts) for each in out.got] == [244, 244]
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM alert_message WHERE state = 'sent'") == 2 * 244


def test_an_hour_has_no_more_messages_than_are_allowed_and_none_is_lost(database: Database, out: Out) -> None:
    few = replace(ONLY_MAIL, most_an_hour=3)
    configured = settings(alerts=few)
    for count in range(30):  # an endpoint that comes and goes
        judge(database, few, NOON + minutes(count), **({"mail": "x"} if count % 2 == 0 else {}))
        send(database, configured, NOON + minutes(count + 0.5))
    assert len(out.got) == 3
    send(database, configured, NOON + minutes(62))
    assert len(out.got) == 4
    assert sum(len(each.parts) for each in out.got) == 30


def test_a_clock_that_was_ahead_for_a_while_does_not_silence_the_alerts(
    database: Database, out: Out, trouble: dict[str, str]
) -> None:
    few = replace(ONLY_MAIL, most_an_hour=1, events=("job-failed", "endpoint-down"))
    configured = settings(replace(NIGHTLY, retries=0), alerts=few)
    trouble["why"] = "no"
    ahead = NOON + minutes(60 * 24 * 365)
    serve_once(database, configured, ahead)
    assert send(database, configured, ahead)["sent"] == 1
    judge(database, few, ahead, site="timeout")
    out.why = "busy"
    send(database, configured, ahead + minutes(61))
    # The clock is right again.
    out.why = ""
    send(database, configured, NOON)
    assert [part.subject for each in out.got for part in each.parts] == ["nightly", "site"]
    trouble.clear()
    serve_once(database, configured, NOON + minutes(24 * 60))
    assert [each.subject for each in found(database) if each.event == "job-failed" and each.closed_at]


def test_a_channel_that_is_broken_does_not_hold_the_other_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = Out(), Out()
    bad.why = "no"
    monkeypatch.setattr(delivery, "senders", lambda alerts: {"mail": bad, "webhook": good})
    judge(database, BOTH, NOON, a="x", b="y")
    counts = send(database, settings(alerts=BOTH), NOON + minutes(1))
    assert (counts["sent"], counts["waiting"], len(good.got)) == (2, 2, 2)
    bad.why = ""
    send(database, settings(alerts=BOTH), NOON + minutes(2))
    # The first that goes out again takes the other with it, though that one was to wait.
    send(database, settings(alerts=BOTH), NOON + minutes(2.5))
    assert len(bad.got) == 2
