"""How fast the log of a mail server is read and counted, beside what admins use on the same file today.

    python -m benchmarks.bench_mail [--lines 1500000] [--stamps bsd] [--json FILE]

Makes a log as a server of 8,000 mailboxes writes it (Postfix, Dovecot and amavis, which hands each mail back
under a second queue id; 560,000 lines a day, as a month of 17 million has), then measures, in one run on
the same file: ``opsconsole`` with all counts committed to SQLite, plain and from .gz, as it is installed
(with PCRE2 where ``opsconsole[fast]`` is) and with Python's own ``re`` and ``zlib``; pflogsumm; a naive
loop (a line at a time, two patterns); ``grep -c``. Then a day's increment, two files on two processes, and
the memory of each. Figures are CPU seconds of whole processes, the least of ``--runs``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.bench_collect import fresh, naive
from opsconsole.evidence.collect import collect
from opsconsole.evidence.reader import installed
from opsconsole.settings import Source
from opsconsole.store.database import Database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
USERS = 8000
A_DAY = 560_000
DOMAIN = "hoabinh.example"
_QUEUE = "BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789"
_MONTHS = ("Oct", "Nov")


class Log:
    """A made log, in the order of time."""

    def __init__(self, path: Path, stamps: str, day: int = 0) -> None:
        self._file = path.open("w", encoding="ascii")
        self._stamps, self._now = stamps, day * 86400.0
        self._random = random.Random(7 + day)
        self.lines = 0

    def fill(self, lines: int) -> None:
        """Write *lines* (a few more, so that the last mail is whole)."""
        step = 86400 / (A_DAY / 9.6)
        while self.lines < lines:
            self._now += step * self._random.random() * 2
            if self._random.random() < 0.55:
                self._session()
            else:
                self._mail(submitted=self._random.random() < 0.45)
        self._file.close()

    def _write(self, *messages: str) -> None:
        day, rest = divmod(int(self._now), 86400)
        clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
        if self._stamps == "iso":
            micro = self._random.randrange(10**6)
            stamp = f"2026-{10 + day // 31}-{day % 31 + 1:02d}T{clock}.{micro:06d}+07:00 mail "
        else:
            stamp = f"{_MONTHS[day // 31]} {day % 31 + 1:2d} {clock} mail "
        self._file.writelines(f"{stamp}{message}\n" for message in messages)
        self.lines += len(messages)

    def _user(self) -> str:
        return f"user{self._random.randrange(USERS)}@{DOMAIN}"

    def _queue(self) -> str:
        draw = self._random.choice
        return "4" + "".join(draw(_QUEUE) for _n in range(6)) + "z" + "".join(draw(_QUEUE) for _n in range(3))

    def _session(self) -> None:
        draw, user, id_ = self._random.randrange, self._user(), f"{self._random.getrandbits(48):012x}"
        pid, remote = draw(1000, 32000), f"10.1.{draw(256)}.{draw(256)}"
        self._write(
            f"dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip={remote}, lip=10.0.0.2, "
            f"mpid={pid}, TLS, session=<{id_}>",
            f"dovecot: imap({user})<{pid}><{id_}>: Logged out in={draw(9999)} out={draw(99999)} deleted=0 "
            f"expunged=0 trashed=0 hdr_count={draw(3)} hdr_bytes=0 body_count=0 body_bytes=0",
        )
        if draw(10) == 0:
            self._write(
                "dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): "
                f"user=<{user}>, method=PLAIN, rip={remote}, lip=10.0.0.2, TLS, session=<{id_}f>"
            )

    def _mail(self, *, submitted: bool) -> None:
        draw, user = self._random.randrange, self._user()
        first, second, pid = self._queue(), self._queue(), draw(1000, 32000)
        id_ = f"<{self._random.getrandbits(60):x}@mail.{DOMAIN}>"
        service = "submission/smtpd" if submitted else "smtpd"
        host = f"host{pid}.example.net[203.0.113.{pid % 250}]"
        sender = self._user() if submitted else f"x{pid}@example.net"
        login = f", sasl_method=PLAIN, sasl_username={sender}" if submitted else ""
        size = draw(90000)
        self._write(
            f"postfix/{service}[{pid}]: connect from {host}",
            f"postfix/{service}[{pid}]: {first}: client={host}{login}",
            f"postfix/cleanup[{pid + 1}]: {first}: message-id={id_}",
            f"postfix/qmgr[900]: {first}: from=<{sender}>, size={size}, nrcpt=1 (queue active)",
            f"postfix/{service}[{pid}]: disconnect from {host} ehlo=2 mail=1 rcpt=1 data=1 quit=1 commands=6",
            f"postfix/smtpd[{pid + 7}]: connect from localhost[127.0.0.1]",
            f"postfix/smtpd[{pid + 7}]: {second}: client=localhost[127.0.0.1]",
            f"postfix/cleanup[{pid + 1}]: {second}: message-id={id_}",
            f"postfix/qmgr[900]: {second}: from=<{sender}>, size={size + 600}, nrcpt=1 (queue active)",
            f"postfix/smtpd[{pid + 7}]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 "
            "quit=1 commands=5",
            f"amavis[{pid + 9}]: ({pid + 9}-03) Passed CLEAN {{RelayedInbound}}, [203.0.113.9]:51234 "
            f"<{sender}> -> <{user}>, Queue-ID: {first}, Message-ID: {id_}, mail_id: aa, Hits: -1.2, "
            f"size: {size}, queued_as: {second}, 1203 ms",
            f"postfix/smtp[{pid + 2}]: {first}: to=<{user}>, relay=127.0.0.1[127.0.0.1]:10024, delay=1.2, "
            "delays=0.1/0/0/1.1, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 "
            f"2.0.0 Ok: queued as {second})",
            f"postfix/qmgr[900]: {first}: removed",
            f"dovecot: lmtp({pid}): Connect from local",
            f"dovecot: lmtp({user})<{pid}><{second}>: sieve: msgid={id_}: stored mail into mailbox 'INBOX'",
            f"postfix/lmtp[{pid + 3}]: {second}: to=<{user}>, relay=mail.{DOMAIN}[private/dovecot-lmtp], "
            f"delay=0.05, delays=0.02/0/0/0.03, dsn=2.0.0, status=sent (250 2.0.0 <{user}> {second} Saved)",
            f"postfix/qmgr[900]: {second}: removed",
            f"dovecot: lmtp({pid}): Disconnect from local: Logged out (state=READY)",
        )


def child(*arguments: str) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and the most memory (MB) of this module run with *arguments*."""
    return run([sys.executable, "-m", "benchmarks.bench_mail", *arguments])


