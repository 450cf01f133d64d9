"""Every line of every file is counted once, however files are renamed, cut, packed and copied."""

from __future__ import annotations

import gzip
import os
import shutil
import threading
from itertools import cycle, islice
from pathlib import Path

import pytest

from opsconsole.errors import Refused
from opsconsole.evidence import files
from opsconsole.evidence import intake as intake_module
from opsconsole.evidence.collect import collect, collect_again
from opsconsole.evidence.covered import coverage
from opsconsole.evidence.overview import gaps, source_files, unmatched, unreadable
from opsconsole.settings import Source
from opsconsole.store.database import Database
from tests.evidence.lines import LAN, MINH, ZONE, login
from tests.evidence.world import ACCOUNTS, OLD, Folder, counts, declare, lines_of, logins

LINES = lines_of(islice(cycle([LAN, MINH]), 60))


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Folder:
    declare(database)
    return Folder(tmp_path / "logs", database)


@pytest.fixture
def lite(sqlite_database: Database, tmp_path: Path) -> Folder:
    declare(sqlite_database)
    return Folder(tmp_path / "logs", sqlite_database)


# --- counts ------------------------------------------------------------------------------------


def test_uses_become_day_masks_and_counts_of_the_declared_account(folder: Folder) -> None:
    text = (
        login("Oct  1 08:00:00")
        + login("Oct  1 09:00:00")
        + login("Oct 31 09:00:00")
        + login("Oct  2 09:00:00", "minh@hoabinh.example")
        + f"Oct  3 09:00:00 mail dovecot: lmtp({MINH})<1><a>: msgid=<1@x>: saved mail to INBOX\n"
        + f"Oct  3 09:00:00 mail dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): "
        f"user=<{MINH}>, rip=x\n"
    )
    folder.put("mail.log", text.encode(), 1572523200)  # 2019-10-31
    result = folder.collect().sources[0]
    assert (result.files, result.read, result.lines, result.events) == (1, 1, 6, 6)
    assert folder.counts()["mail"] == {
        ("2019-10", LAN, "mail"): (1 | 1 << 30, 0, 0, 3, 0, 0, 0),
        ("2019-10", MINH, "mail"): (1 << 1, 0, 1 << 2, 1, 0, 1, 1),
    }


def test_what_is_not_declared_is_listed_and_guessed_names_are_not(folder: Folder) -> None:
    failed = "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{}>, rip=x"
    text = (
        login("Oct  1 08:00:00", "new.person@hoabinh.example")
        + login("Oct  5 08:00:00", "new.person@hoabinh.example")
        + login("Oct 15 08:00:00", OLD)
        + login("Oct 16 08:00:00", OLD)
        + "".join(f"Oct  2 08:00:0{n} mail dovecot: {failed.format(f'guess{n}')}\n" for n in range(5))
    )
    folder.put("mail.log", text.encode(), 1572523200)
    assert folder.collect().sources[0].unmatched == 8
    assert folder.counts()["unmatched"] == {
        ("mail", "address", "new.person@hoabinh.example"): ("[]", 2, "2019-10-01", "2019-10-05"),
        ("mail", "closed", OLD): (f'["{OLD}"]', 1, "2019-10-16", "2019-10-16"),
        ("mail", "failed", ""): ("[]", 5, "2019-10-02", "2019-10-02"),
    }
    assert logins(folder.database) == {OLD: 1}


def test_no_raw_line_and_no_stranger_reaches_the_database(lite: Folder) -> None:
    text = (
        login("Oct  1 08:00:00")
        + "Oct  1 08:00:01 mail postfix/smtp[1]: A1: to=<someone@abroad.example>, status=sent\n"
        + "broken from stranger@abroad.example password=hunter2 [203.0.113.77]\n"
    )
    lite.put("mail.log", text.encode(), 1572523200)
    lite.collect()
    stored = b"".join(path.read_bytes() for path in lite.path.parent.glob("opsconsole.db*"))
    assert LAN.encode() in stored  # declared
    for secret in (b"someone@", b"stranger@", b"hunter2", b"203.0.113", b"mpid=812", b"session=<x1>"):
        assert secret not in stored


