"""Patterns that run over blocks of a log: by PCRE2 where it is installed (``pip install opsconsole[fast]``),
which takes less than half the time of ``re``, which runs them elsewhere.

In such a pattern stands only what both read alike: bytes, no flags, no ``\\Z``, names of groups only to
refer to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from importlib import import_module
from itertools import chain
from typing import Any

# An escaped byte, a set, the end of a group with a possessive quantifier, any other byte.
_TOKEN = re.compile(rb"(?s)\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\)[?*+]\+|.")

_CAPTURES = re.compile(rb"\((?!\?(?!P<))")

# Python 3.11.2, as Debian 12 has it, ends a repeated group that gives nothing back at the wrong place
# where an alternative or a lookahead ends it.
_SOUND = re.match(rb"(?:(?!,)[^\n])*+(?=,)", b"xyz,") is not None


class Pattern:
    """A pattern of bytes that takes the lines of a text one after the other, each from the newline in front
    of it on.

    *whole* is one with the same groups that takes lines to their ends, several at once where it wants; it is
    what PCRE2 is given. Without it, PCRE2 is not asked.
    """

    def __init__(self, pattern: bytes, whole: bytes = b"") -> None:
        self.pattern, self.whole = pattern, whole
        self._fast = _columns_by_pcre2(whole) if whole else None

    @property
    def fast(self) -> bool:
        """Whether ``columns`` asks PCRE2, and so *whole*."""
        return self._fast is not None

    @cached_property
    def _plain(self) -> re.Pattern[bytes]:
        return re.compile(self.pattern if _SOUND else atomic(self.pattern))

    def findall(self, text: bytes) -> list[Any]:
        """As ``re.findall``."""
        return self._plain.findall(text)

    def columns(self, text: bytes) -> list[list[bytes]]:
        """What each group found, one entry a match (empty where it is no part of it): of *whole* where PCRE2
        is there. *text* ends with a newline and holds no NUL."""
        if self._fast is not None:
            try:
                return self._fast(text)
            except Exception:
                # PCRE2 gives up where a match costs more than its limits allow; ``re`` goes on.
                self._fast = None
        number = self._plain.groups
        if number == 1:
            return [self._plain.findall(text)]
        # Slices of one long list cost a quarter of what zip() does.
        flat = list(chain.from_iterable(self._plain.findall(text)))
        return [flat[at::number] for at in range(number)]


def groups(pattern: bytes) -> int:
    """How many groups of *pattern* capture."""
    bare = b"".join(token for token in _TOKEN.findall(pattern) if token[:1] not in b"\\[")
    return len(_CAPTURES.findall(bare))


def atomic(pattern: bytes) -> bytes:
    """*pattern* with ``(?>(…)*)`` for ``(…)*+``, which means the same and is a little slower."""
    made: list[bytes] = []
    opened: list[int] = []  # where in *made* each open group begins
    for token in _TOKEN.findall(pattern):
        if token == b"(":
            opened.append(len(made))
        if token[:1] == b")":
            begin = opened.pop()
            if len(token) == 3:
                made[begin] = b"(?>" + made[begin]
                token = token[:2] + b")"
        made.append(token)
    return b"".join(made)


def _columns_by_pcre2(pattern: bytes) -> Callable[[bytes], list[list[bytes]]] | None:
    """What gives the columns of *pattern* by PCRE2, None where that is not installed."""
    try:
        return _compiled(pattern)
    except ImportError:
        return None


@lru_cache(maxsize=64)
def _compiled(pattern: bytes) -> Callable[[bytes], list[list[bytes]]]:
    """PCRE2 replaces all matches of a text in one call by their groups, each behind a NUL: a match as an
    object of Python costs more than finding it. Raises ImportError."""
    substitute = import_module("pcre2").compile(b"(*LF)" + pattern, jit=True).sub
    number = groups(pattern)
    template = b"".join(b"\0$%d" % group for group in range(1, number + 1))

    def columns(text: bytes) -> list[list[bytes]]:
        flat: list[bytes] = substitute(template, text).split(b"\0")
        flat[-1] = flat[-1][:-1]  # the newline at the end of the text
        return [flat[at::number] for at in range(1, number + 1)]

    return columns
