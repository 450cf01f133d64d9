"""Rules of counting: what is use, for whom, on how many days. A changed rule is a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.inventory.fields import Field, ListOf, Number, Text, Whole
from opsconsole.inventory.kind import KEY_TEXT, Declared, Kind, choice
from opsconsole.inventory.kinds.accounts import TYPES

if TYPE_CHECKING:
    from opsconsole.strictyaml import Problem


def check(declared: Declared) -> list[Problem]:
    """Every rule says on how many days a mailbox must be used, and of which events and mailboxes."""
    problems = []
    for key, record in declared.of("rules").items():
        fields = record.content
        if not fields.keys() & {"least-share-of-days", "least-days", "least-days-each-week", "idle-days"}:
            problems.append(
                declared.problem(
                    record,
                    "name",
                    _(
                        "rule '{key}' does not say on how many days a mailbox must be used; give it "
                        "'least-share-of-days:', 'least-days:', 'least-days-each-week:' or 'idle-days:'"
                    ).format(key=key),
                )
            )
        for name in ("events", "accounts"):
            if not fields[name]:
                message = _(
                    "'{name}' of rule '{key}' is an empty list: nothing would ever count; name at least one"
                ).format(name=name, key=key)
                problems.append(declared.problem(record, name, message))
    return problems


KIND = Kind(
    name="rules",
    singular="rule",
    table="rule",
    title="Rules of counting",
    key=KEY_TEXT,
    order=50,
    name_fields=("name",),
    check=check,
    version="version",
    wording=("name", "name-en"),
    fields=(
        Field("name", Text(200), "the rule in words, Vietnamese", required=True),
        Field("name-en", Text(200), "the rule in words, English"),
        Field("version", Whole(1, 9999), "raised with every change", required=True),
        Field(
            "events",
            ListOf(choice("login", "webmail", "poll", "sent", "received")),
            "what is use",
            required=True,
        ),
        Field(
            "accounts",
            ListOf(choice(*TYPES)),
            "types of mailboxes in the denominator",
            required=True,
        ),
        Field("leave-out", ListOf(choice("locked", "forwarding")), "mailboxes that are not counted at all"),
        Field("by", choice("account", "person"), "what counts once: a mailbox (default) or a person"),
        Field("days", choice("working", "every"), "which days count: working days (default) or every day"),
        Field("window-days", Whole(1, 3660), "only the last so many days of the period, and before it"),
        Field("least-share-of-days", Number(0, 1), "least share of the days that count"),
        Field("least-days", Whole(1, 366), "least number of the days that count"),
        Field("least-days-each-week", Whole(1, 7), "least number of them in each whole week"),
        Field("idle-days", Whole(1, 3660), "days without use after which a mailbox is idle"),
    ),
)
