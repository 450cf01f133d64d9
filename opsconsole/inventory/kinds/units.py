"""Units: the province, its bodies, districts and communes, as they were when first recorded."""

from opsconsole.inventory.fields import Code, Day, Field, Text
from opsconsole.inventory.kind import Kind, choice

CODE = Code(r"[0-9a-z][0-9a-z-]{0,15}", "a unit code as the official list has it, such as 05128")
LEVELS = ("province", "department", "district", "commune")

KIND = Kind(
    name="units",
    singular="unit",
    table="unit",
    title="Units",
    key=CODE,
    ends_by="withdrawn",
    order=10,
    name_fields=("name",),
    fields=(
        Field("name", Text(120), "official name, as the list spells it", required=True),
        Field("type", Text(40), "tỉnh, huyện, thành phố, xã, phường, thị trấn, sở …", required=True),
        Field("level", choice(*LEVELS), "level", required=True),
        Field("parent", CODE, "code of the unit above"),
        Field("from", Day(), "first day for which it is known", required=True, column="valid_from"),
        Field("source", Text(300), "the official list or document"),
    ),
)
