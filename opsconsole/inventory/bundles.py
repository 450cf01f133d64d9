"""Bundles: YAML files that somebody hands in, as a folder, a file, a .zip or a .tar (also .gz, .bz2, .xz).

A bundle is read into memory and never unpacked: no name in it can lead anywhere. Links, devices,
encrypted entries and names that lead out of it are refused by name; what it may hold is bounded, and
counted while it is unpacked and not by what it says of itself.
"""

from __future__ import annotations

import bz2
import io
import lzma
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from opsconsole.catalogue import _
from opsconsole.oserrors import said
from opsconsole.strictyaml import MAX_BYTES, Problem, ProblemsFound, read_text
from opsconsole.text import nfc, safe

MOST_PACKED = 64 << 20  # bytes of the bundle itself
MOST_UNPACKED = 192 << 20  # bytes of all that is in it
MOST_ENTRIES = 20_000
_XZ_MEMORY = 128 << 20  # bytes that an xz file may ask for

_MOST_AT_ONCE = 1 << 20  # bytes that are unpacked at once
_PIECE = 16 << 10  # bytes given to a decompressor at once: what follows it is copied for each stream
_ZEROS = re.compile(rb"\0*")

# Ways of packing in a .zip whose memory is bounded by what is read. zipfile unpacks all that it read of
# bzip2 at once: 2 KB become 2 GB.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the readers of foreign archives raise for a damaged one, beside their own errors.
_DAMAGED = (OSError, EOFError, ValueError, RuntimeError, LookupError, ArithmeticError, struct.error)
_PACKED: tuple[tuple[bytes, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(wbits=31)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY)),
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was handed in as *name*: YAML *files* by their names in it, sorted; *passed_over* are other
    files in it, which are not read."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    passed_over: tuple[str, ...] = ()


def read_bundles(paths: Sequence[Path]) -> Bundle:
    """Several bundles as one: each file in it under the name of its bundle. Raises ProblemsFound with
    everything that is refused in any of them, or where they hold together more than one may."""
    if len(paths) == 1:
        return read_bundle(paths[0])
    name = f"{paths[0].name} + {len(paths) - 1}"
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    passed_over: list[str] = []
    for path in paths:
        try:
            found = read_bundle(path)
        except ProblemsFound as error:
            problems += error.problems
            continue
        begin = found.name
        number = 1
        while any(each == begin or each.startswith(f"{begin}/") for each in files):
            number += 1  # of the same name in another folder
            begin = f"{found.name} ({number})"
        alone = list(found.files) == [found.name]
        for each, data in found.files.items():
            files[begin if alone else f"{begin}/{each}"] = data
        passed_over += [f"{begin}/{each}" for each in found.passed_over]
        if len(files) > MOST_ENTRIES or sum(map(len, files.values())) > MOST_UNPACKED:
            problems.append(
                Problem(path.name, 0, 0, _("together they hold more than a bundle may; take fewer"))
            )
            break
    if problems:
        raise ProblemsFound(problems)
    return Bundle(name, dict(sorted(files.items())), tuple(sorted(passed_over)))


def read_bundle(path: Path) -> Bundle:
    """The bundle at *path*. Raises ProblemsFound with everything in it that is refused."""
    taking = _Taking(path.name)
    if path.is_dir() and not path.is_symlink():
        _folder(path, taking)
    else:
        data = read_text(path, path.name, MOST_PACKED)
        if zipfile.is_zipfile(io.BytesIO(data)):
            _zip(data, taking)
        elif (plain := _unpacked(data, taking)) is not None and _is_tar(plain):
            _tar(plain, taking)
        elif path.name.endswith(".yaml"):
            taking.file(path.name, io.BytesIO(data))
        elif not taking.problems:
            taking.problem("", _("is no bundle: a folder, a .yaml file, a .zip or a .tar is one"))
    if taking.problems:
        raise ProblemsFound(taking.problems)
    if not taking.files:
        raise ProblemsFound([Problem(path.name, 0, 0, _("holds no file that ends in .yaml"))])
    return Bundle(path.name, dict(sorted(taking.files.items())), tuple(sorted(taking.passed_over)))


