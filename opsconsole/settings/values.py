"""What the readers of the sections of config.yaml share: how a value is asked for, and forms of values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from opsconsole.strictyaml import Map

T = TypeVar("T")


class Getters(Protocol):
    """What the reader of config.yaml offers: each notes a problem at its line and falls back."""

    root: Path

    def problem(self, at: tuple[int, int], message: str) -> None:
        """Note a problem at (line, column)."""

    def known(self, node: Map | None, known: set[str]) -> None:
        """Note each key of *node* that is not *known*."""

    def map(self, node: Map | None, key: str) -> Map | None:
        """The mapping at *key*."""

    def get(self, node: Map | None, key: str, default: T, convert: Callable[[str], T], form: str) -> T:
        """The value at *key*, which *convert* takes from its text; *form* says what is expected."""


def count(value: str) -> int:
    """A whole number, 1 or more. Raises ValueError."""
    if not re.fullmatch(r"[1-9]\d{0,8}", value):
        raise ValueError
    return int(value)


def count_to(most: int) -> Callable[[str], int]:
    """What reads a whole number from 1 to *most*: days and hours beyond all calendars are no dates."""

    def convert(value: str) -> int:
        if (found := count(value)) > most:
            raise ValueError
        return found

    return convert


def time_of_day(value: str) -> dt.time:
    """A time as HH:MM. Raises ValueError."""
    if not re.fullmatch(r"[0-2]\d:[0-5]\d", value):
        raise ValueError
    return dt.time.fromisoformat(value)


def yes_or_no(value: str) -> bool:
    """A yes or a no. Raises KeyError."""
    return {"yes": True, "true": True, "no": False, "false": False}[value]


def endpoint(value: str) -> tuple[str, int]:
    """(host, port) of ``host:port``; an IPv6 address stands in brackets. Raises ValueError."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:/\[\]@]{1,253})):(\d{1,5})", value)
    if not found or not 1 <= int(found[3]) <= 65535:
        raise ValueError
    return found[1] or found[2], int(found[3])
