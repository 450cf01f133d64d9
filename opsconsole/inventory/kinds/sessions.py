"""Videoconference sessions: announced with time, kind and invited sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Field, ListOf, Moment, Number, Ref, Text
from opsconsole.inventory.kind import KEY_TEXT, Declared, Kind, choice

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem


def check(declared: Declared) -> list[Problem]:
    """Every session lasts: it ends after it starts. A calendar entry is one session, an occurrence once."""
    taken: dict[tuple[str, str], str] = {}
    twice = []
    for key, record in declared.of("sessions").items():
        if uid := record.content.get("uid"):
            entry = (uid, record.content.get("recurrence") or "")
            if entry in taken:
                message = _("session '{key}' is the same calendar entry as '{other}'; delete one of them")
                twice.append(declared.problem(record, "uid", message.format(key=key, other=taken[entry])))
            taken.setdefault(entry, key)
    return twice + [
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
        Field("operator", Ref("people"), "who runs it"),
        Field("rate-mbps", Number(0.1, 1000), "bandwidth that each site needs; 1 where nothing is said"),
        Field("agenda", ListOf(Text(200)), "the items of the agenda, such as 08:00 Opening"),
        Field("uid", Text(255), "UID of the calendar entry that it was taken from"),
        Field("recurrence", Moment(), "which occurrence of that entry, by its first planned start"),
        Field("note", Text(500), "note"),
    ),
)
