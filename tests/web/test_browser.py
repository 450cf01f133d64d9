"""In a real Chromium: the console is drawn, keys reach it, and nothing is asked of any other server."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web import chromium
from tests.web.test_server import config, serve, settled

__all__ = ["config"]

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1", "::1"]),
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.skipif(
        chromium.program() is None, reason=f"no Chromium here (looked for {', '.join(chromium.NAMES)})"
    ),
]


async def test_a_browser_shows_the_console_and_asks_nobody_else(config: Path, tmp_path: Path) -> None:
    async with serve(config) as served, chromium.Chromium() as browser:
        await browser.open(f"{served.address}/?token={served.server.serving.token}")
        await browser.until("document.body.classList.contains('-first-byte')")
        await browser.until("document.fonts.check('16px \"Roboto Mono\"')")
        assert await browser.run("location.href") == served.address + "/"  # the token is not in it
        await browser.until("document.activeElement.className", lambda name: name == "xterm-helper-textarea")
        await browser.type("3")
        await browser.type("/")
        await browser.insert("tú lý")  # as an input method commits it
        await browser.type("\r")
        await settled(lambda: "filter: tú lý" in browser.drawn.decode("utf-8", "replace"))
        await browser.picture(tmp_path / "console.png")
        await browser.type("q")
        await browser.until("document.body.classList.contains('-closed')")
        assert await browser.run("getComputedStyle(document.querySelector('.over')).display") == "flex"
        asked = {urlsplit(address).netloc for address in browser.requests if not address.startswith("data:")}
        assert asked == {urlsplit(served.address).netloc}
        assert not [line for line in browser.console if "WebGL" not in line], browser.console
        assert (tmp_path / "console.png").stat().st_size > 10_000
        if keep := os.environ.get("CONSOLE_PICTURES"):
            (Path(keep) / "browser.png").write_bytes((tmp_path / "console.png").read_bytes())


async def test_a_page_of_another_address_gets_no_console(config: Path) -> None:
    """A page elsewhere in the same browser, with the ticket in its cookies, opens no socket."""
    async with serve(config) as served, serve(config) as other, chromium.Chromium() as browser:
        await browser.open(f"{served.address}/?token={served.server.serving.token}")
        await browser.until("document.body.classList.contains('-first-byte')")
        await browser.open(other.address + "/page/turned.html")
        await browser.until("document.readyState", lambda state: state == "complete")
        address = served.address.replace("http:", "ws:") + "/ws"
        code = await browser.run(
            f"new Promise(done => {{ const s = new WebSocket('{address}'); "
            "s.onopen = () => done('open'); s.onerror = () => done('refused'); })"
        )
        assert code == "refused"
