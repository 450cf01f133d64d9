"""The server with real consoles behind its sockets."""

# ruff: noqa: ASYNC240 - small files on a local disk

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import aiohttp
import pytest
from aiohttp import web

from opsconsole.store.database import Database
from opsconsole.web.server import ConsoleServer, arguments
from tests.cli.test_command_line import run
from tests.console.filled import fill
from tests.web.test_access import TOKEN, made

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1", "::1"]), pytest.mark.usefixtures("socket_enabled")]
PATIENCE = 12.0  # a bound for what never comes, not a measure


@pytest.fixture
def config(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a filled working copy."""
    fill(sqlite_database, assets=30, mailboxes=6)
    path = tmp_path / "config.yaml"
    path.write_text(f"province: test\nlanguage: en\nyear: 2019\ndatabase: {sqlite_database.url}\n")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return path


class Served:
    """A running server, and what it told."""

    def __init__(self, server: ConsoleServer, address: str, told: list[str], http: aiohttp.ClientSession):
        self.server, self.address, self.told, self.http = server, address, told, http
        self.ticket = {"Cookie": f"opsconsole={server.gate.ticket}"}

    def get(self, path: str, **options: Any) -> Any:
        return self.http.get(self.address + path, allow_redirects=False, **options)

    def open(self, **headers: str) -> Any:
        given = {"Origin": self.address, **self.ticket, **headers}
        return self.http.ws_connect(self.address + "/ws?width=100&height=30", headers=given)


@asynccontextmanager
async def serve(config: Path, *, allow_changes: bool = False, **options: object) -> AsyncIterator[Served]:
    """A server on a free port of this machine."""
    told: list[str] = []
    free = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = free.sockets[0].getsockname()[1]
    free.close()
    await free.wait_closed()
    chosen = replace(made(port=port, **options), allow_changes=allow_changes)
    server = ConsoleServer(chosen, arguments(str(config), None, allow_changes=allow_changes), told.append)
    runner = web.AppRunner(await server._make_app(), handler_cancellation=True, shutdown_timeout=5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        async with aiohttp.ClientSession() as http:
            yield Served(server, f"http://127.0.0.1:{port}", told, http)
    finally:
        await runner.cleanup()


async def until(socket: aiohttp.ClientWebSocketResponse, wanted: str) -> str:
    """What the console draws until *wanted* is in it, without its escapes."""
    drawn = ""
    async with asyncio.timeout(PATIENCE):
        async for message in socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                drawn += message.data.decode("utf-8", "replace")
                if wanted in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn):
                    return drawn
    raise AssertionError(f"{wanted!r} was never drawn: {drawn[-3000:]!r}")


async def settled(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - processes tell nobody
            await asyncio.sleep(0.05)


def consoles() -> list[int]:
    """The consoles that this process began."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    found = []
    for pid in children:
        try:
            if b"--served-for" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(int(pid))
        except OSError:
            continue
    return found


async def test_without_the_token_there_is_a_form_and_nothing_else(config: Path) -> None:
    async with serve(config) as served:
        async with served.get("/") as answer:
            assert answer.status == 401
            assert 'name="token"' in await answer.text()
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "Set-Cookie" not in answer.headers
        for path in ("/?token=wrong", "/ws", "/download/x", "/nothing"):
            async with served.get(path) as answer:
                assert answer.status == 401
        async with served.get("/static/js/textual.js") as answer:
            assert answer.status == 200
        for path in (
            "/static/",
            "/page/",
            "/page/../server.py",
            "/page/%2e%2e/server.py",
            "/static/../server.py",
        ):
            async with served.get(path) as answer:  # nothing is listed, nothing else is given out
                assert answer.status in (401, 403, 404)
        assert consoles() == []


async def test_the_token_gives_a_ticket_and_leaves_the_address(config: Path) -> None:
    async with serve(config) as served:
        token = served.server.serving.token
        async with served.get(f"/?token={token}") as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
            cookie = answer.headers["Set-Cookie"]
        assert token not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie  # plain http on this machine
        async with served.get("/", headers={"Cookie": cookie.split(";")[0]}) as answer:
            assert answer.status == 200
            page = await answer.text()
        async with served.get("/?fontsize=%C2%B2", headers={"Cookie": cookie.split(";")[0]}) as answer:
            assert answer.status == 200  # a digit that is no number
        assert 'id="terminal"' in page
        assert "<script>" not in page
        assert not re.search(r"https?://", page)
        headers = {"Origin": served.address}
        async with served.http.post(
            served.address + "/enter", data={"token": f" {token} "}, headers=headers, allow_redirects=False
        ) as answer:
            assert answer.status == 303
        async with served.http.post(
            served.address + "/enter", data={"token": "x"}, headers=headers
        ) as answer:
            assert answer.status == 401
        async with served.http.post(
            served.address + "/enter", data={"token": token}, headers={"Origin": "http://evil.example"}
        ) as answer:
            assert answer.status == 403
        assert not any(token in line for line in served.told)


async def test_a_socket_is_for_pages_of_ours_alone(config: Path) -> None:
    async with serve(config) as served:
        for headers, status in (
            ({"Origin": "http://evil.example"}, 403),
            ({"Origin": "null"}, 403),
            ({"Host": "evil.example"}, 421),
            ({"Cookie": "opsconsole=x"}, 401),
        ):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await served.open(**headers)
            assert refused.value.status == status
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.http.ws_connect(served.address + "/ws", headers=served.ticket)  # no browser
        assert refused.value.status == 403
        assert consoles() == []
        assert any("turned away: 127.0.0.1" in line for line in served.told)


async def test_a_console_ends_with_its_socket_and_makes_room(config: Path) -> None:
    async with serve(config, sessions=1) as served:
        async with served.open() as socket:
            await until(socket, "Open problems")
            assert len(consoles()) == 1
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await served.open()
            assert refused.value.status == 503
            async with served.get("/", headers=served.ticket) as answer:
                assert answer.status == 503
                assert "No session is free (at most 1)" in await answer.text()
        await settled(lambda: consoles() == [])
        async with served.open() as socket:
            await until(socket, "Open problems")
            await socket.send_str(json.dumps(["stdin", "q"]))
            async with asyncio.timeout(PATIENCE):
                async for _message in socket:  # it is left: the server closes
                    pass
        await settled(lambda: consoles() == [])
        assert served.told[0] == "session of token, 127.0.0.1 begins (1 of 1)"


async def test_a_console_that_is_killed_closes_its_socket(config: Path) -> None:
    async with serve(config) as served, served.open() as socket:
        await until(socket, "Open problems")
        os.kill(consoles()[0], 9)
        async with asyncio.timeout(PATIENCE):
            async for _message in socket:
                pass
        assert socket.closed


async def test_the_end_of_the_server_ends_every_console(config: Path) -> None:
    async with serve(config) as served:
        first, second = await served.open(), await served.open()
        await until(first, "Open problems")
        await until(second, "Open problems")
        assert len(consoles()) == 2
    assert consoles() == []


async def test_what_is_no_message_of_a_browser_is_passed_over(config: Path) -> None:
    async with serve(config) as served, served.open() as socket:
        await until(socket, "Open problems")
        for text in (
            "",
            "x",
            "[]",
            "{}",
            "null",
            '"stdin"',
            '["stdin"]',
            '["stdin", 7]',
            '["stdin", ""]',
            '["stdin", "\\ud800"]',
            '["resize", 1]',
            '["resize", {"width": "x", "height": -5}]',
            '["resize", {"width": 99999999999, "height": 1e999}]',
            '["resize", {"width": 100, "height": 30}]',
            '["ping", {"a": "' + "b" * 5000 + '"}]',
            '["quit"]',
            "[" * 100_000,
        ):
            await socket.send_str(text)
        await socket.send_bytes(b"\x00\xff")
        await socket.send_str(json.dumps(["stdin", "3"]))
        await until(socket, "HB-000000")


async def test_it_only_shows_unless_changes_are_allowed(config: Path) -> None:
    async with serve(config) as served, served.open() as socket:
        await until(socket, "read-only")
        await socket.send_str(json.dumps(["stdin", "3"]))
        await until(socket, "HB-000000")
        for key in "nEDU":
            await socket.send_str(json.dumps(["stdin", key]))
            await until(socket, "This console is read-only.")
    async with serve(config, allow_changes=True) as served, served.open() as socket:
        await until(socket, "Open problems")
        await socket.send_str(json.dumps(["stdin", "3"]))
        await until(socket, "HB-000000")
        await socket.send_str(json.dumps(["stdin", "n"]))
        await until(socket, "New: asset")


async def test_an_export_goes_to_the_browser_and_stays_nowhere(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    before = sorted(path.name for path in tmp_path.iterdir())
    async with serve(config) as served, served.open() as socket:
        await until(socket, "Open problems")
        await socket.send_str(json.dumps(["stdin", "3"]))
        await until(socket, "HB-000000")
        await socket.send_str(json.dumps(["stdin", "x"]))
        await until(socket, ".csv")
        name = f"{tmp_path}/Tài sản;.xlsx"  # a folder of the server does not matter
        await socket.send_str(json.dumps(["stdin", "\x7f" * 40 + name + "\r"]))
        key = ""
        async with asyncio.timeout(PATIENCE):
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT and message.data.startswith('["deliver'):
                    key = json.loads(message.data)[1]
                    break
        async with served.get(f"/download/{key}") as answer:
            assert answer.status == 401
        async with served.get(f"/download/{key}", headers=served.ticket) as answer:
            content = await answer.read()
            name = "T%C3%A0i%20s%E1%BA%A3n%3B.xlsx"
            assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
        async with served.get(f"/download/{key}", headers=served.ticket) as answer:
            assert answer.status == 404  # once
    with ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert len(sheet.findall(".//{*}row")) == 30  # 29 that have not ended, and the head
    assert list(temporary.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == before


async def test_who_the_proxy_names_is_who_asks(config: Path, sqlite_database: Database) -> None:
    async with serve(config, user_header="X-Remote-User", proxies=("127.0.0.1",)) as served:
        async with served.get("/") as answer:
            assert answer.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await served.open()
        async with served.open(**{"X-Remote-User": "nguyen.an"}) as socket:
            await until(socket, "Welcome")  # everybody has a memory of their own, and it is new
            for _card in range(5):
                await socket.send_str(json.dumps(["stdin", "\r"]))
            await socket.send_str(json.dumps(["stdin", "4"]))
            await until(socket, "box0000@")
            await socket.send_str(json.dumps(["stdin", "u"]))
            await until(socket, "Not shown")
        with sqlite_database.read() as reader:
            name = reader.value("SELECT actor FROM access_log WHERE province = :province")
        assert str(name).startswith("web:nguyen.an@")
    async with serve(config, user_header="X-Remote-User", proxies=("10.0.0.1",)) as served:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.open(**{"X-Remote-User": "nguyen.an"})
        assert refused.value.status == 403


# --- the command ------------------------------------------------------------------------------------


def test_the_command_refuses_what_would_be_open_to_all(config: Path) -> None:
    done = run("serve", "--host", "0.0.0.0", cwd=config.parent)
    assert done.returncode == 1
    assert "0.0.0.0 is reached from other machines" in done.stderr
    assert "--public-url" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_it_says_what_to_install(config: Path) -> None:
    code = (
        "import sys; sys.modules['textual_serve'] = None\n"
        "from opsconsole.cli import main; sys.argv = ['opsconsole', 'serve']; main()"
    )
    done = run(cwd=config.parent, code=code)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "the console in a browser needs the extra 'web', which is not installed: "
        "pip install 'opsconsole[web]' (textual-serve)"
    )


async def test_the_command_serves_until_it_is_told_to_end(config: Path, tmp_path: Path) -> None:
    place = tmp_path / "s"
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    command = [
        sys.executable,
        "-m",
        "opsconsole",
        "serve",
        "--socket",
        str(place),
        "--token-file",
        str(token),
    ]
    process = await asyncio.create_subprocess_exec(
        *command,
        "--public-url",
        "https://ops.example.vn",
        cwd=tmp_path,
        env={**os.environ, "OPSCONSOLE_CONFIG": str(config)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await settled(place.exists)
        assert place.stat().st_mode & 0o777 == 0o660
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(place))) as http:
            bearer = {"Authorization": f"Bearer {TOKEN}"}
            async with http.get("http://ops.example.vn/", headers=bearer) as answer:
                assert answer.status == 200
            async with http.get(f"http://ops.example.vn/?token={TOKEN}", allow_redirects=False) as answer:
                assert "Secure" in answer.headers["Set-Cookie"]
        busy = await asyncio.to_thread(
            run, *command[3:], "--public-url", "https://ops.example.vn", cwd=tmp_path
        )
        assert busy.returncode == 1
        assert "is in use already" in busy.stderr
    finally:
        process.terminate()
        output, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0
    assert output.decode() == "https://ops.example.vn/\n"
    assert TOKEN not in errors.decode()
    assert not place.exists()