def test_stays_find_their_site_and_session_by_key_name_alias_and_time(
    database: Database, tmp_path: Path
) -> None:
    declare(database)
    folder = Folder(tmp_path / "lists", database, reader="attendance")
    text = "session,site,joined,left\n" + "".join(
        f"{session},{site},{joined},2019-03-05 17:00\n"
        for session, site, joined in [
            ("S-1", "HB-17", "2019-03-05 08:01"),
            ("s-1", "hb-158", "2019-03-05 08:02"),
            ("S-1", "điểm cầu  UBND Tỉnh", "2019-03-05 08:03"),
            ("S-1", "mai chau", "2019-03-05 08:04"),
            ("", "Mai Châu", "2019-03-05 13:40"),
            ("S-1", "Xã Tú Lý", "2019-03-05 08:05"),
            ("S-1", "xa tu ly", "2019-03-05 08:06"),  # two communes
            ("S-9", "HB-17", "2019-03-05 08:07"),  # no such session
            ("", "HB-17", "2019-03-05 11:00"),  # between two sessions
            ("", "HB-17", "2019-03-04 20:00"),  # hours before any
            ("S-1", "=cmd|' /C calc'!A0", "2019-03-05 08:08"),
        ]
    )
    folder.put("list.csv", text.encode("utf-8-sig"))
    result = folder.collect().sources[0]
    assert (result.events, result.unmatched, result.unreadable) == (11, 5, 0)
    found = folder.counts()
    assert [row[:2] for row in found["stays"]] == [
        ("S-1", "HB-158"),
        ("S-1", "HB-158"),
        ("S-1", "HB-17"),
        ("S-1", "HB-17"),
        ("S-1", "TL-2"),
        ("S-2", "HB-158"),
    ]
    assert {key[1:]: row[0] for key, row in found["unmatched"].items()} == {
        ("site", "xa tu ly"): '["TL-1","TL-2"]',
        ("session", "S-9"): "[]",
        ("session", "2019-03-05 11:00"): '["S-1","S-2"]',
        ("session", "2019-03-04 20:00"): "[]",
        ("site", "=cmd|' /C calc'!A0"): "[]",
    }


# --- exactly once ------------------------------------------------------------------------------


def test_nothing_new_is_nothing_counted(folder: Folder) -> None:
    folder.put("mail.log", b"".join(LINES))
    assert folder.collect().lines == 60
    before = folder.counts()
    again = folder.collect().sources[0]
    assert (again.files, again.read, again.lines, again.events) == (1, 0, 0, 0)
    assert folder.counts() == before


def test_a_growing_file_goes_on_and_its_torn_last_line_waits(folder: Folder) -> None:
    data = b"".join(LINES)
    whole = data.index(LINES[30])
    folder.put("mail.log", data[: whole + 40])
    result = folder.collect().sources[0]
    assert (result.lines, result.waiting) == (30, 1)
    folder.append("mail.log", data[whole + 40 :])
    result = folder.collect().sources[0]
    assert (result.lines, result.waiting) == (30, 0)
    assert logins(folder.database) == {LAN: 30, MINH: 30}


@pytest.mark.parametrize("pack", [False, True])
def test_rotation_by_renaming_and_packing_counts_nothing_twice(folder: Folder, pack: bool) -> None:
    folder.put("mail.log", b"".join(LINES[:20]))
    folder.collect()
    folder.append("mail.log", b"".join(LINES[20:30]))
    (folder.path / "mail.log").rename(folder.path / "mail.log.1")
    if pack:
        folder.zip("mail.log.1")
    folder.put("mail.log", b"".join(LINES[30:]))
    result = folder.collect().sources[0]
    assert (result.lines, result.gaps) == (40, [])
    assert logins(folder.database) == {LAN: 30, MINH: 30}


def test_copytruncate_with_its_copy_loses_nothing(folder: Folder) -> None:
    path = folder.put("mail.log", b"".join(LINES[:20]))
    folder.collect()
    folder.append("mail.log", b"".join(LINES[20:30]))
    shutil.copy(path, folder.path / "mail.log.1")
    os.truncate(path, 0)
    folder.append("mail.log", b"".join(LINES[30:]))
    assert folder.collect().sources[0].gaps == []
    assert logins(folder.database) == {LAN: 30, MINH: 30}


