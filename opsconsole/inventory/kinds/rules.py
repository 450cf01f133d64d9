"""Rules of counting: what is use, for whom, on how many days. A changed rule is a new version."""

from opsconsole.inventory.fields import Field, ListOf, Number, Text, Whole
from opsconsole.inventory.kind import KEY_TEXT, Kind, choice

KIND = Kind(
    name="rules",
    singular="rule",
    table="rule",
    title="Rules of counting",
    key=KEY_TEXT,
    order=50,
    name_fields=("name",),
    fields=(
        Field("name", Text(200), "the rule in words, Vietnamese", required=True),
        Field("name-en", Text(200), "the rule in words, English"),
        Field("version", Whole(1, 9999), "raised with every change", required=True),
        Field("events", ListOf(choice("login", "sent", "received")), "what is use", required=True),
        Field(
            "accounts",
            ListOf(choice("personal", "shared", "system")),
            "types of mailboxes in the denominator",
            required=True,
        ),
        Field("least-share-of-days", Number(0, 1), "least share of the period's working days"),
        Field("least-days", Whole(1, 31), "least number of working days"),
    ),
)
