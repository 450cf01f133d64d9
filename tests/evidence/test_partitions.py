"""However a log arrives (grown, rotated, packed, copied, cut in pieces), its counts are the same."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsconsole.evidence import intake
from opsconsole.store.database import Database
from tests.evidence.lines import LAN, MINH
from tests.evidence.world import Folder, counts, declare

_WHO = st.sampled_from([LAN, MINH, "minh@hoabinh.example", "stranger@hoabinh.example"])
_KIND = st.sampled_from(["login", "failed", "stored", "other", "garbage"])
_STEPS = st.sampled_from(["grow", "grow", "grow torn", "rotate", "pack", "copy", "copytruncate", "collect"])


def _line(n: int, who: str, kind: str, year_less: bool) -> bytes:
    at = dt.datetime(2019, 12, 20) + dt.timedelta(hours=7 * n)
    stamp = f"{at:%b} {at.day:2d} {at:%H:%M:%S}" if year_less else f"{at:%Y-%m-%dT%H:%M:%S}.{n:06d}+07:00"
    text = {
        "login": f"dovecot: imap-login: Login: user=<{who}>, method=PLAIN, session=<{n}>",
        "failed": f"dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{who}>, s=<{n}>",
        "stored": f"dovecot: lmtp({who})<{n}><a>: sieve: msgid=<{n}@x>: stored mail into mailbox 'INBOX'",
        "other": f"postfix/smtpd[{n}]: connect from unknown[203.0.113.9]",
        "garbage": "",
    }[kind]
    return (f"{stamp} mail {text}\n" if text else f"garbage {n}\n").encode()


_LOG = st.builds(
    lambda parts, year_less: [_line(n, who, kind, year_less) for n, (who, kind) in enumerate(parts)],
    st.lists(st.tuples(_WHO, _KIND), min_size=1, max_size=60),
    st.booleans(),
)


class _Arrival:
    """A folder in which a log arrives step by step."""

    def __init__(self, folder: Folder, lines: list[bytes]) -> None:
        self.folder, self.lines = folder, lines
        self.torn = b""
        self.number = 0

    def do(self, step: str, share: int) -> None:
        log = self.folder.path / "mail.log"
        if step.startswith("grow") and (self.lines or self.torn):
            count = max(1, len(self.lines) * share // 10)
            data = self.torn + b"".join(self.lines[:count])
            del self.lines[:count]
            self.torn = b""
            if step == "grow torn" and len(data) > 5:
                cut = len(data) * (share + 1) // 12
                data, self.torn = data[:cut], data[cut:]
            with log.open("ab") as file:
                file.write(data)
        elif step == "collect":
            self.folder.collect()
        elif log.exists() and not self.torn:  # a rotation comes between two lines
            self.number += 1
            name = f"mail.log.{self.number}"
            if step == "rotate":
                log.rename(self.folder.path / name)
            elif step == "pack":
                log.rename(self.folder.path / name)
                self.folder.zip(name)
            elif step == "copy":
                shutil.copy2(log, self.folder.path / f"copy.{self.number}")
            elif step == "copytruncate":
                shutil.copy2(log, self.folder.path / name)
                log.write_bytes(b"")

    def end(self) -> None:
        while self.lines or self.torn:
            self.do("grow", 10)
        self.folder.collect()


@given(
    _LOG, st.lists(st.tuples(_STEPS, st.integers(1, 10)), max_size=14), st.sampled_from([300, 1000, 1 << 22])
)
@settings(max_examples=40)
def test_any_arrival_gives_the_counts_of_one_read(
    sqlite_template: Path, log: list[bytes], steps: list[tuple[str, int]], piece: int
) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        root = Path(name)
        found = []
        for run in ("whole", "pieces"):
            shutil.copyfile(sqlite_template, root / f"{run}.db")
            database = Database(f"sqlite:///{root}/{run}.db", "test")
            declare(database)
            folder = Folder(root / run, database)
            # Files say of themselves that they are of January 2020; what is read must not depend on more.
            patch.setattr(
                "opsconsole.evidence.files.Stream.reference",
                lambda self: dt.datetime(2020, 1, 15, tzinfo=dt.UTC),
            )
            if run == "whole":
                folder.put("mail.log", b"".join(log))
                folder.collect()
            else:
                patch.setattr(intake, "PIECE", piece)
                patch.setattr(intake, "MAX_LINE", 250)
                patch.setattr(intake, "PIECES", 2)
                arrival = _Arrival(folder, list(log))
                for step, share in steps:
                    arrival.do(step, share)
                arrival.end()
            found.append(counts(database))
        assert found[1] == found[0]
