"""How one moves about: pages, prompt, jumps, help, palette, language. A part of the application."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from textual.containers import Container

from opsconsole import catalogue
from opsconsole.catalogue import _
from opsconsole.console import theme
from opsconsole.console.actions import ACTIONS, Action, reachable
from opsconsole.console.feeds import Feeds, Question
from opsconsole.console.opening import Opening
from opsconsole.console.pagenames import KIND_LISTS, PAGE_OF_KIND, page_called
from opsconsole.console.places import Places, Spot
from opsconsole.console.remembered import Remembered
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.frame import KeyLine, PageLine, Prompt, StateLine
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.tree import TreeGrid
from opsconsole.store.database import Reader

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.console.queries.jump import Place
    from opsconsole.settings import Settings

# So long typing rests before a filter is asked for.
FILTER_REST = 0.12


class Navigation(Opening):
    """The actions of the scope ``app``, and the parts of the console that they need."""

    settings: Settings
    read_only: bool
    served: bool
    current: str
    day: dt.date
    feeds: Feeds
    body: Container
    pages: dict[str, Page]
    page_line: PageLine
    state_line: StateLine
    key_line: KeyLine
    prompt: Prompt
    places: Places
    remembered: Remembered

    def page_of(self, name: str) -> Page:
        """The page called *name*, made when it is first asked for."""
        found = self.pages.get(name)
        if found is None:
            found = self.pages[name] = make_page(name)
            if memory := self.remembered.page(name):
                found.recall(memory)
        return found

    def keep_page(self, page: Page) -> None:
        """Remember how *page* is shown now."""
        self.remembered.keep_page(page.page_name, page.memory())

    def _here(self) -> Spot:
        return Spot(self.current, self.pages[self.current].memory())

    def action_place_back(self) -> None:
        """To the place before."""
        self._step(self.places.back(self._here()))

    def action_place_forward(self) -> None:
        """To the place that was left by going back."""
        self._step(self.places.forward(self._here()))

    def _step(self, spot: Spot | None) -> None:
        if spot is None:
            self.say(_("There is nothing further this way."))
            return
        page = self.page_of(spot.page)
        self._show_page(spot.page)
        if page.memory() != spot.memory:
            page.recall(spot.memory)

    def say(self, text: str, tone: str = "") -> None:
        """Show *text* in the line above the keys until the next key."""
        self.state_line.say(text, tone)

    def scopes(self) -> set[str]:
        """The scopes of actions that can be reached from where the focus is."""
        found = {"app", self.current}
        focused = self.focused
        if isinstance(focused, GridView):
            found.add("grid")
        if isinstance(focused, TreeGrid):
            found.add("tree")
        from opsconsole.console.screens.listpage import ListPage

        if isinstance(self.pages.get(self.current), ListPage):
            found.add("list")
        if self.current in KIND_LISTS:
            found.add("things")
        return found

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing that writes is done in a read-only console, whichever way it was asked for."""
        if any(each.writes and each.id == action for each in ACTIONS) and not self.may_write():
            return False
        return super().check_action(action, parameters)

    def may_write(self) -> bool:
        """Whether this console changes anything; says so where it does not."""
        if self.read_only:
            self.say(_("This console is read-only."), "warn")
        return not self.read_only

    def draw_keys(self) -> None:
        """Show the keys of the page in the footer."""
        self.key_line.show(reachable(self.scopes(), read_only=self.read_only))

    @abstractmethod
    def draw_state(self) -> None:
        """Show database, date, revision and language."""

    @abstractmethod
    def set_day(self, day: dt.date) -> None:
        """Show everything as of *day*."""

    @abstractmethod
    def today(self) -> dt.date:
        """The local date."""

    @abstractmethod
    def data_changed(self) -> None:
        """Look at once whether there is something new."""

    def open_page(self, name: str) -> Page:
        """Show the page called *name*; what is left can be come back to."""
        if name != self.current and self.current in self.pages:
            self.places.leave(self._here())
            self.keep_page(self.pages[self.current])
        return self._show_page(name)

    def _show_page(self, name: str) -> Page:
        page = self.page_of(name)
        if name != self.current or not page.is_mounted:
            old = self.pages[self.current]
            self.current = name
            if page.parent is None:
                self.body.mount(page)
            old.display = False
            page.display = True
            self.page_line.show(name)
        if page.is_mounted:
            page.shown()
        else:
            # mounting ends after this key; the focus may not stay on a page that is not seen
            self.set_focus(None)
            self.call_later(page.shown)
        self.draw_keys()
        return page

    async def action_page(self, name: str) -> None:
        """A number key."""
        page = self.page_of(name)
        if page.parent is None:
            page.display = False
            await self.body.mount(page)
        self.open_page(name)

    # --- filter and jump -------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Ask for the words of a filter; the list follows while they are typed."""
        page = self.pages[self.current]
        before = page.filter_text()
        if before is None:
            self.say(_("This page has no list to filter."), "warn")
            return
        timer: list[Any] = []

        def apply(text: str) -> None:
            for each in timer:
                each.stop()
            page.set_filter(text)

        def changed(text: str) -> None:
            for each in timer:
                each.stop()
            timer[:] = [self.set_timer(FILTER_REST, lambda: page.set_filter(text))]

        def submitted(text: str) -> None:
            apply(text.strip())
            self.prompt_closed()

        def left() -> None:
            apply("")
            self.prompt_closed()

        self.prompt.open("filter", _("Filter:"), before, submitted=submitted, left=left, changed=changed)

    def prompt_closed(self) -> None:
        """The line for typing is gone: the state is seen again, and keys go to the page."""
        self.state_line.display = True
        self.pages[self.current].take_focus()

    def action_jump(self) -> None:
        """Ask where to go."""
        self.prompt.open("jump", _("Go to:"), "", submitted=self._jump, left=self.prompt_closed)

    def _jump(self, text: str) -> None:
        self.prompt_closed()
        first, _blank, rest = text.strip().partition(" ")
        if not first:
            return
        name = page_called(first) if rest else page_called(text)
        if name is None and rest:
            name, rest = page_called(text), ""
        if name is not None:
            self.open_page(name)
            if rest:
                self.pages[name].given(rest.strip())
            return
        self.go_to(text.strip())

    def go_to(self, word: str) -> None:
        """Open the thing with the key *word*."""
        today = self.day.isoformat()

        def work(reader: Reader, question: Question) -> Place | None:
            from opsconsole.console.queries.jump import find

            return find(reader, word, today)

        def found(place: Place | None) -> None:
            if place is None:
                self.say(_("Nothing has the key “{word}”.").format(word=word), "warn")
                return
            page = PAGE_OF_KIND.get(place.kind)
            if page is None:
                self.open_thing(place.kind, place.key, None)
                return
            if place.kind == "units" and place.day:
                era = dt.date.fromisoformat(place.day)
                if not place.stands:
                    self.set_day(era)
                    self.say(_("The unit stood then; everything is shown as of that date."), "warn")
            self.page_of(page).reach(place.key, ended=place.ended)
            self.open_page(page)

        self.feeds.ask("jump", work, found)

    def open_unit_list(self, page: str, unit: str, name: str) -> None:
        """Show of a page what a unit (an era) and those below it hold; of the targets, those of the unit."""
        self.page_of(page).show_unit(unit, name)
        self.open_page(page)

    def explain(self, indicator: str, period: str, unit: str | None, level: str | None) -> None:
        """Show a value down to the rows behind it; people and mailboxes are numbers."""
        timezone, today = self.settings.timezone, self.today()

        def work(reader: Reader, question: Question) -> Any:
            from opsconsole.indicators.explain import explain
            from opsconsole.indicators.telling import told

            found = explain(
                reader,
                indicator,
                period,
                timezone=timezone,
                unit=unit,
                level=None if unit else level,
                today=today,
            )
            return found, told(found, most_rows=100, timezone=timezone)

        def show(seen: Any) -> None:
            found, lines = seen
            self.open_text(f"{found.title} · {found.period}", lines)

        self.say(_("Reading …"))
        self.feeds.ask("explain", work, show)

    # --- the rest --------------------------------------------------------------------------------

    def action_step_back(self) -> None:
        """Clear the filter, then other narrowings, then go back to where one came from."""
        if self.pages[self.current].go_back():
            return
        spot = self.places.back(self._here())
        if spot is not None:
            self._step(spot)
        elif self.current != "overview":
            self.open_page("overview")

    def action_reload(self) -> None:
        """Read the page again."""
        self.data_changed()
        self.pages[self.current].outdated()

    def action_day(self) -> None:
        """Ask for the date as of which everything is shown."""

        def work(reader: Reader, question: Question) -> list[str]:
            from opsconsole.console.queries.units import days_of_change

            return days_of_change(reader)

        def ask(days: list[str]) -> None:
            from opsconsole.console.screens.dialogs import day_dialog

            self.push_screen(day_dialog(days, self.day, self.today(), self.set_day))

        self.feeds.ask("days", work, ask)

    def action_help(self) -> None:
        """The keys that do something here."""
        from opsconsole.console.screens.help import help_lines

        listing = getattr(self.pages[self.current], "listing", None)
        fields = listing.fields if listing is not None else None
        actions = reachable(self.scopes(), read_only=self.read_only)
        self.open_text(_("Help"), help_lines(actions, fields, read_only=self.read_only))

    async def action_palette(self) -> None:
        """All commands by name."""
        from opsconsole.console.screens.palette import Palette

        actions = [a for a in reachable(self.scopes(), read_only=self.read_only) if a.palette]
        await self.push_screen(Palette(actions, self.run_chosen()))

    def row_actions(self) -> list[Action]:
        """What can be done with the thing under the cursor."""
        return [a for a in reachable(self.scopes(), read_only=self.read_only) if a.of_row and a.keys_now]

    def run_chosen(self) -> Callable[[Action], None]:
        """What does an action where the cursor is now."""
        focused: Any = self.focused

        def run(action: Action) -> None:
            owner: Any = self
            if action.scope in ("grid", "tree"):
                owner = focused
            elif action.scope in ("list", "things"):
                owner = self.pages[self.current]
            elif action.scope != "app":
                owner = self.pages[action.scope]
            self.call_later(self.run_action, action.call, owner)

        return run

    def action_language(self) -> None:
        """The other language, at once."""
        known = catalogue.LANGUAGES
        catalogue.use_language(known[(known.index(catalogue.language()) + 1) % len(known)])
        self.page_line.refresh()
        self.draw_keys()
        self.draw_state()
        for page in self.pages.values():
            page.retranslate()

    def action_theme(self) -> None:
        """Dark, light, and both with strong contrast, one after the other."""
        here = theme.NAMES.index(self.theme) if self.theme in theme.NAMES else -1
        self.theme = theme.NAMES[(here + 1) % len(theme.NAMES)]

    def action_declare(self) -> None:
        """A new thing of any kind."""
        from opsconsole.console.screens.declaring import choose_kind

        choose_kind(cast("Console", self))

    def action_undo(self) -> None:
        """Take back what this person changed last, after it was shown and confirmed."""
        from opsconsole.console.screens.turning import undo

        undo(cast("Console", self))

    def action_redo(self) -> None:
        """Do again what this person took back last, after it was shown and confirmed."""
        from opsconsole.console.screens.turning import redo

        redo(cast("Console", self))

    def action_tour(self) -> None:
        """The first look around; when it was left it does not come by itself again."""
        from opsconsole.console.screens.tour import Tour

        def ended() -> None:
            self.remembered.keep_text("toured", "yes")
            self.remembered.save()

        self.push_screen(Tour(ended))

    def action_help_quit(self) -> None:
        """Ctrl+C does not end the console: say what does."""
        self.say(_("q leaves the console."))

    def show_no_database(self, reason: str) -> None:
        """Say that there is no database, and what makes one."""
        from opsconsole.console.screens.overview import OverviewPage

        if self.current != "overview":
            self.open_page("overview")
        page = self.pages["overview"]
        if isinstance(page, OverviewPage):
            page.show_nothing(
                [
                    [("head", _("There is no database to show yet."))],
                    "",
                    _("Leave with q and run: opsconsole setup"),
                    _("It makes the database, takes in the inventory, reads the evidence and measures."),
                    "",
                    [("faint", reason)],
                ]
            )


def make_page(name: str) -> Page:
    """The page called *name*; its module is imported only now."""
    from importlib import import_module

    classes = {
        "overview": "OverviewPage",
        "units": "Units",
        "assets": "Assets",
        "mailboxes": "Mailboxes",
        "sessions": "Sessions",
        "targets": "Targets",
        "jobs": "Jobs",
        "plan": "PlanPage",
        "board": "BoardPage",
        "reports": "Reports",
        "opened": "OpenedReport",
        "alerts": "Alerts",
        "shared": "SharedSystems",
        "edits": "Edits",
        "audit": "Audit",
    }
    module = import_module(f"opsconsole.console.screens.{'things' if name in KIND_LISTS else name}")
    page: Page = getattr(module, "People" if name == "people" else classes.get(name, "Things"))(name)
    return page
