"""Who is at the keyboard: the person who logged in, not what the environment claims."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

_UNSET = 2**32 - 1


def actor() -> str:
    """The login name of the person behind this process.

    The login session's user (which sudo does not change) where the kernel knows it, else the
    one who called sudo, else the user of the process. ``$USER`` is never asked.
    """
    for uid in (_login_uid(), _sudo_uid(), os.getuid()):
        if uid is not None:
            try:
                return pwd.getpwuid(uid).pw_name
            except KeyError:
                return f"uid {uid}"
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
