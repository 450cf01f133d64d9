"""Videoconference sessions: announced with time, kind and invited sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Field, ListOf, Moment, Ref, Text
from opsconsole.inventory.kind import KEY_TEXT, Declared, Kind, choice

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem


def check(declared: Declared) -> list[Problem]:
    """Every session lasts: it ends after it starts."""
    return [
        declared.problem(
            record,
            "end",
            _("session '{key}' does not end after it starts; correct 'start:' or 'end:'").format(key=key),
        )
        for key, record in declared.of("sessions").items()
        if record.content["end"] <= record.content["start"]
    ]


KIND = Kind(
    name="sessions",
    singular="session",
    table="session",
    title="Sessions",
    key=KEY_TEXT,
    ends_by="cancelled",
    order=45,
    indexed=("starts_at",),
    name_fields=("title",),
    check=check,
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
        Field("meeting", Text(120), "its number or room on the meeting server"),
        Field("note", Text(500), "note"),
    ),
)
