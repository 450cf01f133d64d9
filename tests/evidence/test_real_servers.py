"""A real Postfix and a real Dovecot are started, used, and their logs counted: the numbers are what was done."""

from __future__ import annotations

import base64
import imaplib
import poplib
import re
import shutil
import smtplib
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from opsconsole.evidence.collect import collect
from opsconsole.evidence.overview import unreadable
from opsconsole.settings import Source
from opsconsole.store.database import Database
from tests.evidence.lines import ZONE
from tests.evidence.mailserver import DOMAIN, PASSWORD, MailServer, missing
from tests.evidence.world import declare

NAMES = ["lan", "minh"]
LAN, MINH = (f"{name}@{DOMAIN}" for name in NAMES)

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing() or "servers are there"),
    pytest.mark.slow,
]


@contextmanager
def _running(*, long_ids: bool = True, services: bool = False) -> Iterator[MailServer]:
    with tempfile.TemporaryDirectory(prefix="mail") as short:  # the path of a socket has 107 bytes at most
        one = MailServer(Path(short) / "m", NAMES, long_ids=long_ids, services=services)
        try:
            one.start()
            yield one
        finally:
            one.stop()


@pytest.fixture(params=[True, False], ids=["long queue ids", "short queue ids"])
def server(socket_enabled: None, request: pytest.FixtureRequest) -> Iterator[MailServer]:
    with _running(long_ids=request.param) as one:
        yield one


def _send(
    server: MailServer, sender: str, to: list[str], password: str | None, port: int | None = None
) -> None:
    with smtplib.SMTP("127.0.0.1", port or server.smtp, local_hostname="[127.0.0.1]") as client:
        if password is not None:
            client.ehlo()
            client.user, client.password = sender, password
            client.auth("PLAIN", client.auth_plain)
        client.sendmail(sender, to, f"From: {sender}\r\nTo: {to[0]}\r\nSubject: x\r\n\r\nx\r\n")


def _wait(server: MailServer, words: str, times: int) -> None:
    """Until *words* stand in the logs so often."""
    for _try in range(150):
        if len(re.findall(words, server.logs())) >= times:
            return
        time.sleep(0.1)
    raise TimeoutError(f"{words}: {server.logs()}")


def _use(server: MailServer) -> None:
    """3 mails of Lan to Minh and to an alias of hers, one from outside; refusals; logins and failures."""
    for _mail in range(3):
        _send(server, LAN, [MINH, f"van.thu@{DOMAIN}"], PASSWORD)
    _send(server, "a@b.example", [LAN], None)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        _send(server, LAN, [MINH], "wrong")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _send(server, "a@b.example", ["x@elsewhere.example"], None)
    _wait(server, "saved mail to INBOX", 7)
    for command in ("(BODY[])", None):
        client = imaplib.IMAP4("127.0.0.1", server.imap)
        client.login(MINH, PASSWORD)
        client.select()
        if command:
            client.fetch("1", command)
        client.logout()
    client = imaplib.IMAP4("127.0.0.1", server.imap)
    with pytest.raises(imaplib.IMAP4.error):
        client.login(MINH, "wrong")
    client.shutdown()
    mailbox = poplib.POP3("127.0.0.1", server.pop3)
    mailbox.user(LAN)
    mailbox.pass_(PASSWORD)
    mailbox.retr(1)
    mailbox.quit()
    with closing(socket.create_connection(("127.0.0.1", server.imap))):
        pass  # who says nothing is nobody


def _counted(
    server: MailServer, database: Database
) -> tuple[dict[str, tuple[int, ...]], dict[str, int], int]:
    """(of each mailbox its uses, what Postfix did, what Dovecot stored), collected from both logs; every line
    of both is read and understood."""
    server.stop()
    declare(database, {LAN: ("[]", None), MINH: ("[]", None)})
    sources = [
        # What Dovecot stores is counted by its own log.
        Source("mta", "maillog", str(server.postfix_log)),
        Source("store", "dovecot", str(server.dovecot_log)),
    ]
    collected = collect(database, sources, ZONE)
    assert [source.problems for source in collected.sources] == [[], []]
    with database.read() as reader:
        assert unreadable(reader) == [], server.logs()
        used = {
            account: tuple(int(count) for count in counts)
            for account, *counts in reader.rows(
                "SELECT account, sum(logins), sum(webmails), sum(polls), sum(sent), sum(received), sum(failed), "
                "sum(automatic) FROM mail_activity GROUP BY account"
            )
        }
        did = {
            what: int(times)
            for what, times in reader.rows(
                "SELECT what, sum(times) FROM mail_traffic WHERE source = 'mta' GROUP BY what"
            )
        }
        lines = [
            (int(seen), int(read))
            for seen, read in reader.rows(
                "SELECT sum(c.lines), max(f.lines) FROM coverage c "
                "JOIN source_file f ON f.source = c.source GROUP BY c.source"
            )
        ]
        stored = reader.value(
            "SELECT sum(times) FROM mail_traffic WHERE source = 'store' AND what = 'delivered'"
        )
    assert lines
    assert all(seen == read for seen, read in lines)
    return used, did, int(stored)


