"""The equipment of a unit: what an office of its level has, bought in lots over the years."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from opsconsole.sample.frame import Chance, SampleUnit, apportion
from opsconsole.sample.hardware import CLASSES, NETWORK_PRINTERS, NETWORKED, Model, Numbers
from opsconsole.sample.people import Person

# Means of one unit at scale 1: 20,770 in a province of 22 departments, 11 districts, 210 communes.
ASSETS = {"province": 240.0, "department": 160.0, "district": 210.0, "commune": 70.0}

# Of 1,000 things, how many are of a class. Every class gets one at least where the office is
# large enough; a commune has no codec, server or firewall.
_COMMUNE = {
    "desktop": 282, "monitor": 276, "printer": 116, "ups": 96, "laptop": 28, "scanner": 22, "switch": 28,
    "router": 15, "wifi": 25, "phone": 30, "television": 16, "camera": 28, "photocopier": 10,
    "software": 15, "microphone": 8, "tablet": 5,
}  # fmt: skip
_OFFICE = {
    "desktop": 290, "monitor": 284, "printer": 106, "ups": 72, "laptop": 62, "scanner": 20, "switch": 24,
    "router": 6, "wifi": 16, "phone": 36, "television": 7, "camera": 14, "photocopier": 12, "software": 18,
    "microphone": 8, "tablet": 9, "firewall": 6, "server": 7, "storage": 3, "projector": 7, "codec": 6,
    "air-conditioner": 7,
}  # fmt: skip
_DATA_CENTRE = _OFFICE | {"server": 90, "storage": 26, "firewall": 20, "switch": 70, "air-conditioner": 24}

_COMMUNE_ROOMS = (
    "Văn phòng - Thống kê", "Tư pháp - Hộ tịch", "Địa chính - Xây dựng", "Tài chính - Kế toán",
    "Văn hóa - Xã hội", "Bộ phận một cửa", "Hội trường",
)  # fmt: skip
_NO_CUSTODIAN = frozenset(("switch", "router", "wifi", "camera", "firewall", "air-conditioner", "software"))
_DISPOSAL_REASONS = ("Hỏng không sửa được", "Hết khấu hao, thanh lý", "Lỗi thời, thanh lý")
_FAULTS = {
    "desktop": ("Hỏng nguồn", "Hỏng ổ cứng", "Không khởi động", "Treo máy thường xuyên"),
    "laptop": ("Chai pin", "Hỏng ổ cứng", "Hỏng bàn phím", "Màn hình sọc"),
    "monitor": ("Màn hình sọc", "Không lên hình"),
    "printer": ("Kẹt giấy thường xuyên", "Hỏng trống", "Mờ chữ"),
    "photocopier": ("Kẹt giấy thường xuyên", "Hỏng trống"),
    "ups": ("Hỏng ắc quy",),
}
_ANY_FAULT = ("Hỏng nguồn", "Chập chờn", "Mất tín hiệu")


@dataclass(frozen=True, slots=True)
class Asset:
    """A thing of equipment; ``disposed`` is (day, reason, decision) or None."""

    tag: str
    kind: str
    model: str
    serial: str
    mac: str | None
    bought: str
    used_from: str
    price: int
    status: str
    custodian: str | None
    room: str
    warranty_until: str
    note: str | None
    disposed: tuple[str, str, str] | None


def equipment(
    unit: SampleUnit,
    count: int,
    people: list[Person],
    numbers: Numbers,
    seed: int,
    as_of: dt.date,
    *,
    data_centre: bool = False,
) -> list[Asset]:
    """The *count* things of *unit*, held by *people* who have not left.

    *numbers* hands out serials and hardware addresses once in the whole province; *data_centre*
    gives the unit the province's servers.
    """
    chance = Chance(seed, "assets", unit.code)
    mix = _COMMUNE if unit.level == "commune" else _DATA_CENTRE if data_centre else _OFFICE
    holders = [person for person in people if person.left is None] or people
    assets: list[Asset] = []
    for kind, amount in zip(mix, apportion(count, list(mix.values()), 1), strict=True):
        made = 0
        while made < amount:
            lot = _Lot(kind, chance, as_of)
            for _each in range(min(chance.between(1, 6), amount - made)):
                made += 1
                tag = f"HB-{unit.tag}-{CLASSES[kind][0]}-{made:03d}"
                assets.append(lot.thing(tag, made, unit, holders, numbers, chance, as_of))
    return assets


class _Lot:
    """Things of one model bought together."""

    def __init__(self, kind: str, chance: Chance, as_of: dt.date) -> None:
        models = CLASSES[kind][2]
        # More was bought lately: the age in years is the smaller of two draws, up to eight.
        age = min(chance.below(9), chance.below(9))
        year = as_of.year - age
        self.kind = kind
        self.model: Model = chance.pick([m for m in models if m.since <= year <= m.until] or models)
        last = (as_of - dt.timedelta(days=40)).timetuple().tm_yday if age == 0 else 355
        self.bought = dt.date(year, 1, 1) + dt.timedelta(days=chance.between(10, max(last, 11)))
        cheaper = max(0.5, 1 - 0.03 * max(0, year - self.model.since))
        self.price = round(self.model.price * cheaper * (0.95 + 0.1 * chance.next()) / 10) * 10_000

    def thing(
        self,
        tag: str,
        number: int,
        unit: SampleUnit,
        holders: list[Person],
        numbers: Numbers,
        chance: Chance,
        as_of: dt.date,
    ) -> Asset:
        make, age = self.model.make, as_of.year - self.bought.year
        used = self.bought + dt.timedelta(days=chance.between(3, 38))
        networked = self.kind in NETWORKED or self.model.title in NETWORK_PRINTERS
        disposed = _disposal(age, self.bought, chance, as_of)
        status, note = ("in-use", None) if disposed else _state(self.kind, age, chance)
        held = not disposed and self.kind not in _NO_CUSTODIAN and status != "in-store"
        years = CLASSES[self.kind][1]
        return Asset(
            tag,
            self.kind,
            self.model.title,
            numbers.serial(make, self.bought.year, chance),
            numbers.mac(make) if networked else None,
            self.bought.isoformat(),
            used.isoformat(),
            self.price,
            status,
            # A computer and the monitor of the same number stand on one desk.
            holders[(number - 1) % len(holders)].key if held else None,
            _room(unit, self.kind, number, status),
            self.bought.replace(year=self.bought.year + years, day=min(self.bought.day, 28)).isoformat(),
            note,
            disposed,
        )


def _disposal(age: int, bought: dt.date, chance: Chance, as_of: dt.date) -> tuple[str, str, str] | None:
    """One in five things of six years and more was disposed of, by a decision of that year."""
    if age < 6 or chance.next() >= 0.2:
        return None
    first = bought + dt.timedelta(days=5 * 365)
    day = first + dt.timedelta(days=chance.below(max(1, (as_of - first).days)))
    decision = f"{chance.between(12, 960)}/QĐ-UBND ngày {day:%d/%m/}{day.year}"
    return day.isoformat(), chance.pick(_DISPOSAL_REASONS), decision


def _state(kind: str, age: int, chance: Chance) -> tuple[str, str | None]:
    """The state of a thing of *age* years, and a note where it is not in order."""
    drawn, faults = chance.next(), _FAULTS.get(kind, _ANY_FAULT)
    if drawn < 0.006 * age:
        return "broken", chance.pick(faults)
    if drawn < 0.006 * age + 0.012:
        return "in-repair", chance.pick(faults)
    if drawn < 0.006 * age + 0.035:
        return "in-store", None
    return "in-use", None


def _room(unit: SampleUnit, kind: str, number: int, status: str) -> str:
    """The place of use."""
    if status == "in-store":
        return "Kho"
    if kind in ("codec", "microphone", "television", "projector"):
        return "Hội trường" if unit.level == "commune" else "Phòng họp trực tuyến"
    if kind in ("server", "storage", "firewall", "air-conditioner"):
        return "Phòng máy chủ"
    if unit.level == "commune":
        return _COMMUNE_ROOMS[(number - 1) % 6]
    return f"Phòng {1 + number // 24 % 5}{1 + number // 3 % 8:02d}"
