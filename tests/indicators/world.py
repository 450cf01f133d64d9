"""A small register with its evidence, written straight into the tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.indicators.measure import Measured, measure
from opsconsole.indicators.observations import Observation, observations
from opsconsole.inventory.kinds.indicators import MEASURES
from opsconsole.store.database import Database, Writer

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LATER = dt.date(2021, 3, 1)  # when everything of 2019 and 2020 is over

COMMON = {
    "file": "test.yaml",
    "line": 1,
    "digest": "",
    "revision": 1,
    "sample": 1,
    "orphaned": 0,
    "fold": "",
    "sort_key": "",
}

PROVINCE = "17@2017-10-15"
DEPARTMENT = "hb-01@2017-10-15"
DISTRICT = "148@2017-10-15"
COMMUNE_A = "04900@2017-10-15"
COMMUNE_B = "04903@2017-10-15"
MERGED = "04906@2019-07-01"  # A and B from that day

RULE = {
    "name": "một nửa số ngày",
    "version": 1,
    "events": '["login","sent"]',
    "accounts": '["personal"]',
    "least_share_of_days": 0.5,
}


RULE_FOR = {"": None, "regular": "mail-regular", "use": "mail-use", "idle": "mail-use"}

# table → kind, of what is declared
KINDS = {
    "account": "accounts",
    "asset": "assets",
    "connection": "connections",
    "figure": "figures",
    "indicator": "indicators",
    "person": "people",
    "rate": "rates",
    "rule": "rules",
    "session": "sessions",
    "site": "sites",
    "unit_era": "units",
    "unit_holder": "units",
}
CHANGE = ("province", "sequence", "revision", "effective", "kind", "key", "action", "file", "line", "hash")


class World:
    """Fills the tables of *database*; each method is one write transaction.

    As an apply and a collection would, it records that something of a kind changed, and counts the
    line of evidence behind a changed use.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._position = 0
        self.put("register", [{"id": "0" * 16, "revision": 1, "sequence": 0, "head": "0" * 64}])

    def put(self, table: str, rows: Iterable[Mapping[str, Any]], conflict: str = "") -> None:
        """Insert *rows*, all with the same columns."""
        chosen = [{"province": self.database.province, **row} for row in rows]
        if not chosen:
            return
        with self.database.write() as writer:
            if table == "mail_activity":
                for month in {row["month"] for row in chosen}:
                    writer.ensure_month(table, month)
            writer.insert(table, list(chosen[0]), [list(row.values()) for row in chosen], conflict)
            self._recorded(writer, table, {str(row.get("month", "")) for row in chosen})

    def run(self, sql: str, month: str = "", **values: Any) -> None:
        """One statement; for one that changes the use of mailboxes *month* says of when (the first with
        logs)."""
        table = next(iter(re.findall(r"(?:UPDATE|FROM) (\w+)", sql)))
        with self.database.write() as writer:
            writer.execute(sql, values)
            self._recorded(writer, table, {month})

    def _recorded(self, writer: Writer, table: str, months: set[str]) -> None:
        if table in KINDS:
            sequence = int(writer.value("SELECT COALESCE(MAX(sequence), 0) FROM change")) + 1
            row = (writer.province, sequence, 1, "2019-01-01", KINDS[table], "?", "update", "", 0, "")
            writer.insert("change", CHANGE, [row])
        if table == "mail_activity":
            for month in months:
                writer.execute(
                    "UPDATE coverage SET lines = lines + 1 WHERE source = 'mail' AND day = (SELECT MIN(day)"
                    " FROM coverage WHERE source = 'mail' AND substr(day, 1, :width) = :month)",
                    {"month": month, "width": len(month)},
                )

    def units(self, units: Mapping[str, tuple[str, str, str | None]], holders: list[tuple[str, ...]]) -> None:
        """*units*: id → (level, start, end); *holders*: (unit, from, to, holder)."""
        self.put(
            "unit_era",
            [
                {
                    "id": era,
                    "code": era.split("@")[0],
                    "valid_from": start,
                    "valid_to": end,
                    "name": f"Đơn vị [red]{era}",
                    "type": "",
                    "level": level,
                    "fold": "",
                    "sort_key": "",
                }
                for era, (level, start, end) in units.items()
            ],
        )
        names = ("unit_id", "valid_from", "valid_to", "holder_id")
        self.put("unit_holder", [dict(zip(names, holder, strict=True)) for holder in holders])

    def hoa_binh(self) -> None:
        """Six units at four levels; two communes become one on 2019-07-01."""
        day, merge, never = "2017-10-15", "2019-07-01", "9999-12-31"
        self.units(
            {
                PROVINCE: ("province", day, None),
                DEPARTMENT: ("department", day, None),
                DISTRICT: ("district", day, None),
                COMMUNE_A: ("commune", day, merge),
                COMMUNE_B: ("commune", day, merge),
                MERGED: ("commune", merge, None),
            },
            [
                *((unit, "", never, unit) for unit in (PROVINCE, DEPARTMENT, DISTRICT)),
                (COMMUNE_A, "", merge, COMMUNE_A),
                (COMMUNE_A, merge, never, MERGED),
                (COMMUNE_B, "", merge, COMMUNE_B),
                (COMMUNE_B, merge, never, MERGED),
                (MERGED, "", merge, COMMUNE_A),
                (MERGED, merge, never, MERGED),
            ],
        )

    def indicator(self, code: str, unit: str = "percent", rule: str | None = None, version: int = 1) -> None:
        """An indicator called like its measure, with the rule that it asks for."""
        self.put(
            "indicator",
            [
                {
                    **COMMON,
                    "key": code,
                    "name": f"chỉ tiêu {code}",
                    "name_en": f"indicator {code}",
                    "measure": code,
                    "rule": rule or RULE_FOR[MEASURES[code][1]] if code in MEASURES else rule,
                    "unit_of_measure": unit,
                    "direction": "up",
                    "version": version,
                }
            ],
        )

    def use_rule(self, **fields: Any) -> None:
        """The rule 'mail-use': logins and messages sent; idle after 90 days."""
        rule = {**RULE, "least_share_of_days": None, "idle_days": 90}
        self.put("rule", [{**COMMON, "key": "mail-use", **rule, **fields}])

    def rule(self, **fields: Any) -> None:
        """The rule 'mail-regular'."""
        self.put("rule", [{**COMMON, "key": "mail-regular", **RULE, **fields}])

    def target(self, key: str, indicator: str, value: float, **fields: Any) -> None:
        """A target of 2019 for the whole province, at least, to hold all year."""
        base: dict[str, Any] = {
            "year": 2019,
            "level": "all",
            "direction": "at-least",
            "pace": "level",
            "source": "nguồn",
        }
        self.put("target", [{**COMMON, "key": key, "indicator": indicator, "value": value, **base, **fields}])

    def mailbox(self, key: str, unit: str, type: str = "personal", **fields: Any) -> None:
        """A mailbox."""
        self.put("account", [{**COMMON, "key": key, "unit_id": unit, "type": type, **fields}])

    def person(self, key: str, unit: str, **fields: Any) -> None:
        """Somebody on the staff list."""
        self.put("person", [{**COMMON, "key": key, "unit_id": unit, "name": key, **fields}])

    def asset(self, key: str, unit: str, **fields: Any) -> None:
        """A desktop."""
        base = {"class": "desktop", "model": "m", "status": "in-use"}
        self.put("asset", [{**COMMON, "key": key, "unit_id": unit, **base, **fields}])

    def site(self, key: str, unit: str) -> None:
        """A conference site."""
        self.put("site", [{**COMMON, "key": key, "unit_id": unit, "name": key, "endpoint": "codec"}])

    def session(self, key: str, start: str, end: str, sites: Iterable[str], host: str | None = None) -> None:
        """An announced session; times are local."""
        base = {"title": key, "kind": "province-district", "host": host}
        times = {"starts_at": start, "ends_at": end, "sites": json.dumps(sorted(sites))}
        self.put("session", [{**COMMON, "key": key, **base, **times}])

    def source(self, name: str, number: int) -> None:
        """A file of the source *name*."""
        row = {"id": number, "source": name, "path": f"{name}.log", "seen": "", "head": b"", "tail": b""}
        row |= {"position": 4711, "lines": 1, "events": 1, "state": "{}", "read_at": ""}
        self.put("source_file", [row])

    def stay(self, session: str, site: str, joined: str, left: str, file: int = 9) -> None:
        """A stay; *joined* and *left* are local, ``2019-03-05 08:00``."""
        self._position += 1
        at = [
            dt.datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(dt.UTC) for text in (joined, left)
        ]
        instants = [f"{each:%Y-%m-%dT%H:%M:%S.%f}Z" for each in at]
        row = {"source_file": file, "position": self._position, "month": joined[:7], "session": session}
        self.put(
            "attendance",
            [
                {
                    "record": -1,
                    "ending": "",
                    **row,
                    "site": site,
                    "joined_at": instants[0],
                    "left_at": instants[1],
                }
            ],
        )

    def use(self, account: str, month: str, days: Iterable[int], source: str = "mail", **masks: int) -> None:
        """Logins of *account* on *days* of *month* (1 is the 1st)."""
        login = sum(1 << (day - 1) for day in set(days))
        row = {"month": month, "account": account, "source": source, "login_days": login, "sent_days": 0}
        row |= {"received_days": 0, "logins": 1, "sent": 0, "received": 0, "failed": 0, "automatic": 0}
        row |= {"webmail_days": 0, "poll_days": 0, "webmails": 0, "polls": 0, **masks}
        for name in ("logins", "webmails", "polls", "sent", "received"):
            row.setdefault(f"{name}_to_14", row[name])
        self.put("mail_activity", [row])

    def covered(
        self, first: str, last: str, source: str = "mail", without: Iterable[str] = (), lost: int = 0
    ) -> None:
        """Lines of *source* for each day from *first* to *last*."""
        day, rows = dt.date.fromisoformat(first), []
        while day <= dt.date.fromisoformat(last):
            if day.isoformat() not in set(without):
                row = {"source": source, "day": day.isoformat(), "first_at": "", "last_at": "", "lines": 1}
                row |= {"half_hours": 0, "others": 0, "inferred": 0}
                rows.append({**row, "lost": lost})
            day += dt.timedelta(days=1)
        self.put("coverage", rows)

    def measure(self, months: Iterable[int] | None = None, year: int = 2019, **options: Any) -> Measured:
        """Measure in a transaction of its own, long after the year."""
        options.setdefault("today", LATER)
        with self.database.write() as writer:
            return measure(writer, year, months, timezone=ZONE, **options)

    def seen(self, **filters: Any) -> dict[tuple[str, str], Observation]:
        """Current observations by (unit id, level)."""
        with self.database.read() as reader:
            return {(one.unit_id, one.level): one for one in observations(reader, **filters)}

    def one(self, indicator: str, unit: str, level: str, period: str) -> Observation:
        """The current observation of a key."""
        return self.seen(indicator=indicator, unit=unit, level=level, period=period)[unit, level]


def weekdays(month: str, count: int) -> list[int]:
    """The first *count* days of *month*, Monday to Friday."""
    day, found = dt.date.fromisoformat(f"{month}-01"), list[int]()
    while len(found) < count:
        if day.weekday() < 5:
            found.append(day.day)
        day += dt.timedelta(days=1)
    return found


def writer_queries(writer: Writer) -> list[str]:
    """The statements that *writer* runs from now on, as they come."""
    ran: list[str] = []
    execute = writer._execute

    def counted(sql: str, parameters: Any) -> Any:
        ran.append(sql)
        return execute(sql, parameters)

    writer._execute = counted  # type: ignore[method-assign]
    return ran
