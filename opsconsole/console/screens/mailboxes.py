"""Mailboxes, with the days on which each was used in the year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.bars import sparkline
from opsconsole.console.columns import Column
from opsconsole.console.queries.mailboxes import LISTING, Months, use_of
from opsconsole.console.screens.listpage import ListPage
from opsconsole.console.widgets.plain import Line
from opsconsole.store.database import Reader
from opsconsole.words import amount, day, figure, word, yes_no

_MOST_DAYS = 23.0  # working days of a long month: a full bar


def months_text(value: Months) -> str:
    """Twelve bars; ``·`` is no use, ``?`` a month without logs."""
    return sparkline([None if days is None else float(days) for days in value.days], _MOST_DAYS)


def days_text(value: int | None) -> str:
    """Days of the year, ``?`` where nothing is known."""
    return "?" if value is None else figure(value)


class Mailboxes(ListPage):
    """The list of mailboxes."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("mailboxes")
    kind = "accounts"
    listing = LISTING
    columns = (
        Column("address", N_("Address"), 16, 30),
        Column("name", N_("Name"), 10, 20),
        Column("unit", N_("Unit"), 8, 14),
        Column("months", N_("Months"), 12, 12, show=months_text, sort=False),
        Column("days", N_("Days"), 4, 6, right=True, show=days_text, sort=False),
        Column("type", N_("Type"), 6, 10, show=word),
        Column("opened", N_("Opened"), 10, 10, show=day),
        Column("quota", N_("Quota, MB"), 6, 10, right=True, show=amount),
        Column("locked", N_("Locked"), 4, 8, show=lambda value: yes_no(value) if value else ""),
        Column("ended", N_("Closed"), 10, 10, show=day, tone=lambda value: "faint"),
    )

    def more(self, reader: Reader, key: str) -> Any:
        """The use of the mailbox by month."""
        return use_of(reader, key, self.console.settings.year)

    def short_lines(self, more: Any) -> Sequence[Line]:
        """Days of use in one line."""
        days = " ".join("?" if used is None else str(used) for _month, used, *_counts in more)
        title = _("Days of use by month, {year}: ").format(year=self.console.settings.year)
        return [[("faint", title), ("", days)]]

    def more_lines(self, more: Any) -> Sequence[Line]:
        """A line a month."""
        lines: list[Line] = [
            [("head", _("Use in {year}").format(year=self.console.settings.year))],
            [("faint", _("A day counts with a login or a message sent; a delivery alone does not."))],
        ]
        for month, used, logins, sent, received in more:
            if used is None:
                text = _("unknown: no logs")
            else:
                text = _("{days} days · {logins} logins · {sent} sent · {received} received").format(
                    days=figure(used), logins=figure(logins), sent=figure(sent), received=figure(received)
                )
            lines.append([("faint", f"{month[5:]}/{month[:4]}  "), ("", text)])
        return lines
