"""What a unit is connected to: its local network, the internet, the network of the administration."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Day, Field, Flag, Text, Whole
from opsconsole.inventory.kind import KEY_TEXT, Declared, Kind, choice

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem

SORTS = ("lan", "internet", "dedicated")


def check(declared: Declared) -> list[Problem]:
    """A unit says of each sort once that it has none, and then has none."""
    changed = declared.of("connections")
    groups: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for record in declared.every("connections").values():
        if record.ended is None and record.unit_id:
            groups[record.unit_id, record.content["sort"]].append(record)
    problems = []
    for records in groups.values():
        without = [record for record in records if not record.content["there"]]
        for record in without if len(records) > 1 else ():
            if record.key in changed:
                other = next(each for each in records if each.key != record.key)
                message = _(
                    "connection '{key}' says that the unit has none, and '{other}' ({place}) is another of "
                    "the same sort; close one of them"
                ).format(key=record.key, other=other.key, place=f"{other.file}:{other.line}")
                problems.append(declared.problem(record, "there", message))
    return problems


KIND = Kind(
    name="connections",
    singular="connection",
    table="connection",
    title="Connections of units",
    key=KEY_TEXT,
    unit="required",
    ends_by="closed",
    order=42,
    name_fields=("provider",),
    check=check,
    fields=(
        Field(
            "sort",
            choice(*SORTS),
            "lan: local network; internet; dedicated: network of the administration",
            required=True,
        ),
        Field("there", Flag(), "yes: the unit has it; no: it is known to have none", required=True),
        Field("since", Day(), "the day from which this holds"),
        Field("medium", choice("fibre", "copper", "radio", "mobile"), "what it runs on"),
        Field("bandwidth-mbps", Whole(1, 100_000), "bandwidth"),
        Field("provider", Text(80), "who provides it"),
        Field("note", Text(500), "note"),
    ),
)
