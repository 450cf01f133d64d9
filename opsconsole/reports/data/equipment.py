"""Equipment as a report sees it: what each unit holds on the last day of the period, its age, the register
of fixed assets (form S24-H) and what is handed over (the minutes of a handover)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.reports import charts
from opsconsole.reports.data import Context, Made, chart, table
from opsconsole.reports.model import Chart, Column, Row, Table
from opsconsole.words import word

# From this cost on, and used for a year or more, a thing is a fixed asset (circulars 45/2018, 23/2023
# and 141/2025/TT-BTC); below it is a tool, listed by place of use.
FIXED = 10_000_000
COMPUTERS = ("desktop", "laptop", "tablet", "server")
NEVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Held:
    """An asset that a unit holds on a day. *start* is the day from which it is used ('' unknown)."""

    key: str
    kind: str
    model: str
    serial: str
    bought: str
    start: str
    price: int | None
    status: str
    room: str
    custodian: str
    unit: str

    @property
    def fixed(self) -> bool:
        """Whether its cost makes it a fixed asset."""
        return self.price is not None and self.price >= FIXED


_SELECT = (
    "SELECT a.key, a.class, a.model, COALESCE(a.serial, ''), COALESCE(a.bought, ''),"
    " COALESCE(a.used_from, a.bought, ''), a.price, a.status, COALESCE(a.room, ''), COALESCE(a.custodian, "
    "''),"
    " h.holder_id FROM asset a"
    " JOIN unit_holder h ON h.province = a.province AND h.unit_id = a.unit_id"
    " AND h.valid_from <= :day AND :day < h.valid_to"
    " LEFT JOIN unit_era e ON e.province = h.province AND e.id = h.holder_id"
    " WHERE a.province = :province AND COALESCE(a.bought, a.used_from, '') <= :day"
    " AND :day < COALESCE(a.ended, '9999-12-31')"
)


def held(context: Context, *, fixed: bool = False) -> Iterator[Held]:
    """The assets held on the last day of the period, by unit and tag, in a stream; of the unit that the
    report is about where it is about one."""
    day = context.span.end.isoformat()
    values: dict[str, Any] = {"day": day}
    where = ""
    if context.unit:
        where, values["unit"] = " AND h.holder_id = :unit", context.unit
    if fixed:
        where += " AND a.price >= :fixed"
        values["fixed"] = FIXED
    order = " ORDER BY e.sort_key, h.holder_id, a.key"
    for chunk in context.reader.chunks(_SELECT + where + order, values, size=2000):
        for row in chunk:
            yield Held(*row)


def day_words(context: Context) -> str:
    """What the origin of a table says."""
    return _(
        "the register as of {day}: assets bought and not disposed of, with the unit that holds them"
    ).format(day=context.span.end.strftime("%d/%m/%Y"))


@table("classes", "equipment by class: number, cost, states")
def classes(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row a class."""
    if dry:
        return []
    tally: defaultdict[str, Counter[str]] = defaultdict(Counter)
    cost: Counter[str] = Counter()
    for one in held(context):
        tally[one.kind][one.status] += 1
        cost[one.kind] += one.price or 0
    states = ("in-use", "in-store", "in-repair", "broken")
    rows: list[Row] = [
        [place, word(kind), sum(tally[kind].values()), *(tally[kind][state] for state in states), cost[kind]]
        for place, kind in enumerate(sorted(tally, key=lambda each: -sum(tally[each].values())), 1)
    ]
    total = [
        None,
        _("Total"),
        sum(sum(each.values()) for each in tally.values()),
        *(sum(each[state] for each in tally.values()) for state in states),
        sum(cost.values()),
    ]
    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Class"), "text", 2.4),
        Column(_("Number"), "whole", 0.9),
        *(Column(word(state), "whole", 0.9, _("State now")) for state in states),
        Column(_("Cost (đồng)"), "money", 1.6),
    )
    return [
        Table(
            "classes",
            title or _("Equipment by class"),
            columns,
            lambda: iter(rows),
            (total,),
            day_words(context),
        )
    ]


@chart("ages", "the ages of equipment: computers and all else")
def ages(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """A row a year of age on the last day of the period."""
    if dry:
        return []
    day, sides = context.span.end, (Counter[int](), Counter[int]())
    unknown = 0
    for one in held(context):
        if not one.start:
            unknown += 1
            continue
        years = _age(dt.date.fromisoformat(one.start), day)
        sides[0 if one.kind in COMPUTERS else 1][min(10, max(0, years))] += 1
    every = [age for side in sides for age in side]
    if not every:
        return []
    rows = [
        (_("{age} and more").format(age=10) if age == 10 else str(age), sides[0][age], sides[1][age])
        for age in range(max(every), -1, -1)
    ]
    title = title or _("Age of equipment in years")
    said = "; ".join(f"{label}: {one} / {other}" for label, one, other in rows)
    if unknown:
        said += "; " + _("without a date: {count}").format(count=unknown)
    columns = (
        Column(_("Age in years")),
        Column(_("Computers"), "whole"),
        Column(_("Other equipment"), "whole"),
    )
    return [
        Chart(
            "ages",
            title,
            *charts.pyramid(title, _("Computers"), _("Other equipment"), rows),
            said,
            columns,
            tuple(rows),
            "bar",
        )
    ]


def _age(start: dt.date, day: dt.date) -> int:
    return day.year - start.year - ((day.month, day.day) < (start.month, start.day))


@table("handover", "the equipment in somebody's hands, for the minutes of a handover")
def handover(context: Context, title: str, options: Mapping[str, Any], dry: bool) -> Made:
    """What the unit holds, each with its tag, serial number and state."""
    if not context.unit:
        raise Refused(_("the table '{name}' is about one unit; name it by --unit").format(name="handover"))
    if dry:
        return []

    def rows() -> Iterator[Row]:
        for place, one in enumerate(held(context), 1):
            yield [
                place,
                f"{word(one.kind)}: {one.model}",
                one.key,
                one.serial or "–",
                _("piece"),
                1,
                one.price,
                word(one.status),
                one.room or "–",
            ]

    columns = (
        Column(_("No."), "place", 0.6),
        Column(_("Asset"), "text", 2.8),
        Column(_("Tag"), "text", 1.8),
        Column(_("Serial number"), "text", 1.4),
        Column(_("Unit of count"), "text", 0.7),
        Column(_("Number"), "whole", 0.8),
        Column(_("Cost (đồng)"), "money", 1.3),
        Column(_("State"), "text", 1.0),
        Column(_("Place of use"), "text", 1.6),
    )
    return [Table("handover", title or _("Equipment handed over"), columns, rows, origin=day_words(context))]
