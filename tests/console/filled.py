"""A small register with evidence and figures, written straight into the tables.

Names are made up. The units are those of a reorganisation in small: two communes of 2019 become
one in 2020.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from opsconsole.store import changes
from opsconsole.store.database import Database, Writer
from opsconsole.text import fold, sort_key

PROVINCE = "test"
FIRST = "2019-08-06"
REFORM = "2020-01-01"
END = "9999-12-31"

FAMILY = ("Nguyễn", "Trần", "Lê", "Bùi", "Đinh", "Hà", "Quách", "Xa")
GIVEN = ("An", "Ánh", "Ân", "Bình", "Đức", "Hòa", "Hoà", "Linh", "Tuấn", "Uyên")


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    type: str
    level: str
    parent: str | None
    first: str = FIRST
    end: str | None = None

    @property
    def id(self) -> str:
        return f"{self.code}@{self.first}"


UNITS = (
    Unit("17", "Tỉnh Hoà Bình", "tỉnh", "province", None),
    Unit("so-ttt", "Sở Thông tin và Truyền thông", "sở", "department", "17"),
    Unit("148", "Thành phố Hòa Bình", "thành phố", "district", "17"),
    Unit("150", "Huyện Đà Bắc", "huyện", "district", "17"),
    Unit("04810", "Xã Chăm Mát", "xã", "commune", "148"),
    Unit("04832", "Xã Tu Lý", "xã", "commune", "150", end=REFORM),
    Unit("04835", "Xã Hào Lý", "xã", "commune", "150", end=REFORM),
    Unit("04832", "Xã Tú Lý", "xã", "commune", "150", first=REFORM),
)


def rows_of(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> list[list[Any]]:
    return [[row.get(column) for column in columns] for row in rows]


def insert(writer: Writer, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert *rows*, all with the same columns."""
    if rows:
        columns = ["province", *rows[0]]
        writer.insert(table, columns, rows_of(columns, [{"province": PROVINCE, **row} for row in rows]))


def declared(key: str, name: str, unit: str | None = None, /, **values: Any) -> dict[str, Any]:
    """The columns of a declared row."""
    common: dict[str, Any] = {
        "key": key,
        "file": f"inventory/{values.pop('file', 'some')}.yaml",
        "line": values.pop("line", 1),
        "digest": "0",
        "revision": 1,
        "sample": values.pop("sample", 1),
        "orphaned": values.pop("orphaned", 0),
        "fold": values.pop("fold", None) or fold(f"{key} {name}"),
        "sort_key": sort_key(name),
        "ended": values.pop("ended", None),
        "ended_reason": values.pop("ended_reason", None),
        "ended_decision": values.pop("ended_decision", None),
    }
    if unit is not None:
        common["unit_id"] = unit
    return common | values


def fill(database: Database, assets: int = 300, mailboxes: int = 60, name_of: Any = None) -> None:
    """Fill *database*: units, people, *assets*, *mailboxes*, sites, sessions, evidence, targets, runs."""
    units = [unit.id for unit in UNITS if unit.level != "province" and unit.first == FIRST]

    def person_name(number: int) -> str:
        if name_of is not None:
            return str(name_of(number))
        return f"{FAMILY[number % len(FAMILY)]} Văn {GIVEN[number % len(GIVEN)]}"

    with database.write() as writer:
        _units(writer)
        people = [
            declared(
                f"P{number:04}",
                person_name(number),
                units[number % len(units)],
                name=person_name(number),
                position="chuyên viên",
                phone="0218 123 456",
            )
            for number in range(40)
        ]
        insert(writer, "person", people)
        _assets(writer, assets, units, person_name)
        _mailboxes(writer, mailboxes, units, person_name)
        _sessions(writer, person_name)
        _targets(writer)
        _jobs(writer)
        _edits(writer)
        _history(writer)


def _units(writer: Writer) -> None:
    insert(
        writer,
        "unit_era",
        [
            {
                "id": u.id,
                "code": u.code,
                "valid_from": u.first,
                "valid_to": u.end,
                "name": u.name,
                "type": u.type,
                "level": u.level,
                "parent": u.parent,
                "begun_by": None,
                "ended_by": None,
                "fold": fold(f"{u.code} {u.name}"),
                "sort_key": sort_key(u.name),
            }
            for u in UNITS
        ],
    )
    insert(
        writer,
        "unit",
        [
            declared(
                u.code,
                u.name,
                name=u.name,
                type=u.type,
                level=u.level,
                parent=u.parent,
                valid_from=FIRST,
                source="list of 08/2019",
            )
            for u in UNITS
            if u.first == FIRST
        ],
    )
    insert(
        writer,
        "reorganisation",
        [
            declared(
                "nq-830", "Sắp xếp", title="Sắp xếp đơn vị hành chính", effective=REFORM, decision="830/NQ"
            )
        ],
    )
    merged = f"04832@{REFORM}"
    insert(
        writer,
        "unit_link",
        [
            {
                "from_id": f"{code}@{FIRST}",
                "to_id": merged,
                "at": REFORM,
                "share": "whole",
                "follows": 1,
                "change": "merge",
                "reorganisation": "nq-830",
            }
            for code in ("04832", "04835")
        ],
    )
    holders = []
    for unit in UNITS:
        if unit.end:
            holders.append({"unit_id": unit.id, "valid_from": "", "valid_to": unit.end, "holder_id": unit.id})
            holders.append({"unit_id": unit.id, "valid_from": unit.end, "valid_to": END, "holder_id": merged})
        else:
            holders.append({"unit_id": unit.id, "valid_from": "", "valid_to": END, "holder_id": unit.id})
    insert(writer, "unit_holder", holders)


