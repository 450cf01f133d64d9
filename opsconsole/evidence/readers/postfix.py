"""Postfix's log: submissions, deliveries, what was refused, failed logins.

A mail is sent when somebody who had logged in hands it in (``client=…, sasl_username=…``); received
when it comes to rest in a mailbox (local, virtual, lmtp, pipe with ``status=sent``). A content
filter takes a mail and gives it back under another queue id: both halves are one mail, so what is
handed to the filter is neither delivered nor relayed, and what comes back is not accepted again.
``sasl_username=`` also stands in the warning about a failed login (3.8.3 and later): a failure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from opsconsole.evidence.patterns import Pattern
from opsconsole.evidence.programs import ProgramParser
from opsconsole.evidence.reader import LineFormat
from opsconsole.evidence.sayings import Syntax, Usual, name
from opsconsole.evidence.tally import Tally

_ID = rb"(?:[0-9A-Za-z]{5,20}+|NOQUEUE)"
# conn_use=, delay=, delays=, dsn=
_SINCE = rb"(?:delay=[^,\n]*+, delays=[^,\n]*+, dsn=[^,\n]*+, )?+(?:(?!status=[a-z-])[a-z_]++=[^,\n]*+, )*+"
_NOTICES = (
    rb"(?:dis)?connect from |lost connection|timeout |statistics: |"
    rb"(?:Anonymous|Trusted|Untrusted|Verified) TLS|"
    rb"CONNECT from |DISCONNECT |CONNECT |PASS |HANGUP |PREGREET |DNSBL |(?:WHITE|ALLOW|DENY|BLACK)LISTED |"
    rb"BARE |COMMAND |NON-SMTP |too many errors|improper |setting up TLS|SSL_accept|SSL_connect|cache |addr |"
    rb"table |certificate |subject_CN=|fingerprint=|issuer=|Host offered |connect to |initializing |"
    rb"daemon started|reload|refreshing|starting|stopping|terminating|Deleted: |Requeued: |Placed on hold: |"
    rb"Released from hold: |using backwards|master exit|rewriting |close |open |idle |discarding EHLO|"
    rb"enabling PIX|milter |NOQUEUE: (?:abort|filter|warn|hold|redirect|prepend)|fatal: |error: |panic: |"
    rb"info: |debug: |To |HELO |mail_queue|dict_|auto_clnt|private/|proxy|end of|"
    rb"waiting for the Postfix |aborting the Postfix |the Postfix mail system is "
)
_OF_A_MAIL = (
    rb"from=<[^>\n]*+>, status=(?!(?:force-)?expired)|uid=|resent-message-id=|"
    rb"skipped|replace: |filter: |prepend: |redirect: |info: |hold: |warn(?:ing)?: |host |lost connection |"
    rb"conversation with |enabling PIX|TLS is required|Server certificate|breaking line|"
    rb"sender (?:non-)?deliver[a-z]* |postmaster |sender delay|requeued|strip: |dkim|"
    rb"milter-(?:hold|quarantine)|Cannot start TLS|SASL |table |expired, |enqueued|pass: |abort|cancelling |"
    rb"to=<[^\n]*>,[^\n]* status=(?:un)?deliverable|smtp_|[a-z_]+: lookup"
)
# What comes most often stands first; what is counted is left at once (most queue ids begin with a digit).
_QUIET = (
    rb"(?:(?!warning)[0-9A-Za-z]{5,20}+: "
    rb"(?:removed|from=<[^>\n]*+>, size=|message-id=|client=[^\[,\n]*+\[127\.[\d.]++\](?=\n)|"
    rb"(?!to=|client=)(?:%s))|(?=[A-Za-z])(?:%s)|"
    rb"warning: (?![^\n]*\bSASL [^\n]*authentication (?:failed|failure)))" % (_OF_A_MAIL, _NOTICES)
)
_AFTER_USER = rb", sasl_sender=|, orig_|\]?\r?\n"
_USER = rb"(?:[^,\]\r\n]++|(?!" + _AFTER_USER + rb")[^\n])*+"
_MESSAGE = (
    # 1 queue id, 2 client, 3 user, and what is forwarded of a first client
    rb"(?:(" + _ID + rb"): client=([^,\n]*+)(?:, sasl_method=[^,\n]*+)?+"
    rb"(?:, sasl_username=((?:[^,\]\r\n]++|(?!"
    + _AFTER_USER
    + rb")[^\n])*+)(?="
    + _AFTER_USER
    + rb"))?+([^\n]*+)"
    # 5 recipient, 6 as it was first written, 7 relay, 8 status, 9 reply
    rb"|"
    + _ID
    + rb": to=<([^>\n]*+)>, (?:orig_to=<([^>\n]*+)>, )?+relay=([^,\n]*+), "
    + (_SINCE + rb"status=([a-z-]++)([^\n]*+)")
    # 10 what was done with a mail that was not taken
    + rb"|"
    + _ID
    + rb": (reject|milter-reject|discard|milter-discard)(?:_warning)?+: [^\n]*+"
    # 11 a failed login
    + rb"|warning: ([^\n]*?\bSASL [^\n]*?authentication (?:failed|failure)[^\n]*+)"
    # 12 a mail that waited too long
    + rb"|"
    + _ID
    + rb": from=<[^\n]*>, (status=(?:force-)?expired)[^\n]*+"
    # 13 not understood
    + rb"|([^\n]*+))"
)
_NAMED_USER = re.compile(rb"sasl_username=([^\n]+?)\]?\r?$")
_LOOPBACK = re.compile(rb"(?:localhost|ip6-localhost|[^\[\n]*)\[(?:127\.[\d.]+|::1|IPv6:::1)\]")
_FILTER = re.compile(rb"(?i)amavis|spam|filter|clam|virus|dspam|rspamd|scan|dkim|altermime|milter|policy")
_REPLY = re.compile(rb"(?i)autorepl|autorespond|vacation")
_SAVED = (b" Saved)", b" Saved)\r")
# a mail that Dovecot stored, as its LMTP server answers: its own line counts
_DOVECOT_SAVED = (
    rb"[0-9A-Za-z]{5,20}+: to=<[^>\n]*+>, (?:orig_to=<[^>\n]*+>, )?+relay=[^,\n]*+, "
    + _SINCE
    + rb"status=sent \(250 2\.0\.0 <[^>\s]*+> [^\s()]++ Saved\)(?=\r?\n)"
)
_VIA_DOVECOT = re.compile(rb"\(delivered via dovecot\w* service")
_FILTER_REPLY = re.compile(rb"queued as |from MTA\(")


class Postfix:
    """What is known of Postfix's lines. *stored* tells that mails which Dovecot stores count here; it is
    false where Dovecot's own lines stand in the same log."""

    name = rb"postfix[^\s\[\]:]*+"
    own = False
    quiet = _QUIET

    def __init__(self, *, stored: bool) -> None:
        self._stored = stored
        self.mute: Mapping[bytes, bytes] = {} if stored else {rb"postfix/lmtp": _DOVECOT_SAVED}
        self.usual: Sequence[Usual] = _usual(stored=stored)

    def take(self, day: str, text: bytes, syntax: Syntax, tally: Tally) -> None:
        """Count what *text* says."""
        sent, received = tally.uses("sent", day), tally.uses("received", day)
        counted: Counter[str] = Counter()
        for (
            agent,
            again,
            queue,
            client,
            user,
            more,
            to,
            first,
            relay,
            status,
            reply,
            refused,
            failed,
            late,
            odd,
        ) in _lines(syntax).findall(text):
            times = int(again) if again else 1
            if status:
                what = _way(agent, relay, status)
                if what in _BY_REPLY:
                    what = _delivery(what, reply)
                    if what == "delivered":
                        if not self._stored and (reply.endswith(_SAVED) or _VIA_DOVECOT.search(reply)):
                            continue  # Dovecot's own line counts
                        if to:
                            received[to] = received.get(to, 0) + times
                counted[what] += times
                if what == "answered" and (first or to):
                    tally.use("automatic", day, first or to, times)
            elif queue:
                if user:
                    sent[user] = sent.get(user, 0) + times
                    counted["submitted"] += times
                elif b"orig_" not in more and not _LOOPBACK.match(client):
                    counted["accepted"] += times
            elif refused:
                counted["discarded" if refused.endswith(b"discard") else "rejected"] += times
            elif failed:
                counted["failed logins"] += times
                if who := _NAMED_USER.search(failed):
                    tally.use("failed", day, who[1], times)
            elif late:
                counted["expired"] += times
            elif odd:
                tally.unreadable(_reason(odd), odd)
        for what, number in counted.items():
            if what != "answered":
                tally.traffic(day, what, number)


