"""ICT equipment and software, each with the unit that uses it and the person who holds it."""

from opsconsole.inventory.classes import CLASSES
from opsconsole.inventory.fields import Day, Field, Mac, Ref, Text, Whole
from opsconsole.inventory.kind import KEY_TEXT, Kind, choice

KIND = Kind(
    name="assets",
    singular="asset",
    table="asset",
    title="Assets",
    key=KEY_TEXT,
    unit="required",
    ends_by="disposed",
    order=30,
    name_fields=("model", "serial", "custodian"),
    fields=(
        Field("class", choice(*CLASSES), "class of equipment", required=True),
        Field("model", Text(120), "make and model", required=True),
        Field("serial", Text(60), "serial number"),
        Field("mac", Mac(), "hardware address"),
        Field("bought", Day(), "date of purchase"),
        Field("used-from", Day(), "date put to use; wear counts from here"),
        Field("price", Whole(), "original cost, whole VND"),
        Field("status", choice("in-use", "in-store", "in-repair", "broken"), "state", required=True),
        Field("custodian", Ref("people"), "who holds it"),
        Field("room", Text(80), "place of use"),
        Field("warranty-until", Day(), "last day of the warranty"),
        Field("note", Text(500), "note"),
    ),
)
