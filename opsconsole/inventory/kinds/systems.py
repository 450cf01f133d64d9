"""Systems: the shared systems of the plan, each with who runs it and its indicators in their order."""

from __future__ import annotations

from opsconsole.inventory.fields import Field, ListOf, Ref, Text, Whole
from opsconsole.inventory.kind import KEY_TEXT, Kind

KIND = Kind(
    name="systems",
    singular="system",
    table="shared_system",
    title="Shared systems",
    key=KEY_TEXT,
    unit="optional",  # the office that runs it
    order=57,
    name_fields=("name", "name-en"),
    fields=(
        Field("name", Text(200), "name, Vietnamese", required=True),
        Field("name-en", Text(200), "name, English", required=True),
        Field("place", Whole(1, 999), "its place among the systems", required=True),
        Field("section", Text(120), "where the plan treats of it"),
        Field("indicators", ListOf(Ref("indicators")), "its indicators, in their order", required=True),
        Field("note", Text(500), "note"),
    ),
)
