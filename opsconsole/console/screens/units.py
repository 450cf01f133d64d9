"""The administrative tree as of a date, with what each unit holds, came from and became."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries import units as queries
from opsconsole.console.queries.listing import words_of
from opsconsole.console.queries.units import Link, UnitNode
from opsconsole.console.screens.gridpage import GridPage
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line
from opsconsole.console.widgets.tree import Node, TreeGrid
from opsconsole.store.database import Reader
from opsconsole.text import fold
from opsconsole.words import amount, day, word


def count_text(value: int) -> str:
    """A count; nothing for none."""
    return amount(value) if value else "·"


def _far(node: UnitNode, phrase: str) -> int:
    """How far a unit is from what was typed: 0 it is called or coded so, 1 its name begins or ends a word
    so, 2 the words stand in it somewhere."""
    name = fold(node.name)
    if phrase == fold(node.code) or f" {name}".endswith(f" {phrase}"):
        return 0
    return 1 if f" {phrase}" in f" {name}" else 2


class Units(GridPage):
    """The tree of units."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("units")
    with_panel = True
    grid: TreeGrid

    def __init__(self, name: str) -> None:
        grid = TreeGrid(
            (
                Column("name", N_("Unit"), 24, 36, sort=False),
                Column("code", N_("Code"), 5, 10, sort=False),
                Column("assets", N_("Assets"), 6, 10, right=True, show=count_text, sort=False),
                Column("accounts", N_("Mail"), 5, 10, right=True, show=count_text, sort=False),
                Column("sites", N_("Sites"), 5, 8, right=True, show=count_text, sort=False),
                Column("type", N_("Type"), 4, 9, sort=False),
            )
        )
        super().__init__(name, grid)
        self._units: dict[str, UnitNode] = {}
        self._days: list[str] = []
        self._wanted: str | None = None
        self._detail: tuple[Any, list[Link], list[Link]] | None = None

    def load(self) -> None:
        """Read the tree of the date."""
        today = self.console.day.isoformat()

        def work(reader: Reader, question: Question) -> tuple[list[UnitNode], list[str]]:
            return queries.tree(reader, today), queries.days_of_change(reader)

        if not self._units:
            self.grid.empty_text = _("Reading …")
        self.console.feeds.ask("units", work, self._show)

    def _show(self, found: tuple[list[UnitNode], list[str]]) -> None:
        nodes, self._days = found
        # the cursor follows the unit's code where its era is another on the new date
        old = self._units.get(self.grid.key or "")
        self._units = {node.id: node for node in nodes}
        if old is not None and old.id not in self._units and self._wanted is None:
            self._wanted = next((node.id for node in nodes if node.code == old.code), None)
        self.grid.empty_text = self._nothing()
        self.grid.plant(
            Node(
                node.id,
                node.above,
                (node.name, node.code, node.assets, node.accounts, node.sites, node.type),
                open=node.above is None,
            )
            for node in nodes
        )
        self._match()
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.grid.reach(wanted)
        self._draw_head()
        self._ask_detail()

    def _nothing(self) -> str:
        if self._filter:
            text = _("No unit of {day} holds “{words}”. Esc clears the filter, d asks for another date.")
            return text.format(words=self._filter, day=day(self.console.day.isoformat()))
        if self._days:
            return _("No units are known on this date; the first is {day}.").format(day=day(self._days[0]))
        return _("Nothing yet. The page Plan takes in the inventory.")

    def _draw_head(self, shown: int | None = None) -> None:
        total = len(self._units)
        count = amount(total) if shown is None else f"{amount(shown)} / {amount(total)}"
        line: list[tuple[str, str]] = [
            ("head", _("Units")),
            ("bold", "  " + _("as of {day}").format(day=day(self.console.day.isoformat()))),
            ("", f"  {count}"),
        ]
        communes = sum(1 for node in self._units.values() if node.level == "commune")
        line.append(("", "  " + _("communes: {count}").format(count=amount(communes))))
        if self._filter:
            line.append(("warn", "  " + _("filter: {words}").format(words=self._filter)))
        else:
            line.append(("faint", "  " + _("[ ] dates of change")))
        self.head.show([line])

    # --- narrowing -----------------------------------------------------------------------------

    def set_filter(self, text: str) -> None:
        """Show the units whose name or code holds all words of *text*, and what leads to them."""
        self._filter = text
        self.grid.empty_text = self._nothing()
        self._match()

    def _match(self) -> None:
        words = words_of(self._filter)
        if not words:
            self.grid.match(None)
            self._draw_head()
            return
        found = [
            node.id
            for node in self._units.values()
            if all(word in node.fold or word in fold(f"{node.name} {node.code}") for word in words)
        ]
        self.grid.match(found)
        if found:
            self.grid.go_to(min(found, key=lambda unit: _far(self._units[unit], " ".join(words))))
        self._draw_head(len(found))

    def reach(self, key: str, *, ended: bool = False) -> None:
        """Put the cursor on the unit *key* (an era)."""
        self._filter = ""
        self._wanted = key
        self.outdated()

    def action_earlier(self) -> None:
        """The tree on the date of change before."""
        today = self.console.day.isoformat()
        earlier = [each for each in self._days if each < today]
        if earlier:
            self.console.set_day(dt.date.fromisoformat(earlier[-1]))

    def action_later(self) -> None:
        """The tree on the next date of change, at last today."""
        today = self.console.day.isoformat()
        later = [each for each in self._days if each > today]
        if later:
            self.console.set_day(dt.date.fromisoformat(later[0]))
        elif self.console.day < self.console.today():
            self.console.set_day(self.console.today())

    def days_of_change(self) -> list[str]:
        """The dates on which the tree changed."""
        return self._days

    def action_assets_of(self) -> None:
        """The assets of the unit under the cursor."""
        self._list_of("assets")

    def action_mailboxes_of(self) -> None:
        """The mailboxes of the unit under the cursor."""
        self._list_of("mailboxes")

    def action_targets_of(self) -> None:
        """How the unit under the cursor stands against its targets and those of its level."""
        self._list_of("targets")

    def action_people_of(self) -> None:
        """The people of the unit under the cursor."""
        self._list_of("people")

    def action_sites_of(self) -> None:
        """The conference sites of the unit under the cursor."""
        self._list_of("sites")

    def action_things_of(self) -> None:
        """Choose what of the unit under the cursor is to be listed."""
        node = self._units.get(self.grid.key or "")
        if node is None:
            return
        today = self.console.day.isoformat()

        def work(reader: Reader, question: Question) -> list[tuple[str, int]]:
            return queries.held_kinds(reader, node.id, today)

        def ask(found: list[tuple[str, int]]) -> None:
            from opsconsole.console.pagenames import PAGE_OF_KIND
            from opsconsole.console.screens.dialogs import ChoiceDialog
            from opsconsole.words import label

            # of targets the declared ones: the page of targets has those of the level as well
            rows = [(PAGE_OF_KIND[kind], f"{label(kind)}: {amount(count)}") for kind, count in found]
            title = f"{node.name} ({node.code})"
            self.app.push_screen(
                ChoiceDialog(title, rows, lambda page: self.console.open_unit_list(page, node.id, title))
            )

        self.console.feeds.ask("held", work, ask)

    def action_new_in(self) -> None:
        """A new thing in the unit under the cursor."""
        from opsconsole.console.screens.declaring import choose_kind

        node = self._units.get(self.grid.key or "")
        if node is not None:
            choose_kind(self.console, node.code, node.name)

    def _list_of(self, page: str) -> None:
        node = self._units.get(self.grid.key or "")
        if node is not None:
            self.console.open_unit_list(page, node.id, f"{node.name} ({node.code})")

    # --- detail --------------------------------------------------------------------------------

    def on_grid_view_moved(self) -> None:
        """Detail of the unit under the cursor."""
        self._ask_detail()

    def _ask_detail(self) -> None:
        key = self.grid.key
        if key is None:
            self._detail = None
            self.panel.show([])
            return

        def work(reader: Reader, question: Question) -> Any:
            return (
                queries.era(reader, key),
                queries.predecessors(reader, key),
                queries.successors(reader, key),
            )

        self.console.feeds.ask("detail.units", work, self._show_detail)

    def _show_detail(self, found: Any) -> None:
        self._detail = found
        self.panel.show(self.detail_lines())

    def detail_lines(self) -> list[Line]:
        """The unit under the cursor in words."""
        if self._detail is None or self._detail[0] is None:
            return []
        (code, name, type_, level, begin, end, above), came_from, became = self._detail
        stands = _("from {first}").format(first=day(begin))
        if end:
            last = dt.date.fromisoformat(end) - dt.timedelta(days=1)
            stands = _("from {first} to {last}").format(first=day(begin), last=day(last.isoformat()))
        title = f"  {type_} · {word(level)} · {stands}" + (f" · {above}" if above else "")
        lines: list[Line] = [[("head", f"{name} ({code})"), ("faint", title)]]
        for label, links in ((_("Came from"), came_from), (_("Became"), became)):
            if links:
                lines.append([("faint", f"{label}: "), ("", ", ".join(_link(link) for link in links))])
                titles = dict.fromkeys(f"{link.title} ({link.decision})" for link in links if link.title)
                lines += [[("faint", f"  {day(links[0].at)} · {each}")] for each in titles]
        if not came_from and not became:
            lines.append([("faint", _("No reorganisation touched it."))])
        return lines

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Show everything about the unit."""
        node = self._units.get(message.key)
        if node is not None:
            self.console.open_unit(node.id, node.code)

    def retranslate(self) -> None:
        """Draw anew in the language in use."""
        self.grid.empty_text = self._nothing()
        self.grid.retitle()
        self._match()
        self.panel.show(self.detail_lines())


def _link(link: Link) -> str:
    code = link.id.partition("@")[0]
    text = f"{link.name} ({code})"
    if link.share != "whole":
        text += " " + word(link.share)
    return text if link.follows or link.share == "whole" else text + " " + _("(assets went elsewhere)")
