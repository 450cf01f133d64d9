"""A year of a Dovecot server's log: one file a month, the newest plain, the older ones gzip.

Written as such servers write: stamps of rsyslog's old form until June, ISO stamps after it;
logins over IMAP and POP3, failures, deliveries, ends of sessions; a few addresses that nobody
declared, a nightly back-up by a master user, torn and foreign lines, and three days lost.
"""

from __future__ import annotations

import datetime as dt
import gzip
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from opsconsole.sample.days import Year
from opsconsole.sample.frame import DOMAIN
from opsconsole.sample.habits import User

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ISO_FROM_MONTH = 7  # the server was set up anew in July

# Logins beyond the first on a day of use, and deliveries on a common working day, at density 1.
_LOGINS = {"daily": 1.25, "phone": 3.0, "weekly": 1.1, "system": 4.0}
_DELIVERIES = 0.22
_LOGOUTS = 0.3
_FAILURES = 0.012

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOCK = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440)]
_TWO = [f"{number:02d}" for number in range(60)]
# Minutes of the day in the frequency in which people log in: two peaks, a noon, some evening.
_OFFICE = [
    *range(420, 690),
    *(minute for minute in range(450, 540) for _twice in (0, 1)),
    *range(780, 1035),
    *(minute for minute in range(795, 870) for _twice in (0, 1)),
    *range(690, 780, 6),
    *range(1035, 1380, 7),
]
# Mailboxes in use that nobody declared, and names that guessers try.
UNDECLARED = (
    "duan.lamnghiep",
    "thitruong.lao-dong",
    "toadam.phunu",
    "ban.atgt",
    "doan.thanhnien",
    "cuuchienbinh",
)
_GUESSED = ("admin", "root", "info", "test", "support", "webmaster", "ketoan1", "user")
_TORN = (
    "p-login: Login: user=<vanthu.",
    "\x00\x00\x00\x00\x00\x00\x00\x00",
    "-- MARK --",
    "Login: user=<ai.do@hoabinh.example>, method=PLAIN",
)

Progress = Callable[[str, int, int], None]


