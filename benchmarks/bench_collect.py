"""How fast a mail log is read and collected, beside what reads the same file otherwise.

    python -m benchmarks.bench_collect [--lines 1000000] [--piece MIB …] [--postgres URL]

Makes a log as one server of 8,000 mailboxes writes it (Dovecot, Postfix and a filter; one line in
four is a login), then prints lines per CPU-second of: a naive reader (one line, two patterns), `grep -c`,
the Dovecot reader alone, and `collect` into an empty SQLite (and for several sizes of a transaction).
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from opsconsole.evidence import intake
from opsconsole.evidence.collect import collect
from opsconsole.evidence.files import Stream
from opsconsole.evidence.reader import Origin
from opsconsole.evidence.readers.dovecot import READER
from opsconsole.inventory.kinds import standard
from opsconsole.inventory.tables import all_tables
from opsconsole.settings import Source
from opsconsole.store import schema
from opsconsole.store.database import Database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
USERS = 8000
NAIVE = "naive reader, two patterns"


def write_log(path: Path, lines: int, stamps: str) -> None:
    """A month of October 2019, *lines* long, with ``iso`` or ``bsd`` stamps."""
    random_ = random.Random(7)
    step = 31 * 86400 / lines
    with path.open("w", encoding="ascii") as file:
        for n in range(lines):
            second = int(n * step)
            day, rest = divmod(second, 86400)
            clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
            if stamps == "iso":
                stamp = f"2019-10-{day + 1:02d}T{clock}.{n % 1000000:06d}+07:00"
            else:
                stamp = f"Oct {day + 1:2d} {clock}"
            user = f"user{random_.randrange(USERS)}@hoabinh.example"
            which = n % 8
            if which in (0, 4):
                text = (
                    f"dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip=10.1.2.3, lip=10.0.0.2, "
                    f"mpid={n}, TLS, session=<{n:x}>"
                )
            elif which == 1:
                text = f"dovecot: imap({user})<{n}><{n:x}>: Logged out in=166 out=10854 deleted=0 expunged=0"
            elif which == 2:
                text = (
                    f"dovecot: lmtp({user})<{n}><{n:x}>: sieve: msgid=<{n}@x.example>: "
                    "stored mail into mailbox 'INBOX'"
                )
            elif which == 3:
                text = f"postfix/smtpd[{n}]: connect from mail.example[203.0.113.9]"
            else:
                text = (
                    f"postfix/smtp[{n}]: 4PbCZy{n:x}: to=<{user}>, relay=10.0.0.3[10.0.0.3]:10024, "
                    "delay=1.2, delays=0.1/0/0.1/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
                )
            file.write(f"{stamp} mail {text}\n")


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of *work*, of this process and of those it starts."""

    def used() -> float:
        return sum(
            sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )

    before = used()
    work()
    return used() - before


def naive(path: Path) -> None:
    """A line at a time, two patterns on each: what one writes first."""
    login = re.compile(r"imap-login: (?:Login|Logged in): user=<([^>]*)>")
    stored = re.compile(r"lmtp\(([^)]*)\).*stored mail")
    days: Counter[tuple[str, str]] = Counter()
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            found = login.search(line) or stored.search(line)
            if found:
                days[found.group(1), line[:10]] += 1


def read_only(path: Path) -> None:
    """The reader alone, without a database."""
    stream = Stream(path)
    parser = READER.begin(Origin(str(path), stream.reference(), ZONE, outline=stream.outline))
    position = 0
    while data := stream.read(position, intake.PIECE):
        data = data[: data.rfind(b"\n") + 1]
        for _event in parser.feed(data, position):
            pass
        position += len(data)
    stream.close()


def fresh(folder: Path, url: str | None) -> Database:
    """An empty database in which the accounts of the log are declared."""
    number = time.monotonic_ns()
    database = Database(url or f"sqlite:///{folder}/bench-{number}.db", f"bench{number}")
    schema.upgrade(database, all_tables(standard()))
    columns = ("province", "key", "file", "line", "digest", "revision", "sample", "orphaned")
    with database.write() as writer:
        writer.insert(
            "account",
            (*columns, "fold", "sort_key", "unit_id", "type"),
            (
                (writer.province, f"user{n}@hoabinh.example", "f", 1, "d", 1, 0, 0, "f", "s", "u", "personal")
                for n in range(USERS)
            ),
        )
    return database


def main() -> None:
    """Make the log, run all, print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--piece", type=int, nargs="*", default=[4], help="MiB a transaction")
    options.add_argument("--postgres", help="URL of a PostgreSQL database to collect into")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for stamps in ("bsd", "iso"):
            path = Path(name) / "logs" / f"mail.log-201910.{stamps}"
            path.parent.mkdir(exist_ok=True)
            write_log(path, chosen.lines, stamps)
            path.read_bytes()  # into the page cache
            show(rates(path, chosen.piece, chosen.postgres), path, stamps, chosen.lines)
    print(f"\nlargest resident size: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def rates(path: Path, pieces: list[int], postgres: str | None) -> dict[str, float]:
    """CPU seconds of each way to read *path*."""
    source = Source("mail", "dovecot", str(path))
    grep = ["grep", "-c", "Login: user=<", str(path)]
    found = {
        "grep -c (one literal)": cpu(lambda: subprocess.run(grep, capture_output=True)),
        NAIVE: cpu(lambda: naive(path)),
        "the reader alone": cpu(lambda: read_only(path)),
    }
    for piece in pieces:
        intake.PIECE = piece << 20
        for label, url in (("SQLite", None), ("PostgreSQL (client)", postgres)):
            if label == "SQLite" or url:
                database = fresh(path.parent.parent, url)
                again = partial(collect, database, [source], ZONE)
                found[f"collect into {label}, {piece} MiB"] = cpu(again)
                found[f"the same, nothing new, {label}"] = cpu(again)
    return found


def show(found: dict[str, float], path: Path, stamps: str, lines: int) -> None:
    """Print the table of one log."""
    print(f"\n{stamps} stamps, {lines:,} lines, {path.stat().st_size / 1e6:.0f} MB")
    for label, seconds in found.items():
        speed = lines / seconds / 1e6 if seconds else float("inf")
        ratio = found[NAIVE] / seconds
        print(f"  {label:42} {seconds:7.2f} CPU s  {speed:7.2f} M lines/s  {ratio:6.1f}× naive")


if __name__ == "__main__":
    main()
