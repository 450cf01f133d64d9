"""opsconsole metrics: figures, jobs and machines for a Prometheus that is there already."""

from __future__ import annotations

import ipaddress
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, narrate
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused
from opsconsole.oserrors import said
from opsconsole.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable

LOOPBACK = "127.0.0.1"
REQUEST_SECONDS = 10.0


@click.command(cls=Command)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write this file, whole or not at all (for the text files of a node exporter: *.prom).",
)
@click.option(
    "--listen",
    metavar="[HOST:]PORT",
    help="Answer GET /metrics until TERM or INT; without a host on 127.0.0.1.",
)
@click.pass_obj
def metrics(frame: Frame, out: Path | None, listen: str | None) -> None:
    """Indicators, targets, jobs and machines as OpenMetrics text.

    Without an option the text goes to standard output.
    """
    if out is not None and listen is not None:
        raise click.UsageError(_("--out and --listen are two ways; name one"))
    _settings = frame.settings  # what is wrong with them is told now, not to whoever asks first
    if listen is not None:
        serve(*_address(listen), lambda: _text(frame))
    elif out is not None:
        write(out, _text(frame))
    else:
        click.echo(_text(frame), nl=False)


def _text(frame: Frame) -> str:
    from opsconsole.jobs.metrics import exposition
    from opsconsole.store import clock

    with frame.database.read() as reader:
        return exposition(reader, frame.settings, clock.now())


def write(path: Path, text: str) -> None:
    """Write *text* to *path* so that a reader finds the old or the new content, never a part.
    Raises Refused where it cannot be written."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise Refused(
            _("{path}: cannot be written: {reason}").format(path=safe(path), reason=said(error))
        ) from None
    finally:
        partial.unlink(missing_ok=True)


# --- HTTP ------------------------------------------------------------------------------------------


def _address(text: str) -> tuple[str, int]:
    from opsconsole.settings.jobs import endpoint

    try:
        return endpoint(text if ":" in text.lstrip(":") else f"{LOOPBACK}:{text.lstrip(':')}")
    except ValueError:
        raise click.BadParameter(
            _("'{text}' is not HOST:PORT or PORT").format(text=safe(text)), param_hint="--listen"
        ) from None


def server(host: str, port: int, text: Callable[[], str]) -> ThreadingHTTPServer:
    """A server that answers GET /metrics with what *text* gives; the caller lets it serve. Raises
    Refused where the address cannot be had."""
    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        timeout = REQUEST_SECONDS
        server_version = "opsconsole"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            from opsconsole.jobs.metrics import CONTENT_TYPE

            status, kind, body = 404, "text/plain; charset=utf-8", "/metrics\n"
            if self.path.partition("?")[0] == "/metrics":
                try:
                    with one_at_a_time:
                        status, kind, body = 200, CONTENT_TYPE, text()
                except Exception as error:
                    # What went wrong is for whoever runs the server; who asks is told that it did.
                    narrate(f"{type(error).__name__}: {safe(error)}")
                    status, body = 503, _("the figures cannot be read now") + "\n"
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if with_body:
                self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: a scrape every few seconds is no news."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Nothing: who asked went away, and will ask again."""

        if ":" in host:
            import socket

            address_family = socket.AF_INET6

    try:
        return Server((host, port), Handler)
    except OSError as error:
        raise Refused(
            _("{host}:{port}: cannot be listened on: {reason}").format(
                host=safe(host), port=port, reason=said(error)
            )
        ) from None


def serve(host: str, port: int, text: Callable[[], str]) -> None:
    """Answer until TERM or INT."""
    made = server(host, port, text)
    if not _loopback(host):
        narrate(
            _(
                "{host} is not this machine alone: whoever reaches it reads the figures; there is no log-in."
            ).format(host=safe(host))
        )
    narrate(_("http://{host}:{port}/metrics").format(host=safe(host), port=made.server_port))

    def told(_number: int, _frame: object) -> None:
        # shutdown() waits for the loop, which this very thread runs.
        threading.Thread(target=made.shutdown, daemon=True).start()

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        made.serve_forever()
    finally:
        made.server_close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
