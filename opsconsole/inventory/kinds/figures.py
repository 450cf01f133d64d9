"""Reported figures: numbers that people state, with the document and place they come from."""

from opsconsole.inventory.fields import Code, Field, Number, Text
from opsconsole.inventory.kind import KEY_TEXT, Kind

KIND = Kind(
    name="figures",
    singular="figure",
    table="figure",
    title="Reported figures",
    key=KEY_TEXT,
    unit="optional",
    order=65,
    name_fields=("name", "source"),
    fields=(
        Field("name", Text(300), "what the figure states", required=True),
        Field(
            "period",
            Code(
                r"\d{4}(-\d{2})?|\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2}",
                "a year, a month (2019-07) or two days (2019-01-01/2019-07-30)",
            ),
            "period",
            required=True,
        ),
        Field("value", Number(), "value", required=True),
        Field("unit-of-measure", Text(60), "unit of measure", required=True),
        Field("source", Text(300), "source document", required=True),
        Field("place", Text(120), "section or page"),
        Field("note", Text(500), "note"),
    ),
)
