"""The lines around a page: pages above, state and keys below, and the prompt that comes between."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget

from opsconsole.catalogue import _
from opsconsole.console.actions import Action
from opsconsole.console.columns import cells
from opsconsole.console.keytext import key_text
from opsconsole.console.pagenames import BESIDES, PAGES, short_title
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Line, Plain, content


class PageLine(Widget):
    """The pages with their numbers; the one shown is marked by more than colour."""

    DEFAULT_CSS = """
    PageLine { height: 1; background: $panel; }
    """
    ALLOW_SELECT = False

    def __init__(self, chosen: Callable[[str], object]) -> None:
        super().__init__(id="pages")
        self.current = self.beside = ""
        self._chosen = chosen
        self._ends: list[tuple[int, str]] = []

    def show(self, current: str) -> None:
        """Mark *current*."""
        self.current, self.beside = current, ""
        if current in BESIDES:
            title, self.current = BESIDES[current]
            self.beside = title
        self.refresh()

    def render(self) -> Content:
        """The line."""
        titles, gap = self._fitting()
        runs: list[tuple[str, str]] = []
        self._ends = []
        end = 0
        for number, (name, title) in enumerate(zip(PAGES, titles, strict=True), 1):
            here = name == self.current
            digit, text = str(number % 10), (gap if title else "") + title
            if here:
                runs.append(("here", f"[{digit}{text}]"))
            else:
                runs += [("key", f" {digit}"), ("", text)]
            end += cells(digit + text) + (2 if here else 1)
            self._ends.append((end, name))
        return content([runs])

    def _fitting(self) -> tuple[list[str], str]:
        """The titles as fully as they have room, and what stands between a number and its title. First
        titles become short ones, then the gap goes (as in the function keys of a file manager), then
        titles that are furthest from the page shown: which one that is can always be read."""
        full = [_(title) for title in PAGES.values()]
        short = [short_title(name) for name in PAGES]
        place = list(PAGES).index(self.current) if self.current in PAGES else 0
        crumb = f"{full[place]} › {_(self.beside)}" if self.beside else full[place]
        for gap in (" ", ""):
            for others in (full, short) if gap else (short,):
                for here in dict.fromkeys((crumb, full[place], short[place])):
                    titles = [*others[:place], here, *others[place + 1 :]]
                    if self._width(titles, gap) <= self.size.width:
                        return titles, gap
        titles = short
        for index in sorted(range(len(titles)), key=lambda index: -abs(index - place)):
            titles[index] = short[place][: max(0, self.size.width - 21)] if index == place else ""
            if self._width(titles, "") <= self.size.width:
                break
        return titles, ""

    @staticmethod
    def _width(titles: Sequence[str], gap: str) -> int:
        """The cells that the line takes with *titles*."""
        return sum(2 + cells(gap + title if title else "") for title in titles) + 1

    def on_click(self, event: events.Click) -> None:
        """Go to the page that was clicked."""
        for end, name in self._ends:
            if event.x < end:
                self._chosen(name)
                return


class KeyLine(Widget):
    """The keys that do something here. What does not fit is left out; Help and Quit never are."""

    DEFAULT_CSS = """
    KeyLine { height: 1; background: $panel; }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._actions: list[Action] = []

    def show(self, actions: Sequence[Action]) -> None:
        """Show those of *actions* that have a short name."""
        self._actions = sorted((a for a in actions if a.short), key=lambda a: a.rank)
        self.refresh()

    def render(self) -> Content:
        """The line."""
        parts = [(key_text(a.keys_now[0]), _(a.short)) for a in self._actions if a.keys_now]
        while len(parts) > 2 and sum(cells(k) + cells(t) + 3 for k, t in parts) > self.size.width:
            del parts[-5 if len(parts) > 4 else 0]
        runs: list[tuple[str, str]] = []
        for key, text in parts:
            runs += [("key", f" {key}"), ("", f" {text} ")]
        return content([runs])


class StateLine(Plain):
    """One line: a message when there is one, else database, date, language and revision."""

    DEFAULT_CSS = """
    StateLine { height: auto; max-height: 4; padding: 0 1; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__(id="state")
        self._state: Line = ""
        self._message: tuple[str, str] | None = None

    def state(self, line: Line) -> None:
        """What stands there when there is no message."""
        self._state = line
        self._draw_line()

    def say(self, text: str, tone: str = "") -> None:
        """Show a message until ``hush``."""
        self._message = (tone, text)
        self._draw_line()

    def hush(self) -> None:
        """Take the message away."""
        if self._message is not None:
            self._message = None
            self._draw_line()

    def _draw_line(self) -> None:
        self.styles.text_wrap = "nowrap" if self._message is None else "wrap"
        self.styles.text_overflow = "ellipsis" if self._message is None else "fold"
        self.show([[self._message] if self._message is not None else self._state])


class Prompt(Horizontal):
    """The line in which a filter or a place to go is typed; hidden while it is not."""

    DEFAULT_CSS = """
    Prompt { height: 1; background: $surface; display: none; padding: 0 1; }
    Prompt > Plain { width: auto; text-style: bold; color: $text-accent; }
    Prompt > ViInput { width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self.purpose = ""
        self._title = Plain()
        self.input = ViInput(submitted=self._submit, left=self._leave, changed=self._change)
        self._on_submit: Callable[[str], None] = lambda text: None
        self._on_left: Callable[[], None] = lambda: None
        self._on_change: Callable[[str], None] = lambda text: None

    def compose(self) -> ComposeResult:
        """Title and input."""
        yield self._title
        yield self.input

    def open(
        self,
        purpose: str,
        title: str,
        value: str,
        *,
        submitted: Callable[[str], None],
        left: Callable[[], None],
        changed: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Ask for a line. The focus is here at once, so that the next key of the same burst is too."""
        self.purpose = ""  # setting the value is no typing
        self._title.show([title + " "])
        self.input.value = value
        self.input.cursor_position = len(value)
        self._on_submit, self._on_left, self._on_change = submitted, left, changed
        self.display = True
        self.purpose = purpose
        self.screen.set_focus(self.input)

    def close(self) -> None:
        """Hide."""
        self.purpose = ""
        self.display = False

    def _submit(self, value: str) -> None:
        self.close()
        self._on_submit(value)

    def _leave(self) -> None:
        self.close()
        self._on_left()

    def _change(self, value: str) -> None:
        if self.purpose:
            self._on_change(value)
