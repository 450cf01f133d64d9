"""Indicators: what is measured, by which built-in measure, under which rule."""

from opsconsole.inventory.fields import Code, Field, Ref, Text, Whole
from opsconsole.inventory.kind import Kind, choice

MEASURES = (
    "mail.issued",
    "mail.regular.pooled",
    "mail.regular.mean",
    "conference.sessions",
    "conference.hours",
    "assets.count",
)

KIND = Kind(
    name="indicators",
    singular="indicator",
    table="indicator",
    title="Indicators",
    key=Code(r"[a-z][a-z0-9_.-]{1,63}", "lower-case letters, digits, dots"),
    order=55,
    name_fields=("name", "name-en"),
    fields=(
        Field("name", Text(200), "name, Vietnamese", required=True),
        Field("name-en", Text(200), "name, English", required=True),
        Field("measure", choice(*MEASURES), "how it is measured", required=True),
        Field("rule", Ref("rules"), "the rule of counting"),
        Field("unit-of-measure", choice("percent", "count", "hours"), "unit of measure", required=True),
        Field("direction", choice("up", "down"), "which way is better", required=True),
        Field("version", Whole(1, 9999), "raised with every change of meaning", required=True),
        Field("formula", Text(500), "the formula in words"),
    ),
)
