"""A million keys of text in little memory: the ordered id list behind a list on the screen.

A Python list of a million short texts takes about 70 MB, this about 20: the texts stand one
after another in one buffer, and an array says where each begins.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

_BETWEEN = b"\x00"  # a key holds no control characters (strictyaml refuses them)


@cache
def give_back() -> bool:
    """Let memory of large buffers go back to the system when they are freed; whether that can be asked for.

    glibc raises its bound for such buffers with each one that is freed, up to 32 MB, and keeps what lies
    below it: after a few sorts of a million rows it held 170 MiB, with a fixed bound 85.
    """
    import ctypes

    threshold = -3  # M_MMAP_THRESHOLD
    try:
        return bool(ctypes.CDLL(None).mallopt(threshold, 128 * 1024))
    except (AttributeError, OSError):  # another C library
        return False


class PackedKeys:
    """Keys in the order of a list. Only grows; a new order is a new object."""

    __slots__ = ("_bytes", "_starts")

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._bytes = bytearray(_BETWEEN)
        self._starts = array("I")  # four bytes each: a list of keys stays far below 4 GB
        self.extend(keys)

    def extend(self, keys: Iterable[str]) -> None:
        """Append *keys*."""
        buffer, starts = self._bytes, self._starts
        for key in keys:
            starts.append(len(buffer))
            buffer += key.encode("utf-8", "surrogatepass")
            buffer += _BETWEEN

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: int) -> str:
        if index < 0:
            index += len(self._starts)
        start = self._starts[index]
        after = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._bytes)
        return self._bytes[start : after - 1].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        for index in range(len(self._starts)):
            yield self[index]

    def slice(self, first: int, after: int) -> list[str]:
        """The keys from *first* up to and without *after*, cut to what is there."""
        return [self[index] for index in range(max(0, first), min(after, len(self._starts)))]

    def index(self, key: str) -> int | None:
        """The position of *key*, None where it is not in the list."""
        wanted = _BETWEEN + key.encode("utf-8", "surrogatepass") + _BETWEEN
        found = self._bytes.find(wanted)
        return None if found < 0 else bisect_right(self._starts, found + 1) - 1