def test_a_file_cut_in_place_without_a_copy_is_a_gap_noted_once(folder: Folder) -> None:
    path = folder.put("mail.log", b"".join(LINES[:20]))
    folder.collect()
    os.truncate(path, 0)
    folder.append("mail.log", b"".join(LINES[30:]))
    result = folder.collect().sources[0]
    assert result.lines == 30
    assert "was cut in place" in result.gaps[0]
    assert folder.collect().sources[0].gaps == []
    with folder.database.read() as reader:
        (gap,) = gaps(reader)
    assert (gap.reason, gap.path, gap.position) == ("cut", str(path), sum(map(len, LINES[:20])))


def test_a_log_restored_to_an_earlier_state_that_went_another_way_says_so(folder: Folder) -> None:
    long = lines_of([LAN] * 40)
    other = [line.replace(b"method=PLAIN", b"method=LOGIN") for line in lines_of([MINH] * 40)]
    path = folder.put("mail.log", b"".join(long))
    folder.collect()
    path.write_bytes(b"".join(long[:30]))
    result = folder.collect().sources[0]
    assert result.lines == 0
    assert "taken for a copy" in result.problems[0]
    path.write_bytes(b"".join(long[:30] + other))
    assert "restored from a backup" in folder.collect().sources[0].gaps[0]
    assert logins(folder.database)[MINH] == 40


def test_a_directory_replayed_under_other_names_counts_nothing(folder: Folder) -> None:
    folder.put("mail.log.1", b"".join(LINES[:30]))
    folder.zip("mail.log.1")
    folder.put("mail.log", b"".join(LINES[30:]))
    folder.collect()
    before = folder.counts()
    (folder.path / "copy-a").write_bytes(gzip.decompress((folder.path / "mail.log.1.gz").read_bytes()))
    (folder.path / "copy-b.gz").write_bytes(gzip.compress(b"".join(LINES[30:])))
    for name in ("mail.log.1.gz", "mail.log"):
        (folder.path / name).unlink()
    assert folder.collect().lines == 0
    assert folder.counts() == before


def test_an_inode_used_again_for_another_log_is_a_new_file(folder: Folder) -> None:
    path = folder.put("mail.log", b"".join(LINES[:30]))
    folder.collect()
    with path.open("r+b") as file:  # the same inode, the same length, other lines
        file.write(b"".join(LINES[30:]))
        file.truncate()
    assert folder.collect().lines == 30


def test_files_that_begin_alike_are_told_apart(database: Database, tmp_path: Path) -> None:
    declare(database)
    folder = Folder(tmp_path / "lists", database, reader="attendance")
    head = b"session,site,joined,left\n"
    for name in ("a.csv", "b.csv"):
        folder.put(name, head)
    folder.collect()
    folder.put("a.csv", head + b"S-1,HB-17,2019-03-05 08:00,2019-03-05 09:00\n")
    folder.put("b.csv", head + b"S-1,HB-158,2019-03-05 08:00,2019-03-05 09:00\n")
    folder.collect()
    folder.append("a.csv", b"S-2,HB-17,2019-03-05 14:00,2019-03-05 15:00\n")
    folder.append("b.csv", b"S-2,HB-158,2019-03-05 14:00,2019-03-05 15:00\n")
    folder.collect()
    assert [row[:2] for row in folder.counts()["stays"]] == [
        ("S-1", "HB-158"),
        ("S-1", "HB-17"),
        ("S-2", "HB-158"),
        ("S-2", "HB-17"),
    ]


def test_a_list_without_a_last_line_end_is_read_to_its_end_once_it_is_quiet(lite: Folder) -> None:
    lists = Folder(lite.path.parent / "lists", lite.database, reader="attendance")
    text = b"session,site,joined,left\nS-1,HB-17,2019-03-05 08:00,2019-03-05 09:00"
    path = lists.put("a.csv", text)
    assert lists.collect().sources[0].waiting == 1
    os.utime(path, (1, 1))
    assert lists.collect().sources[0].events == 1
    lists.append("a.csv", b"\nS-2,HB-17,2019-03-05 14:00,2019-03-05 15:00\n")
    assert lists.collect().sources[0].events == 1
    assert len(lists.counts()["stays"]) == 2
    assert lists.counts()["unreadable"] == {}


# --- packed, hostile, unreadable -----------------------------------------------------------------


