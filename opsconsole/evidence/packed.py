"""Compressed files as plain blocks: gzip, bzip2, xz and zstd, told by how they begin.

Several streams one behind the other (``cat a.gz b.gz``, logs that are packed in parts) are one. Memory
stays bounded whatever a file claims to hold.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

BLOCK = 1 << 20
_XZ_MEMORY = 256 << 20  # bytes that an xz file may ask for


class Packing(NamedTuple):
    """A form of compression: its *name*, what it begins with, and what undoes one stream of it."""

    name: str
    magic: bytes
    begin: Callable[[], Any]


class Incomplete(Exception):
    """The file ends within a stream: it is still being written, or was cut."""


class Damaged(Exception):
    """What is there cannot be undone; the text says why."""


def _gzip() -> Any:
    """ISA-L undoes gzip twice as fast where it is installed (``pip install opsconsole[fast]``)."""
    try:
        return import_module("isal.isal_zlib").decompressobj(wbits=31)
    except ImportError:
        return zlib.decompressobj(wbits=31)


def _zstd() -> Any:
    try:
        module = import_module("compression.zstd")  # Python 3.14 and later
    except ImportError:
        module = import_module("backports.zstd")
    return module.ZstdDecompressor()


PACKINGS = (
    Packing("gzip", b"\x1f\x8b", _gzip),
    Packing("bzip2", b"BZh", bz2.BZ2Decompressor),
    Packing("xz", b"\xfd7zXZ\x00", lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY)),
    Packing("zstd", b"\x28\xb5\x2f\xfd", _zstd),
)


def packing_of(start: bytes) -> Packing | None:
    """The compression of a file that begins with *start*, None where it is none of these."""
    return next((one for one in PACKINGS if start.startswith(one.magic)), None)


def blocks(packing: Packing, pread: Callable[[int, int], bytes], length: int) -> Iterator[bytes]:
    """The plain content of a file of *length* bytes, which *pread* (position, size) reads, in blocks of
    at most 1 MiB. Raises Incomplete or Damaged."""
    position, rest = 0, b""

    def more() -> bytes:
        nonlocal position
        data = pread(position, min(BLOCK, length - position))
        position += len(data)
        return data

    while True:
        member = packing.begin()
        pulls = hasattr(member, "needs_input")  # keeps what it was given; zlib hands it back
        while not member.eof:
            if not rest and (not pulls or member.needs_input):
                rest = more()
                if not rest:
                    raise Incomplete
            try:
                block = member.decompress(rest, BLOCK)
            except Exception as error:  # each library has its own class, and some of them several
                raise Damaged(str(error)) from None
            rest = b"" if pulls else member.unconsumed_tail
            if block:
                yield block
        rest = member.unused_data.lstrip(b"\0")  # tapes and blocks pad with NUL
        while not rest:
            rest = more()
            if not rest:
                return
            rest = rest.lstrip(b"\0")
