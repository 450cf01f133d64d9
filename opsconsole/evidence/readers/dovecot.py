"""Dovecot's log, versions 1.1 to 2.4, through syslog or written by itself: logins, failed logins,
sessions that only polled, deliveries, automatic mail, relayed mail.

What counts: a login line is a login of ``user=<…>``, of the web interface where it comes from the server
itself (or from one of the declared addresses); a session that ends without having read or changed
anything was a poll; a failed login is a failure and never use; ``a*b`` (a master user's way into a
mailbox) is nobody's; a stored mail is received; what Sieve sends by itself is automatic. Lines that
merely quote such text do not count: the words must stand where Dovecot itself writes them, since
remote people choose what is logged.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from opsconsole.evidence.patterns import Pattern
from opsconsole.evidence.programs import ProgramParser
from opsconsole.evidence.reader import LineFormat, Origin
from opsconsole.evidence.sayings import Syntax, Usual, name
from opsconsole.evidence.tally import Tally

_LEVEL = rb"(?:Info: )?+"
_SERVICES = rb"(?:imap|pop3|managesieve|sieve|submission)"
_ENDED = (
    rb" deleted=0 expunged=0 trashed=0 (?:autoexpunged=0 )?+hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0"
)
_LOOKED_AT_NOTHING = (
    rb"\)(?:<[^>\n]*+>)*+: (?>[^=\n]*+=\d{1,4}+ out=\d++|[^\n]*? in=\d{1,4}+ out=\d++)" + _ENDED
)
_PROCESSES = (
    rb"aggregator|anvil|auth|auth-worker|child \d+|config|deliver|dict|dict-async|dict-expire|director|"
    rb"dns-client|dns_client|doveadm|doveadm-server|dovecot|dsync-local|dsync-remote|dsync-server|health-check|"
    rb"IMAP|imap|imap-hibernate|imap-login|imap-urlauth|imap-urlauth-login|imap-urlauth-worker|indexer|"
    rb"indexer-worker|ipc|lda|lmtp|lmtp-proxy|log|managesieve|managesieve-login|master|old-stats|POP3|pop3|"
    rb"pop3-login|quota-status|replicator|script|script-login|sieve|sieve-filter|sieve-login|ssl-build-param|"
    rb"ssl-params|stats|submission|submission-login|tcpwrap|welcome"
)
_MESSAGE = (
    rb"(?:"
    # 1 user, 2 from where, 3 to where
    + (_SERVICES + rb"-login: " + _LEVEL + rb"(?:Login|Logged in): user=<([^<>\n]*+)>(?=[, \]\r\n])")
    + rb"(?:, method=[^,\n]*+)?+(?:, rip=([^,\n]*+)(?:, lip=([^,\n]*+))?+)?+[^\n]*+"
    # 4 user who failed
    + (rb"|" + _SERVICES + rb"-login: " + _LEVEL + rb"[^<>\n]*?\(auth failed\b[^<>\n]*: user=<([^<>\n]*+)>")
    + rb"(?=[, \]\r\n])[^\n]*+"
    # 5 a login line that is none
    + rb"|([a-z0-9]++-login: [^\n]*?(?:Login|Logged in): user=<[^\n]*+|"
    + (_SERVICES + rb"-login: " + _LEVEL + rb"(?:Login|Logged in|[^<>\n]*?\(auth failed\b)(?=[:\s])[^\n]*+)")
    # 6 user, 7 stored, or 8 sent by a rule
    + rb"|(?:lmtp|lda|deliver)(?:\((?:\d+, ?)?([^)\n]*+)\)|: )[^\n]*: (?:\w+ action: )?"
    + rb"(?:(stored mail into mailbox '[^\n]*'|saved mail to [^:\n]*)"
    + rb"|(forwarded to <[^<>\n]*>|sent vacation response to <[^<>\n]*>))\]?\r?(?=\n)"
    # 9 user of a session that looked at nothing
    + (rb"|imap\(([^)\n]*+)" + _LOOKED_AT_NOTHING + rb"[^\n]*+")
    # 10 the same for POP3
    + rb"|pop3\(([^)\n]*+)\)(?:<[^>\n]*+>)*+: [^=\n]*+=0/0, retr=0/0, del=0/[^\n]*+"
    # 11 user who sent
    + rb"|submission\((?:\d+, ?)?([^)\n]*+)\)[^\n]*?: Successfully relayed message: [^\n]*+"
    + (rb"|(?:" + _PROCESSES + rb")(?=[(:])[^\n]*+")
    # from before there were names: "Dovecot v1.2 starting up", "Fatal: …"
    + rb"|(?:Dovecot v|Info: |Warning: |Error: |Fatal: |Panic: |Debug: |Killed |Generating )[^\n]*+"
    # 12 not understood
    + rb"|([^\n]*+))"
)


class Dovecot:
    """What is known of Dovecot's lines; *webmail* are the addresses from which the web interface logs
    in, beside the server's own."""

    name = rb"dovecot"
    own = True
    mute: Mapping[bytes, bytes] = {}
    # what stands here is looked at no further: most lines of a busy server
    quiet = (
        rb"imap\((?![^)\n]*+" + _LOOKED_AT_NOTHING + rb")|"
        rb"lmtp\(\d++\): (?:Info: )?+(?:Disc|C)onnect|(?:auth|auth-worker|anvil|config|indexer-worker)[(:]"
    )

    def __init__(self, webmail: Collection[str] = ()) -> None:
        self._webmail = frozenset(address.encode() for address in webmail)
        self.usual: Sequence[Usual] = _usual(self._webmail)

    def take(self, day: str, text: bytes, syntax: Syntax, tally: Tally) -> None:
        """Count what *text* says."""
        logins, webmails, polls = (
            tally.uses("login", day),
            tally.uses("webmail", day),
            tally.uses("poll", day),
        )
        received, automatic = tally.uses("received", day), tally.uses("automatic", day)
        failures = stored = forwarded = sessions = 0
        found = _lines(syntax).findall(text)
        for again, user, rip, lip, failed, torn, owner, saved, rule, imap, pop3, sender, odd in found:
            times = int(again) if again else 1
            if user:
                sessions += times
                if b"*" in user:
                    continue
                here = rip.startswith((b"127.", b"::1", b"::ffff:127.")) or (rip and rip == lip)
                row = webmails if here or rip in self._webmail else logins
                row[user] = row.get(user, 0) + times
            elif imap or pop3:
                who = imap or pop3
                if b"*" not in who:
                    polls[who] = polls.get(who, 0) + times
            elif saved or rule:
                stored += times if saved else 0
                forwarded += times if rule.startswith(b"forwarded") else 0
                who = owner.strip(b"<>")
                if who and b"*" not in who and b" " not in who:
                    row = received if saved else automatic
                    row[who] = row.get(who, 0) + times
            elif failed:
                failures += times
                if b"*" not in failed:
                    tally.use("failed", day, failed, times)
            elif sender:
                tally.use("sent", day, sender, times)
                tally.traffic(day, "submitted", times)
            elif torn:
                tally.unreadable(_torn(torn), torn)
            elif odd:
                tally.unreadable("a line of Dovecot in a form that is not known", odd)
        for what, number in (
            ("logins", sessions),
            ("failed logins", failures),
            ("delivered", stored),
            ("forwarded", forwarded),
        ):
            tally.traffic(day, what, number)


