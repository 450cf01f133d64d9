"""Two collectors at once, killed again and again while the log grows and is rotated, cut in place, moved to
another disk and replayed: exact counts.

``OPSCONSOLE_KILLS=1500 pytest tests/torture/test_collect_kill.py`` is the long form.
"""

from __future__ import annotations

import gzip
import multiprocessing
import os
import random
import shutil
import signal
import time
from pathlib import Path

from opsconsole.evidence import intake
from opsconsole.evidence.collect import collect
from opsconsole.settings import Source
from opsconsole.store.database import Database
from tests.evidence.lines import LAN, MINH, ZONE
from tests.evidence.world import declare

KILLS = int(os.environ.get("OPSCONSOLE_KILLS", "24"))
STRANGER = "who@hoabinh.example"
_fork = multiprocessing.get_context("fork")


def _collect_for_ever(database: Database, source: Source) -> None:
    """A collector that does nothing else; small pieces, so that a kill hits every place in turn."""
    intake.PIECE, intake.MAX_LINE, intake.PIECES = 1500, 1000, 2
    while True:
        collect(database, [source], ZONE)


class _Server:
    """A mail server with its log: writes lines, sometimes half of one, and rotates."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng = folder, rng
        self.log = folder / "mail.log"
        self.lines = 0
        self.expected = {LAN: 0, MINH: 0, STRANGER: 0}
        self.rest = b""

    def write(self) -> None:
        """Some lines; now and then the last one is torn and goes on in the next call."""
        data, self.rest = self.rest, b""
        for _n in range(self.rng.randrange(1, 40)):
            address = self.rng.choice(list(self.expected))
            self.expected[address] += 1
            self.lines += 1
            day = self.lines % 28 + 1
            data += (
                f"2019-10-{day:02d}T08:00:00+07:00 mail dovecot: imap-login: Login: user=<{address}>, "
                f"method=PLAIN, session=<{self.lines:x}>\n"
            ).encode()
        if self.rng.random() < 0.3:
            cut = self.rng.randrange(1, 60)
            data, self.rest = data[:-cut], data[-cut:]
        with self.log.open("ab") as file:
            file.write(data)

    def rotate(self) -> None:
        """As logrotate does: numbers go up, the older ones are packed. Now and then the log is copied and
        cut in place instead of renamed, lies on another disk, or an old part comes back from a backup."""
        if self.rest:
            return  # a server ends its line before it opens the next file
        if self.rng.random() < 0.3:
            self._replace(self.rng.choice(sorted(self.folder.iterdir())))
        for number in range(60, 0, -1):
            for name in (f"mail.log.{number}", f"mail.log.{number}.gz"):
                if (self.folder / name).exists():
                    (self.folder / name).rename(self.folder / name.replace(str(number), str(number + 1), 1))
        if self.log.exists() and self.rng.random() < 0.4:
            shutil.copyfile(self.log, self.folder / "mail.log.1")
            os.truncate(self.log, 0)
        elif self.log.exists():
            self.log.rename(self.folder / "mail.log.1")
        second = self.folder / "mail.log.2"
        if second.exists():
            self._pack(second)

    def _replace(self, path: Path) -> None:
        """The same content on another disk, or once more under another name."""
        copy = self.folder / f"restored-{path.name}" if self.rng.random() < 0.5 else path
        hidden = path.with_name(f"{path.name}.new")
        shutil.copyfile(path, hidden)
        hidden.rename(copy)

    def _pack(self, path: Path) -> None:
        data = gzip.compress(path.read_bytes(), 1)
        packed = path.with_name(path.name + ".gz")
        with packed.open("wb") as file:  # for a moment only half of it is there
            file.write(data[: len(data) // 2])
            file.flush()
            file.write(data[len(data) // 2 :])
        path.unlink()


def test_kills_at_any_instruction_lose_and_double_nothing(database: Database, tmp_path: Path) -> None:
    declare(database)
    folder = tmp_path / "logs"
    folder.mkdir()
    rng = random.Random(20191001)
    server = _Server(folder, rng)
    source = Source("mail", "maillog", str(folder / "*"))
    server.write()

    def start() -> multiprocessing.process.BaseProcess:
        process = _fork.Process(target=_collect_for_ever, args=(database, source), daemon=True)
        process.start()
        return process

    collectors = [start(), start()]
    try:
        rotated = 0
        for _kill in range(KILLS):
            for _step in range(rng.randrange(1, 4)):
                server.write()
                time.sleep(rng.uniform(0, 0.02))
            if rng.random() < 0.25 and rotated < 60:
                before = server.log.stat().st_size if server.log.exists() else 0
                server.rotate()
                rotated += before > 0 and (not server.log.exists() or not server.log.stat().st_size)
            victim = rng.randrange(2)
            os.kill(collectors[victim].pid or 0, signal.SIGKILL)
            collectors[victim].join()
            assert collectors[victim].exitcode == -signal.SIGKILL, "a collector ended by itself"
            collectors[victim] = start()
    finally:
        for process in collectors:
            process.kill()
            process.join()
    if server.rest:
        with server.log.open("ab") as file:
            file.write(server.rest)
    collect(database, [source], ZONE)
    assert collect(database, [source], ZONE).lines == 0
    with database.read() as reader:
        counted = {
            account: int(times)
            for account, times in reader.rows(
                "SELECT account, sum(logins) FROM mail_activity WHERE province = :province GROUP BY account"
            )
        }
        counted[STRANGER] = reader.value("SELECT count FROM unmatched WHERE province = :province")
        covered = reader.value("SELECT sum(lines) FROM coverage WHERE province = :province")
        read = reader.value("SELECT sum(lines) FROM source_file WHERE province = :province")
        odd = reader.rows("SELECT reason, count FROM unreadable WHERE province = :province")
    assert odd == []
    assert counted == server.expected
    assert (int(covered), int(read)) == (server.lines, server.lines)
