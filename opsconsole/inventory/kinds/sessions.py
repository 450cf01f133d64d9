"""Videoconference sessions: announced with time, kind and invited sites."""

from opsconsole.inventory.fields import Field, ListOf, Moment, Ref, Text
from opsconsole.inventory.kind import KEY_TEXT, Kind, choice

KIND = Kind(
    name="sessions",
    singular="session",
    table="session",
    title="Sessions",
    key=KEY_TEXT,
    ends_by="cancelled",
    order=45,
    name_fields=("title",),
    fields=(
        Field("title", Text(300), "subject", required=True),
        Field(
            "kind",
            choice("central-province", "province-district", "district-commune", "other"),
            "between which levels",
            required=True,
        ),
        Field("start", Moment(), "announced start, local time", required=True, column="starts_at"),
        Field("end", Moment(), "announced end, local time", required=True, column="ends_at"),
        Field("host", Ref("sites"), "the site that chairs"),
        Field("sites", ListOf(Ref("sites")), "the sites invited"),
        Field("note", Text(500), "note"),
    ),
)
