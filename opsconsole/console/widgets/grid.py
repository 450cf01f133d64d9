"""A list of any length on the screen: draws the lines that are seen and knows no database.

Textual's DataTable measures every cell of every row (32 s for 100,000 rows, 339 s and 1.5 GB for a
million; docs/decisions/0008). This one asks its ``Rows`` for what is visible, makes one segment
per run of equal style, keeps drawn lines, and redraws two lines when the cursor moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from opsconsole.catalogue import _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import ELLIPSIS, Column, fit, widths
from opsconsole.console.marks import Marks
from opsconsole.console.widgets.rows import HeldRows, Rows
from opsconsole.text import safe

FURTHER = "▸"  # at the right end of the header: there are more columns
MARK = "●"  # before a marked row
GAP = 1  # blank cells between two columns
_KEPT_LINES = 2000
_SAMPLE = 200
_FAR = 1 << 40  # beyond the end of any list


class GridView(ScrollView, can_focus=True):
    """Rows and columns with a cursor on a row and a current column."""

    DEFAULT_CSS = """
    GridView { height: 1fr; width: 1fr; background: $background; }
    GridView { scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; }
    GridView > .grid--header { background: $panel; color: $text-accent; text-style: bold; }
    GridView > .grid--column { background: $panel; color: $text-primary; text-style: bold underline; }
    GridView > .grid--cursor { background: $surface-lighten-1; text-style: bold; }
    GridView:focus > .grid--cursor { background: $primary; color: $background; text-style: bold; }
    GridView > .grid--mark { color: $text-accent; text-style: bold; }
    GridView > .grid--faint { color: $text-muted; }
    GridView > .grid--good { color: $text-success; }
    GridView > .grid--warn { color: $text-warning; }
    GridView > .grid--bad { color: $text-error; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--header",
        "grid--column",
        "grid--cursor",
        "grid--mark",
        "grid--faint",
        "grid--good",
        "grid--warn",
        "grid--bad",
    }
    BINDINGS: ClassVar[list[BindingType]] = bindings("grid")
    ALLOW_SELECT = False

    class Moved(Message):
        """The cursor came to a row; ``key`` is None on an empty list."""

        def __init__(self, grid: GridView, key: str | None) -> None:
            super().__init__()
            self.grid = grid
            self.key = key

    class Opened(Message):
        """A row was chosen."""

        def __init__(self, grid: GridView, key: str) -> None:
            super().__init__()
            self.grid = grid
            self.key = key

    class Sorted(Message):
        """The list is wanted in the order of a column."""

        def __init__(self, grid: GridView, column: Column, descending: bool) -> None:
            super().__init__()
            self.grid = grid
            self.column = column
            self.descending = descending

    class Marked(Message):
        """Other rows are marked."""

        def __init__(self, grid: GridView) -> None:
            super().__init__()
            self.grid = grid

    def __init__(self, columns: Sequence[Column], *, head: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self._top = 1 if head else 0  # lines above the rows
        self.every_column = tuple(columns)
        self.columns = self.every_column
        self.marks = Marks()
        self.places: tuple[int, ...] = tuple(range(len(self.columns)))  # of the columns' values in a row
        self._last_marked: int | None = None
        self.rows: Rows = HeldRows()
        self.cursor = 0
        self.column = 0
        self.sorted_by: str | None = None
        self.descending = False
        self.empty_text = ""
        self._partial = False  # whether the rows are a part of a list that is still read
        self._beyond = 0  # rows by which the cursor went past an end of that part
        self._widths: list[int] = []
        self._sampled = False
        self._lines: dict[tuple[int, bool], Strip] = {}
        self._head: Strip | None = None
        self._looks: dict[str, Style] = {}

    def on_mount(self) -> None:
        """Columns have a width before there are rows."""
        self._measure()
        self._resize()

    # --- what is shown ---------------------------------------------------------------------

    def show(
        self, rows: Rows, *, keep: bool = True, otherwise: int | None = None, partial: bool = False
    ) -> None:
        """Show *rows*. With *keep* the cursor stays on the thing it is on, at the same height; where that
        is not among them, on the row at *otherwise* (without it, at the same number). *partial*: they are
        a part of a list that is still read; how far one went beyond its ends is made up for by the whole."""
        old_key = self.key if keep else None
        height = self.cursor - round(self.scroll_y)
        beyond, self._beyond, self._partial = self._beyond, 0, partial
        self.rows = rows
        place = rows.index(old_key) if old_key is not None else None
        if place is None:
            place = self.cursor if otherwise is None else otherwise
        found = max(0, min(place + beyond, len(rows) - 1)) if keep else 0
        if partial:
            self._beyond = place + beyond - found
        self.cursor = found
        if not self._sampled or not keep:
            self._measure()
        self._resize()
        top = max(0, min(found - height, len(rows) - self._visible))
        self.scroll_to(y=top, animate=False, force=True)
        self._reveal()
        self.renew()
        if self.key != old_key or old_key is None:
            self.post_message(self.Moved(self, self.key))

    def await_rows(self) -> None:
        """Rows will come: moves that are asked for meanwhile are made when they are there."""
        self._partial = True

    def renew(self) -> None:
        """Draw everything anew: rows that arrived, another language, other colours."""
        self._lines.clear()
        self._head = None
        self.refresh()

    def retitle(self) -> None:
        """Measure and draw anew after the language changed."""
        self._measure()
        self._resize()
        self.renew()

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        return self.rows.key(self.cursor) if 0 <= self.cursor < len(self.rows) else None

    def go_to(self, key: str) -> bool:
        """Put the cursor on the row with *key*; False where there is none."""
        index = self.rows.index(key)
        if index is None:
            return False
        self._beyond = 0
        self.move(index)
        return True

    # --- sizes -----------------------------------------------------------------------------

    def _titles(self) -> list[str]:
        return [_(column.title) for column in self.columns]

    def _measure(self) -> None:
        sample = self.rows.sample(_SAMPLE)
        self._sampled = bool(sample)
        chosen = [[row[place] for place in self.places if place < len(row)] for row in sample]
        self._widths = widths(self.columns, self._titles(), chosen)

    def choose_columns(self, ids: Sequence[str]) -> None:
        """Show the columns *ids*, in their order; ids that are none are passed over, and without any
        that is one every column is shown."""
        places = {column.id: place for place, column in enumerate(self.every_column)}
        chosen = [places[each] for each in dict.fromkeys(ids) if each in places]
        self.places = tuple(chosen) or tuple(places.values())
        self.columns = tuple(self.every_column[place] for place in self.places)
        self.column = min(self.column, len(self.columns) - 1)
        self.retitle()

    def _resize(self) -> None:
        if not self._widths:
            self._measure()
        total = sum(self._widths) + GAP * (len(self._widths) + 1)
        self.virtual_size = Size(total, len(self.rows) + self._top)

    @property
    def _visible(self) -> int:
        """Rows that fit below the header."""
        return max(1, self.scrollable_content_region.height - self._top)

    def _reveal(self) -> None:
        top = round(self.scroll_y)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + self._visible:
            self.scroll_to(y=self.cursor - self._visible + 1, animate=False, force=True)

    def _reveal_column(self) -> None:
        left = sum(self._widths[: self.column]) + GAP * self.column
        right = left + self._widths[self.column] + 2 * GAP
        width = self.scrollable_content_region.width
        if left < self.scroll_x:
            self.scroll_to(x=left, animate=False, force=True)
        elif right > self.scroll_x + width:
            self.scroll_to(x=min(left, right - width), animate=False, force=True)

    def on_resize(self) -> None:
        """Keep the cursor in sight, and drop lines drawn for another width."""
        self._lines.clear()
        self._head = None
        self._reveal()

    # --- drawing -----------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Colours changed: focus, theme."""
        super().notify_style_update()
        self._looks.clear()
        self._lines.clear()
        self._head = None

    def _look(self, name: str) -> Style:
        look = self._looks.get(name)
        if look is None:
            look = self.get_component_rich_style(f"grid--{name}") if name else self.rich_style
            self._looks[name] = look
        return look

    def render_line(self, y: int) -> Strip:
        """Line *y* of the screen: the header, then rows."""
        left, width = round(self.scroll_x), self.scrollable_content_region.width
        if y == 0 and self._top:
            return self._header_line(left, width)
        index = y - self._top + round(self.scroll_y)
        if index >= len(self.rows):
            text = "  " + safe(self.empty_text) if y == self._top + 1 and not len(self.rows) else ""
            return Strip([Segment(fit(text, width), self._look("faint" if text else ""))], width)
        at_cursor = index == self.cursor
        line = self._lines.get((index, at_cursor))
        if line is None:
            values = self.rows.row(index)
            marked = bool(self.marks) and self.rows.key(index) in self.marks
            line = self._row(values, at_cursor, marked)
            if values is not None:
                if len(self._lines) > _KEPT_LINES:
                    self._lines.clear()
                self._lines[(index, at_cursor)] = line
        return line.crop_extend(left, left + width, self._look("cursor" if at_cursor else ""))

    def _header_line(self, left: int, width: int) -> Strip:
        if self._head is None:
            self._head = self._header()
        look = self._look("header")
        line = self._head.crop_extend(left, left + width, look)
        if self.virtual_size.width > left + width:  # columns to the right
            line = Strip.join([line.crop(0, width - 2), Strip([Segment(" " + FURTHER, look)])])
        return line

    def _header(self) -> Strip:
        look, here = self._look("header"), self._look("column")
        segments = [Segment(" " * GAP, look)]
        for index, (column, title) in enumerate(zip(self.columns, self._titles(), strict=True)):
            if column.id == self.sorted_by:
                title += " ▼" if self.descending else " ▲"
            text = fit(safe(title), self._widths[index], column.right)
            current = index == self.column and self.has_focus
            segments.append(Segment(text, here if current else look))
            segments.append(Segment(" " * GAP, look))
        return Strip(segments)

    def _row(self, values: Sequence[Any] | None, at_cursor: bool, marked: bool = False) -> Strip:
        plain = self._look("cursor" if at_cursor else "")
        if values is None:
            return Strip([Segment(" " + ELLIPSIS, plain)])
        runs: list[list[Any]] = [[" " * GAP, plain]]
        if marked:
            runs = [[fit(MARK, GAP), plain if at_cursor else self._look("mark")], ["", plain]]
        for column, width, place in zip(self.columns, self._widths, self.places, strict=False):
            if place >= len(values):
                continue
            value = values[place]
            tone = "" if at_cursor else column.toned(value)
            look = self._look(tone) if tone else plain
            text = fit(safe(column.text(value)), width, column.right)
            if look is runs[-1][1]:
                runs[-1][0] += text
            else:
                runs.append([text, look])
            if plain is runs[-1][1]:
                runs[-1][0] += " " * GAP
            else:
                runs.append([" " * GAP, plain])
        return Strip([Segment(text, look) for text, look in runs])

    # --- moving --------------------------------------------------------------------------------

    def move(self, index: int) -> None:
        """Put the cursor on the row at *index*, or the nearest there is."""
        wanted = index + self._beyond
        index = max(0, min(wanted, len(self.rows) - 1))
        self._beyond = wanted - index if self._partial else 0
        if index == self.cursor or not len(self.rows):
            return
        before, self.cursor = self.cursor, index
        top = round(self.scroll_y)
        self._reveal()
        if round(self.scroll_y) == top:  # otherwise all is drawn anyway
            width = self.size.width
            for row in (before, index):
                self.refresh(Region(0, row - top + self._top, width, 1))
        self.post_message(self.Moved(self, self.key))

    def action_down(self) -> None:
        """The next row."""
        self.move(self.cursor + 1)

    def action_up(self) -> None:
        """The row before."""
        self.move(self.cursor - 1)

    def _leap(self, rows: int) -> None:
        # the window moves by as much as the cursor, so that the eye finds it at the same height
        top = max(0, min(round(self.scroll_y) + rows, len(self.rows) - self._visible))
        self.scroll_to(y=top, animate=False, force=True)
        self.move(self.cursor + rows)

    def action_page_down(self) -> None:
        """One screen on."""
        self._leap(self._visible)

    def action_page_up(self) -> None:
        """One screen back."""
        self._leap(-self._visible)

    def action_half_down(self) -> None:
        """Half a screen on."""
        self._leap(max(1, self._visible // 2))

    def action_half_up(self) -> None:
        """Half a screen back."""
        self._leap(-max(1, self._visible // 2))

    def action_first(self) -> None:
        """The first row."""
        self.move(-_FAR if self._partial else 0)

    def action_last(self) -> None:
        """The last row."""
        self.move(_FAR if self._partial else len(self.rows) - 1)

    def action_left(self) -> None:
        """The column before."""
        self._to_column(self.column - 1)

    def action_right(self) -> None:
        """The next column."""
        self._to_column(self.column + 1)

    def _to_column(self, column: int) -> None:
        if 0 <= column < len(self.columns):
            self.column = column
            self._head = None
            self._reveal_column()
            self.refresh(Region(0, 0, self.size.width, 1))

    # --- marks -----------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go on to the next."""
        if self.key is None:
            return
        self.marks.toggle(self.key)
        self._last_marked = self.cursor
        self._marks_changed()
        self.action_down()

    def action_mark_range(self) -> None:
        """Mark from the row that was marked last to the one under the cursor."""
        if self.key is None:
            return
        first = self.cursor if self._last_marked is None else min(self._last_marked, len(self.rows) - 1)
        low, high = sorted((first, self.cursor))
        self.marks.add(self.rows.key(index) for index in range(low, high + 1))
        self._last_marked = self.cursor
        self._marks_changed()

    def action_mark_all(self) -> None:
        """Mark every row of the list."""
        self.marks.mark_all()
        self._marks_changed()

    def action_unmark(self) -> None:
        """Mark no row."""
        self.marks.clear()
        self._last_marked = None
        self._marks_changed()

    def _marks_changed(self) -> None:
        self._lines.clear()
        self.refresh()
        self.post_message(self.Marked(self))

    def chosen_keys(self) -> list[str]:
        """The keys of the marked rows in the order of the list; without marks that under the cursor."""
        if not self.marks:
            return [self.key] if self.key is not None else []
        return list(self.marks.of(self.rows.key(index) for index in range(len(self.rows))))

    def action_open(self) -> None:
        """Choose the row under the cursor."""
        if self.key is not None:
            self.post_message(self.Opened(self, self.key))

    def action_sort(self) -> None:
        """Ask for the order of the current column."""
        self._sort(False)

    def action_sort_back(self) -> None:
        """Ask for the reverse order of the current column."""
        self._sort(True)

    def _sort(self, descending: bool) -> None:
        column = self.columns[self.column]
        if not column.sort:
            return
        self.sorted_by, self.descending = column.id, descending
        self._head = None
        self.refresh(Region(0, 0, self.size.width, 1))
        self.post_message(self.Sorted(self, column, descending))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor; a second one opens."""
        event.stop()
        index = event.y - self._top + round(self.scroll_y)
        if event.y < self._top or index >= len(self.rows):
            return
        self.move(index)
        if event.chain == 2:
            self.action_open()
