"""Videoconference sites of the units and the sessions of a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from opsconsole.sample.assets import Asset
from opsconsole.sample.days import Year
from opsconsole.sample.frame import DOMAIN, Chance, SampleUnit
from opsconsole.sample.people import Person
from opsconsole.text import fold

# Sessions of a year by kind; 94 together.
SESSIONS = (("central-province", 38), ("province-district", 44), ("district-commune", 12))
_TO_CAPITAL = "76.0"  # kilometres from Hòa Bình to Hà Nội
PILOTS = 3  # districts whose communes have sites too: those with the fewest communes

_TYPE_SHORT = {"huyện": "H.", "thành phố": "TP.", "thị trấn": "TT.", "phường": "P.", "xã": "X.", "tỉnh": "T."}
_SUBJECTS = {
    "central-province": (
        "Hội nghị trực tuyến toàn quốc về cải cách hành chính",
        "Hội nghị trực tuyến toàn quốc về xây dựng Chính phủ điện tử",
        "Hội nghị trực tuyến Chính phủ với các địa phương",
        "Hội nghị trực tuyến toàn quốc phòng, chống thiên tai",
        "Hội nghị trực tuyến triển khai nhiệm vụ tài chính - ngân sách",
        "Hội nghị trực tuyến toàn quốc an toàn giao thông",
        "Hội nghị trực tuyến về phòng, chống dịch tả lợn châu Phi",
        "Hội nghị trực tuyến tổng kết chương trình nông thôn mới",
    ),
    "province-district": (
        "Hội nghị giao ban trực tuyến với các huyện, thành phố",
        "Họp trực tuyến về tiến độ giải ngân vốn đầu tư công",
        "Họp trực tuyến về một cửa điện tử và dịch vụ công",
        "Hội nghị trực tuyến triển khai văn bản điện tử, chữ ký số",
        "Họp trực tuyến ban chỉ đạo phòng, chống thiên tai",
        "Tập huấn trực tuyến an toàn thông tin",
        "Họp trực tuyến về kinh tế - xã hội hàng tháng",
    ),
    "district-commune": (
        "Giao ban trực tuyến với các xã, thị trấn",
        "Tập huấn trực tuyến phần mềm một cửa",
        "Họp trực tuyến thu ngân sách và an sinh xã hội",
    ),
}
_SLOTS = ((8, 0, 210), (14, 0, 150), (7, 30, 180), (13, 30, 180), (15, 0, 90), (9, 0, 120))


@dataclass(frozen=True, slots=True)
class Site:
    """A conference room of a unit with its endpoint."""

    key: str
    unit: str
    level: str
    name: str
    room: str
    endpoint: str
    address: str
    bandwidth: int
    seats: int
    distance: str
    district: str | None
    central: str | None
    aliases: tuple[str, ...]
    contact: str | None
    equipment: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """An announced session; ``cancelled`` is (day, reason) or None. Times are local."""

    key: str
    title: str
    kind: str
    start: dt.datetime
    end: dt.datetime
    host: str
    sites: tuple[str, ...]
    cancelled: tuple[str, str] | None = None


def pilots(units: Sequence[SampleUnit]) -> frozenset[str]:
    """The codes of the districts whose communes have sites."""
    count = {unit.code: 0 for unit in units if unit.level == "district"}
    for unit in units:
        if unit.parent in count:
            count[unit.parent] += 1
    return frozenset(sorted(count, key=lambda code: (count[code], code))[:PILOTS])


class Names:
    """Sees to it that no two sites can be meant by one name."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of *names* that nobody has, also without diacritics; they are taken then."""
        found = []
        for name in names:
            if fold(name) not in self._taken:
                self._taken.add(fold(name))
                found.append(name)
        return tuple(found)


def sites_of(
    unit: SampleUnit,
    above: SampleUnit | None,
    people: Sequence[Person],
    assets: Sequence[Asset],
    names: Names,
    seed: int,
) -> list[Site]:
    """The sites of *unit*: one, at the province and in one of four offices a second room."""
    chance = Chance(seed, "sites", unit.code)
    commune = unit.level == "commune"
    living = [asset for asset in assets if not asset.disposed and asset.status == "in-use"]
    contacts = [person.key for person in people if not person.left]
    count = 1 if commune else 2 if unit.level == "province" or chance.next() < 0.25 else 1
    distance = 0.0 if unit.level in ("province", "department") else 8 + 75 * chance.next()
    # A stream of its own: what is drawn from the other one stays what it was.
    near = 2 + 28 * Chance(seed, "district-km", unit.code).next()
    found = []
    full = unit.spoken_name
    for number in range(1, count + 1):
        name = f"Điểm cầu {full}" if number == 1 else f"Điểm cầu {full} - phòng họp số {number}"
        if commune and above:
            name = f"{name}, {above.short_name}"
        name = (names.free([name]) or names.free([f"{name} ({unit.code})"]))[0]
        equipment = [
            asset.tag
            for kind in (
                ("laptop", "television", "microphone") if commune else ("codec", "television", "microphone")
            )
            for asset in [a for a in living if a.kind == kind][number - 1 : number]
        ]
        codec = any("-VC-" in tag for tag in equipment)
        found.append(
            Site(
                f"DC-{unit.tag}-{number}",
                unit.code,
                unit.level,
                name,
                "Hội trường" if commune else f"Phòng họp trực tuyến số {number}",
                "mcu" if unit.level == "province" and number == 1 else "codec" if codec else "software",
                f"sip:{unit.code}.{number}@hop.{DOMAIN}",
                chance.pick((4, 6, 8) if commune else (10, 20, 30, 50)),
                chance.pick((20, 30, 40) if commune else (30, 40, 60, 80, 120)),
                f"{distance:.1f}",
                f"{near:.1f}" if commune else None,
                _TO_CAPITAL if unit.level == "province" else None,
                names.free(_aliases(unit, number)),
                contacts[(number - 1) * 7 % len(contacts)] if contacts else None,
                tuple(equipment),
            )
        )
    return found


