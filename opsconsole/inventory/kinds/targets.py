"""Yearly targets: the value that an indicator is to reach, for a level or the whole province."""

from opsconsole.inventory.fields import Field, Number, Ref, Text, Whole
from opsconsole.inventory.kind import KEY_TEXT, Kind, choice

KIND = Kind(
    name="targets",
    singular="target",
    table="target",
    title="Targets",
    key=KEY_TEXT,
    unit="optional",
    order=60,
    name_fields=("indicator", "source"),
    fields=(
        Field("year", Whole(1990, 2100), "year", required=True),
        Field("indicator", Ref("indicators"), "indicator", required=True),
        Field(
            "level", choice("all", "province", "department", "district", "commune"), "level", required=True
        ),
        Field("value", Number(), "the value to reach; percent as 80, not 0.8", required=True),
        Field("direction", choice("at-least", "at-most", "exactly"), "how it is met", required=True),
        Field("baseline", Number(), "value at the end of the year before"),
        Field(
            "pace", choice("level", "linear", "working-days"), "expected course over the year", required=True
        ),
        Field("source", Text(300), "the document that sets it", required=True),
        Field("page", Text(40), "where in the document"),
    ),
)
