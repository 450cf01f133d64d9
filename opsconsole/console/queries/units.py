"""The tree of units as of a day, with what each holds, and what a unit came from and became."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from opsconsole.store.database import Reader

COUNTED = ("asset", "account", "site")
_RANK = {"province": 0, "department": 1, "district": 2, "commune": 3}


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit on the day: ``above`` is the id of the unit above it, the counts include all below."""

    id: str
    above: str | None
    code: str
    name: str
    type: str
    level: str
    fold: str
    assets: int
    accounts: int
    sites: int


def tree(reader: Reader, day: str) -> list[UnitNode]:
    """The units of *day*, those above before those below, in Vietnamese order within a level."""
    eras = reader.rows(
        "SELECT id, code, name, type, level, parent, fold, sort_key FROM unit_era WHERE province = :province "
        "AND valid_from <= :day AND (valid_to IS NULL OR :day < valid_to)",
        {"day": day},
    )
    by_code = {row[1]: row[0] for row in eras}
    above = {row[0]: by_code.get(row[5]) for row in eras}
    totals = {id_: [0, 0, 0] for id_ in above}
    for position, table in enumerate(COUNTED):
        for holder, count in held(reader, table, day):
            # a circle of parents is refused when units are declared; here it must not hang
            passed: set[str] = set()
            at: str | None = holder
            while at is not None and at in totals and at not in passed:
                passed.add(at)
                totals[at][position] += count
                at = above[at]
    below: dict[str | None, list[tuple[int, str, str]]] = defaultdict(list)
    rows = {}
    for row in eras:
        rows[row[0]] = row
        below[above[row[0]]].append((_RANK.get(row[4], 9), row[7], row[0]))
    found: list[UnitNode] = []
    stack = sorted(below[None], reverse=True)
    while stack:
        _rank, _key, id_ = stack.pop()
        _id, code, name, type_, level, _parent, fold, _sort = rows[id_]
        found.append(UnitNode(id_, above[id_], code, name, type_, level, fold, *totals[id_]))
        stack.extend(sorted(below[id_], reverse=True))
    return found


def held(reader: Reader, table: str, day: str) -> list[tuple[str, int]]:
    """(era, number) of the things in *table* (one of COUNTED) that each unit holds on *day*."""
    if table not in COUNTED:
        raise ValueError(f"not counted by unit: {table!r}")
    return [
        (row[0], int(row[1]))
        for row in reader.rows(
            f"SELECT h.holder_id, count(*) FROM {table} t JOIN unit_holder h ON h.province = t.province "  # noqa: S608
            "AND h.unit_id = t.unit_id AND h.valid_from <= :day AND :day < h.valid_to "
            "WHERE t.province = :province AND (t.ended IS NULL OR t.ended > :day) GROUP BY h.holder_id",
            {"day": day},
        )
    ]


def held_kinds(reader: Reader, unit: str, day: str) -> list[tuple[str, int]]:
    """(kind, number of living things) of all kinds that belong to units: what the unit (an era) and those
    below it hold on *day*."""
    from opsconsole.console.queries.filtering import below
    from opsconsole.inventory.kinds import standard

    return [
        (
            kind.name,
            int(
                reader.value(
                    f"SELECT count(*) FROM {kind.table} t WHERE t.province = :province"  # noqa: S608 - from here
                    f" AND (t.ended IS NULL OR t.ended > :day) AND {below('e.id = :unit')}",
                    {"unit": unit, "day": day},
                )
                or 0
            ),
        )
        for kind in standard()
        if kind.unit
    ]


def days_of_change(reader: Reader) -> list[str]:
    """The days on which the tree changed, the first on which it is known among them."""
    return [
        row[0]
        for row in reader.rows(
            "SELECT DISTINCT valid_from FROM unit_era WHERE province = :province ORDER BY 1"
        )
    ]


@dataclass(frozen=True, slots=True)
class Link:
    """Another unit that this one came from or became. ``follows``: its assets went that way."""

    id: str
    name: str
    at: str
    share: str
    follows: bool
    title: str
    decision: str


def predecessors(reader: Reader, unit: str) -> list[Link]:
    """The units that the era *unit* came from."""
    return _links(reader, unit, "to_id", "from_id")


def successors(reader: Reader, unit: str) -> list[Link]:
    """The units that the era *unit* became."""
    return _links(reader, unit, "from_id", "to_id")


def _links(reader: Reader, unit: str, here: str, there: str) -> list[Link]:
    return [
        Link(row[0], row[1] or row[0], row[2], row[3], bool(row[4]), row[5] or "", row[6] or "")
        for row in reader.rows(
            f"SELECT l.{there}, e.name, l.at, l.share, l.follows, r.title, r.decision FROM unit_link l "  # noqa: S608
            f"LEFT JOIN unit_era e ON e.province = l.province AND e.id = l.{there} "
            "LEFT JOIN reorganisation r ON r.province = l.province AND r.key = l.reorganisation "
            f"WHERE l.province = :province AND l.{here} = :unit ORDER BY l.at, e.sort_key",
            {"unit": unit},
        )
    ]


def era(reader: Reader, unit: str) -> tuple[str, ...] | None:
    """(code, name, type, level, first day, day after the last or None, name of the unit above)."""
    return reader.row(
        "SELECT e.code, e.name, e.type, e.level, e.valid_from, e.valid_to, "
        "(SELECT p.name FROM unit_era p WHERE p.province = e.province AND p.code = e.parent "
        "  AND p.valid_from <= e.valid_from ORDER BY p.valid_from DESC LIMIT 1) "
        "FROM unit_era e WHERE e.province = :province AND e.id = :unit",
        {"unit": unit},
    )


def era_of_code(reader: Reader, code: str, day: str) -> tuple[str, str, bool] | None:
    """(era, its first day, whether it stands on *day*) of the unit with *code*: the one of that day,
    else the last that had the code."""
    row = reader.row(
        "SELECT id, valid_from, valid_to FROM unit_era WHERE province = :province AND code = :code "
        "ORDER BY CASE WHEN valid_from <= :day AND (valid_to IS NULL OR :day < valid_to) THEN 0 ELSE 1 END, "
        "valid_from DESC LIMIT 1",
        {"code": code, "day": day},
    )
    if row is None:
        return None
    return row[0], row[1], row[1] <= day and (row[2] is None or day < row[2])
