"""The console in a real pseudo-terminal: keys as bytes go in, what it writes is kept and drawn."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pyte

from opsconsole.console.remembered import Remembered, file_for
from opsconsole.store.database import Database

# A bound for what never comes, not a measure.
PATIENCE = 30.0
ROOT = Path(__file__).parents[2]


class Terminal:
    """A running console of *columns* × *lines*; ``output`` is every byte that it wrote."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        *arguments: str,
        columns: int = 80,
        lines: int = 24,
        config: str = "",
        tour: bool = False,
        **environment: str,
    ) -> None:
        self.columns = columns
        (folder / "config.yaml").write_text(
            f"province: test\nlanguage: en\nyear: 2019\ndatabase: {database.url}\n{config}", encoding="utf-8"
        )
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("OPSCONSOLE", "TEXTUAL"))
        }
        env |= {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONPATH": str(ROOT),
        }
        env |= {"TEXTUAL_ANIMATIONS": "none", **environment}
        if not tour:
            name = file_for(database.url).name
            remembered = Remembered(folder / "state" / "opsconsole" / name)
            remembered.keep_text("toured", "yes")
            remembered.save()
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.output = b""
        self.child = pexpect.spawn(
            sys.executable,
            ["-c", "from opsconsole.cli import main; main()", *arguments],
            cwd=str(folder),
            env=env,  # type: ignore[arg-type]
            dimensions=(lines, columns),
            timeout=PATIENCE,
        )

    def read(self, wait: float = 0.05) -> None:
        """Take in what was written so far."""
        try:
            data = self.child.read_nonblocking(65536, timeout=wait)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.output += data
        # pyte does not know these sequences and would draw them
        self.stream.feed(data.replace(b"\x1b[<u", b"").replace(b"\x1b[>1u", b""))

    def rest(self, seconds: float = 0.2) -> None:
        """Read until nothing was written for a while: where nobody knows what will come."""
        quiet = time.monotonic()
        end = quiet + PATIENCE
        while time.monotonic() - quiet < seconds and time.monotonic() < end:
            before = len(self.output)
            self.read(0.02)
            if len(self.output) != before:
                quiet = time.monotonic()

    @property
    def text(self) -> str:
        """The screen as characters."""
        return "\n".join(self.screen.display)

    def until(self, *wanted: str | Callable[[], bool], absent: str = "") -> str:
        """Wait until every text of *wanted* is on the screen and *absent* is not."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read()
            text = self.text
            if all(w in text if isinstance(w, str) else w() for w in wanted) and (
                not absent or absent not in text
            ):
                return text
        raise AssertionError(f"{wanted!r} (without {absent!r}) never came; the screen is\n{self.text}")

    def send(self, keys: str | bytes) -> None:
        """Send bytes in one write."""
        self.child.send(keys)

    def wait(self) -> int:
        """Wait for the end; the exit code."""
        end = time.monotonic() + PATIENCE
        while self.child.isalive() and time.monotonic() < end:
            self.read()
        for _ in range(5):
            self.read()
        self.child.close()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -1)

    def close(self) -> None:
        """End it whatever it does."""
        self.child.close(force=True)
