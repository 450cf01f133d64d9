"""How fast a mail log is read and collected, beside what reads the same file otherwise.

    python benchmarks/bench_collect.py [--lines 1000000] [--piece MIB …] [--postgres URL]

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
                    f"postfix/smtp[{n}]: 4PbCZy{n:x}: to=<{user}>, relay=10.0.0.3[10.0.0.3]:10024, delay=1.2, "
                    "delays=0.1/0/0.1/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
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
    database = Database(url or f"sqlite:///{folder}/bench-{time.monotonic_ns()}.db", f"bench{time.monotonic_ns()}")
    schema.upgrade(database, all_tables(standard()))
    columns = ("province", "key", "file", "line", "digest", "revision", "sample", "orphaned", "fold", "sort_key")
    with database.write() as writer:
        writer.insert(
            "account",
            (*columns, "unit_id", "type"),
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
        folder = Path(name)
        for stamps in ("bsd", "iso"):
            path = folder / "logs" / f"mail.log-201910.{stamps}"
            path.parent.mkdir(exist_ok=True)
            write_log(path, chosen.lines, stamps)
            source = Source("mail", "dovecot", str(path))
            path.read_bytes()  # into the page cache
            rates = {
                "grep -c (one literal)": cpu(
                    lambda: subprocess.run(["grep", "-c", "Login: user=<", path], capture_output=True)
                ),
                "naive reader, two patterns": cpu(lambda: naive(path)),
                "the reader alone": cpu(lambda: read_only(path)),
            }
            for piece in chosen.piece:
                intake.PIECE = piece << 20
                database = fresh(folder, None)
                rates[f"collect into SQLite, {piece} MiB"] = cpu(lambda: collect(database, [source], ZONE))
                if chosen.postgres:
                    database = fresh(folder, chosen.postgres)
                    rates[f"collect into PostgreSQL, {piece} MiB (client)"] = cpu(
                        lambda: collect(database, [source], ZONE)
                    )
                rates["collect again, nothing new"] = cpu(lambda: collect(database, [source], ZONE))
            base = rates["naive reader, two patterns"]
            print(f"\n{stamps} stamps, {chosen.lines:,} lines, {path.stat().st_size / 1e6:.0f} MB")
            for label, seconds in rates.items():
                speed = chosen.lines / seconds / 1e6 if seconds else float("inf")
                print(f"  {label:42} {seconds:7.2f} CPU s  {speed:7.2f} M lines/s  {base / seconds:6.1f}× naive")
    print(f"\nlargest resident size: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
