"""A page with a long list: filter, order, detail of the row under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.timer import Timer

from opsconsole.catalogue import _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.lists import Found, StoredRows, read_list, read_part
from opsconsole.console.pagenames import page_title
from opsconsole.console.queries.filtering import terms_of, trouble
from opsconsole.console.queries.listing import Listing, Query, Row
from opsconsole.console.screens.changing import Changing
from opsconsole.console.screens.shaping import Shaping, known_text
from opsconsole.console.screens.taking import Taking
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.store.database import Reader
from opsconsole.words import amount, day

if TYPE_CHECKING:
    from opsconsole.console.queries.things import Thing

# So long the cursor rests before the detail is read, so that holding a key down costs nothing.
REST = 0.06


class ListPage(Shaping, Taking, Changing):
    """A list of things of one kind. Subclasses say which, and may add to the detail."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("list")
    kind = ""
    listing: Listing
    columns: tuple[Column, ...] = ()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.grid = GridView(self.columns)
        self.head = Plain(classes="page-head")
        self.panel = Plain(classes="detail")
        self._filter = ""
        self._unit: tuple[str, str] | None = None  # (era, its name)
        self._with_ended = False
        self._total = -1
        self._wanted: str | None = None  # where the cursor is to go when the list is there
        self._came_from = ""  # where it was when the list was left
        self._complete = False
        self._every: dict[Query, int] = {}  # rows without the filter, as far as they were counted
        self._seen: tuple[Thing, Any] | None = None
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Head, list, detail."""
        yield self.head
        with Container(classes="with-detail"):
            yield self.grid
            yield self.panel

    def on_mount(self) -> None:
        """Prepare the pause before a detail is read."""
        self._rest = self.set_timer(REST, self._read_detail, pause=True)
        self._draw_head()

    # --- the list ----------------------------------------------------------------------------

    def query_now(self) -> Query:
        """What is asked for."""
        return Query(
            day=self.console.day.isoformat(),
            year=self.console.settings.year,
            terms=terms_of(self._filter),
            order=self.grid.sorted_by or "",
            descending=self.grid.descending,
            unit=self._unit[0] if self._unit else "",
            ended=self._with_ended,
        )

    def early(self) -> None:
        """The first screenful is read while the screen is made."""
        self.stale = False
        self.load()

    def outdated(self) -> None:
        """The data changed: what was counted holds no more."""
        self._every.clear()
        super().outdated()

    def load(self) -> None:
        """Read the list; what is on the screen stays until the new one is there. Where nothing stands yet
        a screenful comes first, and the rest is read when it was drawn."""
        if self.grid.key is None:
            self.grid.empty_text = _("Reading …")
            self.grid.await_rows()
            self._ask_part()
        else:
            self._ask_whole()

    def _ask_part(self, *, alone: bool = True) -> None:
        """Read a screenful; *alone*: all rows are asked for when it was drawn."""
        query = self.query_now()

        def answered(found: Found | None) -> None:
            if found is not None:
                self._show(query, found)
            if alone and found is None:
                self._ask_whole()
            elif alone and found is not None and not found.complete:
                self.call_after_refresh(self._ask_whole)

        def failed(error: Exception) -> None:
            self.stale = True
            if self.console.felt:  # otherwise the first look at the database says why
                self.console.failed(error)

        work = read_part(self.listing, query, self._wanted or self._came_from or self.grid.key)
        self.console.feeds.ask(self._part_topic, work, answered, failed)

    def _ask_whole(self, *, hasty: bool = False) -> None:
        query = self.query_now()
        counted = replace(query, terms=(), order="", descending=False)

        def answered(found: Found) -> None:
            if found.total >= 0:
                self._every[counted] = found.total
            self.console.feeds.drop(self._part_topic)
            self._show(query, found)

        cursor = self._wanted or self._came_from or self.grid.key
        work = read_list(self.listing, query, cursor, self._every.get(counted), hasty=hasty)
        self.console.feeds.ask(f"list.{self.page_name}", work, answered)

    @property
    def _part_topic(self) -> str:
        return f"part.{self.page_name}"

    def _show(self, query: Query, found: Found) -> None:
        feeds = self.console.feeds

        def fetch(keys: list[str], arrived: Any, wait: float | None) -> dict[str, Row] | None:
            return feeds.page(lambda reader: self.listing.page(reader, query, keys), arrived, wait)

        rows = StoredRows(found, fetch, self.grid.renew)
        self._total, self._complete = found.total, found.complete
        self.grid.empty_text = self._nothing() if found.complete else _("Reading …")
        empty, wanted = self.grid.key is None, self._wanted or self._came_from
        place = rows.index(wanted) if wanted else None
        otherwise = place if place is not None or found.complete else found.here
        self.grid.show(rows, otherwise=otherwise, partial=not found.complete)
        if wanted and (place is not None or found.complete):
            if place is not None and not empty:
                self.grid.go_to(wanted)
            elif place is None and self._wanted:
                self.console.say(_("{key} is not in this list.").format(key=wanted), "warn")
            self._wanted, self._came_from = None, ""
        self._draw_head()
        self._ask_detail()

    def _nothing(self) -> str:
        if self._filter:
            return _("Nothing holds “{words}”. Esc clears the filter.").format(words=self._filter)
        if self._unit:
            return _("Nothing in this unit. Esc shows all.")
        return self.nothing_yet()

    def nothing_yet(self) -> str:
        """What to do where there is nothing at all."""
        return _("Nothing yet. The page Plan takes in the inventory.")

    def _draw_head(self) -> None:
        if not self._complete:
            count = f"{amount(len(self.grid.rows))} …" if self.grid.rows else "…"
        elif self._filter:
            every = amount(self._total) if self._total >= 0 else "…"
            count = f"{amount(len(self.grid.rows))} / {every}"
        else:
            count = amount(self._total)
        line: list[tuple[str, str]] = [("head", _(page_title(self.page_name))), ("bold", f"  {count}")]
        if self._filter:
            line.append(("warn", "  " + _("filter: {words}").format(words=self._filter)))
            if wrong := trouble(terms_of(self._filter), self.listing.fields):
                line.append(("bad", "  " + wrong))
        if self._unit:
            line.append(("warn", "  " + _("unit: {name}").format(name=self._unit[1])))
        if self._with_ended:
            line.append(("warn", "  " + _("with what has ended")))
        if self.grid.marks:
            marked = amount(self.grid.marks.count(len(self.grid.rows)))
            line.append(("head", "  " + _("{count} marked").format(count=marked)))
        line.append(("faint", "  " + _("as of {day}").format(day=day(self.console.day.isoformat()))))
        self.head.show([line])

    def memory(self) -> dict[str, Any]:
        """Filter, unit, order, columns and cursor."""
        grid = self.grid
        chosen = [column.id for column in grid.columns]
        found = {
            "filter": self._filter,
            "unit": list(self._unit) if self._unit else None,
            "ended": self._with_ended or None,
            "sort": grid.sorted_by,
            "descending": grid.descending or None,
            "columns": None if grid.columns == grid.every_column else chosen,
            "key": grid.key,
        }
        return {name: value for name, value in found.items() if value not in (None, "")}

    def recall(self, memory: dict[str, Any]) -> None:
        """Show the list as it was left."""
        unit, columns = memory.get("unit"), memory.get("columns")
        self._filter = known_text(memory, "filter")
        pair = isinstance(unit, list) and len(unit) == 2 and all(isinstance(each, str) for each in unit)
        self._unit = (unit[0], unit[1]) if pair and isinstance(unit, list) else None
        self._with_ended = memory.get("ended") is True
        sort = known_text(memory, "sort")
        sortable = {column.id for column in self.grid.every_column if column.sort}
        self.grid.sorted_by = sort if sort in sortable else None
        self.grid.descending = memory.get("descending") is True
        ids = [each for each in columns if isinstance(each, str)] if isinstance(columns, list) else []
        self.grid.choose_columns(ids)
        self._came_from = known_text(memory, "key")
        self.outdated()

    # --- narrowing -----------------------------------------------------------------------------

    def filter_text(self) -> str | None:
        """The filter in use."""
        return self._filter

    def set_filter(self, text: str) -> None:
        """Show only what holds all words of *text*, without regard to diacritics."""
        if text != self._filter:
            self._filter = text
            self._complete = False  # what stands there is not what is asked for
            self._draw_head()
            if self.grid.key is None:
                self.load()
                return
            # side by side: the next rows that hold the words, mostly there at once, and all of them
            self._ask_part(alone=False)
            self._ask_whole(hasty=True)

    def show_unit(self, unit: str, name: str) -> None:
        """Show only what the unit (an era) and those below it hold."""
        self._unit = (unit, name)
        self._filter = ""
        self.outdated()

    def go_back(self) -> bool:
        """Clear the filter, then the unit."""
        if super().go_back():
            return True
        if self._unit is not None:
            self._unit = None
            self.load()
            self._draw_head()
            return True
        return False

    def action_ended(self) -> None:
        """Show or hide what has ended."""
        self._with_ended = not self._with_ended
        self._draw_head()
        self.load()

    def reach(self, key: str, *, ended: bool = False) -> None:
        """Put the cursor on *key*; what hides it is lifted."""
        self._filter, self._unit = "", None
        self._with_ended = self._with_ended or ended
        self._wanted = key
        self.outdated()

    def on_grid_view_sorted(self) -> None:
        """Read in the new order."""
        self.load()

    def on_grid_view_marked(self) -> None:
        """Say how many are marked."""
        self._draw_head()

    # --- detail --------------------------------------------------------------------------------

    def on_grid_view_moved(self) -> None:
        """The cursor came to another row: its detail follows when it rests."""
        self._ask_detail()

    def _ask_detail(self) -> None:
        if self._rest is not None:
            self._rest.reset()
            self._rest.resume()

    def _read_detail(self) -> None:
        self._rest = self.set_timer(REST, self._read_detail, pause=True)  # a timer runs once
        if not self.showing:
            return
        key = self.grid.key
        if key is None:
            self._seen = None
            self.panel.show([])
            return
        today = self.console.day.isoformat()

        def work(reader: Reader, question: Question) -> tuple[Thing, Any] | None:
            from opsconsole.console.queries.things import thing

            found = thing(reader, self.kind, key, today)
            question.check()
            return (found, self.more(reader, key)) if found is not None else None

        self.console.feeds.ask(f"detail.{self.page_name}", work, self._show_detail)

    def _show_detail(self, seen: tuple[Thing, Any] | None) -> None:
        from opsconsole.console import detail

        self._seen = seen
        if seen is None:
            self.panel.show([])
            return
        found, more = seen
        wide = self.app.size.width >= self.console.WIDE
        lines = (
            detail.full(found, self.more_lines(more))
            if wide
            else detail.compact(found, self.short_lines(more))
        )
        self.panel.show([detail.heading(found), "", *lines] if wide else lines)

    def more(self, reader: Reader, key: str) -> Any:
        """What else is to be known of *key*; read in a thread."""
        return None

    def more_lines(self, more: Any) -> Sequence[Line]:
        """The lines for what ``more`` read."""
        return ()

    def short_lines(self, more: Any) -> Sequence[Line]:
        """The same, where there is little room."""
        return ()

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Show everything about a row."""
        self.console.open_thing(self.kind, message.key, self)

    # --- frame ---------------------------------------------------------------------------------

    def take_focus(self) -> None:
        """Keys go to the list."""
        self.screen.set_focus(self.grid)

    def on_resize(self) -> None:
        """The detail has another form on a wide terminal."""
        if self._seen is not None:
            self._show_detail(self._seen)

    def retranslate(self) -> None:
        """Draw anew in the language in use."""
        self.grid.empty_text = self._nothing()
        self.grid.retitle()
        self._draw_head()
        if self._seen is not None:
            self._show_detail(self._seen)
