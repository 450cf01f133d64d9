"""The application: composition, navigation, and the order in which keys act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Container
from textual.widget import Widget

from opsconsole import catalogue
from opsconsole.catalogue import _
from opsconsole.console import theme
from opsconsole.console.actions import ACTIONS, PAGES, Action, bindings, reachable
from opsconsole.console.feeds import Feeds, Question
from opsconsole.console.navigation import Navigation
from opsconsole.console.queries.pulse import Pulse, file_marks, pulse
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.frame import KeyLine, PageLine, Prompt, StateLine
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Line
from opsconsole.console.widgets.tree import TreeGrid
from opsconsole.console.words import day as day_text
from opsconsole.store.database import Database, Reader
from opsconsole.text import safe

if TYPE_CHECKING:
    from opsconsole.settings import Settings

PULSE_SECONDS = 2.0


class Console(Navigation, App[None]):
    """The console over one database. *clock* gives the present instant (aware)."""

    CSS_PATH = Path(__file__).parent / "console.tcss"
    BINDINGS = bindings("app")
    ENABLE_COMMAND_PALETTE = False
    TITLE = "opsconsole"
    WIDE: ClassVar[int] = 120
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        read_only: bool = False,
        page: str = "overview",
        clock: Callable[[], dt.datetime] | None = None,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.read_only = read_only
        self.current = page
        self.now = clock or _now
        self.day: dt.date = self.today()
        self.feeds = Feeds(self, database, self.failed)
        self.page_line = PageLine(self.open_page)
        self.body = Container(id="body")
        self.state_line = StateLine()
        self.prompt = Prompt()
        self.key_line = KeyLine()
        self.pages: dict[str, Page] = {}
        self._pulse: Pulse | None = None
        self._marks: tuple[object, ...] | None = None
        self._no_database = False

    def today(self) -> dt.date:
        """The local date."""
        return self.now().astimezone(self.settings.timezone).date()

    @property
    def language(self) -> str:
        """The language in use."""
        return catalogue.language()

    # --- life ------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Pages above, keys below, the page between. Nothing is read before this was drawn."""
        yield self.page_line
        with self.body:
            yield self._page(self.current)
        yield self.prompt
        yield self.state_line
        yield self.key_line

    def on_mount(self) -> None:
        """Colours at once; the first questions after the first paint."""
        self.register_theme(theme.DARK)
        self.register_theme(theme.LIGHT)
        self.theme = theme.DARK.name
        self.page_line.show(self.current)
        self._draw_state()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.pages[self.current].take_focus()
        self._ask_pulse(force=True)
        self.set_interval(PULSE_SECONDS, self._ask_pulse)

    def on_unmount(self) -> None:
        """Stop the threads."""
        self.feeds.close()

    def _page(self, name: str) -> Page:
        page = self.pages.get(name)
        if page is None:
            page = self.pages[name] = make_page(name)
        return page

    # --- keys in their order ------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Every key acts before the next one is looked at. Textual hands letters to the widget and
        runs bindings when the key has bubbled back, so that of a burst (an input method, a slow
        line) the letters act first: ``/`` and what follows it would go to the list."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.app_focus = True
            self.state_line.hush()
            focused = self.focused
            if isinstance(focused, ViInput) and await focused.take_key(event):
                return
            if await self._check_bindings(event.key, priority=True) or await self._check_bindings(event.key):
                return
        elif isinstance(event, events.Paste) and not event.is_forwarded and isinstance(self.focused, ViInput):
            self.focused.take_paste(event.text)
            return
        await super().on_event(event)

    def on_descendant_focus(self) -> None:
        """Other keys do something now."""
        self.draw_keys()

    def scopes(self) -> set[str]:
        """The scopes of actions that can be reached from where the focus is."""
        found = {"app", self.current}
        focused = self.focused
        if isinstance(focused, GridView):
            found.add("grid")
        if isinstance(focused, TreeGrid):
            found.add("tree")
        return found

    def draw_keys(self) -> None:
        """Show the keys of the page in the footer."""
        self.key_line.show(reachable(self.scopes(), read_only=self.read_only))

    # --- data ------------------------------------------------------------------------------------

    def _ask_pulse(self, force: bool = False) -> None:
        marks = file_marks(self.feeds.database)
        if not force and marks is not None and marks == self._marks:
            return

        def work(reader: Reader, question: Question) -> Pulse:
            return pulse(reader)

        self.feeds.ask("pulse", work, partial(self._felt, marks), self._no_pulse)

    def _felt(self, marks: tuple[object, ...] | None, found: Pulse) -> None:
        self._marks = marks
        if self._no_database or found != self._pulse:
            first = self._pulse is None
            self._pulse, self._no_database = found, False
            self._draw_state()
            if first:
                self.pages[self.current].shown()
            else:
                self._outdate()

    def _no_pulse(self, error: Exception) -> None:
        """There is no database to read; say what to do, and look again every two seconds."""
        self._no_database = True
        self._draw_state()
        self.show_no_database(error)

    def data_changed(self) -> None:
        """Look at once whether there is something new."""
        self._ask_pulse(force=True)

    def _outdate(self) -> None:
        for page in self.pages.values():
            page.outdated()

    def failed(self, error: Exception) -> None:
        """Say that something could not be read; what is on the screen stays."""
        self.say(f"{type(error).__name__}: {error}", "bad")

    def set_day(self, day: dt.date) -> None:
        """Show everything as of *day*."""
        if day != self.day:
            self.day = day
            self._draw_state()
            self._outdate()

    # --- frame ---------------------------------------------------------------------------------

    def _draw_state(self) -> None:
        database = self.feeds.database
        place = database.path.name if database.path is not None else "PostgreSQL"
        revision = "–" if self._pulse is None else str(self._pulse.revision)
        dated = self.day != self.today()
        parts: list[tuple[str, str]] = [
            ("bold", self.settings.province),
            ("faint", f" · {place} · "),
            ("warn" if dated else "faint", _("as of {day}").format(day=day_text(self.day.isoformat()))),
            ("faint", " · " + _("revision {revision}").format(revision=revision)),
            ("faint", f" · {self.language}"),
        ]
        if self.read_only:
            parts.append(("warn", " · " + _("read-only")))
        self.state_line.state(parts)

    def say(self, text: str, tone: str = "") -> None:
        """Show *text* in the line above the keys until the next key."""
        self.state_line.say(text, tone)

    def open_text(self, title: str, lines: Sequence[Line]) -> None:
        """Show *lines* above the page."""
        from opsconsole.console.screens.dialogs import TextDialog

        self.push_screen(TextDialog(title, lines))

    def _fatal_error(self) -> None:
        # Textual prints the local variables of every frame: other people's names, a password in a
        # URL. The lines of the program are enough to find the fault.
        import traceback

        from rich.segment import Segment, Segments

        self.bell()
        lines = [safe(line) for text in traceback.format_exc().splitlines() for line in [text]]
        lines.append(_("opsconsole stopped because of a fault of its own. Nothing was half written."))
        self._exit_renderables.append(Segments([Segment(line + "\n") for line in lines]))
        self._close_messages_no_wait()

    def on_feeds_delivered(self, message: Feeds.Delivered) -> None:
        """An answer from a thread."""
        self.feeds.arrive(message)

    def on_feeds_page(self, message: Feeds.Page) -> None:
        """Rows that came late."""
        message.hand_on()


def make_page(name: str) -> Page:
    """The page called *name*; its module is imported only now."""
    from importlib import import_module

    classes = {
        "overview": "OverviewPage",
        "units": "Units",
        "assets": "Assets",
        "mailboxes": "Mailboxes",
        "sessions": "Sessions",
        "jobs": "Jobs",
        "plan": "PlanPage",
    }
    module = import_module(f"opsconsole.console.screens.{name}")
    page: Page = getattr(module, classes[name])(name)
    return page


def _now() -> dt.datetime:
    from opsconsole.store.clock import now

    return now()


