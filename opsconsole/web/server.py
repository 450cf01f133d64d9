"""The server: every request passes the gate, a socket gets a console of its own, nothing is asked of
other servers.

Of textual-serve it keeps the protocol between browser and console, the terminal in the page, and
downloads; pages, checks, the life of processes and what is logged are ours.
"""

from __future__ import annotations

import asyncio
import errno
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from html import escape
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from socket import AF_UNIX, socket
from typing import Any
from urllib.parse import quote

from aiohttp import WSMsgType, web
from textual_serve.server import Server

from opsconsole.catalogue import _, language
from opsconsole.errors import Refused
from opsconsole.oserrors import said
from opsconsole.text import safe
from opsconsole.web.access import COOKIE, Gate, Serving, Turned
from opsconsole.web.session import Session

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LEAST_CELLS, MOST_CELLS = 10, 500
MOST_MESSAGE = 1_000_000  # bytes of one message from a browser: a large paste
SHUTDOWN = 5.0

# Nothing but what this server gives. xterm.js puts style elements into the page.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class ConsoleServer(Server):
    """Serves consoles begun by *arguments*; *tell* gets a line for each that begins, ends or is refused."""

    def __init__(self, serving: Serving, arguments: tuple[str, ...], tell: Callable[[str], None]) -> None:
        super().__init__(arguments[0], serving.host, serving.port, "opsconsole", serving.origins[0])
        self.serving = serving
        self.gate = Gate(serving)
        self._arguments = arguments
        self._tell = tell
        self._open: set[web.WebSocketResponse] = set()
        self._taken = 0

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._at_the_gate])
        ours = Path(str(files("opsconsole.web") / "page"))
        app.add_routes(
            [
                web.get("/", self.handle_page),
                web.post("/enter", self.handle_enter),
                web.get("/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
                web.static("/page", ours),
            ]
        )
        app.on_startup.append(self.on_startup)
        app.on_shutdown.append(self.on_shutdown)
        return app

    # --- the gate --------------------------------------------------------------------------------

    @web.middleware
    async def _at_the_gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        public = request.path.startswith(("/static/", "/page/")) or request.path == "/enter"
        try:
            self.gate.check_host(request.headers.get("Host"))
            if not public and not self.gate.token_fits(request.query.get("token")):
                self._visitor(request)
            response = await handler(request)
        except Turned as turned:
            if turned.status is not HTTPStatus.UNAUTHORIZED or request.query.get("token"):
                self._tell(_("turned away: {who}: {why}").format(who=_peer(request), why=turned.text))
            response = self._turned_page(request, turned)
        except web.HTTPException as error:
            error.headers.update(_HEADERS)
            raise
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    def _visitor(self, request: web.Request) -> str:
        users = request.headers.getall(self.serving.user_header, []) if self.serving.user_header else []
        return self.gate.visitor(request.remote, request.headers, request.cookies.get(COOKIE), users)

    def _turned_page(self, request: web.Request, turned: Turned) -> web.Response:
        asks = turned.status is HTTPStatus.UNAUTHORIZED and request.path == "/"
        name = "enter.html" if asks else "turned.html"
        return _page(name, turned.status, text=turned.text, **_words())

    # --- pages -----------------------------------------------------------------------------------

    async def handle_page(self, request: web.Request) -> web.StreamResponse:
        """The terminal; with a token in the address, the ticket first, so that the address is clean."""
        if request.query.get("token"):
            return self._let_in()
        if self._taken >= self.serving.sessions:
            raise self._full()
        size = request.query.get("fontsize", "")
        font = max(8, min(int(size), 40)) if size.isdecimal() and len(size) < 4 else 16
        return _page("console.html", HTTPStatus.OK, font=str(font), **_words())

    async def handle_enter(self, request: web.Request) -> web.StreamResponse:
        """The token, typed into the page."""
        self.gate.check_origin(request.headers.get("Origin"))
        given = (await request.post()).get("token")
        if not isinstance(given, str) or not self.gate.token_fits(given.strip()):
            self._tell(_("turned away: {who}: {why}").format(who=_peer(request), why=_("wrong token")))
            return _page(
                "enter.html", HTTPStatus.UNAUTHORIZED, text=_("The token is missing or wrong."), **_words()
            )
        return self._let_in()

    def _let_in(self) -> web.Response:
        response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})
        response.set_cookie(
            COOKIE, self.gate.ticket, httponly=True, samesite="Lax", secure=self.serving.secure, path="/"
        )
        return response

    def _full(self) -> Turned:
        return Turned(
            HTTPStatus.SERVICE_UNAVAILABLE,
            _("No session is free (at most {count}). Close one that is open, or try again later.").format(
                count=self.serving.sessions
            ),
        )

    async def handle_download(self, request: web.Request) -> web.StreamResponse:
        """A file that a console gives out; each once."""
        key = request.match_info["key"]
        try:
            about = await self.download_manager.get_download_metadata(key)
        except KeyError:
            raise Turned(HTTPStatus.NOT_FOUND, _("There is no such file, or it was fetched.")) from None
        response = web.StreamResponse(headers=_HEADERS)
        response.headers["Content-Type"] = "application/octet-stream"
        name = quote(safe(about.file_name), safe="")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        await response.prepare(request)
        async for chunk in self.download_manager.download(key):
            await response.write(chunk)
        await response.write_eof()
        return response

    # --- a console -------------------------------------------------------------------------------

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A socket of a page of ours, and a console for as long as it is open."""
        self.gate.check_origin(request.headers.get("Origin"))
        if self._taken >= self.serving.sessions:
            raise self._full()
        visitor = self._visitor(request)
        who = f"{visitor}, {_peer(request)}"
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=MOST_MESSAGE)
        self._taken += 1
        self._tell(
            _("session of {who} begins ({taken} of {most})").format(
                who=who, taken=self._taken, most=self.serving.sessions
            )
        )
        session = Session(
            (*self._arguments, "--served-for", visitor),
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=socket.close,
            download_manager=self.download_manager,
        )
        try:
            await socket.prepare(request)
            self._open.add(socket)
            await session.start(
                _cells(request.query.get("width"), 80), _cells(request.query.get("height"), 24)
            )
            await self._hand_on(socket, session)
        finally:
            self._open.discard(socket)
            try:
                await asyncio.shield(session.stop())
            finally:
                self._taken -= 1
                self._tell(_("session of {who} ended").format(who=who))
        return socket

    async def _hand_on(self, socket: web.WebSocketResponse, session: Session) -> None:
        """What the browser says, to the console; what is none of its messages is passed over."""
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                sort, *rest = message.json()
                said: Any = rest[0] if rest else None
                if sort == "stdin":
                    if typed := said.encode("utf-8", "ignore"):  # nothing at all would end the input
                        await session.send_bytes(typed)
                elif sort == "resize":
                    await session.set_terminal_size(_cells(said["width"], 80), _cells(said["height"], 24))
                elif sort == "ping":
                    await socket.send_json(["pong", str(said)[:100]])
                elif sort == "blur":
                    await session.blur()
                elif sort == "focus":
                    await session.focus()
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                continue

    # --- life ------------------------------------------------------------------------------------

    async def on_startup(self, app: web.Application) -> None:
        """Nothing: the command says where it is served."""

    async def on_shutdown(self, app: web.Application) -> None:
        """End every console before the server ends."""
        for each in list(self._open):
            with suppress(Exception):
                await each.close(code=1001)

    def serve(self, debug: bool = False) -> None:
        """Serve until Ctrl+C or a signal. Raises Refused where the address cannot be had."""
        # No log of requests: an address may hold the token. Sessions are told by their own lines.
        common: dict[str, Any] = {
            "print": None,
            "access_log": None,
            "shutdown_timeout": SHUTDOWN,
            "handler_cancellation": True,
        }
        place = self.serving.socket
        if place is None:
            try:
                web.run_app(self._make_app(), host=self.host, port=self.port, **common)
            except OSError as error:
                raise _not_had(f"{self.host}:{self.port}", error) from error
            return
        listening = _listen(place)
        try:
            web.run_app(self._make_app(), sock=listening, **common)
        finally:
            listening.close()
            place.unlink(missing_ok=True)


def _listen(place: Path) -> socket:
    """A socket at *place*, for its owner and group; one that nobody listens on any more is replaced."""
    listening = socket(AF_UNIX)
    try:
        if place.is_socket():
            with socket(AF_UNIX) as tried:
                if tried.connect_ex(str(place)) == errno.ECONNREFUSED:
                    place.unlink()
        before = os.umask(0o117)
        try:
            listening.bind(str(place))
            listening.listen()
        finally:
            os.umask(before)
    except OSError as error:
        listening.close()
        raise _not_had(str(place), error) from error
    return listening


def _not_had(place: str, error: OSError) -> Refused:
    if error.errno == errno.EADDRINUSE:
        return Refused(_("{place} is in use already; choose another --port or --socket").format(place=place))
    return Refused(
        _("{place}: nothing can be served there: {reason}").format(place=place, reason=said(error))
    )


def arguments(config: str | None, language: str | None, *, allow_changes: bool) -> tuple[str, ...]:
    """How a console is begun: this Python, the same settings file and *language* (None: as the settings
    say), read-only unless changes are allowed."""
    chosen = (
        *(("--config", str(Path(config).absolute())) if config else ()),
        *(("--language", language) if language else ()),
    )
    return (
        sys.executable,
        "-m",
        "opsconsole",
        *chosen,
        "console",
        *(() if allow_changes else ("--read-only",)),
    )


def _cells(value: object, otherwise: int) -> int:
    try:
        number = int(str(value)[:6])
    except ValueError:
        return otherwise
    return max(LEAST_CELLS, min(number, MOST_CELLS))


def _peer(request: web.Request) -> str:
    return request.remote or _("the socket")


def _words() -> dict[str, str]:
    """The texts of the pages."""
    return {
        "language": language(),
        "starting": _("The console is starting …"),
        "over": _("The session is over."),
        "again": _("Begin again"),
        "ask": _("The token (the server printed it, or whoever runs it knows it):"),
        "enter": _("Enter"),
    }


def _page(name: str, status: HTTPStatus, **texts: str) -> web.Response:
    page = (files("opsconsole.web") / "page" / name).read_text("utf-8")
    return web.Response(text=filled(page, texts), content_type="text/html", charset="utf-8", status=status)


def filled(page: str, texts: Mapping[str, str]) -> str:
    """*page* with each ``{{name}}`` replaced by the text of that name, escaped."""
    for name, text in texts.items():
        page = page.replace("{{" + name + "}}", escape(text))
    return page