class _TooMuch(Exception):
    """The bundle holds more than a bundle may."""


class _Taking:
    """What was taken from a bundle so far, within its bounds."""

    def __init__(self, bundle: str) -> None:
        self.bundle = bundle
        self.files: dict[str, bytes] = {}
        self.passed_over: list[str] = []
        self.problems: list[Problem] = []
        self._bytes = 0
        self._entries = 0

    def problem(self, name: str, message: str) -> None:
        """Note what is wrong with the entry *name*, or with the bundle ('')."""
        self.problems.append(Problem(f"{self.bundle}:{safe(name)}" if name else self.bundle, 0, 0, message))

    def entry(self) -> None:
        """One more entry. Raises _TooMuch."""
        self._entries += 1
        if self._entries > MOST_ENTRIES:
            self.problem("", _("holds more than {most} entries").format(most=f"{MOST_ENTRIES:,}"))
            raise _TooMuch

    def wanted(self, name: str) -> str | None:
        """The entry *name* as it is called here; None where it is not read, and said why."""
        if (wrong := _wrong_name(name)) is not None:
            self.problem(name, wrong)
            return None
        parts = [part for part in nfc(name).split("/") if part not in ("", ".")]
        called = "/".join(parts)
        if any(part.startswith(".") or part == "__MACOSX" for part in parts):
            return None
        if not called.endswith(".yaml"):
            if called.lower().endswith((".yaml", ".yml")):
                self.problem(name, _("must be named .yaml; other files are not read"))
            else:
                self.passed_over.append(called)
            return None
        if called in self.files:
            self.problem(name, _("is in the bundle twice"))
            return None
        return called

    def file(self, name: str, stream: IO[bytes]) -> None:
        """Take the YAML file *name*. Raises _TooMuch."""
        called = self.wanted(name)
        if called is None:
            return
        data = stream.read(MAX_BYTES + 1)
        self.count(len(data))
        if len(data) > MAX_BYTES:
            message = _("has more than {most} bytes; split it, one file per unit")
            self.problem(name, message.format(most=f"{MAX_BYTES:,}"))
            return
        self.files[called] = data

    def count(self, size: int) -> None:
        """*size* more bytes were unpacked. Raises _TooMuch."""
        self._bytes += size
        self.unpacked(self._bytes)

    def unpacked(self, size: int) -> None:
        """*size* bytes were unpacked in all. Raises _TooMuch, and says why."""
        if size > MOST_UNPACKED:
            self.problem("", _("holds more than {most} bytes").format(most=f"{MOST_UNPACKED:,}"))
            raise _TooMuch

    def damaged(self, error: Exception) -> None:
        """Note that the bundle cannot be read to its end, and what its reader said."""
        self.problem("", _("is damaged: {reason}").format(reason=safe(str(error)) or type(error).__name__))


def _wrong_name(name: str) -> str | None:
    """Why no entry may be called *name*; None where one may."""
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return _("has an absolute name; names in a bundle are relative")
    if "\\" in name:
        return _("has a name with a backslash; pack it with a program that writes /")
    if ".." in name.split("/"):
        return _("has a name that leads out of the bundle")
    if len(name) > 300 or any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in name):
        return _("has a name that is too long or holds control characters")
    if name != name.encode("utf-8", "replace").decode():
        return _("has a name that is not UTF-8")
    return None


def _folder(root: Path, taking: _Taking) -> None:
    try:
        for folder, folders, names in os.walk(root, onerror=_raise):
            folders[:] = sorted(each for each in folders if not each.startswith("."))
            for each in [*folders, *sorted(names)]:
                taking.entry()
                path = Path(folder, each)
                name = path.relative_to(root).as_posix()
                if path.is_symlink():
                    taking.problem(name, _("is a symbolic link; links are not followed"))
                elif each in folders:
                    continue
                elif (called := taking.wanted(name)) is not None:
                    data = read_text(path, f"{taking.bundle}:{name}")
                    taking.count(len(data))
                    taking.files[called] = data
    except _TooMuch:
        pass
    except ProblemsFound as error:
        taking.problems += error.problems
    except OSError as error:
        taking.problem("", _("cannot be read: {reason}").format(reason=said(error)))


