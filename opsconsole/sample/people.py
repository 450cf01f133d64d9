"""The staff of a unit, with generic positions, and the mailboxes of the unit.

A commune has 27 people of whom 22 have a mailbox; in the offices above everyone has one. Over a
province of 22 departments, 11 districts and 210 communes that makes 7,600 personal mailboxes,
330 shared ones and 20 of systems: 7,950.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from opsconsole.sample.frame import DOMAIN, Allocator, Chance, SampleUnit
from opsconsole.sample.names import full_name, joined_name, mail_name
from opsconsole.text import fold

# Means of one unit at scale 1.
PEOPLE = {"province": 54.0, "department": 80.0, "district": 106.0, "commune": 27.0}
PERSONAL = PEOPLE | {"commune": 22.0}
SHARED = {"province": 10.0, "department": 3.0, "district": 4.0, "commune": 1.0}
SYSTEM = 20.0

_OFFICE_POSITIONS = (
    ("Chuyên viên", 46), ("Chuyên viên chính", 12), ("Phó Trưởng phòng", 9), ("Trưởng phòng", 7),
    ("Kế toán", 5), ("Văn thư", 4), ("Cán sự", 6), ("Nhân viên", 6), ("Lái xe", 3), ("Thanh tra viên", 2),
)  # fmt: skip
_COMMUNE_POSITIONS = (
    ("Công chức văn phòng - thống kê", 14), ("Công chức tư pháp - hộ tịch", 10),
    ("Công chức địa chính - xây dựng", 12), ("Công chức tài chính - kế toán", 10),
    ("Công chức văn hóa - xã hội", 12), ("Cán bộ chuyên trách", 18), ("Cán bộ không chuyên trách", 24),
)  # fmt: skip
_SHARED_ROLES = (
    ("vanthu", "Văn thư"),
    ("motcua", "Bộ phận một cửa"),
    ("lanhdao", "Lãnh đạo"),
    ("vanphong", "Văn phòng"),
    ("tiepdan", "Tiếp công dân"),
    ("congbo", "Công bố thông tin"),
    ("thidua", "Thi đua khen thưởng"),
    ("baocao", "Báo cáo"),
    ("hoptructuyen", "Họp trực tuyến"),
    ("cntt", "Hỗ trợ công nghệ thông tin"),
)
_SYSTEM_ROLES = (
    ("noreply.cong", "Cổng thông tin điện tử"), ("noreply.dichvucong", "Dịch vụ công trực tuyến"),
    ("noreply.motcua", "Một cửa điện tử"), ("vanban", "Quản lý văn bản"), ("saoluu", "Sao lưu"),
    ("giamsat", "Giám sát hạ tầng"), ("postmaster", "Quản trị thư"), ("abuse", "Phản ánh thư rác"),
    ("canhbao.mang", "Cảnh báo mạng"), ("canhbao.maychu", "Cảnh báo máy chủ"), ("scan", "Máy quét"),
    ("fax", "Fax điện tử"), ("chuky.so", "Chữ ký số"), ("danhba", "Danh bạ"), ("lich", "Lịch công tác"),
    ("hoinghi", "Hội nghị truyền hình"), ("thongke", "Thống kê"), ("nhatky", "Nhật ký"),
    ("kiemtra", "Kiểm tra thư"), ("dongbo", "Đồng bộ dữ liệu"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff; ``left`` is the day of leaving, or None, with its reason."""

    key: str
    name: str
    position: str
    phone: str
    left: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox; ``closed`` is the day of closing, or None."""

    address: str
    type: str
    name: str
    owner: str | None
    aliases: tuple[str, ...]
    opened: str
    locked: bool = False
    closed: str | None = None
    reason: str | None = None


def staff(unit: SampleUnit, count: int, seed: int, as_of: dt.date) -> list[Person]:
    """The *count* people of *unit*; about one in fifty has left before *as_of*."""
    chance = Chance(seed, "people", unit.code)
    positions = _COMMUNE_POSITIONS if unit.level == "commune" else _OFFICE_POSITIONS
    leaders = max(1, count // 12)
    people = []
    for number in range(1, count + 1):
        name = full_name(chance)
        position = "Lãnh đạo" if number <= leaders else chance.weighted(positions)
        left = reason = None
        if chance.next() < 0.02 and number > leaders:
            left = (as_of - dt.timedelta(days=chance.between(10, 400))).isoformat()
            reason = chance.pick(("Nghỉ hưu", "Chuyển công tác", "Thôi việc"))
        key = f"CB-{unit.tag}-{number:03d}"
        people.append(Person(key, name, position, str(1000 + number), left, reason))
    return people


def office_name(unit: SampleUnit, above: SampleUnit | None) -> str:
    """The unit's part of a shared address: ``lacsy.yenthuy``, ``yenthuy``, ``sotttt``."""
    if unit.level != "department":
        own = unit.slug.replace("-", "")
        return f"{own}.{above.slug.replace('-', '')}" if unit.level == "commune" and above else own
    words = [word for word in fold(unit.name).replace("-", " ").replace(",", " ").split() if word != "va"]
    for spoken, written in (("van phong", "vp"), ("trung tam", "tt"), ("thanh tra", "thanhtra")):
        if " ".join(words).startswith(spoken):
            return written + "".join(word[0] for word in words[2:])
    return words[0] + "".join(word[0] for word in words[1:])


