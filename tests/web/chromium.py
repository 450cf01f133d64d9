"""A real Chromium, driven by its own protocol: pages are opened, keys typed, requests noted, pictures taken."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 40.0  # a bound for what never comes, not a measure


def program() -> str | None:
    """A Chromium of this machine."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Chromium:
    """A browser with one page. ``requests`` holds the address of everything that the page asked for,
    ``drawn`` what its sockets brought."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.console: list[str] = []
        self.drawn = b""
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def __aenter__(self) -> Chromium:
        found = program()
        assert found is not None
        self._folder = tempfile.mkdtemp(prefix="opsconsole-chromium-")
        self._process = await asyncio.create_subprocess_exec(
            found,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--remote-debugging-port=0",
            f"--user-data-dir={self._folder}",
            "--window-size=1280,720",
            "about:blank",
            stdout=DEVNULL,
            stderr=PIPE,
        )
        assert self._process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while b"DevTools listening on" not in (line := await self._process.stderr.readline()):
                assert line, "Chromium ended at once"
        self._drain = asyncio.create_task(self._process.stderr.read())
        port = line.decode().split("127.0.0.1:")[1].split("/")[0]
        self._http = aiohttp.ClientSession()
        async with self._http.get(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = [each for each in await answer.json() if each["type"] == "page"]
        self._socket = await self._http.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0)
        self._listening = asyncio.create_task(self._listen())
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._listening.cancel()
        await self._socket.close()
        await self._http.close()
        self._process.kill()
        await self._process.wait()
        self._drain.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _listen(self) -> None:
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                self._waiting.pop(said["id"]).set_result(said)
            elif said["method"] == "Network.requestWillBeSent":
                self.requests.append(said["params"]["request"]["url"])
            elif said["method"] == "Network.webSocketCreated":
                self.requests.append(said["params"]["url"])
            elif said["method"] == "Network.webSocketFrameReceived":
                frame = said["params"]["response"]
                if frame["opcode"] == 2:
                    self.drawn += base64.b64decode(frame["payloadData"])
            elif said["method"] == "Log.entryAdded":
                self.console.append(said["params"]["entry"]["text"])
            elif said["method"] == "Runtime.exceptionThrown":
                self.console.append(str(said["params"]["exceptionDetails"]))

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        said = await asyncio.wait_for(self._waiting[number], PATIENCE)
        assert "error" not in said, said
        result: dict[str, Any] = said["result"]
        return result

    async def run(self, script: str) -> Any:
        """What *script* gives in the page."""
        found = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return found["result"].get("value")

    async def open(self, address: str) -> None:
        await self.call("Page.navigate", url=address)

    async def type(self, text: str) -> None:
        """Type *text* as keys."""
        for char in text:
            name = {"\r": "Enter", "\x1b": "Escape"}.get(char, char)
            code = {"\r": 13, "\x1b": 27}.get(char, ord(char.upper()))
            common: dict[str, object] = {"key": name, "windowsVirtualKeyCode": code}
            if len(name) == 1:
                common["text"] = char
            elif char == "\r":
                common["text"] = "\r"
            await self.call("Input.dispatchKeyEvent", type="keyDown", **common)
            await self.call("Input.dispatchKeyEvent", type="keyUp", key=name, windowsVirtualKeyCode=code)

    async def insert(self, text: str) -> None:
        """Commit *text* as an input method does."""
        await self.call("Input.insertText", text=text)

    async def picture(self, path: Path) -> None:
        found = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(  # noqa: ASYNC240
            base64.b64decode(found["data"])
        )

    async def until(self, script: str, holds: Callable[[Any], bool] = bool) -> Any:
        """Wait until what *script* gives *holds*."""
        found: Any = None
        for _ in range(int(PATIENCE / 0.1)):
            found = await self.run(script)
            if holds(found):
                return found
            await asyncio.sleep(0.1)
        raise AssertionError(f"{script} never held; last: {found!r}; the browser said {self.console}")
