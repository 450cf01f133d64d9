"""One console behind one socket: its process, begun without a shell and ended for certain."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from textual_serve.app_service import AppService

# So long a console has to end by itself after its browser is gone.
PATIENCE = 5.0
# What of the server's own surroundings is no matter of the browser's.
_NOT_HANDED_ON = ("TEXTUAL", "OPSCONSOLE_ASCII", "NO_COLOR", "TERM", "COLORTERM", "COLUMNS", "LINES", "ROWS")
# What textual-serve says to the console's driver.
_SET = (
    "TEXTUAL_DRIVER",
    "TEXTUAL_FPS",
    "TEXTUAL_COLOR_SYSTEM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "COLUMNS",
    "ROWS",
)


class Session(AppService):
    """The process of one console. *arguments* begin it, without a shell between."""

    def __init__(self, arguments: Sequence[str], **handles: Any) -> None:
        super().__init__(arguments[0], **handles)
        self.arguments = arguments

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = {n: v for n, v in os.environ.items() if not n.startswith(_NOT_HANDED_ON)}
        built = self._build_environment(width=width, height=height)
        environment |= {name: built[name] for name in _SET} | {"TERM": "xterm-256color"}
        self._process = process = await asyncio.create_subprocess_exec(
            *self.arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
            # a Ctrl+C at the server is not one in every console
            start_new_session=True,
        )
        self._stdin = process.stdin
        return process

    async def run(self) -> None:
        """Hand on what the console writes; when it is over, however it ended, so is the socket."""
        await super().run()
        await self.remote_close()

    async def stop(self) -> None:
        """Ask the console to end; end it when it does not."""
        try:
            await asyncio.wait_for(super().stop(), PATIENCE)
        except TimeoutError:
            pass
        finally:
            if self._process is not None and self._process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()
