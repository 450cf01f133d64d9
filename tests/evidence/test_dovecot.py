"""What a line of Dovecot's log says, in every form in which it is met."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.evidence.reader import Lost, Unreadable
from opsconsole.evidence.readers.dovecot import READER
from tests.evidence.lines import LAN, MINH, login, origin, read, seen, unread, uses

pytestmark = pytest.mark.usefixtures("engine")

DAY = "2019-10-01"
HEADS = [
    "Oct  1 13:14:01 mail dovecot: ",
    "Oct  1 13:14:01 mail dovecot[996]: ",
    "2019-10-01T13:14:01.054601+07:00 mail dovecot: ",
    "2019-10-01T06:14:01Z mail dovecot[1]: ",
    "2019-10-01T08:14:01.05+02:00 mail dovecot: ",
    "<22>1 2019-10-01T13:14:01.702552+07:00 mail dovecot - - - ",
    "<22>1 2019-10-01T13:14:01.702552+07:00 mail dovecot 996 - - ",
]
OWN_HEADS = ["Oct 01 13:14:01 ", "2019-10-01 13:14:01 "]
TAIL = ", method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=812, TLS, session=<Qx>"


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("words", ["imap-login: Login: ", "pop3-login: Login: ", "imap-login: Logged in: "])
def test_a_login_counts_for_its_user_on_the_local_day(head: str, words: str) -> None:
    assert uses(read(f"{head}{words}user=<{LAN}>{TAIL}\n")) == {(LAN, DAY, "login"): 1}


@pytest.mark.parametrize("head", OWN_HEADS)
def test_a_login_in_dovecots_own_log_file_counts(head: str) -> None:
    events = read(f"{head}imap-login: Info: Login: user=<{LAN}>{TAIL}\n")
    assert uses(events) == {(LAN, DAY, "login"): 1}
    assert not unread(events)


def test_a_stamp_in_tai64n_counts() -> None:
    # 2019-10-01 13:14:01 at +07:00 is 1569910441 UTC, and TAI is ahead of it.
    stamp = f"@4{1569910441 + 10:015x}077a9e94"
    assert uses(read(f"{stamp} imap-login: Info: Login: user=<{LAN}>{TAIL}\n")) == {(LAN, DAY, "login"): 1}


@pytest.mark.parametrize(
    "said",
    [
        "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): ",
        "imap-login: Disconnected: Connection closed (auth failed, 3 attempts in 15 secs): ",
        "pop3-login: Aborted login (auth failed, 1 attempts in 2 secs): ",
        "imap-login: Login aborted: Connection closed (auth failed, 2 attempts in 14 secs) (auth_failed): ",
        "imap-login: Login aborted: Inactivity during authentication (auth failed, 1 attempts in 180 secs) "
        "(auth_failed): ",
    ],
)
@pytest.mark.parametrize("head", HEADS)
def test_a_failed_login_is_a_failure_and_no_login(head: str, said: str) -> None:
    assert uses(read(f"{head}{said}user=<{LAN}>, method=PLAIN, rip=203.0.113.9\n")) == {
        (LAN, DAY, "failed"): 1
    }


@pytest.mark.parametrize(
    "said",
    [
        f"imap({LAN})<812><Qx>: Logged out in=166 out=10854 deleted=0 expunged=0 trashed=0 hdr_count=0",
        f"imap({LAN}): Disconnected: Logged out in=175 out=1335",
        f"IMAP({LAN}): Disconnected: Logged out bytes=28/647",
        f"pop3({LAN})<812><Qx>: Disconnected: Logged out top=0/0, retr=1/900, del=0/5, size=9",
        f"imap-login: Disconnected (no auth attempts in 0 secs): user=<>, rip=203.0.113.9{TAIL}",
        f"imap-login: Disconnected: Inactivity: user=<{LAN}>{TAIL}",
        f"imap-login: Login: user=<{LAN}*root>{TAIL}",
        f"imap-login: Login: user=<>{TAIL}",
        f"lmtp({LAN})<812><Qx>: msgid=<1@x>: save failed to INBOX: Quota exceeded",
        "lmtp(812): Connect from local",
    ],
)
def test_what_is_no_use_counts_for_nobody(said: str) -> None:
    events = read(f"Oct  1 13:14:01 mail dovecot: {said}\n")
    assert uses(events) == {}
    assert unread(events) == {}
    assert [lines for _first, _last, lines in seen(events).values()] == [1]


@pytest.mark.parametrize(
    "said",
    [
        f"lmtp({LAN})<812><Qx>: sieve: msgid=<1@x>: stored mail into mailbox 'INBOX'",
        f"lmtp(812, {LAN}): 5GjrDafYTFE7: msgid=<1@x>: saved mail to INBOX",
        f"lmtp({LAN}): msgid=<1@x>: saved mail to INBOX",
        f"lda({LAN})<18594><u/B4JBam8>: msgid=<1@x>: saved mail to INBOX",
        f"deliver({LAN}): msgid=<1@x>: saved mail to Junk",
        f"lmtp({LAN})<812><Qx>: Info: sieve: msgid=unspecified: stored mail into mailbox 'Lưu trữ'",
    ],
)
def test_a_stored_mail_is_received(said: str) -> None:
    assert uses(read(f"Oct  1 13:14:01 mail dovecot: {said}\n")) == {(LAN, DAY, "received"): 1}


def test_a_relayed_mail_is_sent() -> None:
    said = f"submission({LAN})<812><Qx>: Successfully relayed message: from=<{LAN}>, size=1, id=a, nrcpt=1"
    assert uses(read(f"Oct  1 13:14:01 mail dovecot: {said}\n")) == {(LAN, DAY, "sent"): 1}


def test_repeated_messages_count_as_often_as_they_were_repeated() -> None:
    body = f"imap-login: Login: user=<{LAN}>{TAIL}"
    text = (
        f"Oct  1 13:14:01 mail dovecot: {body}\n"
        f"Oct  1 13:14:09 mail dovecot: message repeated 3 times: [ {body}]\n"
    )
    assert uses(read(text)) == {(LAN, DAY, "login"): 4}


@pytest.mark.parametrize(
    "line",
    [
        # what others make other programs log: a subject, a HELO, a user name
        f"Oct  1 13:14:01 mail postfix/cleanup[1]: 1A: warning: header Subject: dovecot: imap-login: "
        f"Login: user=<{LAN}>, method=PLAIN from unknown[203.0.113.9]",
        f"Oct  1 13:14:01 mail postfix/smtpd[1]: warning: x dovecot: imap-login: Login: user=<{LAN}>, a",
        f"Oct  1 13:14:01 mail dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): "
        f"user=<x imap-login: Login: user=<{LAN}>, method=PLAIN>, rip=203.0.113.9",
        f"Oct  1 13:14:01 mail dovecot: lmtp({MINH})<1><a>: sieve: msgid=<dovecot: imap-login: Login: "
        f"user=<{LAN}>, >: discarded",
    ],
)
def test_text_that_others_bring_into_the_log_makes_nobody_active(line: str) -> None:
    assert (LAN, DAY, "login") not in uses(read(line + "\n"))


def test_torn_lines_make_up_no_users() -> None:
    whole = login("Oct  1 13:14:01").rstrip("\n")
    for cut in range(len(whole)):
        found = uses(read(whole[:cut] + "\n" + login("Oct  1 13:14:02", MINH)))
        # A login line counts once its address is closed, and then for the right one.
        assert found.pop((MINH, DAY, "login")) == 1
        assert found in ({}, {(LAN, DAY, "login"): 1})


def test_two_lines_run_into_one_are_reported() -> None:
    text = "Oct  1 13:14:01 mail dovecot: imap-login: Lo" + login("Oct  1 13:14:02")
    events = read(text)
    assert uses(events) == {}
    assert unread(events) == {"a login that Dovecot did not write, or two lines run into one": 1}


def test_lines_without_a_stamp_are_counted_and_their_sample_names_nobody() -> None:
    text = f"{login('Oct  1 13:14:01')}\tat password=Bi-mat {LAN} 203.0.113.9 2001:db8:0:0::1\n"
    (note,) = [event for event in read(text) if isinstance(event, Unreadable)]
    assert (note.reason, note.lines) == ("no time stamp", 1)
    assert note.position == text.index("\tat")
    for secret in ("lan.nguyen", "Bi-mat", "203.0.113.9", "2001:db8"):
        assert secret not in note.sample
    assert "hoabinh.example" in note.sample


def test_nul_bytes_before_a_line_are_passed_over() -> None:
    data = b"\0" * 300 + login("Oct  1 13:14:01").encode()
    events = read(data)
    assert uses(events) == {(LAN, DAY, "login"): 1}
    assert not unread(events)


def test_only_a_newline_byte_ends_a_line() -> None:
    text = login("Oct  1 13:14:01", "a\x0b\x1c\x85\u2028b@hoabinh.example")
    assert list(uses(read(text))) == [("a\x0b\x1c\x85\u2028b@hoabinh.example", DAY, "login")]


def test_addresses_count_in_lower_case() -> None:
    assert list(uses(read(login("Oct  1 13:14:01", LAN.upper())))) == [(LAN, DAY, "login")]


@pytest.mark.parametrize(
    ("said", "lost"),
    [
        ("rsyslogd-2177: imuxsock lost 228 messages from pid 2547 due to rate-limiting", 228),
        ("rsyslogd: imjournal: 236 messages lost due to rate-limiting", 236),
        ("systemd-journald[99]: Suppressed 45 messages from dovecot.service", 45),
        ("dovecot: lmtp(x@y): msgid=<12 messages lost due to rate-limiting>: discarded", 0),
    ],
)
def test_messages_that_the_logging_system_dropped_are_known(said: str, lost: int) -> None:
    events = read(f"Oct  1 13:14:01 mail {said}\n")
    assert sum(event.messages for event in events if isinstance(event, Lost)) == lost


# --- days and years ----------------------------------------------------------------------------


def test_a_stamp_with_an_offset_counts_on_the_local_day() -> None:
    text = login("2019-09-30T23:30:00+02:00") + login("2019-09-30T18:30:00-05:30")
    assert uses(read(text)) == {(LAN, "2019-10-01", "login"): 2}


def test_half_hour_offsets_cut_the_day_at_the_right_minute() -> None:
    # 00:00 at +07:00 is 22:30 of the day before at +05:30
    text = login("2019-10-01T22:29:59+05:30") + login("2019-10-01T22:30:00+05:30")
    assert uses(read(text)) == {(LAN, "2019-10-01", "login"): 1, (LAN, "2019-10-02", "login"): 1}


def test_coverage_knows_first_and_last_minute_and_lines_of_each_day() -> None:
    text = login("Oct  1 23:59:01") + "Oct  1 08:00:59 mail cron[1]: x\n" + login("Oct  2 00:00:00")
    assert seen(read(text)) == {
        "2019-10-01": ("2019-10-01T01:00:00.000000Z", "2019-10-01T16:59:00.000000Z", 2),
        "2019-10-02": ("2019-10-01T17:00:00.000000Z", "2019-10-01T17:00:00.000000Z", 1),
    }


def _days(text: str, reference: dt.datetime) -> list[str]:
    return sorted(seen(read(text, reference=reference)))


def test_december_in_a_file_written_in_january_is_of_the_year_before() -> None:
    text = login("Dec 31 23:59:59") + login("Jan  1 00:00:01")
    assert _days(text, dt.datetime(2020, 1, 5, tzinfo=dt.UTC)) == ["2019-12-31", "2020-01-01"]


def test_a_line_late_by_seconds_at_new_year_stays_in_its_year() -> None:
    text = login("Jan  1 00:00:01") + login("Dec 31 23:59:59") + login("Jan  1 00:00:02")
    assert _days(text, dt.datetime(2020, 1, 5, tzinfo=dt.UTC)) == ["2019-12-31", "2020-01-01"]


def test_the_29th_of_february_takes_a_year_that_has_it() -> None:
    assert _days(login("Feb 29 10:00:00"), dt.datetime(2022, 3, 1, tzinfo=dt.UTC)) == ["2020-02-29"]


def test_a_day_that_no_year_has_is_no_stamp() -> None:
    assert unread(read(login("Feb 30 10:00:00"))) == {"no time stamp": 1}
    assert unread(read(login("2019-02-30T10:00:00+07:00"))) == {"no time stamp": 1}


def test_a_log_never_rotated_is_counted_back_from_its_end() -> None:
    months = ["Mar", "Jun", "Sep", "Dec"] * 3
    text = "".join(login(f"{month} 10 10:00:00") for month in months)
    days = _days(text, dt.datetime(2020, 1, 2, tzinfo=dt.UTC))
    assert days == [f"{y}-{m:02d}-10" for y in (2017, 2018, 2019) for m in (3, 6, 9, 12)]


def test_a_clock_ahead_by_a_day_does_not_throw_the_year_back() -> None:
    assert _days(login("Nov  1 10:00:00"), dt.datetime(2019, 10, 31, tzinfo=dt.UTC)) == ["2019-11-01"]


# --- any cut into pieces gives the same ----------------------------------------------------------

_STAMPS = st.sampled_from(
    [
        "Dec 30 23:59:01",
        "Dec 31 23:59:59",
        "Jan  1 00:00:00",
        "Jan  2 08:01:02",
        "2019-12-31T23:59:59.123456+07:00",
        "2019-12-31T16:59:59Z",
        "2020-01-01T00:00:00+07:00",
        "2019-12-31 23:59:59",
        "garbage",
        "",
    ]
)
_BODIES = st.sampled_from(
    [
        f" mail dovecot: imap-login: Login: user=<{LAN}>{TAIL}",
        f" mail dovecot: imap-login: Login: user=<{MINH}>{TAIL}",
        f" mail dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{LAN}>, rip=x",
        f" mail dovecot: lmtp({LAN})<1><a>: sieve: msgid=<1@x>: stored mail into mailbox 'INBOX'",
        " mail dovecot: imap-login: Login: user=<torn",
        " mail postfix/smtpd[1]: connect from unknown[203.0.113.9]",
        "\0\0",
        "",
    ]
)


@given(st.lists(st.tuples(_STAMPS, _BODIES), max_size=40), st.sets(st.integers(0, 40)))
def test_how_a_log_is_cut_into_pieces_changes_nothing(parts: list[tuple[str, str]], cuts: set[int]) -> None:
    lines = [(stamp + body + "\n").encode() for stamp, body in parts]
    data = b"".join(lines)
    reference = dt.datetime(2020, 1, 5, tzinfo=dt.UTC)

    whole = list(READER.begin(origin(reference, None, data)).feed(data, 0)) if data else []
    pieces = []
    state: dict[str, object] | None = None
    edges = sorted({0, len(lines), *(cut for cut in cuts if cut < len(lines))})
    for first, last in pairwise(edges):
        parser = READER.begin(origin(reference, state, data))
        position = sum(map(len, lines[:first]))
        pieces += parser.feed(b"".join(lines[first:last]), position)
        state = dict(parser.state())
    assert _summed(pieces) == _summed(whole)


def _summed(events: list[object]) -> tuple[object, ...]:
    total: dict[tuple[str, str, str], int] = {}
    days: dict[str, list[object]] = {}
    for event in events:
        for key, times in uses([event]).items():  # type: ignore[list-item]
            total[key] = total.get(key, 0) + times
        for day, (first, last, lines) in seen([event]).items():  # type: ignore[list-item]
            row = days.setdefault(day, [first, last, 0])
            row[:] = min(row[0], first), max(row[1], last), row[2] + lines  # type: ignore[type-var, operator]
    return total, days, unread(events)  # type: ignore[arg-type]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    READER.begin(origin()).feed(data + b"\n", 0)
