"""Zimbra's ``audit.log`` and ``mailbox.log``: who logged in by which way, what was sent and stored.

A login is ``security - cmd=Auth`` without ``error=`` (an administrator who opens a mailbox writes
``cmd=DelegateAuth``, which is nobody's use). The way in tells what it is: ``zsync`` (ActiveSync) or the
mark of a telephone is a poll, the web client is web mail. Lines of ``audit.log`` hold passwords of
directories in the clear, so no sample of a line is ever kept. ``zimbra.log`` is Postfix's.
"""

from __future__ import annotations

import re

from opsconsole.evidence.maillines import MailLines
from opsconsole.evidence.reader import LineFormat, Unfit, What
from opsconsole.evidence.stamps import Form
from opsconsole.evidence.tally import Tally

_FORM = Form("local", 0, 24, b"")
_LINE = re.compile(
    rb"(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d[,.]\d{3} +(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) +\[[^\]]*\] "
    # the end of the brackets is the last one: what stands in them (the program's name for itself) is the
    # choice of who connects
    rb"\[(.*)\] ([\w.-]+) - (.*)",
    re.S,
)
_BROKEN = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:")
_NAME = re.compile(rb"(?:^|;)name=([^;]+);")
_AGENT = re.compile(rb"(?:^|;)ua=(.*?);(?:\w+=|$)", re.S)
_PHONE = re.compile(rb"(?i)android|iphone|ipad|\bios\b|activesync|windows phone|touchdown|mobile")
_WEB = re.compile(rb"(?i)zimbrawebclient|mozilla|zimbraxweb|modern")
# What arrives comes to rest in the inbox or with the unwanted; drafts and copies of sent mails do not.
_ARRIVED = re.compile(rb"Adding Message: .*\bfolderName=(?:Inbox|Junk)\b", re.S)
_AUTH = re.compile(rb"cmd=Auth; account=([^;]*);(?: protocol=(\w+);)?(.*)", re.S)


class ZimbraParser(MailLines):
    """The reading of one file."""

    def line(self, line: bytes, tally: Tally) -> None:
        """Count what *line* says; the lines of a stack trace belong to the one before."""
        found = _LINE.fullmatch(line)
        if found is None:
            self._other(line, tally)
            return
        minute, context, category, message = found.groups()
        self.kept["minute"] = minute.decode()
        moment = self.moment(minute, _FORM)
        who = _NAME.search(context)
        if category == b"security":
            self._login(moment.day, message, context, line, tally)
        elif who and category == b"smtp" and message.startswith(b"Sending message to MTA"):
            if self.new(line):
                tally.use("sent", moment.day, who[1], 1)
                tally.traffic(moment.day, "submitted", 1)
        elif who and category == b"mailop" and _ARRIVED.match(message) and self.new(line):
            tally.use("received", moment.day, who[1], 1)
            tally.traffic(moment.day, "delivered", 1)
        tally.seen(moment, 1, 0, 0)

    def _other(self, line: bytes, tally: Tally) -> None:
        """A line in another form: of a stack trace, which belongs to the line before, or broken."""
        if _BROKEN.match(line):
            self.moment(line[:16], _FORM)
            raise Unfit("a line of Zimbra in a form that is not known")
        before = str(self.kept.get("minute", "")).encode()
        if not before:
            raise Unfit("no time stamp")
        tally.seen(self.moment(before, _FORM), 1, 1, 0)

    def _login(self, day: str, message: bytes, context: bytes, line: bytes, tally: Tally) -> None:
        found = _AUTH.fullmatch(message)
        if found is None:
            if message.startswith(b"cmd=Auth;"):
                raise Unfit("a login line that is cut off")
            return
        account, protocol, rest = found.groups()
        if not self.new(line):
            tally.traffic(day, "repeated lines", 1)
        elif b"error=" in rest:
            tally.traffic(day, "failed logins", 1)
            if account:
                tally.use("failed", day, account, 1)
        elif account:
            tally.traffic(day, "logins", 1)
            tally.use(_way(protocol or b"", context), day, account, 1)


def _way(protocol: bytes, context: bytes) -> What:
    """What a login by *protocol* is; *context* names the program."""
    found = _AGENT.search(context)
    agent = found[1] if found else b""
    if protocol == b"zsync" or _PHONE.search(agent):
        return "poll"
    if protocol in (b"soap", b"http", b"") and _WEB.search(agent):
        return "webmail"
    return "login"


READER = LineFormat("zimbra", ZimbraParser, "mail", frozenset({"domain"}))
