"""Write YAML that the strict loader reads back as the same text: block style, one field a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from opsconsole.text import nfc

# What can stand without quotes: begins with a letter, digit or one of a few signs, and holds
# nothing that YAML could take for a mark of its own, in block and flow style alike.
_PLAIN = re.compile(r"[^\W_](?:[\w ./@+()%–-]*[\w./@+()%–-])?|\d{4}-\d\d-\d\d[ T]\d\d:\d\d")


def scalar(value: Any) -> str:
    """*value* (text, int or float) as a YAML scalar, quoted where it has to be."""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else _decimal(value)
    if isinstance(value, int):
        return str(value)
    text = nfc(str(value))
    if _PLAIN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _decimal(value: float) -> str:
    return f"{value:.9f}".rstrip("0")


def lines(value: Any, depth: int = 0) -> Iterator[str]:
    """The lines of the mapping *value*, indented by *depth* steps of two blanks.

    Lists of scalars stand on one line; an empty mapping as ``{}``.
    """
    indent = "  " * depth
    for key, each in value.items():
        if isinstance(each, dict) and each:
            yield f"{indent}{scalar(key)}:"
            yield from lines(each, depth + 1)
        elif isinstance(each, dict):
            yield f"{indent}{scalar(key)}: {{}}"
        elif isinstance(each, list):
            yield f"{indent}{scalar(key)}: [{', '.join(map(scalar, each))}]"
        else:
            yield f"{indent}{scalar(key)}: {scalar(each)}"
