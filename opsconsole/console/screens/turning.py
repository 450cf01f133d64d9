"""Taking back what was done, and doing again what was taken back: from the journal, by the way of every
edit, with the change of the files and the plan shown first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsconsole.catalogue import _, ngettext
from opsconsole.console.feeds import Question
from opsconsole.console.screens.saving import reason_of, save
from opsconsole.store.database import Reader
from opsconsole.words import amount

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.inventory.journal import Entry


def undo(console: Console) -> None:
    """Take back what this person did last in these files."""
    settings, person = console.settings, console.person

    def work(reader: Reader, question: Question) -> tuple[Entry | None, int]:
        from opsconsole.inventory import journal

        found = journal.last_done(reader, settings, person)
        return found, 0 if found is not None else journal.elsewhere(reader, settings, person)

    def show(answer: tuple[Entry | None, int]) -> None:
        found, others = answer
        if found is not None:
            turn(console, found)
            return
        text = _("Nothing was changed by you that could be taken back.")
        if others:
            more = ngettext(
                "{n} edit of yours changed files elsewhere; Z lists it.",
                "{n} edits of yours changed files elsewhere; Z lists them.",
                others,
            )
            text += " " + more.format(n=amount(others))
        console.say(text, "warn")

    console.feeds.ask("journal", work, show, lambda error: console.say(reason_of(error), "bad"))


def redo(console: Console) -> None:
    """Do again what this person took back last, as long as nothing new was done since."""
    settings, person = console.settings, console.person

    def work(reader: Reader, question: Question) -> Entry | None:
        from opsconsole.inventory import journal

        return journal.last_undone(reader, settings, person)

    def show(found: Entry | None) -> None:
        if found is None:
            console.say(_("There is nothing to do again; Z lists every edit."), "warn")
            return
        turn(console, found)

    console.feeds.ask("journal", work, show, lambda error: console.say(reason_of(error), "bad"))


def turn_number(console: Console, number: int) -> None:
    """Take the entry *number* of the journal back, or do it again."""
    settings = console.settings

    def work(reader: Reader, question: Question) -> Entry:
        from opsconsole.inventory import journal

        return journal.entry(reader, settings, number)

    def failed(error: Exception) -> None:
        console.say(reason_of(error), "bad")

    console.feeds.ask("journal", work, lambda found: turn(console, found), failed)


def turn(console: Console, entry: Entry) -> None:
    """Propose what leads out of the side on which *entry* is."""
    from opsconsole.errors import Refused

    try:
        here = entry.here
    except Refused as error:
        console.say(str(error), "warn")
        return
    title = _("Take back: {what}") if entry.done else _("Do again: {what}")
    save(
        console,
        title.format(what=entry.title),
        here.edits,
        refused=lambda text: console.say(text, "bad"),
        done=lambda: None,
        opened=here.said,
        turns=entry,
    )