def mailboxes(
    unit: SampleUnit,
    people: list[Person],
    counts: tuple[int, int, int],
    office: str,
    addresses: Allocator,
    seed: int,
    as_of: dt.date,
) -> list[Account]:
    """The mailboxes of *unit*: *counts* of personal, shared and system ones.

    *addresses* hands out each local part once in the whole province.
    """
    chance = Chance(seed, "accounts", unit.code)
    personal, shared, system = counts
    owners = people if personal >= len(people) else _owners(people, personal)
    accounts = [_personal(person, addresses, chance, as_of) for person in owners]
    for number in range(shared):
        role, title = _SHARED_ROLES[number % len(_SHARED_ROLES)]
        accounts.append(
            _office(f"{role}.{office}", f"{title} {unit.spoken_name}", "shared", addresses, chance, as_of)
        )
    for number in range(system):
        role, title = _SYSTEM_ROLES[number % len(_SYSTEM_ROLES)]
        accounts.append(_office(role, title, "system", addresses, chance, as_of))
    return accounts


def _owners(people: list[Person], count: int) -> list[Person]:
    """The *count* people who have a mailbox: part-time staff goes without first."""
    order = sorted(range(len(people)), key=lambda i: ("không chuyên trách" in people[i].position, i))
    return [people[i] for i in sorted(order[:count])]


def _personal(person: Person, addresses: Allocator, chance: Chance, as_of: dt.date) -> Account:
    local = addresses.take(mail_name(person.name))
    aliases: tuple[str, ...] = ()
    if chance.next() < 0.06:
        aliases = (f"{addresses.take(joined_name(person.name))}@{DOMAIN}",)
    opened = _opened(chance, as_of)
    closed = None
    # Most who left have their mailbox closed soon after; the others are what a review finds.
    if person.left and chance.next() < 0.7:
        day = dt.date.fromisoformat(person.left) + dt.timedelta(days=chance.between(1, 9))
        closed = max(day.isoformat(), opened)
    locked = closed is None and chance.next() < 0.015
    return Account(
        f"{local}@{DOMAIN}",
        "personal",
        person.name,
        person.key,
        aliases,
        opened,
        locked,
        closed,
        person.reason if closed else None,
    )


def _office(
    local: str, name: str, kind: str, addresses: Allocator, chance: Chance, as_of: dt.date
) -> Account:
    return Account(f"{addresses.take(local)}@{DOMAIN}", kind, name, None, (), _opened(chance, as_of))


def _opened(chance: Chance, as_of: dt.date) -> str:
    """Most mailboxes stem from three campaigns; one in twelve was opened in the current year."""
    if chance.next() < 1 / 12:
        first = dt.date(as_of.year, 1, 2)
        return (first + dt.timedelta(days=chance.below((as_of - first).days))).isoformat()
    year = as_of.year - chance.weighted(((1, 2), (2, 3), (3, 3), (4, 1), (5, 2), (6, 1)))
    return dt.date(year, chance.between(3, 11), chance.between(1, 28)).isoformat()
