"""MDaemon's logs of SMTP, POP, IMAP and Webmail sessions: ``Tue 2026-08-18 00:00:48.993: 05: …``.

A session is written when it ends, or its lines carry its number in brackets; what it is ("Accepting
IMAP connection", "Accepting SMTP connection") is remembered until its next line. The number of the
severity may stand before the text. MDaemon logs each service only where that is switched on.
"""

from __future__ import annotations

import re

from opsconsole.evidence.maillines import MailLines
from opsconsole.evidence.reader import LineFormat, Unfit
from opsconsole.evidence.stamps import Form
from opsconsole.evidence.tally import Tally

MOST_OPEN = 500  # sessions that are remembered as open

_FORM = Form("local", 0, 20, b"")
_LINE = re.compile(
    rb"(?:[A-Za-z]{3} )?(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d(?:\.\d{1,3})?: (?:\d\d: )?(?:\[([\d:]+)\] ?)?(.*)"
)
_SERVICE = re.compile(rb"Accepting (SMTP|MSA|POP3?|IMAP4?|HTTP|Webmail|WorldClient)\w* connection from")
_WHO = re.compile(
    rb"(?:Authenticated as|User|Account) <?([^\s<>@]+@[^\s<>;,]+)>?"
    rb"(?: (?:authenticated|logged in|logged on|successfully).*)?[.;]?"
)
_FAILED = re.compile(rb"--> (?:535|-ERR|\S+ NO)\b.*(?i:auth|login|password|credential)")

_TAKEN = re.compile(rb"--> 250 .*(?i:message accepted|queued|ok, message saved|message saved)")


class MDaemonParser(MailLines):
    """The reading of one file."""

    def line(self, line: bytes, tally: Tally) -> None:
        """Count what *line* says."""
        found = _LINE.fullmatch(line)
        if found is None:
            raise Unfit("no time stamp")
        minute, number, text = found.groups()
        moment = self.moment(minute, _FORM)
        tally.seen(moment, 1, 0, 0)
        sessions: dict[str, list[str]] = self.kept.setdefault("open", {})
        key, day = (number or b"").decode(), moment.day
        if service := _SERVICE.match(text):
            sessions[key] = [service[1].decode().upper(), ""]
            while len(sessions) > MOST_OPEN:
                sessions.pop(next(iter(sessions)))
            return
        session = sessions.get(key)
        if session is None:
            return
        if who := _WHO.fullmatch(text):
            first = not session[1]
            session[1] = who[1].decode("utf-8", "replace")
            if first and session[0] not in ("SMTP", "MSA"):
                tally.traffic(day, "logins", 1)
                web = session[0] in ("HTTP", "WEBMAIL", "WORLDCLIENT")
                tally.use("webmail" if web else "login", day, who[1], 1)
        elif _FAILED.match(text):
            tally.traffic(day, "failed logins", 1)
        elif session[0] in ("SMTP", "MSA") and _TAKEN.match(text):
            tally.traffic(day, "submitted" if session[1] else "accepted", 1)
            if session[1]:
                tally.use("sent", day, session[1].encode(), 1)
        elif not text.strip(b"- "):  # the line between two sessions
            sessions.pop(key, None)


READER = LineFormat("mdaemon", MDaemonParser, "mail", frozenset({"domain"}))
