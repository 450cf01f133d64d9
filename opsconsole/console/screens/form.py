"""Forms: one thing, or the marked ones, changed by typing; checked as typed by the rules of the files.

Saving writes nothing at once: the change of the files and the plan that follows are shown, and only
a confirmation writes both. Whoever changes a file meanwhile is not overwritten: fields that both
changed are shown side by side.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from opsconsole.catalogue import _
from opsconsole.console.columns import fit
from opsconsole.console.feeds import Question
from opsconsole.console.fieldtext import (
    can_be_typed,
    choices,
    inner_type,
    meant,
    names_unit,
    parts,
    refers_to,
    shown,
)
from opsconsole.console.queries.forms import Filled, names_of
from opsconsole.console.screens.dialogs import Dialog
from opsconsole.console.screens.picker import UNITS, Picker
from opsconsole.console.widgets.input import ViInput
from opsconsole.console.widgets.plain import Line, Plain
from opsconsole.dates import typed_day
from opsconsole.inventory.fields import Day, Field, Group, ListOf, Text
from opsconsole.store.database import Reader
from opsconsole.words import label, thing, word

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.inventory.kind import Kind

KEY, UNIT = "key", "unit"
_LABEL = 20
MOST_PROBLEMS = 6

# (values by field as a document writes them, code of the unit or '', key) of what was changed
Taken = Callable[[dict[str, Any], str, str], None]


class FieldLine(Horizontal):
    """A label and a line of input; ``error`` says why what is typed is not taken."""

    DEFAULT_CSS = """
    FieldLine { height: 1; }
    FieldLine > Plain { width: 21; }
    FieldLine > ViInput { width: 1fr; background: $panel; }
    """

    def __init__(self, field: Field, text: str, went: Callable[[FieldLine], None]) -> None:
        super().__init__()
        self.field = field
        self.error = ""
        self._went = went
        self.name_line = Plain()
        self.input = ViInput(
            text, submitted=lambda value: went(self), left=self._leave, changed=lambda value: self.check()
        )
        self.first = self.input.value  # as it is shown: what nobody touches is not changed

    @property
    def called(self) -> str:
        """What the field is called."""
        return label(self.field.name)

    def meant(self, today: dt.date) -> Any:
        """What stands there as a document writes it; None for nothing. Raises ValueError."""
        return meant(self.field, self.input.value, today)

    @property
    def empty(self) -> bool:
        """Whether nothing stands there."""
        return not self.input.value.strip()

    def compose(self) -> ComposeResult:
        """Label and input."""
        yield self.name_line
        yield self.input

    def on_mount(self) -> None:
        """Nothing was typed yet."""
        self.draw()

    @property
    def touched(self) -> bool:
        """Whether something else stands there than at the beginning."""
        return self.input.value.strip() != self.first.strip()

    def check(self) -> None:
        """Hold what is typed against the rules of the field."""
        form = self._form()
        self.error = ""
        if self.touched or form.new:
            try:
                value = self.meant(form.today)
                if self.field.name == KEY and value in form.others:
                    raise ValueError(_("is there already"))
            except ValueError as error:
                self.error = str(error)
        self.draw()
        form.tell(self)

    def draw(self) -> None:
        """The label, with a sign where it was changed or is not right."""
        sign, tone = ("!", "bad") if self.error else ("*", "head") if self.touched else (" ", "faint")
        name = self.called + ("" if not self.field.required else " ·")
        self.name_line.show([[(tone, f"{sign}{fit(name, _LABEL - 1)}")]])

    def _form(self) -> Form:
        form = self.screen
        if not isinstance(form, Form):
            raise TypeError("a field stands in a form")
        return form

    def _leave(self) -> None:
        self._form().action_leave()


class Fields(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The fields, scrolled by going from one to the next: the keys of a scroll bar are not its own."""


