"""What every page is: a part of the console that reads when it is seen and what it shows is old."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual.widget import Widget

if TYPE_CHECKING:
    from opsconsole.console.app import Console


class Page(Widget):
    """A page. ``name`` is its name in ``actions.PAGES``; subclasses read in ``load``."""

    DEFAULT_CSS = """
    Page { height: 1fr; width: 1fr; layout: vertical; }
    """

    def __init__(self, name: str) -> None:
        super().__init__(id=f"page-{name}")
        self.page_name = name
        self.stale = True

    @property
    def console(self) -> Console:
        """The application, as a page may use it."""
        return cast("Console", self.app)

    @property
    def showing(self) -> bool:
        """Whether this page is the one on the screen."""
        return self.console.current == self.page_name

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What the console does not do is not done from a page either."""
        return self.console.check_action(action, parameters)

    def load(self) -> None:
        """Read what the page shows. Called when it comes on the screen and its data are old."""

    def early(self) -> None:
        """Ask for what is read in milliseconds, before the screen is made: the console starts with this
        page. What else the page shows it reads in ``load``, when it was drawn."""

    def shown(self) -> None:
        """The page came on the screen. Whoever types in the prompt meanwhile goes on typing."""
        if self.stale:
            self.stale = False
            self.load()
        if not self.console.prompt.display:
            self.take_focus()

    def outdated(self) -> None:
        """The data changed: read again now when the page is seen, else when it is."""
        if self.showing and self.is_mounted:
            self.stale = False
            self.load()
        else:
            self.stale = True

    def take_focus(self) -> None:
        """Put the focus where keys should go."""

    def retranslate(self) -> None:
        """Draw anew in the language in use."""

    def filter_text(self) -> str | None:
        """The filter in use, None for a page that cannot be filtered."""
        return None

    def set_filter(self, text: str) -> None:
        """Show only what holds the words of *text*."""

    def given(self, text: str) -> None:
        """What was typed after the name of the page; a filter, where the page does not say otherwise."""
        self.set_filter(text)

    def go_back(self) -> bool:
        """Undo one narrowing (filter, unit); False when there is nothing left to undo."""
        if self.filter_text():
            self.set_filter("")
            return True
        return False

    def show_unit(self, unit: str, name: str) -> None:
        """Show only what concerns the unit (an era) called *name*."""

    def memory(self) -> dict[str, Any]:
        """How the page is narrowed and ordered, as JSON values, for ``recall``."""
        return {"filter": text} if (text := self.filter_text()) else {}

    def recall(self, memory: dict[str, Any]) -> None:
        """Show the page as *memory* has it; what in it is not what was remembered is passed over."""
        text = memory.get("filter")
        if self.filter_text() is not None:
            self.set_filter(text if isinstance(text, str) else "")

    def reach(self, key: str, *, ended: bool = False) -> None:
        """Put the cursor on the thing *key*; *ended* where that is shown only when asked for."""