def _usual(*, stored: bool) -> list[Usual]:
    """What most lines say; *stored* as for Postfix."""
    client = _ID + rb": client="
    to, way = _ID + rb": to=<", rb">, (?:orig_to=<[^>\n]*+>, )?+relay="
    status = rb"[^,\n]*+, " + _SINCE + rb"status="
    sent = status + rb"sent(?![a-z-])"
    here = rb"[^\[,\n]*+\[(?:127\.[\d.]++|::1|IPv6:::1)\]"
    no_mailbox = rb"\((?:forwarded as |discarded)|queued as |from MTA\("
    if not stored:
        no_mailbox += rb"| Saved\)|\(delivered via dovecot"
    smtp, local = rb"postfix/smtp", rb"postfix/(?:local|virtual|lmtp)"
    return [
        Usual(to + rb"[^>\n]*+" + way + rb"(" + here + rb")" + sent, None, "filtered", smtp),
        Usual(to + rb"[^>\n]*+" + way + rb"(?!" + here + rb")([^,\n]++)" + sent, None, "relayed", smtp),
        Usual(
            to + rb"([^>\n]++)" + way + sent + rb"(?![^\n]*(?:" + no_mailbox + rb"))",
            "received",
            "delivered",
            local,
        ),
        Usual(
            client + rb"[^,\n]*+(?:, sasl_method=[^,\n]*+)?+, sasl_username=([^,\]\r\n]++)"
            rb"(?=, sasl_sender=|, orig_|\]?\r?\n)",
            "sent",
            "submitted",
        ),
        Usual(_ID + rb": (client=)(?!" + here + rb")[^,\n]*+(?=\n)", None, "accepted"),
        Usual(_ID + rb": ((?:milter-)?reject)(?:_warning)?+: ", None, "rejected"),
        Usual(to + rb"[^>\n]*+" + way + status + rb"(deferred)(?![a-z-])", None, "deferred"),
    ]


