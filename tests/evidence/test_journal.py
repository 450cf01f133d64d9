"""The journal of systemd and the events of Dovecot as mail logs."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.evidence.reader import Unfit
from opsconsole.evidence.readers import dovecot_events, journal
from tests.evidence.lines import LAN, MINH, origin, read, seen, traffic, unread, uses

pytestmark = pytest.mark.usefixtures("engine")

DAY = "2019-10-01"
AT = 1569910441123456  # 2019-10-01 13:14:01 local
LOGIN = f"imap-login: Login: user=<{LAN}>, method=PLAIN, rip=10.0.0.3, lip=10.0.0.2, mpid=8, session=<a1>"
SENT = f"4PbCZy4PWKz3tBr: client=x[203.0.113.9], sasl_method=PLAIN, sasl_username={MINH}"
ENTRIES: list[dict[str, Any]] = [
    {"MESSAGE": LOGIN, "SYSLOG_IDENTIFIER": "dovecot", "_PID": "8"},
    {"MESSAGE": SENT, "SYSLOG_IDENTIFIER": "postfix/submission/smtpd", "SYSLOG_PID": "9"},
    {"MESSAGE": "(root) CMD (x)", "SYSLOG_IDENTIFIER": "CRON", "_PID": "1"},
]
FULL = [{"__REALTIME_TIMESTAMP": str(AT), "_HOSTNAME": "mail", **entry} for entry in ENTRIES]


def exported(entries: list[dict[str, Any]], *, binary: bool = False) -> bytes:
    """Entries as ``journalctl -o export`` writes them."""
    out = b""
    for entry in entries:
        for name, value in entry.items():
            data = value.encode()
            if binary and name == "MESSAGE":
                out += name.encode() + b"\n" + len(data).to_bytes(8, "little") + data + b"\n"
            else:
                out += name.encode() + b"=" + data + b"\n"
        out += b"\n"
    return out


def check(events: list[Any]) -> None:
    """What ENTRIES say."""
    assert uses(events) == {(LAN, DAY, "login"): 1, (MINH, DAY, "sent"): 1}
    assert traffic(events) == {"logins": 1, "submitted": 1}
    assert unread(events) == {}
    assert [lines for _first, _last, lines in seen(events).values()] == [3]


def test_a_name_with_a_line_end_in_it_is_one_line() -> None:
    """Fuzzing found it: JSON writes any character."""
    event = {
        "event": "mail_delivery_finished",
        "start_time": "2019-10-01T06:14:01Z",
        "fields": {"user": "a\nb@x"},
    }
    assert uses(read(json.dumps(event) + "\n", dovecot_events.READER)) == {("a b@x", DAY, "received"): 1}


def test_entries_of_a_journal_are_lines_of_a_mail_log() -> None:
    text = "".join(json.dumps(entry) + "\n" for entry in FULL)
    check(read(text, journal.READER))
    numbers = "".join(json.dumps({**one, "MESSAGE": list(one["MESSAGE"].encode())}) + "\n" for one in FULL)
    check(read(numbers, journal.READER))


@pytest.mark.parametrize("binary", [False, True])
def test_an_export_is_the_same(binary: bool) -> None:
    check(list(journal.EXPORT.read(exported(FULL, binary=binary), origin())))


def test_what_is_no_journal_is_said() -> None:
    assert unread(read('{"a": 1}\nnonsense\n[1]\n', journal.READER)) == {"no entry of a journal": 3}
    with pytest.raises(Unfit, match="no export of a journal"):
        list(journal.EXPORT.read(b"a b c\n\n", origin()))
    with pytest.raises(Unfit, match="ends within a field"):
        list(journal.EXPORT.read(exported(FULL, binary=True)[:120], origin()))


@given(st.binary(max_size=300))
def test_no_bytes_make_them_fail(noise: bytes) -> None:
    for reader in (journal.READER, dovecot_events.READER):
        list(reader.begin(origin()).feed(noise + b"\n", 0))
    with contextlib.suppress(Unfit):
        list(journal.EXPORT.read(exported(FULL)[:90] + noise, origin()))


def event(name: str, at: object = "2019-10-01T06:14:01.5Z", **fields: str) -> str:
    """An event as the exporter writes it."""
    return json.dumps({"event": name, "start_time": at, "fields": fields}) + "\n"


def test_events_of_dovecot_tell_sessions_failures_and_deliveries() -> None:
    text = (
        event("mail_user_session_started", user=LAN, session="s1", service="imap", remote_ip="10.0.0.3")
        + event("mail_user_session_finished", user=LAN, session="s1", service="imap", remote_ip="10.0.0.3")
        + event("mail_user_session_finished", 1569910441.5, user=MINH, session="s2", remote_ip="127.0.0.1")
        + event("auth_request_finished", user=LAN, service="imap", success="no")
        + event("auth_request_finished", user=LAN, service="imap", success="yes")
        + event("mail_delivery_finished", user=MINH, session="s3", message_id="<1@x>")
        + event("mail_delivery_finished", user=MINH, session="s4", error="Quota exceeded")
        + event("imap_command_finished", user=LAN, session="s1")
        + "nonsense\n"
    )
    events = read(text, dovecot_events.READER)
    assert uses(events) == {
        (LAN, DAY, "login"): 1,
        (MINH, DAY, "webmail"): 1,
        (LAN, DAY, "failed"): 1,
        (MINH, DAY, "received"): 1,
    }
    assert traffic(events) == {"logins": 2, "failed logins": 1, "delivered": 1}
    assert unread(events) == {"no event of Dovecot in JSON": 1}