def test_a_gzip_file_waits_until_all_of_it_is_there(folder: Folder) -> None:
    packed = gzip.compress(b"".join(LINES), mtime=0)
    folder.put("mail.log.1.gz", packed[:-4])
    result = folder.collect().sources[0]
    assert (result.lines, result.waiting) == (0, 1)
    assert "not complete yet" in result.problems[0]
    folder.put("mail.log.1.gz", packed)
    assert folder.collect().lines == 60


def test_a_damaged_gzip_file_counts_nothing_and_is_named(lite: Folder) -> None:
    packed = bytearray(gzip.compress(b"".join(LINES), mtime=0))
    packed[-5] ^= 1  # its checksum
    lite.put("mail.log.1.gz", bytes(packed))
    result = lite.collect().sources[0]
    assert result.lines == 0
    assert "mail.log.1.gz: is a damaged gzip file" in result.problems[0]


def test_gzip_members_one_after_the_other_are_one_stream(lite: Folder) -> None:
    lite.put("a.gz", gzip.compress(b"".join(LINES[:30])) + gzip.compress(b"".join(LINES[30:])) + b"\0" * 512)
    assert lite.collect().lines == 60


def test_a_gzip_file_too_big_for_memory_is_read_all_the_same(
    lite: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "KEEP", 1000)
    monkeypatch.setattr(files, "BLOCK", 512)
    monkeypatch.setattr(intake_module, "PIECE", 700)
    monkeypatch.setattr(intake_module, "MAX_LINE", 600)
    lite.put("a.gz", gzip.compress(b"".join(LINES)))
    assert lite.collect().lines == 60
    assert logins(lite.database) == {LAN: 30, MINH: 30}
    assert lite.counts()["unreadable"] == {}


def test_links_devices_and_other_packings_are_named_and_not_followed(lite: Folder) -> None:
    secret = lite.path.parent / "elsewhere"
    secret.write_bytes(b"".join(LINES))
    (lite.path / "link").symlink_to(secret)
    os.mkfifo(lite.path / "pipe")
    lite.put("a.xz", b"\xfd7zXZ\x00rest")
    lite.put("a.zip", b"PK\x03\x04rest")
    (lite.path / "folder").mkdir()
    result = lite.collect().sources[0]
    assert result.lines == 0
    told = sorted(problem.removeprefix(f"{lite.path}/") for problem in result.problems)
    assert told == [
        "a.xz: is a xz file that is not complete yet",
        "a.zip: is a zip archive; gzip, bzip2, xz and zstd are read",
        "link: is a symbolic link; links are not followed",
        "pipe: is not a regular file",
    ]


def test_a_source_without_files_says_so(lite: Folder) -> None:
    assert "no file is there" in lite.collect().sources[0].problems[0]


def test_a_copy_that_has_only_begun_is_taken_for_what_it_is(folder: Folder) -> None:
    folder.put("mail.log.1", b"".join(LINES))
    folder.collect()
    for size in (10, len(LINES[0]), len(LINES[0]) + 7, sum(map(len, LINES[:3])), 5000):
        folder.put("copy", b"".join(LINES)[:size])
        assert folder.collect().lines == 0
    folder.put("copy", b"".join(LINES))
    assert folder.collect().lines == 0
    assert logins(folder.database) == {LAN: 30, MINH: 30}


@pytest.mark.parametrize("length", [64 * 1024, 64 * 1024 + 1, 300_000])
def test_a_line_longer_than_64_kib_is_counted_once_and_the_next_one_read(lite: Folder, length: int) -> None:
    long = b"2019-10-01T08:00:00+07:00 mail x: ".ljust(length, b"y") + b"\n"
    lite.put("mail.log", LINES[0] + long + long + LINES[1])
    result = lite.collect().sources[0]
    assert result.lines == 4
    assert result.unreadable == (2 if length > 64 * 1024 else 0)
    assert sum(logins(lite.database).values()) == 2


def test_a_line_longer_than_a_piece_is_passed_over_without_keeping_it(
    lite: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "PIECE", 70_000)
    lite.put("mail.log", LINES[0] + b"y" * 500_000)
    assert lite.collect().sources[0].waiting == 1
    lite.append("mail.log", b"y" * 100_000 + b"\n" + LINES[1])
    result = lite.collect().sources[0]
    assert (result.lines, result.unreadable) == (2, 1)
    assert sum(logins(lite.database).values()) == 2


