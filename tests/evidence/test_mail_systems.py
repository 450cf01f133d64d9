"""Zimbra, Exchange, MDaemon, Microsoft 365, Google Workspace and any table: what their lines and rows say."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.evidence.reader import DocumentReader, Event, Origin, Reader, Unfit, Unreadable, installed
from opsconsole.evidence.readers import exchange, google, m365, mailcsv, maillog, mdaemon, zimbra
from tests.evidence.lines import LAN, MINH, origin, read, seen, traffic, unread, uses

DAY = "2019-10-01"

# --- Zimbra ------------------------------------------------------------------------------------

UA = "ua=ZimbraWebClient - FF86 (Linux; x)/8.8.15_GA_3869;"


def zimbra_line(
    message: str, context: str = f"name={LAN};oip=203.0.113.9;{UA}soapId=7;", level: str = "INFO "
) -> str:
    """A line of audit.log."""
    return (
        f"2019-10-01 08:14:01,123 {level} [qtp1-99:https:https://x/service/soap/AuthRequest] "
        f"[{context}] security - {message}\n"
    )


@pytest.mark.parametrize(
    ("protocol", "agent", "what"),
    [
        ("soap", UA, "webmail"),
        ("imap", "", "login"),
        ("pop3", "", "login"),
        ("zsync", "ua=Apple-iPhone/1.0;", "poll"),
        ("soap", "ua=Zimbra-iOS/1.2;", "poll"),
        ("soap", "ua=ZimbraConnectorForOutlook/9.0;", "login"),
    ],
)
def test_the_way_in_tells_what_a_login_is(protocol: str, agent: str, what: str) -> None:
    text = zimbra_line(f"cmd=Auth; account={LAN}; protocol={protocol};", f"oip=203.0.113.9;{agent}soapId=7;")
    assert uses(read(text, zimbra.READER)) == {(LAN, DAY, what): 1}


def test_a_login_with_an_error_is_a_failure_and_a_delegate_nobodys_use() -> None:
    text = zimbra_line(
        f"cmd=Auth; account={LAN}; protocol=imap; error=authentication failed for [{LAN}], invalid password;",
        level="WARN ",
    )
    text += zimbra_line(f"cmd=DelegateAuth; accountId=1; accountName={MINH};")
    events = read(text, zimbra.READER)
    assert uses(events) == {(LAN, DAY, "failed"): 1}
    assert traffic(events) == {"failed logins": 1}


def test_what_a_program_calls_itself_makes_nobody_active() -> None:
    fake = f"ua=x;] security - cmd=Auth; account={MINH}; protocol=imap;"
    text = zimbra_line(f"cmd=Auth; account={LAN}; protocol=soap;", f"oip=203.0.113.9;{fake}soapId=7;")
    assert (MINH, DAY, "login") not in uses(read(text, zimbra.READER))


def test_names_without_a_domain_get_the_one_of_the_source() -> None:
    text = zimbra_line("cmd=Auth; account=lan.nguyen; protocol=imap;").encode()
    start = dataclasses.replace(origin(), options={"domain": "hoabinh.example"})
    assert uses(zimbra.READER.begin(start).feed(text, 0)) == {(LAN, DAY, "login"): 1}


def test_sent_and_stored_mails_of_mailbox_log_count_and_stack_traces_belong_to_their_line() -> None:
    head = f"2019-10-01 08:14:0{{}},123 INFO  [qtp1-9:x] [name={LAN};mid=3;ip=1.2.3.4;] "
    text = (
        head.format(1)
        + "smtp - Sending message to MTA at localhost: Message-ID=<1@x>, replyType=r\n"
        + head.format(2)
        + "mailop - Adding Message: id=2, Message-ID=<2@x>, parentId=-1, folderId=2, folderName=Inbox.\n"
        + head.format(3)
        + "mailop - Adding Message: id=3, Message-ID=<1@x>, parentId=-1, folderId=5, folderName=Sent.\n"
        + "\0\0"
        + head.format(4)
        + "soap - handler exception\njava.lang.NullPointerException\n\tat com.x.Y(Y.java:1)\nCaused by: z\n"
    )
    events = read(text, zimbra.READER)
    assert uses(events) == {(LAN, DAY, "sent"): 1, (LAN, DAY, "received"): 1}
    assert unread(events) == {}
    assert [lines for _first, _last, lines in seen(events).values()] == [7]


def test_no_line_of_zimbra_is_ever_shown() -> None:
    text = (
        "cmd=ModifyDomain; zimbraAuthLdapSearchBindPassword=Bi-mat;\n2019-10-01 08:14:01 zimbraPass=Bi-mat\n"
    )
    notes = [event for event in read(text, zimbra.READER) if isinstance(event, Unreadable)]
    assert len(notes) == 2
    assert {note.sample for note in notes} == {""}


# --- Exchange ----------------------------------------------------------------------------------

FIELDS = (
    "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,"
    "internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,"
    "recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,"
    "message-info,directionality,tenant-id"
)
HEADER = f"\ufeff#Software: Microsoft Exchange Server\r\n#Version: 15.02.1118.007\r\n#Fields: {FIELDS}\r\n"


def tracked(
    source: str, event: str, id_: str = "<1@x>", to: str = MINH, sender: str = LAN, second: int = 1
) -> str:
    """A line of a message tracking log."""
    context = '"{""a"":1,""b"":""x,y;z""}"'
    return (
        f"2019-10-01T01:14:{second:02d}.123Z,10.0.0.1,ex1,10.0.0.1,ex1,{context},,{source},{event},77,{id_},g,"
        f'{to},,4321,1,,,"Họp, gấp",{sender},{sender},,Originating,\r\n'
    )


def test_what_a_mailbox_hands_in_is_sent_and_what_the_store_takes_received() -> None:
    text = (
        HEADER
        + tracked("STOREDRIVER", "SUBMIT")
        + tracked("STOREDRIVER", "RECEIVE")
        + tracked("SMTP", "RECEIVE", "<2@y>", sender="a@b.example")
        + tracked("STOREDRIVER", "DELIVER", to=f"{MINH};{LAN}")
        + tracked("SMTP", "SENDEXTERNAL", to="x@y.example")
        + tracked("ROUTING", "FAIL")
        + tracked("AGENT", "AGENTINFO")
    )
    events = read(text, exchange.READER)
    assert uses(events) == {(LAN, DAY, "sent"): 1, (MINH, DAY, "received"): 1, (LAN, DAY, "received"): 1}
    assert traffic(events) == {"submitted": 1, "accepted": 1, "delivered": 2, "relayed": 1, "bounced": 1}
    assert unread(events) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (tracked("SMTP", "RECEIVE"), "no line '#Fields:' stands before it"),
        (HEADER + tracked("SMTP", "FROBNICATE"), "an event that is not known"),
        (HEADER + tracked("SMTP", "RECEIVE")[:120] + "\n", "fewer cells than the header has columns"),
        (
            "#Fields: date-time,source\r\n" + "2019-10-01T01:14:01.000Z,SMTP\r\n",
            "a column that is needed is not in the line '#Fields:'",
        ),
    ],
)
def test_a_line_of_exchange_that_is_not_understood_is_told(text: str, reason: str) -> None:
    assert unread(read(text, exchange.READER)) == {reason: 1}


# --- MDaemon -----------------------------------------------------------------------------------


def session(service: str, *lines: str, number: str = "", level: str = "05: ") -> str:
    """A session as it is written when it ends."""
    said = [
        f"Session 0901{number}; child 0001",
        f"Accepting {service} connection from 203.0.113.9:45584 to 192.0.2.1:25",
        *lines,
    ]
    return "".join(
        f"Tue 2019-10-01 00:00:48.993: {level}{number and f'[{number}] '}{one}\n"
        for one in (*said, "---------")
    )


def test_sessions_of_mdaemon_tell_logins_and_sent_mails() -> None:
    sent = ["<-- AUTH LOGIN", f"Authenticated as {LAN}", "--> 235 Authentication successful"]
    sent += [f"<-- MAIL FROM:<{LAN}>", "--> 250 2.6.0 Ok, message saved <Message-ID: <1@x>>"]
    text = (
        session("SMTP", *sent)
        + session("SMTP", "<-- MAIL FROM:<a@b>", "--> 250 2.6.0 Ok, message saved", number="12:3")
        + session("IMAP", f"User {MINH} authenticated", level="")
        + session("POP3", f"<-- USER {LAN}", "--> -ERR login failed, bad password")
        + session("IMAP", f"<-- User {LAN} authenticated")
    )
    events = read(text, mdaemon.READER)
    assert uses(events) == {(LAN, DAY, "sent"): 1, (MINH, DAY, "login"): 1}
    assert traffic(events) == {"submitted": 1, "accepted": 1, "logins": 1, "failed logins": 1}
    assert unread(events) == {}


# --- tables ------------------------------------------------------------------------------------


def rows(reader: DocumentReader, text: str | bytes, **options: str) -> list[Event]:
    """The events of a table."""
    start: Origin = dataclasses.replace(origin(), options=options)
    return list(reader.read(text.encode() if isinstance(text, str) else text, start))


M365 = (
    "\ufeffReport Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date,Last Activity Date,"
    "Send Count,Receive Count,Read Count,Meeting Created Count,Assigned Products,Report Period\n"
)


def test_the_day_of_the_last_activity_is_a_day_of_use_without_a_count() -> None:
    text = (
        M365
        + f"2019-10-03,{LAN.upper()},Lan,False,,2019-10-01,5,60,7,0,E3,7\n"
        + f"2019-10-03,{MINH},M,False,,,0,9,0,0,E3,7\n"
    )
    events = rows(m365.READER, text)
    assert uses(events) == {(LAN, DAY, "login"): 0}
    assert list(seen(events)) == ["2019-10-03"]


def test_hashed_names_are_nobodys_and_said() -> None:
    events = rows(
        m365.READER, M365 + "2019-10-03,0FE49CE8B6F14B3C8D6A0E0B5C2F7A11,x,False,,2019-10-01,5,60,7,0,E3,7\n"
    )
    assert uses(events) == {}
    assert unread(events) == {"a hashed name (turn 'concealed names' off in the reports' settings)": 1}


@pytest.mark.parametrize("date", ["1/1/0001", "0001-01-01", "31/12/9999", "9999-12-31T23:59:59Z", "1/1/2400"])
def test_a_day_at_an_end_of_the_calendar_is_no_day_of_use(date: str) -> None:
    """Fuzzing found it: 0001-01-01 has no instant where clocks are ahead, and reading ended there."""
    said = {"address": "a", "day": "d", "sent": "s", "dates": "dmy"}
    events = rows(mailcsv.READER, f"a,d,s\n{LAN},{date},1\n{MINH},1/10/2019,2\n", **said)
    assert uses(events) == {(MINH, DAY, "sent"): 2}
    assert unread(events) == {"no number or date where one is needed": 1}


def test_google_counts_mails_of_the_date_and_takes_last_uses_as_days() -> None:
    text = (
        "email,date,gmail:is_gmail_enabled,gmail:num_emails_sent,gmail:num_emails_received,"
        "gmail:timestamp_last_access,gmail:timestamp_last_webmail,gmail:timestamp_last_imap\n"
        f"{LAN},2019-10-01,True,3,20,2019-10-01T05:00:00.000Z,2019-09-30T20:00:00.000Z,1970-01-01T00:00:00.000Z\n"
    )
    assert uses(rows(google.READER, text)) == {
        (LAN, DAY, "sent"): 3,
        (LAN, DAY, "received"): 20,
        (LAN, DAY, "webmail"): 0,
    }


def test_any_table_is_read_by_the_columns_that_the_source_names() -> None:
    said = {"address": "Hộp thư", "day": "Ngày", "sent": "Gửi", "login": "Đăng nhập", "dates": "dmy"}
    text = f"STT;Hộp thư;Ngày;Gửi;Đăng nhập\n1;lan.nguyen;01/10/2019;2;\n2;{MINH};02/10/2019;;4\n3;x@y;32/10/2019;1;1\n4;{LAN};03/10/2019;nhiều;1\n"
    events = rows(mailcsv.READER, text, **said, domain="hoabinh.example")
    assert uses(events) == {
        (LAN, DAY, "sent"): 2,
        (MINH, "2019-10-02", "login"): 4,
        (LAN, "2019-10-03", "login"): 1,
    }
    assert unread(events) == {
        "no number or date where one is needed": 2,
    }


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"address": "a"}, "the source does not say which columns are"),
        ({"address": "a", "day": "b"}, "the source names no column of uses"),
        ({"address": "a", "day": "b", "sent": "c"}, "the first line lacks a column that is needed"),
    ],
)
def test_what_a_table_lacks_is_said(options: dict[str, str], reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        rows(mailcsv.READER, "a,b\n1,2\n", **options)


# --- whatever comes ------------------------------------------------------------------------------

_LOGS: list[Reader] = [maillog.READER, zimbra.READER, exchange.READER, mdaemon.READER]
_GOOD = (
    zimbra_line(f"cmd=Auth; account={LAN}; protocol=imap;")
    + HEADER.lstrip("\ufeff")
    + tracked("STOREDRIVER", "SUBMIT")
    + session("IMAP", f"User {MINH} authenticated")
).encode()


@given(st.binary(max_size=300), st.integers(0, len(_GOOD)), st.integers(0, 40))
def test_no_bytes_make_a_reader_fail_and_every_line_is_counted_or_told(
    noise: bytes, at: int, over: int
) -> None:
    data = _GOOD[:at] + noise + _GOOD[at + over :] + b"\n"
    for reader in _LOGS:
        events = list(reader.begin(origin()).feed(data, 0))
        told = sum(lines for _first, _last, lines in seen(events).values()) + sum(unread(events).values())
        lines = sum(
            1 for line in data.split(b"\n") if line.replace(b"\0", b"").strip(b"\r\xef\xbb\xbf").strip()
        )
        quiet = (
            sum(line.lstrip(b"\0\xef\xbb\xbf").startswith(b"#") for line in data.split(b"\n"))
            if reader is exchange.READER
            else 0
        )
        assert told <= lines
        assert told >= lines - quiet or reader is maillog.READER


@given(st.binary(max_size=300))
def test_no_bytes_make_a_table_fail_otherwise_than_by_saying_why(data: bytes) -> None:
    for reader in (m365.READER, google.READER, mailcsv.READER):
        for start in (b"", M365.encode(), b"email,date,num_emails_sent\n", b"a,b,c\n"):
            with contextlib.suppress(Unfit):
                rows(reader, start + data, address="a", day="b", sent="c")


def test_all_of_them_are_known_by_name() -> None:
    assert {"csv", "exchange", "google", "m365", "maillog", "mdaemon", "postfix", "zimbra"} <= set(
        installed().names()
    )
