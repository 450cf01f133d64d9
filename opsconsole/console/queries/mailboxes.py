"""The list of mailboxes, with the days on which each was used, by month."""

from __future__ import annotations

from dataclasses import dataclass

from opsconsole.console.queries.filtering import FilterField
from opsconsole.console.queries.listing import BY_UNIT, HOLDER, Listing, Query, Row, by_person
from opsconsole.store.database import Reader, Value


@dataclass(frozen=True, slots=True)
class Months:
    """Days of use in each month of a year. None: no log was read for that month (unknown, not 0)."""

    days: tuple[int | None, ...]

    @property
    def total(self) -> int | None:
        """Days of the year, None when nothing is known."""
        known = [day for day in self.days if day is not None]
        return sum(known) if known else None


def months_of(year: int) -> tuple[str, ...]:
    """The twelve months of *year* as the store names them."""
    return tuple(f"{year:04d}-{number:02d}" for number in range(1, 13))


def covered_months(reader: Reader, year: int) -> set[str]:
    """The months of *year* in which some source has lines."""
    found = reader.rows(
        "SELECT DISTINCT substr(day, 1, 7) FROM coverage WHERE province = :province "
        "AND day >= :first AND day < :after",
        {"first": f"{year:04d}-01-01", "after": f"{year + 1:04d}-01-01"},
    )
    return {row[0] for row in found}


def with_use(reader: Reader, query: Query, rows: dict[str, Row]) -> dict[str, Row]:
    """Complete *rows* of mailboxes by (months, days of the year): days with a login (the web
    interface too) or a message sent. A delivery alone is not use, nor is a telephone that polls."""
    months = months_of(query.year)
    known = covered_months(reader, query.year)
    masks: dict[tuple[str, str], int] = {}  # several sources: their days are joined, never added
    if rows:
        parameters: dict[str, Value] = {f"a{number}": key for number, key in enumerate(rows)}
        parameters |= {f"m{number}": month for number, month in enumerate(months)}
        accounts = ", ".join(f":a{number}" for number in range(len(rows)))
        names = ", ".join(f":m{number}" for number in range(12))
        for account, month, mask in reader.rows(
            "SELECT account, month, login_days | webmail_days | sent_days FROM mail_activity "  # noqa: S608
            f"WHERE province = :province AND month IN ({names}) AND account IN ({accounts})",
            parameters,
        ):
            masks[account, month] = masks.get((account, month), 0) | mask
    completed = {}
    for key, row in rows.items():
        use = Months(
            tuple(
                masks[key, month].bit_count() if (key, month) in masks else 0 if month in known else None
                for month in months
            )
        )
        address, name, kind, unit, *rest = row
        completed[key] = (address, name, unit, use, use.total, kind, *rest)
    return completed


def use_of(reader: Reader, account: str, year: int) -> list[tuple[str, int | None, int, int, int]]:
    """(month, days of use or None where unknown, logins, sent, received) of *account* in *year*."""
    known = covered_months(reader, year)
    masks: dict[str, int] = {}
    counts: dict[str, list[int]] = {}
    months = months_of(year)
    for month, mask, logins, sent, received in reader.rows(
        "SELECT month, login_days | webmail_days | sent_days, logins + webmails, sent, received "
        "FROM mail_activity WHERE province = :province AND account = :account "
        "AND month >= :first AND month <= :last",
        {"account": account, "first": months[0], "last": months[-1]},
    ):
        masks[month] = masks.get(month, 0) | mask
        totals = counts.setdefault(month, [0, 0, 0])
        for position, value in enumerate((logins, sent, received)):
            totals[position] += value
    return [
        (
            month,
            masks[month].bit_count() if month in masks else 0 if month in known else None,
            *counts.get(month, (0, 0, 0)),
        )
        for month in months
    ]


TYPES = ("personal", "shared", "system", "list", "monitoring", "forward")

LISTING = Listing(
    table="account",
    select=(
        "t.key",
        "coalesce(c.name, t.name)",
        "t.type",
        "coalesce(u.name, t.unit_id)",
        "t.opened",
        "t.quota_mb",
        "t.locked",
        "t.ended",
    ),
    order={
        "address": "t.key",
        "name": "coalesce(c.sort_key, t.sort_key)",
        "type": "t.type",
        "unit": "u.sort_key",
        "opened": "t.opened",
        "quota": "t.quota_mb",
        "locked": "coalesce(t.locked, 0)",
        "ended": "t.ended",
    },
    nullable=frozenset({"unit", "opened", "quota", "ended"}),
    first_order="address",
    search=("t.fold",),
    beside=(BY_UNIT, by_person("t.owner")),
    joins=HOLDER + "LEFT JOIN person c ON c.province = t.province AND c.key = t.owner",
    by_unit=True,
    choices={"t.type": TYPES},
    fields={
        "address": FilterField("t.key", "key", ("diachi", "email")),
        "name": FilterField("coalesce(c.fold, t.fold)", "text", ("ten",)),
        "kind": FilterField("t.type", "choice", ("type", "loai"), TYPES),
        "unit": FilterField("t.unit_id", "unit", ("donvi",)),
        "opened": FilterField("t.opened", "day", ("mo", "ngaymo")),
        "quota": FilterField("t.quota_mb", "number", ("dungluong",)),
        "locked": FilterField("t.locked", "flag", ("khoa",)),
        "ended": FilterField("t.ended", "day", ("dong", "closed")),
    },
    extend=with_use,
)
