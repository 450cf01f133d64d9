"""What can be changed from a list: a new thing, the one under the cursor, the marked ones, an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.console.feeds import Question
from opsconsole.console.queries.forms import Filled, filled
from opsconsole.console.screens.page import Page
from opsconsole.console.widgets.grid import GridView
from opsconsole.store.database import Reader
from opsconsole.words import amount, thing, things

if TYPE_CHECKING:
    from opsconsole.inventory.kind import Kind
    from opsconsole.inventory.writeback import Edit

MOST_AT_ONCE = 500  # things that one form changes


class Changing(Page):
    """A page with a list of declared things of one kind."""

    grid: GridView
    kind: str

    def _declared(self) -> Kind:
        from opsconsole.inventory.kinds import standard

        return standard()[self.kind]

    def action_new(self) -> None:
        """A new thing."""
        from opsconsole.console.screens.form import Form
        from opsconsole.console.screens.saving import save
        from opsconsole.inventory.writeback import Add, end

        kind = self._declared()
        title = _("New: {what}").format(what=thing(self.kind))

        def taken(fields: dict[str, Any], unit: str, key: str) -> None:
            add = Add(self.kind, key, {n: v for n, v in fields.items() if v is not None}, unit=unit or None)
            back = end(_kinds(), self.kind, key, self.console.today().isoformat(), _("entered by mistake"))
            save(
                self.console,
                f"{title} {key}",
                [add],
                [back],
                refused=form.refused,
                done=lambda: self._finished(form, key),
            )

        form = Form(self.console, kind, None, title, taken)
        self.console.push_screen(form)

    def action_edit(self) -> None:
        """Change the thing under the cursor; with marks, the touched fields of all marked ones."""
        keys = self.grid.chosen_keys()
        if not keys:
            self.console.say(_("There is nothing here to change."), "warn")
            return
        if len(keys) > MOST_AT_ONCE:
            text = _("{count} are too many for one form; at most {most}. Mark fewer, or edit the files.")
            self.console.say(text.format(count=amount(len(keys)), most=amount(MOST_AT_ONCE)), "warn")
            return
        self._read(keys, self._edit)

    def _read(self, keys: list[str], then: Any) -> None:
        day, kind = self.console.today().isoformat(), self.kind

        def work(reader: Reader, question: Question) -> list[Filled]:
            rows = []
            for key in keys:
                question.check()
                row = filled(reader, kind, key, day)
                if row is not None:
                    rows.append(row)
            return rows

        def show(rows: list[Filled]) -> None:
            if rows:
                then(rows)

        self.console.feeds.ask("form", work, show)

    def _edit(self, rows: list[Filled]) -> None:
        from opsconsole.console.screens.form import Form
        from opsconsole.console.screens.saving import inverse_of, save
        from opsconsole.inventory.writeback import Change

        kind = self._declared()
        title = f"{thing(self.kind)} {rows[0].key}"
        if len(rows) > 1:
            title = _("{count} {things}").format(count=amount(len(rows)), things=things(self.kind))

        def taken(fields: dict[str, Any], unit: str, key: str) -> None:
            edits: list[Edit] = [Change(self.kind, row.key, fields, unit=unit or None) for row in rows]
            inverse = [
                inverse_of(edit, row.fields, row.unit, kind.ends_by)
                for edit, row in zip(edits, rows, strict=True)
            ]
            save(
                self.console,
                title,
                edits,
                inverse,
                refused=form.refused,
                done=lambda: self._finished(form, key),
            )

        form = Form(self.console, kind, rows[0], title, taken, count=len(rows))
        self.console.push_screen(form)

    def action_finish(self) -> None:
        """State the end (disposal, closing) of the thing under the cursor or of the marked ones."""
        keys = self.grid.chosen_keys()
        if not keys:
            self.console.say(_("There is nothing here to end."), "warn")
            return
        if len(keys) > MOST_AT_ONCE:
            text = _("{count} are too many for one form; at most {most}. Mark fewer, or edit the files.")
            self.console.say(text.format(count=amount(len(keys)), most=amount(MOST_AT_ONCE)), "warn")
            return
        self._read(keys, self._finish)

    def _finish(self, rows: list[Filled]) -> None:
        from opsconsole.console.screens.form import Form
        from opsconsole.console.screens.saving import inverse_of, save
        from opsconsole.inventory.kind import TOMBSTONE
        from opsconsole.inventory.writeback import end

        kind = self._declared()
        title = _("End: {what}").format(
            what=rows[0].key
            if len(rows) == 1
            else _("{count} {things}").format(count=amount(len(rows)), things=things(self.kind))
        )

        def taken(fields: dict[str, Any], unit: str, key: str) -> None:
            edits = [
                end(_kinds(), self.kind, row.key, fields["date"], fields["reason"], fields.get("decision"))
                for row in rows
            ]
            inverse = [
                inverse_of(edit, row.fields, "", kind.ends_by) for edit, row in zip(edits, rows, strict=True)
            ]
            save(
                self.console,
                title,
                edits,
                inverse,
                refused=form.refused,
                done=lambda: self._finished(form, key),
            )

        form = Form(self.console, stone(kind, TOMBSTONE.fields), None, title, taken, keyed=False)
        self.console.push_screen(form)

    def _finished(self, form: Any, key: str) -> None:
        """The form is done with: the list shows what came of it."""
        if form.is_attached:
            form.dismiss(None)
        self.grid.marks.clear()
        self.outdated()


def _kinds() -> Any:
    from opsconsole.inventory.kinds import standard

    return standard()


def stone(kind: Kind, fields: Any) -> Kind:
    """A kind with nothing but the *fields* of a tombstone, for the form of an end."""
    from dataclasses import replace

    return replace(kind, fields=tuple(fields), unit=None)