def write_logs(
    folder: Path,
    users: Sequence[User],
    year: Year,
    seed: int,
    density: float,
    progress: Progress | None = None,
) -> int:
    """Write the log of *year* into *folder*; returns the number of lines.

    *density* scales how often somebody logs in on a day of use and how much is delivered, not the
    days of use. A file's time is that of its rotation, since old stamps have no year.
    """
    folder.mkdir(parents=True)
    total = 0
    for month in range(1, 13):
        name = "mail.log" if month == 12 else f"mail.log-{year.number}{month:02d}.gz"
        with (folder / name).open("wb") as raw:
            if month == 12:
                total += _month(raw, month, users, year, seed, density)
            else:
                with gzip.GzipFile("", "wb", 1, raw, mtime=0) as packed:
                    total += _month(packed, month, users, year, seed, density)
        turned = dt.datetime(year.number + month // 12, month % 12 + 1, 1, 0, 5, tzinfo=_ZONE).timestamp()
        os.utime(folder / name, (turned, turned))
        if progress:
            progress("mail", month, 12)
    return total


def _month(
    out: IO[bytes] | gzip.GzipFile, month: int, users: Sequence[User], year: Year, seed: int, density: float
) -> int:
    lines = 0
    first = year.day(dt.date(year.number, month, 1))
    end = len(year.working) if month == 12 else year.day(dt.date(year.number, month + 1, 1))
    for day in range(first, end):
        if day in year.lost:
            continue
        written = _Day(day, users, year, seed, density).lines()
        lines += len(written)
        out.write(("\n".join(written) + "\n").encode())
    return lines


class _Day:
    """The lines of one day."""

    def __init__(self, day: int, users: Sequence[User], year: Year, seed: int, density: float) -> None:
        self.day, self.users, self.density = day, users, density
        self.busy = year.busy[day]
        date = year.date(day)
        if date.month < ISO_FROM_MONTH:
            self.prefix = f"{_MONTHS[date.month - 1]} {date.day:2d} "
            self.host = " mail dovecot: "
        else:
            self.prefix = f"{date.isoformat()}T"
            self.host = "+07:00 mail dovecot: "
        self.iso = date.month >= ISO_FROM_MONTH
        # Bulk text that is not part of the register: the plain generator is quick enough.
        self.random = random.Random(f"{seed}:log:{year.number}:{day}").random  # noqa: S311

    def stamp(self, minute: int) -> str:
        """The beginning of a line at *minute* of the day."""
        drawn = self.random()
        text = f"{self.prefix}{_CLOCK[minute]}:{_TWO[int(drawn * 60)]}"
        if self.iso:
            return f"{text}.{int(drawn * 1e9) % 1_000_000:06d}{self.host}"
        return text + self.host

    def office_hours(self) -> str:
        """The beginning of a line at a time when offices work."""
        return self.stamp(_OFFICE[int(self.random() * len(_OFFICE))])

    def session(self) -> str:
        """A session's name."""
        return f"{int(self.random() * 281474976710655):012x}"

    def lines(self) -> list[str]:
        """All lines in the order of time, with the odd torn one between."""
        found: list[str] = []
        add, drawn, day = found.append, self.random, self.day
        deliveries = _DELIVERIES * self.density * max(self.busy, 0.12)
        for number, user in enumerate(self.users):
            if user.days[day]:
                self._use(user, number, add)
            if user.since <= day < user.until:
                for _each in range(int(deliveries + drawn())):
                    self._delivery(user.address, add)
            if user.locked and drawn() < 0.1 * self.busy:
                self._failure(user.login, number, add)
        self._others(add)
        found.sort()
        if drawn() < 0.2:
            found.insert(int(drawn() * len(found)), _TORN[int(drawn() * len(_TORN))])
        return found

    def _use(self, user: User, number: int, add: Callable[[str], None]) -> None:
        """The logins of one day of use: one at least."""
        drawn, login, phone = self.random, user.login, user.habit == "phone"
        times = max(1, int(_LOGINS.get(user.habit, 1.0) * self.density + drawn()))
        # Phones come in over the mobile network, offices from their own range.
        if phone:
            address = f"203.0.113.{number % 250 + 1}"
        else:
            address = f"10.17.{number // 250 % 250}.{number % 250 + 1}"
        pop = number % 11 == 0 and not phone
        service = "pop3" if pop else "imap"
        for _each in range(times):
            minute = int(drawn() * 1440) if phone else _OFFICE[int(drawn() * len(_OFFICE))]
            chance = drawn()
            session = f"{int(chance * 281474976710655):012x}"
            process = 1000 + int(chance * 1e9) % 31000
            add(
                f"{self.stamp(minute)}{service}-login: Login: user=<{login}>, method=PLAIN, rip={address}, "
                f"lip=10.17.0.25, mpid={process}, TLS, session=<{session}>"
            )
            if drawn() < _LOGOUTS:
                ended = min(1439, minute + int(drawn() * 50) + 1)
                size = int(drawn() * 90000)
                if pop:
                    what = f"Disconnected: Logged out top=0/0, retr=1/{size}, del=0/7, size={size * 3}"
                else:
                    what = f"Logged out in={size // 40} out={size}"
                add(f"{self.stamp(ended)}{service}({user.address}): {what}")
            if drawn() < _FAILURES:
                self._failure(login, number, add)

    def _delivery(self, address: str, add: Callable[[str], None]) -> None:
        mark = f"{self.session()}@mail.{DOMAIN}"
        add(f"{self.office_hours()}lmtp({address}): msgid=<{mark}>: saved mail to INBOX")

    def _failure(self, login: str, number: int, add: Callable[[str], None]) -> None:
        tries = int(self.random() * 3) + 1
        add(
            f"{self.office_hours()}imap-login: Disconnected (auth failed, {tries} attempts "
            f" in {tries * 4} secs): user=<{login}>, method=PLAIN, rip=10.17.{number // 250 % 250}."
            f"{number % 250 + 1}, lip=10.17.0.25, TLS, session=<{self.session()}>"
        )

    def _others(self, add: Callable[[str], None]) -> None:
        """What else such a log holds: undeclared mailboxes, guessers, the back-up, notices."""
        drawn = self.random
        for number, name in enumerate(UNDECLARED):
            if drawn() < 0.8 * self.busy:
                add(
                    f"{self.office_hours()}imap-login: Login: user=<{name}@{DOMAIN}>, "
                    f"method=PLAIN, rip=10.17.250.{number + 1}, lip=10.17.0.25, mpid={2000 + number}, TLS, "
                    f"session=<{self.session()}>"
                )
        for _each in range(int(drawn() * 4)):
            guessed = _GUESSED[int(drawn() * len(_GUESSED))]
            add(
                f"{self.stamp(int(drawn() * 1440))}imap-login: Disconnected (auth failed, 1 attempts "
                f"in 2 secs): user=<{guessed}@{DOMAIN}>, method=PLAIN, "
                f"rip=198.51.100.{int(drawn() * 250) + 1}, lip=10.17.0.25, session=<{self.session()}>"
            )
        if self.users:
            saved = self.users[int(drawn() * len(self.users))].address
            add(
                f"{self.stamp(130)}imap-login: Login: user=<{saved}*saoluu>, method=PLAIN, rip=10.17.0.9, "
                f"lip=10.17.0.25, mpid=900, secured, session=<{self.session()}>"
            )
        add(f"{self.stamp(0)}master: Warning: SIGHUP received - reloading configuration")
