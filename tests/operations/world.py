"""A small register of sites and sessions: a province, two districts, four communes. Names are made up."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.operations.conference.sessions import Session, Site
from opsconsole.store.database import Database, Writer
from opsconsole.text import fold, sort_key
from tests.console.filled import END, FIRST, UNITS, declared, insert

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = "2019-03-05"
SITES = {
    # key: (unit, name, endpoint)
    "DC-17": ("17@2019-08-06", "Điểm cầu tỉnh Hoà Bình", "mcu"),
    "DC-148": ("148@2019-08-06", "Điểm cầu thành phố Hòa Bình", "codec"),
    "DC-150": ("150@2019-08-06", "Điểm cầu huyện Đà Bắc", "codec"),
    "DC-04832": ("04832@2019-08-06", "Điểm cầu xã Tu Lý", "software"),
    "DC-04835": ("04835@2019-08-06", "Điểm cầu xã Hào Lý", "software"),
}


def at(text: str) -> dt.datetime:
    """08:05 as an instant of the day of the session."""
    hour, minute = map(int, text.split(":"))
    return dt.datetime(2019, 9, 5, hour, minute, tzinfo=ZONE)


def fill(database: Database) -> None:
    """Units, sites, two people and the session HN-2019-001 (5 September 2019, 08:00 to 09:30)."""
    with database.write() as writer:
        insert(
            writer,
            "unit_era",
            [
                {
                    "id": u.id, "code": u.code, "valid_from": u.first, "valid_to": u.end, "name": u.name,
                    "type": u.type, "level": u.level, "parent": u.parent, "begun_by": None, "ended_by": None,
                    "fold": fold(u.name), "sort_key": sort_key(u.name),
                }
                for u in UNITS
            ],
        )  # fmt: skip
        insert(
            writer,
            "unit_holder",
            [
                {"unit_id": u.id, "valid_from": "", "valid_to": END, "holder_id": u.id}
                for u in UNITS
                if u.first == FIRST
            ],
        )
        insert(
            writer,
            "person",
            [
                declared(key, name, "17@2019-08-06", name=name, position=None, phone=phone)
                for key, name, phone in (("P1", "Bùi Văn Trực", "0218 1"), ("P2", "Xa Thị Ca", "0218 2"))
            ],
        )
        for key, (unit, name, endpoint) in SITES.items():
            add_site(writer, key, unit, name, endpoint=endpoint)
        add_session(writer, "HN-2019-001")


def add_site(writer: Writer, key: str, unit: str, name: str, **values: Any) -> None:
    fields = {
        "name": name, "room": "Hội trường", "endpoint": "codec", "address": f"sip:{key}@hop.example",
        "line_name": None, "bandwidth_mbps": 10, "seats": 40, "distance_km": 1.0, "aliases": "[]",
        "contact": "P1", "equipment": "[]",
    }  # fmt: skip
    insert(writer, "site", [declared(key, name, unit, **{**fields, **values})])


def add_session(writer: Writer, key: str, **values: Any) -> None:
    host = values.pop("host", "DC-17")
    sites = values.pop("sites", [site for site in SITES if site != host])
    fields = {
        "title": "Giao ban trực tuyến", "kind": "province-district", "starts_at": "2019-09-05T08:00",
        "ends_at": "2019-09-05T09:30", "host": host, "sites": json.dumps(sites), "operator": "P1",
        "rate_mbps": None, "agenda": '["08:00 Khai mạc","08:15 Báo cáo"]', "uid": None, "recurrence": None,
        "note": None,
    }  # fmt: skip
    fields |= values
    insert(writer, "session", [declared(key, fields["title"], **fields)])


def session(key: str, start: str, end: str, **values: Any) -> Session:
    """A session of 5 September 2019 between two times of day."""
    return Session(key, f"Họp {key}", "other", at(start), at(end), **values)


def site(key: str, **values: Any) -> Site:
    values.setdefault("unit_id", f"unit of {key}")
    return Site(key, f"Site {key}", **values)
