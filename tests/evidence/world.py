"""A small register and a folder of evidence, for tests of collecting."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from opsconsole.evidence.collect import Collected, collect
from opsconsole.settings import Source
from opsconsole.store.database import Database
from tests.evidence.lines import LAN, MINH, ZONE

OLD = "old.box@hoabinh.example"  # closed on 2019-10-15
ACCOUNTS = {
    LAN: ("[]", None),
    MINH: (json.dumps(["minh@hoabinh.example"]), None),
    OLD: ("[]", "2019-10-15"),
}
SITES = {
    "HB-17": ("Điểm cầu UBND tỉnh", ["UBND tinh Hoa Binh"]),
    "HB-158": ("Huyện Mai Châu", ["Mai Châu"]),
    "TL-1": ("Xã Tu Lý", []),
    "TL-2": ("Xã Tú Lý", []),
}
SESSIONS = {"S-1": "2019-03-05T08:00", "S-2": "2019-03-05T14:00", "S-3": "2019-03-07T08:00"}

_COMMON = ("province", "key", "file", "line", "digest", "revision", "sample", "orphaned", "fold", "sort_key")


def declare(
    database: Database,
    accounts: dict[str, tuple[str, str | None]] | None = None,
) -> None:
    """Put accounts (all of the world by default), sites and sessions into the register."""
    chosen = ACCOUNTS if accounts is None else accounts
    with database.write() as writer:

        def common(key: str) -> tuple[Any, ...]:
            return (writer.province, key, "f.yaml", 1, "d", 1, 0, 0, key, key)

        writer.insert(
            "account",
            (*_COMMON, "unit_id", "type", "aliases", "ended"),
            [(*common(key), "17@", "personal", *row) for key, row in chosen.items()],
        )
        if accounts is not None:
            return
        writer.insert(
            "site",
            (*_COMMON, "unit_id", "name", "endpoint", "aliases"),
            [
                (*common(key), "17@", name, "codec", json.dumps(aliases, ensure_ascii=False))
                for key, (name, aliases) in SITES.items()
            ],
        )
        writer.insert(
            "session",
            (*_COMMON, "title", "kind", "starts_at", "ends_at"),
            [(*common(key), "t", "other", start, start) for key, start in SESSIONS.items()],
        )


class Folder:
    """A folder of evidence that one source reads."""

    def __init__(self, path: Path, database: Database, reader: str = "dovecot") -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path, self.database = path, database
        self.sources = (Source("mail", reader, str(path / "*")),)

    def put(self, name: str, data: bytes, modified: float | None = None) -> Path:
        """Write *data* as the file *name*."""
        path = self.path / name
        path.write_bytes(data)
        if modified is not None:
            os.utime(path, (modified, modified))
        return path

    def append(self, name: str, data: bytes) -> None:
        """Add *data* to the file *name*."""
        with (self.path / name).open("ab") as file:
            file.write(data)

    def zip(self, name: str) -> None:
        """Compress *name* as rotation does."""
        path = self.path / name
        status = path.stat()
        packed = self.path / f"{name}.gz"
        packed.write_bytes(gzip.compress(path.read_bytes(), 1, mtime=int(status.st_mtime)))
        os.utime(packed, ns=(status.st_atime_ns, status.st_mtime_ns))
        path.unlink()

    def collect(self, **options: Any) -> Collected:
        """Collect, once."""
        return collect(self.database, self.sources, ZONE, **options)

    def counts(self) -> dict[str, Any]:
        """Everything that was counted, without what depends on how it arrived."""
        return counts(self.database)


def counts(database: Database) -> dict[str, Any]:
    """Everything in the tables of evidence that does not depend on how the lines arrived."""
    with database.read() as reader:
        return {
            "mail": {
                tuple(row[:3]): tuple(row[3:])
                for row in reader.rows(
                    "SELECT month, account, source, login_days, sent_days, received_days, logins, sent, "
                    "received, failed FROM mail_activity WHERE province = :province"
                )
            },
            "coverage": {
                tuple(row[:2]): tuple(row[2:])
                for row in reader.rows(
                    "SELECT source, day, first_at, last_at, lines, lost FROM coverage "
                    "WHERE province = :province"
                )
            },
            "unmatched": {
                tuple(row[:3]): tuple(row[3:])
                for row in reader.rows(
                    "SELECT source, sort, value, candidates, count, first_day, last_day FROM unmatched "
                    "WHERE province = :province"
                )
            },
            "unreadable": dict(
                reader.rows("SELECT reason, count FROM unreadable WHERE province = :province")
            ),
            "stays": sorted(
                reader.rows(
                    "SELECT session, site, joined_at, left_at, month FROM attendance "
                    "WHERE province = :province"
                )
            ),
        }


def logins(database: Database) -> dict[str, int]:
    """Logins by account, over all months."""
    with database.read() as reader:
        return dict(
            reader.rows(
                "SELECT account, CAST(sum(logins) AS bigint) FROM mail_activity "
                "WHERE province = :province GROUP BY account"
            )
        )


def lines_of(addresses: Iterable[str], stamp: str = "2019-10-{day:02d}T08:{n:02d}:00+07:00") -> list[bytes]:
    """One login line for each of *addresses*, all different."""
    return [
        (
            f"{stamp.format(day=1 + n % 28, n=n % 60)} mail dovecot: imap-login: Login: user=<{address}>, "
            f"method=PLAIN, mpid={n}, session=<{n:06d}>\n"
        ).encode()
        for n, address in enumerate(addresses)
    ]
