"""A mail server and a web server on this machine that keep what they get, with certificates of a test."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

PASSWORD = "mật-khẩu-s3cret"


class Certificates:
    """An authority made for a test, and a certificate of it for this machine."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(self.context)


class MailBox:
    """What a mail server of a test does: keeps messages, refuses the names in *refused*, and answers
    DATA with *answer* where one is set."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refused: set[str] = set()
        self.answer: str | None = None
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer:
            return self.answer
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


class _Controller(Controller):
    def __init__(self, box: MailBox, security: str, context: ssl.SSLContext | None, auth: bool) -> None:
        self._given = {
            "tls_context": context if security == "starttls" else None,
            "require_starttls": security == "starttls",
            "auth_required": auth,
            "auth_require_tls": security != "tls",
            "authenticator": box.authenticate if auth else None,
        }
        super().__init__(
            box, hostname="127.0.0.1", port=0, ssl_context=context if security == "tls" else None
        )

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.test", **self._given)

    def _trigger_server(self) -> None:
        """The first connection goes to the port that the system chose."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(
    security: str = "none", certificates: Certificates | None = None, *, auth: bool = False
) -> Iterator[tuple[int, MailBox]]:
    """A mail server that runs while the block does: its port and its box."""
    box = MailBox()
    controller = _Controller(box, security, certificates.context if certificates else None, auth)
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1], box
    finally:
        controller.stop()


class Requests:
    """What a web server of a test got: (path, headers, body); it answers with *status*."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200


@contextmanager
def web_server(certificates: Certificates | None = None) -> Iterator[tuple[int, Requests]]:
    """A web server that runs while the block does: its port and what it got."""
    requests = Requests()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.got.append((self.path, dict(self.headers.items()), body))
            self.send_response(requests.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(b"said \x1b[31m" + self.headers.get("X-Opsconsole-Signature", "-").encode())

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificates:
        server.socket = certificates.context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, requests
    finally:
        server.shutdown()
        server.server_close()