def test_a_year_without_a_name_comes_from_the_name_the_header_or_the_time(lite: Folder) -> None:
    line = login("Dec 30 08:00:00").encode()
    other = login("Dec 30 09:00:00").encode()
    third = login("Dec 30 10:00:00").encode()
    lite.put("mail.log-20180103", line)  # copied: modified now
    lite.put("mail.log.gz", gzip.compress(other, mtime=1546905600))  # 2019-01-08
    lite.put("mail.log.9", third, 1577836800)  # 2020-01-01
    lite.collect()
    assert [month for month, _account, _source in sorted(lite.counts()["mail"])] == [
        "2017-12",
        "2018-12",
        "2019-12",
    ]


# --- names, stopping, again ----------------------------------------------------------------------


def test_unknown_sources_and_readers_are_refused_by_name(lite: Folder) -> None:
    with pytest.raises(Refused, match="there is no source 'mial'; known: mail"):
        lite.collect(only=["mial"])
    with pytest.raises(Refused, match="there is no reader 'dovecott'; did you mean 'dovecot'"):
        collect(lite.database, [Source("mail", "dovecott", "x")], ZONE)


def test_stopping_keeps_what_was_counted_and_the_next_run_goes_on(
    lite: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "PIECE", 2000)
    monkeypatch.setattr(intake_module, "MAX_LINE", 1000)
    lite.put("mail.log", b"".join(LINES))
    stop = threading.Event()
    told: list[int] = []
    read: list[int] = []

    def progress(done: int, total: int, source: str, lines: int) -> None:
        told.append(done)
        read.append(lines)
        if len(told) == 3:
            stop.set()

    first = lite.collect(progress=progress, stop=stop)
    assert first.stopped
    assert 0 < first.lines < 60
    assert read == sorted(read)
    assert read[-1] == first.lines
    second = lite.collect(stop=lambda: False)
    assert first.lines + second.lines == 60
    assert logins(lite.database) == {LAN: 30, MINH: 30}


def test_again_counts_what_was_declared_since(folder: Folder) -> None:
    text = login("Oct  1 08:00:00", "late@hoabinh.example") + login("Oct  1 09:00:00")
    folder.put("mail.log", text.encode(), 1572523200)
    other = Source("other", "dovecot", str(folder.path / "mail.log"))
    collect(folder.database, [*folder.sources, other], ZONE)
    declare(folder.database, {"late@hoabinh.example": ("[]", None)})
    collected = collect_again(folder.database, [*folder.sources, other], ZONE, "mail")
    assert (collected.lines, collected.sources[0].unmatched) == (2, 0)
    found = folder.counts()
    assert set(found["mail"]) == {
        ("2019-10", "late@hoabinh.example", "mail"),
        ("2019-10", LAN, "mail"),
        ("2019-10", LAN, "other"),
    }
    assert [key[0] for key in found["unmatched"]] == ["other"]
    assert {row[2] for row in found["coverage"].values()} == {2}
    assert folder.collect().lines == 0


def test_again_refuses_to_lose_what_lies_nowhere_any_more(folder: Folder) -> None:
    folder.put("mail.log.1", b"".join(LINES[:30]))
    folder.put("mail.log", b"".join(LINES[30:]))
    folder.collect()
    before = folder.counts()
    (folder.path / "mail.log.1").unlink()
    with pytest.raises(Refused, match=r"1 files that were read are no longer there .*mail\.log\.1"):
        collect_again(folder.database, folder.sources, ZONE, "mail")
    assert folder.counts() == before
    collect_again(folder.database, folder.sources, ZONE, "mail", drop_missing=True)
    assert sum(logins(folder.database).values()) == 30


def test_again_stopped_changes_nothing(lite: Folder) -> None:
    lite.put("mail.log", b"".join(LINES))
    lite.collect()
    before = lite.counts()
    with pytest.raises(Refused, match="stopped"):
        collect_again(lite.database, lite.sources, ZONE, "mail", stop=lambda: True)
    assert lite.counts() == before


