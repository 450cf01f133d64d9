"""Monthly reports of the shared systems: cases at the one-stop desks of departments and districts, and what
the province states of portal, services, documents and signatures.

The figures hang together: early, on time and late make the cases resolved, and what was left, received and
resolved makes what is pending or paused. Their size is that of the plan: departments take in about
12,400 cases from January to July, all together about 30,200.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsconsole.sample.frame import Chance, SampleUnit

SOURCE = "Báo cáo tháng (mẫu)"
# Cases that a unit receives in a month, in the middle.
_CASES = {"department": 81, "district": 230}
_PART_OF_MONTH = (0.86, 0.62, 1.06, 1.04, 1.08, 1.1, 1.14, 1.08, 1.02, 1.04, 1.0, 0.9)


@dataclass(frozen=True, slots=True)
class Figure:
    """What is stated of *indicator* in *period*; *value* as it is written."""

    key: str
    name: str
    indicator: str
    period: str
    value: str
    unit_of_measure: str


def of_unit(unit: SampleUnit, year: int, seed: int) -> list[Figure]:
    """What *unit* reports of *year*: nothing below the districts."""
    if unit.level not in _CASES:
        return []
    chance = Chance(seed, "one-stop", unit.code, year)
    usual = _CASES[unit.level] * (0.6 + 0.8 * chance.next())
    pending, paused = round(usual * 0.18), round(usual * 0.07)
    found: list[Figure] = []
    certificates = chance.between(18, 40) if unit.level == "department" else chance.between(30, 60)
    for month in range(1, 13):
        received = round(usual * _PART_OF_MONTH[month - 1] * (0.9 + 0.2 * chance.next()))
        left = pending + paused + received
        pending = min(left, round(usual * (0.14 + 0.08 * chance.next())))
        paused = min(left - pending, round(usual * (0.05 + 0.04 * chance.next())))
        resolved = left - pending - paused
        late = min(resolved, round(resolved * (0.003 + 0.012 * chance.next())))
        early = min(resolved - late, round(resolved * (0.6 + 0.14 * chance.next())))
        stated = (
            ("received", "tiếp nhận", received),
            ("resolved", "đã giải quyết", resolved),
            ("early", "giải quyết sớm hạn", early),
            ("on_time", "giải quyết đúng hạn", resolved - early - late),
            ("late", "giải quyết quá hạn", late),
            ("pending", "đang giải quyết trong hạn", pending),
            ("paused", "tạm dừng chờ bổ sung", paused),
        )
        for name, words, value in stated:
            found.append(_figure(unit.tag, year, month, f"onestop.{name}", f"Hồ sơ {words}", value, "hồ sơ"))
        if month % 3 == 0:
            certificates += chance.between(0, 3)
            what = ("signature.certificates", "Chứng thư số còn hiệu lực", certificates, "chứng thư")
            found.append(_figure(unit.tag, year, month, *what))
    return found


def _figure(
    place: str, year: int, month: int, indicator: str, name: str, value: float, unit_of_measure: str
) -> Figure:
    period = f"{year:04d}-{month:02d}"
    written = f"{value:.1f}".removesuffix(".0")
    return Figure(
        f"BC/{place}/{period}/{indicator}",
        f"{name}, tháng {month}/{year}",
        indicator,
        period,
        written,
        unit_of_measure,
    )


# What the province states: indicator, words, unit of measure, first and last value of the year; 'step' for
# what only grows, 'flow' for what happens in a month, 'share' for percentages.
_STATED = (
    ("portal.sites", "Trang thông tin điện tử thành viên", "trang", 29, 33, "step"),
    ("portal.services", "Dịch vụ công trên Cổng", "dịch vụ", 2150, 2310, "step"),
    ("services.level12", "Dịch vụ công mức độ 1, 2", "dịch vụ", 2040, 1840, "step"),
    ("services.level3", "Dịch vụ công mức độ 3", "dịch vụ", 310, 402, "step"),
    ("services.level4", "Dịch vụ công mức độ 4", "dịch vụ", 62, 131, "step"),
    ("services.procedures_used", "Thủ tục có hồ sơ trực tuyến", "thủ tục", 8, 64, "step"),
    ("services.level4_used", "Mức độ 4 có phát sinh", "TTHC", 0, 2, "flow"),
    ("services.online", "Hồ sơ trực tuyến mức độ 3", "TTHC", 9, 31, "flow"),
    ("services.paper", "Hồ sơ trực tiếp mức độ 3", "TTHC", 52, 38, "flow"),
    ("services.national_portal", "Dịch vụ công trên Cổng quốc gia", "%", 0.0, 6.0, "share"),
    ("onestop.transactions", "Hồ sơ giao dịch", "hồ sơ", 5200, 6300, "flow"),
    ("onestop.units_share", "Sở, huyện kết nối một cửa", "%", 97.0, 100.0, "share"),
    ("onestop.departments", "Sở, ban, ngành kết nối một cửa", "cơ quan", 20, 22, "step"),
    ("onestop.districts", "Huyện, thành phố kết nối một cửa", "cơ quan", 10, 11, "step"),
    ("onestop.communes", "Xã kết nối một cửa", "xã", 186, 210, "step"),
    ("documents.portal", "Chỉ đạo, điều hành trên Cổng", "%", 76.0, 84.0, "share"),
    ("documents.internal", "Văn bản nội bộ điện tử", "%", 86.0, 93.0, "share"),
    ("documents.parallel", "Văn bản song song điện tử và giấy", "%", 74.0, 62.0, "share"),
    ("documents.electronic", "Văn bản hoàn toàn điện tử", "%", 26.0, 38.0, "share"),
    ("eoffice.units", "Đơn vị trên trục liên thông văn bản", "đơn vị", 31, 243, "step"),
    ("signature.share", "Sở, huyện dùng chữ ký số", "%", 94.0, 100.0, "share"),
    ("signature.units", "Đơn vị dùng chữ ký số", "đơn vị", 38, 96, "step"),
)


def of_province(unit: SampleUnit, year: int, seed: int) -> Iterator[Figure]:
    """What the province states of *year*, month by month: of itself and of all its units together."""
    totals: dict[int, int] = {}
    for indicator, name, unit_of_measure, first, last, sort in _STATED:
        chance = Chance(seed, "stated", indicator, year)
        for month in range(1, 13):
            value = first + (last - first) * (month - 1) / 11
            if sort == "flow":
                value = max(0.0, value * (0.8 + 0.4 * chance.next()))
            elif sort == "share":
                value = min(100.0, max(0.0, value + 1.6 * chance.next() - 0.8))
            stated = round(value, 1) if sort == "share" else round(value)
            if indicator in ("services.level3", "services.level4"):
                totals[month] = totals.get(month, 0) + int(stated)
            yield _figure(unit.tag, year, month, indicator, name, stated, unit_of_measure)
    for month, total in totals.items():
        words = ("services.level34", "Dịch vụ công mức độ 3, 4", total, "dịch vụ")
        yield _figure(unit.tag, year, month, *words)
