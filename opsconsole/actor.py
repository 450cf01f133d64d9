"""Who is at the keyboard: the person who logged in, not what the environment claims.

A console in a browser acts for who came in there; the account that serves it stays in the name, so
that nobody takes another one's name by starting a console of their own.
"""

from __future__ import annotations

import os
import pwd
from pathlib import Path

_UNSET = 2**32 - 1
_served: list[str] = []


def serve_for(visitor: str) -> None:
    """This process acts for *visitor*, who came in by a browser."""
    _served[:] = [visitor]


def actor() -> str:
    """The login name of the person behind this process; ``web:VISITOR@LOGIN`` in a browser (no login
    name holds a colon).

    The login session's user (which sudo does not change) where the kernel knows it, else the
    one who called sudo, else the user of the process. ``$USER`` is never asked.
    """
    for uid in (_login_uid(), _sudo_uid(), os.getuid()):
        if uid is not None:
            try:
                name = pwd.getpwuid(uid).pw_name
            except KeyError:
                name = f"uid {uid}"
            return f"web:{_served[0]}@{name}" if _served else name
    raise AssertionError("a process has a user")


def _login_uid() -> int | None:
    try:
        uid = int(Path("/proc/self/loginuid").read_text())
    except (OSError, ValueError):
        return None
    return None if uid == _UNSET else uid


def _sudo_uid() -> int | None:
    # Only root can have been set up by sudo: anybody else could have set the variable.
    text = os.environ.get("SUDO_UID", "") if os.geteuid() == 0 else ""
    return int(text) if text.isdigit() else None
