"""What measures stand on: register and evidence, each part read once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from opsconsole.indicators.coverage import Coverage
from opsconsole.indicators.tree import Tree
from opsconsole.indicators.workdays import Workdays, declared_workdays
from opsconsole.store.database import Reader

T = TypeVar("T")


class Ground:
    """Register and evidence as measures see them during one run.

    Measures load what they need through ``once``: several indicators and all periods share it,
    and the number of queries does not depend on the number of units. Nothing is read before a
    period asks for it: what a span needs is read by its months. *keep*: what months that are over
    give may be kept for the next run, and with *anew* is not taken from there (see ``kept``).
    """

    def __init__(
        self,
        reader: Reader,
        timezone: ZoneInfo,
        workdays: Workdays | None = None,
        *,
        keep: bool = False,
        anew: bool = False,
    ) -> None:
        self.reader = reader
        self.keep, self.anew = keep, anew
        self.timezone = timezone
        self.workdays = workdays or declared_workdays(reader)
        self._kept: dict[Any, Any] = {}

    @cached_property
    def tree(self) -> Tree:
        """The units of all times."""
        return Tree(self.reader)

    @cached_property
    def coverage(self) -> Coverage:
        """The days for which there is evidence, of all times."""
        return Coverage(self.reader)

    def once(self, make: Callable[[Ground], T], key: Any = None) -> T:
        """What *make* gives for this ground, made on the first call with this *make* and *key*."""
        name = (make if key is None else None, key)
        if name not in self._kept:
            self._kept[name] = make(self)
        kept: T = self._kept[name]
        return kept


def mixed(fingerprint: int, number: int) -> int:
    """*fingerprint* of a row made another by *number*: for facts that change from period to period,
    where making a new fingerprint of the whole row would cost more."""
    return (fingerprint ^ (number * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93 % 2**64


def mark(*parts: object) -> int:
    """A 64-bit fingerprint of one row. The fingerprint of many rows is the sum of theirs, so that
    the order of rows does not matter and a level's is the sum of its units'."""
    return mark_of("\x1f".join(map(str, parts)))


def mark_of(text: str) -> int:
    """``mark`` of parts that are joined already, by the unit separator: for what is asked of each mailbox."""
    made = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(made.digest(), "big")
