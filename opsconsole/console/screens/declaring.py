"""Forms from anywhere: a new thing, one that is known by its key, somebody who leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import N_, _
from opsconsole.console.feeds import Question
from opsconsole.console.queries.forms import Filled, read
from opsconsole.console.widgets.plain import Line
from opsconsole.errors import Refused
from opsconsole.inventory.fields import Field, Ref
from opsconsole.store.database import Reader
from opsconsole.strictyaml import ProblemsFound
from opsconsole.words import amount, label, thing, things

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.console.screens.saving import Opened
    from opsconsole.inventory.kind import Kind
    from opsconsole.inventory.leaving import Leaver
    from opsconsole.inventory.writeback import Edit

MOST_AT_ONCE = 500  # things that one form changes

# Kinds that are declared every day come first where one is chosen.
ORDER = ("assets", "accounts", "people", "sites", "connections", "targets", "figures", "sessions")


def kinds_by_form() -> list[Kind]:
    """The kinds of which a new thing can be typed: everything that it must have is one line of text."""
    from opsconsole.console.fieldtext import can_be_typed
    from opsconsole.inventory.kinds import standard

    every = [kind for kind in standard() if all(can_be_typed(each) for each in kind.fields if each.required)]
    return sorted(every, key=lambda kind: ORDER.index(kind.name) if kind.name in ORDER else len(ORDER))


def choose_kind(console: Console, unit: str = "", unit_name: str = "") -> None:
    """Ask of which kind a new thing is, and open its form; in *unit* (a code) where that is given."""
    from opsconsole.console.screens.dialogs import ChoiceDialog

    rows = [(kind.name, thing(kind.name).capitalize()) for kind in kinds_by_form() if kind.unit or not unit]
    title = _("New in {unit}").format(unit=unit_name) if unit else _("New: what?")
    console.push_screen(ChoiceDialog(title, rows, lambda name: declare(console, name, unit=unit)))


def declare(
    console: Console,
    kind_name: str,
    *,
    unit: str = "",
    given: Mapping[str, Any] | None = None,
    done: Callable[[str], None] | None = None,
) -> None:
    """A form for a new thing of a kind, with *unit* (a code) and the fields *given* filled in; *done* gets
    its key when it was written and applied."""
    from opsconsole.console.screens.form import Form
    from opsconsole.console.screens.saving import save
    from opsconsole.inventory.kinds import standard
    from opsconsole.inventory.writeback import Add

    kind = standard()[kind_name]
    if kind not in kinds_by_form():
        text = _("{things} have parts that no form can hold; write them in the files.")
        console.say(text.format(things=label(kind_name)), "warn")
        return
    title = _("New: {what}").format(what=thing(kind_name))

    def taken(fields: dict[str, Any], unit: str, key: str) -> None:
        add = Add(kind_name, key, {n: v for n, v in fields.items() if v is not None}, unit=unit or None)

        def finished() -> None:
            close(form)
            if done is not None:
                done(key)

        save(console, f"{title} {key}", [add], refused=form.refused, done=finished)

    form = Form(console, kind, None, title, taken, given=Filled(kind_name, "", dict(given or {}), unit))
    console.push_screen(form)


def change(console: Console, kind_name: str, keys: Sequence[str], done: Callable[[], None]) -> None:
    """A form for the things *keys* of a kind: of several, only the touched fields are changed."""

    def show(rows: list[Filled], opened: Opened) -> None:
        _change(console, kind_name, rows, opened, done)

    _read(console, kind_name, keys, show)


def _change(
    console: Console, kind_name: str, rows: list[Filled], opened: Opened, done: Callable[[], None]
) -> None:
    from opsconsole.console.screens.form import Form
    from opsconsole.console.screens.saving import save
    from opsconsole.inventory.kinds import standard
    from opsconsole.inventory.writeback import Change

    title = f"{thing(kind_name)} {rows[0].key}"
    if len(rows) > 1:
        title = _("{count} {things}").format(count=amount(len(rows)), things=things(kind_name))

    def taken(fields: dict[str, Any], unit: str, key: str) -> None:
        edits: list[Edit] = [Change(kind_name, row.key, fields, unit=unit or None) for row in rows]
        save(console, title, edits, refused=form.refused, done=lambda: finish(form, done), opened=opened)

    form = Form(console, standard()[kind_name], rows[0], title, taken, count=len(rows))
    console.push_screen(form)


def end(console: Console, kind_name: str, keys: Sequence[str], done: Callable[[], None]) -> None:
    """A form for the end (disposal, closing) of the things *keys* of a kind."""

    def show(rows: list[Filled], opened: Opened) -> None:
        _end(console, kind_name, rows, opened, done)

    _read(console, kind_name, keys, show)


def _end(
    console: Console, kind_name: str, rows: list[Filled], opened: Opened, done: Callable[[], None]
) -> None:
    from opsconsole.console.screens.form import Form
    from opsconsole.console.screens.saving import save
    from opsconsole.inventory import writeback
    from opsconsole.inventory.kind import TOMBSTONE
    from opsconsole.inventory.kinds import standard

    what = rows[0].key if len(rows) == 1 else f"{amount(len(rows))} {things(kind_name)}"
    title = _("End: {what}").format(what=what)

    def taken(fields: dict[str, Any], unit: str, key: str) -> None:
        date, reason, decision = fields["date"], fields["reason"], fields.get("decision")
        edits = [writeback.end(standard(), kind_name, row.key, date, reason, decision) for row in rows]
        save(console, title, edits, refused=form.refused, done=lambda: finish(form, done), opened=opened)

    form = Form(console, stone(standard()[kind_name], TOMBSTONE.fields), None, title, taken, keyed=False)
    console.push_screen(form)


def _read(
    console: Console, kind_name: str, keys: Sequence[str], then: Callable[[list[Filled], Opened], None]
) -> None:
    if len(keys) > MOST_AT_ONCE:
        text = _("{count} are too many for one form; at most {most}. Mark fewer, or edit the files.")
        console.say(text.format(count=amount(len(keys)), most=amount(MOST_AT_ONCE)), "warn")
        return
    day, settings, wanted = console.today().isoformat(), console.settings, list(keys)

    def work(reader: Reader, question: Question) -> tuple[list[Filled], Opened]:
        return read(reader, settings, kind_name, wanted, day)

    def show(found: tuple[list[Filled], Opened]) -> None:
        if found[0]:
            then(*found)
        else:
            console.say(_("{key} is not there any more.").format(key=", ".join(wanted[:3])), "warn")

    console.feeds.ask("form", work, show)


# --- somebody leaves -------------------------------------------------------------------------------------

# What becomes of the things that somebody holds.
_BECOMES = {
    "person": N_("leaves the staff list"),
    "owner": N_("closed"),
    "keeper": N_("to the successor, or without a keeper"),
    "custodian": N_("to the successor, or into the store"),
    "contact": N_("to the successor, or without a contact"),
}
_MOST_NAMED = 12  # things of one sort that are named


def leaves(console: Console, who: str, done: Callable[[], None]) -> None:
    """Ask when and why *who* (a staff id or an address) leaves and who follows; then all they hold is
    closed, handed over or put in store in one proposal."""
    settings = console.settings

    def work(reader: Reader, question: Question) -> tuple[Leaver, Opened]:
        from opsconsole.inventory.leaving import leaver
        from opsconsole.inventory.meanwhile import said

        found = leaver(reader, who)
        things_of = [(each.kind, each.key, each.file) for each in found.holdings]
        try:
            return found, said(reader, settings, list(dict.fromkeys(things_of)))
        except ProblemsFound:
            return found, {}  # who saves is told what is wrong with the files

    def show(answer: tuple[Leaver, Opened]) -> None:
        _leaves(console, who, *answer, done)

    def failed(error: Exception) -> None:
        if isinstance(error, Refused):
            console.say(str(error), "warn")
        else:
            console.failed(error)

    console.feeds.ask("leaves", work, show, failed)


def _leaves(console: Console, who: str, found: Leaver, opened: Opened, done: Callable[[], None]) -> None:
    from opsconsole.console.screens.form import Form
    from opsconsole.console.screens.saving import save
    from opsconsole.inventory.kind import TOMBSTONE
    from opsconsole.inventory.kinds import standard
    from opsconsole.inventory.leaving import edits

    held = [each for each in found.holdings if each.how in _BECOMES and not each.ended and not each.orphaned]
    name = found.name or who
    if not held:
        console.say(_("{name} holds nothing that goes on.").format(name=name), "warn")
        return
    title = _("{name} leaves").format(name=name)

    def taken(fields: dict[str, Any], unit: str, key: str) -> None:
        to = fields.get("successor") or ""
        if to and to == found.person:
            form.refused(_("Somebody else has to take over: {who} leaves.").format(who=to))
            return
        asked = edits(found, fields["date"], fields["reason"], fields.get("decision") or "", to)
        save(console, title, asked, refused=form.refused, done=lambda: finish(form, done), opened=opened)

    fields = (
        *TOMBSTONE.fields,
        Field("successor", Ref("people"), N_("who takes over what is kept; F4 searches")),
    )
    notes: list[Line] = []
    for how, becomes in _BECOMES.items():
        keys = [each.key for each in held if each.how == how]
        more = f" … (+{amount(len(keys) - _MOST_NAMED)})" if len(keys) > _MOST_NAMED else ""
        if keys:
            notes.append([("faint", f"{_(becomes)}: "), ("", ", ".join(keys[:_MOST_NAMED]) + more)])
    form = Form(console, stone(standard()["people"], fields), None, title, taken, keyed=False, notes=notes)
    console.push_screen(form)


# --- the rest --------------------------------------------------------------------------------------------


def finish(form: Any, done: Callable[[], None]) -> None:
    """The *form* is done with."""
    close(form)
    done()


def close(form: Any) -> None:
    """Leave *form* if it is still there."""
    if form.is_attached:
        form.dismiss(None)


def stone(kind: Kind, fields: Sequence[Field]) -> Kind:
    """A kind with nothing but *fields*, for the form of an end."""
    return replace(kind, fields=tuple(fields), unit=None)
