"""The list of assets."""

from __future__ import annotations

from opsconsole.console.queries.listing import HOLDER, Listing
from opsconsole.inventory.kinds.assets import CLASSES

LISTING = Listing(
    table="asset",
    select=(
        "t.key",
        "t.class",
        "t.model",
        "coalesce(u.name, t.unit_id)",
        "t.status",
        "c.name",
        "t.bought",
        "t.price",
        "t.serial",
        "t.room",
        "t.ended",
    ),
    order={
        "tag": "t.key",
        "class": "t.class",
        "model": "t.sort_key",
        "unit": "u.sort_key",
        "status": "t.status",
        "custodian": "c.sort_key",
        "bought": "t.bought",
        "price": "t.price",
        "serial": "t.serial",
        "room": "t.room",
        "ended": "t.ended",
    },
    nullable=frozenset({"unit", "custodian", "bought", "price", "serial", "room", "ended"}),
    first_order="tag",
    search=("t.fold", "u.fold", "c.fold"),
    joins=HOLDER + "LEFT JOIN person c ON c.province = t.province AND c.key = t.custodian",
    by_unit=True,
    choices={"t.class": CLASSES, "t.status": ("in-use", "in-store", "in-repair", "broken")},
)