def test_the_counts_are_what_was_done(server: MailServer, sqlite_database: Database) -> None:
    _use(server)
    ids = re.findall(r": ([0-9A-Za-z]+): client=", server.logs())
    assert all((len(id_) > 11) is server.long_ids for id_ in ids), ids
    used, did, stored = _counted(server, sqlite_database)
    # All came from this machine, which is how a web interface comes; the second IMAP session read nothing.
    assert used == {LAN: (0, 1, 0, 3, 4, 1, 0), MINH: (0, 2, 1, 0, 3, 1, 0)}
    assert did == {"submitted": 3, "filtered": 7, "rejected": 1, "failed logins": 1}
    assert stored == 7


@pytest.mark.skipif(bool(missing(services=True)), reason=missing(services=True) or "services are there")
def test_bounces_deferrals_sieve_managesieve_and_submission_are_what_was_done(
    socket_enabled: None, sqlite_database: Database
) -> None:
    with _running(services=True) as server:
        mail = server.folder / "mail"
        (mail / f"{MINH}.sieve").write_text('require "vacation"; vacation :days 1 "away"; keep;\n')
        (mail / f"{LAN}.sieve").write_text(f'if address "from" "boss@b.example" {{ redirect "{MINH}"; }}\n')
        for path in mail.glob("*.sieve"):
            shutil.chown(path, "nobody", "nogroup")
        _send(server, LAN, [f"nobody@{DOMAIN}"], PASSWORD)  # unknown: comes back to Lan as a notice
        _wait(server, "status=bounced", 1)
        _wait(server, "stored mail into mailbox", 1)
        _send(server, LAN, ["q@elsewhere.example"], PASSWORD)  # nobody listens there
        _wait(server, "status=deferred", 1)
        _send(server, LAN, [MINH], PASSWORD)  # Minh's mailbox answers Lan by itself
        _wait(server, "sent vacation response", 1)
        _wait(server, "stored mail into mailbox", 3)
        _send(server, "boss@b.example", [LAN], None)  # Lan's sends it on to Minh
        _wait(server, "forwarded to", 1)
        _wait(server, "stored mail into mailbox", 4)
        _send(server, MINH, [LAN], PASSWORD, server.submission)  # by Dovecot's submission service
        _wait(server, "stored mail into mailbox", 5)
        _manage_sieve(server, MINH, PASSWORD)
        with pytest.raises(PermissionError):
            _manage_sieve(server, MINH, "wrong")
        time.sleep(0.5)
        used, did, stored = _counted(server, sqlite_database)
    # (logins, webmails, polls, sent, received, failed, automatic); logins from this machine are webmail's
    assert used == {LAN: (0, 0, 0, 3, 3, 0, 1), MINH: (0, 2, 0, 1, 2, 1, 1)}, server.logs()
    assert stored == 5
    assert (did["submitted"], did["filtered"]) == (3, 4)
    assert did["bounced"] == 1
    assert did["deferred"] >= 1


def _manage_sieve(server: MailServer, user: str, password: str) -> None:
    """Log in as a program that edits filters does. Raises PermissionError where that is refused."""
    token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    with closing(socket.create_connection(("127.0.0.1", server.sieve))) as one, one.makefile("rw") as stream:
        while not stream.readline().startswith("OK"):
            pass
        stream.write(f'AUTHENTICATE "PLAIN" "{token}"\r\n')
        stream.flush()
        answer = stream.readline()
        if not answer.startswith("OK"):
            raise PermissionError(answer)
        stream.write("LOGOUT\r\n")
        stream.flush()
        stream.readline()
