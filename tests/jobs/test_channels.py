"""Messages to a real mail server and a real web server on this machine, and what is said of bad ones."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.jobs.channels import NotSent, post, send_mail
from opsconsole.jobs.messages import MOST_LINES, Message, Part, message
from opsconsole.settings.alerts import Mail, Secret, Webhook
from tests.jobs.receivers import PASSWORD, Certificates, mail_server, web_server
from tests.jobs.runs_help import ZONE

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1", "::1"]), pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> Secret:
    monkeypatch.setenv("OPSCONSOLE_SMTP", PASSWORD)
    return Secret(env="OPSCONSOLE_SMTP")


def mail(port: int, security: str = "none", **given: Any) -> Mail:
    return Mail("127.0.0.1", port, security, "ops@example.vn", ("it@example.vn", "head@example.vn"), **given)


AT = "2026-11-24T03:00:00.000000Z"


def part(number: int = 1, what: str = "raised", **given: Any) -> Part:
    values = {"event": "job-failed", "subject": "collect", "detail": "đĩa đầy", "opened_at": AT, "at": AT}
    return Part(number, what, **{**values, **given})


def one(**given: Any) -> Message:
    return message("test-mail-1-raised", "hoa-binh", [part(**given)], ZONE)


# --- what is said --------------------------------------------------------------------------------


def test_a_message_says_what_where_and_when() -> None:
    found = one()
    assert found.subject == "[opsconsole hoa-binh] job failed: collect"
    assert "24/11/2026 10:00  job failed: collect\n  đĩa đầy\n" in found.text
    over = message("x", "hoa-binh", [part(what="over", at="2026-11-24T04:00:00.000000Z")], ZONE)
    assert over.subject == "[opsconsole hoa-binh] over: job failed: collect"
    assert "it had begun 24/11/2026 10:00: đĩa đầy" in over.text


def test_a_digest_is_one_message_and_counts_what_it_does_not_name() -> None:
    found = message("x", "hoa-binh", [part(n, subject=f"site/{n}") for n in range(250)], ZONE)
    assert found.subject == "[opsconsole hoa-binh] 250 alerts"
    assert "… and 150 more" in found.text
    assert len(found.data["parts"]) == MOST_LINES
    assert found.data["more"] == 150


def test_what_the_data_says_steers_no_terminal_and_no_header() -> None:
    found = one(subject="x\r\nBcc: all@example.vn\x1b]0;t\x07", detail="\x1b[31m")
    assert "\x1b" not in found.text + found.subject
    with mail_server() as (port, box):
        send_mail(mail(port), found)
    assert box.messages[0]["Bcc"] is None
    assert box.recipients == [["it@example.vn", "head@example.vn"]]


# --- mail ----------------------------------------------------------------------------------------


def test_a_mail_arrives_as_it_was_written(socket_enabled: None) -> None:
    with mail_server() as (port, box):
        assert send_mail(mail(port), one()) == ""
    found = box.messages[0]
    assert (found["Subject"], found["From"]) == (
        "[opsconsole hoa-binh] job failed: collect",
        "ops@example.vn",
    )
    assert found["Message-ID"] == "<test-mail-1-raised@example.vn>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert "đĩa đầy" in found.get_content()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_the_password_is_given_and_the_certificate_verified(
    security: str, certificates: Certificates, password: Secret
) -> None:
    given = {"user": "ops", "password": password}
    with mail_server(security, certificates, auth=True) as (port, box):
        send_mail(mail(port, security, ca_file=certificates.ca_file, **given), one())
        assert box.logins == [(b"ops", PASSWORD.encode())]
        assert len(box.messages) == 1
        with pytest.raises(NotSent, match="its certificate is not valid: unable to get local issuer"):
            send_mail(mail(port, security, **given), one())
        assert len(box.messages) == 1


def test_a_server_without_tls_gets_no_password(password: Secret, certificates: Certificates) -> None:
    # A man in the middle who strikes STARTTLS out of the server's answer looks like this.
    with mail_server("none", auth=False) as (port, box), pytest.raises(NotSent, match="STARTTLS"):
        send_mail(mail(port, "starttls", user="ops", password=password), one())
    assert (box.messages, box.logins) == ([], [])


def test_a_wrong_password_is_said_without_it(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSCONSOLE_SMTP", "wrong-password")
    given = {"user": "ops", "password": Secret(env="OPSCONSOLE_SMTP"), "ca_file": certificates.ca_file}
    with (
        mail_server("starttls", certificates, auth=True) as (port, _box),
        pytest.raises(NotSent) as refused,
    ):
        send_mail(mail(port, "starttls", **given), one())
    assert f"127.0.0.1:{port}: 535" in str(refused.value)
    assert "wrong-password" not in str(refused.value)


def test_who_is_not_taken_is_named_and_the_others_get_it() -> None:
    with mail_server() as (port, box):
        box.refused = {"head@example.vn"}
        assert send_mail(mail(port), one()) == "not taken: head@example.vn (550 no such mailbox)"
        assert box.recipients == [["it@example.vn"]]
        box.refused.add("it@example.vn")
        with pytest.raises(NotSent, match=r"not taken: it@example\.vn"):
            send_mail(mail(port), one())


def test_a_server_that_does_not_take_it_or_is_not_there_is_told_with_its_words() -> None:
    with mail_server() as (port, box):
        box.answer = "452 the disk\x1b[2J is full"
        with pytest.raises(NotSent) as refused:
            send_mail(mail(port), one())
    assert "452 the disk<U+001B>[2J is full" in str(refused.value)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent, match="Connection refused"):
            send_mail(mail(taken.getsockname()[1]), one())


# --- webhook -------------------------------------------------------------------------------------


def test_json_is_posted_and_signed(certificates: Certificates, password: Secret) -> None:
    with web_server(certificates) as (port, requests):
        hook = Webhook(f"https://127.0.0.1:{port}/in?room=1", secret=password, ca_file=certificates.ca_file)
        assert post(hook, one()) == ""
    path, headers, body = requests.got[0]
    assert path == "/in?room=1"
    said = json.loads(body)
    assert (said["id"], said["province"], said["test"]) == ("test-mail-1-raised", "hoa-binh", False)
    assert said["parts"][0]["subject"] == "collect"
    assert said["text"].startswith("[opsconsole hoa-binh] job failed: collect\n")
    signed = headers["X-Opsconsole-Timestamp"].encode() + b"." + body
    expected = hmac.new(PASSWORD.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Opsconsole-Signature"] == f"v1={expected}"
    assert headers["Idempotency-Key"] == "test-mail-1-raised"


def test_a_certificate_of_nobody_is_refused(certificates: Certificates) -> None:
    with web_server(certificates) as (port, requests), pytest.raises(NotSent, match="is not valid"):
        post(Webhook(f"https://127.0.0.1:{port}/"), one())
    assert requests.got == []


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_is_a_failure_and_no_redirection_is_followed(status: int) -> None:
    with web_server() as (port, requests):
        requests.status = status
        with pytest.raises(NotSent, match=f"127.0.0.1:{port}: {status}") as refused:
            post(Webhook(f"http://127.0.0.1:{port}/"), one())
    assert "\x1b" not in str(refused.value)
    assert len(requests.got) == 1


def test_an_address_that_is_hidden_is_shown_in_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "http://127.0.0.1:1/token-0815")
    with pytest.raises(NotSent) as refused:
        post(Webhook(hidden=Secret(env="HOOK")), one())
    assert "token" not in str(refused.value)
    monkeypatch.setenv("HOOK", "http://chat.example.vn/token-0815")
    with pytest.raises(NotSent, match="must be https") as refused:
        post(Webhook(hidden=Secret(env="HOOK")), one())
    assert "token" not in str(refused.value)


# --- secrets -------------------------------------------------------------------------------------


def test_a_secret_in_a_file_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "smtp"
    path.write_text(f"{PASSWORD}\nsecond line\n")
    path.chmod(0o640)
    with pytest.raises(Refused, match="chmod 600"):
        Secret(file=path).read()
    path.chmod(0o600)
    assert Secret(file=path).read() == PASSWORD
    path.write_text("\n")
    with pytest.raises(Refused, match="first line is empty"):
        Secret(file=path).read()
    with pytest.raises(Refused, match="No such file"):
        Secret(file=tmp_path / "none").read()
    monkeypatch.delenv("NONE", raising=False)
    with pytest.raises(Refused, match="NONE is not set"):
        Secret(env="NONE").read()


def test_a_vietnamese_subject_keeps_the_blanks_between_its_words() -> None:
    said = one(subject="sao lưu cơ sở dữ liệu của Sở Thông tin và Truyền thông tỉnh Hòa Bình")
    with mail_server() as (port, box):
        send_mail(mail(port), said)
    assert box.messages[0]["Subject"] == said.subject
