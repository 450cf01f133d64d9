"""Scheduled reports by mail, to a mail server on this machine: nothing is lost, nothing is issued twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.jobs import reportmail
from opsconsole.reports.issued import issued
from opsconsole.reports.verify import verify
from opsconsole.settings import Settings
from opsconsole.settings.alerts import Mail, Secret
from opsconsole.settings.reports import Scheduled
from opsconsole.store.database import Database
from tests.indicators.world import ZONE
from tests.jobs.receivers import PASSWORD, Certificates, MailBox, mail_server
from tests.reports import conftest as office
from tests.reports.conftest import SQLITE
from tests.reports.test_job import _run

seed = office.settings  # the register of the plan, measured
pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1", "::1"]),
    pytest.mark.usefixtures("socket_enabled"),
    SQLITE,
]

FORMATS = ("docx", "pdf", "xlsx", "html", "md", "json")
KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "md": "text/markdown",
    "json": "application/json",
}
TO = ("van.phong@hoabinh.example", "so@hoabinh.example")
USAGE = Scheduled("usage", "month", issued=True, formats=FORMATS, mail=TO)
LIGHT = replace(USAGE, formats=("md",))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> Secret:
    monkeypatch.setenv("OPSCONSOLE_SMTP", PASSWORD)
    return Secret(env="OPSCONSOLE_SMTP")


def by(seed: Settings, port: int, security: str = "none", **given: Any) -> Settings:
    mail = Mail("127.0.0.1", port, security, "ops@hoabinh.example", ("it@hoabinh.example",), **given)
    return replace(seed, alerts=replace(seed.alerts, mail=mail))


def numbers(database: Database) -> list[str]:
    with database.read() as reader:
        return [each.name for each in issued(reader)]


def waiting(seed: Settings) -> list[str]:
    return sorted(path.name for path in reportmail.outbox(seed).glob("*"))


def test_every_format_arrives_as_it_was_issued_over_starttls_with_a_login(
    database: Database, seed: Settings, certificates: Certificates, password: Secret, tmp_path: Path
) -> None:
    with mail_server("starttls", certificates, auth=True) as (port, box):
        given = {"user": "ops", "password": password, "ca_file": certificates.ca_file}
        work = _run(database, by(seed, port, "starttls", **given), USAGE)
    assert work.counts == {"issued": 1, "drafts": 0}
    assert box.logins == [(b"ops", PASSWORD.encode())]
    assert box.recipients == [list(TO)]
    (message,) = box.messages
    assert message["Subject"].startswith(
        "01/BC-STTTT: Báo cáo tình hình sử dụng các hệ thống dùng chung, 2019-07"
    )
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith("<report-2")
    body = message.get_body(("plain",))
    assert body is not None
    assert "Báo cáo tình hình sử dụng các hệ thống dùng chung" in body.get_content()
    found = {str(each.get_filename()).rsplit(".", 1)[1]: each for each in message.iter_attachments()}
    assert {ending: each.get_content_type() for ending, each in found.items()} == KINDS
    with database.read() as reader:
        for ending, each in found.items():
            content = each.get_content()
            path = tmp_path / f"got.{ending}"
            path.write_bytes(each.get_payload(decode=True))  # type: ignore[arg-type]
            assert content
            assert verify(reader, path, timezone=ZONE, recompute=False).state == "issued", ending
    assert waiting(seed) == []


def test_a_server_that_is_down_fails_the_run_and_the_next_one_sends_what_was_issued_once(
    database: Database, seed: Settings
) -> None:
    with pytest.raises(Refused, match=r"usage-2019-07-vi-\d+\.eml waits: 127\.0\.0\.1:9:"):
        _run(database, by(seed, 9), LIGHT)
    first = numbers(database)
    assert len(first) == 1
    (name,) = waiting(seed)
    assert (reportmail.outbox(seed) / name).stat().st_mode & 0o077 == 0
    with mail_server() as (port, box):
        assert _run(database, by(seed, port), LIGHT).counts == {"issued": 0, "drafts": 0}
        assert len(box.messages) == 1
        _run(database, by(seed, port), LIGHT)
        assert len(box.messages) == 1  # once
    assert numbers(database) == first
    assert waiting(seed) == []


@pytest.mark.parametrize("answer", ["451 try again later", "554 5.7.1 rejected"])
def test_what_a_server_does_not_take_now_waits(database: Database, seed: Settings, answer: str) -> None:
    with mail_server() as (port, box):
        box.answer = answer
        with pytest.raises(Refused, match=answer[:3]):
            _run(database, by(seed, port), LIGHT)
        assert len(waiting(seed)) == 1
        box.answer = None
        _run(database, by(seed, port), LIGHT)
        assert len(box.messages) == 1


def test_one_refused_recipient_is_remarked_and_the_others_get_it(database: Database, seed: Settings) -> None:
    with mail_server() as (port, box):
        box.refused = {TO[1]}
        work = _run(database, by(seed, port), LIGHT)
    assert box.recipients == [[TO[0]]]
    assert any("not taken" in each and TO[1] in each for each in work.remarks)
    assert waiting(seed) == []


def _all_refused(box: MailBox) -> None:
    box.refused = set(TO)


def _too_large(box: MailBox) -> None:
    box.answer = "552 5.3.4 message size exceeds fixed limit"


@pytest.mark.parametrize(("broken", "says"), [(_all_refused, "550"), (_too_large, "552")])
def test_what_will_never_be_taken_is_remarked_and_not_tried_for_ever(
    database: Database, seed: Settings, broken: Any, says: str
) -> None:
    with mail_server() as (port, box):
        broken(box)
        work = _run(database, by(seed, port), LIGHT)
    assert work.counts == {"issued": 1, "drafts": 0}
    assert any("not mailed" in each and says in each for each in work.remarks)
    assert waiting(seed) == []


def test_a_file_too_large_stays_in_its_folder_and_the_smaller_ones_go(
    database: Database, seed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = replace(USAGE, formats=("pdf", "md", "html"))
    with mail_server() as (port, box), monkeypatch.context() as patch:
        patch.setattr(reportmail, "MOST_MAILED", 60_000)
        work = _run(database, by(seed, port), entry)
    (message,) = box.messages
    names = [str(each.get_filename()) for each in message.iter_attachments()]
    assert [name.rsplit(".", 1)[1] for name in names] == ["md"]
    left = [each for each in work.remarks if "was not attached" in each]
    assert len(left) == 2
    body = message.get_body(("plain",))
    assert body is not None
    assert all(each in body.get_content() for each in left)


def test_without_a_mail_server_the_report_is_issued_and_that_is_remarked(
    database: Database, seed: Settings
) -> None:
    work = _run(database, seed, LIGHT)
    assert work.counts == {"issued": 1, "drafts": 0}
    assert any("names no mail server" in each for each in work.remarks)
    assert waiting(seed) == []
