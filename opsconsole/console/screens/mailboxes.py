"""Mailboxes, with the days on which each was used in the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.bars import sparkline
from opsconsole.console.columns import Column
from opsconsole.console.queries.mailboxes import LISTING, Months, use_of
from opsconsole.console.screens.listpage import ListPage
from opsconsole.console.widgets.plain import Line
from opsconsole.errors import Refused
from opsconsole.store.database import Reader
from opsconsole.words import amount, day, figure, word, yes_no

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.console.feeds import Question
    from opsconsole.indicators.mailcalendar import Month
    from opsconsole.inventory.leaving import Leaver

_MOST_DAYS = 23.0  # working days of a long month: a full bar


def months_text(value: Months) -> str:
    """Twelve bars; ``·`` is no use, ``?`` a month without logs."""
    return sparkline([None if days is None else float(days) for days in value.days], _MOST_DAYS)


def days_text(value: int | None) -> str:
    """Days of the year, ``?`` where nothing is known."""
    return "?" if value is None else figure(value)


def calendar_lines(found: Sequence[Month]) -> list[Line]:
    """A line a month, its weeks from Monday."""
    lines: list[Line] = [
        [("faint", _("U used, p polled alone, r received alone, · nothing, ? no logs"))],
        "",
    ]
    for month in found:
        runs: list[tuple[str, str]] = [("faint", f"{month.name[5:]}/{month.name[:4]}  ")]
        for week in month.weeks:
            runs += [
                ("good" if each and each.sign == "U" else "", each.sign if each else " ") for each in week
            ]
            runs.append(("", " "))
        days = [each.sign for week in month.weeks for each in week if each]
        used = "?" if all(sign == "?" for sign in days) else f"{month.used}"  # no logs: not known
        runs.append(("", " " * (8 * (6 - len(month.weeks))) + f"{used:>3}"))
        lines.append(runs)
    return lines


def holding_lines(found: Leaver) -> list[Line]:
    """A line a thing, those that ended faint."""
    from opsconsole.inventory.leaving import HOLDS

    lines: list[Line] = []
    for each in found.holdings:
        ended = "  " + _("ended {day}").format(day=day(each.ended)) if each.ended else ""
        tone = "faint" if each.ended else ""
        lines.append([("faint", f"{_(HOLDS[each.how])}  "), (tone, f"{each.key}  {each.name}{ended}")])
    return lines


def show_holdings(console: Console, who: str) -> None:
    """Show all that somebody (a staff id, or an address) holds."""

    def work(reader: Reader, question: Question) -> Leaver:
        from opsconsole.inventory.leaving import leaver

        return leaver(reader, who)

    def show(found: Leaver) -> None:
        console.open_text(_("Held by {name}").format(name=found.name or who), holding_lines(found))

    console.feeds.ask("holdings", work, show, partial(_told, console))


def _told(console: Console, error: Exception) -> None:
    """What is refused is said; anything else is a failure."""
    if isinstance(error, Refused):
        console.open_text(_("Not shown"), [[("", str(error))]])
    else:
        console.failed(error)


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

    def action_used_days(self) -> None:
        """The calendar of the mailbox under the cursor. Who asks is noted before anything is read."""
        console, key = self.console, self.grid.key
        if key is None:
            return
        settings, database = console.settings, console.noted_in
        last = min(dt.date(settings.year, 12, 31), console.day)

        def work(question: Question) -> list[Month]:
            from opsconsole.indicators.ground import Ground
            from opsconsole.indicators.mailcalendar import months
            from opsconsole.store.access import ask

            ask(database, settings, "console calendar", {"account": key})
            with database.read() as reader:
                return months(Ground(reader, settings.timezone), key, dt.date(settings.year, 1, 1), last)

        def show(found: list[Month]) -> None:
            console.open_text(_("Days of use: {address}").format(address=key), calendar_lines(found))

        console.feeds.run("used days", work, show, partial(_told, console))

    def action_holdings(self) -> None:
        """All that the owner of the mailbox under the cursor holds."""
        if self.grid.key is not None:
            show_holdings(self.console, self.grid.key)

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