def test_a_piece_that_another_collector_was_faster_with_is_dropped(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("mail.log", b"".join(LINES[:30]))
    raced = []
    piece = intake_module.SourceIntake._piece

    def slow(self: intake_module.SourceIntake, *arguments: object) -> object:
        found = piece(self, *arguments)  # type: ignore[arg-type]
        if not raced:
            raced.append(True)
            folder.append("mail.log", b"".join(LINES[30:]))
            Folder(folder.path, folder.database).collect()
        return found

    monkeypatch.setattr(intake_module.SourceIntake, "_piece", slow)
    folder.collect()
    assert logins(folder.database) == {LAN: 30, MINH: 30}
    with folder.database.read() as reader:
        (file,) = source_files(reader)
    assert file.lines == 60


# --- what people see -----------------------------------------------------------------------------


def test_days_without_lines_are_named(folder: Folder) -> None:
    text = login("Oct  1 08:00:00") + login("Oct  2 08:00:00") + login("Oct  5 08:00:00")
    folder.put("mail.log", text.encode(), 1572523200)
    folder.collect()
    with folder.database.read() as reader:
        (month,) = coverage(reader)
        assert (month.days, month.missing, month.lines) == (
            ("2019-10-01", "2019-10-02", "2019-10-05"),
            ("2019-10-03", "2019-10-04"),
            3,
        )
        assert coverage(reader, documents={"mail"})[0].missing == ()
        assert coverage(reader, month="2019-11") == []
        assert coverage(reader, source="none") == []


def test_the_lists_of_what_went_wrong_have_places(folder: Folder) -> None:
    folder.put("mail.log", LINES[0] + b"\x1b[31mgarbage\n" + lines_of(["who@hoabinh.example"])[0])
    folder.collect()
    with folder.database.read() as reader:
        (line,) = unreadable(reader)
        (miss,) = unmatched(reader, 10)
    assert (line.reason, line.position, line.path) == (
        "no time stamp",
        len(LINES[0]),
        str(folder.path / "mail.log"),
    )
    assert (miss.sort, miss.value, miss.count) == ("address", "who@hoabinh.example", 1)


def test_a_full_disk_loses_and_doubles_nothing(lite: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    lite.put("mail.log", b"".join(LINES[:30]))
    save = intake_module.SourceIntake._save

    def full(self: intake_module.SourceIntake, writer: object, known: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(intake_module.SourceIntake, "_save", full)
    with pytest.raises(OSError, match="No space left"):
        lite.collect()
    assert counts(lite.database)["mail"] == {}
    monkeypatch.setattr(intake_module.SourceIntake, "_save", save)
    assert lite.collect().lines == 30


def test_sqlite_that_cannot_grow_says_so_and_keeps_the_offset(lite: Folder) -> None:
    lite.collect()
    accounts = {f"user{n}@hoabinh.example": ACCOUNTS[LAN] for n in range(3000)}
    declare(lite.database, accounts)
    lite.put("mail.log", b"".join(lines_of(accounts)))
    real = lite.database.connect

    def small(**options: bool) -> object:
        connection = real(**options)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        return connection

    lite.database.connect = small  # type: ignore[method-assign, assignment]
    with pytest.raises(Refused, match="disk is full"):
        lite.collect()
    lite.database.connect = real  # type: ignore[method-assign]
    assert counts(lite.database)["mail"] == {}
    assert lite.collect().lines == 3000
    assert set(logins(lite.database).values()) == {1}


def test_what_of_a_count_fell_before_the_15th_is_kept_over_pieces_and_for_late_addresses(
    folder: Folder,
) -> None:
    """Months of some reports begin on the 15th. OLD is one account's only up to the 15th."""
    folder.put("mail.log", (login("Oct 14 23:59:00") + login("Oct 14 09:00:00", OLD)).encode(), 1572523200)
    folder.collect()
    folder.append("mail.log", (login("Oct 15 00:01:00") + login("Oct 15 08:00:00", OLD)).encode())
    folder.collect()
    with folder.database.read() as reader:
        found = reader.rows(
            "SELECT account, logins, logins_to_14, sent_to_14, received_to_14 FROM mail_activity ORDER BY account"
        )
    assert sorted(found) == sorted([(LAN, 2, 1, 0, 0), (OLD, 2, 1, 0, 0)])
