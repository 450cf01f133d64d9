"""Samples of lines that could not be read: enough to see the form, nothing about a person.

Logs hold addresses of correspondents, passwords typed into the wrong field and addresses of
machines. Only counts belong into the database (personal data), so a sample loses all of these.
"""

from __future__ import annotations

import re

MAX_SAMPLE = 160

# Words are looked at from their beginnings alone: whoever can make lines unreadable chooses what is in them.
_SECRET = re.compile(r"(?i)(?<!\w)(?=\w*?(?:pass|pwd|secret|token|credential))(\w++\s*+[=:]\s*+)\S+")
_ANGLED = re.compile(r"(?i)\b((?:user|from|to|orig_to|msgid|session|sasl_username)=)<?[^<>,;\s]*>?")
_LOCAL_PART = re.compile(r"(?<![^\s@<>\"'(),;:=\[\]*])[^\s@<>\"'(),;:=\[\]*]++@")
_MACHINES = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b"  # IPv4
    r"|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"  # IPv6, MAC
)


def redact(line: bytes | str) -> str:
    """*line* without local parts of addresses, user names, secrets, machine addresses; cut short."""
    text = line.decode("utf-8", "replace") if isinstance(line, bytes) else line
    text = text[: MAX_SAMPLE * 4].replace("\0", "")
    text = _SECRET.sub(r"\1…", text)
    text = _LOCAL_PART.sub("…@", text)
    text = _ANGLED.sub(_keep_domain, text)
    text = _MACHINES.sub("…", text)
    return text[:MAX_SAMPLE]


def _keep_domain(found: re.Match[str]) -> str:
    name, value = found.group(1), found.group()[len(found.group(1)) :]
    return name + (value if "…@" in value else "<…>")
