"""Events folded into rows: every sort of use has its day mask and its count, and sums do not depend on cuts."""

from __future__ import annotations

from opsconsole.evidence.counting import Counts
from opsconsole.evidence.directory import Directory, Unknown
from opsconsole.evidence.reader import Lost, MailUse, Seen, Traffic
from opsconsole.store.database import Database
from tests.evidence.lines import LAN

EVENTS = [
    MailUse(LAN, "2019-10-01", "login", 1),
    MailUse(LAN, "2019-10-02", "webmail", 2),
    MailUse(LAN, "2019-10-03", "poll", 3),
    MailUse(LAN, "2019-10-04", "sent", 4),
    MailUse(LAN, "2019-10-05", "received", 5),
    MailUse(LAN, "2019-10-06", "failed", 6),
    MailUse(LAN, "2019-10-07", "automatic", 7),
    Seen("2019-10-01", "2019-10-01T02:00:00.000000Z", "2019-10-01T03:00:00.000000Z", 10, 0b0100, 4, 10),
    Seen("2019-10-01", "2019-10-01T01:00:00.000000Z", "2019-10-01T02:00:00.000000Z", 5, 1 << 47, 1, 0),
    Lost("2019-10-01", 9),
    Traffic("2019-10-01", "rejected", 3),
    Traffic("2019-10-01", "rejected", 4),
]
MASKS = (1, 1 << 1, 1 << 2, 1 << 3, 1 << 4)


def test_each_sort_of_use_has_its_days_and_its_count_and_cuts_change_nothing(database: Database) -> None:
    directory = Directory()
    directory.add_account(LAN)
    for part in (EVENTS[:7], EVENTS[7:9], EVENTS[9:]):
        counts = Counts(directory)
        counts.add(part)
        with database.write() as writer:
            counts.write(writer, "mail", 1)
    with database.read() as reader:
        (mail,) = reader.rows(
            "SELECT login_days, webmail_days, poll_days, sent_days, received_days, "
            "logins, webmails, polls, sent, received, failed, automatic FROM mail_activity"
        )
        (covered,) = reader.rows(
            "SELECT first_at, last_at, lines, lost, half_hours, others, inferred FROM coverage"
        )
        traffic = reader.rows("SELECT day, what, times FROM mail_traffic")
    assert tuple(mail) == (*MASKS, 1, 2, 3, 4, 5, 6, 7)
    first, last = "2019-10-01T01:00:00.000000Z", "2019-10-01T03:00:00.000000Z"
    assert tuple(covered) == (first, last, 15, 9, 0b0100 | 1 << 47, 5, 10)
    assert [tuple(row) for row in traffic] == [("2019-10-01", "rejected", 7)]


def test_an_address_of_before_is_that_of_the_account_until_its_day() -> None:
    directory = Directory()
    directory.add_account(
        "new.lan@x.example", former={"lan@x.example": "2019-05-31", "Old@x.example": "2019-01-31"}
    )
    directory.add_account("other@x.example", aliases=["lan@x.example"])
    directory.add_account("old@x.example", ended="2019-03-31")
    assert directory.account("lan@x.example", "2019-05-31") == "new.lan@x.example"
    assert directory.account("lan@x.example", "2019-06-01") == "other@x.example"
    assert "lan@x.example" not in directory.always
    assert directory.account("old@x.example", "2019-01-31") == "new.lan@x.example"
    assert directory.account("old@x.example", "2019-02-01") == "old@x.example"
    assert directory.account("old@x.example", "2019-04-01") == Unknown(
        "closed", "old@x.example", ("old@x.example",)
    )
    gone = Directory()
    gone.add_account("new@x.example", former={"was@x.example": "2019-05-31"})
    assert gone.account("was@x.example", "2019-06-01") == Unknown(
        "closed", "was@x.example", ("new@x.example",)
    )