def _raise(error: OSError) -> None:
    raise error


def _zip(data: bytes, taking: _Taking) -> None:
    if data.count(b"PK\x01\x02") > MOST_ENTRIES:  # before a list of them is made
        taking.problem("", _("holds more than {most} entries").format(most=f"{MOST_ENTRIES:,}"))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                taking.entry()
                kind = stat.S_IFMT(info.external_attr >> 16)
                if info.filename.endswith("/"):
                    if (wrong := _wrong_name(info.filename)) is not None:
                        taking.problem(info.filename, wrong)
                elif kind not in (0, stat.S_IFREG):
                    taking.problem(info.filename, _("is a link or a device; only files are taken"))
                elif info.compress_type not in _METHODS:
                    taking.problem(info.filename, _("is packed in an unusual way; pack it as plain .zip"))
                elif info.flag_bits & 1:
                    taking.problem(info.filename, _("is encrypted; pack it without a password"))
                else:
                    with archive.open(info) as stream:  # unpacked as far as it is read
                        taking.file(info.filename, stream)
    except _TooMuch:
        pass
    except (zipfile.BadZipFile, zlib.error, *_DAMAGED) as error:
        taking.damaged(error)


def _unpacked(data: bytes, taking: _Taking) -> bytes | None:
    """*data* without its compression; None where that cannot be undone, and said why."""
    begin = next((make for magic, make in _PACKED if data.startswith(magic)), None)
    if begin is None:
        return data
    out = bytearray()
    try:
        for piece in _pieces(data, begin, taking):
            out += piece
            taking.unpacked(len(out))
    except _TooMuch:
        return None
    except (zlib.error, lzma.LZMAError, *_DAMAGED) as error:
        taking.damaged(error)
        return None
    return bytes(out)


def _pieces(data: bytes, begin: Callable[[], Any], taking: _Taking) -> Iterator[bytes]:
    """What *data* unpacks to, which is one stream of what *begin* makes or several one after the other.
    Raises EOFError where it ends too early, and _TooMuch."""
    at = 0
    while at < len(data):
        taking.entry()
        stream, given = begin(), b""
        while not stream.eof:
            if not given and getattr(stream, "needs_input", True):
                given = data[at : at + _PIECE]
                at += len(given)
            piece: bytes = stream.decompress(given, _MOST_AT_ONCE)
            given = getattr(stream, "unconsumed_tail", b"")  # the others keep what is left themselves
            if piece:
                yield piece
            elif not stream.eof and not given and at == len(data):
                raise EOFError(_("it ends too early"))
        at -= len(stream.unused_data)
        at = _ZEROS.match(data, at).end()  # type: ignore[union-attr]


def _is_tar(data: bytes) -> bool:
    return data[257:262] == b"ustar" or _opens(data)


def _opens(data: bytes) -> bool:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:"):
            return len(data) >= tarfile.BLOCKSIZE
    except (tarfile.TarError, *_DAMAGED):
        return False


def _tar(data: bytes, taking: _Taking) -> None:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in _members(archive):
                taking.entry()
                if member.isdir():
                    if (wrong := _wrong_name(member.name)) is not None:
                        taking.problem(member.name, wrong)
                elif not member.isreg():
                    taking.problem(member.name, _("is a link or a device; only files are taken"))
                elif (stream := archive.extractfile(member)) is not None:
                    taking.file(member.name, stream)
    except _TooMuch:
        pass
    except (tarfile.TarError, *_DAMAGED) as error:
        taking.damaged(error)


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := archive.next()) is not None:
        yield member
