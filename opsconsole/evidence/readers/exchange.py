"""Exchange's message tracking logs (``MSGTRK*.LOG``): CSV below a ``#Fields:`` line, stamps in UTC.

A mail is sent when the mailbox hands it in (SUBMIT, or RECEIVE from the store, once a message id),
received when the store takes it (DELIVER, once a recipient). Delivery alone and what agents and
journals do are nobody's use.
"""

from __future__ import annotations

import csv
import re

from opsconsole.evidence.maillines import MailLines
from opsconsole.evidence.reader import LineFormat, Unfit
from opsconsole.evidence.stamps import Form
from opsconsole.evidence.tally import Tally

_FORM = Form("iso", 0, 25, b"Z")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z")
_NEEDED = ("date-time", "source", "event-id", "message-id", "recipient-address", "sender-address")
_TRAFFIC = {
    "FAIL": "bounced",
    "BADMAIL": "bounced",
    "POISONMESSAGE": "bounced",
    "DEFER": "deferred",
    "SEND": "relayed",
    "SENDEXTERNAL": "relayed",
    "REDIRECT": "forwarded",
    "DROP": "discarded",
}
_QUIET = frozenset(
    (
        *("AGENTINFO", "DELIVER", "DSN", "DUPLICATEDELIVER", "DUPLICATEEXPAND", "DUPLICATEREDIRECT"),
        *("EXPAND", "HADISCARD", "HARECEIVE", "HAREDIRECT", "HAREDIRECTFAIL", "INITMESSAGECREATED"),
        *("JOURNALREPORT", "LOAD", "MAILBOXRULE", "MESSAGETRACKING", "MODERATIONEXPIRE"),
        *("MODERATORAPPROVE", "MODERATORREJECT", "MODERATORSALLNDR", "NOTIFYMAPI", "NOTIFYSHADOW"),
        *("PROCESS", "PROCESSMEETINGMESSAGE", "RECEIVE", "RESOLVE", "RESUBMIT", "RESUBMITDEFER"),
        *("RESUBMITFAIL", "SUBMIT", "SUBMITDEFER", "SUBMITFAIL", "SUPPRESSED", "THREADED", "THROTTLE"),
        *("TRANSFER",),
    )
)


class ExchangeParser(MailLines):
    """The reading of one file."""

    def line(self, line: bytes, tally: Tally) -> None:
        """Count what *line* says."""
        text = line.decode("utf-8", "replace")
        if text.startswith("#"):
            if text.startswith("#Fields:"):
                self.kept["fields"] = [one.strip().lower() for one in text[8:].split(",")]
            return
        fields: list[str] = self.kept.get("fields", [])
        if not fields or any(name not in fields for name in _NEEDED):
            raise Unfit(
                "a column that is needed is not in the line '#Fields:'"
                if fields
                else "no line '#Fields:' stands before it"
            )
        try:
            (cells,) = csv.reader([text], strict=True)
        except (csv.Error, ValueError):
            raise Unfit("not a table of CSV") from None
        if len(cells) < len(fields):
            raise Unfit("fewer cells than the header has columns")
        row = dict(zip(fields, cells, strict=False))
        if not _STAMP.fullmatch(row["date-time"]):
            raise Unfit("no time stamp")
        moment = self.moment(row["date-time"][:16].encode(), _FORM)
        event, source = row["event-id"].upper(), row["source"].upper()
        if event not in _QUIET and event not in _TRAFFIC:
            raise Unfit("an event that is not known")
        tally.seen(moment, 1, 0, 0)
        day, stored = moment.day, source == "STOREDRIVER"
        recipients = [one.strip() for one in row["recipient-address"].split(";") if one.strip()]
        sender, id_ = row["sender-address"].strip(), row["message-id"]
        if event in _TRAFFIC:
            tally.traffic(day, _TRAFFIC[event], max(len(recipients), 1))
        elif (event == "SUBMIT" or (event == "RECEIVE" and stored)) and "@" in sender:
            if self.new(f"sent {id_ or text} {sender}".encode()):
                tally.use("sent", day, sender.encode(), 1)
                tally.traffic(day, "submitted", 1)
        elif event == "RECEIVE" and source == "SMTP":
            tally.traffic(day, "accepted", 1)
        elif event == "DELIVER" and stored:
            for recipient in recipients:
                if self.new(f"to {id_ or text} {recipient}".encode()):
                    tally.use("received", day, recipient.encode(), 1)
                    tally.traffic(day, "delivered", 1)


READER = LineFormat("exchange", ExchangeParser, "mail")
