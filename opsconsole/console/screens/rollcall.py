"""The keys of the roll call: one a site, notes, handover, beginning and end; and how marks are written.

Marks are written in the order in which they were asked for, in a thread; what a mark rests on is read
in the transaction that writes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from opsconsole.catalogue import _
from opsconsole.console import boardtext
from opsconsole.console.feeds import Question
from opsconsole.console.screens.page import Page
from opsconsole.store.database import Writer
from opsconsole.words import word

if TYPE_CHECKING:
    from opsconsole.operations.conference.board import Board, Row
    from opsconsole.operations.conference.rollcall import Entry

Make: TypeAlias = "Callable[[Writer], list[Entry]]"


class RollCall(Page):
    """The part of the board that writes."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.session_key = ""
        self._seen: Board | None = None
        self._waiting: list[tuple[Make, Callable[[int], None] | None]] = []
        self._writing = False

    def _row(self) -> Row | None:
        """The site under the cursor."""
        raise NotImplementedError

    def _may(self) -> bool:
        return self.console.may_write() and self._seen is not None

    def _site(self) -> Row | None:
        """The site under the cursor, where it may be marked; says so where there is none."""
        if not self._may():
            return None
        row = self._row()
        if row is None:
            self.console.say(_("This line is no site; go to one."), "warn")
        return row

    def _add(self, *entries: Entry) -> None:
        """Write *entries*."""
        now = self.console.now()
        timed = [entry if entry.about else replace(entry, about=now) for entry in entries]
        self._add_made(lambda writer: timed)

    def _add_made(self, make: Make, told: Callable[[int], None] | None = None) -> None:
        """Write what *make* finds in the transaction that writes it, in the order in which it was asked
        for; *told* gets how many marks that were."""
        self._waiting.append((make, told))
        if not self._writing:
            self._write()

    def _write(self) -> None:
        self._writing = True
        batch, self._waiting = self._waiting, []
        key, zone, database = self.session_key, self.console.settings.timezone, self.console.feeds.database
        now = self.console.now()

        def work(question: Question) -> list[tuple[Callable[[int], None] | None, int]]:
            from opsconsole.actor import actor
            from opsconsole.operations.conference.rollcall import add

            done = []
            with database.write() as writer:
                for make, told in batch:
                    entries = make(writer)
                    if entries:
                        add(writer, key, entries, actor(), now, zone)
                    done.append((told, len(entries)))
            return done

        self.console.feeds.run("board.write", work, self._added, self._not_added)

    def _added(self, done: list[tuple[Callable[[int], None] | None, int]]) -> None:
        self._writing = False
        for told, count in done:
            if told is not None:
                told(count)
        self.load()
        if self._waiting:
            self._write()

    def _not_added(self, error: Exception) -> None:
        self._writing = False
        self._waiting.clear()  # what was typed after it rested on it
        self.console.failed(error)

    def _state(self, state: str) -> None:
        from opsconsole.operations.conference.rollcall import Entry

        row = self._site()
        if row is not None:
            self._add(Entry("state", row.site.key, state))
            self.console.say(f"{row.site.name}: {word(state)}", "good")

    def action_present(self) -> None:
        """There, by now: connected, or late where it is."""
        from opsconsole.operations.conference.rollcall import present_word

        row = self._site()
        if row is not None and self._seen is not None:
            self._state(present_word(self._seen.session, row.presence, self.console.now()))

    def action_late(self) -> None:
        """There, but late."""
        self._state("late")

    def action_lost(self) -> None:
        """Was there and dropped out."""
        self._state("lost")

    def action_absent(self) -> None:
        """Does not come."""
        self._state("absent")

    def action_excused(self) -> None:
        """Does not come, with leave."""
        self._state("excused")

    def action_invited(self) -> None:
        """Was told, and comes."""
        self._state("invited")

    def action_take_back(self) -> None:
        """Take back the last mark of the site that holds; it stays beside."""
        row = self._site()
        if row is None:
            return
        key, site = self.session_key, row.site

        def make(writer: Writer) -> list[Entry]:
            from opsconsole.operations.conference.rollcall import retract

            found = retract(writer, key, site.key)
            return [found] if found is not None else []

        def told(count: int) -> None:
            if count:
                self.console.say(_("{site}: the last mark was taken back").format(site=site.name), "good")
            else:
                self.console.say(_("There is no mark of {site} to take back.").format(site=site.name), "warn")

        self._add_made(make, told)

    def action_correct_time(self) -> None:
        """Type the time at which the last mark of the site should stand; the original stays beside."""
        row = self._site()
        if row is None:
            return
        if not row.presence.mark:
            self.console.say(_("There is no mark of {site} to correct.").format(site=row.site.name), "warn")
            return
        presence, site = row.presence, row.site

        def submitted(text: str) -> None:
            from opsconsole.operations.conference.rollcall import Entry

            self.console.prompt_closed()
            at = boardtext.typed_time(
                text, presence.since or self.console.now(), self.console.settings.timezone
            )
            if at is None:
                self.console.say(_("“{text}” is no time of day; write 8:05").format(text=text), "warn")
                return
            self._add(Entry("state", site.key, presence.state, about=at, corrects=presence.mark))

        title = _("{state} since:").format(state=word(presence.state))
        self.console.prompt.open("time", title, "", submitted=submitted, left=self.console.prompt_closed)

    # --- notes, handover, beginning and end --------------------------------------------------------------

    def _ask(self, title: str, sort: str, site: str = "") -> None:
        if not self._may():
            return

        def submitted(text: str) -> None:
            from opsconsole.operations.conference.rollcall import Entry

            self.console.prompt_closed()
            if text.strip():
                zone = self.console.settings.timezone
                about, said = boardtext.timed(text, self.console.now(), zone)
                self._add(Entry(sort, site, said=said, about=about))

        self.console.prompt.open(sort, title, "", submitted=submitted, left=self.console.prompt_closed)

    def action_note(self) -> None:
        """An incident at the site under the cursor."""
        row = self._site()
        if row is not None:
            self._ask(_("Note on {site}:").format(site=row.site.name), "note", row.site.key)

    def action_note_all(self) -> None:
        """An incident of the whole session."""
        self._ask(_("Note on the session:"), "note")

    def action_hand_over(self) -> None:
        """Hand the session over: what is open is typed."""
        self._ask(_("Hand over; what is open:"), "handover")

    def action_take_over(self) -> None:
        """Be on duty from now on."""
        from opsconsole.operations.conference.rollcall import Entry

        if self._may():
            self._add(Entry("takeover"))

    def action_begin_end(self) -> None:
        """The session begins; when it goes on, it ends."""
        from opsconsole.operations.conference.rollcall import Entry

        if self._may() and self._seen is not None:
            roll = self._seen.roll
            running = roll.begun is not None and roll.ended is None
            self._add(Entry("ended" if running else "begun"))
            self.console.say(_("The session has ended.") if running else _("The session has begun."), "good")

    def action_from_server(self) -> None:
        """Take marks from what servers recorded."""
        if not self._may():
            return
        key, zone, now = self.session_key, self.console.settings.timezone, self.console.now()

        def make(writer: Writer) -> list[Entry]:
            from opsconsole.operations.conference.board import board, from_server

            # in the transaction that writes: two operators who ask at once do not mark twice
            return from_server(board(writer, key, zone), now)

        def told(count: int) -> None:
            text = _("{count} marks from the server's list").format(count=count)
            nothing = _("The servers' records say nothing that the roll call does not.")
            self.console.say(text if count else nothing, "good" if count else "")

        self._add_made(make, told)
