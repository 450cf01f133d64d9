"""Reorganisations: which units became which, from which day, by which decision."""

from opsconsole.inventory.fields import Day, Field, Flag, Group, Ref, Text
from opsconsole.inventory.kind import KEY_TEXT, Kind, choice
from opsconsole.inventory.kinds.units import CODE, LEVELS

KIND = Kind(
    name="reorganisations",
    singular="reorganisation",
    table="reorganisation",
    title="Reorganisations",
    key=KEY_TEXT,
    ends_by="withdrawn",
    order=12,
    name_fields=("title", "decision"),
    fields=(
        Field("title", Text(300), "what it does", required=True),
        Field("effective", Day(), "first day on which the new units stand", required=True),
        Field("decision", Text(200), "number of the decision", required=True),
        Field("decided", Day(), "date of the decision"),
        Field("source", Text(500), "where the text was read"),
        Field("reverts", Ref("reorganisations"), "the reorganisation that this one takes back"),
        Field(
            "changes",
            Group(
                (
                    Field("name", Text(120), "name from that day"),
                    Field("type", Text(40), "type from that day"),
                    Field("level", choice(*LEVELS), "level, for a unit that is created"),
                    Field("parent", CODE, "code of the unit above from that day"),
                    Field(
                        "from",
                        Group(
                            (
                                Field(
                                    "share",
                                    choice("whole", "part", "rest"),
                                    "rest: what remains when the parts are taken off",
                                    required=True,
                                ),
                                Field(
                                    "follows",
                                    Flag(),
                                    "yes: its assets and mailboxes go with this part; else with the rest",
                                ),
                                Field("note", Text(300), "area, population, clause"),
                            ),
                            keyed=CODE,
                        ),
                        "the units it comes from; absent: itself; empty for a unit that is created",
                    ),
                    Field("note", Text(500), "note"),
                ),
                keyed=CODE,
            ),
            "by the code of the unit that stands afterwards",
        ),
        Field(
            "ends",
            Group(
                (
                    Field("holder", CODE, "the unit that takes over what it held", required=True),
                    Field("note", Text(500), "note"),
                ),
                keyed=CODE,
            ),
            "units dissolved without a successor of their own",
        ),
    ),
)
