"""A real Postfix and a real Dovecot are started, used, and their logs counted: the numbers are what was done."""

from __future__ import annotations

import imaplib
import poplib
import smtplib
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
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


@pytest.fixture
def server(socket_enabled: None) -> Iterator[MailServer]:
    with tempfile.TemporaryDirectory(prefix="mail") as short:  # the path of a socket has 107 bytes at most
        one = MailServer(Path(short) / "m", NAMES)
        try:
            one.start()
            yield one
        finally:
            one.stop()


def _send(server: MailServer, sender: str, to: list[str], password: str | None) -> None:
    with smtplib.SMTP("127.0.0.1", server.smtp, local_hostname="[127.0.0.1]") as client:
        if password is not None:
            client.ehlo()
            client.user, client.password = sender, password
            client.auth("PLAIN", client.auth_plain)
        client.sendmail(sender, to, "Subject: x\r\n\r\nx\r\n")


def _use(server: MailServer) -> None:
    """3 mails of Lan to Minh and to an alias of hers, one from outside; refusals; logins and failures."""
    for _mail in range(3):
        _send(server, LAN, [MINH, f"van.thu@{DOMAIN}"], PASSWORD)
    _send(server, "a@b.example", [LAN], None)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        _send(server, LAN, [MINH], "wrong")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _send(server, "a@b.example", ["x@elsewhere.example"], None)
    for _try in range(100):
        if server.logs().count("saved mail to INBOX") == 7:
            break
        time.sleep(0.1)
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


def test_the_counts_are_what_was_done(server: MailServer, sqlite_database: Database) -> None:
    _use(server)
    server.stop()
    declare(sqlite_database, {LAN: ("[]", None), MINH: ("[]", None)})
    sources = [
        # What Dovecot stores is counted by its own log.
        Source("mta", "maillog", str(server.postfix_log)),
        Source("store", "dovecot", str(server.dovecot_log)),
    ]
    collected = collect(sqlite_database, sources, ZONE)
    assert [source.problems for source in collected.sources] == [[], []]
    with sqlite_database.read() as reader:
        assert unreadable(reader) == [], server.logs()
        used = {
            account: tuple(counts)
            for account, *counts in reader.rows(
                "SELECT account, sum(webmails), sum(polls), sum(sent), sum(received), sum(failed) "
                "FROM mail_activity GROUP BY account"
            )
        }
        did = dict(
            reader.rows("SELECT what, sum(times) FROM mail_traffic WHERE source = 'mta' GROUP BY what")
        )
        lines = {
            name: (int(seen), int(read))
            for name, seen, read in reader.rows(
                "SELECT c.source, sum(c.lines), max(f.lines) FROM coverage c "
                "JOIN source_file f ON f.source = c.source GROUP BY c.source"
            )
        }
        stored = reader.value(
            "SELECT sum(times) FROM mail_traffic WHERE source = 'store' AND what = 'delivered'"
        )
    # All came from this machine, which is how a web interface comes; the second IMAP session read nothing.
    assert used == {LAN: (1, 0, 3, 4, 1), MINH: (2, 1, 0, 3, 1)}
    assert did == {"submitted": 3, "filtered": 7, "rejected": 1, "failed logins": 1}
    assert stored == 7
    assert all(seen == read for seen, read in lines.values())
