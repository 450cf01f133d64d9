"""The edits that were made through the product: when, by whom, what, in which files; each can be taken
back from here, or done again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from opsconsole.catalogue import N_, _, ngettext
from opsconsole.console.actions import bindings
from opsconsole.console.columns import Column
from opsconsole.console.feeds import Question
from opsconsole.console.queries.listing import words_of
from opsconsole.console.screens.gridpage import GridPage
from opsconsole.console.screens.saving import field_text
from opsconsole.console.screens.turning import turn_number
from opsconsole.console.widgets.grid import GridView
from opsconsole.console.widgets.plain import Line
from opsconsole.console.widgets.rows import HeldRows
from opsconsole.store.clock import local
from opsconsole.store.database import Reader
from opsconsole.text import fold
from opsconsole.words import amount, label

if TYPE_CHECKING:
    from opsconsole.inventory.journal import Entry, Side

MOST_EDITS = 1000
MOST_FILES = 8  # that are named of one edit
MOST_THINGS = 100  # of one edit that are shown in full

_STATES = {"done": N_("done"), "undone": N_("taken back"), "cut": N_("cut short")}
_TONES = {"done": "", "undone": "faint", "cut": "bad"}


def state_of(entry: Entry) -> str:
    """How an edit stands, as one word of ``_STATES``."""
    return "cut" if entry.turning else "done" if entry.done else "undone"


class Edits(GridPage):
    """The journal of edits, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("edits")
    with_panel = True

    def __init__(self, name: str) -> None:
        grid = GridView(
            (
                Column("at", N_("When"), 16, 16, sort=False),
                Column("person", N_("Who"), 6, 16, sort=False),
                Column("state", N_("State"), 7, 12, show=_state_text, tone=_state_tone, sort=False),
                Column("what", N_("What"), 16, 60, sort=False),
                Column("things", N_("Things"), 3, 7, right=True, show=amount, sort=False),
                Column("files", N_("Files"), 10, 120, sort=False),
            )
        )
        super().__init__(name, grid)
        self._edits: list[Entry] = []
        self._here = ""

    def load(self) -> None:
        """Read the journal."""
        settings = self.console.settings

        def work(reader: Reader, question: Question) -> tuple[list[Entry], str]:
            from opsconsole.inventory import journal

            return journal.listed(reader, MOST_EDITS), journal.place_of(settings)

        if not self._edits:
            self.grid.empty_text = _("Reading …")
        self.console.feeds.ask("edits", work, self._show)

    def _show(self, answer: tuple[list[Entry], str]) -> None:
        self._edits, self._here = answer
        self.draw()

    def draw(self) -> None:
        """Draw the edits that hold the words of the filter."""
        zone, words = self.console.settings.timezone, words_of(self._filter)
        rows = []
        for one in self._edits:
            values = (
                local(one.at, zone),
                one.person,
                state_of(one),
                one.title,
                one.things,
                ", ".join(one.files[:MOST_FILES]) + (" …" if len(one.files) > MOST_FILES else ""),
            )
            searched = (*values[:2], _state_text(values[2]), one.title, *one.files)
            if all(word in fold(" ".join(searched)) for word in words):
                rows.append((str(one.number), values))
        self.grid.empty_text = self.nothing(
            _("No edit was made yet. What you change in a form stands here, and can be taken back.")
        )
        self.grid.show(HeldRows(rows))
        line = self.head_line(_("Edits"), len(rows), len(self._edits))
        mine = sum(one.done and self._mine(one) for one in self._edits)
        line.append(("faint", "  " + _("{count} of yours can be taken back").format(count=amount(mine))))
        self.head.show([line])
        self._draw_panel()

    def _mine(self, one: Entry) -> bool:
        return one.person == self.console.person and one.place == self._here

    @property
    def entry(self) -> Entry | None:
        """The edit under the cursor."""
        return next((one for one in self._edits if str(one.number) == self.grid.key), None)

    def on_grid_view_moved(self) -> None:
        """Another edit is under the cursor."""
        self._draw_panel()

    def _draw_panel(self) -> None:
        one = self.entry
        self.panel.show([] if one is None else self.lines_of(one))

    def lines_of(self, one: Entry) -> list[Line]:
        """An edit: what it is, where it was made, what Enter does."""
        lines: list[Line] = [[("head", one.title)]]
        facts = [local(one.at, self.console.settings.timezone), one.person]
        if one.revision:
            facts.append(_("revision {revision}").format(revision=one.revision))
        lines.append([("faint", " · ".join(facts))])
        if one.place != self._here:
            lines.append([("warn", _("It changed the files of {place}.").format(place=one.place))])
        if one.turning:
            text = _("It was cut short; the files tell how far it came, and Enter asks them.")
            lines.append([("bad", text)])
        elif not one.kept:
            lines.append([("warn", _("Too large to be taken back in one step."))])
        elif not self.console.read_only:
            back, again = _("Enter shows what takes it back."), _("Enter shows what does it again.")
            lines.append([("faint", back if one.done else again)])
        lines += [[("", name)] for name in one.files[:MOST_FILES]]
        if len(one.files) > MOST_FILES:
            text = _("… and {count} more").format(count=amount(len(one.files) - MOST_FILES))
            lines.append([("faint", text)])
        return lines

    def on_grid_view_opened(self, message: GridView.Opened) -> None:
        """Take it back, or do it again: shown first, then confirmed."""
        if self.console.may_write():
            turn_number(self.console, int(message.key))

    def action_about(self) -> None:
        """What the edit changed, field by field."""
        one, settings = self.entry, self.console.settings
        if one is None:
            return

        def work(reader: Reader, question: Question) -> Entry:
            from opsconsole.inventory import journal

            return journal.entry(reader, settings, one.number)

        def show(found: Entry) -> None:
            self.console.open_text(found.title, [*self.lines_of(one), "", *changed(found)])

        self.console.feeds.ask("edit", work, show)


def _state_text(value: str) -> str:
    return _(_STATES[value])


def _state_tone(value: str) -> str:
    return _TONES[value]


def changed(entry: Entry) -> list[Line]:
    """What *entry* changed: each field before and after, thing by thing."""
    back, forth = entry.back, entry.forth
    if back is None or forth is None:
        return []
    lines: list[Line] = []
    places = list(dict.fromkeys((*back.said, *forth.said)))
    for place in places[:MOST_THINGS]:
        kind, key = place
        lines.append([("bold", f"{label(kind)} {key}")])
        for name, before, after in differing(forth, back, place):
            lines.append([("faint", f"  {label(name)}: "), ("", f"{before or '–'} → {after or '–'}")])
    if len(places) > MOST_THINGS:
        count = len(places) - MOST_THINGS
        text = ngettext("… and {n} more thing", "… and {n} more things", count)
        lines.append([("faint", text.format(n=amount(count)))])
    return lines


def differing(one: Side, other: Side, place: tuple[str, str]) -> list[tuple[str, str, str]]:
    """(field, its text in *one*, in *other*) of the fields in which the two differ for a thing."""
    was, now = one.said.get(place), other.said.get(place)
    found = []
    if was is not None and now is not None and was.unit != now.unit:
        found.append(("unit", was.unit, now.unit))
    from opsconsole.inventory.kinds import standard

    names = dict.fromkeys((*(was.fields if was else ()), *(now.fields if now else ())))
    kind = standard()[place[0]]
    for name in names:
        before, after = (each.fields.get(name) if each else None for each in (was, now))
        if before != after:
            found.append((name, field_text(kind, name, before), field_text(kind, name, after)))
    return found