def _usual(webmail: Collection[bytes]) -> list[Usual]:
    """What most lines say; *webmail* as for Dovecot."""
    named = b"".join(rb"|%s(?=[,\n])" % re.escape(address) for address in sorted(webmail))
    user = rb"user=<([^<>\n*]++)>(?=[, \]\r\n])"
    login = _SERVICES + rb"-login: " + _LEVEL + rb"(?:Login|Logged in): " + user
    elsewhere = (
        rb"(?:, method=[^,\n]*+)?+(?!, rip=(?:127\.|::1|::ffff:127\.%s))"
        rb"(?!, rip=(?P<rip>[^,\n]++), lip=(?P=rip)[,\n])" % named
    )
    return [
        Usual(login + elsewhere, "login", "logins"),
        Usual(login, "webmail", "logins"),
        Usual(
            (rb"(?:lmtp|lda|deliver)\((?:\d++, ?+)?+([^)\n<>* ]++)\)(?:<[^>\n]*+>)*+: (?:sieve: )?+")
            + rb"msgid=[^:\n]*+: (?:stored mail into mailbox '[^:'\n]*+'\]?\r?|saved mail to [^:\n]++)(?=\n)",
            "received",
            "delivered",
        ),
        Usual(rb"imap\(([^)\n*]++)" + _LOOKED_AT_NOTHING, "poll"),
        Usual(rb"pop3\(([^)\n*]++)\)(?:<[^>\n]*+>)*+: [^=\n]*+=0/0, retr=0/0, del=0/", "poll"),
        Usual(
            (_SERVICES + rb"-login: " + _LEVEL + rb"(?:Disconnected|Aborted login|Login aborted)\b")
            + (rb"[^<>\n]*?\(auth failed\b[^<>\n]*: " + user),
            "failed",
            "failed logins",
        ),
    ]


@lru_cache(maxsize=3)
def _lines(syntax: Syntax) -> Pattern:
    return Pattern(rb"\n" + name(_PLAIN, syntax) + _MESSAGE)


def _torn(message: bytes) -> str:
    if re.match(_SERVICES + rb"-login: (?:Info: )?(?:Login|Logged in|[^<>]*\(auth failed\b)", message):
        return "a login line that is cut off"
    return "a login that Dovecot did not write, or two lines run into one"


def webmail(origin: Origin) -> list[str]:
    """The addresses of the web interface, as the source declares them."""
    return str(origin.options.get("webmail", "")).replace(",", " ").split()


_PLAIN = Dovecot()
# What a source may say: addresses of the web interface, and the domain of names that have none.
OPTIONS = frozenset({"webmail", "domain"})


READER = LineFormat(
    "dovecot", lambda origin: ProgramParser(origin, [Dovecot(webmail(origin))]), "mail", OPTIONS
)