def run(command: list[str]) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and the most memory (MB) of *command*."""
    began = time.monotonic()
    with (
        tempfile.TemporaryFile() as out,  # grep reads on only where somebody may read what it writes
        subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=_environment()) as process,
    ):
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss / 1024


def _environment() -> dict[str, str]:
    """That of an installed program, whose modules are compiled once."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def count(path: str, url: str, province: str, *, plain: bool = False) -> None:
    """Collect *path* into the database, as ``opsconsole collect`` does; *plain* leaves out what
    ``opsconsole[fast]`` brings."""
    if plain:
        sys.modules["pcre2"] = sys.modules["isal"] = None  # type: ignore[assignment] - not to be imported
    collect(Database(url, province), [Source(Path(path).name, "maillog", path)], ZONE)


def main() -> None:
    """Make the log, run all, print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--lines", type=int, default=1_500_000)
    options.add_argument("--stamps", choices=("bsd", "iso"), default="bsd")
    options.add_argument("--runs", type=int, default=2)
    options.add_argument("--json", type=Path)
    options.add_argument("--count", nargs=3, metavar=("PATH", "URL", "PROVINCE"), help=argparse.SUPPRESS)
    options.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--naive", metavar="PATH", help=argparse.SUPPRESS)
    options.add_argument("--idle", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.count:
        count(*chosen.count, plain=chosen.plain)
    elif chosen.naive:
        naive(Path(chosen.naive))
    elif chosen.idle:
        installed()  # what has to be imported to read anything
    else:
        with tempfile.TemporaryDirectory() as name:
            found = measure(Path(name), chosen.lines, chosen.stamps, chosen.runs)
        if chosen.json:
            chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measure(folder: Path, lines: int, stamps: str, runs: int) -> dict[str, Any]:
    """Everything, printed as it is found."""
    path = folder / "mail.log-20261103"
    log = Log(path, stamps)
    log.fill(lines)
    packed = folder / "mail.log-20261103.gz"
    with path.open("rb") as plain, gzip.open(packed, "wb", 6) as out:
        shutil.copyfileobj(plain, out)
    size = path.stat().st_size / 1e6
    print(f"{log.lines:,} lines, {size:.0f} MB, stamps {stamps}; packed {packed.stat().st_size / 1e6:.0f} MB")
    idle = child("--idle")[0]

    def ours(source: Path, *more: str) -> tuple[float, float, float]:
        database = fresh(folder, None)
        return child("--count", str(source), f"sqlite:///{database.path}", database.province, *more)

    ways: dict[str, Any] = {
        "opsconsole, counts committed": lambda: ours(path),
        "opsconsole, from .gz": lambda: ours(packed),
    }
    if find_spec("pcre2") or find_spec("isal"):
        ways |= {
            "opsconsole, without [fast]": lambda: ours(path, "--plain"),
            "opsconsole, without, from .gz": lambda: ours(packed, "--plain"),
        }
    else:
        print("opsconsole[fast] is not installed: neither PCRE2 nor ISA-L is used")
    ways |= {
        "naive loop, two patterns": lambda: child("--naive", str(path)),
        "grep -c, one literal": lambda: run(["grep", "-c", "Login: user=<", str(path)]),
    }
    if shutil.which("pflogsumm"):
        ways["pflogsumm"] = lambda: run(["pflogsumm", str(path)])
    else:
        print("pflogsumm is not installed (apt-get install pflogsumm): left out")
    found: dict[str, Any] = {}
    for label, way in ways.items():
        tries = [way() for _run in range(1 if label == "pflogsumm" else runs)]
        cpu, wall, memory = min(tries)
        # what Python needs to start and import is not reading
        reading = cpu - idle if label.startswith(("opsconsole", "naive")) else cpu
        found[label] = {"cpu": cpu, "wall": wall, "memory": memory, "rate": log.lines / reading}
        print(
            f"  {label:34} {cpu:7.2f} CPU s {wall:7.2f} s wall {memory:6.0f} MB "
            f"{log.lines / reading / 1e6:7.3f} M lines/CPU s"
        )
    if "pflogsumm" in found:
        ratio = found["opsconsole, counts committed"]["rate"] / found["pflogsumm"]["rate"]
        print(f"  {ratio:.1f}× pflogsumm")
        found["ratio to pflogsumm"] = ratio
    found["increment"] = increment(folder, stamps)
    found["two processes"] = twice(folder, stamps, lines // 2)
    return found


def increment(folder: Path, stamps: str) -> float:
    """Wall seconds of collecting one more day of a log that was read before."""
    path = folder / "growing.log"
    Log(path, stamps).fill(A_DAY)
    more = folder / "more.log"
    Log(more, stamps, day=1).fill(A_DAY)
    database = fresh(folder, None)
    arguments = ("--count", str(path), f"sqlite:///{database.path}", database.province)
    child(*arguments)
    with path.open("ab") as file:
        file.write(more.read_bytes())
    cpu, seconds, _memory = child(*arguments)
    print(f"  a day more ({A_DAY:,} lines): {seconds:.2f} s by the clock, {cpu:.2f} CPU s, start included")
    return seconds


def twice(folder: Path, stamps: str, lines: int) -> float:
    """How much faster two files are on two processes than on one, by the clock."""
    paths = [folder / "one.log", folder / "two.log"]
    for day, path in enumerate(paths):
        Log(path, stamps, day=day).fill(lines)
    database = fresh(folder, None)
    arguments = [("--count", str(path), f"sqlite:///{database.path}", database.province) for path in paths]
    one = sum(child(*each)[1] for each in arguments)
    database = fresh(folder, None)
    began = time.monotonic()
    both = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "benchmarks.bench_mail",
                "--count",
                str(path),
                f"sqlite:///{database.path}",
                database.province,
            ],
            env=_environment(),
        )
        for path in paths
    ]
    for process in both:
        process.wait()
    ratio = one / (time.monotonic() - began)
    print(
        f"  two files on two processes: {ratio:.2f}× of one after the other "
        f"(two bare loops, which is what the machine gives: {bare():.2f}×)"
    )
    return ratio


def bare() -> float:
    """How much faster two processes that only count are at once than one after the other."""
    loop = [sys.executable, "-c", "for number in range(20_000_000): pass"]
    began = time.monotonic()
    for _turn in range(2):
        subprocess.run(loop, check=True)
    one = time.monotonic() - began
    began = time.monotonic()
    both = [subprocess.Popen(loop) for _process in range(2)]
    for process in both:
        process.wait()
    return one / (time.monotonic() - began)


if __name__ == "__main__":
    main()
