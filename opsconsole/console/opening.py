"""One thing above the page: a text, everything about a thing with its states, a unit. A part of the
application."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from opsconsole.catalogue import _
from opsconsole.console.feeds import Feeds, Question
from opsconsole.console.widgets.plain import Line
from opsconsole.store.database import Reader

if TYPE_CHECKING:
    from opsconsole.console.actions import Action
    from opsconsole.console.app import Console
    from opsconsole.console.screens.page import Page


class Opening(App[None]):
    """How a thing is opened."""

    feeds: Feeds
    day: dt.date

    @abstractmethod
    def say(self, text: str, tone: str = "") -> None:
        """Show *text* in the line above the keys until the next key."""

    @abstractmethod
    def page_of(self, name: str) -> Page:
        """The page called *name*, made when it is first asked for."""

    @abstractmethod
    def row_actions(self) -> list[Action]:
        """What can be done with the thing under the cursor."""

    @abstractmethod
    def run_chosen(self) -> Callable[[Action], None]:
        """What does an action where the cursor is now."""

    def open_text(self, title: str, lines: Sequence[Line]) -> None:
        """Show *lines* above the page."""
        from opsconsole.console.screens.dialogs import TextDialog

        self.push_screen(TextDialog(title, lines))

    def open_thing(self, kind: str, key: str, page: Any) -> None:
        """Show everything about a declared thing above the page, and its states of other days; *page* may
        know more of it."""
        today = self.day.isoformat()

        def work(reader: Reader, question: Question) -> Any:
            from opsconsole.console.queries.things import days_of_change, thing

            found = thing(reader, kind, key, today, most_changes=50)
            if found is None:
                return None, None, []
            more = page.more(reader, key) if page is not None else None
            return found, more, days_of_change(reader, kind, key)

        def show(seen: Any) -> None:
            from opsconsole.console import detail
            from opsconsole.console.screens.story import Story

            found, more, days = seen
            if found is None:
                self.say(_("{key} is not there any more.").format(key=key), "warn")
                return
            lines = detail.full(found, page.more_lines(more) if page is not None else ())
            on = () if page is None else self.row_actions()
            self.push_screen(Story(cast("Console", self), kind, key, lines, days, on))

        self.feeds.ask("thing", work, show)

    def open_unit(self, era: str, code: str) -> None:
        """Show everything about a unit."""
        today = self.day.isoformat()

        def work(reader: Reader, question: Question) -> Any:
            from opsconsole.console.queries.things import thing

            return thing(reader, "units", code, today, most_changes=50)

        def show(found: Any) -> None:
            from opsconsole.console import detail
            from opsconsole.console.screens.dialogs import TextDialog
            from opsconsole.console.screens.units import Units

            page = self.page_of("units")
            lines = page.detail_lines() if isinstance(page, Units) else []
            if found is not None:
                lines += ["", *detail.full(found)]
            self.push_screen(TextDialog(era, lines, self.row_actions(), self.run_chosen()))

        self.feeds.ask("thing", work, show)
