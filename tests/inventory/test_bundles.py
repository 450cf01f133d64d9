"""Bundles that somebody hands in: read within bounds, and nothing in them leads anywhere."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.inventory import bundles
from opsconsole.inventory.bundles import read_bundle
from opsconsole.strictyaml import ProblemsFound

YAML = b"kind: assets\nitems: {}\n"


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, files: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def refused(path: Path) -> str:
    with pytest.raises(ProblemsFound) as found:
        read_bundle(path)
    return "\n".join(str(problem) for problem in found.value.problems)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.zip", zipped),
        ("a.tar", tarred),
        ("a.tar.gz", lambda path, files: tarred(path, files, "w:gz")),
        ("a.tar.bz2", lambda path, files: tarred(path, files, "w:bz2")),
        ("a.tar.xz", lambda path, files: tarred(path, files, "w:xz")),
        ("without-ending", zipped),
    ],
)
def test_every_form_gives_the_same_files(
    tmp_path: Path, name: str, pack: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    path = pack(
        tmp_path / name,
        {"xã/b.yaml": YAML, "./a.yaml": YAML, "đọc.txt": b"x", "__MACOSX/a.yaml": b"", ".x/c.yaml": b""},
    )
    found = read_bundle(path)
    assert (found.name, list(found.files), found.passed_over) == (name, ["a.yaml", "xã/b.yaml"], ("đọc.txt",))
    assert found.files["a.yaml"] == YAML


def test_a_folder_and_a_file_are_bundles_too(tmp_path: Path) -> None:
    (tmp_path / "f" / "g").mkdir(parents=True)
    (tmp_path / "f" / "g" / "a.yaml").write_bytes(YAML)
    (tmp_path / "f" / ".git").mkdir()
    (tmp_path / "f" / ".git" / "b.yaml").write_bytes(YAML)
    assert list(read_bundle(tmp_path / "f").files) == ["g/a.yaml"]
    assert list(read_bundle(tmp_path / "f" / "g" / "a.yaml").files) == ["a.yaml"]


@pytest.mark.parametrize(
    "name",
    [
        "../b.yaml", "a/../../b.yaml", "/etc/b.yaml", "C:/b.yaml", "a\\b.yaml", "..\\b.yaml", "a\x1b[2J.yaml",
        "x" * 400 + ".yaml",
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused_by_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "x" / "y"
    folder.mkdir(parents=True)
    text = refused(tarred(folder / "a.tar", {name: YAML, "ok.yaml": YAML}))
    assert "a.tar:" in text
    assert "\x1b" not in text
    assert list(tmp_path.rglob("*.yaml")) == []


def test_a_zip_may_not_lead_elsewhere_either(tmp_path: Path) -> None:
    text = refused(zipped(tmp_path / "a.zip", {"../b.yaml": YAML, "/etc/c.yaml": YAML, "../d/": b""}))
    assert text.count("leads out of the bundle") == 2
    assert "absolute name" in text
    assert not (tmp_path.parent / "b.yaml").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_of_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        member = tarfile.TarInfo("l.yaml")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    assert "l.yaml: is a link or a device" in refused(tmp_path / "a.tar")


def test_links_of_a_zip_and_of_a_folder_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("l.yaml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "is a link or a device" in refused(tmp_path / "a.zip")
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "l.yaml").symlink_to("/etc/passwd")
    (tmp_path / "f" / "d").symlink_to("/etc")
    assert refused(tmp_path / "f").count("symbolic link") == 2
    (tmp_path / "g").symlink_to(tmp_path / "f")
    assert "symbolic link" in refused(tmp_path / "g")


def test_what_is_encrypted_or_packed_in_an_unusual_way_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path / "a.zip", {"a.yaml": YAML}, zipfile.ZIP_STORED).read_bytes())
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + place] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert "is encrypted" in refused(tmp_path / "a.zip")
    for method in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        packed = zipped(tmp_path / "b.zip", {"a.yaml": YAML}, method)
        assert "unusual way" in refused(packed)


def test_bombs_stop_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST_UNPACKED", 20 << 20)
    zeros = b"\0" * (4 << 20)
    assert "holds more than" in refused(zipped(tmp_path / "a.zip", {f"{n}.yaml": zeros for n in range(9)}))
    for name, pack in (("a.gz", gzip.compress), ("a.bz2", bz2.compress), ("a.xz", lzma.compress)):
        (tmp_path / name).write_bytes(pack(b"\0" * (32 << 20)))  # type: ignore[operator]
        text = refused(tmp_path / name)
        assert text.count("\n") == 0
        assert "holds more than" in text
    too_large = {"a.yaml": b" " * (bundles.MAX_BYTES + 1)}
    assert "has more than" in refused(zipped(tmp_path / "b.zip", too_large))


def test_a_small_bzip2_inside_a_zip_does_not_fill_the_memory(tmp_path: Path) -> None:
    # zipfile unpacks what it read of bzip2 at once, whatever number of bytes is asked for.
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.yaml", b"\0" * (200 << 20))
    assert (tmp_path / "a.zip").stat().st_size < 1000
    tracemalloc.start()
    try:
        refused(tmp_path / "a.zip")
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()


def test_many_streams_one_after_the_other_take_no_time(tmp_path: Path) -> None:
    # Each end of a stream used to copy all that follows: 8 MB of empty streams took minutes.
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"") * 400_000)
    began = time.monotonic()
    assert "holds more than 20,000 entries" in refused(tmp_path / "a.gz")
    assert time.monotonic() - began < 20
    pack = tarred(tmp_path / "b.tar", {"a.yaml": YAML}).read_bytes()
    several = b"".join(gzip.compress(pack[at : at + 1000]) for at in range(0, len(pack), 1000))
    (tmp_path / "b.tar.gz").write_bytes(several + b"\0" * 100)
    assert read_bundle(tmp_path / "b.tar.gz").files == {"a.yaml": YAML}


def test_a_chain_of_extended_headers_is_refused(tmp_path: Path) -> None:
    # tarfile calls itself for each of them: the stack of Python ended before the chain did.
    body = b"14 path=b.yaml\n"
    extended = tarfile.TarInfo("x")
    extended.type, extended.size = tarfile.XHDTYPE, len(body)
    link = extended.tobuf(tarfile.USTAR_FORMAT) + body.ljust(512, b"\0")
    end = tarfile.TarInfo("a.yaml").tobuf(tarfile.USTAR_FORMAT) + bytes(1024)
    (tmp_path / "a.tar").write_bytes(link * 3000 + end)
    assert "is damaged" in refused(tmp_path / "a.tar")


def test_an_entry_of_a_zip_without_a_name_is_passed_over(tmp_path: Path) -> None:
    data = zipped(tmp_path / "a.zip", {"a.yaml": YAML, "b": b""}, zipfile.ZIP_STORED).read_bytes()
    (tmp_path / "a.zip").write_bytes(data[:-22].replace(b"b", b"\0") + data[-22:])
    assert list(read_bundle(tmp_path / "a.zip").files) == ["a.yaml"]


def test_many_entries_stop_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST_ENTRIES", 10)
    files = {f"{number}.txt": b"" for number in range(11)}
    for path in (zipped(tmp_path / "a.zip", files), tarred(tmp_path / "a.tar", files)):
        assert "holds more than 10 entries" in refused(path)


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"BZh9", b"\0" * 2048])
def test_what_is_no_bundle_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.bin").write_bytes(data)
    assert "x.bin" in refused(tmp_path / "x.bin")


def test_a_name_that_is_there_twice_and_a_wrong_ending_are_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.yaml", YAML)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.yaml", YAML)
        archive.writestr("b.yml", YAML)
        archive.writestr("C.YAML", YAML)
    text = refused(tmp_path / "a.zip")
    assert "a.yaml: is in the bundle twice" in text
    assert text.count("must be named .yaml") == 2


@given(st.data())
def test_a_damaged_bundle_is_refused_or_read_and_never_breaks(data: st.DataObject) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a")
        pack = data.draw(st.sampled_from([zipped, tarred, lambda p, f: tarred(p, f, "w:gz")]))
        raw = bytearray(pack(path, {"a.yaml": YAML * 40, "b.yaml": YAML}).read_bytes())
        for _change in range(data.draw(st.integers(1, 6))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
        try:
            found = read_bundle(path)
        except ProblemsFound:
            return
        for name, content in found.files.items():
            assert name.endswith(".yaml")
            assert ".." not in Path(name).parts
            assert not Path(name).is_absolute()
            assert len(content) <= bundles.MAX_BYTES