class Form(Dialog):
    """The fields of a *kind*. *thing* is what is changed, None for a new one (with a key, if *keyed*, and
    with what is *given*); *count* says how many things the change is for. *taken* gets what was changed.
    *notes* stand above the fields. *others* are keys that a new one cannot have. *day* is the day on which
    codes of units are understood (ISO; by default today); *part*: it is of a part of a thing, in which an
    empty group says something else than none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,tab", "field(1)", show=False),
        Binding("up,shift+tab", "field(-1)", show=False),
        Binding("f4,ctrl+space,ctrl+at", "pick", show=False),
        Binding("f10,ctrl+s", "save", show=False),
    ]

    def __init__(
        self,
        host: Console,
        kind: Kind,
        thing: Filled | None,
        title: str,
        taken: Taken,
        *,
        count: int = 1,
        keyed: bool = True,
        given: Filled | None = None,
        notes: Sequence[Line] = (),
        others: Container[Any] = (),
        day: str = "",
        part: bool = False,
    ) -> None:
        super().__init__(title)
        self.add_class("large")
        self.host = host
        self.kind = kind
        self.thing = thing
        self.count = count
        self.new = thing is None
        self.today = host.today()
        self.others = others
        self._day = day
        self._part = part
        self._taken = taken
        self._leaving = False
        self._notes = notes
        start = given if thing is None else thing if count == 1 else None
        fields = start.fields if start is not None else {}
        self._names: dict[tuple[str, str], str] = {}  # what things that fields name are called; '' none
        self.lines: list[FieldLine] = []
        if self.new and keyed:
            self._add(Field(KEY, kind.key, _("the key: it stays for ever"), required=True), "")
        if kind.unit:
            unit = start.unit if start is not None else ""
            needed = kind.unit == "required" and self.new
            self._add(Field(UNIT, Text(40), _("the code of its unit; F4 searches"), required=needed), unit)
        for field in kind.fields:
            if can_be_typed(field):
                wanted = field if count == 1 else Field(field.name, field.type, field.help)
                self._add(wanted, shown(field.type, fields.get(field.name)))
            elif isinstance(field.type, Group) and field.type.keyed is not None and count == 1:
                from opsconsole.console.screens.entries import GroupLine

                self.lines.append(GroupLine(field, field.type, fields.get(field.name), self._went))
        self.note = Plain(classes="dialog-error form-said")

    def _add(self, field: Field, text: str) -> None:
        self.lines.append(FieldLine(field, text, self._went))

    def compose(self) -> ComposeResult:
        """Title, fields, what there is to say about the one with the focus, keys."""
        with self.box:
            yield self.head
            if self._notes:
                yield Plain(self._notes, classes="form-notes")
            with Fields():
                yield from self.lines
            yield self.note
            keys = _("↑ ↓ fields · F4 chooses · F10 goes on to the plan · Esc leaves")
            yield Plain([[("faint", keys)]])

    def on_mount(self) -> None:
        """The first field."""
        self.set_focus(self.lines[0].input)
        self.tell(self.lines[0])

    # --- fields ------------------------------------------------------------------------------------

    @property
    def here(self) -> FieldLine:
        """The field with the focus."""
        return next((each for each in self.lines if each.input is self.focused), self.lines[0])

    def tell(self, line: FieldLine) -> None:
        """Say what is wrong with a field, else what it is for."""
        self._leaving = False
        if line.error:
            self.note.show([[("bad", f"{label(line.field.name)}: {line.error}")]])
            return
        parts = [_(line.field.help) if line.field.help else label(line.field.name)]
        if values := choices(line.field):
            parts.append(", ".join(word(value) for value in values))
        self.note.show([[("faint", " · ".join(parts))], *self._named(line)])

    def _named(self, line: FieldLine) -> list[Line]:
        """What the things that the field names are called; looked up where that is not known yet."""
        new = line.field.name == KEY
        new = new and self.kind.name != ""  # a part of a thing has a key, and is no thing
        kind = self.kind.name if new else self._kind_named(line.field)
        keys = parts(line.input.value) if kind else []
        if new and keys and not line.error:
            keys = [self.kind.key.convert(keys[0])]
        unknown = [key for key in keys if (kind, key) not in self._names]
        if unknown:
            day = self.day

            def work(reader: Reader, question: Question) -> dict[str, str]:
                return names_of(reader, kind, unknown, day)

            def show(found: dict[str, str]) -> None:
                self._names |= {(kind, key): found.get(key, "") for key in unknown}
                if self.is_attached and self.here is line and not line.error:
                    self.tell(line)

            self.host.feeds.ask("form.names", work, show)
            return []
        lines: list[Line] = []
        if new:
            text = _("{key} is there already: {name}")
            return [
                [("bad", text.format(key=key, name=name))] for key in keys if (name := self._names[kind, key])
            ]
        if there := [f"{key} {name}" for key in keys if (name := self._names[kind, key])]:
            lines.append([("good", "; ".join(there))])
        if missing := [key for key in keys if not self._names[kind, key]]:
            text = _("the register has no {thing} {keys}").format(thing=thing(kind), keys=", ".join(missing))
            lines.append([("warn", text)])
        return lines

    @staticmethod
    def _kind_named(field: Field) -> str:
        """The kind of the things that *field* names, '' where it names none."""
        return UNITS if field.name == UNIT or names_unit(field) else refers_to(field)

    @property
    def day(self) -> str:
        """The day on which codes of units are understood: of a reorganisation the last before it holds."""
        for line in self.lines:
            if line.field.name == "effective" and isinstance(line.field.type, Day):
                day = typed_day(line.input.value, self.today)
                if day is not None and day > dt.date.min:
                    return (day - dt.timedelta(days=1)).isoformat()
        return self._day or self.host.today().isoformat()

    def _went(self, line: FieldLine) -> None:
        self.action_field(1)

    def action_field(self, by: int) -> None:
        """To the next field, or the one before."""
        here = self.here
        here.check()
        place = (self.lines.index(here) + by) % len(self.lines)
        self.set_focus(self.lines[place].input)
        self.lines[place].scroll_visible(animate=False)
        self.tell(self.lines[place])

    def action_pick(self) -> None:
        """Choose the value of the field from a list."""
        line = self.here
        if isinstance(line.field.type, Group):
            from opsconsole.console.screens.entries import open_entries

            open_entries(self, line)
            return
        kind = self._kind_named(line.field)
        if kind:
            # what is chosen already is no part of a name to look for
            text = "" if self._whole(line) else line.input.value.rpartition(",")[2].strip()
            day = self.day if kind == UNITS else ""
            self.app.push_screen(Picker(self.host, kind, text, lambda key: self._put(line, key), day))
            return
        if isinstance(line.field.type, Day):
            from opsconsole.console.screens.daypicker import DayPicker

            begin = typed_day(line.input.value, self.today) or self.today
            self.app.push_screen(DayPicker(begin, self.today, lambda text: self._put(line, text)))
            return
        values = choices(line.field)
        if not values:
            self.note.show([[("faint", _("There is no list to choose from; type the value."))]])
            return
        from opsconsole.console.screens.dialogs import ChoiceDialog

        rows = [(value, word(value)) for value in values]
        self.app.push_screen(
            ChoiceDialog(
                label(line.field.name),
                rows,
                lambda value: self._put(line, shown(inner_type(line.field), value)),
            )
        )

    def _put(self, line: FieldLine, text: str) -> None:
        """Put what was chosen into the field; of a list, behind what stands there."""
        if isinstance(line.field.type, ListOf):
            before = line.input.value.rpartition(",")[0] if not self._whole(line) else line.input.value
            text = f"{before.rstrip(', ')}, {text}" if before.strip(", ") else text
        line.input.value = text
        line.input.cursor_position = len(text)
        line.check()
        self.set_focus(line.input)

    def _whole(self, line: FieldLine) -> bool:
        """Whether the last part of a list is a thing or word of its own, not the beginning of one."""
        last = line.input.value.rpartition(",")[2].strip()
        kind = self._kind_named(line.field)
        return bool(self._names.get((kind, last))) if kind else last != ""

    # --- the end -----------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Leave; what was typed is only thrown away when that is said twice."""
        if any(line.touched for line in self.lines) and not self._leaving:
            self._leaving = True
            self.note.show([[("warn", _("Esc again throws away what you typed; F10 keeps it."))]])
            return
        self.dismiss(None)

    def action_save(self) -> None:
        """Hand on what was changed, once all of it is right."""
        for line in self.lines:
            line.check()
        wrong = next((line for line in self.lines if line.error), None)
        if wrong is not None:
            self.set_focus(wrong.input)
            wrong.scroll_visible(animate=False)
            self.tell(wrong)
            return
        changed = {
            line.field.name: line.meant(self.today)
            for line in self.lines
            if line.touched or (self.new and not line.empty)
        }
        if not self._part:
            changed = {name: None if value == {} else value for name, value in changed.items()}
        if not changed:
            self.note.show([[("faint", _("Nothing was changed."))]])
            return
        key = str(changed.pop(KEY, "") or (self.thing.key if self.thing else ""))
        unit = str(changed.pop(UNIT, "") or "")
        self._taken(changed, unit, key)

    def refused(self, text: str) -> None:
        """What was handed on was not taken: say why, and keep everything."""
        self.note.show([[("bad", line)] for line in text.splitlines()[:MOST_PROBLEMS]])