def _assets(writer: Writer, count: int, units: Sequence[str], person_name: Any) -> None:
    models = ("Dell OptiPlex 3060", "HP LaserJet M404", "Máy tính Đông Nam Á", "Cisco SG350")
    classes = ("desktop", "printer", "desktop", "switch")
    states = ("in-use", "in-use", "in-store", "in-repair", "broken")
    insert(
        writer,
        "asset",
        [
            declared(
                f"HB-{number:06}",
                models[number % 4],
                units[number % len(units)],
                file="assets",
                line=number + 3,
                fold=fold(f"HB-{number:06} {models[number % 4]} SN{number}"),
                ended="2019-12-15" if number == 7 else None,
                ended_reason="hỏng" if number == 7 else None,
                orphaned=1 if number == 9 else 0,
                **{"class": classes[number % 4]},
                model=models[number % 4],
                serial=f"SN{number}",
                mac=None,
                bought="2019-03-05",
                used_from="2019-03-06",
                price=11_500_000 + number,
                status=states[number % 5],
                custodian=f"P{number % 40:04}",
                room="Phòng 1",
                warranty_until=None,
                note=None,
            )
            for number in range(count)
        ],
    )


def _mailboxes(writer: Writer, count: int, units: Sequence[str], person_name: Any) -> None:
    insert(
        writer,
        "account",
        [
            declared(
                f"box{number:04}@hoabinh.example",
                person_name(number),
                units[number % len(units)],
                type="personal",
                name=None,
                owner=f"P{number % 40:04}",
                aliases=json.dumps([f"alias{number}@hoabinh.example"]),
                opened="2018-01-01",
                quota_mb=2000,
                locked=0,
            )
            for number in range(count)
        ],
    )
    writer.ensure_month("mail_activity", "2019-01")
    writer.ensure_month("mail_activity", "2019-02")
    insert(
        writer,
        "mail_activity",
        [
            {
                "month": month,
                "account": f"box{number:04}@hoabinh.example",
                "source": source,
                "login_days": 0b10111,
                "sent_days": 0b100000 if source == "mail-2" else 0,
                "received_days": 0b1,
                "webmail_days": 0,
                "poll_days": 0,
                "logins": 9,
                "webmails": 0,
                "polls": 0,
                "sent": 3,
                "received": 20,
                "failed": 0,
                "automatic": 0,
                "logins_to_14": 9,
                "webmails_to_14": 0,
                "polls_to_14": 0,
                "sent_to_14": 3,
                "received_to_14": 20,
            }
            for month in ("2019-01", "2019-02")
            for number in range(0, count, 2)
            for source in ("mail-1", "mail-2")
        ],
    )
    days = [f"2019-01-{day:02}" for day in range(1, 32)] + [f"2019-02-{day:02}" for day in range(1, 27)]
    insert(
        writer,
        "coverage",
        [
            {
                "source": source,
                "day": day,
                "first_at": f"{day}T00:00",
                "last_at": f"{day}T23:00",
                "lines": 10,
                "lost": 0,
                "half_hours": 0,
                "others": 0,
                "inferred": 0,
            }
            for source in ("mail-1", "mail-2")
            for day in days
        ],
    )
    insert(
        writer,
        "unmatched",
        [
            {
                "source": "mail-1",
                "sort": "address",
                "value": "lạ@hoabinh.example",
                "candidates": "[]",
                "count": 3,
                "first_day": "2019-01-02",
                "last_day": "2019-01-05",
            }
        ],
    )
    insert(
        writer,
        "unreadable",
        [
            {
                "source": "mail-1",
                "reason": "stamp",
                "count": 4,
                "sample": "Jax 99 …",
                "source_file": 1,
                "position": 10,
            }
        ],
    )


def _sessions(writer: Writer, person_name: Any) -> None:
    insert(
        writer,
        "site",
        [
            declared(
                f"S-{code}",
                f"Điểm cầu {code}",
                f"{code}@{FIRST}",
                name=f"Điểm cầu {code}",
                room=None,
                endpoint="codec",
                address=None,
                bandwidth_mbps=None,
                seats=None,
                distance_km=None,
                aliases="[]",
                contact=None,
                equipment="[]",
            )
            for code in ("148", "150", "04810")
        ],
    )
    insert(
        writer,
        "session",
        [
            declared(
                f"hop-{number:03}",
                f"Giao ban tháng {number}",
                title=f"Giao ban tháng {number}",
                kind="province-district",
                starts_at=f"2019-{number:02}-05T08:00",
                ends_at=f"2019-{number:02}-05T10:30",
                host="S-148",
                sites=json.dumps(["S-148", "S-150", "S-04810"]),
                note=None,
            )
            for number in range(1, 13)
        ],
    )
    insert(
        writer,
        "attendance",
        [
            {
                "source_file": 2,
                "position": number,
                "month": "2019-01",
                "session": "hop-001",
                "site": site,
                "joined_at": "2019-01-05T01:00:00.000000Z",
                "left_at": "2019-01-05T03:00:00.000000Z",
                "record": -1,
                "ending": "",
            }
            for number, site in enumerate(("S-148", "S-150"))
        ],
    )


