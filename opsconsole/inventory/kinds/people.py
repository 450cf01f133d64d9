"""People who hold assets or own mailboxes: officials and staff of a unit."""

from opsconsole.inventory.fields import Code, Field, Text
from opsconsole.inventory.kind import KEY_TEXT, Kind

KIND = Kind(
    name="people",
    singular="person",
    table="person",
    title="People",
    key=KEY_TEXT,
    unit="required",
    ends_by="left",
    people=True,
    order=20,
    name_fields=("name",),
    fields=(
        Field("name", Text(120), "full name", required=True),
        Field("position", Text(120), "position"),
        Field("phone", Code(r"[0-9+ .()-]{3,20}", "a telephone number, digits as dialled"), "telephone"),
    ),
)