def _aliases(unit: SampleUnit, number: int) -> list[str]:
    """Other names by which people write the site."""
    full = unit.spoken_name
    if number > 1:
        return [f"{full} P{number}"]
    short = f"{_TYPE_SHORT.get(unit.type.lower(), '')} {unit.short_name}".strip()
    if unit.level == "district":
        return [f"UBND {full}", unit.short_name, short, f"DC {unit.short_name}"]
    if unit.level == "department":
        return [unit.name, f"DC {unit.name}"]
    return [f"UBND {full}", full, short]


def sessions_of(
    sites: Sequence[Site], parents: dict[str, str | None], year: Year, seed: int
) -> list[Session]:
    """The sessions of *year* between *sites*, in order of their start; none at the same time.

    *parents* gives the code above each unit. Where no communes have sites, their sessions are
    held between province and districts.
    """
    chance = Chance(seed, "sessions", year.number)
    province = [site for site in sites if site.level == "province"]
    if not province or len(sites) < 2:
        return []
    days = [day for day in year.working_days() if year.busy[day] == 1.0 and day > 5]
    slots = [(day, half) for day in days for half in (0, 1)]
    kinds = [kind for kind, count in SESSIONS for _each in range(count)]
    order = chance.chosen(range(len(slots)), len(kinds))
    # Kinds are dealt over the year: shuffled by drawn numbers.
    dealt = [kinds[i] for _drawn, i in sorted((chance.next(), i) for i in range(len(kinds)))]
    communes = [site for site in sites if site.level == "commune"]
    pilots_first = sorted({parents[site.unit] or "" for site in communes})
    found = []
    turn = 0
    for number, (at, kind) in enumerate(zip(order, dealt, strict=True), 1):
        if kind == "district-commune" and not communes:
            kind = "province-district"
        day, half = slots[at]
        hour, minute, length = chance.pick([slot for slot in _SLOTS if (slot[0] >= 12) == bool(half)])
        start = dt.datetime.combine(year.date(day), dt.time(hour, minute))
        if kind == "district-commune":
            district = pilots_first[turn % len(pilots_first)]
            turn += 1
            host = next(site.key for site in sites if site.unit == district)
            invited = [site.key for site in communes if parents[site.unit] == district]
        else:
            host, invited = province[0].key, _invited(kind, sites, chance)
        found.append(
            Session(
                f"HN-{year.number}-{number:03d}",
                _title(kind, start, chance),
                kind,
                start,
                start + dt.timedelta(minutes=length + 30 * chance.between(-1, 1)),
                host,
                tuple(invited),
            )
        )
    return _cancel(found, chance)


def _invited(kind: str, sites: Sequence[Site], chance: Chance) -> list[str]:
    """The sites that a session of the province invites: all districts or, when the centre calls,
    often only some; and the departments concerned."""
    districts = [s.key for s in sites if s.level == "district" and s.key.endswith("-1")]
    departments = [s.key for s in sites if s.level == "department" and s.key.endswith("-1")]
    if kind == "central-province" and chance.next() < 0.45:
        districts = []
    concerned = chance.chosen(departments, chance.between(2, 6))
    return [*concerned, *districts] or [s.key for s in sites[1:2]]


def _title(kind: str, start: dt.datetime, chance: Chance) -> str:
    title = chance.pick(_SUBJECTS[kind])
    return f"{title} tháng {start.month}/{start.year}"


def _cancel(sessions: list[Session], chance: Chance) -> list[Session]:
    """Two of the sessions called off, the day before."""
    for index in chance.chosen(range(len(sessions)), 2):
        session = sessions[index]
        day = (session.start.date() - dt.timedelta(days=1)).isoformat()
        sessions[index] = replace(session, cancelled=(day, "Hoãn theo thông báo của đơn vị chủ trì"))
    return sessions