def _targets(writer: Writer) -> None:
    insert(
        writer,
        "rule",
        [
            declared(
                "regular",
                "Dùng thường xuyên",
                name="Dùng thường xuyên",
                name_en="Regular use",
                version=1,
                events='["login","sent"]',
                accounts='["personal"]',
                least_share_of_days=0.5,
                least_days=None,
            )
        ],
    )
    insert(
        writer,
        "indicator",
        [
            declared(
                "mail.regular",
                "Thư điện tử",
                name="Tỷ lệ thường xuyên dùng thư điện tử",
                name_en="Regular users of e-mail",
                measure="mail.regular.pooled",
                rule="regular",
                unit_of_measure="percent",
                direction="up",
                version=1,
                formula=None,
            )
        ],
    )
    insert(
        writer,
        "target",
        [
            declared(
                "t-2019-mail",
                "mail",
                year=2019,
                indicator="mail.regular",
                level="all",
                value=80.0,
                direction="at-least",
                baseline=50.0,
                pace="linear",
                source="KH 144",
                page="3",
            )
        ],
    )
    writer.execute(
        "INSERT INTO observation (province, indicator, unit_id, level, period, sequence, version, rule, "
        "numerator, denominator, value, low, high, inputs, cut_off, measured_at, reason, current) VALUES "
        "(:province, 'mail.regular', '', 'all', '2019-02', 1, 1, 'regular', 30, 60, 50, 45, 55, :inputs, "
        "'2019-02-28', '2019-03-01T00:00:00.000000Z', '', 1)",
        {"inputs": '{"revision": 1}'},
    )


def _jobs(writer: Writer) -> None:
    insert(
        writer,
        "job_run",
        [
            {
                "job": "collect",
                "slot": f"2019-03-{day:02}T19:00:00.000000Z",
                "slot_end": f"2019-03-{day + 1:02}T19:00:00.000000Z",
                "kind": "scheduled",
                "state": "failed" if day == 4 else "ok",
                "attempt": 1,
                "failures": 0,
                "owner": None,
                "heartbeat_at": None,
                "started_at": f"2019-03-{day:02}T19:00:01.000000Z",
                "finished_at": f"2019-03-{day:02}T19:00:03.500000Z",
                "due_at": None,
                "counts": '{"lines":12}',
                "error": "the disk is full" if day == 4 else None,
            }
            for day in range(1, 5)
        ],
    )


def _edits(writer: Writer) -> None:
    """Three edits: one done, one taken back, one cut short; made elsewhere."""

    def side(room: str) -> str:
        said = {
            "kind": "assets",
            "key": "HB-04810-PC-001",
            "file": "inventory/assets.yaml",
            "line": 7,
            "fields": {"class": "desktop", "room": room},
            "unit": "04810@2019-08-06",
            "defaults": {},
        }
        edit = {
            "kind": "assets",
            "key": "HB-04810-PC-001",
            "fields": {"room": "P1" if room == "P2" else "P2"},
            "unit": None,
            "as_of": None,
            "add": False,
        }
        return json.dumps({"form": 1, "edits": [edit], "said": [said]})

    titles = ("tài sản HB-04810-PC-001", "2 hộp thư", "bundle gói-huyện.zip")
    rows = [
        {
            "number": number,
            "turned": number,
            "at": f"2019-12-{28 + number}T02:0{number}:00.000000Z",
            "person": "binh" if number == 2 else "an",
            "place": "may-1:/srv/opsconsole",
            "title": title,
            "files": json.dumps([f"inventory/{name}.yaml" for name in ("assets", "mail")[: number % 2 + 1]]),
            "things": number,
            "done": int(number != 2),
            "turning": int(number == 3),
            "revision": 0 if number == 3 else number,
            "back": side("P2"),
            "forth": side("P1"),
        }
        for number, title in enumerate(titles, 1)
    ]
    insert(writer, "edit_journal", rows)


def _history(writer: Writer) -> None:
    changes.record(
        writer,
        actor="tester",
        reason="kiểm kê",
        plan="r0-x",
        effective="2019-09-01",
        at=dt.datetime(2019, 9, 1, 2, tzinfo=dt.UTC),
        changes=[
            (
                "assets",
                "HB-000000",
                "update",
                None,
                '{"room":"Phòng 9"}',
                '{"room":"Phòng 1"}',
                "inventory/assets.yaml",
                3,
            )
        ],
    )
