"""Mailboxes: of a person, shared by an office, of a system, and what else has an address."""

from opsconsole.inventory.fields import Address, Day, Field, Flag, Group, ListOf, Ref, Text, Whole
from opsconsole.inventory.kind import Kind, choice

# Whose mailbox it is. A list has no mailbox of its own, a monitoring account is a probe's, a forward
# keeps no mail.
TYPES = ("personal", "shared", "system", "list", "monitoring", "forward")

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
        Field("type", choice(*TYPES), "whose mailbox it is", required=True),
        Field("name", Text(120), "display name"),
        Field("owner", Ref("people"), "the person who uses it"),
        Field("aliases", ListOf(Address()), "other addresses that deliver here"),
        Field(
            "former",
            Group((Field("until", Day(), "the last day of this address", required=True),), keyed=Address()),
            "addresses that it had before, each with its last day",
        ),
        Field("forwards", ListOf(Address()), "where its mail is sent on"),
        Field("opened", Day(), "date opened"),
        Field("quota-mb", Whole(1, 10_000_000), "quota in megabytes"),
        Field("locked", Flag(), "locked: cannot log in"),
    ),
)
