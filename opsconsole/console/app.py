"""The application: composition, navigation, and the order in which keys act."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.filter import LineFilter
from textual.reactive import Initialize, Reactive
from textual.screen import Screen
from textual.theme import Theme

from opsconsole import catalogue
from opsconsole.actor import actor
from opsconsole.catalogue import _, ngettext
from opsconsole.console import starting, theme
from opsconsole.console.actions import bindings
from opsconsole.console.feeds import Feeds, Question
from opsconsole.console.glyphs import PlainSigns
from opsconsole.console.navigation import Navigation
from opsconsole.console.places import Places
from opsconsole.console.queries.pulse import Pulse, file_marks, pulse
from opsconsole.console.remembered import Remembered
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.frame import KeyLine, PageLine, Prompt, StateLine
from opsconsole.console.widgets.input import ViInput
from opsconsole.store.database import Database, Reader
from opsconsole.text import safe
from opsconsole.words import amount
from opsconsole.words import day as day_text

if TYPE_CHECKING:
    from opsconsole.settings import Settings

PULSE_SECONDS = 2.0
SETTLED = 1.0  # seconds after the first paint at which rows stand, or will take longer
OPENING = 2.0  # seconds that keys wait at most for a dialog that is being opened


class Main(Screen[None]):
    """The screen below all dialogs."""

    AUTO_FOCUS = ""

    def on_screen_resume(self) -> None:
        """A dialog was left: the keys of the page hold again."""
        if isinstance(self.app, Console):
            self.app.draw_keys()


class Console(Navigation):
    """The console over one database. *clock* gives the present instant (aware); *served*: it is drawn
    in a browser, whose user has no business with the files of this machine. *person* is whose edits are
    taken back here (whoever is at the keyboard)."""

    CSS_PATH = Path(__file__).parent / "console.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")
    ENABLE_COMMAND_PALETTE = False
    TITLE = "opsconsole"
    WIDE: ClassVar[int] = 130
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        read_only: bool = False,
        page: str = "overview",
        clock: Callable[[], dt.datetime] | None = None,
        remembered: Remembered | None = None,
        plain_signs: bool = False,
        served: bool = False,
        person: str = "",
    ) -> None:
        self.remembered = remembered or Remembered()  # asked for the theme from the start on
        super().__init__()
        self.served = served
        self.plain_signs = plain_signs
        self.settings = settings
        self.read_only = read_only
        self.places = Places()
        self.person = person or actor()
        self.current = page
        self.now = clock or _now
        self.day: dt.date = self.today()
        self.feeds = Feeds(self, database.shown() if read_only else database, self.failed)
        self.noted_in = database  # who asked to see people is noted there, whatever else is written
        self.page_line = PageLine(lambda name: self.call_later(self.action_page, name))
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
    def felt(self) -> bool:
        """Whether the database was read at least once."""
        return self._pulse is not None

    @property
    def language(self) -> str:
        """The language in use."""
        return catalogue.language()

    def _first_theme(self) -> str:
        wanted = self.remembered.text("theme")
        return wanted if wanted in theme.NAMES else theme.DARK.name

    # known before the first style is read: a theme that is set later has all styles read twice
    theme: Reactive[str] = Reactive(Initialize(_first_theme))

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Those of the product beside Textual's own."""
        return {**super().available_themes, **theme.BY_NAME}

    def get_default_screen(self) -> Screen[None]:
        """The screen of the pages."""
        return Main(id="_default")

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What changes lines on their way to the terminal."""
        filters = list(super().get_line_filters())
        return [*filters, PlainSigns()] if self.plain_signs else filters

    # --- life ------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Pages above, keys below, the page between. Nothing is read before this was drawn."""
        yield self.page_line
        with self.body:
            yield self.page_of(self.current)
        yield self.prompt
        yield self.state_line
        yield self.key_line

    def on_load(self) -> None:
        """The first questions: they are answered in their threads while the screen is made."""
        self._ask_pulse(force=True)
        self.page_of(self.current).early()

    def on_mount(self) -> None:
        """What stands around the page."""
        self.page_line.show(self.current)
        self.draw_state()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if not self.prompt.display:  # somebody was quicker than the first paint
            self.pages[self.current].take_focus()
        self.set_interval(PULSE_SECONDS, self._ask_pulse)
        self.set_timer(SETTLED, starting.settled)
        if self.remembered.kept and not self.remembered.text("toured"):
            self.action_tour()

    def on_unmount(self) -> None:
        """Remember how it was left, and stop the threads."""
        self._remember()
        self.feeds.close()

    def _remember(self) -> None:
        for page in self.pages.values():
            self.keep_page(page)
        self.remembered.keep_text("page", self.current)
        self.remembered.keep_text("language", self.language)
        self.remembered.keep_text("theme", self.theme)
        self.remembered.save()

    # --- keys in their order ------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Every key acts before the next one is looked at. Textual hands letters to the widget and
        runs bindings when the key has bubbled back, so that of a burst (an input method, a slow
        line) the letters act first: ``/`` and what follows it would go to the list."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.app_focus = True
            self.state_line.hush()
            if self.focused is None and isinstance(self.screen, Main):
                self.pages[self.current].take_focus()  # its keys hold from the first paint on
            await self._opened()
            focused = self.focused
            if isinstance(focused, ViInput) and await focused.take_key(event):
                return
            if await self._check_bindings(event.key, priority=True) or await self._check_bindings(event.key):
                return
            typed = getattr(self.screen, "typed_key", None)
            if typed is not None and await typed(event):
                return
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            await self._opened()
            if isinstance(self.focused, ViInput):
                self.focused.take_paste(event.text)
                return
        await super().on_event(event)

    async def _opened(self) -> None:
        """Wait for a dialog that a key of the same burst has opened: what follows is meant for it."""
        if self.focused is None and not isinstance(self.screen, Main) and not self.screen.is_mounted:
            with suppress(TimeoutError):
                async with asyncio.timeout(OPENING):
                    await self.screen._mounted_event.wait()

    def on_descendant_focus(self) -> None:
        """Other keys do something now."""
        if self.screen_stack:  # the screens go before the last messages, when it ends
            self.draw_keys()

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
            self.draw_state()
            if first:
                self.pages[self.current].shown()
            else:
                self._outdate()

    def _no_pulse(self, error: Exception) -> None:
        """There is no database to read; say what to do, and look again every two seconds."""
        self._no_database = True
        self.draw_state()
        self.show_no_database(error_text(error))

    def data_changed(self) -> None:
        """Look at once whether there is something new."""
        self._ask_pulse(force=True)

    def journal_changed(self) -> None:
        """An edit was made or taken back: where they are listed that is seen, whatever became of it."""
        page = self.pages.get("edits")
        if page is not None:
            page.outdated()

    def _outdate(self) -> None:
        for page in self.pages.values():
            page.outdated()

    def failed(self, error: Exception) -> None:
        """Say that something could not be read; what is on the screen stays."""
        self.say(error_text(error), "bad")

    def set_day(self, day: dt.date) -> None:
        """Show everything as of *day*."""
        if day != self.day:
            self.day = day
            self.draw_state()
            self._outdate()

    # --- frame ---------------------------------------------------------------------------------

    def draw_state(self) -> None:
        """Show database, date, revision, language, and what one may do here."""
        database = self.feeds.database
        place = database.path.name if database.path is not None else "PostgreSQL"
        revision = "–" if self._pulse is None else str(self._pulse.revision)
        dated = self.day != self.today()
        parts: list[tuple[str, str]] = []
        # what needs somebody first: the end is cut off where the terminal is narrow
        if self._pulse is not None and self._pulse.alerts:
            text = ngettext("{n} alert stands", "{n} alerts stand", self._pulse.alerts)
            parts.append(("bad", text.format(n=amount(self._pulse.alerts)) + " (!) · "))
        if self._pulse is not None and self._pulse.running:
            text = ngettext("{n} job runs", "{n} jobs run", self._pulse.running)
            parts.append(("good", text.format(n=amount(self._pulse.running)) + " · "))
        parts += [
            ("bold", self.settings.province),
            ("faint", f" · {place} · "),
            ("warn" if dated else "faint", _("as of {day}").format(day=day_text(self.day.isoformat()))),
            ("faint", " · " + _("revision {revision}").format(revision=revision)),
            ("faint", f" · {self.language}"),
        ]
        parts.append(
            ("warn", " · " + _("read-only")) if self.read_only else ("faint", " · " + _("may change"))
        )
        self.state_line.state(parts)

    def _fatal_error(self) -> None:
        # Textual prints the local variables of every frame: other people's names, a password in a
        # URL. The lines of the program are enough to find the fault.
        import traceback

        from rich.segment import Segment, Segments

        self.bell()
        if self._exit_renderables:  # the first fault says most; others follow from it
            return
        lines = [safe(line) for line in traceback.format_exc().splitlines()]
        lines.append(_("opsconsole stopped because of a fault of its own. Nothing was half written."))
        self._exit_renderables.append(Segments([Segment(line + "\n") for line in lines]))
        self._close_messages_no_wait()

    def on_feeds_delivered(self, message: Feeds.Delivered) -> None:
        """An answer from a thread."""
        self.feeds.arrive(message)

    def on_feeds_page(self, message: Feeds.Page) -> None:
        """Rows that came late."""
        message.hand_on()


def error_text(error: Exception) -> str:
    """What happened, for people: a refusal explains itself, a fault is called by its name."""
    from opsconsole.errors import Refused

    return str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"


def _now() -> dt.datetime:
    from opsconsole.store.clock import now

    return now()
