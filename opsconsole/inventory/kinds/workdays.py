"""Declared working days: single days that are worked, or not, whatever the calendar says.

The public holidays of Viet Nam and the Saturdays worked for them come from a library; what a
province decides (a storm, a day worked instead, a compensation day decided late) is declared here.
"""

from opsconsole.inventory.fields import Day, Field, Flag, Text
from opsconsole.inventory.kind import Kind

KIND = Kind(
    name="workdays",
    singular="working day",
    table="workday",
    title="Declared working days",
    key=Day(),
    order=52,
    name_fields=("reason",),
    fields=(
        Field("works", Flag(), "whether the day is worked", required=True),
        Field("reason", Text(300), "why it is not as the calendar has it", required=True),
        Field("decision", Text(200), "number and date of the decision"),
    ),
)
