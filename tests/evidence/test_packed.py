"""Compressed logs are the logs that they hold, in every packing, at any length."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import importlib
import lzma
import tempfile
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.evidence import files, packed
from opsconsole.store.database import Database
from tests.evidence.lines import LAN, MINH
from tests.evidence.world import Folder, declare, lines_of, logins

LINES = lines_of(islice(cycle([LAN, MINH]), 60))


def _zstd(data: bytes) -> bytes:
    try:
        module: Any = importlib.import_module("compression.zstd")
    except ImportError:
        module = importlib.import_module("backports.zstd")
    return bytes(module.compress(data))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": _zstd,
}


def unpack(data: bytes) -> bytes:
    """What *data* holds."""
    packing = packed.packing_of(data)
    assert packing
    return b"".join(packed.blocks(packing, lambda at, size: data[at : at + size], len(data)))


@pytest.mark.parametrize("name", PACKERS)
@given(parts=st.lists(st.binary(max_size=3000), min_size=1, max_size=4), padding=st.integers(0, 20))
def test_streams_behind_each_other_are_one(name: str, parts: list[bytes], padding: int) -> None:
    data = b"".join(map(PACKERS[name], parts)) + b"\0" * padding
    assert unpack(data) == b"".join(parts)


@pytest.mark.parametrize("name", PACKERS)
def test_a_file_that_is_cut_off_waits_and_one_that_is_damaged_is_named(name: str) -> None:
    data = PACKERS[name](bytes(range(256)) * 400)
    for cut in range(8, len(data), max(len(data) // 50, 1)):
        with pytest.raises(packed.Incomplete):
            unpack(data[:cut])
    if name == "zstd":
        return  # may carry no checksum of its content
    with pytest.raises((packed.Damaged, packed.Incomplete)):
        unpack(data[: len(data) // 2] + b"\xff" * 64 + data[len(data) // 2 + 64 :])


@pytest.mark.parametrize("name", PACKERS)
@given(noise=st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(name: str, noise: bytes) -> None:
    magic = next(one.magic for one in packed.PACKINGS if one.name == name)
    with contextlib.suppress(packed.Damaged, packed.Incomplete):
        unpack(magic + noise)


@pytest.mark.parametrize("name", PACKERS)
@pytest.mark.parametrize("keep", [100, 1 << 20])
def test_the_packed_copy_of_a_log_is_the_same_log(
    sqlite_database: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, name: str, keep: int
) -> None:
    monkeypatch.setattr(files, "KEEP", keep)
    declare(sqlite_database)
    folder = Folder(tmp_path / "logs", sqlite_database)
    folder.put("mail.log", b"".join(LINES[:40]))
    assert folder.collect().lines == 40
    (tmp_path / "logs" / "mail.log").unlink()
    folder.put(f"mail.log.1.{name}", PACKERS[name](b"".join(LINES)))
    assert folder.collect().lines == 20
    assert folder.collect().lines == 0
    assert logins(sqlite_database) == {LAN: 30, MINH: 30}


def test_without_room_on_the_disk_it_is_decompressed_again(
    sqlite_database: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_options: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "KEEP", 100)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    declare(sqlite_database)
    folder = Folder(tmp_path / "logs", sqlite_database)
    folder.put("mail.log.gz", gzip.compress(b"".join(LINES)))
    assert folder.collect().lines == 60
    assert logins(sqlite_database) == {LAN: 30, MINH: 30}
