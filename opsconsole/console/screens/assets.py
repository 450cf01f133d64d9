"""Assets: ICT equipment and software, with who holds it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.queries.assets import LISTING
from opsconsole.console.screens.listpage import ListPage
from opsconsole.words import amount, day, word


def status_tone(value: str | None) -> str:
    """How the state of an asset is drawn."""
    return {"broken": "bad", "in-repair": "warn", "in-store": "faint"}.get(value or "", "")


class Assets(ListPage):
    """The list of assets."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("assets")
    kind = "assets"
    listing = LISTING
    columns = (
        Column("tag", N_("Tag"), 8, 20),
        Column("class", N_("Class"), 6, 14, show=word),
        Column("model", N_("Model"), 10, 26),
        Column("unit", N_("Unit"), 8, 22),
        Column("status", N_("State"), 6, 12, show=word, tone=status_tone),
        Column("custodian", N_("Custodian"), 8, 26),
        Column("bought", N_("Bought"), 10, 10, show=day),
        Column("price", N_("Price, VND"), 8, 16, right=True, show=amount),
        Column("serial", N_("Serial number"), 8, 20),
        Column("room", N_("Room"), 4, 20),
        Column("ended", N_("Ended"), 10, 10, show=day, tone=lambda value: "faint"),
    )
