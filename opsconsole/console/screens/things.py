"""The declared things of a kind that has no page of its own: people, sites, targets, figures and others."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.pagenames import KIND_LISTS
from opsconsole.console.queries.declared import laid_out, listing
from opsconsole.console.queries.people import held_by
from opsconsole.console.screens.listpage import ListPage
from opsconsole.console.widgets.plain import Line
from opsconsole.inventory.fields import Flag, ListOf, Number, Whole
from opsconsole.inventory.kind import Kind
from opsconsole.store.database import Reader
from opsconsole.words import FIELDS, day, thing, value_text, yes_no

# (least, most) cells of columns that need other than the usual.
_WIDTHS = {
    "key": (6, 26),
    "unit": (8, 24),
    "name": (10, 40),
    "title": (10, 40),
    "indicator": (10, 34),
    "note": (8, 60),
    "quote": (8, 60),
    "source": (8, 40),
    "year": (4, 6),
}


class Things(ListPage):
    """The list of the things of one kind, by the name of its page in ``actions.KIND_LISTS``."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("things")

    def __init__(self, name: str) -> None:
        from opsconsole.inventory.kinds import standard

        kind = standard()[KIND_LISTS[name][0]]
        self.kind = kind.name
        self.listing = listing(kind)
        self.columns = tuple(column_of(kind, each) for each in laid_out(kind))
        super().__init__(name)

    def nothing_yet(self) -> str:
        """What to do where there is nothing of this kind."""
        return _("Nothing yet. n declares the first one; the page Plan takes in the inventory.")


class People(Things):
    """Officials and staff, with all that each holds."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("people")

    def action_holdings(self) -> None:
        """All that the person under the cursor holds."""
        from opsconsole.console.screens.mailboxes import show_holdings

        if self.grid.key is not None:
            show_holdings(self.console, self.grid.key)

    def more(self, reader: Reader, key: str) -> Any:
        """What the person holds."""
        return held_by(reader, key, self.console.day.isoformat())

    def short_lines(self, more: Any) -> Sequence[Line]:
        """The first of it, and how much there is."""
        keys = ", ".join(key for _kind, key in more[:6]) + (" …" if len(more) > 6 else "")
        return [[("faint", _("Holds: ")), ("", keys or "–")]]

    def more_lines(self, more: Any) -> Sequence[Line]:
        """A line a thing; ``o`` has all that is to be said of each."""
        return [
            [("head", _("Holds"))],
            *([("faint", f"{thing(kind)}  "), ("", key)] for kind, key in more),
        ]


def column_of(kind: Kind, name: str) -> Column:
    """The column *name* (one of ``laid_out``) of the list of *kind*."""
    least, most = _WIDTHS.get(name, (6, 20))
    if name == "key":
        return Column(name, N_("Id"), least, most)
    if name == "ended":
        return Column(name, N_("Ended"), 10, 10, show=day, tone=lambda value: "faint")
    if name == "unit":
        return Column(name, FIELDS["unit"], least, most)
    type_ = kind.field(name).type
    title = FIELDS.get(name, name.replace("-", " ").capitalize())
    right = isinstance(type_, Number | Whole) and name != "year"
    return Column(
        name, title, least, most, right=right, sort=not isinstance(type_, ListOf), show=_show(name, type_)
    )


def _show(name: str, type_: Any) -> Callable[[Any], str]:
    if isinstance(type_, Flag):
        return lambda value: "" if value is None else yes_no(value)
    if isinstance(type_, ListOf):
        return lambda value: value_text(name, json.loads(value)) if value else ""
    return lambda value: value_text(name, value)
