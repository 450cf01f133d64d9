"""Mailboxes: of a person, shared by an office, or of a system."""

from opsconsole.inventory.fields import Address, Day, Field, Flag, ListOf, Ref, Text, Whole
from opsconsole.inventory.kind import Kind, choice

KIND = Kind(
    name="accounts",
    singular="account",
    table="account",
    title="Mailboxes",
    key=Address(),
    unit="required",
    ends_by="closed",
    order=30,
    name_fields=("name", "owner", "aliases"),
    fields=(
        Field("type", choice("personal", "shared", "system"), "whose mailbox it is", required=True),
        Field("name", Text(120), "display name"),
        Field("owner", Ref("people"), "the person who uses it"),
        Field("aliases", ListOf(Address()), "other addresses that deliver here"),
        Field("opened", Day(), "date opened"),
        Field("quota-mb", Whole(1, 10_000_000), "quota in megabytes"),
        Field("locked", Flag(), "locked: cannot log in"),
    ),
)
