"""What a line of Postfix's log says: who sent, what was delivered, refused and put off."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.evidence.readers import dovecot, maillog
from opsconsole.evidence.readers.postfix import READER
from tests.evidence.lines import LAN, MINH, login, origin, read, seen, traffic, unread, uses

pytestmark = pytest.mark.usefixtures("engine")

DAY = "2019-10-01"
AT = "Oct  1 13:14:01 mail "
CLIENT = "host.example.net[203.0.113.9]"
FILTERED = (
    "relay=127.0.0.1[127.0.0.1]:10024, delay=1.2, delays=0.1/0/0/1.1, dsn=2.0.0, "
    "status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 9D1A22F3)"
)


def said(*messages: str, head: str = AT) -> str:
    """Lines of Postfix."""
    return "".join(f"{head}{message}\n" for message in messages)


@pytest.mark.parametrize("queue", ["A0320E00C3", "4PbCZy4PWKz3tBr", "NOQUEUE"])
@pytest.mark.parametrize(
    "daemon",
    ["postfix/submission/smtpd[9]", "postfix/smtps/smtpd[9]", "postfix-in/smtpd[9]", "postfix/smtpd[9]"],
)
def test_a_mail_handed_in_by_somebody_who_logged_in_is_sent(queue: str, daemon: str) -> None:
    events = read(
        said(f"{daemon}: {queue}: client={CLIENT}, sasl_method=PLAIN, sasl_username={LAN.upper()}"), READER
    )
    assert uses(events) == {(LAN, DAY, "sent"): 1}
    assert traffic(events) == {"submitted": 1}


def test_the_sender_is_who_logged_in_whatever_else_the_line_says() -> None:
    line = f"postfix/smtpd[9]: A0320E00C3: client={CLIENT}, sasl_method=LOGIN, sasl_username={LAN}, "
    assert uses(read(said(line + f"sasl_sender={MINH}"), READER)) == {(LAN, DAY, "sent"): 1}
    assert uses(read(said(line + f"orig_queue_id=77AB12, orig_client={CLIENT}"), READER)) == {
        (LAN, DAY, "sent"): 1
    }


@pytest.mark.parametrize(
    "why",
    [
        f"authentication failed: (reason unavailable), sasl_username={LAN}",
        f"authentication failed: authentication failure, sasl_username={LAN}",
    ],
)
def test_a_user_name_in_a_warning_about_a_failed_login_is_a_failure(why: str) -> None:
    events = read(said(f"postfix/smtps/smtpd[9]: warning: unknown[203.0.113.9]: SASL LOGIN {why}"), READER)
    assert uses(events) == {(LAN, DAY, "failed"): 1}
    assert traffic(events) == {"failed logins": 1}


def test_a_failed_login_without_a_name_is_one_of_the_server() -> None:
    line = "postfix/smtpd[9]: warning: unknown[203.0.113.9]: SASL PLAIN authentication failed: UGFzc3dvcmQ6"
    events = read(said(line, line), READER)
    assert uses(events) == {}
    assert traffic(events) == {"failed logins": 2}


@pytest.mark.parametrize(
    ("agent", "rest", "what"),
    [
        ("lmtp", "relay=mail.x[private/dovecot-lmtp], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 <a> x Saved)", "delivered"),
        ("lmtp", "relay=mail.x[127.0.0.1]:24, delay=1, dsn=2.0.0, status=sent (250 2.0.0 <a> x Saved)", "delivered"),
        ("lmtp", "relay=zimbra.x[10.0.0.9]:7025, delay=0.3, delays=0.1/0/0/0.2, dsn=2.1.5, status=sent (250 2.1.5 Delivery OK)", "delivered"),
        ("local", "relay=local, delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)", "delivered"),
        ("local", "relay=local, delay=1, status=sent (mailbox)", "delivered"),
        ("virtual", "relay=virtual, delay=0.1, dsn=2.0.0, status=sent (delivered to maildir)", "delivered"),
        ("pipe", "relay=dovecot, delay=0.1, dsn=2.0.0, status=sent (delivered via dovecot service)", "delivered"),
        ("pipe", "relay=spamfilter, delay=0.1, dsn=2.0.0, status=sent (delivered via spamfilter service)", "filtered"),
        ("smtp", FILTERED, "filtered"),
        ("lmtp", FILTERED, "filtered"),
        ("amavis/smtp", FILTERED, "filtered"),
        ("smtp", "relay=mx.example.net[198.51.100.1]:25, conn_use=2, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 ok queued as 7)", "relayed"),
        ("local", "relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (forwarded as 8A77)", "forwarded"),
        ("smtp", "relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to x[198.51.100.1]:25: Connection timed out)", "deferred"),
        ("error", "relay=none, delay=3, delays=0/0/0/0, dsn=5.1.1, status=bounced (user unknown)", "bounced"),
        ("discard", "relay=none, delay=3, delays=0/0/0/0, dsn=2.0.0, status=sent (blackhole)", "discarded"),
    ],
)  # fmt: skip
def test_what_became_of_a_mail_is_told_by_who_took_it(agent: str, rest: str, what: str) -> None:
    events = read(said(f"postfix/{agent}[9]: 4PbCZy4PWKz3tBr: to=<{MINH}>, {rest}"), READER)
    assert traffic(events) == {what: 1}
    assert uses(events) == ({(MINH, DAY, "received"): 1} if what == "delivered" else {})


def test_an_alias_counts_for_the_mailbox_in_which_the_mail_came_to_rest() -> None:
    rest = "relay=virtual, delay=0.1, dsn=2.0.0, status=sent (delivered to maildir)"
    events = read(
        said(f"postfix/virtual[9]: A0320E00C3: to=<{LAN}>, orig_to=<van.thu@x.example>, {rest}"), READER
    )
    assert uses(events) == {(LAN, DAY, "received"): 1}


def test_an_automatic_answer_is_its_owners_and_no_use() -> None:
    line = (
        f"postfix/pipe[9]: A0320E00C3: to=<lan#x@autoreply.x.example>, orig_to=<{LAN}>, relay=vacation, "
        "delay=0.1, dsn=2.0.0, status=sent (delivered via vacation service)"
    )
    assert uses(read(said(line), READER)) == {(LAN, DAY, "automatic"): 1}


@pytest.mark.parametrize(
    ("message", "what"),
    [
        (f"NOQUEUE: reject: RCPT from {CLIENT}: 554 5.7.1 <x@y>: Relay access denied; from=<a@b> to=<x@y>", "rejected"),
        (f"A0320E00C3: milter-reject: END-OF-MESSAGE from {CLIENT}: 5.7.1 spam; from=<a@b>", "rejected"),
        (f"A0320E00C3: reject: header Subject: x from {CLIENT}; from=<a@b> to=<{LAN}>: 5.7.1 no", "rejected"),
        (f"A0320E00C3: from=<{LAN}>, status=expired, returned to sender", "expired"),
        (f"A0320E00C3: from=<{LAN}>, status=force-expired, returned to sender", "expired"),
        (f"A0320E00C3: client={CLIENT}", "accepted"),
    ],
)  # fmt: skip
def test_refusals_and_the_like_are_counted_of_the_server(message: str, what: str) -> None:
    events = read(said(f"postfix/smtpd[9]: {message}"), READER)
    assert (traffic(events), uses(events), unread(events)) == ({what: 1}, {}, {})


def test_a_mail_through_a_content_filter_is_one_mail() -> None:
    text = said(
        f"postfix/submission/smtpd[1]: connect from {CLIENT}",
        f"postfix/submission/smtpd[1]: A0320E00C3: client={CLIENT}, sasl_method=PLAIN, sasl_username={LAN}",
        "postfix/cleanup[2]: A0320E00C3: message-id=<1@x>",
        f"postfix/qmgr[3]: A0320E00C3: from=<{LAN}>, size=900, nrcpt=1 (queue active)",
        "postfix/smtpd[4]: connect from localhost[127.0.0.1]",
        "postfix/smtpd[4]: B1431F11D4: client=localhost[127.0.0.1]",
        "postfix/cleanup[2]: B1431F11D4: message-id=<1@x>",
        f"postfix/qmgr[3]: B1431F11D4: from=<{LAN}>, size=1900, nrcpt=1 (queue active)",
        f"amavis[5]: (5-1) Passed CLEAN {{RelayedInternal}}, <{LAN}> -> <{MINH}>, Queue-ID: A0320E00C3",
        f"postfix/smtp[6]: A0320E00C3: to=<{MINH}>, {FILTERED}",
        "postfix/qmgr[3]: A0320E00C3: removed",
        f"dovecot: lmtp({MINH})<7><abc>: sieve: msgid=<1@x>: stored mail into mailbox 'INBOX'",
        f"postfix/lmtp[8]: B1431F11D4: to=<{MINH}>, relay=mail.x[private/dovecot-lmtp], delay=0.1, "
        "delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 <x> abc Saved)",
        "postfix/qmgr[3]: B1431F11D4: removed",
    )
    events = read(text, maillog.READER)
    assert uses(events) == {(LAN, DAY, "sent"): 1, (MINH, DAY, "received"): 1}
    assert traffic(events) == {"submitted": 1, "filtered": 1, "delivered": 1}
    assert unread(events) == {}
    (covered,) = seen(events).values()
    assert covered[2] == 14


def test_lines_of_other_programs_are_counted_and_passed_over() -> None:
    text = said("CRON[1]: (root) CMD (x)", "amavis[2]: (2-1) x", "postfix/qmgr[3]: A0320E00C3: removed")
    (covered,) = [one for one in read(text, READER) if type(one).__name__ == "Seen"]
    assert (covered.lines, covered.others, covered.inferred) == (3, 2, 3)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (f"postfix/lmtp[8]: A0320E00C3: to=<{LAN}>, relay=mail.x[private/do", "a line about a mail that is cut off"),
        ("postfix/smtpd[8]: frobnicated the widget", "a line of Postfix in a form that is not known"),
        ("dovecot: frobnicator: did it", "a line of Dovecot in a form that is not known"),
    ],
)  # fmt: skip
def test_a_line_of_a_claimed_program_that_is_not_understood_is_told(message: str, reason: str) -> None:
    events = read(said(message), maillog.READER)
    assert unread(events) == {reason: 1}
    assert uses(events) == {}


@pytest.mark.parametrize(
    "message",
    [
        "starting the Postfix mail system",
        "stopping the Postfix mail system",
        "waiting for the Postfix mail system to terminate",
        "refreshing the Postfix mail system",
        "aborting the Postfix mail system",
        "the Postfix mail system is running: PID: 9382",
    ],
)
def test_what_starts_and_stops_the_server_says_is_understood(message: str) -> None:
    assert unread(read(said(f"postfix/postfix-script[1]: {message}"), READER)) == {}


def test_text_that_others_bring_into_the_log_makes_nobody_a_sender() -> None:
    text = said(
        f"postfix/cleanup[1]: A0320E00C3: warning: header Subject: postfix/smtpd[9]: B: client=x, "
        f"sasl_username={LAN} from {CLIENT}; from=<a@b>",
        f"postfix/smtpd[1]: NOQUEUE: reject: RCPT from {CLIENT}: 554 x; from=<a@b> to=<client=y, sasl_username={LAN}>",
        f"postfix/qmgr[1]: A0320E00C3: from=<x, sasl_username={LAN}>, size=1, nrcpt=1 (queue active)",
    )
    assert uses(read(text, READER)) == {}


def test_a_line_written_a_second_time_counts_once() -> None:
    once = (
        login("Oct  1 13:14:01")
        + said(f"postfix/smtpd[9]: A0320E00C3: client={CLIENT}, sasl_method=PLAIN, sasl_username={LAN}")
        + said("postfix/smtpd[9]: warning: unknown[203.0.113.9]: SASL PLAIN authentication failed: x")
    )
    events = read(once * 3, maillog.READER)
    assert uses(events) == {(LAN, DAY, "login"): 1, (LAN, DAY, "sent"): 1}
    # a warning has nothing by which one could be told from the next
    assert traffic(events) == {"logins": 1, "submitted": 1, "failed logins": 3, "repeated lines": 4}


_LINES = [
    f"postfix/smtpd[9]: A0320E00C3: client={CLIENT}, sasl_method=PLAIN, sasl_username={LAN}",
    f"postfix/smtpd[9]: B0320E00C3: client={CLIENT}, sasl_method=PLAIN, sasl_username={MINH}",
    "postfix/qmgr[3]: A0320E00C3: removed",
    f"postfix/virtual[9]: A0320E00C3: to=<{LAN}>, relay=virtual, delay=0.1, dsn=2.0.0, status=sent (delivered to maildir)",
    f"dovecot: imap-login: Login: user=<{LAN}>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, session=<a1>",
    f"dovecot: imap-login: Login: user=<{LAN}>, method=PLAIN, rip=10.0.0.1, lip=10.0.0.2, session=<a2>",
    "dovecot: frobnicator: x",
    "postfix/smtpd[9]: frobnicated",
    "cron[1]: x",
    "message repeated",
]  # fmt: skip
_STAMPS = [
    "Dec 31 23:59:59 mail ",
    "Jan  1 00:00:00 mail ",
    "2020-01-01T00:00:00+07:00 mail ",
    "<22>1 2020-01-01T00:00:00+07:00 mail ",
    "x",
]


@given(
    st.lists(st.tuples(st.sampled_from(_STAMPS), st.sampled_from(_LINES)), max_size=60),
    st.sets(st.integers(0, 60)),
)
def test_how_a_log_is_cut_into_pieces_changes_nothing(parts: list[tuple[str, str]], cuts: set[int]) -> None:
    lines = [f"{stamp}{line}\n".encode() for stamp, line in parts]
    data = b"".join(lines)
    reference = dt.datetime(2020, 1, 5, tzinfo=dt.UTC)
    whole = list(maillog.READER.begin(origin(reference, None, data)).feed(data, 0))
    pieces, state = [], None
    for first, last in pairwise(sorted({0, len(lines), *(cut for cut in cuts if cut < len(lines))})):
        parser = maillog.READER.begin(origin(reference, state, data))
        pieces += parser.feed(b"".join(lines[first:last]), sum(map(len, lines[:first])))
        state = dict(parser.state())
    assert unread(pieces) == unread(whole)
    assert traffic(pieces) == traffic(whole)
    total: dict[tuple[str, str, str], int] = {}
    for event in pieces:
        for key, times in uses([event]).items():
            total[key] = total.get(key, 0) + times
    assert total == uses(whole)


# --- Dovecot's other lines ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("rip=127.0.0.1, lip=127.0.0.1", "webmail"),
        ("rip=::1, lip=::1", "webmail"),
        ("rip=10.0.0.2, lip=10.0.0.2", "webmail"),
        ("rip=10.0.0.3, lip=10.0.0.2", "login"),
        ("rip=127.example, lip=10.0.0.2", "webmail"),
    ],
)
def test_who_comes_from_the_server_itself_comes_through_the_web(where: str, what: str) -> None:
    text = said(f"dovecot: imap-login: Login: user=<{LAN}>, method=PLAIN, {where}, mpid=1, session=<a>")
    assert uses(read(text, dovecot.READER)) == {(LAN, DAY, what): 1}


@pytest.mark.parametrize(
    ("end", "polls"),
    [
        ("Logged out in=166 out=10854 deleted=0 expunged=0 trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0", 1),
        ("Disconnected: Connection closed (IDLE running for 0.001 + waiting 9.1 secs, 2 B in + 10 B out, state=wait-input) in=88 out=900 deleted=0 expunged=0 trashed=0 autoexpunged=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0", 1),
        ("Logged out in=166 out=10854 deleted=0 expunged=0 trashed=0 hdr_count=3 hdr_bytes=99 body_count=0 body_bytes=0", 0),
        ("Logged out in=50166 out=854 deleted=0 expunged=0 trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0", 0),
        ("Logged out in=166 out=10854 deleted=1 expunged=1 trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0", 0),
    ],
)  # fmt: skip
def test_a_session_that_ends_without_having_read_or_changed_anything_was_a_poll(end: str, polls: int) -> None:
    found = uses(read(said(f"dovecot: imap({LAN})<812><Qx>: {end}"), dovecot.READER))
    assert found == ({(LAN, DAY, "poll"): 1} if polls else {})


@pytest.mark.parametrize(
    ("message", "what"),
    [
        (f"lmtp({LAN})<8><Qx>: sieve: msgid=<1@x>: forwarded to <{MINH}>", "automatic"),
        (f"lmtp({LAN})<8><Qx>: sieve: msgid=<1@x>: redirect action: forwarded to <{MINH}>", "automatic"),
        (f"lda({LAN})<8><Qx>: sieve: msgid=<1@x>: sent vacation response to <{MINH}>", "automatic"),
        (f"lmtp({LAN})<8><Qx>: sieve: msgid=<1@x>: fileinto action: stored mail into mailbox 'A: b'", "received"),
    ],
)  # fmt: skip
def test_what_a_rule_of_the_mailbox_does_is_no_use(message: str, what: str) -> None:
    assert uses(read(said(f"dovecot: {message}"), dovecot.READER)) == {(LAN, DAY, what): 1}


@pytest.mark.parametrize(
    "real",
    [
        "marked message to be discarded if not explicitly delivered (discard action)",
        "save failed to INBOX: full",
    ],
)
def test_an_action_written_into_a_message_id_did_not_happen(real: str) -> None:
    for fake in ("stored mail into mailbox 'INBOX'", "saved mail to INBOX"):
        line = f"dovecot: lmtp({LAN})<8><Qx>: sieve: msgid=<a>: {fake}: x@y>: {real}"
        assert uses(read(said(line), dovecot.READER)) == {}
