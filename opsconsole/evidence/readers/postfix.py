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
from functools import lru_cache

from opsconsole.evidence.programs import ProgramParser, Syntax, Tally, name
from opsconsole.evidence.reader import Origin, Parser

_ID = rb"(?:[0-9A-Za-z]{5,20}+|NOQUEUE)"
_SINCE = rb"(?:[a-z_]++=[^,\n]*+, )*?"  # conn_use=, delay=, delays=, dsn=
_NOTICES = (
    rb"(?:dis)?connect from |lost connection|timeout |statistics: |"
    rb"(?:Anonymous|Trusted|Untrusted|Verified) TLS|"
    rb"CONNECT from |DISCONNECT |CONNECT |PASS |HANGUP |PREGREET |DNSBL |(?:WHITE|ALLOW|DENY|BLACK)LISTED |"
    rb"BARE |COMMAND |NON-SMTP |too many errors|improper |setting up TLS|SSL_accept|SSL_connect|cache |addr |"
    rb"table |certificate |subject_CN=|fingerprint=|issuer=|Host offered |connect to |initializing |"
    rb"daemon started|reload|refreshing|starting|stopping|terminating|Deleted: |Requeued: |Placed on hold: |"
    rb"Released from hold: |using backwards|master exit|rewriting |close |open |idle |discarding EHLO|"
    rb"enabling PIX|milter |NOQUEUE: (?:abort|filter|warn|hold|redirect|prepend)|fatal: |error: |panic: |"
    rb"info: |debug: |To |HELO |mail_queue|dict_|auto_clnt|private/|proxy|end of"
)
_OF_A_MAIL = (
    rb"removed|from=<[^>\n]*+>, (?:size=|status=(?!(?:force-)?expired))|message-id=|uid=|resent-message-id=|"
    rb"skipped|replace: |filter: |prepend: |redirect: |info: |hold: |warn(?:ing)?: |host |lost connection |"
    rb"conversation with |enabling PIX|TLS is required|Server certificate|breaking line|"
    rb"sender (?:non-)?deliver[a-z]* |postmaster |sender delay|requeued|strip: |dkim|"
    rb"milter-(?:hold|quarantine)|Cannot start TLS|SASL |table |expired, |enqueued|pass: |abort|cancelling |"
    rb"to=<[^\n]*>,[^\n]* status=(?:un)?deliverable|smtp_|[a-z_]+: lookup"
)
_QUIET = (
    rb"(?:(?!warning: )%s: (?:%s)|%s|warning: (?![^\n]*\bSASL [^\n]*authentication (?:failed|failure)))"
    % (_ID, _OF_A_MAIL, _NOTICES)
)
_MESSAGE = (
    # 1 queue id, 2 client, 3 user, and what is forwarded of a first client
    rb"(?:(" + _ID + rb"): client=([^,\n]*+)(?:, sasl_method=[^,\n]*+)?+"
    rb"(?:, sasl_username=([^\n]*?)(?=, sasl_sender=|, orig_|\r?\n))?+([^\n]*+)"
    # 5 recipient, 6 as it was first written, 7 relay, 8 status, 9 reply
    rb"|"
    + _ID
    + rb": to=<([^\n]*?)>, (?:orig_to=<([^\n]*?)>, )?relay=([^\n]*?), "
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
_NAMED_USER = re.compile(rb"sasl_username=([^\n]+?)\r?$")
_LOOPBACK = re.compile(rb"(?:localhost|ip6-localhost|[^\[\n]*)\[(?:127\.[\d.]+|::1|IPv6:::1)\]")
_FILTER = re.compile(rb"(?i)amavis|spam|filter|clam|virus|dspam|rspamd|scan|dkim|altermime|milter|policy")
_REPLY = re.compile(rb"(?i)autorepl|autorespond|vacation")
_OWN_LOG = re.compile(rb" Saved\)\r?$|\(delivered via dovecot\w* service")
_FILTER_REPLY = re.compile(rb"queued as |from MTA\(")


class Postfix:
    """What is known of Postfix's lines. *stored* tells that mails which Dovecot stores count here; it is
    false where Dovecot's own lines stand in the same log."""

    name = rb"postfix[^\s\[\]:]*+"
    own = False
    quiet = _QUIET

    def __init__(self, *, stored: bool) -> None:
        self._stored = stored

    def take(self, day: str, text: bytes, times: int, syntax: Syntax, tally: Tally) -> None:
        """Count what *text* says."""
        sent = tally.uses("sent", day)
        counted: Counter[str] = Counter()
        for found in _lines(syntax).findall(text):
            agent, queue, client, user, more, to, first, relay, status, reply, refused, failed, late, odd = (
                found
            )
            if queue:
                if user:
                    sent[user] = sent.get(user, 0) + times
                    counted["submitted"] += 1
                elif b"orig_" not in more and not _LOOPBACK.match(client):
                    counted["accepted"] += 1
            elif status:
                what = _delivery(agent, relay, status, reply)
                if what == "delivered" and not self._stored and _OWN_LOG.search(reply):
                    continue
                counted[what] += 1
                if what == "delivered" and to:
                    tally.use("received", day, to, times)
                elif what == "answered" and (first or to):
                    tally.use("automatic", day, first or to, times)
            elif refused:
                counted["discarded" if refused.endswith(b"discard") else "rejected"] += 1
            elif failed:
                counted["failed logins"] += 1
                if who := _NAMED_USER.search(failed):
                    tally.use("failed", day, who[1], times)
            elif late:
                counted["expired"] += 1
            elif odd:
                tally.unreadable(_reason(odd), odd)
        for what, number in counted.items():
            if what != "answered":
                tally.traffic(day, what, number * times)


@lru_cache(maxsize=4096)
def _way(agent: bytes, relay: bytes) -> str:
    """Where the program *agent* takes mails that it hands to *relay*."""
    transport, _slash, program = agent.rpartition(b"/")
    here = _LOOPBACK.match(relay) is not None
    if _FILTER.search(transport) or (program == b"pipe" and _FILTER.search(relay)):
        return "filter"
    if program == b"smtp":
        return "filter" if here else "out"
    if program == b"lmtp":
        return "lmtp here" if here else "in"
    if program == b"pipe":
        return "answer" if _REPLY.search(relay) else "in"
    return "nowhere" if program == b"discard" else "in"


def _delivery(agent: bytes, relay: bytes, status: bytes, reply: bytes) -> str:
    """What became of a mail, as a sort of ``Traffic``; "answered" where a rule answered it."""
    if status != b"sent":
        return {b"bounced": "bounced", b"expired": "expired"}.get(status, "deferred")
    way = _way(agent, relay)
    if way == "in":
        if b"(forwarded as " in reply:
            return "forwarded"
        return "discarded" if b"(discarded" in reply else "delivered"
    if way == "lmtp here":
        return "filtered" if _FILTER_REPLY.search(reply) else "delivered"
    return {"filter": "filtered", "out": "relayed", "answer": "answered"}.get(way, "discarded")


@lru_cache(maxsize=4)
def _lines(syntax: Syntax) -> re.Pattern[bytes]:
    head = name(Postfix(stored=True), syntax).replace(rb"postfix[^\s\[\]:]*+", rb"(postfix[^\s\[\]:]*+)", 1)
    return re.compile(rb"\n" + head + _MESSAGE)


def _reason(message: bytes) -> str:
    if re.match(_ID + rb": (?:to=|client=|from=)", message):
        return "a line about a mail that is cut off"
    return "a line of Postfix in a form that is not known"


class PostfixReader:
    """The format, as the registry has it."""

    name = "postfix"
    documents = False
    system = "mail"
    options = frozenset({"domain"})

    def begin(self, origin: Origin) -> Parser:
        """Start to read at *origin*."""
        return ProgramParser(origin, [Postfix(stored=True)])


READER = PostfixReader()
