"""The list of assets."""

from __future__ import annotations

from opsconsole.console.queries.filtering import FilterField
from opsconsole.console.queries.listing import BY_UNIT, HOLDER, Listing, by_person
from opsconsole.inventory.classes import CLASSES

STATES = ("in-use", "in-store", "in-repair", "broken")

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
    search=("t.fold",),
    beside=(BY_UNIT, by_person("t.custodian")),
    joins=HOLDER + "LEFT JOIN person c ON c.province = t.province AND c.key = t.custodian",
    by_unit=True,
    choices={"t.class": CLASSES, "t.status": STATES},
    fields={
        "tag": FilterField("t.key", "key", ("the", "ma")),
        "kind": FilterField("t.class", "choice", ("class", "loai"), CLASSES),
        "model": FilterField("t.fold", "text", ("kieu",)),
        "unit": FilterField("t.unit_id", "unit", ("donvi",)),
        "status": FilterField("t.status", "choice", ("state", "tinhtrang", "trangthai"), STATES),
        "custodian": FilterField("c.fold", "text", ("holder", "nguoigiu", "canbo")),
        "bought": FilterField("t.bought", "day", ("mua", "ngaymua")),
        "price": FilterField("t.price", "number", ("gia",)),
        "serial": FilterField("t.serial", "key", ("seri", "soseri")),
        "room": FilterField("t.room", "key", ("phong",)),
        "warranty": FilterField("t.warranty_until", "day", ("baohanh",)),
        "ended": FilterField("t.ended", "day", ("thanhly",)),
    },
)
