"""The ways out: a mail server, and an address to which JSON is posted. What is refused says why.

Certificates are always verified. A password is read when it is used, and appears in no error.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import smtplib
import ssl
import time
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from opsconsole import __version__
from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs.messages import Message
from opsconsole.oserrors import said
from opsconsole.settings.alerts import Alerts, Mail, Webhook
from opsconsole.text import safe

TIMEOUT = 15.0
"""Seconds after which a server that says nothing is given up."""

MOST_SAID = 300
WHOLE_LINES = policy.SMTP.clone(max_line_length=998)
"""Header lines as long as RFC 5322 allows: Python loses the blanks between encoded words where it breaks a
line of them (CPython issue 35547), and with them those between words of a Vietnamese subject."""
TOO_LARGE = 552
"""What a server answers to a message that is larger than it takes (RFC 5321, RFC 1870)."""

Sender: TypeAlias = Callable[[Message], str]
"""Sends a message; returns what there is to remark on it ('' for nothing). Raises NotSent."""


class NotSent(Refused):
    """The message did not go out; says which server and why. *lasting*: it will not the next time either,
    because the server knows none of the recipients, or takes no message so large."""

    lasting = False


def senders(alerts: Alerts) -> dict[str, Sender]:
    """How to send on each channel of *alerts*."""
    found: dict[str, Sender] = {}
    mail, webhook = alerts.mail, alerts.webhook
    if mail is not None:
        found["mail"] = lambda message: send_mail(mail, message)
    if webhook is not None:
        found["webhook"] = lambda message: post(webhook, message)
    return found


# --- mail ----------------------------------------------------------------------------------------


def send_mail(mail: Mail, message: Message) -> str:
    """Send *message*. Returns which recipients the server did not take. Raises NotSent."""
    return deliver(mail, _mail(mail, message))


def deliver(mail: Mail, message: EmailMessage) -> str:
    """Hand *message* to the mail server, for the recipients of *mail*. Returns which of them it did not
    take. Raises NotSent."""
    message.policy = WHOLE_LINES
    server = f"{mail.host}:{mail.port}"
    password = ""
    try:
        password = mail.password.read() if mail.password else ""
        context = _context(mail.ca_file)
        if mail.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                mail.host, mail.port, timeout=TIMEOUT, context=context
            )
        else:
            connection = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT)
        with connection:
            if mail.security == "starttls":
                connection.starttls(context=context)
            if mail.user:
                _login(connection, mail.user, password)
            refused = connection.send_message(message, mail.sender, list(mail.to))
    except Refused as error:
        raise NotSent(f"{server}: {error}") from None
    except smtplib.SMTPRecipientsRefused as error:
        failed = NotSent(f"{server}: " + _recipients(error.recipients, password))
        failed.lasting = all(code >= 500 for code, _said in error.recipients.values())
        raise failed from None
    except smtplib.SMTPResponseException as error:
        failed = NotSent(f"{server}: " + _answer(error.smtp_code, error.smtp_error, password))
        failed.lasting = error.smtp_code == TOO_LARGE
        raise failed from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(f"{server}: " + _without(_reason(error), password)) from None
    return _recipients(refused, password) if refused else ""


def _login(connection: smtplib.SMTP, user: str, password: str) -> None:
    """Say who we are. smtplib's own ``login`` takes ASCII only, and names the letter that is none."""
    connection.ehlo_or_helo_if_needed()
    offered = connection.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        answer = connection.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{password}"))
    elif "LOGIN" in offered:
        answer = connection.docmd("AUTH", "LOGIN " + _base64(user))
        if answer[0] == 334:
            answer = connection.docmd(_base64(password))
    else:
        raise Refused(
            _("it offers no way to log in that is known here (AUTH {offered})").format(
                offered=safe(" ".join(offered)) or "–"
            )
        )
    if answer[0] not in (235, 503):
        raise smtplib.SMTPAuthenticationError(*answer)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _mail(mail: Mail, message: Message) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = mail.sender, ", ".join(mail.to)
    made["Subject"] = " ".join(message.subject.split())
    made["Date"] = formatdate(localtime=False)
    # A receiver that got it already, and whose answer was lost, sees that it is the same.
    made["Message-ID"] = f"<{message.id}@{mail.sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Opsconsole-Province"] = message.province
    made.set_content(message.text, cte="quoted-printable")
    return made


def _answer(code: int, said: bytes | str, password: str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return _without(f"{code} {' '.join(text.split())}", password)


def _recipients(refused: dict[str, tuple[int, bytes]], password: str) -> str:
    return _("not taken: {recipients}").format(
        recipients="; ".join(f"{name} ({_answer(*answer, password)})" for name, answer in refused.items())
    )


# --- webhook -------------------------------------------------------------------------------------


def post(webhook: Webhook, message: Message) -> str:
    """Post *message*; anything but an answer 2xx is a failure, and no redirection is followed (it would
    carry the message where nobody said). Raises NotSent.

    With a secret, ``X-Opsconsole-Signature`` is ``v1=`` and the HMAC-SHA-256, in hexadecimal, of the
    header ``X-Opsconsole-Timestamp`` (seconds since 1970), a full stop, and the body.
    """
    shown, secret = _("the webhook"), ""
    try:
        address = webhook.address()
        parts = urlsplit(address)
        shown = parts.netloc
        secret = webhook.secret.read() if webhook.secret else ""
        body = json.dumps(message.data, ensure_ascii=False, separators=(",", ":")).encode()
        at = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"opsconsole/{__version__}",
            "Idempotency-Key": message.id,
            "X-Opsconsole-Timestamp": at,
        }
        if secret:
            headers["X-Opsconsole-Signature"] = signature(secret, at, body)
        host, port = parts.hostname or "", parts.port
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(
                host, port, timeout=TIMEOUT, context=_context(webhook.ca_file)
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            said = answer.read(MOST_SAID).decode(errors="replace")
        finally:
            connection.close()
    except Refused as error:
        raise NotSent(f"{shown}: {error}") from None
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise NotSent(f"{shown}: " + _without(_reason(error), secret)) from None
    if not 200 <= answer.status < 300:
        text = " ".join(f"{answer.status} {answer.reason} {said}".split())
        raise NotSent(f"{shown}: " + _without(text, secret))
    return ""


def signature(secret: str, at: str, body: bytes) -> str:
    """What the receiver works out again from the time stamp and the body, with the secret."""
    return "v1=" + hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


# --- both ----------------------------------------------------------------------------------------


def _context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise Refused(
            _("{path}: cannot be read: {reason}").format(path=ca_file, reason=_reason(error))
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return _("no answer in time")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("its certificate is not valid: {reason}").format(reason=error.verify_message)
    if isinstance(error, OSError) and error.strerror:
        return said(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _without(text: str, secret: str) -> str:
    """*text* in one safe line, without *secret*, should a server have sent it back."""
    return safe(text.replace(secret, "…") if secret else text)[:MOST_SAID]
