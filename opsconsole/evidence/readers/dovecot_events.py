"""What Dovecot's event exporter writes as JSON, an event a line: sessions, failed logins, deliveries.

A session (``mail_user_session_started`` or ``…_finished``, told once by its ``session``) is a login, of the
web interface where it comes from the server itself; ``auth_request_finished`` without success is a failure;
``mail_delivery_finished`` without an error is received. Other events say nothing about use. Export these
three, with times as ``rfc3339`` or ``unix``.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from opsconsole.evidence.maillines import MailLines
from opsconsole.evidence.reader import LineFormat, Unfit
from opsconsole.evidence.stamps import Form
from opsconsole.evidence.tally import Tally

_FORM = Form("iso", 0, 20, b"Z")
_SESSIONS = ("mail_user_session_started", "mail_user_session_finished")
_SERVICES = ("imap", "pop3", "managesieve", "submission")
_LOOPBACK = ("127.", "::1", "::ffff:127.")


class DovecotEventsParser(MailLines):
    """The reading of one file."""

    def line(self, line: bytes, tally: Tally) -> None:
        """Count what an event says."""
        try:
            event: Any = json.loads(line)
        except (ValueError, RecursionError):
            raise Unfit("no event of Dovecot in JSON") from None
        if not isinstance(event, dict) or not isinstance(event.get("event"), str):
            raise Unfit("no event of Dovecot in JSON")
        fields = event.get("fields")
        said = {name: str(value) for name, value in fields.items()} if isinstance(fields, dict) else {}
        moment = self.moment(_minute(event.get("start_time") or event.get("end_time")), _FORM)
        day, name, user = moment.day, event["event"], " ".join(said.get("user", "").split())
        address = user.encode("utf-8", "replace")
        owned = bool(user) and "*" not in user
        if name in _SESSIONS and said.get("service", "imap") in _SERVICES:
            if self.new(said.get("session", "").encode("utf-8", "replace") or line):
                remote = said.get("remote_ip", "")
                here = remote.startswith(_LOOPBACK) or (remote and remote == said.get("local_ip"))
                tally.traffic(day, "logins", 1)
                if owned:
                    tally.use("webmail" if here else "login", day, address, 1)
        elif name == "auth_request_finished" and said.get("success", "").lower() not in ("yes", "true", "1"):
            tally.traffic(day, "failed logins", 1)
            if owned:
                tally.use("failed", day, address, 1)
        elif name == "mail_delivery_finished" and not said.get("error") and self.new(line):
            tally.traffic(day, "delivered", 1)
            if owned:
                tally.use("received", day, address, 1)
        tally.seen(moment, 1, 0, 0)


def _minute(at: object) -> bytes:
    """The minute of a time, as ``2019-10-01T06:14`` in UTC. Raises Unfit where it is no time."""
    try:
        if isinstance(at, str) and "T" in at:
            found = dt.datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(dt.UTC)
        else:
            found = dt.datetime.fromtimestamp(float(str(at)), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise Unfit("no time stamp") from None
    return f"{found:%Y-%m-%dT%H:%M}".encode()


READER = LineFormat("dovecot-events", DovecotEventsParser, "mail", frozenset({"domain"}))
