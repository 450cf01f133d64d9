"""The evidence: what a reader finds in it is what the habits say, and about half use their mail."""

from __future__ import annotations

import datetime as dt
import gzip
import statistics
from collections import Counter, defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from opsconsole.evidence.reader import Event, Origin, Seen, Stay, Unreadable
from opsconsole.evidence.readers import attendance, dovecot
from opsconsole.sample import generate
from opsconsole.sample.days import Year, year_of
from opsconsole.sample.frame import DOMAIN, SampleUnit
from opsconsole.sample.habits import Habits, User
from opsconsole.sample.maillog import UNDECLARED
from opsconsole.sample.register import UnitSample, register
from opsconsole.text import fold
from tests.evidence.lines import uses

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SCALE = 0.1


@pytest.fixture(scope="module")
def made(few: list[SampleUnit], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("evidence") / "s"
    generate(out, few, scale=SCALE)
    return out


@pytest.fixture(scope="module")
def users(few: list[SampleUnit]) -> list[User]:
    habits = Habits(year_of(2019, 42), 42)
    return [
        user for each in register(few, 42, SCALE, 2019) for user in habits.users(each.unit, each.accounts)
    ]


def read(reader: object, path: Path) -> list[Event]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime, ZONE)
    lines = data.splitlines(keepends=True)
    origin = Origin(str(path), changed, ZONE, None, lambda: lines[:: max(1, len(lines) // 100)])
    return list(reader.begin(origin).feed(data, 0))  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def events(made: Path) -> list[Event]:
    files = sorted((made / "evidence" / "mail").iterdir())
    assert len(files) == 12
    return [event for path in files for event in read(dovecot.READER, path)]


def days_by_address(events: list[Event], what: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for address, day, done in uses(events):
        if done == what:
            found[address].add(day)
    return found


def used_days(user: User) -> set[str]:
    year = year_of(2019, 42)
    return {year.date(day).isoformat() for day, used in enumerate(user.days) if used and day not in year.lost}


def test_logins_are_read_on_the_very_days_of_use(events: list[Event], users: list[User]) -> None:
    logins, webmails = days_by_address(events, "login"), days_by_address(events, "webmail")
    expected = {user.login.lower(): used_days(user) for user in users if used_days(user)}
    # a login from the mail server's own address is one through the browser, as the portal's is
    seen = {name: logins.get(name, set()) | webmails.get(name, set()) for name in expected}
    assert seen == expected


def test_only_undeclared_mailboxes_are_unknown(events: list[Event], users: list[User]) -> None:
    strangers = set(days_by_address(events, "login")) - {user.login.lower() for user in users}
    assert strangers == {f"{name}@{DOMAIN}" for name in UNDECLARED}


def test_failures_and_deliveries_are_read_as_such(events: list[Event], users: list[User]) -> None:
    failed, received = days_by_address(events, "failed"), days_by_address(events, "received")
    assert f"admin@{DOMAIN}" in failed
    assert set(received) <= {user.address for user in users}
    idle = {user.address for user in users if user.habit == "never"}
    assert idle & set(received), "mail is delivered to those who never read it too"


def test_each_day_has_lines_but_the_three_lost_ones(events: list[Event]) -> None:
    seen = {event.day for event in events if isinstance(event, Seen)}
    every = {(dt.date(2019, 1, 1) + dt.timedelta(days=i)).isoformat() for i in range(365)}
    lost = sorted(every - seen)
    assert seen <= every
    assert len(lost) == 3
    assert lost[0].startswith("2019-10")
    assert (dt.date.fromisoformat(lost[2]) - dt.date.fromisoformat(lost[0])).days == 2
    assert all(dt.date.fromisoformat(day).weekday() < 5 for day in lost)


def test_some_lines_cannot_be_read_and_few(events: list[Event]) -> None:
    broken = sum(event.lines for event in events if isinstance(event, Unreadable))
    assert 5 < broken < 100


def test_old_stamps_until_june_then_iso(made: Path) -> None:
    folder = made / "evidence" / "mail"
    june = gzip.decompress((folder / "mail.log-201906.gz").read_bytes())
    july = gzip.decompress((folder / "mail.log-201907.gz").read_bytes())
    assert june.startswith(b"Jun  1 00:00:")
    assert july.startswith(b"2019-07-01T00:00:")
    turned = dt.datetime.fromtimestamp((folder / "mail.log-201906.gz").stat().st_mtime, ZONE)
    assert turned.date() == dt.date(2019, 7, 1)


def test_holidays_and_the_new_year_are_quiet(events: list[Event]) -> None:
    logins: Counter[str] = Counter()
    for (_address, day, what), times in uses(events).items():
        if what == "login":
            logins[day] += times
    common = statistics.median(logins[f"2019-03-{day:02d}"] for day in (4, 5, 6, 7, 11, 12, 13, 14))
    for day in ("2019-02-05", "2019-02-06", "2019-04-30", "2019-05-01", "2019-03-10"):
        assert logins[day] < 0.6 * common, day
    assert logins["2019-02-11"] < common


def test_density_changes_lines_and_no_day_of_use(few: list[SampleUnit], made: Path, tmp_path: Path) -> None:
    dense = generate(tmp_path / "dense", few, scale=SCALE, density=3)
    thin = generate(tmp_path / "thin", few, scale=SCALE, density=0.1)
    assert dense.log_lines > 2 * thin.log_lines
    found = []
    for out in (tmp_path / "dense", tmp_path / "thin"):
        path = out / "evidence" / "mail" / "mail.log-201903.gz"
        logins = days_by_address(read(dovecot.READER, path), "login")
        found.append({name: days for name, days in logins.items() if name.split("@")[0] not in UNDECLARED})
    assert found[0] == found[1]


# --- how many use their mail, over the whole province --------------------------------------------


def regular(user: User, month: int, year: Year) -> bool | None:
    """Whether *user* was active on half of the working days of *month*; None: no mailbox then."""
    first = year.day(dt.date(2019, month, 1))
    end = year.day(dt.date(2019 + month // 12, month % 12 + 1, 1))
    if user.since >= end or user.until <= first:
        return None
    working = [day for day in range(first, end) if year.working[day]]
    return sum(user.days[day] for day in working) * 2 >= len(working)


@pytest.fixture(scope="module")
def everybody(whole: list[UnitSample]) -> list[tuple[UnitSample, list[User]]]:
    habits = Habits(year_of(2019, 42), 42)
    return [(made, habits.users(made.unit, made.accounts)) for made in whole]


@pytest.mark.parametrize("month", [1, 6, 11])
def test_about_half_of_the_people_use_their_mail(
    everybody: list[tuple[UnitSample, list[User]]], month: int
) -> None:
    year = year_of(2019, 42)
    levels: dict[str, list[bool]] = defaultdict(list)
    rates = []
    for made, users in everybody:
        found = [
            was
            for user, account in zip(users, made.accounts, strict=True)
            if account.type == "personal" and (was := regular(user, month, year)) is not None
        ]
        levels[made.unit.level] += found
        rates.append(sum(found) / len(found))
    pooled = statistics.mean(was for level in levels.values() for was in level)
    assert 0.4 < pooled < 0.6
    by_level = {level: statistics.mean(values) for level, values in levels.items()}
    assert by_level["department"] > by_level["district"] > by_level["commune"]
    assert statistics.mean(rates) < pooled - 0.03, "the mean of rates is another number than the pooled rate"
    assert max(rates) - min(rates) > 0.4


def test_nobody_uses_a_mailbox_before_it_is_opened_or_after_it_is_closed(
    everybody: list[tuple[UnitSample, list[User]]],
) -> None:
    year = year_of(2019, 42)
    for made, users in everybody[:60]:
        for user, account in zip(users, made.accounts, strict=True):
            used = [year.date(day).isoformat() for day, each in enumerate(user.days) if each]
            assert len(user.days) == 365
            assert all(account.opened <= day for day in used)
            assert not account.closed or all(day < account.closed for day in used)


# --- attendance ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def listed(units: list[SampleUnit], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("conference") / "s"
    generate(out, units, scale=0.01, density=0)
    return out / "evidence" / "conference" / "attendance-2019.csv"


@pytest.fixture(scope="module")
def stays(listed: Path) -> list[Stay]:
    found = read(attendance.READER, listed)
    assert not [event for event in found if isinstance(event, Unreadable)]
    return [event for event in found if isinstance(event, Stay)]


def test_nearly_all_names_mean_one_site_and_a_few_none(units: list[SampleUnit], stays: list[Stay]) -> None:
    names = {
        fold(name)
        for each in register(units, 42, 0.01, 2019)
        for site in each.sites
        for name in (site.key, site.name, *site.aliases)
    }
    unknown = [stay.site for stay in stays if fold(stay.site) not in names]
    assert 1 <= len(unknown) < 0.03 * len(stays)
    assert len({stay.site for stay in stays}) > 150, "names are written in many ways"


def test_every_session_held_has_two_sites_at_once(stays: list[Stay]) -> None:
    by_session: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        assert stay.joined < stay.left
        by_session[stay.session or stay.joined.date().isoformat()].append(stay)
    assert 88 <= len(by_session) <= 92
    for those in by_session.values():
        host = those[0]
        assert any(
            other.site != host.site and max(host.joined, other.joined) < min(host.left, other.left)
            for other in those[1:]
        )


def test_some_come_late_and_some_come_back(stays: list[Stay]) -> None:
    times = Counter((stay.session, fold(stay.site)) for stay in stays if stay.session)
    assert sum(count > 1 for count in times.values()) > 20
    assert any(not stay.session for stay in stays)