_BY_REPLY = frozenset({"in", "lmtp here"})


@lru_cache(maxsize=4096)
def _way(agent: bytes, relay: bytes, status: bytes) -> str:
    """What became of a mail that the program *agent* handed to *relay*, as a sort of ``Traffic``;
    "answered" where a rule answered it, one of ``_BY_REPLY`` where the reply decides."""
    if status != b"sent":
        return {b"bounced": "bounced", b"expired": "expired"}.get(status, "deferred")
    transport, _slash, program = agent.rpartition(b"/")
    here = _LOOPBACK.match(relay) is not None
    if _FILTER.search(transport) or (program == b"pipe" and _FILTER.search(relay)):
        return "filtered"
    if program == b"smtp":
        return "filtered" if here else "relayed"
    if program == b"lmtp":
        return "lmtp here" if here else "in"
    if program == b"pipe" and _REPLY.search(relay):
        return "answered"
    return "discarded" if program == b"discard" else "in"


def _delivery(way: str, reply: bytes) -> str:
    """What became of a mail that was taken with *reply*."""
    if way == "lmtp here" and _FILTER_REPLY.search(reply):
        return "filtered"
    if b"(forwarded as " in reply:
        return "forwarded"
    return "discarded" if b"(discarded" in reply else "delivered"


@lru_cache(maxsize=4)
def _lines(syntax: Syntax) -> Pattern:
    head = name(Postfix(stored=True), syntax).replace(rb"postfix[^\s\[\]:]*+", rb"(postfix[^\s\[\]:]*+)", 1)
    return Pattern(rb"\n" + head + _MESSAGE)


def _reason(message: bytes) -> str:
    if re.match(_ID + rb": (?:to=|client=|from=)", message):
        return "a line about a mail that is cut off"
    return "a line of Postfix in a form that is not known"


READER = LineFormat(
    "postfix", lambda origin: ProgramParser(origin, [Postfix(stored=True)]), "mail", frozenset({"domain"})
)
